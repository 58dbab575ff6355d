"""The text of a plan as a text file with headings and numbers, which people can edit, and as JSON."""

from collections.abc import Iterator

import msgspec

from arflow.errors import InvalidValue
from arflow.law.plan_sections import SECTIONS
from arflow.papers.plan_text.lines import NO_ITEMS, Line
from arflow.papers.plan_text.outline import Found, begins_something, lead, read_plan
from arflow.papers.plan_text.plan_text import PlanText, plan_text


def as_text(plan: PlanText) -> str:
    """Headings in the manner of Markdown; a line that only looks like the start of something has a \\ before it."""
    return "\n\n".join(["# EHC plan", *_blocks(plan)]) + "\n"


def _blocks(plan: PlanText) -> Iterator[str]:
    for section, title in SECTIONS.items():
        yield f"## Section {section}: {title}"
        for item in plan.of(section):
            first, *more = item.text.split("\n")
            yield "\n".join([lead(item) + first, *map(_guarded, more)])
        if not plan.of(section):
            yield NO_ITEMS


def _guarded(line: str) -> str:
    return f"\\{line}" if line.startswith(("#", "\\")) or begins_something(line) else line


def from_text(text: str, name: str) -> Found:
    """The plan in a text file; PlanTextRefused lists every fault with its line."""
    return read_plan(_lines(text), name)


def _lines(text: str) -> Iterator[Line]:
    for number, written in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        line = written.strip().removeprefix("\ufeff")
        heading, guarded = line.startswith("#"), line.startswith("\\")
        words = line.lstrip("#").strip() if heading else line[1:] if guarded else line
        yield Line(place=f"line {number}", cells=(words,), heading=heading, continued=guarded)


def from_json(content: bytes, name: str) -> PlanText:
    """The plan in a JSON file; PlanTextRefused lists every fault."""
    try:
        plan = msgspec.json.decode(content, type=PlanText)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidValue(
            "FILE", name, f"the text of a plan, as `arflow amend read` writes with --output: {error}"
        ) from None
    return plan_text(plan.items, name=name)
