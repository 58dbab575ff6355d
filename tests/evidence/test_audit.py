"""The audit trail of a case, as text, JSON, a page in a real browser and a PDF: complete, literal, and plain to a stranger."""

import io
import json
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args

import pytest
from click.testing import Result
from pypdf import PdfReader

from arflow.application.arflow import Arflow
from arflow.case import amendment_commands as a
from arflow.case import plan_commands as p
from arflow.case import review_commands as c
from arflow.case.plan_commands import AddPlan, CorrectPlanDay
from arflow.cli.proof.audit import show
from arflow.cli.terminal import console
from arflow.errors import NotFound
from arflow.events import AsideEvent, MeetingHeld
from arflow.evidence.trail import Trail, trail, trail_words
from arflow.evidence.trail.as_html import as_html
from arflow.evidence.trail.as_pdf import as_pdf
from arflow.evidence.trail.trail_words import outcome
from tests.support import browser
from tests.support.cases import EVERYBODY, Cases, day
from tests.support.days import on_day

pytestmark = pytest.mark.thorough

Run = Callable[..., Result]
AWKWARD = '#panic("x") $x$ *bold* _it_ <script>alert(1)</script> {{ 7*7 }} [link](x) // no \\u{41} "quoted" @ref'
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class Clock:
    """Each look at it is a minute later."""

    def __init__(self) -> None:
        self.at = START - timedelta(minutes=1)

    def __call__(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at


@pytest.fixture
def told(sqlite_url: str, open_app: Callable[..., Arflow]) -> Arflow:
    """A plan with two reviews; in the second an entry is late, one corrected, one voided, and steps are passed over."""
    return tell_case(open_app(sqlite_url, clock=Clock()))


def tell_case(app: Arflow, reason: str = "Held at short notice") -> Arflow:
    app.add_plan(AddPlan(ref="P-1", first_made=day("12 Sep 2024"), coordinator="C. One"))
    first = app.open_review("P-1", on=day("1 May 2025")).id
    app.act(first, c.Invite(on=day("3 Jun 2025"), roles=EVERYBODY))
    app.act(first, c.CancelReview(on=day("4 Jun 2025"), reason="The family asked for another day"))
    second = app.open_review("P-1", on=day("20 Nov 2026")).id
    app.act(second, c.HoldMeeting(on=day("23 Nov 2026"), skip_reason=reason, evidence="DOC-77"))
    app.act(second, c.CorrectStep(corrected_step="hold", on=day("22 Nov 2026"), reason="Misread"))
    app.act(second, c.SendReport(on=day("23 Nov 2026")))
    app.act(second, c.VoidStep(voided_step="report", reason="Report of another case"))
    app.act(second, c.SendReport(on=day("24 Nov 2026")))
    return app


def made(app: Arflow, case: str, **how: Any) -> Trail:
    return trail(app, case, made_at=datetime(2026, 11, 25, 8, 0, tzinfo=UTC), **how)


def as_text(found: Trail) -> str:
    written = io.StringIO()
    show(console(written), found)
    return written.getvalue()


def pdf_text(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def bare(text: str) -> str:
    """Without any white space, and without the places where a long word may break."""
    return re.sub(r"[\s\u200b]", "", unicodedata.normalize("NFKC", text))  # letters joined in print come apart


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: list[str] = []
        self._skipping = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)
        self._skipping = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._skipping = False

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self.found.append(data)


def words(html: str) -> str:
    parser = _Words()
    parser.feed(html)
    return "".join(parser.found)


# --- as text ----------------------------------------------------------------------------------------------------


def test_a_trail_as_text(told: Arflow) -> None:
    found = made(told, "R-2026-000001")
    shown = "\n".join(line.rstrip() for line in as_text(found).splitlines())
    assert shown.replace(found.head, "HEAD") == TEXT


TEXT = """Audit trail of R-2026-000001
Everything recorded about review R-2026-000001 of plan P-1: 6 entries. Duties are shown as at 24 Nov 2026.

R-2026-000001: Annual review of plan P-1
  State: Report sent
  Opened: 20 Nov 2026
  Arranged by: the school
  Decision: none recorded
  Law: CFA 2014 s.44(1); definition annual_review.2015
  Stands out: 1 corrected since, 1 voided since, 1 passing over steps

 Step            Done
 ──────────────────────────────────────
 Review opened   20 Nov 2026
 Meeting held    22 Nov 2026, corrected
 Report sent     24 Nov 2026


 Duty                                 Due by                         Outcome                              Law
 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
 Review the plan: decide and notify   11 Sep 2025 (or 12 Sep 2025)   Overdue. Not done: 439 days late     CFA 2014 s.44(1); Code 9.169
 within 12 months
 Give at least two weeks' notice of   7 Nov 2026 (or 8 Nov 2026)     Breached. Not done, and can no       SEND Regs 2014 r.20(3)
 the date of the meeting                                             longer be
 Invite everyone who must be          7 Nov 2026 (or 8 Nov 2026)     Breached. Not done, and can no       SEND Regs 2014 r.20(2)
 invited                                                             longer be
 Obtain advice and circulate it at    7 Nov 2026 (or 8 Nov 2026)     Breached. Not done, and can no       SEND Regs 2014 r.20(4)
 least two weeks in advance of the                                   longer be
 meeting
 Prepare the report within two        6 Dec 2026                     Met. Done on 24 Nov 2026, 12 days    SEND Regs 2014 r.20(7)-(9)
 weeks of the meeting and send it                                    before the last day
 to everyone invited
 Decide to maintain, amend or cease   20 Dec 2026                    Running. Not done: 26 days left      SEND Regs 2014 r.20(10)
 the plan, and notify the parent or
 young person and the setting
 Send the plan, the proposed          20 Dec 2026                    Not started. Nothing to count from   SEND Regs 2014 r.20(10), r.22(2);
 amendments and their evidence with                                  yet                                  R (L, M and P) v Devon CC [2022]
 the decision                                                                                             EWHC 493 (Admin)
 Give the family at least 15 days     –                              Not started. Nothing to count from   SEND Regs 2014 r.22(2)(c)
 to make representations                                             yet
 Issue the final amended plan, or     14 Feb 2027                    Not started. Nothing to count from   SEND Regs 2014 r.22(3)-(4)
 decide not to amend and give                                        yet
 reasons
 Keep maintaining the plan until      –                              Not started. Nothing to count from   CFA 2014 s.45(4); Tribunal
 the time to appeal is over                                          yet                                  Procedure (HESC) Rules 2008
                                                                                                          rr.12, 20

  2026-11-20  Annual review opened under annual_review.2015 (CFA 2014 s.44(1)).
              R-2026-000001 #1, recorded 24 Nov 2026, 09:04 GMT by A. Officer
! 2026-11-23  Meeting held (SEND Regs 2014 r.20(1), (5)-(6); r.21(5)-(6)). Evidence: DOC-77.
!             corrected since
!             expected steps passed over: Held at short notice
              R-2026-000001 #2, recorded 24 Nov 2026, 09:05 GMT by A. Officer
! 2026-11-24  Hold (event 2) corrected to 2026-11-22: Misread.
!             correction
              R-2026-000001 #3, recorded 24 Nov 2026, 09:06 GMT by A. Officer
! 2026-11-23  Report sent to everyone invited (SEND Regs 2014 r.20(7)-(9); r.21(7)-(8)).
!             voided since
              R-2026-000001 #4, recorded 24 Nov 2026, 09:07 GMT by A. Officer
! 2026-11-24  Report (event 4) voided: Report of another case.
!             voiding
              R-2026-000001 #5, recorded 24 Nov 2026, 09:08 GMT by A. Officer
  2026-11-24  Report sent to everyone invited (SEND Regs 2014 r.20(7)-(9); r.21(7)-(8)).
              R-2026-000001 #6, recorded 24 Nov 2026, 09:09 GMT by A. Officer

Made 25 Nov 2026, 08:00 GMT from the log up to event 13, head HEAD"""


def test_the_history_of_a_review_is_its_trail(run: Run, case: Run) -> None:
    def lines(*words: str) -> list[str]:
        return case(*words).stdout.splitlines()[:-1]  # the last says when it was made

    assert lines("audit", "R-2026-000001") == lines("review", "history", "R-2026-000001")


@pytest.fixture
def case(run: Run) -> Run:
    """A review on the command line's own store."""
    for line in (
        "plan add P-1 --first-made 2025-11-01 --setting 123456",
        "review open P-1 --on 2026-09-01 --meeting-on 2026-10-12",
        "review invite R-2026-000001 --role parent --role setting --on 2026-09-20 --evidence DOC-1",
    ):
        result = run(*line.split())
        assert result.exit_code == 0, result.stderr
    return run


# --- what stands out --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "number", "kind", "label"),
    [
        ("ReviewOpened", 1, None, None),
        ("MeetingHeld", 2, "corrected", "Corrected since"),
        ("MeetingHeld", 2, "skipped", "Steps passed over"),
        ("StepCorrected", 3, "correction", "Correction"),
        ("ReportSent", 4, "voided", "Voided since"),
        ("StepVoided", 5, "voiding", "Voiding"),
        ("ReportSent", 6, None, None),
    ],
)
def test_corrections_voidings_and_skipped_steps_stand_out_in_every_form(
    told: Arflow, event: str, number: int, kind: str | None, label: str | None
) -> None:
    found = made(told, "R-2026-000001")
    line = found.parts[0].lines[number - 1]
    assert line.event == event
    if kind is None:
        assert line.kinds == ()
        return
    assert kind in line.kinds
    text = as_text(found).splitlines()
    place = next(n for n, shown in enumerate(text) if f"{line.case} #{number}," in shown)
    assert text[place - 1 - len(line.marks)].startswith("! ")
    assert '<span class="tag' in as_html(found)
    assert f">{label}</span>" in as_html(found)
    assert bare(label or "") in bare(pdf_text(as_pdf(found)))


