"""What the return of each year is made of: tables that ship with arflow and that an authority can correct."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from arflow.errors import LayoutRefused, NotFound
from arflow.law.catalogue import Catalogue, shipped_folder
from arflow.sen2.form.layout_files import Layouts
from arflow.sen2.form.xml_schema import compiled
from tests.support.paths import ROOT
from tests.support.sen2_people import LAYOUTS

SHIPPED = shipped_folder() / "sen2"


def test_each_year_has_its_days_and_says_whether_its_specification_was_seen() -> None:
    days = {year: (LAYOUTS.load(year).census_day, LAYOUTS.load(year).heading.seen) for year in LAYOUTS.years()}
    assert days == {
        2024: (date(2024, 1, 18), True),
        2025: (date(2025, 1, 16), True),
        2026: (date(2026, 1, 15), True),
        2027: (date(2027, 1, 21), False),
    }


def test_the_review_items_of_each_year_have_their_order_number_and_status() -> None:
    def items(year: int) -> list[str]:
        found = (i for i in LAYOUTS.load(year).items("ActivePlans") if i.name != "TransferLA")
        return [f"{item.number} {item.name} {item.status[0]}" for item in found]

    assert items(2024) == ["5.4 ReviewMeeting v", "5.5 ReviewOutcome v", "5.6 LastReview m"]
    assert items(2025) == [
        "5.4a ReviewMeeting m", "5.4b LastReview m", "5.4c ReviewOutcome m", "5.4d ReviewDraft v",
        "5.6a PhaseTransferDueDate v", "5.6b PhaseTransferFinalDate v",
    ]  # fmt: skip
    assert items(2026) == [
        "5.4a ReviewMeeting m", "5.4c ReviewOutcome m", "5.4d ReviewDraft m",
        "5.6a PhaseTransferDueDate m", "5.6b PhaseTransferFinalDate m", "5.4b LastReview m",
    ]  # fmt: skip
    assert items(2027) == items(2026)


def test_what_a_year_adds_is_not_in_the_year_before() -> None:
    statuses = {
        year: [
            item.status for item in (layout.item("Source", "DSCO"), layout.item("Requests", "RequestSource")) if item
        ]
        for year, layout in ((year, LAYOUTS.load(year)) for year in (2024, 2025, 2026))
    }
    assert statuses == {2024: [], 2025: ["voluntary"] * 2, 2026: ["mandatory"] * 2}
    assert ["DS" in LAYOUTS.load(year).codes["need"] for year in (2024, 2025)] == [False, True]


def test_layouts_ship_in_the_wheel_and_are_no_workflow_definitions() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    shipped = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]["workflows"]
    assert Path(shipped, "sen2") == Path("arflow/workflows/sen2")
    assert SHIPPED.is_dir()
    assert not [name for name in Catalogue().paths() if name.isdigit()]


def test_an_authority_corrects_a_year_by_a_file_of_its_own(tmp_path: Path) -> None:
    own = """
        [return]
        year = 2026
        extends = 2026
        census_day = 2026-01-15
        deadline = 2026-03-12

        [block.SENneed]
        content = [
            { item = "SENtypeRank", number = "5.8b", type = "rank", status = "mandatory" },
            { item = "SENtype", element = "SENType", number = "5.8a", type = "need", status = "mandatory" },
        ]
    """
    (tmp_path / "2026.toml").write_text(own)
    layouts = Layouts(SHIPPED, tmp_path)

    assert [item.tag for item in layouts.load(2026).items("SENneed")] == ["SENtypeRank", "SENType"]
    assert layouts.load(2026).codes == LAYOUTS.load(2026).codes
    assert [item.tag for item in layouts.load(2027).items("SENneed")] == ["SENtypeRank", "SENType"]  # it extends 2026
    assert [item.tag for item in layouts.load(2025).items("SENneed")] == ["SENtype", "SENtypeRank"]


def test_every_fault_of_a_layout_comes_out_at_once_with_its_place(tmp_path: Path) -> None:
    faulty = """
        [return]
        year = 2028
        extends = 2026
        census_day = 2028-01-20
        deadline = 2028-03-09

        [block.Source]
        content = [
            { item = "LEA", type = "nothing", status = "mandatory" },
            { item = "DMO", type = "designated", status = "perhaps" },
            { block = "Nowhere" },
        ]

        [block.ActivePlans]
        content = [
            { item = "ReviewMeeting", type = "day", status = "mandatory" },
            { item = "ReviewMeeting", type = "day", status = "mandatory" },
        ]

        [form.urn]
        pattern = '[0-9'
        says = "digits"

        [blocks]
    """
    (tmp_path / "2028.toml").write_text(faulty.replace("\n        ", "\n"))
    with pytest.raises(LayoutRefused) as refused:
        Layouts(SHIPPED, tmp_path).load(2028)
    said = sorted(map(str, refused.value.faults))
    expected = [
        "2028.toml:10: block.Source, LEA: there is no type nothing",
        "2028.toml:11: block.Source, DMO: Invalid enum value 'perhaps'",
        "2028.toml:12: block.Source, Nowhere: there is no block Nowhere",
        "2028.toml:15: block.ActivePlans: has no LastReview",
        "2028.toml:17: block.ActivePlans, ReviewMeeting: ReviewMeeting appears twice",
        "2028.toml:22: form.urn, pattern: [0-9 is not a pattern",
        "2028.toml:25: blocks: is not a table of a layout",
    ]
    assert [line for line, start in zip(said, expected, strict=True) if not line.startswith(start)] == []


@pytest.mark.parametrize(
    ("heading", "why"),
    [
        ("year = 2028\nextends = 2029", "there is no layout 2029"),
        ("year = 2027\nextends = 2026", "is 2027, but the file is called 2028.toml"),
        ("extends = 2026", "missing required field `year`"),
    ],
)
def test_a_layout_that_extends_nothing_or_is_of_another_year_is_refused(tmp_path: Path, heading: str, why: str) -> None:
    (tmp_path / "2028.toml").write_text(f"[return]\n{heading}\ncensus_day = 2028-01-20\ndeadline = 2028-03-09\n")
    with pytest.raises(LayoutRefused, match=why):
        Layouts(SHIPPED, tmp_path).load(2028)


def test_layouts_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    for year, extends in ((2028, 2029), (2029, 2028)):
        days = f"census_day = {year}-01-20\ndeadline = {year}-03-09"
        (tmp_path / f"{year}.toml").write_text(f"[return]\nyear = {year}\nextends = {extends}\n{days}\n")
    with pytest.raises(LayoutRefused, match="there is no layout 2028 that this one can extend"):
        Layouts(SHIPPED, tmp_path).load(2028)


def test_a_year_without_a_layout_is_not_found() -> None:
    with pytest.raises(NotFound, match="there are 2024, 2025, 2026, 2027"):
        LAYOUTS.load(2023)


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
def test_each_layout_is_a_schema(year: int) -> None:
    assert compiled(LAYOUTS.load(year))
