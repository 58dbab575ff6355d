"""Plans, amendments and marked copies as files, each read and written in the form that its name says."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arflow.cli.files import check_new, write_file
from arflow.cli.terminal import say
from arflow.errors import InvalidValue

if TYPE_CHECKING:
    from arflow.papers.plan_text.amendments import Amendments
    from arflow.papers.plan_text.outline import Found
    from arflow.papers.plan_text.plan_text import PlanText

_LARGEST = 5_000_000  # bytes of a plan in text or JSON
_PLANS = (".docx", ".txt", ".md", ".json")
_COPIES = (".docx", ".html", ".pdf", ".json")


def file_argument(name: str) -> Callable[..., Any]:
    """An argument that is a file."""
    return click.argument(name, type=click.Path(path_type=Path, exists=True, dir_okay=False))


def told(notes: tuple[str, ...]) -> None:
    """Say on stderr what the reader of a file should know."""
    for note in notes:
        say(f"Note: {note}", err=True)


def read_plan(path: Path) -> "PlanText":
    """The plan in a file, with notes on stderr; a refusal names every fault."""
    found = found_in(path)
    told(found.notes)
    return found.plan


def found_in(path: Path) -> "Found":
    """The plan in a file with what the file shows beside it; a refusal names every fault."""
    from arflow.papers.plan_text.outline import Found
    from arflow.papers.plan_text.text_file import from_json, from_text
    from arflow.papers.plan_text.word_reader import plan_from_word
    from arflow.papers.word_files.package import LARGEST_FILE

    match _ending(path, _PLANS, "FILE"):
        case ".docx":
            return plan_from_word(content_of(path, LARGEST_FILE), path.name)
        case ".json":
            return Found(plan=from_json(content_of(path, _LARGEST), path.name), notes=())
        case _:
            content_of(path, _LARGEST)
            try:
                return from_text(path.read_text("utf-8-sig"), path.name)
            except UnicodeDecodeError as error:
                raise InvalidValue("FILE", path.name, "text in UTF-8: save it again as UTF-8") from error


def check_output(path: Path | None, endings: tuple[str, ...], *, force: bool) -> None:
    """Refuse, before any work is done, a name that says no form, or a file that is there."""
    if path is not None:
        _ending(path, endings, "--output")
        check_new(path, force=force)


def check_plan_output(path: Path | None, *, force: bool) -> None:
    """The same for a plan."""
    check_output(path, _PLANS, force=force)


def check_copy_output(path: Path | None, *, force: bool) -> None:
    """The same for amendments or a marked copy of them."""
    check_output(path, _COPIES, force=force)


def write_plan(path: Path, plan: "PlanText", *, force: bool) -> None:
    """A plan in the form that the name says."""
    from arflow.papers.plan_text.plan_text import canonical
    from arflow.papers.plan_text.text_file import as_text
    from arflow.papers.plan_text.word_file import as_word

    match path.suffix.lower():
        case ".docx":
            content = as_word(plan)
        case ".json":
            content = canonical(plan)
        case _:
            content = as_text(plan).encode()
    write_file(path, content, force=force)
    say(f"Written to {path}", err=True)


def write_copy(path: Path, plan: "PlanText", amendments: "Amendments", *, at: datetime, force: bool) -> None:
    """Amendments (.json), or the plan with them marked (.docx, .html, .pdf)."""
    from arflow.papers.plan_text.marked_plan import mark
    from arflow.papers.plan_text.plan_text import canonical

    marked = mark(plan, amendments, at=at)
    match path.suffix.lower():
        case ".docx":
            from arflow.papers.plan_text.marked_word import as_marked_word

            content = as_marked_word(marked)
        case ".html":
            from arflow.papers.plan_text.marked_html import as_marked_html

            content = as_marked_html(marked).encode()
        case ".pdf":
            from arflow.papers.plan_text.marked_pdf import as_marked_pdf

            content = as_marked_pdf(marked)
        case _:
            content = canonical(amendments)
    write_file(path, content, force=force)
    say(f"Written to {path}", err=True)


def read_amendments(path: Path) -> "Amendments":
    """The proposed amendments in a file."""
    from arflow.papers.plan_text.amendments import amendments_from_json

    return amendments_from_json(content_of(path, _LARGEST), path.name)


def content_of(path: Path, most: int) -> bytes:
    """A whole file; InvalidValue where it has more bytes than any plan or proposal."""
    if path.stat().st_size > most:
        raise InvalidValue("FILE", path.name, f"small enough: it is over {most // 1_000_000} MB")
    return path.read_bytes()


def _ending(path: Path, endings: tuple[str, ...], field: str) -> str:
    ending = path.suffix.lower()
    if ending not in endings:
        raise InvalidValue(field, path.name, f"a file of a kind that can be used: {', '.join(endings)}", endings)
    return ending
