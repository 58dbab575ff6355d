"""Who must have a letter: everybody of the roles that the law names, each with a way to reach them, or a refusal."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from arflow.case.plan import Plan
from arflow.case.review import AnnualReview
from arflow.case.transfer_record import named_institution
from arflow.case.transfers import TRANSFER_REVIEWS, dealt_with, transfer_to_deal_with
from arflow.errors import MissingValue, NotPossible, field_name
from arflow.events import FAMILY, Role
from arflow.papers.letters.papers import Letter
from arflow.people import InCase
from arflow.post.advice.circulation import everybody_invited
from arflow.post.outgoing.ways_to_reach import Addressed, addressed, of_case, people_of
from arflow.words import in_words

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow

_TO_EVERYBODY_INVITED = ("report_cover",)


def addressees(app: "Arflow", review: AnnualReview, letter: Letter) -> list[Addressed]:
    """Everybody who must have a letter; MissingValue for a role that nobody has, NotPossible for who cannot be reached."""
    if letter.id in _TO_EVERYBODY_INVITED:
        return _reached(everybody_invited(app, review))
    plan = app.plan(review.plan)
    _check_named(review, letter, plan)
    return addressees_on_plan(app, plan, letter)


def addressees_on_plan(app: "Arflow", plan: Plan, letter: Letter) -> list[Addressed]:
    """The same of a letter on a plan, of a review or outside one."""
    case = people_of(app, plan.ref)
    wanted = list(dict.fromkeys(_wanted(letter, case, plan)))
    known = [(person, case.role_of(person)) for person in case.people]
    for role in wanted:
        if not any(found == role for _, found in known):
            way_on = (
                f"add them with `arflow people add {plan.ref} --role {'child' if role == 'young_person' else role}`"
            )
            raise MissingValue(in_words(role), f"this letter must go to them ({letter.citation}): {way_on}")
    return _reached([addressed(person, role) for person, role in known if role in wanted])


def copies(app: "Arflow", ref: str, to: Sequence[str]) -> list[Addressed]:
    """People of the case who have a letter besides those who must; NotPossible for a person of another case."""
    case = people_of(app, ref)
    found = [of_case(app, ref, person_id) for person_id in dict.fromkeys(to)]
    return _reached([addressed(person, case.role_of(person)) for person in found])


def _check_named(review: AnnualReview, letter: Letter, plan: Plan) -> None:
    """Refuse the final plan of a transfer review while nobody recorded to which institution it goes (r.22(3)(b))."""
    transfer = transfer_to_deal_with(plan)
    if letter.step == "issue" and review.kind in TRANSFER_REVIEWS and transfer:
        raise MissingValue(
            field_name("names_for_transfer"),
            f"the final plan goes to the institution that it names for the transfer on {transfer.day} ({letter.citation}): "
            f"record what it names with `arflow plan name-for-transfer {plan.ref} --review {review.id} --names …`",
        )


def _wanted(letter: Letter, case: InCase, plan: Plan) -> Iterator[Role]:
    """The roles of a letter that there are here.

    Of the family, who holds the rights; a setting only where one is attended; the institution that the plan names by
    another role only where it is not the one attended.
    """
    for role in letter.to:
        if role in FAMILY:
            yield from (role,) if role == case.rights else ()
        elif role == "setting":
            yield from (role,) if _attends(case, plan) else ()
        elif role == "named_setting":
            yield from _named(case, plan)
        else:
            yield role


def _named(case: InCase, plan: Plan) -> Iterator[Role]:
    """As whom the institution that the plan names is in the case: as the setting attended, or in a role of its own."""
    named = named_institution(plan)
    if named is not None and named != plan.setting:
        yield "named_setting"
    elif _attends(case, plan) and (named is not None or dealt_with(plan) is None):
        yield "setting"


def _attends(case: InCase, plan: Plan) -> bool:
    return plan.setting is not None or any(person.role == "setting" for person in case.people)


def _reached(found: Sequence[Addressed]) -> list[Addressed]:
    for one in found:
        if one.channel is None:
            raise NotPossible(
                f"{one.person.id} ({in_words(one.role)}) must have this letter and cannot be sent it: {one.why}; "
                f"see `arflow people show {one.person.id}`; nothing was queued"
            )
    return list(found)
