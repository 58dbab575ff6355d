"""The options that the commands of a year plan share."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from arflow.planning.school_year import SchoolYear

A_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
REGISTER = "The register of settings: urn, name, kind, low_age, high_age, or an extract of the national register."


class Year(click.ParamType[Any]):
    """A school year: 2026/27."""

    name = "YEAR"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> "SchoolYear":
        from arflow.planning.school_year import SchoolYear, written_year

        return value if isinstance(value, SchoolYear) else written_year(value)


YEAR = click.option("--year", type=Year(), help="The school year, such as 2026/27 (default: the present one).")
A_PLAN = click.argument("plan_file", type=A_FILE, metavar="FILE")
