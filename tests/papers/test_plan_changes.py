"""Proposed amendments: views, advice, accepting; a school's own tracked changes; and the commands."""

import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from click.testing import Result
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from arflow.errors import InvalidValue, MissingValue, NotFound, NotPossible, PlanTextRefused
from arflow.papers.plan_text import change_labels
from arflow.papers.plan_text.amendments import (
    Amendments,
    Change,
    View,
    accept,
    add_view,
    advice_that_led_to_nothing,
    amendments_from_json,
    link_advice,
    propose,
    propose_edits,
)
from arflow.papers.plan_text.marked_html import as_marked_html
from arflow.papers.plan_text.marked_plan import mark
from arflow.papers.plan_text.marked_word import as_marked_word
from arflow.papers.plan_text.plan_text import Item, PlanFault, canonical, plan_text
from arflow.papers.plan_text.word_file import as_word
from arflow.papers.plan_text.word_reader import amendments_from_word, plan_from_word
from tests.support.plans import NEW, OLD

ADVICE = ("a" * 64, "b" * 64)


@pytest.fixture
def proposed() -> Amendments:
    return propose(OLD, NEW, by="setting")


def test_some_of_the_changes_can_be_accepted_and_the_rest_later(proposed: Amendments) -> None:
    amended = accept(OLD, proposed, ["1"])

    assert amended.item("A1") == NEW.item("A1")
    assert amended.item("E1") == OLD.item("E1")
    with pytest.raises(NotPossible, match="change 1 does not fit the plan: A1 reads otherwise"):
        accept(amended, proposed)


def test_an_outcome_is_not_taken_out_while_provision_serves_it(proposed: Amendments) -> None:
    removal = next(change.id for change in proposed.changes if change.kind == "remove" and change.item == "E2")

    with pytest.raises(PlanTextRefused, match="F2: serves E2, which is no outcome"):
        accept(OLD, proposed, [removal])


def test_a_later_view_of_a_role_takes_the_place_of_its_earlier_one(proposed: Amendments) -> None:
    once = add_view(proposed, "1", View(role="parent", agrees=False))
    twice = add_view(once, "1", View(role="parent", agrees=True, text="Now I see."))

    assert twice.change("C1").views == (View(role="parent", agrees=True, text="Now I see."),)
    with pytest.raises(MissingValue):
        add_view(proposed, "1", View(role="parent"))
    with pytest.raises(NotFound, match="C99"):
        add_view(proposed, "C99", View(role="parent", agrees=True))


def test_advice_that_led_to_no_change_is_named(proposed: Amendments) -> None:
    linked = link_advice(proposed, "2", [ADVICE[0], ADVICE[0]])

    assert linked.change("2").advice == (ADVICE[0],)
    assert advice_that_led_to_nothing(linked, ADVICE) == (ADVICE[1],)
    with pytest.raises(InvalidValue):
        link_advice(proposed, "C2", ["not a digest"])


def test_edits_of_items_become_changes() -> None:
    found = propose_edits(
        OLD, {"E1": "Robin will ask for help.", "G1": None, "E5": "Robin will swim."}, by="N-00000001"
    )

    assert [(change.item, change.kind, change.proposed_by) for change in found.changes] == [
        ("E1", "reword", "N-00000001"),
        ("E5", "add", "N-00000001"),
        ("G1", "remove", "N-00000001"),
    ]
    with pytest.raises(NotFound):
        propose_edits(OLD, {"E9": None}, by="setting")


def test_two_changes_of_one_item_are_not_marked_together(proposed: Amendments) -> None:
    again = Change(id="X", old=OLD.item("E1"), new=Item(id="E1", text="Otherwise."), proposed_by="parent")
    both = Amendments(base=proposed.base, changes=(*proposed.changes, again))

    with pytest.raises(NotPossible, match="are both to E1"):
        mark(OLD, both, at=datetime(2026, 1, 2, tzinfo=UTC))


