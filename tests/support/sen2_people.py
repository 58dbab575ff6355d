"""Invented people for returns: as many as are asked for, always the same."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from arflow.law.catalogue import Catalogue
from arflow.people.identifiers import upn_letter
from arflow.sen2.form.layout import Layout
from arflow.sen2.form.layout_files import Layouts
from arflow.sen2.form.record import Record
from arflow.sen2.form.writer import write_valid
from arflow.sen2.returned.export import Sender, header

LAYOUTS = Layouts.of(Catalogue())
SENDER = Sender(la="999", at=datetime(2026, 2, 3, 10, 30, tzinfo=UTC), software="Invented", release="1")


def layout(year: int) -> Layout:
    return LAYOUTS.load(year)


def upn(number: int) -> str:
    digits = f"{number:012d}"
    return f"{upn_letter(f'A{digits}')}{digits}"


def person(number: int, *blocks: Record, **values: str | None) -> Record:
    """Somebody with the blocks given; a value of None takes an item away."""
    said: dict[str, str | None] = {
        "Surname": f"Surname{number}",
        "Forename": f"Forename{number}",
        "PersonBirthDate": (date(2008, 9, 1) + timedelta(days=number % 3_000)).isoformat(),
        "Sex": "MF"[number % 2],
        "Ethnicity": "WENG",
        "PostCode": "ZZ1 1ZZ",
        "UPN": upn(number),
        **values,
    }
    return Record(block="Person", values={item: value for item, value in said.items() if value}, children=blocks)


def with_plan(
    number: int, start: str | None = "2022-05-10", review: dict[str, str] | None = None, **values: Any
) -> Record:
    """Somebody with an active plan from before the collection year, at a school, and its latest review."""
    return person(number, active_request(start, review or {}), **values)


def active_request(start: str | None, review: dict[str, str], urn: str = "123456", **plan: str) -> Record:
    placed = Record(block="PlanDetail", values={"URN": urn, "PlacementRank": "1"})
    named = Record(block="NamedPlan", values=({"StartDate": start} if start else {}) | plan, children=(placed,))
    assessed = Record(block="Assessment", values={"AssessmentOutcome": "H"}, children=(named,))
    attended = Record(block="PlacementDetail", values={"URN": urn, "PlacementRank": "1", "EntryDate": "2023-09-04"})
    need = Record(block="SENneed", values={"SENtype": "ASD", "SENtypeRank": "1"})
    active = Record(block="ActivePlans", values=review, children=(attended, need))
    return Record(block="Requests", values={"RequestOutcome": "H"}, children=(assessed, active))


def refused(received: str = "2025-03-03", decided: str = "2025-04-10") -> Record:
    values = {
        "ReceivedDate": received,
        "RequestSource": "1",
        "RYA": "0",
        "RequestOutcomeDate": decided,
        "RequestOutcome": "N",
    }
    return Record(block="Requests", values=values)


def undecided(received: str) -> Record:
    return Record(
        block="Requests", values={"ReceivedDate": received, "RequestSource": "1", "RYA": "0", "RequestOutcome": "A"}
    )


def write(path: Path, year: int, people: Iterable[Record]) -> Path:
    """A return of a year as another system would write it."""
    with path.open("wb") as file:
        write_valid(file, layout(year), header(layout(year), SENDER), people)
    return path


def canonical(path: Path) -> bytes:
    """A file's XML without what does not count: indentation, declaration, attributes' order."""
    from lxml import etree

    return etree.tostring(etree.parse(path, etree.XMLParser(remove_blank_text=True)), method="c14n")
