"""What arflow does about each paragraph of the law of reviews: read from workflows/law/coverage.toml, and checked."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Literal, get_args

import msgspec

from arflow.errors import DefinitionRefused
from arflow.events import EVENT_CLASSES
from arflow.law.catalogue import Catalogue, shipped_folder
from arflow.law.definition import Document, read
from arflow.law.formula import Policy
from arflow.law.machine import CIRCUMSTANCES
from arflow.law.names import CONDITIONS
from arflow.law.workflow import Workflow

Status = Literal["modelled", "recorded only", "not modelled"]
STATUSES: tuple[Status, ...] = get_args(Status)
_LAWS = {"r": "SEND Regs 2014", "s": "CFA 2014", "9": "Code"}  # by how a paragraph begins; 9 is the chapter of the Code
# Every paragraph and sub-paragraph of rr.18-22 and 29-31 and of ss.44-45, and what stands around them, in the order of the law.
_LETTERED = {
    "r.15": "1 2 3 4 4a 4b 4c 5",
    "r.16": "",
    "r.18": "1 1a 1b 2 3",
    "r.18A": "",
    "r.19": "a b c",
    "r.20": "ZA 1 2 2a 2b 2c 2d 2e 3 4 5 6 7 8 9 10 10a 10b 10c 11 11a 11b 11c 11d 12 12a 12b 12c 12d 12e 12f 12g",
    "r.21": "1 2 2a 2b 2c 2d 2e 3 4 5 6 7 8 9 9a 9b 9c 10 10a 10b 10c 10d",
    "r.22": "1 2 2a 2b 2c 2d 3 3a 3b 3c 4 5 5a 5b 5c 5d",
    **dict.fromkeys(("r.23", "r.24", "r.25", "r.26", "r.27", "r.28"), ""),
    "r.29": "1 2",
    "r.30": "1 2",
    "r.31": "1 1a 1b 1c 2 3 3a 3b 3c 3d",
    **dict.fromkeys((f"r.{n}" for n in range(32, 46)), ""),
    **dict.fromkeys(("s.36", "s.37", "s.38", "s.39", "s.40", "s.41", "s.42"), ""),
    "s.44": "1 1a 1b 2 2a 2b 3 4 5 6 7 7a 7b 7c 8 9",
    "s.45": "1 1a 1b 2 3 4 4a 4b 5 5a 5b 5c",
    **dict.fromkeys(("s.46", "s.47", "s.48", "s.51", "s.52", "s.53", "s.54", "s.55", "s.70"), ""),
    "9.172": "",  # of the Code, only what a part of arflow is made for
}


def _bracketed(part: str) -> str:
    """`10a` as the law writes it: (10)(a)."""
    return "".join(f"({found})" for found in re.findall(r"\d+|[A-Z]+|[a-z]", part))


# A rule without numbered paragraphs, or that is listed whole, is an entry itself.
PARAGRAPHS: tuple[str, ...] = tuple(
    f"{rule}{_bracketed(part)}"
    for rule, parts in _LETTERED.items()
    for part in ([""] if rule == "r.19" or not parts else []) + parts.split()
)


class Paragraph(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One paragraph of the law: whether it is modelled, what carries it, and the tests that hold it.

    `not_verified` says what of the law's wording nobody has compared with the text of the law; empty where all of it was.
    """

    id: str
    text: str
    status: Status
    reason: str = ""
    note: str = ""
    not_verified: str = ""
    duties: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    transfers: tuple[str, ...] = ()
    policy: tuple[str, ...] = ()
    circumstances: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    letters: dict[str, str] = {}

    @property
    def citation(self) -> str:
        """As the law is cited: SEND Regs 2014 r.20(2)(a); Code 9.172."""
        return f"{_LAWS[self.id[0]]} {self.id}"

    @property
    def rule(self) -> str:
        """The regulation or section it stands in: SEND Regs 2014 r.20."""
        return self.citation.partition("(")[0]

    @property
    def carried_by(self) -> dict[str, tuple[str, ...]]:
        """What in arflow carries it, by what it is."""
        named = {field: getattr(self, field) for field in _CARRIERS}
        return {field: names for field, names in named.items() if names}


