"""The words behind digests, against the digests that the log holds: reasons, and what returns said about people."""

import hashlib
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from arflow.evidence.checks.event_contents import Said
from arflow.evidence.checks.finding import Checked, Finding, at
from arflow.store.snapshot import streamed
from arflow.words import counted

AREA = "words"
_TABLES = {"notes": "a reason", "imported_facts": "what a return said"}


class KeptWords:
    """Every row of words, and what became of it: as recorded, changed, or named by no event.

    Words that the log names and nobody keeps were erased: they may be, and are counted only.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self._wrong: dict[str, str] = {}
        self._unnamed: dict[str, str] = {}
        self._found: list[Finding] = []
        self._sound = self._erased = 0
        for table in _TABLES:
            for row in streamed(connection, sa.text(f"select digest, salt, body from {table}")):
                self._take(table, *row)

    def _take(self, table: str, digest: Any, salt: Any, body: Any) -> None:
        name = digest if isinstance(digest, str) else "?"
        self._unnamed[name] = table
        if not is_of(digest, salt, body):
            self._wrong[name] = table

    def see(self, position: int, said: Said) -> None:
        """Take in the digests that an event names."""
        self._named(said.words, at(position), position)

    def see_act(self, number: int, reason: str | None) -> None:
        """Take in the digest of the reason for an act on the rules."""
        self._named([reason] if reason else [], f"act {number} on the rules", None)

    def _named(self, words: list[str], place: str, position: int | None) -> None:
        for digest in words:
            if digest in self._wrong:
                changed = f"{_TABLES[self._wrong[digest]]} was changed: its words are not those that were recorded"
                self._found.append(Finding(area=AREA, place=place, problem=changed, position=position))
            elif digest in self._unnamed:
                self._sound += 1
            else:
                self._erased += 1
            self._unnamed.pop(digest, None)

    def checked(self, *, whole_log: bool = True) -> Checked:
        """All that was found; words that no event names count only where the whole log was seen."""
        erased = f"; {counted(self._erased, 'text')} erased" if self._erased else ""
        sound = f"{counted(self._sound, 'text')} (reasons, returns) as recorded{erased}"
        unnamed = self._not_named() if whole_log else ()
        return Checked(area=AREA, sound=sound, findings=(*self._found, *unnamed))

    def _not_named(self) -> Iterator[Finding]:
        """Words that no event names; a return also says something about people who have no plan."""
        for digest, table in sorted(self._unnamed.items()):
            if digest in self._wrong:
                problem = "its words are not those of its digest"
            elif table == "notes":
                problem = "no event names it: it was put there, or its digest was changed"
            else:
                continue
            yield Finding(area=AREA, place=f"{table} {digest[:12]}", problem=problem)


def is_of(digest: Any, salt: Any, body: Any) -> bool:
    """Whether words with their salt are those of a digest."""
    if not isinstance(salt, bytes) or not isinstance(body, str):
        return False
    return bool(hashlib.sha256(salt + body.encode(errors="surrogatepass")).hexdigest() == digest)
