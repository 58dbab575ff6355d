"""Cases kept with what was counted of them, so that another version of arflow, or of a definition, can be held to it.

A file of kept cases is JSON lines in gzip. The first line says which arflow counted, and for which day; each other line
is a case: the events of its log, and every duty as it was counted.
"""

import gzip
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import BinaryIO, TypeVar

import msgspec

from arflow.case.case import Case, fold
from arflow.case.duties import DutyState
from arflow.case.reading import made
from arflow.case.retracing import Differing, retrace
from arflow.errors import CaseUnreadable, InvalidValue
from arflow.events import AnyEvent, Quality, Row
from arflow.figures.impact.ruleset import Rules, counted
from arflow.law.machine import Machine
from arflow.lists.follower import Progress
from arflow.version import __version__

FORM = 1
_Line = TypeVar("_Line", "Heading", "KeptCase")
_READ_OF_A_DUTY = ("owner", "due", "outer", "met_on", "state", "quality")
_NO_FILE = "a file that `arflow workflow replay --keep` wrote, whole"


class Heading(msgspec.Struct, frozen=True, kw_only=True):
    """The first line of a file: its form, the version of arflow that counted, and the day that it counted for."""

    kept_cases: int
    arflow: str
    today: date


class KeptDuty(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A duty as it was counted; `review` is empty for a duty of the plan itself."""

    review: str = ""
    duty: str
    owner: str
    due: date | None = None
    outer: date | None = None
    met_on: date | None = None
    state: DutyState
    quality: Quality = "known"
    proceeding: int = 0


class KeptEvent(msgspec.Struct, frozen=True, array_like=True):
    """An event as it is stored, with its position in the log."""

    position: int
    stored: msgspec.Raw


class KeptCase(msgspec.Struct, frozen=True, kw_only=True):
    """A case: the events of a plan in the order of the log, and its duties; None where they were not kept."""

    plan: str
    events: tuple[KeptEvent, ...]
    duties: tuple[KeptDuty, ...] | None = None

    def rows(self) -> Iterator[Row]:
        """Its events as rows of a log."""
        return (_Stored(event.position, self.plan, bytes(event.stored)) for event in self.events)


class _Stored(msgspec.Struct, frozen=True):
    position: int
    plan: str
    payload: bytes


class CountsDiffer(msgspec.Struct, frozen=True, kw_only=True):
    """A duty that is counted otherwise than it was kept; None where it was not, or is no longer, counted at all."""

    plan: str
    review: str
    duty: str
    kept: KeptDuty | None
    now: KeptDuty | None

    def __str__(self) -> str:
        place = f"{self.review or self.plan} {self.duty}"
        return f"{place}: kept as {_told(self.kept, self.now)}; the rules of now: {_told(self.now, self.kept)}"


class Counting(msgspec.Struct, frozen=True, kw_only=True):
    """What cases are replayed under: the rules, the machine of each definition, and the day it is."""

    rules: Rules
    machine_of: Callable[[str], Machine]
    today: date


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """What replaying came to: how many cases, events and duties, and each difference; `left_out` cannot be read."""

    cases: int
    events: int
    duties: int
    steps: tuple[Differing, ...] = ()
    counts: tuple[CountsDiffer, ...] = ()
    left_out: tuple[str, ...] = ()


def cases_of(log: Iterable[Row]) -> Iterator[KeptCase]:
    """The cases of a log that has the events of each plan together."""
    for plan, rows in groupby(log, key=attrgetter("plan")):
        yield KeptCase(
            plan=plan, events=tuple(KeptEvent(row.position, msgspec.Raw(bytes(row.payload))) for row in rows)
        )


def replay(
    cases: Iterable[KeptCase], counting: Counting, telling: Callable[[Progress], None] | None = None
) -> Replayed:
    """Retrace every case under the rules of now, and count its duties; where they were kept, compare them."""
    seen = events = duties = 0
    steps: list[Differing] = []
    counts: list[CountsDiffer] = []
    left_out: list[str] = []
    for kept in cases:
        try:
            retraced, now = made(kept.plan, kept.rows(), _Retracing(counting), counting.rules.workflow_of)
        except CaseUnreadable as refusal:
            left_out.append(refusal.message)
            continue
        steps += retraced
        counts += _differences(kept, now)
        seen, events, duties = seen + 1, events + len(kept.events), duties + len(now)
        if telling:
            telling(Progress(done=seen, of=0))
    found = {"steps": tuple(steps), "counts": tuple(counts), "left_out": tuple(left_out)}
    return Replayed(cases=seen, events=events, duties=duties, **found)  # type: ignore[arg-type]


class _Retracing(msgspec.Struct, frozen=True):
    """What is made of the events of a case: where they differ from the rules, and the case's duties."""

    counting: Counting

    def __call__(self, events: list[AnyEvent]) -> tuple[list[Differing], tuple[KeptDuty, ...]]:
        its = self.counting
        return list(retrace(events, its.machine_of, its.rules.current)), _duties(fold(events), its)


def _duties(case: Case, counting: Counting) -> tuple[KeptDuty, ...]:
    """Every duty of a case, of its finished reviews too."""
    found = counted(case, counting.rules, counting.today, finished=True)
    return tuple(
        KeptDuty(review=review, duty=duty.id, **{name: getattr(duty, name) for name in _READ_OF_A_DUTY})
        for (review, *_), duty in found.items()
    )


def _differences(kept: KeptCase, now: tuple[KeptDuty, ...]) -> Iterator[CountsDiffer]:
    if kept.duties is None:
        return
    before, after = (
        {(duty.review, duty.duty, duty.proceeding): duty for duty in duties} for duties in (kept.duties, now)
    )
    for place in dict.fromkeys((*before, *after)):
        old, new = before.get(place), after.get(place)
        if old != new:
            yield CountsDiffer(plan=kept.plan, review=place[0], duty=place[1], kept=old, now=new)


def _told(duty: KeptDuty | None, other: KeptDuty | None) -> str:
    """A duty by what differs from the other."""
    if duty is None:
        return "not counted"
    names = [name for name in _READ_OF_A_DUTY if other is None or getattr(duty, name) != getattr(other, name)]
    return ", ".join(f"{name.replace('_', ' ')} {getattr(duty, name) or 'none'}" for name in names)


# --- files --------------------------------------------------------------------------------------------------------


def keep(
    file: BinaryIO, cases: Iterable[KeptCase], counting: Counting, leaving_out: Callable[[CaseUnreadable], None]
) -> int:
    """Write cases with what is counted of them, the same cases as the same bytes; the number written.

    `leaving_out` hears of each case that cannot be read.
    """
    written = 0
    with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as lines:
        lines.write(_line(Heading(kept_cases=FORM, arflow=__version__, today=counting.today)))
        for case in cases:
            try:
                duties = made(
                    case.plan, case.rows(), lambda its: _duties(fold(its), counting), counting.rules.workflow_of
                )
            except CaseUnreadable as refusal:
                leaving_out(refusal)
                continue
            lines.write(_line(msgspec.structs.replace(case, duties=duties)))
            written += 1
    return written


def _line(of: Heading | KeptCase) -> bytes:
    return msgspec.json.encode(of) + b"\n"


def read_kept(path: Path) -> tuple[Heading, Iterator[KeptCase]]:
    """The heading of a file and its cases, read as they are asked for; InvalidValue where it is no such file."""
    lines = _lines(path)
    first = next(lines, None)
    if first is None:
        raise InvalidValue("FILE", path, _NO_FILE)
    heading = _decoded(first, Heading, path)
    if heading.kept_cases != FORM:
        raise InvalidValue(
            "FILE", path, f"{_NO_FILE}: arflow {heading.arflow} wrote this in another form, use that one"
        )
    return heading, (_decoded(line, KeptCase, path) for line in lines)


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with gzip.open(path, "rb") as file:
            yield from file
    except (OSError, EOFError) as error:
        raise InvalidValue("FILE", path, _NO_FILE) from error


def _decoded(line: bytes, as_: type[_Line], path: Path) -> _Line:
    try:
        return msgspec.json.decode(line, type=as_)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InvalidValue("FILE", path, _NO_FILE) from error
