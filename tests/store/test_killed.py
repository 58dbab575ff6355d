"""Killed between any two things that it writes, and run again: every command leaves what one whole run would have left."""

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa

from arflow import create_store
from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AddPlan, EndPlan
from arflow.papers.documents import Documents
from arflow.people import Person
from arflow.store import make_engine
from tests.conftest import TODAY, _database_name, command_line
from tests.support.awkward_mail import attached, email
from tests.support.cases import Cases
from tests.support.dovecot import deliver, make_maildir
from tests.support.killing import Ended, State, files_amiss, forked, letters_in_no_message, state, unforked
from tests.support.post_room import PostRoom, household, planned
from tests.support.postgres import Cluster
from tests.support.sen2_people import person, refused, with_plan, write
from tests.support.smtp_server import MailServer, mail_server

pytestmark = [pytest.mark.thorough, pytest.mark.filterwarnings("default::DeprecationWarning")]

# A run that dies while it sends a message leaves it claimed for a quarter of an hour.
LEASE_IS_OVER = "update messages set claimed_at = '2000-01-01T00:00:00.000000Z' where state = 'sending'"
HEALTH = "health@example.org"
CASELOAD = """ref,first_made,last_reviewed,coordinator,name,date_of_birth
K-1,12/09/2024,,Casey Morgan,Robin Ash,04/03/2015
K-2,2024-01-31,01/02/2025,Noor Elm,Jo Elm,10/12/2009
K-3,~2023-05-01,unknown,Casey Morgan,,
"""
PEOPLE = """plan,role,name,email,date_of_birth
P-0002,child,Alex Ash,,04/03/2015
P-0002,parent,Ellis Ash,ellis@example.org,
P-0003,child,Jo Elm,,10/12/2009
P-0001,parent,Robin Example,robin@example.net,
"""
HISTORY = """plan,review,step,date,outcome,role,reason
P-0006,1,hold,18/06/2025,,parent;setting,
P-0006,1,report,02/07/2025,,,
P-0006,1,decide,14/07/2025,maintain,,
P-0007,7,cancel,03/02/2025,,,Moved away
"""


class World(NamedTuple):
    """A store with cases at every stage, in a folder with its papers and its mailbox, and how commands run on it."""

    url: str
    folder: Path
    settings: dict[str, str]
    cluster: Cluster | None = None

    def environment(self) -> dict[str, str]:
        own = {
            "ARFLOW_STORE": self.url,
            "ARFLOW_BY": "A. Officer",
            "ARFLOW_TODAY": TODAY.isoformat(),
            "NO_COLOR": "1",
            "ARFLOW_DOCUMENTS": str(self.folder / "papers"),
            "ARFLOW_INBOX": f"maildir://{self.folder / 'Maildir'}",
        }
        return self.settings | own

    def run(self, words: str, *, kill_at: int | None = None) -> Ended:
        """Run a command here, or in a child that is killed at a point; files that it names in braces lie in the folder."""
        placed = [_FILE.sub(lambda found: str(self.folder / found[1]), word) for word in words.split()]
        if kill_at is None:
            return unforked(self.environment(), placed)
        return forked(self.folder, self.environment(), placed, kill_at=kill_at)

    def named(self, words: str) -> str:
        """A command with what was drawn at random in the place of its name in braces."""
        return _DRAWN.sub(lambda found: _scalar(self.url, _NAMED[found[1]]), words)

    def files(self) -> list[str]:
        """What lies in its folder."""
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*"))

    def copied(self, folder: Path) -> "World":
        shutil.copytree(self.folder, folder)
        url = f"sqlite:///{folder / 'arflow.db'}"
        if self.cluster:
            url = self.cluster.database(template=_database_name(self.url))
        return self._replace(url=url, folder=folder)


_FILE, _DRAWN = re.compile(r"\{(\w+\.\w+)\}"), re.compile(r"\{(\w+)\}")
_RECORDED = re.compile(r'"recorded": "\d+"')
_NAMED = {
    "health": "select id from people where plan = 'P-0001' and role = 'health'",
    "child": "select id from people where plan = 'P-0004' and role = 'child'",
    "paper": "select id from papers where state = 'waiting' and plan = 'P-0001'",
    "unplaced": "select id from arrivals where state = 'unplaced'",
    "to_post": "select id from messages where state = 'to_post'",
    "queued": "select id from messages where state = 'queued'",
    "sent": "select id from messages where state = 'sent'",
    "advice": "select digest from documents where plan = 'P-0008' and kind = 'advice'",
}


