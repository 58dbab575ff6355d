"""A first mapping of a file with headings of its own: which column means which field, to be read and corrected by a person."""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from difflib import SequenceMatcher
from itertools import islice
from pathlib import Path

import msgspec

from arflow.control_characters import visible
from arflow.errors import InvalidValue
from arflow.events import OUTCOMES, TRANSFER_KINDS
from arflow.events import ROLES as ROLES_IN_REVIEWS
from arflow.imports.headings import Headings, candidates, is_worded, plain
from arflow.imports.kinds import KINDS, SheetKind
from arflow.imports.layout import Layout
from arflow.imports.sheets import pages
from arflow.people import FORMATS, ROLES

# What case systems call a field, as `plain` writes headings; the first names are the surest.
_PLAN = (
    "ehcp id", "ehcp ref", "ehcp reference", "ehcp number", "ehcp no", "plan id", "plan ref", "plan reference", "plan no",
    "plan number", "case id", "case ref", "case reference", "case no", "case number", "reference", "our ref", "client id",
    "person id", "pupil id", "child id", "system id", "mosaic id", "unique id", "ehcp", "plan", "id",
)  # fmt: skip
_CALLED: dict[str, tuple[str, ...]] = {
    "ref": _PLAN,
    "plan": _PLAN,
    "first_made": (
        "date first made", "plan first made", "first ehcp", "date of first ehcp", "first issued", "date first issued",
        "ehcp first issued", "original issue date", "ehcp issued", "date ehcp issued", "ehcp issue date", "ehcp start date",
        "ehcp start", "plan start date", "plan start", "plan issued", "plan date", "date of plan", "date of ehcp", "ehcp date",
        "final plan issued", "final plan date", "ehcp final date", "issue date", "date issued", "start date",
    ),
    "last_reviewed": (
        "last annual review", "last annual review date", "date of last annual review", "last ar", "last ar date", "ar completed",
        "last ar completed", "last ar held", "last review", "last review date", "date of last review", "review completed",
        "last review completed", "previous review date", "review decision date", "annual review date",
    ),
    "setting": (
        "urn", "school urn", "setting urn", "establishment urn", "placement urn", "base urn", "school code", "provider urn",
    ),
    "nc_year": (
        "nc year", "ncy", "nc year group", "national curriculum year", "year group", "school year", "yr group", "year", "yr",
        "nc year actual", "ncyearactual", "curriculum year",
    ),
    "coordinator": (
        "ehc coordinator", "ehcp coordinator", "ehcco", "send officer", "sen officer", "case officer", "caseworker",
        "case worker", "case holder", "plan coordinator", "send case officer", "allocated worker", "allocated to",
        "key worker", "casework officer", "sendco officer", "officer", "worker",
    ),
    "transfer": ("next move", "phase transfer", "transfer type", "transfer phase", "transition", "next phase"),
    "transfer_on": ("transfer date", "date of transfer", "move date", "phase transfer date", "transition date"),
    "name": (
        "full name", "child name", "childs name", "child's name", "pupil name", "student name", "name of child", "child",
        "young person", "contact name", "person name",
    ),
    "date_of_birth": ("dob", "date of birth", "d.o.b.", "d.o.b", "birth date", "birthdate", "born"),
    "review": (
        "review id", "review no", "review number", "review ref", "review reference", "ar id", "ar no", "annual review id",
        "meeting id",
    ),
    "step": ("event", "event type", "activity", "activity type", "action", "stage", "task", "step name", "milestone"),
    "date": (
        "event date", "activity date", "action date", "date completed", "completed date", "completed on", "date of event",
        "step date", "actual date",
    ),
    "kind": ("review type", "type of review", "ar type"),
    "outcome": ("decision", "review outcome", "ar outcome", "la decision", "result"),
    "role": (
        "relationship", "relation", "relationship to child", "contact type", "attendee", "contributor", "professional role",
        "person type",
    ),
    "meeting_on": (
        "meeting date", "planned meeting date", "proposed meeting date", "proposed date", "planned date", "ar meeting date",
    ),
    "reason": ("notes", "comment", "comments"),
    "evidence": ("document", "document ref", "document id", "link"),
    "organisation": ("organization", "agency", "service", "school", "school name", "employer", "team"),
    "email": ("email address", "e mail", "e mail address", "mail"),
    "phone": ("telephone", "telephone number", "phone number", "tel", "tel no", "mobile", "mobile number", "contact number"),
    "address": ("postal address", "home address", "full address", "correspondence address"),
    "language": ("first language", "home language", "preferred language"),
    "channel": ("preferred contact", "contact preference", "preferred method of contact", "contact by"),
    "interpreter": ("interpreter needed", "interpreter required"),
    "do_not_contact": ("no contact", "do not contact reason"),
    "from": ("from date", "involved from"),
    "until": ("to", "until date", "to date", "end date", "involved until"),
}  # fmt: skip
_CHOICES: dict[str, tuple[str, ...]] = {
    "transfer": TRANSFER_KINDS, "outcome": OUTCOMES, "role": (*ROLES, "young_person"), "format": FORMATS,
}  # fmt: skip
_DAYS = (
    "first_made", "last_reviewed", "transfer_on", "young_person_from", "date_of_birth", "date", "meeting_on", "from", "until",
)  # fmt: skip
_SAME = dict.fromkeys(("no", "num", "number", "ref", "reference"), "id") | {
    "issue": "issued", "completion": "completed", "reviewed": "review", "ehc": "ehcp", "started": "start", "yr": "year",
}  # fmt: skip
_ALIKE = 0.86
_ROWS, _MOST_VALUES = 5_000, 30


