"""`arflow people …`: who is in a case, how each is reached, and what they need. Kept beside the log, and erasable."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from arflow.cli.case import people_lists
from arflow.cli.case_names import A_PLAN, A_REVIEW, AN_ID
from arflow.cli.erased import pages_wait
from arflow.cli.options import BY, DAY, REASON, YES, recorded
from arflow.cli.output import table
from arflow.cli.root import Group
from arflow.cli.session import Session, emit_done
from arflow.cli.terminal import agreed, say
from arflow.errors import InvalidValue, NotPossible
from arflow.events import CHANNELS
from arflow.people import FORMATS, REPRESENTED, ROLES, Person
from arflow.words import counted, in_words

if TYPE_CHECKING:
    from arflow.case.plan import Plan
    from arflow.figures.rendering.console import Console
    from arflow.post.keeping.erasure import Going

# What can be emptied again, as the command line says it, and the field it is.
_EMPTIED = {
    "organisation": "organisation", "email": "email", "phone": "phone", "address": "postal_address",
    "language": "language", "channel": "channel", "interpreter": "interpreter", "access": "access", "advocate": "advocate",
    "looked-after-by": "looked_after_by",
    "represents": "represents", "date-of-birth": "date_of_birth", "from": "from_on", "until": "until_on",
}  # fmt: skip
_DETAILS = (
    click.option("--organisation", metavar="TEXT", help="Where they work."),
    click.option("--email", metavar="ADDRESS"),
    click.option("--phone", metavar="TEXT"),
    click.option("--address", "postal_address", metavar="TEXT", help="The postal address; lines are parted by \\n."),
    click.option("--language", metavar="TEXT", help="The language they are written to in, where it is not English."),
    click.option("--format", type=click.Choice(FORMATS), help="How they read what is sent."),
    click.option("--channel", type=click.Choice(CHANNELS), help="How they prefer to be reached."),
    click.option("--interpreter", metavar="LANGUAGE", help="The language to interpret at a meeting."),
    click.option(
        "--access", metavar="TEXT", help="What they need to come in and take part: a ramp, a hearing loop, breaks."
    ),
    click.option(
        "--looked-after-by", metavar="TEXT", help="Of the child only: the authority that looks after them, if one does."
    ),
    click.option("--advocate", metavar="TEXT", help="Who supports or speaks for them."),
    click.option(
        "--represents",
        type=click.Choice(REPRESENTED),
        help="Whose rights they exercise, who lacks capacity (CFA 2014 s.80).",
    ),
    click.option("--date-of-birth", type=DAY, help="Of the child or young person only: it says when the rights pass."),
    click.option("--from", "from_on", type=DAY, help="Their first day in the case."),
    click.option("--until", "until_on", type=DAY, help="Their last day in the case."),
)
_PERSON = click.argument("person_id", metavar="ID", type=AN_ID)


def _details(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of everything that is known of somebody."""
    for option in reversed(_DETAILS):
        command = option(command)
    return command


@click.group(cls=Group)
def people() -> None:
    """Keep who is in a case and how they are reached. None of it is in the log, and all of it can be erased.

    \b
    Example:
      arflow people add P-1001 --role parent --name "Ellis Ash" --email ellis.ash@example.org
      arflow people who P-1001
    """


@people.command()
@click.argument("plan", type=A_PLAN)
@click.option("--role", type=click.Choice(ROLES), required=True, help="`child` is the child or young person.")
@click.option("--name", required=True, metavar="TEXT")
@_details
@BY
@click.pass_obj
def add(session: Session, /, plan: str, **details: Any) -> None:
    """Keep somebody in the case of a plan.

    \b
    Example:
      arflow people add P-1001 --role parent --name "Ellis Ash" --email ellis.ash@example.org --format easy_read
      arflow people add P-1001 --role child --name "Robin Ash" --date-of-birth 2015-03-04
    """
    from arflow.application.people_of_case import add_person

    before = session.app.plan(plan)
    kept = add_person(session.app, Person(plan=plan, **_told(details)))
    _say_when_rights_pass(kept, before)
    _emit(session, kept, f"{kept.id}: {in_words(kept.role)} of {plan}")


@people.command()
@_PERSON
@click.option("--role", type=click.Choice(ROLES))
@click.option("--name", metavar="TEXT")
@_details
@click.option(
    "--clear", type=click.Choice(tuple(_EMPTIED)), multiple=True, help="Empty this; may be given several times."
)
@BY
@click.pass_obj
def change(session: Session, /, person_id: str, clear: tuple[str, ...], **details: Any) -> None:
    """Change what is kept of somebody; what is not named stays.

    \b
    Example:
      arflow people change N-1a2b3c4d --email ellis@example.net --clear phone
    """
    import msgspec

    from arflow.application.people_of_case import change_person

    told = _told(details) | {_EMPTIED[name]: None for name in clear}
    if not told:
        raise click.UsageError("say what changed: an option, or --clear")
    changed = msgspec.structs.replace(session.app.people.person(person_id), **told)
    before = session.app.plan(changed.plan)
    change_person(session.app, changed)
    _say_when_rights_pass(changed, before)
    _emit(session, changed, f"{changed.id}: changed")


