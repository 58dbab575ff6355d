"""What was erased is gone: from the tables, from every page of the store's files, and from the folder of documents."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from msgspec.structs import replace

from arflow import create_store
from arflow.application.arflow import Arflow
from arflow.case import review_commands as c
from arflow.case.plan_commands import AssignCoordinator, EndPlan
from arflow.cli.terminal import agreed
from arflow.errors import NotPossible
from arflow.people import Person
from arflow.post.keeping.erasure import erase_people, forget_family, going
from arflow.post.outgoing.queue import queue
from arflow.store import make_engine
from arflow.store.erased_pages import OTHERS_READ, sweep, waits
from tests.support.cases import Cases, Told, day
from tests.support.outgoing import dispatch, message, recipient, settings

pytestmark = pytest.mark.thorough
Run = Callable[..., Result]
MARK = "Zebedee"


def still_there(folder: Path, mark: str = MARK) -> dict[str, int]:
    """How often the mark stands in each file of the store: the database, its write-ahead log, a journal."""
    found = {path.name: path.read_bytes().count(mark.encode()) for path in folder.glob("arflow.db*")}
    return {name: times for name, times in found.items() if times}


def family(app: Arflow) -> Told:
    """A case in which every text that can be about somebody holds the mark."""
    told = Cases(app).opened("12 Sep 2024", "1 Oct 2026")
    app.people.add(Person(plan=told.plan, role="child", name=f"{MARK} Ash", date_of_birth=date(2015, 3, 4)))
    app.people.add(Person(plan=told.plan, role="parent", name=f"Ellis {MARK}", email="ellis@example.org"))
    others = (f"{MARK} {number}" for number in range(60))
    app.people.add_all(
        [Person(plan=told.plan, role="other", name=name, postal_address=f"{MARK} " * 40) for name in others]
    )
    app.people.take(changed=[replace(person, phone=MARK * 9) for person in app.people.of(told.plan)[::2]])
    to = recipient("parent", told.plan, person=app.people.of(told.plan)[1].id, name=f"Ellis {MARK}")
    queued = queue(
        app,
        dispatch(told, c.Invite(roles=("parent",), skip_reason=f"{MARK} asked"), message("parent", told.plan, to=to)),
        settings(),
    )
    with app.log_store.writing() as connection:
        connection.execute(sa.text("update messages set state = 'cancelled' where dispatch = :d"), {"d": queued.id})
    told.do(c.ScheduleMeeting(on=day("2 Nov 2026"), meeting_on=day("14 Dec 2026")))
    return told.do(c.PostponeMeeting(on=day("3 Nov 2026"), meeting_on=day("18 Dec 2026"), reason=f"{MARK} is ill"))


def earlier_arflow(url: str) -> None:
    """Make the store one of an earlier arflow on an SQLite that overwrites nothing that it deletes."""
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    connection.execute("pragma secure_delete=off")
    connection.execute("delete from tracking where application like 'erasures%'")
    rows = [(f"N-{number:08x}", f"{MARK} {number}", f"{MARK} Lane " * 30) for number in range(300)]
    connection.executemany(
        "insert into people (id, plan, role, name, postal_address, format) values (?, 'P-9', 'other', ?, ?, 'standard')",
        rows,
    )
    connection.execute("delete from people where plan = 'P-9'")
    connection.execute("pragma wal_checkpoint(truncate)")
    connection.close()


def test_nothing_of_an_erased_family_stays_in_a_file_of_the_store(app: Arflow, tmp_path: Path) -> None:
    told = family(app)
    assert still_there(tmp_path)
    found = going(app, told.plan)
    assert (len(found.people), found.reasons, found.messages_out, found.is_maintained) == (62, 1, 1, True)

    forget_family(app, told.plan, "Asked for")

    assert still_there(tmp_path) == {}
    assert still_there(tmp_path, "ellis@example.org") == {}
    assert not waits(app.engine)


def test_a_reader_keeps_pages_waiting_and_a_tick_ends_that(app: Arflow, run: Run, tmp_path: Path) -> None:
    told = family(app)
    with app.engine.connect() as reader:
        assert reader.execute(sa.text("select count(*) from people")).scalar() == 62

        erased = run("people", "erase", told.plan, "--reason", "asked", "--yes")

        assert erased.exit_code == 0
        assert "`arflow tick`" in erased.stderr
        assert still_there(tmp_path)
        assert sweep(app.engine) == OTHERS_READ
    assert waits(app.engine)

    ticked = run("tick", "--json")

    assert (ticked.exit_code, '"erased_waits": null' in ticked.stdout) == (0, True)
    assert (still_there(tmp_path), waits(app.engine)) == ({}, False)


@pytest.mark.parametrize("by", ["init", "tick", "erasing somebody else"])
def test_what_an_earlier_arflow_deleted_leaves_the_file_at_the_first(
    by: str, app: Arflow, run: Run, sqlite_url: str, tmp_path: Path
) -> None:
    earlier_arflow(sqlite_url)
    assert (bool(still_there(tmp_path)), waits(app.engine)) == (True, True)

    match by:
        case "init":
            create_store(sqlite_url)
        case "tick":
            assert run("tick").exit_code == 0
        case _:
            app.people.add(Person(plan="P-8", role="child", name="Robin Ash"))
            forget_family(app, "P-8", "asked")

    assert (still_there(tmp_path), waits(app.engine)) == ({}, False)


def test_every_connection_overwrites_what_it_deletes(app: Arflow, sqlite_url: str) -> None:
    given = sa.create_engine(sqlite_url)
    with Arflow(given, by="A. Officer") as embedded:
        for engine in (app.engine, embedded.engine):
            with engine.connect() as connection:
                assert connection.exec_driver_sql("pragma secure_delete").scalar() == 1
    given.dispose()


def test_an_erasure_takes_the_reasons_of_the_case_and_the_log_keeps_their_digests(app_on_each: Arflow) -> None:
    app = app_on_each
    told = family(app)
    erase_people(app, told.plan, "Six years are over")

    said = {line.event: line.text for line in app.story(told.plan)}
    assert "words erased" in said["MeetingPostponed"]
    assert "Six years are over" in said["PeopleErased"]
    assert MARK not in str(said)
    assert list(app.log_store.verify()) == []
    with pytest.raises(NotPossible, match="nothing to erase"):
        forget_family(app, told.plan, "again")


def test_reasons_go_where_nobody_is_kept_too(app: Arflow, tmp_path: Path) -> None:
    told = Cases(app).opened("12 Sep 2024", "1 Oct 2026")
    told.do(c.CancelReview(on=day("2 Nov 2026"), reason=f"{MARK} moved"))

    assert forget_family(app, told.plan, "asked") == ()
    assert still_there(tmp_path) == {}


def test_the_words_of_an_act_stay_while_a_message_of_it_is_still_to_leave(app: Arflow) -> None:
    told = family(app)
    to = recipient("parent", told.plan)
    act = c.Invite(roles=("parent",), skip_reason="still to be said")
    waiting = queue(app, dispatch(told, act, message("parent", told.plan, to=to), key="another"), settings())

    forget_family(app, told.plan, "asked")

    with app.engine.connect() as connection:
        acts: dict[str, str] = dict(iter(connection.execute(sa.text("select id, act from dispatches"))))
    assert "still to be said" in acts.pop(waiting.id)
    assert MARK not in str(acts)


# --- the command -----------------------------------------------------------------------------------------------


def test_a_maintained_plan_is_erased_only_with_yes_and_what_would_go_is_shown(app: Arflow, run: Run) -> None:
    told = family(app)
    erase = ("people", "erase", told.plan, "--reason", "asked")

    refused = run(*erase)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert (
        f"{told.plan}: 62 people, 1 reason, 1 message sent would be erased for ever, and the plan is still maintained: "
        "say --yes" in refused.stderr
    )
    assert len(app.people.of(told.plan)) == 62
    assert run(*erase[:-1], " ", "--yes").exit_code == 1  # a reason that says nothing

    done = run(*erase, "--yes")
    assert done.stdout == f"{told.plan}: 62 people, 1 reason, 1 message sent erased\n"
    assert done.stderr == ""


def test_a_plan_that_ended_is_not_erased_either_where_nobody_can_be_asked(app: Arflow, run: Run) -> None:
    told = family(app)
    app.change_plan(told.plan, EndPlan(on=day("20 Nov 2026")))

    refused = run("people", "erase", told.plan, "--reason", "asked")

    assert (refused.exit_code, len(app.people.of(told.plan))) == (1, 62)
    assert "would be erased for ever: say --yes" in refused.stderr


def test_an_officer_who_left_is_erased_from_the_tables_and_the_files(app: Arflow, run: Run, tmp_path: Path) -> None:
    name = f"{MARK} Morgan"
    plan = Cases(app).plan("1 Aug 2026", coordinator=name)
    officer = app.directory.officer_id(name)

    holds = run("people", "erase-officer", name, "--yes")
    assert (holds.exit_code, holds.stdout) == (1, "")
    assert f"{officer} holds 1 maintained plan: give each to another officer first" in holds.stderr
    app.change_plan(plan, AssignCoordinator(coordinator="Casey Morgan"))

    assert run("people", "erase-officer", name).exit_code == 1
    erased = run("people", "erase-officer", name, "--yes")
    assert erased.stderr == ""
    assert erased.stdout == f"{officer}: the name is erased\n"

    assert still_there(tmp_path) == {}
    assert app.directory.officer_names().get(officer) is None
    again = run("people", "erase-officer", name, "--yes")
    assert (again.exit_code, MARK in again.stderr) == (1, False)


# --- half-written files ----------------------------------------------------------------------------------------

KILLED = """
import os, signal, sys
from pathlib import Path
from arflow.papers.documents.place import Place

