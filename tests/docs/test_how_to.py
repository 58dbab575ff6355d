"""The how-to pages, word for word: each from a folder of its own, on a fixed day, with what its reader has by then."""

import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

import duckdb
import msgspec
import openpyxl
import pytest
from click.testing import Result

from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AddPlan
from arflow.law.catalogue import shipped_folder
from arflow.papers.documents import documents_of
from arflow.papers.plan_text.amendments import propose
from arflow.papers.plan_text.marked_plan import mark
from arflow.papers.plan_text.marked_word import as_marked_word
from arflow.papers.plan_text.plan_text import Item, PlanText, plan_text
from arflow.papers.plan_text.text_file import as_text
from arflow.papers.plan_text.word_file import as_word
from arflow.people import Person
from arflow.planning.term_dates import example
from arflow.post.incoming import officer_decisions
from arflow.post.outgoing.queue import outbox, queue
from tests.post.test_returned_report import FULL, World
from tests.support import term_lists as term_lists_of
from tests.support.awkward_mail import attached, email
from tests.support.cases import Cases, Told, day
from tests.support.consoles import HOW_TO, blocks, run_as_shown
from tests.support.dovecot import deliver, make_maildir
from tests.support.forms import answered
from tests.support.outgoing import dispatch, message, recipient, settings
from tests.support.plans import OLD
from tests.support.sen2_people import with_plan, write
from tests.support.smtp_server import mail_server
from tests.support.term_sheets import filled

pytestmark = pytest.mark.thorough

Names = Mapping[str, str]
WORD = "vnd.openxmlformats-officedocument.wordprocessingml.document"


class Desk:
    """Where a page is run: its folder, its store and the day, what is set, and whom the page's invented names stand for."""

    def __init__(
        self, run: Callable[..., Result], open_app: Callable[..., Arflow], url: str, closing: ExitStack
    ) -> None:
        self._run, self._open, self._url, self.closing = run, open_app, url, closing
        self.folder = Path.cwd()
        self.today = date(2026, 11, 24)
        self.set: dict[str, str] = {}
        self.names: Callable[[], Names] = dict

    def app(self) -> Arflow:
        return self._open(self._url, today=self.today)

    def done(self, *words: str) -> str:
        """What a command that must succeed says."""
        result = self._run(*words, today=self.today, **self.set)
        assert result.exit_code == 0, result.output
        return result.stdout

    def runs(self, page: Path) -> None:
        run_as_shown(page, self._run, today=self.today, names=self.names, **self.set)


@pytest.fixture
def desk(
    run: Callable[..., Result],
    open_app: Callable[..., Arflow],
    sqlite_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Desk]:
    (tmp_path / "desk").mkdir()
    monkeypatch.chdir(tmp_path / "desk")
    with ExitStack() as closing:
        yield Desk(run, open_app, sqlite_url, closing)


def amending(desk: Desk) -> None:
    desk.today = date(2026, 1, 12)
    desk.app().add_plan(AddPlan(ref="P-1001", first_made=day("1 Mar 2025")))
    desk.app().open_review("P-1001", on=day("5 Jan 2026"))
    new = _reworded(
        OLD, A1="Robin likes buses.", E1="By July 2028 Robin will ask for help.", G1="An eye test each term."
    )
    tracked = as_marked_word(mark(OLD, propose(OLD, new, by="setting"), at=datetime(2026, 1, 10, 12, tzinfo=UTC)))
    (desk.folder / "plan.docx").write_bytes(as_word(OLD))
    (desk.folder / "school.docx").write_bytes(tracked)
    (desk.folder / "retyped.docx").write_bytes(as_word(new))
    for advice in ("therapist.pdf", "psychologist.pdf"):
        (desk.folder / advice).write_bytes(b"%PDF-1.7 " + advice.encode())
    _with_a_final_plan(desk)


