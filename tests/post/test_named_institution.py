"""Letters about where somebody goes next, and about a plan that came: who must have them, and what they say."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from arflow.case.plan_commands import MoveSetting, NameForTransfer, TellFamilyOfTransfer, TransferIn
from arflow.errors import MissingValue
from arflow.law.catalogue import Catalogue, catalogue_of
from arflow.papers.letters.contents import Enclosure
from arflow.papers.letters.letter import Stationery, shipped, write
from arflow.papers.letters.papers_files import PapersFiles
from arflow.papers.letters.stationery import stationery
from arflow.people import Person, invitation_list
from arflow.post.outgoing.addressees import addressees
from arflow.post.outgoing.letter_facts import letter_for
from tests.support.cases import Cases, Told, day
from tests.support.post_room import household, post_room

pytestmark = pytest.mark.thorough

PAPERS = PapersFiles.of(catalogue_of({})).current()


@pytest.fixture
def kit(tmp_path: Path) -> Stationery:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "authority.toml").write_bytes(shipped("authority.toml"))
    return stationery(Catalogue(tmp_path))


def leaving(cases: Cases, **plan: Any) -> Told:
    """A phase transfer review of somebody who attends 111111, with everybody in the case but the next school."""
    ref = cases.plan(
        "1 Aug 2024", setting="111111", transfer="primary_to_secondary", transfer_on=date(2026, 9, 1), **plan
    )
    household(cases.app, ref)
    return cases.review(ref, "1 Oct 2025", "phase_transfer").held("1 Dec 2025").decided("amend", "20 Dec 2025")


def next_school(told: Told, role: Any) -> Person:
    somebody = Person(plan=told.plan, role=role, name="The Admissions Office", email="next@example.org")
    return told.app.people.add(somebody)


def name(told: Told, names: str) -> None:
    told.app.change_plan(told.plan, NameForTransfer(names_for_transfer=names, review=told.id))


def roles(told: Told, letter: str) -> list[str]:
    return [one.role for one in addressees(told.app, told.app.review(told.id), PAPERS.letter_by_id[letter])]


def test_the_final_plan_goes_to_the_institution_named_and_not_to_the_one_attended(cases: Cases) -> None:
    """SEND Regs 2014 r.22(3)(b)."""
    told = leaving(cases)
    name(told.noticed("20 Dec 2025"), "234567")
    told.issued("1 Feb 2026")
    with pytest.raises(MissingValue, match=f"named setting: .*arflow people add {told.plan} --role named_setting"):
        roles(told, "final_plan")
    next_school(told, "named_setting")
    assert roles(told, "final_plan") == ["parent", "named_setting", "health"]


@pytest.mark.parametrize("names", ["111111", "unchanged"])
def test_where_the_plan_names_the_school_attended_that_one_has_it(cases: Cases, names: str) -> None:
    told = leaving(cases)
    name(told.noticed("20 Dec 2025"), names)
    told.issued("1 Feb 2026")
    assert roles(told, "final_plan") == ["parent", "setting", "health"]


def test_where_the_plan_names_a_type_no_institution_has_it(cases: Cases) -> None:
    told = leaving(cases)
    name(told.noticed("20 Dec 2025"), "type:special school")
    told.issued("1 Feb 2026")
    assert roles(told, "final_plan") == ["parent", "health"]


def test_before_anything_is_named_nobody_has_the_final_plan_of_a_transfer_review(cases: Cases) -> None:
    told = leaving(cases).noticed("20 Dec 2025")
    with pytest.raises(MissingValue, match=rf"on 2026-09-01 .*name-for-transfer {told.plan} --review {told.id}"):
        roles(told, "final_plan")


def test_a_review_that_is_for_no_transfer_goes_to_the_school_attended(cases: Cases) -> None:
    ref = cases.plan("1 Aug 2024", setting="111111", transfer="primary_to_secondary", transfer_on=date(2026, 9, 1))
    household(cases.app, ref)
    told = cases.review(ref, "1 Oct 2025", "early").held("1 Dec 2025").decided("amend", "20 Dec 2025")
    assert roles(told.noticed("20 Dec 2025"), "final_plan") == ["parent", "setting", "health"]


def test_a_decision_to_cease_goes_to_both_and_its_consultation_to_the_one_named(cases: Cases) -> None:
    """SEND Regs 2014 r.20(10) for the one attended, r.31(1)(c), (2) for the one named."""
    told = leaving(cases)
    told.app.change_plan(
        told.plan, NameForTransfer(names_for_transfer="234567", outside_review=True, on=day("1 Dec 2025"))
    )
    next_school(told, "named_setting")
    assert roles(told, "decision_cease") == ["parent", "setting", "named_setting", "health"]
    assert roles(told, "cease_consultation") == ["parent", "named_setting"]
    told.app.change_plan(told.plan, MoveSetting(setting="234567", on=day("1 Sep 2026")))
    assert roles(told, "decision_cease") == ["parent", "setting", "health"]


def test_the_institution_named_is_not_invited_unasked(cases: Cases) -> None:
    told = leaving(cases)
    next_school(told, "named_setting")
    app = cases.app
    found = invitation_list(
        app.workflow("annual_review.2015"), "annual", app.plan(told.plan), app.people.of(told.plan), day("1 Dec 2025")
    )
    assert "The Admissions Office" not in {one.person.name for one in found.listed}


def test_an_institution_is_asked_in_true_words(cases: Cases, kit: Stationery) -> None:
    told = leaving(cases)
    office = next_school(told, "other")
    letter = PAPERS.letter_by_id["institution_consultation"]
    plan = Enclosure(kind="plan", title="The plan", plan=told.plan)
    facts = letter_for(cases.app, PAPERS, letter, told.id, office.id, answer_by=date(2026, 12, 9), enclosures=(plan,))
    text = write(letter.id, facts, kit).text
    assert "We are considering whether to name your school" in text
    assert "would come to you on Tuesday 1 September 2026" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "answer by Wednesday 9 December 2026" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "appeal" not in text


def test_a_consultation_is_never_sent_to_everybody_else_of_the_case(
    cases: Cases, run: Callable[..., Result], tmp_path: Path
) -> None:
    told = leaving(cases)
    next_school(told, "other")
    with post_room(run, tmp_path) as office:
        refused = office("letter", "send", told.id, "institution_consultation", "--answer-by", "2027-01-10")
        assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
        assert "institution_consultation is sent by `arflow letter make" in refused.stderr
        assert office.server.received == []


@pytest.mark.parametrize(
    ("proposes", "words"), [(True, "We propose to make a new"), (False, "We do not propose to make a new")]
)
def test_the_family_reads_all_three_things_of_regulation_15_4(
    cases: Cases, kit: Stationery, proposes: bool, words: str
) -> None:
    plan = cases.plan("1 Mar 2025", setting="111111")
    household(cases.app, plan)
    cases.app.change_plan(
        plan,
        TransferIn(on=day("12 Jan 2026")),
        TellFamilyOfTransfer(on=day("19 Jan 2026"), proposes_assessment=proposes, review_on=day("1 Apr 2026")),
    )
    told = cases.review(plan, "20 Jan 2026", "la_move")
    letter = PAPERS.letter_by_id["moved_in"]
    facts = letter_for(cases.app, PAPERS, letter, told.id, "parent")
    text = write(letter.id, facts, kit).text.replace("\N{NO-BREAK SPACE}", " ")
    assert "transferred to us on Monday 12 January 2026" in text
    assert words in text
    assert "review the plan on Wednesday 1 April 2026" in text
