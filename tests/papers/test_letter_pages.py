"""The pages of a printed letter: every word that its reader sees, read aloud in order, in every script, on full pages."""

import re
import string
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import StreamObject

from arflow.errors import NotPossible
from arflow.law.catalogue import Catalogue
from arflow.papers.letters.letter import Stationery, as_pdf, shipped, write
from arflow.papers.letters.papers import Letter
from arflow.papers.letters.papers_files import PapersFiles
from arflow.papers.letters.printed_page import printed
from arflow.papers.letters.stationery import stationery
from arflow.papers.letters.template_check import invented
from arflow.papers.pages import pdf_page
from tests.support.missing import needs
from tests.support.parts import PDFTOTEXT, program
from tests.support.printing_zones import words

pytestmark = pytest.mark.thorough
LETTERS = PapersFiles.of(Catalogue()).current().letters
SIZES = ("standard", "large_print")
FOOTER = re.compile(r"Our reference: \S+ \(plan \S+\)\s+Page \d of \d")


@pytest.fixture
def kit(tmp_path: Path) -> Stationery:
    folder = tmp_path / "own"
    (folder / "letters").mkdir(parents=True)
    (folder / "letters" / "authority.toml").write_bytes(shipped("authority.toml"))
    return stationery(Catalogue(folder))


def page_of(body: str, *, head: str = "", lang: str = "en-GB") -> str:
    return f'<!doctype html><html lang="{lang}"><head><title>A page</title>{head}</head><body>{body}</body></html>'