@pytest.mark.parametrize(("days", "late"), [(7, False), (8, True)])
def test_an_entry_more_than_seven_days_after_the_day_stands_out(told: Arflow, days: int, late: bool) -> None:
    plan = told.add_plan(AddPlan(ref="P-2", first_made=day("1 Jan 2026"))).id
    review = told.open_review(plan, on=date(2026, 11, 24) - timedelta(days=days))
    found = made(told, review.id)
    assert ("late" in found.parts[0].lines[0].kinds) is late
    assert (f"entered {days} days later" in as_text(found)) is late
    assert (">Entered late</span>" in as_html(found)) is late
    assert found.stands_out["late"] == int(late)


def test_a_corrected_day_of_a_plan_stands_out(told: Arflow) -> None:
    told.change_plan(
        "P-1", CorrectPlanDay(fact="first_made", to=day("13 Sep 2024"), reason="Misread from the paper plan")
    )
    plan = made(told, "P-1").parts[0]
    assert [line.event for line in plan.lines if "corrected" in line.kinds] == ["PlanAdded"]
    assert [line.event for line in plan.lines if "correction" in line.kinds] == ["PlanFactCorrected"]
    assert dict(plan.facts)["First made"] == day("13 Sep 2024")


def test_the_summary_counts_what_stands_out(told: Arflow) -> None:
    assert made(told, "R-2026-000001").stands_out == {"late": 0, "corrected": 1, "voided": 1, "skipped": 1}
    assert made(told, "P-1").stands_out == {"late": 5, "corrected": 1, "voided": 1, "skipped": 1}
    assert "Stands out: 1 corrected since, 1 voided since, 1 passing over steps" in as_text(made(told, "R-2026-000001"))


