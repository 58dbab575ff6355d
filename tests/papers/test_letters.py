"""Every letter says what the law asks, in every form and to everybody it is for, or it is not made."""

import io
import re
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from click.testing import Result
from docx import Document
from pypdf import PdfReader

from arflow.case.amendment_commands import ChangeDecision, SendNoticeAgain, WithdrawNotice
from arflow.case.plan_commands import TransferOut
from arflow.case.review_commands import (
    CancelReview,
    CeasePlan,
    ConcludeReview,
    Decide,
    DetermineAppeal,
    LodgeAppeal,
    NotifyDecision,
    ScheduleMeeting,
)
from arflow.errors import InvalidValue, LetterRefused, MissingValue
from arflow.law.catalogue import Catalogue
from arflow.papers.letters.letter import Stationery, as_pdf, shipped, write
from arflow.papers.letters.papers import Letter, circumstances
from arflow.papers.letters.papers_files import PapersFiles
from arflow.papers.letters.stationery import stationery
from arflow.papers.letters.template_check import invented
from arflow.papers.letters.word_letter import write_in_word
from arflow.post.outgoing.letter_facts import case_of
from tests.support.cases import Cases, Told, day
from tests.support.days import on_day
from tests.support.paths import ROOT
from tests.support.post_room import keep

pytestmark = pytest.mark.thorough
Run = Callable[..., Result]
LETTERS = PapersFiles.of(Catalogue()).current().letters
READERS = [(letter, role, year) for letter in LETTERS for role in ("parent", "young_person", "setting", "health") for year in (4, 9)
           if role in letter.to]  # fmt: skip


@pytest.fixture
def kit(own: Path) -> Stationery:
    return stationery(Catalogue(own))


def _flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(("letter", "role", "year"), READERS, ids=lambda value: getattr(value, "id", str(value)))
def test_a_letter_says_all_that_it_must_in_the_words_of_its_statements(
    kit: Stationery, letter: Letter, role: str, year: int
) -> None:
    facts = invented(role, year)  # type: ignore[arg-type]
    asked = {e.id for e in kit.papers.asked_of(letter, circumstances(facts.role, year)) if e.word == "must"}
    page, word = write(letter.id, facts, kit), write_in_word(letter.id, facts, kit)
    assert asked <= {element.id for element in page.says}
    assert asked <= {element.id for element in word.says}
    context = {**facts.known, "authority": kit.authority}
    for element in asked:
        said = _flat(kit.statements.fill(letter.id, element, context))
        assert said in _flat(page.text)
        assert said in _flat("\n".join(p.text for p in Document(io.BytesIO(word.content)).paragraphs))


@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.id)
def test_the_printed_letter_read_by_another_program_says_it_too(kit: Stationery, letter: Letter) -> None:
    facts = invented(letter.to[0], 9)
    read = PdfReader(io.BytesIO(as_pdf(write(letter.id, facts, kit)).content))
    foot = re.compile(r"Our reference: \S+ \(plan \S+\)\s*Page \d of \d")  # a step may go on over it
    text = _flat("\n".join(foot.sub("", page.extract_text()) for page in read.pages))
    assert letter.titled(to_family=facts.to_family) in text
    assert "Our reference: R-2026-000001" in text
    for element in kit.papers.asked_of(letter, circumstances(facts.role, 9)):
        if element.word == "must":
            said = kit.statements.fill(letter.id, element.id, {**facts.known, "authority": kit.authority})
            assert _flat(said).replace(" ", "") in text.replace(" ", "")
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]  # it reads aloud
    assert read.trailer["/Root"]["/Lang"] == "en-GB"  # type: ignore[index]


@pytest.mark.parametrize("letter", [letter for letter in LETTERS if not letter.rights], ids=lambda letter: letter.id)
def test_a_letter_with_nothing_to_appeal_against_does_not_speak_of_appealing(kit: Stationery, letter: Letter) -> None:
    text = write(letter.id, invented(letter.to[0], 9), kit).text.lower()
    assert not [word for word in ("appeal", "tribunal", "mediation") if word in text]


def _template(own: Path, letter: str, change: Callable[[str], str]) -> None:
    text = shipped(f"{letter}.html").decode("utf-8")
    assert change(text) != text
    (own / "letters" / f"{letter}.html").write_text(change(text), "utf-8")


@pytest.mark.parametrize(
    ("letter", "element", "citation"),
    [
        (letter.id, element.id, element.citation)
        for letter in LETTERS
        for element in PapersFiles.of(Catalogue()).current().asked_of(letter, circumstances(letter.to[0], 9))
        if element.word == "must"
    ],
)
def test_a_template_without_a_required_element_makes_no_letter(
    own: Path, kit: Stationery, letter: str, element: str, citation: str
) -> None:
    _template(own, letter, lambda text: text.replace(f"{{{{ says.{element} }}}}", "Something else."))
    with pytest.raises(LetterRefused) as refused:
        write(letter, invented(kit.letter(letter).to[0], 9), kit)
    assert any(citation in fault and fault.startswith("it does not say") for fault in map(str, refused.value.faults))