def _with_a_final_plan(desk: Desk) -> None:
    """A plan with something in each section that must have it, its child and an authority."""
    more = {
        "B1": "Robin needs time to answer.",
        "I1": "Oak Lane School, a maintained special school.",
        "K1": "Advice, Jo Wren, 3 May 2026",
        "H1.1": "A short break each month.",
        "H2.1": "A sitter in the holidays.",
    }
    final = plan_text([*OLD.items, *(Item(id=name, text=words) for name, words in more.items())])
    (desk.folder / "final.txt").write_text(as_text(final), "utf-8")
    shipped = files("arflow.papers.letters").joinpath("templates", "authority.toml").read_bytes()
    (desk.folder / "own" / "letters").mkdir(parents=True)
    (desk.folder / "own" / "letters" / "authority.toml").write_bytes(shipped)
    desk.set = {"ARFLOW_WORKFLOWS": str(desk.folder / "own")}
    desk.done("people", "add", "P-1001", "--role", "child", "--name", "Robin Ash", "--date-of-birth", "2016-03-04")


def _reworded(plan: PlanText, **words: str) -> PlanText:
    return plan_text([msgspec.structs.replace(item, text=words.get(item.id, item.text)) for item in plan.items])


def changing_a_rule(desk: Desk) -> None:
    """A new version as the law of 2029 would need it, and an authority's own beside it."""
    desk.today = date(2029, 10, 1)
    desk.app().add_plan(AddPlan(ref="P-1001", first_made=day("1 Nov 2028")))
    desk.app().open_review("P-1001", on=day("3 Sep 2029"))
    own = desk.folder / "workflows"
    own.mkdir()
    statutory = (shipped_folder() / "annual_review.2015.toml").read_text("utf-8")
    renewed = re.sub(r'^version = "2015"', 'version = "2029"', statutory, count=1, flags=re.MULTILINE)
    renewed = renewed.replace("in_force_from = 2014-09-01", "in_force_from = 2029-09-01", 1)
    (own / "annual_review.2029.toml").write_text(renewed, "utf-8")
    shutil.copytree(HOW_TO.parent / "examples", own, dirs_exist_ok=True)
    desk.set = {"ARFLOW_WORKFLOWS": str(own)}


def handing_over(desk: Desk) -> None:
    desk.set = {"ARFLOW_KEY_PASSPHRASE": "an invented passphrase"}
    desk.done("demo", "--plans", "20", "--years", "2", "--seed", "1")


def importing(desk: Desk) -> None:
    page = HOW_TO / "import-a-caseload.md"
    [mapping] = blocks(page, "toml")
    (desk.folder / "columns.toml").write_text(mapping, "utf-8")
    for name, content in zip(("newer.csv", "history.csv"), blocks(page, "csv"), strict=True):
        (desk.folder / name).write_text(content, "utf-8")
    book = openpyxl.Workbook()
    for row in (
        ("Case ID", "EHCP issued", "setting", "Next move", "transfer_on", "coordinator"),
        ("P-1001", "12/09/2024", "123456", "Y6-Y7", "2027-09-01", "Casey Morgan"),
        ("P-1002", "~2024-10-14", None, None, None, None),
    ):
        book.active.append(row)  # type: ignore[union-attr]
    book.save("caseload.xlsx")


def keeping_documents(desk: Desk) -> None:
    for ref in ("P-1001", "P-1002"):
        desk.app().add_plan(AddPlan(ref=ref, first_made=day("1 Jan 2025")))
    (desk.folder / "advice.txt").write_text("Advice on communication, 2026.\n")
    example = (shipped_folder() / "retention" / "example.toml").read_text("utf-8")
    (desk.folder / "retention.toml").write_text(example.replace("example = true", "example = false"), "utf-8")
    box = make_maildir(desk.folder / "Maildir")
    _comes(box, email("somebody@example.net", "A question"), 1)
    desk.set = {"ARFLOW_RETENTION": "retention.toml", "ARFLOW_INBOX": f"maildir://{box}"}
    desk.done("inbox", "run")
    desk.names = lambda: _arrivals(desk, "IN-1a2b3c4d")


