"""What a letter's template, its enclosures and its case must not do, and what arflow says of it."""

import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from docx import Document
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from pypdf import PdfReader

from arflow.errors import InvalidValue, LetterRefused
from arflow.law.catalogue import Catalogue
from arflow.papers.letters.letter import Stationery, as_pdf, shipped, write
from arflow.papers.letters.papers import Letter
from arflow.papers.letters.papers_files import PapersFiles
from arflow.papers.letters.stationery import stationery
from arflow.papers.letters.template_check import check_letters, invented
from arflow.papers.letters.word_letter import write_in_word

pytestmark = pytest.mark.thorough
LETTERS = PapersFiles.of(Catalogue()).current().letters
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
LOGO = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.fixture
def kit(own: Path) -> Stationery:
    return stationery(Catalogue(own))


def page_with(own: Path, letter: str, put: str, instead_of: str = "{% block body %}") -> None:
    text = shipped(f"{letter}.html").decode("utf-8")
    assert instead_of in text
    kept = instead_of if instead_of.startswith("{%") else ""
    (own / "letters" / f"{letter}.html").write_text(text.replace(instead_of, kept + put), "utf-8")


def word_with(own: Path, letter: str, change: Callable[[Any], object]) -> Path:
    document = Document(io.BytesIO(shipped(f"{letter}.docx")))
    change(document)
    path = own / f"{letter}.docx"
    document.save(str(path))
    return path


@pytest.mark.parametrize(
    "asks",
    [
        '<link rel="stylesheet" href="file:///srv/secret.css">',
        '<img alt="" src="https://tracker.example/1.png">',
        "<style>@import 'https://tracker.example/a.css';</style>",
        '<p style="background: url(https://tracker.example/1.png)">x</p>',
    ],
)
def test_a_page_that_asks_for_something_from_the_disk_or_the_network_is_refused(
    own: Path, kit: Stationery, asks: str
) -> None:
    page_with(own, "not_amend", asks)
    with pytest.raises(LetterRefused, match=r"it asks for .*(secret|tracker).* a letter fetches nothing"):
        write("not_amend", invented("parent", 9), kit)


def test_a_logo_that_stands_in_the_page_is_printed(own: Path, kit: Stationery) -> None:
    page_with(own, "not_amend", f'<img alt="Anyshire" src="{LOGO}">')
    read = PdfReader(io.BytesIO(as_pdf(write("not_amend", invented("parent", 9), kit)).content))
    assert len(read.pages[0].images) == 1


@pytest.mark.parametrize(
    "hiding",
    [
        '<p style="display: none">{{ says.reasons }}</p>',
        "<p hidden>{{ says.reasons }}</p>",
        '<div style="visibility:hidden"><p>{{ says.reasons }}</p></div>',
        "<template><p>{{ says.reasons }}</p></template>",
    ],
)
def test_what_a_page_hides_is_not_said(own: Path, kit: Stationery, hiding: str) -> None:
    page_with(own, "not_amend", hiding, '<p class="lines">{{ says.reasons }}</p>')
    with pytest.raises(LetterRefused, match="it does not say the reasons"):
        write("not_amend", invented("parent", 9), kit)


def test_a_style_sheet_that_hides_words_is_refused(own: Path, kit: Stationery) -> None:
    page_with(own, "not_amend", "<style>main p { display:none }</style>")
    with pytest.raises(LetterRefused, match="its style sheet hides words"):
        write("not_amend", invented("parent", 9), kit)


def test_words_of_appealing_are_found_outside_of_paragraphs(own: Path, kit: Stationery) -> None:
    page_with(own, "decision_amend", "<div>You can appeal.</div>")
    with pytest.raises(LetterRefused, match=r"must not speak of appealing \(appeal\)"):
        write("decision_amend", invented("parent", 9), kit)


def test_hidden_type_in_word_is_not_said(own: Path, kit: Stationery) -> None:
    def hide(document: Any) -> None:
        for paragraph in document.paragraphs:
            if "says.reasons" in paragraph.text:
                for run in paragraph.runs:
                    run.font.hidden = True

    with pytest.raises(LetterRefused, match="it does not say the reasons"):
        write_in_word("not_amend", invented("parent", 9), kit, word_with(own, "not_amend", hide))


