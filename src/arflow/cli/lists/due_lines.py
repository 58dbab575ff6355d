"""The list of what is due as people read it: a line a review, or a plan without one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from arflow.cli.states import state_text
from arflow.words import in_words

if TYPE_CHECKING:
    from arflow.lists.due_items import DueItem, DueLine
    from arflow.lists.unreadable import Unreadable

_HEADS = ("Last day", "Days", "State", "Plan", "Review", "Act", "Limit", "Also", "Whose", "Next", "Coordinator", "")


def drawn(cases: Sequence["Unreadable"], lines: Sequence["DueLine"]) -> tuple[list[str], list[list[object]]]:
    """The heads and rows of the list, the cases that cannot be read first."""
    return _without_blank([*map(_unreadable_line, cases), *map(_line, lines)])


def _without_blank(rows: Sequence[Sequence[object]]) -> tuple[list[str], list[list[object]]]:
    """The heads and cells of the columns that have something to say."""
    kept = [
        at for at, head in enumerate(_HEADS) if not rows or head not in ("", "Also") or any(row[at] for row in rows)
    ]
    return [_HEADS[at] for at in kept], [[row[at] for at in kept] for row in rows]


def _line(line: "DueLine") -> tuple[object, ...]:
    item = line.first
    return (
        item.due or "not known",
        _slack(item.slack),
        state_text(item.state),
        item.plan,
        item.review or "none open",
        act_shown(item),
        item.limits,
        line.others,
        "LA" if item.owner == "local authority" else item.owner,
        _next(item),
        item.coordinator,
        why_shown(item),
    )


def _next(item: "DueItem") -> str:
    """Who acts next; of nobody, what the plan lacks."""
    if item.holder != "nobody":
        return item.holder
    lacks = [name for name, held in (("coordinator", item.coordinator), ("setting", item.setting)) if not held]
    return f"nobody (no {', no '.join(lacks)})"


def act_shown(item: "DueItem") -> str:
    """The act, and whether it is to tell a decision."""
    return in_words(item.act) + (" (decided, not told)" if item.decided_not_told else "")


def why_shown(item: "DueItem") -> str:
    """Why its day is not known, or how well it is."""
    return item.reason or ("" if item.quality == "known" else f"day {item.quality}")


def _unreadable_line(case: "Unreadable") -> tuple[object, ...]:
    return ("not known", "", "cannot be read", case.plan, *[""] * 7, case.because)


def _slack(days: int | None) -> str:
    if days is None:
        return ""
    return f"{-days} late" if days < 0 else "today" if days == 0 else f"{days} left"
