"""The limits of proceedings on a plan, worked by hand: the Tribunal, mediation, ceasing, re-assessment, direct payments."""

from datetime import date, timedelta
from typing import Any

import pytest

from arflow.application.arflow import Arflow
from arflow.case import plan_commands as p
from arflow.case import proceeding_commands as pr
from arflow.case import review_commands as c
from arflow.case.ceasing import lacking
from arflow.case.duties import Duty
from arflow.errors import DateRefused, InvalidValue, NotFound, NotPossible
from arflow.lists.questions import Asking
from tests.support.cases import Cases, day
from tests.support.days import on_day

DAY = timedelta(days=1)
MADE = "5 Jan 2026"
# The day before the last, the last, and the day after it.
AROUND = [(-1, "met"), (0, "met"), (1, "breached")]


class Plan:
    """One plan, told fact by fact."""

    def __init__(self, app: Arflow, made: str = MADE, **more: Any) -> None:
        self.app, self.ref = app, Cases(app, start=app.log_store.head()[0]).plan(made, **more)

    def do(self, *commands: p.AnyPlanCommand) -> "Plan":
        self.app.change_plan(self.ref, *commands)
        return self

    def ordered(self, requires: Any, on: str, last_day: str | None = None) -> "Plan":
        return self.do(pr.RecordOrder(requires=requires, on=day(on), last_day=day(last_day) if last_day else None))

    def did(self, step: Any, on: date, proceeding: int | None = None) -> "Plan":
        return self.do(pr.TakeProceedingStep(did=step, on=on, proceeding=proceeding))

    def duty(self, name: str, today: str | None = None) -> Duty:
        if today:
            on_day(self.app, day(today))
        found = [duty for duty in self.app.plan_duties(self.ref) if duty.id == name]
        return next((duty for duty in found if duty.is_to_do), found[-1])

    def due(self, name: str) -> date | None:
        return self.duty(name).due


@pytest.fixture
def plan(app: Arflow) -> Plan:
    return Plan(app)


# --- the Tribunal (SEND Regs 2014 rr.44-45) -----------------------------------------------------------------------


@pytest.mark.parametrize(("late", "state"), AROUND)
@pytest.mark.parametrize(
    ("requires", "duty", "step", "last"),
    [
        ("amend", "order_amend", "amended", "4 Aug 2026"),  # five weeks, r.44(2)(e)
        ("keep_and_amend", "order_amend", "amended", "4 Aug 2026"),
        ("name", "order_name", "amended", "14 Jul 2026"),  # Section I only: two weeks, r.44(2)(f)
        ("make", "order_make_draft", "draft", "4 Aug 2026"),  # five weeks, r.44(2)(c)(i)
        ("make", "order_make_final", "final", "15 Sep 2026"),  # eleven weeks, r.44(2)(c)(ii)
        ("reassess", "order_reassess_told", "told", "14 Jul 2026"),  # two weeks, r.44(2)(b)
        ("reassess", "order_reassess_no_plan", "no_plan", "8 Sep 2026"),  # ten weeks, r.44(2)(b)(i)
        ("reassess", "order_reassess_final", "final", "6 Oct 2026"),  # fourteen weeks, r.44(2)(b)(ii)
        ("reconsider", "order_reconsider", "reconsidered", "14 Jul 2026"),  # two weeks, r.44(2)(d)
    ],
)
def test_what_was_ordered_on_30_june_2026_has_the_limit_of_its_kind(
    plan: Plan, requires: Any, duty: str, step: Any, last: str, late: int, state: str
) -> None:
    plan.ordered(requires, "30 Jun 2026").did(step, day(last) + late * DAY)
    found = plan.duty(duty)
    assert (found.due, found.state, found.met_on) == (day(last), state, day(last) + late * DAY)


@pytest.mark.parametrize(("late", "state"), [(0, "met"), (1, "breached")])
def test_a_plan_ceases_on_the_day_that_the_appeal_against_ceasing_is_dismissed(
    plan: Plan, late: int, state: str
) -> None:
    """Immediately (SEND Regs 2014 r.44(2)(a))."""
    plan.ordered("cease", "30 Jun 2026").do(p.EndPlan(on=day("30 Jun 2026") + late * DAY))
    assert plan.duty("order_cease").state == state


def test_the_due_list_says_what_an_order_asks_for_and_not_to_open_a_review(plan: Plan) -> None:
    plan.ordered("cease", "30 Jun 2026").ordered("amend", "30 Jun 2026").do(pr.RequestMediation(on=day("2 Mar 2026")))
    asking = Asking(plan.app)
    asking.catch_up()
    listed = {item.duty: (item.act, item.due) for item in asking.due(plan.app.today)}
    assert listed == {
        "order_cease": ("order_cease", day("30 Jun 2026")),
        "order_amend": ("order_amend", day("4 Aug 2026")),
        "mediation_held": ("mediation_held", day("1 Apr 2026")),
        "twelve_months": ("open", day("4 Jan 2027")),
    }


@pytest.mark.parametrize("last", ["10 Jul 2026", "14 Jul 2026", "5 Sep 2026"])
def test_a_direction_of_the_tribunal_takes_the_place_of_the_limit(plan: Plan, last: str) -> None:
    """r.44(1): sooner than the two weeks, the same day, or later."""
    found = plan.ordered("name", "30 Jun 2026", last).duty("order_name")
    assert (found.due, found.formula) == (day(last), "on or before order_name_set")
    assert found.limits[0].citation == "SEND Regs 2014 r.44(1), r.42(5)"


def test_a_later_direction_takes_the_place_of_the_one_before(plan: Plan) -> None:
    plan.ordered("name", "30 Jun 2026", "10 Jul 2026")
    plan.do(pr.SetLimit(on=day("8 Jul 2026"), last_day=day("21 Jul 2026")))
    assert plan.due("order_name") == day("21 Jul 2026")


@pytest.mark.parametrize("because", ["exceptional_circumstances", "absence", "representations"])
def test_an_excused_limit_leaves_no_number_of_days(plan: Plan, because: Any) -> None:
    """r.44(3): the authority need not comply with the limit; it still complies with the order."""
    plan.ordered("amend", "30 Jun 2026").do(pr.ExcuseLimit(on=day("20 Jul 2026"), because=because))
    found = plan.duty("order_amend", "1 Oct 2026")
    assert (found.due, found.state, found.is_to_do) == (None, "running", True)
    assert found.citation.startswith("SEND Regs 2014 r.44(2)(e)")
    assert found.limits[0].citation == "SEND Regs 2014 r.44(3)"
    assert plan.did("amended", day("30 Sep 2026")).duty("order_amend").state == "met"