@pytest.mark.parametrize(
    "change",
    [
        lambda word: word.sections[0].header.paragraphs[0].add_run("You can appeal"),
        lambda word: word.sections[0].footer.paragraphs[0].add_run("You can appeal"),
        lambda word: word.add_table(1, 1).cell(0, 0).add_table(1, 1).cell(0, 0).add_paragraph("You can appeal"),
    ],
    ids=["header", "footer", "table in a table"],
)
def test_words_of_appealing_are_found_wherever_they_stand_in_word(
    own: Path, kit: Stationery, change: Callable[[Any], object]
) -> None:
    with pytest.raises(LetterRefused, match=r"must not speak of appealing \(appeal\)"):
        write_in_word("decision_amend", invented("parent", 9), kit, word_with(own, "decision_amend", change))


@pytest.mark.parametrize("kind", ["image", "attachedTemplate", "oleObject"])
def test_a_word_template_that_fetches_something_is_refused(own: Path, kit: Stationery, kind: str) -> None:
    def change(document: Any) -> None:
        document.part.rels.get_or_add_ext_rel(RELATED + kind, "https://tracker.example/1")

    with pytest.raises(LetterRefused, match=f"fetches its {kind} from elsewhere"):
        write_in_word("invitation", invented("parent", 9), kit, word_with(own, "invitation", change))


def test_a_word_template_with_macros_is_refused(own: Path, kit: Stationery) -> None:
    def change(document: Any) -> None:
        part = Part(
            PackURI("/word/vbaProject.bin"), "application/vnd.ms-office.vbaProject", b"x", document.part.package
        )
        document.part.relate_to(part, "http://schemas.microsoft.com/office/2006/relationships/vbaProject")

    with pytest.raises(LetterRefused, match="the template has macros"):
        write_in_word("invitation", invented("parent", 9), kit, word_with(own, "invitation", change))


@pytest.mark.parametrize("wrong", ["{{ 1/0 }}", "{{ 'a' + 1 }}", "{{ range(10**9) | list }}", "{{ child | day }}"])
def test_an_expression_that_fails_is_one_refusal(own: Path, kit: Stationery, wrong: str) -> None:
    template = word_with(own, "not_amend", lambda word: word.add_paragraph(wrong))
    with pytest.raises(LetterRefused, match="the template cannot be filled in"):
        write_in_word("not_amend", invented("parent", 9), kit, template)
    page_with(own, "not_amend", wrong)
    with pytest.raises(LetterRefused, match="the template cannot be filled in"):
        write("not_amend", invented("parent", 9), kit)
    (own / "letters" / "not_amend.html").unlink()
    (own / "letters" / "statements.toml").write_text(f'[not_amend]\ndecision = "{wrong}"\n', "utf-8")
    with pytest.raises(LetterRefused, match="decision cannot be filled in"):
        write("not_amend", invented("parent", 9), stationery(Catalogue(own)))


_BOMBS = {
    "a wide number": "{{ '%0999999999d' % 1 }}",
    "a wide line": "{{ child | center(2000000000) }}",
    "a product": "{{ 'x' * 10**9 }}",
    "doubling": "{% set ns = namespace(x=child) %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    "loops in loops": "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
    "two macros": "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
    "a long letter": "{% for i in range(99999) %}{{ child }} and once more {% endfor %}",
}


