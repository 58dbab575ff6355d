"""The kinds of sheet that can be imported, each with the columns that it has."""

from typing import Literal, NamedTuple

from arflow.imports import caseload_sheet, past_act, people_sheet

SheetKind = Literal["plans", "acts", "people"]


class Columns(NamedTuple):
    """The fields of a kind of sheet, those it must have, and the command that imports it."""

    fields: tuple[str, ...]
    needed: tuple[str, ...]
    command: str


KINDS: dict[SheetKind, Columns] = {
    "plans": Columns(caseload_sheet.FIELDS, caseload_sheet.NEEDED, "arflow plan import"),
    "acts": Columns(past_act.FIELDS, past_act.NEEDED, "arflow review import"),
    "people": Columns(people_sheet.FIELDS, people_sheet.NEEDED, "arflow people import"),
}
