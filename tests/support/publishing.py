"""Definitions published in a store, for tests."""

from datetime import date
from pathlib import Path

from arflow.application import rules_acts
from arflow.application.arflow import Arflow
from arflow.events.of_rules import AnyRulesAct
from arflow.law.definition import Document
from tests.support.paths import ROOT

ANYSHIRE = ROOT / "docs" / "examples" / "anyshire.2026.toml"
_SINCE = "in_force_from = 2014-09-01"


def publish(app: Arflow, path: Path, *, starts: date | None = None, again: bool = False) -> AnyRulesAct:
    """Publish a definition's file."""
    drafted = rules_acts.publication(app, Document(path), starts=starts, again=again)
    return rules_acts.record(app, drafted, "For the test")


def publish_for_all_days(app: Arflow, path: Path = ANYSHIRE) -> None:
    """Publish a local definition as if it had been in force as long as the statutory one: every review goes under it."""
    text = path.read_text("utf-8")
    said = next(line for line in text.splitlines() if line.startswith("in_force_from"))
    known = next(line for line in text.splitlines() if line.startswith("known_from"))
    text = text.replace(said, _SINCE, 1).replace(known, _SINCE.replace("in_force", "known"), 1)
    drafted = rules_acts.publication(app, Document(path, text.encode()))
    rules_acts.record(app, drafted, "For the test")
