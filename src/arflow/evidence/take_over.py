"""A plan taken over from the hand-over file of another authority: checked, then put under arflow (SEND Regs 2014 r.15)."""

import hashlib
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from arflow.application.people_of_case import rights_pass
from arflow.case.case import Case, fold
from arflow.case.consultations import About
from arflow.case.plan import Plan
from arflow.case.plan_amendments import is_proposed
from arflow.case.plan_commands import (
    AddPlan,
    AnyPlanCommand,
    ConsultInstitution,
    NameForTransfer,
    ReceiveReply,
    Release,
    RequestInstitution,
    StartDetention,
    StartReassessment,
    TakeOver,
    TransferIn,
)
from arflow.case.plan_facts import clock_start
from arflow.case.plan_records import Dealing
from arflow.case.review import AnnualReview
from arflow.case.transfer_record import about_notice, consultations_of, others_consulted, request_of, requests_of
from arflow.case.transfers import dealt_with
from arflow.errors import MissingValue, NotPossible, field_name
from arflow.events import AnyEvent, decode
from arflow.evidence import verify
from arflow.evidence.pack_people import FILE, read_people
from arflow.law.periods import corresponding_date
from arflow.law.proceedings import KINDS
from arflow.law.states import CANCELLED, CONCLUDED
from arflow.people import Person
from arflow.people.acceptance import check_in_case
from arflow.people.people import keep_all
from arflow.words import in_words

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow
    from arflow.application.recording import Done

_CASE = "cases/case-1"
_SHOWN = 5


class HandedOver(msgspec.Struct, frozen=True, kw_only=True):
    """A hand-over file that was found sound: the case as the old authority left it, and what the file is known by.

    `unchecked` says why the signatures were not checked; empty where the key's holder signed it.
    """

    case: Case
    digest: str
    root: str
    people: bytes | None
    words: dict[str, str]
    unchecked: str


class TakingOver(msgspec.Struct, frozen=True, kw_only=True):
    """How a plan is taken over: under which reference, from which authority and day, whose case, and with its people or not."""

    ref: str | None = None
    on: date | None = None
    from_la: str | None = None
    coordinator: str | None = None
    people: bool = False


def read(path: Path, public_key: bytes | None) -> HandedOver:
    """Read and check a hand-over file; NotPossible, with what is wrong, where it is none or does not stand.

    `public_key` is the old authority's, as PEM; without it nothing shows who made the file.
    """
    try:
        pack = verify.Pack(path)
        try:
            found = verify.check(pack, public_key)
            if found.faults:
                more = f" and {len(found.faults) - _SHOWN} more" if len(found.faults) > _SHOWN else ""
                raise NotPossible(f"{path.name} does not stand: {'; '.join(found.faults[:_SHOWN])}{more}")
            return _of(pack, path, found.unchecked)
        finally:
            pack.close()
    except (verify.Unreadable, OSError) as error:
        raise NotPossible(f"{path.name}: {error}") from None


def take_over(app: "Arflow", handed: HandedOver, how: TakingOver) -> "Done":
    """Put the plan under arflow as if it had been made here, with what the old authority left (SEND Regs 2014 r.15(3)(a)).

    Its 12 months go on from when it was made or last reviewed. All of it is recorded, or nothing.
    """
    old, ref = handed.case.plan, how.ref or handed.case.plan.ref
    if old.ceased is not None:
        raise NotPossible(f"plan {old.ref} has ceased (CFA 2014 s.45): there is nothing to take over")
    gone = old.transferred_out.day if old.transferred_out else None
    on = how.on or gone
    if on is None:
        raise MissingValue(field_name("on"), "the file does not say when the plan went: give the day of the transfer")
    people = _people(app, handed, ref) if how.people else ()
    known = next((day for person in people if (day := rights_pass(person))), None)
    return app.add_plan(
        _plan(app, handed, ref, how.coordinator, known),
        TransferIn(on=on, from_la=how.from_la),
        TakeOver(on=on, digest=handed.digest, from_plan=old.ref, root=handed.root, reviewed=_reviewed(old)),
        *_standing(app, handed),
        beside=lambda connection: _keep(connection, people),
    )


