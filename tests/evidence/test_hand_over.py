"""A plan handed over to another authority as one file, and taken over from it (SEND Regs 2014 r.15)."""

import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import Result

from arflow.application.arflow import Arflow
from arflow.case import proceeding_commands as pr
from arflow.case.plan_commands import (
    ConsultInstitution,
    EndPlan,
    NameForTransfer,
    ReceiveReply,
    Release,
    RequestInstitution,
    SendPlanNotice,
    StartDetention,
    TransferOut,
)
from arflow.case.transfer_record import consultations_of, named_institution, request_of
from arflow.people import Person
from tests.conftest import command_line
from tests.support.cases import Cases, day

pytestmark = pytest.mark.thorough

Run = Callable[..., Result]
ON = date(2026, 1, 30)


class Next:
    """The other authority: a store and a command line of its own."""

    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder / 'other.db'}"
        self._run = command_line(self.url)
        self("init")

    def __call__(self, *arguments: str, today: date = ON) -> Result:
        return self._run(*arguments, today=today)

    def shown(self, ref: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self("plan", "show", ref, "--json").stdout)
        return found

    def due(self, ref: str, duty: str) -> str | None:
        found: str | None = next(one["due"] for one in self.shown(ref)["duties"] if one["id"] == duty)
        return found

    def app(self) -> Arflow:
        return Arflow(self.url, by="B. Officer", today=ON)


@pytest.fixture
def other(tmp_path: Path) -> Next:
    return Next(tmp_path)


@pytest.fixture
def reviewed(cases: Cases) -> str:
    """A plan of 2020 in year 6, last reviewed on 20 October 2025; the old authority knows who is in the case."""
    plan = cases.plan(
        "1 Mar 2020", setting="111111", nc_year=6, transfer="primary_to_secondary", transfer_on=date(2026, 9, 1)
    )
    cases.review(plan, "1 Sep 2025").held("1 Oct 2025").decided("maintain", "20 Oct 2025")
    for role, name in (("child", "Sam Example"), ("parent", "Robin Example"), ("setting", "The Office")):
        cases.app.people.add(Person(plan=plan, role=role, name=name, email=f"{role}@example.org"))  # type: ignore[arg-type]
    return plan


def gone(cases: Cases, plan: str, on: str = "12 Jan 2026") -> None:
    cases.app.change_plan(plan, TransferOut(on=day(on), to_la="879"))


def handed(run: Run, plan: str, to: Path, *more: str) -> Result:
    done = run("plan", "hand-over", plan, "--to", str(to), *more, today=ON)
    assert done.exit_code == 0, done.output
    return done


# --- out ----------------------------------------------------------------------------------------------------------


def test_the_file_can_be_read_without_arflow_and_names_nobody(
    run: Run, cases: Cases, reviewed: str, tmp_path: Path
) -> None:
    said = handed(run, reviewed, tmp_path / "out.zip")
    assert "The plan is still here" in said.stderr
    assert "NOT signed" in said.stderr
    with zipfile.ZipFile(tmp_path / "out.zip") as file:
        names = set(file.namelist())
        everything = b"".join(map(file.read, names))
        page = file.read("index.html").decode()
    assert {"index.html", "README.txt", "verify.py", "cases/case-1/index.html", "cases/case-1/events.json"} <= names
    assert not [name for name in names if name.startswith(("reports/", "people"))]
    assert "An EHC plan handed over" in page
    assert not any(word in everything for word in (b"Sam Example", b"Robin Example", b"example.org"))


def test_people_go_with_it_by_choice(run: Run, cases: Cases, reviewed: str, tmp_path: Path) -> None:
    handed(run, reviewed, tmp_path / "some.zip", "--people", "child,parent")
    with zipfile.ZipFile(tmp_path / "some.zip") as file:
        people = json.loads(file.read("people.json"))["people"]
        page = file.read("people.html").decode()
        readme = file.read("README.txt").decode()
    assert [(one["role"], one["name"]) for one in people] == [("child", "Sam Example"), ("parent", "Robin Example")]
    assert "Robin Example" in page
    assert "The Office" not in page
    assert "people.html" in readme
    refused = run("plan", "hand-over", reviewed, "--to", str(tmp_path / "no.zip"), "--people", "teacher", today=ON)
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "--people: teacher is not one of child, parent" in refused.stderr
    assert not (tmp_path / "no.zip").exists()


# --- in -----------------------------------------------------------------------------------------------------------


