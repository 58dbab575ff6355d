"""Each kind of mail that was once read wrongly, in many dresses: words, charsets, wrappings, absences, answers, files."""

import base64
import quopri
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arflow.post.calendars import Reply
from arflow.post.incoming.inbox import when_taken
from arflow.post.incoming.message_summary import Understood, understood
from arflow.post.mail.absence_notes import is_absence_note, may_be_absence_note
from arflow.post.mail.mailbox import Delivered, Spot, received_at
from arflow.post.mail.message_kinds import Ours, why_no_answer
from arflow.post.mail.message_words import says
from arflow.post.mail.part_text import decoded
from arflow.post.mail.received import Incoming
from arflow.post.mail.signed_data import signed_content
from tests.support.awkward_mail import KIT, SAM

SAID = "We do not agree with the 30 minutes in F1."
BLANKS = (
    "",
    " ",
    "\n\n",
    "&nbsp;",
    "\u00a0\u200b",
    "\ufeff",
    "\ufffc",
    "[image: logo.png]",
    "[cid:image001.png@01D]",
    "\u2800\n____",
)


def raw(body: str | bytes, *headers: str, sender: str = SAM, subject: str = "Our views") -> bytes:
    top = (f"From: {sender}", "To: reviews@la.example.org", f"Subject: {subject}", "MIME-Version: 1.0", *headers)
    content = body if isinstance(body, bytes) else body.encode()
    return "\r\n".join(top).encode() + b"\r\n\r\n" + content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def read(body: str | bytes, *headers: str, **how: str) -> Incoming:
    return understood(raw(body, *headers, **how)).incoming


def many(kind: str, *parts: str) -> tuple[str, str]:
    """A multipart of a kind, and the header that says so."""
    joined = "".join(f"--{kind}\n{part}\n" for part in parts)
    return f"{joined}--{kind}--\n", f"Content-Type: multipart/{kind}; boundary={kind}"


def plain(words: str) -> str:
    return f"Content-Type: text/plain; charset=utf-8\n\n{words}"


def page(words: str) -> str:
    return f"Content-Type: text/html; charset=utf-8\n\n<html><body><p>{words}</p></body></html>"


# --- words ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("blank", [one for one in BLANKS if "&" not in one])
@pytest.mark.parametrize("outer", ["none", "mixed", "related", "signed"])
def test_the_words_of_a_page_are_read_where_the_plain_text_is_blank(blank: str, outer: str) -> None:
    body, header = many("alternative", plain(blank), page(SAID))
    if outer != "none":
        body, header = many(outer, f"{header}\n\n{body}")
    assert read(body, header).text == SAID


@pytest.mark.parametrize("blank", BLANKS)
def test_what_shows_nothing_says_nothing(blank: str) -> None:
    assert not says(blank.replace("&nbsp;", "\u00a0"))
    assert says(f"{blank}No.{blank}")
    assert says("\N{THUMBS UP SIGN}")


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 999)), min_size=1, max_size=6))
def test_of_parts_side_by_side_all_words_are_read_in_order(found: list[tuple[bool, int]]) -> None:
    body, header = many("mixed", *(page(f"Line {n}.") if is_page else plain(f"Line {n}.") for is_page, n in found))
    assert read(body, header).text.split("\n") == list(dict.fromkeys(f"Line {n}." for _, n in found))


def test_of_alternatives_nothing_is_lost_that_only_one_of_them_says() -> None:
    said = many("alternative", plain("This program cannot show the message."), page(SAID))
    assert SAID in read(*said).text
    twice = many("alternative", plain(SAID), page(SAID))
    assert read(*twice).text.strip() == SAID
    longer = many(
        "alternative", plain("We do not agree."), page(f"{SAID} It was two hours, and he needs them all week.")
    )
    assert "two hours" in read(*longer).text


@pytest.mark.parametrize("tag", ["s", "strike", "del", 'span style="text-decoration: line-through"'])
def test_what_is_struck_out_in_a_page_is_said_to_be(tag: str) -> None:
    struck = f"<{tag}>one <b>hour</b></{tag.partition(' ')[0]}> two hours<!-- three -->"
    assert read(*many("mixed", page(struck))).text == "[struck out: one hour] two hours"


