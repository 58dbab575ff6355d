"""Recording why a duty was late: which breach is meant, and the command that explains it."""

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from arflow.case.duties import LATE, Duty
from arflow.case.plan_commands import ExplainLateness
from arflow.errors import NotFound, NotPossible, field_name
from arflow.law.late_reasons import CodeList
from arflow.words import in_words

if TYPE_CHECKING:
    from arflow.application.reading import ReadSide


class Because(NamedTuple):
    """The codes of a reason and a remedy, and what else is to be said, in words."""

    reason: str
    remedy: str | None = None
    words: str | None = None


def explanation(
    app: "ReadSide",
    case: str,
    duty_id: str,
    because: Because,
    codes: CodeList,
    *,
    on: date | None = None,
    proceeding: int | None = None,
) -> tuple[str, ExplainLateness]:
    """The plan, and the command that explains a breach of a review, or of a plan or its open review.

    NotFound where the case has no such duty, NotPossible where it is not late, InvalidValue for a code that the list lacks.
    """
    review = app.plan(case).open_review() if app.is_plan(case) else case
    ref = case if app.is_plan(case) else app.review(case).plan
    reason = codes.reason_of(because.reason, field_name("reason"))
    remedy = codes.remedy_of(because.remedy, field_name("remedy")).id if because.remedy else None
    of, duty = _late(app, ref, review, duty_id, proceeding, plan_too=app.is_plan(case))
    assert duty.due is not None
    return ref, ExplainLateness(
        on=on,
        duty=duty.id,
        due=duty.due,
        because=reason.id,
        cause=reason.cause,
        remedy=remedy,
        review=of,
        proceeding=duty.proceeding or None,
        reason=because.words,
    )


def _late(
    app: "ReadSide", ref: str, review: str | None, duty_id: str, proceeding: int | None, *, plan_too: bool
) -> tuple[str | None, Duty]:
    """The breach that is meant: of the review, else of the plan itself."""
    found: list[tuple[str | None, Duty]] = [(review, one) for one in app.duties(review)] if review else []
    found += [(None, one) for one in app.plan_duties(ref)] if plan_too else []
    named = [(of, one) for of, one in found if one.id == duty_id and proceeding in (None, one.proceeding)]
    if not named:
        raise NotFound("duty", duty_id, f"{review or ref} has {', '.join(dict.fromkeys(one.id for _, one in found))}")
    late = [(of, one) for of, one in named if one.state in LATE and one.due]
    if not late:
        state = in_words(named[0][1].state)
        raise NotPossible(f"{in_words(duty_id)} of {review or ref} is {state}: there is no breach to explain")
    if len({one.proceeding for _, one in late}) > 1:
        numbers = ", ".join(str(one.proceeding) for _, one in late)
        raise NotPossible(
            f"several proceedings on plan {ref} are late with {in_words(duty_id)}: say which with --of: {numbers}"
        )
    return late[0]
