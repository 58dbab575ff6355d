"""What may be erased stands beside the log, never in it."""

from datetime import date

import pytest

from arflow.application.arflow import Arflow
from arflow.case.review_commands import CancelReview
from tests.support.cases import Cases

pytestmark = pytest.mark.thorough

SECRET = "Robin has moved to a foster placement"


def log_bytes(app: Arflow) -> bytes:
    return b"".join(row.payload for row in app.log_store.read_log())


def test_names_and_reasons_are_not_in_the_log_and_can_be_erased(app_on_each: Arflow) -> None:
    app, cases = app_on_each, Cases(app_on_each)
    review = cases.review(cases.plan("1 Aug 2024", coordinator="Casey Morgan"), "1 May 2025")
    review.do(CancelReview(on=date(2025, 5, 2), reason=SECRET))
    for words in (b"Casey", b"Morgan", b"A. Officer", b"Robin", b"foster"):
        assert words not in log_bytes(app)
    line = next(line for line in app.story(review.id) if line.event == "ReviewCancelled")
    assert SECRET in line.text
    assert line.recorded_by == "A. Officer"

    digest = app.review(review.id).last("cancel").event.reason  # type: ignore[union-attr]
    app.directory.erase_note(digest)
    app.directory.erase_officer(app.directory.officer_id("A. Officer"))

    line = next(line for line in app.story(review.id) if line.event == "ReviewCancelled")
    assert SECRET not in line.text
    assert digest[:12] in line.text
    assert line.recorded_by.startswith("(name erased; S-")
    assert list(app.log_store.verify()) == []


def test_the_same_reason_twice_cannot_be_recognised_by_its_digest(app: Arflow) -> None:
    cases = Cases(app)
    first = cases.opened("1 Aug 2024", "1 May 2025").do(CancelReview(on=date(2025, 5, 2), reason="ill"))
    second = cases.opened("1 Aug 2024", "1 May 2025").do(CancelReview(on=date(2025, 5, 2), reason="ill"))
    digests = {app.review(one.id).last("cancel").event.reason for one in (first, second)}  # type: ignore[union-attr]
    assert len(digests) == 2


def test_a_refused_act_leaves_no_words_behind(app: Arflow) -> None:
    import pytest
    import sqlalchemy as sa

    from arflow.case.review_commands import CorrectStep
    from arflow.errors import DateRefused

    review = Cases(app).opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").reported("20 Jun 2025")
    with app.log_store.engine.connect() as connection:
        before = connection.execute(sa.text("select count(*) from notes")).scalar()
    with pytest.raises(DateRefused):
        review.do(CorrectStep(corrected_step="report", on=date(2025, 6, 1), reason=SECRET))
    with app.log_store.engine.connect() as connection:
        assert connection.execute(sa.text("select count(*) from notes")).scalar() == before
