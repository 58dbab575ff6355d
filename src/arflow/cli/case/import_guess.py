"""`arflow import guess`: a first mapping for a file with headings of its own."""

from pathlib import Path
from typing import Any

import click

from arflow.cli.case.sheet_import import FILE, laid_out, layout_of
from arflow.cli.files import to_file, write_file
from arflow.cli.root import Command, Group
from arflow.cli.session import Session
from arflow.cli.terminal import say


@click.group("import", cls=Group)
def import_() -> None:
    """Prepare the import of a file that has headings of its own.

    \b
    Example:
      arflow import guess caseload.xlsx --output columns.toml
    """


@import_.command(cls=Command)
@FILE
@click.option(
    "--kind", type=click.Choice(("plans", "acts", "people")), help="What the rows are (default: what fits best)."
)
@laid_out
@to_file
@click.pass_obj
def guess(session: Session, /, file: Path, kind: Any, output: Path | None, force: bool, **told: Any) -> None:
    """Guess which column of a file means which field, and write it as a mapping to be read and corrected.

    It reads the headings, and the words of columns that take fixed ones; nothing is imported.

    \b
    Example:
      arflow import guess caseload.xlsx --output columns.toml
    """
    from arflow.imports.guess import as_mapping, guess
    from arflow.imports.kinds import KINDS

    found = guess(file, layout_of(told), kind)
    text = as_mapping(found, file.name)
    document = {"kind": found.kind, "columns": found.columns, "lacking": found.lacking, "values": found.values}
    if output:
        write_file(output, text.encode(), force=force)
        say(
            f"Written to {output}: read it, then `{KINDS[found.kind].command} {file.name} --mapping {output}`", err=True
        )
    else:
        session.emit(document, lambda out: out.print(text, soft_wrap=True, end=""))
