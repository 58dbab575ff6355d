"""Which mediation certificate lengthens a time to appeal: that of a mediation for what was decided (CFA 2014 s.55). Pure."""

from collections.abc import Iterable
from datetime import date

import msgspec

from arflow.case.facts import Fact
from arflow.law.periods import corresponding_date

_MONTHS_TO_ASK = 2  # Code ch.11: the family contacts the adviser within two months of the notice


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate of a mediation on the plan: when the family asked for the mediation, and when it was given."""

    asked: Fact
    given: Fact


def last_for(notice: date | None, own: Fact | None, on_plan: Iterable[Certificate]) -> Fact | None:
    """The last certificate for a decision of which notice was given on a day: a review's `own`, or one on its plan.

    On the plan that is one given since the notice, of a mediation that the family asked for within two months of it.
    """
    found = [own] if own else []
    for one in on_plan if notice else ():
        asked, given = one.asked.day, one.given.day
        if notice and asked and given and given >= notice and asked <= corresponding_date(notice, _MONTHS_TO_ASK):
            found.append(one.given)
    return max(found, key=lambda fact: fact.day or date.min, default=None)
