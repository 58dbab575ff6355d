"""What came after a checkpoint is read alone, and arflow says what that does not show."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from arflow.application.arflow import Arflow
from arflow.evidence import checkpoints, signatures
from arflow.evidence.log_since import verify_since
from arflow.store import Recorder
from tests.evidence.test_checkpoints import AT, recompute, tell, tell_more
from tests.store.test_chain import tamper
from tests.support.statements import sent_to


@pytest.fixture
def log(app: Arflow) -> Recorder:
    """A log of nine events; a tenth comes after the checkpoint."""
    tell(app)
    return app.log_store


def found(app: Arflow, log: Recorder, *statements: str) -> list[tuple[int, str]]:
    """What is found in the event after the checkpoint, where somebody did this to the store."""
    since = checkpoints.make(log, AT)
    tell_more(app)
    if statements:
        tamper(log, *statements)
    return [(fault.position, fault.problem) for fault in verify_since(log, since).faults]


def test_what_follows_a_checkpoint_by_the_chain_is_sound(app: Arflow, log: Recorder) -> None:
    assert found(app, log) == []


def test_a_log_to_which_nothing_came_since_is_sound_until_its_end_is_changed(log: Recorder) -> None:
    since = checkpoints.make(log, AT)
    assert (verify_since(log, since).faults, verify_since(log, since).sound) == ((), True)

    tamper(log, "update chain_head set hash = zeroblob(32)")

    assert not verify_since(log, since).sound


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("update events set happened_on = '2025-01-01' where position = 10", (10, "the event was changed")),
        ("update events set payload = 'text' where position = 10", (10, "the event cannot be checked")),
        ("update events set hash = zeroblob(32) where position = 9", (9, "is not that of the checkpoint of 9")),
        ("update events set hash = zeroblob(32) where position = 1", (1, "is not that of the checkpoint of 9")),
        ("delete from events where position = 10", (10, "the event was removed")),
        ("update chain_head set position = 8", (9, "events were removed from its end")),
        ("update chain_head set hash = zeroblob(32)", (10, "does not agree with the head of the chain")),
        ("delete from chain_head", (11, "the head of the chain cannot be read")),
    ],
)
def test_a_change_after_the_checkpoint_or_to_where_it_stands_is_found(
    app: Arflow, log: Recorder, statement: str, fault: tuple[int, str]
) -> None:
    [(position, problem), *_] = found(app, log, statement)
    assert (position, fault[1] in problem) == (fault[0], True), problem


def test_columns_and_rules_that_were_changed_since_are_found(app: Arflow, log: Recorder) -> None:
    since = checkpoints.make(log, AT)
    tell_more(app)
    recompute(log, 10, happened_on="2025-01-01")
    with app.engine.begin() as connection:
        connection.exec_driver_sql("drop trigger rules_no_delete")
        connection.exec_driver_sql("delete from rules")

    verified = verify_since(log, since)

    assert verified.faults == ()
    assert not verified.sound
    problems = [str(one) for check in verified.checks for one in check.findings]
    assert problems[0].startswith("position 10: its column happened_on says something else")
    assert any("rules" in one for one in problems[1:]), problems


def test_no_older_event_is_read(app: Arflow, log: Recorder) -> None:
    since = checkpoints.make(log, AT)
    tell_more(app)
    with sent_to(app.engine) as statements:
        verify_since(log, since)
    walks = [one.partition("from events")[2] for one in statements if "from events" in one]
    assert walks == [
        " where position between 1 and 1 order by position",
        " where position between 9 and 9 order by position",
        " where position >= 10 order by position",
    ]


# --- at the prompt -----------------------------------------------------------------------------------------


@pytest.fixture
def told(app: Arflow, run: Callable[..., Result], tmp_path: Path) -> Callable[..., Result]:
    """The command line on ten events, with a signed checkpoint of the first nine in c1.json."""
    signatures.make_key(tmp_path / "arflow.key")
    tell(app)

    def running(*words: str) -> Result:
        return run(*(word.replace("DIR", str(tmp_path)) for word in words))

    assert running("checkpoint", "make", "DIR/c1.json", "--key", "DIR/arflow.key").exit_code == 0
    tell_more(app)
    return running


KEY = ("--public-key", "DIR/arflow.key.pub")


def test_the_quick_way_says_what_it_did_not_read(told: Callable[..., Result]) -> None:
    result = told("verify", "--since", "DIR/c1.json", *KEY)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "1 event after event 9 follows by the chain; head " in result.stdout
    assert "Events 1 to 9 were NOT read: they were as the checkpoint made on " in result.stdout
    assert "lists and tables were NOT compared" in result.stdout
    assert "The signature was NOT checked" in told("verify", "--since", "DIR/c1.json").stdout


def test_an_old_event_that_was_changed_in_place_is_left_to_the_whole(told: Callable[..., Result], app: Arflow) -> None:
    tamper(app.log_store, "update events set happened_on = '2025-01-01' where position = 3")

    quick, whole = told("verify", "--since", "DIR/c1.json", *KEY), told("verify", "--log-only")

    assert (quick.exit_code, "Events 1 to 9 were NOT read" in quick.stdout) == (0, True)
    assert (whole.exit_code, "position 3: the event was changed" in whole.stdout) == (1, True)


def test_a_change_since_ends_in_exit_1(told: Callable[..., Result], app: Arflow) -> None:
    tamper(app.log_store, "update events set happened_on = '2025-01-01' where position = 10")
    result = told("verify", "--since", "DIR/c1.json", *KEY, "--json")
    document = json.loads(result.stdout)
    assert (result.exit_code, document["sound"], document["since"], document["events"]) == (1, False, 9, 10)
    assert document["faults"][0]["position"] == 10


def test_a_checkpoint_that_was_moved_on_hides_nothing(told: Callable[..., Result], app: Arflow, tmp_path: Path) -> None:
    tamper(app.log_store, "update events set happened_on = '2025-01-01' where position = 10")
    file = tmp_path / "c1.json"
    file.write_text(file.read_text().replace('"size": 9', '"size": 10'))
    result = told("verify", "--since", "DIR/c1.json", *KEY)
    assert (result.exit_code, "was changed after it was signed" in result.stderr) == (1, True)


def test_the_quick_way_is_not_asked_for_with_the_whole(told: Callable[..., Result]) -> None:
    for more in (("--duties",), ("--log-only",), ("--checkpoint", "DIR/c1.json")):
        assert told("verify", "--since", "DIR/c1.json", *more).exit_code == 2


def test_a_checkpoint_of_what_is_new_has_the_root_of_the_whole_log(told: Callable[..., Result], tmp_path: Path) -> None:
    after = ("--key", "DIR/arflow.key", "--after", "DIR/c1.json")
    assert told("checkpoint", "make", "DIR/whole.json", *after).exit_code == 0
    assert told("checkpoint", "make", "DIR/new.json", *after, "--new-only").exit_code == 0
    whole, new = (checkpoints.read(tmp_path / name) for name in ("whole.json", "new.json"))
    assert (new.size, new.root, new.head, new.after, new.peaks) == (
        whole.size, whole.root, whole.head, whole.after, whole.peaks,
    )  # fmt: skip
    assert told("verify", "--checkpoint", "DIR/new.json", *KEY).exit_code == 0
    refused = told("checkpoint", "make", "DIR/more.json", "--new-only")
    assert (refused.exit_code, "--after" in refused.stderr) == (1, True)
