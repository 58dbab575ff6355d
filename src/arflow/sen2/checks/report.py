"""The findings of a check as a report: how many by rule, whose they are, and each with its place and how it is mended."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from arflow.reports.report import Asked, Cases, Column, Report, Row, Section
from arflow.sen2.checks.rule import Against, Finding, Rule
from arflow.sen2.checks.table import RULES, numbers
from arflow.sen2.layout import Layout

DEFINITIONS = {
    "error": "A return with one is not taken. The DfE's own rules and their numbers are not public: these are arflow's, made "
    "from what each item means; COLLECT decides in the end.",
    "query": "What is unlikely, late or missing: mend it, or have the reason ready.",
    "case": "The plan's reference, or the line of the file. No name, number or birth date of a person is ever shown.",
}
_NO_COORDINATOR = "no coordinator"
_SEVERITY = Column(name="severity", title="Severity")
_RULE = Column(name="rule", title="Rule")
_COORDINATOR = Column(name="coordinator", title="Coordinator")
_WHAT = (
    Column(name="what", title="What is wrong"),
    Column(name="mend", title="How it is mended"),
    Column(name="items", title="Items"),
)
_COUNT = Column(name="findings", title="Findings", unit="count")
_CASES = Column(name="cases", title="Cases", unit="count")


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A check that was made: its report, and how many errors and queries it holds."""

    report: Report
    errors: int
    queries: int


def report(
    found: Iterable[Finding],
    against: Against,
    asked: Asked,
    *,
    of: str,
    log: tuple[int, str] = (0, ""),
    coordinators: Mapping[str, str] | None = None,
    listed: int | None = None,
) -> Checked:
    """The findings counted and listed, errors first; `coordinators` names each plan's, `listed` is the most that are listed."""
    whose = coordinators or {}
    by_coordinator = asked.by == "coordinator"
    ordered = sorted(found, key=lambda one: _order(one, whose, by_coordinator=by_coordinator))
    rows = tuple(_row(one, against.layout, whose) for one in ordered)
    errors = sum(one.rule.severity == "error" for one in ordered)
    sections = [_by_rule(ordered, rows, against.layout)]
    if by_coordinator:
        sections.append(_by_coordinator(ordered, whose))
    return Checked(
        report=Report(
            name="sen2_check",
            title=f"Checks of the SEN2 return of {against.year}",
            about=f"{errors:,} errors and {len(rows) - errors:,} queries in {of}.{_unseen(against.layout)}",
            asked=asked,
            log=log,
            sections=(*sections, _findings(rows, listed)),
            definitions=DEFINITIONS,
        ),
        errors=errors,
        queries=len(rows) - errors,
    )


def _unseen(layout: Layout) -> str:
    if layout.heading.seen:
        return ""
    year, like = layout.year, layout.heading.extends
    return f" The DfE's specification for {year} was not seen: its items are taken to be those of {like}."


def _order(finding: Finding, whose: Mapping[str, str], *, by_coordinator: bool) -> tuple[str, bool, str, int, str]:
    coordinator = _coordinator(finding, whose) if by_coordinator else ""
    return coordinator, finding.rule.severity != "error", finding.place, finding.line, finding.rule.id


def _coordinator(finding: Finding, whose: Mapping[str, str]) -> str:
    return whose.get(finding.place, _NO_COORDINATOR) if finding.place else ""


def _place(finding: Finding) -> str:
    return finding.place or (f"line {finding.line}" if finding.line else "the whole return")


def _row(finding: Finding, layout: Layout, whose: Mapping[str, str]) -> Row:
    rule = finding.rule
    coordinator = _coordinator(finding, whose) or None
    items = ", ".join(numbers(rule, layout)) or None
    return rule.severity, rule.id, _place(finding), coordinator, finding.what, rule.mend, items


def _by_rule(ordered: list[Finding], rows: tuple[Row, ...], layout: Layout) -> Section:
    counts = Counter(one.rule.id for one in ordered)
    cases: defaultdict[str, set[str]] = defaultdict(set)
    for one in ordered:
        cases[one.rule.id].add(_place(one))
    return Section(
        name="rules",
        title="By rule",
        columns=(_SEVERITY, _RULE, _COUNT, _CASES, Column(name="says", title="What a sound return has"), _WHAT[2]),
        rows=tuple(
            (rule.severity, rule.id, counts[rule.id], len(cases[rule.id]), rule.says, _items(rule, layout))
            for rule in sorted(RULES, key=lambda rule: (rule.severity != "error", rule.id))
            if counts[rule.id]
        ),
        cases=Cases(columns=_COLUMNS, rows=lambda: iter(rows)),
    )


def _items(rule: Rule, layout: Layout) -> str | None:
    return ", ".join(numbers(rule, layout)) or None


def _by_coordinator(ordered: list[Finding], whose: Mapping[str, str]) -> Section:
    counts = Counter((_coordinator(one, whose), one.rule.severity) for one in ordered if one.place)
    cases: defaultdict[str, set[str]] = defaultdict(set)
    for one in ordered:
        if one.place:
            cases[_coordinator(one, whose)].add(one.place)
    columns = (
        Column(name="errors", title="Errors", unit="count"),
        Column(name="queries", title="Queries", unit="count"),
    )
    return Section(
        name="coordinators",
        title="By coordinator",
        columns=(_COORDINATOR, _CASES, *columns),
        rows=tuple(
            (name, len(places), counts[name, "error"], counts[name, "query"]) for name, places in sorted(cases.items())
        ),
    )


_COLUMNS = (_SEVERITY, _RULE, Column(name="case", title="Case"), _COORDINATOR, *_WHAT)


def _findings(rows: tuple[Row, ...], listed: int | None) -> Section:
    left = 0 if listed is None else max(0, len(rows) - listed)
    note = f"{left:,} more: all of them with --section findings, or --section findings --format csv." if left else ""
    return Section(name="findings", title="Findings", note=note, columns=_COLUMNS, rows=rows[: len(rows) - left])
