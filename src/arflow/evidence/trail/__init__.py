"""The audit trail of a case as one document: made from the events, and shown as a page or as a PDF."""

from arflow.evidence.trail.case_trail import trail
from arflow.evidence.trail.document import CaseTrail, MainStep, Trail

__all__ = ["CaseTrail", "MainStep", "Trail", "trail"]
