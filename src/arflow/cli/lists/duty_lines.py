"""`arflow why CASE`: every duty of a case, with its days and what they are counted from."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from arflow.cli.case.case_view import duty_document
from arflow.cli.output import table
from arflow.cli.session import Session
from arflow.cli.states import state_text
from arflow.errors import NotPossible
from arflow.words import in_words, numbered

if TYPE_CHECKING:
    from arflow.case.duties import Duty
    from arflow.figures.rendering.console import Console

Listed = tuple[str, "Duty"]


def list_duties(session: Session, case: str, law_known_at: date | None) -> None:
    """List the duties that apply to a review, or to a plan and its review under way; each once."""
    found = list(_duties(session, case, law_known_at))
    documents = [{"case": name, "duty": duty.id, **_without_id(duty_document(duty))} for name, duty in found]
    session.emit(documents, lambda out: _page(out, case, found))


def _without_id(document: dict[str, Any]) -> dict[str, Any]:
    """A duty under `duty`, as the proof of one and every list of what is due name it; `id` is that of a case."""
    return {key: value for key, value in document.items() if key != "id"}


def _duties(session: Session, case: str, law_known_at: date | None) -> Iterator[Listed]:
    app = session.app
    review: str | None = case if app.is_review(case) else app.review_under_way(case)
    covered: set[str] = set()
    if review:
        for duty in app.duties(review, law_known_at):
            if duty.state != "not_applicable":
                covered.add(duty.id)
                yield review, duty
    if review != case:
        if law_known_at and not review:
            raise NotPossible("--law-known-at reads the duties of a review: name one")
        yield from ((case, one) for one in app.plan_duties(case) if one.id not in covered)


def _page(out: "Console", case: str, found: list[Listed]) -> None:
    rows = [
        (
            numbered(duty.id, duty.proceeding),
            duty.due,
            duty.met_on if not duty.window else None,
            state_text(duty.state),
            name,
            duty.reason or in_words(duty.formula),
            duty.citation,
        )
        for name, duty in found
        if duty.state != "not_applicable"
    ]
    heads = ("Duty", "Last day", "Done", "State", "Case", "Counted", "Law")
    table(out, heads, rows, empty="No duty applies.")
    out.print(f"Prove one with `arflow why {case} DUTY`.")
