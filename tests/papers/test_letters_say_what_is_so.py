"""No letter states what is not so: each sentence rests on a fact, and the facts are those of the case."""

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from click.testing import Result

from arflow.case.review_commands import ConcludeReview, ScheduleMeeting
from arflow.law.catalogue import Catalogue
from arflow.papers.letters.contents import Enclosure, LetterFacts
from arflow.papers.letters.letter import Stationery, write
from arflow.papers.letters.papers_files import PapersFiles
from arflow.papers.letters.stationery import stationery
from arflow.papers.letters.template_check import invented
from arflow.papers.letters.word_letter import write_in_word
from arflow.post.outgoing.duty_words import DUTY_WORDS
from tests.support.bound_sentences import as_markdown, bound, sentences, table
from tests.support.cases import Cases, Told, day
from tests.support.paths import ROOT

Run = Callable[..., Result]
ADVICE = Enclosure(kind="advice", title="Advice", plan="P-1001")


@pytest.fixture
def kit(own: Path) -> Stationery:
    return stationery(Catalogue(own))


def _said(letter: str, facts: LetterFacts, kit: Stationery) -> str:
    """What the page says; the Word document says the same."""
    page, word = (
        " ".join(made.text.split()) for made in (write(letter, facts, kit), write_in_word(letter, facts, kit))
    )
    for sentence in page.split(". "):
        assert sentence.strip("- ")[:40] in word or "- " in sentence
    return page


# --- the lint --------------------------------------------------------------------------------------------------------


def test_every_sentence_rests_on_a_fact_or_it_is_said_on_what() -> None:
    assert not [f"{letter}: {words}" for letter, words, why in table() if not why]


def test_nothing_is_said_of_a_sentence_that_no_letter_has() -> None:
    said = {words for _, words, _ in table()}
    assert not [words for words in bound() if words not in said]


@pytest.mark.parametrize(
    ("template", "unbound"),
    [
        ("The notice comes with this letter.", {"The notice comes with this letter."}),
        ("The report is enclosed{% if to_family %}, for you{% endif %}.", {"The report is enclosed, for you.", "The report is enclosed."}),
        ("{% if sent is defined %}It was sent.{% else %}It was not.{% endif %}", set()),
        ("<p>It is due by {{ by | day }}. Nothing else is.</p>", {"Nothing else is."}),
        ("<h2>A heading</h2><p>{{ says.decision }}</p>", set()),
    ],
)  # fmt: skip
def test_the_lint_finds_a_sentence_that_rests_on_nothing(template: str, unbound: set[str]) -> None:
    assert {words for words, names in sentences(template).items() if not names} == unbound


def test_the_page_has_the_table_of_what_binds_each_sentence() -> None:
    assert as_markdown() in (ROOT / "docs" / "letters.md").read_text("utf-8"), "run scripts/make-letter-facts"


# --- each statement that was not so ----------------------------------------------------------------------------------


def test_the_letter_with_the_report_says_that_advice_is_enclosed_only_where_it_is(kit: Stationery) -> None:
    facts = invented("parent", 4)
    report = tuple(one for one in facts.enclosures if one.kind == "report")
    alone, both = (msgspec.structs.replace(facts, enclosures=them) for them in (report, (*report, ADVICE)))
    assert "is enclosed, with advice and information obtained for it." in _said("report_cover", both, kit)
    assert "2026 is enclosed." in _said("report_cover", alone, kit)
    assert "advice and information obtained" not in _said("report_cover", alone, kit)


def test_the_decision_to_amend_says_when_the_notice_went_or_by_when_it_must(kit: Stationery) -> None:
    facts = msgspec.structs.replace(invented("parent", 4), notice_by=None, notice_sent_on=None)
    sent = msgspec.structs.replace(facts, notice_sent_on=day("9 Jan 2026"))
    ahead, late = (msgspec.structs.replace(facts, notice_by=day(by)) for by in ("20 Jan 2026", "9 Jan 2026"))
    assert "are in our notice of Friday 9 January 2026." in _said("decision_amend", sent, kit)
    assert "in a separate letter, our notice, by Tuesday 20 January 2026." in _said("decision_amend", ahead, kit)
    assert "our notice: it was due by Friday 9 January 2026, and is late." in _said("decision_amend", late, kit)
    assert "in a separate letter, our notice." in _said("decision_amend", facts, kit)
    for one in (sent, ahead, late, facts):
        assert "comes with this letter" not in _said("decision_amend", one, kit)


def test_a_decision_not_to_amend_thanks_for_views_only_where_there_were_any(kit: Stationery) -> None:
    silent = invented("parent", 4)
    assert "what you told us" not in _said("not_amend", silent, kit)
    assert "what you told us" in _said("not_amend", msgspec.structs.replace(silent, represented=True), kit)


def test_a_copy_says_that_the_family_is_written_to_only_where_it_is(kit: Stationery) -> None:
    copy = invented("setting", 4)
    assert "writing to the family" not in _said("decision_maintain", copy, kit)
    with_family = msgspec.structs.replace(copy, family_too=True)
    assert "We are writing to the family with our decision too." in _said("decision_maintain", with_family, kit)


