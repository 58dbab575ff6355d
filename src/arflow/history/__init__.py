"""The whole log in DuckDB: every case as it stood on a day and as it was known at a moment, under the engine's own rules."""

from arflow.history.view import Replay, View

__all__ = ["Replay", "View"]
