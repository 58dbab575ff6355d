"""Reports over the whole log: the same figures as a slow fold in Python, at any day, each opening to exactly its cases."""

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from click.testing import Result

from arflow import create_store
from arflow.application.arflow import Arflow
from arflow.case import plan_commands as p
from arflow.case import review_commands as c
from arflow.demo import Making, make
from arflow.events import INVITATION_REPLIES, AdulthoodArea, AdviceAnswer, PersonalBudget, Progress, Views
from arflow.figures.breaches import HOW, breaches
from arflow.figures.conduct import ANSWERS, conduct
from arflow.figures.duties import STATES, duties
from arflow.figures.kpi import kpi
from arflow.figures.participation import ANSWERED, CAME, REPLIED, participation
from arflow.figures.report import EVERY, Asked, By, Report, Section
from arflow.figures.timeliness import timeliness
from arflow.figures.transfers import STAGES, transfers
from arflow.figures.trend import trend
from arflow.figures.viewpoint import Looking, looking
from arflow.history.archive import archive
from tests.conftest import TODAY
from tests.support import slow_reports
from tests.support import slow_timeliness as slow
from tests.support.cases import EVERYBODY, Cases, day

pytestmark = pytest.mark.thorough

Make = Callable[[Looking], Report]
REPORTS: dict[str, Make] = {
    "timeliness": timeliness, "duties": duties, "trend": trend, "breaches": breaches, "transfers": transfers, "kpi": kpi,
    "conduct": conduct, "participation": participation,
}  # fmt: skip
TEN_DAYS = [TODAY - timedelta(days=97 * n) for n in range(10)]


class Authority:
    """An application, and its log looked at from each point of view once."""

    def __init__(self, app: Arflow, open_until: ExitStack) -> None:
        self.app, self._open_until = app, open_until
        self._logs: dict[tuple[date, datetime | None], Looking] = {}

    def log(self, asked: Asked) -> Looking:
        point = (asked.as_at, asked.known_at)
        if point not in self._logs:
            self._logs[point] = self._open_until.enter_context(looking(self.app, asked))
        return msgspec.structs.replace(self._logs[point], asked=asked)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """A synthetic authority with doubtful days, transfers, cancelled and interim reviews beside what is usual."""
    url = f"sqlite:///{tmp_path_factory.mktemp('authority')}/arflow.db"
    create_store(url)
    with Arflow(url, by="A. Officer", today=TODAY) as app, ExitStack() as open_until:
        make(app, Making(plans=150, years=4, seed=3, today=TODAY))
        cases = Cases(app)
        add_unusual(cases)
        record_conduct(app)
        add_advice(cases)
        yield Authority(app, open_until)


def add_unusual(cases: Cases) -> None:
    for number, quality in enumerate(("estimated", "missing") * 3):
        made = "1 Mar 2024" if quality == "estimated" else None
        plan = cases.plan(
            made, first_made_quality=quality, on=date(2024, 3, 1), nc_year=-number % 3 - 2, setting="100003"
        )
        told = cases.review(plan, "1 Nov 2024").invited("20 Nov 2024").held("20 Dec 2024")
        if number < 4:
            told.decided("amend", f"{10 + number} Jan 2025").noticed("1 Feb 2025")
    for transfer, moved in (
        ("early_years_to_school", date(2027, 9, 1)),
        ("secondary_to_post16", date(2026, 9, 1)),
        ("secondary_to_post16", date(2027, 9, 1)),
        ("post16_to_post16", date(2027, 6, 1)),
    ):
        plan = cases.plan("1 Sep 2025", nc_year=11, transfer=transfer, transfer_on=moved)
        told = cases.review(plan, "1 Mar 2026", "annual").invited("5 Mar 2026").held("20 Apr 2026")
        told.decided("amend", "5 May 2026").noticed("5 May 2026")
    cases.plan("1 Sep 2025", nc_year=11)
    cancelled = cases.opened("1 Feb 2025", "1 Nov 2025")
    cancelled.do(c.CancelReview(on=day("20 Nov 2025"), reason="Opened twice"))
    cases.opened("1 Jan 2026", "1 Mar 2026", "under_five").held("20 Mar 2026")
    cases.app.change_plan(cases.plan("1 Mar 2025"), p.EndPlan(on=day("1 Jul 2026")))
    for again in (False, True):
        told = cases.opened("1 Mar 2025", "1 Mar 2026").held("20 Mar 2026")
        told.do(c.RecordConduct(outcomes=("E1",), progress=("achieved",), views=("child_gave_views",)))
        told.do(c.VoidStep(voided_step="hold", reason="Of another case"))
        if again:
            told.held("20 Apr 2026")


def add_advice(cases: Cases) -> None:
    """Reviews whose people were asked for advice, and answered, came or did neither; some acts are put right later."""
    chance = random.Random(11)
    for number in range(40):
        meeting = date(2026, 9, 1) - timedelta(days=chance.randint(0, 700))
        plan = cases.plan("1 Mar 2024", on=date(2024, 3, 1), setting=f"10000{number % 5}")
        told = cases.review(plan, f"{meeting - timedelta(days=60):%d %b %Y}")
        on = meeting - timedelta(days=chance.randint(40, 50))
        told.do(c.Invite(on=on, roles=EVERYBODY))
        for replied in INVITATION_REPLIES[: number % 5]:
            told.do(c.AnswerInvitation(on=on, role=EVERYBODY[number % 3], person=f"N-{number % 2}", replied=replied))
        if number % 6 == 5:
            told.do(c.ScheduleMeeting(on=on, meeting_on=meeting))
            told.do(c.AnswerInvitation(on=on, role=EVERYBODY[number % 2], replied="accepted"))
        for roles in (EVERYBODY, ("parent", "health"))[: chance.randint(0, 2)]:
            told.do(c.RequestAdvice(on=on, roles=roles))
            on += timedelta(days=1)
        for role in chance.sample((*EVERYBODY, "job_coach"), chance.randint(0, 5)):
            answer: AdviceAnswer = chance.choice(("advice", "advice", "no_change", "not_involved"))
            came = min(TODAY, meeting - timedelta(days=chance.choice((60, 14, 13, 2, -5))))
            told.do(c.ReceiveAdvice(on=came, role=role, answer=answer))
        there = tuple(chance.sample((*EVERYBODY, "job_coach"), chance.choice((0, 2, 4))))
        told.do(c.HoldMeeting(on=meeting, attended=there, skip_reason="told briefly"))
        if number % 4 == 0:
            told.do(c.VoidStep(voided_step="hold", reason="Misread"))
            told.do(c.HoldMeeting(on=meeting + timedelta(days=3), attended=there[:1], skip_reason="told briefly"))
        elif number % 4 == 1:
            told.do(c.CorrectStep(corrected_step="hold", on=meeting - timedelta(days=2), reason="Misread"))


