"""Makes the lists of a term: one for each setting, with its own children alone, one for health and one for social care."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec

from arflow.application.arflow import Arflow
from arflow.errors import NotFound
from arflow.law.workflow import Term
from arflow.lists.questions import Asking
from arflow.papers.forms.questions import in_full
from arflow.people import Person
from arflow.planning.due_in_term import DueInTerm, due_in_term, list_by
from arflow.planning.latest_day import steps_of
from arflow.planning.list_addresses import Addressee, addressees, register
from arflow.planning.term_dates import school_days, whole
from arflow.planning.term_list import LIST_ROLES, ListedPlan, ListRole, TermList, new_salt

_UNNAMED = "(no name kept)"


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A list that could go out, and to whom."""

    list: TermList
    to: Addressee


class TermLists(msgspec.Struct, frozen=True, kw_only=True):
    """The lists of a term; plans that attend no setting, and those whose day nobody knows, which are on no list.

    `late` where the two weeks before the term have begun: `by` was the last day (Code 9.172).
    """

    term: Term
    by: date
    late: bool
    lists: tuple[Made, ...]
    without_setting: tuple[str, ...]
    unknown: tuple[str, ...]


def make_lists(app: Arflow, asking: Asking, term: Term, *, only: Collection[str] = ()) -> TermLists:
    """The lists of a term as they would go out today; `only` those of these settings or roles. NotFound for another."""
    term = whole(term)
    found, unknown = due_in_term(app, asking, term)
    grouped: dict[str, list[DueInTerm]] = {}
    for one in found:
        if one.setting:
            grouped.setdefault(one.setting, []).append(one)
    groups = dict(sorted(grouped.items())) | (dict.fromkeys(LIST_ROLES[1:], found) if found else {})
    missing = [name for name in only if name not in groups]
    if missing:
        raise NotFound(
            "list", missing[0], f"there are {', '.join(groups) or 'none: no plan is due for review in that term'}"
        )
    wanted = {key: own for key, own in groups.items() if not only or key in only}
    known = register()
    to = addressees(app, {key: [one.plan for one in own] for key, own in wanted.items()}, known)
    people, names = _people(app, found), {key: one.name for key, one in known.items()}
    days = _possible(app, term)
    more: dict[str, Any] = {"people": people, "days": days, "names": names}
    lists = tuple(Made(list=_list(app, term, own, to[key], **more), to=to[key]) for key, own in wanted.items())
    return TermLists(
        term=term,
        by=list_by(term),
        late=app.today > list_by(term),
        lists=lists,
        without_setting=tuple(one.plan for one in found if not one.setting),
        unknown=tuple(unknown),
    )


def _possible(app: Arflow, term: Term) -> tuple[date, ...]:
    """The days of a term on which a meeting can be held, if its notice goes out today at the earliest."""
    workflow = app.current_workflow()
    first = app.today + timedelta(days=steps_of(workflow).notice.days)
    return tuple(day for day in school_days(term, workflow.policy.bank_holidays) if day >= first)


def _people(app: Arflow, found: Sequence[DueInTerm]) -> dict[str, list[Person]]:
    """Who is in the case of each plan today."""
    people = app.people.by_plan([one.plan for one in found])
    return {plan: [one for one in own if one.is_in_case(app.today)] for plan, own in people.items()}


def _list(
    app: Arflow,
    term: Term,
    own: Sequence[DueInTerm],
    to: Addressee,
    *,
    people: Mapping[str, list[Person]],
    days: tuple[date, ...],
    names: Mapping[str, str],
) -> TermList:
    assert term.ends is not None
    return TermList(
        term=term.name,
        starts=term.starts,
        ends=term.ends,
        role=to.role,
        setting=to.setting,
        called=to.name,
        made_on=app.today,
        salt=new_salt(),
        plans=tuple(_plan(one, people[one.plan], to.role, days, names, today=app.today) for one in own),
        days=days if to.role == "setting" else (),
    )


def _plan(
    one: DueInTerm,
    people: Sequence[Person],
    role: ListRole,
    days: Sequence[date],
    names: Mapping[str, str],
    *,
    today: date,
) -> ListedPlan:
    child = next((person for person in people if person.role == "child"), None)
    hosts = role == "setting"
    first, last = _bounds(one, days) if hosts and one.standing != "held" else (None, None)
    return ListedPlan(
        plan=one.plan,
        name=child.name if child else _UNNAMED,
        born=child.date_of_birth if child and not hosts else None,
        setting=one.setting,
        setting_name="" if hosts else names.get(one.setting or "") or next(iter(_organisations(people)), ""),
        nc_year=one.nc_year,
        due=one.due,
        meet_by=one.meet_by,
        planned=one.planned,
        first_day=first,
        last_day=last,
        why_no_day=_why_no_day(one, last) if hosts else "",
        know=(*_late(one, today, hosts=hosts), *one.flags, *_looked_after(child), *(_needs(people) if hosts else ())),
    )


def _bounds(one: DueInTerm, days: Sequence[date]) -> tuple[date | None, date | None]:
    """The first and the last possible day: with time to decide; or at least within the year; or, of what is late, any."""
    for last in (one.meet_by, one.due):
        if fitting := [day for day in days if day <= last]:
            return fitting[0], fitting[-1]
    return (days[0], days[-1]) if days else (None, None)


def _why_no_day(one: DueInTerm, last: date | None) -> str:
    if one.standing == "held":
        return "the meeting was held"
    return "" if last else "no day is left in this term: please telephone"


def _late(one: DueInTerm, today: date, *, hosts: bool) -> tuple[str, ...]:
    if not one.overdue:
        return ()
    asked = "; please meet as early as you can" if hosts and one.standing == "to_plan" else ""
    said = "Overdue: the review was due by" if one.due < today else "Due before the term: the review is due by"
    return (f"{said} {in_full(one.due)}{asked}",)


def _organisations(people: Sequence[Person]) -> list[str]:
    """What the setting of a case is called there."""
    return [person.organisation for person in people if person.role == "setting" and person.organisation]


def _looked_after(child: Person | None) -> tuple[str, ...]:
    """A child whom an authority looks after: its social worker and the virtual school have a part in the review."""
    return (f"Looked after by {child.looked_after_by}",) if child and child.looked_after_by else ()


def _needs(people: Sequence[Person]) -> tuple[str, ...]:
    """What the host of a meeting must know of the family's needs, by role and without a name."""
    found = []
    for person in people:
        if person.role in ("child", "parent") and person.interpreter:
            found.append(f"Interpreter for the {person.role}: {person.interpreter}")
        if person.role in ("child", "parent") and person.access:
            found.append(f"Access for the {person.role}: {person.access}")
    return tuple(dict.fromkeys(found))
