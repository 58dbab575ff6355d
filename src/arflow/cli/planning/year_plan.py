"""`arflow year-plan …`: the meetings of a school year, planned so that every duty can be met."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arflow.cli.case.many_cases import DRY_RUN, run
from arflow.cli.options import BY, WITHIN, YES
from arflow.cli.output import table
from arflow.cli.planning.year_options import A_FILE, REGISTER, YEAR
from arflow.cli.planning.year_plan_accept import accept, sheet
from arflow.cli.planning.year_plan_propose import propose
from arflow.cli.planning.year_plan_show import page, show
from arflow.cli.root import Command, Group
from arflow.cli.session import Session
from arflow.words import counted, in_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from arflow.figures.rendering.console import Console
    from arflow.planning.cohort import Placed
    from arflow.planning.meetings import Meeting
    from arflow.planning.school_year import SchoolYear

_VERDICTS = ("in", "out", "ask")


@click.group("year-plan", cls=Group)
def year_plan() -> None:
    """Plan the meetings of a school year, so that every duty can be met.

    \b
    Example:
      arflow year-plan cohort --year 2026/27 --settings settings.csv
    """


@year_plan.command(cls=Command)
@YEAR
@click.option(
    "--settings",
    type=A_FILE,
    required=True,
    metavar="FILE",
    help=REGISTER,
)
@click.option("--verdict", "verdicts", multiple=True, type=click.Choice(_VERDICTS), help="May be given several times.")
@click.option("--record", is_flag=True, help="Record the transfers of the cohort that no plan has.")
@DRY_RUN
@YES
@BY
@click.pass_context
def cohort(
    context: click.Context,
    /,
    *,
    year: "SchoolYear | None",
    settings: Path,
    verdicts: tuple[str, ...],
    record: bool,
    dry_run: bool,
    yes: bool,
) -> None:
    """Find who transfers between phases at the end of a school year, from class year and kind of school (r.18).

    Each child is in or out, or one to ask about, with the reason. The class counts, not the age: children who are taught out of
    year are named. What the plan has recorded stands, and a difference is shown beside it.

    \b
    Example:
      arflow year-plan cohort --year 2026/27 --settings settings.csv --verdict in --verdict ask
      arflow year-plan cohort --year 2026/27 --settings settings.csv --record --dry-run
    """
    from arflow.planning.children import cohort as found_in
    from arflow.planning.children import to_record
    from arflow.planning.school_year import school_year_of
    from arflow.planning.settings_register import read_register

    session: Session = context.obj
    register = read_register(settings)
    asked = year or school_year_of(session.app.today)
    everybody = found_in(session.app, session.asking, register, asked)
    if record:
        run(context, partial(to_record, everybody), dry_run=dry_run, yes=yes)
        return
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
            "say --record to record it.",
            soft_wrap=True,
        )


@year_plan.command(cls=Command)
@click.option("--setting", metavar="URN")
@click.option("--coordinator", metavar="NAME")
@click.option(
    "--within", type=WITHIN, metavar="PERIOD", help="Only where work must start within 10d, 4w …, or is late."
)
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="At most so many rows.")
@click.pass_obj
def latest(
    session: Session, /, setting: str | None, coordinator: str | None, within: int | None, limit: int | None
) -> None:
    """List the latest day of each meeting and the days of slack until work on it must start, the least slack first.

    The latest day is counted back from every limit: the twelve months and a transfer between phases, less the weeks in which the
    plan is decided on and amended. Before it come two clear weeks of notice and, by practice, three weeks for advice.

    \b
    Example:
      arflow year-plan latest --coordinator "A. Officer" --within 4w
    """
    from arflow.planning.latest_day import steps_of
    from arflow.planning.meetings import meetings

    app = session.app
    found, _ = meetings(app, session.asking, setting=setting, coordinator=coordinator)
    steps, today = steps_of(app.current_workflow()), app.today
    rows = sorted(((one.slack(steps, today) or 0, one.plan, one) for one in found), key=lambda row: row[:2])
    chosen = [(slack, one) for slack, _, one in rows if within is None or slack <= within][:limit]
    session.emit(
        [_latest_document(one, slack, one.start_by(steps)) for slack, one in chosen],
        lambda out: _show_latest(out, [(one, slack, one.start_by(steps)) for slack, one in chosen]),
    )


def _latest_document(one: "Meeting", slack: int, start: "date | None") -> dict[str, Any]:
    first = one.by_law
    return {
        "plan": one.plan,
        "review": one.review,
        "kind": one.kind,
        "setting": one.setting,
        "coordinator": one.coordinator,
        "latest_meeting": first.latest if first else None,
        "set_by": first.duty if first else None,
        "citation": first.citation if first else None,
        "start_by": start,
        "slack": slack,
        "planned": one.planned,
        "limits": one.limits,
    }


def _show_latest(out: "Console", found: "Sequence[tuple[Meeting, int, date | None]]") -> None:
    rows = [
        (
            one.plan,
            one.review or "",
            first.latest if (first := one.by_law) else "",
            in_words(first.duty) if first else "",
            start or "",
            slack,
            one.planned or "",
            one.setting or "",
            one.coordinator or "",
        )
        for one, slack, start in found
    ]
    heads = ("Plan", "Review", "Meeting", "Set by", "Start by", "Slack", "Planned", "Setting", "Coordinator")
    table(out, heads, rows, empty="No meeting is to be planned.")


for _command in (propose, show, page, sheet, accept):
    year_plan.add_command(_command)