def record_conduct(app: Arflow) -> None:
    """How two in three of the meetings were conducted, some of them twice, and some not on their day."""
    chance = random.Random(5)

    def some(codes: tuple[Any, ...], most: int) -> tuple[Any, ...]:
        return tuple(chance.sample(codes, chance.randint(0, most)))

    for plan, review, _ in list(slow.reviews_known(app, Asked(as_at=TODAY))):
        held = review.day("hold")
        for _ in range(chance.randint(0, 2) if held else 0):
            assert held is not None
            outcomes = ("E1", "E2", "E3")[: chance.randint(0, 3)]
            views = some(get_args(Views)[:-1], 4) if chance.random() < 0.9 else ("no_views",)
            said = c.RecordConduct(
                on=min(TODAY, held + timedelta(days=chance.choice((0, 0, 40)))),
                outcomes=outcomes,
                progress=tuple(chance.choice(get_args(Progress)) for _ in outcomes),
                views=views,
                areas=chance.choice((some(get_args(AdulthoodArea), 4), get_args(AdulthoodArea))),
                personal_budget=chance.choice((None, *get_args(PersonalBudget))),
            )
            app.act(review.id, said)
        if held and plan.is_maintained and chance.random() < 0.3:
            near = held + timedelta(days=chance.choice((-30, 30)))
            year = p.ChangeYearGroup(nc_year=chance.choice((8, 9)), on=min(TODAY, near))
            rights = p.SetYoungPersonFrom(young_person_from=near, on=held - timedelta(days=60))
            app.change_plan(review.plan, change := chance.choice((year, rights)))
            if change is rights and chance.random() < 0.5:
                moved = near + timedelta(days=chance.choice((-70, 70)))
                app.change_plan(review.plan, p.CorrectPlanDay(fact="young_person_from", to=moved, reason="Misread"))


Found = dict[str, tuple[Section, list[dict[str, Any]], list[dict[str, Any]]]]


def made(authority: Authority, name: str, asked: Asked) -> Found:
    """Each section with its rows and its cases by column."""
    return read(REPORTS[name](authority.log(asked)))


def read(report: Report) -> Found:
    return {section.name: (section, rows_of(section), cases_of(section)) for section in report.sections}


def rows_of(section: Section) -> list[dict[str, Any]]:
    return [dict(zip([column.name for column in section.columns], row, strict=True)) for row in section.rows]


def cases_of(section: Section) -> list[dict[str, Any]]:
    if section.cases is None:
        return []
    names = [column.name for column in section.cases.columns]
    return [dict(zip(names, row, strict=True)) for row in section.cases.rows()]


def moment(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 12, tzinfo=UTC)


# --- two computations -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "on"), list(enumerate(TEN_DAYS)), ids=str)
def test_timeliness_is_what_a_slow_fold_gives(authority: Authority, number: int, on: date) -> None:
    by: By = EVERY[number % len(EVERY)]
    known = moment(on) if number % 2 else moment(on - timedelta(days=200)) if number == 4 else None
    start = on - timedelta(days=500) if number > 6 else None
    asked = Asked(as_at=on, known_at=known, start=start, by=by)
    counted = slow.timeliness(authority.app, asked)

    found = made(authority, "timeliness", asked)

    cases = Counter(
        (
            name,
            str(case.get(by, "all")),
            *(
                case[column]
                for column in ("duty", "outcome", "plan", "review", "held", "due", "done", "days", "quality")
            ),
        )
        for name, (_, _, cases) in found.items()
        for case in cases
    )
    assert cases == Counter(map(tuple, counted))
    figures = {
        (name, str(row.get(by, "all")), row["duty"]): tuple(row.values())[-10:]
        for name, (_, rows, _) in found.items()
        for row in rows
    }
    assert figures == slow.figures(counted)
    assert len(counted) > 50


TWO_DAYS = [(TODAY, None, "kind"), (TODAY - timedelta(days=300), TODAY - timedelta(days=320), "quarter")]
two_days = pytest.mark.parametrize(("on", "known", "by"), TWO_DAYS, ids=["today", "earlier"])


def asking(on: date, known: date | None, by: By = "all", **period: date) -> Asked:
    return Asked(as_at=on, known_at=moment(known) if known else None, by=by, start=on - timedelta(days=400), **period)


@two_days
def test_duties_by_state_are_what_a_slow_fold_gives(authority: Authority, on: date, known: date | None, by: By) -> None:
    for asked in (asking(on, known, by), Asked(as_at=on, by="phase")):
        found = made(authority, "duties", asked)

        states = Counter(
            (name, case[asked.by], case["duty"], case["owner"], case["state"])
            for name, (_, _, cases) in found.items()
            for case in cases
        )
        assert states == slow_reports.duties(authority.app, asked)
        assert len(states) > 40


