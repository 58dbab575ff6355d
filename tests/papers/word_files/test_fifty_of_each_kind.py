"""Fifty Word files of each kind of trouble, made with chance: what is shown is told, and a refusal names its true cause."""

import zipfile
from io import BytesIO
from random import Random

import pytest

from arflow.errors import ArflowError, NotPossible, PlanTextRefused
from arflow.law.plan_sections import SECTIONS
from arflow.papers.plan_text.amendments import accept
from arflow.papers.plan_text.plan_text import Item, plan_text
from arflow.papers.plan_text.word_reader import amendments_from_word, plan_from_word
from tests.papers.word_files.test_kinds_of_word_files import DELETED_END, listed, numbering, rewritten
from tests.support.word_kinds import NAMES, Draft, control, heading, paragraph, row, run, table, word_file

pytestmark = pytest.mark.thorough
SEEDS = range(50)
E, F = heading("Section E: Outcomes"), heading("Section F: Special educational provision")


def made(kind: str, seed: int) -> Draft:
    return Draft(Random(f"{kind} {seed}"))


def texts(content: bytes) -> dict[str, str]:
    return {item.id: item.text for item in plan_from_word(content, "plan.docx").plan.items}


def test_text_struck_by_hand_and_coloured_beside_it_is_a_proposal_and_never_plan_text() -> None:
    looks = (
        '<w:color w:val="00B050"/>',
        '<w:highlight w:val="green"/>',
        '<w:color w:val="FF0000"/>',
        '<w:u w:val="single"/>',
    )
    for seed in SEEDS:
        draft = made("struck", seed)
        look, was, becomes, runs = draft.chance.choice(looks), [], [], [run("F1: ")]
        for at in range(draft.chance.randint(1, 4)):
            kept, gone, new = draft.words(), draft.words(), draft.words()
            runs += [run(f"{kept} "), run(gone, "<w:strike/>"), run(" "), run(new, look), run(" ")]
            was.append(f"{kept} {gone}")
            becomes.append(f"{kept} {new}")
            del at
        content = word_file(E + paragraph(run("E1: Ask.")) + F + paragraph(*runs))
        plan = plan_text([Item(id="E1", text="Ask."), Item(id="F1", text=" ".join(was))])

        found = amendments_from_word(content, "school.docx", plan, by="setting")

        amended = accept(plan, found.amendments).item("F1")
        assert amended is not None
        assert amended.text.split() == " ".join(becomes).split(), seed
        with pytest.raises(NotPossible, match="by hand"):
            plan_from_word(content, "plan.docx")


def test_nothing_is_proposed_only_where_no_comment_and_no_change_of_format_is() -> None:
    for seed in SEEDS:
        draft = made("comments", seed)
        words, parts, inside = draft.words(), dict[str, tuple[str, bytes]](), []
        commented, formatted = draft.chance.random() < 0.5, draft.chance.random() < 0.5
        if commented:
            said = f'<w:comment w:id="1" w:author="Ms Poole">{paragraph(run(draft.words()))}</w:comment>'
            parts["comments.xml"] = ("comments", f"<w:comments {NAMES}>{said}</w:comments>".encode())
            inside.append('<w:r><w:commentReference w:id="1"/></w:r>')
        change = '<w:b/><w:rPrChange w:author="Ms Poole"><w:rPr/></w:rPrChange>' if formatted else ""
        body = F + draft.wrapped(paragraph(run("F1: "), draft.wrapped(run(words, change)), *inside))
        plan = plan_text([Item(id="F1", text=words)])

        if not (commented or formatted):
            with pytest.raises(NotPossible, match="reads as the plan does: nothing is proposed"):
                amendments_from_word(word_file(body, parts), "school.docx", plan, by="setting")
            continue
        found = amendments_from_word(word_file(body, parts), "school.docx", plan, by="setting")
        assert found.amendments.changes == ()
        assert any("comment by Ms Poole on F1" in note for note in found.notes) == commented, seed
        assert any("of format alone" in note for note in found.notes) == formatted, seed


