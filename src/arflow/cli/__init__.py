"""The command line: parse, one call, print. Results on stdout, talk on stderr."""

import atexit
import gc
import sys

import click

from arflow.cli import bugs
from arflow.cli.options import DAY
from arflow.cli.root import Root
from arflow.cli.session import Session
from arflow.cli.signals import end_on_signals

# A command makes a quarter of a million objects while it starts, of which nothing can be taken away yet.
_OBJECTS_BEFORE_GARBAGE = 250_000

COMMANDS = {
    "init": "arflow.cli.store.store:init",
    "info": "arflow.cli.store.store:info",
    "rebuild": "arflow.cli.store.store:rebuild",
    "verify": "arflow.cli.proof.verify:verify",
    "backup": "arflow.cli.store.backup:backup",
    "restore": "arflow.cli.store.backup:restore",
    "store": "arflow.cli.store.copies:store",
    "archive": "arflow.cli.proof.archive:archive",
    "checkpoint": "arflow.cli.proof.checkpoint:checkpoint",
    "evidence": "arflow.cli.proof.evidence:evidence",
    "plan": "arflow.cli.case.plan:plan",
    "import": "arflow.cli.case.import_guess:import_",
    "sheet": "arflow.cli.case.working_sheet:sheet",
    "people": "arflow.cli.case.people:people",
    "review": "arflow.cli.case.review:review",
    "undo": "arflow.cli.case.undo:undo",
    "lateness": "arflow.cli.case.lateness:lateness",
    "letter": "arflow.cli.papers.letter:letter",
    "form": "arflow.cli.papers.form:form",
    "document": "arflow.cli.papers.document:document",
    "amend": "arflow.cli.papers.amend:amend",
    "retention": "arflow.cli.papers.retention:retention",
    "inbox": "arflow.cli.post.inbox:inbox",
    "outbox": "arflow.cli.post.outbox:outbox",
    "tick": "arflow.cli.daily.tick:tick",
    "terms": "arflow.cli.planning.terms:terms",
    "termly-list": "arflow.cli.planning.term_lists:termly_list",
    "caseload": "arflow.cli.planning.caseload:caseload",
    "year-plan": "arflow.cli.planning.year_plan:year_plan",
    "due": "arflow.cli.lists.due:due",
    "find": "arflow.cli.lists.find:find",
    "why": "arflow.cli.lists.due:why",
    "log": "arflow.cli.proof.log:log",
    "audit": "arflow.cli.proof.audit:audit",
    "report": "arflow.cli.figures.report:report",
    "sen2": "arflow.cli.sen2.sen2:sen2",
    "inspection": "arflow.cli.sen2.inspection:inspection",
    "impact": "arflow.cli.figures.impact:impact",
    "demo": "arflow.cli.demo:demo",
    "workflow": "arflow.cli.law.workflow:workflow",
    "rules": "arflow.cli.law.rules:rules",
}


@click.group(cls=Root, lazy=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--store",
    envvar="ARFLOW_STORE",
    default="sqlite:///arflow.db",
    show_default=True,
    metavar="URL",
    help="The store: sqlite:///path or postgresql://…  [env: ARFLOW_STORE]",
)
@click.option(
    "--today",
    envvar="ARFLOW_TODAY",
    type=DAY,
    help="The day it is, for training and tests. When facts were recorded stays true.  [env: ARFLOW_TODAY]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document; refusals as JSON on stderr.")
@click.option(
    "--log",
    envvar="ARFLOW_LOG",
    type=click.Choice(("debug", "info", "warning")),
    help="Say on stderr what is done; JSON lines where stderr is no terminal.  [env: ARFLOW_LOG]",
)
@click.option("--no-pager", is_flag=True, help="Print long lists without a pager; PAGER names the one to use.")
@click.version_option(package_name="arflow")
@click.pass_context
def cli(
    context: click.Context, /, *, store: str, today: object, as_json: bool, log: str | None, no_pager: bool
) -> None:
    """Run, record and prove the annual reviews of EHC plans.

    \b
    Example:
      arflow init
      arflow plan add P-1001 --first-made 2025-09-12 --setting 123456
      arflow due
    """
    if log:
        from arflow.logs import to_stderr

        to_stderr(log)
    context.obj = Session(store=store, today=today, as_json=as_json, paged=not no_pager)  # type: ignore[arg-type]
    context.call_on_close(context.obj.close)


def main() -> None:
    """Start the command line."""
    gc.set_threshold(_OBJECTS_BEFORE_GARBAGE)
    atexit.register(gc.freeze)  # looking for garbage once more before all goes takes a quarter of a short command
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    bugs.hook()
    end_on_signals()
    cli(prog_name="arflow")
