"""Read the DfE's published table of annual reviews (CSV): a row for each authority, region and country, and their breakdowns."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

import msgspec

from arflow.errors import InvalidValue, MissingValue, NotFound

TOTALS = ("", "All annual reviews", "Total")


class PublishedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row as published: cells are texts, since a figure may be suppressed (x, c, z, low) instead."""

    cells: dict[str, str]
    line: int

    def text(self, column: str) -> str:
        """A cell, empty where the file has no such column."""
        return self.cells.get(column, "")

    @property
    def level(self) -> str:
        """National, Regional or Local authority; a file of one authority's rows may leave it out."""
        return self.text("geographic_level") or "Local authority"

    @property
    def is_total(self) -> bool:
        """Whether the row is of all annual reviews, not of an age, a placement or another group."""
        return self.text("breakdown") in TOTALS

    @property
    def name(self) -> str:
        """The authority, the region or the country."""
        columns = {"National": "country_name", "Regional": "region_name"}
        return self.text(columns.get(self.level, "la_name")) or f"line {self.line}"

    @property
    def codes(self) -> tuple[str, ...]:
        """What else the authority goes by: its nine-letter code and its number."""
        return tuple(filter(None, (self.text("new_la_code"), self.text("old_la_code"))))

    def figure(self, column: str) -> int | None:
        """A count, or None where it is suppressed."""
        text = self.text(column).replace(",", "")
        return int(text) if text.lstrip("-").isdecimal() else None


def read_published(path: Path, needed: Sequence[str], field: str) -> tuple[PublishedRow, ...]:
    """The rows of all annual reviews; InvalidValue naming the columns that the file should have and has not."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in needed if name not in _headings(reader)]
            if missing:
                raise InvalidValue(
                    field, path.name, f"the DfE's table as published: it has no {', '.join(missing)}", missing
                )
            return tuple(row for row in _rows(reader) if row.is_total)
    except OSError as error:
        raise InvalidValue(field, path.name, f"a file that can be read ({error.strerror})") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidValue(field, path.name, f"a CSV file in UTF-8 ({error})") from error


def _headings(reader: "csv.DictReader[str]") -> list[str]:
    return [name.strip() for name in reader.fieldnames or ()]


def _rows(reader: "csv.DictReader[str]") -> Iterator[PublishedRow]:
    for cells in reader:
        named = {name.strip(): (text or "").strip() for name, text in cells.items() if isinstance(name, str)}
        yield PublishedRow(cells=named, line=reader.line_num)


def authority(rows: Iterable[PublishedRow], wanted: str, field: str) -> PublishedRow:
    """The row of an authority by its name, its nine-letter code or its number; NotFound with the nearest names."""
    found = [row for row in rows if row.level == "Local authority"]
    asked = wanted.strip().casefold()
    for row in found:
        if asked in {row.name.casefold(), *(code.casefold() for code in row.codes)}:
            return row
    near = get_close_matches(wanted, [row.name for row in found], n=3, cutoff=0.5)
    hint = f"perhaps {' or '.join(near)}" if near else "give its name as published, or its code"
    raise NotFound("authority in the table", wanted, f"{field}: {hint}")


def only_authority(rows: Iterable[PublishedRow], field: str) -> PublishedRow:
    """The row of the only authority in the table; MissingValue where there are several, or none."""
    found = [row for row in rows if row.level == "Local authority"]
    if len(found) != 1:
        raise MissingValue(field, f"the table has the rows of {len(found)} authorities; name one by its name or code")
    return found[0]
