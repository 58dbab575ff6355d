"""One email never stops the inbox: each that cannot be read is kept for an officer, and all others are filed."""

import hashlib
import io
import json
import tracemalloc
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given, settings
from hypothesis import strategies as st

from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AddPlan
from arflow.case.review_commands import HoldMeeting
from arflow.errors import DocumentRefused, MessageNotReadable, StoreNotReady
from arflow.papers.documents import admission
from arflow.people import People, Person
from arflow.post.incoming import inbox, officer_decisions
from arflow.post.incoming.answers import answering
from arflow.post.incoming.filing import file_message
from arflow.post.incoming.isolated_reader import Reader, Unread
from arflow.post.incoming.message_summary import Understood, understood
from arflow.post.mail.arrivals import Arrival
from arflow.post.mail.limits import DEEPEST, LARGEST, LONGEST_HEADER, LONGEST_OF_CONTENT, MOST_HEADERS, MOST_PARTS
from arflow.post.mail.mailbox import Maildir
from arflow.post.mail.received import parse
from arflow.post.mail.settings import Settings
from tests.support import awkward_mail as awkward
from tests.support.awkward_mail import KIT, attached, email, unique
from tests.support.dovecot import deliver, make_maildir
from tests.support.hostile_mail import (
    NESTED,
    PUNYCODE_BOMB,
    Hostile,
    bomb,
    forwarded,
    garbage,
    hostile_mail,
    message,
    nested,
    parts,
    torn,
)

AT = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
KEYS = ("reply", "away", "receipt", "postfix", "exchange", "gmail", "qmail", "delay")


@pytest.fixture(autouse=True)
def _surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARFLOW_DOCUMENTS", str(tmp_path / "documents"))


@pytest.fixture
def box(tmp_path: Path) -> Path:
    return make_maildir(tmp_path / "Maildir")


def with_kit(app: Arflow) -> Arflow:
    """A review, R-2026-000001, and Kit, who advises in it."""
    app.add_plan(AddPlan(ref="P-1001", first_made=date(2025, 9, 1)))
    People(app.log_store.engine).add(Person(plan="P-1001", role="health", name="Kit", email=KIT))
    app.open_review("P-1001", on=date(2026, 10, 1), meeting_on=date(2027, 1, 10))
    return app


def sound(name: str) -> bytes:
    return attached(email(KIT, "R-2026-000001"), "advice.txt", content=unique(name)).as_bytes()


def reads(app: Arflow, box: Path) -> inbox.Ran:
    return inbox.run(app, Maildir(box), answering(app, Settings.from_environment()))


def arrived(app: Arflow, raw: bytes) -> Arrival:
    """What became of a message."""
    digest = hashlib.sha256(raw).hexdigest()
    [found] = [one for one in officer_decisions.waiting_list(app, "all") if one.digest == digest]
    return found


# --- limits -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("just", "beyond", "why"),
    [
        (nested(DEEPEST), nested(DEEPEST + 1), NESTED),
        (forwarded(DEEPEST), forwarded(DEEPEST + 1), NESTED),
        (parts(MOST_PARTS - 1), parts(MOST_PARTS), "more than 1,000 parts"),
        (
            message(X="y" * (LONGEST_HEADER - 3)),
            message(X="y" * (LONGEST_HEADER + 1)),
            "a line of its headers is longer than 64 KB",
        ),
        (
            message(Content_Type="y" * (LONGEST_OF_CONTENT - 20)),
            message(Content_Type="y" * LONGEST_OF_CONTENT),
            "a line of its headers is longer than 8 KB",
        ),
        (
            b"X: y\r\n" * (MOST_HEADERS - 4) + message(),
            b"X: y\r\n" * (MOST_HEADERS - 3) + message(),
            "more than 1,000 lines of headers",
        ),
        (
            b"X: %s\r\n" % (b"y" * 1_000) * 250 + message(),
            b"X: %s\r\n" % (b"y" * 1_000) * 270 + message(),
            "more than 256 KB of headers",
        ),
    ],
)
def test_a_message_is_read_up_to_a_limit_and_refused_beyond_it(just: bytes, beyond: bytes, why: str) -> None:
    assert parse(just)["From"] == KIT
    with pytest.raises(MessageNotReadable, match=why):
        parse(beyond)


