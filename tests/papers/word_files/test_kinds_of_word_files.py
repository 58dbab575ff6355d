"""Word files as people make them: each kind of trouble by name."""

import zipfile
from io import BytesIO

import pytest

from arflow.errors import InvalidValue, NotPossible, PlanTextRefused
from arflow.papers.plan_text.comparison import compare_with_file
from arflow.papers.plan_text.outline import Found
from arflow.papers.plan_text.plan_text import Item, PlanText, plan_text
from arflow.papers.plan_text.word_reader import FromWord, amendments_from_word, plan_from_word
from tests.support.word_kinds import NAMES, control, heading, paragraph, row, run, table, word_file

E, F = heading("Section E: Outcomes"), heading("Section F: Special educational provision")
E1 = paragraph(run("E1: Tilly will ask for help."))
PLAN = plan_text(
    [
        Item(id="E1", text="Tilly will ask for help."),
        Item(id="F1", text="Speech therapy, 1 hour each week."),
        Item(id="F2", text="A quiet room."),
    ]
)
F1, F2 = paragraph(run("F1: Speech therapy, 1 hour each week.")), paragraph(run("F2: A quiet room."))


def read(*body: str, parts: dict[str, tuple[str, bytes]] | None = None) -> Found:
    return plan_from_word(word_file("".join(body), parts), "plan.docx")


def items(found: Found | PlanText) -> dict[str, str]:
    plan = found if isinstance(found, PlanText) else found.plan
    return {item.id: item.text for item in plan.items}


def proposed(*body: str, plan: PlanText = PLAN, parts: dict[str, tuple[str, bytes]] | None = None) -> FromWord:
    return amendments_from_word(word_file("".join(body), parts), "school.docx", plan, by="setting")


def changes(found: FromWord) -> list[tuple[str, str | None, tuple[str, ...]]]:
    return [(one.item, one.new.text if one.new else None, one.authors) for one in found.amendments.changes]


def refusal(*body: str) -> str:
    with pytest.raises(PlanTextRefused) as refused:
        read(*body)
    return "; ".join(map(str, refused.value.faults))


# --- what Word shows -------------------------------------------------------------------------------------------------


def test_a_row_in_a_content_control_is_read_and_never_proposed_for_removal() -> None:
    rows = control(control(row("F2", "A quiet room."), "<w15:repeatingSectionItem/>"), "<w15:repeatingSection/>")
    found = read(E, E1, F, table(row("F1", "Speech therapy, 1 hour each week."), rows))

    assert items(found) == items(PLAN)
    assert compare_with_file(PLAN, found, by="setting").amendments.changes == ()


def test_a_tracked_change_in_such_a_row_is_a_change_of_its_item() -> None:
    new = '<w:ins w:author="Ms Poole"><w:r><w:t> At any time.</w:t></w:r></w:ins>'
    inside = f"<w:tr><w:tc>{paragraph(run('F2'))}</w:tc><w:tc>{paragraph(run('A quiet room.'), new)}</w:tc></w:tr>"

    assert changes(proposed(E, E1, F, F1, table(control(inside)))) == [
        ("F2", "A quiet room. At any time.", ("Ms Poole",))
    ]


def test_an_imported_part_that_cannot_be_read_is_refused_with_what_helps() -> None:
    with pytest.raises(PlanTextRefused, match=r"after paragraph 3: Word shows a part here .* save it"):
        read(E, E1, F, '<w:altChunk r:id="chunk"/>', parts={"chunk.rtf": ("aFChunk", b"{\\rtf1 F1: help}")})


def test_a_ticked_box_and_a_chosen_value_are_part_of_the_item() -> None:
    box = '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="0"/>{}</w:checkBox></w:ffData>'
    box += '</w:fldChar></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    new = control("", '<w14:checkbox><w14:checked w14:val="1"/></w14:checkbox>')
    found = read(
        F, paragraph(run("F1: alone "), box.format("<w:checked/>"), run(" group "), box.format(""), run(" out "), new)
    )

    assert items(found) == {"F1": "alone ☒ group ☐ out ☒"}


