"""The return, List 1 and the report of transfers, after each act beside the usual course of a review."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from lxml import etree

from arflow.application.arflow import Arflow
from arflow.case import amendment_commands as a
from arflow.case import plan_commands as p
from arflow.case import proceeding_commands as g
from arflow.case import review_commands as c
from arflow.case.plan_command import PlanCommand
from arflow.figures.report import Asked
from arflow.figures.transfers import transfers
from arflow.figures.viewpoint import looking
from arflow.sen2.list1.children import entries
from arflow.sen2.returned.first_import import import_return
from tests.support.cases import Cases, Told, day
from tests.support.sen2_people import with_plan, write

pytestmark = pytest.mark.thorough

PLAN, TODAY = "SEN2-00001", date(2027, 2, 1)
NOTIFIED = {
    "ReviewMeeting": "2026-03-02",
    "ReviewOutcome": "A",
    "ReviewDraft": "2026-03-16",
    "LastReview": "2026-03-16",
}
TRANSFER = {"PhaseTransferDueDate": "2027-02-15"}
Acts = Callable[[Told], object]


def _do(*commands: Any) -> Acts:
    """The commands on the review, or on its plan, one after another."""

    def doing(told: Told) -> None:
        for command in commands:
            if isinstance(command, PlanCommand):
                told.app.change_plan(told.plan, command)  # type: ignore[arg-type]
            else:
                told.do(command)

    return doing


def _amended(*commands: Any) -> Acts:
    """The same on a review that gave notice of amendments."""
    return lambda told: (told.decided("amend", "16 Mar 2026").noticed("16 Mar 2026"), _do(*commands)(told))


LEAVES = p.ExpectTransfer(transfer="primary_to_secondary", transfer_on=date(2027, 9, 1), on=day("1 Mar 2026"))
ACTS: dict[str, tuple[Acts, dict[str, str], str | None]] = {
    # what happened; the items of the return; the day of the updated plan on List 1
    "another notice": (_amended(a.SendNoticeAgain(on=day("1 Apr 2026"))), NOTIFIED, None),
    "a withdrawn notice": (_amended(a.WithdrawNotice(on=day("1 Apr 2026"), reason="x")), NOTIFIED, None),
    "more time": (_amended(a.AgreeMoreTime(on=day("20 Mar 2026"), agreed_until=day("20 Apr 2026"))), NOTIFIED, None),
    "a pause": (_amended(a.PauseReview(on=day("1 Apr 2026"), reason="x")), NOTIFIED, None),
    "the light route": (
        lambda told: (told.do(a.RecordLightRoute(on=day("2 Mar 2026"), reason="x")), _amended()(told)), NOTIFIED, None,
    ),
    "a final plan sent once more": (
        _amended(c.IssueFinalPlan(on=day("1 May 2026")), a.ReissueFinalPlan(on=day("8 May 2026"), reason="x")),
        NOTIFIED, "2026-05-08",
    ),
    "a decision changed": (
        lambda told: (told.decided("maintain", "16 Mar 2026"),
                      told.do(a.ChangeDecision(on=day("30 Mar 2026"), outcome="amend", reason="x")).noticed("30 Mar 2026")),
        NOTIFIED | {"ReviewDraft": "2026-03-30"}, None,
    ),
    "an appeal on the review": (_amended(c.IssueFinalPlan(on=day("1 May 2026")), c.LodgeAppeal(on=day("1 Jun 2026"))), NOTIFIED, "2026-05-01"),
    "an institution consulted": (
        lambda told: (_amended()(told), _do(p.ConsultInstitution(on=day("20 Mar 2026"), institution="234567", review=told.id))(told)),
        NOTIFIED, None,
    ),
    "an amendment without a review": (
        _amended(p.SendPlanNotice(on=day("1 Sep 2026")), p.RecordAmendment(because="without_review", on=day("20 Oct 2026"))),
        NOTIFIED, "2026-10-20",
    ),
    "no amendment without a review": (
        _amended(p.SendPlanNotice(on=day("1 Sep 2026")), p.DecideNotToAmendPlan(on=day("20 Oct 2026"))), NOTIFIED, None,
    ),
    "an amendment taken back": (
        _amended(p.SendPlanNotice(on=day("1 Sep 2026")), p.RecordAmendment(because="without_review", on=day("20 Oct 2026")),
                 p.CorrectPlanDay(fact="plan_amended", to=None, reason="x")),
        NOTIFIED, None,
    ),
    "an order that was carried out": (
        _amended(g.LodgePlanAppeal(against="contents", on=day("1 Jun 2026")), g.EndPlanAppeal(ended="allowed", on=day("1 Sep 2026")),
                 g.RecordOrder(requires="amend", on=day("1 Sep 2026")), g.TakeProceedingStep(did="amended", on=day("2 Oct 2026"))),
        NOTIFIED, "2026-10-02",
    ),
    "an order to make a plan": (
        _amended(g.RecordOrder(requires="make", on=day("1 Sep 2026")), g.TakeProceedingStep(did="final", on=day("9 Nov 2026"))),
        NOTIFIED, "2026-11-09",
    ),
    "a mediation": (
        _amended(g.RequestMediation(on=day("1 Apr 2026")), g.TakeProceedingStep(did="certificate_given", on=day("1 May 2026")),
                 g.AgreeInMediation(requires="other", on=day("1 May 2026"))),
        NOTIFIED, None,
    ),
    "a move that is known": (_amended(p.LearnOfMove(on=day("4 Jan 2027"), moves_on=day("1 Feb 2027"))), NOTIFIED, None),
    "direct payments": (_amended(g.StartDirectPayments(on=day("1 Apr 2026"))), NOTIFIED, None),
    "detention": (_amended(p.StartDetention(on=day("1 Apr 2026"))), NOTIFIED, None),
    "a transfer that a Tribunal's order named": (
        _amended(LEAVES, p.NameForTransfer(names_for_transfer="234567", outside_review=True, on=day("2 Nov 2026"))),
        NOTIFIED | TRANSFER | {"PhaseTransferFinalDate": "2026-11-02"}, None,
    ),
    "a transfer that needs no amendment": (
        _amended(LEAVES, p.NameForTransfer(names_for_transfer="unchanged", outside_review=True, on=day("2 Nov 2026"))),
        NOTIFIED | TRANSFER, None,
    ),
}  # fmt: skip


@pytest.fixture
def later(sqlite_url: str, open_app: Callable[..., Arflow]) -> Arflow:
    """An application for which the census day of 2027 is over."""
    return open_app(sqlite_url, today=TODAY)


@pytest.mark.parametrize("what", ACTS)
def test_the_return_and_list_1_have_what_the_acts_say(
    later: Arflow, run: Callable[..., Result], tmp_path: Path, what: str
) -> None:
    acts, expected, updated = ACTS[what]
    import_return(
        later, write(tmp_path / "told.xml", 2026, [with_plan(1, PersonBirthDate="2016-03-03", UPN="P000000000001")])
    )
    told = Cases(later).review(PLAN, "1 Jan 2026").held("2 Mar 2026")
    acts(told)
    out = tmp_path / "out.xml"
    exported = run("sen2", "export", "--year", "2027", "--la", "999", str(out), today=TODAY)
    assert exported.exit_code == 0, exported.stderr
    active = etree.parse(out).find(".//ActivePlans")
    assert active is not None
    items = {one.tag: one.text for one in active if len(one) == 0}
    assert items == expected
    checked = run("--json", "sen2", "check", str(out), today=TODAY)
    assert checked.exit_code == 0, checked.stdout
    with looking(later, Asked(as_at=date(2027, 1, 21))) as looked:
        [entry] = entries(looked, later.engine)
    assert (entry.updated and entry.updated.isoformat(), entry.last_decision) == (updated, date(2026, 3, 16))


def test_a_plan_that_moved_is_in_neither_and_one_that_came_is_in_both(later: Arflow) -> None:
    cases = Cases(later)
    gone, came = cases.plan("1 Mar 2025"), cases.plan("1 Mar 2025")
    later.change_plan(gone, p.LearnOfMove(on=day("5 Jan 2026"), moves_on=day("1 Feb 2026")))
    later.change_plan(gone, p.TransferOut(on=day("2 Feb 2026")))
    later.change_plan(came, p.TransferIn(on=day("2 Feb 2026")))
    with looking(later, Asked(as_at=date(2027, 1, 21))) as looked:
        assert [entry.plan for entry in entries(looked, later.engine)] == [came]


def test_report_transfers_counts_the_consultations_about_the_transfer_alone(later: Arflow) -> None:
    cases = Cases(later)
    plan = cases.plan("1 Mar 2025", transfer="primary_to_secondary", transfer_on=date(2027, 9, 1))
    told = cases.review(plan, "1 Sep 2026").held("1 Oct 2026")
    for command in (
        p.RequestInstitution(on=day("2 Oct 2026"), institution="234567"),
        p.RequestInstitution(on=day("3 Oct 2026"), institution="456789", review=told.id),
        p.ConsultInstitution(on=day("5 Oct 2026"), institution="234567"),
        p.ConsultInstitution(on=day("5 Oct 2026"), institution="345678"),
        p.ReceiveReply(on=day("12 Oct 2026"), institution="345678", reply="can_meet_needs"),
        p.ConsultInstitution(on=day("6 Oct 2026"), institution="456789", review=told.id),
    ):
        later.change_plan(plan, command)
    with looking(later, Asked(as_at=TODAY, start=date(2027, 9, 1), end=date(2027, 9, 1))) as looked:
        transfers(looked)
        [found] = looked.rows("select asked_for, consulted, unanswered from transfers")
    assert found == ("234567", 2, 1)
