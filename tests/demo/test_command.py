"""What `arflow demo` shows while it works."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result


def test_it_says_in_one_line_what_it_does_and_then_what_it_made(run: Callable[..., Result]) -> None:
    done = run("demo", "--plans", "3", "--json")

    assert done.stderr == "Inventing an authority: 3 plans and their reviews.\n"
    assert json.loads(done.stdout)["plans"] == 3


@pytest.mark.thorough
def test_on_a_terminal_it_shows_a_bar(tmp_path: Path) -> None:
    own, its = pty.openpty()
    words = [
        str(Path(sys.executable).with_name("arflow")),
        "--store",
        f"sqlite:///{tmp_path}/demo.db",
        "demo",
        "--plans",
        "3",
    ]

    done = subprocess.run(
        words, stdout=subprocess.PIPE, stderr=its, check=True, env=os.environ | {"TERM": "xterm", "COLUMNS": "100"}
    )

    assert done.stdout.startswith(b"3 plans, ")
    shown = os.read(own, 65536).decode()
    os.close(its)
    os.close(own)
    assert "Inventing an authority: 3 plans and their reviews" in shown
    assert "%" in shown
