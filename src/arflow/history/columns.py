"""The log as a table that can be queried: one column for each thing that an event says, with its name and type.

These names are the archive's too (docs/archive.md): others query them, so they are only ever added to.
"""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from arflow.events import EVENT_CLASSES, TOPIC_PREFIX
from arflow.history.sql import one_of


class Field(NamedTuple):
    """A field of the payload: its column, its JSON type, the column's own type, and what an event that leaves it out says."""

    name: str
    json: str = "VARCHAR"
    type: str = "VARCHAR"
    default: str = ""


_DAY = "DATE"
FIELDS = (
    Field("recorded_by"),
    Field("evidence"),
    # a review's
    Field("kind"),
    Field("workflow"),
    Field("workflow_sha256"),
    Field("arranged_by", default="'school'"),
    Field("meeting_on", type=_DAY),
    Field("reference"),
    Field("channel", default="'email'"),
    Field("roles", '["VARCHAR"]', "VARCHAR[]", "[]"),
    Field("role"),
    Field("nothing_to_add", "BOOLEAN", "BOOLEAN", "false"),
    Field("documents", '["VARCHAR"]', "VARCHAR[]", "[]"),
    Field("attended", '["VARCHAR"]', "VARCHAR[]", "[]"),
    Field("first_met_on", type=_DAY),
    Field("outcome"),
    Field("served_on", type=_DAY),
    Field("agreed_until", type=_DAY),
    Field("ended"),
    Field("local_step"),
    Field("skip_reason"),
    Field("letter_template"),
    Field("approved_by"),
    Field("reason"),
    Field("corrects", "BIGINT", "BIGINT"),
    Field("corrected_step"),
    Field("voids", "BIGINT", "BIGINT"),
    Field("voided_step"),
    Field("to", type=_DAY),
    Field("supersedes"),
    Field("by"),
    # a plan's
    Field("first_made", type=_DAY),
    Field("first_made_quality", default="'known'"),
    Field("last_reviewed", type=_DAY),
    Field("last_reviewed_quality", default="'known'"),
    Field("setting"),
    Field("nc_year", "BIGINT", "BIGINT"),
    Field("coordinator"),
    Field("transfer"),
    Field("transfer_on", type=_DAY),
    Field("young_person_from", type=_DAY),
    Field("undecided_meeting", type=_DAY),
    Field("named"),
    Field("institution"),
    Field("authority"),
    Field("notice", "BIGINT", "BIGINT"),
    Field("reply"),
    Field("grounds", '["VARCHAR"]', "VARCHAR[]", "[]"),
    Field("proposes_assessment", "BOOLEAN", "BOOLEAN"),
    Field("review_on", type=_DAY),
    Field("moves_on", type=_DAY),
    Field("from_plan"),
    Field("root"),
    Field("reviewed", '["VARCHAR"]', "VARCHAR[]", "[]"),
    Field("from_la"),
    Field("to_la"),
    Field("stands_for_review", "BOOLEAN", "BOOLEAN", "false"),
    Field("because"),
    Field("notice_on", type=_DAY),
    Field("ends_notice", "BOOLEAN", "BOOLEAN", "false"),
    Field("term_start", type=_DAY),
    Field("fact"),
    Field("quality", default="'known'"),
    Field("review"),
    Field("held", type=_DAY),
    Field("resets_clock", "BOOLEAN", "BOOLEAN", "true"),
    Field("additional", "BOOLEAN", "BOOLEAN", "false"),
    Field("why"),
    Field("year", "BIGINT", "BIGINT"),
    Field("digest"),
    # of people and papers
    Field("people", '["VARCHAR"]', "VARCHAR[]", "[]"),
    Field("person"),
    Field("answer", default="'advice'"),
    Field("replied"),
    Field("bundle"),
    Field("recommendation"),
    Field("differing", '["VARCHAR"]', "VARCHAR[]", "[]"),
    Field("rule"),
    Field("outcomes", '["VARCHAR"]', "VARCHAR[]", "[]"),
    Field("progress", '["VARCHAR"]', "VARCHAR[]", "[]"),
    Field("views", '["VARCHAR"]', "VARCHAR[]", "[]"),
    Field("areas", '["VARCHAR"]', "VARCHAR[]", "[]"),
    Field("personal_budget"),
    Field("of", "BIGINT", "BIGINT"),
    Field("base"),
    Field("amendments"),
    Field("proposed_by"),
    Field("changes", "BIGINT", "BIGINT"),
    Field("letter"),
    Field("message"),
    Field("duty"),
    Field("seen"),
    Field("due", type=_DAY),
    Field("document"),
    Field("paper"),
    Field("under", default="'order'"),
    Field("awaiting", '["VARCHAR"]', "VARCHAR[]", "[]"),
    Field("no_more", "BOOLEAN", "BOOLEAN", "false"),
    Field("taken", "BOOLEAN", "BOOLEAN", "true"),
    Field("agreed", "BOOLEAN", "BOOLEAN", "true"),
    Field("late_to", '["VARCHAR"]', "VARCHAR[]", "[]"),
    Field("against"),
    Field("requires"),
    Field("last_day", type=_DAY),
    Field("proceeding", "BIGINT", "BIGINT"),
    Field("did"),
    Field("ground"),
    Field("notified_quality", default="'known'"),
    Field("held_quality", default="'known'"),
    Field("cause"),
    Field("remedy"),
)
# The columns every event has, in the order of the archive.
ENVELOPE = {
    "position": "position::BIGINT",
    "plan": "plan",
    "stream": "stream",
    "version": "version::BIGINT",
    "event": f"case when plan <> '' then substr(topic, {len(TOPIC_PREFIX) + 1}) end",
    "happened_on": "try_cast(happened_on as DATE)",
    "recorded_at": "try_cast(recorded_at as TIMESTAMP)",
    "state": "state",
}
_DAY_TEXT, _MOMENT_TEXT = "'%Y-%m-%d'", "'%Y-%m-%dT%H:%M:%S.%fZ'"
# What the log's chain was made over, where the columns above do not give it back to the letter.
AS_STORED = {
    "topic": "topic",
    "happened_on_text": f"case when happened_on <> coalesce(strftime(try_cast(happened_on as DATE), {_DAY_TEXT}), '') "
    "then happened_on end",
    "recorded_at_text": "case when recorded_at <> "
    f"coalesce(strftime(try_cast(recorded_at as TIMESTAMP), {_MOMENT_TEXT}), '') then recorded_at end",
    "payload": "payload",
    "hash": "hash",
}
COLUMNS = (*ENVELOPE, *(field.name for field in FIELDS))
_STRUCT = ", ".join(f'"{field.name}" {field.type if field.json.startswith("[") else field.json}' for field in FIELDS)
# A row of the log as a line of JSON, with its payload as it was recorded.
LINE = {
    "position": "BIGINT",
    "plan": "VARCHAR",
    "stream": "VARCHAR",
    "version": "BIGINT",
    "topic": "VARCHAR",
    "happened_on": "VARCHAR",
    "recorded_at": "VARCHAR",
    "state": "VARCHAR",
    "payload": f"STRUCT({_STRUCT})",
}