@two_days
def test_breaches_are_what_a_slow_fold_gives(authority: Authority, on: date, known: date | None, by: By) -> None:
    found = made(authority, "breaches", asked := asking(on, known, by))

    columns = ("plan", "review", "duty", "owner", "due", "done", "how", "days_late", "citation")
    cases = found["breaches"][2]
    assert Counter(tuple(case[column] for column in columns) for case in cases) == slow_reports.breaches(
        authority.app, asked
    )
    assert len(cases) > 50
    late = [case["days_late"] for case in cases if case["days_late"] is not None]
    assert late == sorted(late, reverse=True)
    assert [row["days_late"] for row in found["worst"][1]] == [case["days_late"] for case in cases[:100]]


@pytest.mark.parametrize("on", [TODAY, date(2027, 2, 14), date(2027, 2, 15), date(2027, 2, 16)], ids=str)
def test_readiness_for_transfers_is_what_a_slow_fold_gives(authority: Authority, on: date) -> None:
    asked = Asked(as_at=on, start=date(2026, 1, 1), end=date(2028, 12, 31), by="setting")
    found = made(authority, "transfers", asked)

    columns = ("plan", "transfer", "due", "outer", "stage", "result")
    for name in ("kinds", "groups"):
        cases = found[name][2]
        assert Counter(tuple(case[column] for column in columns) for case in cases) == slow_reports.transfers(
            authority.app, asked
        )
    assert {case["transfer"] for case in cases} >= {"primary_to_secondary", "secondary_to_post16", "post16_to_post16"}


@two_days
def test_key_figures_are_what_a_slow_fold_gives(authority: Authority, on: date, known: date | None, by: By) -> None:
    asked = asking(on, known, end=on)
    rows = made(authority, "kpi", asked)["kpi"][1]

    found = {row["measure"]: (row["numerator"], row["denominator"]) for row in rows}
    wanted = slow_reports.kpi(authority.app, asked) | slow_reports.due(authority.app, asked)
    assert {name: found[name] for name in wanted} == wanted
    assert len(wanted) == 11


@two_days
def test_how_reviews_were_conducted_is_what_a_slow_fold_gives(
    authority: Authority, on: date, known: date | None, by: By
) -> None:
    for asked in (asking(on, known, by), Asked(as_at=on, by="setting")):
        found = made(authority, "conduct", asked)

        codes = {"addressed": ("aspect", "answer"), "progress": ("progress", "outcome")}
        cases = Counter(
            (name, case[asked.by], case["review"], *(case[column] for column in codes.get(name, (name,))))
            for name, (_, _, cases) in found.items()
            for case in cases
        )
        assert cases == slow_reports.conduct(authority.app, asked)
        if known is None:
            assert {case[-1] for case in cases} >= {*ANSWERS, "E3", "health", "own_medium", "requested", "not recorded"}


@two_days
def test_who_took_part_is_what_a_slow_fold_gives(authority: Authority, on: date, known: date | None, by: By) -> None:
    for asked in (asking(on, known, by), Asked(as_at=on, by="setting")):
        found = made(authority, "participation", asked)

        codes = {"attendance": ("came",), "replies": ("reply",), "advice": ("answer", "days")}
        cases = Counter(
            (name, case[asked.by], case["review"], case["role"], *(case[column] for column in codes[name]))
            for name, (_, _, cases) in found.items()
            for case in cases
        )
        assert cases == slow_reports.participation(authority.app, asked)
        if known is None:
            assert {word for case in cases for word in case[4:5]} == {*CAME, *REPLIED, *ANSWERED}


# --- every figure opens to its cases, and groups add up ----------------------------------------------------------

# What a column of figures counts: the column of the cases that holds its name.
SPLITS: dict[str, dict[str, str]] = {
    "timeliness": dict.fromkeys(("met", "contested", "late", "running", "not_known"), "outcome"),
    "trend": dict.fromkeys(("met", "contested", "late", "running", "not_known"), "outcome"),
    "duties": dict.fromkeys(STATES, "state"),
    "breaches": dict.fromkeys(HOW, "how"),
    "transfers": dict.fromkeys(STAGES, "stage") | dict.fromkeys(("in_time", "contested", "late", "running"), "result"),
    "kpi": {},
    "conduct": dict.fromkeys(ANSWERS, "answer"),
    "participation": dict.fromkeys(CAME, "came") | dict.fromkeys(REPLIED, "reply") | dict.fromkeys(ANSWERED, "answer"),
}
TOTALS = ("reviews", "total", "plans", "denominator", "outcomes", "invited_or_there", "invited", "asked")


@pytest.mark.parametrize("name", REPORTS)
def test_every_figure_opens_to_exactly_its_cases(authority: Authority, name: str) -> None:
    opened = 0
    for section, rows, cases in made(authority, name, Asked(as_at=TODAY, by="quarter")).values():
        if section.cases is None:
            continue
        shared = [
            column.name
            for column in section.columns
            if any(column.name == other.name for other in section.cases.columns)
        ]
        keys = [
            key
            for key in shared
            if section.columns[[c.name for c in section.columns].index(key)].unit in ("text", "day")
        ]
        assert Counter(tuple(case[key] for key in keys) for case in cases).keys() <= {
            tuple(row[key] for key in keys) for row in rows
        }
        for row in rows:
            behind = [case for case in cases if all(case[key] == row[key] for key in keys)]
            if section.name == "met":
                done = [
                    case
                    for case in behind
                    if case["duty"] == "decision" and case["outcome"] not in ("running", "not_known")
                ]
                met = sum(case["outcome"] == "met" for case in done)
                assert row["decision"] == (round(100 * met / len(done), 1) if done else None)
                continue
            assert len(behind) == next(row[column] for column in TOTALS if column in row), (section.name, row)
            for column, split in SPLITS[name].items():
                if column in row:
                    assert row[column] == sum(case[split] == column for case in behind), (section.name, row)
            if "numerator" in row:
                assert row["numerator"] == sum(case["counted"] == "yes" for case in behind)
            opened += len(behind)
    assert opened > 20


