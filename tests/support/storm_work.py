"""The kinds of work that people and programs do on one store in a storm, and what they are told is done."""

import hashlib
import json
import os
import shutil
import zlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from click.testing import CliRunner

from arflow import create_store
from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AddPlan
from arflow.case.review_commands import HoldMeeting
from arflow.cli import cli
from arflow.demo import Making, make
from arflow.history import Replay
from tests.support.awkward_mail import attached, email
from tests.support.dovecot import deliver, make_maildir

TODAY = date(2026, 11, 24)
_MOVED = 3  # somebody else moved the case: the refusal says to try again
# How often each kind of work comes up.
WEIGHTS = {
    "acts": 10,
    "embedding": 2,
    "plan_import": 2,
    "people": 3,
    "keep": 3,
    "erase": 1,
    "invite": 3,
    "outbox": 2,
    "tick": 1,
    "inbox": 3,
    "archive": 2,
    "evidence": 1,
    "checkpoint": 1,
    "report": 3,
    "due": 2,
    "verify": 1,
    "rebuild": 1,
}
_PEOPLE = ("parent", "setting", "la_sen", "health", "la_social_care")


class Claim(NamedTuple):
    """What somebody was told is done: a kind of thing, and the mark by which it is found again."""

    kind: str
    mark: str


