"""What an act has just moved: its case counted before and after it, finished reviews too."""

from collections.abc import Iterator
from contextlib import contextmanager

from arflow.application.arflow import Arflow
from arflow.case.case import Case, fold
from arflow.figures.impact.preview import Preview, as_it_is, preview_of


@contextmanager
def moved_by(app: Arflow, plan: str) -> Iterator[list[Preview]]:
    """Record something on a plan's case in the block; the list then has what it moved, with the letters made wrong."""
    before, found = _case(app, plan), list[Preview]()
    yield found
    rules = as_it_is(app)
    found.append(preview_of(app, "", iter([((before, rules), (_case(app, plan), rules))]), finished=True))


def _case(app: Arflow, plan: str) -> Case:
    return fold(event for _, event in app.case_events(plan))
