"""The rows of the lists, against what the log gives: a fold of every case."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import msgspec

from arflow.errors import ArflowError
from arflow.evidence.checks.finding import Checked, Finding, not_read
from arflow.evidence.log_check import Verified
from arflow.lists import row_check
from arflow.lists.follower import Progress
from arflow.words import counted

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow

AREA = "lists"


class ListsChecked(msgspec.Struct, frozen=True, kw_only=True):
    """The rows as they were compared, or why they were not; and the lines for people."""

    rows: row_check.Checked | None
    check: Checked


def check_lists(app: "Arflow", log: Verified, telling: Callable[[Progress], None] | None = None) -> ListsChecked:
    """Compare every row with the log up to the position that the rows stand for."""
    try:
        found = row_check.check(app.log_store, app.workflow, app.current_workflow(), telling)
    except ArflowError as refusal:
        return ListsChecked(rows=None, check=not_read(AREA, refusal.message))
    except (msgspec.MsgspecError, ValueError, TypeError, LookupError, AttributeError):
        return ListsChecked(rows=None, check=not_read(AREA, "an event or a row holds what this arflow cannot read"))
    known = log.head != ""  # of a log without its head nobody knows where it ends
    ahead = (_ahead(found.position, log.events),) if known and found.position > log.events else ()
    differing = tuple(_findings(found))
    return ListsChecked(rows=found, check=Checked(area=AREA, sound=_sound(found), findings=(*ahead, *differing)))


def _ahead(position: int, head: int) -> Finding:
    problem = (
        f"stand for event {position}, and the log has {counted(head, 'event')}: make them again with `arflow rebuild`"
    )
    return Finding(area=AREA, place="the lists", problem=problem)


def _sound(found: row_check.Checked) -> str:
    upto = f"up to event {found.position}"
    if found.why_again:
        return (
            f"The lists were made {upto} under {found.stamp or 'rules they do not name'}, not under the rules of now: "
            "they were not compared, and the next command that reads them makes them again."
        )
    return f"{counted(found.rows, 'row')} of the lists compared with the log {upto}: no difference"


def _findings(found: row_check.Checked) -> Iterator[Finding]:
    for one in found.differences:
        place, _, problem = str(one).partition(": ")
        yield Finding(area=AREA, place=place, problem=problem)


def lines(found: ListsChecked) -> list[str]:
    """How the lists agree with the log, or where they do not, and what helps."""
    said = found.check.lines
    if found.rows is None or not found.rows.differing:
        return said
    unnamed = found.rows.differing - len(found.rows.differences)
    more = f"{counted(unnamed, 'more row')} of the lists differ; make" if unnamed else "Make"
    return [*said, f"{more} the lists again with `arflow rebuild`."]
