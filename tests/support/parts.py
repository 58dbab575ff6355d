"""The parts beside Python that some tests need: how each is found, and the Debian packages that bring it.

`python tests/support/parts.py` prints the packages of those that are not on this machine. It imports nothing but Python's own modules.
"""

import os
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Part:
    """`programs` are names of the same program; no package brings the `file` that a system shows.

    What others made is no part of a machine: a `variable` of the environment names the folder where somebody has it.
    """

    name: str
    packages: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    file: Path | None = None
    variable: str = ""


CHROMIUM = Part(
    "Chromium", ("chromium", "fonts-liberation"), programs=("chromium", "chromium-browser", "google-chrome")
)
LIBREOFFICE = Part("LibreOffice", ("libreoffice-writer-nogui",), programs=("soffice", "libreoffice"))
DOVECOT = Part("Dovecot", ("dovecot-imapd",), programs=("dovecot",))
PDFTOTEXT = Part("pdftotext", ("poppler-utils",), programs=("pdftotext",))
SETPRIV = Part("setpriv", ("util-linux",), programs=("setpriv",))
LOCKS = Part("/proc/locks", file=Path("/proc/locks"))
FULL_DISK = Part("/dev/full", file=Path("/dev/full"))
SAMPLES = Part("samples of the SEN2 return", variable="ARFLOW_SEN2_SAMPLES")
PARTS = {part.name: part for part in (CHROMIUM, LIBREOFFICE, DOVECOT, PDFTOTEXT, SETPRIV, LOCKS, FULL_DISK, SAMPLES)}


@cache
def is_here(part: Part) -> bool:
    """Whether the machine has a part; asked once."""
    if part.variable:
        return bool(os.environ.get(part.variable))
    has_file = part.file is None or part.file.exists()
    return has_file and (not part.programs or program(part) is not None)


@cache
def program(part: Part) -> str | None:
    """The path of a part's program; those of administrators lie outside many a user's PATH."""
    path = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"
    return next(filter(None, (shutil.which(name, path=path) for name in part.programs)), None)


if __name__ == "__main__":
    lacking = [package for part in PARTS.values() if not is_here(part) for package in part.packages]
    print(*lacking)  # noqa: T201  for the shell
