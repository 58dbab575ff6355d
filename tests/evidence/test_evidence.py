"""An evidence pack shows what it claims, says what it does not, and whatever is done to it is found and named."""

import hashlib
import io
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from click.testing import Result

from arflow.application.arflow import Arflow
from arflow.case import review_commands as c
from arflow.errors import NotFound, NotPossible
from arflow.events.of_rules import encode_act
from arflow.evidence import pack, signatures, verify
from arflow.evidence.sample import Chosen, Drawn, Named, Sample, choose, draw
from arflow.people import Person
from arflow.store import LogRow, Recorder, rules_ledger
from tests.support.cases import Cases, day

pytestmark = pytest.mark.thorough

if TYPE_CHECKING:
    from playwright.sync_api import Browser

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
WORDS, OFFICER, COORDINATOR, CHILD = "The family asked for another day", "A. Officer", "Casey Morgan", "Robin Example"
PAPERS, BUNDLE = ("1a" * 32, "2b" * 32), "3c" * 32


@pytest.fixture
def told(store_url: str, open_app: Callable[..., Arflow]) -> Arflow:
    """Three plans: one with words, names, evidence and two reviews, one held later, one never held."""
    return tell(open_app(store_url, clock=lambda: AT))


@pytest.fixture
def one(sqlite_url: str, open_app: Callable[..., Arflow]) -> Arflow:
    """The same on SQLite."""
    return tell(open_app(sqlite_url, clock=lambda: AT))


def tell(app: Arflow) -> Arflow:
    cases = Cases(app)
    first = cases.opened("1 Aug 2024", "1 May 2025", coordinator=COORDINATOR)
    first.do(c.ScheduleMeeting(on=day("1 May 2025"), meeting_on=day("3 Jun 2025")))
    first.do(c.PostponeMeeting(on=day("2 May 2025"), meeting_on=day("10 Jun 2025"), reason=WORDS))
    first.invited("20 May 2025").do(
        c.CirculateAdvice(on=day("20 May 2025"), documents=PAPERS, bundle=BUNDLE, evidence="letter-7")
    )
    first.held("10 Jun 2025").do(c.SendReport(on=day("20 Jun 2025"), documents=PAPERS)).decided(
        "maintain", "1 Jul 2025", notified_on=day("1 Jul 2025")
    )
    first.do(c.ConcludeReview(on=day("2 Jul 2025")))
    cases.review("P-0001", "1 May 2026")
    cases.opened("1 Aug 2024", "1 Oct 2025").held("1 Nov 2025")
    cases.opened("1 Aug 2024", "1 Oct 2025")
    app.people.add(Person(plan="P-0001", role="child", name=CHILD, date_of_birth=date(2014, 3, 1)))
    return app


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("key") / "arflow.key"
    signatures.make_key(path)
    return path


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, key: Path) -> bytes:
    """A sound pack of two of the plans, to be looked at and tampered with."""
    database = tmp_path_factory.mktemp("told") / "arflow.db"
    shutil.copy(sqlite_template, database)
    with Arflow(f"sqlite:///{database}", by=OFFICER, today=AT.date(), clock=lambda: AT) as app:
        return made(tell(app), key)


def made(app: Arflow, key: Path | None, *plans: str, **wanted: Any) -> bytes:
    """A pack of plans, in memory."""
    written = io.BytesIO()
    private = signatures.read_private_key(key) if key else None
    pack.export(app, written, pack.Wanted(cases=Named(plans=plans or ("P-0001", "P-0002")), **wanted), key=private)
    return written.getvalue()