def test_the_new_authority_counts_as_if_it_had_made_the_plan(
    run: Run, cases: Cases, other: Next, reviewed: str, tmp_path: Path
) -> None:
    """r.15(3)(a), (4), (5): 12 months from 20 October 2025, six weeks from 12 January 2026, to 23 February."""
    gone(cases, reviewed)
    handed(run, reviewed, tmp_path / "out.zip")
    taken = other("plan", "take-over", str(tmp_path / "out.zip"), "--from-la", "878", "--coordinator", "B. Officer")
    assert taken.exit_code == 0, taken.output
    assert "NOT CHECKED: no public key was given" in taken.stderr
    shown = other.shown(reviewed)
    assert (shown["first_made"], shown["setting"], shown["nc_year"]) == ("2020-03-01", "111111", 6)
    assert (shown["transferred_in"], shown["coordinator"]) == ("2026-01-12", "B. Officer")
    assert other.due(reviewed, "twelve_months") == "2026-10-19"
    assert other.due(reviewed, "family_told_of_transfer") == "2026-02-23"
    assert other.due(reviewed, "phase_transfer") == "2026-02-14"
    trail = other("audit", reviewed).stdout
    assert f"hand-over file of plan {reviewed}" in trail
    assert "with 1 review completed there" in trail
    assert other("verify", "--duties").exit_code == 0
    again = other("plan", "take-over", str(tmp_path / "out.zip"))
    assert (again.exit_code, "already exists" in again.stderr) == (1, True)


def test_a_plan_never_reviewed_counts_from_its_making(run: Run, cases: Cases, other: Next, tmp_path: Path) -> None:
    """Made on 1 March 2025: its 12 months end on 28 February, three months from 12 January on 11 April 2026."""
    plan = cases.plan("1 Mar 2025")
    gone(cases, plan)
    handed(run, plan, tmp_path / "out.zip")
    assert other("plan", "take-over", str(tmp_path / "out.zip"), "--ref", "NEW-1").exit_code == 0
    assert other.due("NEW-1", "twelve_months") == "2026-04-11"


def test_what_was_asked_answered_and_named_comes_along(
    run: Run, cases: Cases, other: Next, reviewed: str, tmp_path: Path
) -> None:
    cases.app.change_plan(
        reviewed,
        RequestInstitution(on=day("3 Nov 2025"), institution="123456"),
        ConsultInstitution(on=day("3 Nov 2025"), institution="123456"),
        ReceiveReply(
            on=day("10 Nov 2025"), institution="123456", reply="objects", grounds=("unsuitable",), reason="Too small"
        ),
        ConsultInstitution(on=day("2 Jan 2026"), institution="234567", authority="877"),
        NameForTransfer(names_for_transfer="type:special school"),
    )
    gone(cases, reviewed)
    handed(run, reviewed, tmp_path / "out.zip")
    assert other("plan", "take-over", str(tmp_path / "out.zip")).exit_code == 0
    with other.app() as app:
        plan = app.plan(reviewed)
        asked, consulted = request_of(plan), consultations_of(plan)
        assert asked is not None
        assert asked.institution == "123456"
        assert [(one.who, one.reply, one.grounds) for one in consulted] == [
            ("123456", "objects", ("unsuitable",)),
            ("authority 877 for 234567", None, ()),
        ]
        assert app.directory.read_note(consulted[0].reason or "") == "Too small"
        assert (plan.dealings[0].named, plan.dealings[0].recorded.day) == ("type", day("20 Oct 2025"))
        assert named_institution(plan) is None
    assert other.due(reviewed, "phase_transfer") is None


def test_people_are_kept_with_it_where_they_are_wanted(
    run: Run, cases: Cases, other: Next, reviewed: str, tmp_path: Path
) -> None:
    gone(cases, reviewed)
    handed(run, reviewed, tmp_path / "out.zip", "--people", "all")
    assert other("plan", "take-over", str(tmp_path / "out.zip"), "--ref", "NEW-1", "--people").exit_code == 0
    with other.app() as app:
        kept = app.people.of("NEW-1")
        assert [(one.role, one.name, one.email) for one in kept] == [
            ("child", "Sam Example", "child@example.org"),
            ("parent", "Robin Example", "parent@example.org"),
            ("setting", "The Office", "setting@example.org"),
        ]
        assert not {one.id for one in kept} & {one.id for one in cases.app.people.of(reviewed)}


@pytest.fixture
def keys(run: Run, tmp_path: Path) -> tuple[Path, Path]:
    assert run("checkpoint", "keygen", str(tmp_path / "theirs.key")).exit_code == 0
    assert run("checkpoint", "keygen", str(tmp_path / "another.key")).exit_code == 0
    return tmp_path / "theirs.key", tmp_path / "another.key"


