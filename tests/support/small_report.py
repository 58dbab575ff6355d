"""A small report made by hand: a picture of each kind, cases, nothing where nothing is, and words that could do harm."""

from datetime import UTC, date, datetime

from arflow.figures.report import Asked, Cases, Cell, Chart, Column, Report, Row, Section

HARMFUL = '=1+1<script>alert("x")</script>&"'
MADE = datetime(2026, 4, 3, 9, 30, tzinfo=UTC)
HEAD = "ab12" * 16


def report(*, cases: int = 3) -> Report:
    """Four sections: duties in a stack with their cases, months in a line, settings in bars, and an empty one."""
    return Report(
        name="small",
        title="How timely reviews were",
        about="Every duty of the reviews held.",
        asked=Asked(as_at=date(2026, 3, 31), known_at=datetime(2026, 4, 2, 17, tzinfo=UTC), start=date(2025, 4, 1)),
        log=(12_345, HEAD),
        sections=(_duties(cases), _months(), _settings(), _nothing()),
        definitions={"met": "Done on or before the last day."},
    )


def _duties(cases: int) -> Section:
    return Section(
        name="duties",
        title="How each duty was kept",
        note="Meetings held in the period.",
        columns=(
            Column(name="duty", title="Duty"),
            Column(name="met", title="Met", unit="count", definition="In time."),
            Column(name="late", title="Late", unit="count", definition="Not in time."),
            Column(name="met_percent", title="Met %", unit="percent"),
            Column(name="median_days", title="Median days", unit="days"),
        ),
        rows=(
            ("advice_circulated", 1_204, 12, 99.0, 14.5),
            (HARMFUL, 3, 1, 75.0, 20.0),
            (None, 0, 0, None, None),
        ),
        chart=Chart(kind="stacked_bar", x="duty", series=("met", "late"), title="Duties", says="Most were met."),
        cases=Cases(
            columns=(
                Column(name="duty", title="Duty"),
                Column(name="outcome", title="Outcome"),
                Column(name="review", title="Review"),
                Column(name="due", title="Last day", unit="day"),
                Column(name="recorded", title="Recorded", unit="moment"),
            ),
            rows=lambda: map(_case, range(cases)),
        ),
    )


def _case(number: int) -> Row:
    duty: Cell = HARMFUL if number == 1 else "advice_circulated"
    due = None if number == 2 else date(2026, 3, 8)
    outcome = "late" if number else "met"
    return (duty, outcome, f"R-2026-{number:06d}", due, datetime(2026, 3, 9, 8, 5, tzinfo=UTC))


def _months() -> Section:
    return Section(
        name="months",
        title="Month by month",
        columns=(
            Column(name="month", title="Month"),
            Column(name="decided", title="Decided in time", unit="percent"),
            Column(name="reported", title="Reported in time", unit="percent"),
        ),
        rows=(("2026-02", 80.0, 91.5), ("2025-12", 60.5, 95.0), ("2026-01", None, 93.0)),
        chart=Chart(kind="line", x="month", series=("decided", "reported"), title="In time", says="It rose."),
    )


def _settings() -> Section:
    return Section(
        name="settings",
        title="By setting",
        columns=(Column(name="setting", title="Setting"), Column(name="days", title="Days", unit="days")),
        rows=(("Invented Academy of Science and Technology (North Campus)", 31.0), ("Invented Primary School", 12.0)),
        chart=Chart(kind="bar", x="setting", series=("days",), title="Days taken", says="The academy takes longest."),
    )


def _nothing() -> Section:
    columns = (Column(name="plan", title="Plan"), Column(name="since", title="Since", unit="day"))
    return Section(name="nothing", title="Plans never reviewed", columns=columns, rows=())
