"""What a run does with the tests that need a part which is not on the machine."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.parts import PARTS
from tests.support.paths import ROOT

pytestmark = pytest.mark.thorough
IN_A_BROWSER = "tests/papers/test_pages_accessibility.py"


def ran(folder: Path, *words: str, **environment: str) -> list[str]:
    """The lines of a run of some tests on a machine with no program but those in a folder."""
    without = {name: value for name, value in os.environ.items() if name != "CI" and "PYTEST" not in name}
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-m",
            "",
            "-p",
            "no:cacheprovider",
            *words,
        ],
        cwd=ROOT,
        env=without | {"PATH": str(folder)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return [f"ended with {done.returncode}", *done.stdout.splitlines()]


@pytest.mark.parametrize("workers", [(), ("-n", "2", "--dist", "loadgroup")], ids=["one process", "workers"])
def test_they_are_left_out_and_the_last_lines_say_what_brings_the_part(
    tmp_path: Path, workers: tuple[str, ...]
) -> None:
    brings = "install Chromium"
    if workers:  # a Debian
        (tmp_path / "apt-get").touch(0o755)
        brings = f"apt-get install {' '.join(PARTS['Chromium'].packages)}"

    first, *_, left_out, bringing, _ = ran(tmp_path, *workers, IN_A_BROWSER)

    assert first == "ended with 0"
    assert left_out == "Left out: 4 tests for lack of Chromium."
    assert bringing == f"To run them too: {brings}"


def test_in_ci_they_fail(tmp_path: Path) -> None:
    first, *lines = ran(tmp_path, IN_A_BROWSER, CI="true")
    assert first == "ended with 1"
    assert not any(line.startswith("Left out") for line in lines)
    assert any("not on this machine: Chromium" in line for line in lines)


def test_what_others_made_may_be_missing_in_ci_and_is_said(tmp_path: Path) -> None:
    of_samples = "tests/sen2/test_sen2_checks.py::test_the_sample_of_2025_shows_review_dates_out_of_order"
    first, *_, left_out, way_on, _ = ran(tmp_path, of_samples, CI="true", ARFLOW_SEN2_SAMPLES="")
    assert first == "ended with 0"
    assert left_out == "Left out: 1 test for lack of samples of the SEN2 return."
    assert way_on == "ARFLOW_SEN2_SAMPLES names no folder with samples of the SEN2 return: others made them."
