"""Mail on no case is not kept for ever: due by a rule, disposed of with a reason, and the mailbox as it was."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result

from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AddPlan
from arflow.errors import CaseMoved, InvalidValue, NotFound, NotPossible
from arflow.papers.documents import holds
from arflow.papers.documents.retention_schedule import Rule, mail_due_from, schedule
from arflow.people import Person
from arflow.post.incoming import inbox, officer_decisions, unplaced_mail
from arflow.post.incoming.answers import answering
from arflow.post.incoming.officer_decisions import arrivals_of
from arflow.post.mail.arrivals import Arrival
from arflow.post.mail.mailbox import Maildir
from arflow.post.mail.outbox import dispatches, messages
from arflow.post.mail.settings import Settings
from arflow.post.outgoing.queue import outbox
from tests.support.awkward_mail import OURS, SAM, STRANGER, attached, email
from tests.support.dovecot import deliver, make_maildir

pytestmark = pytest.mark.thorough

AT = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
LAST, DUE = date(2027, 11, 24), date(2027, 11, 25)
RULE = schedule({}).named("mail")
WHY = "Retention review"


@pytest.fixture(autouse=True)
def _surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARFLOW_MAIL_FROM", OURS)
    monkeypatch.setenv("ARFLOW_DOCUMENTS", str(tmp_path / "documents"))


@pytest.fixture
def box(tmp_path: Path) -> Path:
    return make_maildir(tmp_path / "Maildir")


def a_case(app: Arflow) -> Arflow:
    """A plan whose parent writes."""
    app.add_plan(AddPlan(ref="P-1", first_made=date(2025, 9, 1)))
    app.people.add(Person(plan="P-1", role="parent", name="Sam Example", email=SAM))
    return app


def comes(app: Arflow, box: Path, *raw: bytes) -> list[Arrival]:
    """Messages arrive on the day of the tests, and are sorted."""
    known = {one.id for one in officer_decisions.waiting_list(app, "all")}
    for one in raw:
        number = len(list(box.rglob("*.test"))) + 1
        at = AT + timedelta(minutes=number)
        deliver(box, f"Received: from a by b; {at:%a, %d %b %Y %H:%M:%S %z}\r\n".encode() + one, at, number)
    inbox.run(app, Maildir(box), answering(app, Settings.from_environment()))
    return [one for one in officer_decisions.waiting_list(app, "all") if one.id not in known]


def stray(subject: str = "About Robin", **headers: str) -> bytes:
    return email(STRANGER, subject, "Robin is unwell.\n", **headers).as_bytes()


def whole_files(app: Arflow) -> list[Path]:
    folder = Path(inbox.whole_messages(app.engine).url)
    return [path for path in folder.rglob("*") if path.is_file()]


def due(app: Arflow) -> list[unplaced_mail.Letting]:
    return [one for one in unplaced_mail.letting(app, RULE) if one.is_due(app.today)]


def test_a_period_counts_from_the_day_of_arrival_in_years_or_months() -> None:
    for keep, first in (
        ("arrived + 12 months", DUE),
        ("arrived + 1 year", DUE),
        ("arrived + 3 months", date(2027, 2, 25)),
    ):
        rule = Rule(id="m", text="t", covers=("mail",), keep=(keep,), why="w", citation="c")
        assert mail_due_from(rule, date(2026, 11, 24)) == first


def test_mail_that_was_not_placed_set_aside_or_only_noted_is_due_and_what_is_on_a_case_is_not(
    store_url: str, open_app: Callable[..., Arflow], box: Path
) -> None:
    app = a_case(open_app(store_url))
    again = attached(email(SAM, "P-1", "Ours.\n", Message_ID="<same@home.example.org>"), "views.txt").as_bytes()
    absence = email(STRANGER, "Away", "Away.\n", Auto_Submitted="auto-replied").as_bytes()
    unplaced_, aside, noted, placed, copy = comes(
        app, box, stray(), stray("Buy this"), absence, again, b"X-Way: other\r\n" + again
    )
    officer_decisions.set_aside(app, aside.id, "An advertisement")
    assert (noted.state, placed.state, copy.state) == ("noted", "placed", "repeat")

    assert due(open_app(store_url, today=LAST)) == []
    found = due(open_app(store_url, today=DUE))

    assert [one.message for one in found] == [unplaced_.id, aside.id, noted.id]
    assert [one.why.partition(",")[0] for one in found] == ["unplaced", "set aside", "noted"]


def test_disposal_leaves_the_digest_and_a_record_and_the_mailbox_as_it_was(
    store_url: str, open_app: Callable[..., Arflow], box: Path
) -> None:
    [arrival] = comes(a_case(open_app(store_url)), box, stray())
    assert arrival.answer
    lying = {path: path.read_bytes() for path in box.rglob("*.test")}
    app = open_app(store_url, today=DUE)

    done = unplaced_mail.dispose(app, due(app), "mail", WHY)

    assert (done.messages, done.files_removed, whole_files(app)) == ((arrival.id,), 1, [])
    gone = arrivals_of(app).arrival(arrival.id)
    assert (gone.state, gone.digest, gone.rule, gone.why) == ("disposed", arrival.digest, "mail", WHY)
    assert (gone.decided_by, gone.sender, gone.subject, gone.message_id) == (
        app.officer("A. Officer"),
        None,
        None,
        None,
    )
    assert gone.disposed_at
    assert gone.removed_at
    answer = outbox(app).find(messages.c.dispatch == arrival.answer)
    assert [(one.state, one.body) for one in answer] == [("cancelled", None)]  # it had not left, and holds an address
    assert {path: path.read_bytes() for path in box.rglob("*.test")} == lying
    assert comes(app, box) == []  # what still lies in the mailbox is not taken anew
    with pytest.raises(NotPossible, match="was disposed of under the rule mail: it is gone"):
        officer_decisions.place(app, arrival.id, plan="P-1", review=None)
    with pytest.raises(NotPossible, match="was disposed of under the rule mail: it is gone"):
        unplaced_mail.named(app, RULE, arrival.id)
    with pytest.raises(NotFound, match="it was erased"):
        officer_decisions.whole(app, arrival.id)


def test_another_copy_that_comes_after_the_disposal_is_seen_again(
    sqlite_url: str, open_app: Callable[..., Arflow], box: Path
) -> None:
    comes(a_case(open_app(sqlite_url)), box, stray(Message_ID="<same@elsewhere.example.org>"))
    app = open_app(sqlite_url, today=DUE)
    unplaced_mail.dispose(app, due(app), "mail", WHY)

    [again] = comes(app, box, b"X-Way: other\r\n" + stray(Message_ID="<same@elsewhere.example.org>"))

    assert again.state == "unplaced"


def test_what_is_not_due_or_may_be_about_a_case_on_hold_stays(app: Arflow, box: Path) -> None:
    [early] = comes(a_case(app), box, stray())
    with pytest.raises(NotPossible, match=f"{early.id} cannot be disposed of under mail before 2027-11-25"):
        unplaced_mail.dispose(app, [unplaced_mail.named(app, RULE, early.id)], "mail", WHY)

    [held] = comes(app, box, email(STRANGER, "P-1", "Words.\n").as_bytes())
    with app.log_store.writing() as connection:
        holds.hold(connection, "P-1", reason="Appeal", by="S-1", at=app.now)
    by_hand = schedule({}).named("erasure_request")
    with pytest.raises(NotPossible, match=r"may be about a case on hold \(Appeal\)"):
        unplaced_mail.dispose(app, [unplaced_mail.named(app, by_hand, held.id)], by_hand.id, WHY)

    assert len(whole_files(app)) == 2


def test_a_message_that_somebody_places_meanwhile_stays(
    sqlite_url: str, open_app: Callable[..., Arflow], box: Path
) -> None:
    [arrival] = comes(a_case(open_app(sqlite_url)), box, stray())
    app = open_app(sqlite_url, today=DUE)
    found = due(app)
    officer_decisions.place(app, arrival.id, plan="P-1", review=None)

    with pytest.raises(CaseMoved):
        unplaced_mail.dispose(app, found, "mail", WHY)

    assert arrivals_of(app).arrival(arrival.id).state == "placed"
    assert len(whole_files(app)) == 1


def test_a_message_whose_acknowledgement_is_being_sent_stays(
    store_url: str, open_app: Callable[..., Arflow], box: Path
) -> None:
    [arrival] = comes(a_case(open_app(store_url)), box, stray())
    app = open_app(store_url, today=DUE)
    [answer] = outbox(app).find(messages.c.dispatch == arrival.answer)
    outbox(app).claim(answer.id, app.now)

    with pytest.raises(CaseMoved):
        unplaced_mail.dispose(app, due(app), "mail", WHY)

    assert arrivals_of(app).arrival(arrival.id).state == "unplaced"
    assert len(whole_files(app)) == 1


KILLED = """
import os, signal, sys
from datetime import date
from arflow.application.arflow import Arflow
from arflow.post.incoming import unplaced_mail
from arflow.papers.documents.place import Place
from arflow.papers.documents.retention_schedule import schedule

