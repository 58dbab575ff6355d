"""What a check of a store finds: where, and what is wrong or in doubt there; and its line where nothing is."""

import msgspec


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something in the store that is not as the log, or arflow, left it.

    `position` is the event it belongs to, where one is known. A `doubt` may have an innocent cause: it is named, and
    the store still counts as sound.
    """

    area: str
    place: str
    problem: str
    position: int | None = None
    doubt: bool = False

    def __str__(self) -> str:
        return f"{'In doubt: ' if self.doubt else ''}{self.place}: {self.problem}"


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """One check: what it found, and what it can say where nothing is wrong."""

    area: str
    sound: str
    findings: tuple[Finding, ...] = ()

    @property
    def lines(self) -> list[str]:
        """The check for people: what is wrong, or that nothing is; doubts beside either."""
        wrong = any(not found.doubt for found in self.findings)
        return [*([] if wrong else [self.sound]), *map(str, self.findings)]


def not_read(area: str, why: str) -> Checked:
    """A check that could not be made, which speaks against the store."""
    problem = f"could not be checked ({why})"
    return Checked(area=area, sound="", findings=(Finding(area=area, place=area, problem=problem),))


def at(position: int) -> str:
    """The place of an event."""
    return f"position {position}"
