"""What a form asks: sections of tables, each row with a label and the fields to answer; and the line that names the form."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import sha256
from typing import Literal

import msgspec
from msgspec.structs import replace

from arflow.pasted_text import as_typed

FormKind = Literal["report", "advice", "views", "child-views"]
VERSION = 1  # of every form: a new one where the meaning of a name or of an option changes
FieldKind = Literal["words", "day", "choice", "tick"]

# What an answer says before anybody has answered it; word processors give it back as if it were an answer.
PLACEHOLDERS: dict[FieldKind, str] = {
    "words": "Write here",
    "day": "Write the day, such as 10 June 2026",
    "choice": "Choose an answer",
    "tick": "",
}
TICKED, NOT_TICKED = "☒", "☐"
_LINE = re.compile(
    r"\bForm\s+(report|advice|views|child-views)-(\d{1,3})\s*,\s*(R-\d{4}-\d{6})\s*,(?:\s*(N-[0-9a-f]{8})\s*,)?\s*([0-9a-f]{10})\b"
)


class FormId(msgspec.Struct, frozen=True, kw_only=True):
    """Which form it is: its kind and version, its review, whom it was made for, and what it was made from, as a digest."""

    kind: FormKind
    version: int
    review: str
    made_from: str
    person: str | None = None

    @property
    def line(self) -> str:
        """The line that stands in the form, and is found again whatever program saved it."""
        said = (f"{self.kind}-{self.version}", self.review, self.person, self.made_from)
        return f"Form {', '.join(part for part in said if part)}"


def form_id(kind: FormKind, version: int, review: str, made_from: object, *, person: str | None = None) -> FormId:
    """The id of a form on a review; `made_from` is all that its questions depend on."""
    digest = sha256(msgspec.json.encode((kind, version, review, made_from))).hexdigest()
    return FormId(kind=kind, version=version, review=review, person=person, made_from=digest[:10])


def form_ids(text: str) -> tuple[FormId, ...]:
    """Every form that a text names, each once."""
    found = (
        FormId(kind=kind, version=int(version), review=review, person=person or None, made_from=made_from)
        for kind, version, review, person, made_from in _LINE.findall(as_typed(text))
    )
    return tuple(dict.fromkeys(found))


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One answer: `name` is its name in the file, `options` the codes of a choice with their words, `given` what we know.

    `given` is a code of a choice, a day as YYYY-MM-DD, `yes` for a tick, or words.
    """

    name: str
    kind: FieldKind
    options: tuple[tuple[str, str], ...] = ()
    given: str = ""

    def shown(self, code: str) -> str:
        """The words of an option."""
        return dict(self.options)[code]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A row: what is asked, a line of `help` under it, and a field for each further column; `key` begins its label.

    `picture` is the name of one that stands beside the question, for those who read with difficulty.
    """

    key: str
    help: str = ""
    fields: tuple[Field, ...]
    picture: str = ""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A table: the heads of its columns, their widths in tenths of the page, and its rows."""

    about: str
    heads: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[Row, ...]


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A heading, a few lines under it, and a table."""

    title: str
    lines: tuple[str, ...] = ()
    table: Table


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """A form: which it is, what it is called, what stands at its head, and what it asks; `easy` in large type."""

    id: FormId
    title: str
    lines: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()
    sections: tuple[Section, ...]
    easy: bool = False

    def rows(self) -> Iterator[tuple[Table, Row]]:
        """Every row, with its table."""
        for section in self.sections:
            for row in section.table.rows:
                yield section.table, row

    def fields(self) -> Iterator[Field]:
        """Every field, in the order of the form."""
        for _, row in self.rows():
            yield from row.fields

    def place(self, name: str) -> str:
        """What a field asks, as people call it: `Evidence` of E1, or the label of its row."""
        for table, row in self.rows():
            for head, field in zip(table.heads[1:], row.fields, strict=True):
                if field.name == name:
                    return row.key if len(table.heads) == ONE_ANSWER else f"{row.key}: {head}"
        raise KeyError(name)


ONE_ANSWER = 2  # columns: the question, and its answer


def in_full(day: date) -> str:
    """A day as a form writes it: 10 June 2026."""
    return f"{day.day} {day:%B %Y}"


def asked(about: str, *rows: Row) -> Table:
    """A table of questions with one answer each."""
    return Table(about=about, heads=("Question", "Your answer"), widths=(3.8, 6.2), rows=rows)


def question(label: str, field: Field, help: str = "", *, picture: str = "") -> Row:  # noqa: A002  the form's own word for it
    """A row of a table of questions."""
    return Row(key=label, help=help, fields=(field,), picture=picture)


def numbered(sections: Iterable[Section]) -> tuple[Section, ...]:
    """The sections with their numbers before their titles."""
    return tuple(replace(section, title=f"{at}. {section.title}") for at, section in enumerate(sections, 1))