def counts_of(section: Section, rows: list[dict[str, Any]], by: str) -> Counter[tuple[Any, ...]]:
    """What a section's columns of counts come to, whatever group they are in."""
    words = [c.name for c in section.columns if c.unit in ("text", "day") and c.name not in (by, "met_range")]
    found: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        for column in section.columns:
            if column.unit == "count" and column.name != "days_left":
                found[*(row[word] for word in words), column.name] += row[column.name] or 0
    return +found


@pytest.mark.parametrize("name", ["timeliness", "duties", "breaches", "kpi", "conduct", "participation"])
def test_groups_add_up_to_the_total(authority: Authority, name: str) -> None:
    whole = {
        key: counts_of(section, rows, "")
        for key, (section, rows, _) in made(authority, name, Asked(as_at=TODAY, start=date(2025, 11, 25))).items()
    }
    for by in EVERY[1:]:
        found = made(authority, name, Asked(as_at=TODAY, start=date(2025, 11, 25), by=by))
        assert {key: counts_of(section, rows, by) for key, (section, rows, _) in found.items()} == whole, by
        if by in ("setting", "coordinator"):
            assert len({row[by] for _, rows, _ in found.values() for row in rows if by in row}) > 4


def test_trend_counts_what_timeliness_counts(authority: Authority) -> None:
    asked = Asked(as_at=TODAY, by="academic_year")
    told = made(authority, "timeliness", asked)
    shares = {
        (row["academic_year"], row["duty"]): row["met_percent"] for row in made(authority, "trend", asked)["counts"][1]
    }
    lines = made(authority, "trend", asked)["met"][1]
    assert [row["academic_year"] for row in lines] == sorted(row["academic_year"] for row in lines)
    assert {(row["academic_year"], duty): row[duty] for row in lines for duty in ("decision", "final_plan")} == {
        key: shares.get(key)
        for key in ((row["academic_year"], duty) for row in lines for duty in ("decision", "final_plan"))
    }
    assert {
        (row["academic_year"], "decision"): row["met_percent"]
        for row in told["local_authority"][1]
        if row["duty"] == "decision"
    } == {key: share for key, share in shares.items() if key[1] == "decision"}


# --- what is known, and how well --------------------------------------------------------------------------------


def decision(app: Arflow, asked: Asked) -> dict[str, Any]:
    with looking(app, asked) as log:
        rows = read(timeliness(log))["local_authority"][1]
    return next(row for row in rows if row["duty"] == "decision")


def test_before_a_correction_was_known_the_old_figure_stands(app: Arflow, cases: Cases) -> None:
    told = cases.opened("1 Jun 2025", "1 Sep 2025").held("1 Oct 2025").decided("maintain", "30 Oct 2025")
    before = datetime.now(UTC)
    told.do(c.CorrectStep(corrected_step="hold", on=day("2 Oct 2025"), reason="Misread"))

    old, new = (decision(app, Asked(as_at=TODAY, known_at=known)) for known in (before, None))

    assert (old["met"], old["late"], old["median_days"]) == (0, 1, 29)
    assert (new["met"], new["late"], new["median_days"]) == (1, 0, 28)


def test_what_is_entered_late_is_late_until_it_is_entered(app: Arflow, cases: Cases) -> None:
    told = cases.opened("1 Jun 2025", "1 Sep 2025").held("1 Oct 2025")
    before = datetime.now(UTC)
    told.decided("maintain", "20 Nov 2025")
    with looking(app, Asked(as_at=TODAY, known_at=before)) as log:
        old = read(breaches(log))["breaches"]
    with looking(app, Asked(as_at=TODAY)) as log:
        new = read(breaches(log))["breaches"]

    found = [next(case for case in cases if case["duty"] == "decision") for _, _, cases in (old, new)]
    assert [(case["how"], case["done"], case["days_late"]) for case in found] == [
        ("not_done", None, (TODAY - date(2025, 10, 29)).days),
        ("done_late", date(2025, 11, 20), 22),
    ]
    assert found[0]["days_to_enter"] is None
    assert found[1]["days_to_enter"] == (found[1]["entered"] - date(2025, 11, 20)).days > 7
    assert next(row for row in new[1] if row["duty"] == "decision")["entered_late"] == 1


def test_doubtful_days_give_a_range(app: Arflow, cases: Cases) -> None:
    for made_on, quality in (("1 Jun 2025", "known"), ("1 Jun 2025", "estimated"), ("1 Oct 2024", "estimated")):
        told = cases.review(cases.plan(made_on, first_made_quality=quality), "1 Nov 2025")
        told.held("3 Nov 2025").decided("maintain", "20 Nov 2025")
    nobody_knows = cases.plan(None, first_made_quality="missing", on=date(2025, 1, 1))
    cases.review(nobody_knows, "1 Nov 2025").held("3 Nov 2025")
    with looking(app, Asked(as_at=TODAY)) as log:
        rows = read(timeliness(log))["twelve_months"][1]

    year = next(row for row in rows if row["duty"] == "twelve_months")
    assert (year["reviews"], year["met"], year["late"], year["not_known"]) == (4, 2, 1, 1)
    # Low: of four, the sure one met. High: three are done and met, the fourth is not done and may be in time.
    assert (year["met_percent"], year["met_range"]) == (66.7, "25.0 to 100.0")


