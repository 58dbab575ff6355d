"""`arflow due` and `why`: what to do, and why it is due."""

from datetime import date
from typing import Any

import click

from arflow.case.turns import HOLDERS
from arflow.cli.case_names import A_CASE
from arflow.cli.lists.unreadable_rows import UNREADABLE, Row, due_item
from arflow.cli.lists.unreadable_rows import wanted as shown_of
from arflow.cli.options import DAY, DAY_AHEAD, WITHIN
from arflow.cli.output import table
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.words import in_words

_SHOWN_ON_A_TERMINAL = 60


@click.command(cls=Command)
@click.option("--on", type=DAY_AHEAD, help="The day the list is for (default: today).")
@click.option(
    "--within",
    type=WITHIN,
    metavar="PERIOD",
    help="Only what falls due within 10d, 4w …; late items always show.",
)
@click.option("--setting", metavar="URN")
@click.option("--coordinator", metavar="NAME")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice(("overdue", "contested", "due_soon", "running", "missed", "not_started", UNREADABLE)),
    help="May be given several times.",
)
@click.option("--holder", type=click.Choice(HOLDERS), help="Who acts next; `nobody` lists cases without anyone.")
@click.option("--decided-not-told", is_flag=True, help="Only cases decided of which nobody has been told.")
@click.option("--limit", type=int, metavar="N", help="At most so many rows.")
@click.pass_obj
def due(session: Session, /, on: date | None, limit: int | None, **wanted: Any) -> None:
    """List the acts outstanding, most urgent first: the Monday-morning list.

    A row is one act of a case. Its last day is that of the earliest duty that the act meets; the others stand beside it.

    A case that this arflow cannot read comes before all others: its state is `unreadable`, and `reason` says why.

    \b
    Example:
      arflow due --within 4w --coordinator "A. Officer"
    """
    today = on or session.app.today
    cases = shown_of(session.asking.unreadable(), wanted["states"])
    items = [*map(due_item, cases), *session.asking.due(today, **wanted)]
    shown = items if limit is None else items[:limit]
    session.emit(shown, lambda out: _due_page(out, shown, len(items), limit))


def _due_page(out: Any, items: list[Any], total: int, limit: int | None) -> None:
    from arflow.cli.case.case_view import state_text

    drawn = items[:_SHOWN_ON_A_TERMINAL] if out.is_terminal and limit is None else items
    rows = [
        _unreadable(item)
        if isinstance(item, dict)
        else (
            item.due or "not known",
            _slack(item.slack),
            state_text(item.state),
            item.plan,
            item.review or "none open",
            in_words(item.act) + (" (decided, not told)" if item.decided_not_told else ""),
            item.limits,
            _short(item.owner),
            item.holder,
            item.coordinator,
            item.reason or ("" if item.quality == "known" else f"day {item.quality}"),
        )
        for item in drawn
    ]
    heads = ("Last day", "Days", "State", "Plan", "Review", "Act", "Limit", "Whose", "Next", "Coordinator", "")
    table(out, heads, rows, empty="Nothing is outstanding.")
    if len(drawn) < total:
        out.print(f"{len(drawn)} of {total} shown; narrow the list with --within, --coordinator, --state or --limit.")


def _unreadable(item: Row) -> tuple[object, ...]:
    return ("not known", "", "cannot be read", item["plan"], *[""] * 6, item["reason"])


def _short(owner: str) -> str:
    return "LA" if owner == "local authority" else owner


def _slack(days: int | None) -> str:
    if days is None:
        return ""
    return f"{-days} late" if days < 0 else "today" if days == 0 else f"{days} left"


@click.command(cls=Command)
@click.argument("case", metavar="REVIEW|PLAN", type=A_CASE)
@click.argument("duty")
@click.option("--law-known-at", type=DAY, help="Read the law as it was known on a day, before a later judgment.")
@click.pass_obj
def why(session: Session, /, case: str, duty: str, law_known_at: date | None) -> None:
    """Prove one deadline: the facts with their events, the rule, its citation and the counting.

    DUTY may be an act that is to be done, such as decide: then each duty that it meets is proved.

    \b
    Example:
      arflow why R-2026-000001 decision
      arflow why R-2026-000001 decide
    """
    proof = session.app.why(case, duty.replace("-", "_"), law_known_at)
    session.emit(proof, lambda out: out.print("\n".join(proof.lines), soft_wrap=True))
