"""Everything arflow may refuse: one tree, each message naming what, why and the way on."""

import re
from collections.abc import Callable, Collection, Sequence

from arflow.words import counted, in_words, spoken

_FIELD = re.compile("\x1f(\\w+)\x1f")


def field_name(name: str) -> str:
    """A field in the text of a refusal: `message` has its name, the command line its option."""
    return f"\x1f{name}\x1f"


def option_name(field: str) -> str:
    """A field as the command line writes it: --meeting-on."""
    return f"--{spoken(field)}"


class ArflowError(Exception):
    """A refusal: the message is one line, `possible` holds what could be done instead."""

    kind = "refused"

    def __init__(self, message: str, possible: Collection[str] = ()) -> None:
        self.message = message
        self.possible = tuple(possible)
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """What was refused, why, and the way on; fields by their names."""
        return _FIELD.sub(r"\1", self._text)

    @message.setter
    def message(self, text: str) -> None:
        self._text = text

    def in_options(self, option_of: Callable[[str], str] = option_name) -> str:
        """The message for somebody at the command line: each field by its option."""
        return _FIELD.sub(lambda found: option_of(found[1]), self._text)


class StepNotAllowed(ArflowError):
    """The state machine has no such step from here."""

    kind = "step_not_allowed"

    def __init__(self, step: str, state: str, possible: Collection[str], why: str = "") -> None:
        self.step, self.state = step, state
        way_on = (
            ", ".join(possible) or "nothing: the review is finished (`arflow review void` takes its last step back)"
        )
        because = f" ({why})" if why else ""
        super().__init__(f"cannot {step} a review that is {state}{because}; possible now: {way_on}", possible)


class SkipReasonNeeded(ArflowError):
    """The step passes over expected steps, or comes before a window has ended, which needs a recorded reason."""

    kind = "skip_reason_needed"

    def __init__(self, step: str, skipped: Sequence[str], windows: Collection[str], possible: Collection[str]) -> None:
        self.step, self.skipped = step, tuple(skipped)
        steps = " and ".join(spoken(name) for name in skipped if name not in windows)
        waits = " and ".join(in_words(name) for name in skipped if name in windows)
        over = [f"passes over {steps}: record {steps} first"] if steps else []
        early = [f"comes before the {waits} is over: wait for its end"] if waits else []
        super().__init__(
            f"{step} {' and '.join(over + early)}, or say why not with {field_name('skip_reason')}", possible
        )


class DateRefused(ArflowError):
    """A day that cannot be: in the future, or before the act it follows."""

    kind = "date_refused"


class InvalidValue(ArflowError):
    """A value that the named field does not take."""

    kind = "invalid_value"

    def __init__(self, field: str, value: object, wanted: str, possible: Collection[str] = ()) -> None:
        self.field, self.value, self.wanted = _FIELD.sub(r"\1", field), value, wanted
        super().__init__(f"{field}: {value!s} is not {wanted}", possible)


class ReferenceRefused(InvalidValue):
    """A new reference that looks like a name or a date of birth; what was given is not said again."""

    kind = "invalid_value"

    def __init__(self, field: str, looks_like: str) -> None:
        wanted = (
            f"free of personal data: it looks like {looks_like}, and references stand in the log, which cannot forget; "
            "use the number that your case system gives, such as P-1001 or EHCP/2024/0123"
        )
        super().__init__(field, "the reference", wanted)


class MissingValue(ArflowError):
    """A value that must be given was not."""

    kind = "missing_value"

    def __init__(self, field: str, wanted: str, possible: Collection[str] = ()) -> None:
        self.field = _FIELD.sub(r"\1", field)
        super().__init__(f"{field}: is missing; {wanted}", possible)


class NotFound(ArflowError):
    """No plan, review, duty or workflow of that name."""

    kind = "not_found"

    def __init__(self, what: str, name: str, way_on: str) -> None:
        self.what, self.name = what, name
        super().__init__(f"there is no {what} {name}: {way_on}")


class AlreadyThere(ArflowError):
    """The plan or the open review exists already."""

    kind = "already_there"


class NotPossible(ArflowError):
    """The act makes no sense for this case as it stands."""

    kind = "not_possible"


class CaseMoved(ArflowError):
    """Somebody else recorded something on the case first: nothing of this act was kept."""

    kind = "conflict"

    def __init__(self, case: str) -> None:
        self.case = case
        super().__init__(f"somebody else has just moved {case}: nothing was recorded; look at it and try again")


class RulesMoved(CaseMoved):
    """Somebody else changed the rules of the store first: nothing of this act was kept."""

    def __init__(self) -> None:
        super().__init__("the rules of the store")


class CaseUnreadable(ArflowError):
    """A case that this arflow cannot read: nothing is recorded on it, and no other case waits for it.

    `why` names the cause: the event at `position`, or the `definition` that a review is counted under.
    """

    kind = "case_unreadable"

    def __init__(self, plan: str, why: str, *, position: int | None = None, definition: str | None = None) -> None:
        self.plan, self.why, self.position, self.definition = plan, why, position, definition
        super().__init__(f"{plan} cannot be read: {why}")