@pytest.mark.parametrize(
    ("requires", "duty", "last"), [("amend", "order_amend", "18 May 2026"), ("name", "order_name", "27 Apr 2026")]
)
def test_an_appeal_that_is_not_opposed_counts_from_the_notice_to_the_tribunal(
    plan: Plan, requires: Any, duty: str, last: str
) -> None:
    """r.45(4): five weeks from 13 April 2026; placement alone two. The appeal is treated as determined (r.45(2))."""
    plan.do(pr.LodgePlanAppeal(against="contents", on=day("2 Mar 2026")))
    plan.do(pr.NotOppose(requires=requires, on=day("13 Apr 2026")))
    assert plan.due(duty) == day(last)
    appeal, asked = plan.app.plan(plan.ref).proceedings
    assert (appeal.is_over, asked.is_over) == (True, False)


def test_the_clocks_of_a_review_run_on_while_an_appeal_is_pending(cases: Cases) -> None:
    told = cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025")
    before = {duty.id: (duty.due, duty.outer) for duty in told.app.duties(told.id)}
    told.app.change_plan(told.plan, pr.LodgePlanAppeal(against="contents", on=day("12 Jun 2025")))
    told.app.change_plan(told.plan, pr.RecordOrder(requires="amend", on=day("20 Jun 2025")))
    assert {duty.id: (duty.due, duty.outer) for duty in told.app.duties(told.id)} == before
    assert told.duty("decision").due == day("8 Jul 2025")


@pytest.mark.parametrize(("late", "state"), AROUND)
def test_a_review_that_the_tribunal_orders_has_the_day_of_the_order(plan: Plan, late: int, state: str) -> None:
    plan.ordered("review", "30 Jun 2026", "30 Sep 2026").did("reviewed", day("30 Sep 2026") + late * DAY)
    assert plan.duty("order_review").state == state


def test_a_review_ordered_without_a_day_is_to_be_done_as_soon_as_practicable(plan: Plan) -> None:
    found = plan.ordered("review", "30 Jun 2026").duty("order_review")
    assert (found.due, found.state, found.is_to_do) == (None, "running", True)


def test_of_two_orders_of_a_kind_the_first_is_to_do_until_it_is_complied_with(plan: Plan) -> None:
    plan.ordered("amend", "1 Jun 2026").ordered("amend", "30 Jun 2026")
    assert plan.due("order_amend") == day("6 Jul 2026")
    plan.did("amended", day("6 Jul 2026"), proceeding=2)
    assert plan.due("order_amend") == day("4 Aug 2026")
    plan.did("amended", day("4 Aug 2026"))
    assert (plan.due("order_amend"), plan.duty("order_amend").state) == (day("4 Aug 2026"), "met")


def test_a_plan_amended_by_order_complies_with_every_order_to_amend_before_it(plan: Plan) -> None:
    plan.ordered("amend", "1 Jun 2026").ordered("name", "1 Jun 2026")
    plan.do(p.RecordAmendment(because="tribunal_order", on=day("31 May 2026")))
    assert plan.duty("order_amend").met_on is None
    plan.do(p.RecordAmendment(because="tribunal_order", on=day("15 Jun 2026")))
    assert (plan.duty("order_name").state, plan.duty("order_amend").met_on) == ("met", day("15 Jun 2026"))


def test_an_order_to_keep_the_plan_has_effect_at_once_and_no_limit(plan: Plan) -> None:
    plan.ordered("keep", "30 Jun 2026")
    assert {duty.state for duty in plan.app.plan_duties(plan.ref) if duty.id.startswith("order_")} == {"not_applicable"}


def test_a_tribunal_amended_plan_does_not_start_the_year_anew(plan: Plan) -> None:
    """Code 9.198."""
    before = plan.due("twelve_months")
    plan.ordered("amend", "1 Jun 2026").did("amended", day("15 Jun 2026"))
    assert plan.due("twelve_months") == before == day("4 Jan 2027")


def test_what_was_recorded_by_mistake_is_taken_back(plan: Plan) -> None:
    plan.ordered("amend", "1 Jun 2026")
    plan.do(pr.WithdrawProceeding(proceeding=2, on=day("1 Jun 2026"), reason="Of another plan"))
    assert plan.duty("order_amend").state == "not_applicable"
    with pytest.raises(NotFound, match="there is no proceeding of plan P-0001 2: see `arflow plan show P-0001`"):
        plan.did("amended", day("15 Jun 2026"), proceeding=2)


@pytest.mark.parametrize(
    ("command", "refusal", "said"),
    [
        (pr.TakeProceedingStep(did="held"), NotPossible, "no proceeding that waits for “held”"),
        (pr.TakeProceedingStep(did="amended", on=day("31 May 2026")), DateRefused, "before the proceeding began"),
        (pr.TakeProceedingStep(did="amended"), None, ""),
        (pr.SetLimit(last_day=day("1 Jul 2026"), on=day("2 Jul 2026")), DateRefused, "before the day it was set on"),
        (pr.RefuseReassessment(), NotPossible, "no request for a re-assessment that waits for an answer"),
        (pr.EndPlanAppeal(ended="allowed"), NotPossible, "no proceeding that waits for “ended”"),
    ],
)
def test_a_fact_that_fits_no_proceeding_is_refused(plan: Plan, command: Any, refusal: Any, said: str) -> None:
    plan.ordered("amend", "1 Jun 2026")
    if refusal is None:
        plan.do(command)
        return
    with pytest.raises(refusal, match=said):
        plan.do(command)


def test_of_several_that_fit_one_must_be_named(plan: Plan) -> None:
    plan.ordered("amend", "1 Jun 2026").ordered("name", "1 Jun 2026")
    with pytest.raises(NotPossible, match=r"say which with --of: 2 \(order amend\), 3 \(order name\)"):
        plan.did("amended", day("15 Jun 2026"))


# --- mediation (CFA 2014 ss.52-55; SEND Regs 2014 rr.32-42) ---------------------------------------------------------


@pytest.mark.parametrize(("late", "state"), AROUND)
def test_a_mediation_is_held_within_30_days_of_the_wish_for_it(plan: Plan, late: int, state: str) -> None:
    plan.do(pr.RequestMediation(on=day("2 Mar 2026"))).did("held", day("1 Apr 2026") + late * DAY)
    assert (plan.due("mediation_held"), plan.duty("mediation_held").state) == (day("1 Apr 2026"), state)


