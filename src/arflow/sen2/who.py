"""Of whom a plan is, as far as figures are grouped by it: date of birth, sex and placement, from what may be erased."""

from datetime import date

import msgspec

SEXES = ("Female", "Male", "not known")
AGES = ("Aged 2 and under", *(f"Aged {age}" for age in range(3, 20)), "Aged 20 and over", "not known")


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the child or young person of a plan; None where it is not."""

    born: date | None = None
    sex: str | None = None
    placement: str | None = None


NOBODY = Who()


def age_band(born: date | None, on: date) -> str:
    """The age in whole years on a day, in the DfE's bands."""
    if born is None:
        return "not known"
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return AGES[0] if age <= 2 else f"Aged {age}" if age < 20 else "Aged 20 and over"
