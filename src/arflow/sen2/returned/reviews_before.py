"""Reviews before arflow, from imported returns: the latest version for each plan, read where the directory keeps it."""

from datetime import UTC

from arflow.figures.viewpoint import Looking
from arflow.history.sql import literal

_NOTHING = """select null::VARCHAR as plan, null::DATE as review_meeting, null::DATE as last_review, null::DATE as review_draft,
    null::VARCHAR as review_outcome where false"""


def define(looking: Looking) -> None:
    """Define `returned`: the review items of the last return imported for each plan, of days up to the census day.

    There are none where the log is read from an archive, which holds nothing that may be erased.
    """
    table = next((name for (name,) in looking.rows(_WHERE_KEPT)), None)
    looking.keep("returned", _NOTHING if table is None else _query(looking, table))


def are_read(looking: Looking) -> bool:
    """Whether the directory lies open beside the log."""
    return bool(looking.rows(_WHERE_KEPT))


_WHERE_KEPT = """select database_name || '.' || schema_name || '.' || table_name from duckdb_tables()
    where table_name = 'imported_facts'"""
_ACTIVE_PLAN = (
    "list_filter(json_extract(body, '$.children[*].children[*]'), lambda part: part->>'$.block' = 'ActivePlans')[1]"
)


def _query(looking: Looking, table: str) -> str:
    known = looking.asked.known_at
    upto = f"where recorded_at <= {literal(f'{known.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}')}" if known else ""
    days = ", ".join(
        f"{_day(looking, element)} as {name}"
        for name, element in (
            ("review_meeting", "ReviewMeeting"),
            ("last_review", "LastReview"),
            ("review_draft", "ReviewDraft"),
        )
    )
    return f"""with last as (
            select plan, body from {table} {upto} qualify row_number() over (partition by plan order by year desc, id desc) = 1),
        said as (select plan, {_ACTIVE_PLAN} as said from last)
        select plan, {days}, case when {_day(looking, "LastReview")} is not null or {_said("LastReview")} is null
            then {_said("ReviewOutcome")} end as review_outcome
        from said"""


def _day(looking: Looking, element: str) -> str:
    day = f"try_cast({_said(element)} as DATE)"
    return f"case when {day} <= {literal(looking.asked.as_at)} then {day} end"


def _said(element: str) -> str:
    return f"json_extract_string(said, '$.values.{element}')"
