"""Read papers files (workflows/papers/NAME.VERSION.toml), an authority's own beside arflow's, and list ALL faults of one."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec

from arflow.catalogue import Catalogue
from arflow.definition import Document, Fault
from arflow.errors import NotFound, PapersRefused
from arflow.events import Channel
from arflow.letters.papers import Header, Letter, Papers, Reminder, Right, Service

_FOLDER = "papers"
STATUTORY = "england.2015"
_LISTS: dict[str, type[msgspec.Struct]] = {
    "letter": Letter,
    "right": Right,
    "service": Service,
    "reminder": Reminder,
}
# How much a word asks for: an authority's own file may ask for more, never for less.
_STRENGTH = {"practice": 0, "should": 1, "must": 2}


class PapersFiles:
    """The papers files that can be used: those that come with arflow, and an authority's own in further folders."""

    def __init__(self, *folders: Path) -> None:
        self._folders = folders
        self._loaded: dict[str, Papers] = {}

    @classmethod
    def of(cls, catalogue: Catalogue) -> "PapersFiles":
        """The papers beside the workflow definitions."""
        return cls(*(folder / _FOLDER for folder in catalogue.folders))

    def paths(self) -> dict[str, Path]:
        """Each papers file's id (name and version) with its file."""
        found = {path.stem: path for folder in self._folders for path in sorted(folder.glob("*.toml"))}
        return {name: path for name, path in sorted(found.items()) if _is_papers(path)}

    def current(self) -> Papers:
        """The authority's own papers where it has one file that extends the statutory ones, or those themselves."""
        own = [name for name, path in self.paths().items() if Document(path).tables["papers"].get("extends")]
        if len(own) > 1:
            raise NotFound("one papers file", f"of {', '.join(own)}", "keep one that extends the others")
        return self.load(own[0] if own else STATUTORY)

    def load(self, papers_id: str) -> Papers:
        """Checked papers by their id; PapersRefused with every fault, NotFound where there are none."""
        if papers_id not in self._loaded:
            papers, faults = self.check(papers_id)
            if faults or papers is None:
                raise PapersRefused(faults)
            self._loaded[papers_id] = papers
        return self._loaded[papers_id]

    def check(self, papers_id: str) -> tuple[Papers | None, list[Fault]]:
        """The papers of an id, as far as they can be built, and all of their faults."""
        return self._check(papers_id, ())

    def _check(self, papers_id: str, under: tuple[str, ...]) -> tuple[Papers | None, list[Fault]]:
        path = self.paths().get(papers_id)
        if path is None:
            raise NotFound("papers file", papers_id, f"there are {', '.join(self.paths())}")
        document = Document(path)
        header = document.convert("papers", document.tables.get("papers", {}), Header)
        if header is None:
            return None, document.faults
        base = self._base(document, header.extends, (*under, papers_id))
        if header.extends and base is None:
            return None, document.faults
        papers = _build(document, header, base)
        _check_whole(document, papers)
        return papers, document.faults

    def _base(self, document: Document, extends: str | None, under: tuple[str, ...]) -> Papers | None:
        if extends is None:
            return None
        if extends in under or extends not in self.paths():
            document.fault("papers", f"extends: there are no papers {extends} that these can extend")
            return None
        base, faults = self._check(extends, under)
        document.faults += faults
        return base


def _is_papers(path: Path) -> bool:
    """Whether a file of the folder is one of letters: other rules about papers lie beside them."""
    return "papers" in Document(path).tables


def _build(document: Document, header: Header, base: Papers | None) -> Papers:
    for table in document.tables.keys() - {*_LISTS, "papers"}:
        document.fault(table, f"is not a table of papers: use papers, {', '.join(_LISTS)}")
    own = {table: list(_entries(document, table, cls)) for table, cls in _LISTS.items()}
    if base is not None:
        for letter in own["letter"]:
            _refuse_weaker(document, letter, base.letter_by_id.get(letter.id))
    return Papers(
        header=header,
        letters=_over(base.letters if base else (), own["letter"], "id"),
        rights=_over(base.rights if base else (), own["right"], "id"),
        services=_over(base.services if base else (), own["service"], "channel"),
        reminders=_over(base.reminders if base else (), own["reminder"], "id"),
        sha256=document.sha256,
    )


def _entries(document: Document, table: str, cls: type[Any]) -> Iterator[Any]:
    for name, entry in document.entries(table):
        item = document.convert(table, entry, cls, name)
        if item is not None:
            yield item


def _over(inherited: Iterable[Any], own: Iterable[Any], key: str) -> tuple[Any, ...]:
    """What is inherited, each replaced by the file's own of the same name, and what the file adds."""
    merged = {getattr(item, key): item for item in inherited} | {getattr(item, key): item for item in own}
    return tuple(merged.values())


def _refuse_weaker(document: Document, letter: Letter, inherited: Letter | None) -> None:
    """An authority's own letter asks for all that the one it replaces asks for, at least as strongly."""
    if inherited is None:
        return
    place, own = f"letter {letter.id}", {element.id: element for element in letter.elements}
    for element in inherited.elements:
        found = own.get(element.id)
        if found is None:
            document.fault(place, f"leaves out {element.id}, which is asked for ({element.citation})")
        elif _STRENGTH[found.word] < _STRENGTH[element.word] or not set(found.when) <= set(element.when):
            document.fault(place, f"asks less of {element.id} than “{element.word}” ({element.citation})")
    if set(letter.rights) != set(inherited.rights):
        document.fault(place, "changes who is told of the right to appeal, which the law settles")
    for enclosure in set(inherited.enclosures) - set(letter.enclosures):
        document.fault(place, f"leaves out what must be enclosed: {enclosure}")


def _check_whole(document: Document, papers: Papers) -> None:
    for channel in set(get_args(Channel)) - papers.service_by_channel.keys():
        document.fault("service", f"does not say when what is sent by {channel} is deemed served")
    for reminder in papers.reminders:
        if reminder.letter not in papers.letter_by_id:
            document.fault(f"reminder {reminder.id}", f"letter: there is no letter {reminder.letter}")
    for letter in papers.letters:
        named = [element.id for element in letter.elements]
        for twice in {name for name in named if named.count(name) > 1}:
            document.fault(f"letter {letter.id}", f"has {twice} twice")
