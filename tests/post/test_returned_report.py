"""What a report form that came back proposes: the acts, what contradicts itself, and what is missing."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from arflow.application.arflow import Arflow
from arflow.case.plan_commands import KeepPlanText
from arflow.case.review_commands import HoldMeeting, ProposeAmendments, RecordConduct, ScheduleMeeting, SendReport
from arflow.law.catalogue import Catalogue
from arflow.papers.documents import documents_of
from arflow.papers.forms.answers import Answers
from arflow.papers.forms.questions import Form
from arflow.papers.plan_text.plan_text import Item, PlanText, canonical, plan_text
from arflow.post.forms.proposal import Proposal
from arflow.post.forms.report_of_case import report_form_of
from arflow.post.forms.report_proposal import Returned, proposal
from tests.conftest import TODAY
from tests.support.cases import Cases, Told
from tests.support.post_room import household

TEXT = plan_text(
    [
        Item(id="E1", text="Sam reads a short book alone."),
        Item(id="E2", text="Sam travels with a friend."),
        Item(id="F1", text="Twenty minutes of reading each day.", serves=("E1",)),
        Item(id="F2", text="A quiet space."),
    ]
)
CAME_ON = date(2026, 11, 20)
FULL = {
    "meeting_on": "2026-11-10",
    "sent_to_all": "yes",
    "sent_on": "2026-11-18",
    "advice_attached": "yes",
    **{f"came_{role}": "came" for role in ("parent", "setting", "health", "la_sen")},
    "came_la_social_care": "absent",
    "E1_progress": "achieved",
    "E1_still_right": "yes",
    "E2_progress": "behind",
    "E2_still_right": "yes",
    "child_part": "came",
    "child_views": "I like trains.",
    "own_medium": "yes",
    "parent_views": "We are pleased.",
    "personal_budget": "discussed",
    "recommendation": "maintain",
    "reasons": "It still fits.",
}


class World:
    """A review of somebody in Year 5 whose plan's text is kept, and its form."""

    def __init__(self, app: Arflow, *, start: int = 0, **plan: Any) -> None:
        self.app = app
        self.told: Told = Cases(app, start=start).opened(
            "12 Jan 2026", "1 Oct 2026", setting="123456", **({"nc_year": 5} | plan)
        )
        self.told.do(ScheduleMeeting(meeting_on=date(2026, 11, 10), on=date(2026, 10, 2)))
        household(app, self.told.plan)
        self.store = documents_of(app.engine)
        self._forms: dict[int, Form] = {}
        text = plan_text([*TEXT.items, Item(id="A1", text=f"The plan {self.told.plan}.")])  # no two cases share a file
        kept = self.store.keep(
            canonical(text), plan=self.told.plan, kind="plan", name="plan.json", by=app.officer_id, at=app.now
        )
        app.change_plan(self.told.plan, KeepPlanText(document=kept.digest, on=date(2026, 10, 2)))

    @property
    def form(self) -> Form:
        """The form as the case would have it now."""
        version = self.app.review(self.told.id).version
        if version not in self._forms:
            self._forms[version] = report_form_of(self.app, lambda: self.store, self.told.id)
        return self._forms[version]

    def proposes(
        self, changed: dict[str, str] | None = None, *, without: tuple[str, ...] = (), **more: Any
    ) -> Proposal:
        """What the full form proposes with some answers changed or left out."""
        values = {name: said for name, said in (FULL | (changed or {})).items() if name not in without}
        names = tuple(field.name for field in self.form.fields())
        answers = replace(
            Answers(id=self.form.id, values=values, asked=names),
            **{name: more.pop(name) for name in ("unclear", "asked", "id") if name in more},
        )
        text: PlanText | None = more.pop("text", TEXT)
        return proposal(
            Returned(
                answers=answers,
                form=self.form,
                review=self.app.review(self.told.id),
                text=text,
                came_on=CAME_ON,
                young_person=False,
                adulthood=more.pop("adulthood", False),
                **more,
            )
        )


@pytest.fixture
def world(app: Arflow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("ARFLOW_DOCUMENTS", str(tmp_path / "documents"))
    return World(app)


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, shipped: Catalogue) -> Iterator[World]:
    """The same for tests that record nothing: one for all of them."""
    path = tmp_path_factory.mktemp("still") / "arflow.db"
    shutil.copy(sqlite_template, path)
    with Arflow(f"sqlite:///{path}", by="A. Officer", today=TODAY, catalogue=shipped) as app:
        yield World(app)


