"""`arflow letter send`: a letter of the law to everybody who must have it, and the act that it is."""

from typing import TYPE_CHECKING, Any

import click

from arflow.cli.case_names import A_CASE, AN_ID
from arflow.cli.options import BY, DAY_AHEAD, SKIP
from arflow.cli.post.sent_lines import desk, sent_document, show_sent
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.errors import NotPossible
from arflow.events import OUTCOMES, ROLES
from arflow.words import in_words

if TYPE_CHECKING:
    from arflow.figures.rendering.console import Console
    from arflow.post.outgoing.send_now import Sent

_BY_HAND = (
    "plan {plan} has no open review, and arflow sends the letters of a review: make this one with "
    "`arflow letter make {plan} {letter}`, send it yourself, and record it with `arflow plan {record}`"
)
# The command that records a letter outside a review.
_RECORDED_WITH = {
    "amendment_notice": "notice {plan}",
    "final_plan": "amend {plan} --because without_review",
    "not_amend": "not-amend {plan}",
    "institution_consultation": "consult {plan} --institution URN",
    "moved_in": "told-of-transfer {plan}",
}
ANSWER_BY = click.option(
    "--answer-by", type=DAY_AHEAD, help="With cease_consultation: the day by which an answer is wanted."
)


@click.command(cls=Command)
@click.argument("case", metavar="REVIEW", type=A_CASE)
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
@BY
@SKIP
@click.pass_obj
def send(session: Session, /, *, case: str, letter: str, **given: Any) -> None:
    """Write a letter for everybody who must have it, queue it with its enclosures, and send it.

    Its act, such as the notification of a decision, is recorded when all of those have left: what goes by post, when an
    officer says that it was posted.

    \b
    Example:
      arflow letter send R-2026-000001 decision_maintain --reasons "The outcomes still fit."
      arflow letter send R-2026-000001 amendment_notice --document 5f0c… --document 9a41… --no-evidence
    """
    from arflow.post.outgoing.statutory_letters import Issuing, issue, notice_is_missing

    review_id = session.app.review_under_way(case) if session.app.is_plan(case) else case
    if review_id is None:
        raise _no_review(letter, case)
    sent = issue(session.app, review_id, letter, Issuing(**given), desk(session))
    warning = notice_is_missing(session.app, review_id) if letter == "decision_amend" else ""
    review = session.app.review(review_id)
    document = {"review": review_id, "letter": letter, "state": review.state, "warning": warning or None}
    session.emit(document | {"sent": sent_document(sent)}, lambda out: _show(out, sent, review.state, warning))


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


def _no_review(letter: str, plan: str) -> NotPossible:
    """The refusal of a letter on a plan without an open review, with the way on."""
    if letter not in _RECORDED_WITH:
        return NotPossible(
            f"plan {plan} has no open review: open one with `arflow review open {plan}`, or name one of "
            f"`arflow review list --plan {plan}`"
        )
    return NotPossible(_BY_HAND.format(letter=letter, plan=plan, record=_RECORDED_WITH[letter].format(plan=plan)))


def _show(out: "Console", sent: "Sent", state: str, warning: str) -> None:
    show_sent(out, sent)
    out.print(f"The review is now: {in_words(state)}.")
    if warning:
        out.print(warning, soft_wrap=True)
