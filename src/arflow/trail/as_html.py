"""An audit trail as one self-contained page."""

from functools import partial

from arflow.pages import Made, render
from arflow.story import LONDON
from arflow.trail import wording
from arflow.trail.making import Trail


def as_html(trail: Trail, template: str = "audit.html", **more: object) -> str:
    """The page as text; everything from the case is escaped. A template that extends it may show more."""
    return render(
        template,
        title=f"Audit trail of {trail.case}",
        made=Made(at=trail.made_at.astimezone(LONDON), log=(trail.position, trail.head)),
        trail=trail,
        london=LONDON,
        wording=wording,
        outcome=partial(wording.outcome, as_at=trail.as_at),
        **more,
    )