@pytest.mark.parametrize("letter", PapersFiles.of(Catalogue()).current().letters, ids=lambda letter: letter.id)
def test_every_letter_to_the_family_says_where_to_get_independent_advice(kit: Stationery, letter: object) -> None:
    for role in {"parent", "young_person"} & set(letter.to):  # type: ignore[attr-defined]
        said = _said(letter.id, invented(role, 12), kit)  # type: ignore[attr-defined, arg-type]
        assert said.count("Anyshire SENDIASS, 01632 960002") == 1


@pytest.mark.parametrize(
    ("role", "title"), [("young_person", "tell us what you think"), ("health", "advice and information")]
)
def test_a_young_person_is_not_asked_as_a_professional_is(kit: Stationery, role: str, title: str) -> None:
    for letter in ("invitation", "advice_request", "chaser"):
        facts = invented(role, 12)  # type: ignore[arg-type]
        said, professional = _said(letter, facts, kit), role == "health"
        assert ("send us advice" in said) == professional
        assert ("how you are getting on and what you need now" in said) == (not professional)
        if letter != "invitation":
            assert title in write(letter, facts, kit).title.lower()


def test_a_parent_who_takes_part_by_the_young_persons_agreement_is_written_to_as_a_parent(
    run: Run, own: Path, tmp_path: Path
) -> None:
    run("plan", "add", "P-1", "--first-made", "2025-12-20", "--setting", "123456", "--coordinator", "C. One")
    for role, name, *more in (("child", "Robin", "--date-of-birth", "2009-03-04"), ("parent", "Sam Example")):
        person = json.loads(run("people", "add", "P-1", "--role", role, "--name", name, *more, "--json").stdout)["id"]
    run("review", "open", "P-1", "--meeting-on", "2027-01-21")
    assert run("people", "agree", person).exit_code == 0
    for letter in ("invitation", "advice_request", "chaser"):
        out = tmp_path / f"{letter}.txt"
        made = run("letter", "make", "P-1", letter, "--to", person, "--output", str(out), ARFLOW_WORKFLOWS=str(own))
        assert made.exit_code == 0, made.stderr
        said = " ".join(out.read_text("utf-8").split())
        assert "in your own words, how Robin is getting on and what Robin needs now" in said
        for of_a_professional in (
            "send us advice",
            "your report",
            "your advice",
            "my last report",
            "I am not involved",
        ):
            assert of_a_professional not in said
        assert "appeal" not in said


def test_the_report_tells_a_parent_by_agreement_that_the_young_person_hears_of_the_decision(kit: Stationery) -> None:
    facts = msgspec.structs.replace(invented("other", 12), is_parent=True)
    assert "whether to keep, amend or end the plan, and tell Robin." in _said("report_cover", facts, kit)


def test_each_thing_to_do_has_one_day(kit: Stationery) -> None:
    said = _said("amendment_notice", invented("parent", 4), kit)
    assert said.count("Wednesday 28 January 2026") == 3
    assert "later last day" not in said


def test_every_duty_of_the_law_that_is_due_on_a_review_has_words_for_those_outside(cases: Cases) -> None:
    workflow = cases.app.workflow("annual_review.2015")
    of_a_review = {duty.id for duty in workflow.duties if "review" in duty.of and not duty.window}
    assert of_a_review == set(DUTY_WORDS)
    assert not [words for words in DUTY_WORDS.values() if words in {duty.text for duty in workflow.duties}]


def test_while_the_time_to_appeal_runs_an_update_says_where_to_look_and_until_when(
    run: Run, cases: Cases, own: Path, tmp_path: Path
) -> None:
    told: Told = cases.opened("1 Dec 2025", "1 Sep 2026", setting="123456", coordinator="C. One")
    for role, name in (("child", "Robin"), ("parent", "Sam Example")):
        run("people", "add", told.plan, "--role", role, "--name", name)
    told.do(ScheduleMeeting(on=day("1 Sep 2026"), meeting_on=day("10 Oct 2026")))
    told.invited("10 Sep 2026").circulated("20 Sep 2026").held("10 Oct 2026").reported("20 Oct 2026")
    told.decided("amend", "26 Oct 2026").noticed("26 Oct 2026").issued("24 Nov 2026")
    told.do(ConcludeReview(on=day("24 Nov 2026")))

    def update(today: str) -> str:
        to = tmp_path / "letter.txt"
        made = run("letter", "make", told.id, "update", "--to", "parent", "--force", "--output", str(to),
                   today=day(today), ARFLOW_WORKFLOWS=str(own))  # fmt: skip
        assert made.exit_code == 0, made.stderr
        return " ".join(to.read_text("utf-8").split())

    running = (
        "Our letter of Tuesday 24 November 2026 says what you can do if you disagree: the time for that runs until"
    )
    assert f"{running} Monday 25 January 2027." in update("24 Nov 2026")
    assert "Nothing more has to be done" not in update("25 Jan 2027")
    assert "Nothing more has to be done on this review." in update("26 Jan 2027")