def of_lines(table: str) -> str:
    """A query that gives such rows with a column for each thing their events say; days as DATE, moments in UTC."""
    return f"select {_envelope()}, {_values('payload')} from {table}"


def whole(table: str) -> str:
    """A query that gives every column of a table that has them all."""
    return f"select {quoted(COLUMNS)} from {table}"


def empty() -> str:
    """A table with every column and no row."""
    lines = ", ".join(f"null::{type_} as {name}" for name, type_ in LINE.items())
    return f"({of_lines(f'(select {lines})')} where false)"


def archived(table: str) -> str:
    """A query that gives every row of a log table as the archive keeps it.

    One that is not arflow's own, or that nothing can be read from, says nothing: its payload is kept as it is.
    """
    structure = ", ".join(f'"{field.name}": {_json(field.json)}' for field in FIELDS)
    said = f"try(from_json(case when plan <> '' then try(decode(payload)) end, '{{{structure}}}'))"
    stored = ", ".join(f"{expression} as {name}" for name, expression in AS_STORED.items())
    return f"select {_envelope()}, {_values('said')}, {stored} from (select *, {said} as said from {table})"


def as_logged(table: str) -> str:
    """A query that gives the rows of an archive as the log holds them, to the letter."""
    return (
        "select position, stream, version, topic, payload, plan, "
        f"coalesce(happened_on_text, strftime(happened_on, {_DAY_TEXT}), '') as happened_on, "
        f"coalesce(recorded_at_text, strftime(recorded_at, {_MOMENT_TEXT}), '') as recorded_at, state, hash from {table}"
    )


def of_archive(table: str, there: Collection[str]) -> str:
    """A query that gives the rows of an archive with the columns of `of_lines`; `there` are the columns that any file has.

    Files written by an earlier arflow lack the columns added since, or have them empty for an event that could not say so
    then: what no event said then is what it leaves out now.
    """
    own = (f'"{name}"' for name in ENVELOPE)
    said = (_kept(field, there) for field in FIELDS)
    return f"select {', '.join((*own, *said))} from {table} where plan <> ''"


def _kept(field: Field, there: Collection[str]) -> str:
    kept = filled(field) if field.name in there else _left_out(field) or f"null::{field.type}"
    return f'{kept} as "{field.name}"'


def filled(field: Field, table: str = "") -> str:
    """A column as this arflow reads it: an event that an earlier one kept without it says what it leaves out."""
    column, left_out = f'{table}"{field.name}"', _left_out(field, table)
    return f"coalesce({column}, {left_out})" if left_out else column


def _left_out(field: Field, table: str = "") -> str:
    """What an event that could say it and leaves it out says; nothing for most columns."""
    if not field.default:
        return ""
    return f"case when {table}event in {one_of(said_by(field.name))} then {field.default} end::{field.type}"


def quoted(names: Iterable[str]) -> str:
    """Columns as SQL lists them; some have names that SQL uses too."""
    return ", ".join(f'"{name}"' for name in names)


def _envelope() -> str:
    return ", ".join(f"{expression} as {name}" for name, expression in ENVELOPE.items())


def _values(said: str) -> str:
    """A column for each field, from a payload as a struct."""
    return ", ".join(f'{_value(field, said)} as "{field.name}"' for field in FIELDS)


def _json(type_: str) -> str:
    return type_ if type_.startswith("[") else f'"{type_}"'


def _value(field: Field, said: str) -> str:
    read = f'{said}."{field.name}"'
    value = f"try_cast({read} as {field.type})" if field.type == _DAY else read
    if not field.default:
        return value
    topics = one_of(f"{TOPIC_PREFIX}{event}" for event in said_by(field.name))
    return f"coalesce({value}, case when topic in {topics} then {field.default} end)"


def said_by(column: str) -> tuple[str, ...]:
    """The stored names of the events that have a field of this name."""
    return tuple(str(cls.__struct_config__.tag) for cls in EVENT_CLASSES if column in cls.__struct_fields__)
