"""Why duties were late: what is recorded once, and every figure beside a count of the log in plain Python."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from arflow.application.arflow import Arflow
from arflow.application.lateness import Because, explanation
from arflow.case import plan_commands as p
from arflow.case import proceeding_commands as pr
from arflow.case import review_commands as c
from arflow.errors import InvalidValue, NotFound, NotPossible
from arflow.events import LatenessExplained, read
from arflow.figures.breaches import breaches
from arflow.figures.report import Asked
from arflow.figures.viewpoint import looking
from arflow.law.late_reasons import CodeList, code_list
from tests.support import slow_reports
from tests.support.cases import Cases, day

ON = date(2026, 11, 24)
CODES = code_list({})


def explained(app: Arflow, case: str, duty: str, reason: str, remedy: str | None = None, **more: Any) -> None:
    ref, command = explanation(app, case, duty, Because(reason, remedy), CODES, **more)
    app.change_plan(ref, command)


@pytest.fixture
def late(cases: Cases) -> str:
    """A review whose decision was told on day 30: due on 8 July 2026, told on the 10th."""
    told = cases.opened("1 Sep 2025", "10 Jun 2026").held("10 Jun 2026").decided("maintain", "10 Jul 2026")
    return told.id


# --- recording ------------------------------------------------------------------------------------------------------


def test_a_reason_with_its_cause_and_a_remedy_is_one_event_on_the_plan(app: Arflow, late: str) -> None:
    explained(app, late, "decision", "panel", "apology")
    ref = app.review(late).plan
    event = app.case_events(ref)[-1][1]
    assert isinstance(event, LatenessExplained)
    assert (event.because, event.cause, event.remedy, event.review, event.due) == (
        "panel", "authority", "apology", late, day("8 Jul 2026"),
    )  # fmt: skip
    [line] = [line for line in app.why(late, "decision").lines if line.startswith("Why it was late")]
    assert "panel (cause: authority); remedy: apology" in line


def test_what_is_not_late_has_no_reason(app: Arflow, late: str, cases: Cases) -> None:
    with pytest.raises(NotPossible, match=r"report of .* is (?!breached)"):
        explained(app, cases.opened("1 Sep 2025", "1 Nov 2026").held("20 Nov 2026").id, "report", "panel")
    with pytest.raises(NotFound, match="there is no duty nothing"):
        explained(app, late, "nothing", "panel")


def test_a_code_that_the_list_lacks_is_refused_with_those_it_has(app: Arflow, late: str) -> None:
    with pytest.raises(InvalidValue, match=r"reason: weather is not one of no_officer, panel.*arflow lateness codes"):
        explained(app, late, "decision", "weather")
    with pytest.raises(InvalidValue, match=r"remedy: flowers is not one of done_since"):
        explained(app, late, "decision", "panel", "flowers")


def test_the_later_reason_counts_and_the_same_is_not_recorded_twice(app: Arflow, late: str) -> None:
    explained(app, late, "decision", "panel")
    with pytest.raises(NotPossible, match="decision has this reason and remedy already"):
        explained(app, late, "decision", "panel")
    explained(app, late, "decision", "report_late")
    [(_, found)] = app.plan(app.review(late).plan).explained.items()
    assert (found.because, found.cause) == ("report_late", "setting")


def test_a_plan_explains_its_open_review_or_itself_or_one_of_several_orders(app: Arflow, cases: Cases) -> None:
    alone = cases.plan("1 Mar 2025")
    explained(app, alone, "twelve_months", "no_officer")
    reviewed = cases.plan("1 Mar 2025")
    review = cases.review(reviewed, "1 Nov 2026").id
    explained(app, reviewed, "twelve_months", "not_noticed")
    assert [one[0] for ref in (alone, reviewed) for one in app.plan(ref).explained] == ["", review]
    for on in ("1 Jun 2026", "8 Jun 2026"):
        app.change_plan(alone, pr.RecordOrder(requires="amend", on=day(on)))
    with pytest.raises(NotPossible, match=r"several proceedings .* say which with --of: 3, 4"):
        explained(app, alone, "order_amend", "panel")
    explained(app, alone, "order_amend", "panel", proceeding=4)
    assert ("", "order_amend", 4, day("13 Jul 2026")) in app.plan(alone).explained


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'name = "x"\ncause = []\nremedy = []\n[[reason]]\nid = "a"\ntext = "A"\ncause = "b"\n',
            "reason a: there is no cause b",
        ),
        ('name = "x"\nreason = []\n[[cause]]\nid = "a b"\ntext = "A"\n', 'cause "a b" is no id'),
        ('name = "x"\nreason = []\n' + '[[cause]]\nid = "a"\ntext = "A"\n' * 2, "cause a is there twice"),
        ("name = ", "a list of reasons"),
    ],
)
def test_a_list_with_faults_is_refused_whole(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "own.toml").write_text(text)
    with pytest.raises(InvalidValue, match=f"ARFLOW_LATENESS: .*{said}"):
        code_list({"ARFLOW_LATENESS": str(tmp_path / "own.toml")})


# --- counting -------------------------------------------------------------------------------------------------------


def counted(app: Arflow, asked: Asked) -> tuple[Counter[Any], Counter[Any]]:
    """The report's section of reasons by (cause, reason, remedy), and the cases behind the breaches by (plan, duty, reason)."""
    with looking(app, asked) as looked:
        found = {section.name: section for section in breaches(looked).sections}
        reasons = Counter({row[-6:-3]: row[-3] for row in found["reasons"].rows})
        behind = found["breaches"].cases
        assert behind is not None
        names = [column.name for column in behind.columns]
        at = [names.index(name) for name in ("plan", "review", "duty", "due", "because")]
        return reasons, Counter(tuple(row[i] for i in at) for row in behind.rows())