@pytest.mark.parametrize(("late", "state"), AROUND)
@pytest.mark.parametrize(
    ("step", "on", "last"),
    [
        ("held", "1 Apr 2026", "8 Apr 2026"),  # Good Friday is 3 April and Easter Monday 6 April: 2, 7 and 8 April
        ("not_pursued", "5 Mar 2026", "10 Mar 2026"),  # a Thursday: Friday, Monday, Tuesday (r.34)
    ],
)
def test_the_certificate_is_given_within_three_working_days(
    plan: Plan, step: Any, on: str, last: str, late: int, state: str
) -> None:
    plan.do(pr.RequestMediation(on=day("2 Mar 2026"))).did(step, day(on))
    found = plan.did("certificate_given", day(last) + late * DAY).duty("mediation_certificate")
    assert (found.due, found.state, found.owner) == (day(last), state, "mediation adviser")


@pytest.mark.parametrize(("late", "state"), AROUND)
@pytest.mark.parametrize(
    ("requires", "duty", "step", "last"),
    [
        ("amend", "order_amend", "amended", "4 May 2026"),  # r.42(2): as if it were an order, five weeks
        ("name", "order_name", "amended", "13 Apr 2026"),  # two weeks
        ("other", "mediation_agreement", "carried_out", "13 Apr 2026"),  # r.42(3): two weeks
    ],
)
def test_what_a_mediation_agreed_on_30_march_has_the_limit_of_an_order_or_two_weeks(
    plan: Plan, requires: Any, duty: str, step: Any, last: str, late: int, state: str
) -> None:
    plan.do(pr.AgreeInMediation(requires=requires, on=day("30 Mar 2026"))).did(step, day(last) + late * DAY)
    assert (plan.due(duty), plan.duty(duty).state) == (day(last), state)


@pytest.mark.parametrize("last", ["2 Apr 2026", "31 Aug 2026"])
@pytest.mark.parametrize(("requires", "duty"), [("amend", "order_amend"), ("other", "mediation_agreement")])
def test_another_day_agreed_in_writing_takes_the_place_of_the_limit(
    plan: Plan, requires: Any, duty: str, last: str
) -> None:
    """r.42(5)."""
    plan.do(pr.AgreeInMediation(requires=requires, on=day("30 Mar 2026"), last_day=day(last)))
    assert plan.due(duty) == day(last)


def test_the_month_of_a_certificate_lengthens_the_time_to_appeal(plan: Plan) -> None:
    """Two months from 20 April 2026 end on Monday 22 June; a month from the certificate of 15 June on 15 July."""
    plan.do(pr.NotifyCeasing(on=day("20 Apr 2026")))
    assert plan.due("ceasing_appeal_period") == day("22 Jun 2026")
    plan.do(pr.RequestMediation(on=day("1 Jun 2026"))).did("held", day("11 Jun 2026"))
    plan.did("certificate_given", day("15 Jun 2026"))
    assert plan.due("ceasing_appeal_period") == day("15 Jul 2026")
    with pytest.raises(NotPossible, match="runs to 2026-07-15"):
        plan.do(p.EndPlan(on=day("15 Jul 2026")))
    assert plan.do(p.EndPlan(on=day("16 Jul 2026"))).duty("ceasing_appeal_period").state == "met"


def test_a_certificate_from_before_the_notice_shortens_nothing(plan: Plan) -> None:
    plan.do(pr.RequestMediation(on=day("2 Feb 2026"))).did("not_pursued", day("3 Feb 2026"))
    plan.did("certificate_given", day("5 Feb 2026")).do(pr.NotifyCeasing(on=day("20 Apr 2026")))
    assert plan.due("ceasing_appeal_period") == day("22 Jun 2026")


# --- ceasing outside a review (CFA 2014 s.45; SEND Regs 2014 rr.29-31) -------------------------------------------------


@pytest.mark.parametrize(("on", "refused"), [("31 Aug 2025", True), ("1 Sep 2025", True), ("2 Sep 2025", False)])
def test_a_plan_does_not_end_before_the_time_to_appeal_is_over(app: Arflow, on: str, refused: bool) -> None:
    """s.45(4)(a): told on 20 June 2025; two months end in August, so on Monday 1 September (HESC Rules rr.12, 20)."""
    plan = Plan(app, "1 Aug 2024").do(pr.NotifyCeasing(on=day("20 Jun 2025")))
    assert plan.due("ceasing_appeal_period") == day("1 Sep 2025")
    if refused:
        with pytest.raises(NotPossible, match=r"runs to 2025-09-01.*--skip-reason"):
            plan.do(p.EndPlan(on=day(on)))
        return
    assert plan.do(p.EndPlan(on=day(on))).duty("ceasing_appeal_period").state == "met"


def test_a_plan_that_did_end_sooner_is_recorded_with_its_reason_and_reads_breached(app: Arflow) -> None:
    plan = Plan(app, "1 Aug 2024").do(pr.NotifyCeasing(on=day("20 Jun 2025")))
    plan.do(p.EndPlan(on=day("1 Sep 2025"), skip_reason="Moved abroad"))
    assert plan.duty("ceasing_appeal_period").state == "breached"


@pytest.mark.parametrize("ended", ["dismissed", "withdrawn"])
def test_an_appeal_against_ceasing_keeps_the_plan_until_it_is_determined(app: Arflow, ended: Any) -> None:
    """s.45(4)(b)."""
    plan = Plan(app, "1 Aug 2024").do(pr.NotifyCeasing(on=day("20 Jun 2025")))
    plan.do(pr.LodgePlanAppeal(against="ceasing", on=day("1 Sep 2025")))
    with pytest.raises(NotPossible, match="not finally determined"):
        plan.do(p.EndPlan(on=day("1 Dec 2025")))
    plan.do(pr.EndPlanAppeal(ended=ended, on=day("1 Dec 2025")))
    assert not plan.do(p.EndPlan(on=day("1 Dec 2025"))).app.plan(plan.ref).is_maintained


# Told on Mon 20 April 2026: the two months end on Mon 22 June.
TOLD, OVER = "20 Apr 2026", "22 Jun 2026"


@pytest.mark.parametrize(("on", "refused"), [("31 May 2026", True), ("1 Jun 2026", False), ("2 Jun 2026", False)])
@pytest.mark.parametrize("ordered", [False, True])
def test_an_appeal_dismissed_within_the_two_months_ends_the_time_the_plan_is_kept(
    plan: Plan, on: str, *, refused: bool, ordered: bool
) -> None:
    """s.45(4)(b), r.44(2)(a): dismissed on 1 June 2026, the plan ceases immediately, not after the two months."""
    plan.do(pr.NotifyCeasing(on=day(TOLD)), pr.LodgePlanAppeal(against="ceasing", on=day("4 May 2026")))
    order = pr.RecordOrder(requires="cease", on=day("1 Jun 2026"))
    plan.do(order if ordered else pr.EndPlanAppeal(ended="dismissed", on=day("1 Jun 2026")))
    assert plan.due("ceasing_appeal_period") == day("31 May 2026")
    if refused:
        with pytest.raises(NotPossible, match=r"waited until 2026-06-01.*s\.45\(4\)\(b\)"):
            plan.do(p.EndPlan(on=day(on)))
        early = plan.do(p.EndPlan(on=day(on), skip_reason="Moved")).duty("ceasing_appeal_period")
        assert early.state == "breached"
        return
    assert plan.do(p.EndPlan(on=day(on))).duty("ceasing_appeal_period").state == "met"


