"""Which plan of arflow a person of a return is: a sheet of the authority's own references."""

from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path

from arflow.errors import InvalidValue, field_name
from arflow.imports.cell_values import parse_day
from arflow.imports.sheets import Mapping, Sheet
from arflow.sen2.returned.identity import Identity

# How the references that arflow gives begin.
PREFIX = "SEN2-"
FIELDS = ("ref", "upn", "date_of_birth", "plan_start")


class References:
    """An authority's references by UPN (or ULN) and date of birth, and by the start of the plan where the sheet has it."""

    def __init__(self) -> None:
        self._refs: dict[Identity, str] = {}
        self._rows: dict[Identity, int] = {}

    @classmethod
    def read(cls, path: Path | None) -> "References":
        """The references of a CSV or XLSX file; none where there is no file. InvalidValue with the first row that is wrong."""
        found = cls()
        if path is None:
            return found
        taken: dict[str, int] = {}
        for row in Sheet(path, Mapping(), FIELDS, FIELDS[:3]).rows():
            ref, number = str(row.cells["ref"]), str(row.cells["upn"]).upper()
            born, start = (_day(row.cells.get(name, "")) for name in ("date_of_birth", "plan_start"))
            kind = "UniqueLearnerNumber" if number.isdigit() else "UPN"
            identity = Identity(number=f"{kind} {number}", born=born or "", start=start or "")
            if ref.startswith(PREFIX):
                raise InvalidValue(
                    field_name("mapping"), f"row {row.number}", f"an authority's own: {PREFIX} is how arflow's begin"
                )
            if not ref or not number or not born or start is None:
                raise InvalidValue(
                    field_name("mapping"), f"row {row.number}", "complete: it needs ref, upn and date_of_birth, as days"
                )
            if ref in taken or identity in found._refs:
                raise InvalidValue(
                    field_name("mapping"), f"row {row.number}", "the only one of its reference or its UPN"
                )
            taken[ref] = row.number
            found._refs[identity], found._rows[identity] = ref, row.number
        return found

    def look(self, identity: Identity) -> str | None:
        """The reference of somebody, if the sheet has one."""
        return self._refs.get(identity) or self._refs.get(identity.without_start())

    def unused(self, seen: Collection[Identity]) -> Iterator[str]:
        """Rows of the sheet that speak of nobody in the return."""
        there = {*seen, *(identity.without_start() for identity in seen)}
        for identity, row in self._rows.items():
            if identity not in there:
                yield f"row {row} of the mapping speaks of nobody in the return"


def _day(cell: str | date) -> str | None:
    """A day as the return writes it; empty where the cell is, None where it is no day."""
    if isinstance(cell, date):
        return cell.isoformat()
    found = parse_day(cell) if cell else None
    return found.isoformat() if found else None if cell else ""
