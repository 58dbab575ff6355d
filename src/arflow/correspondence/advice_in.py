"""Advice as it comes in: the file is kept and the answer recorded, both or neither."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from arflow.app import Done
from arflow.commands import ReceiveAdvice
from arflow.correspondence.addressing import of_case, people_of
from arflow.documents import Documents
from arflow.errors import InvalidValue
from arflow.events import Role

if TYPE_CHECKING:
    from arflow.app import Arflow


def receive(
    app: "Arflow",
    review_id: str,
    command: ReceiveAdvice,
    documents: Documents,
    *,
    files: Sequence[Path] = (),
    written_on: date | None = None,
) -> Done:
    """Record an answer, with the files that came; a document named by its digest must be one of this case."""
    plan = app.review(review_id).plan
    chosen = tuple(documents.document(digest, plan).digest for digest in command.documents)
    by = app.officer(app.by) or ""
    prepared = [
        documents.prepare(file, plan=plan, kind="advice", review=review_id, written_on=written_on, by=by, at=app.now)
        for file in files
    ]
    named = dict.fromkeys((*chosen, *(document.digest for document in prepared)))

    def keep(connection: sa.Connection) -> None:
        for document in prepared:
            documents.record(connection, document)

    return app.act(review_id, msgspec.structs.replace(command, documents=tuple(named)), beside=keep)


def role_of(app: "Arflow", review_id: str, person_id: str, role: Role | None) -> Role:
    """The role in which somebody answers: their own, which a role that was named must not contradict."""
    plan = app.review(review_id).plan
    own = people_of(app, plan).role_of(of_case(app, plan, person_id))
    if role is not None and role != own:
        raise InvalidValue("--role", role, f"the role of {person_id}, who is {own}", (own,))
    return own