class StoreNotReady(ArflowError):
    """There is no store at the URL, its tables are older than this arflow, or its database answers with an error."""

    kind = "store_not_ready"


class TableMissing(StoreNotReady):
    """The store lacks a table: none was made yet, or one was lost."""


class StoreDamaged(StoreNotReady):
    """A part of the store cannot be read: its file was damaged or overwritten."""


class RowRefused(StoreNotReady):
    """The tables' own rules refuse a row: it clashes with one that is there, or would change the log."""


class LogBroken(ArflowError):
    """The log does not agree with its chain, or does not extend an earlier checkpoint: nothing is vouched for."""

    kind = "log_broken"


class MailboxNotReady(ArflowError):
    """The mailbox cannot be reached or read: nothing was changed in it."""

    kind = "mailbox_not_ready"


class MessageNotReadable(MailboxNotReady):
    """One message of a mailbox cannot be read, where others can."""

    kind = "message_not_readable"


class ArchiveRefused(ArflowError):
    """An archive that cannot be read, written or resumed as it stands."""

    kind = "archive_refused"


class DocumentRefused(ArflowError):
    """A file that may not be kept; `why` says it as a code."""

    kind = "document_refused"

    def __init__(self, name: str, why: str, said: str) -> None:
        self.name, self.why = name, why
        super().__init__(f"{name} {said}")


class DocumentNotSound(ArflowError):
    """A kept file that is missing, or is not what was kept: it is not given out."""

    kind = "document_not_sound"

    def __init__(self, digest: str, fault: str, place: str) -> None:
        self.digest, self.fault = digest, fault
        found = "is not there" if fault == "missing" else "was altered: it is not the file that was kept"
        super().__init__(f"document {digest[:12]} {found} (documents at {place}): bring it back from a backup")


class DefinitionRefused(ArflowError):
    """A workflow definition has faults: every one is listed with its file and place."""

    kind = "definition_refused"

    def __init__(self, faults: Sequence[object]) -> None:
        self.faults = tuple(faults)
        lines = "; ".join(str(fault) for fault in faults)
        super().__init__(f"the workflow definition has {counted(len(faults), 'fault')}: {lines}")


class PapersRefused(ArflowError):
    """A papers file has faults: every one is listed with its file and place."""

    kind = "papers_refused"

    def __init__(self, faults: Sequence[object]) -> None:
        self.faults = tuple(faults)
        lines = "; ".join(str(fault) for fault in faults)
        super().__init__(f"the papers file has {counted(len(faults), 'fault')}: {lines}")


class LetterRefused(ArflowError):
    """A letter that lacks what it must say, or says what it must not, cannot be issued: every fault is listed."""

    kind = "letter_refused"

    def __init__(self, letter: str, faults: Sequence[object]) -> None:
        self.letter, self.faults = letter, tuple(faults)
        lines = "; ".join(str(fault) for fault in faults)
        super().__init__(f"the letter {letter} cannot be issued: {lines}")


class LayoutRefused(ArflowError):
    """A layout of the SEN2 return has faults: every one is listed with its file and place."""

    kind = "layout_refused"

    def __init__(self, year: int, faults: Sequence[object]) -> None:
        self.year, self.faults = year, tuple(faults)
        lines = "; ".join(str(fault) for fault in faults)
        super().__init__(f"the layout of the SEN2 return of {year} has {counted(len(faults), 'fault')}: {lines}")


class ReturnRefused(ArflowError):
    """A SEN2 return that would not be sound: `faults` has every one with its place, the message the first few."""

    kind = "return_refused"

    def __init__(self, name: str, faults: Sequence[object], shown: int = 5) -> None:
        self.faults = tuple(faults)
        lines = "; ".join(str(fault) for fault in faults[:shown])
        more = f"; and {len(faults) - shown} more" if len(faults) > shown else ""
        super().__init__(f"{name} was not written: it would have {counted(len(faults), 'fault')}: {lines}{more}")


class PlanTextRefused(ArflowError):
    """The text of a plan cannot be used as it stands: every fault is listed with its place, without the plan's words."""

    kind = "plan_text_refused"

    def __init__(self, name: str, faults: Sequence[object]) -> None:
        self.faults = tuple(faults)
        lines = "; ".join(str(fault) for fault in faults)
        super().__init__(f"{name} has {counted(len(faults), 'fault')}: {lines}")


class TableRefused(ArflowError):
    """A file of rows has faults: every one is listed with its row and column."""

    kind = "table_refused"

    def __init__(self, name: str, faults: Sequence[object]) -> None:
        self.faults = tuple(faults)
        lines = "; ".join(str(fault) for fault in faults)
        super().__init__(f"{name} has {counted(len(faults), 'fault')}, and was not used: {lines}")


class BackupRefused(ArflowError):
    """A backup that cannot be made, does not hold what its manifest says, or cannot be restored here."""

    kind = "backup_refused"