def people(desk: Desk) -> None:
    desk.app().add_plan(AddPlan(ref="P-1001", first_made=day("1 Mar 2025")))
    desk.app().open_review("P-1001", on=day("2 Nov 2026"), meeting_on=day("15 Jan 2027"))
    desk.app().add_plan(AddPlan(ref="P-1002", first_made=day("1 Mar 2025")))
    desk.app().open_review("P-1002", on=day("2 Nov 2026"), meeting_on=day("18 Jan 2027"))
    desk.app().people.add(Person(plan="P-1002", role="health", name="Kit Elm", email="therapist@example.org"))
    desk.set = {"ARFLOW_MAIL_FROM": "send@la.example.org"}


def caseloads(desk: Desk) -> None:
    for number in range(1001, 1007):
        officer = "Ellis Ward" if number > 1004 else "Devon Ash"
        made = day("1 Sep 2025") if number == 1006 else day("1 Sep 2026")
        desk.app().add_plan(AddPlan(ref=f"P-{number}", first_made=made, setting="123456", coordinator=officer))
    review = desk.app().open_review("P-1001", on=day("1 Oct 2026"), meeting_on=day("16 Nov 2026")).id
    Told(desk.app(), review, "P-1001").held("16 Nov 2026")


def planning(desk: Desk) -> None:
    desk.today = date(2026, 9, 1)
    given = HOW_TO.parent / "examples" / "planning"
    for name in ("settings.csv", "officers.csv"):
        shutil.copy(given / name, desk.folder)
    desk.done("terms", "add", str(example()), "--reason", "Published")
    plans = {
        "P-1001": {"setting": "123456", "nc_year": 4, "first_made": day("10 Feb 2026")},
        "P-1002": {"setting": "123458", "nc_year": 2, "first_made": day("1 Jul 2026")},
        "P-1003": {"setting": "123457", "nc_year": 11, "first_made": day("20 Jun 2026")},
        "P-1004": {"setting": "123456", "nc_year": 1, "first_made": day("5 May 2026")},
    }
    for ref, facts in plans.items():
        moves = {"transfer": "secondary_to_post16", "transfer_on": day("1 Sep 2027")} if ref == "P-1003" else {}
        desk.app().add_plan(AddPlan(ref=ref, coordinator="A. Officer", **facts, **moves))  # type: ignore[arg-type]


def reporting(desk: Desk) -> None:
    _at_a_meeting(desk)


def every_day(desk: Desk) -> None:
    Cases(desk.app()).opened("12 Sep 2024", "1 Oct 2026")


def the_inbox(desk: Desk) -> None:
    told = _at_a_meeting(desk)
    desk.app().people.add(Person(plan=told.plan, role="setting", name="The Office", email="office@school.example.org"))
    box = make_maildir(desk.folder / "Maildir")
    _comes(box, attached(email("kit@example.net", "Kit's advice"), "advice.txt", "leaflet.txt"), 1)
    _comes(box, email("seller@example.com", "Chairs at half price"), 2)
    _comes(box, attached(email("office@school.example.org", told.id), "report.txt", content=b"The report.\n"), 3)
    desk.set = {"ARFLOW_INBOX": f"maildir://{box}"}
    desk.names = lambda: _arrivals(desk, "IN-1a2b3c4d", "IN-5e6f7a8b", "IN-9c0d1e2f")


def using_forms(desk: Desk) -> None:
    """A report form with something to settle, and a whole one."""
    world = World(desk.app())
    amended = {"recommendation": "amend", "a1_part": "F1", "a1_words": "Thirty minutes of reading each day."}
    poor = {name: said for name, said in (FULL | amended).items() if name != "E2_progress"} | {
        "E1_wording": "Other words."
    }
    box = make_maildir(desk.folder / "Maildir")
    for number, said in enumerate((poor, FULL | amended), 1):
        made = email("setting@example.org", f"The report {number}")
        made.add_attachment(answered(world.form, said), maintype="application", subtype=WORD, filename="form.docx")
        _comes(box, made, number)
    desk.set = {"ARFLOW_INBOX": f"maildir://{box}"}
    desk.done("inbox", "run")
    desk.names = lambda: _arrivals(desk, "IN-1a2b3c4d", "IN-5e6f7a8b")


def _at_a_meeting(desk: Desk) -> Told:
    return Cases(desk.app()).opened("12 Sep 2024", "1 Oct 2026").invited("5 Oct 2026").held("2 Nov 2026")


