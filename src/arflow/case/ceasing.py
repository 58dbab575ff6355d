"""What comes before a plan ceases: informing and consulting, a review, and the time to appeal (CFA 2014 s.45). Pure."""

from collections.abc import Collection, Iterator
from datetime import date

from arflow.case.plan import Plan
from arflow.case.proceedings import last_certificate
from arflow.errors import NotPossible
from arflow.law.periods import appeal_last_day
from arflow.words import in_words

_OTHERWISE = "or say with --skip-reason why it ended sooner"


def refuse_to_end(plan: Plan, on: date, skip_reason: str | None, also: Collection[date] = ()) -> None:
    """NotPossible to end a plan outside a review while an appeal against ceasing may be made or waits (CFA 2014 s.45(4)).

    `also` are bank holidays that the calendar does not have yet.
    """
    if skip_reason:
        return
    if any(one.said == "ceasing" and not one.is_over for one in plan.proceedings):
        raise NotPossible(
            f"the appeal against ceasing plan {plan.ref} is not finally determined: the plan is maintained until then "
            f"(CFA 2014 s.45(4)(b)); record its end with `arflow plan appeal-ended {plan.ref}`, {_OTHERWISE}"
        )
    ends = appeal_ends(plan, also)
    if ends and on <= ends:
        raise NotPossible(
            f"the time to appeal against ceasing plan {plan.ref} runs to {ends}: the plan is maintained until then "
            f"(CFA 2014 s.45(4)(a)); end it after that day, {_OTHERWISE}"
        )


def appeal_ends(plan: Plan, also: Collection[date] = ()) -> date | None:
    """The last day to appeal against a decision to cease made outside a review (HESC Rules 2008 r.20(1)(c)), if there is one.

    `also` are bank holidays that the calendar does not have yet.
    """
    notified = next((one for one in reversed(plan.proceedings) if one.kind == "ceasing"), None)
    if notified is None or notified.begun.day is None:
        return None
    return appeal_last_day(notified.begun.day, last_certificate(plan.proceedings), also)


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
