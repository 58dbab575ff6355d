"""A long list on a terminal is read a screen at a time; anywhere else it is printed."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.terminal import on_a_terminal

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def url(store_of: Callable[..., Path]) -> str:
    """Thirty plans, all late: more than the twenty lines of the terminal."""
    return f"sqlite:///{store_of(*(f'plan add P-{n:02} --first-made 2025-06-01' for n in range(30)))}"


@pytest.fixture
def pager(tmp_path: Path) -> Callable[[str], str]:
    """A pager of a few shell commands, which notes that it was started."""

    def made(commands: str) -> str:
        path = tmp_path / "pager"
        path.write_text(f"#!/bin/sh\ntouch {tmp_path}/started\n{commands}\n")
        path.chmod(0o755)
        return str(path)

    return made


def _plans(text: str) -> list[str]:
    return [word for word in text.split() if word.startswith("P-")]


def test_a_list_longer_than_the_screen_goes_through_the_pager(
    url: str, pager: Callable[[str], str], tmp_path: Path
) -> None:
    told = on_a_terminal("plan list", url, how={"PAGER": pager(f"tee {tmp_path}/paged")})
    assert told.code == 0
    assert _plans(told.text) == [f"P-{n:02}" for n in range(30)] == _plans((tmp_path / "paged").read_text())


def test_a_short_list_and_one_that_is_asked_for_without_a_pager_are_printed(
    url: str, pager: Callable[[str], str], tmp_path: Path
) -> None:
    for words in ("plan list --limit 5", "plan list --no-pager", "--no-pager plan list"):
        told = on_a_terminal(words, url, how={"PAGER": pager("cat")})
        assert (told.code, (tmp_path / "started").exists()) == (0, False)
        assert _plans(told.text)[:5] == [f"P-{n:02}" for n in range(5)]


@pytest.mark.parametrize("how", [{"PAGER": "no-such-pager"}, {"PAGER": ""}, {"PAGER": "'"}, {"TERM": "dumb"}])
def test_without_a_pager_the_list_is_printed(url: str, how: dict[str, str]) -> None:
    told = on_a_terminal("plan list", url, how=how)
    assert (told.code, len(_plans(told.text))) == (0, 30)


def test_leaving_the_pager_early_ends_the_command_as_reading_to_the_end_does(
    url: str, pager: Callable[[str], str]
) -> None:
    told = on_a_terminal("due --check", url, how={"PAGER": pager("head -n 4")})
    assert told.code == 4
    assert "Traceback" not in told.text
    assert 0 < len(_plans(told.text)) < 30


def test_an_interrupt_is_the_pager_s(url: str, pager: Callable[[str], str]) -> None:
    reading = pager("trap 'echo stopped searching' INT\necho reading\nsleep 5\ncat >/dev/null\necho left")
    told = on_a_terminal(
        "plan list", url, how={"PAGER": reading}, meanwhile=lambda group: os.killpg(group, signal.SIGINT)
    )
    assert (told.code, told.text.split("\n")[:3]) == (0, ["reading", "stopped searching", "left"])