def _scalar(url: str, query: str) -> Any:
    engine = make_engine(url)
    with engine.connect() as connection:
        found = connection.execute(sa.text(query)).scalar()
    engine.dispose()
    assert found is not None, query
    return found


def _execute(url: str, statement: str) -> None:
    engine = make_engine(url)
    with engine.connect() as connection:
        connection.execute(sa.text(statement))
        connection.commit()
    engine.dispose()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    with mail_server(tmp_path_factory.mktemp("mail")) as found:
        yield found


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, server: MailServer) -> World:
    """The world that every command starts from, on SQLite."""
    folder = tmp_path_factory.mktemp("world")
    room = PostRoom(command_line(""), server, tmp_path_factory.mktemp("own"))
    settings = {name: value for name, value in room.settings.items() if name != "ARFLOW_SMTP"}
    return _made(World(f"sqlite:///{folder / 'arflow.db'}", folder, settings))


@pytest.fixture(scope="module")
def world_on_postgresql(tmp_path_factory: pytest.TempPathFactory, world: World, postgres: Cluster) -> World:
    """The same on PostgreSQL."""
    folder = tmp_path_factory.mktemp("world")
    return _made(World(postgres.database(), folder, world.settings, postgres))


def _made(there: World) -> World:
    create_store(there.url)
    with Arflow(there.url, by="A. Officer", today=TODAY) as app:
        _fill(app, there.folder)
    return there


def _fill(app: Arflow, folder: Path) -> None:
    review = planned(app)  # P-0001
    household(app, review.plan, without=("la_sen", "la_social_care"))
    cases = Cases(app)
    cases._number = 1
    cases.opened("12 Jan 2026", "1 Sep 2026")  # P-0002: opened
    cases.opened("12 Jan 2026", "1 Sep 2026").held("1 Oct 2026")  # P-0003: held
    amending = cases.opened("12 Jan 2026", "1 Sep 2026").held("1 Oct 2026").reported("8 Oct 2026")  # P-0004
    amending.decided("amend", "20 Oct 2026")
    app.people.add(Person(plan=amending.plan, role="child", name="Sam Sample"))
    noticed = cases.opened("12 Jan 2026", "1 Sep 2026").held("1 Oct 2026").reported("8 Oct 2026")  # P-0005
    noticed.decided("amend", "20 Oct 2026").noticed("21 Oct 2026")
    for _ in range(2):
        cases.plan("1 Aug 2024")  # P-0006 and P-0007: nothing yet
    documents = Documents(app.log_store.engine, str(folder / "papers"))
    app.add_plan(AddPlan(ref="P-0008", first_made=date(2005, 1, 1)))
    app.people.add(Person(plan="P-0008", role="child", name="Kim Example", date_of_birth=date(1980, 1, 1)))
    app.change_plan("P-0008", EndPlan(on=date(2010, 7, 20)))
    by = app.officer(app.by) or ""
    for kind in ("advice", "report"):
        documents.keep(kind.encode(), plan="P-0008", kind=kind, name=f"{kind}.txt", by=by, at=app.now)
    _fill_folder(folder)


def _fill_folder(folder: Path) -> None:
    for name, text in (
        ("plans.csv", CASELOAD),
        ("people.csv", PEOPLE),
        ("acts.csv", HISTORY),
        ("advice.txt", "Advice"),
    ):
        (folder / name).write_text(text)
    write(folder / "return.xml", 2026, [with_plan(1), person(2, refused()), with_plan(3)])
    box = make_maildir(folder / "Maildir")
    at = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
    arriving = (
        attached(email(HEALTH, "R-2026-000001"), "advice.txt"),
        attached(email("stranger@elsewhere.example.org", "A form"), "form.txt", content=b"A form"),
        email(HEALTH, "R-2026-000001", Auto_Submitted="auto-replied"),
    )
    for number, one in enumerate(arriving, 1):
        received = f"Received: from a by b; {at:%a, %d %b %Y %H:%M:%S %z}\r\n".encode()
        deliver(box, received + one.as_bytes(), at, number)


