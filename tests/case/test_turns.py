"""Whose turn it is: every open case has a next actor, or is shown to have none."""

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from click.testing import Result

from arflow.application.arflow import Arflow
from arflow.case import review_commands as c
from arflow.case import turns
from arflow.case.turns import Holder, Turn
from arflow.law.workflow import Party
from tests.support.cases import Cases, Told, day


def turn(app: Arflow, review: Told) -> Turn | None:
    found = app.review(review.id)
    return turns.of_review(found, app.plan(found.plan), app.workflow(found.workflow))


def test_the_case_goes_from_the_school_by_way_of_the_family_to_the_authority(cases: Cases, app: Arflow) -> None:
    review = cases.opened("1 Aug 2024", "1 May 2025", setting="123456", coordinator="C. One")
    assert turn(app, review) == Turn(holder="school")
    assert turn(app, review.invited("20 May 2025").circulated("20 May 2025").held("10 Jun 2025")) == Turn(
        holder="school"
    )
    assert turn(app, review.reported("20 Jun 2025")) == Turn(holder="la")
    review.decided("amend", "1 Jul 2025").noticed("1 Jul 2025")
    family = turn(app, review)
    assert family is not None
    assert [family.on(day(text)) for text in ("1 Jul 2025", "15 Jul 2025", "16 Jul 2025")] == ["family", "family", "la"]
    review.do(c.ReceiveRepresentations(on=day("5 Jul 2025")))
    assert turn(app, review) == Turn(holder="la")
    review.issued("20 Jul 2025").do(c.ConcludeReview(on=day("20 Jul 2025")))
    assert turn(app, review) is None


def test_the_familys_days_count_from_when_the_notice_was_served_as_that_became_known(cases: Cases, app: Arflow) -> None:
    review = cases.opened("1 Aug 2024", "1 May 2025", setting="123456", coordinator="C. One")
    review.invited("20 May 2025").held("10 Jun 2025").decided("amend", "1 Jul 2025").noticed("1 Jul 2025")
    notice = app.review(review.id).last("notice")
    assert notice is not None
    review.served(notice.event.originator_version, "4 Jul 2025", recorded="5 Jul 2025")
    found = turn(app, review)
    assert found is not None
    assert [found.on(day(text)) for text in ("18 Jul 2025", "19 Jul 2025")] == ["family", "la"]


def test_health_holds_the_case_while_only_its_advice_is_awaited(cases: Cases, app: Arflow) -> None:
    review = cases.opened("1 Aug 2024", "1 May 2025", setting="123456").invited("10 May 2025")
    review.do(c.RequestAdvice(on=day("10 May 2025"), roles=("health", "la_social_care")))
    assert turn(app, review) == Turn(holder="school")
    review.do(c.ReceiveAdvice(on=day("12 May 2025"), role="la_social_care", nothing_to_add=True))
    assert turn(app, review) == Turn(holder="health")


@pytest.mark.parametrize(
    ("plan", "kind", "holder"),
    [
        ({"setting": "123456"}, "annual", "school"),
        ({"coordinator": "C. One"}, "annual", "nobody"),
        ({"coordinator": "C. One"}, "not_in_setting", "la"),
        ({}, "not_in_setting", "nobody"),
    ],
)
def test_a_case_without_a_setting_or_a_coordinator_may_be_nobodys(
    cases: Cases, app: Arflow, plan: dict[str, str], kind: str, holder: str
) -> None:
    assert turn(app, cases.opened("1 Aug 2024", "1 May 2025", kind=kind, **plan)) == Turn(holder=holder)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("party", "holder"),
    [("arranger", "school"), ("school", "school"), ("la", "la"), ("family", "family"), ("health", "health")],
)
def test_a_state_is_held_by_the_party_that_its_definition_names(
    cases: Cases, app: Arflow, party: Party, holder: Holder
) -> None:
    review = app.review(cases.opened("1 Aug 2024", "1 May 2025", setting="123456", coordinator="C. One").id)
    workflow = app.workflow(review.workflow)
    states = tuple(msgspec.structs.replace(state, holder=party) for state in workflow.states)

    found = turns.of_review(review, app.plan(review.plan), msgspec.structs.replace(workflow, states=states))

    assert found == Turn(holder=holder)


def test_the_list_of_cases_that_nobody_holds(run: Callable[..., Result]) -> None:
    for words in ("plan add HELD --first-made 2026-01-01 --coordinator Casey", "plan add LOST --first-made 2026-01-01"):
        assert run(*words.split()).exit_code == 0
    assert [row["plan"] for row in json.loads(run("due", "--holder", "nobody", "--json").stdout)] == ["LOST"]
    assert [row["plan"] for row in json.loads(run("due", "--holder", "la", "--json").stdout)] == ["HELD"]


@pytest.mark.thorough
def test_an_svg_is_drawn_without_graphviz_installed(run: Callable[..., Result], tmp_path: Path) -> None:
    out = tmp_path / "review.svg"
    drawn = run("workflow", "diagram", "--format", "svg", "--out", str(out), PATH="")
    assert drawn.exit_code == 0, drawn.stderr
    text = out.read_text("utf-8")
    assert text.startswith("<?xml")
    assert "Amendments proposed" in text
    assert "needs Graphviz" in run("workflow", "diagram", "--format", "png", "--out", str(out), PATH="").stderr
