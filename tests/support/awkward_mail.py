"""Messages as they really come: what each is, and where it must and must not end up."""

import base64
import io
import random
import zipfile
from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP
from itertools import count
from typing import Any

import msgspec

KIT, SAM, OFFICE = "kit@nhs.example.org", "sam@home.example.org", "office@school.example.org"
ALEX, VAL, STRANGER = "alex@home.example.org", "val@home.example.org", "stranger@elsewhere.example.org"
OURS, BOUNCES = "reviews@la.example.org", "bounces@la.example.org"
REPORT = b"The advice of an invented therapist.\n"
BIG = 30_000_000
_IDS = count(1)


class Awkward(msgspec.Struct, frozen=True, kw_only=True):
    """One message, and what must become of it."""

    name: str
    raw: bytes
    state: str
    plan: str | None = None
    papers: tuple[str, ...] = ()
    not_opened: tuple[str, ...] = ()
    why: str = ""
    answered: bool = False


def written(raw: bytes, name: str) -> bytes:
    """A message written by hand, with its name in a header and the line ends of mail."""
    return f"X-Case: {name}\r\n".encode() + raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def email(sender: str, subject: str, text: str = "Please see the attached.\n", **headers: str) -> EmailMessage:
    """An ordinary email."""
    made = EmailMessage(policy=SMTP)
    made["Return-Path"] = f"<{sender}>"
    made["From"], made["To"], made["Subject"] = sender, headers.pop("To", OURS), subject
    made["Message-ID"] = headers.pop("Message_ID", f"<{next(_IDS)}@mail.example.org>")
    for name, value in headers.items():
        del made[name.replace("_", "-")]
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def attached(made: EmailMessage, *names: str, content: bytes = REPORT, kind: str = "text/plain") -> EmailMessage:
    """The email with a file of each name, each a little different."""
    main, sub = kind.split("/")
    for number, name in enumerate(names):
        made.add_attachment(content + b"\n" * number, maintype=main, subtype=sub, filename=name)
    return made


def case(name: str, made: EmailMessage | bytes, state: str, **how: Any) -> Awkward:
    raw = made if isinstance(made, bytes) else made.as_bytes()
    return Awkward(name=name, raw=written(raw, name), state=state, **how)


def unique(name: str) -> bytes:
    """A file that no other message carries: the same file on two cases is another story."""
    return f"The advice that came with {name}.\n".encode()


def awkward_mail(ours: Mapping[str, str], upn: str, unknown_upn: str) -> list[Awkward]:
    """All of them; `ours` has ids of messages that we sent on R-2026-000001."""
    return [
        *_placed(ours, upn),
        *_of_the_family(),
        *_unplaced(unknown_upn),
        *_automatic(ours),
        *_bounces(ours),
        *_malformed(),
        *_files(),
        *_calendars(ours),
    ]


def _placed(ours: Mapping[str, str], upn: str) -> list[Awkward]:
    def plain(name: str, subject: str, **how: Any) -> EmailMessage:
        return attached(email(KIT, subject, **how), "advice.txt", content=unique(name))

    first: dict[str, Any] = {"state": "placed", "plan": "P-1001", "papers": ("advice.txt",), "answered": True}
    reply = plain("reply", "Re: Annual review", In_Reply_To=f"<{ours['reply']}@la.example.org>")
    return [
        case("a reference", plain("a reference", "Advice for R-2026-000001"), **first),
        case("full width", plain("full width", "Advice for Ｒ－２０２６－０００００１"), **first),
        case("other dashes", plain("other dashes", "Advice for R–2026–1"), **first),
        case("arabic digits", plain("arabic digits", "نصيحة R-٢٠٢٦-٠٠٠٠٠١"), **first),
        case("hidden signs", plain("hidden signs", "Advice R-2026-\u200b000\u00ad001"), **first),
        case("a plan", plain("a plan", "Advice for p-1001."), **first),
        case("a pupil's number", plain("a pupil's number", f"Advice for {upn.lower()}"), **first),
        case("a reply", reply, **first),
        case("a plus address", plain("a plus address", "Advice", To="reviews+r-2026-000001@la.example.org"), **first),
        case("by sender alone", plain("by sender alone", "Advice, as promised"), **first),
        case(
            "named in a file only",
            attached(email(KIT, "As promised"), "R-2026-000001 OT.txt", content=unique("named in a file")),
            "placed",
            plan="P-1001",
            papers=("R-2026-000001 OT.txt",),
            answered=True,
        ),
    ]


