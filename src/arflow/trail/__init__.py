"""The audit trail of a case as one document: made from the events, and shown as a page or as a PDF."""

from arflow.trail.making import CaseTrail, MainStep, Trail, trail

__all__ = ["CaseTrail", "MainStep", "Trail", "trail"]