app = Arflow(sys.argv[1], by="A. Officer", today=date(2027, 11, 25))
Place.remove = lambda place, digest: os.kill(os.getpid(), signal.SIGKILL)
unplaced_mail.dispose(app, unplaced_mail.letting(app, schedule({}).named("mail")), "mail", "Retention review")
"""


def test_a_run_killed_after_the_record_is_finished_by_the_next(
    store_url: str, open_app: Callable[..., Arflow], box: Path
) -> None:
    comes(a_case(open_app(store_url)), box, stray(), stray("Another"))
    environment = os.environ | {"PYTHONWARNINGS": "ignore"}
    killed = subprocess.run([sys.executable, "-c", KILLED, store_url], check=False, env=environment)
    app = open_app(store_url, today=DUE)
    assert (killed.returncode, len(whole_files(app)), due(app)) == (-9, 2, [])

    assert unplaced_mail.dispose(app, [], "mail", WHY).files_removed == 2

    assert whole_files(app) == []


def test_naming_a_message_again_removes_what_a_killed_run_left(
    app: Arflow, sqlite_url: str, box: Path, run: Callable[..., Result]
) -> None:
    [left] = comes(a_case(app), box, stray())
    subprocess.run(
        [sys.executable, "-c", KILLED, sqlite_url], check=False, env=os.environ | {"PYTHONWARNINGS": "ignore"}
    )
    assert len(whole_files(app)) == 1

    again = run("retention", "dispose", "--rule", "mail", "--message", left.id, "--reason", WHY, "--yes", today=DUE)

    assert again.stderr == f"arflow: {left.id} was disposed of under the rule mail: it is gone\n"
    assert whole_files(app) == []


def test_forgetting_a_family_takes_copies_and_acknowledgements_of_what_was_placed_by_hand(
    store_url: str, open_app: Callable[..., Arflow], box: Path
) -> None:
    app = a_case(open_app(store_url))
    mail = stray(Message_ID="<same@elsewhere.example.org>")
    first, copy = comes(app, box, mail, b"X-Way: other\r\n" + mail)
    assert (first.answer is not None, copy.state) == (True, "repeat")
    officer_decisions.place(app, first.id, plan="P-1", review=None)

    assert officer_decisions.forget(app, "P-1") == 2

    assert [one.sender for one in officer_decisions.waiting_list(app, "all")] == [None, None]
    assert whole_files(app) == []
    query = sa.select(messages.c.body).join(dispatches, dispatches.c.id == messages.c.dispatch)
    with app.log_store.engine.connect() as connection:
        assert list(connection.execute(query).scalars()) == [None]


# --- the schedule and the command line -------------------------------------------------------------------------

OWN = 'name = "x"\n[[rule]]\nid = "a"\ntext = "t"\ncovers = [{}]\nkeep = ["{}"]\nwhy = "w"\ncitation = "c"\n'


@pytest.mark.parametrize(
    ("covers", "keep", "said"),
    [
        ('"mail"', "ended + 6 years", 'only mail is counted from "arrived", and from nothing else'),
        ('"advice"', "arrived + 6 months", 'only mail is counted from "arrived", and from nothing else'),
        ('"mail", "advice"', "arrived + 6 months", "mail on no case has a rule of its own"),
    ],
)
def test_a_rule_that_counts_mail_from_anything_but_its_arrival_is_refused(
    tmp_path: Path, covers: str, keep: str, said: str
) -> None:
    (tmp_path / "own.toml").write_text(OWN.format(covers, keep))
    with pytest.raises(InvalidValue, match=said):
        schedule({"ARFLOW_RETENTION": str(tmp_path / "own.toml")})


def test_mail_is_listed_when_due_shown_first_and_goes_when_told(
    app: Arflow, box: Path, run: Callable[..., Result]
) -> None:
    [arrival] = comes(a_case(app), box, stray())

    def running(*words: str, **how: Any) -> Result:
        return run("retention", *words, today=how.get("today", DUE))

    words = ("dispose", "--rule", "mail", "--reason", WHY)
    assert "Nothing is due" in running("list", today=LAST).stdout
    assert "0 messages disposed of" in running(*words, "--yes", today=LAST).stdout
    assert json.loads(run("--json", "retention", "list", today=DUE).stdout)[0]["message"] == arrival.id
    assert "Nothing was disposed of: say --yes" in running(*words).stdout
    assert running(*words, "--yes").stdout == "1 message disposed of under mail; 1 file removed\n"

    shown = run("inbox", "show", arrival.id, today=DUE).stdout
    assert "under the rule mail" in shown
    assert arrival.digest in shown
    assert "Nothing is due" in running("list", "--all").stdout


def test_one_that_cannot_go_yet_is_not_offered(app: Arflow, box: Path, run: Callable[..., Result]) -> None:
    [early] = comes(a_case(app), box, stray())

    refused = run("retention", "dispose", "--rule", "mail", "--message", early.id, "--reason", WHY)

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == f"arflow: {early.id} cannot be disposed of under mail before 2027-11-25\n"


def test_nothing_is_recorded_as_gone_where_the_folder_of_messages_is_not_there(
    app: Arflow, box: Path, run: Callable[..., Result], tmp_path: Path
) -> None:
    [arrival] = comes(a_case(app), box, stray())

    words = ("retention", "dispose", "--rule", "erasure_request", "--message", arrival.id, "--reason", WHY, "--yes")
    refused = run(*words, ARFLOW_INBOX_MESSAGES=str(tmp_path / "elsewhere"))

    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "cannot be read or written (there is no such folder)" in refused.stderr
    assert officer_decisions.arrivals_of(app).arrival(arrival.id) == arrival
    assert run(*words).stdout == "1 message disposed of under erasure_request; 1 file removed\n"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--rule", "mail", "--message", "IN-00000000"), 1, "there is no message IN-00000000"),
        (("--rule", "case_papers", "--message", "IN-00000000"), 1, "case_papers does not cover mail"),
        (("--rule", "mail", "--plan", "P-1"), 2, "name it with --message"),
        (("--rule", "kept_in_error"), 1, "--plan, --digest or --message: is missing"),
    ],
)
def test_what_makes_no_sense_is_refused(
    app: Arflow, run: Callable[..., Result], words: tuple[str, ...], code: int, said: str
) -> None:
    a_case(app)
    refused = run("retention", "dispose", *words, "--reason", WHY)
    assert (refused.exit_code, said in refused.stderr) == (code, True)


def test_a_message_on_a_case_goes_with_that_case(app: Arflow, box: Path, run: Callable[..., Result]) -> None:
    [placed] = comes(a_case(app), box, attached(email(SAM, "P-1", "Ours.\n"), "views.txt").as_bytes())
    refused = run("retention", "dispose", "--rule", "erasure_request", "--message", placed.id, "--reason", WHY, "--yes")
    assert "is on a case (P-1): it goes with the people of that case" in refused.stderr
