"""The ledger of the rules: the acts on them, each hashed with the one before it, and the texts of definitions by digest."""

import hashlib
from collections.abc import Callable, Iterator, Sequence

import sqlalchemy as sa

from arflow.store.engine import writing
from arflow.store.tables import _Bytes, metadata
from arflow.store.trouble import only_row

_FORM = b"arflow-rules-1"

rules = sa.Table(
    "rules",
    metadata,
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
    sa.Column("payload", _Bytes, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
)
definitions = sa.Table(
    "definitions",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("content", _Bytes, nullable=False),
)
# Makes the payloads of the next acts, given the number of the last one, with the texts that go beside them.
Drawn = Callable[[sa.Connection, int], tuple[Sequence[bytes], Sequence[bytes]]]


def append(engine: sa.Engine, drawn: Drawn) -> None:
    """Append acts that are `drawn` up while nobody else can append to the ledger or the log, all of them or none."""
    with writing(engine) as connection:
        append_within(connection, drawn)


def append_within(connection: sa.Connection, drawn: Drawn) -> None:
    """The same within a transaction that may write: the lock is that of the log's end."""
    lock = "select position from chain_head where id = 1" + (
        " for update" if connection.dialect.name == "postgresql" else ""
    )
    only_row(connection, connection.exec_driver_sql(lock))
    number, previous = head(connection)
    payloads, texts = drawn(connection, number)
    for text in texts:
        _keep_text(connection, text)
    for payload in payloads:
        number, previous = number + 1, _link(previous, number + 1, payload)
        connection.execute(sa.insert(rules).values(number=number, payload=payload, hash=previous))


def head(connection: sa.Connection) -> tuple[int, bytes]:
    """The number of the last act and its hash; 0 and 32 zero bytes where there is none."""
    row = connection.execute(sa.select(rules.c.number, rules.c.hash).order_by(rules.c.number.desc()).limit(1)).first()
    return (int(row.number), bytes(row.hash)) if row else (0, bytes(32))


def hash_of(connection: sa.Connection, number: int) -> bytes | None:
    """The hash of an act; None where there is none of that number."""
    found = connection.execute(sa.select(rules.c.hash).where(rules.c.number == number)).scalar()
    return None if found is None else bytes(found)


def _keep_text(connection: sa.Connection, text: bytes) -> None:
    digest = hashlib.sha256(text).hexdigest()
    if not connection.execute(sa.select(definitions.c.sha256).where(definitions.c.sha256 == digest)).first():
        connection.execute(sa.insert(definitions).values(sha256=digest, content=text))


def _link(previous: bytes, number: int, payload: bytes) -> bytes:
    """The hash of an act after `previous`: the SHA-256 of the form, that hash, the number (8 bytes) and the payload."""
    return hashlib.sha256(_FORM + previous + number.to_bytes(8, "big") + payload).digest()


def last_number(connection: sa.Connection) -> int:
    """The number of the last act; 0 where there is none."""
    return int(connection.exec_driver_sql("select coalesce(max(number), 0) from rules").scalar_one())


def payloads(connection: sa.Connection) -> list[bytes]:
    """The acts as they are stored, in their order."""
    found = connection.execute(sa.select(rules.c.payload).order_by(rules.c.number)).scalars()
    return [one.encode() if isinstance(one, str) else bytes(one) for one in found]


def text(connection: sa.Connection, sha256: str) -> bytes | None:
    """The text of a definition by its digest; None where it is not kept, or is not what its digest says."""
    found = connection.execute(sa.select(definitions.c.content).where(definitions.c.sha256 == sha256)).scalar()
    content = found.encode() if isinstance(found, str) else bytes(found or b"")  # somebody may have stored it as text
    return content if hashlib.sha256(content).hexdigest() == sha256 else None


def faults(connection: sa.Connection) -> Iterator[tuple[int, str]]:
    """Every act that is not as it was appended, by its number, and how."""
    last, previous = 0, bytes(32)
    for number, payload, digest in connection.execute(sa.select(rules).order_by(rules.c.number)):
        if number != last + 1:
            yield last + 1, "the act was removed"
        elif not isinstance(payload, bytes | memoryview) or _link(previous, number, bytes(payload)) != bytes(digest):
            yield number, "the act was changed, inserted or moved"
        last, previous = number, bytes(digest)
