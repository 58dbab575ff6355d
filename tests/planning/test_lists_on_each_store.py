"""Term lists on SQLite and on PostgreSQL: recorded on all their plans at once, and their replies too."""

from datetime import date
from pathlib import Path

import pytest

from arflow.application.arflow import Arflow
from arflow.case.plan_commands import EndPlan, MoveSetting
from arflow.planning.list_reply import accept_reply
from arflow.planning.list_sending import send_list, to_send
from arflow.post.mail.settings import Settings
from arflow.post.outgoing.delivery import deliver
from arflow.post.outgoing.queue import outbox
from arflow.post.outgoing.send_now import Post
from tests.conftest import TODAY
from tests.planning.test_list_reply import HEAD, Told, arrived, comes
from tests.support.smtp_server import MailServer, mail_server
from tests.support.term_lists import OTHER, enter_terms, keep, lists, plan_due
from tests.support.term_sheets import filled

pytestmark = pytest.mark.thorough
TERM = date(2027, 1, 4)


@pytest.fixture
def told(app_on_each: Arflow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Told:
    monkeypatch.setenv("ARFLOW_DOCUMENTS", str(tmp_path / "documents"))
    monkeypatch.setenv("ARFLOW_MAIL_FROM", "reviews@la.example")
    enter_terms(app_on_each)
    for number in (1, 2, 3):
        plan_due(app_on_each, f"P-{number}", date(2027, 2, 20))
        keep(app_on_each, f"P-{number}", "child", f"Child {number}")
    return Told(app_on_each, tmp_path)


def post(told: Told, server: MailServer) -> Post:
    settings = Settings.from_environment({"ARFLOW_SMTP": server.url(), "ARFLOW_MAIL_FROM": "reviews@la.example"})
    return Post(
        settings=settings, read=told.documents.read, keep=told.documents.record_drafted, serving=lambda _, day: day
    )


def what(told: Told) -> str:
    """What another run would send to the school."""
    going = to_send(told.app, told.documents, lists(told.app))
    return next(one.what for one in going if one.made.to.key == "123456")


def test_a_list_that_left_is_recorded_on_all_of_its_plans_and_once(told: Told, tmp_path: Path) -> None:
    app = told.app
    app.change_plan("P-3", EndPlan(on=TODAY))  # between queueing and leaving: it was on the list all the same
    with mail_server(tmp_path / "mail") as server:
        how = post(told, server)
        deliver(app, how.settings, how.read, how.serving)
        deliver(app, how.settings, how.read, how.serving)
        assert len(server.received) == 1

        for made in lists(app).lists:
            if made.to.role != "setting":
                send_list(app, told.documents, made.list, "all@la.example", how)

    names = {ref: [event.name for _, event in app.case_events(ref)] for ref in ("P-1", "P-3")}
    assert names["P-1"].count("TermListGiven") == 3
    assert names["P-1"][-1] == "TermlyListSent"
    assert names["P-3"].count("TermListGiven") == 1
    assert app.plan("P-1").listed[TERM].day == TODAY


def test_a_child_who_has_moved_before_the_list_leaves_keeps_it_from_leaving(told: Told, tmp_path: Path) -> None:
    app = told.app
    app.change_plan("P-2", MoveSetting(setting=OTHER, on=TODAY))
    with mail_server(tmp_path / "mail") as server:
        how = post(told, server)
        deliver(app, how.settings, how.read, how.serving)

        assert not server.received

    [message] = outbox(app).messages_of(told.sent.dispatch)
    assert (message.state, message.why) == ("refused", "P-2 is not at setting 123456 now: make its list again")
    assert what(told) in ("first", "no_address")  # what was refused was given to nobody: the whole list is to go


def test_a_list_that_bounced_goes_another_way_with_its_papers(told: Told, tmp_path: Path) -> None:
    from arflow.post.mail.dispatch import Recipient
    from arflow.post.outgoing.failures import bounced
    from arflow.post.outgoing.outbox_acts import resend

    app = told.app
    with mail_server(tmp_path / "mail") as server:
        how = post(told, server)
        deliver(app, how.settings, how.read, how.serving)
        [message] = outbox(app).messages_of(told.sent.dispatch)
        assert what(told) == "nothing_new"
        bounced(app, message.id, "bounced (5.1.1)")
        assert what(told) in ("first", "no_address")  # it was given to nobody: another run sends the whole list
        to = Recipient(person=None, plan=None, role="setting", name="The school", email="office@school.example")

        resend(app, message.id, "email", how.settings, recipient=to)
        deliver(app, how.settings, how.read, how.serving)

        assert what(told) == "nothing_new"
        assert [one.recipients for one in server.received] == [[HEAD], ["office@school.example"]]
    events = [event for _, event in app.case_events("P-1") if event.name == "TermListGiven"]
    assert len(events) == 2


def test_a_reply_is_accepted_with_what_became_of_its_message(told: Told) -> None:
    name = comes(told, filled(told.sheet, {"P-1": date(2027, 1, 12), "P-2": date(2027, 1, 13)}))

    done = accept_reply(told.app, arrived(told, name)).done

    assert [one.id for one in done] == ["R-2026-000001", "R-2026-000002"]
    assert told.app.review("R-2026-000002").planned_meeting == date(2027, 1, 13)
