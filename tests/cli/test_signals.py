"""Commands that a signal ends: nothing of them stays in TMPDIR, or beside the file that they were writing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.conftest import TODAY
from tests.support.cases import Cases
from tests.support.missing import needs
from tests.support.parts import FULL_DISK

pytestmark = pytest.mark.thorough
Run = Callable[..., Result]
RUN = "from arflow.cli import main; main()"
# Whoever runs the tests in the background may ignore signals, and so would all that they start.
HEED = """
import os, signal, sys
for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
    signal.signal(number, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "tmp"
    made.mkdir()
    return made


@pytest.fixture
def ended(cases: Cases, folder: Path) -> Callable[..., int]:
    """Ends a report by a signal once it has a temporary folder; its exit code."""
    cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025")

    def ending(number: signal.Signals, *before: str) -> int:
        environment = os.environ | {"ARFLOW_STORE": cases.app.url, "TMPDIR": str(folder)}
        command = [sys.executable, "-c", HEED, *before, sys.executable, "-c", RUN, "report", "timeliness"]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
            for _ in range(3_000):
                if list(folder.glob("arflow-*")) or child.poll() is not None:
                    break
                time.sleep(0.005)
            child.send_signal(number)
            _, said = child.communicate(timeout=60)
        assert b"Traceback" not in said
        return child.returncode

    return ending


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM], ids=lambda n: n.name)
def test_a_command_that_a_signal_ends_leaves_no_folder_and_ends_as_shells_expect(
    ended: Callable[..., int], folder: Path, number: signal.Signals
) -> None:
    assert ended(number) == 128 + number
    assert list(folder.iterdir()) == []


def test_what_a_killed_command_left_is_removed_by_the_next_that_needs_a_folder(
    ended: Callable[..., int], folder: Path, cases: Cases
) -> None:
    assert ended(signal.SIGKILL) == -signal.SIGKILL
    (left,) = folder.glob("arflow-replay-*")
    named_by_somebody = folder / "arflow-replay-of-october"
    named_by_somebody.mkdir()

    environment = os.environ | {"ARFLOW_STORE": cases.app.url, "TMPDIR": str(folder)}
    subprocess.run(
        [sys.executable, "-c", RUN, "report", "timeliness"], env=environment, check=True, capture_output=True
    )
    assert not left.exists()
    assert list(folder.iterdir()) == [named_by_somebody]


def test_a_signal_that_whoever_starts_a_command_ignores_does_not_end_it(ended: Callable[..., int]) -> None:
    assert ended(signal.SIGHUP, "nohup") == 0


def test_a_program_that_runs_a_command_keeps_its_own_handlers(run: Callable[..., Result]) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)]
    assert run("info").exit_code == 0
    assert [signal.getsignal(number) for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)] == before


@pytest.mark.parametrize("words", ["plan list", "plan list --json", "plan show P-1", "due"])
def test_a_reader_who_stops_ends_the_command_as_shells_expect_and_quietly(
    run: Run, sqlite_url: str, words: str
) -> None:
    assert run("plan", "add", "P-1", "--first-made", "2025-10-01").exit_code == 0
    ours, theirs = os.pipe()
    os.close(ours)
    ended = _run(words, sqlite_url, stdout=theirs)
    os.close(theirs)
    assert (ended.returncode, ended.stderr) == (141, "")


@needs(FULL_DISK)
@pytest.mark.parametrize("words", ["plan list", "plan list --json", "plan show P-1"])
def test_a_full_disk_under_what_is_printed_is_a_refusal(run: Run, sqlite_url: str, words: str) -> None:
    assert run("plan", "add", "P-1", "--first-made", "2025-10-01").exit_code == 0
    with Path("/dev/full").open("w") as full:
        ended = _run(words, sqlite_url, stdout=full.fileno())
    assert ended.returncode == 1
    assert "what was asked for cannot be written: No space left on device" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("words", ["plan list", "plan list --json", "plan show P-1", "due"])
def test_nobody_at_stdin_or_stdout_is_no_fault(run: Run, sqlite_url: str, words: str) -> None:
    assert run("plan", "add", "P-1", "--first-made", "2025-10-01").exit_code == 0
    closed = f"{sys.executable} -c '{RUN}' {words} <&- >&-"
    ended = subprocess.run(["sh", "-c", closed], env=_on(sqlite_url), stderr=subprocess.PIPE, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def _run(words: str, url: str, *, stdout: int) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", RUN, *words.split()]
    return subprocess.run(command, env=_on(url), stdout=stdout, stderr=subprocess.PIPE, text=True, check=False)


def _on(url: str) -> dict[str, str]:
    return os.environ | {"ARFLOW_STORE": url, "ARFLOW_TODAY": TODAY.isoformat()}
