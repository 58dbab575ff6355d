"""A preview as a report: how many duties change and how, each of them with its days, and the letters made wrong."""

from collections import Counter
from collections.abc import Iterator

import msgspec

from arflow.figures.impact.changed_duties import EFFECTS, Moved
from arflow.figures.impact.letters_sent import Letter
from arflow.figures.impact.preview import Preview
from arflow.figures.report import Asked, Cases, Chart, Column, Report, Row, Section
from arflow.words import counted

_MOST_DATES = 100  # on a page; all of them are the cases of the figures
_EFFECT_COLUMNS = tuple(
    Column(name=effect.replace(" ", "_"), title=effect.capitalize(), unit="count", definition=definition)
    for effect, definition in zip(
        EFFECTS,
        (
            "Not late as things are, late after the change.",
            "Late as things are, no longer late after the change.",
            "After the change done, or still waiting, between the strict and the outer last day.",
            "No longer between the two readings, and not late.",
            "A last day moves and the duty is as late, or as little late, as before.",
            "Only its state changes: it begins or ceases to apply, or is due soon.",
        ),
        strict=True,
    )
)
_MOVED_COLUMNS = (
    Column(name="plan", title="Plan"),
    Column(name="review", title="Review"),
    Column(name="duty", title="Duty"),
    Column(name="owner", title="Whose"),
    Column(name="effect", title="Effect"),
    Column(name="due_before", title="Last day", unit="day", definition="The strict last day as things are."),
    Column(name="due_after", title="Becomes", unit="day", definition="The strict last day after the change."),
    Column(name="outer_before", title="Outer day", unit="day"),
    Column(name="outer_after", title="Outer becomes", unit="day"),
    Column(name="met_on", title="Done", unit="day"),
    Column(name="state_before", title="State"),
    Column(name="state_after", title="State becomes"),
)
_LETTER_COLUMNS = (
    Column(name="plan", title="Plan"),
    Column(name="review", title="Review"),
    Column(name="letter", title="Letter", definition="The act by which it was sent, as the audit trail names it."),
    Column(name="event", title="Event", unit="count", definition="The number of that act in its review."),
    Column(name="sent_on", title="Sent", unit="day"),
    Column(name="tells", title="Tells"),
    Column(
        name="day_told",
        title="Day told",
        unit="day",
        definition="Inferred, since arflow reads no letters: the day the law gave by the acts as recorded; for an "
        "invitation, the day the meeting was planned for when it was sent.",
    ),
    Column(name="day_now", title="Day now", unit="day", definition="The day it ought to tell after the change."),
)
_DEFINITIONS = {
    "looked at": "Every duty of the open reviews and of plans without one; for a correction, of the plan's finished "
    "reviews too. Letters of finished reviews count as well.",
    "nothing written": "A preview changes nothing: the change is made in memory, and the log stays as it is.",
    "wrong letters": "Letters that told the right day as things are and would no longer. Invitations to a meeting that "
    "was moved since, and notices sent again, are left out: later letters have replaced them.",
}


def as_report(preview: Preview) -> Report:
    """The preview as a report that any renderer takes."""
    return Report(
        name="impact",
        title="What would change",
        about=f"{preview.about} Of {counted(preview.plans, 'plan')} looked at; nothing was written.",
        asked=Asked(as_at=preview.today),
        log=preview.log,
        sections=(_effects(preview), _dates(preview), _letters(preview)),
        definitions=_DEFINITIONS,
        left_out=preview.left_out,
    )


def _effects(preview: Preview) -> Section:
    counts: dict[str, Counter[str]] = {}
    for one in preview.moved:
        counts.setdefault(one.duty, Counter())[one.effect] += 1
    rows: tuple[Row, ...] = tuple(
        (duty, *(found[effect] for effect in EFFECTS), found.total()) for duty, found in counts.items()
    )
    total = Counter(one.effect for one in preview.moved)
    late, in_time = total["turns late"], total["comes into time"]
    return Section(
        name="effects",
        title="What changes, by duty",
        columns=(
            Column(name="duty", title="Duty"),
            *_EFFECT_COLUMNS,
            Column(name="duties", title="Duties", unit="count"),
        ),
        rows=rows,
        note=f"{preview.about} Duties that read otherwise: {len(preview.moved):,}, of which {late:,} turn late and "
        f"{in_time:,} come into time. Letters already sent that would carry a wrong day: {len(preview.letters):,}.",
        chart=Chart(
            kind="stacked_bar",
            x="duty",
            series=tuple(column.name for column, effect in zip(_EFFECT_COLUMNS, EFFECTS, strict=True) if total[effect]),
            title="Duties that read otherwise",
            says=f"{late:,} turn late and {in_time:,} come into time; the table beneath has each duty.",
        ),
        cases=Cases(columns=_MOVED_COLUMNS, rows=lambda: _rows(preview.moved, _MOVED_COLUMNS)),
    )


def _dates(preview: Preview) -> Section:
    order = {effect: n for n, effect in enumerate(EFFECTS)}
    found = sorted(preview.moved, key=lambda one: (order[one.effect], one.plan, one.review))
    left = len(found) - _MOST_DATES
    more = (
        f" {left:,} more stand behind the figures above: --section effects --cases lists them all." if left > 0 else ""
    )
    columns = tuple(column for column in _MOVED_COLUMNS if column.name != "owner")
    return Section(
        name="dates",
        title="Each duty that reads otherwise",
        columns=columns,
        rows=tuple(_rows(found[:_MOST_DATES], columns)),
        note=f"Those that turn late first.{more}",
    )


def _letters(preview: Preview) -> Section:
    return Section(
        name="letters",
        title="Letters already sent that would carry a wrong day",
        columns=_LETTER_COLUMNS,
        rows=tuple(_rows(preview.letters, _LETTER_COLUMNS)),
        note="Write to their readers again. The day told is inferred: see the definitions.",
    )


def _rows(found: "list[Moved] | tuple[Moved | Letter, ...]", columns: tuple[Column, ...]) -> Iterator[Row]:
    for one in found:
        values = msgspec.structs.asdict(one)
        yield tuple(values[column.name] or None for column in columns)
