"""What returns said about people, in the directory: versions by plan, with a digest in the log, erased by plan."""

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import msgspec
import sqlalchemy as sa

from arflow.people.tables import imported_facts
from arflow.sen2.form.record import Record

_AT_A_TIME = 1_000
_EVER = "9999"
_LATEST = """
    select plan, year, recorded_at, recorded_by, digest, salt, body from (
        select f.*, min(id) over (partition by plan) as first,
            row_number() over (partition by plan order by year desc, id desc) as place
        from imported_facts f where recorded_at <= :upto) ranked
    where place = 1 order by first"""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What a return said about a person: the plan's reference, the year of the return, and the Person with all within it.

    `digest` is the SHA-256, in hex, of the salt and the body, as the event ReturnFactsImported of the plan has it.
    """

    plan: str
    year: int
    recorded_at: str
    recorded_by: str
    digest: str
    salt: bytes
    body: str

    @property
    def person(self) -> Record:
        """The Person as it was imported."""
        return msgspec.json.decode(self.body, type=Record)


def draft(plan: str, year: int, person: Record, at: datetime, by: str) -> Kept:
    """A version not yet kept."""
    body, salt = body_of(person), secrets.token_bytes(16)
    return Kept(
        plan=plan,
        year=year,
        recorded_at=_stored(at),
        recorded_by=by,
        digest=hashlib.sha256(salt + body.encode()).hexdigest(),
        salt=salt,
        body=body,
    )


def body_of(person: Record) -> str:
    """A Person as it is kept: what it says, whatever line of whatever file it stood on."""
    return msgspec.json.encode(_without_lines(person)).decode()


def keep(connection: sa.Connection, drafted: Sequence[Kept]) -> None:
    """Keep versions within the transaction that appends the events which name them."""
    if drafted:
        connection.execute(sa.insert(imported_facts), [msgspec.structs.asdict(kept) for kept in drafted])


def latest(engine: sa.Engine, known_at: datetime | None = None) -> Iterator[Kept]:
    """The newest version of each plan, in the order in which the people were first imported; streamed.

    The newest is that of the latest year, and of several of a year the one imported last.
    """
    query = sa.text(_LATEST).bindparams(upto=_stored(known_at) if known_at else _EVER)
    with engine.connect().execution_options(yield_per=_AT_A_TIME) as connection:
        for row in connection.execute(query):
            yield Kept(**dict(row._mapping) | {"salt": bytes(row.salt)})


def last_reference(engine: sa.Engine, prefix: str) -> str | None:
    """The greatest reference kept that begins so."""
    query = sa.select(sa.func.max(imported_facts.c.plan)).where(imported_facts.c.plan.like(f"{prefix}%"))
    with engine.connect() as connection:
        return connection.execute(query).scalar()


def _stored(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def _without_lines(record: Record) -> Record:
    return msgspec.structs.replace(record, children=tuple(map(_without_lines, record.children)), line=0)
