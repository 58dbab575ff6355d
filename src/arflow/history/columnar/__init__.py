"""The columnar history: a store's log as typed columns, kept beside the store and filled from where it stopped."""

from arflow.history.columnar.reading import store_log

__all__ = ["store_log"]
