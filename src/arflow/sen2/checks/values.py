"""Checks of single values: whether the year has the item, whether it is given, a day, a code or of its form."""

from collections.abc import Callable, Iterator

from arflow.law.periods import FIRST_DAY, LAST_DAY
from arflow.sen2.checks.rule import EVERYWHERE, Checked, Rule, counted, listed
from arflow.sen2.form.faults import PERSONAL
from arflow.sen2.form.layout import Item, is_day

# Their shape is checked by rules of their own, which say more.
_NUMBERS = ("urn", "ukprn", "upn", "uln")
_DAYS = ("day", "moment", "year")


def unknown_item(case: Checked) -> str | None:
    """The block has an item that this year's return does not have."""
    layout, block = case.against.layout, case.block
    names = [name for name in block.values if layout.item(block.block, name) is None]
    return f"{', '.join(names)} in {block.block} are no items of {layout.year}" if names else None


def lacking(case: Checked) -> str | None:
    """An item that every block of its kind has is not given."""
    layout, block = case.against.layout, case.block
    missing = [item.name for item in layout.items(block.block) if item.required and not case.text(item.name)]
    return f"{', '.join(missing)} not given" if missing else None


def not_a_day(case: Checked) -> str | None:
    """A day, a moment or a year is not written as one."""
    return listed([*_wrong(case, lambda item: item.type in _DAYS), *_beyond(case)])


def _beyond(case: Checked) -> Iterator[str]:
    """Days before or after those that are counted with."""
    layout, block = case.against.layout, case.block
    for name, value in block.values.items():
        item = layout.item(block.block, name)
        if item is not None and item.type == "day" and is_day(value) and not counted(value):
            yield f"{name} is not between {FIRST_DAY} and {LAST_DAY}"


def not_a_code(case: Checked) -> str | None:
    """A code is not in its code set."""
    return listed(list(_wrong(case, lambda item: item.type in case.against.layout.codes)))


def not_of_its_form(case: Checked) -> str | None:
    """A value is not of the form that its item has; numbers of people and places apart."""
    layout = case.against.layout
    return listed(list(_wrong(case, lambda item: item.type in layout.forms and item.type not in _NUMBERS)))


def _wrong(case: Checked, of: Callable[[Item], bool]) -> Iterator[str]:
    """What is wrong with the chosen values; those that say who somebody is are not repeated."""
    layout, block = case.against.layout, case.block
    for name, value in block.values.items():
        item = layout.item(block.block, name)
        if item is not None and of(item) and (wrong := layout.wrong(item, value)):
            yield f"{name} {wrong}" if block.block in PERSONAL else f"{name} {value} {wrong}"


RULES = (
    Rule(
        id="AR-011",
        severity="error",
        of=EVERYWHERE,
        items=(),
        says="Every item given is an item of the year's return.",
        fix="Take it out, or check the return against its own year (--year).",
        finds=unknown_item,
    ),
    Rule(
        id="AR-012",
        severity="error",
        of=EVERYWHERE,
        items=(),
        says="What every block of its kind must have is given: names, birth date, sex and ethnicity of a person, the header.",
        fix="Correct it at its source, then arflow sen2 import.",
        finds=lacking,
    ),
    Rule(
        id="AR-013",
        severity="error",
        of=EVERYWHERE,
        items=(),
        says="Every day is written YYYY-MM-DD, and is a day of the calendar.",
        fix="Correct the day in the system that made the return.",
        finds=not_a_day,
    ),
    Rule(
        id="AR-014",
        severity="error",
        of=EVERYWHERE,
        items=(),
        says="Every code is one of the item's code set in that year.",
        fix="Give a code of the set; the sets are in workflows/sen2, by year.",
        finds=not_a_code,
    ),
    Rule(
        id="AR-015",
        severity="error",
        of=EVERYWHERE,
        items=(),
        says="Every other value is of the form that its item has.",
        fix="Correct the value in the system that made the return.",
        finds=not_of_its_form,
    ),
)
