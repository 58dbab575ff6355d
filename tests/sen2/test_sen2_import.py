"""Starting on arflow from last year's return: whole or not at all, twice without harm, and nobody's data in the log."""

import hashlib
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result

from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AddPlan
from arflow.errors import DateRefused, InvalidValue, NotFound
from arflow.events import ReturnFactsImported
from arflow.sen2.checks.table import RULES
from arflow.sen2.form.csv_form import write_folder
from arflow.sen2.returned import first_import, told_facts
from arflow.sen2.returned.export import header
from arflow.sen2.returned.first_import import import_return
from tests.sen2.test_sen2_checks import return_file
from tests.support.sen2_examples import EXAMPLES
from tests.support.sen2_people import SENDER, active_request, layout, person, refused, undecided, with_plan, write

pytestmark = pytest.mark.thorough

CEASED = ((1, "2026-01-15"), (2, "2026-01-16"))
REVIEW = {"ReviewMeeting": "2025-10-02", "LastReview": "2025-10-20", "ReviewOutcome": "A", "ReviewDraft": "2025-10-20"}


@pytest.fixture
def returned(tmp_path: Path) -> Path:
    """A return of 2026: two active plans, and a request that was refused."""
    people = [with_plan(1, review=REVIEW), person(2, refused()), with_plan(3, start=None)]
    return write(tmp_path / "return.xml", 2026, people)


def test_plans_and_last_reviews_are_taken_over_and_what_is_unknown_stays_unknown(
    app_on_each: Arflow, returned: Path
) -> None:
    result = import_return(app_on_each, returned, accept_errors=True)

    assert (result.plans, result.people_without_plan, result.faults) == (2, 1, [])
    known, unknown = app_on_each.plan("SEN2-00001"), app_on_each.plan("SEN2-00003")
    assert (known.first_made.day, known.first_made.quality) == (date(2022, 5, 10), "known")
    assert known.last_reviewed is not None
    assert (known.last_reviewed.day, known.setting, known.nc_year) == (date(2025, 10, 20), "123456", None)
    assert (unknown.first_made.day, unknown.first_made.quality, unknown.last_reviewed) == (None, "missing", None)
    assert [line.partition(": ")[2] for line in result.untold] == [
        "NamedPlan: StartDate is not given (AR-241)",
        "no StartDate: the day the plan was first made is recorded as not known",
    ]
    year = next(duty for duty in app_on_each.plan_duties("SEN2-00001") if duty.id == "twelve_months")
    assert year.due == date(2026, 10, 19)
    with pytest.raises(NotFound):
        app_on_each.plan("SEN2-00002")  # refused: there is nothing to review


