"""Check what a definition means, and add every fault with its place."""

from collections.abc import Mapping

from arflow.definition import Document
from arflow.workflow import Workflow


def check(document: Document, workflow: Workflow, base: Workflow | None, published: Mapping[str, str]) -> None:
    """Add to the document every fault of meaning."""
