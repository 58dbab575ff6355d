"""A term list that came back: whatever a school office did to the sheet is handled or named, and no day is taken unchecked."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from openpyxl.worksheet.worksheet import Worksheet

from arflow.application.arflow import Arflow
from arflow.case.plan_commands import EndPlan, MoveSetting
from arflow.case.review_commands import CancelReview, HoldMeeting
from arflow.errors import AlreadyThere, InvalidValue, NotFound, NotPossible
from arflow.papers.documents import Documents, documents_of
from arflow.planning import list_words as words
from arflow.planning.list_question import question
from arflow.planning.list_reply import Reply, accept_reply, read_reply, read_reply_file
from arflow.planning.list_sending import send_list
from arflow.planning.reply_checks import check_rows, diary
from arflow.planning.reply_sheet import ReplyRow
from arflow.planning.term_list import TermList
from arflow.post.incoming import inbox
from arflow.post.incoming.answers import answering
from arflow.post.incoming.officer_decisions import arrivals_of, waiting_list
from arflow.post.mail.dispatch import Dispatch
from arflow.post.mail.mailbox import Maildir
from arflow.post.mail.settings import Settings
from arflow.post.outgoing.queue import outbox, queue
from tests.conftest import TODAY
from tests.support.cases import Cases
from tests.support.dovecot import deliver, make_maildir
from tests.support.outgoing import message, settings
from tests.support.term_lists import OTHER, asking, enter_terms, keep, lists, plan_due, waiting_post
from tests.support.term_sheets import as_csv, as_ods, filled, places, row_of

HEAD = "head@school.example"
GOOD = date(2027, 1, 12)
Sheet = Callable[[Worksheet], Any]


class Told:
    """A list that was sent to a school, and its sheet."""

    def __init__(self, app: Arflow, folder: Path) -> None:
        self.app, self.folder = app, folder
        self.documents: Documents = documents_of(app.engine)
        self.list: TermList = next(made.list for made in lists(app).lists if made.to.key == "123456")
        self.sent = send_list(app, self.documents, self.list, HEAD, waiting_post(self.documents))
        kept = self.documents.of(plan=self.list.plans[0].plan)
        self.sheet = self.documents.read(next(one.digest for one in kept if str(one.name).endswith(".xlsx")))

    def reads(self, content: bytes, name: str = "list.xlsx") -> Reply:
        path = self.folder / name
        path.write_bytes(content)
        return read_reply_file(self.app, asking(self.app), self.documents, path)

    def back(self, days: dict[str, Any], notes: dict[str, str] | None = None, then: Sheet = lambda _: None) -> Reply:
        return self.reads(filled(self.sheet, days, notes, then))


@pytest.fixture
def told(app: Arflow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Told:
    monkeypatch.setenv("ARFLOW_DOCUMENTS", str(tmp_path / "documents"))
    monkeypatch.setenv("ARFLOW_MAIL_FROM", "reviews@la.example")
    enter_terms(app)
    for number in (1, 2, 3):
        plan_due(app, f"P-{number}", date(2027, 2, 20), coordinator="Casey Morgan")
        keep(app, f"P-{number}", "child", f"Child {number}")
    return Told(app, tmp_path)


def faults(found: Reply) -> dict[str, tuple[str, ...]]:
    return {one.plan: one.faults for one in found.rows if one.faults}


# --- the days ---------------------------------------------------------------------------------------------------


DAYS: tuple[tuple[Any, str], ...] = (
    (date(2027, 1, 12), ""),
    ("12/01/2027", ""),
    (date(2027, 1, 16), "16 January 2027 for P-1 is a Saturday"),
    (date(2027, 1, 1), "1 January 2027 for P-1 is a bank holiday"),
    (date(2026, 12, 22), "22 December 2026 for P-1 lies between the terms Autumn 2026 and Spring 2027"),
    (date(2027, 2, 16), "16 February 2027 for P-1 is in a break of the term Spring 2027"),
    (date(2026, 11, 24), "24 November 2026 for P-1 is no day to come"),
    (date(2026, 12, 7), "leaves no time for the notice, which had to be given by 2026-11-22"),
    (date(2026, 12, 9), ""),  # fifteen days from today
    (date(2027, 2, 22), "is after 2027-02-20, the last day of the twelve months"),
    ("next Tuesday", "next Tuesday is not a day"),
)


def test_each_day_is_checked(told: Told) -> None:
    for day, fault in DAYS:
        found = told.back({"P-1": day})
        if fault:
            assert fault in faults(found)["P-1"][0], day
            assert not found.sound
        else:
            assert (found.asked, [one.does for one in found.sound]) == ((), ["opens"]), day


def test_a_day_that_leaves_little_time_is_noted_and_not_refused(told: Told) -> None:
    found = told.back({"P-1": date(2027, 2, 8)})

    assert found.sound[0].notes == (
        "2027-02-08 leaves 12 days to decide and tell the family before the 12 months end on 2027-02-20",
    )


@pytest.mark.parametrize(
    ("limits", "notes"),
    [
        ({"meet_by": GOOD}, ()),
        ({"meet_by": GOOD - timedelta(days=1)}, ("leaves 39 days to decide",)),
        ({"ends": GOOD}, ()),
        ({"ends": GOOD - timedelta(days=1)}, ("is not in Spring 2027",)),
        ({"starts": GOOD}, ()),
        ({"starts": GOOD + timedelta(days=1)}, ("is not in Spring 2027",)),
    ],
)
def test_a_day_is_held_against_the_list_as_it_was_frozen(
    told: Told, limits: dict[str, date], notes: tuple[str, ...]
) -> None:
    listed = next(one for one in told.list.plans if one.plan == "P-1")
    if "meet_by" in limits:
        frozen = replace(told.list, plans=(replace(listed, **limits),))
    else:
        frozen = replace(told.list, plans=(listed,), **limits)
    row = ReplyRow(number=2, plan="P-1", list=frozen.id, day=GOOD)

    (found,) = check_rows(told.app, frozen, [row], diary(asking(told.app)), evidence=None)

    assert len(found.notes) == len(notes)
    assert all(note in said for note, said in zip(notes, found.notes, strict=True))


def test_a_list_of_health_proposes_no_days(told: Told, app: Arflow) -> None:
    made = next(one for one in lists(app).lists if one.to.key == "health")
    send_list(app, told.documents, made.list, "sen@nhs.example", waiting_post(told.documents))

    with pytest.raises(NotPossible, match="is no list of a setting"):
        told.reads(f"Plan,Meeting day,List\nP-1,2027-01-12,{made.list.id}\n".encode(), "list.csv")


def test_a_day_on_which_the_officer_is_elsewhere_says_no_more_than_that(told: Told, app: Arflow) -> None:
    plan_due(app, "P-9", date(2027, 2, 20), setting=OTHER, coordinator="Casey Morgan")
    app.open_review("P-9", on=TODAY, meeting_on=GOOD)

    found = told.back({"P-1": GOOD})

    assert faults(found) == {"P-1": ("on 12 January 2027, proposed for P-1, our officer has a meeting elsewhere",)}


def test_a_meeting_that_was_cancelled_is_no_clash(told: Told, app: Arflow) -> None:
    plan_due(app, "P-9", date(2027, 2, 20), setting=OTHER, coordinator="Casey Morgan")
    review = app.open_review("P-9", on=TODAY, meeting_on=GOOD).id
    app.act(review, CancelReview(reason="Entered twice", on=TODAY))

    assert not told.back({"P-1": GOOD}).asked


def test_several_meetings_at_the_same_school_on_one_day_are_no_clash(told: Told, app: Arflow) -> None:
    app.open_review("P-3", on=TODAY, meeting_on=GOOD)

    assert not told.back({"P-1": GOOD, "P-2": GOOD}).asked


def test_what_stands_already_is_left_and_a_move_needs_its_reason(told: Told, app: Arflow) -> None:
    app.open_review("P-1", on=TODAY, meeting_on=GOOD)

    assert [one.does for one in told.back({"P-1": GOOD}).rows] == ["nothing"] * 3
    assert "write under “Your note to us” why it moves" in faults(told.back({"P-1": date(2027, 1, 13)}))["P-1"][0]
    assert [one.does for one in told.back({"P-1": date(2027, 1, 13)}, {"P-1": "The hall is taken"}).sound] == ["moves"]


def test_a_case_that_has_moved_on_since_is_named(told: Told, app: Arflow) -> None:
    app.change_plan("P-1", MoveSetting(setting=OTHER, on=TODAY))
    app.change_plan("P-2", EndPlan(on=TODAY))
    Cases(app).review("P-3", "1 Nov 2026").do(HoldMeeting(on=TODAY, skip_reason="Brought forward"))

    found = faults(told.back({"P-1": GOOD, "P-2": GOOD, "P-3": GOOD}))

    assert found["P-1"] == ("P-1 is not at your setting now: we plan nothing with you",)
    assert "no longer maintained" in found["P-2"][0]
    assert found["P-3"] == ("the meeting on P-3 was held: no day is to be planned",)


# --- the sheet --------------------------------------------------------------------------------------------------


def test_rows_that_were_sorted_are_found_by_their_reference(told: Told) -> None:
    def turned(sheet: Worksheet) -> None:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        for number, row in enumerate(reversed(rows), 2):
            for place, value in enumerate(row, 1):
                sheet.cell(number, place).value = value

    found = told.back({"P-1": GOOD, "P-3": date(2027, 1, 13)}, then=turned)

    assert {one.plan: one.day for one in found.sound} == {"P-1": GOOD, "P-3": date(2027, 1, 13)}


def test_a_missing_row_proposes_nothing_and_is_named(told: Told) -> None:
    found = told.back({"P-1": GOOD}, then=lambda sheet: sheet.delete_rows(row_of(sheet, "P-2")))

    assert {one.plan: one.notes for one in found.rows if one.notes} == {"P-2": ("its row is missing",)}
    assert [one.plan for one in found.sound] == ["P-1"]


def test_a_row_that_is_not_of_the_list_or_stands_twice_is_refused(told: Told, app: Arflow) -> None:
    plan_due(app, "P-9", date(2027, 2, 20), setting=OTHER)

    def added(sheet: Worksheet) -> None:
        for ref in ("P-9", "P-1"):
            row = [cell.value for cell in sheet[row_of(sheet, "P-1")]]
            sheet.append([ref, *row[1:]])

    found = told.back({"P-1": GOOD}, then=added)

    assert faults(found) == {
        "P-9": ("P-9 is not on this list: take the row out",),
        "P-1": ("P-1 stands in row 2 already",),
    }


def test_cells_of_other_children_are_not_mixed_up(told: Told) -> None:
    """Somebody sorted one column alone: the references stand beside other names."""

    def mixed(sheet: Worksheet) -> None:
        name, last = places(sheet)[words.NAME], row_of(sheet, "P-3")
        sheet.cell(2, name).value, sheet.cell(last, name).value = (
            sheet.cell(last, name).value,
            sheet.cell(2, name).value,
        )

    found = told.back({"P-1": GOOD}, then=mixed)

    assert "the name beside P-1 is not the one we sent" in faults(found)["P-1"][0]
    assert not found.sound


def test_a_locked_cell_that_was_changed_is_named_and_not_recorded(told: Told) -> None:
    def changed(sheet: Worksheet) -> None:
        at = places(sheet)
        sheet.cell(2, at[words.YEAR]).value = "Year 10"
        sheet.cell(2, at[words.DUE]).value = date(2028, 1, 1)

    found = told.back({"P-1": date(2027, 2, 22)}, then=changed)

    assert found.rows[0].notes[:2] == (
        "“Class year” was changed from blank to Year 10: nothing of it is recorded",
        "“Review complete by” was changed from 2027-02-20 to 2028-01-01: nothing of it is recorded",
    )
    assert "is after 2027-02-20" in found.rows[0].faults[0]  # what counts is what the case says


def test_a_line_of_another_list_is_refused(told: Told) -> None:
    def swapped(sheet: Worksheet) -> None:
        sheet.cell(2, places(sheet)[words.LIST]).value = "TL-none"

    assert "leave that column as it was" in faults(told.back({"P-1": GOOD}, then=swapped))["P-1"][0]


def test_a_sheet_of_several_lists_is_taken_for_none_of_them(told: Told) -> None:
    with pytest.raises(NotPossible, match=r"list\.csv brings 1 sheet of 2 lists: ask for one"):
        told.reads(
            f"Plan,Meeting day,List\nP-1,2027-01-12,{told.list.id}\nP-2,,TL-0123456789abcdef\n".encode(), "list.csv"
        )


def test_a_list_that_was_never_sent_is_not_believed(told: Told) -> None:
    def invented(sheet: Worksheet) -> None:
        for row in sheet.iter_rows(min_row=2):
            row[places(sheet)[words.LIST] - 1].value = "TL-0123456789abcdef"
        book = sheet.parent
        assert book is not None
        book.remove(book["How to fill this in"])
        book.properties.subject = ""

    with pytest.raises(NotFound, match="TL-0123456789abcdef: it was not sent from this store"):
        told.back({"P-1": GOOD}, then=invented)


def test_hidden_columns_and_rows_are_read_and_columns_taken_out_are_not_missed(told: Told) -> None:
    def hidden(sheet: Worksheet) -> None:
        sheet.column_dimensions["I"].hidden = True
        sheet.row_dimensions[3].hidden = True
        sheet.delete_cols(places(sheet)[words.MEET_BY])

    found = told.back({"P-1": GOOD, "P-2": GOOD}, then=hidden)

    assert ([one.plan for one in found.sound], found.asked) == (["P-1", "P-2"], ())


@pytest.mark.parametrize(("saved", "name"), [(as_ods, "list.ods"), (as_csv, "list.csv")])
def test_the_sheet_may_come_back_as_another_kind(told: Told, saved: Callable[[bytes], bytes], name: str) -> None:
    content = saved(filled(told.sheet, {"P-1": GOOD}, {"P-1": "Morning, please"}))

    found = told.reads(content, name)

    assert [(one.plan, one.day, one.notes) for one in found.sound] == [("P-1", GOOD, ("they write: Morning, please",))]


def test_a_sheet_without_its_columns_is_refused_with_what_is_missing(told: Told) -> None:
    with pytest.raises(InvalidValue, match="Meeting day"):
        told.back({}, then=lambda sheet: sheet.delete_cols(places(sheet)[words.DAY]))


def test_a_file_that_is_no_list_of_ours_is_refused_in_one_line(told: Told) -> None:
    with pytest.raises(NotPossible, match="brings no sheet of a term list"):
        told.reads(b"plan,Meeting day\nP-1,12/01/2027\n", "list.csv")
    with pytest.raises(InvalidValue, match=r"list\.csv"):
        told.reads(f"\n\n{told.list.id}".encode(), "list.csv")
    with pytest.raises(NotPossible, match=r"broken\.xlsx brings no sheet"):
        told.reads(told.sheet[:-200] + told.list.id.encode(), "broken.xlsx")


# --- by mail, accepted ------------------------------------------------------------------------------------------


def comes(
    told: Told, *files: bytes, sender: str = HEAD, number: int = 1, subject: str = "Our days", **headers: str
) -> str:
    """A message with sheets arrives; its id."""
    box, email = make_maildir(told.folder / f"Maildir{number}"), EmailMessage()
    email["From"], email["To"], email["Subject"] = sender, "reviews@la.example", subject
    email["Message-ID"] = f"<{number}@school.example>"
    for name, value in headers.items():
        email[name.replace("_", "-")] = value
    email.set_content("Please see the sheet.")
    for at, content in enumerate(files):
        email.add_attachment(content, maintype="application", subtype="octet-stream", filename=f"days{at}.xlsx")
    at_noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    raw = b"Received: from a by b; Tue, 24 Nov 2026 12:00:00 +0000\r\n" + email.as_bytes().replace(b"\n", b"\r\n")
    deliver(box, raw, at_noon, 1)
    inbox.run(told.app, Maildir(box), answering(told.app, Settings.from_environment()))
    return next(one.id for one in waiting_list(told.app, "all") if one.message_id == f"<{number}@school.example>")


def arrived(told: Told, name: str) -> Reply:
    return read_reply(told.app, asking(told.app), told.documents, name)


@pytest.mark.thorough
def test_a_reply_is_filed_on_no_case_though_its_sender_is_in_one(told: Told) -> None:
    """The sheet names several children: on the case of one of them it would be read with that case."""
    keep(told.app, "P-1", "setting", "The Office", email=HEAD)

    name = comes(told, filled(told.sheet, {"P-1": GOOD}))

    found = arrivals_of(told.app).arrival(name)
    assert (found.state, found.plan) == ("unplaced", None)
    assert found.why == f"it brings back the term list {told.list.id}: see `arflow termly-list read {name}`"


@pytest.mark.thorough
def test_a_reply_is_accepted_in_one_step(told: Told) -> None:
    name = comes(told, filled(told.sheet, {"P-1": GOOD, "P-2": date(2027, 1, 13)}))

    accepted = accept_reply(told.app, arrived(told, name))

    assert [(one.id, one.event) for one in accepted.done] == [
        ("R-2026-000001", "ReviewOpened"), ("R-2026-000002", "ReviewOpened"),
    ]  # fmt: skip
    assert told.app.review("R-2026-000001").planned_meeting == GOOD
    assert {event.evidence for done in accepted.done for event in done.events if event.name == "ReviewOpened"} == {name}
    with pytest.raises(NotPossible, match="was decided on before"):
        accept_reply(told.app, arrived(told, name))


@pytest.mark.thorough
def test_with_a_fault_nothing_is_recorded_unless_the_sound_rows_are_wanted(told: Told) -> None:
    name = comes(told, filled(told.sheet, {"P-1": GOOD, "P-2": date(2027, 1, 16)}))

    with pytest.raises(NotPossible, match="row 3: 16 January 2027 for P-2 is a Saturday"):
        accept_reply(told.app, arrived(told, name))
    assert told.app.plan("P-1").open_review() is None
    assert question(told.app, arrived(told, name)).asked == ("row 3: 16 January 2027 for P-2 is a Saturday",)

    accepted = accept_reply(told.app, arrived(told, name), only_sound=True)

    assert [one.id for one in accepted.done] == ["R-2026-000001"]
    assert told.app.plan("P-2").open_review() is None


@pytest.mark.thorough
def test_a_reply_without_a_sound_row_is_set_aside_and_not_accepted(told: Told) -> None:
    name = comes(told, filled(told.sheet, {"P-1": date(2027, 1, 16)}))

    with pytest.raises(NotPossible, match=f"set it aside with `arflow inbox set-aside {name}`"):
        accept_reply(told.app, arrived(told, name), only_sound=True)


@pytest.mark.thorough
def test_a_stranger_who_has_the_line_is_not_believed(told: Told) -> None:
    name = comes(told, filled(told.sheet, {"P-1": GOOD}), sender="somebody@else.example")

    found = arrived(told, name)

    assert found.doubt.startswith("it comes from another address")
    with pytest.raises(NotPossible, match="check who sent it, and say --sender-checked"):
        accept_reply(told.app, found)
    assert accept_reply(told.app, found, sender_checked=True).done


@pytest.mark.thorough
def test_a_reply_from_another_address_that_answers_our_message_is_theirs(told: Told) -> None:
    ours = f"<{told.sent.messages[0].id}@la.example>"

    name = comes(told, filled(told.sheet, {"P-1": GOOD}), sender="senco@school.example", In_Reply_To=ours)

    assert arrived(told, name).doubt == ""


@pytest.mark.thorough
def test_an_answer_without_a_sheet_says_that_it_is_to_a_list(told: Told) -> None:
    name = comes(told, sender="senco@school.example", In_Reply_To=f"<{told.sent.messages[0].id}@la.example>")

    assert "it answers a term list, and brings none back" in str(arrivals_of(told.app).arrival(name).why)
    with pytest.raises(NotPossible, match="brings no sheet of a term list"):
        arrived(told, name)


@pytest.mark.thorough
def test_a_message_whose_subject_names_a_list_is_filed_on_no_case(told: Told) -> None:
    keep(told.app, "P-1", "setting", "The Office", email=HEAD)

    name = comes(told, subject=f"Re: {told.list.title} [{told.list.id}]")

    assert "it answers a term list" in str(arrivals_of(told.app).arrival(name).why)


@pytest.mark.thorough
def test_of_two_sheets_none_is_taken(told: Told) -> None:
    name = comes(told, filled(told.sheet, {"P-1": GOOD}), filled(told.sheet, {"P-2": GOOD}))

    with pytest.raises(NotPossible, match="brings 2 sheets of 1 list: ask for one"):
        arrived(told, name)


@pytest.mark.thorough
def test_a_day_that_moves_takes_back_the_invitations_to_the_old_one_and_no_other(told: Told) -> None:
    app, first, second = (
        told.app,
        told.app.open_review("P-1", on=TODAY, meeting_on=GOOD).id,
        told.app.open_review("P-2").id,
    )
    for plan, review, kind in (
        ("P-1", first, "invitation"),
        ("P-1", first, "advice_request"),
        ("P-2", second, "invitation"),
    ):
        own = Dispatch(
            key=f"{kind}/{review}", kind=kind, plan=plan, review=review, act=None, messages=(message("parent", plan),)
        )
        queue(app, own, settings())
    name = comes(told, filled(told.sheet, {"P-1": date(2027, 1, 13), "P-2": GOOD}, {"P-1": "The hall is taken"}))

    accepted = accept_reply(app, arrived(told, name))

    box = outbox(app)
    sent = [(box.dispatch(one.dispatch), one) for one in box.find()]
    states = {(of.plan, of.kind): (one.id, one.state) for of, one in sent if of.review}
    assert {key: state for key, (_, state) in states.items()} == {
        ("P-1", "invitation"): "cancelled", ("P-1", "advice_request"): "queued", ("P-2", "invitation"): "queued",
    }  # fmt: skip
    assert accepted.withdrawn == (states["P-1", "invitation"][0],)


@pytest.mark.thorough
def test_a_case_that_moves_while_a_reply_is_accepted_keeps_all_of_it_out(told: Told) -> None:
    """The reviews are opened in one transaction: where one cannot be, none is, and the message waits."""
    name = comes(told, filled(told.sheet, {"P-1": GOOD, "P-2": date(2027, 1, 13)}))
    found = arrived(told, name)
    told.app.open_review("P-2", on=TODAY)

    with pytest.raises(AlreadyThere, match="plan P-2 has an open review"):
        accept_reply(told.app, found)

    assert told.app.plan("P-1").open_review() is None
    assert arrivals_of(told.app).arrival(name).state == "unplaced"