@pytest.mark.parametrize("bomb", _BOMBS.values(), ids=_BOMBS.keys())
def test_a_template_cannot_take_all_time_or_memory(own: Path, kit: Stationery, bomb: str) -> None:
    began = time.monotonic()
    page_with(own, "not_amend", bomb)
    with pytest.raises(
        LetterRefused, match=r"not_amend\.html takes more than|multiplies nothing|characters"
    ) as refused:
        write("not_amend", invented("parent", 9), kit)
    assert "\n" not in str(refused.value)
    (own / "letters" / "not_amend.html").unlink()
    template = word_with(own, "not_amend", lambda word: word.add_paragraph(bomb))
    with pytest.raises(LetterRefused, match=r"not_amend\.docx takes more than|multiplies nothing|characters"):
        write_in_word("not_amend", invented("parent", 9), kit, template)
    (own / "letters" / "statements.toml").write_text(f'[not_amend]\ndecision = """{bomb}"""\n', "utf-8")
    with pytest.raises(LetterRefused, match=r"statements\.toml takes more than|multiplies nothing|characters"):
        write("not_amend", invented("parent", 9), stationery(Catalogue(own)))
    assert time.monotonic() - began < 60
    (own / "letters" / "statements.toml").unlink()
    assert "Robin" in write("not_amend", invented("parent", 9), stationery(Catalogue(own))).text


def test_a_field_of_the_template_that_stays_is_refused(own: Path, kit: Stationery) -> None:
    template = word_with(own, "not_amend", lambda word: word.add_paragraph("{{ '{' }}{{ '{' }} child"))
    with pytest.raises(LetterRefused, match="a field that Word has broken"):
        write_in_word("not_amend", invented("parent", 9), kit, template)


def test_what_the_case_says_of_appealing_is_no_word_of_the_letter(kit: Stationery) -> None:
    facts = msgspec.structs.replace(
        invented("setting", 9), reasons="As the Tribunal ordered.", outcomes=("Robin finds books appealing",)
    )
    assert "As the Tribunal ordered" in write("decision_maintain", facts, kit).text
    assert "appealing" in write("report_form", facts, kit).text
    assert "appealing" in write_in_word("report_form", facts, kit).text


def test_whether_there_is_evidence_must_be_said(kit: Stationery) -> None:
    notice = invented("parent", 9)
    with pytest.raises(LetterRefused, match="say whether there is evidence"):
        write("amendment_notice", msgspec.structs.replace(notice, evidence=None), kit)
    none = tuple(one for one in notice.enclosures if one.kind != "evidence")
    said = write("amendment_notice", msgspec.structs.replace(notice, evidence=False, enclosures=none), kit)
    assert "There is no evidence beyond the report" in said.text
    with pytest.raises(LetterRefused, match="it must enclose the evidence"):
        write("amendment_notice", msgspec.structs.replace(notice, enclosures=none), kit)


@pytest.mark.parametrize("letter", [letter for letter in LETTERS if letter.enclosures], ids=lambda letter: letter.id)
def test_a_letter_without_what_it_must_enclose_or_with_another_cases_is_not_made(
    kit: Stationery, letter: Letter
) -> None:
    facts = invented("parent", 9)
    for kind in letter.enclosures:
        others = tuple(one for one in facts.enclosures if one.kind != kind)
        with pytest.raises(LetterRefused, match=f"it must enclose the {kind}"):
            write(letter.id, msgspec.structs.replace(facts, enclosures=others), kit)
    wrong = tuple(msgspec.structs.replace(one, plan="P-2") for one in facts.enclosures)
    with pytest.raises(LetterRefused, match="belongs to another case than P-1001"):
        write(letter.id, msgspec.structs.replace(facts, enclosures=wrong), kit)


def test_without_a_year_group_preparing_for_adulthood_is_asked_about(kit: Stationery) -> None:
    for letter in ("invitation", "report_form"):
        facts = msgspec.structs.replace(invented("setting", 4), nc_year=None)
        assert "From Year 9" in write(letter, facts, kit).text


def test_what_is_no_must_is_left_out_and_told_where_it_is_not_known(kit: Stationery) -> None:
    facts = msgspec.structs.replace(invented("parent", 4), reasons=None, next_review_by=None)
    page, word = write("decision_maintain", facts, kit), write_in_word("decision_maintain", facts, kit)
    assert [element.id for element in page.left_out] == ["reasons", "next_review"]
    assert page.left_out == word.left_out
    assert "reasons" not in page.text


