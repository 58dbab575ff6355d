"""Files and folders that only their owner may read, whatever the umask: arflow keeps data about families."""

import os
from pathlib import Path
from typing import BinaryIO

FILE, FOLDER = 0o600, 0o700
_OTHERS = 0o007


def new_file(path: Path) -> BinaryIO:
    """A new, empty file to write to, in the place of any that has its name."""
    path.unlink(missing_ok=True)
    return open(path, "xb", opener=lambda name, flags: os.open(name, flags, FILE))


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing; one that is there keeps its mode."""
    for one in (*reversed(folder.parents), folder):
        one.mkdir(mode=FOLDER, exist_ok=True)


def close(path: Path) -> bool:
    """Leave a file that anybody on the machine may read or write to its owner; whether it was such a file.

    One that is shared with a group alone was opened to it by somebody, and stays so.
    """
    if not path.is_file() or not path.stat().st_mode & _OTHERS:
        return False
    path.chmod(path.stat().st_mode & FILE)
    return True