# --- charsets ---------------------------------------------------------------------------------------------------

QUOTED = "He doesn’t sleep – “no more” … and €25 a week."


@pytest.mark.parametrize(
    "label", ["iso-8859-1", "latin1", "us-ascii", "ISO8859-1", "windows-1252", "cp1252", "l1", "ascii"]
)
@pytest.mark.parametrize("encoding", ["8bit", "base64", "quoted-printable"])
def test_charset_labels_mean_what_browsers_say(label: str, encoding: str) -> None:
    content = QUOTED.encode("cp1252")
    encoded = {"8bit": content, "base64": base64.encodebytes(content), "quoted-printable": quopri.encodestring(content)}
    found = read(
        encoded[encoding], f"Content-Type: text/plain; charset={label}", f"Content-Transfer-Encoding: {encoding}"
    )
    assert found.text.strip() == QUOTED


@pytest.mark.parametrize(
    ("label", "charset", "words"),
    [
        ("gb2312", "gb18030", "镕 views"),
        ("ks_c_5601-1987", "cp949", "똠 views"),
        ("shift_jis", "cp932", "① views"),
        ("iso-8859-9", "cp1254", "“görüş”"),
        ("iso-8859-11", "cp874", "“ไทย”"),
        ("iso-8859-8-i", "iso-8859-8", "שלום"),
        ("x-sjis", "cp932", "髙"),
        ("utf8", "utf-8", "Müde"),
        ("unicode-1-1-utf-8", "utf-8", "Müde"),
        ("utf-16", "utf-16", "Müde"),
        ("utf-7", "utf-7", "Müde"),
        ("cp850", "cp850", "Müde"),
        ("us-ascii", "utf-8", "Müde"),
    ],
)
def test_old_names_of_charsets_mean_what_is_sent_under_them(label: str, charset: str, words: str) -> None:
    assert decoded(words.encode(charset), label) == (words, None)


@pytest.mark.parametrize("label", ["utf-8", "x-nobody-knows", "rot13", "base64", "big5", "ascii-8bit", "iso-2022-jp"])
def test_words_that_are_not_in_their_charset_are_shown_with_the_doubt(label: str) -> None:
    found = read(
        QUOTED.encode("cp1252"), f"Content-Type: text/plain; charset={label}", "Content-Transfer-Encoding: 8bit"
    )
    assert "some signs may be wrong" in found.text
    assert label in found.text
    assert "€25" in found.text


@given(
    st.binary(max_size=60),
    st.sampled_from(["utf-8", "gb2312", "utf-16", "utf-7", "idna", "hex", "x-user-defined", "\0"]),
)
def test_no_bytes_stop_the_reading_of_words(content: bytes, label: str) -> None:
    words, _ = decoded(content, label)
    assert isinstance(words, str)


def test_a_subject_keeps_the_signs_that_its_charset_has_not() -> None:
    found = read("x", subject="=?iso-8859-1?Q?=93Views=94_=96_=8025?=")
    assert found.subject == "“Views” – €25"


# --- wrappings --------------------------------------------------------------------------------------------------

REPORT = many(
    "parallel", plain("Here it is."), "Content-Type: text/plain; name=ot.txt\nContent-Disposition: attachment\n\nDaily."
)


def forwarded(encoding: str, kind: str) -> str:
    inner = raw(REPORT[0], REPORT[1], sender="ot@nhs.example.org", subject="OT report")
    match encoding:
        case "base64":
            content = base64.encodebytes(inner).decode()
        case "quoted-printable":
            content = quopri.encodestring(inner).decode()
        case _:
            content = inner.decode()
    return f"Content-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n\n{content}"


@pytest.mark.parametrize("encoding", ["7bit", "8bit", "base64", "quoted-printable", "BASE64"])
@pytest.mark.parametrize(
    "kind", ["message/rfc822", "message/rfc822; name=a.eml", "application/octet-stream; name=a.eml"]
)
def test_a_forwarded_message_is_opened_however_it_is_wrapped(encoding: str, kind: str) -> None:
    part = forwarded(encoding.lower(), kind).replace(f": {encoding.lower()}\n", f": {encoding}\n", 1)
    found = read(*many("digest" if kind == "none" else "mixed", plain("Please see below."), part))
    assert [(file.name, file.content.strip()) for file in found.files] == [("ot.txt", b"Daily.")]
    assert found.closed == ()
    assert {"Please see below.", "OT report", "Here it is."} <= set(found.text.split("\n"))


