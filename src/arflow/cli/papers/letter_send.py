"""`arflow letter send`: a letter of the law to everybody who must have it, and the act that it is."""

from typing import TYPE_CHECKING, Any

import click

from arflow.cli.case_names import A_CASE, AN_ID
from arflow.cli.options import BY, DAY_AHEAD, SKIP
from arflow.cli.post.sent_lines import desk, sent_document, show_sent
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.events import OUTCOMES, ROLES
from arflow.words import in_words

if TYPE_CHECKING:
    from arflow.figures.rendering.console import Console
    from arflow.post.outgoing.send_now import Sent

ANSWER_BY = click.option(
    "--answer-by", type=DAY_AHEAD, help="With cease_consultation: the day by which an answer is wanted."
)


@click.command(cls=Command)
@click.argument("case", metavar="REVIEW|PLAN", type=A_CASE)
@click.argument("letter", metavar="LETTER")
@click.option(
    "--to", metavar="N-…", type=AN_ID, multiple=True, help="A copy to this person of the case too. Repeatable."
)
@click.option(
    "--document", "documents", metavar="SHA256", multiple=True, help="A kept document to enclose. Repeatable."
)
@click.option("--no-evidence", is_flag=True, help="Nothing supports the amendments beyond the report.")
@click.option(
    "--again", is_flag=True, help="With amendment_notice: other amendments in place of those proposed before."
)
@click.option("--reasons", metavar="TEXT", help="The reasons that the letter gives. Kept with the letter only.")
@ANSWER_BY
@click.option("--recommendation", type=click.Choice(OUTCOMES), help="With report_cover: what the report recommends.")
@click.option("--differing", type=click.Choice(ROLES), multiple=True, help="With report_cover: who differs from it.")
@click.option(
    "--incomplete-because",
    metavar="TEXT",
    help="With final_plan: why it goes though arflow has not found in it all that the law asks. Recorded.",
)
@BY
@SKIP
@click.pass_obj
def send(session: Session, /, *, case: str, letter: str, **given: Any) -> None:
    """Write a letter for everybody who must have it, queue it with its enclosures, and send it.

    Its act, such as the notification of a decision, is recorded when all of those have left: what goes by post, when an
    officer says that it was posted. With a PLAN, amendment_notice, final_plan and not_amend are those of an amendment without a
    review (SEND Regs 2014 r.28), unless its review waits for the letter.

    \b
    Example:
      arflow letter send R-2026-000001 decision_maintain --reasons "The outcomes still fit."
      arflow letter send R-2026-000001 amendment_notice --document 5f0c… --document 9a41… --no-evidence
      arflow letter send P-1001 not_amend --reasons "The plan still fits."
    """
    from arflow.post.outgoing.enclosures import Issuing
    from arflow.post.outgoing.plan_letters import review_of_letter
    from arflow.post.outgoing.plan_letters_sent import issue_on_plan
    from arflow.post.outgoing.statutory_letters import issue, notice_is_missing

    at, issuing = desk(session), Issuing(**given)
    kind = at.stationery.letter(letter)
    review_id = review_of_letter(session.app, kind, case) if session.app.is_plan(case) else case
    if review_id is None:
        sent = issue_on_plan(session.app, case, letter, issuing, at)
        about = {"review": None, "plan": case, "letter": letter, "state": None, "warning": None}
        session.emit(about | {"sent": sent_document(sent)}, lambda out: show_sent(out, sent))
        return
    sent = issue(session.app, review_id, letter, issuing, at)
    warning = notice_is_missing(session.app, review_id) if letter == "decision_amend" else ""
    review = session.app.review(review_id)
    about = {"review": review_id, "plan": review.plan, "letter": letter, "state": review.state}
    document = about | {"warning": warning or None, "sent": sent_document(sent)}
    session.emit(document, lambda out: _show(out, sent, review.state, warning))


@click.command(cls=Command)
@click.argument("name", metavar="ID", type=AN_ID)
@BY
@click.pass_obj
def approve(session: Session, /, name: str) -> None:
    """Approve a letter that another officer made and that awaits approval (D-… or M-…): it leaves at once.

    `arflow outbox list --state to_approve` lists them, and `arflow outbox show` shows what one says. To send it back instead:
    `arflow outbox cancel`.

    \b
    Example:
      arflow letter approve D-0123456789ab --by "Second Officer"
    """
    from arflow.post.outgoing.outbox_acts import approve as let_leave
    from arflow.post.outgoing.send_now import deliver_now

    sent = deliver_now(session.app, let_leave(session.app, name, session.post.settings), session.post)
    session.emit({"sent": sent_document(sent)}, lambda out: show_sent(out, sent))


def _show(out: "Console", sent: "Sent", state: str, warning: str) -> None:
    show_sent(out, sent)
    out.print(f"The review is now: {in_words(state)}.")
    if warning:
        out.print(warning, soft_wrap=True)