@pytest.mark.parametrize("ended", ["withdrawn", "not_admitted"])
@pytest.mark.parametrize(("on", "refused"), [("21 Jun 2026", True), (OVER, True), ("23 Jun 2026", False)])
def test_after_an_appeal_withdrawn_within_the_two_months_another_may_be_brought(
    plan: Plan, on: str, ended: Any, *, refused: bool
) -> None:
    """s.45(4)(a): a withdrawal decides nothing, and the time to appeal runs on."""
    plan.do(pr.NotifyCeasing(on=day(TOLD)), pr.LodgePlanAppeal(against="ceasing", on=day("4 May 2026")))
    plan.do(pr.EndPlanAppeal(ended=ended, on=day("1 Jun 2026")))
    assert plan.due("ceasing_appeal_period") == day(OVER)
    if refused:
        with pytest.raises(NotPossible, match="runs to 2026-06-22"):
            plan.do(p.EndPlan(on=day(on)))
        return
    assert plan.do(p.EndPlan(on=day(on))).duty("ceasing_appeal_period").state == "met"


@pytest.mark.parametrize("ended", ["dismissed", "withdrawn"])
@pytest.mark.parametrize(("on", "refused"), [("31 Aug 2026", True), ("1 Sep 2026", False)])
def test_an_appeal_that_waits_beyond_the_two_months_keeps_the_plan(
    plan: Plan, on: str, ended: Any, *, refused: bool
) -> None:
    plan.do(pr.NotifyCeasing(on=day(TOLD)), pr.LodgePlanAppeal(against="ceasing", on=day(OVER)))
    waits = plan.duty("ceasing_appeal_period")
    assert (waits.due, waits.state, waits.met_on) == (None, "running", None)
    plan.do(pr.EndPlanAppeal(ended=ended, on=day("1 Sep 2026")))
    assert plan.due("ceasing_appeal_period") == day("31 Aug 2026")
    if refused:
        with pytest.raises(NotPossible, match=r"2026-09-01.*s\.45\(4\)\(b\)"):
            plan.do(p.EndPlan(on=day(on)))
        return
    assert plan.do(p.EndPlan(on=day(on))).duty("ceasing_appeal_period").state == "met"


def test_a_plan_that_ceases_while_an_appeal_waits_is_in_breach(plan: Plan) -> None:
    plan.do(pr.NotifyCeasing(on=day(TOLD)), pr.LodgePlanAppeal(against="ceasing", on=day("4 May 2026")))
    plan.do(p.EndPlan(on=day("1 Jul 2026"), skip_reason="Moved abroad"))
    found = plan.duty("ceasing_appeal_period")
    assert (found.due, found.state) == (day("1 Jul 2026"), "breached")


def test_an_appeal_out_of_time_says_nothing_of_whether_the_plan_was_kept(plan: Plan) -> None:
    plan.do(pr.NotifyCeasing(on=day(TOLD)), p.EndPlan(on=day("23 Jun 2026")))
    plan.do(pr.LodgePlanAppeal(against="ceasing", on=day("23 Jun 2026")))
    assert plan.duty("ceasing_appeal_period").state == "met"


@pytest.mark.parametrize(
    "overturns",
    [
        pr.EndPlanAppeal(ended="allowed", on=day("1 Jun 2026")),
        pr.EndPlanAppeal(ended="conceded", on=day("1 Jun 2026")),
        pr.NotOppose(requires="keep", on=day("1 Jun 2026")),
        pr.RecordOrder(requires="keep", on=day("1 Jun 2026")),
        pr.RecordOrder(requires="keep_and_amend", on=day("1 Jun 2026")),
    ],
)
def test_a_decision_to_cease_that_was_overturned_ends_no_plan(plan: Plan, overturns: p.AnyPlanCommand) -> None:
    plan.do(pr.NotifyCeasing(on=day(TOLD)), pr.LodgePlanAppeal(against="ceasing", on=day("4 May 2026")), overturns)
    assert plan.duty("ceasing_appeal_period").state == "not_applicable"
    with pytest.raises(NotPossible, match=r"was overturned on 2026-06-01.*arflow plan notify-ceasing"):
        plan.do(p.EndPlan(on=day("1 Oct 2026")))
    plan.do(pr.NotifyCeasing(on=day("1 Jul 2026")))
    assert plan.due("ceasing_appeal_period") == day("1 Sep 2026")


def test_an_appeal_against_the_contents_does_not_keep_a_plan_from_ending(plan: Plan) -> None:
    plan.do(pr.LodgePlanAppeal(against="contents", on=day("2 Mar 2026")), p.EndPlan(on=day("1 Jun 2026")))
    assert not plan.app.plan(plan.ref).is_maintained


def test_a_decision_to_cease_that_is_given_up_leaves_nothing_to_wait_for(app: Arflow) -> None:
    plan = Plan(app, "1 Aug 2024").do(pr.NotifyCeasing(on=day("20 Jun 2025")))
    plan.do(pr.WithdrawProceeding(proceeding=2, on=day("1 Jul 2025"), reason="Needed after all"))
    assert plan.duty("ceasing_appeal_period").state == "not_applicable"


def test_the_time_to_appeal_lapses_with_a_move_to_another_authority(app: Arflow) -> None:
    """A move keeps the plan alive: the new authority has its duties (SEND Regs 2014 r.15(3)(a))."""
    plan = Plan(app, "1 Aug 2024").do(pr.NotifyCeasing(on=day("20 Jun 2025")), p.TransferOut(on=day("1 Aug 2025")))
    assert plan.duty("ceasing_appeal_period").state == "not_applicable"
    assert plan.app.plan(plan.ref).ceased is None


def test_the_ground_and_who_was_consulted_before_ceasing_are_kept(plan: Plan) -> None:
    """s.45(1); r.31(1)."""
    plan.do(pr.ConsiderCeasing(ground="not_necessary", roles=("parent", "setting", "parent"), on=day("2 Mar 2026")))
    [found] = plan.app.plan(plan.ref).ceasing_considered
    assert (found.ground, found.roles, found.recorded.day) == (
        "not_necessary",
        ("parent", "setting"),
        day("2 Mar 2026"),
    )


