"""Reviews before arflow, from imported returns: the latest version for each plan, read where the directory keeps it."""

from collections.abc import Iterator
from itertools import islice

from arflow.errors import ArchiveRefused
from arflow.figures.viewpoint import Looking
from arflow.history.sql import literal
from arflow.sen2.returned import told_facts
from arflow.words import counted

_ELEMENTS = ("ReviewMeeting", "LastReview", "ReviewDraft", "ReviewOutcome")
_PLANS_AT_A_TIME = 1_000


def define(looking: Looking) -> None:
    """Define `returned`: the review items of the last return imported for each plan, of days up to the census day.

    An archive holds nothing that may be erased: ArchiveRefused for one of a log with imported facts.
    """
    _refuse_facts_out_of_reach(looking)
    said = ", ".join(f"{element} VARCHAR" for element in ("plan", *_ELEMENTS))
    looking.rows(f"create or replace table told_before ({said})")
    imported = _said(looking)
    while page := list(islice(imported, _PLANS_AT_A_TIME)):
        rows = ", ".join(f"({', '.join(map(literal, row))})" for row in page)
        looking.rows(f"insert into told_before values {rows}")
    review_meeting, last_review, review_draft = (_day(looking, element) for element in _ELEMENTS[:3])
    looking.keep(
        "returned",
        f"""select plan, {review_meeting} as review_meeting, {last_review} as last_review, {review_draft} as review_draft,
            case when {last_review} is not null or LastReview is null then ReviewOutcome end as review_outcome
        from told_before""",
    )


def _refuse_facts_out_of_reach(looking: Looking) -> None:
    if looking.store is not None:
        return
    ((plans,),) = looking.rows("select count(distinct plan) from known where event = 'ReturnFactsImported'")
    if plans:
        raise ArchiveRefused(
            f"an archive does not hold what returns said, and this one names the facts of {counted(plans, 'plan')}: their "
            "reviews before arflow would be left out. Ask the store: leave out --archive"
        )


def _said(looking: Looking) -> Iterator[tuple[str | None, ...]]:
    """Each plan of which a return was imported, with what the last of them says about its review."""
    if looking.store is None:
        return
    for kept in told_facts.latest(looking.store, looking.asked.known_at):
        active = kept.person.first("ActivePlans")
        values = active.values if active else {}
        yield (kept.plan, *map(values.get, _ELEMENTS))


def _day(looking: Looking, element: str) -> str:
    day = f"try_cast({element} as DATE)"
    return f"case when {day} <= {literal(looking.asked.as_at)} then {day} end"
