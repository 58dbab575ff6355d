"""An invented authority's meetings of a school year, for planning: drawn by a seed, with no store behind them."""

from datetime import date, timedelta
from random import Random

from arflow.law.workflow import Term
from arflow.planning.latest_day import Limit, eleventh_month
from arflow.planning.meetings import Meeting
from arflow.planning.school_year import SchoolYear
from arflow.planning.year_plan import Capacity, Ground, Panel

YEAR = SchoolYear(begins=2026)
TERMS = tuple(
    Term(name=name, starts=date.fromisoformat(starts), ends=date.fromisoformat(ends))
    for name, starts, ends in (
        ("Autumn 1", "2026-09-02", "2026-10-23"), ("Autumn 2", "2026-11-02", "2026-12-18"),
        ("Spring 1", "2027-01-04", "2027-02-12"), ("Spring 2", "2027-02-22", "2027-03-25"),
        ("Summer 1", "2027-04-12", "2027-05-28"), ("Summer 2", "2027-06-07", "2027-07-21"),
    )
)  # fmt: skip


def ground(
    today: date = date(2026, 9, 1), *, officer: int = 8, setting: int = 4, panels: tuple[Panel, ...] = ()
) -> Ground:
    """The ground of the invented year: so many meetings a week of an officer and of a setting."""
    return Ground(
        year=YEAR,
        today=today,
        terms=TERMS,
        bank_holidays=(),
        notice=15,
        report=14,
        decide=28,
        officer=Capacity(a_week=officer, a_day=max(1, -(-officer // 3))),
        setting=Capacity(a_week=setting, a_day=setting),
        panels=panels,
    )


def weekly_panels(cases: int) -> tuple[Panel, ...]:
    """A panel each Wednesday of the year and of the weeks after it."""
    return tuple(Panel(on=date(2026, 9, 2) + timedelta(weeks=n), cases=cases) for n in range(52))


def meeting(number: int, random: Random, *, settings: int, officers: int) -> Meeting:
    """One meeting: its twelve months end on some day of the year, as many ask in the summer term; one in eight transfers."""
    setting = random.randrange(settings)
    month = random.choice((9, 10, 11, 12, 1, 2, 3, 3, 4, 5, 5, 6, 6, 6, 7, 7, 7))
    due = date(2026 if month >= 9 else 2027, month, random.randint(1, 28)) + timedelta(days=28)
    limits = [
        Limit(duty="twelve_months", last=due, after="", latest=due - timedelta(days=28), word="must", citation="CFA 2014 s.44(1)"),
        eleventh_month(date(due.year - 1, due.month, due.day) + timedelta(days=1)),
    ]  # fmt: skip
    transfers = random.random() < 0.125
    if transfers:
        last = date(2027, 2, 14)
        limits.append(
            Limit(duty="phase_transfer", last=last, after="", latest=last - timedelta(days=84), word="must", citation="SEND Regs 2014 r.18")
        )  # fmt: skip
    return Meeting(
        plan=f"P-{number:05}",
        review=None,
        kind="phase_transfer" if transfers else "annual",
        setting=str(100_000 + setting),
        coordinator=f"Officer {setting % officers}",
        limits=tuple(limits),
        not_before=date(2026, 9, 1) if transfers else None,
    )


def authority(plans: int, settings: int, officers: int, seed: int = 1) -> list[Meeting]:
    """The meetings of a whole authority."""
    random = Random(seed)
    return [meeting(number, random, settings=settings, officers=officers) for number in range(plans)]
