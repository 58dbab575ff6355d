"""`arflow year-plan …`: the meetings of a school year, planned so that every duty can be met."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arflow.cli.output import table
from arflow.cli.root import Command, Group
from arflow.cli.session import Session
from arflow.words import counted, in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from arflow.planning.cohort import Placed
    from arflow.planning.school_year import SchoolYear

A_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_VERDICTS = ("in", "out", "ask")


class Year(click.ParamType[Any]):
    """A school year: 2026-27."""

    name = "YEAR"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> "SchoolYear":
        from arflow.planning.school_year import SchoolYear, written_year

        return value if isinstance(value, SchoolYear) else written_year(value)


YEAR = click.option("--year", type=Year(), help="The school year, such as 2026-27 (default: the present one).")
SETTINGS = click.option(
    "--settings",
    type=A_FILE,
    metavar="FILE",
    help="The register of settings: urn, name, kind, low_age, high_age, or an extract of the national register.",
)


@click.group("year-plan", cls=Group)
def year_plan() -> None:
    """Plan the meetings of a school year, so that every duty can be met.

    \b
    Example:
      arflow year-plan cohort --year 2026-27 --settings settings.csv
    """


@year_plan.command(cls=Command)
@YEAR
@click.option(
    "--settings",
    type=A_FILE,
    required=True,
    metavar="FILE",
    help="The register of settings: urn, name, kind, low_age, high_age, or an extract of the national register.",
)
@click.option("--verdict", "verdicts", multiple=True, type=click.Choice(_VERDICTS), help="May be given several times.")
@click.pass_obj
def cohort(session: Session, /, year: "SchoolYear | None", settings: Path, verdicts: tuple[str, ...]) -> None:
    """Find who transfers between phases at the end of a school year, from class year and kind of school (r.18).

    Each child is in or out, or one to ask about, with the reason. The class counts, not the age: children who are taught out of
    year are named. What the plan has recorded stands, and a difference is shown beside it.

    \b
    Example:
      arflow year-plan cohort --year 2026-27 --settings settings.csv --verdict in --verdict ask
    """
    from arflow.planning.children import cohort as found_in
    from arflow.planning.school_year import school_year_of
    from arflow.planning.settings_register import read_register

    register = read_register(settings)
    asked = year or school_year_of(session.app.today)
    everybody = found_in(session.app, session.asking, register, asked)
    shown = [one for one in everybody if not verdicts or one.verdict in verdicts]
    session.emit(shown, lambda out: _show(out, shown, everybody, asked))


def _show(out: "Console", shown: "Sequence[Placed]", everybody: "Sequence[Placed]", year: "SchoolYear") -> None:
    rows = [
        (
            one.plan,
            one.verdict,
            in_words(one.transfer or ""),
            "yes" if one.recorded else "",
            one.setting_name or one.setting or "none",
            one.why,
        )
        for one in shown
    ]
    table(out, ("Plan", "Cohort", "Transfer", "Recorded", "Setting", "Why"), rows, empty="No plan fits.")
    count = {verdict: sum(one.verdict == verdict for one in everybody) for verdict in _VERDICTS}
    missing = sum(one.verdict == "in" and not one.recorded for one in everybody)
    out.print(
        f"Transfer at the end of {year}: {counted(count['in'], 'plan')} in, {count['out']:,} out, {count['ask']:,} to ask about "
        f"(SEND Regs 2014 r.2(1), r.18).",
        soft_wrap=True,
    )
    if missing:
        out.print(
            f"{counted(missing, 'plan')} of the cohort {'has' if missing == 1 else 'have'} no transfer recorded: "
            "record it with `arflow plan transfer`.",
            soft_wrap=True,
        )
