"""The errors of a return that is imported: those that `arflow sen2 check` finds in it, so that one rule holds for both."""

from collections.abc import Iterator
from datetime import date

from arflow.sen2.checks.rule import Against, Finding, Settings
from arflow.sen2.checks.run import Checking, Placed
from arflow.sen2.checks.tally import Tally
from arflow.sen2.form.faults import ReturnFault
from arflow.sen2.form.layout import Layout
from arflow.sen2.form.record import Record

# The rules of numbers that others give out: an authority may hold one that is wrong, and not know the right one.
_NUMBERS = ("AR-015", "AR-101", "AR-102", "AR-103", "AR-104", "AR-301", "AR-302")


class Errors:
    """The checks asked of one return, person by person; queries keep nobody out and are left to the checks.

    What is accepted is listed in `accepted`: every error with `every`, those of numbers alone with `numbers`.
    """

    def __init__(
        self, layout: Layout, census: date, decisions_until: date | None, *, every: bool, numbers: bool
    ) -> None:
        settings = Settings(accepted_until=decisions_until)
        self._checking = Checking(Against(layout=layout, census=census, settings=settings, tally=Tally()))
        self._every, self._numbers = every, numbers
        self.accepted: list[str] = []

    def of_header(self, header: Record) -> list[ReturnFault]:
        """The errors of the header that keep the return out."""
        return self._kept_out(self._checking.findings(header, ()))

    def of_person(self, person: Record) -> list[ReturnFault]:
        """The errors of a person and all within it that keep the person out."""
        return self._kept_out(self._checking.of_person(Placed(person=person)))

    def _kept_out(self, found: Iterator[Finding]) -> list[ReturnFault]:
        faults = []
        for finding in found:
            rule = finding.rule
            if rule.severity != "error":
                continue
            fault = ReturnFault(line=finding.line, block=finding.block, message=f"{finding.what} ({rule.id})")
            if self._every or (self._numbers and rule.id in _NUMBERS):
                self.accepted.append(str(fault))
            else:
                faults.append(fault)
        return faults