def by_hand(app: Arflow, asked: Asked, codes: CodeList) -> tuple[Counter[Any], Counter[Any]]:
    """The same from the log in plain Python: each breach of the slow count with the last event that explains it."""
    last: dict[tuple[Any, ...], LatenessExplained] = {}
    for row in app.log_store.read_by_case():
        event = read(row)
        if isinstance(event, LatenessExplained):
            last[event.plan, event.review or "", event.duty, None if event.review else event.due] = event
    words = {one.id: one.text for one in (*codes.cause, *codes.reason, *codes.remedy)}
    reasons, behind = Counter[Any](), Counter[Any]()
    for (plan, review, duty, _, due, *_), number in slow_reports.breaches(app, asked).items():
        found = last.get((plan, review, duty, None if review else due))
        said = (found.cause, found.because, found.remedy) if found else (None, None, None)
        reasons[tuple(words.get(code or "", "not said") for code in said)] += number
        behind[plan, review, duty, due, said[1]] += number
    return reasons, behind


@pytest.mark.thorough
def test_breaches_by_reason_are_what_a_count_of_the_log_gives(app: Arflow, cases: Cases, late: str) -> None:
    second = cases.opened("1 Sep 2025", "12 Jun 2026").held("12 Jun 2026").decided("maintain", "20 Jul 2026")
    corrected = cases.opened("1 Sep 2025", "12 Jun 2026").held("12 Jun 2026").decided("maintain", "20 Jul 2026")
    plan = cases.plan("1 Mar 2024")
    explained(app, late, "decision", "panel", "apology")
    explained(app, second.id, "decision", "panel")
    explained(app, second.id, "decision", "advice_late", "escalated")
    explained(app, corrected.id, "decision", "not_noticed")
    corrected.do(c.CorrectStep(corrected_step="decide", on=day("8 Jul 2026"), reason="Misread"))  # and told: in time
    explained(app, plan, "twelve_months", "no_officer")
    asked = Asked(as_at=ON)
    reasons, behind = counted(app, asked)
    assert (reasons, behind) == by_hand(app, asked, CODES)
    assert (
        reasons["Health, social care and other advisers", "Advice came late", "It was taken up with whoever was late"]
        == 1
    )
    assert reasons["not said", "not said", "not said"] > 0
    earlier = counted(app, Asked(as_at=date(2026, 8, 1)))
    assert earlier == by_hand(app, Asked(as_at=date(2026, 8, 1)), CODES)
    assert "The last day was not noticed" not in {reason for _, reason, _ in reasons}


@pytest.mark.thorough
def test_a_reason_of_one_year_does_not_stick_to_the_next(app: Arflow, cases: Cases) -> None:
    """The plan owes its twelve months again: the breach of 2025 was explained, that of 2026 was not."""
    plan = cases.plan("1 Mar 2024")
    explained(app, plan, "twelve_months", "no_officer")
    app.change_plan(plan, p.CorrectPlanDay(fact="first_made", to=day("1 Jun 2025"), reason="Misread"))
    reasons, behind = counted(app, Asked(as_at=ON))
    assert (reasons, behind) == by_hand(app, Asked(as_at=ON), CODES)
    assert list(reasons) == [("not said", "not said", "not said")]
