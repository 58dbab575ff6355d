"""Invented plans with years of reviews, as late as England's were, and their people; made again from the same seed."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import count, groupby
from random import Random

import msgspec
import sqlalchemy as sa

from arflow.application.arflow import Arflow
from arflow.application.recording import Draft
from arflow.case import review_commands as c
from arflow.case.acts import Recording
from arflow.case.case import AnyCommand, Taken, begin
from arflow.case.plan import Plan
from arflow.case.plan_commands import AddPlan, AnyPlanCommand, SetYoungPersonFrom
from arflow.case.plan_reviews import Opening
from arflow.case.review import AnnualReview
from arflow.case.transfers import is_for_transfer, placed
from arflow.demo.beside import Beside, Shares
from arflow.demo.days import is_school_day, meeting_day, next_school_day, school_day_before, working_day_before
from arflow.demo.people import born_in_year, people_of
from arflow.errors import ArflowError, StoreNotReady
from arflow.events import AdviceAnswer, AnyEvent, Outcome, PlanAdded, Role
from arflow.law.periods import corresponding_date, next_working_day, young_person_from
from arflow.lists.follower import Progress
from arflow.people import Person
from arflow.people.people import add_all

EVENTS_AT_A_TIME = 2_000
COORDINATORS = ("Avery Stone", "Blake Rivers", "Casey Morgan", "Devon Ash", "Ellis Ward", "Frankie Lane", "Harper Dale")


class Rates(msgspec.Struct, frozen=True, kw_only=True):
    """How the invented authority does, after the DfE's figures for England in 2024 where there are any.

    `attended` is of the family, the setting, the authority's SEN service, health and social care.
    """

    review_held_each_year: float = 0.80  # 60.7 % of plans due had their meeting in the year, 24.1 % an earlier one
    decided: float = 0.85  # of the rest the decision comes half a year late or more, if it has come at all
    decided_in_four_weeks: float = 0.444
    amend: float = 0.612
    cease: float = 0.011
    notice_in_time: float = 0.80
    papers_in_time: float = 0.60
    report_in_time: float = 0.67
    advice_in_time: float = 0.62  # nobody publishes how much advice comes, and who attends
    advice_late: float = 0.20
    says_nothing_changed: float = 0.12
    attended: tuple[float, ...] = (0.92, 0.97, 0.35, 0.12, 0.10)
    notice_with_decision: float = 0.55
    final_in_time: float = 0.50
    entered_late: float = 0.08
    corrected: float = 0.02


class Making(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be made: how many plans, over how many years before today, from which seed."""

    plans: int
    years: int
    seed: int
    today: date
    rates: Rates = Rates()
    beside: Shares = Shares()


def make(app: Arflow, making: Making, progress: Callable[[Progress], None] | None = None) -> int:
    """Fill an empty store with the synthetic authority, events in the order they were recorded; how many events."""
    officers = {app.officer(name) or "": name for name in COORDINATORS}
    numbers = count(1)
    events: list[AnyEvent] = []
    people: dict[str, list[Person]] = {}
    draft = app.draft()
    for number in range(making.plans):
        life = _Life(app, making, draft, officers, number)
        events += life.events(lambda on: f"R-{on.year}-{next(numbers):06d}")
        people |= {ref: list(own) for ref, own in groupby(life.people, key=lambda person: person.plan)}
        if progress:
            progress(Progress(done=number, of=making.plans))

    def keeping(connection: sa.Connection, appended: list[AnyEvent]) -> None:
        added = (event.plan for event in appended if isinstance(event, PlanAdded))
        add_all(connection, [person for ref in added for person in people.pop(ref)])

    return record(app, events, draft, keeping)


def record(
    app: Arflow,
    events: list[AnyEvent],
    draft: Draft,
    keeping: Callable[..., None] | None = None,
) -> int:
    """Append invented events in the order they were recorded, each batch with what is kept beside it; how many."""
    events.sort(key=lambda event: event.recorded_at)
    for start in range(0, len(events), EVENTS_AT_A_TIME):
        batch = events[start : start + EVENTS_AT_A_TIME]
        app.append("the demo", batch, draft, partial(keeping, appended=batch) if keeping else None)
    return len(events)


