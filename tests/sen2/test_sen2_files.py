"""Returns read and written: equivalent XML back, every structural fault with its place, nothing in memory that need not be."""

import contextlib
import re
import resource
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from lxml import etree

from arflow.errors import InvalidValue, NotFound, ReturnRefused
from arflow.sen2.form.csv_form import open_any, open_csv, write_csv, write_folder
from arflow.sen2.form.reader import open_return
from arflow.sen2.form.record import Record
from arflow.sen2.form.writer import write_valid
from arflow.sen2.returned.export import header
from tests.support.dfe_samples import sample, with_samples
from tests.support.sen2_people import (
    LAYOUTS,
    SENDER,
    active_request,
    canonical,
    layout,
    person,
    refused,
    undecided,
    with_plan,
    write,
)

pytestmark = pytest.mark.thorough

REVIEWS = {
    2024: {"ReviewMeeting": "2023-10-02", "ReviewOutcome": "A", "LastReview": "2023-10-20"},
    2025: {
        "ReviewMeeting": "2024-10-02",
        "LastReview": "2024-10-20",
        "ReviewOutcome": "A",
        "ReviewDraft": "2024-10-20",
        "PhaseTransferDueDate": "2025-02-15",
        "PhaseTransferFinalDate": "2025-01-10",
    },
}
REVIEWS |= {2026: REVIEWS[2025], 2027: REVIEWS[2025]}


def people(year: int) -> list[Record]:
    requests = [refused(), undecided("2025-11-03")]
    if year < 2025:  # who asked is an item since 2025
        for one in requests:
            del one.values["RequestSource"]
    second = person(2, *requests, UPN=None, UPNunknown="UN1")
    third = person(
        3, active_request("2020-01-06", {}, CeaseDate="2020-02-01", CeaseReason="9"), UniqueLearnerNumber="1900000007"
    )
    return [with_plan(1, review=REVIEWS[year]), second, third]


def read(path: Path) -> tuple[list[Record], list[str]]:
    with open_any(path, LAYOUTS) as reading:
        return list(reading.persons()), list(map(str, reading.faults))


def values(record: Record) -> Any:
    """A record without the lines it was read from."""
    return msgspec.structs.replace(record, line=0, children=tuple(map(values, record.children)))


@pytest.fixture
def returned(tmp_path: Path) -> Path:
    """A sound return of 2026."""
    return write(tmp_path / "return.xml", 2026, people(2026))


# --- there and back -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
def test_a_return_that_is_read_and_written_back_is_equivalent(tmp_path: Path, year: int) -> None:
    path = write(tmp_path / "a.xml", year, people(year))
    found, faults = read(path)
    assert faults == []
    assert list(map(values, found)) == people(year)

    with open_return(path, LAYOUTS) as reading, (tmp_path / "b.xml").open("wb") as file:
        assert write_valid(file, reading.layout, reading.header, reading.persons()) == 3

    assert (tmp_path / "b.xml").read_bytes() == path.read_bytes()


def test_a_return_is_written_in_the_order_of_its_year(tmp_path: Path) -> None:
    def order(year: int) -> list[str]:
        tree = etree.parse(write(tmp_path / f"{year}.xml", year, people(year)))
        return [str(element.tag) for element in tree.iterfind(".//ActivePlans[ReviewMeeting]/*")][2:]

    assert order(2024) == ["ReviewMeeting", "ReviewOutcome", "LastReview"]
    assert order(2025)[:3] == ["ReviewMeeting", "LastReview", "ReviewOutcome"]
    assert order(2026)[-1] == "LastReview"


def test_what_the_schema_of_the_year_refuses_is_not_a_return(tmp_path: Path) -> None:
    wrong = with_plan(1, Sex="Z")
    with (tmp_path / "a.xml").open("wb") as file, pytest.raises(ReturnRefused, match="Element 'Sex'") as refusal:
        write_valid(file, layout(2026), header(layout(2026), SENDER), [wrong])
    assert "'Z'" not in str(refusal.value)  # somebody's own


# --- against what others made ---------------------------------------------------------------------------------


def _outside_schema(year: int) -> etree.XMLSchema:
    """A schema made by others, with the three repairs it needs before any file can pass."""
    text = sample(f"sen2_schema_{year}.xsd").read_text("utf-8")
    text = re.sub(r'value="\^(.*?)\$"', r'value="\1"', text).replace("[1-9][0-9]{7}", r"\d{10}")
    root = etree.fromstring(text.encode())
    xs = "{http://www.w3.org/2001/XMLSchema}"
    restriction = root.find(f"{xs}simpleType[@name='exportedandleatype']/{xs}restriction")
    assert restriction is not None
    for code in list(restriction):
        restriction.remove(code)
    etree.SubElement(restriction, f"{xs}pattern", value=r"\d{3}|XXX")
    return etree.XMLSchema(root)


@with_samples
@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_what_is_written_is_valid_by_the_schemas_that_others_made(tmp_path: Path, year: int) -> None:
    path = write(tmp_path / "a.xml", year, people(year))
    schema = _outside_schema(year)
    schema.validate(etree.parse(path))
    assert list(schema.error_log) == []


