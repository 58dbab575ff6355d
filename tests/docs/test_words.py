"""The check of words finds what it lists, and the files it covers have none of it."""

from pathlib import Path

import pytest

from tests.support.paths import ROOT, script

CHECK = script("check-words")
INSTEAD = {"put right": "correct", "anew": "again"}


def found(path: Path, text: str) -> list[tuple[int, str]]:
    path.write_text(text, "utf-8")
    return [(find.line, find.word) for find in CHECK.finds(path, INSTEAD)]


def test_a_word_is_found_with_its_line_in_any_case_and_across_lines(tmp_path: Path) -> None:
    assert found(tmp_path / "page.md", "One.\nAnew it was put\nright.\n") == [(2, "anew"), (2, "put right")]


def test_a_part_of_another_word_is_not_found(tmp_path: Path) -> None:
    assert found(tmp_path / "page.md", "Janew, input righteous, put it right.\n") == []


def test_a_name_that_other_programs_read_may_be_such_a_word(tmp_path: Path) -> None:
    text = 'Column(name="anew", title="anew")\n'
    assert found(tmp_path / "columns.py", text) == [(1, "anew")]
    assert found(tmp_path / "page.md", text) == [(1, "anew"), (1, "anew")]


def test_the_covered_files_have_no_listed_word(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("sys.argv", ["check-words"])
    with pytest.raises(SystemExit) as ended:
        CHECK.main()
    assert ended.value.code == 0, capsys.readouterr().out
