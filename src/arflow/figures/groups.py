"""What figures are grouped by: setting, phase, year, coordinator, kind, or the time of the day a figure is about."""

import msgspec

from arflow.figures.report import By, Column
from arflow.history.sql import literal, months_on

PHASE = (
    "By the National Curriculum year of the plan: early years before reception, primary from reception to year 6, secondary "
    "from 7 to 11, post-16 from 12. The phases are those between which SEND Regs 2014 r.2(1) knows a transfer; the years "
    "are the usual ones (key stages, Education Act 2002 s.82), whatever the ages a school takes."
)
_TITLES = {
    "setting": "Setting",
    "phase": "Phase",
    "nc_year": "Year",
    "coordinator": "Coordinator",
    "kind": "Kind",
    "month": "Month",
    "quarter": "Quarter",
    "academic_year": "Academic year",
}
_DEFINITIONS = {
    "setting": "The setting's URN, as the plan has it on the day of the report.",
    "phase": PHASE,
    "nc_year": "The National Curriculum year of the plan on the day of the report.",
    "coordinator": "Who coordinates the plan on the day of the report.",
    "academic_year": "From 1 September to 31 August.",
}


class Grouping(msgspec.Struct, frozen=True, kw_only=True):
    """How rows are grouped: the SQL of a group's name and of its place among the others.

    They read the columns setting, nc_year, coordinator and kind, and the day that the figure is about.
    """

    by: By
    value: str
    order: str

    @property
    def sql(self) -> str:
        """The columns `grp` and `grp_order`, for a relation of cases."""
        return f"{self.value} as grp, {self.order} as grp_order"

    @property
    def columns(self) -> tuple[Column, ...]:
        """The column that names the group, in figures and cases alike; none where all are one group."""
        if self.by == "all":
            return ()
        return (Column(name=self.by, title=_TITLES[self.by], definition=_DEFINITIONS.get(self.by, "")),)

    @property
    def selected(self) -> str:
        """The group's name at the head of a SELECT from a relation that has `grp`; nothing where all are one."""
        return "" if self.by == "all" else "grp, "


def grouping(by: By, day: str) -> Grouping:
    """The grouping of that name; `day` is the SQL of the day that a row is about."""
    value, order = _sql(by, day)
    return Grouping(by=by, value=value, order=order)


_LAST = "chr(1114111)"  # a place after every name


def _sql(by: str, day: str) -> tuple[str, str]:
    """A group's name and its place; a group of what is not known comes last."""
    match by:
        case "all":
            return "'all'", "0"
        case "setting":
            return "coalesce(setting, 'no setting')", f"coalesce(setting, {_LAST})"
        case "phase":
            return _of_phase(("early years", "primary", "secondary", "post-16", "not known"))
        case "nc_year":
            return _NC_YEAR, "coalesce(nc_year, 99)"
        case "coordinator":
            name = "coalesce((select name from officers where id = coordinator), coordinator, 'nobody')"
            return name, f"case when coordinator is null then {_LAST} else {name} end"
        case "kind":
            return "kind", "kind"
        case _:
            return _of_time(by, day)


_NC_YEAR = """case when nc_year < 0 then 'Nursery ' || (3 + nc_year) when nc_year = 0 then 'Reception'
    when nc_year > 0 then 'Year ' || nc_year else 'not known' end"""


def _of_phase(names: tuple[str, ...]) -> tuple[str, str]:
    place = """case when nc_year < 0 then 1 when nc_year <= 6 then 2 when nc_year <= 11 then 3
        when nc_year >= 12 then 4 else 5 end"""
    return f"[{', '.join(map(literal, names))}][{place}]", place


def _of_time(by: str, day: str) -> tuple[str, str]:
    """A time is named by its first day's month, its first and last month, or its two years."""
    match by:
        case "month":
            name = f"strftime({day}, '%Y-%m')"
            order = f"date_trunc('month', {day})::DATE"
        case "quarter":
            order = f"date_trunc('quarter', {day})::DATE"
            name = f"strftime({order}, '%b') || ' to ' || strftime({months_on(order, 2)}, '%b %Y')"
        case "academic_year":
            starts = f"(year({day}) - (month({day}) < 9)::INTEGER)"
            order = f"make_date({starts}, 9, 1)"
            name = f"{starts} || '/' || lpad((({starts} + 1) % 100)::VARCHAR, 2, '0')"
        case _:
            raise ValueError(f"no such grouping: {by}")
    return f"coalesce({name}, 'no day')", f"coalesce({order}, DATE '9999-12-31')"
