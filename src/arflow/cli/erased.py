"""After an erasure: what the store's own files may still hold, and what ends that."""

from arflow.cli.session import Session
from arflow.cli.terminal import say


def pages_wait(session: Session) -> bool:
    """Whether pages of the store's files may still hold what was erased; the operator reads that too."""
    from arflow.store.erased_pages import waits

    engine = session.app.engine
    if engine.dialect.name == "postgresql":
        say(
            "PostgreSQL's own files keep erased rows until they are written again: docs/how-to/erase-for-good.md says how",
            err=True,
        )
        return True
    waiting = waits(engine)
    if waiting:
        say(
            "Pages of the store's file still hold it, since another program reads them: `arflow tick` ends that.",
            err=True,
        )
    return waiting
