"""The audit of dependencies never says that all is well of packages that nobody looked up."""

from typing import Any

import pytest

from tests.support.paths import script

SOUND = {"name": "alembic", "version": "1.20.1", "vulns": []}
SKIPPED = {"name": "click", "skip_reason": "Dependency not found"}
BAD = {"name": "lxml", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}


@pytest.mark.parametrize(
    ("packages", "code", "said"),
    [
        ([SOUND, SKIPPED], 0, "1 of 2 packages were audited; 0 have known vulnerabilities\n"),
        ([SKIPPED, SKIPPED], 0, "No advisory database was reached: none of 2 packages was audited\n"),
        (
            [BAD, SOUND],
            1,
            "lxml 1.0: PYSEC-1; fixed in: 1.1\n2 of 2 packages were audited; 1 have known vulnerabilities\n",
        ),
    ],
    ids=["some looked up", "none looked up", "one vulnerable"],
)
def test_what_was_looked_up_is_counted_and_what_is_known_is_told(
    capsys: pytest.CaptureFixture[str], packages: list[dict[str, Any]], code: int, said: str
) -> None:
    assert script("audit-dependencies").told(packages) == code
    assert capsys.readouterr().out == said