def test_a_figure_without_doubt_has_no_range(app: Arflow, cases: Cases) -> None:
    cases.opened("1 Jun 2025", "1 Sep 2025").held("1 Oct 2025").decided("maintain", "20 Oct 2025")
    assert decision(app, Asked(as_at=TODAY))["met_range"] is None


def test_plans_that_may_have_been_amended_before_they_were_entered_are_in_no_share_of_those_not_amended(
    app: Arflow, cases: Cases
) -> None:
    cases.plan("1 Jun 2020", on=date(2020, 6, 1))
    cases.plan("1 Jun 2026", on=date(2026, 6, 1))
    cases.plan("1 Jun 2020", last_reviewed=date(2026, 3, 2))
    cases.plan("1 Jun 2020", last_reviewed_quality="missing", undecided_meeting=date(2026, 3, 2))
    with looking(app, Asked(as_at=TODAY, start=date(2026, 1, 1), end=TODAY)) as log:
        rows = read(kpi(log))["kpi"][1]

    found = {row["measure"]: (row["numerator"], row["denominator"]) for row in rows if row["item"] == "8"}
    assert found == {
        "never_reviewed": (2, 4),
        "never_reviewed_over_12_months": (1, 4),
        "not_amended_for_3_years": (1, 2),
        "last_change_not_known": (2, 4),
        "last_decision_not_known": (1, 4),
    }
    assert next(row for row in rows if row["measure"] == "last_decision_not_known")["in_doubt"] == 1


def test_a_plan_of_which_no_day_is_known_is_there_from_its_entry(app: Arflow, cases: Cases) -> None:
    cases.plan(None, first_made_quality="missing", on=date(2025, 1, 1))
    for on, plans in ((date(2024, 12, 31), 0), (date(2025, 1, 1), 1)):
        assert len(list(slow.plans_known(app, Asked(as_at=on)))) == plans
        with looking(app, Asked(as_at=on)) as log:
            assert log.rows("select count(*) from plans") == ((plans,),)


def test_one_breach_is_counted_once_for_a_plan_and_its_open_review(app: Arflow, cases: Cases) -> None:
    told = cases.opened("1 Jun 2024", "1 May 2025")
    cases.plan("1 Jun 2024")
    with looking(app, Asked(as_at=TODAY)) as log:
        found = read(breaches(log))["breaches"][2]
    assert sorted(case["review"] for case in found if case["duty"] == "twelve_months") == ["", told.id]


def test_advice_is_a_figure_only_where_advice_is_recorded(app: Arflow, cases: Cases) -> None:
    told = cases.opened("1 Jun 2025", "1 Sep 2025").invited("5 Sep 2025")
    silent = cases.opened("1 Jun 2025", "1 Sep 2025").invited("5 Sep 2025").held("1 Oct 2025")
    with looking(app, Asked(as_at=TODAY)) as log:
        before = read(kpi(log))
    told.do(c.ReceiveAdvice(role="health", on=day("10 Sep 2025"))).held("1 Oct 2025")
    with looking(app, Asked(as_at=TODAY, start=date(2025, 9, 1))) as log:
        after = read(kpi(log))

    assert "10" in [row["item"] for row in before["not_held"][1]]
    assert "10" not in [row["item"] for row in before["kpi"][1]]
    assert "10" not in [row["item"] for row in after["not_held"][1]]
    shares = {row["measure"]: (row["numerator"], row["denominator"]) for row in after["kpi"][1] if row["item"] == "10"}
    assert shares == {"advice_of_health": (1, 2), "advice_of_la_social_care": (0, 2)}
    given = {case["review"]: case["counted"] for case in after["kpi"][2] if case["measure"] == "advice_of_health"}
    assert given == {told.id: "yes", silent.id: "no"}


def test_a_transfer_day_nobody_recorded_is_said(app: Arflow, cases: Cases) -> None:
    cases.plan("1 Sep 2025", nc_year=6)
    cases.plan("1 Sep 2025", nc_year=6, transfer="primary_to_secondary", transfer_on=date(2027, 9, 1))
    with looking(app, Asked(as_at=TODAY)) as log:
        found = read(transfers(log))
    assert [(row["why"], row["plans"]) for row in found["left_out"][1]] == [("year 6, no transfer recorded", 1)]
    assert [(row["days_left"], row["due"], row["outer"], row["not_started"]) for row in found["kinds"][1]] == [
        (82, date(2027, 2, 14), date(2027, 2, 15), 1)
    ]


def test_readiness_counts_a_transfer_as_final_once_it_is_recorded_what_the_plan_names(
    app: Arflow, cases: Cases
) -> None:
    moving: dict[str, Any] = {"transfer": "primary_to_secondary", "transfer_on": date(2026, 9, 1)}
    over_a_year, not_named, named, ordered = (cases.plan("1 Sep 2024", **moving) for _ in range(4))
    cases.review(over_a_year, "1 Aug 2025").held("28 Aug 2025").decided("maintain", "20 Sep 2025")
    cases.review(not_named, "1 Sep 2025").held("2 Sep 2025").decided("maintain", "10 Sep 2025")
    review = cases.review(named, "1 Sep 2025").held("2 Sep 2025")
    review.decided("maintain", "10 Sep 2025", names_for_transfer="123456")
    app.change_plan(
        ordered, p.NameForTransfer(names_for_transfer="unchanged", outside_review=True, on=date(2026, 2, 15))
    )
    with looking(app, Asked(as_at=date(2026, 2, 16))) as log:
        found = {case["plan"]: case for case in read(transfers(log))["kinds"][2]}
    assert {plan: (case["stage"], case["result"]) for plan, case in found.items()} == {
        over_a_year: ("not_started", "late"),
        not_named: ("decided", "late"),
        named: ("final", "in_time"),
        ordered: ("final", "contested"),
    }
    assert (found[named]["named"], found[named]["institution"]) == ("institution", "123456")
    assert (found[ordered]["review"], found[ordered]["final"]) == (None, date(2026, 2, 15))


