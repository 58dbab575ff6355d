"""`arflow plan move …`: what happens to a plan outside its reviews, and putting its days right."""

from datetime import date
from typing import Any, get_args

import click

from arflow.case.kinds import other_route
from arflow.case.plan_commands import (
    AnyPlanCommand,
    AssignCoordinator,
    ChangeYearGroup,
    CorrectPlanDay,
    EndPlan,
    EndReassessment,
    MoveSetting,
    PlanDay,
    RecordAmendment,
    RecordMonitoringMeeting,
    Release,
    SendTermlyList,
    SetYoungPersonFrom,
    StartDetention,
    StartReassessment,
)
from arflow.cli.options import DAY, REASON, Day, recorded
from arflow.cli.root import Command
from arflow.cli.session import Session, emit_changed, emit_done
from arflow.cli.terminal import say
from arflow.events import AmendedBecause, DetainedUnder, Quality
from arflow.words import spoken

Doubtful = tuple[date | None, Quality]


class DoubtfulDay(Day):
    """A day, ~day where it is an estimate, or `unknown`."""

    name = "DAY"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, tuple):
            return value
        if value in ("unknown", "none"):
            return None, "missing" if value == "unknown" else "known"
        if value.startswith("~"):
            return super().convert(value[1:], param, ctx), "estimated"
        return super().convert(value, param, ctx), "known"


DOUBTFUL = DoubtfulDay()


@click.command(cls=Command)
@click.argument("ref")
@click.option("--setting", metavar="URN", help="The new setting; `none` where there is none.")
@click.option("--nc-year", type=int, metavar="N", help="The new National Curriculum year.")
@click.option("--coordinator", metavar="NAME", help="The new officer; `none` where there is none.")
@recorded
@click.pass_obj
def move(
    session: Session, /, ref: str, setting: str | None, nc_year: int | None, coordinator: str | None, **when: Any
) -> None:
    """Record another setting, year group or coordinator.

    \b
    Example:
      arflow plan move P-1001 --setting 123457 --nc-year 7 --on 2026-09-01
    """
    changes: list[AnyPlanCommand] = []
    if setting is not None:
        changes.append(MoveSetting(setting=None if setting == "none" else setting, **when))
    if nc_year is not None:
        changes.append(ChangeYearGroup(nc_year=nc_year, **when))
    if coordinator is not None:
        changes.append(AssignCoordinator(coordinator=None if coordinator == "none" else coordinator, **when))
    if not changes:
        raise click.UsageError("say what changed: --setting, --nc-year or --coordinator")
    emit_done(session, session.app.change_plan(ref, *changes))
    _say_other_route(session, ref)


def _say_other_route(session: Session, ref: str) -> None:
    """Say where the open review goes by a regulation that no longer rules, now that a setting was taken up or left."""
    plan = session.app.plan(ref)
    open_review = plan.open_review()
    if open_review is None:
        return
    review = session.app.review(open_review)
    if said := other_route(review, plan, session.app.workflow(review.workflow), attends=session.app.attends(plan)):
        say(said, err=True)


@click.command("young-person", cls=Command)
@click.argument("ref")
@click.option("--from", "young_person_from", type=DAY, required=True, help="The first day over compulsory school age.")
@recorded
@click.pass_obj
def young_person(session: Session, /, ref: str, young_person_from: date, **when: Any) -> None:
    """Set the day from which the young person, not the parent, holds the rights (CFA 2014 s.83).

    \b
    Example:
      arflow plan young-person P-1001 --from 2027-06-26
    """
    emit_changed(session, ref, SetYoungPersonFrom(young_person_from=young_person_from, **when))


@click.command(cls=Command)
@click.argument("ref")
@click.option(
    "--under",
    type=click.Choice(get_args(DetainedUnder)),
    default="order",
    show_default=True,
    help="An order of a court, or recall by the Secretary of State.",
)
@recorded
@click.pass_obj
def detain(session: Session, /, ref: str, under: DetainedUnder, **when: Any) -> None:
    """Record detention: no duty of the plan or its reviews runs meanwhile (CFA 2014 s.70(1)).

    \b
    Example:
      arflow plan detain P-1001 --under recall --on 2026-01-12
    """
    emit_changed(session, ref, StartDetention(under=under, **when))


@click.command("monitoring-meeting", cls=Command)
@click.argument("ref")
@recorded
@click.pass_obj
def monitoring_meeting(session: Session, /, ref: str, **when: Any) -> None:
    """Record a monitoring meeting held during detention (Code ch.10); it is no review.

    \b
    Example:
      arflow plan monitoring-meeting P-1001 --on 2026-03-12
    """
    emit_changed(session, ref, RecordMonitoringMeeting(**when))