def files(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        return {name: found.read(name) for name in found.namelist()}


def zipped(path: Path, content: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as to:
        for name, one in content.items():
            to.writestr(name, one)
    return path


def faults(path: Path, key: Path, earlier: bytes | None = None) -> list[str]:
    opened = verify.Pack(path)
    try:
        return verify.check(opened, key.with_name(key.name + ".pub").read_bytes(), earlier).faults
    finally:
        opened.close()


def alone(content: dict[str, bytes], folder: Path, *words: str, site: bool = True) -> subprocess.CompletedProcess[str]:
    """The pack's own verifier, in a folder that holds nothing but the pack, with nothing of arflow to be found."""
    for name, one in content.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(one)
    alone_ = [sys.executable, "-I", *([] if site else ["-S"]), "verify.py", *words]
    return subprocess.run(alone_, cwd=folder, capture_output=True, text=True, check=False)


# --- what a pack holds -------------------------------------------------------------------------------------------


def test_a_sound_pack_holds_and_says_what_it_shows(told: Arflow, key: Path, tmp_path: Path) -> None:
    content = files(made(told, key))
    path = zipped(tmp_path / "pack.zip", content)
    assert faults(path, key) == []
    (tmp_path / "unpacked").mkdir()
    done = alone(content, tmp_path / "unpacked", "--public-key", f"{key}.pub")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Cases: 2, events: 20; no fault found." in done.stdout
    assert "What it does not show:\n- That what people recorded is true" in done.stdout
    zip_done = subprocess.run(
        [sys.executable, "-I", str(tmp_path / "unpacked" / "verify.py"), str(path), "--public-key", f"{key}.pub"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert zip_done.stdout == done.stdout


def test_the_pack_carries_every_event_of_its_cases_with_trail_duties_law_and_words(told: Arflow, key: Path) -> None:
    content = files(made(told, key, "P-0001"))
    rows = told.log_store.read_case("P-0001")
    events = json.loads(content["cases/case-1/events.json"])
    assert [event["position"] for event in events["events"]] == [row.position for row in rows]
    assert [event["payload"].encode() for event in events["events"]] == [row.payload for row in rows]
    assert {stream["stream"]: stream["last"] for stream in events["streams"]} == {
        "plan/P-0001": 5, "review/R-2025-000001": 10, "review/R-2026-000001": 1,
    }  # fmt: skip
    trail = json.loads(content["cases/case-1/trail.json"])
    assert [line["position"] for line in trail] == [row.position for row in rows]
    assert any(WORDS in line["text"] for line in trail)
    duties = json.loads(content["cases/case-1/duties.json"])
    expected = [told.why("R-2025-000001", duty.id) for duty in told.duties("R-2025-000001")]
    assert [duty["lines"] for duty in duties if duty["case"] == "R-2025-000001"] == [list(p.lines) for p in expected]
    assert [document["reference"] for document in json.loads(content["cases/case-1/documents.json"])] == [
        "letter-7", BUNDLE, *PAPERS, *PAPERS,
    ]  # fmt: skip
    assert WORDS in [note["words"] for note in json.loads(content["cases/case-1/words.json"]).values()]
    law = told.catalogue.paths()["annual_review.2015"].read_bytes()
    assert content["workflows/annual_review.2015.toml"] == law
    assert content["verify.py"] == Path(verify.__file__).read_bytes()
    assert content["public-key.pem"] == key.with_name("arflow.key.pub").read_bytes()


def test_what_a_stranger_reads(packed: bytes, key: Path) -> None:
    content = {name: text.decode() for name, text in files(packed).items()}
    index = content["index.html"]
    fingerprint = signatures.fingerprint(signatures.read_private_key(key).public_key())
    assert '<a href="cases/case-1/index.html">Plan P-0001</a>' in index
    for text in (fingerprint, "That what people recorded is true", "whoever forged a pack would forge it too"):
        assert text in index
        assert " ".join(text.split()) in " ".join(content["README.txt"].split())
    case = content["cases/case-1/index.html"]
    for text in ("Meeting held", "How each deadline was counted", "within 4 weeks of held", "letter-7", COORDINATOR):
        assert text in case
    assert "How timely annual reviews were" in content["reports/timeliness.html"]
    assert json.loads(content["reports/timeliness.json"])["log"]["position"] == 23


def test_every_link_of_the_pages_leads_to_a_file_of_the_pack(packed: bytes) -> None:
    import re

    content = files(packed)
    for name in content:
        if name.endswith(".html"):
            for link in re.findall(r'href="([^"#]+)"', content[name].decode()):
                reached = (Path("/pack") / name).parent / link
                assert str(reached.resolve().relative_to("/pack")) in content, (name, link)


def test_the_pages_have_no_accessibility_fault(packed: bytes, tmp_path: Path, chromium: "Browser") -> None:
    from tests.support.browser import faults as page_faults

    with zipfile.ZipFile(io.BytesIO(packed)) as found:
        found.extractall(tmp_path / "pack")
    for page in sorted((tmp_path / "pack").rglob("*.html")):
        assert page_faults(chromium, page) == [], page.name


def test_the_same_log_moment_and_key_give_the_same_bytes(told: Arflow, key: Path) -> None:
    assert made(told, key) == made(told, key)


def test_events_recorded_after_the_checkpoint_are_not_in_the_pack(one: Arflow, key: Path, tmp_path: Path) -> None:
    before = files(made(one, key, "P-0001"))
    size = one.log_store.head()[0]
    original = type(one.log_store).read_case

    def busy(self: Recorder, plan: str) -> list[LogRow]:
        if one.log_store.head()[0] == size and plan == "P-0001":
            one.act("R-2026-000001", c.Invite(on=day("2 May 2026"), roles=("parent",)))
        return original(self, plan)

    type(one.log_store).read_case = busy  # type: ignore[method-assign]
    try:
        after = files(made(one, key, "P-0001"))
    finally:
        type(one.log_store).read_case = original  # type: ignore[method-assign]
    assert one.log_store.head()[0] > size
    assert after["cases/case-1/events.json"] == before["cases/case-1/events.json"]
    assert after["cases/case-1/trail.json"] == before["cases/case-1/trail.json"]
    assert faults(zipped(tmp_path / "pack.zip", after), key) == []


# --- which cases -------------------------------------------------------------------------------------------------


def sampled(app: Arflow, number: int, start: date | None = None, end: date | None = None) -> Chosen:
    size = app.log_store.head()[0]
    return choose(app, Sample(number=number, seed=1), size, (start, end), lambda _: None)


def test_a_sample_is_drawn_from_plans_with_a_review_held_in_the_period(told: Arflow) -> None:
    chosen = sampled(told, 2)
    assert chosen.plans == ("P-0001", "P-0002")
    assert chosen.drawn == Drawn(population=2, population_sha256=hashlib.sha256(b"P-0001\nP-0002").hexdigest())
    assert sampled(told, 1, date(2025, 6, 10), date(2025, 6, 10)).plans == ("P-0001",)
    assert sampled(told, 1, date(2025, 6, 11), date(2025, 11, 1)).plans == ("P-0002",)
    for start, end in ((date(2025, 6, 11), date(2025, 10, 31)), (date(2025, 11, 2), None), (None, date(2025, 6, 9))):
        with pytest.raises(NotPossible, match="sample: 0 plans had a review held in the period"):
            sampled(told, 1, start, end)


def test_what_was_recorded_after_the_checkpoint_is_not_drawn_from(one: Arflow) -> None:
    held = next(row.position for row in one.log_store.read_case("P-0002") if row.topic == "arflow:MeetingHeld")
    sample = Sample(number=1, seed=1)
    for size, population in ((held - 1, 1), (held, 2)):
        drawn = choose(one, sample, size, (None, None), lambda _: None).drawn
        assert drawn is not None
        assert drawn.population == population
    with pytest.raises(NotFound, match="there is no plan P-0002"):
        choose(one, Named(plans=("P-0002",)), 16, (None, None), lambda _: None)


def test_a_corrected_meeting_counts_on_its_corrected_day(one: Arflow) -> None:
    one.act("R-2025-000002", c.CorrectStep(corrected_step="hold", on=day("3 Dec 2025"), reason="misread"))
    assert sampled(one, 1, date(2025, 12, 1), date(2025, 12, 31)).plans == ("P-0002",)


def test_the_same_seed_draws_the_same_and_others_draw_otherwise() -> None:
    population = [f"P-{number:04d}" for number in range(500)]
    first = draw(population, Sample(number=6, seed=1))
    assert first == draw(list(reversed(population)), Sample(number=6, seed=1))
    assert first == sorted(population, key=lambda ref: hashlib.sha256(f"1\n{ref}".encode()).hexdigest())[:6]
    assert len({tuple(draw(population, Sample(number=6, seed=seed))) for seed in range(20)}) == 20


# --- what is left out --------------------------------------------------------------------------------------------


def test_a_redacted_pack_names_nobody_and_holds_no_words(told: Arflow, key: Path, tmp_path: Path) -> None:
    notes = told.directory
    content = files(made(told, key, redacted=True))
    whole = b"\n".join((*content.values(), *(name.encode() for name in content)))
    for secret in (WORDS, "told briefly", OFFICER, COORDINATOR, CHILD, "2014-03-01", *notes.officer_names().values()):
        assert secret.encode() not in whole, secret
    assert "cases/case-1/words.json" not in content
    assert faults(zipped(tmp_path / "pack.zip", content), key) == []
    assert "pseudonymous data about people" in " ".join(content["README.txt"].decode().split())


def test_no_pack_names_the_child(packed: bytes) -> None:
    whole = b"\n".join(files(packed).values())
    assert OFFICER.encode() in whole
    assert WORDS.encode() in whole
    assert CHILD.encode() not in whole
    assert b"2014-03-01" not in whole


def test_words_that_were_erased_are_said_to_be(one: Arflow, key: Path, tmp_path: Path) -> None:
    before = json.loads(files(made(one, key, "P-0001"))["cases/case-1/words.json"])
    digest = next(digest for digest, note in before.items() if note["words"] == WORDS)
    one.directory.erase_note(digest)
    content = files(made(one, key, "P-0001"))
    assert digest not in json.loads(content["cases/case-1/words.json"])
    assert f"(words erased; digest {digest[:12]}…)" in content["cases/case-1/trail.json"].decode()
    assert faults(zipped(tmp_path / "pack.zip", content), key) == []


# --- what is done to a pack is found -----------------------------------------------------------------------------


def resealed(content: dict[str, bytes], key: Path | None) -> dict[str, bytes]:
    """The manifest made again for what is there now: with a key, signed with it; without, its old signature kept."""
    held = json.loads(content["manifest.json"])
    held["document"]["files"] = {
        name: {"sha256": hashlib.sha256(one).hexdigest(), "size": len(one)}
        for name, one in content.items()
        if name != "manifest.json"
    }
    if key is None:
        return {**content, "manifest.json": json.dumps(held).encode()}
    return {**content, "manifest.json": signatures.sign(held["document"], signatures.read_private_key(key))}


def edited(content: dict[str, bytes], name: str, change: Callable[[Any], object]) -> dict[str, bytes]:
    document = json.loads(content[name])
    change(document)
    return {**content, name: json.dumps(document).encode()}


def one_event(number: int, **changed: Any) -> Callable[[Any], None]:
    return lambda document: document["events"][number].update(changed)


EVENTS, TRAIL, DUTIES = (f"cases/case-1/{name}.json" for name in ("events", "trail", "duties"))
Change = Callable[[dict[str, bytes]], dict[str, bytes]]

CRUDE: dict[str, tuple[Change, str]] = {
    "one byte of a trail": (
        lambda found: {**found, TRAIL: found[TRAIL].replace(b"Meeting held", b"Meeting hold", 1)},
        f"{TRAIL}: was changed: its SHA-256 is not the one in the manifest",
    ),
    "a removed file": (lambda found: {n: x for n, x in found.items() if n != DUTIES}, f"{DUTIES}: was removed from the pack"),
    "an added file": (lambda found: {**found, "cases/note.txt": b"by me"}, "cases/note.txt: was added to the pack"),
    "another verifier": (lambda found: {**found, "verify.py": found["verify.py"] + b"\n"}, "verify.py: was changed"),
    "another definition": (
        lambda found: {**found, "workflows/annual_review.2015.toml": found["workflows/annual_review.2015.toml"] + b"#\n"},
        "workflows/annual_review.2015.toml: is not the definition that cases/case-1/events.json position 2 names",
    ),
    "no manifest": (lambda found: {n: x for n, x in found.items() if n != "manifest.json"}, "manifest.json: is not there"),
    "an event changed with its digest": (
        lambda found: resealed(edited(found, EVENTS, one_event(2, happened_on="2025-01-01")), None),
        "manifest.json: was changed after it was signed, or was signed with another key",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", CRUDE)
def test_an_edited_pack_is_found_and_located_by_both_verifiers(
    packed: bytes, key: Path, tmp_path: Path, what: str
) -> None:
    change, named = CRUDE[what]
    content = change(files(packed))
    found = faults(zipped(tmp_path / "pack.zip", content), key)
    assert any(fault.startswith(named) for fault in found), found
    if content["verify.py"] != Path(verify.__file__).read_bytes():
        content["verify.py"] += b"# as it came from elsewhere\n"
    (tmp_path / "unpacked").mkdir()
    done = alone(content, tmp_path / "unpacked", "--public-key", f"{key}.pub")
    assert done.returncode == 1
    assert f"FAULT  {named}" in done.stdout
    assert "This pack does not stand" in done.stdout


def _drop(document: Any, number: int) -> None:
    del document["events"][number]


def _drop_stream(document: Any) -> None:
    gone = document["streams"].pop()["stream"]
    document["events"] = [event for event in document["events"] if event["stream"] != gone]


def _shorten(document: Any) -> None:
    document["streams"][0]["last"] -= 1
    last = max(event["version"] for event in document["events"] if event["stream"] == "plan/P-0001")
    document["events"] = [
        event for event in document["events"] if (event["stream"], event["version"]) != ("plan/P-0001", last)
    ]


CUNNING: dict[str, tuple[str, Callable[[Any], object], str]] = {
    "an event changed": (EVENTS, one_event(2, happened_on="2025-01-01"), f"{EVENTS}: position 3: this is not the event in the log"),
    "an event moved": (EVENTS, one_event(2, position=4), f"{EVENTS}: position 4: this is not the event in the log"),
    "an event left out": (EVENTS, lambda document: _drop(document, 4), f"{EVENTS}: review/R-2025-000001: events were left out"),
    "the last event of a plan left out": (EVENTS, _shorten, f"{EVENTS}: plan/P-0001: how many events it has is not what the checkpoint says"),
    "a review left out": (EVENTS, _drop_stream, f"{EVENTS}: review/R-2026-000001: nothing shows that it is complete"),
    "two events in another order": (
        EVENTS,
        lambda document: document["events"].insert(2, document["events"].pop(3)),
        f"{EVENTS}: position 3: stands out of its order",
    ),
    "a trail that tells another day": (
        TRAIL,
        lambda lines: lines[3].update(on="2025-05-19"),
        f"{TRAIL}: position 4: is not told as it was recorded",
    ),
    "a trail that tells one event less": (TRAIL, lambda lines: lines.pop(), f"{TRAIL}: tells 15 events of 16"),
    "other words": (
        "cases/case-1/words.json",
        lambda notes: next(iter(notes.values())).update(words="Nobody asked"),
        "cases/case-1/words.json:",
    ),
    "a checkpoint of another size": (
        "checkpoint.json",
        lambda held: held["document"].update(size=7),
        "checkpoint.json: was changed after it was signed",
    ),
    "an event that is no event": (EVENTS, one_event(2, payload="[]"), f"{EVENTS}: is not laid out as arflow writes it"),
    "an event with no number": (EVENTS, one_event(2, version=-1), f"{EVENTS}: is not laid out as arflow writes it"),
}  # fmt: skip


@pytest.mark.parametrize("what", CUNNING)
def test_what_the_keys_own_holder_changes_beside_the_log_is_found(
    packed: bytes, key: Path, tmp_path: Path, what: str
) -> None:
    name, change, named = CUNNING[what]
    content = resealed(edited(files(packed), name, change), key)
    found = faults(zipped(tmp_path / "pack.zip", content), key)
    assert any(fault.startswith(named) for fault in found), found


def test_a_pack_signed_with_another_key_is_refused(packed: bytes, one: Arflow, key: Path, tmp_path: Path) -> None:
    signatures.make_key(tmp_path / "other.key")
    held = json.loads(files(packed)["checkpoint.json"])["document"]
    other = signatures.sign(held, signatures.read_private_key(tmp_path / "other.key"))
    content = resealed({**files(packed), "checkpoint.json": other}, tmp_path / "other.key")
    found = faults(zipped(tmp_path / "pack.zip", content), key)
    assert found == [f"{name}: was changed after it was signed, or was signed with another key" for name in ("manifest.json", "checkpoint.json")]  # fmt: skip
    assert faults(zipped(tmp_path / "unsigned.zip", files(made(one, None))), key) == [
        f"{name}: is not signed: nobody vouches for it" for name in ("manifest.json", "checkpoint.json")
    ]
    (tmp_path / "unpacked").mkdir()
    assert alone(content, tmp_path / "unpacked", "--public-key", f"{key}.pub").returncode == 1


def test_the_verifier_that_stands_alone_says_where_signatures_were_not_checked(
    packed: bytes, key: Path, tmp_path: Path
) -> None:
    content = files(packed)
    (tmp_path / "unpacked").mkdir()
    done = alone(content, tmp_path / "unpacked", "--public-key", f"{key}.pub", site=False)
    assert done.returncode == 3
    assert "The signatures were NOT CHECKED: this Python has no `cryptography`" in done.stdout
    assert "no fault found" in done.stdout
    assert "What this shows" not in done.stdout
    keyless = alone(content, tmp_path / "unpacked")
    assert (keyless.returncode, "NOT CHECKED: no public key was given" in keyless.stdout) == (3, True)
    own = alone(content, tmp_path / "unpacked", "--public-key", "public-key.pem")
    assert (own.returncode, "NOT CHECKED: public-key.pem came with the pack" in own.stdout) == (3, True)
    broken = alone({EVENTS: content[EVENTS][:-9]}, tmp_path / "unpacked", site=False)
    assert (broken.returncode, f"FAULT  {EVENTS}: was changed" in broken.stdout) == (1, True)
    nothing = alone({}, tmp_path / "unpacked", "missing.zip")
    assert (nothing.returncode, "missing.zip cannot be read: No such file" in nothing.stderr) == (2, True)


def test_what_is_no_safe_zip_is_refused(tmp_path: Path) -> None:
    for name in ("../out.txt", "/etc/out.txt", "a\\b", "c:x", "a//b", "a/../b"):
        with pytest.raises(verify.Unreadable, match="is not a file name that arflow packs"):
            verify.Pack(zipped(tmp_path / "bad.zip", {name: b""}))
    (tmp_path / "no.zip").write_bytes(b"PK\x03\x04 nonsense")
    with pytest.raises(verify.Unreadable, match="is not a pack of evidence"):
        verify.Pack(tmp_path / "no.zip")
    with zipfile.ZipFile(tmp_path / "twice.zip", "w") as twice:
        twice.writestr("a", b"1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            twice.writestr("a", b"2")
    with pytest.raises(verify.Unreadable, match="the same name"):
        verify.Pack(tmp_path / "twice.zip")
    link = zipfile.ZipInfo("link")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as linked:
        linked.writestr(link, "/etc/passwd")
    with pytest.raises(verify.Unreadable, match="or a link"):
        verify.Pack(tmp_path / "link.zip")


def test_what_is_too_long_is_never_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zipped(tmp_path / "long.zip", {"a": b"x" * 2_000, "b": b"x"})
    monkeypatch.setattr(verify, "LONGEST_FILE", 1_000)
    opened = verify.Pack(path)
    with pytest.raises(verify.Unreadable, match="longer than 1000 bytes"):
        opened.read("a")
    opened.close()
    monkeypatch.setattr(verify, "LONGEST_PACK", 1_500)
    with pytest.raises(verify.Unreadable, match="holds more than a pack"):
        verify.Pack(path)
    monkeypatch.setattr(verify, "MOST_FILES", 1)
    with pytest.raises(verify.Unreadable, match="holds more than a pack"):
        verify.Pack(path)


@pytest.mark.parametrize("at", [40, 2_000, 20_000, -3_000])
def test_a_byte_flipped_anywhere_in_the_zip_is_found(packed: bytes, key: Path, tmp_path: Path, at: int) -> None:
    content = bytearray(packed)
    content[at] ^= 0x10
    (tmp_path / "pack.zip").write_bytes(content)
    try:
        found = faults(tmp_path / "pack.zip", key)
    except verify.Unreadable as error:
        found = [str(error)]
    assert found


# --- earlier checkpoints -----------------------------------------------------------------------------------------


def test_a_pack_is_proved_to_extend_a_checkpoint_that_was_kept_outside(one: Arflow, key: Path, tmp_path: Path) -> None:
    from arflow.evidence import checkpoints

    private = signatures.read_private_key(key)
    earlier = checkpoints.make(one.log_store, AT)
    one.act("R-2026-000001", c.Invite(on=day("2 May 2026"), roles=("parent",)))
    kept = signatures.sign(earlier.document, private)
    path = zipped(tmp_path / "pack.zip", files(made(one, key, after=earlier)))
    assert faults(path, key, kept) == []

    other = signatures.sign({**earlier.document, "root": "00" * 32}, private)
    assert any("carries no proof about the earlier checkpoint" in fault for fault in faults(path, key, other))
    elsewhere = signatures.sign({**earlier.document, "log": "00" * 32}, private)
    assert faults(path, key, elsewhere) == [
        "checkpoint.json: its log does not begin with the events of the earlier checkpoint"
    ]
    forged = json.dumps({**json.loads(kept), "document": {**earlier.document, "made_at": "2020-01-01T00:00:00Z"}})
    assert faults(path, key, forged.encode()) == [
        "the earlier checkpoint: was changed after it was signed, or was signed with another key"
    ]
    without = zipped(tmp_path / "without.zip", files(made(one, key)))
    assert any("carries no proof about the earlier checkpoint" in fault for fault in faults(without, key, kept))
    assert faults(path, key, b"nonsense")[0].startswith("the earlier checkpoint: is not laid out")


# --- the command line --------------------------------------------------------------------------------------------


def test_a_pack_is_made_and_verified_on_the_command_line(
    one: Arflow, run: Callable[..., Result], key: Path, tmp_path: Path
) -> None:
    out = str(tmp_path / "pack.zip")
    done = run("evidence", "export", out, "--sample", "2", "--seed", "7", "--key", str(key))
    assert (done.exit_code, done.stderr) == (0, "")
    assert "2 plans" in done.stdout
    checked = run("evidence", "verify", out, "--public-key", f"{key}.pub", ARFLOW_STORE="sqlite:///nowhere.db")
    assert (checked.exit_code, checked.stderr) == (0, "")
    assert "no fault found" in checked.stdout
    manifest = json.loads(files(Path(out).read_bytes())["manifest.json"])["document"]
    assert manifest["chosen"]["wanted"] == {"how": "sample", "number": 2, "seed": 7}
    assert manifest["chosen"]["plans"] == ["P-0001", "P-0002"]
    answer = json.loads(run("evidence", "verify", out, "--public-key", f"{key}.pub", "--json").stdout)
    assert (answer["sound"], answer["cases"]) == (True, 2)
    with zipfile.ZipFile(out) as found:
        found.extractall(tmp_path / "unpacked")
    folder = run("evidence", "verify", str(tmp_path / "unpacked"), "--public-key", f"{key}.pub")
    assert (folder.exit_code, folder.stdout) == (0, checked.stdout)
    missing = run("evidence", "verify", "nowhere.zip", "--public-key", f"{key}.pub")
    assert (missing.exit_code, missing.stderr) == (1, "arflow: nowhere.zip cannot be read: No such file or directory\n")
    astray = run("evidence", "export", str(tmp_path / "nowhere" / "pack.zip"), "--plans", "P-0001")
    assert (astray.exit_code, "is not in a folder that exists" in astray.stderr) == (1, True)
    again = run("evidence", "export", out, "--plans", "P-0001", "--key", str(key))
    assert (again.exit_code, "already exists, and arflow never overwrites evidence" in again.stderr) == (1, True)
    zipped(Path(out), {**files(Path(out).read_bytes()), "more.txt": b""})
    broken = run("evidence", "verify", out, "--public-key", f"{key}.pub")
    assert (broken.exit_code, broken.stdout) == (1, "more.txt: was added to the pack\n")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("--plans P-9", 1, "there is no plan P-9"),
        ("--plans R-2025-000001", 1, "there is no plan R-2025-000001"),
        ("--plans ,", 1, "--plans: ',' is not references with commas between"),
        ("", 1, "--plans or --sample: is missing; name the cases, or have them drawn, not both"),
        ("--plans P-0001 --sample 1 --seed 1", 1, "name the cases, or have them drawn, not both"),
        ("--sample 1", 1, "--seed: is missing; a sample is drawn with a number"),
        ("--sample 3 --seed 1", 1, "--sample: 2 plans had a review held in the period: ask for no more"),
        ("--sample 0 --seed 1", 2, "0 is not in the range x>=1"),
        ("--plans P-0001 --from 2025-02-01 --to 2025-01-01", 1, "--to: 2025-01-01 is not a day on or after --from"),
        ("--plans P-0001 --key nowhere.key", 1, "there is no file nowhere.key: name another"),
        ("--plans P-0001 --after nowhere.json", 1, "there is no file nowhere.json: name another"),
    ],
)  # fmt: skip
def test_bad_input_gets_one_line_and_leaves_nothing(
    one: Arflow, run: Callable[..., Result], tmp_path: Path, words: str, code: int, said: str
) -> None:
    (tmp_path / "out").mkdir()
    result = run("evidence", "export", str(tmp_path / "out" / "pack.zip"), *words.split())
    assert result.exit_code == code
    assert said in result.stderr
    assert list((tmp_path / "out").iterdir()) == []


def test_a_log_that_was_tampered_with_gives_no_pack(one: Arflow, run: Callable[..., Result], tmp_path: Path) -> None:
    from tests.store.test_chain import tamper

    tamper(one.log_store, "update events set state = 'x' where position = 3")
    (tmp_path / "out").mkdir()
    result = run("evidence", "export", str(tmp_path / "out" / "pack.zip"), "--plans", "P-0001")
    assert (result.exit_code, "position 3: the event was changed" in result.stderr) == (1, True)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_definition_that_was_changed_since_gives_no_pack(one: Arflow, key: Path) -> None:
    (first,) = one.rules.read().acts
    text = one.rules.content("annual_review.2015") + b"# another\n"
    other = msgspec.structs.replace(first, number=2, sha256=hashlib.sha256(text).hexdigest())
    rules_ledger.append(one.engine, lambda *_: ([encode_act(other)], [text]))
    with pytest.raises(NotPossible, match=r"the definition annual_review.2015 has changed since reviews were opened"):
        made(one, key, "P-0001")


def test_a_pack_of_a_thousand_cases_is_refused(one: Arflow, key: Path) -> None:
    with pytest.raises(NotPossible, match="a pack takes 500 cases at most, not 501"):
        made(one, key, *(f"P-{number}" for number in range(501)))
