"""Messages made to stop whoever reads them; each is to be kept for an officer with a reason, or filed without harm."""

import base64
import io
import zipfile
from collections.abc import Iterator

import msgspec

from tests.support.awkward_mail import KIT, OURS, attached, email

NESTED = "nested more than 50 deep"
PARTS = "more than 1,000 parts"
LONG = "longer than"
HEADERS = "lines of headers"
PUNYCODE_BOMB = b"-" + b"a" * 1_000_000  # each letter is put into the middle of all others


class Hostile(msgspec.Struct, frozen=True, kw_only=True):
    """A message, and words of the reason for which it is kept for an officer; none where it may be filed or refused."""

    name: str
    raw: bytes
    why: str | None = None


def hostile_mail() -> list[Hostile]:
    """All of them."""
    return [
        *_structures(),
        *_headers(),
        *_days(),
        *_charsets(),
        *_bodies(),
        *_files(),
        *_reports(),
    ]


def message(body: bytes = b"Words.\r\n", **headers: str) -> bytes:
    """A message on the case of Kit with headers as they are given, however wrong."""
    given = {"From": KIT, "To": OURS, "Subject": "R-2026-000001", **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in given.items())
    return head.encode("utf-8", "surrogateescape") + b"MIME-Version: 1.0\r\n\r\n" + body


def nested(depth: int, kind: str = "multipart/mixed") -> bytes:
    """A message with parts that deep within each other."""
    head = "".join(f"--b{n}\r\nContent-Type: {kind}; boundary=b{n + 1}\r\n\r\n" for n in range(1, depth))
    return message((head + f"--b{depth}\r\n\r\nWords.\r\n").encode(), Content_Type=f"{kind}; boundary=b1")


def forwarded(depth: int) -> bytes:
    """A message in a message in a message."""
    return message(
        b"Content-Type: message/rfc822\r\n\r\n" * (depth - 1) + b"\r\nWords.\r\n", Content_Type="message/rfc822"
    )


def parts(count: int) -> bytes:
    """A message of that many parts."""
    return message(b"--b\r\n\r\nx\r\n" * count + b"--b--\r\n", Content_Type="multipart/mixed; boundary=b")


def _structures() -> Iterator[Hostile]:
    yield Hostile(name="1,000 deep", raw=nested(1_000), why=NESTED)
    yield Hostile(name="alternatives 1,000 deep", raw=nested(1_000, "multipart/alternative"), why=NESTED)
    yield Hostile(name="messages 1,000 deep", raw=forwarded(1_000), why=NESTED)
    yield Hostile(name="10,000 parts", raw=parts(10_000), why=PARTS)
    yield Hostile(name="a digest of 10,000", raw=parts(10_000).replace(b"mixed", b"digest"), why=PARTS)
    mixed = {"empty": '""', "1 MB": "x" * 1_000_000, "spaces": '"   "', "of a regular expression": '"((a+)+)+$"'}
    for name, boundary in mixed.items():
        why = LONG if name == "1 MB" else None
        raw = message(b"--x\r\n\r\nWords.\r\n", Content_Type=f"multipart/mixed; boundary={boundary}")
        yield Hostile(name=f"a boundary {name}", raw=raw, why=why)
    prefixes = b"".join(
        b"--%s\r\nContent-Type: multipart/mixed; boundary=%s\r\n\r\n" % (b"a" * n, b"a" * (n + 1)) for n in range(1, 40)
    )
    yield Hostile(name="boundaries in boundaries", raw=message(prefixes, Content_Type="multipart/mixed; boundary=a"))
    yield Hostile(name="a part that is cut off", raw=nested(3)[:-20])