def test_paragraphs_whose_end_is_taken_out_are_joined_with_the_next_and_never_over_a_table() -> None:
    for seed in SEEDS:
        draft = made("ends", seed)
        was, becomes, blocks, open_item = list[Item](), dict[str, str](), "", ""
        for number in range(1, draft.chance.randint(4, 9)):
            name, words = f"F{number}", draft.words()
            was.append(Item(id=name, text=words))
            gone = draft.chance.random() < 0.5
            if draft.chance.random() < 0.4:
                blocks += draft.wrapped(table(draft.wrapped(row(name, words))))
                becomes[name], open_item = words, ""
                continue
            blocks += paragraph(run(f"{name}: {words}"), before=DELETED_END if gone else "")
            if open_item:
                becomes[open_item] += f"{name}: {words}"
            else:
                becomes[name] = words
            open_item = (open_item or name) if gone else ""
        plan = plan_text(was)
        if DELETED_END not in blocks:
            continue

        found = amendments_from_word(word_file(F + blocks), "school.docx", plan, by="setting")

        amended = {item.id: item.text for item in accept(plan, found.amendments).items}
        assert amended == becomes, seed


def test_numbers_of_lists_are_those_that_word_shows() -> None:
    for seed in SEEDS:
        draft = made("numbers", seed)
        start, expected, body, count = draft.chance.randint(1, 30), dict[str, str](), "", 0
        for section in draft.chance.sample(list("BCDEFG"), 3):
            body += heading(f"Section {section}: {SECTIONS[section]}")
            for _ in range(draft.chance.randint(1, 4)):
                words = draft.words()
                name = f"{section}{start + count}"
                expected[name], count = words, count + 1
                body += draft.wrapped(listed(words))
                for letter in "ab"[: draft.chance.randint(0, 2)]:
                    inner = draft.words()
                    body += listed(inner, level=1)
                    expected[name] += f"\n{letter}) {inner}"

        assert texts(word_file(body, numbering(start=start))) == expected, seed


def test_headings_are_read_in_any_dress_and_no_section_runs_into_another() -> None:
    dresses = (
        lambda letter, title: paragraph(run(f"Section {letter} {title}", "<w:b/>")),
        lambda letter, title: paragraph(run(f"SECTION {letter}: {title.upper()}")),
        lambda letter, title: table(row(f"Section {letter}", title)),
        lambda letter, title: table(row(letter, title)),
        lambda letter, title: paragraph(run(f"Part {letter} – {title}")),
        lambda letter, title: paragraph(run(f"{letter}. {title}")),
        lambda letter, title: paragraph(run(f"{title} (Section {letter})")),
        lambda letter, title: paragraph(run(f"Section {letter}")) + paragraph(run(title, "<w:b/>")),
        lambda letter, title: heading(f"{letter}: {title}"),
        lambda letter, title: control(paragraph(run(f"Section {letter}: {title}"))),
    )
    for seed in SEEDS:
        draft = made("dresses", seed)
        sections = sorted(
            draft.chance.sample(["A", "B", "C", "D", "E", "F", "G", "I", "J"], draft.chance.randint(2, 6))
        )
        expected, body = dict[str, str](), ""
        for section in sections:
            body += draft.wrapped(draft.chance.choice(dresses)(section, SECTIONS[section]))
            for number in range(1, draft.chance.randint(2, 4)):
                expected[f"{section}{number}"] = draft.words()
                body += draft.wrapped(paragraph(run(f"{section}{number}: {expected[f'{section}{number}']}")))

        assert texts(word_file(body)) == expected, seed