@people.command()
@_PERSON
@click.option("--on", type=DAY, required=True, help="Their last day in the case.")
@click.pass_obj
def end(session: Session, /, person_id: str, on: date) -> None:
    """End somebody's part in a case. They stay known for the days before, until they are erased.

    \b
    Example:
      arflow people end N-1a2b3c4d --on 2026-07-20
    """
    ended = session.app.people.remove(person_id, on)
    _emit(session, ended, f"{ended.id}: in the case until {on}")


def _mark(session: Session, person_id: str, field: str, reason: str | None, *, undo: bool) -> Person:
    """Somebody with the reason of a mark, or without the mark."""
    import msgspec

    if undo is (reason is not None):
        raise click.UsageError("give --reason, or --undo")
    marked = msgspec.structs.replace(session.app.people.person(person_id), **{field: reason})
    session.app.people.change(marked)
    return marked


@people.command("do-not-contact")
@_PERSON
@click.option("--reason", metavar="TEXT", help="Why nothing may be sent to them.")
@click.option("--undo", is_flag=True, help="They may be contacted again.")
@click.pass_obj
def do_not_contact(session: Session, /, person_id: str, reason: str | None, undo: bool) -> None:
    """Mark somebody to whom nothing may be sent. They stay on every list, and sending to them is refused.

    \b
    Example:
      arflow people do-not-contact N-1a2b3c4d --reason "Court order of 1 May 2026"
    """
    marked = _mark(session, person_id, "do_not_contact_because", reason, undo=undo)
    _emit(session, marked, f"{marked.id}: " + ("may be contacted" if undo else "not to be contacted"))


@people.command("do-not-share")
@_PERSON
@click.option("--reason", metavar="TEXT", help="Why nobody else of the case may learn their address.")
@click.option("--undo", is_flag=True, help="It may be shared again.")
@click.pass_obj
def do_not_share(session: Session, /, person_id: str, reason: str | None, undo: bool) -> None:
    """Mark somebody whose address is not to be shared with others of the case.

    A message to somebody else that tells their email, phone or postal address is refused. Files are not read for it.

    \b
    Example:
      arflow people do-not-share N-1a2b3c4d --reason "Court order of 1 May 2026"
    """
    marked = _mark(session, person_id, "do_not_share_because", reason, undo=undo)
    _emit(session, marked, f"{marked.id}: address " + ("may be shared" if undo else "not to be shared"))


@people.command()
@_PERSON
@click.pass_obj
def show(session: Session, /, person_id: str) -> None:
    """Show what is kept of somebody.

    \b
    Example:
      arflow people show N-1a2b3c4d
    """
    person = session.app.people.person(person_id)
    document = people_lists.document(person)
    lines = [(in_words(name).capitalize(), value) for name, value in document.items() if value is not None]

    def page(out: "Console") -> None:
        table(out, ("What", "Kept"), lines, empty="")

    session.emit(document, page)


@people.command()
@click.argument("plan", type=A_PLAN)
@REASON
@click.option("--rule", metavar="NAME", help="The retention rule under which they are erased.")
@click.option("--on", type=DAY, help="The day they are erased (default: today).")
@YES
@BY
@click.pass_obj
def erase(session: Session, /, plan: str, reason: str, rule: str | None, on: date | None, *, yes: bool) -> None:
    """Erase everybody kept for a plan, for ever: what returns said, what was written to and by them, and the reasons of acts.

    Without --yes, what would go is shown and you are asked; a plan that is maintained needs --yes. The log keeps opaque ids,
    and that they were erased, with this reason: name nobody in it. Every date and duty stays as it is.

    \b
    Example:
      arflow people erase P-1001 --reason "Six years after the plan ended" --rule plan_ended_6y --yes
    """
    from arflow.post.keeping.erasure import check_may_go, forget_family

    found = check_may_go(session.app, plan)
    if not yes:
        _ask_to_erase(found)
    erased = forget_family(session.app, plan, reason, rule=rule, on=on)
    document = {"plan": plan, "erased": erased, "went": found, "pages_wait": pages_wait(session)}
    session.emit(document, lambda out: out.print(f"{plan}: {_what_goes(found)} erased"))


@people.command("erase-officer")
@click.argument("name")
@YES
@click.pass_obj
def erase_officer(session: Session, /, name: str, *, yes: bool) -> None:
    """Erase the name of an officer who left, for ever. The log keeps the random id that stands for them.

    NAME is the name as it was recorded, or the id. An officer who holds cases of maintained plans must hand them over first.

    \b
    Example:
      arflow people erase-officer "Casey Morgan" --yes
    """
    from arflow.post.keeping import officers

    officer = officers.officer(session.app, name)
    officers.check_may_go(session.asking, officer)
    if not yes and not agreed(f"Erase the name of officer {officer} for ever?"):
        raise NotPossible(f"the name of officer {officer} stays: say --yes to erase it for ever")
    officers.forget(session.app, officer)
    document = {"officer": officer, "erased": True, "pages_wait": pages_wait(session)}
    session.emit(document, lambda out: out.print(f"{officer}: the name is erased"))