def test_signs_of_fonts_are_letters_and_unknown_ones_are_named() -> None:
    tick = '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'
    typed = run("ü", '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>')
    other = '<w:r><w:sym w:font="Wingdings 3" w:char="F04D"/></w:r>'

    assert items(read(F, paragraph(run("F1: a "), tick, typed, run(" b "), other))) == {
        "F1": "a ✓✓ b [sign 4D of Wingdings 3]"
    }


def test_a_fraction_stays_a_fraction() -> None:
    half = "<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>"

    assert items(read(F, paragraph(run("F1: "), half, run(" hour")))) == {"F1": "1/2 hour"}


def test_what_was_put_in_and_taken_out_again_is_named() -> None:
    both = '<w:ins w:author="A"><w:del w:author="B"><w:r><w:delText>at least</w:delText></w:r></w:del></w:ins>'
    found = proposed(E, E1, F, paragraph(run("F1: Speech therapy, 1 hour each week."), both), F2)

    assert "not in the plan (put in and taken out again), paragraph 4: at least" in found.notes


def test_words_before_the_first_section_and_in_headers_are_named_with_their_place() -> None:
    header = f"<w:hdr {NAMES}>{paragraph(run('Draft of May'))}</w:hdr>".encode()
    section = '<w:sectPr><w:headerReference r:id="header1"/></w:sectPr>'
    found = read(paragraph(run("Born 2015")), F, F1, section, parts={"header1.xml": ("header", header)})

    assert "not in the plan (before the first section), paragraph 1: Born 2015" in found.notes
    assert "not in the plan (header), header: Draft of May" in found.notes


def test_a_comparison_leaves_what_the_file_has_elsewhere() -> None:
    found = read(E, E1, heading("Section F: Special educational provision – a quiet room."), F1)

    compared = compare_with_file(PLAN, found, by="setting")

    assert compared.amendments.changes == ()
    assert compared.notes[0].endswith(": F2")


def test_a_comparison_leaves_an_item_whose_number_stands_elsewhere() -> None:
    compared = compare_with_file(PLAN, read(paragraph(run("F2: Some quiet.")), E, E1, F, F1), by="setting")

    assert compared.amendments.changes == ()


def test_a_field_that_never_ends_hides_nothing() -> None:
    begun = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'

    assert items(read(F, paragraph(run("F1: one "), begun, run("two")), F2)) == {"F1": "one two", "F2": "A quiet room."}


def test_pictures_are_named_since_no_words_are_read_from_them() -> None:
    old = '<w:r><w:pict><v:shape><v:imagedata r:id="x"/></v:shape></w:pict></w:r>'

    assert (
        "no words are read from pictures and embedded files: paragraph 2"
        in read(F, paragraph(run("F1: one"), old)).notes
    )


# --- what is there and not said --------------------------------------------------------------------------------------


def test_an_item_that_nobody_filled_is_left_out_and_not_proposed_for_removal() -> None:
    prompt = control(run("Choose an item."), "<w:showingPlcHdr/><w:dropDownList/>")
    found = read(
        E, E1, F, F1, table(f"<w:tr><w:tc>{paragraph(run('F2'))}</w:tc><w:tc>{paragraph(prompt)}</w:tc></w:tr>")
    )

    assert items(found) == {"E1": "Tilly will ask for help.", "F1": "Speech therapy, 1 hour each week."}
    assert "not filled in, so left out: F2" in found.notes
    assert compare_with_file(PLAN, found, by="setting").amendments.changes == ()


def test_hidden_text_is_no_text_of_the_plan_and_is_told() -> None:
    found = read(F, paragraph(run("F1: A laptop"), run(" no longer", "<w:vanish/>"), run(".")))

    assert items(found) == {"F1": "A laptop."}
    assert "not in the plan (hidden text), paragraph 2: no longer" in found.notes


