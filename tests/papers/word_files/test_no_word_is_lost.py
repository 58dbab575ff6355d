"""No visible word of a Word file is lost in silence: it is in the plan or in a note; what is hidden is in neither text."""

import re
from pathlib import Path

import pytest

from arflow.papers.plan_text.comparison import compare_with_file
from arflow.papers.plan_text.outline import Found
from arflow.papers.plan_text.word_reader import amendments_from_word, plan_from_word
from tests.support.office import Office
from tests.support.word_kinds import KINDS, generated

pytestmark = pytest.mark.thorough
VARIANTS = 50
WORDS = re.compile(r"\w+")


def words_of(found: Found) -> set[str]:
    notes = [note for note in found.notes if "hidden text" not in note]
    return {*WORDS.findall(" ".join([*(item.text for item in found.plan.items), *notes]))}


@pytest.mark.parametrize("kind", KINDS)
def test_every_visible_word_is_in_the_plan_or_in_a_note(kind: str) -> None:
    for seed in range(VARIANTS):
        content, draft = generated(kind, seed)

        found = plan_from_word(content, "plan.docx")

        told = words_of(found)
        shown = {word for said in draft.shown for word in WORDS.findall(said)}
        assert shown - told == set(), seed
        assert told & set(draft.unseen) == set(), seed


@pytest.mark.parametrize("kind", KINDS)
def test_no_reading_proposes_to_take_out_what_the_file_shows(kind: str) -> None:
    for seed in range(0, VARIANTS, 5):
        content, draft = generated(kind, seed)
        plan = plan_from_word(content, "plan.docx").plan
        beside = plan_from_word(content, "plan.docx")

        assert compare_with_file(plan, beside, by="setting").amendments.changes == ()
        if kind == "headers and comments":
            marked = amendments_from_word(content, "plan.docx", plan, by="setting")
            assert marked.amendments.changes == ()
            assert {*draft.shown} <= {*WORDS.findall(" ".join([*marked.notes, *(item.text for item in plan.items)]))}


def test_libreoffice_reads_no_word_that_is_not_told(tmp_path: Path) -> None:
    files = {f"{at}-{seed}": generated(kind, seed) for at, kind in enumerate(KINDS) for seed in range(2)}
    for name, (content, _) in files.items():
        (tmp_path / f"{name}.docx").write_bytes(content)

    read = Office(tmp_path).texts([tmp_path / f"{name}.docx" for name in files])

    for name, (content, draft) in files.items():  # LibreOffice prints the prompts of empty controls
        told = words_of(plan_from_word(content, "plan.docx"))
        seen = {word for word in WORDS.findall(read[name]) if re.fullmatch(r"[a-zé]+\d{3}", word, re.IGNORECASE)}
        assert seen, name
        assert seen - told - {*draft.unseen} == set(), name