def test_amendments_are_the_same_after_json_and_wrong_ones_are_refused(proposed: Amendments) -> None:
    assert amendments_from_json(canonical(proposed), "changes.json") == proposed
    with pytest.raises(InvalidValue):
        amendments_from_json(b'{"is":"proposed amendments","base":"","changes":[{"id":"C1","proposed_by":"x"}]}', "x")
    wrong = Amendments(base="short", changes=(proposed.changes[0], proposed.changes[0]))
    with pytest.raises(PlanTextRefused) as refused:
        amendments_from_json(canonical(wrong), "changes.json")
    assert [fault.place for fault in refused.value.faults if isinstance(fault, PlanFault)] == ["base", "1"]


# --- a school's own Word file ------------------------------------------------------------------------------------


def tracked(kind: str, text: str, author: str = "Sam Pole") -> Any:
    """A run of words that somebody put in, took out or moved."""
    words = "w:delText" if kind in ("del", "moveFrom") else "w:t"
    return parse_xml(
        f'<w:{kind} {nsdecls("w")} w:id="1" w:author="{author}" w:date="2026-01-02T03:04:05Z">'
        f'<w:r><{words} xml:space="preserve">{text}</{words}></w:r></w:{kind}>'
    )


def mark_end(paragraph: Any, kind: str) -> None:
    """The end of the paragraph was put in or taken out."""
    marks = OxmlElement("w:rPr")
    marks.append(parse_xml(f'<w:{kind} {nsdecls("w")} w:id="2" w:author="Sam Pole"/>'))
    paragraph._p.get_or_add_pPr().append(marks)


def content(document: Any) -> bytes:
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def paragraph_of(document: Any, start: str) -> Any:
    return next(one for one in document.paragraphs if one.text.startswith(start))


def from_school(change: Callable[[Any], None]) -> Any:
    document = docx.Document(BytesIO(as_word(OLD)))
    change(document)
    return amendments_from_word(content(document), "school.docx", OLD, by="setting")


@pytest.mark.thorough
def test_a_schools_tracked_words_become_a_change_with_their_author() -> None:
    def add(document: Any) -> None:
        paragraph_of(document, "G1")._p.append(tracked("ins", " And a hearing test."))

    found = from_school(add)

    (change,) = found.amendments.changes
    assert change.new == Item(id="G1", text="An eye test each year. And a hearing test.")
    assert (change.proposed_by, change.authors) == ("setting", ("Sam Pole",))
    assert found.not_placed == ()


@pytest.mark.thorough
def test_moved_words_leave_one_item_and_come_to_another() -> None:
    def move(document: Any) -> None:
        paragraph_of(document, "G1").runs[0].text = "G1: An eye test"
        paragraph_of(document, "G1")._p.append(tracked("moveFrom", " each year."))
        paragraph_of(document, "A1")._p.append(tracked("moveTo", " each year."))

    changes = from_school(move).amendments.changes

    assert [(change.item, change.new and change.new.text) for change in changes] == [
        ("A1", "Robin likes trains. each year."),
        ("G1", "An eye test"),
    ]


@pytest.mark.thorough
def test_a_whole_item_taken_out_and_one_put_in_are_found() -> None:
    def swap(document: Any) -> None:
        gone = paragraph_of(document, "E2")
        text = gone.text
        gone.runs[0]._r.getparent().remove(gone.runs[0]._r)
        gone._p.append(tracked("del", text))
        mark_end(gone, "del")
        fresh = gone.insert_paragraph_before("", style=gone.style)
        fresh._p.append(tracked("ins", "E7: Robin will swim."))
        mark_end(fresh, "ins")
        serving = paragraph_of(document, "F2")
        rest = serving.text.removeprefix("F2 (for E1, E2)")
        serving.runs[0].text = "F2 (for E1"
        serving._p.append(tracked("del", ", E2"))
        serving.add_run(f"){rest[0:]}")

    changes = from_school(swap).amendments.changes

    assert [(change.item, change.kind) for change in changes] == [("E2", "remove"), ("E7", "add"), ("F2", "reword")]


