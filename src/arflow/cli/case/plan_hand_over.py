"""`arflow plan hand-over`, `take-over`: a plan as one file from an authority to the next (SEND Regs 2014 r.15)."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from arflow.cli.case_names import PLAN
from arflow.cli.options import BY, DAY
from arflow.cli.output import progress
from arflow.cli.proof.checkpoint import FILE, KEY, refuse_if_there
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.cli.terminal import say
from arflow.errors import InvalidValue, MissingValue
from arflow.people import ROLES
from arflow.words import counted

if TYPE_CHECKING:
    from arflow.people import Person


@click.command("hand-over", cls=Command)
@PLAN
@click.option("--to", "out", type=FILE, required=True, metavar="FILE", help="The ZIP file to make.")
@click.option("--people", metavar="ROLE,ROLE,…|all", help="Whose names and contacts go with it (default: nobody's).")
@click.option("--redact", "redacted", is_flag=True, help="Without officers' names and without the words of reasons.")
@KEY
@click.pass_obj
def hand_over(
    session: Session, /, *, ref: str, out: Path, people: str | None, redacted: bool, key: Path | None
) -> None:
    """Write a plan with its reviews into one file for the authority that it goes to: pages to read, and what proves them.

    It names nobody unless you choose people by their roles. Record the transfer itself with `arflow plan transfer-out`,
    before or after: the file tells what has been recorded by now.

    \b
    Example:
      arflow plan hand-over P-1001 --to handover.zip --people child,parent --key arflow.key
    """
    from arflow.cli.files import new_file
    from arflow.evidence import pack, signatures
    from arflow.evidence.sample import Named

    refuse_if_there(out, "--to")
    plan = session.app.plan(ref)
    chosen = _chosen(session, ref, people)
    private = signatures.read_private_key(key) if key else None
    wanted = pack.Wanted(cases=Named(plans=(ref,)), redacted=redacted, hands_over=pack.HandOver(people=chosen))
    with progress("Walking the log") as telling, new_file(out, force=False) as file:
        packed = pack.export(session.app, file, wanted, key=private, telling=telling)
    document = {
        "file": out,
        "plan": ref,
        "events": packed.events,
        "people": len(chosen),
        "signed": private is not None,
        "transferred_out": plan.transferred_out.day if plan.transferred_out else None,
    }
    said = f"{out}: plan {ref} with {counted(packed.events, 'event')} and {counted(len(chosen), 'person', 'people')}"
    session.emit(document, lambda shown: shown.print(said, soft_wrap=True))
    if plan.is_maintained:
        say(f"The plan is still here: record that it went with `arflow plan transfer-out {ref}`.", err=True)
    if private is None:
        say("The file is NOT signed: anybody could have made it. Give --key.", err=True)


def _chosen(session: Session, ref: str, people: str | None) -> "tuple[Person, ...]":
    """Those who are in the case today and have one of the roles."""
    if people is None:
        return ()
    roles = ROLES if people == "all" else tuple(filter(None, (role.strip() for role in people.split(","))))
    for role in roles:
        if role not in ROLES:
            raise InvalidValue("--people", role, f"one of {', '.join(ROLES)}, or all")
    if not roles:
        raise MissingValue("--people", "name roles with commas between, or leave it out")
    today = session.app.today
    return tuple(one for one in session.app.people.of(ref) if one.role in roles and one.is_in_case(today))


@click.command("take-over", cls=Command)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--ref", metavar="REF", help="The plan's reference here (default: the other authority's).")
@click.option("--on", type=DAY, help="The day of the transfer (default: as the file says).")
@click.option("--from-la", metavar="NUMBER", help="The authority it comes from (three digits).")
@click.option("--coordinator", metavar="NAME", help="Who holds the case here.")
@click.option("--people", is_flag=True, help="Keep the people of the file too.")
@click.option(
    "--public-key", type=FILE, metavar="FILE", help="The other authority's key, from elsewhere than the file."
)
@BY
@click.pass_obj
def take_over(
    session: Session,
    /,
    *,
    file: Path,
    ref: str | None,
    on: date | None,
    from_la: str | None,
    coordinator: str | None,
    people: bool,
    public_key: Path | None,
) -> None:
    """Check a hand-over file, and put its plan under arflow as if it had been made here (SEND Regs 2014 r.15(3)(a)).

    Its 12 months go on from when it was made or last reviewed; what is recorded of its next transfer between phases comes
    along. The old reviews stay in the file: keep it. The log holds its SHA-256.

    \b
    Example:
      arflow plan take-over handover.zip --from-la 878 --public-key theirs.pub --people
    """
    from arflow.cli.session import emit_done
    from arflow.evidence import signatures
    from arflow.evidence.take_over import TakingOver, not_carried, read
    from arflow.evidence.take_over import take_over as taken_over

    key = signatures.public_pem(signatures.read_public_key(public_key)) if public_key else None
    handed = read(file, key)
    how = TakingOver(ref=ref, on=on, from_la=from_la, coordinator=coordinator, people=people)
    emit_done(session, taken_over(session.app, handed, how))
    for left in not_carried(handed):
        say(left, err=True)
    if handed.unchecked:
        say(f"The signatures were NOT CHECKED: {handed.unchecked}. Anybody could have made this file.", err=True)


COMMANDS: tuple[click.Command, ...] = (hand_over, take_over)
