"""What comes before a plan ceases: informing and consulting, a review, and the time to appeal (CFA 2014 s.45). Pure."""

from collections.abc import Collection, Iterator
from datetime import date

from arflow.case.cease_appeals import OutsideReview, days_outside_review, outside_review
from arflow.case.plan import Plan
from arflow.errors import NotPossible
from arflow.words import in_words


def refuse_to_end(plan: Plan, on: date, skip_reason: str | None, also: Collection[date] = ()) -> None:
    """NotPossible to end a plan outside a review while an appeal against ceasing may be made or waits (CFA 2014 s.45(4)).

    `also` are bank holidays that the calendar does not have yet.
    """
    if not skip_reason and (why := _why_kept(plan, on, also)):
        raise NotPossible(f"{why}, or say with --skip-reason why it ended sooner")


def _why_kept(plan: Plan, on: date, also: Collection[date]) -> str:
    """Why the plan is maintained on a day, with the way on; empty where nothing keeps it."""
    found = outside_review(plan.proceedings, also)
    if found and found.overturned:
        return (
            f"the decision to cease plan {plan.ref} was overturned on {found.overturned.day}: the plan is maintained; notify "
            f"another decision with `arflow plan notify-ceasing {plan.ref}`"
        )
    if _waits(plan, found):
        return (
            f"the appeal against ceasing plan {plan.ref} is not finally determined: the plan is maintained until then "
            f"(CFA 2014 s.45(4)(b)); record its end with `arflow plan appeal-ended {plan.ref}`"
        )
    if found is None:
        return ""
    days = days_outside_review(found, None)
    determined = days.get("cease_appeal_determined")
    over = determined or days.get("cease_appeal_withdrawn")
    if over and over.day and on < over.day:
        return (
            f"the appeal against ceasing plan {plan.ref} waited until {over.day}: the plan is maintained until then "
            "(CFA 2014 s.45(4)(b)); end it on that day or later"
        )
    if determined is None and on <= found.ends:
        return (
            f"the time to appeal against ceasing plan {plan.ref} runs to {found.ends}: the plan is maintained until then "
            "(CFA 2014 s.45(4)(a)); end it after that day"
        )
    return ""


def _waits(plan: Plan, found: OutsideReview | None) -> bool:
    """Whether an appeal against ceasing waits, even one out of time: arflow does not know whether it is admitted."""
    determined = {one.made for one in found.appeals if one.ended} if found else set()
    return any(one.said == "ceasing" and not one.is_over and one.begun not in determined for one in plan.proceedings)


def kept_by_appeal(plan: Plan, also: Collection[date] = ()) -> bool:
    """Whether an appeal was made in time, and waits, though the plan has ceased."""
    found = outside_review(plan.proceedings, also)
    return plan.ceased is not None and found is not None and any(one.ended is None for one in found.in_time)


def lacking(plan: Plan, on: date) -> Iterator[str]:
    """What a decision of a day to cease should rest on and is not recorded: each in a sentence, with its paragraph.

    The family and the institution were informed and consulted (SEND Regs 2014 r.31(1)); and where no setting is attended any
    longer, a review was completed since (rr.29(2), 30(1)).
    """
    asked = {
        role for one in plan.ceasing_considered if one.recorded.day and one.recorded.day <= on for role in one.roles
    }
    wanted = (plan.rights_holder(on), *(("setting",) if plan.setting else ()))
    if without := [in_words(role) for role in wanted if role not in asked]:
        yield (
            f"It is not recorded that the {' and the '.join(without)} {'was' if len(without) == 1 else 'were'} informed and "
            f"consulted before the decision to cease (SEND Regs 2014 r.31(1)): `arflow plan consider-ceasing {plan.ref}`"
        )
    left = plan.setting_left.day if plan.setting_left else None
    if left and not any(done.notified.day and left <= done.notified.day <= on for done in plan.completions):
        yield (
            f"No review is recorded since the setting was left on {left}: under 18 the plan is to be reviewed "
            "(SEND Regs 2014 r.29(2)), and at 18 or over it may not cease before a review (r.30(1))"
        )
