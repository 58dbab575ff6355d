"""How long an appeal against ceasing keeps a plan (CFA 2014 s.45(4)), of a decision in a review or outside one. Pure.

Without an appeal that is the time to appeal. An appeal made in time keeps the plan until the Tribunal has decided it, sooner or
later than that. One that was withdrawn was not decided: the plan is kept until the withdrawal, and as long as the family may
bring another.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import cast

import msgspec

from arflow.case.act import Act
from arflow.case.facts import Fact
from arflow.case.proceedings import Proceeding, last_certificate
from arflow.case.review import AnnualReview
from arflow.events import AppealDetermined, AppealEnd
from arflow.law.periods import appeal_last_day

_OVERTURNS: tuple[AppealEnd, ...] = ("allowed", "conceded")
_KEEPS = ("keep", "keep_and_amend")


class CeaseAppeal(msgspec.Struct, frozen=True, kw_only=True):
    """An appeal against ceasing: the days it was made, or admitted, and ended, if it did, and how."""

    made: Fact
    ended: Fact | None = None
    how: AppealEnd | None = None
    admitted: bool = False


class OutsideReview(msgspec.Struct, frozen=True, kw_only=True):
    """What is recorded since a decision to cease outside a review was notified; `ends` is the last day to appeal against it.

    `overturned` is the day on which it was decided, ordered or agreed that the plan goes on.
    """

    told: Fact
    ends: date
    appeals: tuple[CeaseAppeal, ...] = ()
    overturned: Fact | None = None

    @property
    def in_time(self) -> tuple[CeaseAppeal, ...]:
        """The appeals made by the last day, and those that the Tribunal admitted after it."""
        return tuple(one for one in self.appeals if one.admitted or _day(one.made) <= self.ends)


def decision_that_stands(proceedings: tuple[Proceeding, ...]) -> Proceeding | None:
    """The decision to cease that was notified outside a review and was not overturned since, if there is one."""
    last = next((one for one in reversed(proceedings) if one.kind == "ceasing"), None)
    found = outside_review(proceedings)
    return None if found and found.overturned else last


def outside_review(proceedings: tuple[Proceeding, ...], also: Collection[date] = ()) -> OutsideReview | None:
    """The last decision to cease that was notified outside a review, with what followed it; None where there is none.

    `also` are bank holidays that the calendar does not have yet.
    """
    told = next((one.begun for one in reversed(proceedings) if one.kind == "ceasing"), None)
    if told is None or told.day is None:
        return None
    since = [one for one in proceedings if one.kind != "ceasing" and _day(one.begun) >= told.day]
    orders = [one.begun for one in since if one.kind == "order_cease" and one.begun.event == "TribunalOrderMade"]
    appeals = [one for one in since if one.kind == "appeal" and one.said == "ceasing"]
    overturned = [one.begun for one in since if one.said in _KEEPS]
    overturned += [one.steps["ended"] for one in appeals if one.ended in _OVERTURNS]
    certificate = last_certificate(proceedings)
    return OutsideReview(
        told=told,
        ends=appeal_last_day(told.day, certificate.day if certificate else None, also),
        appeals=tuple(
            [_appeal(one, orders) for one in appeals]
            + [CeaseAppeal(made=told, ended=order, how="dismissed") for order in orders]
        ),
        overturned=max(overturned, key=_day, default=None),
    )


def _appeal(one: Proceeding, orders: list[Fact]) -> CeaseAppeal:
    """An appeal, which an order to cease ends where its end is not recorded."""
    ended, how = one.steps.get("ended"), one.ended
    order = next((order for order in orders if _day(order) >= _day(one.begun)), None)
    admitted = one.steps.get("admitted_late")
    return CeaseAppeal(
        made=admitted or one.begun,
        ended=ended or order,
        how=how or ("dismissed" if order else None),
        admitted=admitted is not None,
    )


def keeps_again(proceedings: tuple[Proceeding, ...], number: int) -> bool:
    """Whether a proceeding is an appeal against ceasing that waits: once it is admitted, the plan is kept again."""
    return any(
        one.number == number and one.kind == "appeal" and one.said == "ceasing" and not one.is_over
        for one in proceedings
    )


def days_outside_review(found: OutsideReview | None, ceased: Fact | None) -> dict[str, Fact]:
    """The days that appeals give, by the names formulas use."""
    return _days(found.in_time, ceased) if found else {}


def days_of_review(review: AnnualReview, also: Collection[date] = ()) -> dict[str, Fact]:
    """The same of an appeal against a review's decision to cease; one out of time counts once it is admitted."""
    made, end = review.last("appeal"), review.last("determine_appeal")
    if made is None or review.outcome != "cease" or (review.appeal_is_late(also) and not review.last("admit_appeal")):
        return {}
    how = cast("AppealDetermined", end.event).ended if end else None
    heard = review.last("admit_appeal") or made
    appeal = CeaseAppeal(made=_fact(review, heard), ended=_fact(review, end) if end else None, how=how)
    ceased = review.last("cease")
    return _days((appeal,), _fact(review, ceased) if ceased else None)


def _fact(review: AnnualReview, act: Act) -> Fact:
    return msgspec.structs.replace(act.fact(), quality=review.quality(act.step))


def _days(appeals: Iterable[CeaseAppeal], ceased: Fact | None) -> dict[str, Fact]:
    """What was brought after the plan had ceased says nothing of whether it was kept until then."""
    found = [one for one in appeals if not (ceased and ceased.day and ceased.day < _day(one.made))]
    if waiting := [one.made for one in found if one.ended is None]:
        if ceased and ceased.day:
            return {"cease_appeal_cut_short": ceased}
        return {"cease_appeal": min(waiting, key=_day)}
    ended = [(one.how, one.ended) for one in found if one.ended]
    if decided := [end for how, end in ended if how == "dismissed"]:
        return {"cease_appeal_determined": max(decided, key=_day)}
    undecided = [end for how, end in ended if how not in _OVERTURNS]
    return {"cease_appeal_withdrawn": max(undecided, key=_day)} if undecided else {}


def _day(fact: Fact) -> date:
    return fact.day or date.min
