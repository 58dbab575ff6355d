"""Reads an authority's own TOML files of its `letters` folder, and says plainly why one cannot be read."""

import tomllib
from pathlib import Path
from typing import Any

from arflow import toml_text
from arflow.errors import InvalidValue


def tables_of(path: Path) -> dict[str, Any]:
    """What a TOML file holds; InvalidValue, with its place, where it is no TOML or not in UTF-8."""
    try:
        return toml_text.read(path)
    except UnicodeDecodeError as error:
        raise InvalidValue(str(path), "this file", "UTF-8: save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise InvalidValue(str(path), "this file", f"readable as TOML: {error}") from error
