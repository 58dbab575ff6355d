"""A whole authority's files to tamper with: a store with its documents, an archive, a checkpoint and a pack."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from arflow import Asking
from arflow.application.arflow import Arflow
from arflow.case import review_commands as c
from arflow.evidence import checkpoints, pack, signatures
from arflow.evidence.sample import Named
from arflow.history.archive import archive
from arflow.papers.documents import documents_of
from arflow.people import Person
from arflow.sen2.form.record import Record
from arflow.sen2.returned import told_facts
from arflow.store import rules_ledger
from arflow.store.chain import COLUMN_NAMES, GENESIS, link
from arflow.store.engine import writing
from tests.support.cases import Cases, day

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
REASON = "The family asked for another day"


@dataclass(frozen=True)
class Files:
    """The files of one authority in a folder; `sql` does what the triggers forbid and leaves them as they were."""

    folder: Path

    @property
    def store(self) -> Path:
        return self.folder / "arflow.db"

    @property
    def url(self) -> str:
        return f"sqlite:///{self.store}"

    def opened(self) -> sqlite3.Connection:
        return sqlite3.connect(self.store, isolation_level=None)

    def sql(self, *statements: str) -> None:
        with closing(self.opened()) as own:
            triggers = own.execute("select name, sql from sqlite_master where type = 'trigger'").fetchall()
            for name, _ in triggers:
                own.execute(f"drop trigger {name}")
            for statement in statements:
                own.execute(statement)
            for _, made in triggers:
                own.execute(made)

    def without_refusals(self, *statements: str) -> None:
        """Statements as they are: those that change the triggers themselves."""
        with closing(self.opened()) as own:
            for statement in statements:
                own.execute(statement)

    def chain_again(self, *statements: str) -> None:
        """Change the log, and make its whole chain again: what somebody with the code and the database can do."""
        self.sql(*statements)
        with closing(self.opened()) as own:
            rows = own.execute(f"select {', '.join(COLUMN_NAMES)} from events order by position").fetchall()
        previous, changes = GENESIS, []
        for row in rows:
            previous = link(previous, row)
            changes.append(f"update events set hash = x'{previous.hex()}' where position = {row[0]}")
        self.sql(*changes, f"update chain_head set position = {rows[-1][0]}, hash = x'{previous.hex()}'")

    def rules_again(self, **change: str) -> None:
        """Change what the first act on the rules says, and make the chain of the ledger again."""
        with closing(self.opened()) as own:
            rows = own.execute("select number, payload from rules order by number").fetchall()
        previous, changes = bytes(32), []
        for number, payload in rows:
            said = json.loads(payload) | (change if number == 1 else {})
            made = json.dumps(said, separators=(",", ":")).encode()
            previous = rules_ledger._link(previous, number, made)
            changes.append(
                f"update rules set payload = x'{made.hex()}', hash = x'{previous.hex()}' where number = {number}"
            )
        self.sql(*changes)

    def forge(self, change: Callable[[dict[str, object]], object], position: int = 3, *, columns: str = "") -> None:
        """Change what an event says, in its payload and columns, and make the chain again."""
        with closing(self.opened()) as own:
            payload = own.execute("select payload from events where position = ?", (position,)).fetchone()[0]
        said = json.loads(payload)
        change(said)
        hexed = json.dumps(said, separators=(",", ":")).encode().hex()
        self.chain_again(f"update events set payload = x'{hexed}'{columns} where position = {position}")

    def file_of_document(self) -> Path:
        return next((self.folder / "arflow-documents").glob("??/*"))

    def segments(self) -> list[Path]:
        return sorted((self.folder / "archive").glob("*.parquet"))

    def edit_manifest(self, change: Callable[[list[dict[str, object]]], object]) -> None:
        path = self.folder / "archive" / "manifest.json"
        document = json.loads(path.read_bytes())
        change(document["segments"])
        path.write_text(json.dumps(document))


def fill(app: Arflow) -> None:
    """Twenty events or so: reasons, a document in the log, one that was disposed of, a hold, people, a return."""
    cases, documents = Cases(app), documents_of(app.engine)
    first = cases.opened("1 Aug 2024", "1 May 2025", coordinator="Casey Morgan")
    first.do(c.ScheduleMeeting(on=day("1 May 2025"), meeting_on=day("3 Jun 2025")))
    first.do(c.PostponeMeeting(on=day("2 May 2025"), meeting_on=day("10 Jun 2025"), reason=REASON))
    kept = documents.keep(
        b"Advice of a therapist", plan=first.plan, review=first.id, kind="advice", name="a.txt", by="S-1", at=app.now
    )
    first.invited("20 May 2025").do(c.CirculateAdvice(on=day("20 May 2025"), documents=(kept.digest,)))
    cases.opened("1 Aug 2024", "1 Oct 2025").held("1 Nov 2025")
    app.people.add(Person(plan=first.plan, role="child", name="Robin Example", date_of_birth=date(2014, 3, 1)))
    with writing(app.engine) as connection:
        connection.exec_driver_sql(
            "insert into holds values ('P-0001', 'an appeal', '2026-01-01T00:00:00+00:00', 'S-1')"
        )
        person = Record(block="Person", values={"Surname": "Example", "Forename": "Robin"})
        told_facts.keep(connection, [told_facts.draft("P-0001", 2026, person, app.now, "S-1")])
        message = "'D-1', 'k', 'letter', 'P-0001', '2026-01-01T00:00:00.000000Z', 'S-1'"
        connection.exec_driver_sql(
            f"insert into dispatches (id, key, kind, plan, queued_at, queued_by) values ({message})"
        )
    Asking(app).catch_up()


def more(app: Arflow) -> None:
    """What was recorded after the checkpoint: a plan of its own, without words."""
    Cases(app, start=50).plan("1 Sep 2025")
    Asking(app).catch_up()


def make(folder: Path, template: Path) -> Files:
    """The files of an authority: checkpoint, archive and pack are of the log before its last event."""
    files = Files(folder)
    files.store.write_bytes(template.read_bytes())
    signatures.make_key(folder / "arflow.key")
    signatures.make_key(folder / "other.key")
    key = signatures.read_private_key(folder / "arflow.key")
    with Arflow(files.url, by="A. Officer", today=AT.date(), clock=lambda: AT) as app:
        fill(app)
        made = checkpoints.make(app.log_store, AT)
        (folder / "checkpoint.json").write_bytes(signatures.sign(made.document, key))
        with (folder / "pack.zip").open("wb") as to:
            pack.export(app, to, pack.Wanted(cases=Named(plans=("P-0001",))), key=key)
        archive(app.log_store, folder / "archive", events_a_segment=4)
        more(app)
    with closing(files.opened()) as own:
        own.execute("pragma wal_checkpoint(truncate)")
    return files
