"""What a form for advice or views that came back says, as the answer to record; and what it leaves open. Pure."""

from datetime import date

import msgspec

from arflow.case.review import AnnualReview
from arflow.case.review_commands import ReceiveAdvice
from arflow.events import AdviceAnswer, Role
from arflow.papers.forms.answers import Answers
from arflow.papers.forms.person_questions import ADVICE_WORDS, ANSWERS, CHILD_WORDS, VIEWS_WORDS
from arflow.papers.forms.questions import Form, FormKind
from arflow.post.forms.proposal import Proposal
from arflow.words import in_words

_WORDS: dict[FormKind, tuple[str, ...]] = {"advice": ADVICE_WORDS, "views": VIEWS_WORDS, "child-views": CHILD_WORDS}
_CALLED: dict[FormKind, str] = {"advice": "Advice", "views": "Views", "child-views": "The child's own views"}


class ReturnedByPerson(msgspec.Struct, frozen=True, kw_only=True):
    """A form for one person that came back, with their role and the form that was made for them.

    `person` and `role` are none where the form is of nobody who is known; `sent_by` is who sent it, if that is known.
    """

    answers: Answers
    form: Form
    review: AnnualReview
    person: str | None
    role: Role | None
    came_on: date
    sent_by: str | None = None
    paper: str | None = None
    document: str | None = None
    accepted_before: tuple[str, ...] = ()


def person_proposal(returned: ReturnedByPerson) -> Proposal:
    """The answer that the form is; an empty one proposes nothing."""
    answers, kind = returned.answers, returned.answers.id.kind
    wrong = [f"{returned.form.place(name)}: the answer is none of those to choose from" for name in answers.unclear]
    missing: list[str] = []
    words = [name for name in answers.values if name in _WORDS[kind] or name.endswith(("_progress", "_evidence"))]
    given = {field.name: field.given for field in returned.form.fields()}
    blank = not answers.unclear and all(value == given.get(name) for name, value in answers.values.items())
    answer = _answer(answers, words, wrong, missing)
    if blank:
        wrong, missing = ["The form is blank: nothing in it is filled in"], []
    if returned.role is None:
        wrong.append("Who it is from: nobody of the case is known by it; accept the paper as advice, with a role")
    command = None if blank or returned.role is None or answer is None else _received(returned, returned.role, answer)
    said = f"{_CALLED[kind]} from {in_words(returned.role or '')} came on {returned.came_on}: {in_words(answer or '')}"
    return Proposal(
        commands=(command,) if command else (),
        acts=(said,) if command else (),
        wrong=tuple(wrong),
        missing=tuple(missing),
        notes=tuple(_notes(returned)),
        is_blank=blank,
    )


def _answer(answers: Answers, words: list[str], wrong: list[str], missing: list[str]) -> AdviceAnswer | None:
    """What kind of answer it is: as it says, or advice where it has words; views are always answered with words."""
    said = next((code for code, _ in ANSWERS if code == answers.get("answer")), None)
    if said in ("not_involved", "nothing_to_add", "no_change") and words:
        wrong.append(f"What you have to tell: the form says “{dict(ANSWERS)[said]}”, and gives advice")
    if said == "advice" and not words:
        missing.append("Your advice: nothing is written")
    if said is None and words:
        return "advice"
    if said is None and "answer" in answers.asked and "answer" not in answers.unclear:
        missing.append("What you have to tell: an answer")
    if said is None and "answer" not in answers.asked:
        missing.append("What you think: nothing is written")
    return said


def _received(returned: ReturnedByPerson, role: Role, answer: AdviceAnswer) -> ReceiveAdvice:
    return ReceiveAdvice(
        role=role,
        person=returned.person,
        answer=answer,
        documents=(returned.document,) if returned.document else (),
        on=returned.came_on,
        evidence=returned.paper,
    )


def _notes(returned: ReturnedByPerson) -> list[str]:
    answers, notes = returned.answers, []
    if answers.id.made_from != returned.form.id.made_from:
        notes.append("The form was made before the plan changed: compare its outcomes with the plan")
    if answers.by_labels:
        notes.append("The names of the answers were lost: each was found beside its question; compare it with the form")
    if returned.sent_by and returned.person and returned.sent_by != returned.person:
        notes.append(f"It is the form of {returned.person}, and {returned.sent_by} sent it")
    if answers.get("attends"):
        notes.append(f"Comes to the meeting: {answers.get('attends')}")
    if answers.get("help"):
        notes.append("Says what would help them to take part: read it before the meeting")
    if returned.accepted_before:
        notes.append(f"A form of theirs was accepted before ({', '.join(returned.accepted_before)})")
    return notes
