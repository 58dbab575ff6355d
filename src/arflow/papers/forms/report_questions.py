"""What the form for the report of a meeting asks (SEND Regs 2014 r.19, r.20(5)-(9); Code 9.166-9.176)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import get_args

import msgspec

from arflow.events import AdulthoodArea, Outcome, PersonalBudget, Progress, Role
from arflow.papers.forms.questions import (
    VERSION,
    Field,
    Form,
    Row,
    Section,
    Table,
    asked,
    form_id,
    in_full,
    numbered,
    question,
)

AMENDMENTS = 6  # rows for proposed amendments

ROLE_TITLES: Mapping[Role, str] = {
    "parent": "Parent",
    "young_person": "Young person",
    "setting": "School or other setting",
    "named_setting": "Institution that the plan names",
    "la_sen": "Local authority: SEN",
    "health": "Health",
    "la_social_care": "Local authority: social care",
    "youth_offending": "Youth offending team",
    "job_coach": "Job coach",
    "other": "Others",
}
CAME = (("came", "Came"), ("sent", "Did not come, sent advice"), ("absent", "Did not come"))
PROGRESS: tuple[tuple[Progress, str], ...] = (
    ("achieved", "Achieved"),
    ("on_track", "On track"),
    ("behind", "Behind"),
    ("changed", "Changed"),
    ("ceased", "Ended"),
    ("not_addressed", "Not looked at"),
)
STILL_RIGHT = (("yes", "Yes"), ("reword", "Needs other words"), ("remove", "No longer needed"))
TOOK_PART = (
    ("came", "Came to the meeting"),
    ("sent", "Gave views before the meeting"),
    ("through", "Somebody else spoke for them"),
    ("none", "Did not take part"),
)
RECOMMENDS: tuple[tuple[Outcome, str], ...] = (
    ("maintain", "Keep the plan as it is"),
    ("amend", "Amend the plan"),
    ("cease", "Cease (end) the plan"),
)
THINKS = (
    ("agrees", "Agrees"),
    *RECOMMENDS,
    ("otherwise", "Differs in another way"),
    ("unknown", "Not known"),
)
AREAS: Mapping[AdulthoodArea, str] = {
    "employment": "Higher education or work",
    "independent_living": "Independent living",
    "community": "Taking part in the community",
    "health": "Being as healthy as possible",
}
BUDGET: tuple[tuple[PersonalBudget, str], ...] = (
    ("none", "Not talked about"),
    ("discussed", "Talked about, none wanted"),
    ("requested", "Asked for"),
    ("in_place", "In place, goes on as it is"),
    ("changed", "In place, is to change"),
)
YES = (("yes", "Yes"), ("no", "No"))
assert set(get_args(Progress)) == {code for code, _ in PROGRESS}


class ReportFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the form is filled in with from the case; `outcomes` have numbers and words, `people` names by role.

    `young_person` says that the rights are theirs; `adulthood` that preparing for adulthood is asked.
    """

    review: str
    plan: str
    child: str
    setting: str | None
    year: int | None
    young_person: bool
    adulthood: bool
    meeting_on: date | None
    report_by: date | None
    outcomes: tuple[tuple[str, str], ...]
    people: tuple[tuple[Role, tuple[str, ...]], ...]
    attended: tuple[Role, ...] = ()


def report_form(facts: ReportFacts) -> Form:
    """The form for the report of one review."""
    made_from = (facts.outcomes, facts.adulthood, facts.young_person)
    return Form(
        id=form_id("report", VERSION, facts.review, made_from),
        title="Report of the annual review meeting",
        lines=_head(facts),
        facts=_about(facts),
        sections=numbered(_sections(facts)),
    )


def every_question(outcomes: Sequence[str]) -> Form:
    """All that any form of this version may ask, to read one by: every role, and preparing for adulthood."""
    return report_form(
        ReportFacts(
            review="",
            plan="",
            child="",
            setting=None,
            year=None,
            young_person=False,
            adulthood=True,
            meeting_on=None,
            report_by=None,
            outcomes=tuple((item, "") for item in outcomes),
            people=tuple((role, ()) for role in ROLE_TITLES),
        )
    )


def _head(facts: ReportFacts) -> tuple[str, ...]:
    by = f" It must reach everybody who was invited by {in_full(facts.report_by)}." if facts.report_by else ""
    return (
        "Fill in the boxes, save the file, and send it back to us as an attachment. "
        "Answers are read by a program: leave the questions as they are.",
        f"The report needs all advice and information obtained for the meeting: attach it.{by}",
    )


def _about(facts: ReportFacts) -> tuple[tuple[str, str], ...]:
    year = f"Year {facts.year}" if facts.year is not None else None
    said = (
        ("Young person" if facts.young_person else "Child", facts.child),
        ("School or other setting", facts.setting),
        ("Year of the class", year),
        ("Plan", facts.plan),
        ("Review", facts.review),
    )
    return tuple((label, value) for label, value in said if value)


def _sections(facts: ReportFacts) -> list[Section]:
    sections = [_meeting(facts), _attendance(facts)]
    if facts.outcomes:
        sections.append(_outcomes(facts))
    sections += [_views(facts), _provision()]
    if facts.adulthood:
        sections.append(_adulthood())
    return [*sections, _recommendation(), _differences(facts), _amendments()]


def _field(name: str, kind: str = "words", options: object = (), given: str = "") -> Field:
    return Field(name=name, kind=kind, options=options, given=given)  # type: ignore[arg-type]


