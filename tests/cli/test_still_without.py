"""Who is still without the notice, the advice or the report is named where it matters: hold, report, decide and show."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result

Run = Callable[..., Result]
REVIEW = "R-2026-000001"


def did(run: Run, words: str) -> Result:
    result = run(*words.split())
    assert result.exit_code == 0, result.stderr
    return result


@pytest.fixture
def invited(run: Run) -> Result:
    did(run, "plan add P-1 --first-made 2026-01-05 --setting 123456 --young-person-from 2026-06-27")
    did(run, "review open P-1 --on 2026-08-03 --meeting-on 2026-09-21")
    roles = "--role parent --role setting --role la_sen --role health --role la_social_care"
    return did(run, f"review invite {REVIEW} {roles} --on 2026-08-24")


def test_inviting_only_the_parent_of_a_young_person_names_them_and_the_paragraph(run: Run, invited: Result) -> None:
    assert "the young person, who holds the rights (SEND Regs 2014 r.20(2)(a))" in invited.stderr


def test_who_is_without_is_named_at_each_act_and_on_the_page(run: Run, invited: Result) -> None:
    did(run, f"review circulate {REVIEW} --role setting --role la_sen --role health --on 2026-09-01")
    for words in (
        f"review hold {REVIEW} --on 2026-09-21",
        f"review report {REVIEW} --on 2026-09-28 --role setting",
        f"review decide {REVIEW} --outcome maintain --on 2026-10-05",
    ):
        said = did(run, words).stderr
        assert "the young person, who holds the rights" in said
        assert "Still without the advice: an officer of the authority's social services" in said
    shown = json.loads(did(run, f"review show {REVIEW} --json").stdout)
    assert {one["what"] for one in shown["without"]} == {"notice of the meeting", "the advice", "the report"}
    assert "Still without the report" in did(run, f"review show {REVIEW}").stdout