@pytest.mark.thorough
def test_what_is_beyond_a_limit_says_so() -> None:
    for one in hostile_mail():
        if one.why:
            with pytest.raises(MessageNotReadable, match=one.why):
                understood(one.raw)


@pytest.mark.thorough
def test_a_file_that_is_torn_or_unpacks_without_end_is_refused_at_the_door() -> None:
    with pytest.raises(DocumentRefused, match="is damaged"):
        admission.check(io.BytesIO(torn()), "report.docx", admission.Door())
    endless = bomb()
    tracemalloc.start()
    admission.check(io.BytesIO(endless), "report.docx", admission.Door())
    assert tracemalloc.get_traced_memory()[1] < 100_000_000
    tracemalloc.stop()


# --- a process apart --------------------------------------------------------------------------------------------


@pytest.mark.thorough
def test_a_message_that_takes_too_long_is_given_up_and_the_next_is_read() -> None:
    endless = message(PUNYCODE_BOMB, Content_Type="text/plain; charset=punycode")
    with Reader(seconds=2) as reader:
        assert reader.read(endless) == Unread(why="reading it takes more than 2 seconds")
        assert isinstance(reader.read(sound("next")), Understood)


@pytest.mark.thorough
def test_a_message_that_is_too_large_or_too_deep_is_given_up_and_the_next_is_read() -> None:
    deep = message(To="g:" * 10_000 + KIT + ";" * 10_000)
    with Reader() as reader:
        assert reader.read(b"x" * (LARGEST + 1)) == Unread(why="it has more than 100 MB")
        assert reader.read(deep) == Unread(why="its headers or parts are nested too deep")
        assert isinstance(reader.read(sound("next")), Understood)


@pytest.mark.thorough
def test_a_message_that_takes_too_much_memory_is_given_up_and_the_next_is_read() -> None:
    with Reader(gigabytes=0.5) as reader:
        assert reader.read(garbage(90_000_000)) == Unread(why="reading it takes more than 0.5 GB of memory")
        assert isinstance(reader.read(sound("next")), Understood)


@pytest.mark.thorough
def test_a_message_read_apart_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(awkward, "BIG", 1_000)
    with Reader() as reader:
        for one in awkward.awkward_mail({key: f"M-{number:016x}" for number, key in enumerate(KEYS)}, "A1", "B1"):
            assert reader.read(one.raw) == understood(one.raw), one.name


# --- the whole inbox --------------------------------------------------------------------------------------------


