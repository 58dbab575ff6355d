"""`arflow review …`, the meeting: invite people to it, move it, or call it off."""

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

import click

from arflow.case import review_commands
from arflow.cli.case.without import say_without
from arflow.cli.case_names import AN_ID, REVIEW
from arflow.cli.options import DAY_AHEAD, REASON, SERVED_ON, recorded
from arflow.cli.post.sent_lines import desk, sent_document, show_needs, show_sent, who
from arflow.cli.root import Command
from arflow.cli.session import Session, emit_done
from arflow.cli.terminal import say
from arflow.errors import MissingValue
from arflow.events import CHANNELS, INVITATION_REPLIES, ROLES, Channel, Role
from arflow.people.needs import unmet_line
from arflow.words import in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from arflow.case.review_commands import CancelReview, PostponeMeeting
    from arflow.figures.rendering.console import Console
    from arflow.post.calendars import Meeting
    from arflow.post.mail.outbox import Outgoing
    from arflow.post.meeting.invitation_plan import Inviting
    from arflow.post.outgoing.composition import Desk
    from arflow.post.outgoing.send_now import Sent


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


@click.command("answer-invitation", cls=Command)
@REVIEW
@click.option("--role", type=click.Choice(ROLES), help="Who answered; not needed with --person.")
@click.option("--person", metavar="N-…", type=AN_ID, help="Which person of the case answered.")
@click.option("--replied", type=click.Choice(INVITATION_REPLIES), required=True, help="Whether they come.")
@recorded
@click.pass_obj
def answer_invitation(
    session: Session, /, *, review_id: str, role: Role | None, person: str | None, **facts: Any
) -> None:
    """Record whether somebody invited comes to the meeting; calendar answers by email are recorded as they arrive.

    \b
    Example:
      arflow review answer-invitation R-2026-000001 --role health --replied declined
      arflow review answer-invitation R-2026-000001 --person N-1a2b3c4d --replied accepted --on 2026-05-20
    """
    from arflow.post.advice.advice_sender import role_of

    if person is not None:
        role = role_of(session.app, review_id, person, role)
    if role is None:
        raise MissingValue("--role or --person", "say who answered", ROLES)
    emit_done(session, session.app.act(review_id, review_commands.AnswerInvitation(role=role, person=person, **facts)))


@click.command(cls=Command)
@REVIEW
@click.option("--role", "roles", type=click.Choice(ROLES), multiple=True, help="Who was invited by other means.")
@click.option("--channel", type=click.Choice(CHANNELS), help="With --role: how they were invited (default: email).")
@click.option(
    "--person",
    "people",
    metavar="N-…",
    type=AN_ID,
    multiple=True,
    help="With --role: who of them, if not all. Repeatable.",
)
@SERVED_ON
@click.option("--send", "sending", is_flag=True, help="Work out whom to invite, and invite them.")
@click.option("--preview", is_flag=True, help="Say whom --send would invite and who is missing; nothing is sent.")
@meeting_options
@click.option(
    "--also", metavar="N-…", type=AN_ID, multiple=True, help="Invite this person of the case too, such as the child."
)
@click.option("--without", metavar="N-…", type=AN_ID, multiple=True, help="Leave this person out.")
@recorded
@click.pass_obj
def invite(
    session: Session,
    /,
    *,
    review_id: str,
    roles: tuple[Role, ...],
    channel: Channel | None,
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
        _refuse_unsent(starts, ends, place, also, without)
        _of_the_case(session, review_id, facts["people"])
        how = channel or "email"
        facts["served_on"] = facts["served_on"] or session.deemed_served(how, facts["on"])
        emit_done(session, session.app.act(review_id, review_commands.Invite(roles=roles, channel=how, **facts)))
        say_without(session, review_id, "invite")
        return
    if roles or channel or any(facts.values()):
        raise click.UsageError(
            "--send finds out whom to invite and how, today: leave out --role, --person, --channel, --on, "
            "--served-on and --evidence"
        )
    from arflow.post.meeting.invitation_plan import inviting
    from arflow.post.meeting.time_and_place import meeting_of

    meeting = meeting_of(session.app, review_id, starts=starts, ends=ends, place=place)
    found = inviting(session.app, review_id, also=also, without=without)
    sent = None
    if found.to_invite and not preview:
        from arflow.post.meeting.invitation_letters import invite as send_invitations

        sent = send_invitations(session.app, found, meeting, desk(session))
    emit_invited(session, found, sent)


def _of_the_case(session: Session, review_id: str, people: tuple[str, ...]) -> None:
    from arflow.post.outgoing.ways_to_reach import of_case

    for person in people:
        of_case(session.app, session.app.review(review_id).plan, person)


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
        "needs": _needs(found),
        "sent": sent_document(sent) if sent else None,
    }
    session.emit(document, lambda out: _show(out, found, sent))


def _needs(found: "Inviting") -> list[str]:
    return [unmet_line(one.person, found.review) for one in found.to_invite if one.person.unmet(found.review)]


def _show(out: "Console", found: "Inviting", sent: "Sent | None") -> None:
    if sent is not None:
        show_sent(out, sent)
    elif found.to_invite:
        for one in found.to_invite:
            out.print(f"To invite by {one.channel}: {in_words(one.role)} ({one.person.id})", soft_wrap=True)
        show_needs(out, _needs(found))
    else:
        nobody = "left" if found.invited else "known"
        out.print(f"Nobody is {nobody} to invite.")
    for one in found.unreached:
        out.print(f"Not reached: {in_words(one.role)} ({one.person.id}): {one.why}", soft_wrap=True)
    for missing in found.missing:
        out.print(f"Missing: {missing.title} ({missing.citation}): {missing.why}", soft_wrap=True)
    if found.notice and found.notice.warning:
        out.print(found.notice.warning, soft_wrap=True)