def _comes(box: Path, made: object, number: int) -> None:
    """A message that came on 20 November, a minute after the one before."""
    deliver(box, bytes(made), datetime(2026, 11, 20, 10, number, tzinfo=UTC), number)  # type: ignore[call-overload]


def _arrivals(desk: Desk, *shown: str) -> Names:
    """The page's ids of messages, and those that the store drew, in the order they came."""
    came = sorted(officer_decisions.waiting_list(desk.app(), "all"), key=lambda one: one.arrived_at)
    return dict(zip(shown, (one.id for one in came), strict=False))


def sending(desk: Desk) -> None:
    """An email that the server refuses, and two letters to post."""
    desk.today = date(2026, 11, 20)
    told = _at_a_meeting(desk)
    server = desk.closing.enter_context(mail_server(desk.folder / "mail"))
    server.refused["robin@example.org"] = "550 5.1.1 No such user"
    desk.set = {"ARFLOW_SMTP": server.url(), "ARFLOW_MAIL_FROM": "send@la.example.org"}
    robin = recipient("parent", told.plan)
    known = {"id": robin.person, "role": "parent", "name": robin.name, "email": robin.email}
    desk.app().people.add(Person(plan=told.plan, postal_address=robin.postal_address, **known))  # type: ignore[arg-type]
    wanted = (message("parent", told.plan), message("setting", told.plan, "post"), message("health", told.plan, "post"))
    queue(desk.app(), dispatch(told, None, *wanted, kind="letter"), settings())
    shown = ("M-1a2b3c4d5e6f7081", "M-2b3c4d5e6f708192", "M-3c4d5e6f708192a3", "M-4d5e6f708192a3b4")
    desk.names = lambda: dict(zip(shown, (one.id for one in outbox(desk.app()).find()), strict=False))


def the_return(desk: Desk) -> None:
    desk.today = date(2026, 2, 1)
    write(desk.folder / "return-2025.xml", 2025, [with_plan(1), with_plan(2)])
    theirs = {
        "ReviewMeeting": "2024-06-03",
        "LastReview": "2024-06-20",
        "ReviewOutcome": "A",
        "ReviewDraft": "2024-06-20",
    }
    write(desk.folder / "theirs.xml", 2026, [with_plan(1, review=theirs), with_plan(3, review=theirs)])
    (desk.folder / "references.csv").write_text("ref,upn,date_of_birth,plan_start\nP-1001,P000000000001,02/09/2008,\n")


def backing_up(desk: Desk) -> None:
    for number in range(4):
        desk.done("plan", "add", f"P-100{number}", "--first-made", "2025-09-12")
    (desk.folder / "advice.txt").write_text("Advice.\n")
    desk.done("document", "keep", "advice.txt", "--plan", "P-1001", "--kind", "advice")


def the_tribunal(desk: Desk) -> None:
    desk.done("plan", "add", "P-1001", "--first-made", "2026-01-12", "--setting", "123456", "--on", "2026-01-12")


def moving(desk: Desk) -> None:
    """The page's two authorities share one store here: the plan has another reference at each."""
    desk.set = {"ARFLOW_KEY_PASSPHRASE": "an invented passphrase"}
    desk.done("checkpoint", "keygen", "arflow.key")
    desk.done("plan", "add", "P-1001", "--first-made", "2025-09-12", "--setting", "123456")
    for role, name in (("child", "Robin Ash"), ("parent", "Ellis Ash")):
        desk.app().people.add(Person(plan="P-1001", role=role, name=name, email=f"{role}@example.org"))  # type: ignore[arg-type]