def _headers() -> Iterator[Hostile]:
    many = "".join(f"; p{n}=v" for n in range(20_000))
    continued = "".join(f"; name*{n}*=x" for n in range(20_000))
    yield Hostile(name="20,000 parameters", raw=message(Content_Type=f"text/plain{many}"), why=LONG)
    yield Hostile(name="20,000 continuations", raw=message(Content_Disposition=f"attachment{continued}"), why=LONG)
    within = b"--b\r\nContent-Type: text/plain%s\r\n\r\nx\r\n--b--\r\n" % many.encode()
    yield Hostile(
        name="20,000 parameters in a part", raw=message(within, Content_Type="multipart/mixed; boundary=b"), why=LONG
    )
    forward = b"Content-Type: text/plain%s\r\n\r\nx\r\n" % many.encode()
    yield Hostile(name="20,000 parameters in a forward", raw=message(forward, Content_Type="message/rfc822"), why=LONG)
    for name, count in (("Content_Type", 900), ("Content_Disposition", 900)):
        some = "".join(f"; p{n}=v" for n in range(count))
        each = b"--b\r\n%s: text/plain%s\r\n\r\nx\r\n" % (name.replace("_", "-").encode(), some.encode())
        yield Hostile(
            name=f"900 parameters of {name} in each of 500 parts",
            raw=message(each * 500 + b"--b--\r\n", Content_Type="multipart/mixed; boundary=b"),
        )
    yield Hostile(name="100,000 headers", raw=b"X: y\r\n" * 100_000 + message(), why=HEADERS)
    yield Hostile(name="1,000 long headers", raw=b"X: %s\r\n" % (b"y" * 5_000) * 900 + message(), why="KB of headers")
    yield Hostile(name="folded 100,000 times", raw=message(X_Folded="y\r\n " * 100_000), why=LONG)
    yield Hostile(name="encoded words of 1 MB", raw=message(Subject="=?utf-8?q?a?= " * 70_000), why=LONG)
    yield Hostile(name="encoded words of 60 KB", raw=message(Subject="=?utf-8?b?YWE=?=" * 3_900))
    yield Hostile(name="an encoded word within itself", raw=message(Subject="=?utf-8?q?" * 5_000))
    yield Hostile(
        name="50,000 addresses", raw=message(To=", ".join(f"a{n}@x.example" for n in range(50_000))), why=LONG
    )
    yield Hostile(name="3,000 addresses", raw=message(To=", ".join(f"a{n}@x.example" for n in range(3_000))))
    yield Hostile(name="3,000 senders", raw=message(From=", ".join(f"a{n}@x.example" for n in range(3_000))))
    yield Hostile(name="groups in groups", raw=message(To="g:" * 10_000 + KIT + ";" * 10_000))
    yield Hostile(name="senders in groups", raw=message(From="g:" * 10_000 + KIT + ";" * 10_000))
    for name in ("To", "From", "Date", "Message_ID", "Content_Type", "Content_Transfer_Encoding", "Return_Path"):
        depth = 3_000 if name.startswith("Content") else 10_000
        raw = message(b"Words.\r\n", **{name: "(" * depth + KIT + ")" * depth})
        yield Hostile(name=f"comments in comments of {name}", raw=raw)
    for sign in ("<", "[", '"', "\\", "@", ",", ".", ";", "=?", "a(", "\t", "\u00e9"):
        yield Hostile(name=f"a sender of {sign!r}", raw=message(From=sign * 10_000, Content_Type=sign * 3_000))
    yield Hostile(name="references of 1 MB", raw=message(References="<a@x.example> " * 75_000), why=LONG)
    ours = "".join(f"<M-{n:016x}@la.example.org>" for n in range(1_800))
    yield Hostile(name="references to 1,800 of ours", raw=message(References=ours), why="names more than 100")
    yield Hostile(name="null bytes", raw=message(From="k\0it@nhs.example.org", Message_ID="<a\0b@x>", Subject="R\0"))
    yield Hostile(name="a sender of null bytes", raw=message(From='"\0"@nhs.example.org'))
    yield Hostile(name="bytes that are no letters", raw=message(From="\udcff\udcfe@nhs.example.org", Subject="\udcff"))
    yield Hostile(name="no header at all", raw=b"\xff" * 100_000)
    yield Hostile(name="a line without end", raw=b"Subject: " + b"x" * 1_000_000, why=LONG)


