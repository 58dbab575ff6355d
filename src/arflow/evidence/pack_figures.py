"""The figures that a pack carries: the timeliness report over the whole log, as data and as a page."""

from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING

from msgspec.structs import replace

from arflow.evidence.checkpoints import Checkpoint
from arflow.evidence.sample import Period
from arflow.law.london import LONDON

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow
    from arflow.figures.report import Report


def figures(
    app: "Arflow", checkpoint: Checkpoint, today: date, at: datetime, period: Period
) -> Iterator[tuple[str, bytes]]:
    """The files of the report, each with its name."""
    from arflow.figures.rendering import as_html, as_json

    report = _timeliness(app, checkpoint, today, at, period)
    written = BytesIO()
    as_json.write(report, written)
    yield "reports/timeliness.json", written.getvalue()
    yield "reports/timeliness.html", as_html.write(report, at.astimezone(LONDON)).encode()


def _timeliness(app: "Arflow", checkpoint: Checkpoint, today: date, at: datetime, period: Period) -> "Report":
    """The report without the cases behind it: those of a pack are the ones chosen, and no others are handed over."""
    from arflow.figures.report import Asked
    from arflow.figures.timeliness import timeliness
    from arflow.figures.viewpoint import looking, naming_left_out

    with looking(app, Asked(as_at=today, known_at=at, start=period[0], end=period[1])) as found:
        report = naming_left_out(timeliness(found), found)
    sections = tuple(replace(section, cases=None) for section in report.sections)
    return replace(report, log=(checkpoint.size, checkpoint.head), sections=sections)
