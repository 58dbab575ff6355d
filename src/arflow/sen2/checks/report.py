"""The findings of a check as a report: how many by rule and coordinator, and each with its place and how to fix it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from arflow.figures.report import Asked, Cases, Column, Report, Row, Section
from arflow.sen2.checks.rule import Against, Finding
from arflow.sen2.checks.table import RULES, numbers
from arflow.sen2.form.layout import Layout
from arflow.words import counted

DEFINITIONS = {
    "error": "The DfE does not take a return with one. The DfE's own rules and their numbers are not public: these are arflow's, "
    "made from what each item means; COLLECT has the last word.",
    "query": "What is unlikely, late or missing: correct it, or have the reason ready.",
    "case": "The plan's reference, or the line of the file. No name, number or birth date of a person is ever shown.",
}
_NOBODY = "no coordinator"
_SEVERITY, _RULE = Column(name="severity", title="Severity"), Column(name="rule", title="Rule")
_COORDINATOR = Column(name="coordinator", title="Coordinator")
_ITEMS = Column(name="items", title="Items")
_CASES = Column(name="cases", title="Cases", unit="count")


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A check that was made: its report, and how many errors and queries it holds."""

    report: Report
    errors: int
    queries: int


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """What was checked, in words; of the log its last position and head, and the coordinator of each plan.

    Of a return in CSV form (`sheets`) a line is one of the block's own file.
    """

    said: str
    sheets: bool = False
    log: tuple[int, str] | None = None
    coordinators: Mapping[str, str] | None = None


def report(
    found: Iterable[Finding], against: Against, asked: Asked, source: Source, listed: int | None = None
) -> Checked:
    """The findings counted and listed, errors first, of one coordinator after another where that is asked; at most so many."""
    told = _Told(found, against.layout, source, by_coordinator=asked.by == "coordinator")
    errors = sum(one.rule.severity == "error" for one in told.findings)
    queries = len(told.findings) - errors
    sections = [told.by_rule(f"{_counted(errors, queries)} in {source.said}.{_unseen(against.layout)}")]
    if asked.by == "coordinator":
        sections.append(told.by_coordinator())
    made = Report(
        name="sen2_check",
        title=f"Checks of the SEN2 return of {against.year}",
        about="The errors and queries of the return, each with its place and how to fix it.",
        asked=asked,
        log=source.log,
        sections=(*sections, told.every(listed)),
        definitions=DEFINITIONS,
    )
    return Checked(report=made, errors=errors, queries=queries)


def _counted(errors: int, queries: int) -> str:
    return f"{counted(errors, 'error')} and {counted(queries, 'query', 'queries')}"


def _unseen(layout: Layout) -> str:
    if layout.heading.seen:
        return ""
    year, like = layout.year, layout.heading.extends
    return f" The DfE's specification for {year} was not seen: its items are taken to be those of {like}."


class _Told:
    """Findings in the order of the report, and the sections made of them."""

    def __init__(self, found: Iterable[Finding], layout: Layout, source: Source, *, by_coordinator: bool) -> None:
        self._layout, self._whose, self._sheets = layout, source.coordinators, source.sheets
        self._by_coordinator = by_coordinator
        self.findings = sorted(found, key=self._order)

    def _order(self, finding: Finding) -> tuple[str, bool, str, int, str]:
        coordinator = self._coordinator(finding) if self._by_coordinator else ""
        return coordinator, finding.rule.severity != "error", finding.place, finding.line, finding.rule.id

    def _coordinator(self, finding: Finding) -> str:
        return (self._whose or {}).get(finding.place, _NOBODY) if finding.place else ""

    def _place(self, finding: Finding) -> str:
        if finding.place or not finding.line:
            return finding.place or "the whole return"
        return f"{finding.block.lower()}.csv, line {finding.line}" if self._sheets else f"line {finding.line}"

    @property
    def _columns(self) -> tuple[Column, ...]:
        whose = () if self._whose is None else (_COORDINATOR,)
        what = Column(name="what", title="What is wrong"), Column(name="mend", title="How to fix it")
        return (_SEVERITY, _RULE, Column(name="case", title="Case"), *whose, *what, _ITEMS)

    def _row(self, finding: Finding) -> Row:
        rule = finding.rule
        whose = () if self._whose is None else (self._coordinator(finding) or None,)
        items = ", ".join(numbers(rule, self._layout, finding.block)) or None
        return (rule.severity, rule.id, self._place(finding), *whose, finding.what, rule.fix, items)

    def by_rule(self, note: str) -> Section:
        """How often each rule found something, and in how many cases."""
        counts = Counter(one.rule.id for one in self.findings)
        cases = _cases((one.rule.id, self._place(one)) for one in self.findings)
        columns = (_SEVERITY, _RULE, Column(name="findings", title="Findings", unit="count"), _CASES)
        return Section(
            name="rules",
            title="By rule",
            note=note,
            columns=(*columns, Column(name="says", title="What a sound return has"), _ITEMS),
            rows=tuple(
                (
                    *(rule.severity, rule.id, counts[rule.id], len(cases[rule.id]), rule.says),
                    ", ".join(numbers(rule, self._layout)) or None,
                )
                for rule in sorted(RULES, key=lambda rule: (rule.severity != "error", rule.id))
                if counts[rule.id]
            ),
            cases=Cases(columns=self._columns, rows=lambda: map(self._row, self.findings)),
        )

    def by_coordinator(self) -> Section:
        """How many errors and queries each coordinator has to deal with, in how many plans."""
        of_plans = [one for one in self.findings if one.place]
        counts = Counter((self._coordinator(one), one.rule.severity) for one in of_plans)
        cases = _cases((self._coordinator(one), one.place) for one in of_plans)
        return Section(
            name="coordinators",
            title="By coordinator",
            columns=(
                _COORDINATOR,
                _CASES,
                Column(name="errors", title="Errors", unit="count"),
                Column(name="queries", title="Queries", unit="count"),
            ),
            rows=tuple(
                (name, len(places), counts[name, "error"], counts[name, "query"])
                for name, places in sorted(cases.items())
            ),
        )

    def every(self, listed: int | None) -> Section:
        """Each finding, at most so many."""
        left = 0 if listed is None else max(0, len(self.findings) - listed)
        return Section(
            name="findings",
            title="Findings",
            note=f"{left:,} more: all of them with --section findings, or as CSV with --format csv too."
            if left
            else "",
            columns=self._columns,
            rows=tuple(map(self._row, self.findings[: len(self.findings) - left])),
        )


def _cases(found: Iterable[tuple[str, str]]) -> Mapping[str, set[str]]:
    """The places of each group, each once."""
    cases: defaultdict[str, set[str]] = defaultdict(set)
    for group, place in found:
        cases[group].add(place)
    return cases