def lacks(plan: Plan, on: str) -> list[str]:
    return list(lacking(plan.app.plan(plan.ref), day(on)))


def test_a_decision_to_cease_says_who_was_not_consulted_before_it(app: Arflow) -> None:
    """r.31(1): the parent, or the young person who holds the rights, and the head of the institution named."""
    plan = Plan(app, setting="123456", young_person_from=day("27 Jun 2026"))
    plan.do(pr.ConsiderCeasing(ground="not_necessary", roles=("parent",), on=day("2 Mar 2026")))
    [said] = lacks(plan, "2 Mar 2026")
    assert said.startswith("It is not recorded that the setting was informed and consulted")
    plan.do(pr.ConsiderCeasing(ground="not_necessary", roles=("setting",), on=day("9 Mar 2026")))
    assert lacks(plan, "9 Mar 2026") == []
    [said] = lacks(plan, "27 Jun 2026")
    assert "the young person was informed" in said
    [said] = lacks(plan, "1 Mar 2026")
    assert "the parent and the setting were informed" in said


@pytest.mark.parametrize(("told", "lacking"), [("31 May 2026", True), ("1 Jun 2026", False), ("2 Jun 2026", False)])
def test_who_left_their_setting_is_reviewed_before_the_plan_ceases(app: Arflow, told: str, lacking: bool) -> None:
    """rr.29(2), 30(1): left on 1 June 2026."""
    plan = Plan(app, setting="123456")
    review = Cases(app).review(plan.ref, "1 Mar 2026").held("1 May 2026").decided("maintain", told)
    assert review.state() == "maintained"
    plan.do(p.MoveSetting(setting=None, on=day("1 Jun 2026")))
    plan.do(pr.ConsiderCeasing(ground="not_necessary", roles=("parent",), on=day("2 Jun 2026")))
    assert bool(lacks(plan, "1 Jul 2026")) is lacking


def test_what_happens_to_an_appeal_after_the_plan_ended_can_be_recorded(app: Arflow) -> None:
    plan = Plan(app, "1 Aug 2024").do(p.EndPlan(on=day("1 Sep 2025")))
    plan.do(pr.LodgePlanAppeal(against="ceasing", on=day("8 Sep 2025")))
    plan.do(pr.EndPlanAppeal(ended="dismissed", on=day("1 Dec 2025")))
    plan.ordered("cease", "1 Dec 2025")
    assert plan.duty("order_cease").state == "met"


# --- re-assessment and direct payments (SEND Regs 2014 rr.23-27; SI 2014/1652) -------------------------------------------


@pytest.mark.parametrize(("late", "state"), AROUND)
@pytest.mark.parametrize("answer", [p.StartReassessment, pr.RefuseReassessment])
def test_a_request_for_a_reassessment_is_answered_within_15_days(
    app: Arflow, answer: Any, late: int, state: str
) -> None:
    """r.25(1): of 5 January 2026, so by the 20th."""
    plan = Plan(app, "1 Aug 2025").do(pr.RequestReassessment(on=day("5 Jan 2026")))
    plan.do(answer(on=day("20 Jan 2026") + late * DAY))
    assert (plan.due("reassessment_answer"), plan.duty("reassessment_answer").state) == (day("20 Jan 2026"), state)


@pytest.mark.parametrize(("late", "state"), AROUND)
def test_advice_for_a_reassessment_is_given_within_six_weeks(plan: Plan, late: int, state: str) -> None:
    """r.26, with r.8(1): asked for on 19 January 2026, so by 2 March."""
    plan.do(pr.RequestReassessmentAdvice(on=day("19 Jan 2026"))).did("received", day("2 Mar 2026") + late * DAY)
    found = plan.duty("reassessment_advice")
    assert (found.due, found.state, found.owner) == (day("2 Mar 2026"), state, "those asked for advice")


@pytest.mark.parametrize(("late", "state"), AROUND)
@pytest.mark.parametrize("asked", [True, False])
@pytest.mark.parametrize("end", [p.EndReassessment(), p.RecordAmendment(because="reassessment")])
def test_a_finalised_plan_follows_within_14_weeks_of_the_notice_or_decision(
    app: Arflow, asked: bool, end: Any, late: int, state: str
) -> None:
    """r.27(2): of 20 January 2026, so by 28 April, whether somebody asked (r.25(1)) or the authority decided (s.44(3))."""
    from msgspec.structs import replace

    plan = Plan(app, "1 Aug 2025")
    if asked:
        plan.do(pr.RequestReassessment(on=day("12 Jan 2026")))
    plan.do(p.StartReassessment(on=day("20 Jan 2026")), replace(end, on=day("28 Apr 2026") + late * DAY))
    assert (plan.due("reassessment_plan"), plan.duty("reassessment_plan").state) == (day("28 Apr 2026"), state)


@pytest.mark.parametrize("because", ["closure", "exceptional_circumstances", "absence"])
def test_the_14_weeks_do_not_bind_where_that_is_impractical(plan: Plan, because: Any) -> None:
    """r.27(3)."""
    plan.do(p.StartReassessment(on=day("20 Jan 2026")), pr.ExcuseLimit(because=because, on=day("1 Apr 2026")))
    found = plan.duty("reassessment_plan", "1 Oct 2026")
    assert (found.due, found.state, found.limits[0].citation) == (None, "running", "SEND Regs 2014 r.27(3)")


def test_a_reassessment_leaves_the_twelve_months_as_they_are(plan: Plan) -> None:
    before = plan.due("twelve_months")
    plan.do(pr.RequestReassessment(on=day("12 Jan 2026")), p.StartReassessment(on=day("20 Jan 2026")))
    assert plan.do(p.EndReassessment(on=day("28 Apr 2026"))).due("twelve_months") == before


def test_a_reassessment_under_way_is_not_answered_by_one_that_started_before_it_was_asked_for(plan: Plan) -> None:
    plan.do(p.StartReassessment(on=day("20 Jan 2026")), p.EndReassessment(on=day("1 Mar 2026")))
    plan.do(pr.RequestReassessment(on=day("1 Jun 2026")))
    assert (plan.due("reassessment_answer"), plan.duty("reassessment_answer").met_on) == (day("16 Jun 2026"), None)


