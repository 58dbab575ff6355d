"""The tables, indexes and triggers of a store, each as one line of text, beside those that the migrations make."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa

# What the migrations make, a line an object, for each database; `scripts/make-schema` writes them.
FOLDER = Path(__file__).parent / "schema_lines"


class Difference(NamedTuple):
    """An object that is not as the migrations make it: its kind and name, and how it differs."""

    kind: str
    name: str
    problem: str

    @property
    def by_hand(self) -> bool:
        """Whether an administrator may well have done it: one index more does no harm."""
        return self.kind == "index" and self.problem == "was added"


def differences(connection: sa.Connection) -> list[Difference]:
    """Every object of arflow's tables that was removed, added or changed; tables of other programs do not count."""
    made, found = expected(connection.dialect.name), dict(read(connection))
    tables = {name for kind, name in made if kind == "table"}
    gone = tables - {name for kind, name in found if kind == "table"}
    own = {key: said for key, said in found.items() if _table_of(*key) in tables}
    return [
        Difference(*key, problem)
        for key in sorted(made.keys() | own.keys())
        if (key[0] == "table" or _table_of(*key) not in gone) and (problem := _problem(made.get(key), own.get(key)))
    ]


def _problem(made: str | None, found: str | None) -> str:
    if made == found:
        return ""
    if found is None:
        return "was removed"
    return "was added" if made is None else f"was changed: it is {found!r}, not {made!r}"


def _table_of(kind: str, name: str) -> str:
    return name if kind == "table" else name.partition(".")[0]


@cache
def expected(dialect: str) -> dict[tuple[str, str], str]:
    """What the migrations make, by kind and name."""
    lines = (FOLDER / f"{dialect}.txt").read_text("utf-8").splitlines()
    return {(kind, name): said for kind, name, said in (line.split(" ", 2) for line in lines)}


def lines(connection: sa.Connection) -> list[str]:
    """The objects of a store as the lines of a file, in their order; the names are those of arflow's tables alone."""
    return sorted(f"{kind} {name} {said}" for (kind, name), said in read(connection))


def read(connection: sa.Connection) -> Iterator[tuple[tuple[str, str], str]]:
    """Each table, column, key, index and trigger of the store, under its kind and TABLE.NAME."""
    return _of_sqlite(connection) if connection.dialect.name == "sqlite" else _of_postgresql(connection)


def _rows(connection: sa.Connection, query: str, *values: Any) -> list[Any]:
    return list(connection.exec_driver_sql(query, values).all())


def _of_sqlite(connection: sa.Connection) -> Iterator[tuple[tuple[str, str], str]]:
    for table, kind in _rows(connection, "select name, type from sqlite_master where type in ('table', 'view')"):
        if table.startswith("sqlite_"):
            continue
        yield ("table", table), kind
        for name, of, needed, default, key, hidden in _rows(
            connection, 'select name, type, "notnull", dflt_value, pk, hidden from pragma_table_xinfo(?)', table
        ):
            yield ("column", f"{table}.{name}"), _column(of, needed, default, key=key, hidden=hidden)
        yield from _sqlite_indexes(connection, table)
        for place, other, own, theirs in _rows(
            connection, 'select id, "table", "from", "to" from pragma_foreign_key_list(?)', table
        ):
            yield ("reference", f"{table}.{place}"), f"{own} to {other}.{theirs}"
    for name, table, sql in _rows(connection, "select name, tbl_name, sql from sqlite_master where type = 'trigger'"):
        yield ("trigger", f"{table}.{name}"), " ".join(sql.split())


def _column(of: str, needed: int, default: str | None, *, key: int, hidden: int) -> str:
    parts = [of.lower(), "not null" if needed else "", f"default {default}" if default is not None else ""]
    return " ".join(filter(None, [*parts, f"key {key}" if key else "", "generated" if hidden else ""]))


def _sqlite_indexes(connection: sa.Connection, table: str) -> Iterator[tuple[tuple[str, str], str]]:
    query = (
        'select i.name, i."unique", i.origin, m.sql, '
        "(select group_concat(name || case desc when 1 then ' desc' else '' end || ' ' || coll, ', ') "
        "from (select * from pragma_index_xinfo(i.name) where key = 1 order by seqno)) "
        "from pragma_index_list(?) i left join sqlite_master m on m.name = i.name and m.type = 'index'"
    )
    for name, unique, origin, sql, columns in _rows(connection, query, table):
        where = " ".join((sql or "").split()).partition(" WHERE ")[2]
        known = f"({columns})" if origin != "c" else name  # SQLite numbers the indexes it makes itself
        said = f"{'unique ' if unique else ''}on {columns}{f' where {where}' if where else ''}"
        yield ("index", f"{table}.{known.replace(' ', '_')}"), said


_PG_TABLES = """
select c.relname, case c.relkind when 'v' then 'view' else 'table' end
    || case when c.relrowsecurity then ' with row security' else '' end
from pg_class c where c.relnamespace = quote_ident(current_schema())::regnamespace and c.relkind in ('r', 'p', 'v')
"""
_PG_OBJECTS = """
select 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
    || case when a.attnotnull then ' not null' else '' end
    || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
    || case when l.collname = 'C' then ' collate C' else '' end
from pg_attribute a join pg_class c on c.oid = a.attrelid left join pg_collation l on l.oid = a.attcollation
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where c.relnamespace = quote_ident(current_schema())::regnamespace and c.relkind in ('r', 'p', 'v') and a.attnum > 0
    and not a.attisdropped
union all
select 'key', c.relname, k.conname, pg_get_constraintdef(k.oid)
from pg_constraint k join pg_class c on c.oid = k.conrelid
where c.relnamespace = quote_ident(current_schema())::regnamespace and k.contype in ('p', 'u', 'f', 'c')
union all
select 'index', c.relname, i.relname, replace(pg_get_indexdef(i.oid), quote_ident(current_schema()) || '.', '')
from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class c on c.oid = x.indrelid
where c.relnamespace = quote_ident(current_schema())::regnamespace
union all
select 'trigger', c.relname, t.tgname,
    case t.tgenabled when 'O' then '' when 'A' then '' else 'DISABLED ' end
    || replace(pg_get_triggerdef(t.oid), quote_ident(current_schema()) || '.', '') || ' AS ' || p.prosrc
from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
where c.relnamespace = quote_ident(current_schema())::regnamespace and not t.tgisinternal
union all
select 'rule', c.relname, r.rulename, pg_get_ruledef(r.oid)
from pg_rewrite r join pg_class c on c.oid = r.ev_class
where c.relnamespace = quote_ident(current_schema())::regnamespace and c.relkind in ('r', 'p')
"""


def _of_postgresql(connection: sa.Connection) -> Iterator[tuple[tuple[str, str], str]]:
    for table, said in connection.exec_driver_sql(_PG_TABLES):
        yield ("table", table), said
    for kind, table, name, said in connection.exec_driver_sql(_PG_OBJECTS):
        yield (kind, f"{table}.{name}"), " ".join(said.split())
