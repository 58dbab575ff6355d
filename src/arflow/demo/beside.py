"""What happens beside the usual course of an invented plan: appeals, mediation, amendments without a review, moves, pauses.

It is drawn apart from that course, which stays as it is whatever happens beside it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from random import Random
from typing import Protocol

import msgspec

from arflow.case import amendment_commands as a
from arflow.case import plan_commands as p
from arflow.case import proceeding_commands as g
from arflow.case.case import AnyCommand
from arflow.demo.days import working_day_before
from arflow.events import ConsultationGround
from arflow.law.periods import next_working_day

_SHORTEST = 200  # days after a review's decision before the next one opens, at least


class Shares(msgspec.Struct, frozen=True, kw_only=True):
    """How often each happens: small shares that nobody publishes, large enough for a caseload of hundreds to have them all."""

    light_route: float = 0.05  # of reviews
    paused: float = 0.03
    notice_again: float = 0.06  # of notices
    asked_for_institution: float = 0.10
    consulted_for_transfer: float = 0.80  # of notices in a review for a transfer
    objects: float = 0.25
    amended_without_review: float = 0.05  # of years between reviews
    appealed: float = 0.03
    mediated: float = 0.03
    direct_payments: float = 0.01
    moved_in: float = 0.02  # of plans
    moved_out: float = 0.03


class Life(Protocol):
    """The invented plan of a demo: what can be recorded on it, and today."""

    random: Random

    @property
    def today(self) -> date: ...

    def attempt(self, command: AnyCommand) -> bool:
        """Record an act, unless it lies ahead of today or cannot be."""
        ...


class Beside:
    """What happens beside the course of one plan, drawn from a seed of its own."""

    def __init__(self, life: Life, seed: str, shares: Shares) -> None:
        self._life, self._shares = life, shares
        self._random = Random(seed)  # noqa: S311  the same seed makes the same authority

    def at_the_beginning(self, made: date) -> None:
        """The plan may have come from another authority."""
        with self._apart():
            if self._chance(self._shares.moved_in):
                came = self._later(made, 20, 60)
                self._try(p.TransferIn(on=came, from_la="999"))
                told = self._later(came, 10, 50)
                proposed = next_working_day(came + timedelta(days=90))
                self._try(p.TellFamilyOfTransfer(on=told, proposes_assessment=False, review_on=proposed))

    def before_the_meeting(self, invited: date) -> None:
        """The review may go by the light route."""
        with self._apart():
            if self._chance(self._shares.light_route):
                self._try(a.RecordLightRoute(on=invited, reason="The outcomes were all agreed a term ago"))

    def after_the_meeting(self, held: date, decided: date) -> None:
        """Work on the review may rest for a while."""
        with self._apart():
            if not self._chance(self._shares.paused):
                return
            paused, resumed = self._later(held, 3, 8), self._later(held, 15, 25)
            if resumed <= decided:
                self._try(a.PauseReview(on=paused, reason="The officer is ill"))
                self._try(a.ResumeReview(on=resumed))

    def after_the_notice(self, review: str, notice: date, final: date, named: str | None) -> None:
        """Institutions are consulted, and other amendments may be proposed, where the final plan leaves the days for it."""
        shares = self._shares
        with self._apart():
            if named and self._chance(shares.consulted_for_transfer):
                self._consult(named, None, notice, final)
            elif not named and self._chance(shares.asked_for_institution):
                asked = str(190_000 + self._random.randrange(10))
                self._try(p.RequestInstitution(on=notice, institution=asked, review=review))
                self._consult(asked, review, notice, final)
            if self._chance(shares.notice_again):
                again = self._later(notice, 5, 12)
                if (final - again).days > 15:  # the family's 15 days begin again
                    self._try(a.SendNoticeAgain(on=again))

    def between_reviews(self, last: date, notified: date) -> None:
        """After a review, and before the next one opens: an appeal, mediation, an amendment without a review, payments."""
        shares, until = self._shares, notified + timedelta(days=_SHORTEST)
        with self._apart():
            for share, days, happen in (
                (shares.mediated, 75, self._mediation),
                (shares.amended_without_review, 60, self._amendment),
                (shares.appealed, 110, self._appeal),
                (shares.direct_payments, 1, self._payments),
            ):
                if not self._chance(share):
                    continue
                begins = self._later(last, 10, 30)
                if begins + timedelta(days=days) <= until:
                    last = happen(begins)

    def at_the_end(self, last: date) -> None:
        """The plan may go to another authority, at the end of its story."""
        with self._apart():
            if self._chance(self._shares.moved_out):
                aware = self._later(last, 5, 20)
                self._try(p.LearnOfMove(on=aware, moves_on=self._later(aware, 25, 35), to_la="998"))
                self._try(p.TransferOut(on=self._later(aware, 36, 45), to_la="998"))

    # --- what happens -----------------------------------------------------------------------------------------

    def _consult(self, institution: str, review: str | None, notice: date, final: date) -> None:
        sent = self._later(notice, 0, 3)
        self._try(p.ConsultInstitution(on=sent, institution=institution, review=review))
        answered = self._later(sent, 5, 20)
        if answered > final:
            return
        objects = self._chance(self._shares.objects)
        grounds: tuple[ConsultationGround, ...] = ("use_of_resources",) if objects else ()
        reply = p.ReceiveReply(
            on=answered,
            institution=institution,
            review=review,
            reply="objects" if objects else "can_meet_needs",
            grounds=grounds,
        )
        self._try(reply)

    def _mediation(self, begins: date) -> date:
        self._try(g.RequestMediation(on=begins))
        held = self._later(begins, 15, 38)
        self._try(g.TakeProceedingStep(did="held", on=held))
        given = self._later(held, 1, 4)
        self._try(g.TakeProceedingStep(did="certificate_given", on=given))
        self._try(g.AgreeInMediation(requires="other", on=given))
        done = self._later(given, 5, 20)
        self._try(g.TakeProceedingStep(did="carried_out", on=done))
        return done

    def _amendment(self, begins: date) -> date:
        self._try(p.SendPlanNotice(on=begins))
        self._try(p.ReceivePlanRepresentations(on=self._later(begins, 4, 12)))
        ends = self._later(begins, 20, 55)
        amended = p.RecordAmendment(because="without_review", on=ends)
        self._try(amended if self._chance(0.8) else p.DecideNotToAmendPlan(on=ends))
        return ends

    def _appeal(self, begins: date) -> date:
        self._try(g.LodgePlanAppeal(against="placement" if self._chance(0.6) else "contents", on=begins))
        ends = self._later(begins, 50, 70)
        if self._chance(0.4):
            self._try(g.EndPlanAppeal(ended="withdrawn", on=ends))
            return ends
        self._try(g.EndPlanAppeal(ended="allowed", on=ends))
        self._try(g.RecordOrder(requires="amend", on=ends))
        amended = self._later(ends, 10, 40)
        self._try(p.RecordAmendment(because="tribunal_order", on=amended))
        return amended

    def _payments(self, begins: date) -> date:
        self._try(g.StartDirectPayments(on=begins))
        return begins

    # --- chance and time --------------------------------------------------------------------------------------

    def _try(self, command: AnyCommand) -> None:
        self._life.attempt(command)

    def _later(self, day: date, low: int, high: int) -> date:
        """A working day so many days later."""
        return max(working_day_before(day + timedelta(days=self._random.randint(low, high))), next_working_day(day))

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    @contextmanager
    def _apart(self) -> Iterator[None]:
        """What is drawn meanwhile, such as when an act is entered, is drawn from here."""
        own, self._life.random = self._life.random, self._random
        try:
            yield
        finally:
            self._life.random = own
