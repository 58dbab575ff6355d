"""`arflow log`: what was recorded lately over all cases, in words."""

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from arflow.cli.case_names import A_KNOWN_PLAN
from arflow.cli.options import DAY, listed
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.errors import InvalidValue

if TYPE_CHECKING:
    from arflow.telling.story import Line

_HEADS = ("Recorded", "Case", "Day", "What", "By", "Stands out")


@click.command(cls=Command)
@click.option("--since", type=DAY, help="From this day on, in London (default: today).")
@click.option("--until", type=DAY, help="Up to this day (default: today).")
@click.option("--officer", metavar="NAME", help="Only what this officer recorded.")
@click.option("--plan", metavar="REF", type=A_KNOWN_PLAN, help="Only on this plan and its reviews.")
@listed
@click.pass_obj
def log(session: Session, /, *, since: date | None, until: date | None, officer: str | None, plan: str | None) -> None:
    """Tell what was recorded since a day, over all cases: when, by whom, what; late entries and corrections stand out.

    It goes by the day of recording, not by the day of the act. The trail of one case is `arflow audit`.

    \b
    Example:
      arflow log --since yesterday
      arflow log --since monday --officer "Devon Ash"
    """
    from arflow.application.recorded_since import recorded_since
    from arflow.law.london import day_in_london

    app = session.app
    days = (app.today, day_in_london(app.now))  # for training they differ, and moments are always true
    start = since or min(days)
    end = until or max(*days, start)
    if end < start:
        raise InvalidValue("--until", end, f"a day on or after --since {start}")
    found = recorded_since(app, start, end, officers=_officers(session, officer), plan=plan)
    session.say_left_out(found.left_out)
    session.emit_list(
        [_document(line) for line in found.lines],
        lambda: (_HEADS, [_row(line) for line in found.lines]),
        empty="Nothing was recorded.",
        latest=True,
    )


def _officers(session: Session, name: str | None) -> list[str] | None:
    if name is None:
        return None
    found = session.app.directory.officers_named(name)
    if not found:
        from arflow.lists.asked_values import unknown_value

        raise unknown_value("officer", name, set(session.app.directory.officer_names().values()), "an officer here")
    return found


def _document(line: "Line") -> dict[str, Any]:
    import msgspec

    document: dict[str, Any] = msgspec.structs.asdict(line)
    return document


def _row(line: "Line") -> tuple[object, ...]:
    from arflow.law.london import LONDON

    return (
        f"{line.recorded_at.astimezone(LONDON):%Y-%m-%d %H:%M}",
        line.case,
        line.on,
        line.text,
        line.recorded_by,
        "; ".join(line.marks),
    )
