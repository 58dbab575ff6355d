"""`arflow review invite`: invite people to the meeting, by arflow itself or by other means."""

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

import click

from arflow import commands
from arflow.cli.base import SERVED_ON, Command, Session, emit_done, recorded
from arflow.cli.sent import desk, sent_document, show_sent
from arflow.errors import MissingValue
from arflow.events import CHANNELS, ROLES, Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from arflow.correspondence.inviting import Inviting
    from arflow.correspondence.sending import Sent


class Clock(click.ParamType[time]):
    """A time of day written HH:MM."""

    name = "HH:MM"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> time:
        if isinstance(value, time):
            return value
        try:
            return datetime.strptime(value, "%H:%M").time()  # noqa: DTZ007  a time of day, not a moment
        except ValueError:
            self.fail(f"{value} is not a time: write it as HH:MM, such as 14:00", param, ctx)


def meeting_options(command: "Callable[..., Any]") -> "Callable[..., Any]":
    """When on its day and where the meeting is: kept in what is sent, not in the log."""
    for option in (
        click.option("--place", metavar="TEXT", help="Where the meeting is."),
        click.option("--ends", type=Clock(), help="When it ends."),
        click.option("--time", "--starts", "starts", type=Clock(), help="When the meeting starts, in London."),
    ):
        command = option(command)
    return command


@click.command(cls=Command)
@click.argument("review_id", metavar="REVIEW")
@click.option("--role", "roles", type=click.Choice(ROLES), multiple=True, help="Who was invited by other means.")
@click.option("--channel", type=click.Choice(CHANNELS), default="email", show_default=True, help="With --role.")
@SERVED_ON
@click.option("--send", "sending", is_flag=True, help="Work out whom to invite, and invite them.")
@click.option("--preview", is_flag=True, help="Say whom --send would invite and who is missing; nothing is sent.")
@meeting_options
@click.option("--also", metavar="N-…", multiple=True, help="Invite this person of the case too, such as the child.")
@click.option("--without", metavar="N-…", multiple=True, help="Leave this person out.")
@recorded
@click.pass_obj
def invite(
    session: Session,
    /,
    *,
    review_id: str,
    roles: tuple[Role, ...],
    channel: Any,
    sending: bool,
    preview: bool,
    starts: time | None,
    ends: time | None,
    place: str | None,
    also: tuple[str, ...],
    without: tuple[str, ...],
    **facts: Any,
) -> None:
    """Invite everybody who must and should be, by email or letter with a calendar file; or record who was invited otherwise.

    \b
    Example:
      arflow review invite R-2026-000001 --send --time 14:00 --ends 15:30 --place "Anytown School"
      arflow review invite R-2026-000001 --role parent --role setting --role la_sen --role health --role la_social_care
    """
    if not (sending or preview):
        if not roles:
            raise MissingValue("--send or --role", "invite with --send, or say with --role who was invited", ROLES)
        facts["served_on"] = facts["served_on"] or session.deemed_served(channel, facts["on"])
        emit_done(session, session.app.act(review_id, commands.Invite(roles=roles, channel=channel, **facts)))
        _say_who_is_missing(session, review_id)
        return
    if roles or any(facts.values()):
        raise click.UsageError(
            "--send finds out whom to invite, today: leave out --role, --on, --served-on and --evidence"
        )
    from arflow.correspondence.inviting import inviting
    from arflow.correspondence.meeting import meeting_of

    meeting = meeting_of(session.app, review_id, starts=starts, ends=ends, place=place)
    found = inviting(session.app, review_id, also=also, without=without)
    sent = None
    if found.to_invite and not preview:
        from arflow.correspondence.invitations import invite as send_invitations

        sent = send_invitations(session.app, found, meeting, desk(session))
    emit_invited(session, found, sent)


def emit_invited(session: Session, found: "Inviting", sent: "Sent | None") -> None:
    """Say whom the invitations are for, who is missing by which paragraph, and whether there is time."""
    document = {
        "review": found.review,
        "meeting_on": found.meeting_on,
        "to_invite": [{"person": one.person.id, "role": one.role, "channel": one.channel} for one in found.to_invite],
        "invited_before": found.invited,
        "unreached": [{"person": one.person.id, "role": one.role, "why": one.why} for one in found.unreached],
        "missing": found.missing,
        "notice": found.notice,
        "warning": found.notice.warning if found.notice else "",
        "sent": sent_document(sent) if sent else None,
    }
    session.emit(document, lambda out: _show(out, found, sent))


def _show(out: "Console", found: "Inviting", sent: "Sent | None") -> None:
    if sent is not None:
        show_sent(out, sent)
    elif found.to_invite:
        for one in found.to_invite:
            out.print(f"To invite by {one.channel}: {one.role.replace('_', ' ')} ({one.person.id})", soft_wrap=True)
    else:
        out.print("Nobody is left to invite.")
    for one in found.unreached:
        out.print(f"Not reached: {one.role.replace('_', ' ')} ({one.person.id}): {one.why}", soft_wrap=True)
    for missing in found.missing:
        out.print(f"Missing: {missing.title} ({missing.citation}): {missing.why}", soft_wrap=True)
    if found.notice and found.notice.warning:
        out.print(found.notice.warning, soft_wrap=True)


def _say_who_is_missing(session: Session, review_id: str) -> None:
    found = session.app.review(review_id)
    missing = [
        f"{invitee.title} ({invitee.citation})"
        for invitee in session.app.workflow(found.workflow).invitees_of(found.kind)
        if invitee.word == "must" and not found.invited_on(invitee.roles)
    ]
    if missing:
        click.echo("Not yet invited: " + "; ".join(missing), err=True)


COMMANDS = (invite,)
