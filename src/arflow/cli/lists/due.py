"""`arflow due` and `why`: what to do, and why it is due."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from arflow.case.turns import HOLDERS
from arflow.cli.case_names import A_CASE, A_KNOWN_PLAN
from arflow.cli.files import FORCE, check_new
from arflow.cli.lists.due_lines import drawn
from arflow.cli.lists.unreadable_rows import UNREADABLE, due_item
from arflow.cli.lists.unreadable_rows import wanted as shown_of
from arflow.cli.options import DAY, DAY_AHEAD, WITHIN, listed
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.errors import InvalidValue, NotFound

_FILES = (".csv", ".xlsx", ".html")
OVERDUE, AT_RISK = 4, 5
_EXIT_CODES = {"overdue": OVERDUE, "at risk": AT_RISK, "none": 0}


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
@click.option("--duty", metavar="DUTY|ACT", help="Only acts that meet this duty, such as decision; or this act.")
@click.option("--plan", metavar="REF", type=A_KNOWN_PLAN, help="Only this plan and its review.")
@click.option("--name", metavar="NAME", help="Only where a child or a parent is called so; the beginnings will do.")
@click.option(
    "--year", type=click.IntRange(-2, 14), metavar="N", help="Only children in this National Curriculum year."
)
@click.option("--kind", help="Only reviews of this kind: annual, early, phase_transfer …")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice(("overdue", "contested", "due_soon", "running", "missed", "not_started", UNREADABLE)),
    help="May be given several times.",
)
@click.option("--holder", type=click.Choice(HOLDERS), help="Who acts next; `nobody` lists cases without anyone.")
@click.option("--decided-not-told", is_flag=True, help="Only cases decided of which nobody has been told.")
@listed
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the whole list to this file: .csv, .xlsx or .html.",
)
@FORCE
@click.option("--check", is_flag=True, help="End with 4 where something listed is overdue, with 5 where it is at risk.")
@click.pass_context
def due(
    context: click.Context,
    /,
    *,
    on: date | None,
    plan: str | None,
    name: str | None,
    output: Path | None,
    force: bool,
    check: bool,
    **wanted: Any,
) -> None:
    """List the acts outstanding, most urgent first: the Monday-morning list.

    A line is one review, or a plan without one: its most urgent act, and the others beside it. The last day of an act is that of
    the earliest duty that it meets. With --json each act is an element of its own.

    A case that this arflow cannot read comes before all others: its state is `unreadable`, and `reason` says why.

    \b
    Example:
      arflow due --within 4w --coordinator "A. Officer"
      arflow due --duty decision --output decisions.xlsx
      arflow due --check --state overdue
    """
    from arflow.lists.due_items import by_review, risk

    session: Session = context.obj
    if output:
        _check_form(output)
        check_new(output, force=force)
    today = on or session.app.today
    plans = _plans(session, plan, name)
    cases = [
        one for one in shown_of(session.asking.unreadable(), wanted["states"]) if plans is None or one.plan in plans
    ]
    items = session.asking.due(today, plans=plans, most=None if output or check else session.most, **wanted)
    lines = by_review(items)
    if output:
        from arflow.cli.lists.due_sheet import write

        write(session, cases, lines, output, today=today, force=force)
    else:
        session.emit_list(
            [*map(due_item, cases), *items],
            lambda: drawn(cases, lines),
            empty="Nothing is outstanding.",
            total=lambda: len(cases) + session.asking.count_due(today, plans=plans, **wanted),
        )
    if check:
        context.exit(_EXIT_CODES["at risk" if cases and risk(items) == "none" else risk(items)])


def _check_form(path: Path) -> None:
    if path.suffix.lower() not in _FILES:
        raise InvalidValue("--output", path.name, f"a file that ends in {', '.join(_FILES)}", _FILES)


def _plans(session: Session, plan: str | None, name: str | None) -> set[str] | None:
    """The plans that are asked for, by reference and by the name of a child or a parent; None where neither is given."""
    if name is None:
        return None if plan is None else {plan}
    from arflow.people import FAMILY

    found = {person.plan for person in session.app.people.named(name, FAMILY)}
    if not found:
        raise NotFound("child or parent", "of that name", "see `arflow find`")
    return found if plan is None else found & {plan}


@click.command(cls=Command)
@click.argument("case", metavar="REVIEW|PLAN", type=A_CASE)
@click.argument("duty", required=False)
@click.option("--law-known-at", type=DAY, help="Read the law as it was known on a day, before a later judgment.")
@click.option(
    "--of",
    "proceeding",
    type=int,
    metavar="N",
    help="Of several orders or mediations: its number in `arflow plan show`.",
)
@click.pass_obj
def why(session: Session, /, case: str, duty: str | None, law_known_at: date | None, proceeding: int | None) -> None:
    """Prove one deadline: the facts with their events, the rule, its citation and the counting.

    DUTY may be an act that is to be done, such as decide: then each duty that it meets is proved. Without DUTY it lists every
    duty, with what its day is counted from: of the review, or of the plan and its review under way.

    \b
    Example:
      arflow why R-2026-000001 decision
      arflow why R-2026-000001 decide
      arflow why P-1001 order-amend --of 7
      arflow why P-1001
    """
    if duty is None:
        from arflow.cli.lists.duty_lines import list_duties

        list_duties(session, case, law_known_at)
        return
    proof = session.app.why(case, duty.replace("-", "_"), law_known_at, proceeding=proceeding)
    session.emit(proof, lambda out: out.print("\n".join(proof.lines), soft_wrap=True))
