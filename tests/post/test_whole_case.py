"""One case from its opening to the amended plan, by email alone: every paper made, sent and received, as people would do it.

Mail goes out through a real SMTP server, comes back through a real IMAP server, and Word files are changed as Word changes them.
"""

import io
import json
import smtplib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from docx import Document
from pypdf import PdfReader

from arflow.papers.letters.letter import shipped
from tests.support import dovecot
from tests.support.dovecot import Dovecot
from tests.support.missing import needs
from tests.support.office import Office
from tests.support.parts import DOVECOT, LIBREOFFICE
from tests.support.smtp_server import MailServer, mail_server

pytestmark = pytest.mark.thorough
Run = Callable[..., Result]
INBOX = "reviews@anyshire.example"
PEOPLE = """plan,role,name,email,address,date_of_birth
P-1001,child,Robin Ash,,,2016-03-04
P-1001,parent,Ellis Ash,ellis@home.example,"1 Lane, Anytown",
P-1001,setting,Jo Head,head@school.example,,
P-1001,la_sen,Casey Morgan,casey@anyshire.example,,
P-1001,health,Dr Lee,lee@nhs.example,,
P-1001,la_social_care,Pat Worker,pat@anyshire.example,,
"""
PLAN = """# EHC plan

## Section A: Views, interests and aspirations
A1: Robin likes trains, and wants to drive one.

## Section B: Special educational needs
B1: Robin finds it hard to read alone and to travel alone.

## Section E: Outcomes
Each outcome says what Robin will be able to do.
E1: Robin reads a short book alone.
E2: Robin travels to school with a friend.

## Section F: Special educational provision
F1 (for E2): Twenty minutes of reading with an adult each day.

## Section I: Placement
I1: Anytown School, a mainstream primary school.

## Section K: Advice and information
K1: Advice of the speech therapist, Dr Lee, 6 May 2026
"""
NOTHING_IN = "--nothing-in C --nothing-in D --nothing-in G --nothing-in H1 --nothing-in H2 --nothing-in J"
R = "R-2026-000001"


class Desk:
    """The SEND team's desk: its command line on a given day, its mail server and its mailbox."""

    def __init__(self, run: Run, smtp: MailServer, imap: Dovecot, folder: Path) -> None:
        self._run, self.smtp, self.imap, self.folder = run, smtp, imap, folder
        self.today = date(2026, 4, 13)
        own = folder / "own" / "letters"
        own.mkdir(parents=True)
        (own / "authority.toml").write_bytes(shipped("authority.toml"))
        self._environment = {
            "ARFLOW_WORKFLOWS": str(own.parent),
            "ARFLOW_DOCUMENTS": str(folder / "documents"),
            "ARFLOW_SMTP": smtp.url(),
            "ARFLOW_MAIL_FROM": INBOX,
            "ARFLOW_INBOX": imap.url(),
            "ARFLOW_INBOX_PASSWORD": dovecot.PASSWORD,
            "SSL_CERT_FILE": str(imap.certificate),
        }

    def does(self, command: str, *more: str) -> str:
        """Run a command that must succeed; what it printed."""
        result = self._run(*command.split(), *more, today=self.today, **self._environment)
        assert result.exit_code == 0, (command, result.stdout, result.stderr)
        return result.stdout + result.stderr

    def refuses(self, command: str, *more: str) -> str:
        """What a command that must be refused says."""
        result = self._run(*command.split(), *more, today=self.today, **self._environment)
        assert result.exit_code == 1, (command, result.stdout, result.stderr)
        return " ".join(result.stderr.split())

    def asks(self, command: str, *more: str) -> Any:
        result = self._run(*command.split(), *more, "--json", today=self.today, **self._environment)
        assert result.exit_code == 0, (command, result.stdout, result.stderr)
        return json.loads(result.stdout)

    def file(self, name: str, content: str | bytes) -> str:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def last_to(self, address: str) -> EmailMessage:
        """The last message that the mail server took for an address."""
        return [received.email for received in self.smtp.received if address in received.recipients][-1]

    def answers(self, address: str, text: str, *files: tuple[str, bytes]) -> None:
        """Somebody replies by email to the last message they had: by SMTP to the mailbox that IMAP serves."""
        had, reply = self.last_to(address), EmailMessage()
        reply["From"], reply["To"], reply["Subject"] = address, INBOX, f"Re: {had['Subject']}"
        reply["Message-ID"] = f"<{len(self.smtp.received)}@{address.partition('@')[2]}>"
        reply["In-Reply-To"] = reply["References"] = had["Message-ID"]
        reply.set_content(text)
        for name, content in files:
            subtype = "pdf" if name.endswith(".pdf") else "vnd.openxmlformats-officedocument.wordprocessingml.document"
            reply.add_attachment(content, maintype="application", subtype=subtype, filename=name)
        with smtplib.SMTP("127.0.0.1", self.smtp.port) as server:
            server.send_message(reply)
        at = datetime(self.today.year, self.today.month, self.today.day, 10, tzinfo=UTC)
        self.imap.deliver(self.smtp.received[-1].raw, at)

    def state(self) -> str:
        return str(self.asks(f"review show {R}")["state"])

    def waiting(self, address: str) -> list[str]:
        """The papers that wait for an officer, from somebody."""
        found = [message["id"] for message in self.asks("inbox list --waiting") if message["sender"] == address]
        papers = [paper for message in found for paper in self.asks(f"inbox show {message}")["papers"]]
        return [paper["id"] for paper in papers if paper["state"] == "waiting"]

    def document(self, paper: str) -> str:
        """The SHA-256 under which a paper that arrived is kept."""
        papers = self.asks(f"inbox show {paper.partition('.')[0]}")["papers"]
        return next(str(one["document"]) for one in papers if one["id"] == paper)

    def keeps(self, what: str, path: Path) -> str:
        return str(self.asks(f"document keep {what}", str(path))["digest"])

    def makes_final(self, plan: Path) -> tuple[str, str]:
        """The SHA-256 of the Word file and of the PDF of a final plan, found complete and kept."""
        folder = self.folder / "final"
        folder.mkdir()
        made = f"amend final P-1001 {NOTHING_IN} --keep --signed-by Jo --folder"
        word, pdf = self.asks(made, str(folder), str(plan))["documents"]
        return str(word), str(pdf)

    @staticmethod
    def text_of(message: EmailMessage) -> str:
        """The words of a message and of the letter that it brings."""
        letter = next(part for part in message.iter_attachments() if part.get_content_type() == "application/pdf")
        pages = PdfReader(io.BytesIO(letter.get_content())).pages
        return " ".join(page.extract_text() for page in pages).casefold()


