"""arflow: the statutory annual review of EHC plans in England, run, recorded and proved."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from arflow.version import __version__

__all__ = ["Arflow", "ArflowError", "Asking", "Done", "Health", "__version__", "create_store", "health"]

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from arflow.application.arflow import Arflow
    from arflow.application.first_rules import FirstRules
    from arflow.application.recording import Done
    from arflow.errors import ArflowError
    from arflow.lists.health import Health, health
    from arflow.lists.questions import Asking

# Where each name lives: it is loaded only when it is asked for, so that the command line starts at once.
_HOMES = {
    "Arflow": "arflow.application.arflow",
    "ArflowError": "arflow.errors",
    "Asking": "arflow.lists.questions",
    "Done": "arflow.application.recording",
    "Health": "arflow.lists.health",
    "health": "arflow.lists.health",
}


def create_store(store: "str | Engine") -> "FirstRules":
    """Make the tables of a store, or bring them up to date; safe to run twice. It takes what `Arflow` takes.

    A store that has no rules published yet has those published that come with arflow, or that it was run under until now.
    """
    from arflow.application.first_rules import publish_first
    from arflow.store import files, given_engine, make_engine
    from arflow.store.erased_pages import sweep
    from arflow.store.migrations.upgrade import upgrade
    from arflow.store.soundness import refuse_unsound

    engine = make_engine(store) if isinstance(store, str) else given_engine(store)
    files.make(engine)
    try:
        upgrade(engine)
        first = publish_first(engine)
        refuse_unsound(engine)
        sweep(engine)  # once in the life of a store that an earlier arflow made
        return first
    finally:
        if isinstance(store, str):
            engine.dispose()


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
