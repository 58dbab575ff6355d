"""arflow: the statutory annual review of EHC plans in England, run, recorded and proved."""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Arflow", "__version__", "create_store"]

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from arflow.application.arflow import Arflow


def create_store(store: "str | Engine") -> None:
    """Make the tables of a store, or bring them up to date; safe to run twice. It takes what `Arflow` takes."""
    from arflow.store import files, given_engine, make_engine
    from arflow.store.migrations.upgrade import upgrade

    engine = make_engine(store) if isinstance(store, str) else given_engine(store)
    files.make(engine)
    try:
        upgrade(engine)
    finally:
        if isinstance(store, str):
            engine.dispose()


def __getattr__(name: str) -> Any:
    """Load the application only when it is asked for, so that the command line starts at once."""
    if name == "Arflow":
        from arflow.application.arflow import Arflow

        return Arflow
    raise AttributeError(name)
