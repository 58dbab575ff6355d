"""What a look at a case loads: none of the libraries that only other commands need, so that it starts at once."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import TODAY

HEAVY = {
    "PIL", "alembic", "cryptography", "docx", "docxtpl", "duckdb", "flufl", "fsspec", "holidays", "icalendar", "imap_tools",
    "jinja2", "lxml", "notifications_python_client", "numpy", "openpyxl", "psycopg", "puremagic", "pydot", "pypdf",
    "python_calamine", "statemachine", "structlog", "typst", "vl_convert", "webencodings", "xlsxwriter",
}  # fmt: skip
OWN = {"arflow.history", "arflow.figures.report", "arflow.papers.documents", "arflow.papers.letters", "arflow.sen2"}
LOADED = """
import atexit, json, sys
atexit.register(lambda: print(json.dumps(sorted(sys.modules)), file=sys.stderr))
from arflow.cli import main
main()
"""


@pytest.fixture(scope="module")
def url(store_of: Callable[..., Path]) -> str:
    return f"sqlite:///{store_of('plan add P-1 --first-made 2025-10-01', 'review open P-1 --on 2026-09-01')}"


@pytest.mark.parametrize(
    "words",
    ["info", "due", "due --limit 1", "plan list", "review list", "review show P-1", "why P-1", "why P-1 decision"],
)
def test_a_look_at_a_case_loads_no_library_that_only_other_commands_need(url: str, words: str) -> None:
    environment = os.environ | {"ARFLOW_STORE": url, "ARFLOW_TODAY": TODAY.isoformat()}
    command = [sys.executable, "-c", LOADED, *words.split()]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stderr.splitlines()[-1]))
    assert {name.partition(".")[0] for name in loaded} & HEAVY == set()
    assert loaded & OWN == set()
    assert "rich.console" not in loaded  # a progress bar needs it
