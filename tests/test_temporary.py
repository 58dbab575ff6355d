"""Temporary folders and unfinished files, of processes that live and of those that are gone."""

import os
from pathlib import Path

import pytest

from arflow import temporary


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_that_is_in_use_is_never_taken_for_a_leftover(place: Path) -> None:
    with temporary.folder("replay") as first:
        with temporary.folder("replay") as second:
            assert {first, second} == set(place.iterdir())
        assert list(place.iterdir()) == [first]
    assert list(place.iterdir()) == []


def test_what_only_looks_like_a_leftover_stays(place: Path) -> None:
    elsewhere = place / "elsewhere"
    elsewhere.mkdir()
    (place / f"arflow-replay-{'0' * 16}").symlink_to(elsewhere)
    (place / "arflow-replay-2026-10").mkdir()
    (place / f"arflow-replay-{'1' * 16}").mkdir()
    with temporary.folder("replay"):
        pass
    assert {path.name for path in place.iterdir()} == {
        "elsewhere",
        f"arflow-replay-{'0' * 16}",
        "arflow-replay-2026-10",
    }


def test_a_file_that_is_being_written_stays_and_one_that_was_left_goes(place: Path) -> None:
    left = place / f".arflow-{'0' * 16}.part"
    left.touch()
    with temporary.new_file(place / "list.csv") as (file, path):
        with temporary.new_file(place / "other.csv"):
            pass
        file.write(b"whole")
        assert list(place.iterdir()) == [path]
        path.rename(place / "list.csv")
    assert [found.name for found in place.iterdir()] == ["list.csv"]


def test_files_and_folders_are_their_owners_alone(place: Path) -> None:
    before = os.umask(0)
    try:
        with temporary.folder("replay") as folder, temporary.new_file(place / "list.csv") as (_, path):
            assert (folder.stat().st_mode & 0o777, path.stat().st_mode & 0o777) == (0o700, 0o600)
    finally:
        os.umask(before)
