"""`arflow people list`, `who`, `import`, `calendar`: who is in a case, who is to be invited, and sheets of people."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arflow.cli.case.sheet_import import imported, run
from arflow.cli.case_names import A_CASE, A_PLAN
from arflow.cli.files import to_file, write_file
from arflow.cli.options import DAY
from arflow.cli.output import table
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.cli.terminal import hand_over, say
from arflow.words import in_words

if TYPE_CHECKING:
    from arflow.figures.rendering.console import Console
    from arflow.people import InCase, InvitationList, InviteeClass, Listed, Person


def document(person: "Person") -> dict[str, Any]:
    """Somebody as other tools read them."""
    import msgspec

    return msgspec.structs.asdict(person)


@click.command("list", cls=Command)
@click.argument("plan", type=A_PLAN)
@click.option("--on", type=DAY, help="The day to look at (default: today).")
@click.option("--all", "everybody", is_flag=True, help="Those too whose part has not begun or has ended.")
@click.pass_obj
def list_(session: Session, /, plan: str, on: date | None, everybody: bool) -> None:
    """List who is in the case of a plan on a day, and who holds the rights.

    \b
    Example:
      arflow people list P-1001 --on 2026-06-27
    """
    from arflow.people import in_case

    kept = session.app.people.of(plan)
    case = in_case(kept, session.app.plan(plan), on or session.app.today)
    shown = kept if everybody else list(case.people)
    found = {
        "plan": plan,
        "on": case.on,
        "rights": case.rights,
        "citation": case.citation,
        "people": [document(person) | {"holds_rights": person in case.holders} for person in shown],
    }

    def page(out: "Console") -> None:
        heads = ("Person", "Role", "Name", "Reached by", "Needs", "Days", "Rights")
        out.print(f"{plan} on {case.on}. Rights held by: {in_words(case.rights)} ({case.citation}).")
        table(out, heads, [_line(person, case) for person in shown], empty="Nobody. Add one with `arflow people add`.")
        if others := len(kept) - len(shown):
            out.print(f"{others} more not in the case on that day: see --all")

    session.emit(found, page)


def _line(person: "Person", case: "InCase") -> list[str]:
    reached = [person.email, person.phone, person.postal_address and person.postal_address.replace("\n", ", ")]
    prefers = f"(prefers {person.channel})" if person.channel else ""
    days = f"{person.from_on or '…'} to {person.until_on or '…'}" if person.from_on or person.until_on else ""
    return [
        person.id,
        in_words(person.role),
        _named(person),
        " ".join(filter(None, ("; ".join(way for way in reached if way), prefers))),
        "; ".join(person.needs),
        days,
        "holds them" if person in case.holders else "",
    ]


def _named(person: "Person") -> str:
    return f"{person.name}, {person.organisation}" if person.organisation else person.name


@click.command(cls=Command)
@click.argument("case", metavar="REVIEW|PLAN", type=A_CASE)
@click.option("--on", type=DAY, help="The day to look at (default: the day the meeting is planned for, or today).")
@click.pass_obj
def who(session: Session, /, case: str, on: date | None) -> None:
    """Say who must and who should be invited to a review, by paragraph, and who is missing.

    Given a plan, it answers for an annual review.

    \b
    Example:
      arflow people who R-2026-000001
      arflow people who P-1001 --on 2026-06-27
    """
    from arflow.application.people_of_case import invited_to

    found = invited_to(session.app, case, on)
    answer = {
        "case": case,
        "on": found.on,
        "rights_pass_on": found.rights_pass_on,
        "classes": [_class_document(one) for one in found.classes],
        "consulted": [_listed_document(one) | {"citation": found.consulted_citation} for one in found.consulted],
        "missing": [_class_document(one) for one in found.missing],
        "not_to_contact": [person.id for person in found.not_to_contact],
    }
    session.emit(answer, lambda out: _invitation_page(out, case, found, session.app.today))


def _class_document(found: "InviteeClass") -> dict[str, Any]:
    people = [_listed_document(one) for one in found.listed]
    return {"class": found.title, "word": found.word, "citation": found.citation, "people": people}


def _listed_document(one: "Listed") -> dict[str, Any]:
    return {
        "id": one.person.id,
        "name": one.person.name,
        "role": one.role,
        "note": one.note,
        "do_not_contact": one.person.do_not_contact,
        "needs": one.person.needs,
    }


def _invitation_page(out: "Console", case: str, found: "InvitationList", today: date) -> None:
    rows = [row for one in found.classes for row in _class_rows(one)]
    rows += [_listed_row("consult", found.consulted_citation, "the child or young person", c) for c in found.consulted]
    out.print(f"{case}, as of {found.on}.")
    table(out, ("Word", "Who", "Paragraph", "Person", "Name", "Needs"), rows, empty="")
    if found.rights_pass_on and today < found.rights_pass_on <= found.on:
        out.print(
            f"The rights pass to the young person on {found.rights_pass_on}, before the meeting: "
            "until then they are the parent's, so write to both."
        )
    for missing in found.missing:
        out.print(f"Missing: {missing.title} ({missing.citation}). Add one with `arflow people add`.")
    for person in found.not_to_contact:
        out.print(f"{person.id} is on the list and not to be contacted: find another way, and say how.")


def _class_rows(found: "InviteeClass") -> list[list[str]]:
    if not found.listed:
        return [[found.word, found.title, found.citation, "", "nobody is known", ""]]
    return [_listed_row(found.word, found.citation, found.title, one) for one in found.listed]


def _listed_row(word: str, citation: str, title: str, one: "Listed") -> list[str]:
    needs = "; ".join([*([one.note] if one.note else []), *one.person.needs])
    return [word, title, citation, one.person.id, _named(one.person), needs]


@click.command("import", cls=Command)
@imported
@click.pass_context
def import_(context: click.Context, /, file: Path, **told: Any) -> None:
    """Keep the people of a file (CSV, XLSX or ODS), one row a person; nothing is written unless every row is sound.

    Columns: plan, role, name, and where known organisation, email, phone, address, language, format, channel,
    interpreter, access, advocate, looked_after_by, represents, do_not_contact and do_not_share (the reasons), date_of_birth,
    from, until. Somebody is known again by plan, role and name: what differs is shown, and written with --update; a blank
    cell changes nothing.

    \b
    Example:
      arflow people import contacts.csv --mapping columns.toml
    """
    from arflow.imports.people_sheet import import_people

    run(context, import_people, "people", file, told)


@click.command(cls=Command)
@click.argument("address")
@to_file
@click.pass_obj
def calendar(session: Session, /, address: str, output: Path | None, force: bool) -> None:
    """Write a calendar of the planned meetings of whoever has an email address, such as a therapist of many schools.

    It names no child and nobody else who is invited; calendar programs and web servers can offer it as a feed.

    \b
    Example:
      arflow people calendar therapist@example.org --output meetings.ics
    """
    from arflow.post.meeting.calendar_feed import calendar_of

    session.name_unreadable()
    content = calendar_of(session.app, address)
    if output:
        write_file(output, content, force=force)
        say(f"Written to {output}", err=True)
    else:
        session.emit({"calendar": content.decode()}, lambda _: hand_over(content))


COMMANDS = (list_, who, import_, calendar)