@pytest.mark.thorough
def test_tracked_text_outside_any_item_is_listed() -> None:
    def scribble(document: Any) -> None:
        document.paragraphs[0]._p.append(tracked("ins", "Draft by school"))
        document.sections[0].header.paragraphs[0]._p.append(tracked("ins", "In the header"))
        paragraph_of(document, "A1")._p.append(tracked("ins", " And buses."))

    found = from_school(scribble)

    assert [(one.text, one.author, one.added) for one in found.not_placed] == [
        ("Draft by school", "Sam Pole", True),
        ("In the header", "Sam Pole", True),
    ]
    assert [change.item for change in found.amendments.changes] == ["A1"]


@pytest.mark.thorough
def test_what_was_changed_without_tracking_and_what_is_not_in_the_file_is_told() -> None:
    def partly(document: Any) -> None:
        paragraph_of(document, "E1").runs[0].text = "E1: Quietly other."
        paragraph_of(document, "A1")._p.append(tracked("ins", " And buses."))
        gone = paragraph_of(document, "G1")._p
        gone.getparent().remove(gone)

    found = from_school(partly)

    assert [(change.item, change.authors) for change in found.amendments.changes] == [
        ("A1", ("Sam Pole",)),
        ("E1", ()),
    ]
    assert found.notes == (
        "changed without being tracked, so shown without an author: E1",
        "not in the file, so left as they are: G1",
    )


@pytest.mark.thorough
def test_a_new_paragraph_in_a_list_that_word_numbers_leaves_the_other_numbers_as_they_were() -> None:
    document = docx.Document()
    document.add_heading("Section E: Outcomes", level=2)
    for text in ("Robin will read.", "Robin will write."):
        document.add_paragraph(text, style="List Number")
    plan = plan_from_word(content(document), "plan.docx").plan
    fresh = document.paragraphs[2].insert_paragraph_before("", style="List Number")
    fresh._p.append(tracked("ins", "Robin will cook."))
    mark_end(fresh, "ins")

    (change,) = amendments_from_word(content(document), "school.docx", plan, by="setting").amendments.changes

    assert [item.id for item in plan.items] == ["E1", "E2"]
    assert (change.item, change.kind) == ("E3", "add")