# --- the papers of a review -------------------------------------------------------------------------------------


@pytest.fixture
def papers(sqlite_url: str, open_app: Callable[..., Arflow]) -> Arflow:
    """Two reviews of one plan, with everything that can be recorded of people and papers; the second is asked about."""
    app = open_app(sqlite_url, clock=Clock())
    app.add_plan(AddPlan(ref="P-1", first_made=day("12 Sep 2024")))
    other = app.open_review("P-1", on=day("1 Nov 2026")).id
    app.change_plan("P-1", p.ReceivePaper(on=day("2 Nov 2026"), paper="I-1", documents=(OTHER,), review=other))
    app.act(other, c.CancelReview(on=day("3 Nov 2026"), reason="Opened twice"))
    app.change_plan("P-1", p.KeepPlanText(on=day("4 Nov 2026"), document=TEXT_KEPT))
    app.change_plan("P-1", p.ReceivePaper(on=day("5 Nov 2026"), paper="I-2", documents=(ADVICE,), person="N-1"))
    app.change_plan("P-1", p.ReceivePaper(on=day("5 Nov 2026"), paper="I-3", documents=(NOBODYS,)))
    review = app.open_review("P-1", on=day("6 Nov 2026")).id
    note: dict[str, Any] = {"on": day("20 Nov 2026")}
    app.act(review, c.Invite(roles=("parent", "health"), people=("N-2", "N-1"), channel="post", **note))
    app.act(review, c.RequestAdvice(roles=("health",), people=("N-1",), **note))
    app.act(review, c.RecordFailure(message="M-1", roles=("health",), people=("N-1",), because="bounced", **note))
    app.act(review, c.RecordService(of=2, served_on=day("22 Nov 2026"), channel="post", because="bounced", **note))
    app.act(review, c.AnswerInvitation(role="health", person="N-1", replied="accepted", **note))
    app.act(review, c.ChaseAdvice(roles=("health",), people=("N-1",), rule="advice_14_days", **note))
    app.act(review, c.ReceiveAdvice(role="health", person="N-1", documents=(ADVICE,), **note))
    app.change_plan("P-1", p.ReceivePaper(paper="I-4", documents=(REPORT,), role="setting", review=review, **note))
    app.act(review, c.RecordMessage(letter="acknowledgement", roles=("setting",), documents=(REPORT,), **note))
    app.act(review, c.HoldMeeting(skip_reason="told briefly", **note))
    app.act(review, c.SendReport(documents=(REPORT,), **note))
    app.act(review, c.RecordConduct(outcomes=("E1",), progress=("achieved",), documents=(REPORT,), **note))
    app.act(review, c.ProposeAmendments(base=TEXT_KEPT, amendments=CHANGES, proposed_by="setting", changes=2, **note))
    app.act(review, c.SeeDuty(duty="decision", seen="due", due=day("18 Dec 2026"), **note))
    app.act(review, c.DoubtDay(of=2, quality="estimated", **note))
    app.act(review, a.PauseReview(reason="In hospital", **note))
    app.act(review, a.ResumeReview(**note))
    app.act(review, a.RecordLightRoute(reason="All is well", **note))
    app.change_plan("P-1", p.SeePlanDuty(duty="twelve_months", seen="due", due=day("18 Dec 2026"), **note))
    app.change_plan("P-1", p.DisposeOfDocument(document=OTHER, rule="six_years", reason="Due", **note))
    app.change_plan("P-1", p.DisposeOfDocument(document=REPORT, rule="six_years", reason="Due", **note))
    app.change_plan("P-1", p.ErasePeople(people=("N-9",), reason="Asked for", **note))
    app.change_plan("P-1", p.ErasePeople(people=("N-1",), reason="Asked for", **note))
    app.change_plan("P-1", p.KeepPlanText(on=day("24 Nov 2026"), document=NEW_TEXT, review=review))
    return app