class Guess(msgspec.Struct, frozen=True, kw_only=True):
    """A mapping as it may be meant: the kind of sheet, the heading of each field, what no column was found for, and values.

    `values` are those of columns with fixed words that arflow does not know; what each means has to be filled in.
    """

    kind: SheetKind
    headings: Headings
    columns: dict[str, str]
    lacking: tuple[str, ...]
    values: dict[str, tuple[str, ...]]


def guess(path: Path, layout: Layout, kind: SheetKind | None = None) -> Guess:
    """What a file's columns may mean; of no kind in particular it is the kind that most of the needed columns fit."""
    rows = [(page, row, names) for page, row, names in candidates(pages(path, layout), layout.heading_row)]
    worded = [one for one in rows if layout.heading_row or is_worded(one[2])]
    if not worded:
        raise InvalidValue(
            "FILE",
            path.name,
            "a sheet with headings: none of its first rows has words alone; name it with --heading-row",
        )
    found = [(one, _meant(names, one), (page, row, names)) for page, row, names in worded for one in _kinds(kind)]
    best, columns, (page, row, names) = max(found, key=lambda tried: _fits(tried[0], tried[1], tried[2][1]))
    headings = Headings(page=page, row=row, names=names, places={f: names.index(h) for f, h in columns.items()})
    lacking = tuple(field for field in KINDS[best].needed if field not in columns)
    return Guess(kind=best, headings=headings, columns=columns, lacking=lacking, values=_values(best, headings))


def _kinds(kind: SheetKind | None) -> tuple[SheetKind, ...]:
    return (kind,) if kind else tuple(KINDS)


def _fits(kind: SheetKind, columns: dict[str, str], row: int) -> tuple[float, int, int]:
    needed = KINDS[kind].needed
    return sum(field in columns for field in needed) / len(needed), len(columns), -row


def _meant(names: tuple[str, ...], kind: SheetKind) -> dict[str, str]:
    """Each field's heading: the best of all pairs first, so that no column is taken for two fields."""
    pairs = sorted(_pairs(names, kind), key=lambda pair: -pair[0])
    columns: dict[str, str] = {}
    for _, field, name in pairs:
        if field not in columns and name not in columns.values():
            columns[field] = name
    return {field: columns[field] for field in KINDS[kind].fields if field in columns}


def _pairs(names: tuple[str, ...], kind: SheetKind) -> Iterator[tuple[float, str, str]]:
    for name in filter(None, names):
        for field in KINDS[kind].fields:
            likeness = max(_likeness(name, (field, *_CALLED.get(field, ())), is_day=field in _DAYS))
            if likeness >= _ALIKE:
                yield likeness, field, name


def _likeness(name: str, called: Iterable[str], *, is_day: bool) -> Iterator[float]:
    """How like a heading is to each name of a field: the same, the same words in any order, or letters that are alike.

    Earlier names count before later ones.
    """
    own = plain(name).rstrip(" :*?")
    for place, one in enumerate(called):
        said = plain(one)
        if own == said:
            yield 2 - place / 1000
        elif _words(own, is_day=is_day) == _words(said, is_day=is_day):
            yield 1.5 - place / 1000
        else:
            yield SequenceMatcher(None, own, said).ratio() - place / 10_000 if len(said) > 4 else 0


def _words(heading: str, *, is_day: bool) -> frozenset[str]:
    """The words of a heading that tell it from others; that a day is one is no such word."""
    words = re.findall(r"[a-z0-9']+", heading.replace("annual review", "ar").replace("e-", "e"))
    noise = {"of", "the", "on", "in", "for", "s", *({"date"} if is_day else ())}
    return frozenset(_SAME.get(word, word) for word in words if word not in noise)


def _values(kind: SheetKind, headings: Headings) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    choices = {field: words for field, words in _CHOICES.items() if field in headings.places}
    if kind == "acts" and "role" in choices:
        choices["role"] = ROLES_IN_REVIEWS
    with closing(headings.page.lines()) as lines:
        for number, line in islice(lines, _ROWS):
            for field, words in choices.items():
                place = headings.places[field]
                value = str(line[place] or "").strip() if number > headings.row and place < len(line) else ""
                if value and plain(value).replace(" ", "_") not in words and ";" not in value:
                    found.setdefault(field, {})[value] = None
    return {field: tuple(values) for field, values in found.items() if len(values) <= _MOST_VALUES}


def as_mapping(found: Guess, name: str) -> str:
    """The mapping as the text of a TOML file, with what a person has to look at as comments."""
    file = visible(name)
    lines = [f"# A guess for {file}, headings in {found.headings.place}: read it, correct it, and import with it:"]
    lines += [f"#   {KINDS[found.kind].command} {file} --mapping columns.toml --dry-run", "[columns]"]
    lines += [f"{field} = {_quoted(name)}" for field, name in found.columns.items()]
    lines += [f'# {field} = ""  # needed: no column was found' for field in found.lacking]
    unused = [name for name in found.headings.names if name and name not in found.columns.values()]
    if unused:
        lines.append(f"# Not used: {', '.join(' '.join(visible(one).split()) for one in unused)}")
    for field, values in found.values.items():
        words = _CHOICES[field] if (found.kind, field) != ("acts", "role") else ROLES_IN_REVIEWS
        lines += ["", f"[values.{field}]", f"# What each means, without the #: one of {', '.join(words)}"]
        lines += [f'# {_quoted(value)} = ""' for value in values]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
