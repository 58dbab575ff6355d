"""`arflow plan …`: put plans under arflow and record what happens to them outside reviews."""

from datetime import date
from typing import Any

import click

from arflow.case.facts import Fact
from arflow.case.plan_commands import AddPlan
from arflow.case.plausible_days import doubt_of_plan
from arflow.cli.case import (
    many_cases,
    plan_amendments,
    plan_facts,
    plan_hand_over,
    plan_moves,
    plan_transfer,
    proceedings,
    proceedings_view,
)
from arflow.cli.case.plan_facts import DOUBTFUL, Doubtful
from arflow.cli.case.sheets import plans as import_plans
from arflow.cli.case_names import PLAN
from arflow.cli.lists.unreadable_rows import UNREADABLE, drawn, wanted, with_plans
from arflow.cli.options import DAY, DAY_AHEAD, listed, recorded
from arflow.cli.root import Group
from arflow.cli.session import Session, emit_done
from arflow.cli.terminal import agreed
from arflow.errors import DateRefused, NotPossible, field_name
from arflow.events import TRANSFER_KINDS


@click.group(cls=Group)
def plan() -> None:
    """Add plans, and record what happens to them outside reviews.

    \b
    Example:
      arflow plan add P-1001 --first-made 2025-09-12 --setting 123456 --nc-year 5
    """


@plan.command()
@click.argument("ref")
@click.option("--first-made", type=DOUBTFUL, required=True, help="The day, ~DAY (an estimate) or unknown.")
@click.option("--last-reviewed", type=DOUBTFUL, help="The day the last review's decision was notified.")
@click.option("--setting", metavar="URN", help="The school or other institution attended.")
@click.option("--nc-year", type=int, metavar="N", help="The National Curriculum year of the class.")
@click.option("--coordinator", metavar="NAME", help="The officer who holds the case.")
@click.option("--transfer", type=click.Choice(TRANSFER_KINDS), help="The expected transfer between phases.")
@click.option("--transfer-on", type=DAY_AHEAD, help="The day of that transfer.")
@click.option("--young-person-from", type=DAY, help="The first day over compulsory school age.")
@recorded
@click.pass_obj
def add(session: Session, /, ref: str, first_made: Doubtful, last_reviewed: Doubtful | None, **facts: Any) -> None:
    """Put a plan under arflow. Names and dates of birth never go into the log.

    Asked about, unless you say --yes: a reference that differs from that of another plan in the case of its letters
    alone, and a plan that was made before 1 September 2014, when the first were.

    \b
    Example:
      arflow plan add P-1001 --first-made 2024-09-12 --last-reviewed ~2025-07-01 --setting 123456
    """
    made, made_quality = first_made
    if not session.sure:
        _ask_about_reference(session, ref)
        _ask_about_first_day(made)
    reviewed, reviewed_quality = last_reviewed or (None, "known")
    command = AddPlan(
        ref=ref,
        first_made=made,
        first_made_quality=made_quality,
        last_reviewed=reviewed,
        last_reviewed_quality=reviewed_quality,
        **facts,
    )
    emit_done(session, session.app.add_plan(command))


def _ask_about_reference(session: Session, ref: str) -> None:
    """NotPossible where another plan has the reference in another case of its letters, unless somebody says that it is right."""
    like = session.asking.plans_like(ref)
    if not like or ref in like:
        return
    differs = f"{ref} differs from {' and '.join(like)}, which is there, in the case of its letters alone"
    if not agreed(f"{differs}. Add it all the same?"):
        raise NotPossible(f"{differs}: nothing was recorded; say --yes if it is another plan", like)


def _ask_about_first_day(first_made: date | None) -> None:
    """DateRefused where a plan would be older than the law of EHC plans, unless somebody says that it is right."""
    if (wrong := doubt_of_plan(first_made)) and not agreed(f"{first_made} {wrong}. Record it all the same?"):
        raise DateRefused(
            f"{field_name('first_made')} {first_made} {wrong}: nothing was recorded; say --yes if it is right"
        )


