"""Signs of fonts such as Wingdings as the letters that everybody has, and formulas as one line."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from arflow.papers.word_files.own_names import drop, run_of, text_element

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_GREEK = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ", "αβχδεφγηιϕκλμνοπθρστυϖωξψζ"
FONTS: Mapping[str, Mapping[int, str]] = {
    "wingdings": {
        **dict(zip(b"\x22\x28\x2a\x46\x4a\x4b\x4c\x6c\x6e\x6f", "✂☎✉☞☺😐☹●■☐", strict=True)),
        **dict(zip(b"\x71\x73\x76\x77\x78\x9f\xa1\xa7\xa8\xab", "❑◆❖◆☒•○▪☐★", strict=True)),
        **dict(zip(b"\xd8\xdf\xe0\xe1\xe2\xe8\xf0\xfb\xfc\xfd\xfe", "➢←→↑↓➔⇨✗✓☒☑", strict=True)),
    },
    "wingdings 2": dict(zip(b"\x4f\x50\x51\x52\x53\x54\x97\xa3", "✗✓☒☑☒☒●☐", strict=True)),
    "webdings": dict(zip(b"\x61\x63\x72", "✓☐✗", strict=True)),
    "symbol": {
        **{0x41 + at: letter for at, letter in enumerate(_GREEK[0])},
        **{0x61 + at: letter for at, letter in enumerate(_GREEK[1])},
        **dict(zip(b"\xa2\xa3\xa5\xac\xad\xae\xaf\xb0\xb1\xb2", "′≤∞←↑→↓°±″", strict=True)),
        **dict(zip(b"\xb3\xb4\xb7\xb8\xb9\xba\xbb\xd6\xd7", "≥×•÷≠≡≈√⋅", strict=True)),
    },
}
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_ADDED, _REMOVED = (qn("w:ins"), qn("w:moveTo")), (qn("w:del"), qn("w:moveFrom"))


def spell_signs(root: "Element") -> None:
    """Put letters in the place of every sign; one that has none is named with its font."""
    for one in list(root.iter(qn("w:sym"))):
        font, code = str(one.get(qn("w:font")) or ""), str(one.get(qn("w:char")) or "")
        one.addprevious(text_element(_sign(font, code)))
        drop(one)
    for fonts in list(root.iter(qn("w:rFonts"))):
        known = FONTS.get(str(fonts.get(qn("w:ascii")) or fonts.get(qn("w:hAnsi")) or "").lower())
        run = fonts.getparent()
        run = None if run is None else run.getparent()
        if known and run is not None and run.tag == qn("w:r"):
            for text in run.iter(qn("w:t"), qn("w:delText")):
                text.text = "".join(known.get(_code(letter), letter) for letter in text.text or "")


def _sign(font: str, code: str) -> str:
    try:
        number = int(code, 16)
    except ValueError:
        return f"[sign {code} of {font}]"
    known = FONTS.get(font.lower(), {}).get(number & 0xFF)
    if known:
        return known
    own = 0xE000 <= number <= 0xF8FF  # of the font alone
    shown = chr(number) if 0x20 <= number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else ""
    return f"[sign {number & 0xFF:02X} of {font}]" if own or not shown or font.lower() in FONTS else shown


def _code(letter: str) -> int:
    """The number of a letter in such a font: these are kept as they are typed, or from U+F000."""
    number = ord(letter)
    return number & 0xFF if 0xF000 <= number <= 0xF0FF else number


def spell_formulas(root: "Element") -> None:
    """Put each formula as one line of text; one with tracked changes in it as what goes and what comes."""
    for one in list(root.iter(f"{_MATH}oMath")):
        marks = [*one.iter(*_ADDED, *_REMOVED)]
        now, was = "".join(_line(one, _REMOVED)), "".join(_line(one, _ADDED))
        if marks and now != was:
            for words, kind in ((was, "w:del"), (now, "w:ins")):
                tracked = OxmlElement(kind)
                tracked.set(qn("w:author"), str(marks[0].get(qn("w:author")) or ""))
                tracked.append(run_of(words))
                one.addprevious(tracked)
        else:
            one.addprevious(run_of(now))
        drop(one)


def _line(element: "Element", left_out: tuple[str, ...]) -> Iterator[str]:
    for child in element:
        if child.tag in left_out or not isinstance(child.tag, str):
            continue
        if child.tag in (f"{_MATH}t", qn("w:t"), qn("w:delText")):
            yield child.text or ""
        elif child.tag.startswith(_MATH):
            yield from _part(child, left_out)
        else:
            yield from _line(child, left_out)


def _part(element: "Element", left_out: tuple[str, ...]) -> Iterator[str]:
    def inside(name: str) -> str:
        found = element.find(f"{_MATH}{name}")
        return "" if found is None else "".join(_line(found, left_out))

    match str(element.tag).removeprefix(_MATH):
        case "f":
            yield f"{_grouped(inside('num'))}/{_grouped(inside('den'))}"
        case "sSup":
            yield f"{_grouped(inside('e'))}^{_grouped(inside('sup'))}"
        case "sSub":
            yield f"{_grouped(inside('e'))}_{_grouped(inside('sub'))}"
        case "sSubSup":
            yield f"{_grouped(inside('e'))}_{_grouped(inside('sub'))}^{_grouped(inside('sup'))}"
        case "rad":
            yield f"{inside('deg')}√({inside('e')})"
        case "d":
            yield f"({', '.join(''.join(_line(one, left_out)) for one in element.iterchildren(f'{_MATH}e'))})"
        case "mr":
            yield " ".join("".join(_line(one, left_out)) for one in element.iterchildren(f"{_MATH}e")) + "; "
        case name if name.endswith("Pr"):
            yield from _sign_of(element)
        case _:
            yield from _line(element, left_out)


def _sign_of(properties: "Element") -> Iterator[str]:
    """The sign of a sum or an integral stands among the properties."""
    sign = properties.find(f"{_MATH}chr")
    if properties.tag == f"{_MATH}naryPr":
        yield "∫" if sign is None else str(sign.get(f"{_MATH}val") or "")


def _grouped(words: str) -> str:
    return words if len(words) == 1 or words.isalnum() else f"({words})"
