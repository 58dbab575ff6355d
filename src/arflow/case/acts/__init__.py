"""Deciding what a command makes of a review: the events to append, or a refusal. Pure."""

from arflow.case.acts.basis import Basis, Recording
from arflow.case.acts.of_review import act
from arflow.case.acts.refusals import digests, reference, refuse_future, refuse_uncountable
from arflow.case.acts.steps import possible

__all__ = ["Basis", "Recording", "act", "digests", "possible", "reference", "refuse_future", "refuse_uncountable"]
