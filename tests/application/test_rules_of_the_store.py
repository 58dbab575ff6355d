"""The rules in force as a fact of the store: published, chosen, entered and withdrawn, the same for every process."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arflow import create_store
from arflow.application import rules_acts
from arflow.application.arflow import Arflow
from arflow.application.first_rules import publish_first
from arflow.case import plan_commands as p
from arflow.case import proceeding_commands as pr
from arflow.case import review_commands as c
from arflow.case.plan_commands import AddPlan
from arflow.errors import (
    DefinitionRefused,
    InvalidValue,
    MissingValue,
    NotFound,
    NotPossible,
    RulesMoved,
    StoreNotReady,
)
from arflow.events.of_rules import ReadingChosen, TermEntered
from arflow.figures.report import Asked
from arflow.figures.timeliness import timeliness
from arflow.figures.viewpoint import looking
from arflow.history import Replay
from arflow.history.agreement import compare
from arflow.law.definition import Document
from arflow.law.london import day_in_london
from arflow.lists.questions import Asking
from arflow.store import make_engine
from arflow.store.engine import writing
from tests.support.cases import Cases, day
from tests.support.publishing import ANYSHIRE, publish

Run = Callable[..., Result]

TODAY = date(2026, 11, 24)
WORKING_DAYS = """
[workflow]
name = "counting"
version = "2026"
title = "With a target in working days"
in_force_from = 2026-01-01
known_from = 2026-01-01
extends = "annual_review.2015"

