"""`arflow review conduct`: how the meeting went, and what its record does not address."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from arflow.case.review_commands import RecordConduct
from arflow.cli.case_names import REVIEW
from arflow.cli.options import recorded
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.cli.terminal import say
from arflow.errors import InvalidValue, MissingValue
from arflow.events import AdulthoodArea, PersonalBudget, Progress, Views

if TYPE_CHECKING:
    from arflow.case.review import AnnualReview
    from arflow.post.meeting.plan_reviewed import Found

PROGRESS: tuple[Progress, ...] = get_args(Progress)
_SAID = ("views", "areas", "personal_budget", "documents")


class Towards(click.ParamType[Any]):
    """An outcome of the plan and the progress towards it, such as E1=achieved."""

    name = "OUTCOME=CODE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Progress]:
        item, given, code = str(value).partition("=")
        if not given or not item or code not in PROGRESS:
            self.fail(f"{value}: write it as E1=achieved; there are {', '.join(PROGRESS)}", param, ctx)
        return item, code


@click.command(cls=Command)
@REVIEW
@click.option(
    "--progress",
    type=Towards(),
    multiple=True,
    help=f"Progress towards an outcome of the plan, once for each: {', '.join(PROGRESS)}.",
)
@click.option(
    "--views", type=click.Choice(get_args(Views)), multiple=True, help="Whose views were given, and how. Repeatable."
)
@click.option(
    "--adulthood",
    "areas",
    type=click.Choice(get_args(AdulthoodArea)),
    multiple=True,
    help="From Year 9: what of preparing for adulthood was reviewed (SEND Regs 2014 r.20(6)). Repeatable.",
)
@click.option("--personal-budget", type=click.Choice(get_args(PersonalBudget)), help="What the meeting said about one.")
@click.option("--document", "documents", metavar="SHA256", multiple=True, help="A document that is kept already.")
@click.option(
    "--file",
    "files",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    multiple=True,
    help="Views or evidence to keep with it. Repeatable.",
)
@recorded
@click.pass_obj
def conduct(
    session: Session,
    /,
    *,
    review_id: str,
    progress: tuple[tuple[str, Progress], ...],
    files: tuple[Path, ...],
    **facts: Any,
) -> None:
    """Record how the meeting went (default day: the meeting's), and say what that leaves out. The latest counts.

    \b
    Example:
      arflow review conduct R-2026-000001 --progress E1=achieved --progress E2=on_track --views child_gave_views
      arflow review conduct R-2026-000001 --adulthood employment --adulthood health --personal-budget discussed
    """
    if not any((progress, files, *(facts[name] for name in _SAID))):
        raise MissingValue("--progress, --views, --adulthood, --personal-budget or --file", "say how the meeting went")
    app = session.app
    found = found_of(session, app.review(review_id))
    _check_known(progress, found.outcomes)
    outcomes, codes = tuple(item for item, _ in progress), tuple(code for _, code in progress)
    command = RecordConduct(outcomes=outcomes, progress=codes, **facts)
    if files or command.documents:
        from arflow.post.keeping.files_of_acts import act_with_files

        done = act_with_files(app, review_id, command, session.documents, kind="evidence", files=files)
    else:
        done = app.act(review_id, command)
    review = app.review(review_id)
    document = {"id": done.id, "state": done.state, "event": done.event, "on": done.on, "gaps": found.gaps(review)}
    session.emit(document, lambda out: out.print(f"{done.id}: {done.event} on {done.on} → {done.state}"))
    say_gaps(found, review)


def _check_known(progress: tuple[tuple[str, Progress], ...], outcomes: tuple[str, ...] | None) -> None:
    for item, _ in progress:
        if outcomes is not None and item not in outcomes:
            raise InvalidValue("--progress", item, f"an outcome of the plan's text ({', '.join(outcomes)})", outcomes)


def say_gaps(found: "Found", review: "AnnualReview") -> None:
    """Say on stderr what a review's record does not address."""
    for gap in found.gaps(review):
        say(str(gap), err=True)


def found_of(session: Session, review: "AnnualReview") -> "Found":
    """What the meeting of a review had before it; an unreadable plan text is reported on stderr."""
    from arflow.post.meeting.plan_reviewed import found_by_the_meeting

    found = found_by_the_meeting(session.app, lambda: session.documents, review)
    if found.trouble:
        say(found.trouble, err=True)
    return found