def test_a_meeting_that_awaits_its_decision_is_taken_over_as_a_review_whose_decision_is_not_known(
    app_on_each: Arflow, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.xml", 2026, [with_plan(1, review={"ReviewMeeting": "2025-12-18"}), with_plan(2)])

    result = import_return(app_on_each, path)

    awaiting, never = app_on_each.plan("SEN2-00001"), app_on_each.plan("SEN2-00002")
    assert awaiting.last_reviewed is not None
    assert (awaiting.last_reviewed.day, awaiting.last_reviewed.quality) == (None, "missing")
    assert (awaiting.undecided_meeting, never.last_reviewed, never.undecided_meeting) == (
        date(2025, 12, 18),
        None,
        None,
    )
    year = next(duty for duty in app_on_each.plan_duties("SEN2-00001") if duty.id == "twelve_months")
    assert (year.due, year.quality) == (None, "missing")
    assert result.untold == [
        "SEN2-00001: a meeting on 2025-12-18 and no decision: when its twelve months began is not known; record the "
        "decision's day with `arflow plan correct SEN2-00001 last-reviewed --to DAY --reason TEXT`"
    ]
    assert "decision on the meeting of 2025-12-18 not known" in app_on_each.story("SEN2-00001")[0].text


def test_what_the_return_says_of_people_is_in_the_directory_and_its_digest_alone_in_the_log(
    app: Arflow, returned: Path
) -> None:
    import_return(app, returned, accept_errors=True)

    kept = {one.plan: one for one in told_facts.latest(app.log_store.engine)}
    told = [event for _, event in app.case_events("SEN2-00001") if isinstance(event, ReturnFactsImported)]
    assert [(event.year, event.on, event.digest) for event in told] == [
        (2026, date(2026, 1, 15), kept["SEN2-00001"].digest)
    ]
    body, salt = kept["SEN2-00001"].body, kept["SEN2-00001"].salt
    assert hashlib.sha256(salt + body.encode()).hexdigest() == told[0].digest
    assert kept["SEN2-00001"].person.values["Forename"] == "Forename1"
    log = b"".join(row.payload for row in app.log_store.read_log())
    for one in kept.values():
        for item in ("Surname", "Forename", "PersonBirthDate", "PostCode", "UPN"):
            assert one.person.values[item].encode() not in log
    assert (
        app.story("SEN2-00001")[1].text == f"Facts of the SEN2 return of 2026 imported (digest {told[0].digest[:12]}…)"
    )


def test_erasing_the_people_of_a_plan_erases_what_returns_said_of_them(app: Arflow, returned: Path) -> None:
    import_return(app, returned, accept_errors=True)
    app.people.erase("SEN2-00001")
    assert [one.plan for one in told_facts.latest(app.log_store.engine)] == ["SEN2-00002", "SEN2-00003"]
    assert app.plan("SEN2-00001").first_made.day == date(2022, 5, 10)


def test_a_return_imported_twice_adds_nothing(app_on_each: Arflow, returned: Path) -> None:
    import_return(app_on_each, returned, accept_errors=True)
    head = app_on_each.log_store.head()
    again = import_return(app_on_each, returned, accept_errors=True)
    assert (again.plans, again.people_without_plan, again.renewed, again.already_there) == (0, 0, 0, 3)
    assert app_on_each.log_store.head() == head


def test_an_import_that_was_cut_short_goes_on_where_it_stopped(
    app: Arflow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "return.xml", 2026, [with_plan(number) for number in range(1, 8)])
    monkeypatch.setattr(first_import, "PEOPLE_AT_A_TIME", 3)

    def stop(_come: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_return(app, path, progress=stop)
    result = import_return(app, path)

    assert (result.plans, result.already_there) == (4, 3)
    assert [one.plan for one in told_facts.latest(app.log_store.engine)] == [f"SEN2-{n:05d}" for n in range(1, 8)]


def test_a_later_return_renews_what_is_known_and_leaves_the_plan_as_it_is(app: Arflow, tmp_path: Path) -> None:
    earlier = {"ReviewMeeting": "2024-04-15", "LastReview": "2024-05-01", "ReviewOutcome": "M"}
    import_return(
        app,
        write(
            tmp_path / "a.xml",
            2025,
            [with_plan(1, review=earlier), person(2, undecided("2024-12-01"))],
        ),
    )
    later = [with_plan(1, review=REVIEW), person(2, active_request("2025-06-02", {}))]

    result = import_return(app, write(tmp_path / "b.xml", 2026, later))

    assert (result.plans, result.renewed, result.people_without_plan) == (1, 1, 0)
    kept = {one.plan: one.year for one in told_facts.latest(app.log_store.engine)}
    assert kept == {"SEN2-00001": 2026, "SEN2-00002": 2026}
    reviewed = app.plan("SEN2-00001").last_reviewed
    assert reviewed is not None
    assert reviewed.day == date(2024, 5, 1)
    assert app.plan("SEN2-00002").first_made.day == date(2025, 6, 2)
    assert [line.event for line in app.story("SEN2-00001")] == [
        "PlanAdded",
        "ReturnFactsImported",
        "ReturnFactsImported",
    ]


def test_an_earlier_return_imported_later_does_not_count_as_the_newest(app: Arflow, tmp_path: Path) -> None:
    import_return(app, write(tmp_path / "b.xml", 2026, [with_plan(1, review=REVIEW)]))
    import_return(app, write(tmp_path / "a.xml", 2025, [with_plan(1)]))
    assert [one.year for one in told_facts.latest(app.log_store.engine)] == [2026]


def test_a_plan_that_ceased_keeps_its_reference_in_the_next_return(app: Arflow, tmp_path: Path) -> None:
    import_return(app, write(tmp_path / "a.xml", 2025, [with_plan(1)]))
    (request,) = with_plan(1).children
    ceased = request.first("NamedPlan")
    assert ceased
    gone = active_request("2022-05-10", {}, CeaseDate="2025-07-31", CeaseReason="3")
    without = type(gone)(block="Requests", values=gone.values, children=gone.children[:1])

    result = import_return(app, write(tmp_path / "b.xml", 2026, [person(1, without)]))

    assert (result.plans, result.people_without_plan, result.renewed) == (0, 0, 1)


# --- faults ---------------------------------------------------------------------------------------------------


def test_nothing_is_written_unless_all_is_sound_and_every_fault_has_its_place(app: Arflow, tmp_path: Path) -> None:
    before = with_plan(2, review={"LastReview": "2021-01-01"})
    twice = person(4, active_request("2022-05-10", {}), active_request("2023-05-10", {}))
    path = write(tmp_path / "a.xml", 2026, [with_plan(1), before, with_plan(1), twice, person(5, refused())])
    text = path.read_text("utf-8").replace("<RequestOutcome>N<", "<RequestOutcome>Q<")
    path.write_text(text, "utf-8")
    persons = [n for n, line in enumerate(text.splitlines(), start=1) if "<Person>" in line]
    requests = [n for n, line in enumerate(text.splitlines(), start=1) if "<Requests>" in line]

    result = import_return(app, path)

    assert list(map(str, result.faults)) == [
        f"line {requests[1]}: ActivePlans: LastReview 2021-01-01 is before the plan was made on 2022-05-10",
        f"line {persons[2]}: Person: is the same child or young person, with the same plan, as on line {persons[0]}",
        f"line {persons[3]}: Person: has 2 active plans: there can be one",
        f"line {requests[5] + 5}: Requests, RequestOutcome (2.5): Q is not a code of RequestOutcome: use Y, N, A, W, H",
    ]
    assert (result.plans, app.log_store.head()[0], list(told_facts.latest(app.log_store.engine))) == (0, 0, [])

    taken = import_return(app, path, accept_sound_rows=True)
    assert (taken.plans, taken.left_out) == (1, 4)


def test_a_return_of_a_census_day_to_come_is_refused(app: Arflow, tmp_path: Path) -> None:
    path = write(tmp_path / "a.xml", 2027, [with_plan(1)])
    with pytest.raises(DateRefused, match="ReferenceDate 2027-01-21 lies ahead"):
        import_return(app, path)


def test_what_the_check_calls_an_error_keeps_a_person_out_of_arflow_too(app: Arflow, tmp_path: Path) -> None:
    """Each error that a person can have, by the check's own examples."""
    silent, errors = [], {rule.id for rule in RULES if rule.severity == "error"}
    for rule, example in EXAMPLES.items():
        # An item that the year does not have (AR-011) cannot be written: the faults of the file have it.
        if rule in errors - {"AR-011"} and example.head is None and example.imported:
            path = return_file(tmp_path, example.unsound, example.year)
            silent += [] if import_return(app, path).faults else [rule]
    assert silent == []


def test_a_plan_that_had_ended_is_not_taken_over_as_maintained_whatever_is_accepted(
    app: Arflow, tmp_path: Path
) -> None:
    people = [person(n, active_request("2022-05-10", {}, CeaseDate=on, CeaseReason="3")) for n, on in CEASED]
    path = write(tmp_path / "a.xml", 2026, people)

    refused_ = import_return(app, path)
    assert [fault.message for fault in refused_.faults] == [
        "CeaseDate 2026-01-15 is not after the census day 2026-01-15, and ActivePlans is given (AR-245)",
        "CeaseDate 2026-01-16 is after the census day 2026-01-15 (AR-208)",
    ]
    taken = import_return(app, path, accept_errors=True)

    assert (taken.plans, taken.people_without_plan) == (1, 1)
    assert app.plan("SEN2-00002").ceased is None  # it ended after the day that the return speaks of
    with pytest.raises(NotFound):
        app.plan("SEN2-00001")


@pytest.mark.parametrize(("until", "faults"), [(None, ["AR-402"]), ("2026-01-16", []), ("2026-01-15", ["AR-402"])])
def test_decisions_of_after_the_census_day_are_taken_up_to_the_day_that_is_given(
    app: Arflow, tmp_path: Path, until: str | None, faults: list[str]
) -> None:
    review = {"ReviewMeeting": "2026-01-05", "LastReview": "2026-01-16", "ReviewOutcome": "M"}
    path = write(tmp_path / "a.xml", 2026, [with_plan(1, review=review)])
    result = import_return(app, path, decisions_until=date.fromisoformat(until) if until else None)
    assert [fault.message[-7:-1] for fault in result.faults] == faults


def test_a_last_day_of_decisions_before_the_census_day_is_refused(run: Callable[..., Result], returned: Path) -> None:
    done = run("sen2", "import", str(returned), "--decisions-until", "2026-01-14")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "--decisions-until: 2026-01-14 is not on or after the census day 2026-01-15: give a later day" in done.stderr


# --- phase transfers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "due", "expected"),
    [
        ("2015-09-01", "2027-02-15", ("primary_to_secondary", date(2027, 9, 1))),
        ("2016-08-31", "2027-02-15", ("primary_to_secondary", date(2027, 9, 1))),  # 11 on the last day of August
        ("2015-08-31", "2027-02-15", ("middle_to_secondary", date(2027, 9, 1))),
        ("2016-09-01", "2027-02-15", None),
        ("2022-09-01", "2027-02-15", ("early_years_to_school", date(2027, 9, 1))),
        ("2010-09-01", "2027-03-31", ("secondary_to_post16", date(2027, 9, 1))),
        ("2007-01-01", "2027-04-01", ("post16_to_post16", date(2027, 9, 1))),
        ("2015-09-01", "2026-02-15", None),  # over
    ],
)
def test_a_transfer_that_is_ahead_is_expected_where_its_kind_is_told_by_the_age(
    app: Arflow, tmp_path: Path, born: str, due: str, expected: tuple[str, date] | None
) -> None:
    one = with_plan(1, start="2023-05-10", review={"PhaseTransferDueDate": due}, PersonBirthDate=born)
    import_return(app, write(tmp_path / "a.xml", 2026, [one]))
    plan = app.plan("SEN2-00001")
    found = (plan.transfer, plan.transfer_on.day) if plan.transfer_on else None
    assert found == expected


def test_a_transfer_whose_kind_is_not_told_or_whose_final_plan_was_issued_is_left(app: Arflow, tmp_path: Path) -> None:
    untold = with_plan(1, review={"PhaseTransferDueDate": "2027-02-15"}, PersonBirthDate="2013-01-01")
    issued = {"PhaseTransferDueDate": "2027-02-15", "PhaseTransferFinalDate": "2025-12-01"}
    done = with_plan(2, review=issued, PersonBirthDate="2015-09-01")
    result = import_return(app, write(tmp_path / "a.xml", 2026, [untold, done]))
    assert [app.plan(f"SEN2-0000{n}").transfer for n in (1, 2)] == [None, None]
    assert result.untold == [
        "SEN2-00001: a transfer on 2027-09-01 whose kind is not told: record it with `arflow plan transfer SEN2-00001`"
    ]


# --- references -----------------------------------------------------------------------------------------------


def _mapping(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "references.csv"
    path.write_text("\n".join(["ref,upn,date_of_birth,plan_start", *rows]), "utf-8")
    return path


def test_a_mapping_gives_plans_their_own_references_and_finds_those_that_are_there(app: Arflow, tmp_path: Path) -> None:
    app.add_plan(AddPlan(ref="P-7", first_made=date(2022, 5, 10)))
    path = write(tmp_path / "a.xml", 2026, [with_plan(1), with_plan(2), with_plan(3)])
    mapping = _mapping(
        tmp_path,
        "P-7,P000000000001,02/09/2008,",
        "P-8,D000000000002,2008-09-03,2022-05-10",
        "P-9,C000000000009,2008-09-03,",
    )

    result = import_return(app, path, mapping=mapping)

    assert (result.plans, result.renewed) == (2, 1)
    assert result.untold == ["row 4 of the mapping speaks of nobody in the return"]
    assert [one.plan for one in told_facts.latest(app.log_store.engine)] == ["P-7", "P-8", "SEN2-00001"]
    assert [line.event for line in app.story("P-7")] == ["PlanAdded", "ReturnFactsImported"]
    assert import_return(app, path).already_there == 3  # they are known by now
    late = import_return(app, path, mapping=_mapping(tmp_path, "P-10,T000000000003,2008-09-04,"))
    assert late.untold == ["SEN2-00001: the mapping calls it P-10; it was taken over before, and keeps its reference"]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("P-1,,2008-09-02,", "row 2 is not complete"),
        ("P-1,P000000000001,soon,", "row 2 is not complete"),
        ("SEN2-00009,P000000000001,2008-09-02,", "row 2 is not an authority's own"),
        ("P-1,P000000000001,2008-09-02,\nP-1,D000000000002,2008-09-03,", "row 3 is not the only one"),
    ],
)
def test_a_mapping_that_cannot_be_followed_is_refused(app: Arflow, tmp_path: Path, row: str, why: str) -> None:
    path = write(tmp_path / "a.xml", 2026, [with_plan(1)])
    with pytest.raises(InvalidValue, match=why):
        import_return(app, path, mapping=_mapping(tmp_path, row))
    assert app.log_store.head()[0] == 0