OTHER, TEXT_KEPT, ADVICE, REPORT, CHANGES, NEW_TEXT, NOBODYS = (letter * 64 for letter in "abcdef0")
PAPERS = (
    ("plan 5", "Text of the plan kept (digest bbbbbbbbbbbb…)"),
    ("plan 6", "Paper I-2 received by email from somebody not known (1 file)"),
    ("1", "Annual review opened under annual_review.2015"),
    ("2", "Invited by post: parent, health"),
    ("3", "Advice requested by email from health"),
    ("4", "Message M-1 by email to health did not arrive: it came back"),
    ("5", "What was sent as event 2 is read as served on 2026-11-22 by post: the first did not arrive"),
    ("6", "Health accepted the invitation"),
    ("7", "Reminded about advice by email: health (advice 14 days)"),
    ("8", "Advice received from health (1 paper)"),
    ("plan 9", "Paper I-4 received by email from setting (1 file) for review R-2026-000002"),
    ("9", "Acknowledgement sent by email to setting (1 paper)"),
    ("10", "Meeting held"),
    ("11", "Report sent to everyone invited (1 paper)"),
    ("12", "Conduct of the meeting recorded: progress: E1 achieved (1 paper)"),
    ("13", "Amendments proposed by setting: 2 changes (digest eeeeeeeeeeee…)"),
    ("14", "Decision seen to be due on 2026-12-18"),
    ("15", "The day of event 2 is an estimate"),
    ("16", "Paused, while every clock runs on: In hospital"),
    ("17", "Work goes on after the pause"),
    ("18", "Goes by the light route: All is well"),
    ("plan 12", "Document dddddddddddd… destroyed under six_years: Due"),
    ("plan 14", "Names and contacts of 1 person erased: Asked for"),
    ("plan 15", "Text of the plan kept (digest ffffffffffff…), as review R-2026-000002 left it"),
)


