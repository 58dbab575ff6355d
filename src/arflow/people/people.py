"""Keep people, find them, and forget them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import islice
from typing import Any

import msgspec
import sqlalchemy as sa

from arflow.errors import AlreadyThere, DateRefused, NotFound, RowRefused, field_name
from arflow.people.addresses import folded
from arflow.people.names import is_called
from arflow.people.person import ROLES, Person, PersonRole, check, new_id
from arflow.people.tables import imported_facts, people
from arflow.store.engine import writing
from arflow.words import in_words

_PEOPLE_AT_A_TIME = 500
_COLUMNS = tuple(column for column in people.c if column.name != "email_folded")
_FIELDS = tuple(str(column.name) for column in _COLUMNS)
_INSERT = sa.text(
    f"insert into people ({', '.join(column.name for column in people.c)})"
    f" values ({', '.join(f':{column.name}' for column in people.c)}) on conflict (plan, role, name) do nothing"
)


class People:
    """The people of every plan in one store. The log holds their ids and roles, never what stands here."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def of(self, plan: str) -> list[Person]:
        """Everybody kept for a plan, whenever they were in the case: the child first, then by role and name."""
        return sorted(self._found(people.c.plan == plan), key=_place)

    def of_plans(self, plans: Collection[str]) -> list[Person]:
        """Everybody kept for some hundreds of plans, in no order."""
        return self._found(people.c.plan.in_(plans))

    def by_plan(self, plans: Collection[str]) -> dict[str, list[Person]]:
        """Everybody kept for each of many plans, as `of` gives them; a plan without anybody is there too."""
        found: dict[str, list[Person]] = {plan: [] for plan in plans}
        refs = list(found)
        for at in range(0, len(refs), _PEOPLE_AT_A_TIME):
            for person in sorted(self.of_plans(refs[at : at + _PEOPLE_AT_A_TIME]), key=_place):
                found[person.plan].append(person)
        return found

    def person(self, person_id: str) -> Person:
        """Somebody by their id; NotFound if nobody has it, or they have been erased."""
        for person in self._found(people.c.id == person_id):
            return person
        raise NotFound("person", person_id, "see `arflow people list PLAN`; they may have been erased")

    def by_email(self, address: str) -> list[Person]:
        """Everybody with an email address, in whichever plans; capitals make no difference."""
        return self._found(people.c.email_folded == folded(address))

    def named(self, said: str, roles: Collection[PersonRole] = ROLES) -> list[Person]:
        """Those in some roles whose name has words that begin so, in whichever plans, by name; capitals and accents aside."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(people.c.id, people.c.name).where(people.c.role.in_(roles))).all()
        ids = [row.id for row in rows if is_called(row.name, said)]
        found = [
            person
            for at in range(0, len(ids), _PEOPLE_AT_A_TIME)
            for person in self._found(people.c.id.in_(ids[at : at + _PEOPLE_AT_A_TIME]))
        ]
        return sorted(found, key=lambda person: (person.name.casefold(), person.plan))

    def add(self, person: Person) -> Person:
        """Keep somebody; AlreadyThere if the plan has that name in that role, InvalidValue if they cannot be kept."""
        with writing(self._engine) as connection:
            return keep(connection, person)

    def add_all(self, found: Iterable[Person]) -> None:
        """Keep some hundreds of people; a name that the plan has in that role is left as it is."""
        with writing(self._engine) as connection:
            add_all(connection, found)

    def change(self, person: Person) -> None:
        """Keep what is now known of somebody instead of what was; NotFound if nobody has their id."""
        self.take(changed=[person])

    def take(self, added: Iterable[Person] = (), changed: Iterable[Person] = ()) -> None:
        """Add some people and change others: all of it or nothing."""
        with writing(self._engine) as connection:
            take(connection, added, changed)

    def remove(self, person_id: str, on: date) -> Person:
        """End somebody's part in the case: `on` is their last day. What is kept of them stays until it is erased."""
        person = self.person(person_id)
        if person.from_on and on < person.from_on:
            raise DateRefused(f"{field_name('on')} {on} is before {person.from_on}, their first day in the case")
        ended = msgspec.structs.replace(person, until_on=on)
        self.change(ended)
        return ended

    def erase(self, plan: str) -> int:
        """Forget everybody kept for a plan, and what SEN2 returns said about them; how many people there were."""
        with writing(self._engine) as connection:
            return forget(connection, plan)

    def _found(self, where: sa.ColumnElement[bool]) -> list[Person]:
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(*_COLUMNS).where(where)).all()
        return [msgspec.convert(dict(zip(_FIELDS, row, strict=True)), Person) for row in rows]


