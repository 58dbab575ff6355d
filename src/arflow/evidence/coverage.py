"""Which changes of a store, and of what leaves it, are found: by what, and which never are."""

from typing import Literal, get_args

import msgspec

FoundBy = Literal["arflow verify", "a checkpoint", "arflow archive --verify", "arflow evidence verify", "nothing"]
FOUND_BY: tuple[FoundBy, ...] = get_args(FoundBy)


class Covered(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of change: what was changed, what finds it, and how, or why nothing does."""

    changed: str
    found_by: FoundBy
    how: str


def _covered(changed: str, found_by: FoundBy, how: str) -> Covered:
    return Covered(changed=changed, found_by=found_by, how=how)


COVERAGE: tuple[Covered, ...] = (
    _covered("events", "arflow verify", "Each hash covers the event and the hash before it."),
    _covered("columns of an event", "arflow verify", "They repeat what the event says."),
    _covered("numbers of a case", "arflow verify", "The events of a plan or a review are numbered without a gap."),
    _covered("kinds of value", "arflow verify", "arflow writes numbers, text and bytes, each in its own column."),
    _covered("head of the chain", "arflow verify", "It names the last event and its hash."),
    _covered("moment of recording", "arflow verify", "A moment before that of the event ahead is named as a doubt."),
    _covered("tables", "arflow verify", "Columns, keys, indexes and triggers are compared with what arflow makes."),
    _covered("pages of the database", "arflow verify", "Every table is read to its end; SQLite checks its own file."),
    _covered("words of reasons", "arflow verify", "The log holds the SHA-256 of each, with a salt."),
    _covered("what returns said", "arflow verify", "The log holds the SHA-256 of each, with a salt."),
    _covered(
        "what is known of documents", "arflow verify", "The log names documents, their plans and their disposals."
    ),
    _covered("files of documents", "arflow verify", "Each is kept under its SHA-256."),
    _covered(
        "acts on the rules",
        "arflow verify",
        "Each hash covers the act and the hash before it.",
    ),
    _covered("texts of definitions", "arflow verify", "Each is kept under its SHA-256."),
    _covered("lists", "arflow verify", "Every row is compared with what the log gives."),
    _covered("log with a new chain", "a checkpoint", "It holds hashes over every event up to it."),
    _covered("rules with a new chain", "a checkpoint", "It holds how many acts there were, and the hash of the last."),
    _covered("end of the log up to a checkpoint", "a checkpoint", "It says how many events there were."),
    _covered("checkpoint", "a checkpoint", "It is signed: give --public-key."),
    _covered("archive", "arflow archive --verify", "The manifest holds digests; --with-store or --checkpoint its end."),
    _covered("pack of evidence", "arflow evidence verify", "A signed manifest holds the SHA-256 of every file."),
    _covered(
        "log after the newest checkpoint", "nothing", "Whoever can write the store can make a chain: take one each day."
    ),
    _covered(
        "words that were erased", "nothing", "Words may be erased. They are counted, and cannot come back changed."
    ),
    _covered("officers and people", "nothing", "Names can be erased, so the log holds none to compare with."),
    _covered("holds", "nothing", "A hold is no event: it keeps papers from disposal, which the log does record."),
    _covered("mail", "nothing", "Messages can be erased. What left and what came in is in the log."),
    _covered("names and kinds of documents", "nothing", "They may hold a family's data; the log has the SHA-256 only."),
)


def how_of(changed: str) -> Covered:
    """The line of a kind of change."""
    return next(one for one in COVERAGE if one.changed == changed)
