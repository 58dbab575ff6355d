"""The definitions that come with arflow, and those that extend them: read, locked, and refused where they are faulty."""

from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from arflow.errors import DefinitionRefused, NotFound
from arflow.law.catalogue import Catalogue, shipped_folder
from arflow.law.definition import published_digests, read
from arflow.law.workflow import DutyRule, Limb
from tests.support.paths import ROOT

STATUTORY = "annual_review.2015"
EXAMPLES = ROOT / "docs" / "examples"
LOCAL = (EXAMPLES / "anyshire.2026.toml").read_text("utf-8")


def test_the_definitions_that_come_with_arflow_and_the_example_are_sound() -> None:
    catalogue = Catalogue(EXAMPLES)
    assert {name: catalogue.check(name)[1] for name in catalogue.paths()} == {STATUTORY: [], "anyshire.2026": []}


def test_every_definition_that_comes_with_arflow_is_locked_as_it_is() -> None:
    files = {path.name: sha256(path.read_bytes()).hexdigest() for path in shipped_folder().glob("*.toml")}
    assert published_digests(shipped_folder()) == files, "see docs/how-to/change-a-rule.md"


def test_a_local_definition_has_everything_that_it_extends_and_its_own() -> None:
    catalogue = Catalogue(EXAMPLES)
    statutory, local = catalogue.load(STATUTORY), catalogue.load("anyshire.2026")
    assert local.duties[: len(statutory.duties)] == statutory.duties
    assert [duty.id for duty in local.duties if duty.is_target] == ["decision_target"]
    assert local.kinds == statutory.kinds
    assert (statutory.policy.notice_outer, local.policy.notice_outer) == ("calendar_weeks", "clear_days")
    assert local.policy.notice_strict == statutory.policy.notice_strict


def test_what_a_judgment_made_known_is_left_out_before_its_day() -> None:
    statutory = Catalogue().load(STATUTORY)
    before, after = statutory.as_known_at(date(2022, 3, 7)), statutory.as_known_at(date(2022, 3, 8))
    assert "amendment_notice" not in before.duty_by_id
    assert [limb.rule for limb in before.duty_by_id["final_plan"].due] == ["within 8 weeks of notice_sent"]
    assert after.duties == statutory.duties


def test_every_limit_that_a_judgment_set_says_since_when_it_is_known() -> None:
    for duty in Catalogue().load(STATUTORY).duties:
        rules: tuple[DutyRule | Limb, ...] = (duty, *duty.due)
        for rule in rules:
            assert (rule.source == "case") == (rule.known_from is not None), duty.id


def test_a_faulty_definition_runs_no_review_and_all_its_faults_are_told(tmp_path: Path) -> None:
    text = LOCAL.replace("notice_outer", "notice_outter").replace('met_by = ["notified"]', 'met_by = ["told"]')
    (tmp_path / "anyshire.2026.toml").write_text(text, "utf-8")
    with pytest.raises(DefinitionRefused) as refused:
        Catalogue(tmp_path).load("anyshire.2026")
    assert "policy: notice_outter: is not a field" in refused.value.message
    assert "duty decision_target: met_by: there is no fact told" in refused.value.message
    assert len(refused.value.faults) == 2


def test_a_definition_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(NotFound, match=r"there is no workflow anyshire.2099: there are annual_review.2015"):
        Catalogue().load("anyshire.2099")
    with pytest.raises(NotFound, match=r"nowhere\.toml"):
        read(Path("nowhere.toml"))


def test_locks_are_written_as_sha256sum_writes_them(tmp_path: Path) -> None:
    assert published_digests(tmp_path) == {}
    (tmp_path / "published.sha256").write_text(f"{'a' * 64}  one.1.toml\n\n{'b' * 64}  two.1.toml\n", "utf-8")
    assert published_digests(tmp_path) == {"one.1.toml": "a" * 64, "two.1.toml": "b" * 64}