@people.command()
@click.argument("person_id", metavar="N-…", type=AN_ID)
@click.option("--withdrawn", is_flag=True, help="The young person no longer agrees.")
@recorded
@click.pass_obj
def agree(session: Session, /, person_id: str, *, withdrawn: bool, **facts: Any) -> None:
    """Record that the young person agreed that a parent is written to, once the rights are theirs (CFA 2014 s.83).

    \b
    Example:
      arflow people agree N-3f2a9c01 --on 2026-07-01
      arflow people agree N-3f2a9c01 --withdrawn
    """
    from arflow.case.plan_commands import AgreeToContact

    person = session.app.people.person(person_id)
    if person.role != "parent":
        raise NotPossible(f"{person_id} is no parent: only a parent needs the young person's agreement")
    emit_done(
        session, session.app.change_plan(person.plan, AgreeToContact(person=person_id, agreed=not withdrawn, **facts))
    )


@people.command()
@click.argument("person_id", metavar="N-…", type=AN_ID)
@click.option(
    "--review", "review_id", metavar="REVIEW", type=A_REVIEW, required=True, help="For which review it is arranged."
)
@click.option("--need", "needs", metavar="TEXT", multiple=True, help="Only this need, as it is shown. Repeatable.")
@click.pass_obj
def met(session: Session, /, person_id: str, review_id: str, needs: tuple[str, ...]) -> None:
    """Record that what somebody needs is arranged for a review: an interpreter is booked, the letter is in braille.

    Until then it is shown wherever something is sent to them on that review, and in the worklist.

    \b
    Example:
      arflow people met N-1a2b3c4d --review R-2026-000001
      arflow people met N-1a2b3c4d --review R-2026-000001 --need "interpreter: Polish"
    """
    person, review = session.app.people.person(person_id), session.app.review(review_id)
    if person.plan != review.plan:
        raise NotPossible(f"{person_id} is of {person.plan}, and {review.id} of {review.plan}")
    unmet = person.unmet(review.id)
    for need in needs or unmet:
        if need not in unmet:
            raise InvalidValue(
                "--need", need, f"a need still to be met on {review.id}: {', '.join(unmet) or 'none'}", unmet
            )
    if not unmet:
        raise NotPossible(
            f"{person_id} has no need that is not met on {review.id}: see `arflow people list {review.plan}`"
        )
    session.app.people.change(person.with_met(review.id, needs or unmet))
    answer = {"id": person_id, "review": review.id, "met": list(needs or unmet)}
    session.emit(answer, lambda out: out.print(f"{person_id}: met on {review.id}: {'; '.join(needs or unmet)}"))


for _command in people_lists.COMMANDS:
    people.add_command(_command)


def _ask_to_erase(found: "Going") -> None:
    """Show what would go, and go on only where somebody says yes; a maintained plan asks for --yes."""
    what = f"{found.plan}: {_what_goes(found)} would be erased for ever"
    if found.is_maintained:
        raise NotPossible(f"{what}, and the plan is still maintained: say --yes to erase them all the same")
    if not agreed(f"{what}. Go on?"):
        raise NotPossible(f"{what}: say --yes to erase them")


def _what_goes(found: "Going") -> str:
    """What an erasure takes, each kind with how many."""
    of_each = {
        "reason": found.reasons,
        "message sent": found.messages_out,
        "message received": found.messages_in,
        "set of facts from returns": found.returns,
    }
    plural = {"message sent": "messages sent", "message received": "messages received"}
    plural["set of facts from returns"] = "sets of facts from returns"
    rest = [counted(number, what, plural.get(what)) for what, number in of_each.items() if number]
    return ", ".join([counted(len(found.people), "person", "people"), *rest])


def _told(details: dict[str, Any]) -> dict[str, Any]:
    """What was given, and nothing else."""
    told = {name: value for name, value in details.items() if value is not None}
    if "postal_address" in told:
        told["postal_address"] = told["postal_address"].replace("\\n", "\n")
    return told


def _say_when_rights_pass(person: Person, before: "Plan") -> None:
    """Say what the date of birth told the plan, or that the two disagree."""
    from arflow.application.people_of_case import rights_pass, untold

    day, known = rights_pass(person), before.young_person_from and before.young_person_from.day
    if day is None or day == known:
        return
    if untold(before, person):
        say(f"Recorded on {person.plan}: the young person holds the rights from {day} (CFA 2014 s.83).", err=True)
        return
    say(
        f"{person.plan} has it that the young person holds the rights from {known}; by the date of birth it is {day}. "
        f"If the plan is wrong: arflow plan young-person {person.plan} --from {day}",
        err=True,
    )


def _emit(session: Session, person: Person, said: str) -> None:
    session.emit(people_lists.document(person), lambda out: out.print(said))
