"""The application: one store, its definitions and whoever records in it."""

import os
from collections.abc import Callable
from copy import copy
from datetime import UTC, date, datetime
from typing import Self

import sqlalchemy as sa

from arflow.application import stories
from arflow.application.log import Log
from arflow.application.recording import WriteSide, checked
from arflow.application.typed import typed
from arflow.law.catalogue import Catalogue, catalogue_of
from arflow.store import shown
from arflow.telling.sentences import Teller
from arflow.telling.story import Line


def _moment() -> datetime:
    return datetime.now(UTC)


class Arflow(WriteSide):
    """Annual reviews over one store. `by` records; `today` is the day it is for them (default: in London).

    The store is a URL, or an SQLAlchemy engine, which stays open when the application is closed.
    """

    def __init__(
        self,
        store: str | sa.Engine = "sqlite:///arflow.db",
        *,
        by: str = "",
        today: date | None = None,
        clock: Callable[[], datetime] = _moment,
        catalogue: Catalogue | None = None,
    ) -> None:
        by, today = typed("by", by, str), typed("today", today, date | None)
        log = Log(store if isinstance(store, sa.Engine) else typed("store", store, str))
        super().__init__(
            log,
            catalogue or catalogue_of(os.environ),
            clock=clock,
            today=today,
        )
        self.url = store if isinstance(store, str) else shown(self.engine)
        self._by, self._closes = by, True

    def acting_as(self, name: str, *, today: date | None = None) -> Self:
        """A handle that records as the officer `name`; it costs microseconds and shares everything else.

        `today` is the day it is for that officer (default: as for this application). Several threads may share one
        application, each through its own handle. Closing a handle does nothing.
        """
        handle = copy(self)
        day = typed("today", today, date | None) or self._today
        handle._by, handle._today, handle._closes = checked(name), day, False
        return handle

    def teller(self) -> Teller:
        """What telling a story needs: definitions, and the names and words that have not been erased."""
        return stories.teller(self)

    def story(self, case: str) -> list[Line]:
        """The audit trail of a review, or of a plan with all its reviews, in the order of the log."""
        return stories.story(self, case)

    def close(self) -> None:
        """Close every connection to the store, for every handle as well."""
        if self._closes:
            self._log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
