"""Two computations, one answer, for the limits of proceedings on a plan, on the days that each turns on."""

from collections.abc import Callable
from datetime import date
from itertools import product
from typing import Any

import pytest

from arflow.application.arflow import Arflow
from arflow.case import plan_commands as p
from arflow.case import proceeding_commands as pr
from arflow.case import review_commands as c
from tests.case.test_proceedings import Plan, corrected
from tests.history.test_last_days_in_both_counts import DAY, agreed, around
from tests.support.cases import Cases, day

pytestmark = pytest.mark.thorough


def query(duty: str, plan: Plan, column: str = "state") -> str:
    return f"select {column} from duties where duty = '{duty}' and plan = '{plan.ref}' and review = ''"


def of_each(duty: str, column: str = "state") -> str:
    """A column of a duty of every plan, in the order they were added."""
    return f"select list({column} order by plan) from duties where duty = '{duty}' and review = ''"


@pytest.mark.parametrize(
    ("begin", "step", "duty", "last"),
    [
        (pr.RecordOrder(requires="amend", on=day("30 Jun 2026")), "amended", "order_amend", "4 Aug 2026"),
        (pr.RecordOrder(requires="name", on=day("30 Jun 2026")), "amended", "order_name", "14 Jul 2026"),
        (pr.RecordOrder(requires="make", on=day("30 Jun 2026")), "final", "order_make_final", "15 Sep 2026"),
        (pr.NotOppose(requires="reassess", on=day("30 Jun 2026")), "final", "order_reassess_final", "6 Oct 2026"),
        (
            pr.AgreeInMediation(requires="other", on=day("30 Mar 2026")),
            "carried_out",
            "mediation_agreement",
            "13 Apr 2026",
        ),
        (pr.RequestMediation(on=day("2 Mar 2026")), "held", "mediation_held", "1 Apr 2026"),
        (pr.RequestReassessmentAdvice(on=day("19 Jan 2026")), "received", "reassessment_advice", "2 Mar 2026"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_step_on_the_days_around_the_last_one(
    app: Arflow, begin: p.AnyPlanCommand, step: str, duty: str, last: str
) -> None:
    for on in around(last):
        Plan(app).do(begin).did(step, on)
    assert agreed(app, of_each(duty), app.today) == [["met", "met", "breached"]]


def test_a_step_not_taken_on_the_days_around_the_last_one(app: Arflow) -> None:
    plan = Plan(app).ordered("amend", "30 Jun 2026")
    days = (day("29 Jun 2026"), *around("4 Aug 2026"))
    assert agreed(app, query("order_amend", plan), *days) == ["not_applicable", "due_soon", "due_soon", "overdue"]


def test_a_day_that_is_set_or_excused_counts_from_when_it_is_known(app: Arflow) -> None:
    plan = (
        Plan(app)
        .ordered("amend", "30 Jun 2026")
        .do(
            pr.ExcuseLimit(on=day("9 Jul 2026"), because="absence"),
            pr.SetLimit(on=day("10 Jul 2026"), last_day=day("21 Aug 2026")),
            pr.SetLimit(on=day("20 Jul 2026"), last_day=day("28 Aug 2026")),
        )
    )
    other = Plan(app).ordered("amend", "30 Jun 2026").do(pr.ExcuseLimit(on=day("12 Jul 2026"), because="absence"))
    due = query("order_amend", plan, "due")
    days = (day("8 Jul 2026"), day("10 Jul 2026"), day("12 Jul 2026"), day("20 Jul 2026"))
    assert agreed(app, due, *days) == [day(on) for on in ("4 Aug 2026", "21 Aug 2026", "21 Aug 2026", "28 Aug 2026")]
    assert agreed(app, query("order_amend", other, "counted_from"), *days) == [
        day(on) for on in ("30 Jun 2026", "30 Jun 2026", "12 Jul 2026", "12 Jul 2026")
    ]
    assert agreed(app, query("order_amend", other), day("1 Oct 2026")) == ["running"]


def test_of_several_orders_each_counts(app: Arflow) -> None:
    plan = Plan(app).ordered("amend", "1 Jun 2026").ordered("amend", "30 Jun 2026")
    plan.did("amended", day("6 Jul 2026"), 2).did("amended", day("4 Aug 2026"), 3)
    due = query("order_amend", plan, "list((due, state) order by due)")
    first, last = day("6 Jul 2026"), day("4 Aug 2026")
    assert agreed(app, due, first - DAY, *around("4 Aug 2026")) == [
        [(first, "due_soon"), (last, "running")], *[[(first, "met"), (last, "due_soon")]], *[[(first, "met"), (last, "met")]] * 2,
    ]  # fmt: skip


def test_a_step_recorded_again_or_implied(app: Arflow) -> None:
    again = (
        Plan(app).ordered("amend", "1 Jun 2026").did("amended", day("6 Jul 2026")).did("amended", day("1 Jul 2026"), 2)
    )
    implied = (
        Plan(app)
        .ordered("amend", "1 Jun 2026")
        .do(
            p.RecordAmendment(because="tribunal_order", on=day("31 May 2026")),
            p.RecordAmendment(because="without_review", on=day("2 Jun 2026")),
            p.RecordAmendment(because="tribunal_order", on=day("7 Jul 2026")),
            p.RecordAmendment(because="tribunal_order", on=day("8 Jul 2026")),
        )
    )
    both = (
        Plan(app).ordered("amend", "1 Jun 2026").do(p.RecordAmendment(because="tribunal_order", on=day("7 Jul 2026")))
    )
    both.did("amended", day("9 Jul 2026"), 2)
    assert again.ref < implied.ref < both.ref
    met = agreed(app, of_each("order_amend", "met_on"), app.today)
    assert met == [[day("1 Jul 2026"), day("7 Jul 2026"), day("9 Jul 2026")]]


def test_amendments_and_standing_for_a_review_that_were_mistakes(app: Arflow) -> None:
    ordered: tuple[tuple[str | None, int | None], ...] = (
        ("3 Aug 2026", None), ("5 Aug 2026", None), ("29 Jun 2026", None), (None, None), (None, 3), ("21 Jul 2026", 3),
    )  # fmt: skip
    for to, version in ordered:
        plan = Plan(app).ordered("amend", "30 Jun 2026")
        for on in ("6 Jul 2026", "20 Jul 2026")[: 2 if version else 1]:
            plan.do(p.RecordAmendment(because="tribunal_order", on=day(on)))
        corrected(plan, "amended", to, version)
        if version is None and to:
            corrected(plan, "amended", "6 Aug 2026")
            corrected(Plan(app).do(p.RecordAmendment(because="tribunal_order", on=day("6 Jul 2026"))), "amended", to)
    for to in ("20 Apr 2026", None):
        plan = Plan(app).do(p.StartReassessment(on=day("20 Jan 2026")))
        plan.do(p.RecordAmendment(because="reassessment", on=day("1 Apr 2026")))
        plan.do(p.EndReassessment(on=day("28 Apr 2026"), stands_for_review=True, reason="It covered all"))
        corrected(plan, "amended", to)
        plan.do(p.StartReassessment(on=day("1 Jun 2026")))
        plan.do(p.EndReassessment(on=day("1 Aug 2026"), stands_for_review=True, reason="It covered all"))
        corrected(plan, "stood_in", None)
        if to:
            corrected(plan, "stood_in", None)
    met = agreed(app, of_each("order_amend", "met_on"), *around("6 Jul 2026"), *around("4 Aug 2026"), app.today)
    assert len(met) == 7
    agreed(app, of_each("twelve_months", "due"), day("2 Apr 2026"), day("28 Apr 2026"), day("1 Aug 2026"), app.today)


def withdrawn(plan: Plan, on: date) -> None:
    plan.do(pr.WithdrawProceeding(proceeding=2, on=on, reason="Set aside"))


def ended(plan: Plan, on: date) -> None:
    plan.do(p.EndPlan(on=on))


def gone(plan: Plan, on: date) -> None:
    plan.do(p.TransferOut(on=on))


def detained(plan: Plan, on: date) -> None:
    plan.do(p.StartDetention(on=on))


@pytest.mark.parametrize(
    ("happens", "states"),
    [
        (withdrawn, ["not_applicable", "not_applicable", "not_applicable"]),
        (ended, ["not_applicable", "not_applicable", "breached"]),
        (gone, ["not_applicable", "not_applicable", "breached"]),
        (detained, ["not_applicable", "not_applicable", "breached"]),
    ],
)
def test_what_takes_the_limit_away_around_its_last_day(
    app: Arflow, happens: Callable[[Plan, date], None], states: list[str]
) -> None:
    for on in around("4 Aug 2026"):
        happens(Plan(app).ordered("amend", "30 Jun 2026"), on)
    assert agreed(app, of_each("order_amend"), app.today) == [states]


def test_an_order_to_cease_and_a_plan_that_ceased_too_soon(app: Arflow) -> None:
    for on in around("30 Jun 2026"):
        Plan(app).ordered("cease", "30 Jun 2026").do(p.EndPlan(on=on))
    for on in around("22 Jun 2026"):
        Plan(app).do(pr.NotifyCeasing(on=day("20 Apr 2026")), p.EndPlan(on=on, skip_reason="Moved abroad"))
    ordered, told = ["met", "met", "breached"], ["breached", "breached", "met"]
    assert agreed(app, of_each("order_cease"), app.today) == [[*ordered, *["not_applicable"] * 3]]
    assert agreed(app, of_each("ceasing_appeal_period"), app.today) == [[*["not_applicable"] * 3, *told]]


def test_an_appeal_against_ceasing_keeps_a_plan_as_long_as_it_waits(app: Arflow) -> None:
    """Told on 20 April 2026, the two months end on Mon 22 June; appeals made in time, on the last day and too late."""
    ends: tuple[Any, ...] = ("dismissed", "withdrawn", "not_admitted", "allowed", None)
    appeals = (("4 May 2026", "1 Jun 2026"), ("22 Jun 2026", "1 Sep 2026"), ("23 Jun 2026", "1 Sep 2026"))
    for ended, (made, over) in product(ends, appeals):
        for ceased in (None, *around(over)[:2], day("23 Jun 2026")):
            plan = Plan(app).do(pr.NotifyCeasing(on=day("20 Apr 2026")))
            plan.do(pr.LodgePlanAppeal(against="ceasing", on=day(made)))
            if ended:
                plan.do(pr.EndPlanAppeal(ended=ended, on=day(over)))
            if ceased:
                plan.do(p.EndPlan(on=ceased, skip_reason="They moved abroad"))
    agreed(
        app, of_each("ceasing_appeal_period"), *around("1 Jun 2026")[:2], *around("22 Jun 2026")[1:], day("2 Sep 2026")
    )


def test_what_the_tribunal_orders_about_ceasing(app: Arflow) -> None:
    for order in (
        pr.RecordOrder(requires="cease", on=day("1 Jun 2026")),
        pr.RecordOrder(requires="keep", on=day("1 Jun 2026")),
        pr.RecordOrder(requires="keep_and_amend", on=day("1 Jun 2026")),
        pr.AgreeInMediation(requires="keep", on=day("1 Jun 2026")),
        pr.NotOppose(requires="keep", on=day("1 Jun 2026")),
        pr.RecordOrder(requires="cease", on=day("17 Apr 2026")),
    ):
        for appealed in (True, False):
            plan = Plan(app).do(pr.NotifyCeasing(on=day("20 Apr 2026")))
            if appealed:
                plan.do(pr.LodgePlanAppeal(against="ceasing", on=day("4 May 2026")))
            plan.do(order)
    for on in around("1 Jun 2026"):
        plan = Plan(app).do(pr.NotifyCeasing(on=day("20 Apr 2026")))
        plan.do(pr.RecordOrder(requires="cease", on=day("1 Jun 2026")), p.EndPlan(on=on, skip_reason="Ordered"))
    agreed(app, of_each("ceasing_appeal_period"), *around("1 Jun 2026"), *around("22 Jun 2026"))


def test_an_appeal_against_ceasing_in_a_review_keeps_the_plan_too(app: Arflow) -> None:
    """Told on 20 February 2026, the two months end on Mon 20 April; an appeal of the 21st is admitted, or is not."""
    cases = Cases(app, start=app.log_store.head()[0])
    ends: tuple[Any, ...] = ("dismissed", "withdrawn", "allowed", None)
    appeals = (
        ("2 Mar 2026", None, "1 Apr 2026"),
        ("20 Apr 2026", None, "1 Jul 2026"),
        ("21 Apr 2026", None, "1 Jul 2026"),
        ("21 Apr 2026", "1 May 2026", "1 Jul 2026"),
    )
    for ended, (made, admitted, over) in product(ends, appeals):
        for ceased in (None, day(over), day("21 Apr 2026")):
            told = cases.opened("1 Sep 2025", "1 Jan 2026").held("10 Feb 2026").decided("cease", "20 Feb 2026")
            told.do(c.LodgeAppeal(on=day(made)))
            if admitted:
                told.do(c.AdmitAppeal(on=day(admitted)))
            if ended:
                told.do(c.DetermineAppeal(ended=ended, on=day(over)))
            if ceased and told.state() == "decided":
                told.do(c.CeasePlan(on=ceased, skip_reason="They moved abroad"))
    late = cases.opened("1 Sep 2025", "1 Jan 2026").held("10 Feb 2026").decided("cease", "20 Feb 2026")
    late.do(c.CeasePlan(on=day("21 Apr 2026"))).do(c.LodgeAppeal(on=day("23 Apr 2026")))
    late.do(c.AdmitAppeal(on=day("1 May 2026"))).do(c.DetermineAppeal(ended="dismissed", on=day("1 Jul 2026")))
    late.do(c.CeasePlan(on=day("1 Jul 2026")))
    states = "select list(state order by review) from duties where duty = 'appeal_period'"
    agreed(app, states, day("1 Apr 2026"), *around("20 Apr 2026")[1:], day("1 May 2026"), *around("1 Jul 2026")[1:])


def test_the_doubt_about_a_notice_that_gave_way_to_an_appeal_is_none_of_the_duty(app: Arflow) -> None:
    cases = Cases(app, start=app.log_store.head()[0])
    told = cases.opened("1 Sep 2025", "1 Jan 2026").held("10 Feb 2026").decided("cease", "20 Feb 2026")
    notified = told.app.review(told.id).acts[-1].event.originator_version
    told.do(c.DoubtDay(of=notified, quality="estimated"))
    told.do(c.LodgeAppeal(on=day("2 Mar 2026"))).do(c.DetermineAppeal(ended="dismissed", on=day("1 Apr 2026")))
    query = "select quality from duties where duty = 'appeal_period'"
    assert agreed(app, query, day("1 Mar 2026"), day("2 Mar 2026"), day("1 Apr 2026")) == [
        "estimated",
        "known",
        "known",
    ]


def test_a_certificate_counts_over_easter_and_lengthens_the_time_to_appeal(app: Arflow) -> None:
    plan = Plan(app).do(pr.NotifyCeasing(on=day("2 Mar 2026")), pr.RequestMediation(on=day("2 Mar 2026")))
    plan.did("held", day("1 Apr 2026")).did("certificate_given", day("8 Apr 2026"))
    days = (day("7 Apr 2026"), day("8 Apr 2026"))
    assert agreed(app, query("mediation_certificate", plan), *days) == ["due_soon", "met"]
    assert agreed(app, query("ceasing_appeal_period", plan, "due"), *days) == [day("5 May 2026"), day("8 May 2026")]


def test_a_reassessment_asked_for_answered_and_ended(app: Arflow) -> None:
    plan = Plan(app).do(pr.RequestReassessment(on=day("12 Jan 2026")), p.StartReassessment(on=day("20 Jan 2026")))
    plan.do(p.EndReassessment(on=day("28 Apr 2026")), pr.RequestReassessment(on=day("1 Jun 2026")))
    answer = query("reassessment_answer", plan, "arg_max(state, proceeding)")
    assert agreed(app, answer, day("20 Jan 2026"), day("31 May 2026"), day("16 Jun 2026"), day("17 Jun 2026")) == [
        "met", "met", "due_soon", "overdue",
    ]  # fmt: skip
    ends = (day("28 Apr 2026") - DAY, day("28 Apr 2026"))
    assert agreed(app, query("reassessment_plan", plan), *ends) == ["due_soon", "met"]


def test_each_of_several_of_a_kind_is_counted_in_both(app: Arflow) -> None:
    """Two orders at once, an earlier mediation that was late beside one under way, and one order of another kind."""
    plan = (
        Plan(app)
        .ordered("amend", "1 Jun 2026")
        .ordered("amend", "8 Jun 2026", "20 Jul 2026")
        .ordered("name", "8 Jun 2026")
    )
    plan.do(pr.RequestMediation(on=day("2 Mar 2026"))).did("held", day("2 Apr 2026")).did(
        "certificate_given", day("7 Apr 2026")
    )
    plan.do(pr.RequestMediation(on=day("1 Jul 2026"))).did("amended", day("7 Jul 2026"), 2)
    states = "select list((proceeding, state) order by proceeding) from duties where duty = '{}' and review = ''"
    orders, mediations = states.format("order_amend"), states.format("mediation_held")
    assert agreed(app, orders, day("6 Jul 2026"), day("7 Jul 2026"), day("21 Jul 2026")) == [
        [(2, "due_soon"), (3, "due_soon")],
        [(2, "breached"), (3, "due_soon")],
        [(2, "breached"), (3, "overdue")],
    ]
    assert agreed(app, mediations, day("20 Jul 2026")) == [[(5, "breached"), (8, "due_soon")]]
    Plan(app)  # a plan without any proceeding has each of the duties once
    nothing = "select count(*) from duties where duty = 'order_amend' and state = 'not_applicable'"
    assert agreed(app, nothing, day("20 Jul 2026")) == [1]


def test_an_appeal_out_of_time_that_is_admitted_is_counted_in_both(app: Arflow) -> None:
    """Made around Mon 22 June 2026, the last day to appeal, and admitted on 1 July; the plan had ceased, or had not."""
    ends: tuple[Any, ...] = ("dismissed", "withdrawn", "allowed", None)
    for made, ended, ceased in product(around("22 Jun 2026")[1:], ends, (None, day("23 Jun 2026"))):
        plan = Plan(app).do(pr.NotifyCeasing(on=day("20 Apr 2026")))
        plan.do(pr.LodgePlanAppeal(against="ceasing", on=made))
        if ceased:
            plan.do(p.EndPlan(on=ceased, skip_reason="Out of time"))
        if made > day("22 Jun 2026"):
            plan.did("admitted_late", day("1 Jul 2026"))
        if ended:
            plan.do(pr.EndPlanAppeal(ended=ended, on=day("1 Sep 2026")))
    plan = Plan(app).do(pr.NotifyCeasing(on=day("20 Apr 2026")), pr.RequestMediation(on=day("1 Jun 2026")))
    plan.did("certificate_given", day("15 Jun 2026")).do(pr.RequestMediation(on=day("16 Jun 2026")))
    agreed(
        app, of_each("ceasing_appeal_period"), *around("22 Jun 2026")[1:], *around("1 Jul 2026"), *around("1 Sep 2026")
    )


Begins = tuple[p.AnyPlanCommand, Any, str, str]
_THE_OTHER_LIMITS: tuple[Begins, ...] = (
    (pr.RecordOrder(requires="reassess", on=day("30 Jun 2026")), "told", "order_reassess_told", "14 Jul 2026"),
    (pr.RecordOrder(requires="reassess", on=day("30 Jun 2026")), "no_plan", "order_reassess_no_plan", "8 Sep 2026"),
    (pr.RecordOrder(requires="make", on=day("30 Jun 2026")), "draft", "order_make_draft", "4 Aug 2026"),
    (pr.RecordOrder(requires="reconsider", on=day("30 Jun 2026")), "reconsidered", "order_reconsider", "14 Jul 2026"),
    (
        pr.RecordOrder(requires="review", on=day("30 Jun 2026"), last_day=day("30 Sep 2026")),
        "reviewed",
        "order_review",
        "30 Sep 2026",
    ),
    (pr.RequestReassessment(on=day("12 Jan 2026")), "answered", "reassessment_answer", "27 Jan 2026"),
    (p.StartReassessment(on=day("20 Jan 2026")), "ended", "reassessment_plan", "28 Apr 2026"),
)
_ACTS: dict[str, Any] = {"answered": pr.RefuseReassessment, "ended": p.EndReassessment}


def test_every_other_limit_around_its_last_day(app: Arflow) -> None:
    """Each step on the day before, on and after, and not taken at all."""
    for begin, step, _, last in _THE_OTHER_LIMITS:
        for on in (*around(last), None):
            plan = Plan(app).do(begin)
            if on:
                plan.do(_ACTS[step](on=on)) if step in _ACTS else plan.did(step, on)
    for on in around("2 Jun 2026"):  # three months starting with 2 March: to 1 June, and to 2 June in the other reading
        Plan(app).do(pr.StartDirectPayments(on=day("2 Mar 2026"))).did("reviewed", on)
    wanted = {duty: ["met", "met", "breached", "overdue"] for _, _, duty, _ in _THE_OTHER_LIMITS}
    wanted["direct_payments_review"] = ["met", "contested", "breached"]
    # In the four cases of "no plan is necessary" nobody said before it that there would be an assessment.
    wanted["order_reassess_told"] += ["breached", "breached", "breached", "overdue"]
    # Whether a plan is necessary is not known where nobody has said so: nothing is late.
    wanted["order_reassess_no_plan"] = ["met", "met", "breached"]
    found = (
        "select map_from_entries(list((duty, states))) from (select duty, list(state order by plan) as states from duties "
        f"where duty in {tuple(wanted)} and state <> 'not_applicable' and plan in (select plan from proceeding_days) "
        "group by duty)"
    )
    [states] = agreed(app, found, day("1 Dec 2026"))
    assert isinstance(states, dict)
    assert states == wanted
