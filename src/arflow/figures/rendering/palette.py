"""How series look in a chart: they differ in colour, lightness, dashes and marks, so that grey paper tells them apart."""

from collections.abc import Sequence

import msgspec


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """Fill, its edge (at least 3:1 on white), the colour of a label upon it, and the mark and dashes of a line."""

    fill: str
    edge: str
    label: str
    mark: str = "circle"
    dash: tuple[int, ...] = (1, 0)


_WHITE, _INK = "#ffffff", "#0b0c0c"
_DEEP = Look(fill="#12365c", edge="#12365c", label=_WHITE)
_AMBER = Look(fill="#f2b64c", edge="#8a5300", label=_INK, mark="diamond", dash=(2, 2))
_RED = Look(fill="#c03a1e", edge="#c03a1e", label=_WHITE, mark="square", dash=(6, 3))
_PALE = Look(fill="#e6eaee", edge="#5a6670", label=_INK, mark="triangle-up", dash=(1, 3))
_TEAL = Look(fill="#28766f", edge="#1d5f59", label=_WHITE, mark="triangle-down", dash=(8, 3, 2, 3))
_MAUVE = Look(fill="#b58cc4", edge="#6d3f80", label=_INK, mark="cross", dash=(4, 2))

# What went well is deep, what is in doubt amber, what did not red, what is open pale: in every report.
_KNOWN = {
    "met": _DEEP, "in_time": _DEEP, "contested": _AMBER, "late": _RED, "breached": _RED, "overdue": _RED,
    "running": _PALE, "not_started": _PALE,
}  # fmt: skip
_ORDER = (_DEEP, _TEAL, _AMBER, _MAUVE, _RED, _PALE)


def looks(series: Sequence[str]) -> list[Look]:
    """A look for each series, no two alike while there are enough; more than six repeat."""
    taken: list[Look] = []
    for name in series:
        free = [look for look in _ORDER if look not in taken] or list(_ORDER)
        known = _KNOWN.get(name)
        kept_back = [_KNOWN[later] for later in series if later in _KNOWN]
        others = [look for look in free if look not in kept_back] or free
        taken.append(known if known in free else others[0])
    return taken