@plan.command("list")
@click.option("--setting", metavar="URN")
@click.option("--coordinator", metavar="NAME")
@click.option("--state", type=click.Choice(("maintained", "ended", UNREADABLE)))
@listed
@click.pass_obj
def list_(session: Session, /, setting: str | None, coordinator: str | None, state: str | None) -> None:
    """List plans with the last day of their current 12 months.

    A case that this arflow cannot read stays on the list, and `cannot_be_read` says why.

    \b
    Example:
      arflow plan list --setting 123456
    """
    asked = {"setting": setting, "coordinator": coordinator, "state": state}
    unreadable = wanted(session.asking.unreadable(), state)
    rows = with_plans(session.asking.plans(**asked, most=session.most), unreadable)
    columns = (
        "ref",
        "state",
        "review_due",
        "clock_start",
        "clock_quality",
        "setting",
        "nc_year",
        "coordinator",
        "open_review",
    )
    heads = (
        "Plan",
        "State",
        "Review due",
        "Counted from",
        "Quality",
        "Setting",
        "Year",
        "Coordinator",
        "Open review",
    )
    refs = [one.plan for one in unreadable]
    session.emit_list(
        rows,
        lambda: drawn(heads, columns, rows),
        empty="No plans. Add one with `arflow plan add`.",
        total=lambda: len(refs) + session.asking.count_plans_beside(refs, **asked),
    )


@plan.command()
@PLAN
@click.pass_obj
def show(session: Session, /, ref: str) -> None:
    """Show a plan: its facts, its duties and its reviews.

    \b
    Example:
      arflow plan show P-1001
    """
    from arflow.case.plan_amendments import appeal_ends
    from arflow.case.transfer_record import all_consulted, request_of, requests_of
    from arflow.case.transfers import dealt_with
    from arflow.cli.case.case_view import duty_document, plan_page

    found = session.app.plan(ref)
    duties = session.app.plan_duties(ref)
    reviews = session.asking.reviews(plan=ref)
    names = session.app.directory.officer_names()
    dealing, asked = dealt_with(found), request_of(found)
    document = {
        "id": found.ref,
        "state": "maintained" if found.is_maintained else "ended",
        "first_made": found.first_made.day,
        "first_made_quality": found.first_made.quality,
        "setting": found.setting,
        "nc_year": found.nc_year,
        "coordinator": names.get(found.coordinator or "", found.coordinator),
        "transfer": found.transfer,
        "transfer_on": found.transfer_on.day if found.transfer_on else None,
        "asked_for": asked.institution if asked else None,
        "requests": [
            {"about": str(one.about), "institution": one.institution, "asked": one.asked.day}
            for one in requests_of(found)
        ],
        "consultations": [
            {
                "about": str(one.about),
                "institution": one.institution,
                "authority": one.authority,
                "sent": one.sent.day,
                "answered": _day(one.answered),
                "reply": one.reply,
                "grounds": list(one.grounds),
                "reason": session.app.directory.read_note(one.reason) if one.reason else None,
            }
            for one in all_consulted(found)
        ],
        "named_for_transfer": (dealing.institution or dealing.named) if dealing else None,
        "transfer_dealt_with_by": (dealing.review or "an act outside any review") if dealing else None,
        "young_person_from": found.young_person_from.day if found.young_person_from else None,
        "rights_holder": found.rights_holder(session.app.today),
        "open_review": found.open_review(),
        "transferred_in": _day(found.transferred_in),
        "told_of_transfer": _day(found.told_of_transfer),
        "proposes_assessment": found.proposes_assessment,
        "proposes_review_on": found.proposes_review_on,
        "aware_of_move": _day(found.aware_of_move),
        "moves_on": _day(found.moves_on),
        "transferred_out": _day(found.transferred_out),
        "ceased": _day(found.ceased),
        "detained": _day(found.detained),
        "released": _day(found.released),
        "monitored": [fact.day for fact in found.monitored],
        "notice_sent": _day(found.plan_notice_sent),
        "notice_sent_again": _day(found.plan_notice_sent_again),
        "amended_after_notice": _day(found.plan_amended),
        "not_amended": _day(found.plan_not_amended),
        "appeal_ends": appeal_ends(found, session.app.current_workflow().policy.bank_holidays),
        "amended": [fact.day for fact in found.amended],
        "proceedings": proceedings_view.documents(found, session.app.duties_of_proceedings(ref)),
        "ceasing_considered": [one.recorded.day for one in found.ceasing_considered],
        "duties": [duty_document(duty) for duty in duties],
        "reviews": reviews,
    }
    session.emit(document, lambda out: plan_page(out, document, duties, session.app.today))


def _day(fact: Fact | None) -> date | None:
    return fact.day if fact else None


_OTHERS = (plan_facts, plan_amendments, plan_transfer, plan_moves, plan_hand_over, proceedings)
for _command in (
    import_plans,
    *many_cases.COMMANDS_OF_PLAN,
    *(command for module in _OTHERS for command in module.COMMANDS),
):
    plan.add_command(_command)