def term_lists(desk: Desk) -> None:
    """Two plans of a school that are due in the spring, and its reply once the list has gone."""
    for ref, nc_year in (("P-1001", 9), ("P-1002", 3)):
        desk.app().add_plan(AddPlan(ref=ref, first_made=day("20 Feb 2026"), setting="123456", nc_year=nc_year))
    (desk.folder / "addresses.csv").write_text(term_lists_of.ADDRESSES, "utf-8")
    box = make_maildir(desk.folder / "Maildir")
    desk.set = {
        "ARFLOW_LIST_ADDRESSES": str(desk.folder / "addresses.csv"),
        "ARFLOW_DOCUMENTS": str(desk.folder / "documents"),
        "ARFLOW_INBOX": f"maildir://{box}",
        "ARFLOW_SMTP": desk.closing.enter_context(mail_server(desk.folder / "mail")).url(),
        "ARFLOW_MAIL_FROM": "reviews@la.example",
    }

    def names() -> Names:
        """The school answers once, after the list has gone."""
        documents = documents_of(desk.app().engine, desk.set["ARFLOW_DOCUMENTS"])
        sent = [one for one in documents.of(plan="P-1001") if one.name == "reviews-due-spring-2027-123456.xlsx"]
        if sent and not any((box / "cur").iterdir()) and not any((box / "new").iterdir()):
            made, days = (
                email("head@school.example", "Our days"),
                {"P-1001": date(2027, 1, 14), "P-1002": date(2027, 1, 16)},
            )
            sheet = filled(documents.read(sent[0].digest), days)
            made.add_attachment(sheet, maintype="application", subtype="octet-stream", filename="days.xlsx")
            _comes(box, made, 1)
        return _arrivals(desk, "IN-1a2b3c4d")

    desk.names = names


def at_the_terminal(desk: Desk) -> None:
    for ref, first_made in (("P-1001", day("20 Dec 2025")), ("P-2002", day("1 Jun 2026"))):
        desk.app().add_plan(AddPlan(ref=ref, first_made=first_made, setting="123456", coordinator="Devon Ash"))
    for ref in ("P-1001", "P-2002"):
        desk.app().open_review(ref, on=day("2 Nov 2026"))
    desk.app().people.add(Person(plan="P-1001", role="child", name="Wren Ash"))


BEFORE = {
    "amend-a-plan.md": amending,
    "back-up-and-restore.md": backing_up,
    "change-a-rule.md": changing_a_rule,
    "hand-over-evidence.md": handing_over,
    "import-a-caseload.md": importing,
    "keep-documents.md": keeping_documents,
    "move-a-plan.md": moving,
    "people.md": people,
    "plan-the-year.md": planning,
    "share-out-caseloads.md": caseloads,
    "report-figures.md": reporting,
    "run-every-day.md": every_day,
    "run-the-inbox.md": the_inbox,
    "send-mail.md": sending,
    "sen2.md": the_return,
    "term-lists.md": term_lists,
    "tribunal-and-mediation.md": the_tribunal,
    "use-forms.md": using_forms,
    "work-at-the-terminal.md": at_the_terminal,
}


@pytest.mark.parametrize("page", BEFORE)
def test_a_page_runs_word_for_word(page: str, desk: Desk) -> None:
    BEFORE[page](desk)
    desk.runs(HOW_TO / page)


def test_every_page_with_commands_is_run() -> None:
    assert {page.name for page in HOW_TO.glob("*.md") if "```console" in page.read_text("utf-8")} == BEFORE.keys()


def test_the_archive_is_written_checked_and_asked_as_its_page_says(desk: Desk) -> None:
    _at_a_meeting(desk)
    page = HOW_TO.parent / "archive.md"
    desk.runs(page)
    [asked] = blocks(page, "sql")

    [(month, meetings)] = duckdb.sql(asked).fetchall()
    assert (month.date(), meetings) == (date(2026, 11, 1), 1)


def test_a_pack_is_checked_without_arflow_as_the_page_says(desk: Desk) -> None:
    handing_over(desk)
    page = HOW_TO / "hand-over-evidence.md"
    desk.runs(page)
    with zipfile.ZipFile("inspection.zip") as found:
        found.extractall("unpacked")
    shutil.copy("arflow.key.pub", "unpacked")
    own = re.search(r"^python (verify\.py .*)$", page.read_text("utf-8"), re.MULTILINE)
    assert own is not None

    done = subprocess.run(
        [sys.executable, "-I", *own.group(1).split()], cwd="unpacked", capture_output=True, text=True, check=False
    )

    assert (done.returncode, "no fault found" in done.stdout) == (0, True), done.stdout
