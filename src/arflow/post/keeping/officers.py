"""Forget an officer who left: the name goes, the random id in the log stays."""

from typing import TYPE_CHECKING

from arflow.errors import NotFound, NotPossible
from arflow.store.erased_pages import sweep
from arflow.words import counted

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow
    from arflow.lists.questions import Asking


def officer(app: "Arflow", name: str) -> str:
    """The id of an officer by their name or by the id itself; NotFound where no such name is kept."""
    found = app.directory.known_officer(name) or (name if name in app.directory.officer_names() else None)
    if found is None:
        raise NotFound(
            "officer", "of that name", "write it as it was recorded, or give the id that `arflow audit` shows"
        )
    return found


def check_may_go(asking: "Asking", officer: str) -> None:
    """NotPossible for an officer who still holds cases: nobody could name the owner."""
    held = len(asking.plans(coordinator=officer, state="maintained"))
    if held:
        raise NotPossible(
            f"{officer} holds {counted(held, 'maintained plan')}: give each to another officer first, "
            "with `arflow plan move REF --coordinator NAME`"
        )


def forget(app: "Arflow", officer: str) -> None:
    """Erase an officer's name from the store and from its files."""
    app.directory.erase_officer(officer)
    sweep(app.engine)