def test_a_mapping_never_gives_somebody_anothers_plan(app: Arflow, tmp_path: Path) -> None:
    first = _mapping(tmp_path, "P-1,P000000000001,2008-09-02,")
    import_return(app, write(tmp_path / "a.xml", 2026, [with_plan(1)]), mapping=first)
    second = _mapping(tmp_path, "P-1,D000000000002,2008-09-03,")
    result = import_return(app, write(tmp_path / "b.xml", 2026, [with_plan(2)]), mapping=second)
    assert [fault.message for fault in result.faults] == [
        "the mapping calls it P-1, which is somebody else's plan already"
    ]


# --- the command ----------------------------------------------------------------------------------------------


def test_the_command_says_what_it_took(run: Callable[..., Result], returned: Path) -> None:
    done = run("sen2", "import", str(returned), "--accept-errors")
    assert done.exit_code == 0
    assert done.stdout == (
        "Return of 2026: 2 plans put under arflow, 1 person without an active plan kept, 0 renewed, 0 there already.\n"
    )
    assert done.stderr.splitlines()[1:] == [
        "SEN2-00003: no StartDate: the day the plan was first made is recorded as not known"
    ]
    assert json.loads(run("sen2", "import", str(returned), "--accept-errors", "--json").stdout)["already_there"] == 3
    assert "SEN2-00001" in run("due", "--within", "52w").stdout


