"""A review meeting as a calendar knows it: no name of a child, only the review's id."""

from datetime import date, time

import msgspec

from arflow.errors import InvalidValue, MissingValue, field_name

_LONGEST = 300


class Meeting(msgspec.Struct, frozen=True, kw_only=True):
    """The meeting of a review on a day; its times are those of the clock in London, and it is all day without one.

    InvalidValue or MissingValue where it cannot be.
    """

    review: str
    on: date
    starts: time | None = None
    ends: time | None = None
    place: str | None = None

    def __post_init__(self) -> None:
        if self.ends is not None and self.starts is None:
            raise MissingValue(field_name("time"), "a meeting that ends at a time starts at one")
        if self.starts is not None and self.ends is not None and self.ends <= self.starts:
            raise InvalidValue(
                field_name("ends"), f"{self.ends:%H:%M}", f"after {self.starts:%H:%M}, when the meeting starts"
            )
        if self.place is not None and not (self.place.isprintable() and 0 < len(self.place.strip()) <= _LONGEST):
            raise InvalidValue(
                field_name("place"), repr(self.place[:40]), f"text on one line, of at most {_LONGEST} characters"
            )


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """Who invites or is invited, by the address that calendars write to."""

    email: str
    name: str = ""