def der(tag: int, content: bytes, *, open_end: bool = False) -> bytes:
    if open_end:
        return bytes([tag, 0x80]) + content + b"\0\0"
    size = len(content)
    length = bytes([size]) if size < 0x80 else bytes([0x84]) + size.to_bytes(4, "big")
    return bytes([tag]) + length + content


def sealed(content: bytes, *, open_end: bool = False, pieces: int = 1, kind: int = 2) -> bytes:
    """CMS as programs write it, without its certificates; `kind` 3 is encrypted."""

    def oid(last: int) -> bytes:
        return der(0x06, bytes.fromhex("2a864886f70d0107") + bytes([last]))

    cut = len(content) // pieces + 1
    octets = b"".join(der(0x04, content[at : at + cut]) for at in range(0, len(content), cut))
    held = octets if pieces == 1 else der(0x24, octets, open_end=open_end)
    inner = der(0x30, oid(1) + der(0xA0, held, open_end=open_end), open_end=open_end)
    signed = der(0x30, der(0x02, b"\1") + der(0x31, b"") + inner + der(0x31, b""), open_end=open_end)
    return der(0x30, oid(kind) + der(0xA0, signed, open_end=open_end), open_end=open_end)


@pytest.mark.parametrize("open_end", [False, True])
@pytest.mark.parametrize("pieces", [1, 2, 7])
@pytest.mark.parametrize(
    "kind",
    [
        "application/pkcs7-mime; smime-type=signed-data; name=smime.p7m",
        "application/x-pkcs7-mime; name=smime.p7m",
        "application/pkcs7-mime",
        "application/octet-stream; name=smime.p7m",
    ],
)
def test_an_opaque_signature_is_opened_without_a_key(kind: str, pieces: int, open_end: bool) -> None:
    content = f"{REPORT[1]}\r\n\r\n{REPORT[0]}".encode()
    body = base64.encodebytes(sealed(content, open_end=open_end, pieces=pieces))
    found = read(body, f"Content-Type: {kind}", "Content-Transfer-Encoding: base64")
    assert (found.text, [file.name for file in found.files], found.closed) == ("Here it is.", ["ot.txt"], ())


def test_what_is_encrypted_stays_closed_and_says_so() -> None:
    body = base64.encodebytes(sealed(b"secret", kind=3))
    found = read(body, "Content-Type: application/pkcs7-mime; name=smime.p7m", "Content-Transfer-Encoding: base64")
    assert [one.why for one in found.closed] == ["is encrypted or sealed (S/MIME) and was not opened"]


@given(st.data())
def test_no_seal_however_broken_stops_the_reading(data: st.DataObject) -> None:
    made = bytearray(sealed(b"Some words.", open_end=data.draw(st.booleans()), pieces=2))
    for _ in range(data.draw(st.integers(0, 4))):
        made[data.draw(st.integers(0, len(made) - 1))] = data.draw(st.integers(0, 255))
    signed_content(bytes(made[: data.draw(st.integers(0, len(made)))]))


def test_a_detached_signature_is_no_file_that_was_sent() -> None:
    signature = "Content-Type: application/octet-stream; name=smime.p7s\nContent-Disposition: attachment\n\nx"
    found = read(*many("signed", plain(SAID), signature))
    assert (found.text, found.files, found.closed) == (SAID, (), ())


# --- absences ---------------------------------------------------------------------------------------------------

