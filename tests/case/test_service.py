"""Service: what was sent counts from the day it is served, and a later record says which days that moves."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result

from arflow.case import review_commands as c
from arflow.case.moved_days import redated
from arflow.errors import DateRefused, InvalidValue, NotPossible
from tests.support.cases import Cases, Told, day

Run = Callable[..., Result]
R = "R-2025-000001"
NOTICE = 6  # the notice's number in the history


@pytest.fixture
def told(cases: Cases) -> Told:
    """Invited on 20 May, met on 10 June, decided and sent the amendment notice on 1 July 2025."""
    review = cases.opened("1 Aug 2024", "1 May 2025").invited("20 May 2025").held("10 Jun 2025")
    return review.decided("amend", "1 Jul 2025").noticed("1 Jul 2025")


def serve(run: Run, *words: str) -> Result:
    return run("review", "serve", R, "--channel", "post", "--because", "bounced", *words)


def test_the_fifteen_days_are_counted_again_and_said_from_what_to_what(told: Told, run: Run) -> None:
    said = serve(run, "--event", str(NOTICE), "--served-on", "2025-07-04", "--on", "2025-07-05")

    assert said.stdout.splitlines() == [
        f"{R}: ServiceRecorded on 2025-07-05 → amending",
        "  representations: last day 2025-07-15 → 2025-07-18, done 2025-07-16 → 2025-07-19, met",
    ]
    assert told.duty("representations").due == day("18 Jul 2025")


def test_the_notice_of_the_meeting_is_judged_again(told: Told, run: Run) -> None:
    answer = json.loads(serve(run, "--event", "2", "--served-on", "2025-05-28", "--json").stdout)

    assert (answer["event"], answer["state"]) == ("ServiceRecorded", "amending")
    assert [
        (d["duty"], d["met_before"], d["met_after"], d["state_before"], d["state_after"]) for d in answer["moved"]
    ] == [
        ("notice", "2025-05-20", "2025-05-28", "met", "breached"),
        ("invitees", "2025-05-20", "2025-05-28", "met", "breached"),
    ]


def test_service_that_moves_no_day_says_so(told: Told, run: Run) -> None:
    assert serve(run, "--event", str(NOTICE), "--served-on", "2025-07-01").stdout.splitlines()[1:] == [
        "  No day moves."
    ]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("--event 3 --served-on 2025-07-04", 1, f"--event: 3 is not an invitation or an amendment notice of {R}"),
        ("--event 60 --served-on 2025-07-04", 1, "--event: 60 is not an invitation or an amendment notice"),
        ("--event 6 --served-on 2025-06-30", 1, "--served-on 2025-06-30 is before it was sent on 2025-07-01"),
        ("--event 6 --served-on 9999-12-31", 1, "--served-on 9999-12-31 is not a day that arflow counts"),
        ("--event 6 --served-on 2027-07-04", 1, "--served-on 2027-07-04 is weeks ahead (today is "),
        ("--event 6 --served-on 2025-07-04 --on 2027-01-01", 1, "--on 2027-01-01 is in the future"),
        ("--event six --served-on 2025-07-04", 2, "'six' is not a valid integer"),
        ("--event 6", 2, "Missing option '--served-on'"),
        ("--event 6 --served-on 2025-07-04 --because later", 2, "'later' is not one of"),
    ],
)
def test_wrong_input_gets_one_clear_line_and_records_nothing(
    told: Told, run: Run, words: str, code: int, said: str
) -> None:
    before = told.app.log_store.head()
    refused = serve(run, *words.split())
    assert (refused.exit_code, said in refused.stderr) == (code, True), refused.stderr
    assert told.app.log_store.head() == before


@pytest.mark.parametrize(("served", "accepted"), [("21 Dec 2026", True), ("22 Dec 2026", True), ("23 Dec 2026", False)])
def test_service_may_lie_four_weeks_ahead_and_no_further(cases: Cases, served: str, accepted: bool) -> None:
    """For the application it is 24 November 2026."""
    told = cases.opened("1 Aug 2026", "1 Nov 2026")
    if not accepted:
        with pytest.raises(DateRefused, match="served_on 2026-12-23 is weeks ahead"):
            told.invited("24 Nov 2026", served=served)
        return
    review = cases.app.review(told.invited("24 Nov 2026", served=served).id)
    assert review.served(review.acts[-1]) == day(served)


def test_of_a_notice_that_was_voided_no_service_is_recorded(told: Told) -> None:
    told.do(c.VoidStep(voided_step="notice", reason="Never sent"))
    with pytest.raises(InvalidValue, match="event: 6 is not an invitation or an amendment notice"):
        told.served(NOTICE, "4 Jul 2025", recorded="5 Jul 2025")


def test_a_second_notice_is_served_for_itself(told: Told) -> None:
    """What was recorded of the first, which was voided, says nothing of the second."""
    told.served(NOTICE, "4 Jul 2025", recorded="5 Jul 2025").do(c.VoidStep(voided_step="notice", reason="Wrong plan"))
    assert told.duty("representations").due is None
    told.noticed("8 Jul 2025")
    assert told.duty("representations").due == day("22 Jul 2025")


def test_an_invitation_says_how_and_on_which_day_it_was_served(cases: Cases, run: Run) -> None:
    cases.opened("1 Aug 2024", "1 May 2025")
    with pytest.raises(DateRefused, match="served_on 2025-05-19 is before the invitation was sent on 2025-05-20"):
        Told(cases.app, R, "P-0001").invited("20 May 2025", served="19 May 2025")
    told = Told(cases.app, R, "P-0001").do(
        c.Invite(on=day("20 May 2025"), roles=("parent",), channel="post", served_on=day("22 May 2025"))
    )
    assert "Invited by post: parent, served 2025-05-22" in " ".join(run("review", "history", told.id).stdout.split())


def test_only_duties_that_read_otherwise_are_named(told: Told) -> None:
    before = told.app.duties(R)
    assert redated(before, before) == ()
    told.served(NOTICE, "3 Jul 2025", recorded="3 Jul 2025")
    moved: Any = redated(before, told.app.duties(R))
    assert [duty.duty for duty in moved] == ["representations"]


def test_a_notice_sent_by_post_is_recorded_with_its_day_of_service(told: Told, run: Run) -> None:
    told.do(c.VoidStep(voided_step="notice", reason="Recorded anew"))
    sent = run("review", "notice", R, "--on", "2025-07-01", "--served-on", "2025-07-03", "--channel", "post")
    assert sent.exit_code == 0, sent.stderr
    notice = told.app.review(R).last("notice")
    assert notice is not None
    assert getattr(notice.event, "channel", None) == "post"
    assert told.duty("representations").due == day("17 Jul 2025")


@pytest.mark.parametrize(
    ("channel", "served"),
    [("email", None), ("hand", None), ("portal", None), ("post", "27 May 2025")],
)
def test_what_an_officer_sent_is_deemed_served_by_the_table_of_its_channel(
    cases: Cases, run: Run, channel: str, served: str | None
) -> None:
    """Posted on Thursday 22 May 2025: the second working day after is Tuesday, for Monday is a bank holiday."""
    told = cases.opened("1 Aug 2024", "1 May 2025")
    sent = run("review", "invite", R, "--role", "parent", "--channel", channel, "--on", "2025-05-22")
    assert sent.exit_code == 0, sent.stderr
    assert told.app.review(R).acts[-1].event.served_on == (day(served) if served else None)  # type: ignore[attr-defined]

    told.held("10 Jun 2025").decided("amend", "1 Jul 2025")
    assert run("review", "notice", R, "--channel", channel, "--on", "2025-07-01").exit_code == 0
    assert told.duty("representations").due == day("17 Jul 2025" if channel == "post" else "15 Jul 2025")


def test_a_day_of_service_that_is_known_stands_above_the_table(cases: Cases, run: Run) -> None:
    told = cases.opened("1 Aug 2024", "1 May 2025")
    words = ("--role", "parent", "--channel", "post", "--on", "2025-05-22", "--served-on", "2025-05-23")
    assert run("review", "invite", R, *words).exit_code == 0
    assert told.app.review(R).served(told.app.review(R).acts[-1]) == day("23 May 2025")


# --- the right day of what was sent brings its day of service --------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "served", "window"),
    [
        ("1 Jul 2025", "4 Jul 2025", "18 Jul 2025"),
        ("2 Jul 2025", None, "16 Jul 2025"),
        ("7 Jul 2025", "9 Jul 2025", "23 Jul 2025"),
    ],
)
def test_a_corrected_notice_leaves_no_day_of_service_behind(
    cases: Cases, on: str, served: str | None, window: str
) -> None:
    """Sent and served on Tue 1 and Thu 3 July as it was first recorded."""
    review = cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").decided("amend", "1 Jul 2025")
    review.noticed("1 Jul 2025", served="3 Jul 2025")
    served_on = day(served) if served else None
    review.do(c.CorrectStep(corrected_step="notice", on=day(on), served_on=served_on, reason="Misread"))
    assert review.duty("representations").due == day(window)


def test_a_corrected_invitation_leaves_no_day_of_service_behind(cases: Cases) -> None:
    review = cases.opened("1 Aug 2024", "1 May 2025", transfer=None).invited("20 May 2025", served="30 May 2025")
    review.do(c.CorrectStep(corrected_step="invite", on=day("19 May 2025"), reason="Misread")).held("10 Jun 2025")
    assert (review.duty("notice").met_on, review.duty("notice").state) == (day("19 May 2025"), "met")


def test_a_day_of_service_that_was_found_out_for_itself_stays(told: Told) -> None:
    told.served(NOTICE, "9 Jul 2025", recorded="10 Jul 2025")
    told.do(c.CorrectStep(corrected_step="notice", on=day("2 Jul 2025"), reason="Misread"))
    assert told.duty("representations").due == day("23 Jul 2025")
    again = c.CorrectStep(corrected_step="notice", on=day("2 Jul 2025"), served_on=day("8 Jul 2025"), reason="Misread")
    assert told.do(again).duty("representations").due == day("22 Jul 2025")
    assert told.served(NOTICE, "10 Jul 2025", recorded="11 Jul 2025").duty("representations").due == day("24 Jul 2025")


@pytest.mark.parametrize(
    ("step", "served", "error", "says"),
    [
        ("notice", "1 Jul 2025", DateRefused, "2025-07-01 is before it was sent on 2025-07-02"),
        ("hold", "4 Jul 2025", NotPossible, "goes with what is served, invite, notice, notice-again"),
    ],
)
def test_a_day_of_service_that_cannot_be_said_is_refused(
    told: Told, step: str, served: str, error: Any, says: str
) -> None:
    with pytest.raises(error, match=says):
        told.do(c.CorrectStep(corrected_step=step, on=day("2 Jul 2025"), served_on=day(served), reason="Misread"))


def test_the_command_line_reads_the_day_of_service_from_the_table(cases: Cases, run: Run) -> None:
    """By post: two working days after sending; Wed 2 July is Fri 4 July, and 15 days end on the 18th."""
    cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").decided("amend", "1 Jul 2025")
    run("review", "notice", R, "--channel", "post", "--on", "2025-07-01")
    said = run("review", "correct", R, "notice", "--on", "2025-07-02", "--reason", "Misread")
    assert "2025-07-17 → 2025-07-18" in said.stdout.replace("\n", " ")
    run("plan", "notice", "P-0001", "--channel", "post", "--on", "2025-08-04")
    run("plan", "correct", "P-0001", "plan-notice-sent", "--to", "2025-08-05", "--reason", "Misread")
    assert cases.plan_duty("P-0001", "plan_representations").due == day("21 Aug 2025")
