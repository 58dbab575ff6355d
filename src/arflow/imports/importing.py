"""How a file is imported, and what became of its rows: the same for plans, past acts and people."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from arflow.application.arflow import Arflow
from arflow.application.recording import Draft
from arflow.imports.layout import Layout
from arflow.imports.sheets import RowFault, Sheet, read_mapping
from arflow.lists.follower import Progress

Report = Callable[[Progress], None]


class How(msgspec.Struct, frozen=True, kw_only=True):
    """How a file is read, and what may be written: nothing in a `dry_run`; what is kept already only to `update` it."""

    mapping: Path | None = None
    layout: Layout = Layout()
    accept_sound_rows: bool = False
    dry_run: bool = False
    update: bool = False

    def sheet(self, path: Path, fields: tuple[str, ...], needed: tuple[str, ...]) -> Sheet:
        """A file of rows with some fields, read in this way."""
        return Sheet(path, read_mapping(self.mapping), fields, needed, self.layout)


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """What one pass over a file works with: the application, how to import, and what is about to be appended."""

    app: Arflow
    how: How
    draft: Draft


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What a row says otherwise than what is kept `of` a plan, a review or a person: each field from what to what."""

    row: int
    of: str
    fields: dict[str, tuple[Any, Any]]


class Imported(msgspec.Struct, kw_only=True):
    """What became of a file's rows, or would in a dry run; `changed` are written only where that was asked for.

    `rights` counts the plans that now know when the rights pass.
    """

    added: int = 0
    changed: list[Change] = []
    already_there: int = 0
    rights: int = 0
    faults: list[RowFault] = []
    read_as: str = ""
