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

from arflow.letters.making import shipped
from tests import dovecot
from tests.dovecot import Dovecot
from tests.smtp_server import MailServer, mail_server

pytestmark = pytest.mark.thorough
Run = Callable[..., Result]
INBOX = "reviews@anyshire.example"
PEOPLE = """plan,role,name,email,address
P-1001,child,Robin Ash,,
P-1001,parent,Ellis Ash,ellis@home.example,"1 Lane, Anytown"
P-1001,setting,Jo Head,head@school.example,
P-1001,la_sen,Casey Morgan,casey@anyshire.example,
P-1001,health,Dr Lee,lee@nhs.example,
P-1001,la_social_care,Pat Worker,pat@anyshire.example,
"""
PLAN = """# EHC plan

## Section E: Outcomes
E1. Robin reads a short book alone.
E2. Robin travels to school with a friend.

## Section F: Special educational provision
F1 (E1). Twenty minutes of reading with an adult each day.
"""
R = "R-2026-000001"


class Office:
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
        with smtplib.SMTP("localhost", self.smtp.port) as server:
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


@pytest.fixture
def office(run: Run, tmp_path: Path) -> Iterator[Office]:
    with mail_server(tmp_path / "mail") as smtp, dovecot.running() as imap:
        yield Office(run, smtp, imap, tmp_path)


def paper(*lines: str) -> bytes:
    """A Word file with a paragraph for each line."""
    document, made = Document(), io.BytesIO()
    for line in lines:
        document.add_paragraph(line)
    document.save(made)
    return made.getvalue()


def test_a_case_from_opening_to_the_amended_plan_by_email_alone(office: Office) -> None:
    # the case, its people and the text of its plan
    office.does("plan add P-1001 --first-made 2025-07-01 --setting 123456 --nc-year 5 --coordinator", "Casey Morgan")
    office.does("people import", office.file("people.csv", PEOPLE))
    office.does("amend keep P-1001", office.file("plan.txt", PLAN))
    office.does("review open P-1001 --meeting-on 2026-06-10")

    # everybody is invited and asked for advice
    office.today = date(2026, 4, 20)
    said = office.does(f"review invite {R} --send --time 14:00 --ends 15:30 --place", "Anytown School")
    assert office.state() == "invited", said
    assert {address for m in office.smtp.received for address in m.recipients} == {
        "ellis@home.example", "head@school.example", "casey@anyshire.example", "lee@nhs.example", "pat@anyshire.example",
    }  # fmt: skip
    invitation = office.last_to("ellis@home.example")
    assert R in invitation["Subject"]
    assert "Robin" not in invitation["Subject"]
    assert any(part.get_content_type() == "text/calendar" for part in invitation.walk())
    office.does(f"review request-advice {R} --send")

    # they answer by email: a report, nothing new, not involved, and views
    office.today = date(2026, 5, 6)
    office.answers("head@school.example", "Our report.", ("advice.docx", paper("Robin reads well now.")))
    office.answers("lee@nhs.example", "Please see attached.", ("speech.docx", paper("Speech is clearer.")))
    said = office.does("inbox run")
    assert office.waiting("head@school.example"), said
    for address in ("head@school.example", "lee@nhs.example"):
        office.does("inbox accept", *office.waiting(address), "--as", "advice")
    office.does(f"review receive-advice {R} --role la_social_care --answer not_involved")
    office.does(f"review receive-advice {R} --role la_sen --answer no_change")
    office.does("outbox send")
    assert office.last_to("head@school.example")["Auto-Submitted"] == "auto-replied"

    # the parent is reminded, and answers
    office.today = date(2026, 5, 20)
    office.does(f"review chase {R} --send")
    assert "Reminder" in office.last_to("ellis@home.example")["Subject"]
    office.answers("ellis@home.example", "What we think.", ("views.docx", paper("Robin loves books about trains.")))
    office.does("inbox run")
    office.does("inbox accept", *office.waiting("ellis@home.example"), "--as", "advice")

    # the advice goes round as one bundle
    office.today = date(2026, 5, 22)
    office.does(f"review circulate {R} --send")
    assert office.state() == "advice_circulated"
    bundle = [p for p in office.last_to("lee@nhs.example").iter_attachments() if p.get_filename() == "advice.pdf"]
    pages = PdfReader(io.BytesIO(bundle[0].get_content())).pages
    words = " ".join(page.extract_text() for page in pages)
    for said in ("Robin reads well now.", "Speech is clearer.", "Robin loves books about trains."):
        assert said in words

    # the meeting
    office.today = date(2026, 6, 10)
    office.does(f"review hold {R} --attended parent --attended setting")
    said = office.does(f"review conduct {R} --progress E1=achieved --progress E2=on_track --views child_gave_views")
    assert "does not address" not in said
