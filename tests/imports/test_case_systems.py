"""Ten messy exports load with what the messages say alone: the missing columns, the guess, and what is wrong in a cell."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.support.case_systems import CHILDREN, EXPORTS, Export

pytestmark = pytest.mark.thorough
Run = Callable[..., Result]


@pytest.mark.parametrize("made", EXPORTS, ids=lambda made: made.__name__)
def test_a_messy_export_loads_with_what_the_messages_say_alone(
    made: Callable[[], Export], run: Run, tmp_path: Path
) -> None:
    export, mapping = made(), tmp_path / "columns.toml"
    path = tmp_path / export.name
    path.write_bytes(export.content)

    refused = run("plan", "import", str(path)).stderr
    assert "it has no column ref" in refused
    assert f"`arflow import guess {export.name} --output columns.toml` writes a mapping" in refused
    guessed = run("import", "guess", str(path), "--output", str(mapping))
    assert "`arflow plan import" in guessed.stderr
    tried = run("plan", "import", str(path), "--mapping", str(mapping), "--dry-run")
    if export.values:
        assert (
            "has a time of day: write the day alone, or name the field in without_time of the mapping" in tried.stderr
        )
        mapping.write_text(export.values + mapping.read_text("utf-8"), "utf-8")
    elif export.mended:
        assert "row 11, URN: holds the error #N/A of the spreadsheet" in tried.stderr
        assert "row 12, EHCP First Issued: is blank" in tried.stderr
        path.write_bytes(export.mended(export.content))
    else:
        assert tried.exit_code == 0, tried.output
    assert json.loads(run("info", "--json").stdout)["events"] == 0

    loaded = run("plan", "import", str(path), "--mapping", str(mapping))
    assert "10 added, 0 there already." in loaded.stdout, loaded.output
    for child in CHILDREN:
        shown = json.loads(run("plan", "show", child.ref, "--json").stdout)
        assert (shown["first_made"], shown["setting"], shown["nc_year"], shown["coordinator"]) == (
            str(child.made), child.urn, child.year, child.officer,
        )  # fmt: skip
    due = {row["ref"]: row["clock_start"] for row in json.loads(run("plan", "list", "--json").stdout)}
    assert due == {child.ref: str(child.reviewed or child.made) for child in CHILDREN}
