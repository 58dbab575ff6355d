"""Deciding what a command makes of a review: the events to append, or a refusal. Pure."""

from arflow.acts.deciding import act
from arflow.acts.recording import Desk, Recording, digests, reference, refuse_future, refuse_uncountable
from arflow.acts.steps import possible

__all__ = ["Desk", "Recording", "act", "digests", "possible", "reference", "refuse_future", "refuse_uncountable"]