@pytest.mark.parametrize(
    ("form", "language", "unmet"),
    [
        ("standard", None, ()),
        ("large_print", "English", ()),
        ("easy_read", None, ("easy read",)),
        ("braille", "Polish", ("braille", "in Polish")),
    ],
)
def test_what_the_reader_asked_for_and_cannot_be_made_is_told(
    kit: Stationery, form: str, language: str | None, unmet: tuple[str, ...]
) -> None:
    facts = msgspec.structs.replace(invented("parent", 4), format=form, language=language)
    assert write("invitation", facts, kit).unmet == unmet


def test_a_copy_to_the_setting_is_written_for_it(kit: Stationery) -> None:
    for letter in ("decision_maintain", "decision_amend", "decision_cease", "final_plan", "cease_consultation"):
        assert "college or other setting that Robin attends" in write(letter, invented("setting", 9), kit).text
    cease = write("decision_cease", invented("setting", 9), kit).text
    assert "The plan goes on for now" in cease
    assert "appeal" not in cease


def test_days_do_not_break_over_lines(kit: Stationery) -> None:
    html = write("amendment_notice", invented("parent", 4), kit).html
    for words in ("Wednesday 14 January 2026", "15 days", "day 1"):
        assert words.replace(" ", "\N{NO-BREAK SPACE}") in html


def test_an_element_that_nothing_says_fails_the_check(own: Path) -> None:
    (own / "papers").mkdir()
    (own / "papers" / "anyshire.2026.toml").write_text(
        '[papers]\nname = "anyshire"\nversion = "2026"\ntitle = "Ours"\nin_force_from = 2026-01-01\n'
        'extends = "england.2015"\n[[letter]]\nid = "leaflet"\ntitle = "Leaflet"\nto = ["parent"]\ncitation = "ours"\n'
        'elements = [{ id = "zzz", text = "more", word = "practice", citation = "ours" }]\n',
        "utf-8",
    )
    kit = stationery(Catalogue(own))
    papers = msgspec.structs.replace(kit.papers, letters=(kit.papers.letter_by_id["leaflet"],))
    faults = [found.faults for found in check_letters(msgspec.structs.replace(kit, papers=papers))]
    assert all("zzz: there is no statement of that name" in said[0] for said in faults)
    assert any("there is no template leaflet.html" in fault for fault in faults[0])


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (b'name = "Anyshire', "this file is not readable as TOML: "),
        (b'name = "Caf\xe9"', "this file is not UTF-8: save it as UTF-8"),
        (
            b'name = "Anyshire"',
            "this file is not the authority's details: address: is missing; `arflow letter authority`",
        ),
        (shipped("authority.toml") + b'phone = "01632"', "phone: is not a field: use name, address, contact"),
    ],
)
def test_details_of_an_authority_that_cannot_be_read_are_named_with_their_file(
    own: Path, written: bytes, said: str
) -> None:
    path = own / "letters" / "authority.toml"
    path.write_bytes(written)
    with pytest.raises(InvalidValue) as refused:
        stationery(Catalogue(own))
    assert str(refused.value).startswith(f"{path}: ")
    assert said in str(refused.value)


def test_a_page_template_that_is_not_utf_8_or_extends_another_is_named(own: Path, kit: Stationery) -> None:
    path = own / "letters" / "not_amend.html"
    path.write_bytes(b"Caf\xe9")
    with pytest.raises(LetterRefused, match="the template is not in UTF-8: save it as UTF-8"):
        write("not_amend", invented("parent", 9), kit)
    path.write_text('{% extends "ours.html" %}', "utf-8")
    with pytest.raises(LetterRefused, match=r"asks for ours\.html, which is not there: use letter\.html"):
        write("not_amend", invented("parent", 9), kit)


def test_a_broken_word_template_of_the_authoritys_own_is_named_with_its_file(own: Path, kit: Stationery) -> None:
    path = own / "letters" / "not_amend.docx"
    path.write_bytes(b"not a document")
    with pytest.raises(InvalidValue, match=r"template: .*own/letters/not_amend\.docx is not a Word document"):
        write_in_word("not_amend", invented("parent", 9), kit)
