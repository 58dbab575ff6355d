"""Acts of term lists: a recipient has the list of a term, and the plan is listed once all of them have it. Pure."""

from collections.abc import Iterator
from typing import Any

from arflow.case.acts.refusals import digests, refuse_uncountable
from arflow.case.plan import Plan
from arflow.case.plan_commands import GiveTermList
from arflow.errors import InvalidValue, MissingValue, field_name
from arflow.events import TermListGiven, TermlyListSent

ROLES = ("setting", "health", "la_social_care")


def recipients_of_term_list(plan: Plan) -> frozenset[str]:
    """Who is given the list that a plan stands on (Code 9.172): its setting by its URN, health and social care."""
    return frozenset((plan.setting, *ROLES[1:]) if plan.setting else ROLES[1:])


def given(command: GiveTermList, envelope: dict[str, Any]) -> TermListGiven:
    """The event of a list that was given; InvalidValue for a role that has none, MissingValue for a setting without its URN."""
    refuse_uncountable(command.term_start, field_name("term_start"))
    if command.role not in ROLES:
        raise InvalidValue(field_name("role"), command.role, f"one of {', '.join(ROLES)}", ROLES)
    if (command.role == "setting") != (command.setting is not None):
        raise MissingValue(field_name("setting"), "the list of a setting names it, and no other does")
    return TermListGiven(
        **envelope,
        term_start=command.term_start,
        role=command.role,
        setting=command.setting,
        channel=command.channel,
        documents=digests(command.documents),
    )


def listed(plan: Plan, command: GiveTermList, envelope: dict[str, Any]) -> Iterator[TermlyListSent]:
    """That the plan is listed for a term, once all have the list who must, and only once; `plan` is as it is after.

    Its day is that on which the last of them had it, in whatever order they were recorded.
    """
    told, needed = plan.told_of_term[command.term_start], recipients_of_term_list(plan)
    if plan.is_maintained and command.term_start not in plan.listed and needed <= told.keys():
        on = max(told[whose] for whose in needed)
        yield TermlyListSent(**envelope | {"on": on}, term_start=command.term_start)