@pytest.fixture(params=[2024, 2025])
def corrected(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A sample made by others, its UPNs of 14 characters corrected."""
    text = sample(f"sen2_sample_{request.param}.xml").read_text("utf-8")
    path = tmp_path / "sample.xml"
    path.write_text(text.replace("X1234567898765", "X123456789876").replace("X1234567898321", "X123456789832"), "utf-8")
    return path


@with_samples
def test_the_samples_that_others_made_are_read_and_written_back_alike(tmp_path: Path, corrected: Path) -> None:
    with open_return(corrected, LAYOUTS) as reading, (tmp_path / "b.xml").open("wb") as file:
        write_valid(file, reading.layout, reading.header, reading.persons())
        assert reading.faults == []
    assert canonical(tmp_path / "b.xml") == canonical(corrected)


@with_samples
def test_the_samples_as_they_were_made_have_a_faulty_upn_each() -> None:
    upn = "Person, UPN (1.7a): is not a UPN"
    assert [line[: len("line 27: ") + len(upn)] for line in read(sample("sen2_sample_2024.xml"))[1]] == [
        f"line 27: {upn}",
        f"line 118: {upn}"[:-1],
    ]


# --- faults ---------------------------------------------------------------------------------------------------


def test_every_structural_fault_is_listed_with_its_line_block_and_item(tmp_path: Path, returned: Path) -> None:
    text = returned.read_text("utf-8")
    for old, new in (
        ("\t\t\t<Sex>F</Sex>\n", ""),
        ("<ReviewMeeting>2024-10-02<", "<ReviewMeeting>2024-13-02<"),
        ("<ReviewOutcome>A<", "<ReviewOutcome>X<"),
        ("<PostCode>ZZ1 1ZZ</PostCode>\n\t\t\t<UPN>T000000000003</UPN>", "<UPN>A3</UPN>\n\t\t\t<PostCode></PostCode>"),
        ("<RYA>0</RYA>", "<RYA>0</RYA><RYA>0</RYA><Ours>1</Ours>"),
        ("<SENtypeRank>1</SENtypeRank>\n", "<SENtypeRank>1</SENtypeRank>odd\n"),
        ("<CeaseReason>9<", '<CeaseReason note="x">9<'),
    ):
        assert old in text, old
        text = text.replace(old, new, 1)
    returned.write_text(text, "utf-8")
    lines = text.splitlines()

    def line(start: str) -> int:
        return next(number for number, found in enumerate(lines, start=1) if found.strip().startswith(start))

    _, faults = read(returned)

    assert sorted(faults) == sorted(
        [
            f"line {line('<Person>')}: Person, Sex (1.4): is missing",
            f"line {line('<SENneed>')}: SENneed: has text between its elements: a return has none",
            f"line {line('<ReviewMeeting>')}: ActivePlans, ReviewMeeting (5.4a): 2024-13-02 is not a day: write YYYY-MM-DD",
            f"line {line('<ReviewOutcome>')}: ActivePlans, ReviewOutcome (5.4c): X is not a code of ReviewOutcome: use M, A, C",
            f"line {line('<RYA>')}: Requests, RYA (2.3): appears twice",
            f"line {line('<RYA>')}: Requests: Ours is not in Requests in the return of 2026",
            f"line {line('<UPN>A3')}: Person, UPN (1.7a): "
            "is not a UPN: a letter and 12 digits, or 11 digits and a letter where it is temporary",
            f"line {line('<PostCode></')}: Person, PostCode (1.6): stands after UPN: in the return of 2026 it comes before",
            f"line {line('<PostCode></')}: Person, PostCode (1.6): is empty: leave the item out where there is nothing to say",
            f"line {line('<CeaseReason')}: NamedPlan, CeaseReason (4.6): has attributes: a return has none",
        ]
    )


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"Surname,Forename\n", "not well-formed XML: line 1"),
        (b"", "not well-formed XML: line 1"),
        (b"<Message>\n<Header>\n</Message>", "not well-formed XML: line 3"),
        (b"<Census/>", "not a SEN2 return: it begins with Census, not Message"),
        (b"<Message/>", "not a SEN2 return: it has no Header"),
        (b"<Message><Persons/></Message>", "not a SEN2 return: its Persons stand before its Header"),
        (
            b"<Message><Header><CollectionDetails><Collection>CIN</Collection></CollectionDetails></Header></Message>",
            "not a SEN2 return: its Collection is CIN, not SEN2",
        ),
        (
            b"<Message><Header><CollectionDetails><Collection>SEN2</Collection><Year>2023</Year></CollectionDetails>"
            b"</Header></Message>",
            "its Year is 2023: there are layouts for 2024, 2025, 2026, 2027",
        ),
        (
            b'<!DOCTYPE Message [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><Message>&b;</Message>',
            "it has a document type, which a return never has",
        ),
    ],
)
def test_a_file_that_is_no_return_gets_one_clear_line(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(content)
    with pytest.raises(InvalidValue, match=re.escape(why)) as refusal, open_return(path, LAYOUTS):
        pass
    assert "\n" not in str(refusal.value)


def test_a_file_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="name a SEN2 return in XML"), open_return(tmp_path / "none.xml", LAYOUTS):
        pass


def test_an_entity_never_reads_another_file(tmp_path: Path, returned: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    text = returned.read_text("utf-8").replace("<Surname>Surname1<", "<Surname>&x;<")
    declared = f'<!DOCTYPE Message [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    returned.write_text(text.replace("<Message>", f"{declared}<Message>", 1), "utf-8")
    with pytest.raises(InvalidValue, match="document type"):
        read(returned)


def test_a_return_of_nobody_is_a_fault(tmp_path: Path, returned: Path) -> None:
    text = re.sub(r"<Person>.*</Person>", "", returned.read_text("utf-8"), flags=re.DOTALL)
    returned.write_text(text, "utf-8")
    assert read(returned) == ([], ["line 0: Persons: there is nobody in the return"])


def test_memory_does_not_grow_with_the_people(tmp_path: Path) -> None:
    def many(count: int) -> Iterator[Record]:
        return (with_plan(number, review=REVIEWS[2026]) for number in range(count))

    def pass_through(count: int) -> int:
        path = write(tmp_path / "many.xml", 2026, many(count))
        with open_return(path, LAYOUTS) as reading:
            assert sum(1 for _ in reading.persons()) == count
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    pass_through(200)
    before = pass_through(200)
    assert pass_through(3_000) - before < 8_000  # KiB; read whole, 3,000 people take 40 MiB


# --- the CSV form ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_the_csv_form_is_read_back_as_it_was_written(tmp_path: Path, form: str) -> None:
    year, said = layout(2026), header(layout(2026), SENDER)
    path = tmp_path / form
    if form == "folder":
        path.mkdir()
        write_folder(path, year, said, people(2026))
    else:
        with path.open("wb") as file:
            write_csv(file, year, said, people(2026))

    found, faults = read(path)

    assert faults == []
    assert list(map(values, found)) == people(2026)
    with open_csv(path, LAYOUTS) as reading:
        assert values(reading.header) == said


def test_the_csv_form_has_a_file_a_block_with_its_keys_and_names_in_lower_case(tmp_path: Path) -> None:
    write_folder(tmp_path, layout(2026), header(layout(2026), SENDER), people(2026))
    assert {path.name for path in tmp_path.iterdir()} == {
        "collectiondetails.csv", "source.csv", "person.csv", "requests.csv", "assessment.csv", "namedplan.csv",
        "plandetail.csv", "activeplans.csv", "placementdetail.csv", "senneed.csv",
    }  # fmt: skip
    assert (tmp_path / "activeplans.csv").read_text("utf-8-sig").splitlines()[0] == (
        "activeplanstableid,NativeId,activeplansorderseqcolumn,sourceid,requeststableid,transferla,reviewmeeting,"
        "reviewoutcome,reviewdraft,phasetransferduedate,phasetransferfinaldate,lastreview"
    )


def test_rows_of_the_csv_form_are_tied_by_their_ids_whatever_their_order(tmp_path: Path) -> None:
    write_folder(tmp_path, layout(2026), header(layout(2026), SENDER), people(2026))
    for name in ("requests.csv", "senneed.csv", "namedplan.csv"):
        first, *rows = (tmp_path / name).read_text("utf-8-sig").splitlines()
        (tmp_path / name).write_text("\n".join([first, *reversed(rows)]), "utf-8")
    assert list(map(values, read(tmp_path)[0])) == people(2026)


def test_faults_of_the_csv_form_have_their_row(tmp_path: Path) -> None:
    write_folder(tmp_path, layout(2026), header(layout(2026), SENDER), people(2026))
    path = tmp_path / "activeplans.csv"
    path.write_text(path.read_text("utf-8-sig").replace("2024-10-02", "2 October"), "utf-8")
    assert read(tmp_path)[1] == ["line 2: ActivePlans, ReviewMeeting (5.4a): 2 October is not a day: write YYYY-MM-DD"]


def test_what_is_no_csv_form_gets_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(InvalidValue, match=r"it has no collectiondetails\.csv"), open_csv(tmp_path, LAYOUTS):
        pass
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("collectiondetails.csv", "year\n2019\n")
    with pytest.raises(InvalidValue, match="its year is 2019"), open_csv(tmp_path / "a.zip", LAYOUTS):
        pass


@pytest.mark.parametrize("packed", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_zip_gets_one_clear_line_however_it_is_packed(tmp_path: Path, packed: int) -> None:
    write_folder(tmp_path, layout(2026), header(layout(2026), SENDER), people(2026))
    with zipfile.ZipFile(tmp_path / "a.zip", "w", packed) as archive:
        for path in sorted(tmp_path.glob("*.csv")):
            archive.write(path, path.name)
    whole = (tmp_path / "a.zip").read_bytes()
    for start in range(30, len(whole), 40):
        torn = bytearray(whole)
        torn[start : start + 8] = bytes(255 - byte for byte in torn[start : start + 8])
        (tmp_path / "torn.zip").write_bytes(torn)
        with contextlib.suppress(InvalidValue):
            read(tmp_path / "torn.zip")
