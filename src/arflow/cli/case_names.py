"""The arguments and options that name a case, somebody in it, or a message: in any case of their letters."""

import re
from typing import TYPE_CHECKING, Any, Literal

import click

from arflow.pasted_text import as_typed

if TYPE_CHECKING:
    from arflow.cli.session import Session

What = Literal["plan", "known_plan", "review", "either"]
_ID = re.compile(r"([A-Za-z]{1,2})-([0-9A-Fa-f]+(?:\.[0-9]+)?)")


class CaseName(click.ParamType[str]):
    """A plan, a review (its plan stands for it until it is finished), or either; the command is given it as the log has it."""

    name = "TEXT"

    def __init__(self, what: What) -> None:
        self.what: What = what

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return as_typed(str(value)).strip()


class Id(click.ParamType[str]):
    """The id of somebody in a case, of a message or of a paper in it: N-3f2a91c0, IN-1a2b3c4d.1. Other text stays as it is."""

    name = "TEXT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        given = as_typed(str(value)).strip()
        found = _ID.fullmatch(given)
        return f"{found[1].upper()}-{found[2].lower()}" if found else given


A_PLAN, A_REVIEW, A_CASE, AN_ID = CaseName("plan"), CaseName("review"), CaseName("either"), Id()
A_KNOWN_PLAN = CaseName("known_plan")
PLAN = click.argument("ref", metavar="REF", type=A_PLAN)
REVIEW = click.argument("review_id", metavar="REVIEW", type=A_REVIEW)


def say_names_as_they_stand(command: click.Command, context: click.Context) -> None:
    """Put the names of cases among a command's values as the log has them, once the store and who records are known."""
    for param in command.params:
        given = context.params.get(param.name or "")
        if isinstance(param.type, CaseName) and given:
            context.params[param.name or ""] = _as_they_stand(context.obj, param.type.what, given)


def _as_they_stand(session: "Session", what: What, given: Any) -> Any:
    from arflow.lists.case_names import CaseNames

    names = CaseNames(session.app_to_change, lambda: session.asking)
    meant = {"plan": names.plan, "known_plan": names.known_plan, "review": names.review, "either": names.either}[what]
    return tuple(map(meant, given)) if isinstance(given, tuple) else meant(given)
