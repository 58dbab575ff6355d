"""What may be erased: the names of officers and children, dates of birth, and the words behind a digest."""

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from arflow.store.engine import WRITING

metadata = sa.MetaData()

officers = sa.Table(
    "officers",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
)
people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("plan", sa.Text, nullable=False, index=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("date_of_birth", sa.String(10)),
    sa.UniqueConstraint("plan", "role", "name", name="people_once"),
)
notes = sa.Table(
    "notes",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("salt", sa.LargeBinary, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)
# What a SEN2 return says of a person, one row a version: only ever added to, and erased by plan.
imported_facts = sa.Table(
    "imported_facts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("plan", sa.Text, nullable=False, index=True),
    sa.Column("recorded_at", sa.String(27), nullable=False),
    sa.Column("recorded_by", sa.Text, nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("salt", sa.LargeBinary, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in a case, by role; `child` is the child or young person."""

    plan: str
    role: str
    name: str
    date_of_birth: date | None = None


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """Words kept outside the log: `digest` is the SHA-256, in hex, of a random salt and the text.

    The salt is erased with the text, so that short words cannot be guessed back from the digest.
    """

    digest: str
    salt: bytes
    body: str


def draft_note(body: str) -> Note:
    """A note not yet kept, so that a refused act leaves no words behind."""
    salt = secrets.token_bytes(16)
    return Note(digest=hashlib.sha256(salt + body.encode()).hexdigest(), salt=salt, body=body)


def keep_notes(connection: sa.Connection, drafted: Sequence[Note]) -> None:
    """Keep drafted notes within the transaction that appends the events which name them."""
    if drafted:
        connection.execute(sa.insert(notes), [msgspec.structs.asdict(note) for note in drafted])


class Directory:
    """The erasable tables of one store. The log holds officer ids and digests, never what stands here."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._known: dict[str, str] = {}

    def officer_id(self, name: str) -> str:
        """The id that stands for an officer in the log, given once and kept."""
        if name not in self._known:
            self._known[name] = self._find(name) or self._allocate(name)
        return self._known[name]

    def officer_names(self) -> dict[str, str]:
        """Each officer's name by id; an erased officer is not in it."""
        with self._engine.connect() as connection:
            return {row.id: row.name for row in connection.execute(sa.select(officers))}

    def known_officer(self, name: str) -> str | None:
        """The id of an officer who has one already."""
        return self._find(name)

    def _find(self, name: str) -> str | None:
        with self._engine.connect() as connection:
            return connection.execute(sa.select(officers.c.id).where(officers.c.name == name)).scalar()

    def _allocate(self, name: str) -> str:
        """A new id that says nothing of the name; somebody else's, if they were quicker."""
        officer = f"S-{secrets.token_hex(4)}"
        try:
            with self._writing() as connection:
                connection.execute(sa.insert(officers).values(id=officer, name=name))
        except IntegrityError:
            return self._find(name) or self._allocate(name)
        return officer

    def erase_officer(self, officer: str) -> None:
        """Forget an officer's name; the log keeps the id."""
        with self._writing() as connection:
            connection.execute(sa.delete(officers).where(officers.c.id == officer))
        self._known.clear()

    def read_note(self, digest: str) -> str | None:
        """The words behind a digest, or None once they are erased."""
        with self._engine.connect() as connection:
            return connection.execute(sa.select(notes.c.body).where(notes.c.digest == digest)).scalar()

    def note(self, digest: str) -> Note | None:
        """The words behind a digest with their salt, which shows that they are the words recorded."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(notes).where(notes.c.digest == digest)).first()
        return Note(digest=row.digest, salt=bytes(row.salt), body=row.body) if row else None

    def erase_note(self, digest: str) -> None:
        """Forget the words; the digest in the log stays."""
        with self._writing() as connection:
            connection.execute(sa.delete(notes).where(notes.c.digest == digest))

    def add_people(self, found: list[Person]) -> None:
        """Keep people; somebody already there in the same role is left as they are."""
        if not found:
            return
        statement = sa.text(
            "insert into people (plan, role, name, date_of_birth) values (:plan, :role, :name, :born) on conflict do nothing"
        )
        rows = [{"plan": p.plan, "role": p.role, "name": p.name, "born": _iso(p.date_of_birth)} for p in found]
        with self._writing() as connection:
            connection.execute(statement, rows)

    def people_of(self, plan: str) -> Iterator[Person]:
        """Those kept for a plan."""
        query = sa.select(people).where(people.c.plan == plan).order_by(people.c.id)
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        for row in rows:
            born = date.fromisoformat(row.date_of_birth) if row.date_of_birth else None
            yield Person(plan=row.plan, role=row.role, name=row.name, date_of_birth=born)

    def erase_people(self, plan: str) -> int:
        """Forget everybody kept for a plan, and what SEN2 returns said of them; how many people there were."""
        with self._writing() as connection:
            connection.execute(sa.delete(imported_facts).where(imported_facts.c.plan == plan))
            gone = connection.execute(sa.delete(people).where(people.c.plan == plan).returning(people.c.id)).all()
        return len(gone)

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        with self._engine.connect().execution_options(**WRITING) as connection, connection.begin():
            yield connection


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