GREEN, STRUCK = '<w:color w:val="00B050"/>', "<w:strike/>"


@pytest.mark.parametrize(
    "new", [GREEN, '<w:highlight w:val="green"/>', '<w:color w:val="FF0000"/>', '<w:u w:val="single"/>']
)
def test_text_struck_by_hand_and_what_stands_beside_it_is_a_proposal(new: str) -> None:
    marked = paragraph(
        run("F1: Speech therapy, "), run("1 hour", STRUCK), run(" "), run("2 hours", new), run(" each week.")
    )

    found = proposed(E, E1, F, marked, F2)

    assert changes(found) == [("F1", "Speech therapy, 2 hours each week.", ())]
    assert any("marked by hand" in note for note in found.notes)
    with pytest.raises(NotPossible, match=r"2 passages struck through .* by hand.*from-word"):
        read(E, E1, F, marked, F2)


def test_green_alone_is_new_where_the_plan_is_the_text_without_it() -> None:
    marked = paragraph(run("F2: A quiet room."), run(" And a laptop.", GREEN))

    assert changes(proposed(E, E1, F, F1, marked)) == [("F2", "A quiet room. And a laptop.", ())]
    assert any("green" in note for note in read(E, E1, F, F1, marked).notes)


def test_an_item_struck_whole_is_proposed_for_removal() -> None:
    assert changes(proposed(E, E1, F, F1, paragraph(run("F2: A quiet room.", STRUCK)))) == [("F2", None, ())]


def test_a_comment_alone_is_told_in_each_reading() -> None:
    comment = f'<w:comments {NAMES}><w:comment w:id="1" w:author="Ms Poole">{paragraph(run("Make it two."))}</w:comment></w:comments>'
    parts = {"comments.xml": ("comments", comment.encode())}
    commented = paragraph(run("F1: Speech therapy, 1 hour each week."), '<w:r><w:commentReference w:id="1"/></w:r>')
    said = "comment by Ms Poole on F1: Make it two."

    found = proposed(E, E1, F, commented, F2, parts=parts)

    assert (found.amendments.changes, found.notes) == ((), (said,))
    assert said in read(E, E1, F, commented, F2, parts=parts).notes


def test_a_change_of_format_alone_is_told() -> None:
    bold = run("F1: Speech therapy, 1 hour each week.", '<w:b/><w:rPrChange w:author="Ms Poole"><w:rPr/></w:rPrChange>')

    assert proposed(E, E1, F, paragraph(bold), F2).notes == (
        "1 change of format alone, which leave the words as they are",
    )


def test_nothing_is_proposed_only_where_nothing_is() -> None:
    with pytest.raises(NotPossible, match="reads as the plan does: nothing is proposed"):
        proposed(E, E1, F, F1, F2)
    with pytest.raises(NotPossible, match="no tracked changes, but does not have F2"):
        proposed(E, E1, F, F1)


def test_a_prompt_whose_control_is_gone_is_still_a_prompt() -> None:
    grey = run("Say how often", '<w:rStyle w:val="PlaceholderText"/>')
    found = read(F, F1, paragraph(run("F2: "), grey), paragraph(run("F3: "), run("Choose an item.")))

    assert (items(found), found.unfilled) == ({"F1": "Speech therapy, 1 hour each week."}, ("F2", "F3"))


def test_a_hidden_row_is_no_text_of_the_plan() -> None:
    hidden = row("F2", "A quiet room.").replace("<w:tr>", "<w:tr><w:trPr><w:hidden/></w:trPr>")
    found = read(F, table(row("F1", "Therapy"), hidden))

    assert items(found) == {"F1": "Therapy"}
    assert any("hidden text" in note for note in found.notes)


