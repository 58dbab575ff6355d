"""A case whose people can be written to, an authority that writes, and a command line with a real mail server."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from click.testing import Result

from arflow.application.arflow import Arflow
from arflow.case.review_commands import ScheduleMeeting
from arflow.people import Person
from tests.support.cases import Cases, Told
from tests.support.own_letters import own_folder
from tests.support.smtp_server import MailServer, mail_server

NAMES = {
    "child": "Sam Example",
    "parent": "Robin Example",
    "setting": "The Office",
    "la_sen": "A. Officer",
    "health": "Dr Sample",
    "la_social_care": "B. Worker",
}
MEETING = date(2026, 12, 18)


def keep(app: Arflow, plan: str, role: Any, **more: Any) -> Person:
    """Somebody of a case, with an email address unless said otherwise."""
    return app.people.add(Person(plan=plan, role=role, **{"name": NAMES[role], "email": f"{role}@example.org", **more}))


def household(app: Arflow, plan: str, *, without: tuple[str, ...] = (), **more: Any) -> dict[str, Person]:
    """Everybody who must be invited, and the child."""
    return {role: keep(app, plan, role, **more.get(role, {})) for role in NAMES if role not in without}


def planned(app: Arflow, meeting_on: date = MEETING) -> Told:
    """A review of somebody who attends a school, with its meeting planned."""
    told = Cases(app).opened("12 Jan 2026", "2 Nov 2026", setting="123456", nc_year=5)
    return told.do(ScheduleMeeting(meeting_on=meeting_on, on=date(2026, 11, 2)))


class PostRoom:
    """The command line of an authority that sends through a server of its own."""

    def __init__(self, run: Callable[..., Result], server: MailServer, folder: Path) -> None:
        self._run, self.server = run, server
        self.settings = {
            "ARFLOW_WORKFLOWS": str(own_folder(folder)),
            "ARFLOW_DOCUMENTS": str(folder / "documents"),
            "ARFLOW_SMTP": server.url(),
            "ARFLOW_MAIL_FROM": "send@la.example.org",
            "ARFLOW_MAIL_REPLY_TO": "reviews@la.example.org",
            "ARFLOW_MAIL_COORDINATORS": "team@la.example.org",
        }

    def __call__(self, *arguments: str, **how: Any) -> Result:
        return self._run(*arguments, **{**self.settings, **how})

    def done(self, *arguments: str, **how: Any) -> str:
        """What a command that must succeed says."""
        result = self(*arguments, **how)
        assert result.exit_code == 0, result.output
        return result.output

    def received(self, address: str) -> list[Any]:
        """The messages that an address has received, as another reader sees them."""
        return [one.email for one in self.server.received if address in one.recipients]


@contextmanager
def post_room(run: Callable[..., Result], folder: Path) -> Iterator[PostRoom]:
    with mail_server(folder / "mail") as server:
        yield PostRoom(run, server, folder)