class Telling:
    """One invented plan told act by act: each event is decided by the commands' own rules, as if somebody had recorded it."""

    def __init__(self, app: Arflow, draft: Draft, today: date, officer: str, random: Random) -> None:
        self._app, self._draft, self.today = app, draft, today
        self._workflow = app.current_workflow(today).id
        self.random = random
        self._officer = officer
        self._moment = datetime.min.replace(tzinfo=UTC)
        self._taken: Taken
        self._review_id = ""

    @property
    def told(self) -> tuple[AnyEvent, ...]:
        """Every event so far, in the order of the log."""
        return self._taken.events

    @property
    def _plan(self) -> Plan:
        return self._taken.case.plan

    @property
    def _review(self) -> AnnualReview:
        return self._taken.case.reviews[self._review_id]

    def add(self, command: AddPlan) -> None:
        """Put the plan under arflow."""
        self._taken = begin(command, self._recording(command.on or self.today))

    def change(self, command: AnyPlanCommand) -> None:
        """Record a fact of the plan."""
        self._take(command, command.on)

    def everybody(self, on: date) -> tuple[Role, ...]:
        """Who is invited to a review: whoever holds the family's rights on a day, the setting if there is one, the others."""
        family: Role = "young_person" if self._plan.rights_holder(on) == "young_person" else "parent"
        setting: tuple[Role, ...] = () if self._review.kind == "not_in_setting" else ("setting",)
        return (family, *setting, "la_sen", "health", "la_social_care")

    def open(self, review_id: str, on: date, meeting: date) -> None:
        """Open a review, which the setting arranges if there is one."""
        attends = self._plan.setting is not None
        opening = Opening(
            id=review_id,
            kind="annual" if attends else "not_in_setting",
            workflow=self._workflow,
            on=on,
            meeting_on=meeting,
            arranged_by="school" if attends else "local authority",
        )
        self._take(opening, on)
        self._review_id = review_id

    def do(self, command: c.AnyReviewCommand) -> None:
        """Record an act on the review; an ArflowError, and no event, where it cannot be."""
        self._take(command, command.on)

    def _take(self, command: AnyCommand, on: date | None) -> None:
        recording = self._recording(on or self.today)
        self._taken = self._taken.take(command, recording, self._app.machine, review=self._review_id)

    def _recording(self, on: date) -> Recording:
        """Recorded on a working day, some days after it happened, and never before what was recorded last."""
        day = min(next_working_day(on + timedelta(days=self._days_to_enter())), max(on, working_day_before(self.today)))
        moment = datetime.combine(day, time(9), UTC) + timedelta(seconds=self._between(0, 8 * 3600))
        self._moment = max(moment, self._moment + timedelta(seconds=1))
        return Recording(by=self._officer, at=self._moment, today=self.today, note=self._draft.recording.note)

    def _days_to_enter(self) -> int:
        return self._between(0, 4)

    def _between(self, low: int, high: int) -> int:
        return self.random.randint(low, high)