# --- the command line ---------------------------------------------------------------------------------------------

Run = Callable[..., Result]


@pytest.fixture
def tiny(app: Arflow, cases: Cases, run: Run) -> Run:
    """Two reviews: one kept, but for its notice; one whose decision was late. And a transfer not begun."""
    tell_two(cases)
    return run


def tell_two(cases: Cases) -> None:
    first = cases.opened("12 Sep 2024", "1 May 2025", setting="123456", nc_year=4)
    first.invited("10 Jun 2025").circulated("11 Jun 2025").held("18 Jun 2025").reported("2 Jul 2025")
    first.decided("amend", "14 Jul 2025").noticed("14 Jul 2025").issued("1 Sep 2025")
    second = cases.opened("1 Oct 2024", "1 Jun 2025", setting="123457", nc_year=9)
    second.invited("1 Jun 2025").do(c.RequestAdvice(on=day("1 Jun 2025"), roles=("parent", "setting", "health")))
    second.do(c.ReceiveAdvice(on=day("2 Jun 2025"), role="setting")).circulated("2 Jun 2025")
    second.do(c.ReceiveAdvice(on=day("20 Jun 2025"), role="health", answer="no_change"))
    second.held("1 Jul 2025", attended=("parent", "job_coach")).reported("10 Jul 2025")
    second.decided("maintain", "30 Aug 2025")
    cases.plan("1 Oct 2025", setting="123456", nc_year=6, transfer="primary_to_secondary", transfer_on=date(2027, 9, 1))
    poor = c.RecordConduct(outcomes=("E1", "E2"), progress=("achieved", "not_addressed"), views=("parent_gave_views",))
    second.do(poor).do(msgspec.structs.replace(poor, areas=("health",), personal_budget="none"))


def printed(run: Run, line: str) -> list[str]:
    """What a command prints, without the room around it."""
    result = run(*line.split(), today=date(2025, 12, 1))
    assert result.exit_code == 0, result.stderr
    return [re.sub(r" {2,}", "  ", text.strip()) for text in result.stdout.splitlines() if text.strip(" ─")]