def _of_the_family() -> list[Awkward]:
    photo = attached(
        email(VAL, "Representations", "We do not agree.\n"), "drawing.jpg", content=jpeg(7), kind="image/jpeg"
    )
    return [
        case(
            "a parent's words and a photograph",
            photo,
            "placed",
            plan="P-1005",
            papers=("drawing.jpg", "message.txt"),
            answered=True,
        ),
        case("a parent of two, no reference", email(ALEX, "My son"), "unplaced", why="2 cases", answered=True),
        case(
            "a parent of two, one named",
            attached(email(ALEX, "R-2026-000003"), "views.txt", content=unique("one named")),
            "placed",
            plan="P-1003",
            papers=("views.txt", "message.txt"),
            answered=True,
        ),
        case(
            "a parent of two, the sibling quoted",
            attached(email(ALEX, "R-2026-000003", "Like R-2026-000004\n"), "views.txt"),
            "unplaced",
            why="names 2 cases",
            answered=True,
        ),
        case(
            "a file of the sibling",
            attached(email(ALEX, "R-2026-000003"), "R-2026-000004.txt"),
            "unplaced",
            answered=True,
        ),
    ]


def _unplaced(unknown_upn: str) -> list[Awkward]:
    def plain(sender: str, subject: str, text: str = "See attached.\n") -> EmailMessage:
        return attached(email(sender, subject, text), "advice.txt")

    return [
        case("no reference", plain(STRANGER, "Advice"), "unplaced", why="nothing names a case", answered=True),
        case("two references", plain(KIT, "R-2026-000001 and R-2026-000002"), "unplaced", why="2 cases", answered=True),
        case("another family", plain(SAM, "R-2026-000003"), "unplaced", why="not known in this case", answered=True),
        case("a stranger", plain(STRANGER, "R-2026-000001"), "unplaced", why="not known in this case", answered=True),
        case("a mistyped reference", plain(KIT, "R-2026-009999"), "unplaced", why="not known here", answered=True),
        case("another child", plain(KIT, "Advice", f"UPN {unknown_upn}\n"), "unplaced", why="a UPN", answered=True),
        case("an old review", plain(VAL, "Re: R-2026-000005"), "unplaced", why="which is finished", answered=True),
        case("a school of many", plain(OFFICE, "Reports"), "unplaced", why="in 2 cases", answered=True),
        case(
            "forged",
            attached(email(SAM, "R-2026-000001", Authentication_Results="mx.la.example.org; dmarc=fail"), "a.txt"),
            "unplaced",
        ),
        case("from ourselves", attached(email(OURS, "Fwd: R-2026-000001"), "a.txt"), "unplaced"),
        case(
            "no sender",
            plain(KIT, "R-2026-000001").as_bytes().replace(b"From: kit@nhs.example.org\r\n", b""),
            "unplaced",
        ),
        case(
            "two senders",
            plain(KIT, "R-2026-000001").as_bytes().replace(b"From: ", b"From: sam@home.example.org, "),
            "unplaced",
        ),
        case(
            "a sender in the name",
            plain(STRANGER, "Advice")
            .as_bytes()
            .replace(
                b"From: stranger@elsewhere.example.org", b'From: "kit@nhs.example.org" <stranger@elsewhere.example.org>'
            ),
            "unplaced",
            why="nothing names",
            answered=True,
        ),
        case("from nobody", plain("no-reply@nhs.example.org", "R-2026-000001"), "unplaced"),
    ]