def test_a_decision_to_amend_that_tells_of_appealing_is_refused(own: Path, kit: Stationery) -> None:
    _template(
        own,
        "decision_amend",
        lambda text: text.replace("{% endblock %}", "<p>{{ says.appeal_right }}</p>{% endblock %}"),
    )
    with pytest.raises(LetterRefused, match=r"must not speak of appealing \(appeal_right, appeal, tribunal\)"):
        write("decision_amend", invented("parent", 9), kit)


def test_so_is_one_that_says_it_in_words_of_its_own(own: Path, kit: Stationery) -> None:
    _template(
        own, "amendment_notice", lambda text: text.replace("{% endblock %}", "<p>You can appeal.</p>{% endblock %}")
    )
    with pytest.raises(LetterRefused, match=r"must not speak of appealing \(appeal\)"):
        write("amendment_notice", invented("parent", 9), kit)


def test_an_element_that_is_said_and_then_hidden_is_not_said(own: Path, kit: Stationery) -> None:
    _template(own, "not_amend", lambda text: text.replace("{{ says.reasons }}", "{% set hidden = says.reasons %}"))
    with pytest.raises(LetterRefused, match=r"it does not say the reasons \(SEND Regs 2014 r\.22\(4\)\)"):
        write("not_amend", invented("parent", 9), kit)


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ authority.__class__.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.environ }}",
    ],
)
def test_a_template_can_do_nothing_but_fill_in(own: Path, kit: Stationery, attack: str) -> None:
    _template(own, "not_amend", lambda text: text.replace("{% block body %}", "{% block body %}" + attack))
    with pytest.raises(LetterRefused, match="cannot be filled in"):
        write("not_amend", invented("parent", 9), kit)


def test_words_that_look_like_markup_stay_words(kit: Stationery) -> None:
    facts = msgspec.structs.replace(invented("parent", 4), reasons="<script>alert(1)</script> & {{ authority }}")
    page, word = write("not_amend", facts, kit), write_in_word("not_amend", facts, kit)
    assert "<script>" not in page.html
    assert "<script>alert(1)</script> & {{ authority }}" in page.text
    assert "<script>alert(1)</script> & {{ authority }}" in word.text


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        ('[amendment_notice]\nrepresentations = "Tell us soon."', "15 days"),
        ('[amendment_notice]\nrepresentations = "You have 15 days from {{ served_on | day }}."', "representations_by"),
        (
            '[amendment_notice]\nrepresentations = "15 days: {{ served_on | day }} to {{ representations_by | day }}."',
            "“later”",
        ),
        ('[all]\nmediation = "Ask for mediation and a certificate."', "authority.mediation_adviser"),
        ('[not_amend]\nmediation = "Ask for mediation and a certificate."', "authority.mediation_adviser"),
    ],
)
def test_an_authoritys_own_statement_must_still_hold_what_makes_it_true(
    own: Path, statement: str, missing: str
) -> None:
    (own / "letters" / "statements.toml").write_text(statement, "utf-8")
    letter = "not_amend" if "mediation" in statement else "amendment_notice"
    with pytest.raises(LetterRefused, match="the statement does not give") as refused:
        write(letter, invented("parent", 4), stationery(Catalogue(own)))
    assert missing in str(refused.value)


def test_an_authoritys_own_words_are_used_where_they_hold_it(own: Path) -> None:
    text = '[amendment_notice]\nfind_schools = "Look for schools at {{ authority.find_schools }}: there are many."'
    (own / "letters" / "statements.toml").write_text(text, "utf-8")
    assert "there are many" in write("amendment_notice", invented("parent", 4), stationery(Catalogue(own))).text


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ('[amendment_notice]\nrepresentation = "You have 15 days."', "amendment_notice.representation"),
        ('[amendment_notices]\nrepresentations = "You have 15 days."', "amendment_notices.representations"),
        ('part = "For your files."', "write [LETTER] or [all] above its statements"),
        ('[all]\npart = " "', "the words of a statement"),
    ],
)
def test_words_that_no_letter_would_use_are_refused(own: Path, statement: str, said: str) -> None:
    (own / "letters" / "statements.toml").write_text(statement, "utf-8")
    with pytest.raises(InvalidValue, match=re.escape(said)):
        stationery(Catalogue(own))


def test_the_words_to_those_who_have_a_copy_can_be_an_authoritys_own(own: Path) -> None:
    (own / "letters" / "statements.toml").write_text('[all]\npart = "You have this for your files."', "utf-8")
    assert "for your files" in write("decision_amend", invented("setting", 4), stationery(Catalogue(own))).text


def test_the_final_plan_says_what_can_be_appealed_against(kit: Stationery) -> None:
    text = write("final_plan", invented("young_person", 12), kit).text
    assert (
        "about how the plan describes your special educational needs, about the special educational provision" in text
    )
    assert "about the school, college or other institution that it names, its type, or that it names none." in text


