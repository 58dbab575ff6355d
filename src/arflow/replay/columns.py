"""The log as a table that can be queried: one column for each thing that an event says, with its name and type.

These names are the archive's too (docs/archive.md): others query them, so they are only ever added to.
"""

from typing import NamedTuple

from arflow.events import TOPIC_PREFIX


class Field(NamedTuple):
    """A field of the payload: its column, its JSON type, the column's own type, and its value where it is left out."""

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
    Field("channel"),
    Field("roles", '["VARCHAR"]', "VARCHAR[]"),
    Field("role"),
    Field("nothing_to_add", "BOOLEAN", "BOOLEAN"),
    Field("attended", '["VARCHAR"]', "VARCHAR[]"),
    Field("first_met_on", type=_DAY),
    Field("outcome"),
    Field("served_on", type=_DAY),
    Field("ended"),
    Field("local_step"),
    Field("skip_reason"),
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
    Field("stands_for_review", "BOOLEAN", "BOOLEAN", "false"),
    Field("because"),
    Field("notice_on", type=_DAY),
    Field("term_start", type=_DAY),
    Field("fact"),
    Field("quality", default="'known'"),
    Field("review"),
    Field("held", type=_DAY),
    Field("resets_clock", "BOOLEAN", "BOOLEAN", "true"),
    Field("additional", "BOOLEAN", "BOOLEAN", "false"),
    Field("why"),
)
# The columns every event has, in the order of the archive.
ENVELOPE = {
    "position": "position::BIGINT",
    "plan": "plan",
    "stream": "stream",
    "version": "version::BIGINT",
    "event": f"substr(topic, {len(TOPIC_PREFIX) + 1})",
    "happened_on": "try_cast(happened_on as DATE)",
    "recorded_at": "try_cast(recorded_at as TIMESTAMP)",
    "state": "state",
}


def typed(table: str, *, further: tuple[str, ...] = ()) -> str:
    """A query that gives the rows of a log table with a column for each thing their events say; days as DATE, moments in UTC."""
    structure = ", ".join(f'"{field.name}": {_quoted(field.json)}' for field in FIELDS)
    own = ", ".join(f"{expression} as {name}" for name, expression in ENVELOPE.items())
    said = ", ".join(f'{_value(field)} as "{field.name}"' for field in FIELDS)
    kept = "".join(f", {name}" for name in further)
    return (
        f"select {own}, {said}{kept} from "
        f"(select *, from_json(decode(payload), '{{{structure}}}') as said from {table} where plan <> '')"
    )


def _quoted(json: str) -> str:
    return json if json.startswith("[") else f'"{json}"'


def _value(field: Field) -> str:
    read = f'said."{field.name}"'
    value = f"{read}::{field.type}" if field.type == _DAY else read
    return f"coalesce({value}, {field.default})" if field.default else value