def read(pdf: bytes) -> list[str]:
    """The lines of each page as another program reads them, joined."""
    found = program(PDFTOTEXT)
    assert found is not None
    text = subprocess.run([found, "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return text.split("\f")[:-1]


def without_marks(text: str) -> str:
    return re.sub(r"[\s\u200b•◦‣-]", "", text)


def tags(pdf: bytes) -> list[tuple[str, Any]]:
    """The tags of a PDF in the order in which they are read aloud, each with its element."""

    def within(element: Any) -> Iterator[tuple[str, Any]]:
        element = element.get_object()
        if isinstance(element, list):
            for one in element:
                yield from within(one)
        elif isinstance(element, dict):
            if "/S" in element:
                yield str(element["/S"]), element
            if "/K" in element:
                yield from within(element["/K"])

    return list(within(PdfReader(BytesIO(pdf)).root_object["/StructTreeRoot"]))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.id)
@needs(PDFTOTEXT)
def test_a_letter_shows_each_word_on_full_pages_and_never_a_heading_alone(
    kit: Stationery, letter: Letter, size: str
) -> None:
    written = write(letter.id, msgspec.structs.replace(invented(letter.to[0], 9), format=size), kit)
    pages = [FOOTER.sub("", page) for page in read(as_pdf(written).content)]

    shown = "".join(pages)
    assert [word for word in written.text.split() if without_marks(word) not in without_marks(shown)] == []
    headings = set(re.findall(r"<h[12]>(.*?)</h", written.html))
    for page in pages:
        lines = [line.strip() for line in page.splitlines() if line.strip()]
        assert lines[-1] not in headings
    assert len(pages) == 1 or len(lines) >= 6, lines


@pytest.mark.parametrize("lines", [1, 3, 4, 6, 9])
@pytest.mark.parametrize("size", SIZES)
@needs(PDFTOTEXT)
def test_no_last_page_is_nearly_empty_however_long_the_letter(kit: Stationery, size: str, lines: int) -> None:
    facts = msgspec.structs.replace(invented("parent", 9), format=size, reasons="The outcomes still fit.\n" * lines)
    pages = [FOOTER.sub("", page) for page in read(as_pdf(write("decision_maintain", facts, kit)).content)]
    assert len(pages) == 1 or len([line for line in pages[-1].splitlines() if line.strip()]) >= 6


def test_a_letter_is_the_same_file_each_time_and_says_that_it_reads_aloud(kit: Stationery) -> None:
    written = write("report_form", invented("setting", 9), kit)
    pdf = as_pdf(written).content
    assert as_pdf(written).content == pdf
    root = PdfReader(BytesIO(pdf)).root_object
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
    about = cast("StreamObject", root["/Metadata"].get_object())
    assert b"pdfuaid:part>1<" in about.get_data()
    names = [name for name, _ in tags(pdf)]
    assert names.count("/H1") == 1
    assert "/H2" in names
    assert "/P" in names
    scopes = [element["/A"] for name, element in tags(pdf) if name == "/TH"]
    assert len(scopes) == 3
    assert all("/Column" in str(scope) for scope in scopes)
    lists = as_pdf(write("amendment_notice", invented("parent", 9), kit)).content
    assert {"/L", "/LI"} <= {name for name, _ in tags(lists)}


@needs(PDFTOTEXT)
def test_a_page_of_ones_own_keeps_lists_tables_links_and_words_that_lie_anywhere() -> None:
    pdf = printed(
        page_of(
            "loose words<div>in a box<p>a paragraph <b>bold</b>, <i>slanted</i> and <q>quoted</q></p>more</div>"
            '<ol start="4"><li>fourth</li><li>fifth<ul><li>inner</li></ul></li></ol>'
            "<table><caption>A table</caption><tr><th>Left</th><th>Right</th></tr>"
            '<tr><td colspan="2">over both</td></tr><tr><td rowspan=2>a</td><td>b</td></tr><tr><td>c</td></tr></table>'
            "<dl><dt>Term</dt><dd>its meaning</dd></dl><blockquote>said before</blockquote><hr>"
            '<p>See <a href="https://example.org/help">our page</a>.</p><pre>kept\n  as typed</pre>'
            "<custom-part>unknown words</custom-part><p style='display:none'>never seen</p>"
        )
    ).content
    text = " ".join(" ".join(read(pdf)).split())
    for words_of_it in ("loose words", "in a box", "a paragraph bold, slanted and “quoted”", "more", "4. fourth",
                        "5. fifth", "inner", "A table", "Left", "over both", "Term", "its meaning", "said before",
                        "See our page.", "kept as typed", "unknown words"):  # fmt: skip
        assert words_of_it in text
    assert "never seen" not in text
    [link] = [note.get_object() for note in PdfReader(BytesIO(pdf)).pages[0]["/Annots"]]  # type: ignore[attr-defined]
    assert link["/A"]["/URI"] == "https://example.org/help"
    assert [name for name, _ in tags(pdf) if name == "/TH"] == ["/TH", "/TH"]


_WORDS = st.text(string.ascii_letters, min_size=1, max_size=8)
_INLINE = st.recursive(
    _WORDS,
    lambda inner: st.tuples(st.sampled_from(["b", "i", "span", "a", "q", "sub", "u"]), inner, _WORDS).map(
        lambda part: f"{part[2]} <{part[0]}>{part[1]}</{part[0]}> {part[2]}"
    ),
    max_leaves=3,
)
_BLOCKS = st.recursive(
    _INLINE.map(lambda words: f"<p>{words}</p>") | _INLINE | _INLINE.map(lambda words: f"<h3>{words}</h3>"),
    lambda inner: st.tuples(
        st.sampled_from(
            [
                "<div>{}</div>",
                "<ul><li>{}</li></ul>",
                "<ol><li>{}</li>x</ol>",
                "<blockquote>{}</blockquote>",
                "<table><tr><th>h</th></tr><tr><td>{}</td></tr></table>",
                '<div class="answer">{}</div>',
                '<div class="end">{}</div>',
                "<dl><dd>{}</dd></dl>",
                "<section>{}</section>",
            ]
        ),
        st.lists(inner, min_size=1, max_size=3),
    ).map(lambda part: part[0].format(" ".join(part[1]))),
    max_leaves=6,
)


@given(_BLOCKS)
@settings(max_examples=60, deadline=None)
def test_each_word_of_any_page_is_in_the_pdf_once_and_in_its_order(body: str) -> None:
    found = re.findall(r"[A-Za-z]+", re.sub(r"<[^>]*>", " ", body))
    pages = PdfReader(BytesIO(printed(page_of(body)).content)).pages
    said = " ".join(re.sub(r"Page \d+ of \d+", "", page.extract_text()) for page in pages)
    assert "".join(re.findall(r"[A-Za-z]", said)) == "".join(found)


@pytest.mark.parametrize(
    "name",
    ["Łukasz Żółć", "Ngọc Nguyễn", "Şükrü İnce", "Siân Ŵyn", "Жанна Їжак", "Αλέξης", "محمد حسین", "ਗੁਰਪ੍ਰੀਤ", "हेमा",
     "রহিম", "જયેશ", "கண்ணன்", "తెలుగు", "മലയാളം", "සිංහල", "ሰላም", "שרה", "สมชาย", "გიორგი", "Արամ"],
)  # fmt: skip
def test_a_name_in_a_script_that_families_write_in_is_printed_in_arflows_own_faces(kit: Stationery, name: str) -> None:
    page = as_pdf(write("decision_amend", msgspec.structs.replace(invented("parent", 9), to_name=name), kit))
    assert page.numbered == ()
    faces = {
        str(font["/BaseFont"]).partition("+")[2]
        for sheet in PdfReader(BytesIO(page.content)).pages
        for font in sheet["/Resources"]["/Font"].values()  # type: ignore[index]
    }
    assert all(face.startswith(("AtkinsonHyperlegible", "NotoSans")) for face in faces)


@needs(PDFTOTEXT)
def test_a_character_that_no_face_has_stands_as_its_number_and_the_letter_says_so(kit: Stationery) -> None:
    facts = msgspec.structs.replace(invented("parent", 9), to_name="Sam \u0378")
    page = as_pdf(write("decision_amend", facts, kit))
    assert page.numbered == ("\u0378",)
    text = " ".join(" ".join(read(page.content)).split())
    assert "Dear Sam [U+0378]" in text
    assert "No typeface was there for some characters of this paper. They stand as their numbers: [U+0378]." in text


@needs(PDFTOTEXT)
def test_words_from_right_to_left_stand_at_the_right() -> None:
    in_part = printed(page_of('<p>From left</p><p lang="ar">مرحبا بالعالم</p>'))
    boxes = [box for _, box in words(in_part.content)[0]]
    assert boxes[0][0] == pytest.approx(24, abs=0.5)
    assert max(box[2] for box in boxes[2:4]) == pytest.approx(210 - 24, abs=1)
    whole = printed(page_of("<p>مرحبا بالعالم</p>", lang="ar"))
    assert max(box[2] for _, box in words(whole.content)[0][:2]) == pytest.approx(210 - 24, abs=1)


@pytest.mark.parametrize("template", ["audit.typ", "bundle.typ", "letter.typ", "marked.typ", "paper.typ", "stamps.typ"])
def test_every_template_is_set_in_arflows_own_face(template: str) -> None:
    source = pdf_page._template(template).decode()
    assert "font: face" in source
    assert re.findall(r'font: "', source) == []
    fonts = pdf_page._fonts(of_the_machine=False)
    named = re.findall(r'^  "(.+?)",', pdf_page._template("face.typ").decode(), re.MULTILINE)
    assert set(named) <= set(fonts.families())
    assert len(named) == 15


def test_the_licence_of_the_faces_goes_with_them() -> None:
    folder = Path(pdf_page.__file__).parent / "fonts"
    licence = (folder / "OFL").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert all(
        family in licence.replace(", ", ", Noto Sans ").replace(" and ", ", Noto Sans ")
        for family in typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)]
        ).families()
    )


@pytest.mark.parametrize("source", ["data:image/png;base64,iVBORw0KGgo=", "data:image/bmp;base64,Qk0=", "logo.png"])
def test_a_picture_that_cannot_be_printed_is_refused_in_one_line(source: str) -> None:
    with pytest.raises(NotPossible, match=r"is damaged: put it in|is no PNG, JPEG, GIF, WebP or SVG|fetches nothing"):
        printed(page_of(f'<img alt="Crest" src="{source}">'))


def test_a_drawing_that_asks_for_another_file_gets_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>secret</text></svg>')
    drawing = (
        "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' width='20' height='20'>"
        f"<image xlink:href='{tmp_path}/secret.svg' width='20' height='20'/>"
        "<image xlink:href='https://tracker.example/1.png' width='9' height='9'/></svg>"
    )
    with pytest.raises(NotPossible, match="asks for another file"):
        printed(page_of(f'<img alt="Crest" src="data:image/svg+xml,{drawing.replace(chr(34), chr(39))}">'))