def test_reasons_of_several_lines_keep_their_lines(kit: Stationery) -> None:
    facts = msgspec.structs.replace(invented("parent", 4), reasons="The outcomes fit.\n\nThe provision helps.")
    page = PdfReader(io.BytesIO(as_pdf(write("not_amend", facts, kit)).content)).pages[0]
    assert "reasons: The outcomes fit.\nThe provision helps.\n" in page.extract_text()
    word = Document(io.BytesIO(write_in_word("not_amend", facts, kit).content))
    assert any(p.text == "These are our reasons: The outcomes fit.\n\nThe provision helps." for p in word.paragraphs)


def test_who_is_told_of_the_decision_is_said_to_each(kit: Stationery) -> None:
    told = {role: write("report_cover", invented(role, 4), kit).text for role in ("parent", "setting", "health")}
    assert "amend or end the plan, and tell you." in told["parent"]
    assert "amend or end the plan, and tell you." in told["setting"]
    assert "amend or end the plan, and tell the family." in told["health"]


def test_a_reminder_after_the_day_says_that_the_advice_was_needed(kit: Stationery) -> None:
    facts = msgspec.structs.replace(invented("health", 4), written_on=date(2026, 1, 20))
    assert "We needed it by Monday 19 January 2026" in _flat(write("chaser", facts, kit).text)


def test_a_letter_to_the_young_person_speaks_of_your_plan_and_one_to_the_parent_of_the_childs(kit: Stationery) -> None:
    assert "reviewed your education" in write("decision_maintain", invented("young_person", 12), kit).text
    assert "reviewed Robin’s education" in write("decision_maintain", invented("parent", 4), kit).text


def test_a_day_that_is_not_known_is_named(kit: Stationery) -> None:
    facts = msgspec.structs.replace(invented("parent", 4), meeting_on=None)
    with pytest.raises(LetterRefused, match="meeting on is not known"):
        write("invitation", facts, kit)


def test_large_print_is_larger(kit: Stationery) -> None:
    small, large = (msgspec.structs.replace(invented("parent", 4), format=form) for form in ("standard", "large_print"))
    pages = [
        len(PdfReader(io.BytesIO(as_pdf(write("final_plan", facts, kit)).content)).pages) for facts in (small, large)
    ]
    assert pages[0] < pages[1]
    words = [Document(io.BytesIO(write_in_word("final_plan", facts, kit).content)) for facts in (small, large)]
    assert [word.styles["Normal"].font.size.pt for word in words] == [12, 18]


def test_the_word_templates_are_those_that_the_page_templates_make(tmp_path: Path) -> None:
    for letter in LETTERS:
        word = Document(io.BytesIO(shipped(f"{letter.id}.docx")))
        cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
        said = "\n".join([*(paragraph.text for paragraph in word.paragraphs), *cells])
        page = shipped(f"{letter.id}.html").decode("utf-8")
        assert {part for part in page.split() if part.startswith("says.")} == {
            part for part in said.split() if part.startswith("says.")
        }


@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.id)
def test_a_sign_off_in_word_is_never_parted_from_the_name(kit: Stationery, letter: Letter) -> None:
    word = Document(io.BytesIO(write_in_word(letter.id, invented(letter.to[0], 9), kit).content))
    before, signed = next(pair for pair in pairwise(word.paragraphs) if pair[1].text.startswith("Yours sincerely"))
    assert signed.text.split("\n") == ["Yours sincerely", "", "Casey Morgan", "Anyshire Council"]
    assert before.paragraph_format.keep_with_next
    assert signed.paragraph_format.keep_together


def test_what_is_no_word_document_is_refused(tmp_path: Path, kit: Stationery) -> None:
    template = tmp_path / "template.docx"
    template.write_bytes(b"not a document")
    with pytest.raises(InvalidValue, match=r"template: .*template\.docx is not a Word document"):
        write_in_word("invitation", invented("parent", 4), kit, template)


def test_without_an_authoritys_details_the_way_on_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingValue, match="arflow letter authority"):
        stationery(Catalogue(tmp_path))


def test_an_empty_detail_is_named(own: Path) -> None:
    path = own / "letters" / "authority.toml"
    path.write_text(path.read_text("utf-8").replace('"Anyshire Mediation, 01632 960003"', '" "'), "utf-8")
    with pytest.raises(MissingValue, match="mediation_adviser"):
        stationery(Catalogue(own))


# --- on the command line ---------------------------------------------------------------------------------------


def test_the_page_of_letters_is_what_the_command_prints(run: Run) -> None:
    page = (ROOT / "docs" / "letters.md").read_text("utf-8")
    printed = run("letter", "list", "--markdown").stdout
    assert page.endswith(f"\n\n{printed}")
    assert printed.count("\n") > 100


def test_every_shipped_template_passes_the_check(run: Run, own: Path) -> None:
    checked = run("letter", "check", ARFLOW_WORKFLOWS=str(own))
    assert checked.exit_code == 0, checked.stderr
    assert checked.stdout == f"{2 * len(LETTERS)} templates say what the law asks.\n"


