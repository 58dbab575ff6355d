"""`arflow rules …`: the rules in force in the store, and the acts by which they were published, chosen and entered."""

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from arflow.cli.figures.impact import Setting
from arflow.cli.law.rules_told import DRY_RUN, rules_act, rules_page
from arflow.cli.options import BY, DAY, DAY_AHEAD, REASON
from arflow.cli.root import Group
from arflow.cli.session import Session
from arflow.events import CHANNELS

if TYPE_CHECKING:
    from arflow.application.rules_acts import Drafted


class _Term(click.ParamType[tuple[str, date]]):
    """A term with its first day: "Autumn 2026=2026-09-02"."""

    name = "NAME=DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, date]:
        if isinstance(value, tuple):
            return value
        name, sign, day = value.rpartition("=")
        if not sign or not name.strip():
            self.fail(f"{value} is no term: write NAME=DATE, such as 'Autumn 2026=2026-09-02'", param, ctx)
        return name.strip(), DAY.convert(day.strip(), param, ctx)


class _Service(click.ParamType[tuple[str, int]]):
    """A channel with its working days: post=2."""

    name = "CHANNEL=DAYS"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        if isinstance(value, tuple):
            return value
        channel, _, days = value.partition("=")
        if channel not in CHANNELS or not days.isdigit():
            self.fail(f"{value} is no service: write CHANNEL=DAYS, with one of {', '.join(CHANNELS)}", param, ctx)
        return channel, int(days)


@click.group(cls=Group)
def rules() -> None:
    """The rules in force: which definition, which readings, and the holidays, terms and days of service entered.

    They are facts of the store, the same for every process. Each act is recorded with who, when and why.

    \b
    Example:
      arflow rules list
    """


@rules.command("list")
@click.pass_obj
def list_(session: Session, /) -> None:
    """List the acts on the rules, and what is in force today.

    \b
    Example:
      arflow rules list
    """
    rules_page(session)


@rules.command()
@click.argument("settings", type=Setting(), nargs=-1, required=True, metavar="NAME=OPTION...")
@click.option("--from", "starts", type=DAY_AHEAD, required=True, help="The day from which days are counted so.")
@DRY_RUN
@REASON
@BY
@click.pass_obj
def reading(session: Session, /, settings: tuple[tuple[str, str], ...], starts: date, **how: Any) -> None:
    """Choose how days are counted where the law can be read in two ways: stricter than the definition, never looser.

    \b
    Example:
      arflow rules reading notice_outer=clear_days --from 2026-09-01 --reason "Decided by the SEND board" --dry-run
    """
    from arflow.application import rules_acts
    from arflow.law.rules_in_force import setting

    chosen = [setting(name, option) for name, option in settings]
    rules_act(session, lambda app: rules_acts.reading(app, chosen, starts=starts), **how)


@rules.command("bank-holiday")
@click.argument("day", type=DAY_AHEAD, metavar="DATE")
@click.option("--citation", default="", metavar="TEXT", help="The proclamation.")
@DRY_RUN
@REASON
@BY
@click.pass_obj
def bank_holiday(session: Session, /, day: date, citation: str, **how: Any) -> None:
    """Enter a newly proclaimed bank holiday; what was sent and is still open is dated again.

    \b
    Example:
      arflow rules bank-holiday 2027-06-14 --citation "London Gazette" --reason "Proclaimed" --dry-run
    """
    from arflow.application import rules_acts

    rules_act(session, lambda app: rules_acts.bank_holiday(app, day, citation), **how)


@rules.command()
@click.argument("terms", type=_Term(), nargs=-1, required=True, metavar="NAME=DATE...")
@DRY_RUN
@REASON
@BY
@click.pass_obj
def terms(session: Session, /, terms: tuple[tuple[str, date], ...], **how: Any) -> None:
    """Enter school terms with their first days, by which the termly list is due (Code 9.172).

    \b
    Example:
      arflow rules terms "Autumn 2026=2026-09-02" "Spring 2027=2027-01-05" --reason "Term dates published"
    """
    from arflow.application import rules_acts
    from arflow.events.of_rules import TermEntered

    entered = [TermEntered(name=name, starts=day) for name, day in terms]
    rules_act(session, lambda app: rules_acts.terms(app, entered), **how)


@rules.command()
@click.argument("services", type=_Service(), nargs=-1, required=True, metavar="CHANNEL=DAYS...")
@click.option("--citation", required=True, metavar="TEXT", help="The rule or policy it rests on.")
@DRY_RUN
@REASON
@BY
@click.pass_obj
def service(session: Session, /, services: tuple[tuple[str, int], ...], citation: str, **how: Any) -> None:
    """Enter after how many working days what is sent by a channel is deemed served; what is still open is dated again.

    \b
    Example:
      arflow rules service post=3 --citation "Mail policy 2026" --reason "Second class from October"
    """
    from arflow.application import rules_acts
    from arflow.events.of_rules import ServiceEntered

    def draft(app: Any) -> "Drafted":
        entered = [ServiceEntered(channel=to, working_days=days, citation=citation) for to, days in services]  # type: ignore[arg-type]  # checked by its type
        return rules_acts.service_table(app, entered)

    rules_act(session, draft, **how)


@rules.command()
@click.argument("number", type=int)
@DRY_RUN
@REASON
@BY
@click.pass_obj
def withdraw(session: Session, /, number: int, **how: Any) -> None:
    """Take back an act by its number: from then on it counts as never made.

    \b
    Example:
      arflow rules withdraw 7 --reason "Typing error"
    """
    from arflow.application import rules_acts

    rules_act(session, lambda app: rules_acts.withdrawal(app, number), **how)
