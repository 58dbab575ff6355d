"""The register of settings: what each is called, what kind it is, and which ages it takes."""

from pathlib import Path
from typing import Literal, get_args

import msgspec

from arflow.errors import InvalidValue
from arflow.imports.cell_values import Reading
from arflow.imports.sheets import Mapping
from arflow.people.identifiers import urn_shaped
from arflow.planning.checked_table import Table, whole_number

SettingKind = Literal["early_years", "infant", "junior", "primary", "middle", "secondary", "all_through", "post16"]
KINDS: tuple[SettingKind, ...] = get_args(SettingKind)

_COLUMNS = ("urn", "name", "kind", "low_age", "high_age", "meetings_a_week")
_NEEDED = ("urn", "name", "kind", "low_age", "high_age")
# The same columns in an extract of the national register (Get Information About Schools).
_NATIONAL = Mapping(
    columns={
        "urn": "URN",
        "name": "EstablishmentName",
        "kind": "PhaseOfEducation (name)",
        "low_age": "StatutoryLowAge",
        "high_age": "StatutoryHighAge",
    },
    # Of special schools and pupil referral units: their ages say which years they teach.
    values={"kind": {"Not applicable": "all_through"}},
)
_PHASES: dict[str, SettingKind] = {
    "nursery": "early_years",
    "middle deemed primary": "middle",
    "middle deemed secondary": "middle",
    "all-through": "all_through",
    "16 plus": "post16",
    "special": "all_through",
}
_NURSERY = -1  # the last year before reception


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """A school or another institution: its ages are those of the national register, the years it teaches follow from them.

    `meetings_a_week` is how many review meetings it can hold in a week, where it has said so.
    """

    urn: str
    name: str
    kind: SettingKind
    low_age: int
    high_age: int
    meetings_a_week: int | None = None

    @property
    def first_year(self) -> int:
        """The first National Curriculum year taught: those who are `low_age` as the year begins."""
        return self.low_age - 4

    @property
    def last_year(self) -> int:
        """The last one: those who turn `high_age` in the course of the year."""
        return _NURSERY if self.kind == "early_years" else self.high_age - 5


def read_register(path: Path) -> dict[str, Setting]:
    """The settings of a file by URN, in arflow's columns or those of the national register.

    TableRefused with every fault by its row; InvalidValue where a column is missing.
    """
    found = _table(path).rows(_setting, key=lambda setting: setting.urn)
    return {setting.urn: setting for setting in found}


def _table(path: Path) -> Table:
    try:
        return Table(path, _COLUMNS, _NEEDED)
    except InvalidValue as refusal:
        try:
            return Table(path, _COLUMNS, _NEEDED, _NATIONAL)
        except InvalidValue:
            raise refusal from None


def _setting(row: Reading) -> Setting | None:
    urn, name, kind = row.needed("urn"), row.needed("name"), _kind(row)
    low, high = _age(row, "low_age"), _age(row, "high_age")
    if urn and not urn_shaped(urn):
        row.fault("urn", f"{urn} is no URN of six digits")
    if low is not None and high is not None and low >= high:
        row.fault("high_age", f"{high} is not above low_age {low}")
    meetings = whole_number(row, "meetings_a_week", 1, 200)
    if not urn or kind is None or low is None or high is None:
        return None
    return Setting(urn=urn, name=name, kind=kind, low_age=low, high_age=high, meetings_a_week=meetings)


def _kind(row: Reading) -> SettingKind | None:
    said = row.needed("kind").casefold()
    word = _PHASES.get(said) or said.replace(" ", "_").replace("-", "_")
    if said and word not in KINDS:
        row.fault("kind", f"{said} is not one of {', '.join(KINDS)}")
        return None
    return word or None  # type: ignore[return-value]


def _age(row: Reading, field: str) -> int | None:
    return whole_number(row, field, 0, 25) if row.needed(field) else None