def _days() -> Iterator[Hostile]:
    moments = {
        "year 1": "Mon, 01 Jan 0001 00:00:00 +1400",
        "year 9999": "Fri, 31 Dec 9999 23:59:59 -1400",
        "year 0": "Sat, 01 Jan 0000 00:00:00 +0000",
        "year 99999": "Fri, 31 Dec 99999 23:59:59 +0000",
        "year of digits": f"1 Jan {'9' * 5_000} 00:00:00 +0000",
        "month 13": "1 13 2026 00:00:00 +0000",
        "day 45": "45 Jan 2026 00:00:00 +0000",
        "hour 99": "1 Jan 2026 99:99:99 +0000",
        "zone 9999": "24 Nov 2026 00:00:00 +9999",
        "zone of digits": f"24 Nov 2026 00:00:00 -{'9' * 5_000}",
        "negative year": "1 Jan -2026 00:00:00 +0000",
        "next century": "24 Nov 2126 00:00:00 +0000",
    }
    for name, moment in moments.items():
        yield Hostile(name=f"Received in {name}", raw=f"Received: from a by b; {moment}\r\n".encode() + message())
        yield Hostile(name=f"Date in {name}", raw=message(Date=moment))
    nothing = {"comments": "(" * 10_000 + ")" * 10_000, "null bytes": "\0" * 100, "semicolons": ";" * 50_000}
    for name, moment in nothing.items():
        yield Hostile(name=f"Received of {name}", raw=f"Received: from a by b; {moment}\r\n".encode() + message())


