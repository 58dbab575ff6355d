"""What has been kept long enough is listed, and goes with a reason: recorded first, then removed, never on hold."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import Result

from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AddPlan, EndPlan, TransferOut
from arflow.errors import AlreadyThere, InvalidValue, MissingValue, NotFound, NotPossible
from arflow.events import DocumentDisposed, PeopleErased
from arflow.law.catalogue import shipped_folder
from arflow.papers.documents import Document, Documents, holds, verification
from arflow.papers.documents.retention_schedule import CountedFrom, Rule, Schedule, due_from, schedule
from arflow.people import Person
from arflow.post.keeping import disposal
from arflow.post.keeping.erasure import erase_people
from arflow.store.engine import writing
from tests.support.days import on_day

pytestmark = pytest.mark.thorough

ENDED, BORN = (
    date(2018, 7, 20),
    date(1995, 11, 24),
)  # the later period, 31 years from birth, ends on the day of the tests
TOMORROW = date(2026, 11, 25)
SCHEDULE = schedule({})
SECRET = "The family asked for it by letter"


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARFLOW_DOCUMENTS", str(tmp_path / "papers"))


def with_papers(app: Arflow, where: Path, *, born: date | None = BORN) -> Documents:
    """A plan that has ended, with a child, a parent, two papers and a leaflet; and one that goes on, with a paper."""
    documents = Documents(app.log_store.engine, str(where / "papers"))
    for ref in ("P-1", "P-2"):
        app.add_plan(AddPlan(ref=ref, first_made=date(2005, 1, 1)))
        app.people.add(Person(plan=ref, role="child", name="Robin Example", date_of_birth=born))
        app.people.add(Person(plan=ref, role="parent", name="Sam Example"))
    app.change_plan("P-1", EndPlan(on=ENDED))
    by, at = app.officer("A. Officer") or "", app.now
    documents.keep(b"advice", plan="P-1", kind="advice", name="robin.txt", by=by, at=at)
    documents.keep(b"report", plan="P-1", kind="report", name="report.txt", by=by, at=at)
    documents.keep(b"leaflet", plan="P-1", kind="other", name="leaflet.txt", shared=True, by=by, at=at)
    documents.keep(b"current", plan="P-2", kind="advice", name="current.txt", by=by, at=at)
    return documents


def files(documents: Documents) -> set[str]:
    return {path.read_text() for path in Path(documents.place.url).rglob("*") if path.is_file()}


def due(app: Arflow, documents: Documents, rule: str | None = None) -> list[disposal.Item]:
    found = disposal.items(app, documents, SCHEDULE)
    return [one for one in found if one.is_due(app.today) and rule in (None, one.rule)]


# --- counting --------------------------------------------------------------------------------------------------


def _rule(*keep: str) -> Rule:
    return Rule(id="a", text="t", covers=("advice",), keep=keep, why="w", citation="c")


@pytest.mark.parametrize(
    ("keep", "ended", "born", "first_day"),
    [
        (("ended + 6 years",), date(2020, 3, 10), None, date(2026, 3, 11)),
        (("ended + 1 year",), date(2020, 2, 29), None, date(2021, 3, 1)),
        (("ended + 4 years",), date(2020, 2, 29), None, date(2024, 3, 1)),
        (("ended + 6 years", "born + 31 years"), date(2020, 3, 10), date(1994, 1, 1), date(2026, 3, 11)),
        (("ended + 6 years", "born + 31 years"), date(2020, 3, 10), date(2000, 5, 5), date(2031, 5, 6)),
        (("ended + 6 years", "born + 31 years"), date(2020, 3, 10), None, None),
        (("ended + 6 years",), None, None, None),
        (("born + 31 years",), None, date(1980, 1, 1), None),
    ],
)
def test_a_period_ends_with_the_same_day_of_the_year_and_the_longest_counts(
    keep: tuple[str, ...], ended: date | None, born: date | None, first_day: date | None
) -> None:
    assert due_from(_rule(*keep), CountedFrom(plan="P-1", ended=ended, born=born)) == first_day


def test_papers_are_due_the_day_after_their_last_and_not_on_it(
    store_url: str, open_app: Callable[..., Arflow], tmp_path: Path
) -> None:
    documents = with_papers(open_app(store_url), tmp_path)
    for today, number in ((date(2026, 11, 23), 0), (date(2026, 11, 24), 0), (TOMORROW, 3), (date(2026, 11, 26), 3)):
        assert len(due(open_app(store_url, today=today), documents)) == number


def test_nothing_of_a_plan_that_goes_on_is_due_however_old_the_person_is(
    sqlite_url: str, open_app: Callable[..., Arflow], tmp_path: Path
) -> None:
    app = open_app(sqlite_url, today=date(2090, 1, 1))
    documents = with_papers(app, tmp_path)
    assert {one.plan for one in due(app, documents)} == {"P-1"}
    app.change_plan("P-2", TransferOut(on=date(2080, 1, 1)))
    assert {one.plan for one in due(app, documents)} == {"P-1", "P-2"}


def test_where_the_date_of_birth_is_not_kept_nothing_is_due_and_the_reason_says_so(
    sqlite_url: str, open_app: Callable[..., Arflow], tmp_path: Path
) -> None:
    app = open_app(sqlite_url, today=date(2090, 1, 1))
    documents = with_papers(app, tmp_path, born=None)
    found = disposal.items(app, documents, SCHEDULE, plan="P-1")
    assert {one.due for one in found} == {None}
    assert all("the date of birth is not kept" in one.why for one in found)
    with pytest.raises(NotPossible, match="cannot be disposed of under case_papers yet: a day to count from"):
        disposal.dispose(app, documents, found[:1], "case_papers", SECRET)
    assert len(files(documents)) == 4


def test_a_leaflet_has_nobodys_data_and_is_never_due(
    sqlite_url: str, open_app: Callable[..., Arflow], tmp_path: Path
) -> None:
    app = open_app(sqlite_url, today=TOMORROW)
    documents = with_papers(app, tmp_path)
    assert {one.kind for one in due(app, documents)} == {"advice", "report", "people"}


# --- disposing -------------------------------------------------------------------------------------------------


def test_disposal_leaves_the_digest_the_rule_and_a_record_and_nothing_of_the_person(
    store_url: str, open_app: Callable[..., Arflow], tmp_path: Path
) -> None:
    app = open_app(store_url, today=TOMORROW)
    documents = with_papers(app, tmp_path)
    papers = due(app, documents, "case_papers")
    done = disposal.dispose(app, documents, papers, "case_papers", SECRET)

    assert done.files_removed == 2
    assert files(documents) == {"leaflet", "current"}
    gone = documents.document(papers[0].digest or "")
    assert (gone.name, gone.kind, gone.rule, gone.disposed_by) == (
        None,
        "advice",
        "case_papers",
        app.officer("A. Officer"),
    )
    assert gone.removed_at is not None
    events = [event for _, event in app.case_events("P-1") if isinstance(event, DocumentDisposed)]
    assert [(event.document, event.rule) for event in events] == [(one.digest, "case_papers") for one in papers]
    assert app.directory.read_note(events[0].reason) == SECRET
    with pytest.raises(NotPossible, match="was disposed of under the rule case_papers: it is gone"):
        documents.read(gone.digest)
    with pytest.raises(NotPossible, match="was disposed of under the rule case_papers: it is gone"):
        documents.of_case([gone.digest], "P-1")
    assert verification.verify(documents, app.now).faults == {}
    assert list(app.log_store.verify()) == []
    assert not any(b"robin" in row.payload or b"letter" in row.payload for row in app.log_store.read_log())


def test_people_go_after_the_papers_and_both_are_recorded(
    store_url: str, open_app: Callable[..., Arflow], tmp_path: Path
) -> None:
    app = open_app(store_url, today=TOMORROW)
    documents = with_papers(app, tmp_path)
    people = due(app, documents, "people")
    assert [(one.plan, one.people) for one in people] == [("P-1", 2)]
    with pytest.raises(NotPossible, match="2 documents of P-1 still there: dispose of them first"):
        disposal.dispose(app, documents, people, "people", SECRET)
    assert len(app.people.of("P-1")) == 2

    disposal.dispose(app, documents, due(app, documents, "case_papers"), "case_papers", SECRET)
    assert disposal.dispose(app, documents, people, "people", SECRET).people == {"P-1": 2}

    assert app.people.of("P-1") == []
    assert len(app.people.of("P-2")) == 2
    erased = [event for _, event in app.case_events("P-1") if isinstance(event, PeopleErased)]
    assert [(len(event.people), event.rule) for event in erased] == [(2, "people")]
    assert due(app, documents) == []


def test_what_is_not_due_is_refused_with_its_day(
    sqlite_url: str, open_app: Callable[..., Arflow], tmp_path: Path
) -> None:
    app = open_app(sqlite_url)
    documents = with_papers(app, tmp_path)
    early = disposal.items(app, documents, SCHEDULE, plan="P-1")
    with pytest.raises(NotPossible, match="before 2026-11-25"):
        disposal.dispose(app, documents, early, "case_papers", SECRET)
    assert len(files(documents)) == 4


def test_a_file_that_another_case_has_stays_until_that_one_goes_too(
    sqlite_url: str, open_app: Callable[..., Arflow], tmp_path: Path
) -> None:
    app = open_app(sqlite_url, today=TOMORROW)
    documents = with_papers(app, tmp_path)
    by, at = app.officer("A. Officer") or "", app.now
    documents.keep(b"leaflet", plan="P-2", kind="other", name="leaflet.txt", by=by, at=at)
    hand = SCHEDULE.named("kept_in_error")
    digest = next(one.digest for one in documents.of(plan="P-2") if one.shared)

    for plan, left in (("P-1", {"leaflet"}), ("P-2", set())):
        found = disposal.by_hand(app, documents, hand, plan=plan, digest=digest)
        assert len(found) == 1
        disposal.dispose(app, documents, found, hand.id, SECRET)
        assert files(documents) & {"leaflet"} == left


def test_a_paper_kept_for_the_wrong_family_goes_at_once_and_can_be_kept_for_the_right_one(
    store_url: str, open_app: Callable[..., Arflow], tmp_path: Path
) -> None:
    app = open_app(store_url)
    documents = with_papers(app, tmp_path)
    wrong = next(one.digest for one in documents.of(plan="P-2"))
    found = disposal.by_hand(app, documents, SCHEDULE.named("kept_in_error"), digest=wrong[:10])
    disposal.dispose(app, documents, found, "kept_in_error", SECRET)
    assert "current" not in files(documents)

    kept = documents.keep(b"current", plan="P-1", kind="advice", name="c.txt", by="S-1", at=app.now)
    assert documents.document(kept.digest[:10]).plan == "P-1"
    assert documents.read(kept.digest) == b"current"


def test_a_rule_without_a_period_must_be_told_what_it_is_used_on(app: Arflow, tmp_path: Path) -> None:
    documents = with_papers(app, tmp_path)
    with pytest.raises(MissingValue, match="erasure_request has no period"):
        disposal.by_hand(app, documents, SCHEDULE.named("erasure_request"))
    with pytest.raises(NotFound, match="there is no plan P-9"):
        disposal.by_hand(app, documents, SCHEDULE.named("erasure_request"), plan="P-9")
    found = disposal.by_hand(app, documents, SCHEDULE.named("erasure_request"), plan="P-2")
    assert [one.kind for one in found] == ["advice", "people"]
    disposal.dispose(app, documents, found, "erasure_request", SECRET)
    assert app.people.of("P-2") == []


def test_a_document_that_is_kept_again_after_its_disposal_stands_again(app: Arflow, tmp_path: Path) -> None:
    documents = with_papers(app, tmp_path)
    found = disposal.by_hand(app, documents, SCHEDULE.named("kept_in_error"), plan="P-2")
    disposal.dispose(app, documents, found, "kept_in_error", SECRET)
    again = documents.keep(b"current", plan="P-2", kind="advice", name="again.txt", by="S-1", at=app.now)
    assert (again.name, again.disposed_at, documents.read(again.digest)) == ("again.txt", None, b"current")


KILLED = """
import os, signal, sys
from datetime import date
from pathlib import Path
from arflow.application.arflow import Arflow
from arflow.post.keeping import disposal
from arflow.papers.documents import Documents
from arflow.papers.documents.retention_schedule import schedule

