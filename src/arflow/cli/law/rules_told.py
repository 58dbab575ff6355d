"""An act on the rules as the command line takes and tells it: what it moves, then the act, then what was dated again."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from arflow.cli.figures.moved_lines import moved_document, moved_lines
from arflow.cli.output import progress, table
from arflow.cli.session import Session
from arflow.events.of_rules import (
    BankHolidayEntered,
    DefinitionPublished,
    ReadingChosen,
    RulesActWithdrawn,
    ServiceTableEntered,
    TermsEntered,
)
from arflow.words import counted

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow
    from arflow.application.rules_acts import Drafted
    from arflow.daily.service_days import Redating
    from arflow.events.of_rules import AnyRulesAct

DRY_RUN = click.option("--dry-run", is_flag=True, help="Only say what it would move; record nothing.")


def rules_act(session: Session, draft: "Callable[[Arflow], Drafted]", *, reason: str, dry_run: bool) -> None:
    """Say what an act moves; unless it is a dry run, record it, and date again what was sent and is still open."""
    from arflow.application.rules_acts import record
    from arflow.figures.impact.preview import of_rules

    app = session.app_to_change
    drafted = draft(app)
    with progress("Counting") as watching:
        preview = of_rules(app, drafted, watching)
    act = None if dry_run else record(app, drafted, reason)
    redated = [] if dry_run else _dated_again(session)
    document = {
        "act": act.name if act else None,
        "number": act.number if act else None,
        "about": drafted.about,
        "dry_run": dry_run,
        **moved_document(preview),
        "redated": redated,
    }
    head = f"{act.number}: {act.name}. {drafted.about}" if act else f"Nothing was recorded. {drafted.about}"
    session.emit(document, lambda out: out.print("\n".join((head, *moved_lines(preview), *_redated_lines(redated)))))
    session.say_left_out(preview.left_out)


def _dated_again(session: Session) -> "list[Redating]":
    """What was sent and is still open, dated by the table and the calendar as they now are; the lists follow."""
    from arflow.daily.service_days import redate, redatings
    from arflow.lists.questions import Asking
    from arflow.papers.letters.papers_files import PapersFiles

    app = session.app_to_change
    serving = PapersFiles.of(app.catalogue, app.rules.read()).current().served_on
    asking = Asking(app)
    asking.catch_up()
    done = [one for one in redatings(app, asking, serving) if redate(app, one, serving)]
    asking.catch_up()
    return done


def _redated_lines(found: "list[Redating]") -> Iterator[str]:
    if found:
        yield f"Dated again: {counted(len(found), 'letter')} that was sent and is still open."
        yield from (f"  {one.review} {one.step}: served {one.before} → {one.after}" for one in found)


def rules_page(session: Session) -> None:
    """Print every act on the rules, and the definition and readings in force today."""
    app = session.app
    rules, names = app.rules.read(), app.directory.officer_names()
    standing = {act.number for act in rules.standing}
    rows = [
        {
            "number": act.number,
            "act": act.name,
            "what": told(act),
            "from": getattr(act, "starts", None),
            "by": names.get(act.recorded_by, act.recorded_by),
            "recorded_at": act.recorded_at,
            "reason": app.directory.read_note(act.reason) if act.reason else None,
            "counts": act.number in standing,
        }
        for act in rules.acts
    ]
    current = app.current_workflow()
    document = {
        "today": app.today,
        "workflow": current.id,
        "sha256": current.sha256,
        "readings": {name: option for name, (option, _) in rules.readings(app.today).items()},
        "bank_holidays": rules.bank_holidays,
        "terms": rules.terms,
        "services": rules.services,
        "acts": rows,
    }
    heads = ("", "Act", "What", "From", "By", "Recorded", "Reason", "Counts")
    lines = [
        (
            *list(row.values())[:5],
            f"{row['recorded_at']:%Y-%m-%d}",
            row["reason"] or "",
            "yes" if row["counts"] else "no",
        )
        for row in rows
    ]
    session.emit(
        document, lambda out: table(out, heads, lines, empty="", title=f"Reviews are opened under {current.id}")
    )


def told(act: "AnyRulesAct") -> str:
    """What an act says, in a few words."""
    match act:
        case DefinitionPublished():
            return f"{act.definition} {act.sha256[:12]}…"
        case ReadingChosen():
            return ", ".join(f"{name}={str(option).lower()}" for name, option in act.settings.items())
        case BankHolidayEntered():
            return f"{act.day} {act.citation}".strip()
        case TermsEntered():
            return ", ".join(f"{term.name}={term.starts}" for term in act.terms)
        case ServiceTableEntered():
            return ", ".join(f"{one.channel}={one.working_days} ({one.citation})" for one in act.services)
        case RulesActWithdrawn():
            return f"number {act.of}"