class Work:
    """A store in a folder with its papers and mail; each kind of work is a method, which takes a number of its own."""

    def __init__(self, folder: Path, url: str, smtp: str, seed: int) -> None:
        self.folder, self.url = folder, url
        self.settings = {
            "ARFLOW_STORE": url,
            "ARFLOW_BY": "A. Officer",
            "ARFLOW_TODAY": TODAY.isoformat(),
            "NO_COLOR": "1",
            "ARFLOW_DOCUMENTS": str(folder / "papers"),
            "ARFLOW_INBOX": f"maildir://{folder / 'Maildir'}",
            "ARFLOW_WORKFLOWS": str(folder / "own"),
            "ARFLOW_SMTP": smtp,
            "ARFLOW_MAIL_FROM": "send@la.example.org",
            "ARFLOW_MAIL_REPLY_TO": "reviews@la.example.org",
            "ARFLOW_MAIL_COORDINATORS": "team@la.example.org",
            "ARFLOW_KEY_PASSPHRASE": "only for this storm",
        }
        self.key = str(folder / "arflow.key")
        for name in ("claims", "sheets", "packs", "own/letters"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        make_maildir(folder / "Maildir")
        shipped = files("arflow.papers.letters").joinpath("templates", "authority.toml")
        shutil.copy(str(shipped), folder / "own" / "letters" / "authority.toml")
        create_store(url)
        with Arflow(url, by="A. Officer", today=TODAY) as app:
            make(app, Making(plans=40, years=3, seed=seed, today=TODAY))
        self.run(0, "checkpoint", "keygen", self.key)

    def claim(self, number: int, *claims: Claim) -> None:
        """What was told done outlives whoever was told."""
        lines = "".join(json.dumps(one) + "\n" for one in claims)
        written = os.open(self.folder / "claims" / f"{number}.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(written, lines.encode())
        os.close(written)

    def run(self, number: int, *words: str, claims: Sequence[Claim] = ()) -> str:
        for _ in range(5):
            result = CliRunner().invoke(cli, list(words), env=self.settings, prog_name="arflow")
            if result.exit_code != _MOVED:
                break
        if result.exit_code:
            raise RuntimeError(f"{' '.join(words)}: {result.output.strip()} {result.exception!r}")
        self.claim(number, *claims)
        return result.stdout

    def acts(self, number: int) -> None:
        """A case from its plan to its decision, one command after another."""
        ref = f"A-{number}"
        self.run(
            number,
            "plan",
            "add",
            ref,
            "--first-made",
            "2024-09-12",
            "--setting",
            "123456",
            claims=[Claim("event", f"plan/{ref} PlanAdded")],
        )
        opened = json.loads(self.run(number, "review", "open", ref, "--on", "2025-05-01", "--json"))
        review = opened["id"]
        self.claim(number, Claim("event", f"review/{review} ReviewOpened"))
        for words, event in (
            ("invite {} --on 2025-06-03 --role parent --role setting", "InvitationsSent"),
            ("circulate {} --on 2025-06-04", "AdviceCirculated"),
            ("hold {} --on 2025-06-18", "MeetingHeld"),
            ("report {} --on 2025-07-02", "ReportSent"),
            ("decide {} --on 2025-07-14 --outcome maintain", "DecisionMade"),
        ):
            done = Claim("event", f"review/{review} {event}")
            self.run(number, "review", *words.format(review).split(), claims=[done])

    def embedding(self, number: int) -> None:
        """A service that replays the log and writes to it, in one process, in turn."""
        with Arflow(self.url, by="A. Service", today=TODAY) as app:
            for turn in range(4):
                ref = f"E-{number}-{turn}"
                app.add_plan(AddPlan(ref=ref, first_made=date(2024, 9, 12)))
                self.claim(number, Claim("event", f"plan/{ref} PlanAdded"))
                review = app.open_review(ref, on=date(2025, 5, 1)).id
                self.claim(number, Claim("event", f"review/{review} ReviewOpened"))
                with Replay.of_store(app.log_store.engine, app.workflow, app.current_workflow()) as replay:
                    replay.at(TODAY).rows("select count(*) from plans")
                    app.act(review, HoldMeeting(on=date(2025, 6, 18), skip_reason="Told by telephone"))
                    self.claim(number, Claim("event", f"review/{review} MeetingHeld"))

    def plan_import(self, number: int) -> None:
        refs = [f"I-{number}-{row}" for row in range(20)]
        sheet = self.folder / "sheets" / f"{number}.csv"
        rows = [f"{ref},12/09/2024,Child {zlib.crc32(ref.encode())},04/03/2015\n" for ref in refs]
        sheet.write_text("ref,first_made,name,date_of_birth\n" + "".join(rows))
        told = [
            Claim(kind, mark) for ref in refs for kind, mark in (("event", f"plan/{ref} PlanAdded"), ("child", ref))
        ]
        self.run(number, "plan", "import", str(sheet), claims=told)

    def people(self, number: int) -> None:
        ref = f"P-{number}"
        self.run(number, "plan", "add", ref, "--first-made", "2024-09-12")
        self.run(number, "people", "add", ref, "--role", "child", "--name", "Sam Sample", claims=[Claim("child", ref)])

    def keep(self, number: int) -> None:
        """Keep two papers, and let go of one of them."""
        ref = f"D-{number}"
        self.run(number, "plan", "add", ref, "--first-made", "2024-09-12")
        digests = []
        for name in ("one", "other"):
            paper = self.folder / "sheets" / f"{number}-{name}.txt"
            paper.write_text(f"Advice {number} {name}\n")
            digests.append(hashlib.sha256(paper.read_bytes()).hexdigest())
            keep = ("document", "keep", str(paper), "--plan", ref, "--kind", "advice")
            self.run(number, *keep, claims=[Claim("document", digests[-1])])
        let_go = ("retention", "dispose", "--rule", "kept_in_error", "--digest", digests[0])
        gone = [Claim("disposed", digests[0])]
        self.run(number, *let_go, "--reason", "Another family", "--yes", claims=gone)

    def erase(self, number: int) -> None:
        ref = f"F-{number}"
        self.run(number, "plan", "add", ref, "--first-made", "2004-09-12", "--yes")
        self.run(number, "people", "add", ref, "--role", "child", "--name", "Sam Sample")
        self.run(number, "plan", "end", ref, "--on", "2010-07-20")
        self.run(number, "people", "erase", ref, "--reason", "Asked", "--yes", claims=[Claim("erased", ref)])

    def invite(self, number: int) -> None:
        ref = f"M-{number}"
        self.run(number, "plan", "add", ref, "--first-made", "2026-01-12", "--setting", "123456", "--nc-year", "5")
        self.run(number, "people", "add", ref, "--role", "child", "--name", "Sam Sample")
        for role in _PEOPLE:
            own = ("--role", role, "--name", "Robin Example", "--email", f"{role}-{number}@example.org")
            self.run(number, "people", "add", ref, *own)
        opened = json.loads(self.run(number, "review", "open", ref, "--meeting-on", "2026-12-18", "--json"))
        invited = ("review", "invite", opened["id"], "--send", "--place", "School")
        self.run(number, *invited, claims=[Claim("queued", opened["id"])])

    def outbox(self, number: int) -> None:
        self.run(number, "outbox", "send")

    def tick(self, number: int) -> None:
        self.run(number, "tick")

    def inbox(self, number: int) -> None:
        self.run(number, "inbox", "run")

    def deliver(self, number: int) -> None:
        at = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
        made = email("stranger@elsewhere.example.org", f"A form {number}", Message_ID=f"<storm-{number}@example.org>")
        attached(made, "form.txt", content=f"A form {number}".encode())
        received = f"Received: from a by b; {at:%a, %d %b %Y %H:%M:%S %z}\r\n".encode()
        deliver(self.folder / "Maildir", received + made.as_bytes(), at, number)
        self.claim(number, Claim("arrived", f"<storm-{number}@example.org>"))

    def archive(self, number: int) -> None:
        self.run(number, "archive", str(self.folder / "archive"))

    def evidence(self, number: int) -> None:
        pack = self.folder / "packs" / f"{number}.zip"
        drawn = ("--sample", "2", "--seed", str(number), "--key", self.key)
        self.run(number, "evidence", "export", str(pack), *drawn, claims=[Claim("pack", str(pack))])

    def checkpoint(self, number: int) -> None:
        signed = str(self.folder / "packs" / f"{number}.json")
        self.run(number, "checkpoint", "make", signed, "--key", self.key, claims=[Claim("checkpoint", signed)])

    def report(self, number: int) -> None:
        self.run(number, "report", "timeliness")

    def due(self, number: int) -> None:
        self.run(number, "due")

    def verify(self, number: int) -> None:
        self.run(number, "verify")

    def rebuild(self, number: int) -> None:
        self.run(number, "rebuild")

    def check(self, number: int) -> None:
        """After a kill: the file is sound, and so is the chain of the log."""
        with Arflow(self.url) as app:
            faults = [str(fault) for fault in app.log_store.verify()]
            if self.url.startswith("sqlite"):
                with app.engine.connect() as connection:
                    said = connection.exec_driver_sql("pragma integrity_check").scalar()
                faults += [] if said == "ok" else [f"integrity_check: {said}"]
        if faults:
            raise RuntimeError("; ".join(faults))
