"""`arflow sen2 …`: the DfE's person-level return, from the log and into it."""

import click

from arflow.cli.root import Group
from arflow.cli.sen2 import sen2_checks, sen2_explain, sen2_export, sen2_import


@click.group(cls=Group)
def sen2() -> None:
    """Make, check and read the SEN2 return, the DfE's yearly collection of EHC plans and their reviews.

    \b
    Example:
      arflow sen2 check --year 2027
    """


for _command in (
    sen2_import.import_,
    *sen2_checks.COMMANDS,
    sen2_export.export,
    sen2_export.merge,
    sen2_explain.explain,
):
    sen2.add_command(_command)
