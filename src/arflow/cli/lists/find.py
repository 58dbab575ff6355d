"""`arflow find`: the case of a child by a name; the directory of people has names, the log never."""

from typing import Any

import click

from arflow.cli.lists.unreadable_rows import UNREADABLE
from arflow.cli.options import listed
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.words import in_words

_HEADS = ("Name", "Role", "Plan", "Review", "Review due", "Setting", "Year", "Coordinator")


@click.command(cls=Command)
@click.argument("name", nargs=-1, required=True)
@listed
@click.pass_obj
def find(session: Session, /, name: tuple[str, ...]) -> None:
    """Find cases by the name of a child, a parent or anybody else in them; the beginnings of names will do.

    Capitals and accents make no difference. It looks in the directory of people, and writes nothing down.

    \b
    Example:
      arflow find wren hal
    """
    found = session.app.people.named(" ".join(name))
    plans = {plan["ref"]: plan for plan in session.asking.plans_of({one.plan for one in found})}
    documents = [_document(one, plans.get(one.plan, {})) for one in found]
    empty = "Nobody in the directory of people is called so."
    session.emit_list(documents, lambda: (_HEADS, [_row(one) for one in documents]), empty=empty)


def _document(person: Any, plan: dict[str, Any]) -> dict[str, Any]:
    listed = {
        name: plan.get(name) for name in ("state", "open_review", "setting", "nc_year", "coordinator", "review_due")
    }
    document = {"person": person.id, "name": person.name, "role": person.role, "plan": person.plan, **listed}
    return document if plan else {**document, "state": UNREADABLE}


def _row(one: dict[str, Any]) -> tuple[object, ...]:
    return (
        one["name"],
        in_words(one["role"]),
        one["plan"],
        one["open_review"] or ("none open" if one["state"] == "maintained" else one["state"]),
        one["review_due"],
        one["setting"],
        one["nc_year"],
        one["coordinator"],
    )
