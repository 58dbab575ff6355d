"""Checks of where a person is placed and of their needs: which setting is named, in which rank, from when (4.7, 5.7, 5.8)."""

from collections.abc import Sequence

from arflow.people.identifiers import ukprn_shaped, urn_shaped
from arflow.sen2.checks.rule import Checked, Rule
from arflow.sen2.form.record import Record

NAMED_BY = ("URN", "UKPRN", "SENSetting")
EXPLAINED = ("OTH", "NIEO")
_YOUNGEST_NEET = 16


def urn_misshaped(case: Checked) -> str | None:
    """The URN is not six digits."""
    urn = case.text("URN")
    return None if not urn or urn_shaped(urn) else f"URN {urn} is not six digits"


def ukprn_misshaped(case: Checked) -> str | None:
    """The UKPRN is not eight digits."""
    ukprn = case.text("UKPRN")
    return None if not ukprn or ukprn_shaped(ukprn) else f"UKPRN {ukprn} is not eight digits"


def named_twice(case: Checked) -> str | None:
    """The setting is named in more than one way."""
    given = [item for item in NAMED_BY if case.text(item)]
    return f"{', '.join(given)} are all given" if len(given) > 1 else None


def not_named(case: Checked) -> str | None:
    """The setting is not named."""
    return None if any(case.text(item) for item in NAMED_BY) else "none of URN, UKPRN and SENSetting is given"


def other_unexplained(case: Checked) -> str | None:
    """The setting is another one, and it is not said which."""
    code = case.text("SENSetting")
    return f"SENSetting is {code} and SENSettingOther is not given" if code in EXPLAINED and not _other(case) else None


def explained_for_nothing(case: Checked) -> str | None:
    """SENSettingOther describes a setting whose code is not that of another one."""
    code = case.text("SENSetting")
    if not _other(case) or code in EXPLAINED:
        return None
    return f"SENSettingOther is given and SENSetting is {code or 'empty'}, neither OTH nor NIEO"


def _other(case: Checked) -> str:
    return case.text("SENSettingOther")


def neet_too_young(case: Checked) -> str | None:
    """Somebody under 16 is not in education, employment or training."""
    years = case.age(case.against.census)
    if case.text("SENSetting") != "NEET" or years is None or years >= _YOUNGEST_NEET:
        return None
    return f"SENSetting is NEET (16 to 25) of somebody aged {years} on {case.against.day}"


def left_before_entry(case: Checked) -> str | None:
    """The person left before they entered."""
    entered, left = case.day("EntryDate"), case.day("LeavingDate")
    return f"LeavingDate {left} is before EntryDate {entered}" if entered and left and left < entered else None


def placed_in_the_future(case: Checked) -> str | None:
    """The person enters after the census day."""
    entered, census = case.day("EntryDate"), case.against.census
    return f"EntryDate {entered} is after {case.against.day}" if entered and entered > census else None


def plan_ranks(case: Checked) -> str | None:
    """The settings named in the plan are not ranked 1, or 1 and 2."""
    return _ranks(case.block.all("PlanDetail"), "PlacementRank")


def placement_ranks(case: Checked) -> str | None:
    """More than one placement that has not ended has the same rank, or none is the primary one."""
    lasting = [block for block in case.block.all("PlacementDetail") if not block.values.get("LeavingDate")]
    return _ranks(lasting, "PlacementRank")


def need_ranks(case: Checked) -> str | None:
    """The needs are not ranked 1, or 1 and 2."""
    return _ranks(case.block.all("SENneed"), "SENtypeRank")


def _ranks(blocks: Sequence[Record], item: str) -> str | None:
    ranks = sorted(block.values.get(item, "") for block in blocks)
    if ranks == [str(rank) for rank in range(1, len(ranks) + 1)]:
        return None
    return f"{item} is {' and '.join(rank or 'empty' for rank in ranks)}"


def need_twice(case: Checked) -> str | None:
    """The same need is given twice."""
    needs = [need.values.get("SENtype", "") for need in case.block.all("SENneed")]
    return f"SENtype {needs[0]} is given twice" if len(needs) > len(set(needs)) else None


def no_need(case: Checked) -> str | None:
    """No need is given of an active plan."""
    return None if case.block.all("SENneed") else "no SENneed is given"


def no_placement(case: Checked) -> str | None:
    """No placement is given of an active plan."""
    return None if case.block.all("PlacementDetail") else "no PlacementDetail is given"


