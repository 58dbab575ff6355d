"""Worked examples: a case told act by act, and what must come of it; in Python, or in a file beside a definition."""

from arflow.examples.case_told import CaseTold, NotAsExpected, OpenReview, given

__all__ = ["CaseTold", "NotAsExpected", "OpenReview", "given"]