def test_a_green_heading_is_none_of_the_green_text_that_is_new() -> None:
    green = paragraph(run("Section F: Special educational provision", GREEN + "<w:b/>"))
    first = paragraph(run("F1: Speech therapy, "), run("1 hour", STRUCK), run("2 hours", GREEN), run(" each week."))

    found = proposed(E, E1, green, first, paragraph(run("F2: A quiet room."), run(" And a laptop.", GREEN)))

    assert changes(found) == [
        ("F1", "Speech therapy, 2 hours each week.", ()),
        ("F2", "A quiet room. And a laptop.", ()),
    ]


def test_headings_and_numbers_that_are_always_green_are_no_new_text() -> None:
    green = paragraph(run("Section F: Special educational provision", GREEN + "<w:b/>"))
    marked = paragraph(
        run("F1: ", GREEN), run("Speech therapy, "), run("1 hour", STRUCK), run("2 hours", GREEN), run(" each week.")
    )

    found = proposed(E, E1, green, marked, paragraph(run("F2: ", GREEN), run("A quiet room.")))

    assert changes(found) == [("F1", "Speech therapy, 2 hours each week.", ())]


# --- joins and numbers -----------------------------------------------------------------------------------------------

DELETED_END = '<w:rPr><w:del w:author="Ms Poole"/></w:rPr>'


def test_paragraphs_are_joined_over_no_table() -> None:
    first = paragraph(run("F1: Speech therapy, 1 hour each week."), before=DELETED_END)
    plan = plan_text([*PLAN.items, Item(id="F3", text="A laptop.")])

    found = proposed(E, E1, F, first, table(row("F2", "A quiet room.")), paragraph(run("F3: A laptop.")), plan=plan)

    assert found.amendments.changes == ()
    assert found.notes == (
        "no item reads otherwise after 1 tracked change: words moved whole, or the ends of paragraphs",
    )


def test_paragraphs_are_joined_over_a_table_that_is_taken_out_with_them() -> None:
    first = paragraph(run("F1: Speech therapy,"), before=DELETED_END)
    gone = f"<w:tr><w:trPr><w:del w:author='Ms Poole'/></w:trPr><w:tc>{paragraph('<w:del><w:r><w:delText>F2: A quiet room.</w:delText></w:r></w:del>')}</w:tc></w:tr>"

    assert ("F1", "Speech therapy, often.", ("Ms Poole",)) in changes(
        proposed(E, E1, F, first, table(gone), paragraph(run(" often.")))
    )


def numbering(text: str = "%1.", start: int = 1, more: str = "") -> dict[str, tuple[str, bytes]]:
    level = '<w:lvl w:ilvl="{}"><w:start w:val="{}"/><w:numFmt w:val="{}"/><w:lvlText w:val="{}"/></w:lvl>'
    levels = level.format(0, start, "decimal", text) + level.format(1, 1, "lowerLetter", "%2)")
    abstract = f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
    number = '<w:num w:numId="{}"><w:abstractNumId w:val="0"/>{}</w:num>'
    bullets = f'<w:abstractNum w:abstractNumId="9">{level.format(0, 1, "bullet", "·")}</w:abstractNum>'
    last = '<w:num w:numId="9"><w:abstractNumId w:val="9"/></w:num>'
    content = (
        f"<w:numbering {NAMES}>{abstract}{bullets}{number.format(1, '')}{number.format(2, more)}{last}</w:numbering>"
    )
    return {"numbering.xml": ("numbering", content.encode())}


