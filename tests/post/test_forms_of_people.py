"""The forms for advice and views: each for one person, read back as their answer."""

from datetime import date
from pathlib import Path

import pytest

from arflow.application.arflow import Arflow
from arflow.case.plan_commands import SetYoungPersonFrom
from arflow.case.review_commands import ReceiveAdvice
from arflow.errors import MissingValue, NotPossible
from arflow.papers.forms.answers import Answers
from arflow.papers.forms.questions import Form, FormKind
from arflow.papers.forms.returned import read_form
from arflow.post.forms.person_form_of_case import kind_for, person_form_of
from arflow.post.forms.person_proposal import ReturnedByPerson, person_proposal
from arflow.post.forms.proposal import Proposal
from tests.post.test_returned_report import World
from tests.support.forms import answered

CAME_ON = date(2026, 11, 5)


@pytest.fixture
def world(app: Arflow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("ARFLOW_DOCUMENTS", str(tmp_path / "documents"))
    return World(app)


def form_of(world: World, kind: FormKind, to: str | None) -> Form:
    return person_form_of(world.app, lambda: world.store, world.told.id, kind, to)


def proposes(world: World, form: Form, values: dict[str, str], **more: str | None) -> Proposal:
    names = tuple(field.name for field in form.fields())
    given = {field.name: field.given for field in form.fields() if field.given}
    return person_proposal(
        ReturnedByPerson(
            answers=Answers(id=form.id, values=given | values, asked=names),
            form=form,
            review=world.app.review(world.told.id),
            person=form.id.person,
            came_on=CAME_ON,
            **({"role": "health"} | more),  # type: ignore[arg-type]
        )
    )


@pytest.mark.parametrize("how", ["word", "libreoffice", "google"])
@pytest.mark.parametrize(
    ("kind", "to", "said"),
    [
        (
            "advice",
            "health",
            {"answer": "advice", "E1_progress": "behind", "E1_evidence": "A test.", "needs": "More\ntime."},
        ),
        ("views", "parent", {"good": "Reading.", "attends": "part", "help": "An interpreter."}),
        ("child-views", None, {"good": "Trains", "future": "Drive a train", "attends": "yes"}),
    ],
)
def test_each_form_is_read_back_and_names_its_person(
    world: World, kind: FormKind, to: str | None, said: dict[str, str], how: str
) -> None:
    form = form_of(world, kind, to)
    people = {person.role: person.id for person in world.app.people.of(world.told.plan)}
    found = read_form(answered(form, said, how=how), "form.docx")
    assert found.id == form.id
    assert found.id.person == people["child" if to is None else to]  # type: ignore[index]
    assert {name: found.get(name) for name in said} == said
    assert set(found.asked) == {field.name for field in form.fields()}


def test_advice_is_proposed_as_the_answer_of_its_person(world: World) -> None:
    form = form_of(world, "advice", "health")
    found = proposes(world, form, {"answer": "advice", "needs": "A quiet room."}, paper="IN-1.1", document="ab" * 32)
    assert (found.wrong, found.missing) == ((), ())
    assert found.commands == (
        ReceiveAdvice(
            role="health", person=form.id.person, answer="advice", documents=("ab" * 32,), on=CAME_ON, evidence="IN-1.1"
        ),
    )


@pytest.mark.parametrize("answer", ["no_change", "not_involved", "nothing_to_add"])
def test_an_answer_without_advice_counts_and_advice_beside_it_contradicts_it(world: World, answer: str) -> None:
    form = form_of(world, "advice", "health")
    [command] = proposes(world, form, {"answer": answer}).commands
    assert isinstance(command, ReceiveAdvice)
    assert command.answer == answer
    [wrong] = proposes(world, form, {"answer": answer, "needs": "More."}).wrong
    assert "and gives advice" in wrong


def test_what_lacks_an_answer_is_told(world: World) -> None:
    advice, views = form_of(world, "advice", "health"), form_of(world, "views", "parent")
    assert proposes(world, advice, {"answer": "advice"}).missing == ("Your advice: nothing is written",)
    assert proposes(world, advice, {"attends": "yes"}).missing == ("What you have to tell: an answer",)
    assert proposes(world, views, {"attends": "yes"}).missing == ("What you think: nothing is written",)
    assert proposes(world, views, {"hard": "Noise."}, role="parent").commands
    assert proposes(world, advice, {}).wrong == ("The form is blank: nothing in it is filled in",)
    unknown = proposes(world, advice, {"needs": "More."}, role=None)
    assert unknown.commands == ()
    assert unknown.wrong == (
        "Who it is from: nobody of the case is known by it; accept the paper as advice, with a role",
    )
    assert proposes(world, advice, {"needs": "More."}, sent_by="N-00000000").notes == (
        f"It is the form of {advice.id.person}, and N-00000000 sent it",
    )


def test_each_person_has_the_form_that_fits_them(world: World) -> None:
    people = {person.role: person for person in world.app.people.of(world.told.plan)}
    kinds = {role: kind_for(world.app, person) for role, person in people.items()}
    assert kinds == {
        "child": "child-views",
        "parent": "views",
        **dict.fromkeys(("setting", "la_sen", "health", "la_social_care"), "advice"),
    }
    with pytest.raises(NotPossible, match="the advice form is not for N-"):
        form_of(world, "advice", "parent")
    with pytest.raises(MissingValue, match="say whose form it is"):
        form_of(world, "views", None)


def test_a_parent_by_a_young_persons_agreement_has_the_form_for_views(world: World) -> None:
    passed = SetYoungPersonFrom(young_person_from=world.app.today)
    world.app.change_plan(world.told.plan, passed)
    people = {person.role: person for person in world.app.people.of(world.told.plan)}
    assert {role: kind_for(world.app, people[role]) for role in ("child", "parent")} == dict.fromkeys(
        ("child", "parent"), "views"
    )