app = Arflow(sys.argv[1], by="A. Officer", today=date(2026, 11, 25))
documents = Documents(app.log_store.engine, sys.argv[2])
found = [one for one in disposal.items(app, documents, schedule({})) if one.rule == "case_papers"]
remove, removed = documents.place.remove, []

def one_and_die(digest):
    if len(removed) == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
    remove(digest)
    removed.append(digest)

documents.place.remove = one_and_die
disposal.dispose(app, documents, found, "case_papers", "Retention review")
"""


@pytest.mark.parametrize("after", [0, 1])
def test_a_run_killed_after_the_record_is_finished_by_the_next(
    store_url: str, open_app: Callable[..., Arflow], tmp_path: Path, after: int
) -> None:
    app = open_app(store_url, today=TOMORROW)
    documents = with_papers(app, tmp_path)
    command = [sys.executable, "-c", KILLED, store_url, documents.place.url, str(after)]
    assert subprocess.run(command, check=False, env=os.environ | {"PYTHONWARNINGS": "ignore"}).returncode == -9

    assert len(files(documents) & {"advice", "report"}) == 2 - after
    disposed = [event for _, event in app.case_events("P-1") if isinstance(event, DocumentDisposed)]
    assert len(disposed) == 2  # recorded whole, before anything was removed
    assert due(app, documents, "case_papers") == []

    assert disposal.dispose(app, documents, [], "case_papers", SECRET).files_removed == 2 - after
    assert files(documents) == {"leaflet", "current"}
    assert all(one.removed_at for one in documents.of(plan="P-1") if one.disposed_at)


# --- holds -----------------------------------------------------------------------------------------------------


def test_nothing_of_a_case_on_hold_goes_until_it_is_released(
    store_url: str, open_app: Callable[..., Arflow], tmp_path: Path
) -> None:
    app = open_app(store_url, today=TOMORROW)
    documents = with_papers(app, tmp_path)
    with app.log_store.writing() as connection:
        holds.hold(connection, "P-1", reason="Appeal", by="S-1", at=app.now)
    found = due(app, documents, "case_papers")
    assert {one.hold for one in found} == {"Appeal"}
    before = len(app.case_events("P-1"))
    for refused in (
        lambda: disposal.dispose(app, documents, found, "case_papers", SECRET),
        lambda: erase_people(app, "P-1", SECRET),
    ):
        with pytest.raises(NotPossible, match=r"P-1 is on hold \(Appeal\)"):
            refused()
    assert (len(app.case_events("P-1")), len(files(documents)), len(app.people.of("P-1"))) == (before, 4, 2)
    with pytest.raises(AlreadyThere, match="on hold already"), app.log_store.writing() as connection:
        holds.hold(connection, "P-1", reason="Again", by="S-1", at=app.now)

    with app.log_store.writing() as connection:
        holds.release(connection, "P-1")
    assert len(disposal.dispose(app, documents, found, "case_papers", SECRET).documents) == 2


class HeldMeanwhile(Documents):
    """Somebody puts P-1 on hold after a disposal was found to be free, and before anything of it is recorded."""

    def remove_disposed(self, at: datetime) -> list[Document]:
        with writing(self.engine) as connection:
            holds.hold(connection, "P-1", reason="Appeal", by="S-1", at=at)
        return super().remove_disposed(at)


def test_a_hold_that_is_put_while_a_disposal_runs_keeps_everything(app: Arflow, tmp_path: Path) -> None:
    documents = with_papers(app, tmp_path)
    on_day(app, TOMORROW)
    found = due(app, documents, "case_papers")
    held = HeldMeanwhile(app.log_store.engine, documents.place.url)

    with pytest.raises(NotPossible, match=r"P-1 is on hold \(Appeal\)"):
        disposal.dispose(app, held, found, "case_papers", SECRET)

    assert [one.disposed_at for one in documents.of(plan="P-1")] == [None, None, None]
    assert len(files(documents)) == 4


# --- the schedule ----------------------------------------------------------------------------------------------


def test_the_example_says_that_it_is_one_and_cites_the_law_for_every_rule() -> None:
    assert SCHEDULE.example
    assert all(rule.citation.startswith("UK GDPR art.") for rule in SCHEDULE.rule)
    assert all("Local policy" in rule.why for rule in SCHEDULE.rule if rule.keep)


GOOD = '[[rule]]\nid = "a"\ntext = "t"\ncovers = ["advice"]\nkeep = ["ended + 6 years"]\nwhy = "w"\ncitation = "c"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "missing required field `name`"),
        ("name = ", "not a retention schedule"),
        ('name = "x"\n' + GOOD.replace("6 years", "6 weeks"), '"ended [+] 6 weeks" is no period'),
        ('name = "x"\n' + GOOD.replace("ended", "moved"), '"moved [+] 6 years" is no period'),
        ('name = "x"\n' + GOOD.replace('"advice"', '"diary"'), "Invalid enum value 'diary'"),
        ('name = "x"\n' + GOOD.replace("text", "words"), "unknown field `words`"),
        ('name = "x"\n' + GOOD + "by_hand = true\n", "rule a: give either keep or by_hand"),
        ('name = "x"\n' + GOOD + GOOD, "rule a is there twice; rule a: advice is covered by a already"),
    ],
)
def test_a_schedule_with_faults_names_each(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text)
    with pytest.raises(InvalidValue, match=f"ARFLOW_RETENTION: .*{said}"):
        schedule({"ARFLOW_RETENTION": str(path)})


def test_a_schedule_from_before_final_plans_keeps_them_as_long_as_other_plans(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        (shipped_folder() / "retention" / "example.toml").read_text("utf-8").replace('"final_plan", ', ""), "utf-8"
    )

    own = schedule({"ARFLOW_RETENTION": str(path)})

    assert own.of("final_plan") == own.of("plan")
    assert own.of("final_plan") is not None


def test_an_authority_uses_its_own_schedule(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('name = "Exampleshire"\n' + GOOD)
    own = schedule({"ARFLOW_RETENTION": str(path)})
    assert isinstance(own, Schedule)
    assert (own.name, own.example, own.named("a").keep) == ("Exampleshire", False, ("ended + 6 years",))
    with pytest.raises(InvalidValue, match="a file that can be read"):
        schedule({"ARFLOW_RETENTION": str(tmp_path / "none.toml")})


# --- the command line ------------------------------------------------------------------------------------------


def test_what_is_due_is_shown_first_and_goes_only_when_told(
    sqlite_url: str, open_app: Callable[..., Arflow], tmp_path: Path, run: Callable[..., Result]
) -> None:
    documents = with_papers(open_app(sqlite_url), tmp_path)

    def running(*words: str) -> Result:
        return run("retention", *words, today=TOMORROW)

    assert "Nothing is due" in run("retention", "list").stdout
    listed = running("list")
    assert listed.stdout.count("2026-11-25") == 3
    assert "no authority's policy" in listed.stderr
    words = ("dispose", "--rule", "case_papers", "--reason", "Retention review")
    preview = running(*words)
    assert preview.stderr.count("no authority's policy") == 1
    assert (preview.exit_code, "Nothing was disposed of: say --yes" in preview.stdout) == (0, True)
    assert len(files(documents)) == 4

    assert running("hold", "P-1", "--reason", "Appeal").exit_code == 0
    assert "is on hold" in running(*words, "--plan", "P-1").stderr
    assert "is on hold" in running(*words, "--plan", "P-1", "--yes").stderr
    assert "0 documents and 0 people" in running(*words, "--yes").stdout
    assert running("release", "P-1").exit_code == 0
    done = running(*words, "--yes")
    assert done.stdout == "2 documents and 0 people disposed of under case_papers; 2 files removed\n"
    assert files(documents) == {"leaflet", "current"}
    people = running("dispose", "--rule", "people", "--reason", "Retention review", "--yes")
    assert "0 documents and 2 people disposed of" in people.stdout
    assert "Nothing is due" in running("list").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("dispose", "--rule", "none", "--reason", "x"), "there is no retention rule none"),
        (("dispose", "--rule", "case_papers", "--reason", " "), "--reason: is missing"),
        (("dispose", "--rule", "kept_in_error", "--reason", "x"), "--plan, --digest or --message: is missing"),
        (("dispose", "--rule", "case_papers", "--plan", "P-2", "--reason", "x"), "covers nothing of it"),
        (("dispose", "--rule", "case_papers", "--plan", "P-9", "--reason", "x"), "there is no plan P-9"),
        (("dispose", "--rule", "case_papers", "--digest", "abcdef", "--reason", "x"), "there is no document abcdef"),
        (("hold", "P-9", "--reason", "x"), "there is no plan P-9"),
        (("hold", "P-1", "--reason", " "), "--reason: is missing"),
        (("release", "P-1"), "there is no hold on P-1"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(
    app: Arflow, tmp_path: Path, run: Callable[..., Result], words: tuple[str, ...], said: str
) -> None:
    documents = with_papers(app, tmp_path)
    refused = run("retention", *words)
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert said in refused.stderr
    assert len(files(documents)) == 4