def test_tables_of_real_forms_are_items_whose_words_have_the_headings_beside_them() -> None:
    for seed in SEEDS:
        draft = made("tables", seed)
        heads = draft.chance.choice((("No.", "Provision", "How often"), ("Ref", "Provision", "By when", "Who")))
        numbered, expected, rows = draft.chance.random() < 0.6, dict[str, str](), [row(*heads)]
        for number in range(1, draft.chance.randint(2, 5)):
            cells = [draft.words() for _ in heads[1:]]
            labels = (f"{head}: {cell}" for head, cell in zip(heads[2:], cells[1:], strict=True))
            expected[f"F{number}"] = "\n".join([cells[0], *labels])
            first = draft.chance.choice((f"F{number}", f"{number}", f"{number}.")) if numbered else f"F{number}"
            rows.append(draft.wrapped(row(first, *cells)))
            if number == 2 and draft.chance.random() < 0.3:
                rows.append(row(*heads))  # the heading row again, as on a new page

        assert texts(word_file(F + draft.wrapped(table(*rows)))) == expected, seed


def test_a_refusal_names_its_true_cause_and_what_word_opens_is_read() -> None:
    for seed in SEEDS:
        draft = made("refusals", seed)
        words = draft.words()
        whole = word_file(F + draft.wrapped(paragraph(run(f"F1: {words}"))))
        content, cause = draft.chance.choice((_strict, _gone_picture, _torn, _locked, _other, _imported))(whole, draft)

        if cause is None:
            assert texts(content) == {"F1": words}, seed
            continue
        with pytest.raises(ArflowError, match=cause) as refused:
            plan_from_word(content, "plan.docx")
        assert words not in str(refused.value)
        assert ("damaged" in str(refused.value)) == ("damaged" in cause), seed


def _strict(content: bytes, _: Draft) -> tuple[bytes, str | None]:
    for kind, strict in (
        ("wordprocessingml/2006/main", "wordprocessingml/main"),
        ("officeDocument/2006/", "officeDocument/"),
    ):
        change = (f"http://schemas.openxmlformats.org/{kind}".encode(), f"http://purl.oclc.org/ooxml/{strict}".encode())
        content = rewritten(content, change)
    return content, None


def _gone_picture(content: bytes, draft: Draft) -> tuple[bytes, str | None]:
    target = draft.chance.choice(("NULL", "media/gone.png", "../NULL", "media/image1.emf"))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    link = f'<Relationship Id="p" Type="{kind}" Target="{target}"/></Relationships>'
    return rewritten(content, (b"</Relationships>", link.encode()), "document.xml.rels"), None


def _torn(content: bytes, draft: Draft) -> tuple[bytes, str | None]:
    if draft.chance.random() < 0.5:
        return content[: draft.chance.randint(100, len(content) - 200)], "is not a Word file"
    return rewritten(content, (b"</w:body>", b""), "word/document.xml"), "it is damaged"


def _locked(content: bytes, _: Draft) -> tuple[bytes, str | None]:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + content, "it has a password or is an old .doc"


def _other(_: bytes, draft: Draft) -> tuple[bytes, str | None]:
    sheet = BytesIO()
    with zipfile.ZipFile(sheet, "w") as file:
        file.writestr("[Content_Types].xml", "spreadsheetml.sheet.main+xml")
    return draft.chance.choice((b"%PDF-1.7", b"{\\rtf1 x}", b"", sheet.getvalue())), "is not a Word file"


def _imported(_: bytes, draft: Draft) -> tuple[bytes, str | None]:
    parts = {"chunk.rtf": ("aFChunk", b"{\\rtf1 x}")}
    body = F + paragraph(run(f"F1: {draft.words()}")) + draft.wrapped('<w:altChunk r:id="chunk"/>')
    return word_file(body, parts), "open the file in Word and save it"


def test_every_refusal_lists_each_fault_once_with_its_place() -> None:
    for seed in SEEDS:
        draft = made("faults", seed)
        twice = draft.chance.randint(1, 4)
        body = F + "".join(draft.wrapped(paragraph(run(f"F1: {draft.words()}"))) for _ in range(twice + 1))

        with pytest.raises(PlanTextRefused) as refused:
            plan_from_word(word_file(body), "plan.docx")

        places = [str(fault).partition(":")[0] for fault in refused.value.faults]
        assert places == [f"paragraph {at}" for at in range(3, twice + 3)], seed
