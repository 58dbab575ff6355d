"""The command line on a terminal of its own."""

import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import NamedTuple

from tests.conftest import TODAY


class Told(NamedTuple):
    """What stood on the terminal, without its colours, and how the command ended."""

    text: str
    code: int


def on_a_terminal(
    words: str,
    url: str,
    *,
    columns: int = 80,
    meanwhile: Callable[[int], None] | None = None,
    how: Mapping[str, str] | None = None,
) -> Told:
    """Run a command on a terminal of some width; `meanwhile` is called with its process group once it prints."""
    environment = {
        **os.environ,
        "ARFLOW_STORE": url,
        "ARFLOW_TODAY": TODAY.isoformat(),
        "COLUMNS": str(columns),
        "LINES": "20",
        "TERM": "xterm",
        **(how or {}),
    }
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "from arflow.cli import main; main()", *words.split()]
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL, env=environment, start_new_session=True
    ) as running:
        os.close(theirs)
        told = b""
        while some := _read(ours):
            told += some
            if meanwhile:
                meanwhile(running.pid)
                meanwhile = None
    os.close(ours)
    return Told(re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", told.decode()).replace("\r", ""), running.returncode)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # whoever had it open has ended
        return b""
