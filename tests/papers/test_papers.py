"""The papers file: what letters must say, when something is served, when people are reminded; and all faults of a local one."""

from datetime import date
from pathlib import Path

import pytest

from arflow.errors import NotFound, PapersRefused
from arflow.law.catalogue import Catalogue, shipped_folder
from arflow.papers.letters.papers import Papers, circumstances
from arflow.papers.letters.papers_files import PapersFiles

HEADER = '[papers]\nname = "anyshire"\nversion = "2026"\ntitle = "Ours"\nin_force_from = 2026-01-01\nextends = "england.2015"\n'


@pytest.fixture
def papers() -> Papers:
    return PapersFiles.of(Catalogue()).current()


@pytest.fixture
def local(tmp_path: Path) -> Path:
    """An authority's own file, to be written."""
    folder = tmp_path / "papers"
    folder.mkdir()
    return folder / "anyshire.2026.toml"


def faults(local: Path, text: str) -> list[str]:
    local.write_text(HEADER + text, "utf-8")
    with pytest.raises(PapersRefused) as refused:
        PapersFiles.of(Catalogue(local.parent.parent)).current()
    return [str(fault) for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("channel", "sent", "served"),
    [
        ("hand", date(2025, 7, 14), date(2025, 7, 14)),
        ("email", date(2025, 7, 12), date(2025, 7, 12)),  # a Saturday
        ("portal", date(2025, 7, 14), date(2025, 7, 14)),
        ("post", date(2025, 7, 14), date(2025, 7, 16)),  # Monday → Wednesday
        ("post", date(2025, 7, 17), date(2025, 7, 21)),  # Thursday → Monday
        ("post", date(2025, 7, 18), date(2025, 7, 22)),  # Friday → Tuesday
        ("post", date(2025, 7, 19), date(2025, 7, 22)),  # Saturday → Tuesday
        ("post", date(2025, 12, 24), date(2025, 12, 30)),  # over Christmas, Boxing Day and a weekend
        ("post", date(2025, 4, 16), date(2025, 4, 22)),  # over Good Friday and Easter Monday
    ],
)
def test_something_sent_is_deemed_served(papers: Papers, channel: str, sent: date, served: date) -> None:
    assert papers.served_on(channel, sent) == served  # type: ignore[arg-type]


def test_every_letter_element_right_service_and_reminder_has_its_citation(papers: Papers) -> None:
    cited = [letter.citation for letter in papers.letters] + [right.citation for right in papers.rights]
    cited += [service.citation for service in papers.services] + [one.citation for one in papers.reminders]
    cited += [element.citation for letter in papers.letters for element in letter.elements]
    assert all(cited)


def test_the_right_to_appeal_is_told_to_the_family_where_there_is_one_and_nowhere_else(papers: Papers) -> None:
    told = {
        (letter.id, role)
        for letter in papers.letters
        for role in letter.to
        if "appeal_right" in {element.id for element in papers.asked_of(letter, circumstances(role, 5))}
    }
    assert told == {
        (letter, role)
        for letter in ("decision_maintain", "decision_cease", "final_plan", "not_amend")
        for role in ("parent", "young_person")
    }


@pytest.mark.parametrize(("year", "asked"), [(8, False), (9, True), (10, True), (None, True)])
def test_preparing_for_adulthood_is_asked_for_from_year_9(papers: Papers, year: int | None, asked: bool) -> None:
    for letter in ("invitation", "report_form"):
        elements = papers.asked_of(papers.letter_by_id[letter], circumstances("setting", year))
        assert ("adulthood" in {element.id for element in elements}) is asked


def test_the_notice_of_amendments_says_all_that_regulation_22_asks(papers: Papers) -> None:
    notice = papers.letter_by_id["amendment_notice"]
    must = {e.id: e.citation for e in papers.asked_of(notice, circumstances("parent", 5)) if e.word == "must"}
    assert must == {
        "plan_enclosed": "SEND Regs 2014 r.22(2)(a)",
        "amendments_enclosed": "SEND Regs 2014 r.22(2)(a)",
        "evidence_enclosed": "SEND Regs 2014 r.22(2)(a)",
        "representations": "SEND Regs 2014 r.22(2)(c)(i)",
        "request_school": "SEND Regs 2014 r.22(2)(b), (c)(ii)",
        "meet_officer": "SEND Regs 2014 r.22(2)(c)(iii)",
        "find_schools": "SEND Regs 2014 r.22(2)(d)",
    }


def test_a_local_file_adds_a_reminder_and_changes_when_post_is_served(local: Path) -> None:
    local.write_text(
        HEADER
        + '[[service]]\nchannel = "post"\nrule = "3 working days after"\nsource = "local policy"\ncitation = "ours"\n'
        '[[reminder]]\nid = "ten_days_after"\ndays = 10\nto = "manager"\nletter = "chaser"\ntext = "to the manager"\n'
        'source = "local policy"\ncitation = "ours"\n',
        "utf-8",
    )
    papers = PapersFiles.of(Catalogue(local.parent.parent)).current()
    assert papers.id == "anyshire.2026"
    assert papers.served_on("post", date(2025, 7, 14)) == date(2025, 7, 17)
    assert [reminder.id for reminder in papers.reminders][-1] == "ten_days_after"
    assert len(papers.letters) == len(PapersFiles.of(Catalogue()).current().letters)


