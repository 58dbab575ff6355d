"""Where text for people goes: in lines of the terminal's width and in its colours, or plain; control characters shown."""

import os
import shutil
from typing import TextIO

from arflow.control_characters import visible
from arflow.figures.rendering.cells import Styled, broken, like, words

_NO_CURSOR = ("dumb", "unknown")


class Console:
    """Prints text as it is, as wide as the terminal unless a width is given; `colours` are for a terminal alone."""

    def __init__(self, *, file: TextIO, width: int | None = None, colours: bool | None = None) -> None:
        self.file, self.is_terminal = file, file.isatty()
        size = shutil.get_terminal_size((80, 25))
        self.width, self.height = width or size.columns, size.lines
        wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") not in _NO_CURSOR
        self.colours = self.is_terminal and wanted if colours is None else colours

    def print(self, *texts: object, style: str = "", soft_wrap: bool = False, indent: int = 0, end: str = "\n") -> None:
        """Print texts beside each other, broken between words where a line is full; with `soft_wrap` as they are."""
        shown = [_shown(text, style) for text in texts]
        if soft_wrap:
            lines = [" ".join(map(self.paint, shown))]
        else:
            told = (word for text in shown for word in words(text))
            lines = [line for line, _ in broken(told, self.width - indent, self.paint)]
        self.file.write("\n".join(" " * indent + line for line in lines) + end)
        self.file.flush()

    def paint(self, text: str) -> str:
        """A text with the codes of its style; without colours it is as it was."""
        if not (self.colours and isinstance(text, Styled) and text):
            return text
        from click import style

        named = text.style.split()
        colour = next((name for name in named if name not in ("bold", "dim")), None)
        return style(str(text), fg=colour, bold="bold" in named or None, dim="dim" in named or None)


def _shown(text: object, style: str) -> str:
    """A text with its control characters shown, in a style of its own or in that of all."""
    said = str(text) if not isinstance(text, str) else text
    shown = like(said, visible(said).expandtabs())
    return shown if isinstance(shown, Styled) or not style else Styled(shown, style)
