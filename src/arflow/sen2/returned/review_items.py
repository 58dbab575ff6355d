"""The review items of the return: of each active plan the latest review, as at a census day and as known at a moment."""

from collections.abc import Iterator
from datetime import date

import msgspec

from arflow.case.duties import parsed
from arflow.figures.measures import annual
from arflow.figures.viewpoint import Looking
from arflow.history.formula_sql import last_day
from arflow.history.sql import literal
from arflow.sen2.returned import reviews_before

OUTCOME_CODES = {"maintain": "M", "amend": "A", "cease": "C"}


class ReviewItems(msgspec.Struct, frozen=True, kw_only=True):
    """One active plan and its latest review; the items bear the names of the return's elements, None where blank.

    `review` is None where no meeting is in the log: the items are then those of the return imported last, or else
    `last_review` is what was told when the plan was entered.
    """

    plan: str
    plan_start: date | None = None
    setting: str | None = None
    nc_year: int | None = None
    coordinator: str | None = None
    review: str | None = None
    kind: str | None = None
    review_meeting: date | None = None
    last_review: date | None = None
    review_outcome: str | None = None
    review_draft: date | None = None
    phase_transfer_due_date: date | None = None
    phase_transfer_final_date: date | None = None


def review_items(looking: Looking, year: int | None = None) -> Iterator[ReviewItems]:
    """The items of every active plan in the order of the plans, streamed; `as_at` is the census day.

    `year` is the return's, where the day looked at is earlier than its census day: the year whose transfers it reports.
    """
    define(looking, year)
    return read(looking)


def read(looking: Looking) -> Iterator[ReviewItems]:
    """The same once more, where they are defined already."""
    columns = ", ".join(ReviewItems.__struct_fields__)
    for row in looking.streaming(f"select {columns} from review_items order by plan")():
        yield ReviewItems(**dict(zip(ReviewItems.__struct_fields__, row, strict=True)))


def define(looking: Looking, year: int | None = None) -> None:
    """Keep the relation `review_items`: one row for each plan that the authority maintains on the census day.

    The decision, the outcome and the notice are always those of the latest meeting, blank until it has them: a meeting
    held since last year's decision leaves last year's decision behind. The final plan of a transfer may come from outside
    any review, such as an order of the Tribunal.
    """
    reviews_before.define(looking)
    codes = " ".join(f"when {literal(outcome)} then {literal(code)}" for outcome, code in OUTCOME_CODES.items())
    census = literal(looking.asked.as_at)
    looking.keep(
        "review_items",
        f"""with active as (
            select f.plan, f.first_made as plan_start,
                case when f.last_reviewed <= {census} then f.last_reviewed end as last_reviewed,
                f.setting, f.nc_year, f.coordinator,
                p.transfer_on, {_transfer_limit(looking, year or looking.asked.as_at.year)} as limit_day
            from plan_facts f join plans p using (plan) where not f.plan_ended and {_HERE.format(census=census)}),
        latest as (
            select plan, review, kind, day_held, day_notified, outcome, day_notice_sent from review_facts
            where day_held is not null and {annual(looking)}
            qualify row_number() over (partition by plan order by day_held desc, opened_on desc, review desc) = 1),
        moved as (
            select plan, day_transfer as transfer_on, max(day_issued) as issued from review_facts
            where day_issued is not null and day_transfer_named is not null and {annual(looking)} group by all),
        outside as (
            select plan, max(dealt_on) as dealt_on from dealt where review = '' and named <> 'unchanged' group by plan)
        select a.plan, plan_start, setting, nc_year, coordinator, l.review, l.kind,
            {_from_log_or_return("l.day_held", "r.review_meeting", "null")} as review_meeting,
            {_from_log_or_return("l.day_notified", "r.last_review", "last_reviewed")} as last_review,
            {_from_log_or_return(f"case l.outcome {codes} end", "r.review_outcome", "null")} as review_outcome,
            {_from_log_or_return("l.day_notice_sent", "r.review_draft", "null")} as review_draft,
            limit_day as phase_transfer_due_date,
            case when limit_day is not null then coalesce(m.issued, o.dealt_on) end as phase_transfer_final_date
        from active a left join latest l using (plan) left join returned r using (plan)
        left join moved m on m.plan = a.plan and m.transfer_on = a.transfer_on left join outside o on o.plan = a.plan""",
    )


def _from_log_or_return(log: str, imported: str, otherwise: str) -> str:
    """An item of the latest meeting in the log; where there is none, of the return imported last, or else as told on entry."""
    return f"""case when l.review is not null then {log}
        when coalesce(r.review_meeting, r.last_review) is not null then {imported} else {otherwise} end"""


# A plan that came from another authority after the census day was that one's to return.
_HERE = """not exists (
    select 1 from kept k left join plan_corrections c
    on c.plan = k.plan and c.version = k.version and c.fact = 'transferred_in'
    where k.plan = f.plan and k.event = 'PlanTransferredIn' and coalesce(c."to", k.happened_on) > {census})"""


def _transfer_limit(looking: Looking, year: int) -> str:
    """The day by which the plan of a transfer in the year of the return is to be final, in the Code's reading."""
    cases = " ".join(
        f"when {literal(kind.id)} then {last_day(parsed(kind.rule), 'p.transfer_on', looking.current.policy, 'outer')}"  # type: ignore[arg-type]
        for kind in looking.current.transfers
    )
    return f"case when year(p.transfer_on) = {year} then case p.transfer {cases} end end"