_CARRIERS = ("duties", "steps", "kinds", "transfers", "policy", "circumstances", "events")


def law_file() -> Path:
    """The list that comes with arflow."""
    return shipped_folder() / "law" / "coverage.toml"


def coverage(path: Path | None = None) -> tuple[Paragraph, ...]:
    """Every paragraph in the order of the law; DefinitionRefused with every fault of the list."""
    document = read(path or law_file())
    found = paragraphs(document)
    check(document, found)
    if document.faults:
        raise DefinitionRefused(document.faults)
    return tuple(sorted(_lettered(found), key=lambda paragraph: PARAGRAPHS.index(paragraph.id)))


def state_of_the_law(path: Path | None = None) -> tuple[date, str]:
    """The day as of which the list reads the law, and how far that could be traced."""
    header = read(path or law_file()).tables["coverage"]
    return header["as_of"], header["traced"]


def paragraphs(document: Document) -> list[Paragraph]:
    """The entries of a list as they stand; what cannot be read is a fault."""
    entries = (document.convert("paragraph", entry, Paragraph, name) for name, entry in document.entries("paragraph"))
    return [entry for entry in entries if entry is not None]


def _lettered(found: list[Paragraph]) -> Iterator[Paragraph]:
    """Each paragraph, followed by those of its letters that share its answer."""
    for paragraph in found:
        yield msgspec.structs.replace(paragraph, letters={})
        for letter, text in paragraph.letters.items():
            yield msgspec.structs.replace(paragraph, id=f"{paragraph.id}({letter})", text=text, letters={})


def check(document: Document, found: list[Paragraph]) -> None:
    """Keep every fault of a list: what it names is there, every paragraph stands once, no rule is left out."""
    header = document.tables.get("coverage")
    workflow_id = header.get("workflow") if isinstance(header, dict) else None
    if not isinstance(workflow_id, str):
        document.fault("coverage", "workflow: is missing: name the definition that the list is about")
        return
    workflow = Catalogue().load(workflow_id)
    there = _there(workflow)
    for paragraph in found:
        for problem in _problems(paragraph, there):
            document.fault(f"paragraph {paragraph.id}", problem)
    _complete(document, found)
    for problem in _left_out(found, workflow):
        document.fault("paragraph", problem)


def _there(workflow: Workflow) -> dict[str, set[str]]:
    """Every name that an entry may use, by what it is."""
    return {
        "duties": set(workflow.duty_by_id),
        "steps": set(workflow.step_by_id),
        "kinds": set(workflow.kinds),
        "transfers": {transfer.id for transfer in workflow.transfers},
        "policy": set(Policy.__struct_fields__),
        "circumstances": {*CIRCUMSTANCES, *CONDITIONS},
        "events": {cls.__name__ for cls in EVENT_CLASSES},
    }


def _problems(paragraph: Paragraph, there: dict[str, set[str]]) -> Iterator[str]:
    for field, names in paragraph.carried_by.items():
        for name in names:
            if name not in there[field]:
                yield f"{field}: there is no {name}"
    for test in paragraph.tests:
        if not re.fullmatch(r"test_\w+\.py::test_\w+", test):
            yield f"tests: {test} is not a test: write test_file.py::test_function"
    if paragraph.status == "modelled" and not paragraph.tests:
        yield "tests: is missing: nothing is called modelled that no test holds"
    if paragraph.status == "modelled" and not paragraph.carried_by:
        yield "names nothing that carries it"
    if paragraph.status == "recorded only" and not paragraph.events and not paragraph.steps:
        yield "events: is missing: say what records it"
    if (paragraph.status == "not modelled") != bool(paragraph.reason):
        yield "reason: say why it is not modelled" if not paragraph.reason else "reason: is for what is not modelled"
    if paragraph.status == "not modelled" and (paragraph.carried_by or paragraph.tests):
        yield "names what carries it, though it is not modelled"


