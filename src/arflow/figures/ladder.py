"""The ladder of waiting: how many cases have waited up to 4, 12, 26 and 52 weeks, and longer."""

from typing import NamedTuple

from arflow.figures.report import Column


class Step(NamedTuple):
    """A step of the ladder: waits of up to `last` days that are on no step below it; None: of any length."""

    name: str
    title: str
    last: int | None


STEPS = (
    Step("weeks_0_4", "0–4 weeks", 4 * 7),
    Step("weeks_4_12", "4–12 weeks", 12 * 7),
    Step("weeks_12_26", "12–26 weeks", 26 * 7),
    Step("weeks_26_52", "26–52 weeks", 52 * 7),
    Step("weeks_52_on", "Over 52 weeks", None),
)
DEFINITION = (
    "Whole days counted in weeks of seven: 0 to 28 days, 29 to 84, 85 to 182, 183 to 364, 365 and more. The last day of "
    "a step belongs to it: after exactly 28 days a case is still on the first."
)
COLUMNS = (
    *(Column(name=step.name, title=step.title, unit="count") for step in STEPS),
    Column(name="longest_days", title="Longest wait", unit="days"),
)
SERIES = tuple(step.name for step in STEPS)
# The step of a case, in a relation that has it as `step`.
STEP_COLUMN = Column(name="step", title="Step")


def step_of(days: str) -> str:
    """The step that a number of days is on, as SQL."""
    cases = " ".join(f"when {days} <= {step.last} then '{step.name}'" for step in STEPS if step.last is not None)
    return f"case {cases} when {days} is not null then '{STEPS[-1].name}' end"


def counted(days: str) -> str:
    """The ladder's columns over a relation that has `step`, as SQL."""
    return ", ".join((*(f"count(*) filter (step = '{step.name}')" for step in STEPS), f"max({days})"))
