"""The rules as a list: each with its severity, its first year and the DfE's numbers of its items, for people and for docs."""

import msgspec

from arflow.sen2.checks.rule import Rule
from arflow.sen2.checks.table import RULES, numbers
from arflow.sen2.form.layout_files import Layouts


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as it is listed; `items` are numbers where the item has one, and element names where not."""

    id: str
    severity: str
    since: int
    items: tuple[str, ...]
    says: str
    fix: str = msgspec.field(name="mend")


def listing(layouts: Layouts, year: int | None = None) -> list[Listed]:
    """Every rule, or those of a year; the items have the numbers of that year, else of the latest that has them."""
    wanted = [year] if year else sorted(layouts.years(), reverse=True)
    return [_listed(rule, layouts, wanted) for rule in RULES if year is None or rule.applies(year)]


def _listed(rule: Rule, layouts: Layouts, years: list[int]) -> Listed:
    found = next((items for one in years if rule.applies(one) and (items := numbers(rule, layouts.load(one)))), ())
    return Listed(
        id=rule.id,
        severity=rule.severity,
        since=rule.since,
        items=found or rule.items or ("every item",),
        says=rule.says,
        fix=rule.fix,
    )


def markdown(found: list[Listed]) -> str:
    """The list as a Markdown table."""
    heads = ("Rule", "Severity", "Since", "Items", "What a sound return has", "How to fix it")
    rows = [(one.id, one.severity, str(one.since), ", ".join(one.items), one.says, one.fix) for one in found]
    lines = [heads, ("---",) * len(heads), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)