def _automatic(ours: Mapping[str, str]) -> list[Awkward]:
    def away(subject: str, **headers: str) -> EmailMessage:
        return email(KIT, subject, "I am away until Monday.\n", **headers)

    answer = f"<{ours['away']}@la.example.org>"
    echo = email(OURS, "We have your message", Message_ID=answer, Auto_Submitted="auto-replied")
    noted = {"state": "noted", "plan": "P-1001", "why": "automatic"}
    return [
        case("a loop", echo, "noted", why="ours"),
        case("away by header", away("Re: R-2026-000001", Auto_Submitted="auto-replied"), **noted),
        case("away from Exchange", away("Automatic reply: R-2026-000001", X_Auto_Response_Suppress="All"), **noted),
        case("away in German", away("Abwesenheitsnotiz: R-2026-000001"), **noted),
        case("away in French", away("Réponse automatique : R-2026-000001"), **noted),
        case("away in Polish", away("Odpowiedź automatyczna: R-2026-000001"), **noted),
        case("away in Welsh", away("Ateb awtomatig: R-2026-000001"), **noted),
        case("away by precedence", away("Away", Precedence="auto_reply", In_Reply_To=answer), **noted),
        case("away to nowhere", away("Away R-2026-000001", Return_Path="<>"), **noted),
        case("a list", email(KIT, "[sen] News", List_Id="<sen.example.org>"), "noted", plan="P-1001", why="list"),
        case("bulk", email(STRANGER, "Offers", Precedence="bulk"), "noted", why="list"),
        case(
            "a scanner",
            attached(email(KIT, "R-2026-000001", Auto_Submitted="auto-generated"), "scan.txt", content=unique("scan")),
            "placed",
            plan="P-1001",
            papers=("scan.txt",),
        ),
        case(
            "a read receipt",
            written_receipt(ours["receipt"]),
            "noted",
            plan="P-1001",
            why="delivered",
        ),
    ]


def _bounces(ours: Mapping[str, str]) -> list[Awkward]:
    bounced = {"state": "noted", "plan": "P-1001", "why": "failed"}
    return [
        case("a bounce of Postfix", postfix(ours["postfix"], "failed", "5.1.1"), **bounced),
        case("a bounce of Exchange", exchange(ours["exchange"]), **bounced),
        case("a bounce of Gmail", gmail(ours["gmail"]), **bounced),
        case("a bounce in words", qmail(ours["qmail"]), **bounced),
        case("a delay", postfix(ours["delay"], "delayed", "4.4.1"), "noted", plan="P-1001", why="delayed"),
        case(
            "a bounce of nothing of ours",
            postfix("M-0123456789abcdef", "failed", "5.1.1"),
            "unplaced",
            why="no message",
        ),
        case("a bounce in strange words", strange(ours["delay"]), "unplaced", why="not in words that are understood"),
        case("a bounce that names nothing", postfix("", "failed", "5.1.1"), "unplaced", why="not on which"),
    ]