@pytest.mark.thorough
def test_a_mailbox_of_hostile_messages_keeps_no_sound_one_waiting(
    app_on_each: Arflow, box: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    world, hostile = with_kit(app_on_each), [*hostile_mail(), Hostile(name="50 MB", raw=garbage(50_000_000))]
    sounds = [sound(f"sound {number}") for number in range(3)]
    halves = [one.raw for one in hostile[: len(hostile) // 2]], [one.raw for one in hostile[len(hostile) // 2 :]]
    for number, raw in enumerate((sounds[0], *halves[0], sounds[1], *halves[1], sounds[2])):
        deliver(box, raw, AT, number)

    ran = inbox.run(world, Maildir(box), answering(world, Settings.from_environment()), seconds=3)

    assert (ran.taken, ran.left, ran.unread) == (len({one.raw for one in hostile}) + 3, 0, ())
    assert capfd.readouterr() == ("", "")
    assert [(arrived(world, raw).state, arrived(world, raw).plan) for raw in sounds] == [("placed", "P-1001")] * 3
    wrong = [
        (one.name, found.state, found.why) for one in hostile if not is_well(one, found := arrived(world, one.raw))
    ]
    assert wrong == []
    assert reads(world, box) == inbox.Ran(taken=0)  # nothing is read again
    for one in hostile:
        assert officer_decisions.whole(world, arrived(world, one.raw).id) == one.raw
    assert list(world.log_store.verify()) == []


def is_well(one: Hostile, found: Arrival) -> bool:
    """Whether a message was filed, noted, or left to an officer with its reason."""
    if one.why is None and found.state in ("placed", "noted", "repeat"):
        return True
    return found.state == "unplaced" and bool(found.why) and (one.why or "") in (found.why or "")


@pytest.mark.thorough
def test_what_breaks_on_the_way_to_a_case_waits_for_an_officer_and_a_store_that_fails_stops_the_run(
    app: Arflow, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = with_kit(app)
    for number in range(3):
        deliver(box, sound(f"sound {number}"), AT, number)
    filing, broken = file_message, iter((StoreNotReady("the disk is full"), ZeroDivisionError()))
    monkeypatch.setattr(inbox, "file_message", lambda *_, **__: (_ for _ in ()).throw(next(broken)))
    with pytest.raises(StoreNotReady):
        reads(world, box)
    assert {one.state for one in officer_decisions.waiting_list(world, "all")} == {"new"}

    def first(*given: object, **how: object) -> None:
        monkeypatch.setattr(inbox, "file_message", filing)
        raise next(broken)

    monkeypatch.setattr(inbox, "file_message", first)

    assert reads(world, box) == inbox.Ran(taken=0, placed=2, unplaced=1)
    [left] = officer_decisions.waiting_list(world, "unplaced")
    assert left.why == "it cannot be filed (ZeroDivisionError): open it in your mail program"


# --- what an officer does ---------------------------------------------------------------------------------------


@pytest.fixture
def left(app: Arflow, box: Path) -> Arrival:
    """A message that could not be read."""
    deliver(box, nested(1_000), AT, 1)
    assert reads(with_kit(app), box) == inbox.Ran(taken=1, unplaced=1)
    [found] = officer_decisions.waiting_list(app, "unplaced")
    return found


@pytest.mark.thorough
def test_an_officer_sees_why_a_message_was_not_read(left: Arrival, run: Callable[..., Result], tmp_path: Path) -> None:
    why = "its parts are nested more than 50 deep: open it in your mail program"
    [listed] = json.loads(run("inbox", "list", "--unplaced", "--json").stdout)
    shown = json.loads(run("inbox", "show", left.id, "--json", "--output", str(tmp_path / "message.eml")).stdout)
    said = run("inbox", "show", left.id, "--words")

    assert (listed["id"], listed["why"], listed["state"]) == (left.id, why, "unplaced")
    assert (shown["why"], shown["papers"], shown["nature"]) == (why, [], None)
    assert (tmp_path / "message.eml").read_bytes() == nested(1_000)
    assert why in " ".join(run("inbox", "show", left.id).stdout.split())
    assert said.stderr.startswith(f"arflow: {left.id} cannot be read (its parts are nested more than 50 deep): take it")


@pytest.mark.thorough
def test_an_officer_sets_it_aside_or_places_it_whole(left: Arrival, app: Arflow, run: Callable[..., Result]) -> None:
    assert run("inbox", "set-aside", left.id, "--reason", "An attack").exit_code == 0
    assert run("inbox", "place", left.id, "--plan", "P-1001").exit_code == 0

    [paper] = officer_decisions.arrivals_of(app).papers()
    assert (paper.name, paper.media_type, paper.document) == ("message.eml", "message/rfc822", left.digest)
    app.act("R-2026-000001", HoldMeeting(on=AT.date(), skip_reason="told briefly"))
    assert run("inbox", "accept", paper.id, "--as", "advice", "--role", "health").exit_code == 0


# --- days -------------------------------------------------------------------------------------------------------


@pytest.mark.thorough
@pytest.mark.parametrize("key", ["1.M1.host", "99999999999.M1.host", "\u00b2.M1.host", f"{'9' * 90}.M1.host"])
def test_a_message_that_gives_no_day_that_can_be_is_dated_by_its_reading(
    app: Arflow, box: Path, run: Callable[..., Result], key: str
) -> None:
    (box / "new" / key).write_bytes(b"Received: a; Fri, 31 Dec 9999 23:59:59 -1400\r\n" + sound("late"))

    before = app.now
    assert reads(with_kit(app), box).placed == 1

    [arrival] = officer_decisions.waiting_list(app, "all")
    assert before <= arrival.arrived_at == arrival.recorded_at
    assert arrival.is_dated_by_reading
    assert "the day it was read" in " ".join(run("inbox", "show", arrival.id).stdout.split())


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("received", "at"),
    [
        ("Tue, 24 Nov 2026 10:31:00 +0000", datetime(2026, 11, 24, 10, 31, tzinfo=UTC)),
        ("24 Nov 2026 10:31:00 -0000", datetime(2026, 11, 24, 10, 31, tzinfo=UTC)),
        ("Tue, 24 Nov 2026 10:31:00", AT),
        ("Mon, 01 Jan 0001 00:00:00 +1400", AT),
        ("Fri, 31 Dec 9999 23:59:59 -1400", AT),
        ("24 Nov 2026 00:00:00 +9999", AT),
        (f"1 Jan {'9' * 5_000} 00:00:00 +0000", AT),
    ],
)
def test_a_moment_that_cannot_be_is_passed_over_for_that_of_the_delivery(
    app: Arflow, box: Path, received: str, at: datetime
) -> None:
    deliver(box, f"Received: from a by b; {received}\r\n".encode() + message(), AT, 1)

    reads(with_kit(app), box)

    [arrival] = officer_decisions.waiting_list(app, "all")
    assert (arrival.arrived_at, arrival.is_dated_by_reading) == (at, False)


# --- whatever comes next ----------------------------------------------------------------------------------------

_PIECES = st.sampled_from(
    [
        *(b"\r\n", b"\r\n\r\n", b"\0", b"\xff", b"(", b'"', b"<", b"--b1\r\n", b"=?utf-8?q?", b"charset=punycode;"),
        *(
            b"name*0*=",
            b"Content-Type: message/rfc822\r\n",
            b"Content-Transfer-Encoding: base64\r\n",
            b"To: g:",
            b"PK\x03\x04",
        ),
        *(b"Received: a; 1 Jan 0001 00:00:00 +0000\r\n", b"Date: 31 Dec 9999 23:59:59 -9999\r\n", b"METHOD:REPLY\r\n"),
    ]
)


@st.composite
def mutated(draw: st.DrawFn, shapes: list[bytes]) -> bytes:
    """A message of a real shape with pieces put in, repeated, cut out or changed."""
    made = bytearray(draw(st.sampled_from(shapes))[:8_000])
    for _ in range(draw(st.integers(1, 8))):
        place = draw(st.integers(0, len(made)))
        match draw(st.sampled_from(["put", "cut", "change"])):
            case "put":
                made[place:place] = draw(_PIECES) * draw(st.sampled_from([1, 2, 200]))
            case "cut":
                del made[place : place + draw(st.integers(1, 60))]
            case _:
                made[place : place + 1] = draw(st.binary(min_size=1, max_size=3))
    return bytes(made)


@pytest.mark.thorough
def test_mutated_messages_never_stop_the_run(app: Arflow, box: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(awkward, "BIG", 1_000)
    world, how = with_kit(app), answering(app, Settings.from_environment())
    shapes = [one.raw for one in awkward.awkward_mail(dict.fromkeys(KEYS, "M-0000000000000001"), "A1", "B1")]
    numbers = iter(range(10_000))

    @settings(max_examples=150, derandomize=True)
    @given(mutated(shapes))
    def runs(raw: bytes) -> None:
        deliver(box, raw, AT, next(numbers))
        inbox.take(world, Maildir(box), None, lambda _: None, [])
        found = arrived(world, raw)
        if found.state == "new":
            assert inbox.sort(world, found, how, reader) in ("placed", "unplaced", "noted", "repeat")

    with Reader() as reader:
        runs()
    deliver(box, sound("last"), AT, next(numbers))
    assert reads(world, box).placed == 1
