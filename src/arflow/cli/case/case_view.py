"""Pages of the command line: a review as a timeline, a plan, and their JSON documents."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from arflow.case import turns
from arflow.case.deadlines import Deadline, deadlines
from arflow.case.duties import Duty
from arflow.case.kinds import other_route
from arflow.case.proofs import said
from arflow.cli.case.proceedings_view import print_proceedings
from arflow.cli.case.without import without
from arflow.cli.output import table
from arflow.cli.states import state_text
from arflow.figures.rendering.cells import Styled
from arflow.words import in_words, numbered

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow
    from arflow.case.conduct import Gap
    from arflow.case.review import AnnualReview
    from arflow.events import ConductRecorded
    from arflow.figures.rendering.console import Console


def duty_document(duty: Duty) -> dict[str, Any]:
    """A duty as other tools read it; `due` and `outer` are ISO dates."""
    return {
        "id": duty.id,
        "text": duty.text,
        "owner": duty.owner,
        "word": duty.word,
        "consider_from": duty.consider_from,
        "due": duty.due,
        "outer": duty.outer,
        "met_on": duty.met_on,
        "state": duty.state,
        "formula": duty.formula,
        "facts": duty.facts,
        "citation": duty.citation,
        "reason": duty.reason,
        "quality": duty.quality,
        "proceeding": duty.proceeding or None,
    }


def review_document(app: "Arflow", review: "AnnualReview", gaps: tuple["Gap", ...]) -> dict[str, Any]:
    """A review as other tools read it; `gaps` are what its record does not address."""
    from arflow.post.incoming.calendar_answers import calendar_answers

    plan = app.plan(review.plan)
    workflow = app.workflow(review.workflow)
    turn = turns.of_review(review, plan, workflow)
    steps = [step.id for step in workflow.steps if review.last(step.id)]
    duties = app.duties_of(review, plan)
    return {
        "id": review.id,
        "plan": review.plan,
        "kind": review.kind,
        "workflow": {"name": workflow.header.name, "version": workflow.header.version},
        "state": review.state,
        "outcome": review.outcome,
        "decided_not_told": review.outcome is not None and not review.told,
        "holder": turn.on(app.today) if turn else None,
        "paused_since": review.paused.on if review.paused else None,
        "light_route": review.light_route,
        "meeting_on": review.planned_meeting,
        "invitation_answers": [
            {"role": one.role, "person": one.person, "replied": one.replied, "on": one.on}
            for one in review.invitation_answers
        ],
        "calendar_answers": [msgspec.structs.asdict(one) for one in calendar_answers(app, review.id)],
        "milestones": {"open": review.opened_on, **{step: review.day(step) for step in steps}},
        "possible": list(app.possible(review)),
        "appeal_ends": review.appeal_ends(workflow.policy.bank_holidays),
        "appeal_out_of_time": review.appeal_is_late(workflow.policy.bank_holidays) if review.last("appeal") else None,
        "conduct": _conduct_document(review.conduct),
        "gaps": gaps,
        "other_route": other_route(review, plan, workflow, attends=app.attends(plan)),
        "without": [{"what": one.what, "who": one.who, "citation": one.citation} for one in without(app, review)],
        "deadlines": [
            _deadline_document(one) for one in deadlines(duties, workflow, review.outcome, final=review.is_final)
        ],
        "duties": [duty_document(duty) for duty in duties],
    }


def _deadline_document(deadline: Deadline) -> dict[str, Any]:
    first = deadline.duty
    return {
        "act": deadline.act,
        "duty": first.id,
        "due": first.due,
        "outer": first.outer,
        "state": first.state,
        "beside": [{"duty": one.id, "due": one.due, "outer": one.outer, "state": one.state} for one in deadline.beside],
    }


def _conduct_document(conduct: "ConductRecorded | None") -> dict[str, Any] | None:
    if conduct is None:
        return None
    return {
        "progress": dict(zip(conduct.outcomes, conduct.progress, strict=True)),
        "views": conduct.views,
        "areas": conduct.areas,
        "personal_budget": conduct.personal_budget,
        "documents": conduct.documents,
    }


def review_page(out: "Console", app: "Arflow", review: "AnnualReview", gaps: tuple["Gap", ...]) -> None:
    """A review as a caseworker reads it."""
    from arflow.post.incoming.calendar_answers import calendar_answers

    plan = app.plan(review.plan)
    workflow = app.workflow(review.workflow)
    state = workflow.state_by_id[review.state].text
    out.print(f"{review.id}  {workflow.kinds[review.kind].text} of plan {review.plan}", style="bold")
    turn = turns.of_review(review, plan, workflow)
    told = "  Decided but nobody has been told." if review.outcome and not review.told else ""
    lacks = f", since the plan has no {turns.lacking(review, workflow)}"
    holder = f"  Next to act: {turn.on(app.today)}{lacks if turn.on(app.today) == 'nobody' else ''}." if turn else ""
    out.print(f"{state}.{holder}{told}  Rights held by: {in_words(plan.rights_holder(app.today))}.\n")
    table(out, ("", "Step", "Day", "Law"), _timeline(review, workflow), empty="")
    if review.paused:
        out.print(f"Paused since {said(review.paused.on)}: every clock runs on.", style="yellow")
    if review.appeal_is_late(workflow.policy.bank_holidays):
        ends = said(review.appeal_ends(workflow.policy.bank_holidays))
        out.print(f"The appeal was made out of time: its last day was {ends}.", style="yellow")
    by_calendar = calendar_answers(app, review.id)
    for answered in review.invitation_answers:
        if answered.evidence not in {answer.message for answer in by_calendar}:
            who = f"{in_words(answered.role)}{f' ({answered.person})' if answered.person else ''}"
            out.print(f"{who}: {answered.replied} the invitation, {said(answered.on)}")
    for answer in by_calendar:
        who = f"{in_words(answer.role or 'somebody')} ({answer.person or 'of several people'})"
        out.print(f"{who}: {answer.said}, {said(answer.on)} ({answer.message})")
    duties = [duty for duty in app.duties_of(review, plan) if duty.state != "not_applicable"]
    if acts := deadlines(duties, workflow, review.outcome, final=review.is_final):
        _deadline_table(out, acts)
    _duty_table(out, duties)
    if route := other_route(review, plan, workflow, attends=app.attends(plan)):
        out.print(route, style="yellow")
    for one in without(app, review):
        out.print(str(one), style="yellow")
    for gap in gaps:
        out.print(str(gap), style="yellow")
    out.print(f"Possible now: {', '.join(app.possible(review)) or 'nothing: the review is finished'}")


def _timeline(review: Any, workflow: Any) -> list[tuple[Styled, str, str, str]]:
    """Steps done in the order of their days, then those that usually come next."""
    done = sorted((act for act in review.acts if act.step in workflow.step_by_id), key=lambda act: act.on)
    rows = [
        (
            Styled("●", "green"),
            _step_text(act, workflow),
            said(act.on),
            workflow.step_by_id[act.step].citation,
        )
        for act in done
    ]
    coming = _coming(review)
    for step_id in coming:
        step = workflow.step_by_id[step_id]
        rows.append((Styled("○", "dim"), step.text, _planned(review, step_id), step.citation))
    return rows


def _step_text(act: Any, workflow: Any) -> str:
    corrected = " (corrected)" if act.corrected_by else ""
    detail = f": {act.event.outcome}" if act.step in ("decide", "change_decision") else ""
    return f"{workflow.step_by_id[act.step].text}{detail}{corrected}"


def _planned(review: Any, step_id: str) -> str:
    return f"planned {said(review.planned_meeting)}" if step_id == "hold" and review.planned_meeting else ""


_USUAL = ("invite", "circulate", "hold", "report", "decide", "notify")
_AFTER = {"amend": ("notice", "issue"), "cease": ("cease",), "maintain": ()}


def _coming(review: Any) -> list[str]:
    """The usual steps still ahead."""
    if review.is_finished:
        return []
    usual = [*_USUAL, *_AFTER.get(review.outcome or "maintain", ()), "conclude"]
    if review.last("not_amend"):
        usual.remove("issue")
    reached = max((usual.index(act.step) for act in review.acts if act.step in usual), default=-1)
    return [step for n, step in enumerate(usual) if not review.last(step) and (n > reached or step == "report")]


def _deadline_table(out: "Console", acts: tuple[Deadline, ...]) -> None:
    """What is to be done, by when, and which duty sets the day."""
    rows = [
        (
            in_words(one.act),
            *_duty_row(one.duty)[1:2],
            state_text(one.duty.state),
            in_words(one.duty.id),
            _beside(one.beside),
        )
        for one in acts
    ]
    table(out, ("To do", "By", "State", "Because of", "Beside it"), rows, empty="")


def _beside(others: Iterable[Duty]) -> str:
    return "; ".join(f"{in_words(one.id)} by {said(one.due)}" if one.due else in_words(one.id) for one in others)


def _duty_table(out: "Console", duties: Iterable[Duty]) -> None:
    """Each duty with its days, its owner and its citation."""
    heads = ("Duty", "Last day", "Done", "State", "Whose", "Outer", "Law")
    table(out, heads, [_duty_row(duty) for duty in duties], empty="")


def _duty_row(duty: Duty) -> tuple[object, ...]:
    due = said(duty.due) if duty.due else ("no fixed day" if duty.state == "running" else "")
    if duty.consider_from:
        due = f"{due} (consider from {said(duty.consider_from)})"
    doubt = "" if duty.quality == "known" else f" ({duty.quality})"
    return (
        numbered(duty.id, duty.proceeding),
        due + doubt,
        said(duty.met_on) if duty.met_on and not duty.window else "",
        state_text(duty.state),
        "LA" if duty.owner == "local authority" else duty.owner,
        said(duty.outer) if duty.outer and duty.outer != duty.due else "",
        duty.citation,
    )


def _reply(consulted: dict[str, Any]) -> str | None:
    """What was answered, with the grounds of an objection and what it says."""
    if consulted["reply"] is None:
        return None
    grounds = f" ({', '.join(map(in_words, consulted['grounds']))})" if consulted["grounds"] else ""
    return f"{in_words(consulted['reply'])}{grounds}" + (f": {consulted['reason']}" if consulted["reason"] else "")


def _plainly(value: Any) -> Any:
    return ("no", "yes")[value] if isinstance(value, bool) else value


def plan_page(out: "Console", document: dict[str, Any], duties: tuple[Duty, ...], today: date) -> None:
    """A plan as a caseworker reads it."""
    out.print(f"Plan {document['id']}  ({document['state']}, {today})", style="bold")
    facts = (
        "first_made",
        "setting",
        "nc_year",
        "coordinator",
        "transfer",
        "transfer_on",
        "asked_for",
        "named_for_transfer",
        "transfer_dealt_with_by",
        "young_person_from",
        "rights_holder",
        "open_review",
        "transferred_in",
        "told_of_transfer",
        "proposes_assessment",
        "proposes_review_on",
        "aware_of_move",
        "moves_on",
        "transferred_out",
        "ceased",
        "detained",
        "released",
        "notice_sent",
        "notice_sent_again",
        "amended_after_notice",
        "not_amended",
        "appeal_ends",
    )
    table(
        out,
        ("", ""),
        [(in_words(name), _plainly(document[name])) for name in facts if document[name] is not None],
        empty="",
    )
    consulted = [
        (c["institution"], c["authority"], c["about"], c["sent"], c["answered"], _reply(c))
        for c in document["consultations"]
    ]
    asked = [(one["institution"], one["about"], one["asked"]) for one in document["requests"]]
    if asked:
        table(out, ("The family asks for", "About", "Since"), asked, empty="")
    if consulted:
        table(out, ("Consulted", "Authority", "About", "Sent", "Answered", "Reply"), consulted, empty="")
    shown = [duty for duty in duties if duty.state != "not_applicable"]
    _duty_table(out, shown)
    print_proceedings(out, document["proceedings"])
    rows = [(r["id"], r["kind"], r["state"], r["held"], r["outcome"], r["notified"]) for r in document["reviews"]]
    table(
        out,
        ("Review", "Kind", "State", "Held", "Outcome", "Notified"),
        rows,
        empty="No review has been opened.",
    )
