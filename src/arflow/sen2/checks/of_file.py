"""Checking a return that is a file: every rule over its records, and what is wrong with the way it is built."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime

from arflow.sen2.checks.rule import Finding, as_day
from arflow.sen2.checks.run import Checking, Placed
from arflow.sen2.checks.structure import BUILT
from arflow.sen2.form.csv_form import CsvReading
from arflow.sen2.form.faults import faults_of
from arflow.sen2.form.layout import is_moment
from arflow.sen2.form.reader import Reading
from arflow.sen2.form.record import Record

AnyReading = Reading | CsvReading


def findings(reading: AnyReading, checking: Checking) -> Iterator[Finding]:
    """What is wrong in a file that is being read; a person is forgotten once it was checked."""
    built = list(_of_the_way(reading, reading.header))

    def persons() -> Iterator[Placed]:
        for person in reading.persons():
            built.extend(_of_the_way(reading, person))
            yield Placed(person=person)
        built.extend(_of_the_way(reading, None))

    yield from checking.findings(reading.header, persons())
    yield from built


def _of_the_way(reading: AnyReading, record: Record | None) -> Iterator[Finding]:
    """The faults met on the way through the file since the last time, but for those that the record itself shows."""
    met, reading.faults = reading.faults, []
    if not met:
        return
    shown = Counter(
        (fault.block, fault.item, fault.message) for fault in (faults_of(reading.layout, record) if record else ())
    )
    for fault in met:
        key = (fault.block, fault.item, fault.message)
        if shown[key]:
            shown[key] -= 1
        else:
            what = f"{fault.item}: {fault.message}" if fault.item else fault.message
            yield Finding(rule=BUILT, block=fault.block, place="", line=fault.line, what=what)


def reference_date(reading: AnyReading) -> date | None:
    """The census day that a file gives."""
    return as_day(_said(reading, "CollectionDetails", "ReferenceDate"))


def made_at(reading: AnyReading) -> datetime | None:
    """The moment that a file says it was made, in UTC unless it says otherwise."""
    said = _said(reading, "Source", "DateTime")
    if not is_moment(said):
        return None
    found = datetime.fromisoformat(said)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _said(reading: AnyReading, block: str, item: str) -> str:
    found = reading.header.first(block)
    return found.values.get(item, "") if found else ""
