"""Refuses to sign a case whose words, documents or columns `arflow verify` would reject."""

from collections.abc import Mapping, Sequence
from itertools import chain

import sqlalchemy as sa

from arflow.errors import ArflowError, LogBroken
from arflow.evidence.checks.event_contents import EventContents
from arflow.evidence.checks.kept_documents import KeptDocuments
from arflow.evidence.checks.kept_words import KeptWords
from arflow.papers.documents import documents_of
from arflow.papers.documents.place import Place
from arflow.store import LogRow, Snapshot

_MOST_NAMED = 3


def refuse_unsound(engine: sa.Engine, snapshot: Snapshot, cases: Mapping[str, Sequence[LogRow]]) -> None:
    """LogBroken where the words or documents of a case are not those that its events name, with the first faults."""
    words, documents = KeptWords(snapshot.connection), KeptDocuments(snapshot.connection, _place(engine))
    contents = EventContents((words, documents))
    for row in sorted(chain.from_iterable(cases.values())):
        contents.see(row)
    checks = (contents.checked(), words.checked(whole_log=False), documents.checked(plans=frozenset(cases)))
    faults = [str(found) for check in checks for found in check.findings if not found.doubt]
    if faults:
        raise LogBroken(
            f"a case is not as it was recorded ({'; '.join(faults[:_MOST_NAMED])}): see `arflow verify`; nothing was signed"
        )


def _place(engine: sa.Engine) -> Place | None:
    try:
        return documents_of(engine).place
    except ArflowError:
        return None