def test_a_template_that_lacks_something_fails_the_check_by_name(run: Run, own: Path) -> None:
    _template(own, "final_plan", lambda text: text.replace("{{ says.advice_and_information }}", ""))
    checked = run("letter", "check", "--json", ARFLOW_WORKFLOWS=str(own))
    assert checked.exit_code == 1
    faulty = [found for found in msgspec.json.decode(checked.stdout) if found["faults"]]
    assert [(found["letter"], found["form"]) for found in faulty] == [("final_plan", "page")]
    assert "where to get independent advice" in faulty[0]["faults"][0]


def test_a_letter_is_made_for_a_case_in_every_form(run: Run, own: Path, tmp_path: Path) -> None:
    environment = {"ARFLOW_WORKFLOWS": str(own)}
    run("plan", "add", "P-1", "--first-made", "2026-01-12", "--coordinator", "Casey Morgan")
    run("review", "open", "P-1", "--meeting-on", "2026-12-18")
    run("people", "add", "P-1", "--role", "child", "--name", "Robin")
    run("people", "add", "P-1", "--role", "parent", "--name", "Sam Example", "--email", "sam@example.org")
    for suffix, starts in (
        (".pdf", b"%PDF-1.7"),
        (".docx", b"PK"),
        (".html", b"<!doctype html>"),
        (".txt", b"Anyshire Council"),
    ):
        path = tmp_path / f"letter{suffix}"
        made = run(
            "letter", "make", "R-2026-000001", "invitation", "--to", "parent", "--output", str(path), **environment
        )
        assert made.exit_code == 0, made.stderr
        assert path.read_bytes().startswith(starts)
    text = (tmp_path / "letter.txt").read_text("utf-8")
    assert "The meeting is on Friday 18 December 2026" in text
    assert "Dear Sam Example" in text


@pytest.mark.parametrize(
    ("letter", "given", "said"),
    [
        ("cease_consultation", ("--answer-by", "2026-12-24"), "tell us what you think by Thursday 24 December 2026."),
        ("report_form", (), "by Friday 1 January 2027: two weeks after the meeting on Friday 18 December 2026."),
    ],
)
def test_a_letter_that_goes_before_the_meeting_has_its_day(
    run: Run, own: Path, tmp_path: Path, letter: str, given: tuple[str, ...], said: str
) -> None:
    run("plan", "add", "P-1", "--first-made", "2026-01-12")
    run("review", "open", "P-1", "--meeting-on", "2026-12-18")
    run("people", "add", "P-1", "--role", "child", "--name", "Robin")
    run("people", "add", "P-1", "--role", "setting", "--name", "Jo Example")
    path = tmp_path / "letter.txt"
    made = run("letter", "make", "R-2026-000001", letter, "--to", "setting", *given, "--output", str(path),
               ARFLOW_WORKFLOWS=str(own))  # fmt: skip
    assert made.exit_code == 0, made.stderr
    text = _flat(path.read_text("utf-8"))
    assert said in text
    assert "Yours sincerely A. Officer Anyshire Council" in text


@pytest.fixture
def got_to(run: Run, cases: Cases, own: Path, tmp_path: Path) -> Callable[[Told, str], str]:
    """What the letter about where a review has got to says to the parent on a day."""

    def text(told: Told, today: str) -> str:
        made = (
            "letter",
            "make",
            told.id,
            "update",
            "--to",
            "parent",
            "--force",
            "--output",
            f"{tmp_path / 'letter.txt'}",
        )
        result = run(*made, today=day(today), ARFLOW_WORKFLOWS=str(own))
        assert result.exit_code == 0, result.stderr
        return _flat((tmp_path / "letter.txt").read_text("utf-8"))

    return text


@pytest.fixture
def planned(run: Run, cases: Cases) -> Told:
    """A review of a family that can be written to, its meeting planned for 10 October 2026."""
    told = cases.opened("1 Dec 2025", "1 Sep 2026", setting="123456", coordinator="C. One")
    for role, name in (("child", "Robin"), ("parent", "Sam Example")):
        run("people", "add", told.plan, "--role", role, "--name", name)
    return told.do(ScheduleMeeting(on=day("1 Sep 2026"), meeting_on=day("10 Oct 2026")))


def test_a_planned_meeting_is_told_as_planned_until_it_is_held_or_the_review_is_cancelled(
    planned: Told, got_to: Callable[[Told, str], str]
) -> None:
    assert "The meeting is planned for Saturday 10 October 2026." in got_to(planned, "10 Oct 2026")
    passed = "The meeting was planned for Saturday 10 October 2026. We have no record yet that it was held."
    assert passed in got_to(planned, "11 Oct 2026")
    planned.invited("10 Sep 2026").circulated("20 Sep 2026").held("10 Oct 2026")
    assert "planned for" not in got_to(planned, "10 Oct 2026")