def _place(person: Person) -> tuple[int, str]:
    """Where somebody stands among the people of a plan."""
    return ROLES.index(person.role), person.name


def keep(connection: sa.Connection, person: Person) -> Person:
    """Keep somebody within a transaction, and answer with them as they are kept."""
    [kept] = keep_all(connection, [person])
    return kept


def keep_all(connection: sa.Connection, given: Iterable[Person]) -> list[Person]:
    """Keep people within a transaction, all or none, and answer with them as they are kept."""
    everybody, kept = iter(given), list[Person]()
    while some := list(islice(everybody, _PEOPLE_AT_A_TIME)):
        for person in some:
            check(person)
        inserted = _insert(connection, some)
        there = _taken_ids(connection, inserted)
        for person in inserted:
            if person.id not in there:
                raise _taken(person)
        kept += inserted
    return kept


def add_all(connection: sa.Connection, given: Iterable[Person]) -> None:
    """Keep people within a transaction; a name that the plan has in that role is left as it is."""
    everybody = iter(given)
    while some := list(islice(everybody, _PEOPLE_AT_A_TIME)):
        _insert(connection, some)


def take(connection: sa.Connection, added: Iterable[Person], changed: Iterable[Person]) -> None:
    """Add some people and change others within a transaction: all of it or nothing."""
    for person in changed:
        change(connection, person)
    keep_all(connection, added)


def change(connection: sa.Connection, person: Person) -> None:
    """Keep what is now known of somebody instead of what was, within a transaction."""
    check(person)
    update = sa.update(people).where(people.c.id == person.id).values(_row(person))
    try:
        gone = connection.execute(update).rowcount == 0
    except RowRefused as error:
        raise _taken(person) from error
    if gone:
        raise NotFound("person", person.id, "see `arflow people list PLAN`; they may have been erased")


def forget(connection: sa.Connection, plan: str) -> int:
    """Erase a plan's people, and what SEN2 returns said about them, within a transaction; how many people there were."""
    connection.execute(sa.delete(imported_facts).where(imported_facts.c.plan == plan))
    return len(connection.execute(sa.delete(people).where(people.c.plan == plan).returning(people.c.id)).all())


def _insert(connection: sa.Connection, given: Sequence[Person]) -> list[Person]:
    """People as they were inserted; one whose name the plan has in that role was left out, with nothing said."""
    free = _with_free_ids(connection, given)
    if free:
        connection.execute(_INSERT, [_row(person) for person in free])
    return free


def _taken_ids(connection: sa.Connection, given: Sequence[Person]) -> set[str]:
    return set(connection.scalars(sa.select(people.c.id).where(people.c.id.in_([person.id for person in given]))))


def _with_free_ids(connection: sa.Connection, given: Sequence[Person]) -> list[Person]:
    """People under ids that nobody has: eight random digits meet now and then."""
    taken, free = _taken_ids(connection, given), []
    for person in given:
        while person.id in taken:
            person = msgspec.structs.replace(person, id=new_id())  # noqa: PLW2901
        taken.add(person.id)
        free.append(person)
    return free


def _row(person: Person) -> dict[str, Any]:
    row: dict[str, Any] = msgspec.to_builtins(person)
    return row | {"email_folded": folded(person.email) if person.email else None}


def _taken(person: Person) -> AlreadyThere:
    return AlreadyThere(
        f"plan {person.plan} has a {in_words(person.role)} of that name already: "
        f"see `arflow people list {person.plan}`, and use `arflow people change`"
    )