def test_a_signed_file_is_known_by_its_key(
    run: Run, cases: Cases, other: Next, reviewed: str, tmp_path: Path, keys: tuple[Path, Path]
) -> None:
    gone(cases, reviewed)
    handed(run, reviewed, tmp_path / "out.zip", "--key", str(keys[0]))
    wrong = other("plan", "take-over", str(tmp_path / "out.zip"), "--public-key", f"{keys[1]}.pub")
    assert (wrong.exit_code, wrong.stderr.count("\n")) == (1, 1)
    assert "signed with another key" in wrong.stderr
    assert other("plan", "list", "--json").stdout.strip() == "[]"
    taken = other("plan", "take-over", str(tmp_path / "out.zip"), "--public-key", f"{keys[0]}.pub")
    assert (taken.exit_code, taken.stderr) == (0, "")


def test_what_was_arranged_for_a_review_there_is_not_met_on_one_here(
    run: Run, cases: Cases, reviewed: str, other: Next, tmp_path: Path
) -> None:
    gone(cases, reviewed)
    parent = next(one for one in cases.app.people.of(reviewed) if one.role == "parent")
    needing = msgspec.structs.replace(parent, interpreter="Polish")
    cases.app.people.change(needing.with_met("R-2026-000001", needing.to_arrange))
    handed(run, reviewed, tmp_path / "out.zip", "--people", "all")
    assert other("plan", "take-over", str(tmp_path / "out.zip"), "--ref", "NEW-1", "--people").exit_code == 0
    with other.app() as app:
        [here] = [one for one in app.people.of("NEW-1") if one.role == "parent"]
    assert here.unmet("R-2026-000001") == ("interpreter: Polish",)


