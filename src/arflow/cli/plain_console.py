"""A rich console that reads no markup: only the styles and `Text` that our own code makes change how words look."""

from collections.abc import Iterable
from typing import TextIO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from arflow.control_characters import cuts, visible


class PlainConsole(Console):
    """Prints text as it is, with its control characters shown."""

    def __init__(self, *, file: TextIO, width: int | None = None) -> None:
        super().__init__(file=file, width=width, markup=False, emoji=False, highlight=False)

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError  # it ends the command like one that prints in another way

    def render_str(self, text: str, **how: object) -> Text:
        return super().render_str(visible(text), **how)  # type: ignore[arg-type]

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        return super().render(_shown(renderable) if isinstance(renderable, Text) else renderable, options)


def _shown(text: Text) -> Text:
    """The same with its control characters shown, and its styles where they were."""
    found = cuts(text.plain)
    if not found:
        return text
    shown = text.blank_copy()
    for part in text.divide(found):
        words = visible(part.plain)
        shown.append(part if words == part.plain else words)
    return shown