@pytest.mark.parametrize(
    ("on", "state"), [("1 Jun 2026", "met"), ("2 Jun 2026", "contested"), ("3 Jun 2026", "breached")]
)
def test_the_use_of_direct_payments_is_reviewed_within_three_months(plan: Plan, on: str, state: str) -> None:
    """SI 2014/1652 r.11(2)(a): in the first three months from 2 March 2026, which end on 1 June on the words."""
    plan.do(pr.StartDirectPayments(on=day("2 Mar 2026"))).did("reviewed", day(on))
    found = plan.duty("direct_payments_review")
    assert (found.due, found.outer, found.state) == (day("1 Jun 2026"), day("2 Jun 2026"), state)


def test_payments_that_stop_sooner_need_no_review(plan: Plan) -> None:
    plan.do(pr.StartDirectPayments(on=day("2 Mar 2026"))).did("stopped", day("1 May 2026"))
    assert plan.duty("direct_payments_review").state == "met"


def test_a_review_in_progress_is_left_as_it_is(cases: Cases) -> None:
    told = cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").decided("cease", "20 Jun 2025")
    told.app.change_plan(told.plan, pr.RecordOrder(requires="keep", on=day("1 Jul 2025")))
    assert told.do(c.CeasePlan(on=day("2 Sep 2025"))).state() == "ceased"


def test_a_reassessment_that_was_a_mistake_is_taken_back_and_another_may_begin(plan: Plan) -> None:
    plan.do(p.StartReassessment(on=day("2 Mar 2026")))
    with pytest.raises(NotPossible, match=f"arflow plan withdraw {plan.ref} --of 2"):
        plan.do(p.StartReassessment(on=day("9 Mar 2026")))
    with pytest.raises(DateRefused, match="before the re-assessment began on 2026-03-02"):
        plan.do(p.EndReassessment(on=day("1 Mar 2026")))
    plan.do(pr.WithdrawProceeding(proceeding=2, reason="Another plan"), p.StartReassessment(on=day("9 Mar 2026")))
    assert plan.due("reassessment_plan") == day("15 Jun 2026")


# --- what was recorded by mistake ---------------------------------------------------------------------------------


def corrected(plan: Plan, fact: Any, to: str | None, version: int | None = None) -> Plan:
    right = day(to) if to else None
    return plan.do(p.CorrectPlanDay(fact=fact, to=right, version=version, reason="Misread"))


@pytest.mark.parametrize(
    ("to", "state"), [("3 Aug 2026", "met"), ("4 Aug 2026", "met"), ("5 Aug 2026", "breached"), (None, "overdue")]
)
def test_the_day_of_an_amendment_that_was_ordered_is_corrected_or_taken_back(
    plan: Plan, to: str | None, state: str
) -> None:
    """r.44(2)(e): ordered on 30 June 2026, five weeks end on 4 August."""
    plan.ordered("amend", "30 Jun 2026").do(p.RecordAmendment(because="tribunal_order", on=day("6 Jul 2026")))
    found = corrected(plan, "amended", to).duty("order_amend", "10 Aug 2026")
    assert (found.met_on, found.state) == (day(to) if to else None, state)
    assert [fact.day for fact in plan.app.plan(plan.ref).amended] == ([day(to)] if to else [])


@pytest.mark.parametrize(("to", "met_on"), [("20 Apr 2026", "20 Apr 2026"), (None, None)])
def test_a_reassessment_ended_by_a_mistaken_amendment_goes_on(plan: Plan, to: str | None, met_on: str | None) -> None:
    plan.do(p.StartReassessment(on=day("20 Jan 2026")))
    plan.do(p.RecordAmendment(because="reassessment", on=day("1 Apr 2026")))
    met = corrected(plan, "amended", to).duty("reassessment_plan").met_on
    assert met == (day(met_on) if met_on else None)


def test_an_amendment_taken_back_leaves_the_next_one_to_meet_the_order(plan: Plan) -> None:
    plan.ordered("amend", "30 Jun 2026")
    for on in ("6 Jul 2026", "20 Jul 2026"):
        plan.do(p.RecordAmendment(because="tribunal_order", on=day(on)))
    assert plan.duty("order_amend").met_on == day("6 Jul 2026")
    assert corrected(plan, "amended", None, version=3).duty("order_amend").met_on == day("20 Jul 2026")


def test_a_corrected_amendment_is_corrected_again(plan: Plan) -> None:
    plan.ordered("amend", "30 Jun 2026").do(p.RecordAmendment(because="tribunal_order", on=day("6 Jul 2026")))
    corrected(corrected(plan, "amended", "8 Jul 2026"), "amended", "9 Jul 2026")
    assert plan.duty("order_amend").met_on == day("9 Jul 2026")
    assert corrected(plan, "amended", None).duty("order_amend").met_on is None
    plan.do(p.RecordAmendment(because="tribunal_order", on=day("10 Jul 2026")))
    assert plan.duty("order_amend").met_on == day("10 Jul 2026")


def test_the_end_of_what_a_notice_proposed_is_corrected_by_its_own_name(plan: Plan) -> None:
    plan.do(p.SendPlanNotice(on=day("1 Jun 2026")))
    plan.do(p.RecordAmendment(because="without_review", on=day("1 Jul 2026")))
    with pytest.raises(NotPossible, match=r"no amended to correct.*plan-amended"):
        corrected(plan, "amended", "2 Jul 2026")


@pytest.mark.parametrize(
    ("to", "quality", "error", "says"),
    [
        ("4 Jan 2026", "known", DateRefused, "before the plan was made on 2026-01-05"),
        (None, "missing", InvalidValue, "it never was"),
    ],
)
def test_a_day_of_an_amendment_that_cannot_be_is_refused(
    plan: Plan, to: str | None, quality: Any, error: Any, says: str
) -> None:
    plan.do(p.RecordAmendment(because="tribunal_order", on=day("6 Jul 2026")))
    right = day(to) if to else None
    with pytest.raises(error, match=says):
        plan.do(p.CorrectPlanDay(fact="amended", to=right, quality=quality, reason="Misread"))


def test_a_reassessment_said_by_mistake_to_stand_for_a_review_does_not_any_longer(plan: Plan) -> None:
    """The 12 months run from the plan's making again; that the re-assessment ended stays."""
    plan.do(p.StartReassessment(on=day("20 Jan 2026")))
    before = plan.due("twelve_months")
    plan.do(p.EndReassessment(on=day("28 Apr 2026"), stands_for_review=True, reason="It covered all"))
    assert plan.due("twelve_months") == day("27 Apr 2027")
    corrected(plan, "stood_in", None)
    assert (plan.due("twelve_months"), plan.duty("reassessment_plan").met_on) == (before, day("28 Apr 2026"))
    with pytest.raises(NotPossible, match="no stood in to correct"):
        corrected(plan, "stood_in", None)


