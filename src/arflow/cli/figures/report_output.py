"""How any report leaves the command line: its form, where to, which section, and the cases behind a figure."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, cast, get_args

import click
import msgspec

from arflow.cli.files import FORCE, OUTPUT, check_new, new_file
from arflow.cli.session import Session
from arflow.cli.terminal import console, hand_over, say
from arflow.errors import InvalidValue, MissingValue

if TYPE_CHECKING:
    from arflow.figures.report import Report, Section

Form = Literal["table", "csv", "json", "xlsx", "html", "pdf"]
_ON_A_SHEET: tuple[Form, ...] = get_args(Form)
_FORMS = _ON_A_SHEET[:-1]
_FILES_ONLY = ("xlsx", "html", "pdf")
_TEXT = ("", "txt")  # endings of a file that holds the table
_CASES_ON_A_TERMINAL = 200


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator wants of a report: its form, a file (or stdout), a section, rows, or its cases.

    `one_page` says that its page is set on one sheet.
    """

    form: Form
    path: Path | None
    force: bool
    section: str | None
    cases: bool
    where: tuple[tuple[str, str], ...]
    one_page: bool = False


class Where(click.ParamType[tuple[str, str]]):
    """A column and the value wanted in it: duty=decision."""

    name = "COLUMN=VALUE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        if isinstance(value, tuple):
            return cast("tuple[str, str]", value)
        column, sign, wanted = value.partition("=")
        if not sign or not column.strip():
            self.fail(f"{value} names no column: write COLUMN=VALUE, such as duty=decision", param, ctx)
        return column.strip(), wanted.strip()


def _options(forms: tuple[Form, ...]) -> tuple[Callable[[Callable[..., Any]], Callable[..., Any]], ...]:
    return (
        click.option(
            "--format", "form", type=click.Choice(forms), help="Default: by the name of --output, else a table."
        ),
        OUTPUT,
        FORCE,
        click.option("--section", metavar="NAME", help="Only this section of the report."),
        click.option(
            "--cases", is_flag=True, help="The cases behind the figures of a section, instead of the figures."
        ),
        click.option(
            "--where", type=Where(), multiple=True, help="Only these, such as --where duty=decision; repeatable."
        ),
    )


