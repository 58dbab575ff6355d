"""Forms that come back by mail: recognised, read on their own case, accepted in one step, and never by themselves."""

import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import Result
from docx import Document

from arflow.application.arflow import Arflow
from arflow.errors import InvalidValue, NotFound, NotPossible
from arflow.events import AdviceReceived, AmendmentsProposed, ConductRecorded, MeetingHeld, ReportSent, decode
from arflow.papers.plan_text.amendments import amendments_from_json
from arflow.post.forms.person_form_of_case import person_form_of
from arflow.post.incoming import form_reply, inbox, officer_decisions
from arflow.post.incoming.answers import answering
from arflow.post.incoming.officer_decisions import arrivals_of
from arflow.post.incoming.returned_forms import accept_form, read_file, read_paper
from arflow.post.mail.arrivals import Arrival, Paper
from arflow.post.mail.mailbox import Maildir
from arflow.post.mail.settings import Settings
from tests.post.test_returned_report import FULL, World
from tests.support.awkward_mail import email
from tests.support.dovecot import deliver, make_maildir
from tests.support.forms import answered

pytestmark = pytest.mark.thorough
WORD = "vnd.openxmlformats-officedocument.wordprocessingml.document"
OURS, OFFICE = "reviews@la.example.org", "setting@example.org"
CAME = datetime(2026, 11, 20, 10, tzinfo=UTC)
AMENDING = {"recommendation": "amend", "a1_part": "F1", "a1_words": "Thirty minutes of reading each day."}
SKIPPED = "The advice came to the meeting"


@pytest.fixture(autouse=True)
def _surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARFLOW_MAIL_FROM", OURS)
    monkeypatch.setenv("ARFLOW_DOCUMENTS", str(tmp_path / "documents"))


@pytest.fixture
def box(tmp_path: Path) -> Path:
    return make_maildir(tmp_path / "Maildir")


@pytest.fixture
def world(app: Arflow) -> World:
    return World(app)


def comes(world: World, box: Path, *files: bytes, text: str = "Our report.", number: int = 1) -> Arrival:
    """A message of the school with Word files, read; the arrival that it became."""
    made = email(OFFICE, f"Annual review {world.told.id}", text, To=OURS)
    for at, content in enumerate(files, 1):
        made.add_attachment(content, maintype="application", subtype=WORD, filename=f"report {at}.docx")
    before = {one.id for one in officer_decisions.waiting_list(world.app, "all")}
    deliver(box, b"Received: from a by b; Fri, 20 Nov 2026 10:00:00 +0000\r\n" + made.as_bytes(), CAME, number)
    inbox.run(world.app, Maildir(box), answering(world.app, Settings.from_environment()))
    [new] = [one for one in officer_decisions.waiting_list(world.app, "all") if one.id not in before]
    return new


def papers(world: World, arrival: Arrival) -> list[Paper]:
    return arrivals_of(world.app).papers_from(arrival.id)


def events(world: World) -> list[str]:
    found = (decode(row.payload) for row in world.app.log_store.read_case(world.told.plan))
    kinds = (MeetingHeld, ConductRecorded, AmendmentsProposed, ReportSent)
    return [type(event).__name__ for event in found if isinstance(event, kinds)]


def test_a_form_is_recognised_and_accepted_with_all_that_it_says_in_one_step(app_on_each: Arflow, box: Path) -> None:
    world = World(app_on_each)
    arrival = comes(world, box, answered(world.form, FULL | AMENDING, how="libreoffice"))
    [paper] = papers(world, arrival)
    assert (paper.suggestion, paper.state, events(world)) == ("form", "waiting", [])

    accepted = accept_form(world.app, [arrival.id], skip_reason=SKIPPED)

    assert events(world) == ["MeetingHeld", "ConductRecorded", "AmendmentsProposed", "ReportSent"]
    review = world.app.review(world.told.id)
    held, report = review.last("hold"), review.last("report")
    assert held
    assert report
    assert review.conduct
    assert (held.on, report.on, accepted.done.state) == (date(2026, 11, 10), date(2026, 11, 18), "report_sent")
    assert review.conduct.documents == (paper.document,)
    assert {held.event.evidence, report.event.evidence, review.conduct.evidence} == {paper.id}
    assert [one.accepted_as for one in papers(world, arrival)] == ["form"]
    kept = {one.kind: one for one in world.store.of(review=world.told.id)}
    assert kept["report"].digest == paper.document
    [change] = amendments_from_json(world.store.read(kept["amendments"].digest), "kept").changes
    assert (change.item, change.new and change.new.text) == ("F1", AMENDING["a1_words"])


