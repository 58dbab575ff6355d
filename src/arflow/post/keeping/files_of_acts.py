"""Files that come with an act: kept and recorded together, both or neither."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from arflow.application.recording import Done
from arflow.case.review_commands import ReceiveAdvice, RecordConduct
from arflow.papers.documents import DocumentKind, Documents

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow


def act_with_files(
    app: "Arflow",
    review_id: str,
    command: ReceiveAdvice | RecordConduct,
    documents: Documents,
    *,
    kind: DocumentKind,
    files: Sequence[Path] = (),
    written_on: date | None = None,
) -> Done:
    """Record an act with the files that came; a document named by its digest must be one of this case."""
    plan = app.review(review_id).plan
    chosen = tuple(documents.document(digest, plan).digest for digest in command.documents)
    by = app.officer_id
    prepared = [
        documents.prepare(file, plan=plan, kind=kind, review=review_id, written_on=written_on, by=by, at=app.now)
        for file in files
    ]
    named = dict.fromkeys((*chosen, *(document.digest for document in prepared)))

    def keep(connection: sa.Connection) -> None:
        for document in prepared:
            documents.record(connection, document)

    return app.act(review_id, msgspec.structs.replace(command, documents=tuple(named)), beside=keep)