class _Life(Telling):
    """One invented plan from its making to today."""

    def __init__(self, app: Arflow, making: Making, draft: Draft, officers: dict[str, str], number: int) -> None:
        random = Random(f"{making.seed}/{number}")  # noqa: S311  the same seed makes the same authority
        super().__init__(app, draft, making.today, random.choice(list(officers)), random)
        self._making = making
        self._coordinator = officers[self._officer]
        self._beside = Beside(self, f"{making.seed}/{number}/beside", making.beside)
        self.people: list[Person] = []
        self._ref = f"P-{number + 1:05d}"
        self._setting = str(100_000 + self.random.randrange(max(3, making.plans // 12)))

    def events(self, next_id: Callable[[date], str]) -> tuple[AnyEvent, ...]:
        """Everything that happened to the plan, in the order it was recorded."""
        self._add()
        start = self._plan.first_made.day or self._making.today
        while True:
            due = corresponding_date(start, 12)
            if self._chance(self._making.rates.review_held_each_year):
                notified = self._cycle(due - timedelta(days=self._between(20, 90)), next_id)
            else:
                notified = self._cycle(due + timedelta(days=self._between(10, 200)), next_id)
            if notified is None or not self._plan.is_maintained:
                return self._ended()
            self._beside.between_reviews(self._last_day, notified)
            start = notified

    def _ended(self) -> tuple[AnyEvent, ...]:
        if self._plan.is_maintained:
            self._beside.at_the_end(self._last_day)
        return self.told

    @property
    def _last_day(self) -> date:
        """The day of the last act told, which no later one is before."""
        return max(event.on for event in self.told[-6:])

    # --- acts -----------------------------------------------------------------------------------------------

    def _add(self) -> None:
        today = self._making.today
        made = working_day_before(today - timedelta(days=self._between(20, self._making.years * 365)))
        moving = self._chance(0.2)
        transfer_on = date(today.year + self._between(0, 1), 9, 1)
        command = AddPlan(
            ref=self._ref,
            on=made,
            first_made=made,
            setting=None if self._chance(0.06) else self._setting,
            nc_year=6 if moving else self._between(0, 13),
            coordinator=None if self._chance(0.03) else self._officer,
            transfer="primary_to_secondary" if moving and transfer_on > today else None,
            transfer_on=transfer_on if moving and transfer_on > today else None,
        )
        self.add(command)
        born = born_in_year(command.nc_year or 0, today, self.random)
        self.people = list(people_of(self._ref, command.setting, self._coordinator, born, self.random))
        self.change(SetYoungPersonFrom(young_person_from=young_person_from(born), on=made))
        self._beside.at_the_beginning(made)

    def _cycle(self, meeting: date, next_id: Callable[[date], str]) -> date | None:
        """One review; the day its decision was notified, or None where it has not come so far."""
        meeting = meeting_day(meeting)
        opened = max(school_day_before(meeting - timedelta(days=70)), self._plan.first_made.day or meeting)
        if opened > self._making.today:
            return None
        self.open(next_id(opened), opened, max(meeting, opened))
        rates = self._making.rates
        invited = self._days_before(meeting, (15, 40), (3, 14), rates.notice_in_time)
        papers = self._days_before(meeting, (15, 18), (1, 14), rates.papers_in_time)
        report = self._report_day(meeting)
        decided = self._decision_day(meeting)
        outcome = self._outcome()
        held = _wrong_day(meeting) if self._chance(rates.corrected) else meeting
        roles, invited = self.everybody(meeting), max(invited, opened)
        people = self._people_in(roles)
        if not self.attempt(c.Invite(on=invited, roles=roles, people=people)):
            return None
        self._beside.before_the_meeting(invited)
        self.attempt(c.RequestAdvice(on=invited, roles=roles, people=people))
        self._gather(roles, invited, max(invited, papers), meeting)
        attended = tuple(role for role, share in zip(roles, self._shares(roles), strict=True) if self._chance(share))
        if not self.attempt(c.HoldMeeting(on=held, attended=attended, skip_reason="Papers tabled on the day")):
            return None
        if held != meeting:
            self.attempt(c.CorrectStep(corrected_step="hold", on=meeting, reason="Entered for the wrong day"))
        if report < decided:
            self.attempt(c.SendReport(on=report))
        self._beside.after_the_meeting(max(held, meeting), decided)
        if not self._chance(rates.decided):
            decided = next_working_day(meeting + timedelta(days=self._between(150, 420)))
        unchanged = "unchanged" if outcome == "maintain" and self._is_for_transfer else None
        if not self.attempt(c.Decide(on=decided, outcome=outcome, names_for_transfer=unchanged)):
            return None
        self._after(decided, outcome)
        return decided

    def _gather(self, roles: tuple[Role, ...], asked: date, circulated: date, meeting: date) -> None:
        """The advice of those who give it, what came in time circulated."""
        rates = self._making.rates
        late: list[c.ReceiveAdvice] = []
        for role, person in zip(roles, self._people_in(roles), strict=True):
            draw, early = self.random.random(), self._between(0, (circulated - asked).days)
            answer: AdviceAnswer = "no_change" if self._chance(rates.says_nothing_changed) else "advice"
            if draw < rates.advice_in_time:
                on = max(asked, working_day_before(asked + timedelta(days=early)))
                self.attempt(c.ReceiveAdvice(on=on, role=role, person=person, answer=answer))
            elif draw < rates.advice_in_time + rates.advice_late:
                after = timedelta(days=self._between(1, max(1, (meeting - circulated).days)))
                on = min(meeting, next_working_day(circulated + after))
                late.append(c.ReceiveAdvice(on=on, role=role, person=person, answer=answer))
        self.attempt(c.CirculateAdvice(on=circulated))
        for command in late:
            self.attempt(command)

    def _people_in(self, roles: tuple[Role, ...]) -> tuple[str, ...]:
        """Who of the plan's people is in each of the roles, in their order."""
        known = {person.role: person.id for person in self.people}
        return tuple(known["child" if role == "young_person" else role] for role in roles)

    def _shares(self, roles: tuple[Role, ...]) -> tuple[float, ...]:
        family, setting, *others = self._making.rates.attended
        return (family, setting, *others) if "setting" in roles else (family, *others)

    def _after(self, decided: date, outcome: str) -> None:
        rates = self._making.rates
        if outcome == "amend":
            later = 0 if self._chance(rates.notice_with_decision) else self._between(5, 70)
            notice = next_working_day(decided + timedelta(days=later))
            if not self.attempt(c.SendAmendmentNotice(on=notice)):
                return
            if self._chance(rates.final_in_time):
                final = working_day_before(notice + timedelta(days=self._between(20, 55)))
            else:
                final = next_working_day(notice + timedelta(days=self._between(57, 160)))
            names = _next_school(self._ref) if self._is_for_transfer else None
            self._beside.after_the_notice(self._review_id, notice, final, names)
            if not self.attempt(c.IssueFinalPlan(on=final, names_for_transfer=names)):
                return
        elif outcome == "cease" and not self.attempt(c.CeasePlan(on=next_working_day(decided + timedelta(days=100)))):
            return
        last = self._review.acts[-1].on
        self.attempt(c.ConcludeReview(on=next_working_day(last + timedelta(days=self._between(0, 10)))))

    @property
    def _is_for_transfer(self) -> bool:
        return is_for_transfer(self._plan, self._review.kind, placed(self._review))

    def _outcome(self) -> Outcome:
        draw = self.random.random()
        rates = self._making.rates
        return "amend" if draw < rates.amend else "cease" if draw > 1 - rates.cease else "maintain"

    def attempt(self, command: AnyCommand) -> bool:
        """Record an act, unless it lies ahead of today or cannot be."""
        on = command.on or self.today
        if on > self.today:
            return False
        try:
            self._take(command, on)
        except StoreNotReady:
            raise
        except ArflowError:
            return False
        return True

    # --- chance and time --------------------------------------------------------------------------------------

    def _days_before(self, meeting: date, in_time: tuple[int, int], late: tuple[int, int], share: float) -> date:
        """A school day before a meeting, within the days of those in time or, by chance, of the late."""
        if self._chance(share):
            return school_day_before(meeting - timedelta(days=self._between(*in_time)))
        on = next_school_day(meeting - timedelta(days=self._between(*late)))
        return on if on < meeting else school_day_before(meeting - timedelta(days=1))

    def _report_day(self, meeting: date) -> date:
        """When the school sends its report: within two weeks, or later."""
        if self._chance(self._making.rates.report_in_time):
            return max(meeting, school_day_before(meeting + timedelta(days=self._between(3, 14))))
        return next_school_day(meeting + timedelta(days=self._between(15, 60)))

    def _decision_day(self, meeting: date) -> date:
        """When the authority decides: within four weeks, or later."""
        if self._chance(self._making.rates.decided_in_four_weeks):
            return working_day_before(meeting + timedelta(days=self._between(7, 28)))
        return next_working_day(meeting + timedelta(days=self._between(29, 150)))

    def _recording(self, on: date) -> Recording:
        """As if recorded then: a correction happens on the day it is recorded."""
        recording = super()._recording(on)
        return msgspec.structs.replace(recording, today=recording.at.date())

    def _days_to_enter(self) -> int:
        return self._between(14, 90) if self._chance(self._making.rates.entered_late) else self._between(0, 4)

    def _chance(self, share: float) -> bool:
        return self.random.random() < share


def _next_school(ref: str) -> str:
    """The school that a plan names for a transfer: one of ten."""
    return str(190_000 + int(ref.removeprefix("P-")) % 10)


def _wrong_day(meeting: date) -> date:
    """The day beside a meeting for which somebody enters it; the meeting's own where neither is a school day."""
    beside = (meeting + timedelta(days=1), meeting - timedelta(days=1))
    return next(filter(is_school_day, beside), meeting)


def one_case(app: Arflow) -> str | None:
    """A review worth looking at: the latest whose final plan was issued, if any."""
    issued = (
        row.stream.removeprefix("review/") for row in app.log_store.read_log() if row.topic.endswith(":FinalPlanIssued")
    )
    return max(issued, default=None)
