"""What an authority's letters are made with, from its `letters` folder: its details, its statements and its templates."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from arflow.errors import InvalidValue, MissingValue
from arflow.law.catalogue import Catalogue
from arflow.law.definition import plainly
from arflow.law.rules_in_force import RulesInForce
from arflow.papers.letters.contents import Authority
from arflow.papers.letters.letter import Stationery
from arflow.papers.letters.own_files import tables_of
from arflow.papers.letters.papers_files import PapersFiles
from arflow.papers.letters.statements import Statements

AUTHORITY = Path("letters", "authority.toml")


def stationery(catalogue: Catalogue, rules: RulesInForce | None = None) -> Stationery:
    """What letters are made with; MissingValue, InvalidValue and PapersRefused say which file is missing or wrong."""
    papers = PapersFiles.of(catalogue, rules).current()
    return Stationery(
        papers=papers,
        authority=_authority(catalogue.folders),
        statements=Statements(papers, *catalogue.folders),
        folders=catalogue.folders,
    )


def _authority(folders: Sequence[Path]) -> Authority:
    """The authority as its letters name it: every line is text that people read, and none is empty."""
    path = next((folder / AUTHORITY for folder in reversed(folders) if (folder / AUTHORITY).is_file()), None)
    if path is None:
        raise MissingValue(
            f"ARFLOW_WORKFLOWS/{AUTHORITY}",
            "say who letters are from: `arflow letter authority` prints a file to fill in",
        )
    try:
        found = msgspec.convert(tables_of(path), Authority)
    except msgspec.ValidationError as error:
        why = f"{plainly(error, Authority)}; `arflow letter authority` prints one to fill in"
        raise InvalidValue(str(path), "this file", f"the authority's details: {why}") from error
    empty = [name for name in found.__struct_fields__ if not getattr(found, name).strip()]
    if empty:
        raise MissingValue(f"{path}: {empty[0]}", "write what families are to read")
    return found