@click.command(cls=Command)
@REVIEW
@click.option("--meeting-on", type=DAY_AHEAD, required=True, help="The new day; it may lie ahead.")
@REASON
@click.option("--send", "sending", is_flag=True, help="Invite everybody again, to the new day, in their calendars too.")
@meeting_options
@recorded
@click.pass_obj
def postpone(
    session: Session,
    /,
    *,
    review_id: str,
    sending: bool,
    starts: time | None,
    ends: time | None,
    place: str | None,
    **facts: Any,
) -> None:
    """Move the meeting to another day, which needs notice of its own. Not a correction.

    \b
    Example:
      arflow review postpone R-2026-000001 --meeting-on 2026-07-02 --reason "Parent unwell"
      arflow review postpone R-2026-000001 --meeting-on 2026-07-02 --reason "Parent unwell" --send
    """
    from arflow.post.meeting.invitation_plan import earlier_invited, inviting

    if not sending:
        _refuse_unsent(starts, ends, place)
        taken = _act(session, review_id, review_commands.PostponeMeeting(**facts))
        if taken or earlier_invited(session.app.review(review_id)):
            say(f"Nobody has been notified of the new day yet: arflow review invite {review_id} --send", err=True)
        return
    from arflow.post.meeting.invitation_letters import moved
    from arflow.post.meeting.time_and_place import meeting_of
    from arflow.post.outgoing.withdrawal import act_and_take_back

    # Refused before anything is recorded where no invitation could be made.
    with_desk, told = desk(session), meeting_of(session.app, review_id, starts=starts, ends=ends, place=place)
    meeting = moved(session.app, told, facts["meeting_on"], with_desk.post.settings)
    taken = []
    if told.on != meeting.on:  # a run that died after this is run again
        _, taken = act_and_take_back(session.app, review_id, review_commands.PostponeMeeting(**facts))
    _say_taken_back(taken)
    say(f"The meeting of {review_id} is on {meeting.on}.", err=True)
    found = inviting(session.app, review_id)
    _send(session, found, meeting, with_desk)


def _send(session: Session, found: "Inviting", meeting: "Meeting", with_desk: "Desk") -> None:
    from arflow.post.meeting.invitation_letters import invite as send_invitations

    sent = send_invitations(session.app, found, meeting, with_desk) if found.to_invite else None
    emit_invited(session, found, sent)


def _act(session: Session, review_id: str, command: "PostponeMeeting | CancelReview") -> "Sequence[Outgoing]":
    """Record it, and say what that took back."""
    from arflow.post.outgoing.withdrawal import act_and_take_back

    done, taken = act_and_take_back(session.app, review_id, command)
    emit_done(session, done)
    _say_taken_back(taken)
    return taken


def _say_taken_back(taken: "Sequence[Outgoing]") -> None:
    for message in taken:
        posted = "; if it was posted already, tell them" if message.channel != "email" else ""
        say(f"Taken back before it left: {who(message)}{posted}", err=True)


def _refuse_unsent(*told: object) -> None:
    """When and where the meeting is, and who else comes, stands in what is sent, and nowhere else."""
    if any(told):
        raise click.UsageError("--time, --ends, --place, --also and --without are for what is sent: add --send")


@click.command(cls=Command)
@REVIEW
@REASON
@click.option("--send", "sending", is_flag=True, help="Tell everybody who was invited, and their calendars.")
@recorded
@click.pass_obj
def cancel(session: Session, /, *, review_id: str, sending: bool, **facts: Any) -> None:
    """Cancel a review that will not go on; the 12 months are unaffected.

    \b
    Example:
      arflow review cancel R-2026-000001 --reason "Opened twice"
      arflow review cancel R-2026-000001 --reason "Moved away" --send
    """
    from arflow.post.meeting.invitation_plan import earlier_invited

    if not sending:
        _act(session, review_id, review_commands.CancelReview(**facts))
        if earlier_invited(session.app.review(review_id)):
            way_on = f"arflow review cancel {review_id} --reason … --send"
            say(f"Those who were invited are not told yet: {way_on}", err=True)
        return
    from arflow.post.meeting.invitation_letters import call_off
    from arflow.post.meeting.time_and_place import meeting_of
    from arflow.post.outgoing.withdrawal import act_and_take_back

    meeting, documents, post = meeting_of(session.app, review_id), session.documents, session.post
    if not session.app.review(review_id).is_finished:  # a run that died after this is run again
        _, taken = act_and_take_back(session.app, review_id, review_commands.CancelReview(**facts))
        _say_taken_back(taken)
    sent = call_off(session.app, meeting, documents, post)
    document = {"review": review_id, "state": "cancelled", "sent": sent_document(sent) if sent else None}
    session.emit(document, lambda out: _show_cancelled(out, review_id, sent))


def _show_cancelled(out: "Console", review_id: str, sent: "Sent | None") -> None:
    out.print(f"{review_id} is cancelled.")
    if sent is None:
        out.print("Nobody was invited by arflow: there is nobody to tell.")
    else:
        show_sent(out, sent)


COMMANDS = (invite, answer_invitation, postpone, cancel)
