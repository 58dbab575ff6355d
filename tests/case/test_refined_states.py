"""A local state that refines a statutory one changes the name of the state, and nothing else."""

import ast
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from arflow import create_store
from arflow.application.arflow import Arflow
from arflow.case import review_commands as c
from arflow.case import turns
from arflow.daily.worklist import worklist
from arflow.history import Replay
from arflow.history.agreement import compare
from arflow.law import states
from arflow.law.catalogue import Catalogue, shipped_folder
from arflow.lists.questions import Asking
from arflow.post.advice.reminders_due import reviews_to_chase
from arflow.post.incoming.filing import _core_state, suggestion
from tests.support.cases import Cases, Told, day
from tests.support.days import on_day
from tests.support.paths import ROOT
from tests.support.publishing import publish_for_all_days

TODAY = date(2025, 7, 14)
STATUTORY = Catalogue(shipped_folder()).load("annual_review.2015")
GO = "go_local"


def told(cases: Cases, state: str) -> Told:
    """A review brought into a statutory state, with everything beside it that a list or a reminder asks of."""
    review = cases.review(
        cases.plan("1 Aug 2024", setting="123456", coordinator="Casey Morgan"),
        "1 May 2025",
        meeting_on=day("11 Jul 2025"),
    )
    path = ["scheduled", "invited", "advice_circulated", "meeting_held", "report_sent", "decided"]
    outcome = {"maintained": "maintain", "ceased": "cease"}.get(state, "amend")
    done = path.index(state) if state in path else len(path)
    acts: list[Callable[[], object]] = [
        lambda: review.invited("2 Jun 2025").do(c.RequestAdvice(roles=("health",), on=day("2 Jun 2025"))),
        lambda: review.circulated("20 Jun 2025"),
        lambda: review.held("23 Jun 2025"),
        lambda: review.reported("27 Jun 2025"),
        lambda: review.decided(outcome, "30 Jun 2025", not_yet_notified=state == "decided"),
    ]
    for act in acts[:done]:
        act()
    if state in ("amending", "amended"):
        review.noticed("1 Jul 2025")
    if state == "amended":
        review.issued("10 Jul 2025")
    if state == "ceased":
        review.do(c.CeasePlan(on=day("10 Jul 2025"), skip_reason="told briefly"))
    assert review.state() == state
    return review


def as_seen(app: Arflow, review: Told) -> dict[str, Any]:
    """All that anybody is told of a review, without the name of its state."""
    found, plan = app.review(review.id), app.plan(review.plan)
    asking = Asking(app)
    asking.catch_up()
    items = asking.due(TODAY)
    core = _core_state(app, review.id, TODAY)
    lines = worklist(asking, TODAY, items=items, advice={}, reports=[], stuck=[], waiting=[], unplaced=0)
    from arflow.papers.letters.papers_files import PapersFiles

    return {
        "turn": turns.of_review(found, plan, app.workflow(found.workflow)),
        "duties": app.duties(review.id),
        "possible": [step for step in app.possible(found) if not step.startswith(GO.replace("_", "-"))],
        "due": [msgspec.structs.replace(item, review_state=None) for item in items],
        "worklist": lines,
        "core": core,
        "before": [row[0] for row in asking.unfinished(*states.BEFORE_THE_MEETING)],
        "passed": [row["id"] for row in asking.meetings_passed(TODAY)],
        "reports": [row["id"] for row in asking.awaiting_report()],
        "chase": reviews_to_chase(app, asking, PapersFiles.of(app.catalogue).current()),
        "paper": [suggestion(role, "paper.pdf", core) for role in ("parent", "setting", "health")],
    }


def with_local_states(folder: Path, *refined: str) -> Path:
    """A definition with a local state for each of these, and a step that leads to it."""
    text = """
[workflow]
name = "localshire"
version = "2025"
title = "Local states that refine statutory ones"
in_force_from = 2025-01-01
known_from = 2025-01-01
extends = "annual_review.2015"
""" + "".join(map(_local_state, refined))
    path = folder / "localshire.2025.toml"
    path.write_text(text, "utf-8")
    return path