def test_the_command_tells_faults_and_writes_nothing(run: Callable[..., Result], returned: Path) -> None:
    returned.write_text(returned.read_text("utf-8").replace("<Sex>F<", "<Sex>X<"), "utf-8")
    refused_ = run("sen2", "import", str(returned))
    assert (refused_.exit_code, refused_.stdout.startswith("Nothing was written: 2 faults.")) == (1, True)
    assert "return.xml: line 26: Person, Sex (1.4): is not a code of Sex: use M, F" in refused_.stderr
    assert json.loads(run("plan", "list", "--json").stdout) == []


def test_the_csv_form_is_imported_too(run: Callable[..., Result], tmp_path: Path) -> None:
    folder = tmp_path / "return"
    folder.mkdir()
    write_folder(folder, layout(2026), header(layout(2026), SENDER), [with_plan(1, review=REVIEW)])
    assert run("sen2", "import", str(folder)).stdout.startswith("Return of 2026: 1 plan put")


def test_a_later_return_that_spells_a_child_otherwise_gives_the_plan_no_second_one(
    app: Arflow, returned: Path, tmp_path: Path
) -> None:
    import_return(app, returned, accept_errors=True)
    before = app.people.of("SEN2-00001")
    spelled = returned.read_text("utf-8")
    for name in {one.name.split()[0] for one in before}:
        spelled = spelled.replace(f"<Forename>{name}<", f"<Forename>{name}ne<")
    assert spelled != returned.read_text("utf-8")
    later = tmp_path / "later.xml"
    later.write_text(spelled, "utf-8")

    import_return(app, later, accept_errors=True)

    assert app.people.of("SEN2-00001") == before


def test_a_mapping_that_names_somebody_in_a_reference_is_a_fault(app: Arflow, returned: Path, tmp_path: Path) -> None:
    import_return(app, returned, accept_errors=True)
    kept = next(one for one in told_facts.latest(app.engine) if one.plan == "SEN2-00001")
    said = kept.person.values
    mapping = tmp_path / "references.csv"
    mapping.write_text(f"ref,upn,date_of_birth\nROE-Jane,{said['UPN']},{said['PersonBirthDate']}\n")

    [fault] = import_return(app, returned, mapping=mapping, accept_errors=True).faults

    assert "looks like a name" in fault.message
    assert "Jane" not in fault.message
