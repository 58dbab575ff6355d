"""Invitations as calendar files: read by another implementation, updated, cancelled, and answered."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from arflow.errors import ArflowError, InvalidValue, MissingValue
from arflow.post.calendars import Meeting, Party, cancellation, feed, invitation, read_reply

AT = datetime(2026, 2, 1, 12, 30, tzinfo=UTC)
INBOX = Party(email="reviews@anytown.example", name="Anytown Council")
PARENT = Party(email="ellis.ash@example.org", name="Ellis Ash")
IN_WINTER = Meeting(review="R-2026-000123", on=date(2026, 3, 25), starts=time(10), ends=time(11, 30), place="Room 2")
IN_SUMMER = Meeting(review="R-2026-000123", on=date(2026, 7, 15), starts=time(14, 15), ends=time(15))
ALL_DAY = Meeting(review="R-2026-000123", on=date(2026, 7, 15))


def read(content: bytes) -> Any:
    """A file as another implementation reads it."""
    return vobject.readOne(content.decode())


def asked(meeting: Meeting = IN_WINTER, attendee: Party = PARENT, sequence: int = 0) -> Any:
    return read(invitation(meeting, INBOX, attendee, sequence=sequence, at=AT))


def test_an_invitation_asks_one_person_and_replies_go_to_the_inbox() -> None:
    file = asked()
    event = file.vevent

    assert (file.method.value, file.version.value) == ("REQUEST", "2.0")
    assert (event.summary.value, event.location.value) == ("Annual review R-2026-000123", "Room 2")
    assert event.organizer.value == "mailto:reviews@anytown.example"
    assert [one.value for one in event.attendee_list] == ["mailto:ellis.ash@example.org"]
    assert event.attendee.params == {
        "CN": ["Ellis Ash"],
        "PARTSTAT": ["NEEDS-ACTION"],
        "ROLE": ["REQ-PARTICIPANT"],
        "RSVP": ["TRUE"],
    }
    assert (event.sequence.value, event.status.value) == ("0", "CONFIRMED")
    assert event.dtstamp.value == AT


def test_a_file_shows_nobody_else_who_is_invited() -> None:
    others = invitation(IN_WINTER, INBOX, Party(email="jo.birch@example.org"), sequence=0, at=AT)

    assert b"ellis.ash" not in others
    assert others.count(b"ATTENDEE") == 1


@pytest.mark.parametrize(
    ("meeting", "starts", "ends"),
    [
        (IN_WINTER, datetime(2026, 3, 25, 10, tzinfo=UTC), datetime(2026, 3, 25, 11, 30, tzinfo=UTC)),
        (IN_SUMMER, datetime(2026, 7, 15, 13, 15, tzinfo=UTC), datetime(2026, 7, 15, 14, tzinfo=UTC)),
    ],
)
def test_a_time_is_that_of_the_clock_in_london(meeting: Meeting, starts: datetime, ends: datetime) -> None:
    event = asked(meeting).vevent

    assert (event.dtstart.value.utcoffset(), event.dtstart.value) == (
        timedelta(hours=0 if meeting is IN_WINTER else 1),
        starts,
    )
    assert event.dtend.value == ends


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2026, 3, 28), 0), (date(2026, 3, 29), 1), (date(2026, 10, 24), 1), (date(2026, 10, 25), 0),
        (date(2039, 3, 26), 0), (date(2039, 3, 27), 1), (date(2039, 10, 29), 1), (date(2039, 10, 30), 0),
    ],
)  # fmt: skip
def test_summer_time_begins_and_ends_on_its_sundays_for_as_long_as_the_rule_stands(day: date, hours: int) -> None:
    meeting = Meeting(review="R-2026-000123", on=day, starts=time(10))

    assert asked(meeting).vevent.dtstart.value.utcoffset() == timedelta(hours=hours)


def test_a_meeting_whose_time_is_not_known_takes_the_day_and_makes_nobody_busy() -> None:
    event = asked(ALL_DAY).vevent

    assert (event.dtstart.value, event.dtend.value) == (date(2026, 7, 15), date(2026, 7, 16))
    assert event.transp.value == "TRANSPARENT"
    assert b"VTIMEZONE" not in invitation(ALL_DAY, INBOX, PARENT, sequence=0, at=AT)


def test_an_update_and_a_cancellation_are_of_the_same_meeting() -> None:
    first, moved = asked(), asked(IN_SUMMER, sequence=1)
    gone = read(cancellation(IN_SUMMER, INBOX, PARENT, sequence=2, at=AT))

    assert {file.vevent.uid.value for file in (first, moved, gone)} == {"R-2026-000123@anytown.example"}
    assert [file.vevent.sequence.value for file in (first, moved, gone)] == ["0", "1", "2"]
    assert (moved.method.value, gone.method.value, gone.vevent.status.value) == ("REQUEST", "CANCEL", "CANCELLED")
    assert [one.value for one in gone.vevent.attendee_list] == ["mailto:ellis.ash@example.org"]


def test_long_and_accented_words_are_folded_between_letters() -> None:
    place = "École Sainte-Thérèse, Salle à côté de l’entrée; “Żółw” room, " * 4
    content = invitation(
        Meeting(review="R-2026-000123", on=date(2026, 7, 15), place=place.strip()),
        INBOX,
        Party(email="zoe@example.org", name='Zoë "Zee" Żółw, parent'),
        sequence=0,
        at=AT,
    )

    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    assert content.count(b"\n") == content.count(b"\r\n")
    for line in content.split(b"\r\n"):
        line.decode()  # no letter is cut in two
    event = read(content).vevent
    assert event.location.value == place.strip()
    assert event.attendee.params["CN"][0].startswith("Zoë ")


@pytest.mark.parametrize(
    ("wrong", "refusal", "words"),
    [
        ({"ends": time(11)}, MissingValue, "time: is missing"),
        ({"starts": time(11), "ends": time(11)}, InvalidValue, "ends: 11:00 is not after 11:00"),
        ({"place": "two\nlines"}, InvalidValue, "place: .* is not text on one line"),
        ({"place": " "}, InvalidValue, "place"),
    ],
)
def test_a_meeting_that_cannot_be_is_refused(wrong: dict[str, Any], refusal: type[ArflowError], words: str) -> None:
    with pytest.raises(refusal, match=words):
        Meeting(review="R-2026-000123", on=date(2026, 7, 15), **wrong)


def reply_of(**changed: str | None) -> bytes:
    """A reply as a calendar program sends it back."""
    lines = {
        "METHOD": "METHOD:REPLY",
        "EVENT": "BEGIN:VEVENT",
        "UID": "UID:R-2026-000123@anytown.example",
        "SEQUENCE": "SEQUENCE:1",
        "ATTENDEE": 'ATTENDEE;PARTSTAT=ACCEPTED;CN="Ash, Ellis":MAILTO:Ellis.Ash@example.org',
        "DTSTART": "DTSTART;TZID=GMT Standard Time:20260325T100000",
        "COMMENT": "COMMENT:We shall be there\\, both of us.",
        **changed,
    }
    body = [line for line in lines.values() if line is not None]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *body, "END:VEVENT", "END:VCALENDAR", ""]).encode()


@pytest.mark.parametrize("word", ["ACCEPTED", "DECLINED", "TENTATIVE", "DELEGATED", "NEEDS-ACTION"])
def test_a_reply_says_who_answered_what_to_which_meeting(word: str) -> None:
    found = read_reply(reply_of(ATTENDEE=f"ATTENDEE;PARTSTAT={word}:mailto:ellis.ash@example.org"))

    assert (found.uid, found.review) == ("R-2026-000123@anytown.example", "R-2026-000123")
    assert (found.attendee, found.sequence) == ("ellis.ash@example.org", 1)
    assert found.partstat == word.lower().replace("-", "_")


def test_a_reply_made_by_another_implementation_is_read() -> None:
    file = asked(sequence=3)
    file.method.value = "REPLY"
    file.vevent.attendee.params["PARTSTAT"] = ["DECLINED"]
    del file.vevent.attendee.params["RSVP"]

    found = read_reply(file.serialize().encode())

    assert (found.partstat, found.attendee, found.sequence) == ("declined", "ellis.ash@example.org", 3)


def test_an_answer_without_a_sequence_is_to_the_first_invitation() -> None:
    assert read_reply(reply_of(SEQUENCE=None)).sequence == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "a file that cannot be read"),
        (b"Dear all, I accept.", "a file that cannot be read"),
        (b"\xff\xfe\x00B\x00E", "a file that cannot be read"),
        (reply_of()[:60], "a file that cannot be read"),
        (reply_of(METHOD="METHOD:REQUEST"), "METHOD REQUEST"),
        (reply_of(METHOD="METHOD:REFRESH"), "METHOD REFRESH"),
        (reply_of(METHOD=None), "without a METHOD"),
        (reply_of(EVENT="BEGIN:VEVENT\r\nUID:other\r\nEND:VEVENT\r\nBEGIN:VEVENT"), "a reply with 2 meetings"),
        (reply_of(ATTENDEE=None), "not of one person"),
        (reply_of(COMMENT="ATTENDEE;PARTSTAT=DECLINED:mailto:jo@example.org"), "not of one person"),
        (reply_of(UID=None), "without its meeting or its answer"),
        (reply_of(SEQUENCE="SEQUENCE:many"), "without its meeting or its answer"),
        (reply_of(ATTENDEE="ATTENDEE;PARTSTAT=MAYBE:mailto:jo@example.org"), "without its meeting or its answer"),
    ],
)
def test_anything_else_gets_one_clear_refusal(content: bytes, words: str) -> None:
    with pytest.raises(InvalidValue, match=f"calendar reply: .*{words}.* is not a calendar reply"):
        read_reply(content)


@pytest.mark.thorough
@settings(max_examples=300)
@given(st.data())
def test_a_damaged_reply_is_read_or_refused_and_never_a_crash(data: st.DataObject) -> None:
    whole = reply_of()
    place = data.draw(st.integers(0, len(whole)))
    damaged = whole[:place] + data.draw(st.binary(max_size=4)) + whole[place + data.draw(st.integers(0, 12)) :]

    try:
        assert read_reply(damaged).uid
    except InvalidValue as refusal:
        assert refusal.field == "calendar reply"


def test_a_feed_has_the_meetings_of_one_person_and_names_nobody() -> None:
    other = Meeting(review="R-2026-000124", on=date(2026, 9, 9))

    content = feed([(IN_SUMMER, 4), (other, 1)], INBOX, at=AT)

    file = read(content)
    assert file.method.value == "PUBLISH"
    assert [(event.uid.value, event.sequence.value) for event in file.vevent_list] == [
        ("R-2026-000123@anytown.example", "4"),
        ("R-2026-000124@anytown.example", "1"),
    ]
    assert file.vevent_list[0].dtstart.value == datetime(2026, 7, 15, 13, 15, tzinfo=UTC)
    assert b"ATTENDEE" not in content


@pytest.mark.parametrize("method", ["COUNTER", "REPLY"])
@pytest.mark.parametrize("zone", ["", ";TZID=Europe/London", ";TZID=America/New_York", ";TZID=Pacific/Kiritimati"])
@pytest.mark.parametrize(
    "moment",
    [
        "00010101T000000Z",
        "00010101T000000",
        "00010101",
        "99991231T235959Z",
        "99991231T235959",
        "99991231",
        "DT",
        "20260230T100000",
    ],
)
def test_the_first_and_last_moment_of_a_calendar_are_read_with_doubt(moment: str, zone: str, method: str) -> None:
    lines = (
        "BEGIN:VCALENDAR", "VERSION:2.0", f"METHOD:{method}", "BEGIN:VEVENT", "UID:R-2026-000001@x", f"DTSTART{zone}:{moment}",
        "ATTENDEE;PARTSTAT=DECLINED:mailto:kit@example.org", "END:VEVENT", "END:VCALENDAR", "",
    )  # fmt: skip
    reply = read_reply("\r\n".join(lines).encode())
    assert reply.partstat == "declined"
    assert reply.proposed == ("a time that cannot be: ask them which" if method == "COUNTER" else None)
