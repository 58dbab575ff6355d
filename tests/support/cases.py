"""Cases told in a few words: given a plan and what happened, then its duties."""

from datetime import date
from typing import Any

from arflow.application.arflow import Arflow
from arflow.case import review_commands as c
from arflow.case.duties import Duty
from arflow.case.plan_commands import AddPlan
from arflow.events import Role
from tests.support.days import on_day

EVERYBODY: tuple[Role, ...] = ("parent", "setting", "la_sen", "health", "la_social_care")


def day(text: str) -> date:
    """A day written as in the scenarios: 12 Sep 2024."""
    from datetime import datetime

    return datetime.strptime(text, "%d %b %Y").date()  # noqa: DTZ007  a day, not a moment


class Told:
    """One review, told act by act."""

    def __init__(self, app: Arflow, review: str, plan: str) -> None:
        self.app, self.id, self.plan = app, review, plan

    def do(self, command: c.AnyReviewCommand) -> "Told":
        self.app.act(self.id, command)
        return self

    def invited(self, on: str, roles: tuple[Any, ...] = EVERYBODY, served: str | None = None) -> "Told":
        return self.do(c.Invite(on=day(on), roles=roles, served_on=day(served) if served else None))

    def served(self, of: int, on: str, *, recorded: str, because: Any = "bounced") -> "Told":
        """Service recorded of an event that was sent, on the day it is recorded as having become known."""
        return self.do(c.RecordService(of=of, served_on=day(on), on=day(recorded), channel="post", because=because))

    def circulated(self, on: str) -> "Told":
        return self.do(c.CirculateAdvice(on=day(on), skip_reason="told briefly"))

    def held(self, on: str, **more: Any) -> "Told":
        return self.do(c.HoldMeeting(on=day(on), skip_reason="told briefly", **more))

    def reported(self, on: str) -> "Told":
        return self.do(c.SendReport(on=day(on)))

    def decided(self, outcome: Any, on: str, **more: Any) -> "Told":
        return self.do(c.Decide(outcome=outcome, on=day(on), **more))

    def noticed(self, on: str, served: str | None = None) -> "Told":
        return self.do(c.SendAmendmentNotice(on=day(on), served_on=day(served) if served else None))

    def issued(self, on: str, **more: Any) -> "Told":
        return self.do(c.IssueFinalPlan(on=day(on), **more))

    def duty(self, duty_id: str, today: str | None = None) -> Duty:
        """A duty of the review, as of the day it is or of another."""
        if today:
            on_day(self.app, day(today))
        return next(duty for duty in self.app.duties(self.id) if duty.id == duty_id)

    def state(self) -> str:
        return self.app.review(self.id).state


class Cases:
    """Plans and their reviews on one application."""

    def __init__(self, app: Arflow, *, start: int = 0) -> None:
        self.app = app
        self._number = start

    def plan(self, made: str | None, **more: Any) -> str:
        self._number += 1
        ref = f"P-{self._number:04d}"
        first = day(made) if made else None
        self.app.add_plan(AddPlan(ref=ref, first_made=first, **more))
        return ref

    def review(self, plan: str, on: str, kind: str = "annual", **more: Any) -> Told:
        done = self.app.open_review(plan, kind=kind, on=day(on), **more)
        return Told(self.app, done.id, plan)

    def opened(self, made: str, on: str, kind: str = "annual", **plan: Any) -> Told:
        """A review of a new plan."""
        return self.review(self.plan(made, **plan), on, kind)

    def year(self, plan: str) -> Duty:
        """The plan's own duty to be reviewed within 12 months."""
        return self.plan_duty(plan, "twelve_months")

    def plan_duty(self, plan: str, duty_id: str) -> Duty:
        return next(duty for duty in self.app.plan_duties(plan) if duty.id == duty_id)