[[duty]]
id = "told_soon"
text = "Tell the family within five working days of the meeting"
owner = "local authority"
word = "practice"
source = "local policy"
citation = "Own procedure 1"
starts_with = "held"
due = ["within 5 working days of held"]
met_by = ["notified"]
"""


def record(app: Arflow, drafted: rules_acts.Drafted) -> int:
    return rules_acts.record(app, drafted, "For the test").number


def read(app: Arflow, settings: dict[str, str | bool | int], starts: date) -> int:
    return record(app, rules_acts.reading(app, list(settings.items()), starts=starts))


def in_another_process(url: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("arflow")
    settings = {**os.environ, "ARFLOW_STORE": url, "ARFLOW_TODAY": TODAY.isoformat(), **environment}
    return subprocess.run([program, *words], env=settings, capture_output=True, text=True, check=False)


# --- what a store has from the beginning --------------------------------------------------------------------------


def test_a_new_store_publishes_what_comes_with_arflow_and_init_again_adds_nothing(app_on_each: Arflow) -> None:
    (first,) = app_on_each.rules.read().acts
    assert (first.name, first.recorded_by, first.number) == ("DefinitionPublished", "arflow", 1)
    create_store(app_on_each.url)
    assert app_on_each.rules.read().acts == (first,)


def test_a_store_without_rules_says_how_to_publish_them(store_url: str, open_app: Callable[..., Arflow]) -> None:
    app = open_app(store_url)
    forget_rules(store_url)
    with pytest.raises(StoreNotReady, match="has no rules published: run `arflow init`"):
        app.add_plan(AddPlan(ref="P-1", first_made=day("1 Jan 2026")))
    create_store(store_url)
    app.add_plan(AddPlan(ref="P-1", first_made=day("1 Jan 2026")))


def forget_rules(url: str) -> None:
    """A store as an arflow left it that had no rules of its own."""
    engine = make_engine(url)
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("alter table rules disable trigger all")
            connection.exec_driver_sql("delete from rules")
            connection.exec_driver_sql("alter table rules enable trigger all")
        else:
            query = "select sql from sqlite_master where name = 'rules_no_delete'"
            trigger = connection.exec_driver_sql(query).scalar_one()
            connection.exec_driver_sql("drop trigger rules_no_delete")
            connection.exec_driver_sql("delete from rules")
            connection.exec_driver_sql(trigger)
    engine.dispose()


def test_an_older_store_takes_over_the_definitions_its_reviews_are_under(
    app_on_each: Arflow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(app_on_each, ANYSHIRE)
    review = Cases(app_on_each).opened("12 Jan 2026", "1 Sep 2026")
    forget_rules(app_on_each.url)

    first = publish_first(app_on_each.engine)
    assert (first.missing, first.taken_over) == (("anyshire.2026",), True)
    assert "is not published in this store" in str(_refusal(app_on_each, review.id))

    forget_rules(app_on_each.url)
    monkeypatch.setenv("ARFLOW_WORKFLOWS", str(ANYSHIRE.parent))
    first = publish_first(app_on_each.engine)
    assert ([act.definition for act in first.published], first.missing) == (["annual_review.2015", "anyshire.2026"], ())
    assert app_on_each.current_workflow().id == "anyshire.2026"
    assert app_on_each.review(review.id).workflow == "anyshire.2026"

    for chosen, last in (("annual_review.2015", ["anyshire.2026", "annual_review.2015"]), ("anyshire.2026", None)):
        forget_rules(app_on_each.url)
        monkeypatch.setenv("ARFLOW_WORKFLOW", chosen)
        first = publish_first(app_on_each.engine)
        assert app_on_each.rules.read().current(day_in_london(datetime.now(UTC))).definition == chosen  # type: ignore[union-attr]
        assert last is None or [act.definition for act in first.published][1:] == last


def _refusal(app: Arflow, review: str) -> Exception:
    with pytest.raises(Exception, match="cannot be read") as refused:
        app.review(review)
    return refused.value


# --- two processes ------------------------------------------------------------------------------------------------


def test_what_one_process_publishes_counts_in_another_that_has_no_files(app_on_each: Arflow) -> None:
    app_on_each.add_plan(AddPlan(ref="P-1", first_made=day("12 Jan 2026")))
    published = in_another_process(
        app_on_each.url, "workflow", "publish", str(ANYSHIRE), "--reason", "Panel introduced", "--by", "K. Example"
    )
    assert published.returncode == 0, published.stderr

    opened = in_another_process(app_on_each.url, "review", "open", "P-1", "--on", "2026-09-01")
    assert (opened.returncode, opened.stderr.count("\n")) == (0, 1)
    assert app_on_each.review("R-2026-000001").workflow == "anyshire.2026"


def test_another_process_whose_files_differ_is_told_in_one_line_and_counts_by_the_store(
    app_on_each: Arflow, tmp_path: Path
) -> None:
    (tmp_path / ANYSHIRE.name).write_bytes(ANYSHIRE.read_bytes())
    Cases(app_on_each).opened("12 Jan 2026", "1 Sep 2026")
    said = in_another_process(app_on_each.url, "due", "--json", ARFLOW_WORKFLOWS=str(tmp_path))
    plain = in_another_process(app_on_each.url, "due", "--json")
    assert said.stdout == plain.stdout
    assert said.stderr == (
        "The rules of the store count, and differ from this process's files: anyshire.2026 is not published: "
        f"`arflow workflow publish {tmp_path / ANYSHIRE.name} --reason …`\n"
    )


def test_an_act_made_under_rules_that_have_changed_meanwhile_is_refused_and_keeps_nothing(
    app_on_each: Arflow, open_app: Callable[..., Arflow]
) -> None:
    other = open_app(app_on_each.url)
    told = Cases(app_on_each).opened("12 Jan 2026", "1 Sep 2026")
    review, draft = app_on_each.whole_case_of(told.id), app_on_each.draft()
    command = c.ScheduleMeeting(meeting_on=day("18 Dec 2026"), on=day("2 Nov 2026"))
    taken = review.take(command, draft.recording, app_on_each.machine, review=told.id)
    read(other, {"notice_outer": "clear_days"}, TODAY)
    head = app_on_each.log_store.head()

    with pytest.raises(RulesMoved, match="the rules of the store"):
        app_on_each.append(told.id, taken.events, draft)
    assert app_on_each.log_store.head() == head
    assert app_on_each.act(told.id, command).event == "MeetingScheduled"


def test_of_two_acts_on_the_rules_at_once_one_is_refused(app_on_each: Arflow, open_app: Callable[..., Arflow]) -> None:
    other = open_app(app_on_each.url)
    ours = rules_acts.bank_holiday(app_on_each, day("14 Jun 2027"))
    theirs = rules_acts.bank_holiday(other, day("14 Jun 2027"))
    record(app_on_each, ours)
    with pytest.raises(RulesMoved):
        record(other, theirs)
    assert app_on_each.rules.read().number == 2


KILLED = """
import os, signal, sys
import sqlalchemy as sa
from pathlib import Path
from arflow.application import rules_acts
from arflow.application.arflow import Arflow
from arflow.law.definition import Document
app = Arflow(sys.argv[1], by="A. Officer")
drafted = rules_acts.publication(app, Document(Path(sys.argv[2])))
points = iter(range(1, 99))
@sa.event.listens_for(app.engine, "after_cursor_execute")
def kill(connection, cursor, statement, *_):
    if statement.lower().startswith(("insert", "update")) and next(points) == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