def _complete(document: Document, found: list[Paragraph]) -> None:
    listed = [paragraph.id for paragraph in _lettered(found)]
    for paragraph_id in sorted({name for name in listed if listed.count(name) > 1}):
        document.fault(f"paragraph {paragraph_id}", "stands more than once")
    for paragraph_id in dict.fromkeys(listed):
        if paragraph_id not in PARAGRAPHS:
            document.fault(f"paragraph {paragraph_id}", "is not a paragraph of the law that is listed")
    unread = document.unread("paragraph", "id")
    for paragraph_id in PARAGRAPHS:
        if paragraph_id not in listed and not any(_within(paragraph_id, name) for name in unread):
            document.fault("paragraph", f"{paragraph_id} is missing")


def _left_out(found: list[Paragraph], workflow: Workflow) -> Iterator[str]:
    """Rules of the definition that cite these paragraphs, and that no entry for one of them names."""
    cited: list[tuple[str, str, str]] = [
        *(("duties", rule.id, rule.citation) for rule in workflow.duties),
        *(("steps", step.id, step.citation) for step in workflow.steps),
        *(("kinds", name, kind.citation) for name, kind in workflow.kinds.items()),
        *(("transfers", transfer.id, transfer.citation) for transfer in workflow.transfers),
    ]
    for field, name, citation in cited:
        places = cited_paragraphs(citation)
        naming = [paragraph for paragraph in found if name in getattr(paragraph, field)]
        if places and not any(_within(paragraph.id, place) for paragraph in naming for place in places):
            yield f"{field}: {name} cites {', '.join(sorted(places))}, and no entry for it names {name}"


def _within(paragraph_id: str, place: str) -> bool:
    """Whether a paragraph is the cited one, a part of it, or the whole rule that it stands in."""
    whole = "(" not in paragraph_id and place.startswith(f"{paragraph_id}(")
    return whole or paragraph_id == place or paragraph_id.startswith(f"{place}(")


_RULE = r"(?P<kind>rr?|ss?)\.(?P<first>\d+[A-Z]?)(?:-(?P<last>\d+))?"
_PART = r"\((?P<part>\d+|[A-Z]+|[a-z])\)(?:\((?P<letter>[a-z])\))?(?:-\((?P<upto>\d+)\))?"


def cited_paragraphs(citation: str) -> set[str]:
    """The paragraphs of the listed law that a citation names, such as "SEND Regs 2014 r.20(7)-(9); r.21(7)-(8)"."""
    found: set[str] = set()
    ours = False
    for segment in citation.split(";"):
        if not re.match(r"\s*(rr?|ss?)\.", segment):
            ours = segment.strip().startswith((_LAWS["r"], _LAWS["s"]))
        if ours:
            found |= {place for place in _named(segment) if place.partition("(")[0] in _LETTERED}
    return found


def _named(segment: str) -> Iterator[str]:
    """Each rule with its paragraphs; a rule named alone stands for all of it."""
    rules = list(re.finditer(_RULE, segment))
    for rule, following in zip(rules, [*rules[1:], None], strict=True):
        kind = rule["kind"][0]
        parts = list(re.finditer(_PART, segment[rule.end() : following.start() if following else None]))
        if rule["last"]:
            yield from (f"{kind}.{number}" for number in range(int(rule["first"]), int(rule["last"]) + 1))
        elif not parts:
            yield f"{kind}.{rule['first']}"
        for part in parts:
            upto = int(part["upto"]) if part["upto"] else None
            numbers = range(int(part["part"]), upto + 1) if upto else [part["part"]]
            letter = f"({part['letter']})" if part["letter"] else ""
            yield from (f"{kind}.{rule['first']}({number}){letter}" for number in numbers)
