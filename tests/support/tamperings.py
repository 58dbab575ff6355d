"""Every kind of tampering that arflow is held to: how it is done, what finds it, and what is then said.

docs/reference/tampering.md is made from this list, and tests/evidence/test_tampering.py does each of them.
"""

import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.support.tampered import Files


@dataclass(frozen=True)
class Tampering:
    """`of` is the line of arflow.evidence.coverage that it belongs to; `says` is part of what names its place."""

    what: str
    of: str
    do: Callable[[Files], object]
    says: str = ""


def _sql(*statements: str) -> Callable[[Files], None]:
    return lambda files: files.sql(*statements)


def _raw(*statements: str) -> Callable[[Files], None]:
    return lambda files: files.without_refusals(*statements)


def _chain(*statements: str) -> Callable[[Files], None]:
    return lambda files: files.chain_again(*statements)


def _say(name: str, value: str, columns: str = "") -> Callable[[Files], None]:
    return lambda files: files.forge(lambda said: said.update({name: value}), columns=columns)


def _flip(path: Path, place: int = 100) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


def _page(table: str) -> Callable[[Files], None]:
    def damaged(files: Files) -> None:
        own = files.opened()
        (root,) = own.execute("select rootpage from sqlite_master where name = ?", (table,)).fetchone()
        own.close()
        content = bytearray(files.store.read_bytes())
        content[4096 * (root - 1) : 4096 * (root - 1) + 3000] = b"\xff" * 3000
        files.store.write_bytes(content)

    return damaged


def _cut_manifest(files: Files) -> None:
    files.edit_manifest(lambda entries: entries.pop())
    files.segments()[-1].unlink()


def _in_pack(change: Callable[[dict[str, bytes]], object]) -> Callable[[Files], None]:
    def changed(files: Files) -> None:
        path = files.folder / "pack.zip"
        with zipfile.ZipFile(path) as found:
            content = {name: found.read(name) for name in found.namelist()}
        change(content)
        with zipfile.ZipFile(path, "w") as to:
            for name, one in content.items():
                to.writestr(name, one)

    return changed


def _checkpoint(old: str, new: str) -> Callable[[Files], object]:
    def changed(files: Files) -> None:
        path = files.folder / "checkpoint.json"
        document = json.loads(path.read_text())
        document["document"][old] = new
        path.write_text(json.dumps(document))

    return changed


def _signed_by_another(files: Files) -> None:
    from arflow.evidence import signatures

    path = files.folder / "checkpoint.json"
    document = json.loads(path.read_text())["document"]
    path.write_bytes(signatures.sign(document, signatures.read_private_key(files.folder / "other.key")))


def _lost_document(files: Files) -> None:
    files.file_of_document().unlink()
    files.sql("delete from documents")


def _kept_more(files: Files) -> None:
    """A file in the place, and its row: as an officer keeps one that no act names."""
    import hashlib

    digest = hashlib.sha256(b"Another paper").hexdigest()
    path = files.folder / "arflow-documents" / digest[:2] / digest
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"Another paper")
    files.sql(
        "insert into documents (digest, plan, kind, media_type, size, shared, kept_at, kept_by) select "
        f"'{digest}', plan, kind, media_type, 13, shared, kept_at, kept_by from documents"
    )


_ROW = (
    "stream, version + 90, topic, payload, plan, happened_on, recorded_at, state, hash from events where position = 3"
)
_FORGED = (
    "insert into events select (select max(position) + 1 from events), 'plan/P-0051', 2, 'arflow:SettingChanged', "
    'cast(\'{"event":"SettingChanged","originator_id":"plan/P-0051","originator_version":2,"plan":"P-0051",'
    '"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1","setting":"100009"}\' as blob), '
    "'P-0051', '2026-11-24', '2026-11-24T09:30:00.000000Z', '', x'00'"
)
_CUT = "delete from events where position = (select max(position) from events)"
_NO_TRIGGER = "create trigger events_no_update before update on events begin select 1; end"
_LAST = (
    "delete from plans where ref = 'P-0051'",
    "delete from due where plan = 'P-0051'",
    ("update projection_position set position = position - 1"),
)
CHANGED = "the event was changed, inserted or moved"
REWRITTEN = "the log was rewritten with its chain"

# The first event of the log and the last trade places.
_SWAPPED = (
    "update events set position = 900 where position = 1",
    "update events set position = 1 where stream = 'plan/P-0051'",
    "update events set position = (select max(position) + 1 from events where position < 900) where position = 900",
)

