"""An audit trail as one self-contained page."""

from functools import partial

from arflow.evidence.trail import trail_words
from arflow.evidence.trail.document import Trail
from arflow.law.london import LONDON
from arflow.papers.pages import Made, render


def as_html(trail: Trail, template: str = "audit.html", **more: object) -> str:
    """The page as text; everything from the case is escaped. A template that extends it may show more."""
    return render(
        template,
        title=f"Audit trail of {trail.case}",
        made=Made(at=trail.made_at.astimezone(LONDON), log=(trail.position, trail.head)),
        trail=trail,
        london=LONDON,
        wording=trail_words,
        outcome=partial(trail_words.outcome, as_at=trail.as_at),
        **more,
    )