def test_a_whole_form_proposes_the_meeting_how_it_went_and_the_report(world: World) -> None:
    found = world.proposes({"thinks_parent": "amend", "thinks_parent_words": "More reading."}, paper="IN-1.1")

    assert (found.wrong, found.missing, found.notes) == ((), (), ())
    hold, conduct, report = found.commands
    assert hold == HoldMeeting(
        on=date(2026, 11, 10), attended=("parent", "setting", "la_sen", "health"), evidence="IN-1.1"
    )
    assert conduct == RecordConduct(
        outcomes=("E1", "E2"),
        progress=("achieved", "behind"),
        views=("child_gave_views", "parent_gave_views", "own_medium"),
        personal_budget="discussed",
        evidence="IN-1.1",
    )
    assert report == SendReport(
        on=date(2026, 11, 18), recommendation="maintain", differing=("parent",), evidence="IN-1.1"
    )
    assert not found.to_send_on


def test_new_words_for_outcomes_and_changes_to_other_parts_become_proposed_amendments(world: World) -> None:
    found = world.proposes(
        {
            "recommendation": "amend",
            "E1_still_right": "remove",
            "E2_still_right": "reword",
            "E2_wording": "Sam travels alone.",
            "a1_part": "section F2",
            "a1_words": "Take out.",
            "a3_part": "new F",
            "a3_words": "A travel trainer.",
        }
    )

    assert (found.wrong, found.missing) == ((), ())
    assert found.amendments is not None
    changes = {change.item: change.new and (change.new.text, change.new.serves) for change in found.amendments.changes}
    assert changes == {
        "E1": None,
        "E2": ("Sam travels alone.", ()),
        "F1": ("Twenty minutes of reading each day.", ()),  # it served E1
        "F2": None,
        "F3": ("A travel trainer.", ()),
    }
    [command] = [one for one in found.commands if isinstance(one, ProposeAmendments)]
    assert (command.changes, command.proposed_by, command.on) == (5, "setting", CAME_ON)


WRONG = [
    (
        {"meeting_on": "2026-11-21", "sent_to_all": "no"},
        ("sent_on",),
        "Day of the meeting: 21 November 2026 is after the form came, on 20 November 2026",
    ),
    (
        {"meeting_on": "2026-09-30"},
        (),
        "Day of the meeting: 30 September 2026 is before the review was opened, on 1 October",
    ),
    ({}, ("meeting_on",), "Day of the meeting: no day is given, and no meeting is recorded"),
    ({"sent_on": "2026-11-21"}, (), "If yes, on which day: 21 November 2026 is after the form came"),
    ({"sent_on": "2026-11-09"}, (), "If yes, on which day: 9 November 2026 is before the meeting on 10 November 2026"),
    ({"sent_to_all": "no"}, (), "the form says that not everybody was sent it, and a day on which they were"),
    ({"child_part": "none"}, (), "Views: the child did not take part, says the form, and gives what the child said"),
    ({"E1_wording": "Other words."}, (), "E1: it is still right, says the form, and gives new words for it"),
    (
        {"E1_still_right": "remove", "E1_wording": "x"},
        (),
        "E1: it is no longer needed, says the form, and gives new words",
    ),
    (
        {"E1_still_right": "remove"},
        (),
        "Recommendation: the form would keep the plan as it is, and proposes amendments",
    ),
    ({"a1_part": "the middle", "a1_words": "x"}, (), "Amendment 1: which part it is must be a number such as F2"),
    (
        {"recommendation": "amend", "a1_part": "F9", "a1_words": "take it out"},
        (),
        "Amendment 1: the plan has no F9 to take out",
    ),
    (
        {"recommendation": "amend", "a1_part": "F1", "a1_words": "x", "a2_part": "f1", "a2_words": "y"},
        (),
        "Proposed amendments: F1 is changed in two places",
    ),
]


@pytest.mark.parametrize(("changed", "without", "said"), WRONG)
def test_what_contradicts_itself_is_one_line(
    still: World, changed: dict[str, str], without: tuple[str, ...], said: str
) -> None:
    found = still.proposes(changed, without=without)
    assert [line for line in found.wrong if said in line], found.wrong
    assert len(found.wrong) == 1


MISSING = [
    ({}, ("came_parent", "came_health"), "Who came: nothing about Parent, Health"),
    ({}, ("E2_progress",), "Progress: nothing about E2"),
    ({}, ("E1_still_right", "E2_still_right"), "Still right?: nothing about E1, E2"),
    (
        {"recommendation": "amend", "E2_still_right": "reword", "a1_part": "F1", "a1_words": "x"},
        (),
        "E2: the new words",
    ),
    ({}, ("child_views",), "Views: what the child said, or why nobody could find out"),
    ({}, ("parent_views",), "Views: what the parent said"),
    ({}, ("personal_budget",), "Personal budget: whether it was talked about"),
    ({}, ("recommendation",), "Recommendation: whether to keep, amend or cease the plan"),
    ({}, ("reasons",), "Recommendation: why"),
    ({"recommendation": "amend"}, (), "Proposed amendments: the form would amend the plan, and proposes no change"),
    ({}, ("advice_attached",), "Advice and information: the form does not say that all of it is attached"),
    ({}, ("sent_to_all",), "This report: whether everybody who was invited has been sent it"),
    ({}, ("sent_on",), "This report: the day on which everybody was sent it"),
    ({"thinks_health": "cease"}, (), "Differences of view: in words, what is recommended by: Health"),
    (
        {"recommendation": "amend", "a1_words": "x", "a2_part": "F1", "a2_words": "y"},
        (),
        "Amendment 1: which part of the plan",
    ),
    (
        {"recommendation": "amend", "a1_part": "F2", "a2_part": "F1", "a2_words": "y"},
        (),
        "Amendment 1: what it should say",
    ),
]