class Deed(NamedTuple):
    """A command, and what has been done before it.

    Where it `sends` through a mail server, what has left before it was killed is recorded as an act of its own.
    """

    words: str
    before: tuple[str, ...] = ()
    sends: bool = False

    def __str__(self) -> str:
        return self.words.replace(" ", "_")[:60]


INVITED = "review invite R-2026-000001 --send --place School"
BY_POST = "people change {health} --channel post --address Street"
READ = "inbox run"
# The act of this letter is recorded when no message of it waits any more.
DECISION_BY_POST = (
    "people add P-0003 --role child --name Sam_Sample",
    "people add P-0003 --role parent --name Ellis_Ash --channel post --address Street",
    "people add P-0003 --role setting --name The_Office --channel post --address Street",
    "review decide R-2026-000003 --outcome maintain --on 2026-10-08 --not-yet-notified",
    "letter send R-2026-000003 decision_maintain --reasons Fits",
)
DEEDS = [
    Deed("plan add K-9 --first-made 2025-09-12 --coordinator Nobody_Before"),
    Deed("plan move P-0006 --coordinator Nobody_Before --setting 654321"),
    Deed("plan reassess P-0006 --start --on 2026-09-01"),
    Deed("plan import {plans.csv}"),
    Deed("people add P-0002 --role child --name Alex_Ash --date-of-birth 2015-03-04"),
    Deed("people add P-0002 --role parent --name Ellis_Ash"),
    Deed("people import {people.csv}"),
    Deed("people change {child} --date-of-birth 2012-01-01"),
    Deed("people end {health} --on 2026-11-01"),
    Deed("people erase P-0001 --reason Asked --yes", before=(READ, INVITED)),
    Deed("review import {acts.csv}"),
    Deed("sen2 import {return.xml}"),
    Deed("review open P-0006 --on 2026-11-02"),
    Deed("review open P-0002 --kind early --reason Asked --on 2026-11-02"),
    Deed("review open --due-within 52w"),
    Deed("review invite R-2026-000002 --role parent"),
    Deed("review hold R-2026-000002 --on 2026-10-05 --skip-reason Told_by_phone"),
    Deed("review report R-2026-000003 --on 2026-10-08"),
    Deed("review decide R-2026-000003 --outcome maintain --on 2026-10-08"),
    Deed("review notice R-2026-000004 --on 2026-10-28"),
    Deed("review issue R-2026-000005 --on 2026-11-20"),
    Deed("review correct R-2026-000003 hold --on 2026-10-02 --reason Typing_error"),
    Deed("review void R-2026-000004 decide --reason Wrong_case"),
    Deed("review cancel R-2026-000001 --reason Moved", before=(INVITED,)),
    Deed("review postpone R-2026-000001 --meeting-on 2026-12-21 --reason Ill --send --place Hall", before=(INVITED,)),
    Deed("review receive-advice R-2026-000001 --person {health} --file {advice.txt}"),
    Deed("review conduct R-2026-000003 --views child_gave_views --file {advice.txt}"),
    Deed(INVITED),
    Deed(
        "review chase R-2026-000001 --to health --send",
        before=("review request-advice R-2026-000001 --role health --on 2026-11-02",),
    ),
    Deed("outbox send", before=(INVITED,), sends=True),
    Deed("outbox posted {to_post}", before=(BY_POST, INVITED)),
    Deed("outbox cancel {queued} --reason Wrong", before=(INVITED,)),
    Deed("outbox cancel {to_post} --reason Wrong", before=(*DECISION_BY_POST, "outbox posted {to_post}")),
    Deed("outbox resend {sent} --channel hand", before=(BY_POST, INVITED, "outbox posted {to_post}")),
    Deed("inbox run"),
    Deed("inbox accept {paper} --as advice", before=(READ,)),
    Deed("inbox refuse {paper} --reason Not_ours", before=(READ,)),
    Deed("inbox place {unplaced} --plan P-0002", before=(READ,)),
    Deed("inbox set-aside {unplaced} --reason Advertising", before=(READ,)),
    Deed("document keep {advice.txt} --plan P-0002 --kind advice"),
    Deed("retention hold P-0002 --reason Appeal"),
    Deed("retention release P-0002", before=("retention hold P-0002 --reason Appeal",)),
    Deed("retention dispose --rule case_papers --reason Review --yes"),
    Deed("retention dispose --rule case_papers --plan P-0008 --reason Review --yes"),
    Deed("retention dispose --rule kept_in_error --digest {advice} --reason Wrong_family --yes"),
    Deed("retention dispose --rule kept_in_error --message {unplaced} --reason Wrong --yes", before=(READ,)),
    Deed("tick", before=(INVITED,)),
]