def test_a_review_tells_every_paper_received_sent_bounced_and_re_dated_for_it_in_order(papers: Arflow) -> None:
    found = made(papers, "R-2026-000002")
    (part,) = found.parts
    assert [(trail_words.number(line, part), line.text) for line in part.lines] == list(PAPERS)
    assert [line.position for line in part.lines] == sorted(line.position for line in part.lines)
    assert list(part.lines) == papers.story("R-2026-000002")
    assert found.entries == len(PAPERS)
    page, printed, text = words(as_html(found)), bare(pdf_text(as_pdf(found))), as_text(found)
    for line in part.lines:
        assert f"{line.text}." in page
        assert bare(f"{line.text}.") in printed
        assert f"{line.case} #{line.number}, recorded" in text


def test_every_event_of_people_and_papers_is_in_that_case(papers: Arflow) -> None:
    """So that a new one cannot be left out of the trail of a review unseen."""
    told = {line.event for line in papers.story("R-2026-000002")}
    assert {cls.__name__ for cls in get_args(AsideEvent)} <= told
    assert told >= {"PaperReceived", "PlanTextKept", "DocumentDisposed", "PeopleErased"}
    assert {line.event for line in papers.story("P-1")} - told == {
        "PlanAdded", "PlanReviewOpened", "PlanReviewClosed", "ReviewCancelled", "PlanDutySeen",
    }  # fmt: skip


def test_the_other_review_tells_its_own_paper_only(papers: Arflow) -> None:
    told = [line.text for line in papers.story("R-2026-000001")]
    assert told == [
        "Annual review opened under annual_review.2015",
        "Paper I-1 received by email from somebody not known (1 file) for review R-2026-000001",
        "Review cancelled: Opened twice",
        f"Document {OTHER[:12]}… destroyed under six_years: Due",
    ]


def test_a_paper_that_an_act_was_accepted_from_is_its_evidence(papers: Arflow) -> None:
    """Papers of the family's representations name no document in the act: the paper itself is the evidence."""
    papers.change_plan("P-1", p.ReceivePaper(on=day("24 Nov 2026"), paper="I-5", documents=("9" * 64,)))
    papers.act("R-2026-000002", c.RecordMessage(on=day("24 Nov 2026"), letter="acknowledgement", evidence="I-5"))
    assert any(line.text.startswith("Paper I-5") for line in papers.story("R-2026-000002"))


def test_the_trail_of_the_plan_tells_each_of_them_once(papers: Arflow) -> None:
    lines = [line.position for part in made(papers, "P-1").parts for line in part.lines]
    assert sorted(lines) == [row.position for row in papers.log_store.read_case("P-1")]


def test_before_its_review_was_opened_a_paper_makes_no_trail_of_it(papers: Arflow) -> None:
    opened = next(e for _, e in papers.case_events("R-2026-000002") if e.originator_id == "review/R-2026-000002")
    with pytest.raises(NotFound, match="no entry for R-2026-000002"):
        made(papers, "R-2026-000002", known_at=opened.recorded_at - timedelta(seconds=1))


# --- what a stranger is told first ------------------------------------------------------------------------------


def test_the_summary_says_what_was_decided_and_whether_anybody_was_told(cases: Cases) -> None:
    review = cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025")
    assert dict(made(cases.app, review.id).parts[0].facts)["Decision"] == "none recorded"
    review.decided("amend", "1 Jul 2025").noticed("2 Jul 2025").issued("20 Aug 2025")
    part = made(cases.app, review.id).parts[0]
    assert part.title == f"Annual review of plan {review.plan}"
    assert part.state == "Amended plan issued"
    assert dict(part.facts)["Decision"] == "to amend the plan, made on 1 Jul 2025, notified on 1 Jul 2025"
    assert [(step.label, step.first) for step in part.steps] == [
        ("Review opened", day("1 May 2025")),
        ("Meeting held", day("10 Jun 2025")),
        ("Decision made", day("1 Jul 2025")),
        ("Decision notified", day("1 Jul 2025")),
        ("Proposed amendments sent", day("2 Jul 2025")),
        ("Final amended plan issued", day("20 Aug 2025")),
    ]