def test_a_form_that_contradicts_itself_is_refused_and_leaves_nothing_behind(world: World, box: Path) -> None:
    arrival = comes(world, box, answered(world.form, FULL | AMENDING | {"recommendation": "maintain"}))
    with pytest.raises(NotPossible, match=r"cannot be accepted: Recommendation: .* `arflow form reply IN-"):
        accept_form(world.app, [arrival.id], skip_reason=SKIPPED)
    assert events(world) == []
    assert [one.state for one in papers(world, arrival)] == ["waiting"]
    assert not [one for one in world.store.of(plan=world.told.plan) if one.kind in ("report", "amendments")]


def test_an_act_that_the_review_refuses_keeps_all_the_others_out_too(world: World, box: Path) -> None:
    arrival = comes(world, box, answered(world.form, FULL))
    with pytest.raises(Exception, match="skip"):
        accept_form(world.app, [arrival.id])  # nothing was circulated before the meeting, and no reason is given
    assert events(world) == []
    assert [one.state for one in papers(world, arrival)] == ["waiting"]


def test_the_form_of_another_case_is_placed_on_neither(app: Arflow, world: World, box: Path) -> None:
    other = World(app, start=1)
    arrival = comes(world, box, answered(other.form, FULL))
    assert arrival.state == "unplaced"
    assert arrival.why == "names 2 cases"
    officer_decisions.place(app, arrival.id, plan=None, review=world.told.id)
    [paper] = papers(world, arrival)
    with pytest.raises(NotPossible, match=f"is the form of {other.told.id}, a review of P-0002, and came on P-0001"):
        accept_form(app, [paper.id])


def test_two_forms_at_once_and_papers_that_are_no_form_are_told_apart(world: World, box: Path) -> None:
    document, made = Document(), io.BytesIO()
    document.add_paragraph("The advice of an invented therapist.")
    document.save(made)
    first, second = (answered(world.form, FULL | {"reasons": said}) for said in ("One.", "Two."))
    arrival = comes(world, box, first, made.getvalue(), second)
    assert [one.suggestion for one in papers(world, arrival)] == ["form", "report", "form"]
    with pytest.raises(NotPossible, match=rf"2 forms came, {arrival.id}.1 and {arrival.id}.3: name the one"):
        read_paper(world.app, arrival.id)
    with pytest.raises(InvalidValue, match=rf"{arrival.id}.2 is not a form of ours"):
        read_paper(world.app, f"{arrival.id}.2")
    accept_form(world.app, [f"{arrival.id}.3"], skip_reason=SKIPPED)
    assert [one.state for one in papers(world, arrival)] == ["waiting", "waiting", "accepted"]
    advice_only = comes(world, box, made.getvalue(), text="More.", number=2)
    with pytest.raises(NotPossible, match="brings no form of ours"):
        read_paper(world.app, advice_only.id)


def test_a_blank_form_is_told_and_accepted_as_nothing(world: World, box: Path) -> None:
    arrival = comes(world, box, answered(world.form, {}))
    with pytest.raises(NotPossible, match="The form is blank: nothing in it is filled in"):
        accept_form(world.app, [arrival.id])


def test_a_form_that_comes_twice_adds_what_is_new_and_repeats_no_act(world: World, box: Path) -> None:
    accept_form(world.app, [comes(world, box, answered(world.form, FULL)).id], skip_reason=SKIPPED)
    better = FULL | {"E2_progress": "on_track"}
    arrival = comes(world, box, answered(world.form, better), text="Corrected.", number=2)
    read = read_paper(world.app, arrival.id)
    assert [type(one).__name__ for one in read.proposal.commands] == ["RecordConduct"]
    assert len(read.proposal.notes) == 3
    accept_form(world.app, [arrival.id])
    assert events(world) == ["MeetingHeld", "ConductRecorded", "ReportSent", "ConductRecorded"]
    conduct = world.app.review(world.told.id).conduct
    assert conduct
    assert conduct.progress == ("achieved", "on_track")