SURE = (
    "Out of Office AutoReply:",
    "Automatic reply:",
    "Auto:",
    "[Automatic reply]:",
    "Auto-Reply: Out of office:",
    "Autoreply -",
)
UNSURE_SUBJECTS = (
    "Re: {} [I am out of the office until 14 December]",
    "RE: {} - automatic reply",
    "{} (out of office)",
    "Re: {} | I'm on annual leave until Monday",
    "Fwd: Abwesenheitsnotiz {}",
)
UNSURE_WORDS = (
    "I am out of the office until 14 December.",
    "Hello,\n\nI'm currently on annual leave and will answer on my return.",
    "I will be away from my desk until Monday.",
    "Thank you. I am on maternity leave until June; please write to the office.",
    "I no longer work for the service.",
    "This mailbox is not monitored.",
)
REAL = (
    "He was out of school for two weeks and needs an assistant.",
    "The parents are away from home a lot; see section D.",
    "She is on the waiting list, and was on holiday in June.",
    "We ask for the meeting to be moved: he has an appointment.",
)


@pytest.mark.parametrize(("begins", "subject"), [*product(SURE, ("R-2026-000001", "Annual review R-2026-000001", ""))])
def test_a_subject_that_begins_as_an_absence_note_is_one(begins: str, subject: str) -> None:
    assert is_absence_note(f"{begins} {subject}")
    assert understood(raw("Away.", sender=KIT, subject=f"{begins} {subject}")).nature == "auto_reply"


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        *(
            (subject.format(name), "Thanks.")
            for subject, name in product(UNSURE_SUBJECTS, ("R-2026-000001", "Annual review"))
        ),
        *((name, words) for name, words in product(("Re: R-2026-000001", "Annual review"), UNSURE_WORDS)),
    ],
)
def test_an_unsure_absence_note_is_neither_a_paper_nor_answered(subject: str, words: str) -> None:
    found = understood(raw(words, sender=KIT, subject=subject))
    assert found.nature == "likely_absence"
    assert why_no_answer(found.incoming, found.nature, Ours(addresses=frozenset()))


@pytest.mark.parametrize(("words", "quoted"), [*product(REAL, ("", "\n\n> I am out of the office until Monday."))])
def test_ordinary_words_about_absence_stay_a_paper(words: str, quoted: str) -> None:
    assert not may_be_absence_note("Re: R-2026-000001", words + quoted)
    assert understood(raw(words + quoted, sender=KIT, subject="Re: R-2026-000001")).nature == "paper"


def test_a_long_letter_that_begins_with_an_absence_is_a_paper() -> None:
    assert not may_be_absence_note("Advice", "I am on leave from Friday. " + "He needs a signing adult. " * 60)


# --- calendars --------------------------------------------------------------------------------------------------


def calendar(method: str, *lines: str, answer: str = "DECLINED") -> str:
    told = (f"METHOD:{method}",) if method else ()
    event = ("BEGIN:VEVENT", f"ATTENDEE;PARTSTAT={answer}:mailto:{KIT}", "UID:R-2026-000001@la.example.org", *lines)
    return "\n".join(("BEGIN:VCALENDAR", *told, "VERSION:2.0", *event, "SEQUENCE:0", "END:VEVENT", "END:VCALENDAR", ""))


def answered(words: str, file: str, kind: str = "text/calendar; method=REPLY") -> Understood:
    body, header = many("alternative", plain(words), f"Content-Type: {kind}\n\n{file}")
    return understood(raw(body, header, sender=KIT))


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("DTSTART:20270112T140000Z", "12 January 2027 at 14:00"),
        ("DTSTART:20270712T140000Z", "12 July 2027 at 15:00"),
        ("DTSTART;TZID=Europe/London:20270712T140000", "12 July 2027 at 14:00"),
        ("DTSTART;TZID=America/New_York:20270112T090000", "12 January 2027 at 14:00"),
        ("DTSTART;VALUE=DATE:20270112", "12 January 2027"),
        ("DTSTART:20270112T140000", "12 January 2027 at 14:00"),
    ],
)
@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("COUNTER", "text/calendar; method=COUNTER"),
        ("COUNTER", "text/calendar"),
        ("", "text/calendar; method=COUNTER"),
        ("COUNTER", "application/ics"),
        ("COUNTER", "application/octet-stream; name=answer.ics"),
    ],
)
def test_another_time_that_a_calendar_proposes_is_read(start: str, said: str, method: str, kind: str) -> None:
    found = answered("", calendar(method, start, answer="TENTATIVE"), kind)
    assert found.nature == "calendar_reply"
    assert isinstance(found.reply, Reply)
    assert (found.reply.counters, found.reply.proposed) == (True, said)
    assert said in found.incoming.text