@pytest.mark.parametrize(("changed", "without", "said"), MISSING)
def test_what_is_missing_is_one_line_and_stops_nothing(
    still: World, changed: dict[str, str], without: tuple[str, ...], said: str
) -> None:
    found = still.proposes(changed, without=without)
    assert [line for line in found.missing if said in line], found.missing
    assert (len(found.missing), found.wrong) == (1, ())
    assert found.commands


def test_preparing_for_adulthood_is_asked_from_year_9_and_not_before(app: Arflow, world: World) -> None:
    assert not [field for field in world.form.fields() if field.name.startswith("adult_")]
    older = World(app, start=1, nc_year=9)
    found = older.proposes({"adult_health": "yes", "adult_employment_words": "Work at the station."}, adulthood=True)
    assert found.missing == ("Preparing for adulthood: independent living, taking part in the community",)
    [conduct] = [one for one in found.commands if isinstance(one, RecordConduct)]
    assert conduct.areas == ("employment", "health")


def test_a_report_that_nobody_else_has_waits_to_be_sent_on(world: World) -> None:
    found = world.proposes({"sent_to_all": "no"}, without=("sent_on",))
    assert (found.wrong, found.missing) == ((), ())
    assert found.to_send_on
    assert [type(one) for one in found.commands] == [HoldMeeting, RecordConduct]
    assert found.recommendation == "maintain"


def test_a_report_may_go_out_on_the_day_of_the_meeting(world: World) -> None:
    found = world.proposes({"sent_on": FULL["meeting_on"]})
    assert (found.wrong, len(found.commands)) == ((), 3)


def test_who_would_recommend_the_same_does_not_differ(world: World) -> None:
    found = world.proposes({"thinks_parent": "maintain", "thinks_setting": "agrees", "thinks_health": "unknown"})
    assert (found.differing, found.missing) == ((), ())


def test_a_blank_form_proposes_nothing(world: World) -> None:
    found = world.proposes(without=tuple(name for name in FULL if name != "meeting_on"))
    assert (found.is_blank, found.commands) == (True, ())
    assert found.wrong == ("The form is blank: nothing in it is filled in",)


def test_an_unclear_answer_and_a_question_taken_out_are_named(world: World) -> None:
    names = tuple(field.name for field in world.form.fields() if field.name != "personal_budget")
    found = world.proposes(without=("E1_progress", "personal_budget"), unclear=("E1_progress",), asked=names)
    assert found.wrong == ("E1: Progress: the answer is none of those to choose from",)
    assert found.missing == ("No longer in the form: Personal budget",)


def test_a_meeting_that_is_recorded_is_not_proposed_again_and_another_day_contradicts_it(world: World) -> None:
    world.told.held("10 Nov 2026", attended=("parent",))
    found = world.proposes()
    assert [type(one) for one in found.commands] == [RecordConduct, SendReport]
    assert found.notes == ("The meeting on 10 November 2026 is recorded already",)
    [wrong] = world.proposes({"meeting_on": "2026-11-11"}).wrong
    assert wrong == "Day of the meeting: the form says 11 November 2026, and our record 10 November 2026"


def test_a_form_of_an_older_text_of_the_plan_says_what_differs(world: World) -> None:
    older = replace(world.form.id, made_from="0123456789")
    names = (*(field.name for field in world.form.fields() if not field.name.startswith("E2_")), "E7_progress")
    found = world.proposes({"E7_progress": "behind"}, without=("E2_progress", "E2_still_right"), id=older, asked=names)
    said = "E7 is not in the plan now, and is left out; it does not ask about E2"
    assert found.notes == (f"The form was made before the plan or the case changed: {said}",)
    assert found.missing == ()
    assert next(one for one in found.commands if isinstance(one, RecordConduct)).outcomes == ("E1",)


def test_a_second_form_of_a_review_says_that_it_adds_to_the_first(world: World) -> None:
    [note] = world.proposes(accepted_before=("IN-1.1",)).notes
    assert note == "A form of this review was accepted before (IN-1.1): this one adds to it"


def test_without_a_kept_text_the_amendments_stay_in_the_form(world: World) -> None:
    found = world.proposes({"recommendation": "amend", "a1_part": "F1", "a1_words": "x"}, text=None)
    assert found.amendments is None
    assert (found.wrong, found.missing) == ((), ())
    assert "The plan's text is not kept (`arflow amend keep`)" in found.notes[0]
