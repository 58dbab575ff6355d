"""A checkpoint holds the end of the ledger of the rules: what was rewritten there with its chain, or cut, is found."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from click.testing import Result

from arflow.application import rules_acts
from arflow.application.arflow import Arflow
from arflow.errors import BackupRefused, LogBroken, NotPossible
from arflow.evidence import checkpoints, signatures, store_check
from arflow.evidence.checkpoints import EARLIER_FORM, FORM, Checkpoint
from arflow.evidence.daily_checkpoint import make_next
from arflow.store import rules_ledger
from tests.support.cases import Cases

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture
def kept(app_on_each: Arflow) -> Checkpoint:
    """What somebody outside has of a store with two acts on its rules."""
    Cases(app_on_each).opened("1 Aug 2024", "1 May 2025")
    holiday(app_on_each, date(2027, 1, 4))
    return checkpoints.make(app_on_each.log_store, AT)


def holiday(app: Arflow, day: date) -> None:
    rules_acts.record(app, rules_acts.bank_holiday(app, day), "proclaimed")


def problems(app: Arflow, *given: Checkpoint) -> list[str]:
    found = store_check.verify(app.log_store, None, given)
    return [f"{one.place}: {one.problem}" for one in found.findings if one.area == "rules"]


def rewrite(app: Arflow, number: int, **change: str) -> None:
    """Change what an act says, and make the ledger's chain again, as somebody with the code and the database could."""
    tamper(app)
    mark, previous = app.log_store._mark, bytes(32)
    with app.engine.begin() as connection:
        for at, payload in enumerate(rules_ledger.payloads(connection), start=1):
            said = json.loads(payload) | (change if at == number else {})
            made = json.dumps(said, separators=(",", ":")).encode()
            previous = rules_ledger._link(previous, at, made)
            row = (made, previous, at)
            connection.exec_driver_sql(f"update rules set payload = {mark}, hash = {mark} where number = {mark}", row)


def tamper(app: Arflow, *statements: str) -> None:
    """Do what the triggers of the ledger forbid."""
    with app.engine.begin() as connection:
        if app.engine.dialect.name == "postgresql":
            connection.exec_driver_sql("alter table rules disable trigger all")
        else:
            for trigger in ("update", "delete"):
                connection.exec_driver_sql(f"drop trigger if exists rules_no_{trigger}")
        for statement in statements:
            connection.exec_driver_sql(statement)


def cut(app: Arflow) -> None:
    tamper(app, "delete from rules where number = (select max(number) from rules)")


def of_form_1(made: Checkpoint) -> Checkpoint:
    """The same as an arflow made it whose checkpoints held no rules."""
    return msgspec.structs.replace(made, form=EARLIER_FORM, rules=0, rules_head="")


@pytest.mark.thorough
def test_a_checkpoint_holds_how_many_acts_there_are_and_the_last_hash(app_on_each: Arflow, kept: Checkpoint) -> None:
    with app_on_each.engine.connect() as connection:
        number, digest = rules_ledger.head(connection)
    assert (kept.form, kept.rules, kept.rules_head) == (FORM, number, digest.hex())
    assert number >= 2
    holiday(app_on_each, date(2027, 1, 5))
    assert problems(app_on_each, kept) == []


@pytest.mark.thorough
@pytest.mark.parametrize("number", [1, 2])
def test_an_act_changed_with_a_new_chain_is_found_by_the_checkpoint_alone(
    app_on_each: Arflow, kept: Checkpoint, number: int
) -> None:
    rewrite(app_on_each, number, recorded_at="2026-11-01T00:00:00Z")
    assert problems(app_on_each) == []
    [problem] = problems(app_on_each, kept)
    assert "acts 1 to 2 on the rules: were rewritten with their chain: they are not those of the checkpoint" in problem
    with pytest.raises(LogBroken, match="acts on the rules are not those of the earlier checkpoint"):
        checkpoints.make(app_on_each.log_store, AT, after=kept)
    with pytest.raises(LogBroken, match="acts on the rules are not those of the earlier checkpoint"):
        make_next(app_on_each.log_store, AT + timedelta(days=1), kept)


@pytest.mark.thorough
def test_a_ledger_that_was_cut_is_found_by_the_checkpoint_alone(app_on_each: Arflow, kept: Checkpoint) -> None:
    cut(app_on_each)
    assert problems(app_on_each) == []
    [problem] = problems(app_on_each, kept)
    assert "acts 2 to 2 on the rules: were removed: the checkpoint of 2026-11-24 has 2 acts, and there is 1" in problem
    with pytest.raises(LogBroken, match="acts on the rules are not those of the earlier checkpoint"):
        make_next(app_on_each.log_store, AT + timedelta(days=1), kept)


def test_checkpoints_that_hold_narrow_down_where_it_was_rewritten(app: Arflow) -> None:
    Cases(app).opened("1 Aug 2024", "1 May 2025")
    first = checkpoints.make(app.log_store, AT)
    holiday(app, date(2027, 1, 4))
    second = checkpoints.make(app.log_store, AT, after=first)
    rewrite(app, 2, day="2027-01-05")
    [problem] = problems(app, second, first)
    assert problem.startswith("acts 2 to 2 on the rules: were rewritten")