def test_each_duty_says_in_a_sentence_how_it_was_kept(cases: Cases) -> None:
    review = cases.opened("1 Aug 2024", "1 May 2025").invited("27 May 2025").held("10 Jun 2025").reported("24 Jun 2025")
    review.decided("amend", "9 Jul 2025").noticed("9 Jul 2025")
    on_day(cases.app, day("20 Jul 2025"))
    found = made(cases.app, review.id)
    kept = {duty.id: outcome(duty, found.as_at) for duty in found.parts[0].duties}
    assert kept == {
        "twelve_months": "Done on 9 Jul 2025, 22 days before the last day",
        "phase_transfer": "Does not apply: no transfer between phases is expected, this review is not for it, "
        "or something else has dealt with it",
        "september_transfer": "Does not apply: no move between post-16 institutions in September is expected, "
        "this review is not for it, or something else has dealt with it",
        "termly_list": "Does not apply: the definition holds no term in which the review falls due",
        "review_consultation_reply": "Does not apply: no institution has been consulted in this review, or the review has its "
        "final outcome",
        "release_review": "Does not apply: there was no release from detention since the last review",
        "notice": "Done on 27 May 2025, 1 day after the last day, within the other reading of the law",
        "invitees": "Done on 27 May 2025, 1 day after the last day, within the other reading of the law",
        "advice_circulated": "Not done, and can no longer be",
        "report": "Done on 24 Jun 2025, on the last day",
        "decision": "Done on 9 Jul 2025, 1 day after the last day",
        "amendment_notice": "Done on 9 Jul 2025, 1 day after the last day",
        "representations": "Not done: 3 days left",
        "final_plan": "Not done: 44 days left",
        "appeal_period": "Does not apply: applies only where the outcome is cease",
        "agreed_time": "Does not apply: no more time than the 15 days was agreed",
        "final_plan_again": "Does not apply: no other amendments were proposed in place of the first",
    }


# --- a plan with all its reviews --------------------------------------------------------------------------------


def test_the_trail_of_a_plan_covers_every_review_and_every_event(app_on_each: Arflow) -> None:
    app = tell_case(app_on_each)
    found = made(app, "P-1")
    assert [part.id for part in found.parts] == ["P-1", "R-2025-000001", "R-2026-000001"]
    events = list(app.log_store.read_case("P-1"))
    assert sorted(line.position for part in found.parts for line in part.lines) == [row.position for row in events]
    assert (found.position, found.head) == (app.log_store.head()[0], app.log_store.head()[1].hex())
    page, printed, text = words(as_html(found)), bare(pdf_text(as_pdf(found))), as_text(found)
    for line in (line for part in found.parts for line in part.lines):
        assert f"{line.text}." in page
        assert bare(f"{line.text}.") in printed
        assert line.text in text
        assert bare(line.citation) in printed
        assert line.citation in page


# --- literal in every form --------------------------------------------------------------------------------------


def test_whatever_was_typed_stands_as_it_was_typed_and_nothing_of_it_is_run(
    sqlite_url: str, open_app: Callable[..., Arflow]
) -> None:
    app = open_app(sqlite_url, by="<b>Bobby</b> #eval(1)")
    found = made(tell_case(app, reason=AWKWARD), "R-2026-000001")
    html = as_html(found)
    parser = _Words()
    parser.feed(html)
    assert AWKWARD in words(html)
    assert "<b>Bobby</b> #eval(1)" in words(html)
    assert "script" not in parser.tags
    assert "b" not in parser.tags
    printed = bare(pdf_text(as_pdf(found)))
    assert bare(AWKWARD) in printed
    assert bare("<b>Bobby</b> #eval(1)") in printed
    assert AWKWARD in as_text(found)


def test_letters_that_no_font_at_hand_has_are_written_as_numbers(told: Arflow) -> None:
    told.add_plan(AddPlan(ref="P-3", first_made=day("1 Jan 2026")))
    review = told.open_review("P-3", on=day("24 Nov 2026")).id
    told.act(review, c.CancelReview(on=day("24 Nov 2026"), reason="Zoë – 学校 \U0001f600 \x07 end"))
    printed = bare(pdf_text(as_pdf(made(told, review))))
    assert "Zoë–" in printed
    assert re.search(r"\[U\+0007\]end", printed)
    assert "学校" in printed or "[U+5B66][U+6821]" in printed
    assert "学校 \U0001f600" in words(as_html(made(told, review)))


