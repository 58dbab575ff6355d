"""What the forms for one person ask: a professional's advice, a parent's or young person's views, and a child's own views."""

from datetime import date

import msgspec

from arflow.events import AdviceAnswer
from arflow.papers.forms.questions import (
    VERSION,
    Field,
    FieldKind,
    Form,
    FormKind,
    Row,
    Section,
    Table,
    asked,
    form_id,
    in_full,
    numbered,
    question,
)
from arflow.papers.forms.report_questions import PROGRESS

ANSWERS: tuple[tuple[AdviceAnswer, str], ...] = (
    ("advice", "My advice is below"),
    ("no_change", "Nothing has changed since my last report"),
    ("not_involved", "I am not involved"),
    ("nothing_to_add", "I have nothing to add"),
)
COMES = (("yes", "Yes"), ("no", "No"), ("part", "For a part of it"))
# The answers that are somebody's advice or views in words.
ADVICE_WORDS = ("going_well", "needs", "support", "changes")
VIEWS_WORDS = ("good", "hard", "support", "hopes", "changes", "place")
CHILD_WORDS = ("good", "hard", "helps", "people", "future")


class PersonFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the form of one person is filled in with; `person` is their id, `by` the day by which it is wanted."""

    review: str
    plan: str
    child: str
    person: str
    name: str
    meeting_on: date | None
    by: date | None
    outcomes: tuple[tuple[str, str], ...]


def advice_form(facts: PersonFacts) -> Form:
    """The form for advice and information for the meeting (SEND Regs 2014 r.20(4), r.21(4))."""
    sections = [
        Section(
            title="Your answer",
            table=asked(
                "Your answer",
                question("What you have to tell", _field("answer", "choice", ANSWERS)),
                question("Who wrote this", _field("written_by", given=facts.name), "Name and role"),
                question("On which day", _field("written_on", "day")),
                question("Will you come to the meeting?", _field("attends", "choice", COMES)),
            ),
        ),
        *([_outcomes(facts)] if facts.outcomes else []),
        Section(
            title="Your advice",
            table=asked(
                "Your advice",
                question("What goes well", _field("going_well")),
                question("What is needed now", _field("needs")),
                question("Which support, how much and how often", _field("support"), "As exactly as you can"),
                question("What should change in the plan", _field("changes")),
            ),
        ),
    ]
    lines = (_how(facts), "Answer the first question even if you have nothing to tell: we then do not wait for you.")
    return _form("advice", facts, "Advice for the annual review meeting", lines, sections)


def views_form(facts: PersonFacts) -> Form:
    """The form for the views, wishes and feelings of a parent or a young person (SEND Regs 2014 r.19(a))."""
    rows = (
        question("What goes well", _field("good")),
        question("What is hard, or worries you", _field("hard")),
        question("Which support helps, and which does not", _field("support")),
        question("What you hope for", _field("hopes"), "Next year, and later"),
        question("What should change in the plan", _field("changes")),
        question("What you think of the school, college or other place", _field("place")),
    )
    meeting = (
        question("Will you come to the meeting?", _field("attends", "choice", COMES)),
        question(
            "What would help you to take part", _field("help"), "Such as an interpreter, a break, or somebody with you"
        ),
        question("Would you like to talk about a personal budget?", _field("budget", "choice", COMES[:2])),
    )
    sections = [
        Section(title="What you think", table=asked("What you think", *rows)),
        Section(title="The meeting", table=asked("The meeting", *meeting)),
    ]
    lines = (
        _how(facts),
        "Write as much or as little as you like. You can also tell us in another way: in your own words, by phone, in a film.",
    )
    return _form("views", facts, "Your views for the annual review", lines, sections)


def child_views_form(facts: PersonFacts) -> Form:
    """The form for a child's own views: few and short questions in large type with pictures, on one sheet."""
    rows = (
        question("What is good?", _field("good"), picture="good"),
        question("What is hard?", _field("hard"), picture="hard"),
        question("What helps me?", _field("helps"), picture="helps"),
        question("Who helps me?", _field("people"), picture="people"),
        question("What do I want to do one day?", _field("future"), picture="future"),
        question("Do I want to come to the meeting?", _field("attends", "choice", COMES), picture="meeting"),
        question("Who helped me with this page?", _field("helped_by"), picture="page"),
    )
    section = Section(
        title="What I think",
        table=Table(about="What I think", heads=("Question", "My answer"), widths=(3.8, 6.2), rows=rows),
    )
    lines = ("You can write, draw, or ask somebody to write for you. There is no wrong answer.",)
    form = _form("child-views", facts, "My views", lines, [])
    return msgspec.structs.replace(
        form, sections=(section,), easy=True, facts=((("My name", facts.child),) if facts.child else ())
    )


def _form(kind: FormKind, facts: PersonFacts, title: str, lines: tuple[str, ...], sections: list[Section]) -> Form:
    about = (
        ("Child or young person", facts.child),
        ("Plan", facts.plan),
        ("Review", facts.review),
        ("From", facts.name),
    )
    outcomes = facts.outcomes if kind == "advice" else ()
    return Form(
        id=form_id(kind, VERSION, facts.review, outcomes, person=facts.person or None),
        title=title,
        lines=lines,
        facts=tuple((label, said) for label, said in about if said),
        sections=numbered(sections),
    )


def _how(facts: PersonFacts) -> str:
    by = f" by {in_full(facts.by)}" if facts.by else ""
    meeting = f" for the meeting on {in_full(facts.meeting_on)}" if facts.meeting_on else ""
    return (
        f"Please fill in the boxes{meeting}, save the file, and send it back to us as an attachment{by}. "
        "Answers are read by a program: leave the questions as they are."
    )


def _outcomes(facts: PersonFacts) -> Section:
    rows = tuple(
        Row(key=item, help=words, fields=(_field(f"{item}_progress", "choice", PROGRESS), _field(f"{item}_evidence")))
        for item, words in facts.outcomes
    )
    heads = ("Outcome", "Progress", "What shows it")
    table = Table(about="Progress towards each outcome", heads=heads, widths=(3.6, 1.9, 4.5), rows=rows)
    return Section(title="Outcomes that you know about", table=table)


def _field(name: str, kind: FieldKind = "words", options: tuple[tuple[str, str], ...] = (), given: str = "") -> Field:
    return Field(name=name, kind=kind, options=options, given=given)
