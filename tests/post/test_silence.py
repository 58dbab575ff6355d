"""Email by a mail server of which nothing is heard: asked about where servers can tell, shown in time, and taken back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from arflow.application.arflow import Arflow
from arflow.errors import InvalidValue
from arflow.events import DeliveryFailed, decode
from arflow.post.mail.arrivals import arrivals
from arflow.post.mail.outbox import in_trouble
from arflow.post.mail.settings import Settings
from arflow.post.outgoing.queue import outbox, queue
from arflow.store.engine import writing
from tests.support.cases import Cases, Told
from tests.support.outgoing import dispatch, message, sending, settings
from tests.support.smtp_server import MailServer, mail_server

pytestmark = pytest.mark.thorough
BACK = {"ARFLOW_MAIL_BOUNCES": "bounces@la.example.org"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    with mail_server(tmp_path / "mail") as running:
        yield running


@pytest.fixture
def told(app_on_each: Arflow, server: MailServer) -> Told:
    """A review of which one message has left."""
    found = Cases(app_on_each).opened("12 Sep 2024", "1 Oct 2026")
    queue(found.app, dispatch(found, None, message("parent", found.plan)), settings(server, **BACK))
    sending(found.app, server, **BACK)
    return found


def later(told: Told, **how: int) -> None:
    told.app._clock = lambda: datetime.now(UTC) + timedelta(**how)


def shown(told: Told) -> list[str]:
    return [row.why or "" for row in outbox(told.app).find(in_trouble())]


def hears(told: Told, nature: str) -> None:
    """Something comes from the parent."""
    at = f"{told.app.now:%Y-%m-%dT%H:%M:%S.%fZ}"
    row = {"id": f"IN-{nature}", "digest": nature, "arrived_at": at, "recorded_at": at, "state": "placed"}
    with writing(told.app.engine) as connection:
        connection.execute(sa.insert(arrivals).values(**row, nature=nature, person="N-00000001"))


@pytest.mark.parametrize(
    ("days", "given", "is_shown"), [(9, {}, False), (11, {}, True), (4, {"ARFLOW_MAIL_SIGN_DAYS": "3"}, True)]
)
def test_silence_is_shown_after_some_days_and_nothing_is_recorded_as_failed(
    told: Told, server: MailServer, days: int, given: dict[str, str], is_shown: bool
) -> None:
    later(told, days=days)
    done = sending(told.app, server, **BACK, **given)
    assert bool(done.silent) is is_shown
    assert len(shown(told)) == is_shown
    assert sending(told.app, server, **BACK, **given).silent == []  # it is told once
    events = [decode(row.payload) for row in told.app.log_store.read_case(told.plan)]
    assert not any(isinstance(event, DeliveryFailed) for event in events)


@pytest.mark.parametrize(
    ("nature", "counts"), [("paper", True), ("calendar_reply", True), ("auto_reply", False), ("list", False)]
)
def test_what_is_heard_from_a_person_ends_the_silence(
    told: Told, server: MailServer, nature: str, counts: bool
) -> None:
    later(told, days=11)
    sending(told.app, server, **BACK)
    hears(told, nature)
    sending(told.app, server, **BACK)
    assert (shown(told) == []) is counts


def test_a_report_of_delivery_is_a_sign(told: Told, server: MailServer) -> None:
    [row] = outbox(told.app).find()
    outbox(told.app).note_delivery(row.id, told.app.now)
    later(told, days=11)
    assert sending(told.app, server, **BACK).silent == []


def test_without_a_way_back_or_where_it_is_not_wanted_nothing_is_shown(told: Told, server: MailServer) -> None:
    later(told, days=40)
    assert sending(told.app, server).silent == []
    assert sending(told.app, server, **BACK, ARFLOW_MAIL_SIGN_DAYS="0").silent == []


@pytest.mark.parametrize("given", ["-1", "soon", "1.5", "100", "²"])
def test_days_that_are_none_are_refused(given: str) -> None:
    with pytest.raises(InvalidValue, match="ARFLOW_MAIL_SIGN_DAYS"):
        Settings.from_environment({"ARFLOW_MAIL_SIGN_DAYS": given})