def test_a_very_long_reason_is_printed_to_its_last_word(told: Arflow) -> None:
    reason = "x" * 300 + " " + " ".join(f"word{number}" for number in range(3000)) + " end"
    told.add_plan(AddPlan(ref="P-4", first_made=day("1 Jan 2026")))
    review = told.open_review("P-4", on=day("24 Nov 2026")).id
    told.act(review, c.CancelReview(on=day("24 Nov 2026"), reason=reason))
    pages = [bare(page.extract_text()) for page in PdfReader(io.BytesIO(as_pdf(made(told, review)))).pages]
    assert [word for word in reason.split() if not any(word in page for page in pages)] == []
    first, last = ({number for number, page in enumerate(pages) if word in page} for word in ("word0", "word2999"))
    assert max(last) > min(first) + 1  # what runs off the foot of a page is in the file, and on no paper


def test_an_entry_and_its_marks_stand_on_one_page(told: Arflow) -> None:
    told.add_plan(AddPlan(ref="P-5", first_made=day("1 Jan 2024")))
    review = told.open_review("P-5", on=day("1 Jan 2025")).id
    for _ in range(60):
        told.act(review, c.ScheduleMeeting(on=day("2 Jan 2025"), meeting_on=day("1 Feb 2025")))
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(as_pdf(made(told, review)))).pages]
    planned = [text.count("Meeting planned for 2025-02-01") for text in pages]
    late = [text.count("691 days later") for text in pages]
    assert sum(planned) == 60
    assert planned == late


def test_words_and_names_that_were_erased_say_so(told: Arflow) -> None:
    events = [event for _, event in told.case_events("R-2026-000001")]
    held = next(event for event in events if isinstance(event, MeetingHeld))
    assert held.skip_reason is not None
    told.directory.erase_note(held.skip_reason)
    told.directory.erase_officer(held.recorded_by)
    found = made(told, "R-2026-000001")
    for shown in (as_text(found), words(as_html(found)), pdf_text(as_pdf(found))):
        assert bare("(words erased; digest") in bare(shown)
        assert bare(f"by (name erased; {held.recorded_by})") in bare(shown)
        assert "A. Officer" not in shown
        assert "Held at short notice" not in shown


# --- what was known ---------------------------------------------------------------------------------------------


def test_only_what_had_been_recorded_by_a_moment_is_told(told: Arflow) -> None:
    corrected = next(event for _, event in told.case_events("R-2026-000001") if event.name == "StepCorrected")
    before = made(told, "R-2026-000001", known_at=corrected.recorded_at - timedelta(seconds=1))
    after = made(told, "R-2026-000001", known_at=corrected.recorded_at)
    assert [line.event for line in before.parts[0].lines] == ["ReviewOpened", "MeetingHeld"]
    assert [line.event for line in after.parts[0].lines] == ["ReviewOpened", "MeetingHeld", "StepCorrected"]
    assert (before.stands_out["corrected"], after.stands_out["corrected"]) == (0, 1)
    held = {
        name: next(step.first for step in found.parts[0].steps if step.id == "hold")
        for name, found in (("before", before), ("after", after))
    }
    assert held == {"before": day("23 Nov 2026"), "after": day("22 Nov 2026")}
    due = {duty.id: duty.due for duty in before.parts[0].duties}["report"]
    assert due == day("7 Dec 2026")
    assert "as far as it had been recorded by" in as_text(before)


def test_a_plan_whose_later_review_was_not_known_has_only_the_earlier_one(told: Arflow) -> None:
    second = made(told, "R-2026-000001").parts[0].lines[0]
    found = made(told, "P-1", known_at=second.recorded_at - timedelta(seconds=1))
    assert [part.id for part in found.parts] == ["P-1", "R-2025-000001"]


# --- the files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["P-1", "R-2026-000001"])
def test_the_page_has_no_fault_in_a_real_browser_and_prints_whole(
    told: Arflow, chromium: Any, tmp_path: Path, name: str
) -> None:
    found = made(told, name)
    path = tmp_path / "trail.html"
    path.write_text(as_html(found), "utf-8")
    assert browser.faults(chromium, path) == []
    paper = bare("".join(browser.printed(chromium, path)))
    for line in (line for part in found.parts for line in part.lines):
        assert bare(line.text) in paper


