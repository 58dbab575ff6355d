"""Who is in a case is kept beside the log, found by plan, id and address, and erased together."""

from datetime import date
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from arflow.application.arflow import Arflow
from arflow.errors import AlreadyThere, ArflowError, DateRefused, InvalidValue, MissingValue, NotFound
from arflow.people import People, Person
from arflow.store import make_engine

pytestmark = pytest.mark.thorough

CHILD = Person(plan="P-1", role="child", name="Robin Ash", date_of_birth=date(2015, 3, 4))
PARENT = Person(
    plan="P-1",
    role="parent",
    name="Ellis Ash",
    email="Ellis.Ash@Example.org",
    phone="01632 960001",
    postal_address="1 Long Lane\nAnytown",
    language="Polish",
    format="easy_read",
    channel="post",
    interpreter="Polish",
    advocate="Anytown Voices",
)


def test_people_are_kept_once_and_erased_together(app_on_each: Arflow) -> None:
    people = app_on_each.people
    for _ in range(2):
        people.add_all([PARENT, CHILD])
    people.add(Person(plan="P-2", role="parent", name="Ellis Ash"))

    assert people.of("P-1") == [CHILD, PARENT]
    assert people.erase("P-1") == 2
    assert people.of("P-1") == []
    assert [person.plan for person in people.of("P-2")] == ["P-2"]


def test_an_id_says_nothing_of_the_person_and_finds_them(app_on_each: Arflow) -> None:
    app_on_each.people.add(PARENT)

    assert PARENT.id.startswith("N-")
    assert len(PARENT.id) == 10
    assert app_on_each.people.person(PARENT.id) == PARENT
    with pytest.raises(NotFound, match="there is no person N-00000000: see `arflow people list PLAN`"):
        app_on_each.people.person("N-00000000")


@pytest.mark.parametrize("written", ["ellis.ash@example.org", " ELLIS.ASH@EXAMPLE.ORG "])
def test_an_address_finds_everybody_who_has_it_however_it_is_written(app_on_each: Arflow, written: str) -> None:
    other = msgspec.structs.replace(PARENT, id="N-0000000a", plan="P-2")
    for person in (PARENT, other, CHILD):
        app_on_each.people.add(person)

    assert {person.id for person in app_on_each.people.by_email(written)} == {PARENT.id, other.id}
    assert app_on_each.people.by_email("nobody@example.org") == []


def test_somebody_is_changed_and_ends_but_stays_until_erased(app_on_each: Arflow) -> None:
    people = app_on_each.people
    people.add(PARENT)
    people.change(msgspec.structs.replace(PARENT, email="new@example.org", from_on=date(2025, 9, 1)))

    ended = people.remove(PARENT.id, date(2026, 7, 20))

    assert people.of("P-1") == [ended]
    assert people.by_email("Ellis.Ash@example.org") == []
    assert [ended.is_in_case(date(2026, 7, day)) for day in (19, 20, 21)] == [True, True, False]
    assert [ended.is_in_case(day) for day in (date(2025, 8, 31), date(2025, 9, 1))] == [False, True]
    with pytest.raises(DateRefused, match="is before 2025-09-01"):
        people.remove(PARENT.id, date(2025, 8, 31))


def test_a_second_person_of_that_name_and_role_is_refused_and_nothing_is_half_changed(app_on_each: Arflow) -> None:
    people = app_on_each.people
    other = Person(plan="P-1", role="parent", name="Jo Ash")
    for person in (PARENT, other):
        people.add(person)

    with pytest.raises(AlreadyThere, match="plan P-1 has a parent of that name already"):
        people.add(Person(plan="P-1", role="parent", name="Ellis Ash"))
    without_phone = msgspec.structs.replace(PARENT, phone=None)
    with pytest.raises(AlreadyThere):
        people.take(changed=[without_phone, msgspec.structs.replace(other, name="Ellis Ash")])
    with pytest.raises(AlreadyThere):
        people.take(added=[Person(plan="P-1", role="parent", name="Jo Ash")], changed=[without_phone])
    with pytest.raises(NotFound):
        people.take(changed=[without_phone, msgspec.structs.replace(other, id="N-00000000")])

    assert people.of("P-1") == [PARENT, other]


@pytest.mark.parametrize(
    ("wrong", "refusal", "words"),
    [
        ({"name": ""}, MissingValue, "name: is missing"),
        ({"name": "two\nlines"}, InvalidValue, "name: .* is not text on one line"),
        ({"email": "ellis at example.org"}, InvalidValue, "email: ellis at example.org is not an address such as"),
        ({"email": "a@b"}, InvalidValue, "email: a@b is not an address"),
        ({"email": "a@example.org, b@example.org"}, InvalidValue, "email"),
        ({"phone": " "}, InvalidValue, "phone"),
        ({"postal_address": "x" * 501}, InvalidValue, "address: x+… is not at most 500 characters"),
        (
            {"from_on": date(2026, 2, 1), "until_on": date(2026, 1, 31)},
            InvalidValue,
            "until: .* on or after 2026-02-01",
        ),
        ({"from_on": date(1026, 2, 1)}, InvalidValue, "from: 1026-02-01 is not between 1900-01-01"),
        (
            {"date_of_birth": date(1980, 1, 1)},
            InvalidValue,
            "date_of_birth: .* is not kept of a parent: only of the child",
        ),
        ({"role": "child", "represents": "parent"}, InvalidValue, "represents"),
    ],
)
def test_a_person_who_cannot_be_is_refused_with_the_field_named(
    app: Arflow, wrong: dict[str, object], refusal: type[ArflowError], words: str
) -> None:
    with pytest.raises(refusal, match=words):
        app.people.add(msgspec.structs.replace(PARENT, **wrong))
    assert app.people.of("P-1") == []


def test_people_kept_by_an_earlier_arflow_get_opaque_ids(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    from tests.store.test_migrations import _made_at

    for url in (f"sqlite:///{tmp_path / 'old.db'}", request.getfixturevalue("postgres").database()):
        _made_at(url, "0002")
        engine = make_engine(url)
        row = "insert into people (plan, role, name, date_of_birth) values ('P-1', 'child', :name, :born)"
        with engine.begin() as connection:
            connection.execute(
                sa.text(row), [{"name": "Robin Ash", "born": "2015-03-04"}, {"name": "Wren Ash", "born": None}]
            )
        _made_at(url, "head")

        robin, wren = People(engine).of("P-1")

        assert robin == msgspec.structs.replace(CHILD, id=robin.id)
        assert (wren.name, wren.date_of_birth, wren.format) == ("Wren Ash", None, "standard")
        assert len({robin.id, wren.id}) == 2
        assert all(len(person.id) == 10 and person.id.startswith("N-") for person in (robin, wren))
        engine.dispose()


def test_an_id_that_somebody_has_is_not_given_again(app_on_each: Arflow) -> None:
    people = app_on_each.people
    people.add(PARENT)

    kept = people.add(msgspec.structs.replace(CHILD, id=PARENT.id))
    people.add_all([Person(id=PARENT.id, plan="P-2", role=role, name="Wren Ash") for role in ("child", "parent")])

    assert kept.id != PARENT.id
    assert people.person(PARENT.id) == PARENT
    assert [person.role for person in people.of("P-2")] == ["child", "parent"]
