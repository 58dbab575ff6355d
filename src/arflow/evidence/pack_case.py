"""One case of a pack: its events with their proofs, the trail that tells them, and its duties with the proof of each."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from arflow.case import proceeding_duties
from arflow.case.case import fold
from arflow.case.duties import of_review
from arflow.case.lateness import explained_of
from arflow.case.plan_facts import review_facts
from arflow.case.proofs import Proof, prove
from arflow.errors import NotPossible
from arflow.events import AnyEvent, ReviewOpened, WorkflowMigrated, read
from arflow.evidence.checkpoints import Checkpoint
from arflow.evidence.merkle import inclusion_spans
from arflow.evidence.trail import Trail, trail
from arflow.evidence.zip_file import as_json
from arflow.telling.sentences import Teller

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow
    from arflow.evidence.merkle import Tree
    from arflow.evidence.survey import Streams
    from arflow.store import LogRow

EVENTS_FORM = "arflow-events-1"


class Proving(msgspec.Struct, frozen=True, kw_only=True):
    """What a case is proved with: the checkpoint, and the two trees that give its paths."""

    checkpoint: Checkpoint
    events: "Tree"
    streams: "Streams"


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """How to tell a case: when the pack was made, as of which day, and with or without names and words."""

    made_at: datetime
    today: date
    teller: Teller
    redacted: bool


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A document that an event refers to; arflow holds its id, URL or digest, not the document."""

    position: int
    case: str
    event: str
    on: date
    reference: str


class PackedCase(msgspec.Struct, frozen=True, kw_only=True):
    """A case as the pack shows it."""

    plan: str
    trail: Trail
    proofs: tuple[Proof, ...]
    documents: tuple[Document, ...]
    files: dict[str, bytes]
    definitions: dict[str, str]


def pack_case(app: "Arflow", ref: str, proving: Proving, telling: Telling) -> PackedCase:
    """Everything about a plan and its reviews, of the events up to the checkpoint."""
    rows = [row for row in app.log_store.read_case(ref) if row.position <= proving.checkpoint.size]
    events = [read(row) for row in rows]
    told = trail(
        app,
        ref,
        made_at=telling.made_at,
        upto=(proving.checkpoint.size, proving.checkpoint.head),
        teller=telling.teller,
    )
    proofs = tuple(_proofs(app, events, telling.today))
    documents = tuple(_documents(rows, events))
    files = {
        "events.json": _events(ref, rows, proving),
        "trail.json": as_json(sorted((line for part in told.parts for line in part.lines), key=lambda x: x.position)),
        "duties.json": as_json(proofs),
        "documents.json": as_json(documents),
    }
    if not telling.redacted:
        files["words.json"] = as_json(dict(_words(app, events)))
    return PackedCase(
        plan=ref, trail=told, proofs=proofs, documents=documents, files=files, definitions=dict(_definitions(events))
    )


def streams_of(rows: "list[LogRow]") -> list[str]:
    """The streams of a case, in the order they began."""
    return list(dict.fromkeys(row.stream for row in rows))


def _events(ref: str, rows: "list[LogRow]", proving: Proving) -> bytes:
    """The rows as they stand in the log, each with its path to the root, and the last version of each stream."""
    size, streams = proving.checkpoint.size, proving.streams
    events = [
        {**_row(row), "path": _hexed(proving.events.hashes(inclusion_spans(row.position - 1, size)))} for row in rows
    ]
    places = [
        {
            "stream": name,
            "index": streams.places[name][0],
            "last": streams.places[name][1],
            "path": _hexed(streams.path(name)),
        }
        for name in streams_of(rows)
    ]
    return as_json({"form": EVENTS_FORM, "plan": ref, "streams": places, "events": events})


def _row(row: "LogRow") -> dict[str, Any]:
    """A row's columns without its chain hash, which only the whole log can show."""
    found = row._asdict()
    del found["hash"]
    try:
        return {**found, "payload": bytes(row.payload).decode()}
    except UnicodeDecodeError:
        raise NotPossible(f"event {row.position} is not text: see `arflow verify`") from None


def _hexed(path: list[bytes]) -> list[str]:
    return [node.hex() for node in path]


def _proofs(app: "Arflow", events: list[AnyEvent], today: date) -> Iterator[Proof]:
    """The proof of each duty of the plan and of its reviews, as of a day."""
    case, current = fold(events), app.current_workflow(today)
    for duty, facts in proceeding_duties.counted(case.plan, current, today):
        yield prove(case.plan.ref, duty, facts, current, today, explained=explained_of(case.plan, None, duty))
    for review in case.reviews.values():
        workflow = app.workflow(review.workflow)
        facts = review_facts(review, case.plan, workflow)
        for duty in of_review(workflow, review.kind, review.arranged_by, facts, today):
            yield prove(review.id, duty, facts, workflow, today, explained=explained_of(case.plan, review.id, duty))


def _documents(rows: "list[LogRow]", events: list[AnyEvent]) -> Iterator[Document]:
    for row, event in zip(rows, events, strict=True):
        for reference in event.references:
            yield Document(
                position=row.position,
                case=event.originator_id.partition("/")[2],
                event=event.name,
                on=event.on,
                reference=reference,
            )


def _words(app: "Arflow", events: list[AnyEvent]) -> Iterator[tuple[str, dict[str, str]]]:
    """The words behind digests, with the salt that shows they are the words recorded; those erased are not there."""
    for event in events:
        for digest in event.words:
            note = app.directory.note(digest)
            if note:
                yield note.digest, {"salt": note.salt.hex(), "words": note.body}


def _definitions(events: list[AnyEvent]) -> Iterator[tuple[str, str]]:
    """The definitions that the reviews went under, with the digest each was recorded with."""
    return ((e.workflow, e.workflow_sha256) for e in events if isinstance(e, ReviewOpened | WorkflowMigrated))