def _malformed() -> list[Awkward]:
    head = (
        b"Return-Path: <kit@nhs.example.org>\nFrom: kit@nhs.example.org\nSubject: R-2026-000001 %s\nMIME-Version: 1.0\n"
    )
    return [
        case(
            "no boundary",
            head % b"nb" + b"Content-Type: multipart/mixed\n\n--x\nContent-Type: text/plain\n\nHello\n--x--\n",
            "unplaced",
            why="damaged",
            answered=True,
        ),
        case(
            "cut off",
            head % b"cut" + b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nHello\n--x\n"
            b"Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\nJVBERi0x",
            "unplaced",
            why="damaged",
            answered=True,
        ),
        case("headers of nonsense", nonsense(), "unplaced"),
        case("only a body", b"\nHello R-2026-000001\n", "unplaced"),
        case("nothing at all", b"\n", "unplaced", why="empty"),
        case("empty", email(KIT, "R-2026-000001", ""), "unplaced", why="empty", answered=True),
        case(
            "an unknown charset",
            head % b"uc" + b"Content-Type: text/plain; charset=x-unknown-9\n\nGr\xfc\xdfe\n",
            "placed",
            plan="P-1001",
            papers=("message.txt",),
            answered=True,
        ),
        case(
            "a wrong charset",
            head % b"wc"
            + b"Content-Type: text/plain; charset=us-ascii\nContent-Transfer-Encoding: 8bit\n\nna\xc3\xafve\n",
            "placed",
            plan="P-1001",
            papers=("message.txt",),
            answered=True,
        ),
        case(
            "no Message-ID",
            attached(email(KIT, "R-2026-000001 x"), "a.txt", content=unique("no id"))
            .as_bytes()
            .replace(b"Message-ID", b"X-No"),
            "placed",
            plan="P-1001",
            papers=("a.txt",),
            answered=True,
        ),
        case(
            "null bytes in a name",
            head % b"nul" + b"Content-Type: application/octet-stream\n"
            b"Content-Disposition: attachment; filename*=UTF-8''..%2F..%2Fetc%2Fnul%00l.txt\n\nAn odd name.\n",
            "placed",
            plan="P-1001",
            papers=("null.txt",),
            answered=True,
        ),
        case(
            "null bytes in the text",
            head % b"nt" + b"Content-Type: text/plain\n\nNull \0 byte\n",
            "placed",
            plan="P-1001",
            papers=("message.txt",),
            answered=True,
        ),
    ]


def _files() -> list[Awkward]:
    def one(name: str, file: str, content: bytes = b"", kind: str = "text/plain") -> EmailMessage:
        return attached(email(KIT, f"R-2026-000001 {name}"), file, content=content or unique(name), kind=kind)

    nested = EmailMessage(policy=SMTP)
    nested["From"], nested["To"], nested["Subject"] = STRANGER, KIT, "The report"
    nested.set_content("Here is the report.\n")
    attached(nested, "inner.txt", content=unique("nested"))
    forward = email(KIT, "Fwd: R-2026-000001 nested")
    forward.add_attachment(nested)
    picture = email(KIT, "R-2026-000001 a picture in the page", "Words.\n")
    picture.add_alternative('<p>Words <img src="cid:logo"></p>', subtype="html")
    _, in_html = picture.iter_parts()
    in_html.add_related(jpeg(3), "image", "jpeg", cid="<logo>")
    page = email(KIT, "R-2026-000001 a page", "x")
    page.set_content("<html><style>p{}</style><p>Nothing <b>changed</b>.</p></html>", subtype="html")
    placed: dict[str, Any] = {"state": "placed", "plan": "P-1001", "answered": True}
    words = ("message.txt",)
    return [
        case("30 MB", one("30 MB", "film.jpg", jpeg(BIG), "image/jpeg"), papers=("film.jpg",), **placed),
        case("a path for a name", one("path", "../../../etc/passwd.txt"), papers=("passwd.txt",), **placed),
        case("a Windows path", one("windows", "C:\\Users\\kit\\advice.txt"), papers=("advice.txt",), **placed),
        case("a name turned round", one("rlo", "advice\u202efdp.txt"), papers=("advicefdp.txt",), **placed),
        case("a long name", one("long", "a" * 400 + ".txt"), papers=("a" * 116 + ".txt",), **placed),
        case("an encoded name", outlook_name(), papers=("café.txt",), **placed),
        case(
            "TNEF",
            one("tnef", "winmail.dat", b"\x78\x9f\x3e\x22xx", "application/ms-tnef"),
            papers=words,
            not_opened=("winmail.dat",),
            **placed,
        ),
        case(
            "a zip", one("zip", "all.zip", zipped(), "application/zip"), papers=words, not_opened=("all.zip",), **placed
        ),
        case(
            "an encrypted zip",
            one("locked", "locked.zip", locked(), "application/zip"),
            papers=words,
            not_opened=("locked.zip",),
            **placed,
        ),
        case(
            "a program",
            one("exe", "advice.exe", b"MZ\x90\x00", "application/octet-stream"),
            papers=words,
            not_opened=("advice.exe",),
            **placed,
        ),
        case(
            "sealed",
            one("p7m", "smime.p7m", b"0\x82", "application/pkcs7-mime"),
            papers=words,
            not_opened=("smime.p7m",),
            **placed,
        ),
        case(
            "an infected file",
            one("virus", "virus.txt", b"a test of the scanner: INFECTED\n"),
            papers=words,
            not_opened=("virus.txt",),
            **placed,
        ),
        case("a nested forward", forward, papers=("inner.txt",), **placed),
        case("a picture in the page", picture, papers=words, **placed),
        case("only a page", page, papers=words, **placed),
        case(
            "encrypted",
            encrypted(),
            "unplaced",
            not_opened=("encrypted message",),
            why="nothing that can be filed",
            answered=True,
        ),
    ]


