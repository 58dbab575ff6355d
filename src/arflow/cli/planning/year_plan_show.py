"""`arflow year-plan show` and `page`: a proposed year looked at, one meeting explained, and the year as a page."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arflow.case.proofs import said
from arflow.cli.files import FORCE, check_new, write_file
from arflow.cli.options import DAY
from arflow.cli.output import table
from arflow.cli.planning.year_options import A_FILE, A_PLAN, REGISTER
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.errors import NotFound
from arflow.words import in_words

if TYPE_CHECKING:
    from arflow.figures.rendering.console import Console
    from arflow.planning.year_plan import Planned, YearPlan

_STANDINGS = ("in_time", "after_eleventh_month", "late", "unavoidably_late", "no_room")
_AROUND = 3  # weeks before and after


@click.command(cls=Command)
@A_PLAN
@click.argument("case", required=False)
@click.option("--setting", metavar="URN", help="Only the meetings of this setting.")
@click.option("--coordinator", metavar="NAME", help="Only the meetings of this officer.")
@click.option("--week", type=DAY, metavar="DATE", help="Only the meetings of the week of a day.")
@click.option("--stands", multiple=True, type=click.Choice(_STANDINGS), help="May be given several times.")
@click.pass_obj
def show(session: Session, /, plan_file: Path, case: str | None, **wanted: Any) -> None:
    """List the meetings of a proposed year; or explain one, by its plan or review: its limits, its week, and what had to give.

    \b
    Example:
      arflow year-plan show plan.json --stands late --stands no_room
      arflow year-plan show plan.json P-1001
    """
    from arflow.planning import year_plan

    plan = year_plan.read(plan_file)
    if case is None:
        found = [one for one in plan.meetings if _is_wanted(one, **wanted)]
        session.emit(found, lambda out: _list(out, sorted(found, key=lambda one: (one.day or date.max, one.plan))))
        return
    own = [one for one in plan.meetings if case.casefold() in (one.plan.casefold(), (one.review or "").casefold())]
    if not own:
        why = next((why for ref, why in plan.left_out.items() if ref.casefold() == case.casefold()), None)
        raise NotFound("meeting in the plan", case, f"left out: {why}" if why else "see `arflow year-plan show`")
    session.emit(
        [{"meeting": one, "weeks": _weeks(one, plan)} for one in own],
        lambda out: _explain(out, own, plan),
    )


def _is_wanted(
    one: "Planned", *, setting: str | None, coordinator: str | None, week: date | None, stands: Sequence[str]
) -> bool:
    from arflow.planning.year_plan import monday_of

    return (
        (setting is None or one.setting == setting)
        and (coordinator is None or (one.officer or "").casefold() == coordinator.casefold())
        and (week is None or (one.day is not None and monday_of(one.day) == monday_of(week)))
        and (not stands or one.standing in stands)
    )


def _list(out: "Console", found: "Sequence[Planned]") -> None:
    rows = [
        (
            one.day or "none",
            one.plan,
            one.review or "",
            in_words(one.kind),
            one.setting or "",
            one.officer or "",
            one.latest,
            in_words(one.standing),
            one.panel or "",
        )
        for one in found
    ]
    heads = ("Day", "Plan", "Review", "Kind", "Setting", "Officer", "Latest", "Stands", "Panel")
    table(out, heads, rows, empty="No meeting fits.")


def _explain(out: "Console", own: "Sequence[Planned]", plan: "YearPlan") -> None:
    for one in own:
        _explain_one(out, one, plan)


def _explain_one(out: "Console", one: "Planned", plan: "YearPlan") -> None:
    day = f"{said(one.day)}" if one.day else "no day"
    panel = f", decided on by the panel of {said(one.panel)}" if one.panel else ""
    out.print(f"{one.plan} · {in_words(one.kind)}: {day}{panel} ({in_words(one.standing)})", soft_wrap=True)
    out.print(f"Why: {one.why}.", soft_wrap=True)
    out.print(f"From {said(one.earliest)}: time for {plan.ground.notice} days of notice, in the year.")
    for line in one.limits:
        out.print(f"Limit: {line}", soft_wrap=True)
    rows = [tuple(week.values()) for week in _weeks(one, plan)]
    table(out, ("Week of", "School days", "Officer", "Setting", "Meetings in all"), rows, empty="")


def _weeks(one: "Planned", plan: "YearPlan") -> list[dict[str, Any]]:
    """The weeks around a meeting: how many meetings its officer and its setting have of those that they can take, and all."""
    from arflow.planning.year_plan import monday_of

    middle = monday_of(one.day or max(one.earliest, min(one.latest, plan.ground.year.last)))
    held = Counter(
        (what, name, monday_of(other.day))
        for other in plan.meetings
        if other.day
        for what, name in (("officer", other.officer), ("setting", other.setting), ("all", None))
    )
    open_days = Counter(monday_of(day) for day in plan.ground.school_days.days)
    weeks = [middle + timedelta(weeks=number) for number in range(-_AROUND, _AROUND + 1)]
    return [
        {
            "week": week,
            "school_days": open_days[week],
            "officer": _of(held["officer", one.officer, week], "officer", one.officer, plan),
            "setting": _of(held["setting", one.setting, week], "setting", one.setting, plan),
            "meetings": held["all", None, week],
        }
        for week in weeks
    ]


def _of(number: int, holder: Any, name: str | None, plan: "YearPlan") -> str:
    return f"{number} of {plan.ground.capacity(holder, name).a_week}" if name else "none"


@click.command(cls=Command)
@A_PLAN
@click.option("--settings", type=A_FILE, metavar="FILE", help=f"{REGISTER} For the names.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="Write the page (.html) to this file.",
)
@FORCE
@click.pass_obj
def page(session: Session, /, plan_file: Path, settings: Path | None, output: Path, force: bool) -> None:
    """Write a proposed year as a page: peak load and breaches, and a map of weeks and settings, before and after.

    \b
    Example:
      arflow year-plan page plan.json --settings settings.csv --output plan.html
    """
    from datetime import UTC, datetime

    from arflow.law.london import LONDON
    from arflow.planning import year_plan, year_plan_page
    from arflow.planning.load import habitual_load, planned_load
    from arflow.planning.settings_register import read_register

    check_new(output, force=force)
    plan = year_plan.read(plan_file)
    names = {urn: one.name for urn, one in read_register(settings).items()} if settings else {}
    text = year_plan_page.write(plan, datetime.now(UTC).astimezone(LONDON), names)
    write_file(output, text.encode(), force=force)
    before, after = habitual_load(plan), planned_load(plan)
    document = {
        "file": output.name,
        "peak": {"in_the_month_due": before.peak, "planned": after.peak},
        "late": {"in_the_month_due": before.late, "planned": after.late},
    }
    session.emit(
        document,
        lambda out: out.print(
            f"Written to {output}. In the fullest week {after.peak:,} meetings instead of {before.peak:,}; "
            f"{after.late:,} too late for the law instead of {before.late:,}.",
            soft_wrap=True,
        ),
    )
