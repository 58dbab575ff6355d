"""`arflow year-plan propose`: the day of each meeting of a school year, into a file to look at, to edit and to accept."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arflow.cli.files import FORCE, check_new, write_file
from arflow.cli.output import table
from arflow.cli.planning.year_options import A_FILE, REGISTER, YEAR
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.words import counted, in_words

if TYPE_CHECKING:
    from arflow.figures.rendering.console import Console
    from arflow.planning.school_year import SchoolYear
    from arflow.planning.year_plan import Planned, Shortage, YearPlan

_SHOWN = 15


@click.command(cls=Command)
@YEAR
@click.option("--settings", type=A_FILE, metavar="FILE", help=f"{REGISTER} Finds transfers that nobody has recorded.")
@click.option(
    "--officers", type=A_FILE, metavar="FILE", help="Officers: officer, meetings_a_week, away_from, away_until."
)
@click.option("--panels", type=A_FILE, metavar="FILE", help="The panels that decide: panel (its day), cases.")
@click.option(
    "--officer-week",
    type=click.IntRange(1, 500),
    default=8,
    show_default=True,
    metavar="N",
    help="Meetings an officer takes in a week, unless the file of officers says otherwise.",
)
@click.option(
    "--setting-week",
    type=click.IntRange(1, 500),
    default=4,
    show_default=True,
    metavar="N",
    help="Meetings a setting holds in a week, unless the register (meetings_a_week) says otherwise.",
)
@click.option("--move-planned", is_flag=True, help="Days planned may move, where nobody has been invited yet.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="Write the plan to this file.",
)
@FORCE
@click.pass_obj
def propose(
    session: Session,
    /,
    *,
    year: "SchoolYear | None",
    settings: Path | None,
    move_planned: bool,
    output: Path,
    force: bool,
    **given: Any,
) -> None:
    """Propose a day for each meeting of a school year, so that every duty can be met.

    Each meeting is on a school day (`arflow terms`), with time for its notice, by the eleventh month and early enough for a
    transfer between phases; weeks are evenly full; officers, settings and panels take no more than they can. Days planned before
    stay. What cannot be in time is named, with the least that would change it. A check that shares nothing with the planner
    proves the plan.

    Nothing is recorded: look at it with `year-plan show` and `year-plan page`, and record it with `year-plan accept`.

    \b
    Example:
      arflow year-plan propose --year 2026/27 --settings settings.csv --output plan.json
    """
    from arflow.planning.children import cohort
    from arflow.planning.ground import Given, ground_of
    from arflow.planning.meetings import meetings
    from arflow.planning.proposal import propose as proposed
    from arflow.planning.school_year import school_year_of
    from arflow.planning.settings_register import read_register
    from arflow.planning.year_plan import to_json

    check_new(output, force=force)
    app, asking = session.app, session.asking
    asked = year or school_year_of(app.today)
    register = read_register(settings) if settings else {}
    ground = ground_of(app, asking, asked, Given(**given), register)
    transfers = {one.plan: one for one in cohort(app, asking, register, asked)} if register else {}
    found, without = meetings(app, asking, transfers)
    plan = proposed(found, ground, without={one.plan: one.why for one in without}, movable=move_planned)
    write_file(output, to_json(plan), force=force)
    session.emit(_document(plan, output), lambda out: _show(out, plan, output))


def _document(plan: "YearPlan", output: Path) -> dict[str, Any]:
    return {
        "file": output.name,
        "year": str(plan.ground.year),
        "meetings": len(plan.meetings),
        "standing": dict(Counter(one.standing for one in plan.meetings)),
        "fixed": sum(one.fixed for one in plan.meetings),
        "left_out": len(plan.left_out),
        "short_of": plan.short_of,
        "notes": plan.notes,
    }


def _show(out: "Console", plan: "YearPlan", output: Path) -> None:
    count = Counter(one.standing for one in plan.meetings)
    fixed = sum(one.fixed for one in plan.meetings)
    planned_late = sum(one.fixed and one.standing == "late" for one in plan.meetings)
    told = (
        (count["in_time"], "in time"),
        (count["after_eleventh_month"], "in time for the law, after the eleventh month"),
        (count["late"] - planned_late, "late for want of room"),
        (planned_late, "late on the day planned before (--move-planned lets it move)"),
        (count["unavoidably_late"], "late whatever is done"),
        (count["no_room"], "without a day"),
    )
    standing = ", ".join(f"{number:,} {what}" for number, what in told if number)
    out.print(
        f"{counted(len(plan.meetings), 'meeting')} in {plan.ground.year}: {standing or 'none to plan'}. "
        f"{counted(fixed, 'day')} planned before {'stays' if fixed == 1 else 'stay'}. "
        f"{counted(len(plan.left_out), 'plan')} left out.",
        soft_wrap=True,
    )
    late = [one for one in plan.meetings if one.standing in ("late", "unavoidably_late", "no_room")]
    if late:
        _show_late(out, late)
    for line in plan.notes:
        out.print(f"Note: {line}.", soft_wrap=True)
    if plan.short_of:
        out.print("Every meeting that has time would be in time with:", soft_wrap=True)
        table(out, ("Who", "Week of", "Meetings more"), [_short(one) for one in plan.short_of[:_SHOWN]], empty="")
        if len(plan.short_of) > _SHOWN:
            out.print(f"and {len(plan.short_of) - _SHOWN:,} weeks more.")
    out.print(f"Proved, and written to {output}. Nothing is recorded yet.", soft_wrap=True)


def _show_late(out: "Console", late: "Sequence[Planned]") -> None:
    rows = [
        (one.plan, one.day or "none", one.latest, in_words(one.set_by), in_words(one.standing)) for one in late[:_SHOWN]
    ]
    table(out, ("Plan", "Day", "Latest meeting", "Set by", "Stands"), rows, empty="")
    if len(late) > _SHOWN:
        out.print(f"and {len(late) - _SHOWN:,} more; `arflow year-plan show` lists them.")


def _short(one: "Shortage") -> tuple[object, ...]:
    who = f"the panel of {one.name}" if one.holder == "panel" else f"{one.holder} {one.name}"
    return who, one.week, one.more