def test_a_decision_is_told_as_it_was_made_and_as_it_was_changed(
    planned: Told, got_to: Callable[[Told, str], str]
) -> None:
    """One decided again before it was notified is told alone; one changed after that is told beside the first."""
    planned.held("10 Oct 2026").decided("cease", "19 Oct 2026", not_yet_notified=True)
    assert "to end the plan" not in got_to(planned, "19 Oct 2026")
    planned.decided("amend", "20 Oct 2026")
    said = got_to(planned, "20 Oct 2026")
    assert "Decision made, to amend the plan" in said
    assert "to end the plan" not in said
    planned.do(ChangeDecision(on=day("22 Oct 2026"), outcome="maintain", reason="New advice"))
    said = got_to(planned, "22 Oct 2026")
    assert "Decision made, to amend the plan" in said
    assert "Decision changed, to keep the plan as it is" in said


def test_other_amendments_are_told_beside_the_first(planned: Told, got_to: Callable[[Told, str], str]) -> None:
    planned.held("10 Oct 2026").decided("amend", "20 Oct 2026").noticed("20 Oct 2026")
    planned.do(WithdrawNotice(on=day("22 Oct 2026"), reason="Another draft")).do(SendNoticeAgain(on=day("23 Oct 2026")))
    said = got_to(planned, "24 Oct 2026")
    for step in ("Amendments proposed", "Proposed amendments withdrawn", "Other amendments proposed in their place"):
        assert step in said


def test_a_cancelled_review_has_no_meeting_ahead(planned: Told, got_to: Callable[[Told, str], str]) -> None:
    cancelled = got_to(planned.do(CancelReview(on=day("2 Sep 2026"), reason="Moved away")), "2 Sep 2026")
    assert "planned for" not in cancelled
    assert "Nobody’s: this review is finished." in cancelled


def test_where_no_school_is_attended_all_is_for_the_authority_to_do(
    run: Run, planned: Told, got_to: Callable[[Told, str], str]
) -> None:
    assert "(the school or other setting)" in got_to(planned, "2 Sep 2026")
    run("plan", "move", planned.plan, "--setting", "none", "--on", "2026-09-02")
    text = got_to(planned, "3 Sep 2026")
    assert "It is our turn, the local authority’s." in text
    assert "school" not in text


def test_a_day_between_two_readings_of_the_law_is_not_called_late(
    planned: Told, got_to: Callable[[Told, str], str]
) -> None:
    assert "by Friday 25 September 2026 (" in got_to(planned, "25 Sep 2026")
    between = got_to(planned, "26 Sep 2026")
    assert "by Saturday 26 September 2026 (" in between
    assert "this was due by" not in between
    assert "this was due by Friday 25 September 2026, and is late" in got_to(planned, "27 Sep 2026")


def test_a_plan_that_is_to_end_goes_on_and_what_is_only_to_be_closed_is_said_so(
    planned: Told, got_to: Callable[[Told, str], str]
) -> None:
    planned.invited("10 Sep 2026").circulated("20 Sep 2026").held("10 Oct 2026").reported("20 Oct 2026")
    secret = got_to(planned.do(Decide(on=day("1 Nov 2026"), outcome="cease", not_yet_notified=True)), "1 Nov 2026")
    assert "Decision made: Sunday 1 November 2026" in secret
    told = got_to(planned.do(NotifyDecision(on=day("2 Nov 2026"))), "2 Nov 2026")
    assert "Decision made, to end the plan: Sunday 1 November 2026" in told
    assert "The plan goes on for now" in told
    appealed = got_to(planned.do(LodgeAppeal(on=day("9 Nov 2026"))), "9 Nov 2026")
    assert "Appeal to the Tribunal recorded: Monday 9 November 2026" in appealed
    assert "The plan goes on for now" in appealed
    planned.do(DetermineAppeal(on=day("12 Nov 2026"), ended="dismissed")).do(CeasePlan(on=day("13 Nov 2026")))
    ceased = got_to(planned, "13 Nov 2026")
    assert "Plan ceased: Friday 13 November 2026" in ceased
    assert "our turn, the local authority’s, only to close this review on our record." in ceased
    assert "Nothing more has to be done on this review." in ceased


def test_a_family_is_told_where_the_review_has_got_to(planned: Told, got_to: Callable[[Told, str], str]) -> None:
    late = got_to(planned.invited("10 Sep 2026").circulated("20 Sep 2026").held("10 Oct 2026"), "25 Oct 2026")
    sent = "- Invitations sent: Thursday 10 September 2026 - Advice circulated: Sunday 20 September 2026 - Meeting"
    assert sent in late
    assert "It is the turn of the school or other setting." in late
    assert (
        "(the school or other setting): this was due by Saturday 24 October 2026, and is late (SEND Regs 2014 r.20(7)"
        in late
    )
    planned.reported("1 Nov 2026").decided("amend", "5 Nov 2026").noticed("18 Nov 2026")
    theirs = "You can tell us what you think until Wednesday 2 December 2026. After that it is our turn"
    assert theirs in got_to(planned, "24 Nov 2026")
    planned.issued("24 Nov 2026").do(ConcludeReview(on=day("24 Nov 2026")))
    finished = got_to(planned, "24 Nov 2026")
    assert "Nobody’s: this review is finished." in finished
    assert "Our letter of Tuesday 24 November 2026 says what you can do if you disagree" in finished


