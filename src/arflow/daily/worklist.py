"""The day's worklist, by coordinator: what is late or due, decided and not told, what did not leave, and what came in."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, get_args

import msgspec

from arflow.post.mail.arrivals import Paper
from arflow.post.mail.outbox import Outgoing

if TYPE_CHECKING:
    from arflow.lists.due_items import DueItem
    from arflow.lists.questions import Asking
    from arflow.lists.unreadable import Unreadable

Matter = Literal[
    "unreadable",
    "late",
    "contested",
    "due_soon",
    "meeting_passed",
    "report_to_send",
    "decided_not_told",
    "outbox_trouble",
    "to_approve",
    "to_post",
    "paper_waiting",
]
MATTERS: tuple[Matter, ...] = get_args(Matter)
_OF_DUTIES: dict[str, Matter] = {
    "overdue": "late",
    "missed": "late",
    "contested": "contested",
    "due_soon": "due_soon",
}
_CIRCULATING = "advice_circulated"
# The coordinator of a plan, by name.
Holds = Mapping[str, str | None]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do: `what` is an act, a message or a paper; `days` are left until its last day, negative once late.

    `needs` is what people of the case need for that review and nobody has recorded as met.
    """

    coordinator: str | None
    matter: Matter
    plan: str | None
    review: str | None
    what: str
    last_day: date | None = None
    days: int | None = None
    holder: str | None = None
    why: str = ""
    needs: str = ""


class Stuck(msgspec.Struct, frozen=True, kw_only=True):
    """A message that somebody has to see to; `trouble` says why the act of its dispatch could not be recorded."""

    message: Outgoing
    plan: str | None
    review: str | None
    trouble: str | None


class Worklist(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to do on a day; `unplaced` counts the mail that belongs to no case yet."""

    on: date
    lines: tuple[Line, ...]
    unplaced: int = 0

    def coordinators(self) -> list[str | None]:
        """Those who have something to do, by name; None, where nobody holds the case, comes first."""
        return sorted({line.coordinator for line in self.lines}, key=lambda name: (name is not None, name or ""))

    def of(self, coordinator: str | None) -> list[Line]:
        """One coordinator's lines, in their order."""
        return [line for line in self.lines if line.coordinator == coordinator]


def worklist(
    asking: "Asking",
    today: date,
    *,
    items: Iterable["DueItem"],
    advice: Mapping[str, str],
    reports: Sequence[Mapping[str, Any]] = (),
    stuck: Sequence[Stuck] = (),
    waiting: Sequence[Paper] = (),
    unplaced: int = 0,
    needs: Callable[[Collection[str]], Callable[[str, str], str]] = lambda _: lambda _plan, _review: "",
) -> Worklist:
    """The worklist of a day from what is due, what is stuck in the outbox, the papers that wait, and the cases not readable.

    `advice` names those whose advice a review awaits; `reports` are the reviews whose report is here and was not sent on.
    `needs`, given plans, says what people need for a review and nobody has recorded as met.
    """
    told, passed = asking.reviews(decided_not_told=True), asking.meetings_passed(today)
    refs = (
        {row["plan"] for row in (*told, *passed, *reports)}
        | {one.plan for one in stuck if one.plan}
        | {one.plan for one in waiting}
    )
    holds = asking.coordinators_of(refs)
    lines = [
        *(_unreadable(one) for one in asking.unreadable()),
        *_duties(items, advice),
        *_of_reviews(holds, passed, reports, told),
        *(_message(one, holds) for one in stuck),
        *(_paper(one, holds) for one in waiting),
    ]
    unmet = needs({line.plan for line in lines if line.plan and line.review})
    shown = [
        msgspec.structs.replace(line, needs=unmet(line.plan, line.review)) if line.plan and line.review else line
        for line in lines
    ]
    return Worklist(on=today, lines=tuple(sorted(shown, key=_order)), unplaced=unplaced)


def is_awaiting_advice(item: "DueItem") -> bool:
    """Whether the line of something due says whose advice is awaited."""
    return item.duty == _CIRCULATING and item.state in _OF_DUTIES


def _duties(items: Iterable["DueItem"], advice: Mapping[str, str]) -> Iterator[Line]:
    for item in items:
        if item.state in _OF_DUTIES:
            yield Line(
                coordinator=item.coordinator,
                matter=_OF_DUTIES[item.state],
                plan=item.plan,
                review=item.review,
                what=item.act,
                last_day=item.due,
                days=item.slack,
                holder=item.holder,
                why=advice.get(item.review or "", "") if is_awaiting_advice(item) else item.limits,
            )


def _of_review(row: Mapping[str, Any], holds: Holds, matter: Matter, what: str, why: str) -> Line:
    plan = row["plan"]
    return Line(coordinator=holds.get(plan), matter=matter, plan=plan, review=row["id"], what=what, why=why)


def _of_reviews(
    holds: Holds,
    passed: Iterable[Mapping[str, Any]],
    reports: Iterable[Mapping[str, Any]],
    told: Iterable[Mapping[str, Any]],
) -> Iterator[Line]:
    """Meetings whose day has passed, reports that wait to be sent on, and decisions of which nobody was told."""
    for row in passed:
        why = f"planned for {row['meeting']}, and not recorded as held or postponed"
        yield _of_review(row, holds, "meeting_passed", "hold", why)
    for row in reports:
        why = "a report is kept, and is not recorded as sent to everybody invited"
        yield _of_review(row, holds, "report_to_send", "report", why)
    for row in told:
        yield _of_review(row, holds, "decided_not_told", "notify", f"decided to {row['outcome']} on {row['decided']}")


def _unreadable(case: "Unreadable") -> Line:
    """A case of which nobody knows who holds it, or what is to do on it."""
    return Line(coordinator=None, matter="unreadable", plan=case.plan, review=None, what="case", why=case.because)


def _paper(waiting: Paper, holds: Holds) -> Line:
    holder = holds.get(waiting.plan)
    return Line(coordinator=holder, matter="paper_waiting", plan=waiting.plan, review=waiting.review, what=waiting.id)


def _message(stuck: Stuck, holds: Holds) -> Line:
    message = stuck.message
    matter: Matter = message.state if message.state in ("to_approve", "to_post") else "outbox_trouble"
    approval = f"awaits approval by {message.body.approval}" if message.state == "to_approve" and message.body else ""
    return Line(
        coordinator=holds.get(stuck.plan) if stuck.plan else None,
        matter=matter,
        plan=stuck.plan,
        review=stuck.review,
        what=message.id,
        why=stuck.trouble or approval or f"{message.state} by {message.channel}",
    )


def _order(line: Line) -> tuple[bool, str, int, int, str, str]:
    days = line.days if line.days is not None else 0
    return (
        line.coordinator is not None,
        line.coordinator or "",
        MATTERS.index(line.matter),
        days,
        line.plan or "",
        line.what,
    )
