"""A return of many invented people imported, written and merged: the time each command takes, and its peak memory.

Usage: .venv/bin/python scripts/benchmarks/sen2_return.py [--people N]
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from arflow.law.catalogue import Catalogue
from arflow.sen2.form.layout_files import Layouts
from arflow.sen2.form.record import Record
from arflow.sen2.form.writer import write_valid

YEAR = 2026


def person(number: int) -> Record:
    """A child with an active plan, two placements and needs, and a review."""
    start = date(2015, 1, 1) + timedelta(days=number % 3_000)
    met = date(2025, 1, 6) + timedelta(days=number % 300)
    urn = f"{100_000 + number % 300}"
    placed = {"URN": urn, "PlacementRank": "1", "SENunitIndicator": "0", "ResourcedProvisionIndicator": "0"}
    named = Record(
        block="NamedPlan",
        values={"StartDate": start.isoformat(), "PB": "0", "OA": "0"},
        children=(Record(block="PlanDetail", values=placed),),
    )
    placements = tuple(
        Record(block="PlacementDetail", values=placed | {"PlacementRank": rank, "EntryDate": "2022-09-05"})
        for rank in "12"
    )
    needs = tuple(
        Record(block="SENneed", values={"SENtype": kind, "SENtypeRank": rank})
        for kind, rank in (("ASD", "1"), ("SLCN", "2"))
    )
    review = {"ReviewMeeting": met, "LastReview": met + timedelta(days=20), "ReviewDraft": met + timedelta(days=20)}
    active = Record(
        block="ActivePlans",
        values={item: day.isoformat() for item, day in review.items()} | {"ReviewOutcome": "A"},
        children=(*placements, *needs),
    )
    assessment = Record(block="Assessment", values={"AssessmentOutcome": "H"}, children=(named,))
    request = Record(block="Requests", values={"RequestOutcome": "H"}, children=(assessment, active))
    who = {
        "Surname": f"Surname{number}",
        "Forename": f"Forename{number}",
        "PersonBirthDate": (date(2003, 9, 1) + timedelta(days=number % 6_000)).isoformat(),
        "Sex": "MF"[number % 2],
        "Ethnicity": "WENG",
        "PostCode": "ZZ1 1ZZ",
        "UPN": f"A{number:012d}",
        "UniqueLearnerNumber": f"{1_000_000_000 + number}",
    }
    return Record(block="Person", values=who, children=(request,))


def header() -> Record:
    details = {"Collection": "SEN2", "Year": str(YEAR), "ReferenceDate": "2026-01-15"}
    source = {"SourceLevel": "L", "LEA": "999", "DMO": "Y", "DCO": "Y", "DSCO": "Y"}
    blocks = (Record(block="CollectionDetails", values=details), Record(block="Source", values=source))
    return Record(block="Header", children=blocks)


def steps(folder: Path, people: int) -> Iterator[tuple[str, ...]]:
    """The commands, one after the other."""
    base, out = folder / "base.xml", folder / "out.xml"
    layout = Layouts.of(Catalogue()).load(YEAR)
    with base.open("wb") as file:
        write_valid(file, layout, header(), map(person, range(people)))
    print(f"a return of {people:,} people, {base.stat().st_size / 1e6:.0f} MB")
    yield ("init",)
    yield ("sen2", "import", str(base), "--accept-numbers")
    yield ("sen2", "export", "--year", str(YEAR), "--la", "999", str(out))
    yield ("sen2", "merge", str(base), str(folder / "merged.xml"), "--year", str(YEAR))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=20_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="arflow-sen2-") as name:
        for step in steps(Path(name), asked.people):
            run(Path(name), step)


def run(folder: Path, step: tuple[str, ...]) -> None:
    """One command in a process of its own, with the peak of its memory."""
    command = [sys.executable, "-c", _MEASURED, "--store", f"sqlite:///{folder}/log.db", "--today", "2026-11-24", *step]
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    took = time.perf_counter() - started
    said = done.stdout.strip().splitlines()
    print(
        f"{' '.join(step[:2]):12} {took:6.1f} s  {done.stderr.strip().splitlines()[-1]:>8} MiB  {said[-1] if said else ''}"
    )
    if done.returncode:
        sys.exit(done.stderr)


_MEASURED = """
import resource, sys
from arflow.cli import cli
try:
    cli(prog_name="arflow")
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, file=sys.stderr)
"""

if __name__ == "__main__":
    main()