def _local_state(state: str) -> str:
    refined = STATUTORY.state_by_id[state]
    return f"""
[[state]]
id = "local_{state}"
text = "{refined.text}"
holder = "{refined.holder}"
refines = "{state}"
citation = "Localshire procedure 1"

[[step]]
id = "{GO}_{state}"
text = "Go to the local state"
milestone = "gone_local_{state}"
actor = "la"
word = "practice"
source = "local policy"
citation = "Localshire procedure 1"
moves = [{{ from = ["{state}"], to = "local_{state}" }}]
"""


STATES = [state.id for state in STATUTORY.states if not state.final]


@pytest.mark.thorough
@pytest.mark.parametrize("state", STATES)
def test_a_local_state_changes_nothing_but_the_name(
    state: str, tmp_path: Path, open_app: Callable[..., Arflow]
) -> None:
    local_states, seen = with_local_states(tmp_path, state), []
    for name, local in (("as_it_is.db", False), ("refined.db", True)):
        create_store(f"sqlite:///{tmp_path / name}")
        app = open_app(f"sqlite:///{tmp_path / name}", today=TODAY)
        publish_for_all_days(app, local_states)
        review = told(Cases(app), state)
        if local:
            review.do(c.TakeLocalStep(local_step=f"{GO}_{state}", on=day("11 Jul 2025")))
            assert review.state() == f"local_{state}"
        seen.append(as_seen(app, review))
    plain, refined = seen
    assert refined == plain


@pytest.mark.thorough
def test_both_counts_agree_in_local_states(app: Arflow, tmp_path: Path) -> None:
    publish_for_all_days(app, with_local_states(tmp_path, *STATES))
    on_day(app, TODAY)
    for state in STATES:
        told(Cases(app, start=STATES.index(state)), state).do(
            c.TakeLocalStep(local_step=f"{GO}_{state}", on=day("11 Jul 2025"))
        )
    with Replay.of_store(app.log_store.engine, app.workflow, app.current_workflow()) as replay:
        compared = compare(replay.at(TODAY), app.log_store.read_by_case(), app.workflow, app.current_workflow())
    assert compared.cases == len(STATES)
    assert not compared.differences


def test_no_local_state_refines_the_end_of_a_review() -> None:
    assert {state.id for state in STATUTORY.states if state.final} == set(states.FINAL)


def test_every_state_that_the_code_asks_about_is_statutory() -> None:
    named = {
        name
        for value in vars(states).values()
        for name in (value if isinstance(value, tuple) else (value,))
        if isinstance(name, str) and name.isidentifier() and not name.startswith("arflow")
    }
    assert named <= {state.id for state in STATUTORY.states}


@pytest.mark.thorough
def test_only_one_module_names_states() -> None:
    """A comparison of a state with a name in the code would miss the local states that refine it."""
    names = {state.id for state in STATUTORY.states}
    found = []
    for path in (ROOT / "src" / "arflow").rglob("*.py"):
        if path.name == "states.py" or "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Compare) and _asks_a_state(node.left):
                strings = [
                    leaf.value
                    for right in node.comparators
                    for leaf in ast.walk(right)
                    if isinstance(leaf, ast.Constant)
                ]
                found += [f"{path.name}:{node.lineno}: {text}" for text in strings if text in names]
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found += [f"{path.name}:{node.lineno}: {name}" for name in names if f"state = '{name}'" in node.value]
    # A plan is maintained or ended, and a message can be cancelled: those are no states of a review.
    assert [line for line in found if not line.endswith((": maintained", ": cancelled"))] == []


def _asks_a_state(node: ast.expr) -> bool:
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name in ("state", "core")
        case ast.Subscript(slice=ast.Constant(value="state")):
            return True
        case ast.Call(func=ast.Attribute(attr="core")):
            return True
    return False