@pytest.fixture
def desk(run: Run, tmp_path: Path) -> Iterator[Desk]:
    with mail_server(tmp_path / "mail") as smtp, dovecot.running() as imap:
        yield Desk(run, smtp, imap, tmp_path)


def paper(*lines: str) -> bytes:
    """A Word file with a paragraph for each line."""
    document, made = Document(), io.BytesIO()
    for line in lines:
        document.add_paragraph(line)
    document.save(made)
    return made.getvalue()


@needs(LIBREOFFICE, DOVECOT)
def test_a_case_from_opening_to_the_amended_plan_by_email_alone(desk: Desk, tmp_path: Path) -> None:
    # the case, its people and the text of its plan
    desk.does("plan add P-1001 --first-made 2025-07-01 --setting 123456 --nc-year 5 --coordinator", "Casey Morgan")
    desk.does("people import", desk.file("people.csv", PEOPLE))
    desk.does("amend keep P-1001", desk.file("plan.txt", PLAN))
    desk.does("review open P-1001 --meeting-on 2026-06-10")

    # everybody is invited and asked for advice
    desk.today = date(2026, 4, 20)
    said = desk.does(f"review invite {R} --send --time 14:00 --ends 15:30 --place", "Anytown School")
    assert desk.state() == "invited", said
    assert {address for m in desk.smtp.received for address in m.recipients} == {
        "ellis@home.example", "head@school.example", "casey@anyshire.example", "lee@nhs.example", "pat@anyshire.example",
    }  # fmt: skip
    invitation = desk.last_to("ellis@home.example")
    assert R in invitation["Subject"]
    assert "Robin" not in invitation["Subject"]
    assert any(part.get_content_type() == "text/calendar" for part in invitation.walk())
    desk.does(f"review request-advice {R} --send")

    # they answer by email: a report, nothing new, not involved, and views
    desk.today = date(2026, 5, 6)
    desk.answers("head@school.example", "Our report.", ("advice.docx", paper("Robin reads well now.")))
    desk.answers("lee@nhs.example", "Please see attached.", ("speech.docx", paper("Speech is clearer.")))
    said = desk.does("inbox run")
    assert desk.waiting("head@school.example"), said
    for address in ("head@school.example", "lee@nhs.example"):
        desk.does("inbox accept", *desk.waiting(address), "--as", "advice")
    desk.does(f"review receive-advice {R} --role la_social_care --answer not_involved")
    desk.does(f"review receive-advice {R} --role la_sen --answer no_change")
    desk.does("outbox send")
    assert desk.last_to("head@school.example")["Auto-Submitted"] == "auto-replied"

    # the parent is reminded, and answers
    desk.today = date(2026, 5, 20)
    desk.does(f"review chase {R} --send")
    assert "Reminder" in desk.last_to("ellis@home.example")["Subject"]
    desk.answers("ellis@home.example", "What we think.", ("views.docx", paper("Robin loves books about trains.")))
    desk.does("inbox run")
    desk.does("inbox accept", *desk.waiting("ellis@home.example"), "--as", "advice")

    # the advice goes round as one bundle
    desk.today = date(2026, 5, 22)
    desk.does(f"review circulate {R} --send")
    assert desk.state() == "advice_circulated"
    bundle = [p for p in desk.last_to("lee@nhs.example").iter_attachments() if p.get_filename() == "advice.pdf"]
    pages = PdfReader(io.BytesIO(bundle[0].get_content())).pages
    words = " ".join(page.extract_text() for page in pages)
    for said in ("Robin reads well now.", "Speech is clearer.", "Robin loves books about trains."):
        assert said in words

    # the meeting
    desk.today = date(2026, 6, 10)
    desk.does(f"review hold {R} --attended parent --attended setting")
    said = desk.does(f"review conduct {R} --progress E1=achieved --progress E2=on_track --views child_gave_views")
    assert "does not address" not in said

    # the school's report and its tracked changes to the plan arrive in one message
    desk.today = date(2026, 6, 19)
    plan, changed = tmp_path / "plan.json", tmp_path / "changes.json"
    desk.does("amend read", str(tmp_path / "plan.txt"), "--output", str(plan))
    desk.does("amend read", str(tmp_path / "plan.txt"), "--output", str(tmp_path / "for-school.docx"))
    edited = Office(tmp_path / "word").edited(tmp_path / "for-school.docx", "Twenty minutes", "Thirty minutes")
    report = paper("Report of the annual review meeting. E1 is achieved. E2 is on track.")
    desk.answers("head@school.example", "Report and plan.", ("report.docx", report), ("plan.docx", edited.read_bytes()))
    desk.does("inbox run")
    reported, marked = desk.waiting("head@school.example")
    desk.does(f"inbox accept {reported} --as report --recommendation amend")
    assert desk.state() == "report_sent"
    desk.does(f"inbox accept {marked} --as nothing")
    desk.does("document fetch", desk.document(marked), "--output", str(tmp_path / "school.docx"))

    # what the school changed becomes the proposed amendments, with a view and a marked copy
    desk.today = date(2026, 7, 6)
    desk.does(
        "amend from-word",
        str(tmp_path / "school.docx"),
        "--plan",
        str(plan),
        "--from",
        "setting",
        "--output",
        str(changed),
    )
    desk.does("amend view", str(changed), "1", "--role", "parent", "--agrees", "--text", "More reading is welcome.")
    desk.does(f"amend propose {R}", str(changed), "--from", "setting")
    desk.does("amend mark", str(changed), "--plan", str(plan), "--output", str(tmp_path / "marked.pdf"))

    # the decision to amend, and the notice with the plan, the amendments and the evidence
    desk.does(f"review decide {R} --outcome amend --not-yet-notified")
    said = desk.does(f"letter send {R} decision_amend")
    assert "amendment_notice" in said
    as_it_stands = desk.keeps(f"--review {R} --kind plan", tmp_path / "for-school.docx")
    proposed = desk.keeps(f"--review {R} --kind amendments", tmp_path / "marked.pdf")
    evidence = desk.document(reported)
    desk.does(f"letter send {R} amendment_notice --document {as_it_stands} --document {proposed} --document {evidence}")
    assert desk.state() == "amending"
    notice = desk.last_to("ellis@home.example")
    assert len(list(notice.iter_attachments())) == 4
    assert "appeal" not in desk.text_of(notice)
    duties = {duty["id"]: duty for duty in desk.asks(f"review show {R}")["duties"]}
    assert (duties["representations"]["due"], duties["final_plan"]["due"]) == ("2026-07-20", "2026-08-31")

    # the family answers inside its 15 days
    desk.today = date(2026, 7, 15)
    desk.answers("ellis@home.example", "We agree with the changes, and thank you.")
    desk.does("inbox run")
    desk.does("inbox accept", *desk.waiting("ellis@home.example"), "--as", "representations")

    # the final plan
    desk.today = date(2026, 7, 22)
    desk.does("amend accept", str(changed), "--plan", str(plan), "--output", str(tmp_path / "amended.docx"))
    word, pdf = desk.makes_final(tmp_path / "amended.docx")
    desk.does(f"letter send {R} final_plan --document {word} --document {pdf}")
    assert desk.state() == "amended"
    final = desk.last_to("ellis@home.example")
    assert "appeal" in desk.text_of(final)
    desk.does(f"amend keep P-1001 --review {R}", str(tmp_path / "amended.docx"))
    desk.does(f"review conclude {R}")

    # nothing is left to do, and all of it can be shown
    assert desk.asks("outbox list") == []
    assert desk.asks("inbox list --waiting") == []
    desk.does("tick")
    desk.does("verify --duties")
    audit = desk.does(f"audit {R}")
    for told in ("invited", "amendments", "final"):
        assert told in audit.casefold()