@pytest.mark.parametrize("changed", ["cases/case-1/events.json", "people.json", "index.html"])
def test_a_file_that_was_changed_does_not_stand(
    run: Run, cases: Cases, other: Next, reviewed: str, tmp_path: Path, changed: str
) -> None:
    gone(cases, reviewed)
    handed(run, reviewed, tmp_path / "out.zip", "--people", "all")
    with zipfile.ZipFile(tmp_path / "out.zip") as old, zipfile.ZipFile(tmp_path / "forged.zip", "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.replace(b"1", b"2", 1) if name == changed else content)
    refused = other("plan", "take-over", str(tmp_path / "forged.zip"))
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert f"forged.zip does not stand: {changed}: was changed" in refused.stderr
    assert other("plan", "list", "--json").stdout.strip() == "[]"


def test_what_cannot_be_taken_over_is_refused(
    run: Run, cases: Cases, other: Next, reviewed: str, tmp_path: Path
) -> None:
    handed(run, reviewed, tmp_path / "still.zip")
    no_day = other("plan", "take-over", str(tmp_path / "still.zip"))
    assert "does not say when the plan went" in no_day.stderr
    no_people = other("plan", "take-over", str(tmp_path / "still.zip"), "--on", "2026-01-12", "--people")
    assert "nobody's name and contacts are in the file" in no_people.stderr
    cases.app.change_plan(reviewed, EndPlan(on=day("12 Jan 2026")))
    handed(run, reviewed, tmp_path / "ended.zip")
    assert "has ceased" in other("plan", "take-over", str(tmp_path / "ended.zip")).stderr
    (tmp_path / "text.zip").write_text("no pack")
    no_pack = other("plan", "take-over", str(tmp_path / "text.zip"))
    assert (no_pack.exit_code, no_pack.stderr.count("\n")) == (1, 1)
    second = cases.plan("1 Mar 2025")
    both = ("evidence", "export", str(tmp_path / "two.zip"), "--plans", f"{reviewed},{second}")
    assert run(*both, today=ON).exit_code == 0
    assert "a hand-over file holds one plan" in other("plan", "take-over", str(tmp_path / "two.zip")).stderr
    assert other("plan", "list", "--json").stdout.strip() == "[]"


@pytest.mark.parametrize("goes", [True, False])
def test_a_review_that_was_under_way_is_named(
    run: Run, cases: Cases, other: Next, reviewed: str, tmp_path: Path, goes: bool
) -> None:
    """It closes there when the plan goes (r.15(3)(a)); the new authority holds one of its own."""
    review = cases.review(reviewed, "3 Nov 2025", kind="early").held("1 Dec 2025")
    if goes:
        gone(cases, reviewed)
    handed(run, reviewed, tmp_path / "out.zip")
    taken = other("plan", "take-over", str(tmp_path / "out.zip"), "--on", "2026-01-12")
    assert taken.exit_code == 0
    assert (
        f"Review {review.id} was not finished there, its meeting held on 2025-12-01: its limits run on" in taken.stderr
    )


def test_a_decision_to_amend_without_a_final_plan_is_named_too(
    run: Run, cases: Cases, other: Next, reviewed: str, tmp_path: Path
) -> None:
    """r.15(3)(a): the plan is the new authority's, and so is what r.22(3) asks of it."""
    review = cases.review(reviewed, "3 Nov 2025", kind="early").held("1 Dec 2025").decided("amend", "20 Dec 2025")
    gone(cases, reviewed)
    handed(run, reviewed, tmp_path / "out.zip")
    taken = other("plan", "take-over", str(tmp_path / "out.zip"))
    assert f"Review {review.id} was not finished there, its meeting held on 2025-12-01 and decided on" in taken.stderr
    assert other.due(reviewed, "twelve_months") == "2026-12-19"


def test_what_else_waits_on_the_plan_is_named(
    run: Run, cases: Cases, other: Next, reviewed: str, tmp_path: Path
) -> None:
    """An amendment proposed without a review (r.28), an order (r.44) and an appeal do not come along of themselves."""
    cases.app.change_plan(
        reviewed,
        SendPlanNotice(on=day("1 Dec 2025")),
        pr.LodgePlanAppeal(on=day("2 Dec 2025"), against="contents"),
        pr.RecordOrder(on=day("22 Dec 2025"), requires="amend"),
        pr.RequestMediation(on=day("3 Nov 2025")),
        pr.TakeProceedingStep(on=day("24 Nov 2025"), did="certificate_given"),
    )
    gone(cases, reviewed)
    handed(run, reviewed, tmp_path / "out.zip")
    said = other("plan", "take-over", str(tmp_path / "out.zip")).stderr
    assert "Amendments proposed without a review on 2025-12-01 are not ended" in said
    assert "An appeal was made to the Tribunal on 2025-12-02, and that is not over: record it here" in said
    assert "Amending the plan was ordered on 2025-12-22, and that is not over: record it here" in said
    assert "mediation" not in said


def test_a_release_since_the_last_review_still_asks_for_one(
    run: Run, cases: Cases, other: Next, reviewed: str, tmp_path: Path
) -> None:
    """CFA 2014 s.48."""
    cases.app.change_plan(reviewed, StartDetention(on=day("1 Nov 2025")), Release(on=day("1 Dec 2025")))
    gone(cases, reviewed)
    handed(run, reviewed, tmp_path / "out.zip")
    assert other("plan", "take-over", str(tmp_path / "out.zip")).exit_code == 0
    shown = other.shown(reviewed)
    assert (shown["detained"], shown["released"]) == ("2025-11-01", "2025-12-01")
    assert next(one["state"] for one in shown["duties"] if one["id"] == "release_review") == "running"


def test_the_day_on_which_rights_pass_comes_with_a_date_of_birth(
    run: Run, cases: Cases, other: Next, tmp_path: Path
) -> None:
    """Born 10 December 2009: 16 in the school year that ends on Friday 26 June 2026."""
    plan = cases.plan("1 Mar 2025")
    child = Person(plan=plan, role="child", name="Sam Example", date_of_birth=date(2009, 12, 10))
    cases.app.people.add(child)
    gone(cases, plan)
    handed(run, plan, tmp_path / "out.zip", "--people", "child")
    assert other("plan", "take-over", str(tmp_path / "out.zip"), "--people").exit_code == 0
    assert other.shown(plan)["young_person_from"] == "2026-06-27"


def test_whom_they_consulted_about_a_review_and_a_notice_is_in_the_file_and_named(
    run: Run, cases: Cases, other: Next, reviewed: str, tmp_path: Path
) -> None:
    """Ss.39-40: who was asked and what they answered cannot come along without the review and the notice they are about."""
    review = cases.review(reviewed, "3 Nov 2025", kind="early").held("1 Dec 2025").decided("amend", "20 Dec 2025")
    cases.app.change_plan(
        reviewed,
        SendPlanNotice(on=day("1 Dec 2025")),
        RequestInstitution(on=day("2 Dec 2025"), institution="345678", outside_review=True),
        ConsultInstitution(on=day("3 Dec 2025"), institution="345678", outside_review=True),
        ConsultInstitution(on=day("22 Dec 2025"), institution="234567", authority="877", review=review.id),
        ReceiveReply(on=day("2 Jan 2026"), institution="345678", reply="can_meet_needs", outside_review=True),
    )
    gone(cases, reviewed)
    handed(run, reviewed, tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as file:
        page = file.read("cases/case-1/index.html").decode()
    assert "345678 on 3 Dec 2025; can meet needs on 2 Jan 2026" in page
    assert "authority 877 for 234567 on 22 Dec 2025; no reply" in page
    said = other("plan", "take-over", str(tmp_path / "out.zip")).stderr
    assert "345678 was consulted about amendment without a review on 2025-12-03: can meet needs, on 2026-01-02." in said
    assert f"authority 877 for 234567 was consulted about {review.id} on 2025-12-22: no reply yet." in said
    assert "The family asked for 345678 on 2025-12-02 (amendment without a review)." in said
    with other.app() as app:
        assert not app.plan(reviewed).consultations