class Dying:
    def __init__(self): self.pieces = [b"half of " + sys.argv[2].encode()]
    def read(self, size):
        if self.pieces: return self.pieces.pop()
        os.kill(os.getpid(), signal.SIGSTOP if sys.argv[3] == "slow" else signal.SIGKILL)
        return b""

Place(sys.argv[1]).put(Dying(), "0" * 64)
"""


def test_a_killed_keep_leaves_nothing_half_written_that_outlives_a_disposal(app: Arflow, tmp_path: Path) -> None:
    from arflow.papers.documents import Documents
    from arflow.post.keeping import disposal

    documents = Documents(app.engine, str(tmp_path / "documents"))
    incoming = tmp_path / "documents" / "incoming"
    command = [sys.executable, "-c", KILLED, documents.place.url, MARK]
    assert subprocess.run([*command, "killed"], check=False).returncode == -signal.SIGKILL
    assert len(list(incoming.iterdir())) == 1
    kept = documents.keep(b"of us", plan=Cases(app).plan("1 Aug 2026"), kind="advice", name="a.txt", by="S", at=app.now)
    item = disposal.Item(plan=kept.plan, kind="advice", digest=kept.digest, rule="kept_in_error", due=app.today)

    disposal.dispose(app, documents, [item], "kept_in_error", "asked")

    assert list(incoming.iterdir()) == []


def test_what_another_run_is_writing_at_this_moment_stays(app: Arflow, tmp_path: Path) -> None:
    from arflow.papers.documents.place import Place

    place = Place(str(tmp_path / "documents"))
    slow = subprocess.Popen([sys.executable, "-c", KILLED, place.url, MARK, "slow"])
    try:
        os.waitid(os.P_PID, slow.pid, os.WSTOPPED)
        assert place.clear_half_written(app.now) == 0
    finally:
        slow.kill()
        slow.wait()
    assert place.clear_half_written(app.now) == 1


def test_a_program_that_writes_leaves_the_erasure_recorded_and_the_pages_waiting(sqlite_url: str, app: Arflow) -> None:
    told = family(app)
    engine = make_engine(sqlite_url + "?timeout=0")
    erase_people(app, told.plan, "asked")
    with app.log_store.writing():
        assert "is locked by another program" in sweep(engine)
    assert waits(engine)
    assert sweep(engine) == ""
    engine.dispose()


class Terminal(StringIO):
    """Somebody at a terminal, who says what they were given to say."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("answer", "goes"), [("y\n", True), ("Yes\n", True), ("n\n", False), ("\n", False), ("", False)]
)
def test_somebody_at_a_terminal_is_asked(monkeypatch: pytest.MonkeyPatch, answer: str, *, goes: bool) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    monkeypatch.setattr(sys, "stderr", shown := Terminal())

    assert agreed("Erase P-1 for ever?") is goes
    assert shown.getvalue() == "Erase P-1 for ever? [y/N] "
