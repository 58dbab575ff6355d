"""A reference stands in the log for ever: one that looks like a name or a date of birth never gets there."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result

from arflow.application.arflow import Arflow
from arflow.case.acts.references import refuse_personal
from arflow.errors import ReferenceRefused
from arflow.imports.caseload_sheet import import_plans
from arflow.imports.importing import How
from arflow.imports.past_acts import import_acts

TODAY = date(2026, 11, 24)
NAMES = (
    "Jane Roe", "ROE-Jane-2014-05-06", "Jane-Roe", "jane.roe", "JaneRoe", "ROE/JANE", "ROE-JANE-0123", "Roe, Jane", "Roe",
    "jane", "ROE_J", "J.ROE", "J-Roe", "Roe2014", "ROE-2014", "Jane-1", "ROE_J_060514", "Ng-Li", "EHCP-Jane-Roe-12",
    "O'Neil-Jane", "José-Roe", "Smith-Jones-12345", "P-Jane",
)  # fmt: skip
BIRTHS = (
    "ROE_J_06052014", "06052014", "JR-06052014", "2014-05-06", "P-2014-05-06", "06.05.2014", "06/05/2014", "JR20140506",
    "JR/6May2014", "EHCP-06-05-2014",
)  # fmt: skip
NUMBERS = (
    "P-1001", "EHCP/2024/0123", "A123456", "SEN-2024-000123", "SEN2-00001", "P-0001", "C/77", "K-9", "123456", "0123",
    "EHCP20240123", "20240123", "LBTH-2024-17", "EHC-NE-0042", "Camden-0123", "CAMDEN/2024/0123", "case_0007",
    "plan-12", "North-East-044", "WSCC.SEND.2019.551", "P-TRAINING", "P-A", "LOST", "B9F2C1AA", "E12-A33-0071",
    "JR-0042", "2024/15/3", "12345678", "A000000000001", "G1234567B", "99999999", "Q-010203", "7f3a-09bc", "EHCP-31-12",
    "SEN/2031-05-06", "5000123456", "1/2/3",
)  # fmt: skip


@pytest.mark.parametrize("reference", NAMES)
def test_a_name_is_no_reference(reference: str) -> None:
    with pytest.raises(ReferenceRefused, match="looks like a name"):
        refuse_personal(reference, TODAY, "ref")


@pytest.mark.parametrize("reference", BIRTHS)
def test_a_date_of_birth_is_no_reference(reference: str) -> None:
    with pytest.raises(ReferenceRefused, match="looks like a date of birth"):
        refuse_personal(reference, TODAY, "ref")


@pytest.mark.parametrize("reference", NUMBERS)
def test_the_number_of_a_case_system_is_a_reference(reference: str) -> None:
    refuse_personal(reference, TODAY, "ref")


def test_a_number_of_thousands_in_a_row_is_never_taken_for_a_name_or_a_birth() -> None:
    for number in range(1, 13_000):
        for form in ("P-{}", "EHCP/2024/{:04}", "SEN-2024-{:06}", "A{:06}", "2024{:04}", "KENT-{:06}", "{:08}"):
            refuse_personal(form.format(number), TODAY, "ref")


@pytest.mark.thorough
def test_it_is_refused_wherever_a_reference_is_made_and_not_said_again(
    app: Arflow, run: Callable[..., Result], tmp_path: Path
) -> None:
    refused = run("plan", "add", "ROE-Jane-2014-05-06", "--first-made", "2024-09-12")
    assert (refused.exit_code, refused.stdout, "Jane" in refused.stderr) == (1, "", False)
    assert refused.stderr == (
        "arflow: REF: the reference is not free of personal data: it looks like a name, and references stand in the log, "
        "which cannot forget; use the number that your case system gives, such as P-1001 or EHCP/2024/0123\n"
    )
    kind = json.loads(run("plan", "add", "ROE_J_06052014", "--first-made", "2024-09-12", "--json").stderr)["error"][
        "kind"
    ]
    assert kind == "invalid_value"

    path = tmp_path / "sheet.csv"
    path.write_text("ref,first_made\nP-1,2024-09-12\nJane Roe,2024-09-12\n")
    [fault] = import_plans(app, path).faults
    assert (fault.row, fault.column, "Jane" in fault.message, "looks like a name" in fault.message) == (
        3,
        "ref",
        False,
        True,
    )

    assert import_plans(app, path, How(accept_sound_rows=True)).added == 1
    path.write_text("plan,review,step,date\nP-1,Jane Roe,hold,2025-06-18\n")
    [fault] = import_acts(app, path).faults
    assert (fault.row, fault.column, "looks like a name" in fault.message) == (2, "review", True)
    path.write_text("plan,review,step,date\nP-1,Annual review 2025-06-18,hold,2025-06-18\n")
    assert import_acts(app, path).added == 1


@pytest.mark.thorough
def test_a_reference_that_an_earlier_arflow_took_goes_on_working(
    app: Arflow, run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from arflow.case.acts import references

    with monkeypatch.context() as earlier:
        earlier.setattr(references, "refuse_personal", lambda *_: None)
        assert run("plan", "add", "ROE-Jane", "--first-made", "2024-09-12").exit_code == 0

    for words in (("plan", "show"), ("review", "open"), ("plan", "detain"), ("why",), ("audit",)):
        more = ("twelve_months",) if words == ("why",) else ()
        assert run(*words, "ROE-Jane", *more).exit_code == 0, words
    path = tmp_path / "sheet.csv"
    path.write_text("ref,first_made\nROE-Jane,2024-09-12\n")
    assert (import_plans(app, path).already_there, import_plans(app, path).faults) == (1, [])
