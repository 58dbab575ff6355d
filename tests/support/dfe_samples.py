"""The DfE's published table where it was handed out, and small invented tables of the same form."""

import csv
import os
from pathlib import Path

from arflow.sen2.dfe.published_table import PublishedRow, read_published
from arflow.sen2.invented.like_plan import COLUMNS
from tests.support.missing import needs
from tests.support.parts import SAMPLES

with_samples = needs(SAMPLES)


def sample(name: str) -> Path:
    """A file that others made, where they were handed out: only in tests marked `with_samples`."""
    return Path(os.environ[SAMPLES.variable]) / name


TABLE = "dfe_annual_reviews_2024.csv"
HEADINGS = (
    "geographic_level",
    "region_name",
    "la_name",
    "new_la_code",
    "old_la_code",
    "country_name",
    "breakdown",
    *COLUMNS,
)
# An authority that never was: every kind of standing that arflow's own acts can make.
INVENTED = dict(
    zip(
        COLUMNS,
        (60, 50, 10, 4, 30, 8, 42, 8, 6, 20, 5, 4, 7, 20, 1, 12, 9, 14, 17),
        strict=True,
    )
)


def published() -> tuple[PublishedRow, ...]:
    """Every row of all annual reviews."""
    return read_published(sample(TABLE), COLUMNS, "--like")


def breakdowns(topic: str) -> list[dict[str, str]]:
    """The national rows of a breakdown."""
    with sample(TABLE).open(encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.DictReader(file) if row["breakdown_topic"] == topic]


def with_figures() -> list[PublishedRow]:
    """The authorities that are not suppressed."""
    found = [row for row in published() if row.level == "Local authority"]
    return [row for row in found if all(row.figure(name) is not None for name in COLUMNS)]


def row_of(**figures: object) -> PublishedRow:
    """The invented authority's row, with some figures changed."""
    cells = {**INVENTED, **figures}
    return PublishedRow(cells={"la_name": "Nowhere", **{name: str(cell) for name, cell in cells.items()}}, line=2)


def write_table(path: Path, *rows: dict[str, object]) -> Path:
    """A table of that form; what a row leaves out is the invented authority's."""
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.DictWriter(file, HEADINGS, restval="")
        lines.writeheader()
        for row in rows:
            lines.writerow({"geographic_level": "Local authority", "la_name": "Nowhere", **INVENTED, **row})
    return path
