"""Files kept by their SHA-256: what may come in, what is sent together, and how long each is kept."""

from arflow.papers.documents.admission import Door
from arflow.papers.documents.collection import Documents, documents_of
from arflow.papers.documents.register import KINDS, Document, DocumentKind

__all__ = ["KINDS", "Document", "DocumentKind", "Documents", "Door", "documents_of"]