rules_acts.record(app, drafted, "Panel")
"""


@pytest.mark.parametrize("point", [1, 2, 3])
def test_a_publication_killed_between_its_statements_left_nothing(app_on_each: Arflow, point: int) -> None:
    app_on_each.officer_id  # noqa: B018  the officer is known before
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, app_on_each.url, str(ANYSHIRE), str(point)], check=False, capture_output=True
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    with app_on_each.engine.connect() as connection:
        for table, rows in (("rules", 1), ("definitions", 1), ("notes", 0)):
            assert connection.exec_driver_sql(f"select count(*) from {table}").scalar() == rows
    publish(app_on_each, ANYSHIRE)
    assert app_on_each.current_workflow().id == "anyshire.2026"


# --- publishing ---------------------------------------------------------------------------------------------------


def test_a_definition_counts_from_its_day_and_can_be_looked_at_before(run: Run, app: Arflow) -> None:
    tried = run("workflow", "publish", str(ANYSHIRE), "--from", "2026-12-01", "--reason", "Panel", "--dry-run")
    assert (tried.exit_code, app.rules.read().number) == (0, 1)
    done = json.loads(
        run("workflow", "publish", str(ANYSHIRE), "--from", "2026-12-01", "--reason", "Panel", "--json").stdout
    )
    assert (done["number"], done["act"], done["dry_run"]) == (2, "DefinitionPublished", False)
    assert app.current_workflow(day("30 Nov 2026")).id == "annual_review.2015"
    assert app.current_workflow(day("1 Dec 2026")).id == "anyshire.2026"
    listed = json.loads(run("rules", "list", "--json").stdout)
    assert (listed["workflow"], listed["acts"][1]["reason"]) == ("annual_review.2015", "Panel")


def test_another_text_of_a_version_needs_again_and_no_review_under_it(app: Arflow, tmp_path: Path) -> None:
    publish(app, ANYSHIRE)
    with pytest.raises(NotPossible, match="published already"):
        publish(app, ANYSHIRE)
    changed = tmp_path / ANYSHIRE.name
    changed.write_text(ANYSHIRE.read_text("utf-8").replace("within 3 weeks", "within 2 weeks"), "utf-8")
    with pytest.raises(NotPossible, match="with another text: give it a new version"):
        publish(app, changed)
    publish(app, changed, again=True)
    assert app.workflow("anyshire.2026").duty_by_id["decision_target"].due[0].rule == "within 2 weeks of held"
    Cases(app).opened("12 Jan 2026", "1 Sep 2026")
    changed.write_text(ANYSHIRE.read_text("utf-8").replace("within 3 weeks", "within 1 weeks"), "utf-8")
    with pytest.raises(NotPossible, match=r"reviews were opened under anyshire\.2026"):
        rules_acts.publication(app, Document(changed), again=True)
    with pytest.raises(NotPossible, match="cannot be withdrawn: reviews were opened under it"):
        rules_acts.withdrawal(app, 3)


def test_a_faulty_definition_or_one_without_its_base_is_not_published(app: Arflow) -> None:
    text = ANYSHIRE.read_text("utf-8")
    for wrong in (
        text.replace('met_by = ["notified"]', 'met_by = ["told"]'),
        text.replace("review.2015", "review.2044"),
        text.replace("[policy]", "[policy]\nbank_holidays = [2026-06-15]"),
    ):
        with pytest.raises(DefinitionRefused):
            rules_acts.publication(app, Document(ANYSHIRE, wrong.encode()))
    with pytest.raises(InvalidValue, match="on or after 2026-01-01"):
        rules_acts.publication(app, Document(ANYSHIRE), starts=day("31 Dec 2025"))
    with pytest.raises(MissingValue):
        rules_acts.record(app, rules_acts.publication(app, Document(ANYSHIRE)), " ")
    assert app.rules.read().number == 1


def test_the_only_definition_and_one_that_another_extends_stay(app: Arflow) -> None:
    with pytest.raises(NotPossible, match="it is the only definition"):
        rules_acts.withdrawal(app, 1)
    number = publish(app, ANYSHIRE).number
    with pytest.raises(NotPossible, match=r"anyshire\.2026 extends it"):
        rules_acts.withdrawal(app, 1)
    record(app, rules_acts.withdrawal(app, number))
    assert app.current_workflow().id == "annual_review.2015"
    with pytest.raises(NotFound):
        rules_acts.withdrawal(app, number)


# --- readings -----------------------------------------------------------------------------------------------------


def test_a_reading_counts_from_its_day_on_and_a_figure_of_a_past_day_uses_the_one_then_in_force(
    app_on_each: Arflow,
) -> None:
    cases = Cases(app_on_each)
    review = cases.opened("1 Sep 2025", "1 May 2026", setting="123456").do(
        c.ScheduleMeeting(on=day("1 May 2026"), meeting_on=day("18 Jun 2026"))
    )
    review.invited("4 Jun 2026")  # 14 days: in time by practice, not in clear days
    review.held("18 Jun 2026")
    assert review.duty("notice").state == "contested"
    read(app_on_each, {"notice_outer": "clear_days"}, day("1 Sep 2026"))

    def state(as_at: date) -> str:
        with looking(app_on_each, Asked(as_at=as_at)) as found:
            found.count("notice")
            return str(found.rows("select state from duties where duty = 'notice' and review <> ''")[0][0])

    assert (state(day("31 Aug 2026")), state(day("1 Sep 2026"))) == ("contested", "breached")
    assert review.duty("notice").state == "breached"
    said = "Readings in force: notice outer: clear days (chosen from 2026-09-01)."
    for as_at, told in ((day("31 Aug 2026"), False), (day("1 Sep 2026"), True)):
        with looking(app_on_each, Asked(as_at=as_at)) as found:
            assert (said in timeliness(found).about) is told
    record(app_on_each, rules_acts.withdrawal(app_on_each, 2))
    assert review.duty("notice").state == "contested"


def test_a_figure_as_known_before_a_reading_was_chosen_does_not_use_it(
    app: Arflow, open_app: Callable[..., Arflow]
) -> None:
    moment = datetime(2026, 11, 20, 12, tzinfo=UTC)
    later = open_app(app.url, clock=lambda: moment)
    read(later, {"due_soon_days": 21}, day("1 Sep 2026"))
    known = [app.rules.as_known(TODAY, moment + timedelta(minutes=at)).workflow("annual_review.2015") for at in (-1, 1)]
    assert [one.policy.due_soon_days for one in known] == [14, 21]


@pytest.mark.parametrize(
    ("name", "option"), [("twelve_months_strict", "anniversary"), ("roll_forward_non_working_days", True)]
)
def test_a_reading_looser_than_the_law_is_refused(app: Arflow, name: str, option: str | bool) -> None:
    with pytest.raises(InvalidValue, match=r"at least as strict as annual_review\.2015"):
        rules_acts.reading(app, [(name, option)], starts=TODAY)


def test_a_reading_does_not_loosen_a_stricter_definition(app: Arflow) -> None:
    read(app, {"notice_outer": "calendar_weeks"}, day("1 Jan 2026"))
    publish(app, ANYSHIRE)
    assert app.workflow("anyshire.2026").policy.notice_outer == "clear_days"


def test_a_reading_tells_what_it_moves_before_it_is_chosen(run: Run, cases: Cases) -> None:
    review = (
        cases.opened("1 Sep 2025", "1 May 2026", setting="123456")
        .do(c.ScheduleMeeting(on=day("1 May 2026"), meeting_on=day("18 Jun 2026")))
        .invited("4 Jun 2026")
    )
    words = ("rules", "reading", "notice-outer=clear-days", "--from", "2026-09-01", "--reason", "Board")
    tried = json.loads(run(*words, "--dry-run", "--json").stdout)
    assert (tried["act"], {one["review"] for one in tried["moved"]}) == (None, {review.id})
    done = json.loads(run(*words, "--json").stdout)
    assert (done["act"], done["moved"]) == ("ReadingChosen", tried["moved"])
    assert isinstance(cases.app.rules.read().acts[-1], ReadingChosen)


# --- holidays, terms and days of service --------------------------------------------------------------------------


def test_a_bank_holiday_that_is_entered_moves_days_in_both_counts_and_the_lists(
    app_on_each: Arflow, tmp_path: Path
) -> None:
    (tmp_path / "counting.2026.toml").write_text(WORKING_DAYS, "utf-8")
    publish(app_on_each, tmp_path / "counting.2026.toml")
    review = Cases(app_on_each).opened("12 Jan 2026", "1 Sep 2026", setting="123456").held("20 Nov 2026")
    assert review.duty("told_soon").due == day("27 Nov 2026")
    for proclaimed, last in (("26 Nov 2026", "30 Nov 2026"), ("30 Nov 2026", "1 Dec 2026")):
        record(app_on_each, rules_acts.bank_holiday(app_on_each, day(proclaimed)))
        assert review.duty("told_soon").due == day(last)
    assert agreed(app_on_each) == ()
    asking = Asking(app_on_each)
    asking.catch_up()
    assert [one.due for one in asking.duties(TODAY, within=30) if one.duty == "told_soon"] == [day("1 Dec 2026")]
    with pytest.raises(NotPossible, match="a bank holiday already"):
        rules_acts.bank_holiday(app_on_each, day("26 Nov 2026"))


def agreed(app: Arflow) -> tuple[object, ...]:
    with Replay.of_store(app.engine, app.workflow, app.current_workflow()) as replay:
        return compare(
            replay.at(app.today), app.log_store.read_by_case(), app.workflow, app.current_workflow()
        ).differences


def test_a_bank_holiday_moves_the_last_day_to_appeal(cases: Cases) -> None:
    review = cases.opened("1 Sep 2025", "1 May 2026", setting="123456").held("1 Jun 2026")
    review.decided("maintain", "24 Sep 2026")
    assert cases.app.review(review.id).appeal_ends() == TODAY
    record(cases.app, rules_acts.bank_holiday(cases.app, TODAY))
    holidays = cases.app.workflow("annual_review.2015").policy.bank_holidays
    assert cases.app.review(review.id).appeal_ends(holidays) == TODAY + timedelta(days=1)


def test_a_bank_holiday_moves_the_working_days_of_a_move_in_both_counts(cases: Cases) -> None:
    """Aware on Mon 2 Nov 2026: 15 working days beginning with it end on Fri 20 Nov, without Wed 18 Nov on Mon 23 Nov."""
    plan = cases.plan("12 Jan 2026")
    cases.app.change_plan(plan, p.LearnOfMove(on=day("2 Nov 2026")))
    assert cases.plan_duty(plan, "hand_over").due == day("20 Nov 2026")
    record(cases.app, rules_acts.bank_holiday(cases.app, day("18 Nov 2026")))
    assert cases.plan_duty(plan, "hand_over").due == day("23 Nov 2026")
    assert agreed(cases.app) == ()


def test_a_bank_holiday_keeps_a_plan_for_a_day_more_of_the_time_to_appeal(
    cases: Cases, open_app: Callable[..., Arflow]
) -> None:
    """Ceasing told on 24 Sep 2026: the two months end on Tue 24 Nov; that day proclaimed, on Wed 25 Nov (s.45(4))."""
    plan = cases.plan("12 Jan 2026")
    cases.app.change_plan(plan, pr.NotifyCeasing(on=day("24 Sep 2026")))
    record(cases.app, rules_acts.bank_holiday(cases.app, TODAY))
    later = Cases(open_app(cases.app.url, today=TODAY + timedelta(days=2)))
    assert later.plan_duty(plan, "ceasing_appeal_period").due == day("25 Nov 2026")
    with pytest.raises(NotPossible, match="runs to 2026-11-25"):
        later.app.change_plan(plan, p.EndPlan(on=day("25 Nov 2026")))
    later.app.change_plan(plan, p.EndPlan(on=day("26 Nov 2026")))
    assert later.plan_duty(plan, "ceasing_appeal_period").state == "met"


def test_a_bank_holiday_moves_the_last_day_to_appeal_after_an_amendment_without_a_review(
    cases: Cases, run: Run
) -> None:
    plan = cases.plan("12 Jan 2026")
    amended = p.RecordAmendment(on=day("24 Sep 2026"), because="without_review", notice_on=day("1 Sep 2026"))
    cases.app.change_plan(plan, amended)
    record(cases.app, rules_acts.bank_holiday(cases.app, TODAY))
    assert json.loads(run("plan", "show", plan, "--json").stdout)["appeal_ends"] == "2026-11-25"


def test_terms_that_are_entered_have_their_list_due(cases: Cases) -> None:
    plan = cases.plan("1 Nov 2025")
    assert cases.plan_duty(plan, "termly_list").due is None
    record(cases.app, rules_acts.terms(cases.app, [TermEntered(name="Autumn", starts=day("2 Sep 2026"))]))
    assert cases.plan_duty(plan, "termly_list").due == day("19 Aug 2026")
    record(cases.app, rules_acts.terms(cases.app, [TermEntered(name="Autumn", starts=day("3 Sep 2026"))]))
    assert cases.plan_duty(plan, "termly_list").due == day("20 Aug 2026")
    assert agreed(cases.app) == ()


def test_days_of_service_that_would_shorten_a_familys_time_are_refused(run: Run) -> None:
    refused = run("rules", "service", "post=0", "--citation", "Own", "--reason", "Fast")
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "arflow: post: 0 is not" in refused.stderr


@pytest.mark.thorough
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_both_counts_agree_whatever_was_chosen_and_entered(app: Arflow, data: st.DataObject) -> None:
    cases = Cases(app, start=app.log_store.head()[0])
    days = st.dates(day("1 Jun 2026"), TODAY)
    review = cases.opened("12 Jan 2026", "1 May 2026", setting="123456").held(f"{data.draw(days):%d %b %Y}")
    for proclaimed in data.draw(st.lists(days, max_size=2)):
        try:
            record(app, rules_acts.bank_holiday(app, proclaimed))
        except NotPossible:
            continue
    options = {"notice_outer": ["clear_days", "calendar_weeks"], "phase_dates_outer": ["before", "by"]}
    name = data.draw(st.sampled_from(sorted(options)))
    read(app, {name: data.draw(st.sampled_from(options[name]))}, data.draw(days))
    assert review.id
    assert agreed(app) == ()
    for as_at in (day("30 Jun 2026"), data.draw(days)):
        rules = app.rules.as_known(as_at, None)
        with Replay.of_store(app.engine, rules.workflow, rules.of_plans()) as replay:
            found = compare(replay.at(as_at), app.log_store.read_by_case(), rules.workflow, rules.of_plans())
        assert found.differences == ()


# --- the ledger ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trigger", "change", "found"),
    [
        (
            "rules_no_update",
            "update rules set payload = cast(replace(cast(payload as text), '2014', '2015') as blob) where number = 1",
            "was changed",
        ),
        ("rules_no_delete", "delete from rules where number = 2", "act 2 on the rules: the act was removed"),
        ("definitions_no_delete", "delete from definitions", "the text of annual_review.2015 is not kept"),
    ],
)
def test_verify_names_what_was_changed_in_the_ledger(
    app: Arflow, run: Run, trigger: str, change: str, found: str
) -> None:
    for number in range(2):
        record(app, rules_acts.terms(app, [TermEntered(name=f"Term {number}", starts=day("2 Sep 2026"))]))
    assert run("verify").exit_code == 0
    with writing(app.engine) as connection:
        with pytest.raises(Exception, match="append-only"), connection.begin_nested():
            connection.exec_driver_sql(change)
        sql = connection.exec_driver_sql("select sql from sqlite_master where name = ?", (trigger,)).scalar_one()
        connection.exec_driver_sql(f"drop trigger {trigger}")
        connection.exec_driver_sql(change)
        connection.exec_driver_sql(sql)
    verified = run("verify")
    assert verified.exit_code == 1
    assert found in verified.output


def test_an_evidence_pack_has_the_texts_and_the_acts_of_the_store(app: Arflow, run: Run, tmp_path: Path) -> None:
    import zipfile

    publish(app, ANYSHIRE)
    Cases(app).opened("12 Jan 2026", "1 Sep 2026", setting="123456").held("20 Nov 2026")
    read(app, {"notice_outer": "clear_days"}, day("1 Sep 2026"))
    pack = tmp_path / "pack.zip"
    plan = Asking(app)
    plan.catch_up()
    made = run("evidence", "export", str(pack), "--plans", plan.plans()[0]["ref"])
    assert made.exit_code == 0, made.stderr
    with zipfile.ZipFile(pack) as opened:
        assert opened.read("workflows/anyshire.2026.toml") == ANYSHIRE.read_bytes()
        assert [act["act"] for act in json.loads(opened.read("rules.json"))] == [
            "DefinitionPublished", "DefinitionPublished", "ReadingChosen",
        ]  # fmt: skip
    checked = run("evidence", "verify", str(pack))
    assert checked.exit_code == 2, checked.output  # it is sound, and nobody signed it
