"""Reading mail: whatever is malformed, it is read; whatever a name hides, it is safe to show."""

import random

import pytest

from arflow.post.incoming.message_summary import understood
from arflow.post.mail.case_match import Clue, Member, match
from arflow.post.mail.message_kinds import Ours, why_no_answer
from arflow.post.mail.safe_names import safe_name
from tests.support import awkward_mail as awkward
from tests.support.awkward_mail import KIT, SAM, email

KEYS = ("reply", "away", "receipt", "postfix", "exchange", "gmail", "qmail", "delay")
PIECES = (
    *(
        b"\r\n",
        b"\r\n\r\n",
        b"=?utf-8?q?",
        b"?=",
        b"<",
        b">",
        b'"',
        b"(",
        b";",
        b"=",
        b":",
        b"@",
        b",",
        b"[",
        b"\\",
        b"\0",
    ),
    *(
        b"\xff",
        b"--x",
        b"boundary=",
        b"charset=",
        b"*0*=",
        b"filename*=utf-8''%",
        b"From: ",
        b"Date: ",
        b"begin 666 x\n",
    ),
    *(b"Content-Type: multipart/mixed", b"Content-Type: message/rfc822\r\n", b"Content-Transfer-Encoding: base64\r\n"),
)


def broken(raw: bytes, chance: random.Random) -> bytes:
    """A message with a few pieces put in, cut out, changed or doubled."""
    made = bytearray(raw[:6_000])
    for _ in range(chance.randint(1, 12)):
        place, other = chance.randrange(len(made) + 1), chance.randrange(len(made) + 1)
        match chance.randrange(4):
            case 0:
                made[place:place] = chance.choice(PIECES)
            case 1:
                del made[place : place + chance.randint(1, 30)]
            case 2:
                made[place : place + 1] = bytes([chance.randrange(256)])
            case _:
                made[place:place] = made[other : other + chance.randint(1, 60)]
    return bytes(made)


@pytest.mark.thorough
def test_no_message_however_broken_stops_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(awkward, "BIG", 1_000)
    chance = random.Random(20_260_901)
    mail = awkward.awkward_mail({key: f"M-{number:016x}" for number, key in enumerate(KEYS)}, "A1", "B1")
    for _ in range(500):
        found = understood(broken(chance.choice(mail).raw, chance))
        incoming = found.incoming
        why_no_answer(incoming, found.nature, Ours(addresses=frozenset()))
        for file in incoming.files:
            assert file.name.isprintable()
            assert not set(file.name) & set("/\\")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\kit\\report.docx", "report.docx"),
        ("report\u202exfdp.exe", "reportxfdp.exe"),
        ("a\0b\r\nc.pdf", "ab c.pdf"),
        ("..", "attachment-3.pdf"),
        ("", "attachment-3.pdf"),
        ("\u200b\u2066", "attachment-3.pdf"),
        ("  two   spaces .pdf", "two spaces .pdf"),
        ("x" * 500 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_from_outside_is_safe_to_show(given: str, shown: str) -> None:
    assert safe_name(given, "application/pdf", 3) == shown


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("R-2026-000123", ("R-2026-000123",)),
        ("r-2026-123", ("R-2026-000123",)),
        ("R - 2026 - 000123", ("R-2026-000123",)),
        ("(R–2026–000123)", ("R-2026-000123",)),
        ("Ｒ－２０２６－０００１２３", ("R-2026-000123",)),
        ("R-2026-0001234", ()),
        ("AR-2026-000123", ()),
        ("R-2026-000001 R-2026-000002", ("R-2026-000001", "R-2026-000002")),
    ],
)
def test_a_reference_is_found_however_it_is_written(text: str, found: tuple[str, ...]) -> None:
    assert understood(email(KIT, text).as_bytes()).named.reviews == found


def test_digits_alone_are_a_reference_only_where_they_are_called_one() -> None:
    said = understood(email(KIT, "Hello", "Call 01632960001. Our ref: 100234. Room 100235.\n").as_bytes())

    assert said.named.words == ("100234",)


KIT_IN_1 = Member(person="N-00000001", plan="P-1", role="health")
SAM_IN_1 = Member(person="N-00000002", plan="P-1", role="parent")
KIT_IN_2 = Member(person="N-00000003", plan="P-2", role="health")
OF_1 = Clue(by="review", said="R-1", plan="P-1", review="R-1")
OF_2 = Clue(by="pupil", said="by UPN", plan="P-2")
NOWHERE = Clue(by="review", said="R-9", plan=None)


@pytest.mark.parametrize(
    ("clues", "members", "plan", "why_not"),
    [
        ([OF_1], [KIT_IN_1], "P-1", None),
        ([OF_1], [KIT_IN_1, KIT_IN_2], "P-1", None),
        ([], [KIT_IN_1], "P-1", None),
        ([], [KIT_IN_1, KIT_IN_2], None, "the sender is in 2 cases and none is named"),
        ([], [], None, "nothing names a case"),
        ([OF_1, OF_2], [KIT_IN_1, KIT_IN_2], None, "names 2 cases"),
        ([OF_2], [KIT_IN_1], None, "the sender is not known in this case"),
        ([OF_1], [], None, "the sender is not known in this case"),
        ([OF_1, NOWHERE], [KIT_IN_1], None, "names R-9, which is not known here"),
        ([NOWHERE], [KIT_IN_1], None, "names R-9, which is not known here"),
    ],
)
def test_a_case_is_found_only_where_everything_agrees(
    clues: list[Clue], members: list[Member], plan: str | None, why_not: str | None
) -> None:
    found = match(clues, members)

    assert (found.plan, found.why_not) == (plan, why_not)


def test_who_shares_an_address_is_nobody_in_particular() -> None:
    found = match([OF_1], [KIT_IN_1, SAM_IN_1])

    assert (found.plan, found.person, found.role) == ("P-1", None, None)


@pytest.mark.parametrize(
    "subject",
    ["Auto-mated maths report", "Vacation plans for the family", "Out of office hours provision", "Absent pupils"],
)
def test_words_that_only_look_like_an_absence_are_a_paper(subject: str) -> None:
    assert understood(email(SAM, subject).as_bytes()).nature == "paper"


def test_a_message_that_names_two_reviews_of_a_plan_is_placed_on_neither() -> None:
    clues = [Clue(by="review", said=f"R-{number}", plan="P-1", review=f"R-{number}") for number in (1, 2)]
    found = match(clues, [Member(person="N-1", plan="P-1", role="parent")])
    assert (found.plan, found.review, found.why_not) == (None, None, "names 2 reviews of the plan")
