"""What every event has: the case it belongs to, the day it happened, and when and by whom it was recorded."""

from datetime import date, datetime

import msgspec

TOPIC_PREFIX = "arflow:"
# The fields that name one document by its digest; `documents` names several.
_ONE_DOCUMENT = ("bundle", "document", "base", "amendments")
# The fields that name words by their digest.
_WORDS = ("reason", "skip_reason")


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event"):
    """A fact of a case: `on` is the day it happened, `recorded_at` and `recorded_by` when and by whom it was entered."""

    originator_id: str
    originator_version: int
    plan: str
    on: date
    recorded_at: datetime
    recorded_by: str
    evidence: str | None = None

    @property
    def name(self) -> str:
        """The stored name: the class's tag."""
        return str(self.__struct_config__.tag)

    @property
    def topic(self) -> str:
        """The stored name with arflow's prefix, as the log's topic column holds it."""
        return TOPIC_PREFIX + self.name

    @property
    def words(self) -> tuple[str, ...]:
        """The digests of the words given for it, which are kept beside the log."""
        return tuple(filter(None, (getattr(self, name, None) for name in _WORDS)))

    @property
    def references(self) -> tuple[str, ...]:
        """What it refers to, each once: the evidence given for it, and documents by their digests."""
        one = (self.evidence, *(getattr(self, name, None) for name in _ONE_DOCUMENT))
        return tuple(dict.fromkeys((*filter(None, one), *getattr(self, "documents", ()))))


class PlanEvent(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A fact about an EHC plan; its stream is `plan/REF`."""
