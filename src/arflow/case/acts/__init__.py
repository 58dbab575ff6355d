"""Deciding what a command makes of a review: the events to append, or a refusal. Pure."""

from arflow.case.acts.of_review import act
from arflow.case.acts.recording import Desk, Recording, digests, reference, refuse_future, refuse_uncountable
from arflow.case.acts.steps import possible

__all__ = ["Desk", "Recording", "act", "digests", "possible", "reference", "refuse_future", "refuse_uncountable"]
