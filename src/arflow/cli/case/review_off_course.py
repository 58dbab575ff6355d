"""`arflow review notice-again …`: what changes a review's usual course, each with its own clock or with none."""

from typing import Any

import click

from arflow.case import amendment_commands
from arflow.cli.case.review_acts import act, ask_what_is_named, send, sent
from arflow.cli.case_names import REVIEW
from arflow.cli.options import DAY_AHEAD, REASON, SERVED_ON, recorded
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.events import OUTCOMES


@click.command("notice-again", cls=Command)
@REVIEW
@SERVED_ON
@sent
@recorded
@click.pass_obj
def notice_again(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record that other amendments were sent in place of those proposed (SEND Regs 2014 r.22(2)).

    The family has 15 days from it, and it has eight weeks of its own; those of the first notice run on.

    \b
    Example:
      arflow review notice-again R-2026-000001 --on 2026-08-04
    """
    facts["served_on"] = facts["served_on"] or session.deemed_served(facts["channel"], facts["on"])
    send(session, review_id, amendment_commands.SendNoticeAgain(**facts))


@click.command("withdraw-notice", cls=Command)
@REVIEW
@REASON
@recorded
@click.pass_obj
def withdraw_notice(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record that the proposed amendments were taken back: send others, or decide not to amend, within its eight weeks.

    \b
    Example:
      arflow review withdraw-notice R-2026-000001 --on 2026-07-20 --reason "Section F of another draft"
    """
    act(session, review_id, amendment_commands.WithdrawNotice(**facts))


@click.command("agree-time", cls=Command)
@REVIEW
@click.option("--until", "agreed_until", type=DAY_AHEAD, required=True, help="The last day that the family has.")
@recorded
@click.pass_obj
def agree_time(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record that the family has more time for representations than 15 days; the eight weeks run on.

    \b
    Example:
      arflow review agree-time R-2026-000001 --until 2026-08-07 --on 2026-07-24
    """
    act(session, review_id, amendment_commands.AgreeMoreTime(**facts))


@click.command("change-decision", cls=Command)
@REVIEW
@click.option("--outcome", type=click.Choice(OUTCOMES), required=True)
@REASON
@sent
@recorded
@click.pass_obj
def change_decision(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record that you decided otherwise after the decision was notified, and told the family and the setting.

    The first decision completed the review; the time to appeal runs from this one. Before you tell anybody, decide again
    with `arflow review decide`; after a notice, use `issue` or `not-amend`.

    \b
    Example:
      arflow review change-decision R-2026-000001 --outcome maintain --on 2026-07-20 --reason "New advice from health"
    """
    send(session, review_id, amendment_commands.ChangeDecision(**facts))
    ask_what_is_named(session, review_id)


@click.command(cls=Command)
@REVIEW
@REASON
@sent
@recorded
@click.pass_obj
def reissue(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record that the final plan was sent once more, corrected; the time to appeal runs from this notice.

    What changes more than a mistake is an amendment of its own: `arflow plan notice`.

    \b
    Example:
      arflow review reissue R-2026-000001 --on 2026-09-10 --reason "Section I named the wrong school"
    """
    send(session, review_id, amendment_commands.ReissueFinalPlan(**facts))


@click.command(cls=Command)
@REVIEW
@REASON
@recorded
@click.pass_obj
def pause(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record that nobody works on the review, and why; the law knows no pause, so every clock runs on.

    \b
    Example:
      arflow review pause R-2026-000001 --on 2026-07-20 --reason "The family asked to wait for the school's visit"
    """
    act(session, review_id, amendment_commands.PauseReview(**facts))


@click.command(cls=Command)
@REVIEW
@recorded
@click.pass_obj
def resume(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record that work on a paused review goes on.

    \b
    Example:
      arflow review resume R-2026-000001 --on 2026-09-03
    """
    act(session, review_id, amendment_commands.ResumeReview(**facts))


@click.command("light-route", cls=Command)
@REVIEW
@click.option(
    "--not-taken", "taken", flag_value=False, default=True, type=bool, help="After all it does not go that way."
)
@REASON
@recorded
@click.pass_obj
def light_route(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record that the review goes by a light route, as a progress review without amendment, and why for this child.

    Every duty stays. `arflow report amendments` counts the reviews that went this way.

    \b
    Example:
      arflow review light-route R-2026-000001 --reason "Every outcome on track; family and school ask for no change"
    """
    act(session, review_id, amendment_commands.RecordLightRoute(**facts))


COMMANDS = (notice_again, withdraw_notice, agree_time, change_decision, reissue, pause, resume, light_route)
