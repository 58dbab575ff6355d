"""Of whom a plan is, as far as figures are grouped by it: date of birth, sex and placement, from what may be erased."""

from collections.abc import Callable
from datetime import date

import msgspec
import sqlalchemy as sa

from arflow.people.tables import people
from arflow.sen2.form.record import Record
from arflow.sen2.returned import told_facts

SEXES = ("Female", "Male", "not known")
AGES = ("Aged 2 and under", *(f"Aged {age}" for age in range(3, 20)), "Aged 20 and over", "not known")
URN = "Establishment with a URN"
_SEX = {"F": "Female", "M": "Male", "2": "Female", "1": "Male"}  # numbers up to the return of 2023
_SETTINGS = {
    "OLA": "Educated elsewhere: arrangements by the authority",
    "OPA": "Educated elsewhere: arrangements by the parents",
    "EHE": "Elective home education",
    "EYP": "Early years provider",
    "OTH": "Other",
    "NEET": "Not in education, employment or training",
    "NIEC": "Not in education: notice to cease issued",
    "NIEO": "Not in education: other",
}


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the child or young person of a plan; None where it is not."""

    born: date | None = None
    sex: str | None = None
    placement: str | None = None


NOBODY = Who()


def known(engine: sa.Engine) -> Callable[[str], Who]:
    """What the newest imported return says about the child or young person of a plan; else the directory's date of birth."""
    found = dict(_in_directory(engine))
    for kept in told_facts.latest(engine):
        said = who(kept.person)
        told = found.get(kept.plan, NOBODY)
        found[kept.plan] = msgspec.structs.replace(said, born=said.born or told.born)
    return lambda plan: found.get(plan, NOBODY)


def _in_directory(engine: sa.Engine) -> list[tuple[str, Who]]:
    query = sa.select(people.c.plan, people.c.date_of_birth).where(
        people.c.role == "child", people.c.date_of_birth.is_not(None)
    )
    with engine.connect() as connection:
        return [(plan, Who(born=date.fromisoformat(born))) for plan, born in connection.execute(query)]


def who(person: Record) -> Who:
    """Those three from the Person of a return."""
    return Who(
        born=_day(person.values.get("PersonBirthDate", "")),
        sex=_SEX.get(person.values.get("Sex", person.values.get("GenderCurrent", ""))),
        placement=_placement(person),
    )


def _placement(person: Record) -> str | None:
    """The first placement of the active plan, by its kind; a SEN unit or resourced provision is one of its own."""
    placements = [place for plan in person.all("ActivePlans") for place in plan.all("PlacementDetail")]
    first = min(placements, key=lambda place: place.values.get("PlacementRank", "9"), default=None)
    if first is None:
        return None
    if first.values.get("SENunitIndicator") == "1":
        return "SEN unit"
    if first.values.get("ResourcedProvisionIndicator") == "1":
        return "Resourced provision"
    if "SENSetting" in first.values:
        return _SETTINGS.get(first.values["SENSetting"].upper(), "Other")
    return URN if "URN" in first.values else "Provider with a UKPRN" if "UKPRN" in first.values else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def age_band(born: date | None, on: date) -> str:
    """The age in whole years on a day, in the DfE's bands."""
    if born is None:
        return "not known"
    age = age_on(born, on)
    return AGES[0] if age <= 2 else f"Aged {age}" if age < 20 else "Aged 20 and over"


def age_on(born: date, on: date) -> int:
    """The age in whole years on a day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
