"""What may be erased: the names of officers, and the words behind a digest. The people of a case are in `people`."""

import hashlib
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice

import msgspec
import sqlalchemy as sa

from arflow.errors import RowRefused
from arflow.store.engine import writing
from arflow.store.erased_pages import note_erasure

_NOTES_AT_A_TIME = 500
metadata = sa.MetaData()

officers = sa.Table(
    "officers",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
)
notes = sa.Table(
    "notes",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("salt", sa.LargeBinary, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)


# What a trail shows in the place of words that somebody changed.
CHANGED = "(not the words that were recorded: see `arflow verify`)"


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """Words kept outside the log: `digest` is the SHA-256, in hex, of a random salt and the text.

    The salt is erased with the text, so that short words cannot be guessed back from the digest.
    """

    digest: str
    salt: bytes
    body: str

    @property
    def is_as_recorded(self) -> bool:
        """Whether these are the words that the digest in the log stands for."""
        return hashlib.sha256(self.salt + self.body.encode()).hexdigest() == self.digest


def draft_note(body: str) -> Note:
    """A note not yet kept, so that a refused act leaves no words behind."""
    salt = secrets.token_bytes(16)
    return Note(digest=hashlib.sha256(salt + body.encode()).hexdigest(), salt=salt, body=body)


def keep_notes(connection: sa.Connection, drafted: Sequence[Note]) -> None:
    """Keep drafted notes within the transaction that appends the events which name them."""
    if drafted:
        connection.execute(sa.insert(notes), [msgspec.structs.asdict(note) for note in drafted])


def new_officer_id() -> str:
    """An id that says nothing of the officer; it is what the log knows them by."""
    return f"S-{secrets.token_hex(4)}"


def same_name(name: str) -> str:
    """What two ways to type the name of one officer have in common."""
    return " ".join(name.split()).casefold()


def keep_officers(connection: sa.Connection, drafted: Mapping[str, str]) -> None:
    """Keep officers' ids by their names within the transaction that appends the events which name them.

    RowRefused where somebody else was quicker to keep one of the names.
    """
    if drafted:
        rows = [{"id": officer, "name": name} for name, officer in drafted.items()]
        connection.execute(sa.insert(officers), rows)


def erase_notes(connection: sa.Connection, digests: Collection[str]) -> int:
    """Forget the words behind digests, with their salts, within a transaction; how many there were."""
    return sum(
        connection.execute(sa.delete(notes).where(notes.c.digest.in_(some))).rowcount for some in _batches(digests)
    )


def _kept(connection: sa.Connection, digests: Sequence[str]) -> Iterator[str]:
    yield from connection.execute(sa.select(notes.c.digest).where(notes.c.digest.in_(digests))).scalars()


def _batches(digests: Collection[str]) -> Iterator[list[str]]:
    rest = iter(sorted(digests))
    while some := list(islice(rest, _NOTES_AT_A_TIME)):
        yield some


class Directory:
    """The erasable tables of one store. The log holds officer ids and digests, never what stands here."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._known: dict[str, str] = {}

    def officer_id(self, name: str) -> str:
        """The id that stands for an officer in the log, given once and kept."""
        if name not in self._known:
            self._known[name] = self.known_officer(name) or self._allocate(" ".join(name.split()))
        return self._known[name]

    def officers_named(self, name: str) -> list[str]:
        """The ids of the officers of a name whatever the case of its letters; an older store may have several."""
        return sorted(id_ for id_, one in self.officer_names().items() if same_name(one) == same_name(name))

    def officer_names(self) -> dict[str, str]:
        """Each officer's name by id; an erased officer is not in it."""
        with self._engine.connect() as connection:
            return {row.id: row.name for row in connection.execute(sa.select(officers))}

    def known_officer(self, name: str) -> str | None:
        """The id of an officer who has one already, whatever the case of the letters of the name."""
        found = self._known.get(name) or self._find(name) or next(iter(self.officers_named(name)), None)
        if found:
            self._known[name] = found
        return found

    def _find(self, name: str) -> str | None:
        with self._engine.connect() as connection:
            return connection.execute(sa.select(officers.c.id).where(officers.c.name == name)).scalar()

    def _allocate(self, name: str) -> str:
        """A new id that says nothing of the name; somebody else's, if they were quicker."""
        officer = new_officer_id()
        try:
            with writing(self._engine) as connection:
                connection.execute(sa.insert(officers).values(id=officer, name=name))
        except RowRefused:
            return self._find(name) or self._allocate(name)
        return officer

    def erase_officer(self, officer: str) -> None:
        """Forget an officer's name; the log keeps the id."""
        with writing(self._engine) as connection:
            connection.execute(sa.delete(officers).where(officers.c.id == officer))
            note_erasure(connection)
        self._known.clear()

    def read_note(self, digest: str) -> str | None:
        """The words behind a digest, or None once they are erased; words that are not those recorded are never told."""
        found = self.note(digest)
        return None if found is None else found.body if found.is_as_recorded else CHANGED

    def note(self, digest: str) -> Note | None:
        """The words behind a digest with their salt, which shows that they are the words recorded."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(notes).where(notes.c.digest == digest)).first()
        return Note(digest=row.digest, salt=bytes(row.salt), body=row.body) if row else None

    def erase_note(self, digest: str) -> None:
        """Forget the words; the digest in the log stays."""
        with writing(self._engine) as connection:
            erase_notes(connection, [digest])
            note_erasure(connection)

    def kept_notes(self, digests: Collection[str]) -> frozenset[str]:
        """Those of some digests whose words are kept."""
        with self._engine.connect() as connection:
            return frozenset(found for some in _batches(digests) for found in _kept(connection, some))