def not_carried(handed: HandedOver) -> tuple[str, ...]:
    """What of the old authority's record is in the file only, in sentences for whoever takes it over."""
    running = [
        one for one in handed.case.reviews.values() if not one.is_final and one.state not in (CANCELLED, CONCLUDED)
    ]
    dealing = dealt_with(handed.case.plan)
    late = dealing and _dealt_on(handed, dealing) is None
    return (
        *(f"Review {one.id} was not finished there{_came_to(one)}" for one in running),
        *_waiting(handed.case.plan),
        *_asked_and_consulted(handed.case.plan, {one.id for one in running}),
        *(
            ("What the plan names for its transfer was recorded outside the 12 months before it: record it again.",)
            * bool(late)
        ),
    )


def _came_to(review: AnnualReview) -> str:
    """How far a review had come: its meeting, whether it was decided and amendments were proposed; and the way on."""
    held, decided, notice = review.day("hold"), review.day("decide"), review.notice
    if held is None:
        return ", its meeting not held: open one here if it is to be held."
    proposed = f", amendments proposed on {notice.on}" if notice else ""
    return (
        f", its meeting held on {held}"
        + (f" and decided on {decided}{proposed}" if decided else "")
        + ": its limits run on here. Open one here from the day it was opened there, and record its steps by the file."
    )


def _waiting(plan: Plan) -> Iterator[str]:
    """An amendment that was proposed without a review, and each proceeding under way that does not come along."""
    notice = plan.plan_notice_sent_again or plan.plan_notice_sent
    if is_proposed(plan) and notice and notice.day:
        yield (
            f"Amendments proposed without a review on {notice.day} are not ended: record the notice here with `arflow plan "
            "notice`, and its eight weeks run on (SEND Regs 2014 r.28)."
        )
    for one in plan.proceedings:
        if KINDS[one.kind].ended_by and not one.is_over and one.kind != "reassessment":
            what = KINDS[one.kind].text
            yield (
                f"{what[0].upper()}{what[1:]} on {one.begun.day}, and that is not over: record it here from that day, if it "
                "concerns you."
            )


def _asked_and_consulted(plan: Plan, running: Collection[str]) -> Iterator[str]:
    """What the family asked for, and who was consulted, about a review or a notice that was not over (CFA 2014 ss.39-40)."""

    def goes_on(about: About) -> bool:
        return about.review in running if about.review else about == about_notice(plan)

    for asked in requests_of(plan):
        if goes_on(asked.about):
            yield f"The family asked for {asked.institution} on {asked.asked.day} ({asked.about})."
    for one in others_consulted(plan):
        if goes_on(one.about):
            answer = in_words(one.reply) if one.reply else "no reply yet"
            on = f", on {one.answered.day}" if one.answered else ""
            yield (
                f"{one.who} was consulted about {one.about} on {one.sent.day}: {answer}{on}. Record it here with `arflow plan "
                "consult` once the review or the notice is."
            )


# --- reading ------------------------------------------------------------------------------------------------------


def _of(pack: verify.Pack, path: Path, unchecked: str) -> HandedOver:
    document = pack.load(verify.MANIFEST)["document"]
    if document["cases"] != [_CASE]:
        raise NotPossible(f"{path.name} holds {len(document['cases'])} cases: a hand-over file holds one plan")
    words = pack.load(f"{_CASE}/words.json") if f"{_CASE}/words.json" in pack.sizes else {}
    return HandedOver(
        case=_case(pack.load(f"{_CASE}/events.json"), path),
        digest=_sha256(path),
        root=document["checkpoint"]["root"],
        people=pack.read(FILE) if FILE in pack.sizes else None,
        words={digest: note["words"] for digest, note in words.items()},
        unchecked=unchecked,
    )


def _case(document: Any, path: Path) -> Case:
    try:
        events: list[AnyEvent] = [decode(row["payload"].encode()) for row in document["events"]]
        return fold(events)
    except (msgspec.MsgspecError, ValueError, KeyError, TypeError, AttributeError, AssertionError):
        raise NotPossible(
            f"{path.name}: its events are not ones that this arflow knows: a newer arflow may have written it; "
            "enter the plan with `arflow plan add`"
        ) from None