def test_a_family_whose_plan_went_elsewhere_is_told_whose_it_is(
    planned: Told, got_to: Callable[[Told, str], str]
) -> None:
    planned.app.change_plan(planned.plan, TransferOut(on=day("1 Oct 2026"), to_la="999"))
    told = got_to(planned, "2 Oct 2026")
    assert "Another local authority has the plan now, and it is for that authority to review it." in told
    assert "Ask that authority what comes next." in told
    assert "planned for" not in told
    assert "SEND Regs" not in told


@pytest.mark.parametrize(
    ("way", "written", "first", "last"),
    [
        (("--address", "1 Example Lane"), date(2026, 12, 23), "Tuesday 29 December 2026 (2 working days after we send it)",
         "Tuesday 12 January 2027"),  # over Christmas Day and Boxing Day, kept on Monday 28 December
        (("--email", "sam@example.org"), date(2026, 12, 26), "Saturday 26 December 2026", "Saturday 9 January 2027"),
    ],
    ids=["post", "email"],
)  # fmt: skip
def test_a_notice_counts_from_the_day_of_service_and_stays_true_if_it_goes_later(
    run: Run, own: Path, tmp_path: Path, way: tuple[str, str], written: date, first: str, last: str
) -> None:
    run("plan", "add", "P-1", "--first-made", "2026-01-12")
    run("review", "open", "P-1", "--meeting-on", "2026-12-18")
    run("people", "add", "P-1", "--role", "child", "--name", "Robin")
    run("people", "add", "P-1", "--role", "parent", "--name", "Sam Example", *way)
    path, enclosed = tmp_path / "notice.txt", ("--enclose", "plan=Plan", "--enclose", "amendments=Notice")
    made = run("letter", "make", "R-2026-000001", "amendment_notice", "--to", "parent", "--no-evidence", *enclosed,
               "--output", str(path), today=written, ARFLOW_WORKFLOWS=str(own))  # fmt: skip
    assert made.exit_code == 0, made.stderr
    text = _flat(path.read_text("utf-8"))
    assert f"If we send it on the date of this letter, day 1 is {first} and the last day is {last}." in text
    assert "If it is served later than that, you still have 15 days from then." in text
    assert text.count(f"By {last} you can also ask") == 2


def test_a_copy_of_a_notice_says_whose_it_is_and_counts_the_days_of_the_family(
    run: Run, own: Path, tmp_path: Path
) -> None:
    run("plan", "add", "P-1", "--first-made", "2026-01-12")
    run("review", "open", "P-1", "--meeting-on", "2026-12-18")
    run("people", "add", "P-1", "--role", "child", "--name", "Robin")
    run("people", "add", "P-1", "--role", "parent", "--name", "Sam Example", "--address", "1 Example Lane")
    run("people", "add", "P-1", "--role", "setting", "--name", "Jo Head", "--organisation", "Anytown School",
        "--email", "head@school.example")  # fmt: skip
    path, enclosed = tmp_path / "notice.txt", ("--enclose", "plan=Plan", "--enclose", "amendments=Notice")
    made = run("letter", "make", "R-2026-000001", "amendment_notice", "--to", "setting", "--no-evidence", *enclosed,
               "--output", str(path), today=date(2026, 12, 23), ARFLOW_WORKFLOWS=str(own))  # fmt: skip
    assert made.exit_code == 0, made.stderr
    text = _flat(path.read_text("utf-8"))
    assert "Jo Head Anytown School Wednesday 23 December 2026" in text
    assert "This is a copy of our notice to the family: in it, “you” means the family." in text
    assert "day 1 is Tuesday 29 December 2026 (2 working days after we send it)" in text