@pytest.mark.parametrize("words", ["", "Dr Wren will come instead.", "My report is late;\nsorry."])
@pytest.mark.parametrize(
    "comment", ["", "COMMENT:Dr Wren will come instead.", "COMMENT;LANGUAGE=en-GB:I teach then\\, sorry"]
)
@pytest.mark.parametrize("answer", ["ACCEPTED", "DECLINED", "TENTATIVE"])
def test_words_beside_a_calendars_answer_are_kept(words: str, comment: str, answer: str) -> None:
    found = answered(words, calendar("REPLY", *filter(None, (comment,)), answer=answer))
    assert isinstance(found.reply, Reply)
    said = " ".join(found.incoming.text.split())
    assert bool(found.reply.comments) == bool(words or comment)
    assert " ".join(words.split()) in said
    assert comment.partition(":")[2].replace("\\", "") in said


@pytest.mark.parametrize(
    "words", ["kit@nhs.example.org has accepted this invitation.", "Kit Finch has declined your meeting"]
)
@pytest.mark.parametrize(
    "more", ["", "\n\nAnnual review\nSunday\n\nInvitation from Google Calendar: https://calendar.example"]
)
def test_what_a_calendar_writes_by_itself_is_nobodys_words(words: str, more: str) -> None:
    found = answered(words + more, calendar("REPLY"))
    assert isinstance(found.reply, Reply)
    assert found.reply.comments == ()


def test_an_invitation_that_is_passed_on_is_no_answer() -> None:
    assert answered("Dr Wren will come for me.", calendar("REQUEST"), "text/calendar; method=REQUEST").nature == "paper"


def test_an_attached_message_keeps_its_own_file_where_it_carries_none() -> None:
    inner = EmailMessage()
    inner["From"], inner["Subject"] = KIT, "No files"
    inner.set_content("Only words.")
    outer = EmailMessage()
    outer["From"], outer["Subject"] = KIT, "Fwd"
    outer.set_content("See below.")
    outer.add_attachment(inner)
    assert [file.name for file in understood(outer.as_bytes()).incoming.files] == ["No files.eml"]


# --- generated: at least fifty of each kind ---------------------------------------------------------------------

_DRESS = st.tuples(
    st.sampled_from(["", "Re: ", "FWD: ", "AW: ", "Re: Fwd: "]),
    st.sampled_from([str.lower, str.upper, str.title, str]),
    st.sampled_from(["{}", "[{}]", "({})", "*** {} ***", "{}:", "{} -"]),
    st.sampled_from(["", " R-2026-000001", " annual review", " | thank you"]),
)
_CALLED_SO = (
    "out of office",
    "automatic reply",
    "Abwesenheitsnotiz",
    "réponse automatique",
    "odpowiedź automatyczna",
    "autosvar",
)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(_CALLED_SO), _DRESS)
def test_an_absence_note_in_any_dress_is_never_taken_for_advice(
    called: str, dress: tuple[str, Callable[[str], str], str, str]
) -> None:
    before, written, form, after = dress
    subject = f"{before}{form.format(written(called))}{after}"
    assert understood(raw("Thanks.", sender=KIT, subject=subject)).nature in ("auto_reply", "likely_absence")


@settings(max_examples=200, deadline=None)
@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)), st.integers(-14, 14))  # noqa: DTZ001
def test_whatever_day_a_server_says_a_message_came_on_a_day_that_can_be(at: datetime, hours: int) -> None:
    said = f"{at:%d} {at:%b} {at.year:04} {at:%H:%M:%S} {'-' if hours < 0 else '+'}{abs(hours):02}00"
    found = received_at(f"Received: from a by b; {said}\r\n\r\nWords.".encode())
    now = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
    delivered = Delivered(spot=Spot(mailbox="m", validity="1", key="1"), raw=b"", moments=tuple(filter(None, (found,))))
    arrived = when_taken(delivered, now.date(), now)
    assert datetime(2014, 9, 1, tzinfo=UTC) <= arrived <= now + timedelta(days=2)
    if found is not None and datetime(2015, 1, 1, tzinfo=UTC) <= found <= now:
        assert arrived == found
