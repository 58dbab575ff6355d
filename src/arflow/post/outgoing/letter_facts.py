"""What a letter to somebody of a case is filled in with: the case's people, its days, and the authority's own details."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from arflow.case.deadlines import Deadline, deadlines
from arflow.case.duties import Duty
from arflow.case.plan import Plan
from arflow.case.plan_amendments import is_proposed
from arflow.case.review import AnnualReview
from arflow.case.transfers import is_for_transfer, placed
from arflow.errors import DateRefused, MissingValue, NotPossible, field_name
from arflow.events import FAMILY, Channel
from arflow.law.periods import appeal_last_day, corresponding_date, days_beginning_with, period_last_day, weeks_after
from arflow.law.workflow import Workflow
from arflow.papers.letters.contents import LetterFacts
from arflow.papers.letters.papers import Letter, Papers, Service
from arflow.people import Person
from arflow.post.advice.backplan import backplan
from arflow.post.meeting.time_and_place import meeting_of, said
from arflow.post.outgoing.progress_letter import standing
from arflow.post.outgoing.ways_to_reach import Addressed, addressed, named, people_of

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow
    from arflow.post.calendars import Meeting

DAYS_TO_REPRESENT = 15  # SEND Regs 2014 r.22(2)(c)
_MONTHS_TO_APPEAL = 2  # SEND Regs 2014 r.33; HESC Rules 2008 r.20(1)(c)
_WEEKS_TO_REPORT = 2  # SEND Regs 2014 r.20(9)
WEEKS_TO_ISSUE = 8  # SEND Regs 2014 r.22(3)-(4)
_WHOM = {"parent": "the parent", "child": "the child or young person"}
_BEFORE_THE_MEETING = ("invite", "request_advice", "circulate")


class LetterCase(msgspec.Struct, frozen=True, kw_only=True):
    """What every letter on a case says: the plan, the child, the officer, and the days counted as of today.

    `review_id` is None for a letter outside a review. `family` is how those with the rights are reached: a copy for
    somebody else tells the days that count for them.
    """

    plan: str
    review_id: str | None
    child: str
    officer: str
    nc_year: int | None
    setting: str | None
    today: date
    family: tuple[Channel, ...]
    days: dict[str, date | None]
    standing: dict[str, Any]
    meeting_needs: str = ""


class ReviewLetterCase(LetterCase, frozen=True, kw_only=True):
    """The same for letters on a review."""

    review: AnnualReview


def case_of(app: "Arflow", review_id: str, *, again: bool = False) -> ReviewLetterCase:
    """The facts of the case for letters on a review; MissingValue where the child or young person is not kept.

    `again` says that amendments are proposed today in place of others.
    """
    review = app.review(review_id)
    plan, workflow = app.plan(review.plan), app.workflow(review.workflow)
    duties = {duty.id: duty for duty in app.duties(review_id)}
    return ReviewLetterCase(
        **facts_of_people(app, plan),
        review=review,
        review_id=review.id,
        days=_days(review, workflow, duties, app.today, again=again),
        standing=standing(review, plan, workflow, tuple(duties.values()), app.today)
        | facts_of_plan(plan, review)
        | _of_notice(review),
        meeting_needs=_needed_at_the_meeting(people_of(app, plan.ref).people, review, app.today),
    )


def facts_of_people(app: "Arflow", plan: Plan) -> dict[str, Any]:
    """The people of a plan, as letters name them; MissingValue where the child or young person is not kept."""
    case = people_of(app, plan.ref)
    if case.child is None:
        raise MissingValue("child", f"a letter names the child: arflow people add {plan.ref} --role child --name NAME")
    setting = next((person for person in case.people if person.role == "setting"), None)
    names = app.directory.officer_names()
    return {
        "plan": plan.ref,
        "child": case.child.name,
        "officer": names.get(plan.coordinator or "", app.by),
        "nc_year": plan.nc_year,
        "setting": (setting.organisation or setting.name) if setting else None,
        "today": app.today,
        "family": tuple(addressed(holder, case.rights).channel or "post" for holder in case.holders),
    }


def facts_of_plan(plan: Plan, review: AnnualReview | None = None) -> dict[str, Any]:
    """What letters say about the plan itself: its next transfer between phases, and how it came from another authority.

    The transfer is left out where a review, or an amendment proposed without one, is not for it.
    """
    for_it = is_for_transfer(plan, review.kind, placed(review)) if review else not is_proposed(plan)
    return {
        "transfer_on": plan.transfer_on.day if plan.transfer_on and for_it else None,
        "transferred_in": plan.transferred_in.day if plan.transferred_in else None,
        "proposes_assessment": plan.proposes_assessment,
        "proposes_review_on": plan.proposes_review_on,
    }


def _needed_at_the_meeting(people: Sequence[Person], review: AnnualReview, today: date) -> str:
    """What a school that holds the meeting is to know: who needs an interpreter, and what people need to take part."""
    if review.arranged_by != "school":
        return ""
    on = review.planned_meeting or today
    return "; ".join(
        f"{need}, for {_WHOM.get(person.role, 'somebody who is invited')}"
        for person in people
        if person.is_in_case(on)
        for need in person.to_arrange
        if need.startswith(("interpreter: ", "access: "))
    )


def _of_notice(review: AnnualReview) -> dict[str, Any]:
    """What letters say about the notice of the proposed amendments: that it stands since a day, and was answered."""
    return {
        "notice_sent_on": review.notice.on if review.notice and review.notice_stands else None,
        "represented": bool(review.since_notice("represent")),
    }


def facts(
    case: LetterCase, to: Addressed, papers: Papers, meeting: "Meeting | None" = None, **more: Any
) -> LetterFacts:
    """What one letter to one person says; `more` is what only this letter knows, such as its reasons."""
    answer_by = more.get("answer_by")
    if answer_by and answer_by <= case.today:
        raise DateRefused(f"{field_name('answer_by')} {answer_by} is not after the day of the letter, {case.today}")
    person = to.person
    service = _service(case, to, papers)
    served_on = service.day(case.today, papers.bank_holidays)
    days = case.days | {"representations_by": days_beginning_with(served_on, DAYS_TO_REPRESENT)}
    given: dict[str, Any] = {
        "role": to.role,
        "to_name": person.name,
        "to_address": _address(person),
        "child": case.child,
        "plan": case.plan,
        "review": case.review_id,
        "written_on": case.today,
        "officer": case.officer,
        "about_reader": person.role == "child",
        "is_parent": person.role == "parent",
        "format": person.format,
        "language": person.language,
        "nc_year": case.nc_year,
        "setting": case.setting,
        "meeting_needs": case.meeting_needs if to.role == "setting" else "",
        "meeting_at": said(meeting) if meeting else "",
        "meeting_place": (meeting.place or "") if meeting else "",
        "mediation_by": corresponding_date(case.today, _MONTHS_TO_APPEAL),
        "appeal_by": appeal_last_day(case.today, None, papers.bank_holidays),
        "served_on": served_on,
        "served_after": service.days,
    }
    return LetterFacts(**(given | days | case.standing | more))


def _service(case: LetterCase, to: Addressed, papers: Papers) -> Service:
    """How what is sent is served: on the reader, or, for a copy, on the last of those with the rights."""
    channels = (to.channel or "post",) if to.role in FAMILY else case.family or ("post",)
    return max((papers.service_by_channel[channel] for channel in channels), key=lambda service: service.days)


def _address(person: Person) -> str:
    """The address as it stands on a letter, with the organisation where the address does not begin with it."""
    address, organisation = person.postal_address or "", person.organisation or ""
    if not organisation or organisation == person.name or address.startswith(organisation):
        return address
    return f"{organisation}\n{address}".strip()


def letter_for(app: "Arflow", papers: Papers, letter: Letter, review_id: str, to: str, **more: Any) -> LetterFacts:
    """What one letter says to somebody named by their role or their id.

    Refused where the letter does not fit the review, and where nobody, or more than one, has the role.
    """
    _check_fits(letter, app.review(review_id))
    check_reasons(letter, more.get("reasons"))
    case = case_of(app, review_id)
    told = meeting_of(app, review_id) if case.review.planned_meeting else None
    return facts(case, one_named(app, case.plan, to), papers, told, **more)


def one_named(app: "Arflow", ref: str, to: str) -> Addressed:
    """The one person of a case whom a role or an id names; refused where there is nobody, or more than one."""
    found, *more_of_them = named(app, ref, to)
    if more_of_them:
        ids = " or ".join(person.id for person in (found, *more_of_them))
        raise NotPossible(f"more than one person has the role {to} in the case of {ref}: name one, {ids}")
    return addressed(found, people_of(app, ref).role_of(found))


def check_reasons(letter: Letter, reasons: str | None) -> None:
    """Refuse reasons that a letter would not give."""
    if reasons and not letter.has("reasons"):
        raise NotPossible(
            f"{letter.id} gives no reasons: leave out --reasons, or add `reasons` to it in your papers file"
        )


def _check_fits(letter: Letter, review: AnnualReview) -> None:
    """Refuse a letter of another decision, one that comes too late, and one of a step of a review that is over."""
    if letter.step is not None and review.is_finished:
        raise NotPossible(
            f"{review.id} is {review.state}: {letter.id} is made no more; "
            f"what was sent is kept, see `arflow document list --review {review.id}`"
        )
    if letter.step in _BEFORE_THE_MEETING and review.day("hold"):
        raise NotPossible(
            f"{letter.id} goes before the meeting, and that of {review.id} was held on {review.day('hold')}"
        )
    if letter.outcome is not None and review.outcome not in (None, letter.outcome):
        raise NotPossible(
            f"{letter.id} is for a decision to {letter.outcome}, and the decision on {review.id} is to {review.outcome}"
        )


def _days(
    review: AnnualReview, workflow: Workflow, duties: dict[str, Duty], today: date, *, again: bool
) -> dict[str, date | None]:
    """The days that letters name, each as the law gives it from what is recorded."""
    plan_back = backplan(tuple(duties.values()), review.planned_meeting)
    acts = deadlines(duties.values(), workflow, review.outcome, final=review.is_final)
    return {
        "meeting_on": review.day("hold") or review.planned_meeting,
        "advice_by": plan_back.advice_by(today) if plan_back else None,
        "report_by": report_by(review, duties),
        "decision_by": _deadline(acts, "decision") or _due(duties, "decision"),
        "notice_by": _due(duties, "amendment_notice"),
        "final_plan_by": _final_plan_by_again(review, duties, acts, today, again=again)
        or _final_plan_by(review, _deadline(acts, "final_plan") or _due(duties, "final_plan"), today),
        "next_review_by": _next_review_by(review, today),
    }


def _deadline(acts: tuple[Deadline, ...], duty: str) -> date | None:
    """The day that the act of a duty is planned by: the earliest limit of all that it meets."""
    return next((act.duty.due for act in acts if duty in (act.duty.id, *(one.id for one in act.beside))), None)


def _due(duties: dict[str, Duty], name: str) -> date | None:
    return duties[name].due if name in duties else None


def report_by(review: AnnualReview, duties: dict[str, Duty]) -> date | None:
    """Two weeks from the meeting: the one that is planned, until it is held, since the form for the report goes before it."""
    if "report" not in duties or review.planned_meeting is None:
        return _due(duties, "report")
    return duties["report"].due or weeks_after(review.planned_meeting, _WEEKS_TO_REPORT)


def _final_plan_by(review: AnnualReview, other: date | None, today: date) -> date | None:
    """Eight weeks from the notice, which goes today unless it has gone, and never later than what else limits the act."""
    own = weeks_after(review.day("notice") or today, WEEKS_TO_ISSUE)
    return min(own, other) if other else own


def _final_plan_by_again(
    review: AnnualReview, duties: dict[str, Duty], acts: tuple[Deadline, ...], today: date, *, again: bool
) -> date | None:
    """The same of a notice in place of another; None where there is none.

    What is counted from the first notice is not its day, nor is a limit that ends before the family's 15 days do.
    """
    last = review.last("notice_again")
    if not (again or last):
        return None
    sent = today if again or last is None else last.on
    own = weeks_after(sent, WEEKS_TO_ISSUE)
    first = duties["final_plan"].limits if "final_plan" in duties else ()
    others = [limit.strict for limit in first if limit.fact != "notice_sent"]
    issuing = next((act for act in acts if "final_plan" in (one.id for one in (act.duty, *act.beside))), None)
    beside = (issuing.duty, *issuing.beside) if issuing else ()
    others += [one.due for one in beside if one.id not in ("final_plan", "final_plan_again")]
    earliest = days_beginning_with(sent, DAYS_TO_REPRESENT)
    return min((own, *(day for day in others if day and day > earliest)))


def _next_review_by(review: AnnualReview, today: date) -> date:
    """The next 12 months start when the decision is notified (Code 9.169), which an amended plan leaves as it is."""
    return period_last_day(review.day("notify") or today, 12)
