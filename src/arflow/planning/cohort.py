"""Who transfers between phases of education at the end of a school year, and why (SEND Regs 2014 r.2(1), r.18). Pure."""

from datetime import date
from typing import Literal

import msgspec

from arflow.events import TransferKind
from arflow.planning.class_year import year_said
from arflow.planning.school_year import SchoolYear
from arflow.planning.settings_register import Setting
from arflow.words import in_words

Verdict = Literal["in", "out", "ask"]
_LAST_OF_COMPULSORY = 11
_LAST_FIRST_SCHOOL = 5  # a primary school that ends here or before is followed by a middle school
_TRANSFERS, _POST16 = "SEND Regs 2014 r.2(1), r.18(1)", "SEND Regs 2014 r.18(2)"


class Child(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a child or young person: setting, class year in the school year asked about, transfer recorded.

    `class_year` is that of the class, `year_by_birth` that of most who were born in the same school year.
    """

    plan: str
    setting: str | None
    class_year: int | None
    year_by_birth: int | None = None
    transfer: TransferKind | None = None
    transfer_on: date | None = None


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """A child in or out of the cohort, or one to ask about, with the reason; `recorded` says that the plan has the transfer."""

    plan: str
    setting: str | None
    setting_name: str | None
    class_year: int | None
    verdict: Verdict
    transfer: TransferKind | None
    transfer_on: date | None
    recorded: bool
    why: str
    citation: str


class _Found(msgspec.Struct, frozen=True, kw_only=True):
    verdict: Verdict
    why: str
    transfer: TransferKind | None = None


def year_by_birth(born: date, year: SchoolYear) -> int:
    """The National Curriculum year of most children born when this one was, in a school year; 0 is reception."""
    turned = born.year if (born.month, born.day) < (9, 1) else born.year + 1
    return year.begins - 4 - turned


def placed(child: Child, setting: Setting | None, year: SchoolYear) -> Placed:
    """Whether a child transfers at the end of a school year. The class decides, as r.2(1) has it, whatever the age."""
    found, on = _judged(child, setting), year.transfer_on
    recorded = child.transfer is not None and child.transfer_on is not None and _of_year(child.transfer_on, year)
    if recorded and child.transfer_on:
        found, on = _recorded(child, found), child.transfer_on
    elif child.transfer is not None and child.transfer_on is not None and found.verdict == "in":
        why = f"{found.why}; the transfer recorded is for {child.transfer_on}, another school year"
        found = _Found(verdict="ask", why=why, transfer=found.transfer)
    return Placed(
        plan=child.plan,
        setting=child.setting,
        setting_name=setting.name if setting else None,
        class_year=_class_year(child),
        verdict=found.verdict,
        transfer=found.transfer,
        transfer_on=on if found.transfer else None,
        recorded=recorded,
        why=f"{found.why}{_out_of_year(child)}",
        citation=_POST16 if found.transfer == "post16_to_post16" else _TRANSFERS,
    )


def _class_year(child: Child) -> int | None:
    return child.year_by_birth if child.class_year is None else child.class_year


def _of_year(day: date, year: SchoolYear) -> bool:
    """Whether a transfer on a day ends this school year's phase: any day of a September begins the next (Code 9.181)."""
    return date(year.begins, 9, 30) < day <= date(year.begins + 1, 9, 30)


def _recorded(child: Child, found: _Found) -> _Found:
    """What is recorded stands; where class and setting say otherwise, it shows that beside."""
    why = f"recorded: {in_words(str(child.transfer))}"
    if found.verdict == "in" and found.transfer != child.transfer:
        why += f"; class and setting say {in_words(str(found.transfer))}"
    elif found.verdict != "in":
        why += f" ({found.why})"
    return _Found(verdict="in", why=why, transfer=child.transfer)


def _out_of_year(child: Child) -> str:
    if child.class_year is None and child.year_by_birth is not None:
        return "; the class is not recorded: by date of birth"
    if child.class_year is None or child.year_by_birth in (None, child.class_year):
        return ""
    return f"; taught out of year: {year_said(child.year_by_birth)} by date of birth"


def _judged(child: Child, setting: Setting | None) -> _Found:
    """What class and setting say, whatever is recorded."""
    now = _class_year(child)
    if now is None:
        return _Found(verdict="ask", why="neither the class year nor the date of birth is recorded")
    if child.setting is None:
        if now in (6, _LAST_OF_COMPULSORY):
            return _Found(
                verdict="ask", why=f"{year_said(now)}, attends no setting: an officer decides whether it transfers"
            )
        return _Found(verdict="out", why=f"{year_said(now)}, attends no setting")
    if setting is None:
        return _Found(verdict="ask", why=f"{year_said(now)}, and setting {child.setting} is not in the register")
    return _at(setting, now)


def _at(setting: Setting, now: int) -> _Found:
    last, teaches = setting.last_year, f"{in_words(setting.kind)} to {year_said(setting.last_year)}"
    if setting.kind == "post16":
        return _Found(
            verdict="out", why=f"{year_said(now)} of post-16: only a move that somebody records is a transfer"
        )
    if now < setting.first_year and setting.kind != "early_years":
        return _Found(verdict="ask", why=f"{year_said(now)} is before the first year of the setting ({teaches})")
    if now < last:
        if now == _LAST_OF_COMPULSORY:
            why = (
                f"Year 11 of a school with a sixth form ({teaches}): staying on is no transfer, a move to a college is"
            )
            return _Found(verdict="ask", why=why)
        return _Found(verdict="out", why=f"{year_said(now)} of {teaches}")
    if now > last:
        return _Found(verdict="ask", why=f"{year_said(now)} is beyond the last year of the setting ({teaches})")
    return _Found(verdict="in", why=f"{year_said(now)} is the last year of {teaches}", transfer=_to(setting))


def _to(setting: Setting) -> TransferKind:
    """What follows the last year of a setting (r.2(1)(a) to (f))."""
    if setting.last_year >= _LAST_OF_COMPULSORY:
        return "secondary_to_post16"
    match setting.kind:
        case "early_years":
            return "early_years_to_school"
        case "infant":
            return "infant_to_junior"
        case "middle":
            return "middle_to_secondary"
        case "primary" if setting.last_year <= _LAST_FIRST_SCHOOL:
            return "primary_to_middle"
        case _:
            return "infant_to_junior" if setting.last_year == 2 else "primary_to_secondary"