def test_a_child_who_is_invited_is_asked_for_their_views(run: Run, own: Path, tmp_path: Path) -> None:
    run("plan", "add", "P-1", "--first-made", "2026-01-12")
    run("review", "open", "P-1", "--meeting-on", "2026-12-18")
    child = run("people", "add", "P-1", "--role", "child", "--name", "Robin").stdout.partition(":")[0]
    path = tmp_path / "letter.txt"
    made = run("letter", "make", "R-2026-000001", "invitation", "--to", child, "--output", str(path),
               ARFLOW_WORKFLOWS=str(own))  # fmt: skip
    assert made.exit_code == 0, made.stderr
    text = _flat(path.read_text("utf-8"))
    assert "What matters to you counts: your views, wishes and feelings are part of the review." in text
    assert "Please tell us, in your own words, how you are getting on and what you need now." in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("R-2026-000001", "nothing", "--to", "parent", "--output", "x.pdf"), "there is no letter nothing"),
        (("R-2026-000001", "invitation", "--to", "health", "--output", "x.pdf"), "there is no person or role health"),
        (
            ("R-2026-000001", "invitation", "--to", "parent", "--output", "x.doc"),
            "--output: x.doc is not a file that ends in",
        ),
        (
            ("R-2026-000001", "not_amend", "--to", "parent", "--output", "x.pdf"),
            "reasons is not known: give them (--reasons)",
        ),
        (
            ("R-2026-000001", "cease_consultation", "--to", "parent", "--output", "x.pdf"),
            "say by when you want an answer (--answer-by)",
        ),
        (
            ("R-2026-000001", "cease_consultation", "--to", "parent", "--output", "x.pdf", "--answer-by", "2026-11-24"),
            "--answer-by 2026-11-24 is not after the day of the letter",
        ),
        (("R-2026-000009", "invitation", "--to", "parent", "--output", "x.pdf"), "there is no review R-2026-000009"),
        (
            ("R-2026-000001", "invitation", "--to", "parent", "--output", "x.pdf", "--reasons", "Because."),
            "invitation gives no reasons: leave out --reasons",
        ),
        (
            (
                "R-2026-000001",
                "amendment_notice",
                "--to",
                "parent",
                "--output",
                "x.pdf",
                "--enclose",
                "evidence=E",
                "--no-evidence",
            ),
            "--no-evidence, and --enclose evidence=… too: leave one of them out",
        ),
        (
            ("R-2026-000001", "invitation", "--to", "la_sen", "--output", "x.pdf"),
            "more than one person has the role la_sen in the case of P-1: name one, N-",
        ),
    ],
)
def test_what_cannot_be_made_gets_one_clear_line(
    run: Run, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    run("plan", "add", "P-1", "--first-made", "2026-01-12")
    run("review", "open", "P-1", "--meeting-on", "2026-12-18")
    run("people", "add", "P-1", "--role", "child", "--name", "Robin")
    run("people", "add", "P-1", "--role", "parent", "--name", "Sam Example")
    for name in ("Jo Officer", "Kim Officer"):
        run("people", "add", "P-1", "--role", "la_sen", "--name", name)
    refused = run("letter", "make", *arguments, ARFLOW_WORKFLOWS=str(own))
    assert refused.exit_code == 1
    assert said in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert not list(tmp_path.glob("x.*"))


def test_a_letter_of_another_decision_or_of_a_review_that_is_over_is_not_made(
    run: Run, own: Path, tmp_path: Path
) -> None:
    run("plan", "add", "P-1", "--first-made", "2026-01-12")
    run("review", "open", "P-1", "--meeting-on", "2026-11-20", "--on", "2026-10-01")
    run("people", "add", "P-1", "--role", "child", "--name", "Robin")
    run("people", "add", "P-1", "--role", "parent", "--name", "Sam Example")
    run("review", "hold", "R-2026-000001", "--on", "2026-11-20", "--skip-reason", "Paper file.")
    run("review", "decide", "R-2026-000001", "--outcome", "maintain", "--on", "2026-11-23")

    def makes(letter: str) -> Result:
        where = ("--output", str(tmp_path / f"{letter}.txt"))
        return run("letter", "make", "R-2026-000001", letter, "--to", "parent", *where, ARFLOW_WORKFLOWS=str(own))

    assert makes("decision_maintain").exit_code == 0
    assert makes("invitation").stderr == (
        "arflow: invitation goes before the meeting, and that of R-2026-000001 was held on 2026-11-20\n"
    )
    other = makes("decision_cease")
    assert other.stderr == (
        "arflow: decision_cease is for a decision to cease, and the decision on R-2026-000001 is to maintain\n"
    )
    run("review", "conclude", "R-2026-000001")
    (tmp_path / "decision_maintain.txt").unlink()
    assert makes("decision_maintain").stderr == (
        "arflow: R-2026-000001 is concluded: decision_maintain is made no more; "
        "what was sent is kept, see `arflow document list --review R-2026-000001`\n"
    )
    assert not list(tmp_path.glob("*.txt"))
    assert makes("acknowledgement").exit_code == 0


@pytest.mark.parametrize("suffix", [".txt", ".docx"])
def test_the_form_for_the_report_asks_about_each_outcome_of_the_plan(
    run: Run, own: Path, tmp_path: Path, suffix: str
) -> None:
    environment = {"ARFLOW_WORKFLOWS": str(own), "ARFLOW_DOCUMENTS": str(tmp_path / "documents")}
    run("plan", "add", "P-1", "--first-made", "2026-01-12")
    run("review", "open", "P-1", "--meeting-on", "2026-12-18")
    run("people", "add", "P-1", "--role", "child", "--name", "Robin")
    run("people", "add", "P-1", "--role", "setting", "--name", "Jo Example")
    (tmp_path / "plan.txt").write_text(
        "# EHC plan\n\n## Section E: Outcomes\nE1. Robin reads alone.\nE2. Robin swims.\n"
    )
    kept = run("amend", "keep", "P-1", str(tmp_path / "plan.txt"), **environment)
    assert kept.exit_code == 0, kept.stderr
    path = tmp_path / f"form{suffix}"
    made = run(
        "letter", "make", "R-2026-000001", "report_form", "--to", "setting", "--output", str(path), **environment
    )
    assert made.exit_code == 0, made.stderr
    if suffix == ".txt":
        assert "E1 Robin reads alone.\n\nE2 Robin swims.\n" in path.read_text("utf-8")
    else:
        asked = Document(str(path)).tables[0]
        assert [row.cells[0].text for row in asked.rows] == ["Outcome", "E1 Robin reads alone.", "E2 Robin swims."]


def test_the_child_is_named_by_their_role_and_read_to_as_the_one_the_plan_is_about(
    run: Run, planned: Told, own: Path, tmp_path: Path
) -> None:
    to = tmp_path / "child.txt"
    words = ("letter", "make", planned.id, "update", "--to", "child", "--output", str(to))
    assert run(*words, ARFLOW_WORKFLOWS=str(own)).exit_code == 0
    assert "where the annual review of your education, health and care plan has got to" in _flat(to.read_text("utf-8"))
    nobody = run(*words[:4], "--to", "health", "--output", str(tmp_path / "x.txt"), ARFLOW_WORKFLOWS=str(own))
    assert "(child)" in nobody.stderr


@pytest.mark.parametrize(
    ("decided", "today", "by"),
    [
        ("20 Jun 2025", "20 Jun 2025", "15 Aug 2025"),  # eight weeks from a notice that goes today
        ("8 Jul 2025", "20 Jul 2025", "2 Sep 2025"),  # twelve weeks from the meeting, however late the notice goes
    ],
)
def test_a_letter_promises_the_final_plan_by_the_earlier_of_its_two_days(
    cases: Cases, decided: str, today: str, by: str
) -> None:
    review = cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").decided("amend", decided)
    keep(cases.app, review.plan, "child")
    on_day(cases.app, day(today))

    assert case_of(cases.app, review.id).days["final_plan_by"] == day(by)


@pytest.mark.parametrize(
    ("sent", "by"),
    [
        ("10 Jul 2025", "1 Sep 2025"),  # the 12 weeks from the meeting are over before its eight weeks
        ("18 Aug 2025", "13 Oct 2025"),  # ... and here before the family's 15 days: day 15 is the 1st
        ("17 Aug 2025", "1 Sep 2025"),
        ("1 Oct 2025", "26 Nov 2025"),
    ],
)
@pytest.mark.parametrize("recorded", [False, True])
def test_a_second_notice_promises_the_final_plan_by_its_own_days(
    cases: Cases, sent: str, by: str, *, recorded: bool
) -> None:
    """Met on 9 June, the first notice on 1 July 2025: its eight weeks end on 26 August, and are no day of the second."""
    review = cases.opened("1 Aug 2024", "1 May 2025").held("9 Jun 2025").decided("amend", "1 Jul 2025")
    review.noticed("1 Jul 2025")
    keep(cases.app, review.plan, "child")
    if recorded:
        review.do(SendNoticeAgain(on=day(sent)))
    on_day(cases.app, day(sent))
    assert case_of(cases.app, review.id, again=not recorded).days["final_plan_by"] == day(by)


def test_a_letter_counts_the_next_year_from_the_decision_that_was_notified(cases: Cases) -> None:
    review = cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").decided("amend", "8 Jul 2025")
    keep(cases.app, review.plan, "child")
    on_day(cases.app, day("20 Aug 2025"))

    assert case_of(cases.app, review.id).days["next_review_by"] == day("7 Jul 2026")


@pytest.mark.parametrize("letter", ["decision_maintain", "decision_cease", "final_plan", "not_amend"])
def test_rights_are_numbered_steps_with_the_day_the_way_and_whom_to_ring(kit: Stationery, letter: str) -> None:
    facts = invented("parent", 9)
    text = write(letter, facts, kit).text
    steps = [_flat(line) for line in text.splitlines() if line[:3] in ("1. ", "2. ", "3. ")]
    assert [step[:3] for step in steps] == ["1. ", "2. ", "3. "]
    assert "you must contact a mediation adviser" in steps[0]
    assert "that is by Thursday 12 March 2026. The mediation adviser is: Anyshire Mediation, 01632 960003." in steps[0]
    assert "contact the SEND team on 01632 960001" in steps[1]
    assert "form SEND35 from www.gov.uk/appeal-ehc-plan-decision" in steps[2]
    assert "Darlington DL1 1RU." in steps[2]
    assert "the 2 months end on Thursday 12 March 2026." in steps[2]
    word = Document(io.BytesIO(write_in_word(letter, facts, kit).content))
    numbered = [_flat(one.text) for one in word.paragraphs if one.style is not None and one.style.name == "List Number"]
    assert [f"{number}. {words}" for number, words in enumerate(numbered, 1)] == steps


def test_an_authority_that_does_not_say_how_to_appeal_has_it_said(own: Path) -> None:
    path = own / "letters" / "authority.toml"
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("tribunal")]
    path.write_text("\n".join(lines), "utf-8")
    text = _flat(write("final_plan", invented("parent", 9), stationery(Catalogue(own))).text)
    assert "Send your appeal to the Tribunal: fill in form SEND35 from" in text