def test_the_pdf_can_be_read_aloud_and_says_on_each_page_what_it_is(told: Arflow) -> None:
    found = made(told, "P-1")
    reader = PdfReader(io.BytesIO(as_pdf(found)))
    catalogue: Any = reader.trailer["/Root"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Audit trail of P-1"
    assert catalogue["/Lang"] == "en-GB"
    assert catalogue["/MarkInfo"]["/Marked"]
    assert "pdfuaid:part" in catalogue["/Metadata"].get_data().decode()
    pages = [page.extract_text() for page in reader.pages]
    assert len(pages) > 1
    for number, text in enumerate(pages, start=1):
        assert "Audit trail of P-1" in text
        assert bare(f"Head of the log {found.head[:16]}") in bare(text)
        assert f"Page {number} of {len(pages)}" in text


def test_the_same_trail_gives_the_same_files(told: Arflow) -> None:
    found = made(told, "P-1")
    assert as_pdf(found) == as_pdf(found)
    assert as_html(found) == as_html(found)


# --- the command ------------------------------------------------------------------------------------------------


def test_json_holds_everything_that_people_see(case: Run) -> None:
    document = json.loads(case("audit", "R-2026-000001", "--json").stdout)
    assert document.keys() == {
        "case", "plan", "is_plan", "made_at", "as_at", "known_at", "position", "head", "parts", "stands_out",
    }  # fmt: skip
    assert (document["plan"], document["as_at"], document["position"]) == ("P-1", "2026-11-24", 4)
    (part,) = document["parts"]
    assert (part["state"], part["steps"][1]["first"]) == ("Invitations sent", "2026-09-20")
    assert {"on", "recorded_at", "recorded_by", "text", "citation", "evidence", "marks", "kinds"} <= part["lines"][
        0
    ].keys()
    assert part["lines"][1]["evidence"] == "DOC-1"
    notice = next(duty for duty in part["duties"] if duty["id"] == "notice")
    assert {"due", "outer", "met_on", "state", "citation", "outcome"} <= notice.keys()
    assert json.loads(case("audit", "R-2026-000001", "--format", "json").stdout)["parts"] == document["parts"]


def test_the_form_follows_the_name_of_the_file(case: Run, tmp_path: Path) -> None:
    for name, start in (
        ("t.html", b"<!DOCTYPE html>"),
        ("t.pdf", b"%PDF-"),
        ("t.json", b"{"),
        ("t.txt", b"Audit trail of"),
    ):
        result = case("audit", "R-2026-000001", "--output", str(tmp_path / name))
        assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"Written to {tmp_path / name}\n")
        assert (tmp_path / name).read_bytes().startswith(start)
    assert case("audit", "R-2026-000001", "--format", "html").stdout.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("audit R-2026-000009", 1, "there is no review or plan R-2026-000009: see `arflow review list` and `arflow plan list`"),
        ("audit P-1 --format pdf", 1, "--output: is missing; a trail as pdf goes to a file: --output P-1.pdf"),
        ("audit P-1 --known-at 2020-01-01", 1, "there is no entry for P-1 recorded by 1 Jan 2020, 23:59 GMT: give a later --known-at"),
        ("audit P-1 --known-at 25:99", 2, "25:99 is not a moment"),
        ("audit P-1 --format docx", 2, "'docx' is not one of"),
        ("audit P-1 --json --format pdf", 2, "--json and --format pdf contradict each other"),
        ("audit P-1 --output {folder}/there.html", 1, "there.html exists already"),
        ("audit P-1 --output {folder}/no/such/place.pdf", 1, "in a folder that exists"),
        ("audit P-1 --output {folder}", 2, "is a directory"),
        ("audit", 2, "Missing argument 'REVIEW|PLAN'"),
    ],
)  # fmt: skip
def test_wrong_input_gets_one_clear_line_and_writes_nothing(
    case: Run, tmp_path: Path, words: str, code: int, said: str
) -> None:
    (tmp_path / "there.html").write_text("mine")
    before = sorted(path.name for path in tmp_path.iterdir())
    result = case(*words.format(folder=tmp_path).split())
    assert result.exit_code == code, result.stdout + result.stderr
    assert said in result.stderr
    assert code == 2 or len(result.stderr.splitlines()) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert (tmp_path / "there.html").read_text() == "mine"


def test_a_file_that_is_there_is_written_over_only_by_force(case: Run, tmp_path: Path) -> None:
    path = tmp_path / "there.pdf"
    path.write_text("mine")
    assert case("audit", "P-1", "--output", str(path), "--force").exit_code == 0
    assert path.read_bytes().startswith(b"%PDF-")
