"""What this process's files say otherwise than the rules of the store, which are those that count."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from arflow.application.reading import ReadSide
from arflow.errors import LogBroken, StoreNotReady
from arflow.law.catalogue import shipped_folder


def other_rules(app: ReadSide, environment: Mapping[str, str]) -> str:
    """The differences with the way on, in one line; nothing where there is none.

    They are definitions in the folder that ARFLOW_WORKFLOWS names, or that come with arflow, and are not published as
    they are; and the one that ARFLOW_WORKFLOW names, where another is in force.
    """
    try:
        found = [*_files(app), *_chosen(app, environment)]
    except (LogBroken, StoreNotReady):
        return ""  # whatever asks for the rules says so
    if not found:
        return ""
    more = f"; {len(found) - 1} more differ: see `arflow rules list`" if len(found) > 1 else ""
    return f"The rules of the store count, and differ from this process's files: {found[0]}{more}"


def _files(app: ReadSide) -> Iterator[str]:
    published = app.rules.read().definitions
    for name, path in app.catalogue.paths().items():
        act = published.get(name)
        if act is None:
            yield f"{name} is not published: `arflow {_way_on(path)}`"
        elif act.sha256 != hashlib.sha256(path.read_bytes()).hexdigest():
            again = f"`arflow workflow publish {path} --again`"
            yield f"{name} is published with another text: give the file a new version, or {again}"


def _way_on(path: Path) -> str:
    return "init" if path.parent == shipped_folder() else f"workflow publish {path} --reason …"


def _chosen(app: ReadSide, environment: Mapping[str, str]) -> Iterator[str]:
    chosen = environment.get("ARFLOW_WORKFLOW")
    act = app.rules.read().current(app.today)
    if chosen and act and act.definition != chosen:
        yield (
            f"ARFLOW_WORKFLOW is {chosen}, and reviews are opened under {act.definition}: "
            f"`arflow workflow publish {chosen} --from DAY`"
        )
