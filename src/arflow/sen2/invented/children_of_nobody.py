"""Invented children and young people for a synthetic authority: names of nobody, numbers that check, a Person each."""

from datetime import date, timedelta
from random import Random

import msgspec

from arflow.demo import FORENAMES, SURNAMES
from arflow.people.identifiers import LETTERS, upn_letter
from arflow.sen2.form.record import Record

_NEEDS = ("ASD", "SLCN", "SEMH", "MLD", "SLD", "PD", "SPLD", "HI")
_SHARES = (32, 21, 21, 11, 6, 4, 3, 2)
_ETHNICITIES = ("WBRI", "WOTH", "APKN", "BAFR", "MWBC", "NOBT")
_YOUNGEST, _OLDEST = 3, 24


class Child(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody invented."""

    number: int
    surname: str
    forename: str
    born: date
    sex: str
    ethnicity: str
    need: str
    nc_year: int | None


def child(number: int, plan_start: date, on: date, random: Random) -> Child:
    """A child of an age, on 31 August, at which there could be a plan since its start."""
    youngest = max(_YOUNGEST, on.year - plan_start.year + 2)
    age = random.randint(youngest, max(youngest, min(_OLDEST, 16 if random.random() < 0.75 else _OLDEST)))
    born = date(on.year - age, on.month, on.day) - timedelta(days=random.randint(0, 364))
    nc_year = age - 4
    return Child(
        number=number,
        surname=random.choice(SURNAMES),
        forename=random.choice(FORENAMES),
        born=born,
        sex="M" if random.random() < 0.706 else "F",
        ethnicity=random.choices(_ETHNICITIES, (62, 8, 8, 8, 6, 8))[0],
        need=random.choices(_NEEDS, _SHARES)[0],
        nc_year=nc_year if nc_year <= 14 else None,
    )


def upn(number: int, born: date) -> str:
    """A UPN with its check letter, of an authority that is none (999)."""
    digits = f"999{number // 1000:04d}{(born.year + 4) % 100:02d}{number % 1000:03d}"
    return upn_letter(f"{LETTERS[0]}{digits}") + digits


def person(invented: Child, plan_start: date, urn: str | None, review: dict[str, str]) -> Record:
    """The Person as a return has it: a plan from before its window, placed, with the review items of before arflow."""
    place = {"URN": urn} if urn else {"SENSetting": "OLA"}
    placement = Record(
        block="PlacementDetail", values={**place, "PlacementRank": "1", "EntryDate": plan_start.isoformat()}
    )
    need = Record(block="SENneed", values={"SENtype": invented.need, "SENtypeRank": "1"})
    named = Record(block="NamedPlan", values={"StartDate": plan_start.isoformat()})
    assessment = Record(block="Assessment", values={"AssessmentOutcome": "H"}, children=(named,))
    active = Record(block="ActivePlans", values=review, children=(placement, need))
    request = Record(block="Requests", values={"RequestOutcome": "H"}, children=(assessment, active))
    return Record(
        block="Person",
        values={
            "Surname": invented.surname,
            "Forename": invented.forename,
            "PersonBirthDate": invented.born.isoformat(),
            "Sex": invented.sex,
            "Ethnicity": invented.ethnicity,
            "UPN": upn(invented.number, invented.born),
        },
        children=(request,),
    )
