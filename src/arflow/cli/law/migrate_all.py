"""`arflow workflow migrate --all`: many reviews to another definition, planned and told before they are moved."""

from arflow.cli.figures.moved_lines import moved_document, moved_lines
from arflow.cli.output import progress
from arflow.cli.session import Session
from arflow.words import counted


def migrate_all(
    session: Session, to: str, came_from: tuple[str, ...], *, reason: str, evidence: str | None, dry_run: bool
) -> None:
    """Plan the moves; unless it is a dry run, record them, and bring the lists up to date."""
    from arflow.figures.impact import moving
    from arflow.lists.follower import Progress

    with progress("Counting") as watching:
        planned = moving.plan(session.app, to, came_from, watching)
    done = None
    if not dry_run:
        with progress("Moving") as report:
            of = len(planned.reviews)
            done = moving.carry_out(session.app, planned, reason, evidence, lambda n: report(Progress(done=n, of=of)))
        session.asking.catch_up()
    staying = done.staying if done else planned.staying
    document = {
        "to": to,
        "dry_run": dry_run,
        "reviews": planned.reviews,
        "done": done.reviews if done else (),
        "staying": staying,
        **moved_document(planned.preview),
    }
    head = (
        f"{counted(len(done.reviews), 'review')} moved to {to}."
        if done
        else f"Nothing was recorded. {counted(len(planned.reviews), 'open review')} would go on under {to}."
    )
    stays = (f"{one.review} stays: {one.why}" for one in staying)
    session.emit(document, lambda out: out.print("\n".join((head, *stays, *moved_lines(planned.preview)))))
    session.say_left_out(planned.preview.left_out)
