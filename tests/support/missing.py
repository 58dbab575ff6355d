"""What a test needs and is not on the machine: the test is left out, and the last lines of a run say what brings it.

In CI it fails instead: nothing but what others made, and may keep to themselves, may be missing there.
"""

import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NoReturn

import pytest

from arflow.words import counted
from tests.support.parts import PARTS, Part, is_here

_MISSING = "not on this machine: "


def needs(*parts: Part) -> pytest.MarkDecorator:
    """Marks a test that is left out where one of the parts is missing."""
    return pytest.mark.needs(*parts)


def missing(*parts: Part) -> NoReturn:
    """Leave the test out; in CI fail it, unless it is only what others made that is missing."""
    what = _MISSING + " and ".join(part.name for part in parts)
    if os.environ.get("CI") and not all(part.variable for part in parts):
        pytest.fail(what)
    pytest.skip(what)


def leave_out_if_missing(item: pytest.Item) -> None:
    """Ends a test before its fixtures are made if a part that it is marked with is missing."""
    lacking = [part for mark in item.iter_markers("needs") for part in mark.args if not is_here(part)]
    if lacking:
        missing(*lacking)


def left_out(skipped: Iterable[pytest.TestReport]) -> Iterator[str]:
    """The lines that say how many tests were left out, for lack of which parts, and the one command that brings these."""
    reasons = [report.longrepr[2].removeprefix("Skipped: ") for report in skipped if isinstance(report.longrepr, tuple)]
    lacking = Counter(reason.removeprefix(_MISSING) for reason in reasons if reason.startswith(_MISSING))
    if lacking:
        told = [f"{counted(tests, 'test')} for lack of {parts}" for parts, tests in lacking.most_common()]
        yield f"Left out: {', '.join(told)}."
        named = {name for parts in lacking for name in parts.split(" and ")}
        wanted = [part for name, part in PARTS.items() if name in named]
        if brought := [part for part in wanted if part.packages]:
            yield f"To run them too: {_bringing(brought)}"
        for part in wanted:
            if part.variable:
                yield f"{part.variable} names no folder with {part.name}: others made them."


def _bringing(parts: list[Part]) -> str:
    if shutil.which("apt-get"):
        return f"apt-get install {' '.join(package for part in parts for package in part.packages)}"
    return f"install {', '.join(part.name for part in parts)}"