def _meeting(facts: ReportFacts) -> Section:
    day = facts.meeting_on.isoformat() if facts.meeting_on else ""
    rows = (
        question("Day of the meeting", _field("meeting_on", "day", given=day)),
        question("Who wrote this report", _field("written_by"), "Name and role"),
        question(
            "Has everybody who was invited been sent this report?",
            _field("sent_to_all", "choice", YES),
            "If not, answer No: we will send it to them.",
        ),
        question("If yes, on which day", _field("sent_on", "day")),
        question("The advice and information obtained is attached", _field("advice_attached", "tick")),
    )
    return Section(title="The meeting", table=asked("The meeting and this report", *rows))


def _attendance(facts: ReportFacts) -> Section:
    rows = tuple(
        Row(
            key=ROLE_TITLES[role],
            help=", ".join(names),
            fields=(_field(f"came_{role}", "choice", CAME, given="came" if role in facts.attended else ""),),
        )
        for role, names in facts.people
    )
    table = Table(about="Who came to the meeting", heads=("Who", "Came?"), widths=(5.5, 4.5), rows=rows)
    return Section(title="Who came", table=table)


def _outcomes(facts: ReportFacts) -> Section:
    rows = tuple(
        Row(
            key=item,
            help=words,
            fields=(
                _field(f"{item}_progress", "choice", PROGRESS),
                _field(f"{item}_still_right", "choice", STILL_RIGHT),
                _field(f"{item}_evidence"),
                _field(f"{item}_wording"),
            ),
        )
        for item, words in facts.outcomes
    )
    heads = ("Outcome", "Progress", "Still right?", "What shows it", "New words, if needed")
    table = Table(about="Progress towards each outcome", heads=heads, widths=(2.6, 1.5, 1.5, 2.3, 2.1), rows=rows)
    lines = ("For each outcome of the plan: what progress was made, and is it still the right outcome?",)
    return Section(title="Outcomes", lines=lines, table=table)


def _views(facts: ReportFacts) -> Section:
    who = "young person" if facts.young_person else "child"
    rows = (
        question(f"How the {who} took part", _field("child_part", "choice", TOOK_PART)),
        question(
            f"What the {who} said", _field("child_views"), "Views, wishes and feelings, in their own words if you can"
        ),
        question("Helped by an adult they trust", _field("supported_by_adult", "tick")),
        question("Helped by an advocate", _field("supported_by_advocate", "tick")),
        question(
            "In a way of their own",
            _field("own_medium", "tick"),
            "Such as pictures, signs, a film or a device that speaks",
        ),
        question(f"How the {who} was helped to take part", _field("child_helped")),
        question("What the parent said", _field("parent_views"), "Each parent, where there are two"),
        question("How the parent was helped to take part", _field("parent_helped")),
    )
    return Section(title="Views, wishes and feelings", table=asked("Views, wishes and feelings", *rows))


def _provision() -> Section:
    rows = (
        question("Is the support in the plan being given, and does it work?", _field("provision")),
        question("Health and social care: what is new", _field("health_and_care")),
        question("Personal budget", _field("personal_budget", "choice", BUDGET)),
        question("Personal budget and direct payments: how they are used", _field("budget_words")),
    )
    return Section(title="Support", table=asked("Support and personal budget", *rows))


def _adulthood() -> Section:
    rows = tuple(
        Row(key=title, fields=(_field(f"adult_{area}", "tick"), _field(f"adult_{area}_words")))
        for area, title in AREAS.items()
    )
    heads = ("Preparing for adulthood", "Talked about", "What is needed")
    table = Table(about="Preparing for adulthood", heads=heads, widths=(3.3, 1.5, 5.2), rows=rows)
    return Section(title="Preparing for adulthood (from Year 9)", table=table)


def _recommendation() -> Section:
    rows = (
        question("What this report recommends", _field("recommendation", "choice", RECOMMENDS)),
        question("Why", _field("reasons")),
    )
    return Section(title="Recommendation", table=asked("What the report recommends", *rows))


def _differences(facts: ReportFacts) -> Section:
    rows = tuple(
        Row(key=ROLE_TITLES[role], fields=(_field(f"thinks_{role}", "choice", THINKS), _field(f"thinks_{role}_words")))
        for role, _ in facts.people
    )
    heads = ("Whose view", "They would", "In their words")
    table = Table(about="Who would recommend something else", heads=heads, widths=(3.3, 2.7, 4.0), rows=rows)
    lines = ("Does anybody recommend something else? The report must say so (SEND Regs 2014 r.20(7)).",)
    return Section(title="Differences of view", lines=lines, table=table)


def _amendments() -> Section:
    rows = tuple(
        Row(
            key=f"Amendment {number}",
            fields=(_field(f"a{number}_part"), _field(f"a{number}_words"), _field(f"a{number}_why")),
        )
        for number in range(1, AMENDMENTS + 1)
    )
    heads = ("Amendments", "Which part", "What it should say", "Why")
    table = Table(about="Proposed amendments", heads=heads, widths=(1.9, 1.8, 3.8, 2.5), rows=rows)
    lines = (
        "Changes to other parts than the outcomes. Which part: its number, such as F2, or the letter of its section, such "
        "as F, for something new. To take a part out, write “take out” as what it should say.",
    )
    return Section(title="Proposed amendments", lines=lines, table=table)
