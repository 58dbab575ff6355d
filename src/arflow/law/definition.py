"""Read workflow definitions (workflows/*.toml), check them, and list ALL faults with their file and place."""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec

from arflow import toml_text
from arflow.errors import NotFound
from arflow.law.formula import Policy
from arflow.law.workflow import (
    DutyRule,
    Header,
    Invitee,
    Kind,
    Lapse,
    Recipient,
    State,
    Step,
    Term,
    Transfer,
    Workflow,
)

PUBLISHED = "published.sha256"
_LISTS: dict[str, type[msgspec.Struct]] = {
    "state": State,
    "step": Step,
    "invitee": Invitee,
    "recipient": Recipient,
    "duty": DutyRule,
    "transfer": Transfer,
    "lapse": Lapse,
    "term": Term,
}
_SINGLE = ("workflow", "policy")
_TABLES = {*_LISTS, *_SINGLE, "kind"}


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong with a definition, and where."""

    file: str
    line: int
    place: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.place}: {self.message}"


@lru_cache(maxsize=16)
def _tables(content: bytes) -> Mapping[str, Any]:
    """What a file holds; kept, since every application of a process reads the same few definitions."""
    return toml_text.loads(content.decode("utf-8"))


class Document:
    """A definition file as read: its entries with the lines they stand on, and its faults so far."""

    def __init__(self, path: Path, content: bytes | None = None) -> None:
        """Read a file, or take the `content` given for it."""
        self.path = path
        self.content = path.read_bytes() if content is None else content
        self.faults: list[Fault] = []
        self._unread: list[tuple[str, dict[str, Any]]] = []
        self.sha256 = hashlib.sha256(self.content).hexdigest()
        self._lines = self.content.decode("utf-8", "replace").splitlines()
        self.tables = self._read()

    def _read(self) -> Mapping[str, Any]:
        try:
            return _tables(self.content)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            self.fault("file", f"not readable as TOML: {error}")
            return {}

    def fault(self, place: str, message: str) -> None:
        """Keep a fault; `place` is a table's name and id, such as "duty decision"."""
        self.faults.append(Fault(file=self.path.name, line=self.line_of(place), place=place, message=message))

    def line_of(self, place: str) -> int:
        """The line an entry starts on, or 0 if its table is not there."""
        table, _, name = place.partition(" ")
        return self._line(table, name) or self._line(table, re.sub(r", \w+(\[\d+\])?$", "", name))

    def _line(self, table: str, name: str) -> int:
        header = re.compile(rf"\[+\s*{re.escape(table)}(\.{re.escape(name)})?\s*\]+")
        named = (
            rf"{re.escape(name)}\s*=" if table in _SINGLE else rf'(id|class|step|name|when)\s*=\s*"{re.escape(name)}"'
        )
        start = 0
        for number, line in enumerate(self._lines, start=1):
            if header.match(line.strip()):
                start = number
                if not name or f".{name}" in line:
                    return number
            elif line.startswith("["):
                start = 0
            elif start and re.match(named, line.strip()):
                return number
        return 0

    def convert(self, table: str, entry: object, cls: type[Any], name: str = "") -> Any:
        """An entry as an object, or None with a fault kept."""
        try:
            return msgspec.convert(entry, cls)
        except msgspec.ValidationError as error:
            self.fault(f"{table} {name}".strip(), plainly(error, cls))
            self._unread.append((table, {"id": name, **entry} if isinstance(entry, dict) else {}))
            return None

    @property
    def extends(self) -> str | None:
        """The definition that this one says it extends."""
        header = self.tables.get("workflow")
        extends = header.get("extends") if isinstance(header, dict) else None
        return str(extends) if extends is not None else None

    def unread(self, table: str, field: str) -> set[str]:
        """A field of the entries that could not be made objects: what they would have named is not unknown."""
        return {str(entry[field]) for of, entry in self._unread if of == table and field in entry}

    def names(self, table: str) -> list[str]:
        """What the file itself calls the entries of a table."""
        entries = self.tables.get(table, [])
        if isinstance(entries, dict):
            return list(entries)
        return [str(entry.get("id")) for entry in entries if isinstance(entry, dict)]

    def entries(self, table: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each entry of a list of tables with the name to call it by."""
        entries = self.tables.get(table, [])
        if not isinstance(entries, list):
            self.fault(table, f"is a list: write [[{table}]]")
            return
        for number, entry in enumerate(entries, start=1):
            if not isinstance(entry, dict):
                self.fault(f"{table} number {number}", f"is not a table: write [[{table}]]")
                continue
            called = (entry.get(field) for field in ("id", "class", "step", "name", "when"))
            yield next((name for name in called if isinstance(name, str)), f"number {number}"), entry


def plainly(error: msgspec.ValidationError, cls: type[Any]) -> str:
    """A conversion's error as a fault: the field, counted from 1 as faults are, what is wrong, and what would do."""
    message, _, where = str(error).partition(" - at ")
    path = re.sub(r"\[(\d+)\]", lambda found: f"[{int(found[1]) + 1}]", where.strip("`$").strip("."))
    fields = msgspec.structs.fields(cls)
    names = ", ".join(field.encode_name for field in fields)
    if missing := re.fullmatch(r"Object missing required field `(\w+)`", message):
        return f"{f'{path}: ' if path else ''}{missing[1]}: is missing"
    if unknown := re.fullmatch(r"Object contains unknown field `(\w+)`", message):
        return f"{path}: {unknown[1]}: is not a field" if path else f"{unknown[1]}: is not a field: use {names}"
    options = next((_options(field.type) for field in fields if field.encode_name == path.partition("[")[0]), ())
    if options and message.startswith("Invalid enum value"):
        return f"{path}: there is no {message.removeprefix('Invalid enum value ')}: use {', '.join(options)}"
    return f"{path}: {message}" if path else message


def _options(hint: Any) -> tuple[str, ...]:
    """The options of a field that takes one or several of a fixed list."""
    if get_origin(hint) is Literal:
        return get_args(hint)
    return next((found for part in get_args(hint) if (found := _options(part))), ())


def _plain_limbs(entry: Mapping[str, Any]) -> dict[str, Any]:
    """A duty's table with each limb that is written as a bare phrase made a table."""

    def limb(value: object) -> object:
        if isinstance(value, str):
            return {"rule": value}
        if isinstance(value, dict) and isinstance(value.get("latest"), list):
            return {**value, "latest": [limb(part) for part in value["latest"]]}
        return value

    due = entry.get("due", [])
    return {**entry, "due": [limb(part) for part in due] if isinstance(due, list) else due}


def read(path: Path) -> Document:
    """A file as a document; a file that is not there raises NotFound."""
    if not path.is_file():
        raise NotFound("workflow definition", str(path), "name a .toml file")
    return Document(path)


def build(document: Document, base: Workflow | None = None) -> Workflow | None:
    """The workflow a document defines, on top of the one it extends; None if the file cannot be read at all.

    What cannot be made an object is a fault and is left out, so that the rest can be checked all the same.
    """
    if not document.tables:
        if not document.faults:
            document.fault("file", "is empty")
        return None
    for table in document.tables.keys() - _TABLES:
        document.fault(table, f"is not a table of a definition: use {', '.join(sorted(_TABLES))}")
    lists = {table: _list(document, table, cls) for table, cls in _LISTS.items()}
    workflow = Workflow(
        header=_header(document),
        policy=_policy(document, base),
        states=lists["state"],
        steps=lists["step"],
        invitees=lists["invitee"],
        recipients=lists["recipient"],
        duties=lists["duty"],
        transfers=lists["transfer"],
        lapses=lists["lapse"],
        kinds=_kinds(document),
        terms=lists["term"],
        sha256=document.sha256,
    )
    return workflow if base is None else _extended(base, workflow)


def _header(document: Document) -> Header:
    """The header in the file, or else one made from its name."""
    header: Header | None = document.convert("workflow", document.tables.get("workflow", {}), Header)
    if header is not None:
        return header
    name, _, version = document.path.stem.rpartition(".")
    return Header(name=name, version=version, title="", in_force_from=date.min, known_from=date.min)


def _list(document: Document, table: str, cls: type[msgspec.Struct]) -> tuple[Any, ...]:
    items = []
    for name, entry in document.entries(table):
        item = document.convert(table, _plain_limbs(entry) if table == "duty" else entry, cls, name)
        if item is not None:
            items.append(item)
    return tuple(items)


def _policy(document: Document, base: Workflow | None) -> Policy:
    inherited = base.policy if base else Policy()
    settings = document.tables.get("policy", {})
    if not isinstance(settings, dict):
        document.fault("policy", "is a table: write [policy]")
        return inherited
    if "bank_holidays" in settings:
        document.fault("policy", "bank_holidays: is entered into the store: use `arflow rules bank-holiday`")
        return inherited
    policy: Policy | None = document.convert("policy", {**msgspec.structs.asdict(inherited), **settings}, Policy)
    return policy or inherited


def _kinds(document: Document) -> dict[str, Kind]:
    tables = document.tables.get("kind", {})
    if not isinstance(tables, dict):
        document.fault("kind", "is a table of its own for each kind: write [kind.annual]")
        return {}
    found = {name: document.convert("kind", entry, Kind, name) for name, entry in tables.items()}
    return {name: kind for name, kind in found.items() if kind is not None}


def own(field: str, workflow: Workflow, base: Workflow | None) -> tuple[Any, ...]:
    """What a definition itself adds to the one it extends: its states, steps, duties …"""
    items: tuple[Any, ...] = getattr(workflow, field)
    return items[len(getattr(base, field)) :] if base is not None else items


def _extended(base: Workflow, local: Workflow) -> Workflow:
    return msgspec.structs.replace(
        local,
        states=base.states + local.states,
        steps=base.steps + local.steps,
        invitees=base.invitees + local.invitees,
        recipients=base.recipients + local.recipients,
        duties=base.duties + local.duties,
        transfers=base.transfers + local.transfers,
        lapses=base.lapses + local.lapses,
        kinds={**base.kinds, **local.kinds},
        terms=base.terms + local.terms,
    )


def published_digests(folder: Path) -> dict[str, str]:
    """The locked versions of a folder: file name and SHA-256, as `sha256sum` writes them."""
    path = folder / PUBLISHED
    if not path.is_file():
        return {}
    pairs = (line.partition("  ") for line in path.read_text("utf-8").splitlines())
    return {name.strip(): digest for digest, _, name in pairs if name.strip()}
