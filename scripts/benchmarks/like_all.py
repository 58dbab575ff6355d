"""Every row of the DfE's published table made and counted again through the command line, with the time each took."""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def main() -> int:
    """Try the authorities of a table one after the other; 1 if a row comes back otherwise than it was published."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path, help="dfe_annual_reviews_2024.csv")
    parser.add_argument("--names", nargs="*", help="only these authorities")
    asked = parser.parse_args()
    with asked.table.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["geographic_level"] == "Local authority"]
    same = refused = 0
    for row in rows:
        if asked.names and row["la_name"] not in asked.names:
            continue
        with tempfile.TemporaryDirectory(prefix="arflow-like-") as folder:
            said, verdict = attempt(row, asked.table, f"sqlite:///{folder}/like.db")
        same += verdict == "same"
        refused += verdict == "refused"
        print(f"{row['la_name']}: {said}", flush=True)
        if verdict == "different":
            return 1
    print(f"{same} rows made and counted again exactly, {refused} refused")
    return 0


def attempt(row: dict[str, str], table: Path, store: str) -> tuple[str, str]:
    """What came of one row: same, refused or different."""
    started = time.perf_counter()
    made = arflow(store, "demo", "--like", str(table), "--row", row["old_la_code"])
    if made.returncode == 1:
        return made.stderr.strip(), "refused"
    took = time.perf_counter() - started
    told = arflow(store, "report", "dfe", "--year", "2024", "--section", "authority", "--json")
    (figures,) = json.loads(told.stdout)["sections"][0]["rows"]
    wrong = [
        f"{name} is {figure}, published {row[name]}" for name, figure in figures.items() if differs(figure, row[name])
    ]
    counted = time.perf_counter() - started - took
    return "; ".join(wrong) or f"same; {took:.1f} s to make, {counted:.1f} s to count", "different" if wrong else "same"


def differs(figure: float | None, published: str) -> bool:
    """A figure beside its published text; x is a share of nothing."""
    return (published != "x") if figure is None else (published == "x" or float(published) != figure)


def arflow(store: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command line on a store."""
    command = [str(Path(sys.executable).with_name("arflow")), "--store", store, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    sys.exit(main())
