"""The sections of an EHC plan and how its items are numbered (SEND Regs 2014 r.12)."""

import re
from collections.abc import Mapping

# What each section sets out: SEND Regs 2014 r.12(1)(a)-(j); section K, the advice, as Code 9.62 lists it.
SECTIONS: Mapping[str, str] = {
    "A": "Views, interests and aspirations",
    "B": "Special educational needs",
    "C": "Health needs",
    "D": "Social care needs",
    "E": "Outcomes",
    "F": "Special educational provision",
    "G": "Health provision",
    "H1": "Social care provision under the Chronically Sick and Disabled Persons Act 1970",
    "H2": "Other social care provision",
    "I": "Placement",
    "J": "Personal budget",
    "K": "Advice and information",
}
OUTCOMES = "E"
PROVISION = ("F", "G", "H1", "H2")
ITEM_ID = r"(?:H[12]\.|[A-GI-K])\d{1,3}(?:\.\d{1,3})*[a-z]?"
_ITEM_ID = re.compile(ITEM_ID)


def is_item_id(name: str) -> bool:
    """Whether that is how an item is numbered."""
    return bool(_ITEM_ID.fullmatch(name))


def section_of(item: str) -> str:
    """The letter of an item's section: H1 of H1.2, F of F3."""
    return item[:2] if item.startswith("H") else item[:1]