@click.command(cls=Command)
@click.argument("ref")
@recorded
@click.pass_obj
def release(session: Session, /, ref: str, **when: Any) -> None:
    """Record release from detention: a review is due as soon as reasonably practicable (CFA 2014 s.48).

    \b
    Example:
      arflow plan release P-1001 --on 2026-05-04
    """
    emit_changed(session, ref, Release(**when))


@click.command(cls=Command)
@click.argument("ref")
@click.option("--start", "ended", flag_value="", default=None, help="It began.")
@click.option("--end", "ended", flag_value="end", help="It ended.")
@click.option("--stands-for-review", is_flag=True, help="It stood in for the annual review (needs --reason).")
@click.option("--reason", metavar="TEXT", help="Why it stood in. Kept outside the log.")
@recorded
@click.pass_obj
def reassess(
    session: Session, /, ref: str, ended: str | None, stands_for_review: bool, reason: str | None, **when: Any
) -> None:
    """Record that a re-assessment of needs began or ended (CFA 2014 s.44(2)-(3)); it is not itself a review.

    \b
    Example:
      arflow plan reassess P-1001 --start --on 2026-01-12
    """
    if ended is None:
        raise click.UsageError("say --start or --end")
    if ended:
        emit_changed(session, ref, EndReassessment(stands_for_review=stands_for_review, reason=reason, **when))
    else:
        emit_changed(session, ref, StartReassessment(**when))


@click.command(cls=Command)
@click.argument("ref")
@click.option(
    "--because",
    type=click.Choice(get_args(AmendedBecause)),
    required=True,
    help="Why, if not after a review.",
)
@click.option("--notice-on", type=DAY, help="The day of the amendment notice (SEND Regs 2014 r.28).")
@recorded
@click.pass_obj
def amend(session: Session, /, ref: str, because: AmendedBecause, notice_on: date | None, **when: Any) -> None:
    """Record an amended plan issued outside a review; the 12 months are not reset (Code 9.198).

    \b
    Example:
      arflow plan amend P-1001 --because tribunal_order --on 2026-04-30
    """
    emit_changed(session, ref, RecordAmendment(because=because, notice_on=notice_on, **when))


@click.command("termly-list", cls=Command)
@click.argument("ref")
@click.option("--term-start", type=DAY, required=True, help="The first day of the term.")
@recorded
@click.pass_obj
def termly_list(session: Session, /, ref: str, term_start: date, **when: Any) -> None:
    """Record that the plan stood on the list sent before a term (Code 9.172).

    \b
    Example:
      arflow plan termly-list P-1001 --term-start 2026-09-01 --on 2026-08-18
    """
    emit_changed(session, ref, SendTermlyList(term_start=term_start, **when))


@click.command(cls=Command)
@click.argument("ref")
@recorded
@click.pass_obj
def end(session: Session, /, ref: str, **when: Any) -> None:
    """Record that the plan ceased outside a review (CFA 2014 s.45).

    Its unfinished reviews end with it. To take it back: `arflow plan correct P-1001 ceased --to none`.

    \b
    Example:
      arflow plan end P-1001 --on 2026-07-31
    """
    emit_changed(session, ref, EndPlan(**when))


@click.command(cls=Command)
@click.argument("ref")
@click.argument("fact", type=click.Choice([spoken(name) for name in get_args(PlanDay)]))
@click.option(
    "--to",
    type=DOUBTFUL,
    required=True,
    help="The right day: YYYY-MM-DD, ~YYYY-MM-DD, unknown, or none: it never happened.",
)
@REASON
@recorded
@click.pass_obj
def correct(session: Session, /, ref: str, fact: str, to: Doubtful, reason: str, **when: Any) -> None:
    """Correct a recorded day of a plan; the history keeps both.

    \b
    Example:
      arflow plan correct P-1001 first-made --to 2024-09-13 --reason "Misread from the paper plan"
    """
    day, quality = to
    name: Any = fact.replace("-", "_")
    emit_changed(session, ref, CorrectPlanDay(fact=name, to=day, quality=quality, reason=reason, **when))


COMMANDS: tuple[click.Command, ...] = (
    move,
    young_person,
    detain,
    monitoring_meeting,
    release,
    reassess,
    amend,
    termly_list,
    end,
    correct,
)
