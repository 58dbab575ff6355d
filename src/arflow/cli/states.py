"""The states of duties as a terminal shows them."""

from arflow.figures.rendering.cells import Styled
from arflow.words import in_words

# A colour never stands alone: the state is always written beside it.
_STYLES = {
    "met": "green", "running": "cyan", "due_soon": "yellow", "contested": "yellow", "overdue": "bold red",
    "breached": "red", "missed": "magenta", "not_started": "dim", "not_applicable": "dim",
}  # fmt: skip


def state_text(state: str) -> Styled:
    """A duty's state in its colour."""
    return Styled(in_words(state), _STYLES[state])