def _sha256(path: Path) -> str:
    if not path.is_file():
        raise NotPossible(f"{path.name} is a folder: take over the ZIP file itself, so that its digest can be recorded")
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# --- what goes on here --------------------------------------------------------------------------------------------


def _plan(app: "Arflow", handed: HandedOver, ref: str, coordinator: str | None, rights_known: date | None) -> AddPlan:
    """The plan as it was made there; `rights_known` is when the rights pass by a date of birth that came with it."""
    old, rights = handed.case.plan, handed.case.plan.young_person_from
    start = clock_start(old, app.current_workflow())
    reviewed = start if old.completions or old.stood_in or old.last_reviewed else None
    transfer = old.transfer if old.transfer_on and old.transfer_on.day else None
    return AddPlan(
        ref=ref,
        first_made=old.first_made.day,
        first_made_quality=old.first_made.quality,
        last_reviewed=reviewed.day if reviewed else None,
        last_reviewed_quality=reviewed.quality if reviewed else "known",
        setting=old.setting,
        nc_year=old.nc_year,
        coordinator=coordinator,
        transfer=transfer,
        transfer_on=old.transfer_on.day if transfer and old.transfer_on else None,
        young_person_from=rights.day if rights else rights_known,
    )


def _reviewed(plan: Plan) -> tuple[date, ...]:
    return tuple(done.notified.day for done in plan.completions if done.notified.day)


def _standing(app: "Arflow", handed: HandedOver) -> Iterator[AnyPlanCommand]:
    """What still stands of the plan: a detention, or a release since its last review; a re-assessment; its transfer's record."""
    plan, start = handed.case.plan, clock_start(handed.case.plan, app.current_workflow()).day
    released = plan.released.day if plan.released else None
    if plan.detained and plan.detained.day and (plan.is_detained or (released and start and released >= start)):
        yield StartDetention(on=plan.detained.day)
        if released:
            yield Release(on=released)
    if plan.reassessment_started:
        yield StartReassessment(on=plan.reassessment_started.day)
    if asked := request_of(plan):
        yield RequestInstitution(on=asked.asked.day, institution=asked.institution)
    for one in consultations_of(plan):
        yield ConsultInstitution(on=one.sent.day, institution=one.institution, authority=one.authority)
        if one.reply:
            yield ReceiveReply(
                on=one.answered.day if one.answered else None,
                institution=one.institution,
                authority=one.authority,
                reply=one.reply,
                grounds=one.grounds,
                reason=_words(handed, one.reason) if one.reason else None,
            )
    dealing = dealt_with(plan)
    if dealing and (on := _dealt_on(handed, dealing)):
        yield NameForTransfer(on=on, names_for_transfer=_names(handed, dealing), outside_review=True)


def _dealt_on(handed: HandedOver, dealing: Dealing) -> date | None:
    """The day on which the transfer was dealt with there; None where that is not in the 12 months before it."""
    plan, review = handed.case.plan, handed.case.reviews.get(dealing.review or "")
    on = review.day("issue") or review.day("not_amend") or review.day("notify") if review else dealing.recorded.day
    day = plan.transfer_on.day if plan.transfer_on else None
    return on if on and day and corresponding_date(day, -12) <= on <= day else None


def _names(handed: HandedOver, dealing: Dealing) -> str:
    match dealing.named:
        case "institution":
            return dealing.institution or ""
        case "unchanged":
            return "unchanged"
        case named:
            return f"{named}:{_words(handed, dealing.reason)}"


def _words(handed: HandedOver, digest: str | None) -> str:
    return handed.words.get(digest or "") or "as the other authority recorded"


def _people(app: "Arflow", handed: HandedOver, ref: str) -> tuple[Person, ...]:
    if handed.people is None:
        raise NotPossible("nobody's name and contacts are in the file: ask the other authority, or leave out --people")
    known: list[Person] = []
    for person in read_people(handed.people, ref):
        check_in_case(person, known, app.today)
        known.append(person)
    return tuple(known)


def _keep(connection: Any, people: tuple[Person, ...]) -> None:
    keep_all(connection, people)
