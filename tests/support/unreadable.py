"""Cases that this arflow cannot read: what a newer one writes, what is no event, and a definition that is gone."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from msgspec import structs

from arflow.events.of_rules import decode_act, encode_act
from arflow.store import Recorder, make_engine, rules_ledger
from arflow.store.chain import link
from arflow.store.engine import writing
from arflow.store.tables import events, head

NEWER = "9.9.0"
Spoiling = Callable[[str, str, Path], str]


def appended(url: str, stream: str, change: Callable[[dict[str, Any]], bytes | str], topic: str | None = None) -> int:
    """One more event in a stream, with the right hash, as another arflow on the store would write it; its position."""
    engine = make_engine(url)
    with writing(engine) as connection:
        query = sa.select(events).where(events.c.stream == stream).order_by(events.c.version.desc()).limit(1)
        last = connection.execute(query).mappings().one()
        position, previous = connection.execute(sa.select(head.c.position, head.c.hash)).one()
        said = json.loads(last["payload"]) | {"originator_version": last["version"] + 1}
        payload = change(said)
        row = {**last, "position": position + 1, "version": last["version"] + 1, "payload": payload}
        row["topic"] = topic or last["topic"]
        row |= _columns(payload)
        row["hash"] = link(previous, tuple(row.values())) if isinstance(payload, bytes) else b"x" * 32
        connection.exec_driver_sql(
            f"insert into events ({', '.join(row)}) values ({', '.join(['%s' if 'postgres' in url else '?'] * len(row))})",
            tuple(row.values()),
        )
        connection.execute(sa.update(head).values(position=row["position"], hash=row["hash"]))
    engine.dispose()
    return int(position) + 1


def _columns(payload: bytes | str) -> dict[str, Any]:
    """The columns that repeat what the payload says, where it says it."""
    try:
        said = json.loads(payload)
    except ValueError:
        return {}
    if not isinstance(said, dict):
        return {}
    columns = {"state": said["state"]} if "state" in said else {}
    if "recorded_at" in said:
        moment = datetime.fromisoformat(said["recorded_at"]).astimezone(UTC)
        columns["recorded_at"] = moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
    return columns


def unknown_event(url: str, review: str, _: Path) -> str:
    """An event of a name that this arflow does not know; how it is named."""
    at = appended(
        url,
        f"review/{review}",
        lambda said: json.dumps(said | {"event": "ReviewSummarised", "arflow": NEWER}).encode(),
        "arflow:ReviewSummarised",
    )
    return f"event {at} is `ReviewSummarised`, written by arflow {NEWER}, which this version"


def unknown_value(url: str, review: str, _: Path) -> str:
    """An event that this arflow knows, with a value that it does not."""
    at = appended(
        url,
        f"review/{review}",
        lambda said: json.dumps(
            said | {"event": "InvitationsSent", "roles": ["guardian"], "arflow": NEWER, "state": "invited"}
        ).encode(),
        "arflow:InvitationsSent",
    )
    return f"event {at} is `InvitationsSent`, written by arflow {NEWER}, and holds what this version"


def unknown_plan_event(url: str, _review: str, _: Path) -> str:
    """An event of the plan, of an arflow that did not yet say which it was."""

    def change(said: dict[str, Any]) -> bytes:
        del said["arflow"]
        return json.dumps(said | {"event": "PlanFrobnicated"}).encode()

    at = appended(url, "plan/P-1001", change, "arflow:PlanFrobnicated")
    return f"event {at} is `PlanFrobnicated`, written by an unknown version of arflow, which this version"


def no_json(url: str, review: str, _: Path) -> str:
    """A payload that is no JSON, and no text either."""
    at = appended(url, f"review/{review}", lambda _: b"\xff\xfenot json")
    return f"event {at} is no event that arflow wrote"


def no_json_of_plan(url: str, plan: str) -> str:
    """The same, in the stream of a plan."""
    at = appended(url, f"plan/{plan}", lambda _: b"\xff\xfenot json")
    return f"event {at} is no event that arflow wrote"


def wrong_shape(url: str, review: str, _: Path) -> str:
    """A payload that is JSON, and no object."""
    at = appended(url, f"review/{review}", lambda _: b"[1, 2]")
    return f"event {at} is no event that arflow wrote"


def out_of_order(url: str, _review: str, _: Path) -> str:
    """A plan that was never added: every event can be read, and they do not follow from each other."""
    engine = Recorder(make_engine(url)).engine
    with writing(engine) as connection:
        connection.exec_driver_sql("drop trigger events_no_delete")
        connection.exec_driver_sql("delete from events where topic = 'arflow:PlanAdded' and plan = 'P-1001'")
    engine.dispose()
    return "its events do not follow from each other"


def no_definition(url: str, review: str, _: Path) -> str:
    """A review whose definition is not published in the store, as if act 3 on its rules had never been made."""
    engine = make_engine(url)
    with writing(engine) as connection:
        payloads = [decode_act(one) for one in rules_ledger.payloads(connection)]
        gone, last = payloads[2:]
        query = "select sql from sqlite_master where name = 'rules_no_delete'"
        trigger = connection.exec_driver_sql(query).scalar_one()
        connection.exec_driver_sql("drop trigger rules_no_delete")
        connection.exec_driver_sql("delete from rules where number > 2")
        connection.exec_driver_sql(trigger)
        connection.exec_driver_sql("delete from notes where digest = ?", (gone.reason,))
        again = encode_act(structs.replace(last, number=3))
        rules_ledger.append_within(connection, lambda *_: ([again], []))
    engine.dispose()
    return f"the definition anyshire.2026 of {review} is not published in this store"


SPOILT: tuple[Spoiling, ...] = (
    unknown_event,
    unknown_value,
    unknown_plan_event,
    no_json,
    wrong_shape,
    no_definition,
)
