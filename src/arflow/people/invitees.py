"""Who must and who should be invited to a review meeting, which of them are known, and who is missing."""

from collections.abc import Iterable
from datetime import date

import msgspec

from arflow.case.plan import Plan
from arflow.events import Role
from arflow.law.workflow import Invitee, Word, Workflow
from arflow.people.person import Person
from arflow.people.roles import InCase, in_case

_CONSULTED = "SEND Regs 2014 r.19(a)"
_BY_AGREEMENT = "with the agreement of the young person, who now holds the rights"
# The institution that somebody goes to next has what the plan says in the end; an officer who wants it at the meeting asks it.
_NOT_INVITED = ("named_setting",)
_NO_SETTING = "not_in_setting"


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who fills a class, with the role that the log has of them on that day."""

    person: Person
    role: Role
    note: str = ""


class InviteeClass(msgspec.Struct, frozen=True, kw_only=True):
    """A class of people who must or should be invited, with those known who fill it."""

    title: str
    word: Word
    citation: str
    listed: tuple[Listed, ...]

    @property
    def is_missing(self) -> bool:
        """Whether somebody of it must be invited, and nobody is known."""
        return self.word == "must" and not self.listed


class InvitationList(msgspec.Struct, frozen=True, kw_only=True):
    """Everybody to be invited, class by class; `consulted` is the child, or the young person somebody acts for.

    They are consulted (SEND Regs 2014 r.19(a)) and may come, but are no class of their own. `rights_pass_on` is the
    first day on which the young person holds the rights, where the plan knows it.
    """

    on: date
    rights_pass_on: date | None
    classes: tuple[InviteeClass, ...]
    consulted: tuple[Listed, ...] = ()
    consulted_citation: str = _CONSULTED

    @property
    def missing(self) -> tuple[InviteeClass, ...]:
        """The classes that must be invited and have nobody."""
        return tuple(found for found in self.classes if found.is_missing)

    @property
    def listed(self) -> tuple[Listed, ...]:
        """Everybody who is to be invited, once each."""
        return tuple(one for found in self.classes for one in found.listed)

    @property
    def not_to_contact(self) -> tuple[Person, ...]:
        """Those on the list to whom nothing may be sent: an officer must find another way."""
        return tuple(one.person for one in self.listed if one.person.do_not_contact)


def invitation_list(workflow: Workflow, kind: str, plan: Plan, people: Iterable[Person], on: date) -> InvitationList:
    """Who must and should be invited to a review of a kind that meets on a day, by class in the definition's order.

    Regulation 21 rules where the review is of that kind, or the plan has no setting and nobody of one is in the case.
    """
    case = in_case(people, plan, on)
    attends = kind != _NO_SETTING and (plan.setting is not None or any(p.role == "setting" for p in case.people))
    wanted = [invitee for invitee in workflow.invitees_of(kind) if attends or invitee.roles != ("setting",)]
    roles = {role for invitee in wanted for role in invitee.roles}
    child = case.child
    consulted = () if child is None or child in case.holders else (_listed(case, child, roles),)
    known = tuple(
        _listed(case, person, roles)
        for person in case.people
        if (person.role != "child" or not consulted) and person.role not in _NOT_INVITED
    )
    return InvitationList(
        on=on,
        rights_pass_on=plan.young_person_from.day if plan.young_person_from else None,
        classes=tuple(_class(invitee, case, known, attends=attends) for invitee in wanted),
        consulted=consulted,
    )


def _listed(case: InCase, person: Person, roles: set[Role]) -> Listed:
    """Somebody in their class; who has none of their own comes as `other`."""
    role = case.role_of(person)
    by_agreement = role == "other" and person.role == "parent"
    return Listed(person=person, role=role if role in roles else "other", note=_BY_AGREEMENT if by_agreement else "")


def _class(invitee: Invitee, case: InCase, known: tuple[Listed, ...], *, attends: bool) -> InviteeClass:
    citation = invitee.citation if attends else invitee.citation_not_in_setting or invitee.citation
    acted_for = case.rights in invitee.roles and any(holder.represents for holder in case.holders)
    return InviteeClass(
        title=invitee.title,
        word=invitee.word,
        citation=f"{citation}; {case.citation}" if acted_for else citation,
        listed=tuple(one for one in known if one.role in invitee.roles),
    )