def test_a_local_letter_that_asks_for_less_is_refused_with_every_fault(local: Path) -> None:
    text = (
        '[[letter]]\nid = "not_amend"\ntitle = "Ours"\nstep = "not_amend"\nto = ["parent"]\ncitation = "ours"\n'
        'elements = [{ id = "decision", text = "it", word = "should", citation = "ours" }]\n'
    )
    assert faults(local, text) == [
        "anyshire.2026.toml:8: letter not_amend: asks less of decision than “must” (SEND Regs 2014 r.22(4))",
        "anyshire.2026.toml:8: letter not_amend: leaves out reasons, which is asked for (SEND Regs 2014 r.22(4))",
        "anyshire.2026.toml:8: letter not_amend: changes who gets the right of appeal in the letter, which the law settles",
        "anyshire.2026.toml:8: letter not_amend: leaves out the young person, who must have it (SEND Regs 2014 r.22(4)-(5))",
    ]


def test_a_reminder_of_a_letter_that_is_not_there_and_an_unknown_table_are_told_with_their_place(local: Path) -> None:
    text = (
        '[[reminder]]\nid = "x"\ndays = 1\nto = "invitee"\nletter = "nothing"\ntext = "x"\nsource = "local policy"\ncitation = "c"\n'
        "[extra]\na = 1\n"
    )
    found = faults(local, text)
    assert any("reminder x: letter: there is no letter nothing" in fault for fault in found)
    assert any("extra: is not a table of papers" in fault for fault in found)


def test_two_local_files_are_refused_since_only_one_can_hold(local: Path) -> None:
    local.write_text(HEADER, "utf-8")
    local.with_name("other.2026.toml").write_text(HEADER.replace("anyshire", "other"), "utf-8")
    with pytest.raises(NotFound, match=r"anyshire\.2026, other\.2026"):
        PapersFiles.of(Catalogue(local.parent.parent)).current()


_NOT_AMEND = (
    '[[letter]]\nid = "not_amend"\ntitle = "Ours"\nstep = "not_amend"\nto = ["parent", "young_person"]\n'
    'rights = ["family"]\ncitation = "ours"\nelements = [\n'
    '{ id = "decision", text = "it", word = "must", citation = "ours" },\n'
    '{ id = "reasons", text = "why", word = "must", citation = "ours" },\n]\n'
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[[service]]\nchannel = "post"\nrule = "1 working days after"\nsource = "local policy"\ncitation = "ours"\n',
            "is earlier than “2 working days after”",
        ),
        (_NOT_AMEND.replace('step = "not_amend"', 'step = "notify"'), "changes its step or outcome"),
        (_NOT_AMEND.replace('step = "not_amend"', 'step = "nonsense"'), "there is no step nonsense"),
        (_NOT_AMEND.replace('"why"', '" "'), "text: is empty"),
        ('[[right]]\nid = "mediation"\ntext = ""\ncitation = "ours"\n', "right mediation: text: is empty"),
        (_NOT_AMEND * 2, "letter not_amend: stands here twice"),
        (_NOT_AMEND.replace('id = "reasons"', 'id = "decision"'), "has decision twice"),
        ("[[[", "not readable as TOML"),
    ],
)
def test_a_local_file_that_takes_something_away_or_is_wrong_is_refused(local: Path, text: str, said: str) -> None:
    assert any(said in fault for fault in faults(local, text))


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("papers = 3\n", "papers"),
        (HEADER.replace('name = "anyshire"', 'name = "other"'), "its file must be named so"),
        (HEADER.replace('extends = "england.2015"\n', ""), "say what it extends"),
    ],
)
def test_a_header_that_is_wrong_is_a_fault(local: Path, header: str, said: str) -> None:
    local.write_text(header, "utf-8")
    with pytest.raises(PapersRefused, match=said):
        PapersFiles.of(Catalogue(local.parent.parent)).current()


def test_a_local_file_cannot_take_the_place_of_one_that_comes_with_arflow(local: Path) -> None:
    local.with_name("england.2015.toml").write_bytes((shipped_folder() / "papers" / "england.2015.toml").read_bytes())
    with pytest.raises(PapersRefused, match="comes with arflow"):
        PapersFiles.of(Catalogue(local.parent.parent)).current()


def test_a_local_letter_that_asks_for_as_much_is_sound(local: Path) -> None:
    local.write_text(HEADER + _NOT_AMEND, "utf-8")
    assert PapersFiles.of(Catalogue(local.parent.parent)).current().id == "anyshire.2026"


@pytest.mark.parametrize(
    ("days", "refused"), [(366, False), (-366, False), (367, True), (99_999_999, True), (-99_999_999, True)]
)
def test_a_reminder_beyond_every_calendar_is_refused(local: Path, days: int, refused: bool) -> None:
    text = f'[[reminder]]\nid = "x"\ndays = {days}\nto = "invitee"\nletter = "chaser"\ntext = "x"\nsource = "local policy"\ncitation = "c"\n'
    if refused:
        assert any(f"reminder x: days: {days} is more than a year" in fault for fault in faults(local, text))
    else:
        local.write_text(HEADER + text, "utf-8")
        assert any(
            reminder.days == days for reminder in PapersFiles.of(Catalogue(local.parent.parent)).current().reminders
        )