def test_an_earlier_reassessment_that_stood_for_a_review_still_does(plan: Plan) -> None:
    for start, end in (("20 Jan 2026", "28 Apr 2026"), ("1 Jun 2026", "1 Sep 2026")):
        plan.do(p.StartReassessment(on=day(start)))
        plan.do(p.EndReassessment(on=day(end), stands_for_review=True, reason="It covered all"))
    assert corrected(plan, "stood_in", None).due("twelve_months") == day("27 Apr 2027")


def test_that_a_reassessment_stood_for_a_review_has_no_day_of_its_own(plan: Plan) -> None:
    plan.do(p.StartReassessment(on=day("20 Jan 2026")))
    plan.do(p.EndReassessment(on=day("28 Apr 2026"), stands_for_review=True, reason="It covered all"))
    with pytest.raises(InvalidValue, match="none: it did not stand for a review"):
        corrected(plan, "stood_in", "29 Apr 2026")


# --- recorded twice -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        (
            pr.NotifyCeasing(on=day(TOLD)),
            pr.NotifyCeasing(on=day("27 Apr 2026")),
            r"ceasing notified on 2026-04-20 \(2\).*arflow plan withdraw P-0001 --of 2",
        ),
        (
            pr.StartDirectPayments(on=day("2 Mar 2026")),
            pr.StartDirectPayments(on=day("9 Mar 2026")),
            r"direct payments since 2026-03-02 \(2\).*did P-0001 stopped --of 2",
        ),
        (
            pr.AgreeInMediation(requires="amend", on=day("30 Mar 2026")),
            pr.AgreeInMediation(requires="amend", on=day("2 Apr 2026")),
            r"mediation on 2026-03-30 \(2\).*set-limit P-0001 --of 2",
        ),
        (
            pr.AgreeInMediation(requires="keep", on=day("30 Mar 2026")),
            pr.AgreeInMediation(requires="keep", on=day("30 Mar 2026")),
            r"mediation on 2026-03-30 \(2\)",
        ),
    ],
)
def test_what_stands_already_is_not_recorded_twice(
    plan: Plan, first: p.AnyPlanCommand, second: p.AnyPlanCommand, says: str
) -> None:
    plan.do(first)
    with pytest.raises(NotPossible, match=says):
        plan.do(second)
    plan.do(pr.WithdrawProceeding(proceeding=2, reason="Misread"), second)
    assert len(plan.app.plan(plan.ref).proceedings) == 1


def test_what_is_over_may_be_recorded_another_time(plan: Plan) -> None:
    plan.do(pr.StartDirectPayments(on=day("2 Mar 2026"))).did("stopped", day("1 May 2026"))
    plan.do(pr.StartDirectPayments(on=day("1 Jun 2026")))
    plan.do(pr.AgreeInMediation(requires="amend", on=day("30 Mar 2026"))).did("amended", day("20 Apr 2026"))
    plan.do(pr.AgreeInMediation(requires="amend", on=day("1 Jun 2026")))
    plan.do(pr.AgreeInMediation(requires="name", on=day("1 Jun 2026")))
    plan.ordered("amend", "1 Jun 2026").ordered("amend", "8 Jun 2026")  # of two appeals
    assert len(plan.app.plan(plan.ref).proceedings) == 7


@pytest.mark.parametrize("begin", [pr.RecordOrder, pr.AgreeInMediation])
def test_a_day_that_was_set_is_not_excused(plan: Plan, begin: Any) -> None:
    """r.44(3) speaks of the limits of r.44(2): a day of the Tribunal's is the Tribunal's to change."""
    plan.do(begin(requires="amend", on=day("30 Jun 2026"), last_day=day("21 Aug 2026")))
    with pytest.raises(NotPossible, match=r"2026-08-21.*r\.44\(3\).*set-limit P-0001 --of 2"):
        plan.do(pr.ExcuseLimit(because="absence", on=day("10 Jul 2026")))
    assert plan.due("order_amend") == day("21 Aug 2026")


# --- one of several of a kind ---------------------------------------------------------------------------------------


def beside(plan: Plan, today: str) -> dict[tuple[int, str], tuple[date | None, str]]:
    """The duties of each proceeding, by its number."""
    on_day(plan.app, day(today))
    found = plan.app.duties_of_proceedings(plan.ref)
    return {(number, duty.id): (duty.due, duty.state) for number, duties in found.items() for duty in duties}


def test_the_breach_of_a_first_order_stays_while_a_second_one_is_under_way(plan: Plan) -> None:
    """Ordered on 1 June and complied with a day late, ordered again on 1 July 2026: five weeks each."""
    plan.ordered("amend", "1 Jun 2026").did("amended", day("7 Jul 2026")).ordered("amend", "1 Jul 2026")
    assert plan.duty("order_amend", "8 Jul 2026").due == day("5 Aug 2026")
    first, second = (day("6 Jul 2026"), "breached"), (day("5 Aug 2026"), "running")
    assert beside(plan, "8 Jul 2026") == {(2, "order_amend"): first, (4, "order_amend"): second}


def test_each_of_two_orders_under_way_has_its_own_limits(plan: Plan) -> None:
    plan.ordered("make", "1 Jun 2026").ordered("make", "8 Jun 2026", last_day="3 Aug 2026").ordered(
        "name", "8 Jun 2026"
    )
    assert beside(plan, "7 Jul 2026") == {
        (2, "order_make_draft"): (day("6 Jul 2026"), "overdue"),
        (2, "order_make_final"): (day("17 Aug 2026"), "running"),
        (3, "order_make_draft"): (day("3 Aug 2026"), "running"),
        (3, "order_make_final"): (day("3 Aug 2026"), "running"),
        (4, "order_name"): (day("22 Jun 2026"), "overdue"),
    }


def test_an_appeal_made_before_the_notice_of_ceasing_keeps_the_plan_from_ending(plan: Plan) -> None:
    """Told by word of mouth, or a day misread: arflow waits for its end all the same."""
    plan.do(pr.LodgePlanAppeal(against="ceasing", on=day("19 Apr 2026")), pr.NotifyCeasing(on=day(TOLD)))
    with pytest.raises(NotPossible, match="not finally determined"):
        plan.do(p.EndPlan(on=day("1 Jul 2026")))


def test_a_reassessment_that_stands_for_a_review_is_not_withdrawn_before_that_is_taken_back(plan: Plan) -> None:
    plan.do(p.StartReassessment(on=day("20 Jan 2026")))
    plan.do(p.EndReassessment(on=day("28 Apr 2026"), stands_for_review=True, reason="It covered all"))
    withdraw = pr.WithdrawProceeding(proceeding=2, on=day("20 Jan 2026"), reason="Another plan")
    with pytest.raises(NotPossible, match=r"stands for a review.*arflow plan correct P-0001 stood-in --to none"):
        plan.do(withdraw)
    corrected(plan, "stood_in", None).do(withdraw)
    assert plan.due("twelve_months") == day("4 Jan 2027")


