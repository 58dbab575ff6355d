"""Recording what a plan names for its expected transfer, with a review or outside any (SEND Regs 2014 r.18). Pure."""

from datetime import date
from typing import Any, cast

from arflow.case.acts import Recording
from arflow.case.plan import Plan
from arflow.case.review import AnnualReview
from arflow.case.transfers import expected_dealings, is_for_transfer, placed
from arflow.case.urn import is_urn
from arflow.errors import InvalidValue, NotPossible, field_name
from arflow.events import TransferDealtWith, TransferNaming
from arflow.law.periods import corresponding_date

FORMS = "a URN of six digits, type:TEXT, none:REASON, unchanged or withdrawn:REASON"


def of_review(
    plan: Plan, review: AnnualReview, names: str, recording: Recording, envelope: dict[str, Any], *, additional: bool
) -> TransferDealtWith:
    """The event by which a review, as an act of its own leaves it, deals with the plan's transfer."""
    if additional:
        raise NotPossible(
            f"review {review.id} is additional to the annual review: it cannot deal with a transfer (Code 9.178)"
        )
    _check_for_transfer(plan, review.id, review.kind, placed(review))
    return _event(plan, names, recording, envelope, review.id)


def afterwards(
    plan: Plan,
    names: str,
    recording: Recording,
    envelope: dict[str, Any],
    *,
    review: str | None,
    outside: bool,
) -> TransferDealtWith:
    """The event by which a completed review, by its id or the last one that may, or an act outside any is recorded so."""
    if outside:
        if review is not None:
            raise InvalidValue(field_name("review"), review, f"possible beside {field_name('outside_review')}")
        _check_outside(plan, envelope["on"])
        return _event(plan, names, recording, envelope, None)
    review = review or _last_that_may(plan)
    held = next((done.held for done in plan.completions if done.review == review), None)
    if held is None:
        raise NotPossible(
            f"review {review} of plan {plan.ref} has not told the family its decision: record what the plan names with "
            "`arflow review decide` or `issue`, and --names-for-transfer"
        )
    _check_for_transfer(plan, review, plan.reviews.get(review, ""), held)
    return _event(plan, names, recording, envelope, review)


def _last_that_may(plan: Plan) -> str:
    """The last completed review that may deal with the transfer."""
    expected_day(plan)
    may = [d.review for d in plan.completions if is_for_transfer(plan, plan.reviews.get(d.review, ""), d.held)]
    if not may:
        raise NotPossible(
            f"plan {plan.ref} has no completed review for its transfer on {expected_day(plan)}: hold one, or say "
            "--outside-review for an act outside any review, such as an order of the Tribunal"
        )
    return may[-1]


def expected_day(plan: Plan) -> date:
    """The day of the plan's expected transfer; NotPossible if there is none."""
    if plan.transfer is None or plan.transfer_on is None or plan.transfer_on.day is None:
        raise NotPossible(
            f"plan {plan.ref} has no expected transfer with a known day: record it with `arflow plan transfer {plan.ref}`"
        )
    return plan.transfer_on.day


def _check_for_transfer(plan: Plan, review: str, kind: str, met: date) -> None:
    day = expected_day(plan)
    if not is_for_transfer(plan, kind, met):
        where = "after" if met > day else "over 12 months before"
        raise NotPossible(
            f"review {review} met on {met}, {where} the transfer on {day}: it cannot deal with it (SEND Regs 2014 r.18); "
            f"open another with `arflow review open {plan.ref}`"
        )


def _check_outside(plan: Plan, on: date) -> None:
    day = expected_day(plan)
    if not corresponding_date(day, -12) <= on <= day:
        raise NotPossible(f"{field_name('on')} {on} is not in the 12 months before the transfer on {day}")


def _read(names: str) -> tuple[TransferNaming, str]:
    """What is named, and the words that go with it; InvalidValue for anything else."""
    if is_urn(names):
        return "institution", ""
    form, _, text = (part.strip() for part in names.partition(":"))
    match form:
        case "unchanged" if names == form:
            return "unchanged", ""
        case "type" | "none" | "withdrawn" if text:
            return cast("TransferNaming", form), text
        case _:
            raise InvalidValue(field_name("names_for_transfer"), names, FORMS)


def _event(
    plan: Plan, names: str, recording: Recording, envelope: dict[str, Any], review: str | None
) -> TransferDealtWith:
    named, text = _read(names)
    found = [dealing for dealing in expected_dealings(plan) if dealing.review == review]
    if named == "withdrawn" and not found:
        raise NotPossible(f"plan {plan.ref} has no such record of what it names for its transfer")
    assert plan.transfer is not None
    return TransferDealtWith(
        **envelope,
        transfer=plan.transfer,
        transfer_on=expected_day(plan),
        named=named,
        institution=names if named == "institution" else None,
        review=review,
        reason=recording.note(text) if text else None,
    )