OUTPUTS = {
    'report timeliness --section local_authority': [
        'How timely annual reviews were',
        'As at 1 Dec 2025; as known at everything recorded so far',
        "The local authority's share",
        'Decision, amendment notice, final plan and phase transfer; and notice, papers and report where the authority arranges the review itself (SEND Regs 2014 r.20, r.21).',
        'Duty  Reviews  Met  Contested  Late  Running  Not known  Met %  From … to  Median days  90th percentile',
        'decision  2  1  0  1  0  0  50.0%  –  43  56.6',
        'amendment notice  1  1  0  0  0  0  100.0%  –  26  26',
        'final plan  1  1  0  0  0  0  100.0%  –  49  49',
    ],
    'report conduct --section addressed': [
        'How reviews were conducted',
        'As at 1 Dec 2025; as known at everything recorded so far',
        'What records address',
        'Recorded for 1 of 2 reviews held.',
        'To be addressed  Law or guidance  Reviews  Addressed  Left out  Not recorded  Addressed %',
        'every outcome  SEND Regs 2014 r.19(b), r.20(5), r.21(5)  2  0  1  1  0.0%',
        'views of the child  SEND Regs 2014 r.19(a)  2  0  1  1  0.0%',
        'views of the parent  SEND Regs 2014 r.19(a)  2  1  0  1  100.0%',
        'adulthood  SEND Regs 2014 r.2(1), r.20(6), r.21(6)  1  1  0  0  100.0%',
        'every area of adulthood  Code 8.9-8.12, 9.183-9.185  1  0  1  0  0.0%',
        'personal budget  Code 9.168-9.169  2  1  0  1  100.0%',
    ],
    'report conduct --section progress --by setting': [
        'How reviews were conducted',
        'As at 1 Dec 2025; as known at everything recorded so far; by setting',
        'Progress towards outcomes',
        '2 outcomes.',
        'Setting  Progress  Outcomes  Share',
        '123457  achieved  1  50.0%',
        '123457  not addressed  1  50.0%',
    ],
    'report participation --section attendance': [
        'Who took part in reviews',
        'As at 1 Dec 2025; as known at everything recorded so far',
        'Who came',
        'Who was there is recorded for 1 of 2 reviews.',
        'Who  Invited or there  Attended  Sent advice  Neither  Not recorded  Took part %',
        'parent  2  1  0  0  1  100.0%',
        'setting  2  0  1  0  1  100.0%',
        'la sen  2  0  0  1  1  0.0%',
        'health  2  0  0  1  1  0.0%',
        'la social care  2  0  0  1  1  0.0%',
        'job coach  1  1  0  0  0  100.0%',
    ],
    'report participation --section advice --by setting': [
        'Who took part in reviews',
        'As at 1 Dec 2025; as known at everything recorded so far; by setting',
        'How those asked for advice answered',
        'In time: 1 of 3.',
        'Setting  Who  Asked  In time  Late  Waiting  Nothing to add  Answered %  In time %  Median days',
        '123457  parent  1  0  0  1  0  0.0%  0.0%  –',
        '123457  setting  1  1  0  0  0  100.0%  100.0%  1',
        '123457  health  1  0  1  0  1  100.0%  0.0%  19',
    ],
    'report duties --section plans --by setting --where duty=twelve_months': [
        'Every duty by its state',
        'As at 1 Dec 2025; as known at everything recorded so far; by setting',
        'The duties of plans',
        'The duties of the plan itself, whatever its reviews: the review of its next twelve months, a transfer between phases, an amendment without a review, and what a move, a release from detention, an order, a mediation, a re-assessment, direct payments or a decision to cease asks for. Only where duty is twelve_months.',
        'Setting  Duty  Whose  Total  Not  Running  Due soon  Met  Contested  Overdue  Breached  Missed  Not',
        'started  applicable',
        '123456  twelve  local  2  0  2  0  0  0  0  0  0  0',
        'months  authority',
        '123457  twelve  local  1  0  1  0  0  0  0  0  0  0',
        'months  authority',
    ],
    'report trend --by academic_year --section met': [
        'How timeliness moved',
        'As at 1 Dec 2025; as known at everything recorded so far; by academic year',
        'Share met',
        'Met as a share of met, contested and late.',
        'Academic year  Notice  Report  Decision  Amendment notice  Final plan  Provisional',
        '2024/25  50.0%  100.0%  50.0%  100.0%  100.0%  –',
    ],
    'report breaches --section breaches': [
        'Breaches',
        'As at 1 Dec 2025; as known at everything recorded so far',
        'Breaches by duty',
        'Duty  Whose  Word  Breaches  Done late  Not done  Never done  Cut short  Median days  Most days  Entered late',
        'late  late',
        'notice  school  must  1  1  0  0  0  7  7  1',
        'invitees  school  must  1  1  0  0  0  7  7  1',
        'advice  school  must  1  1  0  0  0  8  8  1',
        'circulated',
        'decision  local  must  1  1  0  0  0  32  32  1',
        'authority',
    ],
    'report transfers --as-at 2026-12-01 --section kinds': [
        'Readiness for transfers between phases',
        'As at 1 Dec 2026; as known at everything recorded so far; period 1 Dec 2026 to 1 Dec 2027; by setting',
        'Readiness by kind of transfer',
        "Transfer  Strict day  Code's day",
        'primary to secondary  14 Feb 2027  15 Feb 2027',
        'Days left: 75 · Plans: 1 · Not started: 1 · Opened: 0 · Held: 0 · Decided: 0 · Final: 0 · In time: 0 · Contested: 0 · Late: 0 · Running:',
        '1 · Answers awaited: 0',
    ],
    'report kpi --section kpi --from 2025-01-01 --to 2025-12-31': [
        'Key figures of annual reviews',
        'As at 1 Dec 2025; as known at everything recorded so far; period 1 Jan 2025 to 31 Dec 2025',
        'Key figures',
        'A measure with no case in the period is left out.',
        'Item  Measure  Counted  Of  %  Median days  90th percentile  Days in doubt',
        '1  held on time  2  2  100.0%  276  278.4  0',
        '1  completed on time  2  2  100.0%  319  330.2  0',
        '2  decision in 4 weeks  1  2  50.0%  43  56.6  0',
        '3  notice with decision  1  1  100.0%  0  0  0',
        '3  notice after decision  0  1  0.0%  0  0  0',
        '4  final in 8 weeks  1  1  100.0%  49  49  0',
        '4  final in 12 weeks  1  1  100.0%  75  75  0',
        '6  outcome amend  1  2  50.0%  –  –  0',
        '6  outcome maintain  1  2  50.0%  –  –  0',
        '6  outcome cease  0  2  0.0%  –  –  0',
        '7  incomplete  0  3  0.0%  –  –  0',
        '7  overdue not held  0  3  0.0%  –  –  0',
        '8  never reviewed  1  3  33.3%  –  –  0',
        '8  never reviewed over 12 months  0  3  0.0%  –  –  0',
        '8  not amended for 3 years  0  3  0.0%  –  –  0',
        '8  last change not known  0  3  0.0%  –  –  0',
        '8  last decision not known  0  3  0.0%  –  –  0',
        '9  school report in 2 weeks  2  2  100.0%  11.5  13.5  0',
        '10  advice of health  1  2  50.0%  11  11  0',
        '10  advice of la social care  0  2  0.0%  –  –  0',
    ],
}  # fmt: skip


@pytest.mark.parametrize("line", OUTPUTS)
def test_a_report_prints(tiny: Run, line: str) -> None:
    found = printed(tiny, line)
    assert found[: len(OUTPUTS[line])] == OUTPUTS[line]
    assert all(": " in text for text in found[len(OUTPUTS[line]) :])  # definitions


def test_a_figure_opens_to_its_cases_on_the_command_line(tiny: Run) -> None:
    line = "report timeliness --section local_authority --where duty=decision --where outcome=late --cases --format csv"
    assert tiny(*line.split()).stdout.splitlines() == [
        "duty,outcome,plan,review,held,due,outer,done,days,quality",
        "decision,late,P-0002,R-2025-000002,2025-07-01,2025-07-29,2025-07-29,2025-08-30,60,known",
    ]