@pytest.mark.parametrize("deed", DEEDS, ids=str)
def test_a_command_killed_at_any_point_and_run_again_leaves_what_a_whole_run_leaves(
    world: World, server: MailServer, tmp_path: Path, deed: Deed
) -> None:
    start = world.copied(tmp_path / "start")
    for words in deed.before:
        _succeeds(start, words)
    if deed.sends:
        start = start._replace(settings=start.settings | {"ARFLOW_SMTP": server.url()})
    _tried(start, deed, lambda name: start.copied(tmp_path / name))


@pytest.mark.parametrize("words", ["plan import {plans.csv}", "people import {people.csv}", "sen2 import {return.xml}"])
def test_the_same_on_postgresql(world_on_postgresql: World, tmp_path: Path, words: str) -> None:
    _tried(world_on_postgresql, Deed(words), lambda name: world_on_postgresql.copied(tmp_path / name))


def _tried(start: World, deed: Deed, copied: Callable[[str], World]) -> None:
    """Kill a command at each of its points in turn, each time in a copy of what it starts from, and run it again."""
    words = start.named(deed.words)
    whole = _left_by_runs(copied("whole"), deed, words, 1)
    seen = [(_state(start, deed), start.files())]
    for kill_at in count(1):
        there = copied(f"killed-{kill_at}")
        ended = there.run(words, kill_at=kill_at)
        if ended.code is not None:
            assert (ended.code, kill_at > 1) == (0, True), ended.said
            break
        killed = _state(there, deed)
        if (killed, there.files()) in seen:
            continue  # nothing was written since the last point
        seen.append((killed, there.files()))
        _check_sound(there)
        _execute(there.url, LEASE_IS_OVER)
        again = there.run(words)
        assert again.code in (0, 1), again.said
        left = _state(there, deed)
        _check_sound(there)
        expected = _left_by_runs(copied("twice"), deed, words, 2) if killed == whole != left else whole
        assert left in (whole, expected), f"killed at point {kill_at}: {_differing(left, expected)}"
        assert files_amiss(there.url, there.folder) == []


def _left_by_runs(there: World, deed: Deed, words: str, times: int) -> State:
    for number in range(times):
        ended = there.run(words)
        assert ended.code in ((0,) if number == 0 else (0, 1)), ended.said
    return _state(there, deed)


def _state(there: World, deed: Deed) -> State:
    """What a store holds; of invitations that left in several runs who was invited, and that each is recorded."""
    found = state(there.url, there.folder)
    if deed.sends:
        events = [json.loads(row) for row in found["events"]]
        said = [(event["stream"], event["topic"], json.loads(event["payload"])) for event in events]
        found["events"] = sorted(
            f"{stream} {topic} {one}"
            for stream, topic, payload in said
            for one in (payload["people"] if topic.endswith("InvitationsSent") else [payload["on"]])
        )
        found["messages"] = [_RECORDED.sub("recorded", row) for row in found["messages"]]
    return found


def _succeeds(there: World, words: str) -> None:
    ended = there.run(there.named(words))
    assert ended.code == 0, ended.said


def _check_sound(there: World) -> None:
    with Arflow(there.url) as app:
        assert list(app.log_store.verify()) == []
    assert letters_in_no_message(there.url) == []
    if there.url.startswith("sqlite"):
        assert _scalar(there.url, "pragma integrity_check") == "ok"


def _differing(left: State, expected: State) -> str:
    """The rows that one has and the other lacks."""
    lines = []
    for table in sorted(left):
        more, less = Counter(left[table]) - Counter(expected[table]), Counter(expected[table]) - Counter(left[table])
        lines += [f"+ {table} {row}" for row in more.elements()] + [f"- {table} {row}" for row in less.elements()]
    return "\n".join(lines)