TAMPERINGS: tuple[Tampering, ...] = (
    # events
    Tampering("An event's payload changed", "events", _sql("update events set payload = cast('{}' as blob) where position = 3"), f"position 3: {CHANGED}"),
    Tampering("An event deleted", "events", _sql("delete from events where position = 3"), "position 3: the event was removed"),
    Tampering("The first event deleted", "events", _sql("delete from events where position = 1"), "position 1: the event was removed"),
    Tampering("The last events deleted", "events", _sql("delete from events where position > 8"), "position 9: the event"),
    Tampering("An event inserted before the first", "events", _sql(f"insert into events select 0, {_ROW}"), "position 0: the event was inserted"),
    Tampering("An event added at the end with a wrong hash", "events", _sql(_FORGED), "events were inserted at the end"),
    Tampering("Two events swapped", "events", _sql("update events set position = 103 where position = 3", "update events set position = 3 where position = 4", "update events set position = 4 where position = 103"), f"position 3: {CHANGED}"),
    Tampering("The hash of an event changed", "events", _sql("update events set hash = zeroblob(32) where position = 3"), f"position 3: {CHANGED}"),
    Tampering("The hashes of two events swapped", "events", _sql("create table beside as select position, hash from events where position in (3, 4)", "update events set hash = (select hash from beside where position = 7 - events.position) where position in (3, 4)", "drop table beside"), f"position 3: {CHANGED}"),
    Tampering("The moment of recording changed", "events", _sql("update events set recorded_at = '2025-01-01T00:00:00.000000Z' where position = 3"), f"position 3: {CHANGED}"),
    Tampering("The day of an event changed", "events", _sql("update events set happened_on = '2025-01-01' where position = 3"), f"position 3: {CHANGED}"),
    Tampering("An event moved to another version of its case", "events", _sql("update events set version = 77 where position = 3"), f"position 3: {CHANGED}"),
    # columns beside the payload, with a new chain
    Tampering("Column `happened_on` changed, with a new chain", "columns of an event", _chain("update events set happened_on = '2025-01-01' where position = 3"), "position 3: its column happened_on"),
    Tampering("Column `plan` changed, with a new chain", "columns of an event", _chain("update events set plan = 'P-0002' where position = 3"), "position 3: its column plan"),
    Tampering("Column `stream` changed, with a new chain", "columns of an event", _chain("update events set stream = 'review/R-1' where position = 3"), "position 3: its column stream"),
    Tampering("Column `topic` changed, with a new chain", "columns of an event", _chain("update events set topic = 'arflow:Other' where position = 3"), "position 3: its column topic"),
    Tampering("Column `state` changed, with a new chain", "columns of an event", _chain("update events set state = 'concluded' where position = 3"), "position 3: its column state"),
    Tampering("A payload that is not JSON, with a new chain", "columns of an event", _chain("update events set payload = cast('nonsense' as blob) where position = 3"), "position 3: its payload is not JSON"),
    Tampering("A payload that is not text, with a new chain", "columns of an event", _chain("update events set payload = x'ff00ff' where position = 3"), "position 3: its payload is not"),
    # kinds of value
    Tampering("A payload stored as text", "kinds of value", _sql("update events set payload = cast(payload as text) where position = 3"), "position 3: the event cannot be checked: its payload is stored as text"),
    Tampering("A payload stored as a number", "kinds of value", _sql("update events set payload = 9 where position = 3"), "position 3: the event cannot be checked: its payload is stored as a number"),
    Tampering("A hash stored as text", "kinds of value", _sql("update events set hash = hex(hash) where position = 3"), "position 3: the event cannot be checked: its hash is stored as text"),
    # chain head
    Tampering("The head of the chain deleted", "head of the chain", _sql("delete from chain_head"), "the head of the chain cannot be read"),
    Tampering("The hash of the head changed", "head of the chain", _sql("update chain_head set hash = zeroblob(32)"), "does not agree with the head of the chain"),
    Tampering("The head moved on", "head of the chain", _sql("update chain_head set position = position + 5"), "were removed"),
    Tampering("The head moved back", "head of the chain", _sql("update chain_head set position = position - 1"), "events were inserted at the end"),
    Tampering("The hash of the head stored as text", "head of the chain", _sql("update chain_head set hash = hex(hash)"), "the head of the chain cannot be read"),
    # rules
    Tampering("The acts on the rules deleted", "acts on the rules", _sql("delete from rules"), "rules: none is published"),
    Tampering("An act on the rules from another day", "acts on the rules", _sql("update rules set payload = cast(replace(cast(payload as text), '2014-09-01', '2015-09-01') as blob) where number = 1"), "act 1 on the rules: the act was changed"),
    Tampering("The text of a definition changed", "texts of definitions", _sql("update definitions set content = content || x'0a'"), "the text of annual_review.2015 is not kept as it was published"),
    # versions
    Tampering("An event deleted and all numbered again, with a new chain", "numbers of a case", _chain("delete from events where position = 5", "update events set position = position - 1 where position > 5", "update projection_position set position = position - 1"), "its last event is number"),
    # moments
    Tampering("A moment of recording set back, with a new chain", "moment of recording", _say("recorded_at", "2025-01-01T00:00:00Z", ", recorded_at = '2025-01-01T00:00:00.000000Z'"), "position 3: was recorded at 2025-01-01"),
    # schema
    Tampering("A trigger dropped", "tables", _raw("drop trigger events_no_update"), "trigger events.events_no_update: was removed"),
    Tampering("A trigger replaced by one that refuses nothing", "tables", _raw("drop trigger events_no_update", _NO_TRIGGER), "trigger events.events_no_update: was changed"),
    Tampering("A trigger added", "tables", _raw("create trigger quiet after insert on notes begin update notes set body = ''; end"), "trigger notes.quiet: was added"),
    Tampering("An index dropped", "tables", _raw("drop index events_plan"), "index events.events_plan: was removed"),
    Tampering("An index added", "tables", _raw("create index mine on events (state)"), "index events.mine: was added"),
    Tampering("A column added", "tables", _raw("alter table events add column more text"), "column events.more: was added"),
    Tampering("A column dropped", "tables", _raw("alter table people drop column advocate"), "column people.advocate: was removed"),
    Tampering("A column of the log renamed", "tables", _raw("alter table events rename column payload to other"), "column events.payload: was removed"),
    Tampering("A table dropped", "tables", _raw("drop table tracking"), "table tracking: was removed"),
    # pages
    Tampering("A page of the log overwritten", "pages of the database", _page("events"), "cannot be read (its part of the database is damaged)"),
    Tampering("A page of another table overwritten", "pages of the database", _page("people"), "table people: cannot be read to its end"),
    # words
    Tampering("A reason changed", "words of reasons", _sql("update notes set body = 'Another reason' where body like 'The family%'"), "a reason was changed"),
    Tampering("The salt of a reason changed", "words of reasons", _sql("update notes set salt = zeroblob(16) where body like 'The family%'"), "a reason was changed"),
    Tampering("The digest of a reason changed", "words of reasons", _sql("update notes set digest = '" + "ab" * 32 + "' where body like 'The family%'"), "notes abababababab: its words are not those of its digest"),
    Tampering("A reason added", "words of reasons", _sql("insert into notes values ('bd13bb65e5fd39062d31ff8cf4bb43ca8c57d0d26f4e7a8dc0cd26d65bf3c9e9', x'00', 'Added')"), "notes bd13bb65e5fd"),
    Tampering("What a return said changed", "what returns said", _sql("update imported_facts set body = '{}'"), "imported_facts"),
    # documents
    Tampering("A document's row deleted", "what is known of documents", _sql("delete from documents"), "was removed: its file is still there"),
    Tampering("A document's row deleted with its file", "what is known of documents", _lost_document, "of which nothing is known"),
    Tampering("A document moved to another plan", "what is known of documents", _sql("update documents set plan = 'P-0002', review = null"), "of P-0001 was removed"),
    Tampering("A document moved to a plan that is not there", "what is known of documents", _sql("update documents set plan = 'P-9', review = null"), "is filed on P-9, of which the log knows nothing"),
    Tampering("A document moved to another plan's review", "what is known of documents", _sql("update documents set review = 'R-2025-000002'"), "which is no review of P-0001"),
    Tampering("A document marked as disposed of", "what is known of documents", _sql("update documents set disposed_at = kept_at"), "is marked as disposed of, and no event says so"),
    Tampering("A document marked as removed", "what is known of documents", _sql("update documents set removed_at = kept_at"), "is marked as removed, and was not disposed of"),
    Tampering("The size of a document changed", "what is known of documents", _sql("update documents set size = 9"), "and its row says another size"),
    Tampering("A document's file changed", "files of documents", lambda files: files.file_of_document().write_bytes(b"Other advice"), "its file was altered"),
    Tampering("A document's file deleted", "files of documents", lambda files: files.file_of_document().unlink(), "its file is missing"),
    # lists
    Tampering("A row of the plans changed", "lists", _sql("update plans set review_due = '2029-01-01' where ref = 'P-0001'"), "P-0001: the list says review_due 2029-01-01"),
    Tampering("A row of the reviews deleted", "lists", _sql("delete from reviews where id = 'R-2025-000001'"), "R-2025-000001: the list says nothing"),
    Tampering("What is due deleted", "lists", _sql("delete from due where plan = 'P-0002'"), "P-0002"),
    Tampering("A plan added to the list", "lists", _sql("create table beside as select * from plans where ref = 'P-0001'", "update beside set ref = 'P-0009'", "insert into plans select * from beside", "drop table beside"), "P-0009: the list says state maintained, the log nothing"),
    Tampering("The position of the lists moved on", "lists", _sql("update projection_position set position = 99"), "stand for event 99"),
    # a new chain
    Tampering("What an event says changed, with a new chain", "log with a new chain", _say("recorded_by", "S-9"), REWRITTEN),
    Tampering("The first and the last event swapped, with a new chain", "log with a new chain", _chain(*_SWAPPED), "it is another log"),
    Tampering("An act on the rules said to be of another moment, with a new chain", "rules with a new chain", lambda files: files.rules_again(recorded_at="2026-01-01T00:00:00Z"), "on the rules: were rewritten with their chain"),
    Tampering("The end cut with its head, before a checkpoint", "end of the log up to a checkpoint", _chain("delete from events where position > 5"), "events were removed from its end"),
    # the checkpoint itself
    Tampering("A checkpoint changed", "checkpoint", _checkpoint("made_at", "2020-01-01T00:00:00Z"), "was changed after it was signed"),
    Tampering("A checkpoint signed with another key", "checkpoint", _signed_by_another, "was signed with another key"),
    # archive
    Tampering("A file of the archive changed", "archive", lambda files: _flip(files.segments()[0]), "position 1: the file was changed"),
    Tampering("A file of the archive deleted", "archive", lambda files: files.segments()[0].unlink(), "position 1: the file is missing"),
    Tampering("The last line of the manifest deleted", "archive", lambda files: files.edit_manifest(lambda entries: entries.pop()), "is not in the manifest"),
    Tampering("The last line of the manifest deleted with its file", "archive", _cut_manifest, "the archive ends before here"),
    Tampering("The first line of the manifest deleted", "archive", lambda files: files.edit_manifest(lambda entries: entries.pop(0)), "follows position 0 in the manifest"),
    Tampering("Two lines of the manifest swapped", "archive", lambda files: files.edit_manifest(lambda entries: entries.reverse()), "follows position"),
    # pack
    Tampering("A page of a pack changed", "pack of evidence", _in_pack(lambda content: content.update({"index.html": b"<p>All is well"})), "index.html: was changed"),
    Tampering("A file added to a pack", "pack of evidence", _in_pack(lambda content: content.update({"more.html": b"<p>More"})), "more.html: was added"),
    Tampering("A file taken from a pack", "pack of evidence", _in_pack(lambda content: content.pop("README.txt")), "README.txt: was removed"),
    Tampering("The manifest of a pack changed", "pack of evidence", _in_pack(lambda content: content.update({"manifest.json": content["manifest.json"].replace(b"2026-11-24", b"2026-11-25")})), "manifest.json: was changed after it was signed"),
    # nothing finds these
    Tampering("An event forged at the end, with a right hash", "log after the newest checkpoint", _chain(_FORGED)),
    Tampering("The end cut with its head and its lists, after the newest checkpoint", "log after the newest checkpoint", _chain(_CUT, *_LAST)),
    Tampering("A reason deleted", "words that were erased", _sql("delete from notes where body like 'The family%'")),
    Tampering("An officer renamed", "officers and people", _sql("update officers set name = 'B. Other' where name = 'A. Officer'")),
    Tampering("An officer deleted", "officers and people", _sql("delete from officers")),
    Tampering("A person changed", "officers and people", _sql("update people set name = 'Another Name'")),
    Tampering("A person deleted", "officers and people", _sql("delete from people")),
    Tampering("A hold deleted", "holds", _sql("delete from holds")),
    Tampering("The reason of a hold changed", "holds", _sql("update holds set reason = 'another'")),
    Tampering("A message on its way out changed", "mail", _sql("update dispatches set kind = 'reminder'")),
    Tampering("A message on its way out deleted", "mail", _sql("delete from dispatches")),
    Tampering("The name and kind of a document changed", "names and kinds of documents", _sql("update documents set name = 'b.txt', kind = 'report'")),
    Tampering("A document added that no act names", "names and kinds of documents", _kept_more),
)  # fmt: skip
