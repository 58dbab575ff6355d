"""The audit trail of a case, and what telling it needs."""

from arflow.application.reading import ReadSide
from arflow.telling.sentences import Teller
from arflow.telling.story import Line, about, tell


def teller(app: ReadSide) -> Teller:
    """What telling a story needs: definitions, and the names and words that have not been erased."""
    names = app.directory.officer_names()
    return Teller(
        workflow_of=app.workflow,
        officer=lambda officer: names.get(officer, f"(name erased; {officer})" if officer else ""),
        note=app.directory.read_note,
    )


def story(app: ReadSide, case: str) -> list[Line]:
    """The audit trail of a review, or of a plan with all its reviews, in the order of the log."""
    events = app.case_events(case)
    app.check_defined(event for _, event in events)
    return list(tell(about(case, events) or events, teller(app)))
