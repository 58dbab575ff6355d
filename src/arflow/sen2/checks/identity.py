"""Checks of who a person is: UPN and ULN with their check letter and digit, the code where neither is known, age, duplicates."""

from datetime import date, timedelta

from arflow.people.identifiers import uln_right, uln_shaped, upn_letter, upn_right, upn_shaped
from arflow.sen2.checks.rule import Checked, Rule, as_day

UPN, ULN, UNKNOWN, BORN = "UPN", "UniqueLearnerNumber", "UPNunknown", "PersonBirthDate"
NAMES = ("Surname", "Forename", BORN)
_OLDEST = 25  # a plan may last to the end of the academic year of the 25th birthday (CFA 2014 s.46)
_UPN_LENGTH = 13
_NEW_WITHIN = timedelta(days=7)

# Nothing of a person is ever said in a finding but what is wrong with it: no name, number or day of birth.


def upn_misshaped(case: Checked) -> str | None:
    """The UPN is not written as a UPN is."""
    upn = case.text(UPN)
    if not upn or upn_shaped(upn):
        return None
    if len(upn) != _UPN_LENGTH:
        return f"the UPN has {len(upn)} characters, not {_UPN_LENGTH}"
    return "the UPN is not a letter, eleven digits and a digit or letter (letters without I, O and S)"


def upn_letter_wrong(case: Checked) -> str | None:
    """The first letter of the UPN is not that of its digits."""
    upn = case.text(UPN)
    if not upn_shaped(upn) or upn_right(upn):
        return None
    return f"the UPN begins with {upn[0]}; the check letter of its digits is {upn_letter(upn)}"


def uln_misshaped(case: Checked) -> str | None:
    """The ULN is not written as a ULN is."""
    uln = case.text(ULN)
    return None if not uln or uln_shaped(uln) else "the ULN is not ten digits, the first not a zero"


def uln_digit_wrong(case: Checked) -> str | None:
    """The check digit of the ULN is wrong."""
    uln = case.text(ULN)
    return "the last digit of the ULN is not its check digit" if uln_shaped(uln) and not uln_right(uln) else None


def nobody_known(case: Checked) -> str | None:
    """There is no UPN, no ULN and no reason why not."""
    if case.text(UPN) or case.text(ULN) or case.text(UNKNOWN):
        return None
    return "neither a UPN nor a ULN is given, nor the code that says why"


def known_and_unknown(case: Checked) -> str | None:
    """There is a UPN and a code that says it is not known."""
    return f"a UPN is given beside UPNunknown {case.text(UNKNOWN)}" if case.text(UPN) and case.text(UNKNOWN) else None


def too_old_for_un1(case: Checked) -> str | None:
    """UN1 (under six, no UPN yet) is given of somebody aged six or more."""
    years = case.age(case.against.census)
    if case.text(UNKNOWN) != "UN1" or years is None or years < 6:
        return None
    return f"UPNunknown is UN1 (under six) of somebody aged {years} on {case.against.day}"


def un8_too_early(case: Checked) -> str | None:
    """UN8 (new within a week of the end of the period) is given of somebody known for longer."""
    if case.text(UNKNOWN) != "UN8":
        return None
    known, end = _known_since(case), date(case.against.year - 1, 12, 31)
    if known is None or known > end - _NEW_WITHIN:
        return None
    return f"UPNunknown is UN8 (new within a week of {end}) of somebody with a record since {known}"


def un10_with_a_plan(case: Checked) -> str | None:
    """UN10 (no further action on the request) is given of somebody who has a plan."""
    if case.text(UNKNOWN) != "UN10" or not (case.active or case.person.first("NamedPlan")):
        return None
    return "UPNunknown is UN10 (no further action on the request) of somebody with a plan"


def _known_since(case: Checked) -> date | None:
    """The first day that the authority has of the person."""
    days = (
        as_day(block.values.get(item, ""))
        for name, item in (("Requests", "ReceivedDate"), ("NamedPlan", "StartDate"), ("PlacementDetail", "EntryDate"))
        for block in case.person.all(name)
    )
    return min(filter(None, days), default=None)


def aged_25(case: Checked) -> str | None:
    """Somebody with an active plan is 25."""
    return _aged(case, case.age(case.against.census) == _OLDEST)


def aged_26(case: Checked) -> str | None:
    """Somebody with an active plan is 26 or more."""
    return _aged(case, (case.age(case.against.census) or 0) > _OLDEST)


def _aged(case: Checked, so: bool) -> str | None:
    if not so or not case.active:
        return None
    return f"an active plan of somebody aged {case.age(case.against.census)} on {case.against.day}"


def not_yet_born(case: Checked) -> str | None:
    """The birth date is after the census day, or after the person's first record."""
    born, census = case.day(BORN), case.against.census
    known = _known_since(case)
    if born is None:
        return None
    if born > census:
        return f"PersonBirthDate is after {case.against.day}"
    return f"PersonBirthDate is after the person's first record, of {known}" if known and born > known else None


def upn_twice(case: Checked) -> str | None:
    """The same UPN was given of an earlier person."""
    return _twice(case, UPN, case.text(UPN).upper(), "the same UPN")