def report_output(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options every report has; the command is given them, already checked, as `output`."""
    return _taking(command, _FORMS)


def one_page_output(command: Callable[..., Any]) -> Callable[..., Any]:
    """The same for a report on one sheet, which is a PDF too."""
    return _taking(command, _ON_A_SHEET)


def _taking(command: Callable[..., Any], forms: tuple[Form, ...]) -> Callable[..., Any]:
    @wraps(command)
    def asked(session: Session, /, **options: Any) -> Any:
        names = ("form", "output", "force", "section", "cases", "where")
        output = _checked(session, forms, {name: options.pop(name) for name in names})
        return command(session, output=output, **options)

    taking: Callable[..., Any] = asked
    for option in reversed(_options(forms)):
        taking = option(taking)
    return taking


def _checked(session: Session, forms: tuple[Form, ...], options: dict[str, Any]) -> Output:
    """What is wanted, refused before any work is done where it cannot be."""
    path: Path | None = options.pop("output")
    form = _form(options.pop("form"), path, forms, as_json=session.as_json)
    output = Output(form=form, path=path, one_page=forms is _ON_A_SHEET, **options)
    if output.cases and output.form in _FILES_ONLY:
        raise InvalidValue(
            "--format", output.form, "a form for --cases: take table, csv or json", ("table", "csv", "json")
        )
    if path is not None:
        check_new(path, force=output.force)
    elif output.form in _FILES_ONLY and sys.stdout.isatty():
        raise MissingValue("--output", f"{output.form} goes to a file: --output report.{output.form}")
    return output


def _form(asked: Form | None, path: Path | None, forms: tuple[Form, ...], *, as_json: bool) -> Form:
    if as_json and asked not in (None, "json"):
        raise click.UsageError(f"--json and --format {asked} contradict each other: give one of them")
    if as_json or asked:
        return "json" if as_json or asked is None else asked
    suffix = path.suffix.lstrip(".").lower() if path else ""
    if suffix not in (*forms[1:], *_TEXT):
        endings = [f".{form}" for form in (*forms[1:], "txt")]
        raise InvalidValue("--output", path, f"a file that ends in {', '.join(endings)}; or say its --format")
    return next((form for form in forms if form == suffix), "table")


def emit_report(report: "Report", output: Output) -> None:
    """Write a report, or the cases behind one of its sections, as the operator wants it."""
    from arflow.figures.rendering.selection import chosen, opened

    report = _vouched(report)
    if output.cases:
        section = opened(report, section=output.section, where=output.where)
        with _destination(output) as to:
            _write_cases(report, section, output, to)
    else:
        found_report = chosen(report, section=output.section, where=output.where)
        with _destination(output) as to:
            _write(found_report, output, to)
    if report.checkpoint and output.path is None and output.form in ("table", "csv"):
        say(report.checkpoint.said, err=True)


def _vouched(report: "Report") -> "Report":
    """The report with the newest checkpoint outside the store."""
    if report.log is None:
        return report
    from arflow.evidence.checkpoint_folder import newest, said
    from arflow.figures.report import OutsideCheckpoint

    found = newest(os.environ)
    outside = OutsideCheckpoint(
        made_at=found.made_at if found else None, events=found.size if found else None, said=said(found)
    )
    return msgspec.structs.replace(report, checkpoint=outside)


@contextmanager
def _destination(output: Output) -> Iterator[BinaryIO]:
    """The new file, or stdout."""
    if output.path is None:
        if not sys.stdout.isatty():
            yield sys.stdout.buffer
            return
        shown = BytesIO()
        yield shown
        hand_over(shown.getvalue())
        return
    with new_file(output.path, force=output.force) as file:
        yield file
    say(f"Written to {output.path}", err=True)


def _write(report: "Report", output: Output, to: BinaryIO) -> None:
    match output.form:
        case "table":
            from arflow.figures.rendering import as_table

            with _console(output, to) as out:
                as_table.write(report, out)
        case "csv":
            from arflow.figures.rendering import as_csv

            with _text(to) as text:
                as_csv.write(report, text)
        case "json":
            from arflow.figures.rendering import as_json

            as_json.write(report, to)
        case "xlsx":
            from arflow.figures.rendering import as_xlsx

            as_xlsx.write(report, to, _now())
        case "html":
            from arflow.figures.rendering import as_html

            template = "one_page.html" if output.one_page else "report.html"
            to.write(as_html.write(report, _now(), template).encode())
        case "pdf":
            from arflow.figures.rendering import as_pdf

            to.write(as_pdf.write(report, _now()))


def _write_cases(report: "Report", section: "Section", output: Output, to: BinaryIO) -> None:
    assert section.cases is not None
    match output.form:
        case "csv":
            from arflow.figures.rendering import as_csv

            with _text(to) as text:
                as_csv.write_rows(section.cases.columns, section.cases.rows(), text)
        case "json":
            from arflow.figures.rendering import as_json

            as_json.write_cases(report, section, to)
        case _:
            from arflow.figures.rendering import as_table

            with _console(output, to) as out:
                most = _CASES_ON_A_TERMINAL if out.is_terminal else None
                as_table.write_cases(report, section, out, most=most)


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _text(to: BinaryIO) -> Iterator[TextIOWrapper]:
    """Text in UTF-8 over a stream that stays open."""
    text = TextIOWrapper(to, encoding="utf-8", newline="", write_through=True)
    try:
        yield text
    finally:
        text.detach()


@contextmanager
def _console(output: Output, to: BinaryIO) -> Iterator[Any]:
    """Where a table goes: the terminal with its width and colours, or plain text."""
    if output.path is None:
        yield console()
        return
    with _text(to) as text:
        yield console(text)