def listed(words: str, number: int = 1, level: int = 0) -> str:
    return paragraph(run(words), before=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def test_a_list_that_starts_at_5_has_the_numbers_that_word_shows() -> None:
    assert items(read(F, listed("One."), listed("Two."), parts=numbering(start=5))) == {"F5": "One.", "F6": "Two."}


def test_a_list_that_goes_on_after_other_text_and_in_another_section_counts_on() -> None:
    found = read(E, listed("One."), listed("Two."), paragraph(run("beside")), F, listed("Three."), parts=numbering())

    assert items(found) == {"E1": "One.", "E2": "Two.\nbeside", "F3": "Three."}


def test_a_list_that_is_told_to_begin_again_does_and_a_number_twice_is_told() -> None:
    again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    other = read(E, listed("One."), F, listed("One too.", number=2), parts=numbering(more=again))
    same = read(E, listed("One."), listed("One too.", number=2), parts=numbering(more=again))

    assert items(other) == {"E1": "One.", "F1": "One too."}
    assert items(same) == {"E1": "One.", "E2": "One too."}
    assert "paragraph 3: shown as 1., which E1 has already: read as E2" in same.notes


def test_letters_of_an_inner_list_stand_in_the_item_and_typed_numbers_count_in_a_list_of_bullets() -> None:
    found = read(E, listed("One."), listed("part", level=1), F, listed("F2: Two.", number=9), parts=numbering())

    assert items(found) == {"E1": "One.\na) part", "F2": "Two."}


def test_bullets_and_rows_have_the_numbers_that_are_typed_in_them() -> None:
    bullets = read(F, listed("1. One.", number=9), listed("2. Two.", number=9), parts=numbering())

    assert items(bullets) == {"F1": "One.", "F2": "Two."}
    assert items(read(F, table(row("1.1", "One."), row("1.2", "Two.")))) == {"F1.1": "One.", "F1.2": "Two."}


def test_a_list_by_the_name_of_a_style_counts_as_that_style_does() -> None:
    level = '<w:lvl w:ilvl="0"><w:start w:val="5"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    lists = f'<w:abstractNum w:abstractNumId="0"><w:styleLink w:val="S"/>{level}</w:abstractNum>'
    lists += '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="S"/></w:abstractNum>'
    lists += '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    parts = {"numbering.xml": ("numbering", f"<w:numbering {NAMES}>{lists}</w:numbering>".encode())}

    assert items(read(F, listed("One."), parts=parts)) == {"F5": "One."}


def test_numbers_that_word_writes_as_ours_are_ours() -> None:
    assert items(read(F, listed("One."), listed("Two."), parts=numbering("F%1", start=3))) == {
        "F3": "One.",
        "F4": "Two.",
    }


# --- headings and tables of real forms -------------------------------------------------------------------------------

DRESSES = {
    "bold, no colon": paragraph(run("Section F Special educational provision", "<w:b/>")),
    "plain, no colon": paragraph(run("Section F Special educational provision")),
    "capitals": paragraph(run("SECTION F SPECIAL EDUCATIONAL PROVISION REQUIRED BY THE CHILD")),
    "two cells": table(row("Section F", "Special educational provision")),
    "two cells, the letter alone": table(row("F", "Special educational provision")),
    "a row over a table": table(
        row("Section F: Special educational provision"), row("F1", "Speech therapy, 1 hour each week.")
    ),
    "part": paragraph(run("Part F")),
    "part with its title": paragraph(run("Part F – Special educational provision")),
    "the letter": paragraph(run("F. Special educational provision")),
    "at the end": paragraph(run("Special educational provision (Section F)")),
    "two lines": paragraph(run("Section F")) + paragraph(run("Special educational provision", "<w:b/>")),
    "the letter without a mark": paragraph(run("F Special educational provision")),
    "in brackets": paragraph(run("Section (F): Special educational provision")),
    "with a number": paragraph(run("6. Section F: Special educational provision")),
    "a style": heading("F – Provision: special educational"),
}


@pytest.mark.parametrize("dress", DRESSES)
def test_a_heading_is_read_in_any_dress(dress: str) -> None:
    rest = F2 if dress == "a row over a table" else F1 + F2

    assert items(read(E, E1, DRESSES[dress], rest)) == items(PLAN)


@pytest.mark.parametrize(
    "said", ["Section H 1", "Section H(1): Social care provision", "H1. Social care provision", "Section H.1"]
)
def test_section_h1_is_read_as_forms_write_it(said: str) -> None:
    assert items(read(paragraph(run(said)), paragraph(run("1. A short break.")))) == {"H1.1": "A short break."}


@pytest.mark.parametrize(
    "words", ["I like my school", "A school with a garden", "Section F says how.", "See outcomes (Section E) first"]
)
def test_a_sentence_is_no_heading_even_in_bold(words: str) -> None:
    assert items(read(heading("Section A: Views"), paragraph(run(words, "<w:b/>")))) == {"A1": words}


def test_a_heading_that_cannot_be_read_refuses_and_says_so() -> None:
    said = refusal(E, E1, paragraph(run("Section F what we give")), F1)

    assert said.startswith('paragraph 3: may be the heading of section F: write it as "Section F: …"')


def test_a_heading_without_its_letter_and_a_section_h_without_its_number_refuse() -> None:
    assert "may be the heading of section F" in refusal(E, E1, heading("Special educational provision"), F1)
    assert "under section H1 or H2" in refusal(heading("Section H: Social care"), paragraph(run("A short break.")))


@pytest.mark.parametrize("words", ["Section E and F: Outcomes and provision", "Section H1 &amp; H2", "Section E/F"])
def test_a_heading_of_two_sections_refuses(words: str) -> None:
    assert "each must be separately identified" in refusal(paragraph(run(words)), E1)


def test_a_list_of_contents_is_no_second_heading() -> None:
    contents = paragraph(run("Section E: Outcomes 3")) + paragraph(run("Section F: Special educational provision 4"))

    assert items(read(contents, E, E1, F, F1, F2)) == items(PLAN)


def test_a_table_with_a_heading_row_is_read_with_the_headings_beside_the_words() -> None:
    found = read(E, E1, F, table(row("Ref", "Outcome", "Provision", "How often"), row("F1", "E1", "Therapy", "weekly")))

    assert items(found)["F1"] == "Therapy\nHow often: weekly"
    assert found.plan.item("F1") == Item(id="F1", text="Therapy\nHow often: weekly", serves=("E1",))
    assert any("heading row of a table in section F" in note for note in found.notes)


def test_one_table_may_hold_several_sections_each_with_its_heading_row() -> None:
    whole = table(
        row("Section E: Outcomes"),
        row("No.", "Outcome", "By when"),
        row("1", "Ask for help", "July"),
        row("Section F", "Special educational provision"),
        row("No.", "Provision", "How often"),
        row("1", "Therapy", "weekly"),
    )

    assert items(read(whole)) == {"E1": "Ask for help\nBy when: July", "F1": "Therapy\nHow often: weekly"}


def test_a_row_of_provision_that_begins_with_its_outcome_serves_it() -> None:
    found = read(
        E, E1, F, table(row("Outcome", "Provision", "Who"), row("E1", "Therapy", "Jo"), row("E1", "A laptop", "Val"))
    )

    assert items(found) == {"E1": "Tilly will ask for help.", "F1": "Therapy\nWho: Jo", "F2": "A laptop\nWho: Val"}
    assert [item.serves for item in found.plan.of("F")] == [("E1",), ("E1",)]


def test_what_an_imported_page_strikes_out_and_puts_in_is_a_proposal() -> None:
    page = b"<p>F1: Speech therapy, <del>1 hour</del> <ins>2 hours</ins> each week.</p>"
    found = proposed(E, E1, F, '<w:altChunk r:id="chunk"/>', F2, parts={"chunk.html": ("aFChunk", page)})

    assert changes(found) == [("F1", "Speech therapy, 2 hours each week.", ())]


def test_rows_without_numbers_below_a_heading_row_are_an_item_each() -> None:
    found = read(E, table(row("Outcome", "By when"), row("Ask for help", "July"), row("Ride a bus", "May")))

    assert items(found) == {"E1": "Ask for help\nBy when: July", "E2": "Ride a bus\nBy when: May"}


def test_instructions_of_a_form_are_in_no_reading_a_part_of_the_plan() -> None:
    told = "not in the plan (before the first number of section F), paragraph 4: Say how much, how often and by whom."
    guidance = paragraph(run("Say how much, how often and by whom."))
    tracked = paragraph(
        run("F2: A quiet "), f'<w:ins w:id="1" w:author="Ms Poole">{run("and warm ")}</w:ins>', run("room.")
    )
    found = read(E, E1, F, guidance, F1, F2)
    marked = proposed(E, E1, F, guidance, F1, tracked)

    assert items(found) == items(PLAN)
    assert told in found.notes
    assert told in marked.notes
    assert changes(marked) == [("F2", "A quiet and warm room.", ("Ms Poole",))]


def test_a_first_item_that_lost_its_number_is_not_proposed_for_removal() -> None:
    found = read(E, E1, F, paragraph(run("Speech therapy, 1 hour each week.")), F2)
    compared = compare_with_file(PLAN, found, by="setting")

    assert compared.amendments.changes == ()
    assert compared.notes == ("left as they are, since the file has their words elsewhere or an empty control: F1",)
    assert any("section F begins with F2" in note for note in found.notes)


def test_a_table_without_a_column_of_outcomes_takes_no_outcome_from_its_provision() -> None:
    plan = plan_text([Item(id="E1", text="Ask for help."), Item(id="F1", text="Therapy.", serves=("E1",))])
    found = read(E, paragraph(run("E1: Ask for help.")), F, table(row("F1", "Therapy, twice a week.")))
    compared = compare_with_file(plan, found, by="setting")

    assert [(one.item, one.new.serves if one.new else ()) for one in compared.amendments.changes] == [("F1", ("E1",))]
    assert compared.notes == ("the file names no outcome that provision serves, so these keep theirs: F1",)


# --- files that Word opens -------------------------------------------------------------------------------------------


def rewritten(content: bytes, change: tuple[bytes, bytes], only: str = "") -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part.replace(*change) if only in name else part)
    return made.getvalue()


