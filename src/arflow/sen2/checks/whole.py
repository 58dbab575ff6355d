"""Checks of the return as a whole: codes for "other" used often, and review items that no plan has."""

from arflow.sen2.checks.reviews import ITEMS
from arflow.sen2.checks.rule import WHOLE, Checked, Rule


def _often(case: Checked, item: str, code: str) -> str | None:
    tally, settings = case.against.tally, case.against.settings
    count, of = tally.of_code(item, code), tally.of(item)
    if count < settings.many_least or count * 100 <= settings.many_percent * of:
        return None
    return f"{item} is {code} {count} times of {of} ({count / of:.1%})"


def ceased_for_another_reason(case: Checked) -> str | None:
    """Many plans ended for another reason."""
    return _often(case, "CeaseReason", "9")


def placed_elsewhere(case: Checked) -> str | None:
    """Many settings are other ones."""
    return _often(case, "SENSetting", "OTH")


def without_setting_for_another_reason(case: Checked) -> str | None:
    """Many are without a setting for another reason."""
    return _often(case, "SENSetting", "NIEO")


def asked_for_by_others(case: Checked) -> str | None:
    """Many requests came from others."""
    return _often(case, "RequestSource", "5")


def asked_for_and_never_given(case: Checked) -> str | None:
    """A review item that the year's collection must have is given of no active plan at all."""
    tally, plans = case.against.tally, case.against.tally.of("ActivePlans")
    if plans < case.against.settings.many_least:
        return None
    asked = (case.against.layout.item("ActivePlans", name) for name in ITEMS)
    missing = [item.name for item in asked if item and item.status == "mandatory" and not tally.of(item.name)]
    return f"{', '.join(missing)} given of none of {plans} active plans" if missing else None


def not_told_of(case: Checked) -> str | None:
    """Of some active plans no facts were imported."""
    bare, plans = case.against.tally.bare, case.against.tally.of("ActivePlans")
    return f"no facts were imported for {bare} of {plans} active plans" if bare else None


_EXPLAIN = "Give the codes that fit; for those that stay, have the reason ready, which COLLECT asks for."
RULES = (
    Rule(
        id="AR-901",
        severity="query",
        of=WHOLE,
        items=("CeaseReason",),
        says="Few plans ended for another reason (CeaseReason 9).",
        fix=_EXPLAIN,
        finds=ceased_for_another_reason,
    ),
    Rule(
        id="AR-902",
        severity="query",
        of=WHOLE,
        items=("SENSetting",),
        says="Few settings are other ones (OTH).",
        fix=_EXPLAIN,
        finds=placed_elsewhere,
    ),
    Rule(
        id="AR-903",
        severity="query",
        of=WHOLE,
        items=("SENSetting",),
        says="Few are not in education or training for another reason (NIEO).",
        fix=_EXPLAIN,
        finds=without_setting_for_another_reason,
    ),
    Rule(
        id="AR-904",
        severity="query",
        of=WHOLE,
        items=("RequestSource",),
        says="Few requests came from others (RequestSource 5).",
        fix=_EXPLAIN,
        finds=asked_for_by_others,
        since=2025,
    ),
    Rule(
        id="AR-905",
        severity="query",
        of=WHOLE,
        items=ITEMS,
        says="A review item that the year's collection asks for is given of some active plan.",
        fix="See whether the acts are recorded at all (arflow report backlog); a merge may have lost them (arflow sen2 merge).",
        finds=asked_for_and_never_given,
    ),
    Rule(
        id="AR-906",
        severity="query",
        of=WHOLE,
        items=(),
        says="Facts were imported for every active plan: without them it cannot be in a return that arflow makes.",
        fix="Import the last return (arflow sen2 import), or put the reviews into another system's return (arflow sen2 merge).",
        finds=not_told_of,
    ),
)