def test_a_day_ahead_says_that_nothing_more_is_taken_to_happen(tiny: Run) -> None:
    told = json.loads(tiny("report", "breaches", "--as-at", "2027-12-01", "--json").stdout)
    assert told["about"].endswith("The day lies ahead: this is how things would stand on it if nothing more happened.")
    assert "ahead" not in json.loads(tiny("report", "breaches", "--json").stdout)["about"]
    late = {row["duty"]: row["not_done"] for row in told["sections"][0]["rows"]}
    assert late["twelve_months"] == 3


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("timeliness --from 2026-01-02 --to 2026-01-01", 1, "arflow: --from: 2026-01-02 is not on or before --to 2026-01-01: give an earlier day"),
        ("trend --by setting", 2, "'setting' is not one of 'month', 'quarter', 'academic_year'"),
        ("transfers --by kind", 2, "'kind' is not one of 'all', 'setting'"),
        ("duties --as-at 31.2.2026", 2, "31.2.2026 is not a day: there is no such day in the calendar"),
        ("kpi --known-at 25:99", 2, "25:99 is not a moment: write 31/3/2026, 2026-03-31 or 2026-03-31T17:00"),
        ("breaches --archive nowhere", 1, "arflow: there is no archive nowhere: make one with `arflow archive DIR`"),
        ("breaches --section worst --cases", 1, "no cases are kept behind worst: leave out --cases"),
        ("timeliness --cases", 1, "--section: is missing; timeliness has 3; one of: school, local_authority, twelve_months"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_in_a_line(run: Run, line: str, code: int, said: str) -> None:
    result = run("report", *line.split())
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1 or code == 2


def test_an_empty_log_has_nothing_to_count(app: Arflow) -> None:
    with looking(app, Asked(as_at=TODAY, by="month")) as log:
        for make_report in REPORTS.values():
            found = read(make_report(log))
            assert {
                row.get("plans", 0) for key, (_, rows, _) in found.items() if key != "not_held" for row in rows
            } <= {0}
            assert not any(cases for _, _, cases in found.values())


def test_every_store_and_its_archive_give_the_same_reports(app_on_each: Arflow, tmp_path: Path) -> None:
    tell_two(Cases(app_on_each))
    archive(app_on_each.log_store, tmp_path / "archive")
    asked = Asked(as_at=date(2026, 12, 1), by="month")
    with looking(app_on_each, asked) as store, looking(app_on_each, asked, tmp_path / "archive") as archived:
        assert store.log == archived.log
        for name, make_report in REPORTS.items():
            of_store, of_archive = (
                {key: (rows, cases) for key, (_, rows, cases) in read(make_report(log)).items()}
                for log in (store, archived)
            )
            assert of_store == of_archive, name
            assert any(cases for _, cases in of_store.values()), name


def test_a_cohort_counts_only_when_its_time_is_over(app: Arflow, cases: Cases) -> None:
    """Otherwise those who are early would count before those who are late."""
    early = cases.plan("1 Sep 2025", nc_year=6, transfer="primary_to_secondary", transfer_on=date(2027, 9, 1))
    review = cases.review(early, "1 Oct 2026").held("2 Nov 2026")
    review.decided("maintain", "9 Nov 2026", names_for_transfer="123456")
    cases.plan("1 Sep 2025", nc_year=6, transfer="primary_to_secondary", transfer_on=date(2027, 9, 1))
    shares = {}
    for on in (date(2026, 11, 30), date(2026, 12, 1), date(2027, 2, 15), date(2027, 2, 16)):
        with looking(app, Asked(as_at=on, start=date(2026, 11, 1), end=date(2027, 8, 31))) as log:
            rows = read(kpi(log))["kpi"][1]
        shares[on] = {row["measure"]: (row["numerator"], row["denominator"]) for row in rows}
    decided, transferred = (
        [found.get(name) for found in shares.values()] for name in ("decision_in_4_weeks", "by_15_february")
    )
    assert decided == [None, (1, 1), (1, 1), (1, 1)]
    assert transferred == [None, None, None, (1, 2)]


def test_the_meeting_on_the_last_day_of_the_twelve_months_is_met(app: Arflow, cases: Cases) -> None:
    for held in ("30 Jul 2025", "31 Jul 2025", "1 Aug 2025", "2 Aug 2025"):
        cases.opened("1 Aug 2024", "1 May 2025").held(held)
    with looking(app, Asked(as_at=TODAY)) as log:
        found = read(timeliness(log))["twelve_months"][2]
        on_time = [case["counted"] for case in read(kpi(of_all(log)))["kpi"][2] if case["measure"] == "held_on_time"]
    outcomes = {f"{case['held']:%d %b}": case["outcome"] for case in found if case["duty"].startswith("meeting")}
    assert outcomes == {"30 Jul": "met", "31 Jul": "met", "01 Aug": "contested", "02 Aug": "late"}
    assert Counter(on_time) == {"yes": 2, "no": 2}


def of_all(log: Looking) -> Looking:
    return msgspec.structs.replace(log, asked=msgspec.structs.replace(log.asked, start=date(2025, 1, 1)))


@pytest.mark.parametrize("late", [0, 1], ids=["on the last day", "a day later"])
def test_each_key_figure_counts_up_to_its_last_day(app: Arflow, cases: Cases, late: int) -> None:
    held, more = date(2025, 6, 2), timedelta(days=late)
    told = cases.opened("1 Aug 2024", "1 May 2025").invited("2 May 2025").held("2 Jun 2025")
    told.do(c.SendReport(on=held + timedelta(14) + more)).do(c.Decide(outcome="amend", on=held + timedelta(28) + more))
    told.do(c.SendAmendmentNotice(on=held + timedelta(28) + 2 * more))
    told.do(c.IssueFinalPlan(on=held + timedelta(84) + 3 * more))
    with looking(app, Asked(as_at=TODAY, start=date(2025, 1, 1))) as log:
        rows = read(kpi(log))["kpi"][1]
    found = {row["measure"]: row["numerator"] for row in rows if row["item"] in ("2", "3", "4", "9")}
    assert found == {
        "decision_in_4_weeks": 1 - late, "school_report_in_2_weeks": 1 - late, "notice_with_decision": 1 - late,
        "notice_after_decision": late, "final_in_8_weeks": 1 - late, "final_in_12_weeks": 1 - late,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["figures.pdf", "figures.docx", "figures.table"])
def test_a_file_that_no_report_can_be_is_refused_before_it_is_made(
    run: Callable[..., Result], tmp_path: Path, name: str
) -> None:
    run("init")
    result = run("report", "backlog", "--output", str(tmp_path / name))
    assert result.exit_code == 1
    assert f"{name} is not a file that ends in .csv, .json, .xlsx, .html, .txt; or say its --format" in result.stderr
    assert not (tmp_path / name).exists()
    assert run("report", "backlog", "--format", "json", "--output", str(tmp_path / name)).exit_code == 0