@pytest.mark.thorough
def test_a_row_that_was_put_into_a_table_is_a_new_item() -> None:
    document = docx.Document()
    document.add_heading("Section F: Provision", level=2)
    table = document.add_table(rows=2, cols=2)
    for row, cells in zip(table.rows, (("F1", "Speech therapy"), ("F2", "A quiet space")), strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    plan = plan_from_word(content(document), "plan.docx").plan
    row = table.add_row()
    properties = row._tr.get_or_add_trPr()
    properties.append(parse_xml(f'<w:ins {nsdecls("w")} w:id="3" w:author="Sam Pole"/>'))
    for cell, text in zip(row.cells, ("F3", "A garden"), strict=True):
        cell.paragraphs[0]._p.append(tracked("ins", text))

    (change,) = amendments_from_word(content(document), "school.docx", plan, by="setting").amendments.changes

    assert change.new == Item(id="F3", text="A garden")
    assert change.authors == ("Sam Pole",)


@pytest.mark.thorough
def test_a_file_without_tracked_changes_is_to_be_compared() -> None:
    with pytest.raises(NotPossible, match=r"reads otherwise in A1, E1.*arflow amend compare"):
        amendments_from_word(as_word(NEW), "school.docx", OLD, by="setting")
    with pytest.raises(NotPossible, match="reads as the plan does"):
        amendments_from_word(as_word(OLD), "school.docx", OLD, by="setting")


@pytest.mark.thorough
def test_a_plan_with_tracked_changes_is_not_one_text(proposed: Amendments) -> None:
    marked = as_marked_word(mark(OLD, proposed, at=datetime(2026, 1, 2, tzinfo=UTC)))

    with pytest.raises(NotPossible, match="accept or reject them in Word"):
        plan_from_word(marked, "plan.docx")


@pytest.mark.thorough
def test_our_own_marked_copy_reads_back_as_what_was_proposed(proposed: Amendments) -> None:
    marked = as_marked_word(mark(OLD, proposed, at=datetime(2026, 1, 2, tzinfo=UTC)))

    found = amendments_from_word(marked, "marked.docx", OLD, by="setting")

    assert accept(OLD, found.amendments) == NEW
    assert found.not_placed == ()


def zipped(parts: dict[str, bytes]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()


MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
BAD_FILES = {
    "nothing": (b"", "a Word file"),
    "a PDF": (b"%PDF-1.7", "a Word file"),
    "a zip of something else": (zipped({"a.txt": b"x"}), "a Word file"),
    "half a file": (as_word(OLD)[:3000], "a Word file"),
    "macros": (zipped({"[Content_Types].xml": MAIN, "word/vbaProject.bin": b"x"}), "without macros"),
    "a password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "password"),
    "a bomb": (zipped({"[Content_Types].xml": MAIN, "word/document.xml": bytes(41_000_000)}), "far larger"),
    "no document in it": (zipped({"[Content_Types].xml": MAIN}), "damaged"),
}


@pytest.mark.parametrize("what", BAD_FILES)
def test_a_file_that_is_no_sound_word_file_is_refused_in_one_line(what: str) -> None:
    found, says = BAD_FILES[what]

    with pytest.raises(InvalidValue, match=says) as refused:
        plan_from_word(found, "plan.docx")

    assert "\n" not in refused.value.message


# --- the commands ----------------------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "old.docx").write_bytes(as_word(OLD))
    (tmp_path / "new.docx").write_bytes(as_word(NEW))
    return tmp_path


@pytest.mark.thorough
def test_a_plan_goes_from_word_through_changes_to_the_amended_plan(run: Callable[..., Result], files: Path) -> None:
    old, new, changes, amended = (str(files / name) for name in ("old.docx", "new.docx", "c.json", "amended.docx"))

    assert run("amend", "compare", old, new, "--from", "setting", "--output", changes).exit_code == 0
    assert run("amend", "view", changes, "1", "--role", "parent", "--disagrees", "--text", "No.").exit_code == 0
    assert run("amend", "link", changes, "2", new).exit_code == 0
    shown = run("amend", "show", changes, "--advice", old, "--advice", new)
    assert "The parent does not agree: No." in shown.stdout
    assert f"Led to no change: {old}" in shown.stdout
    assert run("amend", "accept", changes, "--plan", old, "--output", amended).exit_code == 0
    assert plan_from_word(Path(amended).read_bytes(), "amended.docx").plan == NEW


@pytest.mark.thorough
def test_changes_are_recorded_on_the_review_only_when_their_plan_is_kept(
    run: Callable[..., Result], files: Path
) -> None:
    old, changes = str(files / "old.docx"), str(files / "c.json")
    run("amend", "compare", old, str(files / "new.docx"), "--output", changes)
    run("plan", "add", "P-1", "--first-made", "2025-09-12")
    run("review", "open", "P-1")

    early = run("amend", "propose", "R-2026-000001", changes, "--from", "setting")
    assert early.exit_code == 1
    assert "keep it first with `arflow amend keep P-1 FILE`" in early.stderr
    assert run("amend", "keep", "P-1", old).exit_code == 0
    done = run("amend", "propose", "R-2026-000001", changes, "--from", "setting", "--by", "B. Officer")

    assert done.stdout.startswith("R-2026-000001: AmendmentsProposed on 2026-11-24")
    history = run("audit", "R-2026-000001").stdout
    assert "Amendments proposed by" in history
    assert "by B. Officer" in history


@pytest.mark.thorough
def test_a_text_and_changes_are_kept_only_on_the_case_and_the_review_they_are_of(
    run: Callable[..., Result], files: Path
) -> None:
    old, changes = str(files / "old.docx"), str(files / "c.json")
    run("amend", "compare", old, str(files / "new.docx"), "--output", changes)
    for plan in ("P-1", "P-2"):
        run("plan", "add", plan, "--first-made", "2025-09-12")
        run("review", "open", plan)
    run("amend", "keep", "P-1", old)
    run("review", "cancel", "R-2026-000001", "--reason", "opened twice")

    other = run("amend", "keep", "P-1", old, "--review", "R-2026-000002")
    ended = run("amend", "propose", "R-2026-000001", changes, "--from", "setting")
    text = run("amend", "show", old)

    assert other.stderr == "arflow: R-2026-000002 is a review of P-2, another case than P-1\n"
    assert ended.stderr.startswith("arflow: R-2026-000001 is cancelled: nothing more is proposed on it")
    assert "as `arflow amend compare` writes with --output" in text.stderr
    assert "Amendments proposed" not in run("audit", "R-2026-000001").stdout


@pytest.mark.thorough
@pytest.mark.parametrize(
    "words",
    [
        ("read", "new.xlsx"),
        ("read", "old.docx", "--output", "new.docx"),
        ("read", "old.docx", "--output", "plan.xlsx"),
        ("accept", "old.docx", "--plan", "old.docx", "--output", "a.docx"),
        ("from-word", "old.docx", "--plan", "old.docx", "--from", "setting"),
    ],
)
def test_a_wrong_file_is_refused_in_one_line_and_nothing_is_written(
    run: Callable[..., Result], files: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(files)
    (files / "new.xlsx").write_bytes(b"x")
    before = {path.name: path.read_bytes() for path in files.iterdir()}

    result = run("amend", *words)

    assert result.exit_code == 1
    assert result.stderr.strip().splitlines()[-1].startswith("arflow: ")
    assert {path.name: path.read_bytes() for path in files.iterdir()} == before


@pytest.mark.thorough
def test_the_elements_that_are_written_are_the_ones_word_tracks(proposed: Amendments) -> None:
    marked = docx.Document(BytesIO(as_marked_word(mark(OLD, proposed, at=datetime(2026, 1, 2, tzinfo=UTC)))))
    marks = list(marked.element.body.iter(qn("w:ins"), qn("w:del")))

    assert len({one.get(qn("w:id")) for one in marks}) == len(marks) > 0
    assert {one.get(qn("w:date")) for one in marks} == {"2026-01-02T00:00:00Z"}
    assert not [one for gone in marked.element.body.iter(qn("w:del")) for one in gone.iter(qn("w:t"))]
    assert len(list(marked.comments)) == len(proposed.changes)


@pytest.mark.thorough
def test_an_empty_plan_and_one_that_loses_everything_can_be_marked() -> None:
    nothing = plan_text([])
    for old, new in ((nothing, OLD), (OLD, nothing)):
        amendments = propose(old, new, by="setting")
        marked = as_marked_word(mark(old, amendments, at=datetime(2026, 1, 2, tzinfo=UTC)))
        assert accept(old, amendments_from_word(marked, "m.docx", old, by="setting").amendments) == new


# --- what a family sees, and a second round ----------------------------------------------------------------------------


def test_a_change_has_no_name_that_an_item_of_section_c_could_have(proposed: Amendments) -> None:
    assert [change.id for change in proposed.changes[:2]] == ["1", "2"]
    assert proposed.change("C2") == proposed.change("2")  # as changes were called before
    assert change_labels.heading(proposed.changes[0]).startswith("Change 1: A1 would change.")


def test_both_parents_are_heard_by_name(proposed: Amendments) -> None:
    both = add_view(proposed, "1", View(role="parent", name="Sam Field", agrees=False))
    both = add_view(both, "1", View(role="parent", name="Val Field", agrees=True))

    assert [change_labels.view(one) for one in both.change("1").views] == [
        "The parent (Sam Field) does not agree",
        "The parent (Val Field) agrees",
    ]


def test_nothing_internal_is_in_a_marked_copy() -> None:
    amendments = link_advice(propose(OLD, NEW, by="N-00000001"), "1", ADVICE[:1], "Advice of Jo Wren, 3 May 2026")
    amendments = link_advice(amendments, "2", ADVICE[1:])
    marked = mark(OLD, amendments, at=datetime(2026, 1, 2, tzinfo=UTC))

    with zipfile.ZipFile(BytesIO(as_marked_word(marked))) as file:
        word = "".join(file.read(name).decode() for name in file.namelist() if name.endswith(".xml"))
    page = as_marked_html(marked)

    for inside in ("N-00000001", ADVICE[0][:12], ADVICE[1][:12], "la_sen"):
        assert inside not in word
        assert inside not in page
    assert ">arflow<" not in word
    assert "Led to by Advice of Jo Wren, 3 May 2026." in page
    assert "Led to by advice whose title is not given here." in page


@pytest.mark.thorough
def test_a_second_round_keeps_who_proposed_and_adds_who_came_after() -> None:
    first = propose(OLD, NEW, by="setting", authors={"E1": ("Ms Poole", "Dr Finch")})
    marked = docx.Document(BytesIO(as_marked_word(mark(OLD, first, at=datetime(2026, 1, 2, tzinfo=UTC)))))
    paragraph_of(marked, "A1")._p.append(tracked("ins", " And boats.", "Sam Field"))

    second = amendments_from_word(content(marked), "again.docx", OLD, by="parent").amendments

    by_item = {change.item: change for change in second.changes}
    assert (by_item["E1"].proposed_by, by_item["E1"].authors) == ("setting", ("Ms Poole", "Dr Finch"))
    assert (by_item["F1"].proposed_by, by_item["F1"].authors) == ("setting", ())
    assert (by_item["A1"].proposed_by, by_item["A1"].authors) == ("parent", ("the school or setting", "Sam Field"))


@pytest.mark.thorough
def test_views_come_back_with_a_marked_copy_with_who_gave_them_and_their_words(proposed: Amendments) -> None:
    given = (
        View(role="parent", name="Sam (Ash) Field", agrees=False, text="Twice a week: too little, says: me."),
        View(role="young_person", agrees=True),
        View(role="named_setting", name="Oak Lane", text="We have no room.\nNot before May."),
    )
    for one in given:
        proposed = add_view(proposed, "2", one)
    proposed = link_advice(proposed, "2", ADVICE[:1], "Advice of Jo Wren, 3 May 2026")
    copy = as_marked_word(mark(OLD, proposed, at=datetime(2026, 1, 2, tzinfo=UTC)))

    back = amendments_from_word(copy, "again.docx", OLD, by="parent")

    item = proposed.change("2").item
    assert {change.item: change.views for change in back.amendments.changes if change.views} == {item: given}
    assert f"{item} was led to by Advice of Jo Wren, 3 May 2026: link that again with `arflow amend link`" in back.notes


@pytest.mark.thorough
def test_a_view_on_a_change_that_was_accepted_or_rejected_in_the_copy_is_told(proposed: Amendments) -> None:
    item = proposed.change("1").item
    proposed = add_view(proposed, "1", View(role="parent", name="Sam Field", agrees=True, text="Good."))
    marked = docx.Document(BytesIO(as_marked_word(mark(OLD, proposed, at=datetime(2026, 1, 2, tzinfo=UTC)))))
    said = f"a view on {item}, of which the file proposes no change any more: The parent (Sam Field) agrees: Good."

    accepted(paragraph_of(marked, item)._p)
    back = amendments_from_word(content(marked), "again.docx", OLD, by="parent")
    accepted(marked.element.body)
    read = plan_from_word(content(marked), "again.docx")

    assert item in {change.item for change in back.amendments.changes}  # it reads otherwise now, untracked
    assert said not in back.notes
    assert said in read.notes


def accepted(element: Any) -> None:
    """Accept every tracked change below an element, as Word does."""
    for gone in list(element.iter(qn("w:del"))):
        gone.getparent().remove(gone)
    for new in list(element.iter(qn("w:ins"))):
        for inside in list(new):
            new.addprevious(inside)
        new.getparent().remove(new)


@pytest.mark.thorough
def test_words_stay_plain_when_a_change_is_rejected(proposed: Amendments) -> None:
    marked = docx.Document(BytesIO(as_marked_word(mark(OLD, proposed, at=datetime(2026, 1, 2, tzinfo=UTC)))))

    assert not list(marked.element.body.iter(qn("w:strike"), qn("w:rStyle"), qn("w:color")))