_OF, _ACTIVE = ("PlanDetail", "PlacementDetail"), ("ActivePlans",)
_LOOK_UP = "Look it up in Get Information about Schools"
_FACTS = "Correct it at its source, then arflow sen2 import."
RULES = (
    Rule(
        id="AR-301",
        severity="error",
        of=_OF,
        items=("URN",),
        says="A URN is six digits; it has no check digit, so that a mistyped one can only be found by looking it up.",
        fix=f"{_LOOK_UP}; in arflow, arflow plan move PLAN --setting URN.",
        finds=urn_misshaped,
    ),
    Rule(
        id="AR-302",
        severity="error",
        of=_OF,
        items=("UKPRN",),
        says="A UKPRN is eight digits.",
        fix=f"{_LOOK_UP} or the UK Register of Learning Providers. {_FACTS}",
        finds=ukprn_misshaped,
    ),
    Rule(
        id="AR-303",
        severity="error",
        of=_OF,
        items=NAMED_BY,
        says="A setting is named in one way only: URN, UKPRN or SENSetting.",
        fix=f"Keep the URN where there is one, else the UKPRN. {_FACTS}",
        finds=named_twice,
    ),
    Rule(
        id="AR-304",
        severity="error",
        of=_OF,
        items=NAMED_BY,
        says="A setting is named: by URN, UKPRN or SENSetting.",
        fix=f"Give one of them (SENSetting where there is no establishment). {_FACTS}",
        finds=not_named,
    ),
    Rule(
        id="AR-305",
        severity="error",
        of=_OF,
        items=("SENSetting", "SENSettingOther"),
        says="SENSettingOther describes another setting (OTH, NIEO).",
        fix=f"Describe it in SENSettingOther, or give a code that fits. {_FACTS}",
        finds=other_unexplained,
    ),
    Rule(
        id="AR-306",
        severity="query",
        of=_OF,
        items=("SENSetting", "SENSettingOther"),
        says="SENSettingOther describes a setting only where it is another one (OTH, NIEO).",
        fix=f"Take the description out, or give OTH or NIEO. {_FACTS}",
        finds=explained_for_nothing,
    ),
    Rule(
        id="AR-307",
        severity="query",
        of=_OF,
        items=("SENSetting", "PersonBirthDate"),
        says="Nobody under 16 is NEET.",
        fix=f"Give the setting, EHE or another code that fits. {_FACTS}",
        finds=neet_too_young,
    ),
    Rule(
        id="AR-308",
        severity="error",
        of=("PlacementDetail",),
        items=("LeavingDate", "EntryDate"),
        says="Nobody leaves a placement before entering it.",
        fix=_FACTS,
        finds=left_before_entry,
    ),
    Rule(
        id="AR-309",
        severity="error",
        of=("PlacementDetail",),
        items=("EntryDate",),
        says="A placement does not begin after the census day.",
        fix=f"Give the placement of the census day; the next one belongs to next year's return. {_FACTS}",
        finds=placed_in_the_future,
    ),
    Rule(
        id="AR-321",
        severity="error",
        of=("NamedPlan",),
        items=("PlacementRank",),
        says="The settings named in a plan are ranked 1, or 1 and 2.",
        fix=_FACTS,
        finds=plan_ranks,
    ),
    Rule(
        id="AR-322",
        severity="error",
        of=_ACTIVE,
        items=("PlacementRank",),
        says="The placements that have not ended are ranked 1, or 1 and 2.",
        fix=f"Give the day an earlier placement was left, or rank the present ones. {_FACTS}",
        finds=placement_ranks,
    ),
    Rule(
        id="AR-323",
        severity="error",
        of=_ACTIVE,
        items=("SENtypeRank",),
        says="The needs are ranked 1, or 1 and 2.",
        fix=_FACTS,
        finds=need_ranks,
    ),
    Rule(
        id="AR-324",
        severity="error",
        of=_ACTIVE,
        items=("SENtype",),
        says="The same need is not given twice.",
        fix=_FACTS,
        finds=need_twice,
    ),
    Rule(
        id="AR-325",
        severity="query",
        of=_ACTIVE,
        items=("SENtype",),
        says="An active plan has a need.",
        fix=f"Give the primary need of the plan. {_FACTS}",
        finds=no_need,
    ),
    Rule(
        id="AR-326",
        severity="query",
        of=_ACTIVE,
        items=("PlacementRank",),
        says="An active plan has a placement.",
        fix=f"Give the placement, or the code of what is instead of one. {_FACTS}",
        finds=no_placement,
    ),
)
