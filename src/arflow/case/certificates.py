"""The certificates of mediations on a plan, as its reviews read them: each is recorded once (CFA 2014 s.55). Pure."""

from collections.abc import Iterator

import msgspec

from arflow.case.facts import Fact
from arflow.case.mediated import Certificate
from arflow.case.plan import Plan
from arflow.case.proceedings import Proceeding
from arflow.case.review import AnnualReview
from arflow.case.review_commands import AnyReviewCommand, CertifyMediation
from arflow.errors import NotPossible

_GIVEN = "certificate_given"


def reading(plan: Plan, review: AnnualReview) -> AnnualReview:
    """A review that reads the certificates on its plan as they are now."""
    if not (plan.proceedings or review.certificates):
        return review
    found = tuple(Certificate(asked=one.begun, given=given) for one, given in _given(plan))
    return review if found == review.certificates else msgspec.structs.replace(review, certificates=found)


def refuse_twice(plan: Plan, review: AnnualReview, command: AnyReviewCommand) -> None:
    """NotPossible for a certificate that the plan has, or of a mediation on the plan that still waits for it."""
    if not isinstance(command, CertifyMediation):
        return
    if waiting := [one for one in _mediations(plan) if _GIVEN in one.next_steps]:
        raise NotPossible(
            f"plan {plan.ref} has a mediation since {waiting[0].begun.day} that waits for its certificate: record it once, "
            f"with `arflow plan did {plan.ref} certificate-given`; {review.id} reads it there"
        )
    read = review.certificate
    if read and any(one.given == read for one in review.certificates):
        raise NotPossible(f"{review.id}: the review reads the certificate of {read.day} on plan {plan.ref}")


def _given(plan: Plan) -> Iterator[tuple[Proceeding, Fact]]:
    return ((one, one.steps[_GIVEN]) for one in _mediations(plan) if _GIVEN in one.steps)


def _mediations(plan: Plan) -> Iterator[Proceeding]:
    return (one for one in plan.proceedings if one.kind == "mediation")
