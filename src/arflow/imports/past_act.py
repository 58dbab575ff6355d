"""One past act: a row of a file as it is read, and the command that records it."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import msgspec

from arflow.case import review_commands as asked
from arflow.errors import InvalidValue, MissingValue, field_name
from arflow.events import OUTCOMES, ROLES, Event, Quality
from arflow.imports.cell_values import Reading

FIELDS = (
    "plan",
    "review",
    "step",
    "date",
    "kind",
    "outcome",
    "role",
    "meeting_on",
    "ended",
    "names_for_transfer",
    "reason",
    "evidence",
)
NEEDED = ("plan", "review", "step", "date")
SKIPPED = "Past acts imported: the file holds no record of the steps passed over"


class PastAct(msgspec.Struct, frozen=True):
    """One row: an act on one review of a plan; `review` is the file's own number for it.

    Where nobody knows the day, `on` is the last that it can have been (see `placed`).
    """

    row: int
    review: str
    step: str
    on: date
    kind: str | None
    outcome: Any
    roles: tuple[Any, ...]
    meeting_on: date | None
    ended: Any
    reason: str | None
    evidence: str | None
    names_for_transfer: str | None = None
    quality: Quality = "known"

    @property
    def day(self) -> str:
        """The day as a sheet writes it: ~ before an estimate, or unknown."""
        return "unknown" if self.quality == "missing" else f"{'~' if self.quality == 'estimated' else ''}{self.on}"

    @property
    def without_place(self) -> "PastAct":
        """The act wherever it stands in the file."""
        return msgspec.structs.replace(self, row=0)

    @property
    def details(self) -> dict[str, Any]:
        """What the row says about the act, by the field of the event that holds it."""
        told = {"outcome": self.outcome, "meeting_on": self.meeting_on, "ended": self.ended}
        match self.step:
            case "receive_advice":
                told["role"] = self.roles[0] if self.roles else None
            case "hold":
                told["attended"] = self.roles or None
            case "invite" | "request_advice":
                told["roles"] = self.roles or None
        return {field: value for field, value in told.items() if value is not None}

    def may_be(self, step: str, event: Event) -> bool:
        """Whether an act of a step is the one that the row tells: all that the row says is as the event has it."""
        same = all(
            _in_any_order(getattr(event, field, told)) == _in_any_order(told) for field, told in self.details.items()
        )
        return step == self.step and same


def _in_any_order(told: Any) -> Any:
    return frozenset(told) if isinstance(told, tuple) else told


def past_act(reading: Reading, number: int) -> PastAct:
    """The act of a row; its faults are kept with the reading."""
    on, quality = reading.doubtful_day("date")
    if on is None and quality == "known" and not reading.faults:
        reading.fault("date", "is blank")
    roles = tuple(name.strip().lower().replace(" ", "_") for name in (reading.text("role") or "").split(";"))
    for name in filter(None, roles):
        if name not in ROLES:
            reading.fault("role", f"{name} is not one of {', '.join(ROLES)}")
    return PastAct(
        row=number,
        review=reading.needed("review"),
        step=reading.needed("step").lower().replace("-", "_").replace(" ", "_"),
        on=on or date.max,
        quality=quality,
        kind=reading.text("kind"),
        outcome=reading.choice("outcome", OUTCOMES),
        roles=tuple(filter(None, roles)),
        meeting_on=reading.day("meeting_on"),
        ended=reading.text("ended"),
        reason=reading.text("reason"),
        evidence=reading.text("evidence"),
        names_for_transfer=reading.text("names_for_transfer"),
    )


def placed(rows: list[PastAct], order: Mapping[str, int]) -> Iterator[PastAct]:
    """The rows of a plan, each act that nobody knows the day of on the last day it can have been: that of a later step.

    `order` is the place of each step in the process. One with no later act of its review stays on `date.max`.
    """
    for row in rows:
        later = [
            other.on
            for other in rows
            if other.review == row.review
            and other.quality != "missing"
            and order.get(other.step, -1) > order.get(row.step, -1)
        ]
        yield msgspec.structs.replace(row, on=min(later, default=row.on)) if row.quality == "missing" else row


def command_of(row: PastAct, *, not_yet_told: bool) -> asked.AnyReviewCommand:
    """The command a row stands for; steps that the file does not hold are passed over with a reason."""
    if row.names_for_transfer and row.step not in ("decide", *_NAMING):
        wanted = f"blank: {row.step} names nothing for a transfer"
        raise InvalidValue(field_name("names_for_transfer"), row.names_for_transfer, wanted)
    when: dict[str, Any] = {"on": row.on, "evidence": row.evidence, "skip_reason": SKIPPED}
    match row.step:
        case "schedule" | "postpone" if row.meeting_on is None:
            raise MissingValue(field_name("meeting_on"), f"{row.step} needs the planned day")
        case "schedule":
            return asked.ScheduleMeeting(meeting_on=_given(row.meeting_on), **when)
        case "postpone":
            return asked.PostponeMeeting(meeting_on=_given(row.meeting_on), reason=row.reason or SKIPPED, **when)
        case "invite":
            return asked.Invite(roles=row.roles or ("other",), **when)
        case "request_advice":
            return asked.RequestAdvice(roles=row.roles, **when)
        case "receive_advice" if len(row.roles) > 1:
            raise InvalidValue(
                field_name("role"), "; ".join(row.roles), "one role: write a row for each who gave advice"
            )
        case "receive_advice" if row.roles:
            return asked.ReceiveAdvice(role=row.roles[0], **when)
        case "hold":
            return asked.HoldMeeting(attended=row.roles, **when)
        case "decide" if row.outcome:
            names = row.names_for_transfer
            return asked.Decide(outcome=row.outcome, not_yet_notified=not_yet_told, names_for_transfer=names, **when)
        case "decide":
            raise MissingValue(field_name("outcome"), f"decide needs one of {', '.join(OUTCOMES)}")
        case "determine_appeal":
            return asked.DetermineAppeal(ended=row.ended, **when)
        case "cancel":
            return asked.CancelReview(reason=row.reason or SKIPPED, **when)
        case _ if row.step in _NAMING and row.names_for_transfer:
            naming: asked.AnyAct = _NAMING[row.step](names_for_transfer=row.names_for_transfer, **when)
            return naming
        case _ if row.step in _PLAIN:
            command: asked.AnyAct = _PLAIN[row.step](**when)
            return command
        case _:
            return asked.TakeLocalStep(local_step=row.step, **when)


def _given(day: date | None) -> date:
    assert day is not None
    return day


_PLAIN: dict[str, type[Any]] = {
    command.step: command
    for command in (
        asked.CirculateAdvice,
        asked.SendReport,
        asked.NotifyDecision,
        asked.SendAmendmentNotice,
        asked.ReceiveRepresentations,
        asked.IssueFinalPlan,
        asked.DecideNotToAmend,
        asked.CeasePlan,
        asked.CertifyMediation,
        asked.LodgeAppeal,
        asked.AdmitAppeal,
        asked.ConcludeReview,
    )
}
# The acts that may say what the plan names for its transfer; `decide` may too.
_NAMING: dict[str, type[Any]] = {
    command.step: command for command in (asked.NotifyDecision, asked.IssueFinalPlan, asked.DecideNotToAmend)
}