def test_a_ledger_that_does_not_agree_with_its_own_chain_is_not_signed(app: Arflow) -> None:
    Cases(app).opened("1 Aug 2024", "1 May 2025")
    first = checkpoints.make(app.log_store, AT)
    tamper(app, "update rules set hash = zeroblob(32) where number = 1")
    with pytest.raises(LogBroken, match="act 1 on the rules: the act was changed, inserted or moved"):
        checkpoints.make(app.log_store, AT)
    with pytest.raises(LogBroken, match="act 1 on the rules"):
        make_next(app.log_store, AT, first)


def test_an_older_checkpoint_still_verifies_and_goes_on(app: Arflow, tmp_path: Path) -> None:
    Cases(app).opened("1 Aug 2024", "1 May 2025")
    older = of_form_1(checkpoints.make(app.log_store, AT))
    path = tmp_path / "older.json"
    path.write_bytes(signatures.sign(older.document, None))
    assert set(older.document) == {"form", "log", "size", "head", "root", "made_at", "streams", "streams_root", "peaks"}
    read = checkpoints.read(path)
    assert read == older
    assert store_check.verify(app.log_store, None, [read]).sound
    holiday(app, date(2027, 1, 4))
    Cases(app, start=5).opened("1 Aug 2024", "1 May 2025")
    for later in (checkpoints.make(app.log_store, AT, after=read), make_next(app.log_store, AT, read)):
        assert (later.form, later.rules) == (FORM, 2)
        checkpoints.refuse_if_not_after(read, later)
        assert store_check.verify(app.log_store, None, [read, later]).sound


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"form": EARLIER_FORM}, "holds acts on the rules, and its form knows none"),
        ({"rules_head": ""}, "has 1 act on the rules, and no hash of the last"),
        ({"rules": 0}, "has a hash of the last act on the rules, and no act"),
        ({"form": "arflow-checkpoint-3"}, "is of the form 'arflow-checkpoint-3'"),
    ],
)
def test_a_checkpoint_that_contradicts_itself_is_refused(app: Arflow, changed: dict[str, object], why: str) -> None:
    Cases(app).opened("1 Aug 2024", "1 May 2025")
    made = msgspec.structs.replace(checkpoints.make(app.log_store, AT), **changed)
    with pytest.raises(NotPossible, match=why):
        checkpoints.opened(signatures.sign(made.document, None), "it")


def test_two_checkpoints_compared_show_a_ledger_that_lost_acts(app: Arflow) -> None:
    Cases(app).opened("1 Aug 2024", "1 May 2025")
    holiday(app, date(2027, 1, 4))
    first = checkpoints.make(app.log_store, AT)
    fewer = msgspec.structs.replace(first, rules=1, rules_head="00" * 32)
    other = msgspec.structs.replace(first, rules_head="00" * 32)
    with pytest.raises(LogBroken, match="the later one has 1 act on the rules and the earlier 2: acts were removed"):
        checkpoints.refuse_if_not_after(first, fewer)
    with pytest.raises(LogBroken, match="the same number of acts on the rules, and not the same"):
        checkpoints.refuse_if_not_after(first, other)
    checkpoints.refuse_if_not_after(first, first)


def test_verify_says_what_the_checkpoint_shows_of_the_rules(
    run: Callable[..., Result], app: Arflow, tmp_path: Path
) -> None:
    Cases(app).opened("1 Aug 2024", "1 May 2025")
    made = checkpoints.make(app.log_store, AT)
    new, old = tmp_path / "new.json", tmp_path / "old.json"
    new.write_bytes(signatures.sign(made.document, None))
    old.write_bytes(signatures.sign(of_form_1(made).document, None))
    assert (
        "Act 1 on the rules is that of the checkpoint made on 2026-11-24."
        in run("verify", "--checkpoint", str(new)).stdout
    )
    said = "The checkpoint made on 2026-11-24 holds no acts on the rules: an earlier arflow made it."
    assert said in run("verify", "--checkpoint", str(old)).stdout
    assert "on the rules" not in run("verify", "--log-only", "--checkpoint", str(new)).stdout
    assert "Acts on the rules" in run("checkpoint", "show", str(new)).stdout
    rewrite(app, 1, recorded_at="2026-11-01T00:00:00Z")
    found = run("verify", "--checkpoint", str(new))
    assert (found.exit_code, "Act 1 on the rules is that" in found.stdout) == (1, False)
    assert "acts 1 to 1 on the rules" in found.stdout


@pytest.mark.thorough
def test_a_backup_is_held_to_the_rules_of_a_checkpoint_too(
    app_on_each: Arflow, kept: Checkpoint, tmp_path: Path
) -> None:
    from arflow.backup.taking import back_up

    back_up(app_on_each.engine, tmp_path / "sound", AT, (kept,))
    rewrite(app_on_each, 1, recorded_at="2026-11-01T00:00:00Z")
    with pytest.raises(BackupRefused, match="acts 1 to 2 on the rules"):
        back_up(app_on_each.engine, tmp_path / "changed", AT, (kept,))
