"""List 1 of Annex A for area SEND inspections: every child and young person with an EHC plan that the authority maintains."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Literal

import msgspec
import sqlalchemy as sa

from arflow.figures.groups import grouping
from arflow.figures.measures import annual
from arflow.figures.report import Cell
from arflow.figures.viewpoint import Looking
from arflow.history.sql import literal
from arflow.sen2.form.record import Record
from arflow.sen2.returned import review_items, told_facts
from arflow.sen2.returned.person_groups import NOBODY, Who, known

LastReviewed = Literal["decision", "meeting"]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One child or young person on the list; a date is None where there was nothing, a text "" where nobody knows it."""

    plan: str
    initial: date | None = None
    updated: date | None = None
    last_decision: date | None = None
    last_meeting: date | None = None
    setting: str = ""
    phase: str = ""
    upn: str = ""
    uln: str = ""
    upn_unknown: str = ""
    ethnicity: str = ""
    need: str = ""
    sen_setting: str = ""
    who: Who = NOBODY

    def last_reviewed(self, by: LastReviewed) -> date | None:
        """The day of the last annual review: its decision was notified, or its meeting was held."""
        return self.last_decision if by == "decision" else self.last_meeting


def _home_educated(entry: Entry) -> str | None:
    """Y or N by the placement in the last return; not known without one."""
    if not entry.who.placement:
        return None
    return "Y" if entry.sen_setting == "EHE" else "N"


def _not_held(_entry: Entry, _by: LastReviewed) -> None:
    """What arflow does not hold is left blank, for the authority to fill in from elsewhere."""


# Named and in order as in List 1 of the inspectors' template (Annex A), seen on 30 November 2026.
COLUMNS: dict[str, Callable[[Entry, LastReviewed], Cell]] = {
    "Unique ID": lambda one, _: one.plan,
    "UPN": lambda one, _: one.upn or one.upn_unknown or None,
    "ULN": lambda one, _: one.uln or None,
    "Date of birth": lambda one, _: one.who.born,
    "Gender": lambda one, _: one.who.sex,
    "Ethnicity": lambda one, _: one.ethnicity or None,
    "Date initial EHC plan issued": lambda one, _: one.initial,
    "Date updated EHC plan issued": lambda one, _: one.updated,
    "Date EHC plan last reviewed": lambda one, by: one.last_reviewed(by),
    "SEN primary need": lambda one, _: one.need or None,
    "Main education establishment – URN": lambda one, _: one.setting or None,
    "Main education establishment – phase": lambda one, _: one.phase,
    "Subsidiary education establishment – phase (dual registration)": _not_held,
    "Elective home education": lambda one, _: _home_educated(one),
    "Suspensions": _not_held,
    "Permanent exclusions": _not_held,
    "Absence": _not_held,
    "Pupil Premium": _not_held,
    "Known to children's social care?": _not_held,
    "Which children's social care team?": _not_held,
    "Does the child or young person have a disability?": _not_held,
}
# Both readings of "last reviewed", for the authority's own papers.
PAPERS: dict[str, Callable[[Entry], Cell]] = {
    "Unique ID": lambda one: one.plan,
    "Last decision notified": lambda one: one.last_decision,
    "Last meeting held": lambda one: one.last_meeting,
    "Meeting without a later decision": lambda one: "Y" if _waits(one) else "N",
}


def _waits(one: Entry) -> bool:
    return one.last_meeting is not None and (one.last_decision is None or one.last_decision < one.last_meeting)


# A plan is updated by what was issued after a review, without one, or to carry out an order; again if it was sent corrected.
# "Last reviewed" is of whatever review came last, whereas the return's items are those of the latest meeting alone.
_QUERY = """
    with done as (
        select plan, max(day_notified) as decided, max(day_held) as met, max(greatest(day_issued, on_reissue)) as issued
        from review_facts join (select review, on_reissue from reviews) using (review) where {annual} group by plan),
    amended as (
        select plan, max(day) as amended from (
            select plan, fact_day as day from plan_events where event = 'PlanAmended'
            union all select plan, done_on from proceeding_steps where did in ('amended', 'final'))
        group by plan),
    told as (select plan, last_reviewed from plans where last_reviewed <= {day})
    select i.plan, plan_start, greatest(issued, amended) as updated, greatest(decided, r.last_review, last_reviewed),
        greatest(met, r.review_meeting), coalesce(setting, ''), {phase}
    from review_items i left join done using (plan) left join amended using (plan) left join told using (plan)
    left join returned r using (plan)
    order by i.plan"""


def entries(looking: Looking, engine: sa.Engine) -> Iterator[Entry]:
    """Everybody on the list as at the day asked for, in the order of the plans; people come from what may be erased."""
    review_items.define(looking)
    people, returns = known(engine), {kept.plan: kept.person for kept in told_facts.latest(engine)}
    query = _QUERY.format(annual=annual(looking), day=literal(looking.asked.as_at), phase=grouping("phase", "").value)
    for plan, initial, updated, decision, meeting, setting, phase in looking.streaming(query)():
        yield Entry(
            plan=plan,
            initial=initial,
            updated=updated,
            last_decision=decision,
            last_meeting=meeting,
            phase=phase,
            who=people(plan),
            **{**_returned(returns.get(plan)), **({"setting": setting} if setting else {})},
        )


def _returned(person: Record | None) -> dict[str, str]:
    """What the newest imported return says about the person."""
    if person is None:
        return {}
    place, need = _first(person, "PlacementDetail", "PlacementRank"), _first(person, "SENneed", "SENtypeRank")
    return {
        "upn": person.values.get("UPN", ""),
        "uln": person.values.get("UniqueLearnerNumber", ""),
        "upn_unknown": person.values.get("UPNunknown", ""),
        "ethnicity": person.values.get("Ethnicity", ""),
        "need": need.get("SENtype", ""),
        "setting": place.get("URN", ""),
        "sen_setting": place.get("SENSetting", "").upper(),
    }


def _first(person: Record, block: str, rank: str) -> dict[str, str]:
    """The block of the active plan that comes first by its rank."""
    found = [part.values for plan in person.all("ActivePlans") for part in plan.all(block)]
    return min(found, key=lambda values: values.get(rank, "9"), default={})