def _calendars(ours: Mapping[str, str]) -> list[Awkward]:
    def reply(answer: str, uid: str, sender: str = KIT) -> EmailMessage:
        made = email(sender, f"{answer.title()}: Annual review", "")
        said = (
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Other//EN\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\n"
            f"UID:{uid}\r\nDTSTAMP:20261120T100000Z\r\nDTSTART:20270110T100000Z\r\nSEQUENCE:0\r\n"
            f"ATTENDEE;PARTSTAT={answer}:mailto:{sender}\r\nORGANIZER:mailto:{OURS}\r\n"
            "END:VEVENT\r\nEND:VCALENDAR\r\n"
        )
        made.add_alternative(said, subtype="calendar", params={"method": "REPLY"})
        return made

    uid = "R-2026-000001@la.example.org"
    return [
        case("a calendar accepts", reply("ACCEPTED", uid), "noted", plan="P-1001", why="accepted"),
        case("a calendar declines", reply("DECLINED", uid), "noted", plan="P-1001", why="declined"),
        case("a stranger's calendar", reply("ACCEPTED", uid, STRANGER), "unplaced", why="not known in this case"),
        case("a calendar of another meeting", reply("ACCEPTED", "x@y", STRANGER), "unplaced", why="not known here"),
    ]


# --- what other programs write ----------------------------------------------------------------------------------


def jpeg(size: int) -> bytes:
    """Something that is taken for a photograph."""
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00" + random.Random(size).randbytes(size)


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("report.txt", "inside")
    return out.getvalue()


def locked() -> bytes:
    """A zip whose one file says that it is encrypted."""
    made = bytearray(zipped())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        made[made.index(mark) + offset] |= 1
    return bytes(made)


def outlook_name() -> EmailMessage | bytes:
    """A file name in encoded words, as Outlook writes it against RFC 2231."""
    made = attached(email(KIT, "R-2026-000001 outlook"), "NAME", content=unique("outlook")).as_bytes()
    return made.replace(b'filename="NAME"', b'filename="=?utf-8?q?caf=C3=A9.txt?="')


def encrypted() -> bytes:
    return (
        b"Return-Path: <kit@nhs.example.org>\nFrom: kit@nhs.example.org\nSubject: R-2026-000001 pgp\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=x\n\n'
        b"--x\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n"
        b"--x\nContent-Type: application/octet-stream\n\n-----BEGIN PGP MESSAGE-----\n--x--\n"
    )


def nonsense() -> bytes:
    return (
        b"From: =?utf-8?b?\xff\xfe?= <<<kit@@nhs>>\nTo: ;;,<>\nSubject: =?x-none?q?=GG?= \xe9\xff R-2026-000001\n"
        b"Message-ID: not an id\nContent-Type: ;;=; charset\nContent-Disposition: =\nDate: no\nReferences: <a <b> c>\n\nWords.\n"
    )