def test_strict_open_xml_is_read() -> None:
    content = word_file(E + E1 + F + F1 + F2)
    for kind, strict in (
        ("wordprocessingml/2006/main", "wordprocessingml/main"),
        ("officeDocument/2006/", "officeDocument/"),
    ):
        content = rewritten(
            content,
            (f"http://schemas.openxmlformats.org/{kind}".encode(), f"http://purl.oclc.org/ooxml/{strict}".encode()),
        )

    assert items(plan_from_word(content, "strict.docx")) == items(PLAN)


@pytest.mark.parametrize("target", ["NULL", "media/gone.png", "../NULL"])
def test_a_link_to_a_picture_that_is_not_there_stops_nobody(target: str) -> None:
    link = f'<Relationship Id="p" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="{target}"/></Relationships>'
    content = rewritten(word_file(E + E1 + F + F1 + F2), (b"</Relationships>", link.encode()), "document.xml.rels")

    assert items(plan_from_word(content, "plan.docx")) == items(PLAN)


def test_a_part_of_no_type_stops_nobody() -> None:
    link = b'<Relationship Id="p" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="a.emz"/></Relationships>'
    content = rewritten(word_file(E + E1 + F + F1 + F2), (b"</Relationships>", link), "document.xml.rels")
    with_part = BytesIO(content)
    with zipfile.ZipFile(with_part, "a") as file:
        file.writestr("word/a.emz", b"x")

    assert items(plan_from_word(with_part.getvalue(), "plan.docx")) == items(PLAN)


def test_a_file_without_its_text_is_still_damaged() -> None:
    content = rewritten(word_file(""), (b"word/document.xml", b"word/gone.xml"), "_rels/.rels")

    with pytest.raises(InvalidValue, match="damaged"):
        plan_from_word(content, "plan.docx")
