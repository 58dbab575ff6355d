"""The children of the store's plans, as the cohort of a school year is found from them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from arflow.application.arflow import Arflow
from arflow.application.many_cases import Wish
from arflow.case.plan_commands import ExpectTransfer
from arflow.lists.questions import Asking
from arflow.planning.class_year import class_year_in
from arflow.planning.cohort import Child, Placed, placed, year_by_birth
from arflow.planning.school_year import SchoolYear
from arflow.planning.settings_register import Setting
from arflow.words import in_words


def cohort(app: Arflow, asking: Asking, register: Mapping[str, Setting], year: SchoolYear) -> list[Placed]:
    """Each maintained plan in or out of the cohort that transfers at the end of a school year, by reference.

    A class year is taken as that of today's school year, and counted on for a later one.
    """
    return [placed(child, register.get(child.setting or ""), year) for child in _children(app, asking, year)]


def to_record(found: Iterable[Placed]) -> list[Wish]:
    """The transfers of a cohort that no plan has recorded, to be recorded as expected (SEND Regs 2014 r.18)."""
    return [
        Wish(
            case=one.plan,
            plan=one.plan,
            command=ExpectTransfer(transfer=one.transfer, transfer_on=one.transfer_on),
            was=None,
            becomes=f"{in_words(one.transfer)} on {one.transfer_on}",
        )
        for one in found
        if one.verdict == "in" and not one.recorded and one.transfer
    ]


def _children(app: Arflow, asking: Asking, year: SchoolYear) -> Iterator[Child]:
    plans = asking.plans(state="maintained")
    people = app.people.by_plan([plan["ref"] for plan in plans])
    for plan in plans:
        born = next(
            (one.date_of_birth for one in people[plan["ref"]] if one.role == "child" and one.date_of_birth), None
        )
        yield _child(plan, born, year, app.today)


def _child(plan: Mapping[str, Any], born: date | None, year: SchoolYear, today: date) -> Child:
    transfer_on = plan["transfer_on"]
    return Child(
        plan=plan["ref"],
        setting=plan["setting"],
        class_year=class_year_in(year, plan["nc_year"], today),
        year_by_birth=year_by_birth(born, year) if born else None,
        transfer=plan["transfer"],
        transfer_on=date.fromisoformat(transfer_on) if transfer_on else None,
    )
