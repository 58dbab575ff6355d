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
    MoveSetting,
    PlanDay,
    RecordMonitoringMeeting,
    Release,
    SendTermlyList,
    SetYoungPersonFrom,
    StartDetention,
)
from arflow.cli.case_names import PLAN
from arflow.cli.figures.moved_lines import Corrected, emit_moved
from arflow.cli.options import DAY, REASON, SERVED_ON, Day, recorded
from arflow.cli.root import Command
from arflow.cli.session import Session, emit_changed, emit_done
from arflow.cli.terminal import say
from arflow.events import DetainedUnder, Quality
from arflow.words import spoken

Doubtful = tuple[date | None, Quality]


class DoubtfulDay(Day):
    """A day, ~day where it is an estimate, or `unknown`."""

    name = "DAY"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, tuple):
            return value
        if value.lower() in ("unknown", "none"):
            return None, "missing" if value.lower() == "unknown" else "known"
        if value.startswith("~"):
            return super().convert(value[1:], param, ctx), "estimated"
        return super().convert(value, param, ctx), "known"


DOUBTFUL = DoubtfulDay()


@click.command(cls=Command)
@PLAN
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
@PLAN
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
@PLAN
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
@PLAN
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
@PLAN
@recorded
@click.pass_obj
def release(session: Session, /, ref: str, **when: Any) -> None:
    """Record release from detention: a review is due as soon as reasonably practicable (CFA 2014 s.48).

    \b
    Example:
      arflow plan release P-1001 --on 2026-05-04
    """
    emit_changed(session, ref, Release(**when))


@click.command("termly-list", cls=Command)
@PLAN
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
@PLAN
@click.option(
    "--skip-reason", metavar="TEXT", help="Why it ceased before the time to appeal was over. Kept outside the log."
)
@recorded
@click.pass_obj
def end(session: Session, /, ref: str, **facts: Any) -> None:
    """Record that the plan ceased outside a review (CFA 2014 s.45).

    A decision to cease that was notified (`arflow plan notify-ceasing`) keeps the plan until the time to appeal is over, or
    the appeal is determined (s.45(4)). The plan's unfinished reviews end with it. To take it back:
    `arflow plan correct P-1001 ceased --to none`.

    \b
    Example:
      arflow plan end P-1001 --on 2026-07-31
    """
    emit_changed(session, ref, EndPlan(**facts))
    if not any(one.kind == "ceasing" for one in session.app.plan(ref).proceedings):
        say(
            f"No notice of a decision to cease plan {ref} is recorded, from which the time to appeal runs "
            f"(CFA 2014 s.45(4), SEND Regs 2014 r.31(2)): `arflow plan notify-ceasing`",
            err=True,
        )


@click.command(cls=Command)
@PLAN
@click.argument("fact", type=click.Choice([spoken(name) for name in get_args(PlanDay)]))
@click.option(
    "--to",
    type=DOUBTFUL,
    required=True,
    help="The right day, ~DAY (an estimate), unknown, or none: it never happened.",
)
@SERVED_ON
@click.option(
    "--event",
    "version",
    type=int,
    metavar="N",
    help="Which amendment: its number in the history.",
)
@REASON
@recorded
@click.pass_obj
def correct(session: Session, /, ref: str, fact: str, to: Doubtful, **given: Any) -> None:
    """Correct a recorded day of a plan; the history keeps both.

    The day of a notice brings its day of service with it: say it with --served-on where the table does not give it. `amended`
    is an amendment because of an order or a re-assessment: if its cause is wrong, take it back with --to none and record it
    again. `stood-in` takes back that a re-assessment stood for a review.

    \b
    Example:
      arflow plan correct P-1001 first-made --to 2024-09-13 --reason "Misread from the paper plan"
      arflow plan correct P-1001 plan-notice-sent --to 2026-09-02 --served-on 2026-09-04 --reason "Typing error"
    """
    day, quality = to
    name: Any = fact.replace("-", "_")
    correct_day(session, ref, CorrectPlanDay(fact=name, to=day, quality=quality, **given))


def correct_day(session: Session, ref: str, command: CorrectPlanDay) -> None:
    """Record the right day of a plan, and answer with the day that was and what the correction moved."""
    from arflow.application.deemed_service import of_a_plan
    from arflow.case.acts.of_plan import recorded_fact
    from arflow.figures.impact.made import moved_by

    was = recorded_fact(session.app.plan(ref), command)
    with moved_by(session.app, ref) as moved:
        done = session.app.change_plan(ref, of_a_plan(session.app, ref, command))
    emit_moved(session, done, moved[0], Corrected(command.fact, was.day if was else None, command.to))


COMMANDS: tuple[click.Command, ...] = (
    move,
    young_person,
    detain,
    monitoring_meeting,
    release,
    termly_list,
    end,
    correct,
)
