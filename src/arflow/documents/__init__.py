"""Files kept by their SHA-256: what may come in, what is sent together, and how long each is kept."""

from arflow.documents.door import Door
from arflow.documents.keeping import Documents, documents_of
from arflow.documents.register import KINDS, Document, DocumentKind

__all__ = ["KINDS", "Document", "DocumentKind", "Documents", "Door", "documents_of"]