def _charsets() -> Iterator[Hostile]:
    named = ("idna", "punycode", "rot13", "zlib", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7", "a\0b")
    for name in (*named, "x" * 6_000, "../../etc/passwd", "=?utf-8?q?utf-8?="):
        content = b"\\ud800 \\N{DIGIT ONE} +2AA- xn--a-\r\n" * 5_000
        raw = message(content, Content_Type=f'text/plain; charset="{name}"')
        yield Hostile(name=f"the charset {name[:20]!r}", raw=raw)
        yield Hostile(name=f"a subject in {name[:20]!r}", raw=message(Subject=f"=?{name}?q?=5Cud800=00+2AA-?="))
    raw = message(PUNYCODE_BOMB, Content_Type="text/plain; charset=punycode")
    yield Hostile(name="a punycode bomb", raw=raw)
    yield Hostile(name="1 MB of charset", raw=message(Content_Type=f"text/plain; charset={'x' * 1_000_000}"), why=LONG)


def _bodies() -> Iterator[Hostile]:
    garbage = b"!" * 76 + b"\r\n"
    for encoding in ("base64", "quoted-printable", "x-uuencode", "none-such"):
        raw = message(garbage * 20_000, Content_Transfer_Encoding=encoding)
        yield Hostile(name=f"garbage in {encoding}", raw=raw)
    html = {"deep": b"<div>" * 100_000, "attributes": b"<p " + b"a='b' " * 100_000, "entities": b"&" * 1_000_000}
    html |= {"tables": b"<table><tr><td>" * 30_000, "comments": b"<!--" * 100_000, "null bytes": b"<\0p>" * 10_000}
    for name, page in html.items():
        yield Hostile(name=f"a page of {name}", raw=message(page, Content_Type="text/html"))
    reviews = b"".join(b"R-2026-%06d " % n for n in range(50_000))
    yield Hostile(name="50,000 reviews", raw=message(reviews), why="names more than 100")
    pupils = b"".join(b"A%012d " % n for n in range(50_000))
    yield Hostile(name="50,000 pupils", raw=message(pupils), why="names more than 100")
    yield Hostile(name="50,000 references", raw=message(b"".join(b"P-%d ref: %d " % (n, n) for n in range(50_000))))
    yield Hostile(name="a letter that grows", raw=message("\ufdfa".encode() * 500_000))
    for name, inside in _events().items():
        text = b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n" + inside + b"END:VCALENDAR\r\n"
        yield Hostile(name=f"a calendar of {name}", raw=message(text, Content_Type="text/calendar; method=REPLY"))


def _events() -> dict[str, bytes]:
    within = b"BEGIN:VEVENT\r\nUID:R-2026-000001@la.example.org\r\n%bEND:VEVENT\r\n"
    return {
        "a rule without end": within % b"RRULE:FREQ=SECONDLY;COUNT=999999999;BYSECOND=0,1,2\r\n",
        "100,000 properties": within % (b"COMMENT:x\r\n" * 100_000),
        "100,000 parameters": within % (b"ATTENDEE" + b";X=Y" * 100_000 + b":mailto:kit@nhs.example.org\r\n"),
        "parts in parts": b"BEGIN:VEVENT\r\n" * 20_000,
        "numbers without end": within % (b"SEQUENCE:" + b"9" * 5_000 + b"\r\n"),
        "strange days": within % b"DTSTART:99999999T999999Z\r\nDTSTAMP:00000000\r\nDURATION:P99999999999D\r\n",
    }


def _files() -> Iterator[Hostile]:
    for name in ("x" * 10_000 + ".txt", "../" * 1_000 + "a.txt", "\u202e" * 1_000, "a\0b.txt", "%00" * 1_000, "CON"):
        raw = message(b"Advice.\r\n", Content_Disposition=f'attachment; filename="{name}"')
        yield Hostile(name=f"a file called {name[:6]!r}", raw=raw, why=LONG if len(name) > 8_192 else None)
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    kinds = {"bomb.docx": (bomb(), word), "many.zip": (crowded(), "application/zip"), "torn.docx": (torn(), word)}
    kinds |= {"deep.pdf": (b"%PDF-1.4\n" + b"[" * 100_000, "application/pdf"), "loop.pdf": (loop(), "application/pdf")}
    for name, (content, kind) in kinds.items():
        made = attached(email(KIT, f"R-2026-000001 {name}"), name, content=content, kind=kind)
        yield Hostile(name=f"the file {name}", raw=made.as_bytes())


def _reports() -> Iterator[Hostile]:
    group = b"Final-Recipient: rfc822; a@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
    for name, many, why in (("900", 900, None), ("20,000", 20_000, PARTS)):
        body = b"--b\r\nContent-Type: message/delivery-status\r\n\r\n" + group * many + b"--b--\r\n"
        kind = "multipart/report; report-type=delivery-status; boundary=b"
        yield Hostile(name=f"a report of {name}", raw=message(body, Content_Type=kind, Return_Path="<>"), why=why)
    words = b"<" + b"a" * 200_000 + b"\r\n" + b"Sorry " * 100_000
    yield Hostile(name="a bounce in endless words", raw=message(words, From="MAILER-DAEMON@x.example"))
    empty = b"--b\r\nContent-Type: message/delivery-status\r\n\r\nAction: \r\nStatus:  \r\n\r\n--b--\r\n"
    yield Hostile(name="a report of nothing", raw=message(empty, Content_Type="multipart/report; boundary=b"))


def bomb() -> bytes:
    """A few hundred kilobytes that unpack to 200 MB where the parts of an office file are listed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", b"\0" * 200_000_000)
        file.writestr("word/document.xml", b"<w/>")
    return out.getvalue()


def torn() -> bytes:
    """An office file with a list of parts that is no deflated text."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", b"<Types/>" * 100)
        file.writestr("word/document.xml", b"<w/>")
    made = bytearray(out.getvalue())
    place = made.index(b"[Content_Types].xml") + len("[Content_Types].xml")
    made[place : place + 8] = b"\xff" * 8
    return bytes(made)


def crowded() -> bytes:
    """A zip of 20,000 files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for number in range(20_000):
            file.writestr(f"{number}", b"")
    return out.getvalue()


def loop() -> bytes:
    """A PDF with pages that are their own pages."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 99999999/Kids[2 0 R]>>endobj\n"
        b"trailer<</Root 1 0 R/Size 3>>\n%%EOF\n"
    )


def garbage(size: int) -> bytes:
    """A message with a file that is said to be base64, and is not."""
    line = base64.b64encode(b"\0" * 57)[:-1] + b"!\r\n"
    return message(line * (size // len(line)), Content_Transfer_Encoding="base64", Content_Disposition="attachment")
