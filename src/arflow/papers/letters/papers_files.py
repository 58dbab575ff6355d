"""Read papers files (workflows/papers/NAME.VERSION.toml), an authority's own beside arflow's, and list ALL faults of one."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from arflow.errors import NotFound, PapersRefused
from arflow.law.catalogue import Catalogue
from arflow.law.definition import Document, Fault
from arflow.law.rules_in_force import RulesInForce
from arflow.papers.letters.papers import Approval, Header, Letter, Papers, Reminder, Right, Service, service_rule
from arflow.papers.letters.papers_check import check_whole, refuse_weaker

_FOLDER = "papers"
STATUTORY = "england.2015"
_LISTS: dict[str, type[msgspec.Struct]] = {
    "letter": Letter,
    "right": Right,
    "service": Service,
    "reminder": Reminder,
    "approval": Approval,
}
_KEYS = {"service": "channel", "approval": "letter"}


class PapersFiles:
    """The papers files that can be used: those that come with arflow, and an authority's own in further folders."""

    def __init__(self, *folders: Path, rules: RulesInForce | None = None) -> None:
        self._folders, self._rules = folders, rules
        self._loaded: dict[str, Papers] = {}

    @classmethod
    def of(cls, catalogue: Catalogue, rules: RulesInForce | None = None) -> "PapersFiles":
        """The papers beside the workflow definitions, with the days of service and holidays that a store's rules have."""
        return cls(*(folder / _FOLDER for folder in catalogue.folders), rules=rules)

    def paths(self) -> dict[str, Path]:
        """Each papers file's id (name and version) with its file."""
        found = {path.stem: path for folder in self._folders for path in sorted(folder.glob("*.toml"))}
        return {name: path for name, path in sorted(found.items()) if _is_papers(path)}

    def current(self) -> Papers:
        """The authority's own papers where it has one file that extends the statutory ones, or those themselves."""
        own = [name for name, path in self.paths().items() if path.parent != self._folders[0]]
        if len(own) > 1:
            raise NotFound("one papers file", f"of {', '.join(own)}", "keep one that extends the others")
        return self._with_rules(self.load(own[0] if own else STATUTORY))

    def _with_rules(self, papers: Papers) -> Papers:
        if self._rules is None:
            return papers
        entered = (
            Service(
                channel=one.channel,
                rule=service_rule(one.working_days),
                source="local policy",
                citation=one.citation,
            )
            for one in self._rules.services
        )
        services = _over(papers.services, entered, "channel")
        return msgspec.structs.replace(papers, services=services, bank_holidays=self._rules.bank_holidays)

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
        header = None if document.faults else document.convert("papers", document.tables.get("papers", {}), Header)
        if header is None:
            return None, document.faults
        base = self._base(document, header.extends, (*under, papers_id))
        if header.extends and base is None:
            return None, document.faults
        if f"{header.name}.{header.version}" != papers_id:
            document.fault("papers", f"is {header.name}.{header.version}, and its file must be named so")
        if path.parent != self._folders[0]:
            self._check_own(document, header, papers_id)
        papers = _build(document, header, base)
        check_whole(document, papers)
        return papers, document.faults

    def _check_own(self, document: Document, header: Header, papers_id: str) -> None:
        """An authority's own file extends what comes with arflow, and takes nothing's place."""
        if (self._folders[0] / f"{papers_id}.toml").is_file():
            document.fault("papers", f"{papers_id} comes with arflow: give your own another name or version")
        elif header.extends is None:
            document.fault("papers", f'extends: say what it extends: extends = "{STATUTORY}"')

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
    """Whether a file of the folder is one of letters, or one that cannot be read, which is reported and never skipped."""
    document = Document(path)
    return bool(document.faults) or "papers" in document.tables


def _build(document: Document, header: Header, base: Papers | None) -> Papers:
    for table in document.tables.keys() - {*_LISTS, "papers"}:
        document.fault(table, f"is not a table of papers: use papers, {', '.join(_LISTS)}")
    own = {table: list(_entries(document, table, cls)) for table, cls in _LISTS.items()}
    for table in _LISTS:
        _refuse_twice(document, table, [getattr(item, _KEYS.get(table, "id")) for item in own[table]])
    if base is not None:
        refuse_weaker(document, base, own["letter"], own["service"])
    return Papers(
        header=header,
        letters=_over(base.letters if base else (), own["letter"], "id"),
        rights=_over(base.rights if base else (), own["right"], "id"),
        services=_over(base.services if base else (), own["service"], "channel"),
        reminders=_over(base.reminders if base else (), own["reminder"], "id"),
        approvals=_over(base.approvals if base else (), own["approval"], "letter"),
        sha256=document.sha256,
    )


def _entries(document: Document, table: str, cls: type[Any]) -> Iterator[Any]:
    for name, entry in document.entries(table):
        item = document.convert(table, entry, cls, name)
        if item is not None:
            yield item


def _refuse_twice(document: Document, table: str, names: list[str]) -> None:
    for name in sorted({name for name in names if names.count(name) > 1}):
        document.fault(f"{table} {name}", "stands here twice: keep one")


def _over(inherited: Iterable[Any], own: Iterable[Any], key: str) -> tuple[Any, ...]:
    """What is inherited, each replaced by the file's own of the same name, and what the file adds."""
    merged = {getattr(item, key): item for item in inherited} | {getattr(item, key): item for item in own}
    return tuple(merged.values())
