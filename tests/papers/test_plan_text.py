"""The text of a plan: sections, numbered items, faults with their place, and its files."""

import pytest
from hypothesis import given, settings

from arflow.errors import InvalidValue, PlanTextRefused
from arflow.papers.plan_text.amendments import accept, propose
from arflow.papers.plan_text.differences import compare
from arflow.papers.plan_text.lines import Line
from arflow.papers.plan_text.outline import read_plan
from arflow.papers.plan_text.plan_text import Item, PlanText, canonical, digest, plan_text, tidy
from arflow.papers.plan_text.text_file import as_text, from_json, from_text
from arflow.papers.plan_text.word_file import as_word
from arflow.papers.plan_text.word_reader import plan_from_word
from tests.support.plans import NEW, OLD, plans, texts


@pytest.mark.thorough
@given(plans())
def test_a_plan_is_the_same_after_text_and_json(plan: PlanText) -> None:
    assert from_text(as_text(plan), "plan.txt").plan == plan
    assert from_json(canonical(plan), "plan.json") == plan


@pytest.mark.thorough
@given(plans())
@settings(max_examples=25)
def test_a_plan_is_the_same_after_word(plan: PlanText) -> None:
    assert plan_from_word(as_word(plan), "plan.docx").plan == plan


@pytest.mark.thorough
@given(texts)
def test_tidy_text_stays_as_it_is(text: str) -> None:
    assert tidy(text) == text


@pytest.mark.thorough
@given(texts, texts)
def test_the_pieces_of_a_comparison_are_the_old_and_the_new_wording(old: str, new: str) -> None:
    pieces = compare(old, new)

    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new


@pytest.mark.thorough
@given(plans(), plans())
def test_accepting_all_that_was_proposed_gives_the_new_plan(old: PlanText, new: PlanText) -> None:
    assert accept(old, propose(old, new, by="setting")) == new


def test_words_that_stayed_are_not_marked() -> None:
    pieces = compare("20 minutes each week from a therapist.", "45 minutes twice a week from a therapist.")

    assert [(piece.kind, piece.text) for piece in pieces] == [
        ("removed", "20"),
        ("added", "45"),
        ("kept", " minutes "),
        ("removed", "each"),
        ("added", "twice a"),
        ("kept", " week from a therapist."),
    ]


def test_the_digest_does_not_depend_on_the_order_items_came_in() -> None:
    assert digest(plan_text(reversed(OLD.items))) == digest(OLD) != digest(NEW)


def test_items_stand_in_the_order_of_their_numbers() -> None:
    plan = plan_text([Item(id=name, text="x") for name in ("E10", "E2", "H2.1", "H1.2", "E2.1", "A1")])

    assert [item.id for item in plan.items] == ["A1", "E2", "E2.1", "E10", "H1.2", "H2.1"]


def test_every_fault_is_shown_with_its_place() -> None:
    text = "## Section E\nhello\nE1: a\nE1: b\nF1: c\n## Section E\n## Section F\nF2: d"

    with pytest.raises(PlanTextRefused) as refused:
        from_text(text, "bad.txt")

    assert [str(fault).partition(":")[0] for fault in refused.value.faults] == ["line 6", "line 4", "line 5"]


def test_the_words_of_the_plan_are_in_no_fault() -> None:
    with pytest.raises(PlanTextRefused) as refused:
        from_text("## Section E\nRobin is private\nE1: a\nE1: Robin is shy", "bad.txt")

    assert "Robin" not in str(refused.value)


@pytest.mark.parametrize(
    ("item", "says"),
    [
        (Item(id="Z1", text="x"), "not the number of an item"),
        (Item(id="H1", text="x"), "not the number of an item"),
        (Item(id="E1", text=""), "no text"),
        (Item(id="E1", text="a\n\nb"), "blank lines"),
        (Item(id="E1", text="x" * 20_001), "longer than 20,000"),
        (Item(id="E1", text="x", serves=("E2",)), "only items of provision"),
        (Item(id="F1", text="x", serves=("E9",)), "no outcome in section E"),
    ],
)
def test_an_item_that_is_not_sound_is_refused(item: Item, says: str) -> None:
    with pytest.raises(PlanTextRefused, match=says):
        plan_text([item])


def test_an_item_of_20000_characters_is_taken() -> None:
    assert plan_text([Item(id="E1", text="x" * 20_000)]).items


def test_a_section_that_numbers_nothing_has_an_item_for_each_paragraph() -> None:
    plan = from_text("## Section A\nRobin likes trains.\nRobin likes buses.\n• red ones", "plan.txt").plan

    assert [(item.id, item.text) for item in plan.items] == [
        ("A1", "Robin likes trains."),
        ("A2", "Robin likes buses.\n• red ones"),
    ]


def test_instructions_under_a_heading_are_told_with_their_place_and_are_no_text_of_the_plan() -> None:
    found = from_text("## Section E\nWrite what each outcome is.\nUse plain words.\nE1: To ask for help.", "plan.txt")

    assert [(item.id, item.text) for item in found.plan.items] == [("E1", "To ask for help.")]
    assert found.notes[1:] == (
        "not in the plan (before the first number of section E), line 2: Write what each outcome is.",
        "not in the plan (before the first number of section E), line 3: Use plain words.",
    )


def test_words_before_a_section_that_begins_with_a_later_number_may_be_an_item_and_this_is_told() -> None:
    found = from_text("## Section E\nTo ask for help.\nE2: To read.", "plan.txt")

    assert "section E begins with E2: if the words before it are an earlier item" in found.notes[1]


def test_a_section_that_numbers_nothing_is_named_since_an_instruction_may_stand_in_it() -> None:
    found = from_text("## Section A\nSay what the child likes.\nRobin likes trains.\n## Section E\nE1: a", "plan.txt")

    assert "section A numbers nothing, so each paragraph is an item: A1, A2" in found.notes[1]
    assert len(found.notes) == 2


def test_rows_of_tables_are_items_and_other_rows_belong_to_the_item_above() -> None:
    lines = [
        Line(place="1", cells=("Section F – Provision",)),
        Line(place="2", cells=("F1", "Speech therapy", "weekly")),
        Line(place="3", cells=("Who", "a therapist")),
        Line(place="4", cells=("2.", "A quiet space")),
    ]

    plan = read_plan(lines, "plan.docx").plan

    assert [(item.id, item.text) for item in plan.items] == [
        ("F1", "Speech therapy\nweekly\nWho | a therapist"),
        ("F2", "A quiet space"),
    ]


def test_a_sentence_about_a_section_is_no_heading() -> None:
    lines = [Line(place="1", cells=("Section E: Outcomes",)), Line(place="2", cells=("Section F says how.",))]

    assert read_plan(lines, "plan.docx").plan.item("E1") == Item(id="E1", text="Section F says how.")


@pytest.mark.parametrize("content", [b"", b"\xff", b"{", b"[]", b'{"is":"proposed amendments","base":"","changes":[]}'])
def test_json_that_is_no_plan_is_refused_in_one_line(content: bytes) -> None:
    with pytest.raises(InvalidValue, match="is not the text of a plan"):
        from_json(content, "plan.json")