def test_the_reply_asks_for_everything_and_goes_only_to_somebody_of_the_case(world: World, box: Path) -> None:
    arrival = comes(world, box, answered(world.form, FULL | {"child_part": "none", "reasons": ""}))
    read = read_paper(world.app, arrival.id)
    asked = form_reply.reply_to(world.app, read)
    assert asked.asked == (*read.proposal.wrong, *read.proposal.missing)
    assert len(asked.asked) == 2
    assert "Sam" not in asked.text + asked.subject
    whole = comes(world, box, answered(world.form, FULL), number=2)
    with pytest.raises(NotPossible, match="leaves nothing open"):
        form_reply.reply_to(world.app, read_paper(world.app, whole.id))


def test_the_form_of_a_review_that_is_not_here_is_told(app: Arflow, world: World) -> None:
    document = Document(io.BytesIO(answered(world.form, FULL)))
    for part in (*document.paragraphs, *document.sections[0].footer.paragraphs):
        for run in part.runs:
            run.text = run.text.replace(world.told.id, "R-2031-000777")
    document.core_properties.identifier = ""
    made = io.BytesIO()
    document.save(made)
    with pytest.raises(NotFound, match="R-2031-000777"):
        read_file(app, made.getvalue(), "form.docx")


def test_the_command_line_reads_accepts_and_says_what_is_left(
    app: Arflow, world: World, box: Path, run: Callable[..., Result], tmp_path: Path
) -> None:
    file = tmp_path / "form.docx"
    made = run("form", "make", world.told.id, "report", "--output", str(file))
    assert made.exit_code == 0, made.output
    assert "Sam Example" in "\n".join(p.text for p in Document(str(file)).paragraphs)
    assert run("form", "read", str(file)).output.count("The form is blank") == 1
    written = json.loads(
        run("form", "make", world.told.id, "report", "--output", str(file), "--force", "--json").stdout
    )
    returned = json.loads(run("form", "read", str(file), "--json").stdout)
    assert [returned[key] for key in ("review", "form", "line")] == [written[key] for key in ("review", "form", "line")]
    alone = {name: said for name, said in FULL.items() if name not in ("sent_on", "reasons")} | {"sent_to_all": "no"}
    arrival = comes(world, box, answered(world.form, alone))
    told = run("form", "read", f"{arrival.id}.1".lower())
    assert run("form", "reply", f"{arrival.id}.1".lower(), "--preview").exit_code == 0
    assert f"`arflow inbox refuse {arrival.id}.1 --reason …`" in run("undo", world.told.plan, "--reason", "x").stderr
    assert "Missing" in told.stdout
    assert f"arflow inbox accept {arrival.id}.1 --as form" in told.stderr
    refused = run("inbox", "accept", arrival.id, "--as", "form", "--recommendation", "amend")
    assert refused.stderr == "arflow: the form itself says that: leave out --recommendation\n"
    done = run("inbox", "accept", arrival.id, "--as", "form", "--skip-reason", SKIPPED)
    assert done.exit_code == 0, done.output
    assert f"{world.told.id}: 2 acts recorded → meeting_held" in done.stdout
    assert "Missing: Recommendation: why" in done.stderr
    document = papers(world, arrival)[0].document[:12]
    assert (
        f"arflow letter send {world.told.id} report_cover --document {document} --recommendation maintain"
        in done.stderr
    )
    assert run("form", "read", "nowhere.docx").stderr.count("\n") == 1
    assert "(default: the day that the message arrived)" in " ".join(run("inbox", "accept", "--help").stdout.split())


def test_the_advice_form_of_a_colleague_counts_for_whom_it_was_made(world: World, box: Path) -> None:
    form = person_form_of(world.app, lambda: world.store, world.told.id, "advice", "health")
    arrival = comes(
        world, box, answered(form, {"answer": "not_involved"}, how="google")
    )  # the school's office sends it on
    [paper] = papers(world, arrival)
    assert (paper.suggestion, paper.role) == ("form", "setting")
    done = accept_form(world.app, [paper.id]).done
    [event] = [one for one in done.events if isinstance(one, AdviceReceived)]
    assert (event.role, event.person, event.answer) == ("health", form.id.person, "not_involved")
    [kept] = world.store.of(review=world.told.id, kind="advice")
    assert kept.digest == paper.document
    again = read_paper(world.app, comes(world, box, answered(form, {"answer": "no_change"}), number=2).id)
    assert again.proposal.commands
