"""Pictures beside the questions of the sheet for a child: of Fluent Emoji Flat by Microsoft (MIT, see LICENSE)."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

# What each shows, for those who have it described to them.
SHOWN: Mapping[str, str] = {
    "good": "A smiling face",
    "hard": "A worried face",
    "helps": "A piece of a puzzle",
    "people": "Two people who hug",
    "future": "A rocket",
    "meeting": "A speech bubble",
    "page": "A pencil",
}
_DOTS_AN_INCH = 1000  # of a page of 32 points: about 440 dots


def as_svg(name: str) -> bytes:
    """A picture as it is kept."""
    return files(__package__).joinpath(f"{name}.svg").read_bytes()


@cache
def as_png(name: str) -> bytes:
    """The same for Word files, which older programs show only so."""
    import typst

    page = (
        b"#set page(width: 32pt, height: 32pt, margin: 0pt, fill: none)\n#image(bytes(sys.inputs.picture), width: 32pt)"
    )
    made = typst.compile(page, format="png", ppi=_DOTS_AN_INCH, sys_inputs={"picture": as_svg(name).decode()})
    assert isinstance(made, bytes)
    return made
