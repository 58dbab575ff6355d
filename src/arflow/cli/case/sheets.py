"""`arflow plan import` and `arflow review import`: sheets in, every fault shown."""

from pathlib import Path
from typing import Any

import click

from arflow.cli.case.sheet_import import imported, run
from arflow.cli.root import Command


@click.command("import", cls=Command)
@imported
@click.pass_context
def plans(context: click.Context, /, file: Path, **told: Any) -> None:
    """Add the plans of a caseload (CSV, XLSX or ODS); nothing is written unless every row is sound.

    Columns: ref, first_made, last_reviewed, setting, nc_year, coordinator, transfer, transfer_on,
    young_person_from, and for the directory only: name, date_of_birth. Days are YYYY-MM-DD, DD/MM/YYYY or
    12 Sep 2024, ~ before an estimate, or unknown. What a plan that is there has otherwise is shown, and kept.

    \b
    Example:
      arflow plan import caseload.csv --mapping columns.toml --dry-run
    """
    from arflow.imports.caseload_sheet import import_plans

    run(context, import_plans, "plans", file, told)


@click.command("import", cls=Command)
@imported
@click.pass_context
def acts(context: click.Context, /, file: Path, **told: Any) -> None:
    """Record past acts from a file (CSV, XLSX or ODS), one row an act; nothing is written unless every row is sound.

    Columns: plan, review (the file's own number for it), step, date, and where the step needs it kind, outcome,
    role (several with ;), meeting_on, ended, names_for_transfer, reason, evidence.

    \b
    Example:
      arflow review import history.csv
    """
    from arflow.imports.past_acts import import_acts

    run(context, import_acts, "acts", file, told)
