"""arflow: the statutory annual review of EHC plans in England, run, recorded and proved."""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Arflow", "__version__", "create_store"]

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow


def create_store(url: str) -> None:
    """Make the tables of a store, or bring them up to date; safe to run twice."""
    from arflow.store import files, make_engine
    from arflow.store.migrations.upgrade import upgrade

    engine = make_engine(url)
    files.make(engine)
    try:
        upgrade(engine)
    finally:
        engine.dispose()


def __getattr__(name: str) -> Any:
    """Load the application only when it is asked for, so that the command line starts at once."""
    if name == "Arflow":
        from arflow.application.arflow import Arflow

        return Arflow
    raise AttributeError(name)
