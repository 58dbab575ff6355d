"""Real files with pieces put in, cut out, repeated or changed: what a damaged disk, a bad program or an attacker makes of them."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from hypothesis import strategies as st

_PIECES = st.sampled_from(
    [
        *(
            b"\0",
            b"\xff\xfe",
            b"<",
            b">",
            b"</",
            b"&",
            b"&a;",
            b'"',
            b"'",
            b"[",
            b"]",
            b"{",
            b"}",
            b"(",
            b")",
            b".",
            b",",
        ),
        *(
            b"\r\n",
            b"=",
            b"-1",
            b"1e999",
            b"9" * 5_000,
            b"<![CDATA[",
            b"<!DOCTYPE a [<!ENTITY a 'a'>]>",
            b"null",
            b"a.b.",
        ),
        *(
            b" 0 R",
            b"<<",
            b">>",
            b"stream\n",
            b"/Kids",
            b"obj",
            b"[[",
            b"'''",
            b'"""',
            b"\xc3",
            b"2026-02-30",
            b"\x1b[2J",
        ),
    ]
)


@st.composite
def mutated(draw: st.DrawFn, content: bytes) -> bytes:
    """A file with up to six changes."""
    made = bytearray(content)
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(made)))
        match draw(st.sampled_from(["put", "cut", "change", "repeat", "end"])):
            case "put":
                made[place:place] = draw(_PIECES) * draw(st.sampled_from([1, 2, 300]))
            case "cut":
                del made[place : place + draw(st.integers(1, 80))]
            case "change":
                made[place : place + 1] = draw(st.binary(min_size=1, max_size=3))
            case "repeat":
                piece = bytes(made[place : place + draw(st.integers(1, 60))])
                made[place:place] = piece * draw(st.sampled_from([1, 30]))
            case _:
                del made[place:]
    return bytes(made)


@st.composite
def mutated_zip(draw: st.DrawFn, content: bytes) -> bytes:
    """A ZIP in which parts are changed, lost, or there twice; or one that is changed itself."""
    if draw(st.integers(0, 4)) == 0:
        return draw(mutated(content))
    made = BytesIO()
    with ZipFile(BytesIO(content)) as before, ZipFile(made, "w", ZIP_DEFLATED) as after:
        names = before.namelist()
        chosen = draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True))
        for name in names:
            part = before.read(name)
            if name in chosen:
                if draw(st.integers(0, 5)) == 0:
                    continue
                part = draw(mutated(part))
            after.writestr(name, part)
    return made.getvalue()