def test_an_amendment_keeps_its_number_and_its_place_when_it_is_corrected(plan: Plan) -> None:
    for on in ("6 Jul 2026", "20 Jul 2026"):
        plan.do(p.RecordAmendment(because="tribunal_order", on=day(on)))
    corrected(corrected(plan, "amended", "7 Jul 2026", version=2), "amended", "8 Jul 2026", version=2)
    assert [fact.day for fact in plan.app.plan(plan.ref).amended] == [day("8 Jul 2026"), day("20 Jul 2026")]
    assert [fact.day for fact in corrected(plan, "amended", None).app.plan(plan.ref).amended] == [day("8 Jul 2026")]


def test_each_of_two_orders_and_two_mediations_under_way_is_a_row_of_what_is_due(plan: Plan) -> None:
    plan.ordered("amend", "1 Jun 2026").ordered("amend", "8 Jun 2026")
    plan.do(pr.RequestMediation(on=day("2 Mar 2026")), pr.RequestMediation(on=day("9 Mar 2026")))
    asking = Asking(plan.app)
    asking.catch_up()
    listed = {(item.proceeding, item.act): item.due for item in asking.due(plan.app.today)}
    assert listed == {
        (2, "order_amend"): day("6 Jul 2026"),
        (3, "order_amend"): day("13 Jul 2026"),
        (4, "mediation_held"): day("1 Apr 2026"),
        (5, "mediation_held"): day("8 Apr 2026"),
        (0, "open"): day("4 Jan 2027"),
    }
    assert [one.due for one in asking.duties(day("13 Jul 2026"), within=0) if one.duty == "order_amend"] == [
        day("6 Jul 2026"),
        day("13 Jul 2026"),
    ]


def test_each_of_two_orders_is_proved_from_its_own_day(plan: Plan) -> None:
    plan.ordered("amend", "1 Jun 2026").ordered("amend", "8 Jun 2026")
    dues = [plan.app.why(plan.ref, "order_amend", proceeding=number).due for number in (None, 2, 3)]
    assert dues == [day("6 Jul 2026"), day("6 Jul 2026"), day("13 Jul 2026")]
    assert plan.did("amended", day("30 Jun 2026"), 2).app.why(plan.ref, "order_amend").due == day("13 Jul 2026")
    with pytest.raises(NotFound, match="order_amend is asked for by: 2, 3"):
        plan.app.why(plan.ref, "order_amend", proceeding=9)


# --- an appeal out of time that the Tribunal admits ------------------------------------------------------------------


def appealed(plan: Plan, on: str, ended: str | None = None) -> Plan:
    """Told of ceasing on 20 April 2026: the time to appeal is over after Mon 22 June."""
    plan.do(pr.NotifyCeasing(on=day(TOLD)), pr.LodgePlanAppeal(against="ceasing", on=day(on)))
    return plan.do(p.EndPlan(on=day(ended), skip_reason="Its appeal is out of time")) if ended else plan


def test_an_appeal_out_of_time_that_is_admitted_keeps_the_plan_until_it_is_determined(plan: Plan) -> None:
    appealed(plan, "23 Jun 2026")
    assert plan.duty("ceasing_appeal_period", "2 Jul 2026").due == day(OVER)
    plan.did("admitted_late", day("1 Jul 2026"))
    assert plan.duty("ceasing_appeal_period").formula == "until cease_appeal is determined"
    assert plan.duty("ceasing_appeal_period").facts == {"cease_appeal": day("1 Jul 2026")}
    on_day(plan.app, day("1 Sep 2026"))
    plan.do(pr.EndPlanAppeal(ended="dismissed", on=day("1 Sep 2026")))
    assert plan.due("ceasing_appeal_period") == day("31 Aug 2026")


def test_a_plan_that_had_ceased_is_maintained_again_once_the_appeal_is_admitted(plan: Plan) -> None:
    appealed(plan, "24 Jun 2026", ended="23 Jun 2026").did("admitted_late", day("1 Jul 2026"))
    assert plan.app.plan(plan.ref).is_maintained
    assert [event.name for _, event in plan.app.case_events(plan.ref)][-2:] == ["ProceedingStepTaken", "PlanRevived"]
    with pytest.raises(NotPossible, match="not finally determined"):
        plan.do(p.EndPlan(on=day("2 Jul 2026")))


def test_another_appeal_that_is_admitted_revives_no_plan(plan: Plan) -> None:
    plan.do(pr.NotifyCeasing(on=day(TOLD)), pr.LodgePlanAppeal(against="contents", on=day("24 Jun 2026")))
    plan.do(p.EndPlan(on=day("25 Jun 2026"))).did("admitted_late", day("1 Jul 2026"))
    assert not plan.app.plan(plan.ref).is_maintained


@pytest.mark.parametrize(("made", "refused"), [("21 Jun 2026", True), (OVER, True), ("23 Jun 2026", False)])
def test_an_appeal_made_in_time_needs_no_admission(plan: Plan, made: str, refused: bool) -> None:
    appealed(plan, made)
    if not refused:
        plan.did("admitted_late", day("1 Jul 2026"))
        return
    with pytest.raises(NotPossible, match=r"in time, by 2026-06-22.*nothing to admit"):
        plan.did("admitted_late", day("1 Jul 2026"))


def test_an_appeal_does_not_wait_to_be_admitted(plan: Plan) -> None:
    appealed(plan, "23 Jun 2026")
    [appeal] = [one for one in plan.app.plan(plan.ref).proceedings if one.kind == "appeal"]
    assert appeal.next_steps == ("ended",)
    plan.do(pr.EndPlanAppeal(ended="not_admitted", on=day("30 Jun 2026")))
    with pytest.raises(NotPossible, match="no proceeding that waits"):
        plan.did("admitted_late", day("1 Jul 2026"))


def test_the_certificate_of_an_earlier_mediation_lengthens_the_time_while_another_is_under_way(plan: Plan) -> None:
    """A certificate of 15 June 2026 gives until 15 July, whatever mediation began after it."""
    plan.do(pr.NotifyCeasing(on=day(TOLD)), pr.RequestMediation(on=day("1 Jun 2026")))
    plan.did("certificate_given", day("15 Jun 2026")).do(pr.RequestMediation(on=day("16 Jun 2026")))
    assert plan.due("ceasing_appeal_period") == day("15 Jul 2026")
