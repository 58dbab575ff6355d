"""A synthetic authority: invented plans, families and years of reviews, to try arflow on and to measure it with."""

from arflow.demo.authority import COORDINATORS, Making, Telling, make, one_case, record
from arflow.demo.people import FORENAMES, SURNAMES

__all__ = ["COORDINATORS", "FORENAMES", "SURNAMES", "Making", "Telling", "make", "one_case", "record"]