def _returned(message: str) -> str:
    """The headers of a message of ours, by its id and, after a point, its token."""
    own = f"Message-ID: <{message[:18]}@la.example.org>\nX-Arflow-Delivery: {message}\n" if message else ""
    return f"{own}Subject: Annual review\n"


def postfix(message: str, action: str, status: str) -> bytes:
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
To: {OURS}
Subject: {"Delayed Mail (still being retried)" if action == "delayed" else "Undelivered Mail Returned to Sender"}
Auto-Submitted: auto-replied
Message-ID: <{status}{message}x@mx.example.org>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.org.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; nobody@nhs.example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} unknown user

--b
Content-Type: message/rfc822

{_returned(message)}
Words.
--b--
""".encode()


def exchange(message: str) -> bytes:
    """Exchange encodes everything, and returns the headers only."""
    said = base64.encodebytes(b"Your message to nobody couldn't be delivered.\n").decode()
    return f"""Return-Path: <>
From: Microsoft Outlook <postmaster@nhs.example.org>
To: bounces+{message.lower()}@la.example.org
Subject: Undeliverable: Annual review
Message-ID: <ex{message}@nhs.example.org>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="_e_"

--_e_
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: base64

{said}
--_e_
Content-Type: message/delivery-status

Reporting-MTA: dns;EX.nhs.example.org
Received-From-MTA: dns;la.example.org

Original-Recipient: rfc822;nobody@nhs.example.org
Final-Recipient: rfc822;nobody@nhs.example.org
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound

--_e_
Content-Type: text/rfc822-headers

Subject: Annual review

--_e_--
""".encode()


def gmail(message: str) -> bytes:
    return f"""Return-Path: <>
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: {OURS}
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
References: <{message[:18]}@la.example.org>
In-Reply-To: <{message[:18]}@la.example.org>
X-Failed-Recipients: nobody@nhs.example.org
Message-ID: <gm{message}@mx.google.com>
MIME-Version: 1.0
Content-Type: multipart/report; boundary="000"; report-type=delivery-status

--000
Content-Type: multipart/related; boundary="001"

--001
Content-Type: text/plain; charset="UTF-8"

** Address not found **

--001--
--000
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.com
Arrival-Date: Tue, 24 Nov 2026 02:00:00 -0800 (PST)

Final-Recipient: rfc822; nobody@nhs.example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550-5.1.1 The email account does not exist.

--000
Content-Type: message/rfc822

{_returned(message)}
Words.
--000--
""".encode()


def qmail(message: str) -> bytes:
    return f"""Return-Path: <>
From: MAILER-DAEMON@old.example.org
To: {OURS}
Subject: failure notice
Message-ID: <qm{message}@old.example.org>

Hi. This is the qmail-send program at old.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<nobody@old.example.org>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <{OURS}>
{_returned(message)}
Words.
""".encode()


def strange(message: str) -> bytes:
    return f"""Return-Path: <>
From: Postmaster <postmaster@mx.example.org>
To: {OURS}
Subject: Niet bezorgd
Message-ID: <str{message}@mx.example.org>

Uw bericht {message} kon niet worden afgeleverd.
""".encode()


def written_receipt(message: str) -> bytes:
    return f"""Return-Path: <{KIT}>
From: {KIT}
To: {OURS}
Subject: Read: Annual review
Message-ID: <mdn{message}@nhs.example.org>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=disposition-notification; boundary="r"

--r
Content-Type: text/plain

Your message was displayed.

--r
Content-Type: message/disposition-notification

Final-Recipient: rfc822;{KIT}
Original-Message-ID: <{message[:18]}@la.example.org>
Disposition: manual-action/MDN-sent-manually; displayed

--r
Content-Type: text/rfc822-headers

{_returned(message)}
--r--
""".encode()