def uln_twice(case: Checked) -> str | None:
    """The same ULN was given of an earlier person."""
    return _twice(case, ULN, case.text(ULN), "the same ULN")


def person_twice(case: Checked) -> str | None:
    """The same names and birth date were given of an earlier person."""
    said = [case.text(item).casefold() for item in NAMES]
    return _twice(case, "person", "\n".join(said) if all(said) else "", "the same names and birth date")


def _twice(case: Checked, what: str, value: str, said: str) -> str | None:
    here = case.place or f"line {case.block.line}"
    first = case.against.tally.before(what, value, here) if value else None
    return f"{said} as {first}" if first else None


_OF = ("Person",)
_FACTS = "Correct it at its source, then arflow sen2 import."
RULES = (
    Rule(
        id="AR-101",
        severity="error",
        of=_OF,
        items=(UPN,),
        says="A UPN is a letter, eleven digits, and a digit or (temporary) a letter.",
        fix=f"Ask the school for the UPN. {_FACTS}",
        finds=upn_misshaped,
    ),
    Rule(
        id="AR-102",
        severity="error",
        of=_OF,
        items=(UPN,),
        says="The first letter of a UPN is the check letter of its digits (weighted sum, modulo 23).",
        fix=f"A digit is mistyped, or the letter: ask the school for the UPN. {_FACTS}",
        finds=upn_letter_wrong,
    ),
    Rule(
        id="AR-103",
        severity="error",
        of=_OF,
        items=(ULN,),
        says="A ULN is ten digits.",
        fix=f"Look it up in the Learning Records Service. {_FACTS}",
        finds=uln_misshaped,
    ),
    Rule(
        id="AR-104",
        severity="error",
        of=_OF,
        items=(ULN,),
        says="The last digit of a ULN is its check digit (weighted sum, modulo 11).",
        fix=f"A digit is mistyped: look it up in the Learning Records Service. {_FACTS}",
        finds=uln_digit_wrong,
    ),
    Rule(
        id="AR-105",
        severity="error",
        of=_OF,
        items=(UPN, ULN, UNKNOWN),
        says="There is a UPN or a ULN, or the code that says why neither is known.",
        fix=f"Look up the UPN, or give the code. {_FACTS}",
        finds=nobody_known,
    ),
    Rule(
        id="AR-106",
        severity="query",
        of=_OF,
        items=(UPN, UNKNOWN),
        says="Where the UPN is given no code says that it is not known.",
        fix=f"Take out the one that is wrong. {_FACTS}",
        finds=known_and_unknown,
    ),
    Rule(
        id="AR-107",
        severity="error",
        of=_OF,
        items=(UNKNOWN, BORN),
        says="UN1 is given of children under six only.",
        fix=f"Look up the UPN, or give the code that fits. {_FACTS}",
        finds=too_old_for_un1,
    ),
    Rule(
        id="AR-108",
        severity="query",
        of=_OF,
        items=(UNKNOWN,),
        says="UN8 is given only of somebody new within a week of the end of the period.",
        fix=f"Look up the UPN, or give the code that fits. {_FACTS}",
        finds=un8_too_early,
    ),
    Rule(
        id="AR-109",
        severity="error",
        of=_OF,
        items=(UNKNOWN,),
        says="UN10 is given only of somebody whose request led to nothing further.",
        fix=f"Look up the UPN, or give the code that fits. {_FACTS}",
        finds=un10_with_a_plan,
    ),
    Rule(
        id="AR-111",
        severity="query",
        of=_OF,
        items=(BORN,),
        says="Nobody with an active plan is 25.",
        fix="See whether the academic year of the 25th birthday is over; if so, end the plan (arflow plan end).",
        finds=aged_25,
    ),
    Rule(
        id="AR-112",
        severity="error",
        of=_OF,
        items=(BORN,),
        says="Nobody with an active plan is 26 or older.",
        fix="End the plan (arflow plan end), or correct the birth date.",
        finds=aged_26,
    ),
    Rule(
        id="AR-113",
        severity="error",
        of=_OF,
        items=(BORN,),
        says="The birth date is not after the census day or the person's first record.",
        fix=_FACTS,
        finds=not_yet_born,
    ),
    Rule(
        id="AR-121",
        severity="error",
        of=_OF,
        items=(UPN,),
        says="No two persons have the same UPN.",
        fix=f"Join the two if they are one; else ask the schools for the UPNs (UN5 where they cannot tell). {_FACTS}",
        finds=upn_twice,
    ),
    Rule(
        id="AR-122",
        severity="error",
        of=_OF,
        items=(ULN,),
        says="No two persons have the same ULN.",
        fix=f"Join the two if they are one; else look them up in the Learning Records Service. {_FACTS}",
        finds=uln_twice,
    ),
    Rule(
        id="AR-123",
        severity="query",
        of=_OF,
        items=NAMES,
        says="No two persons have the same names and birth date.",
        fix=f"Join the two if they are one: every request and plan stands under one person. {_FACTS}",
        finds=person_twice,
    ),
)
