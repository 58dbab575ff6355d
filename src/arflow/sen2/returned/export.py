"""Make the return of a year: the people of imported returns, with the reviews of the log."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

import msgspec
import sqlalchemy as sa

from arflow.figures.viewpoint import Looking
from arflow.sen2.form.faults import ReturnFault, faults_of
from arflow.sen2.form.layout import Layout
from arflow.sen2.form.record import Record
from arflow.sen2.form.writer import fitted
from arflow.sen2.returned import told_facts
from arflow.sen2.returned.as_at_census import as_at_census
from arflow.sen2.returned.carried_forward import Ended, carried, review_values
from arflow.sen2.returned.entry import setting_of
from arflow.sen2.returned.identity import active_request, start_of
from arflow.sen2.returned.review_items import ReviewItems, review_items


class Sender(msgspec.Struct, frozen=True, kw_only=True):
    """Who sends a return, and what its header says: Y, N or R (being recruited) for each designated officer."""

    la: str
    at: datetime
    software: str
    release: str
    serial: str = "001"
    dmo: str = "Y"
    dco: str = "Y"
    dsco: str = "Y"


def header(layout: Layout, sender: Sender) -> Record:
    """The Header of a return."""
    details = {"Collection": "SEN2", "Year": str(layout.year), "ReferenceDate": layout.census_day.isoformat()}
    source = {
        "SourceLevel": "L",
        "LEA": sender.la,
        "SoftwareCode": sender.software,
        "Release": sender.release,
        "SerialNo": sender.serial,
        "DateTime": f"{sender.at:%Y-%m-%dT%H:%M:%S}",
        "DMO": sender.dmo,
        "DCO": sender.dco,
        "DSCO": sender.dsco,
    }
    blocks = (Record(block="CollectionDetails", values=details), Record(block="Source", values=source))
    return fitted(layout, Record(block="Header", children=blocks), Counter())


class Exporting:
    """The people of a return one after another; once all are through it reports what the return leaves out.

    `missing` are the plans active on the census day whose child is in no imported return: they cannot be in it.
    """

    def __init__(
        self, log: Looking, engine: sa.Engine, layout: Layout, *, active_only: bool, strict: Layout | None = None
    ) -> None:
        self._engine, self._layout, self._active_only, self._strict = engine, layout, active_only, strict
        self._known_at = log.asked.known_at
        self._items = {items.plan: items for items in review_items(log, layout.year)}
        self._ended = {
            plan: Ended(on=transferred_out or ceased, moved=transferred_out is not None)
            for plan, ceased, transferred_out in log.rows(
                "select plan, ceased, transferred_out from plans where ceased is not null or transferred_out is not null"
            )
        }
        known = {plan for plan, _, person in self._told() if active_request(person)}
        self.missing = sorted(self._items.keys() - known)
        self.people = self.active_plans = 0
        self.faults: list[str] = []
        self.notes: list[str] = []
        self.left_out: Counter[str] = Counter()

    @property
    def unreturned(self) -> tuple[ReviewItems, ...]:
        """What the log knows of the plans that cannot be in the return."""
        return tuple(self._items[plan] for plan in self.missing)

    def persons(self) -> Iterator[Record]:
        """Everybody who belongs in the return, in the order in which they were first imported."""
        return (person for _, person in self.entries())

    def entries(self) -> Iterator[tuple[str, Record]]:
        """The same, each with the reference it is kept under."""
        for plan, told_in, told in self._told():
            person = self._carried(plan, told, told_in)
            if person is None:
                continue
            person = fitted(self._layout, person, self.left_out)
            self.faults += (f"{plan}: {fault.what}" for fault in faults_of(self._layout, person))
            self.notes += (f"{plan}: {fault.what}" for fault in self._taken_as_they_are(person))
            self.people += 1
            self.active_plans += active_request(person) is not None
            yield plan, person

    def _told(self) -> Iterator[tuple[str, int, Record]]:
        """Everybody of whom a return told, as the census day saw them, with the plan and the year of that return."""
        for kept in told_facts.latest(self._engine, self._known_at):
            if (person := as_at_census(kept.person, self._layout.census_day)) is not None:
                yield kept.plan, kept.year, person

    def _taken_as_they_are(self, person: Record) -> Iterator[ReturnFault]:
        """What is wrong by the layout as it stands, where a milder one is followed."""
        return faults_of(self._strict, person) if self._strict else iter(())

    def _carried(self, plan: str, person: Record, told_in: int) -> Record | None:
        items, active = self._items.get(plan), active_request(person)
        if self._active_only:
            return _ours_alone(person, items) if active and items else None
        ended = self._ended.get(plan)
        found = carried(person, items, ended, told_in=told_in, year=self._layout.year)
        if active and found is not None:
            self.notes += _notes(plan, active, items, ended, self._layout.census_day)
        return found


def _notes(plan: str, active: Record, items: ReviewItems | None, ended: Ended | None, on: date) -> Iterator[str]:
    """What somebody must look at before the return is sent."""
    if items is None:
        if ended and not ended.moved:
            yield f"{plan}: the plan ended on {ended.on}, but why is not known: add its CeaseReason"
        elif ended is None:
            yield f"{plan}: is not an active plan on the census day by the log: it stands without its ActivePlans"
        return
    block = active.first("ActivePlans")
    told = setting_of(block, on) if block else None
    if items.setting and told and items.setting != told:
        yield f"{plan}: attends {items.setting} by the log, but {told} by what was imported: import newer facts"


def _ours_alone(person: Record, items: ReviewItems) -> Record:
    """Who it is and what arflow runs: the day the plan was made and its latest review."""
    start = {"StartDate": start_of(person)} if start_of(person) else {}
    assessment = Record(block="Assessment", children=(Record(block="NamedPlan", values=start),))
    active = Record(block="ActivePlans", values=review_values(items))
    return msgspec.structs.replace(person, children=(Record(block="Requests", children=(assessment, active)),))
