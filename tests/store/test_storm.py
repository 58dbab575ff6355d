"""A short storm on each database: nothing acknowledged is lost, nothing is doubled, and the log is sound after each kill."""

import subprocess
import sys

import pytest

from tests.support.paths import ROOT

pytestmark = pytest.mark.thorough


@pytest.mark.parametrize("database", [[], ["--postgres", "--restarts", "1"]], ids=["sqlite", "postgresql"])
def test_twenty_people_are_killed_at_work_and_nothing_they_were_told_is_lost(database: list[str]) -> None:
    """In a process of its own, which has no threads when it forks."""
    storm = [sys.executable, str(ROOT / "scripts" / "storm"), "--kills", "20", "--seed", "7", *database]
    ended = subprocess.run(storm, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "Lost, doubled or unsound: 0" in ended.stdout
