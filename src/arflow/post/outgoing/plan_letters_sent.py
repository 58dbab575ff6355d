"""Send a letter of an amendment without a review, and record on the plan the act that it is (SEND Regs 2014 r.28)."""

from typing import TYPE_CHECKING

from arflow.case.plan import Plan
from arflow.case.plan_amendments import check_not_too_early
from arflow.case.plan_commands import DecideNotToAmendPlan, RecordAmendment, SendPlanNotice
from arflow.errors import NotPossible, field_name
from arflow.events import FAMILY
from arflow.papers.letters.papers import Letter
from arflow.post.mail import outbox as tables
from arflow.post.mail.dispatch import Dispatch, Message, SendingPlanAct
from arflow.post.outgoing.addressees import addressees_on_plan, copies
from arflow.post.outgoing.composition import Desk, message
from arflow.post.outgoing.enclosures import Issuing, enclosed_with, files_of, words_of
from arflow.post.outgoing.final_plan_check import check_final_plan
from arflow.post.outgoing.letter_facts import check_reasons, facts
from arflow.post.outgoing.plan_letters import case_on_plan, check_fits
from arflow.post.outgoing.queue import outbox
from arflow.post.outgoing.send_now import Sent, send
from arflow.post.outgoing.ways_to_reach import Addressed

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow

# The command that records a letter outside a review which arflow makes and does not send.
_RECORDED_WITH = {
    "institution_consultation": "consult {plan} --institution URN",
    "moved_in": "told-of-transfer {plan}",
}


def issue_on_plan(app: "Arflow", ref: str, letter_id: str, issuing: Issuing, desk: Desk) -> Sent:
    """Queue a letter on a plan for everybody who must have it, and try to send it; its act is recorded when all of it has left.

    Refused, and nothing queued, as `issue` does for a letter of a review.
    """
    plan, letter = app.plan(ref), desk.stationery.letter(letter_id)
    act = _act(plan, letter, issuing)
    check_fits(letter, plan, desk.papers, sent_now=True)
    check_reasons(letter, issuing.reasons)
    if not isinstance(act, SendPlanNotice):
        check_not_too_early(plan, app.current_workflow(), act, app.today)
    app.whole_case(ref).take(act, app.rehearsal(), app.machine)
    required = addressees_on_plan(app, plan, letter)
    also = [one for one in copies(app, ref, issuing.to) if one.person.id not in {r.person.id for r in required}]
    enclosed = enclosed_with(ref, letter, issuing, desk)
    check_final_plan(letter, enclosed, desk, incomplete_because=issuing.incomplete_because)
    family = any(one.role in FAMILY for one in required)
    words, case, files = (
        words_of(letter, enclosed, issuing, ref, family=family),
        case_on_plan(app, plan),
        files_of(enclosed, ref),
    )

    def write(to: Addressed, *, required: bool) -> Message:
        said = facts(case, to, desk.papers, **words)
        return message(app, desk, letter.id, said, to, attachments=files, required=required)

    dispatch = Dispatch(
        key=_key(app, ref, letter),
        kind=letter_id,
        plan=ref,
        review=None,
        messages=(*(write(one, required=True) for one in required), *(write(one, required=False) for one in also)),
        act=act,
    )
    return send(app, dispatch, desk.post)


def _act(plan: Plan, letter: Letter, issuing: Issuing) -> SendingPlanAct:
    """The act that a letter on a plan is; NotPossible for one that arflow only makes, or that is a review's."""
    if issuing.again and letter.step != "notice":
        raise NotPossible(f"{letter.id} proposes no amendments: leave out {field_name('again')}")
    match letter.step:
        case "notice" if letter.without_review:
            return SendPlanNotice(again=issuing.again)
        case "issue" if letter.without_review:
            return RecordAmendment(
                because="without_review", skip_reason=issuing.skip_reason, incomplete_because=issuing.incomplete_because
            )
        case "not_amend" if letter.without_review:
            return DecideNotToAmendPlan(skip_reason=issuing.skip_reason)
        case _:
            raise _not_sent(plan.ref, letter)


def _not_sent(ref: str, letter: Letter) -> NotPossible:
    if record := _RECORDED_WITH.get(letter.id):
        return NotPossible(
            f"arflow makes {letter.id} outside a review, and does not send it: make it with `arflow letter make {ref} "
            f"{letter.id}`, send it yourself, and record it with `arflow plan {record.format(plan=ref)}`"
        )
    return NotPossible(
        f"plan {ref} has no open review: open one with `arflow review open {ref}`, or name one of "
        f"`arflow review list --plan {ref}`"
    )


def _key(app: "Arflow", ref: str, letter: Letter) -> str:
    """The natural key of a letter on a plan: once, until its act is recorded or it is cancelled; then the next of its kind."""
    rows = outbox(app).find(
        tables.dispatches.c.plan == ref, tables.dispatches.c.review.is_(None), tables.dispatches.c.kind == letter.id
    )
    waiting = {row.dispatch for row in rows if row.recorded is None and row.state != "cancelled"}
    over = {row.dispatch for row in rows} - waiting
    recorded = {row.dispatch for row in rows if row.recorded}
    return f"letter/{ref}/{letter.id}/{len(over | recorded) + 1}"
