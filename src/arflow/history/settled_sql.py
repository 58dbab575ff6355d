"""Which rows of reviews that were settled still stand at a point of view, and which reviews are folded from their events."""

from collections.abc import Collection

from arflow.history.columns import quoted
from arflow.history.sql import literal, one_of

# What the fold of a review reads of its events.
_READ = (
    "position", "plan", "stream", "version", "event", "happened_on", "state", "workflow", "kind", "arranged_by",
    "meeting_on", "served_on", "local_step", "first_met_on", "agreed_until", "no_more", "ended", "outcome", "roles",
    "late_to", "awaiting",
)  # fmt: skip


def still_standing(rows: str, upto: int, as_at: str, left_out: Collection[str], *, known_at: bool) -> str:
    """The reviews whose row is as it was: all of it had happened by the day, all is known, and nothing came since.

    `known_at` says that there is a moment after which what was recorded is not known.
    """
    known = "left join recorded_later using (plan)" if known_at else ""
    all_known = "and (first_later is null or last_position < first_later)" if known_at else ""
    return f"""create or replace table still_standing as
        select review from {rows} {known}
        where coalesce(whole_from <= {as_at}, false) {all_known} and plan not in {one_of(left_out or ("",))}
            and review not in ({_touched_since(upto)})"""


def living(rows: str, upto: int, as_at: str) -> str:
    """The reviews that are to be folded; none was there before the day it was opened."""
    return f"""create or replace table living as
        select 'review/' || review as stream from (
            select review from {rows} where opened_on <= {as_at} and review not in (from still_standing)
            union {_touched_since(upto)})"""


LIVING_EVENTS = f"""create or replace table living_events as
    select {quoted(_READ)} from known where stream in (from living)"""


def both(rows: str, columns: Collection[str]) -> str:
    """Every review: as it was settled, or as it was folded."""
    names = quoted(columns)
    return f"""create or replace view reviews as
        select {names} from {rows} where review in (from still_standing) union all select {names} from folded_reviews"""


def amiss(rows: str, columns: Collection[str]) -> str:
    """The rows that are in only one of what was settled and what was folded, each with which it is of."""
    names = quoted(columns)
    settled, folded = f"select {names} from {rows}", f"select {names} from folded_reviews"
    return f"""select 'settled', * from ({settled} except {folded})
        union all select 'folded', * from ({folded} except {settled})"""


FOLDED_ALONE = "create or replace view reviews as from folded_reviews"


def _touched_since(upto: int) -> str:
    return f"select distinct substr(stream, 8) from known where position > {literal(upto)} and starts_with(stream, 'review/')"
