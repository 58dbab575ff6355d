"""What is known of each document: whose case it belongs to, what it is, how old, and that it was disposed of."""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime
from typing import Any, Literal, get_args

import msgspec
import sqlalchemy as sa

from arflow.errors import NotFound, NotPossible

DocumentKind = Literal[
    "advice",
    "report",
    "plan",
    "final_plan",
    "amendments",
    "letter",
    "bundle",
    "invitation",
    "received",
    "evidence",
    "term_list",
    "other",
]
KINDS: tuple[DocumentKind, ...] = get_args(DocumentKind)
_SHORTEST = 6

metadata = sa.MetaData()
documents = sa.Table(
    "documents",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("plan", sa.Text, primary_key=True),
    sa.Column("review", sa.Text),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("name", sa.Text),
    sa.Column("written_on", sa.String(10)),
    sa.Column("shared", sa.Boolean, nullable=False),
    sa.Column("kept_at", sa.String(32), nullable=False),
    sa.Column("kept_by", sa.Text, nullable=False),
    sa.Column("disposed_at", sa.String(32)),
    sa.Column("disposed_by", sa.Text),
    sa.Column("rule", sa.Text),
    sa.Column("removed_at", sa.String(32)),
    sa.Index("documents_plan", "plan"),
    sa.Index("documents_review", "review"),
)


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A file of one case, by its SHA-256 in hex; `size` in bytes, `name` none once it is disposed of.

    `shared` is a form or leaflet with nobody's data, which may go out in every case. `removed_at` says when the file
    itself went, which follows the recorded disposal.
    """

    digest: str
    plan: str
    review: str | None = None
    kind: DocumentKind
    media_type: str
    size: int
    name: str | None
    written_on: date | None = None
    shared: bool = False
    kept_at: datetime
    kept_by: str
    disposed_at: datetime | None = None
    disposed_by: str | None = None
    rule: str | None = None
    removed_at: datetime | None = None


def alone(connection: sa.Connection) -> None:
    """Let nobody else write documents until the transaction ends; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("lock table documents in share row exclusive mode")


def of_digest(connection: sa.Connection, digest: str) -> list[Document]:
    """Every case's row of one file, the first kept first."""
    query = sa.select(documents).where(documents.c.digest == digest).order_by(documents.c.kept_at, documents.c.plan)
    return [_read(row) for row in connection.execute(query)]


def where(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> Iterator[Document]:
    """The documents that meet conditions, in the order they were kept."""
    query = sa.select(documents).where(*conditions).order_by(documents.c.kept_at, documents.c.digest, documents.c.plan)
    for row in connection.execute(query):
        yield _read(row)


def whole_digest(connection: sa.Connection, beginning: str) -> str:
    """The one digest that begins so; NotFound for none, NotPossible where several do. Capitals, as Windows prints, will do."""
    beginning = beginning.lower()
    if len(beginning) < _SHORTEST or not set(beginning) <= set("0123456789abcdef"):
        raise NotFound("document", beginning, f"give at least {_SHORTEST} characters of its SHA-256, 0-9 and a-f")
    query = sa.select(documents.c.digest).where(documents.c.digest.startswith(beginning)).distinct().limit(2)
    found = [row.digest for row in connection.execute(query)]
    if not found:
        raise NotFound("document", beginning, "see `arflow document list`")
    if len(found) > 1:
        raise NotPossible(f"several documents begin with {beginning}: give more of the digest")
    return str(found[0])


def check_family(known: Collection[Document], document: Document) -> None:
    """NotPossible where the same file is another case's, and nobody said that it has no family's data in it."""
    others = sorted({one.plan for one in known if one.plan != document.plan})
    if others and not document.shared:
        raise NotPossible(
            f"this file is already kept for another case than {document.plan}: {', '.join(others)}; check which case it "
            "belongs to, and keep a blank form or a leaflet with --shared"
        )


def put(connection: sa.Connection, document: Document) -> None:
    """Write a document's row, in place of that of an earlier keeping that was disposed of."""
    key = (documents.c.digest == document.digest, documents.c.plan == document.plan)
    connection.execute(sa.delete(documents).where(*key))
    connection.execute(sa.insert(documents).values(_row(document)))


def put_all(connection: sa.Connection, documents_of_cases: Collection[Document]) -> None:
    """Write the rows of documents that are new."""
    connection.execute(sa.insert(documents), [_row(document) for document in documents_of_cases])


def _row(document: Document) -> dict[str, Any]:
    return {name: _stored(value) for name, value in msgspec.structs.asdict(document).items()}


def _stored(value: Any) -> Any:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
        case _:
            return value


def _read(row: sa.Row[Any]) -> Document:
    return msgspec.convert(row, Document, from_attributes=True)
