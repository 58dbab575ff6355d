"""What people and mail wrote is printed as they wrote it: no markup of theirs is read, and none of it steers the terminal."""

import ast
import json
import shlex
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result

import arflow
from arflow.cli import bugs, terminal
from arflow.cli.output import as_json, table
from arflow.cli.terminal import console, hand_over
from arflow.control_characters import visible
from arflow.planning.term_dates import example
from arflow.store import make_engine
from tests.cli.test_cli import commands
from tests.conftest import command_line
from tests.support import awkward_mail as mail
from tests.support.dovecot import deliver, make_maildir
from tests.support.paths import ROOT

WORD = "Zephyr"
HOSTILE = (
    "[/x]", "[bold]", "[link=http://x]", ":smile:", "\x1b]0;pwned\x07", "\x1b[2J", "\x9b31m", "\u202e", "a\r\x00\x7f",
    "\u2067\u2069", "two\nlines", "\u65e5\u672c\u200b\U0001f469\u200d\U0001f467e\u0301",
)  # fmt: skip
# What steers a terminal, or turns the direction of what follows; written apart from the code that looks for it.
STEERS = {
    *map(chr, range(0x20)),
    *map(chr, range(0x7F, 0xA0)),
    *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
}
STEERS -= {"\n", "\t"}
# A reference in the log, which cannot be written over.
IN_LOG = "[/x][link=http://x]:smile:"
REVIEW, PLAN_TEXT = (
    "R-2026-000001",
    "## Section A: Views\nA1: Zephyr likes trains.\n\n## Section E: Outcomes\nE1: Zephyr will ask.\n",
)
LOCAL = ROOT / "docs" / "examples" / "anyshire.2026.toml"
TOLD = (
    'plan add P-1 --first-made 2025-11-01 --setting 123456 --coordinator "Zephyr One" --evidence {log} --by "Zephyr Two"',
    'people add P-1 --role child --name "Zephyr Child" --date-of-birth 2012-05-01',
    'people add P-1 --role parent --name "Zephyr Parent" --organisation "Zephyr Home" --email zephyr@example.org --address "Zephyr Road"',
    'people add P-1 --role setting --name "Zephyr Head" --organisation "Zephyr School" --language Zephyr --interpreter Zephyr',
    'people add P-1 --role health --name "Zephyr Nurse" --advocate Zephyr --phone Zephyr',
    'review open P-1 --on 2026-09-01 --meeting-on 2026-12-18 --evidence {log} --by "Zephyr Two"',
    "review invite R-2026-000001 --send --preview",
    'review invite R-2026-000001 --send --place "Zephyr Hall"',
    "outbox cancel {dispatch} --reason Zephyr",
    "review invite R-2026-000001 --role parent --role setting --on 2026-09-20",
    "review hold R-2026-000001 --on 2026-10-12 --attended parent --skip-reason Zephyr --evidence {log}",
    'review correct R-2026-000001 hold --on 2026-10-13 --reason "Zephyr misread"',
    "review open P-2 --on 2026-09-01 --meeting-on 2026-12-18",
    'rules terms "Zephyr term=2020-01-06" --reason "Zephyr year"',
    'terms add {folder}/terms.toml --reason "Zephyr dates"',
    "document keep {folder}/Zephyr.txt --plan P-1 --kind advice",
    'retention hold P-1 --reason "Zephyr appeal"',
    "inbox run --mailbox maildir://{folder}/Maildir",
    "inbox set-aside {unplaced} --reason Zephyr",
    "amend keep P-1 {folder}/plan.txt",
    "amend compare {folder}/plan.txt {folder}/new.txt --output {folder}/amendments.json",
)
# What names the people, the papers and the mail of the case.
NAMING = (
    "due", "find child", "log --since 2020-01-01", "audit P-1", "audit R-2026-000001", "tick --dry-run", "plan list", "plan show P-1", "people list P-1",
    "people list P-1 --all", "people show {person}", "people who R-2026-000001", "people who P-1",
    "review history R-2026-000001", "document list --plan P-1", "document show {document}", "inbox list",
    "inbox list --waiting", "inbox show {placed} --words", "inbox show {unplaced} --words",
    "outbox list --review R-2026-000001 --state cancelled", "outbox show {message}", "report timeliness --by coordinator",
    "report breaches --by coordinator", "report breaches --cases", "report backlog --by coordinator",
    "caseload show", "caseload hand-over P-1", "log --since 2026-01-01", "report late-recording", "sen2 check --by coordinator", "workflow list", "workflow show anyshire.2026",
)  # fmt: skip
OTHERS = (
    "info", "find Zephyr", "verify", "verify --duties", "why R-2026-000001 decision", "people calendar zephyr@example.org", "review list",
    "review show R-2026-000001", "review advice R-2026-000001", "review chase --all",
    "review invite R-2026-000002 --send --preview", "letter list", "letter list invitation", "letter check",
    "letter authority", "document verify", "retention list --all", "retention rules", "lateness codes", "inbox list --unplaced",
    "outbox show {dispatch}", "amend read {folder}/plan.txt", "amend show {folder}/amendments.json",
    "amend compare {folder}/plan.txt {folder}/new.txt", "report timeliness --cases --section school",
    "report duties --cases --section reviews", "report trend", "report transfers", "report kpi",
    "report backlog --cases --section not_held", "report conduct", "report participation", "report amendments",
    "report days", "report restate --between 2026-01-01 2026-11-24", "report dfe", "report foi", "report week", "report week --section first --cases", "report burn-down --by coordinator", "sen2 rules", "sen2 explain P-1 --year 2027",
    "impact correct R-2026-000001 hold --on 2026-10-14", "impact bank-holiday 2026-12-29", "impact workflow anyshire.2026",
    "impact policy notice_outer=clear_days", "workflow check", "workflow coverage", "workflow replay", "workflow diagram annual_review.2015",
    "rules list", "terms show", "caseload balance --dry-run", "year-plan latest", "year-plan cohort --settings {folder}/settings.csv",
    "year-plan propose --output {folder}/year.json --force", "year-plan show {folder}/year.json",
)  # fmt: skip
# What these say of a case is said by the others too: they act, or read a file that arflow made.
ACTS = {
    "init", "rebuild", "archive", "backup", "restore", "store copy", "store roles", "demo", "checkpoint compare", "checkpoint keygen", "checkpoint make", "checkpoint show",
    "evidence export", "evidence verify", "inspection list1", "sen2 export", "sen2 import", "sen2 merge", "workflow migrate", "workflow lock", "workflow publish", "workflow test",
    "rules reading", "rules bank-holiday", "rules terms", "rules service", "rules withdraw",
    "year-plan accept", "year-plan page", "year-plan sheet",
    "people agree", "people met", "letter approve", "lateness explain", "undo", "form make", "form read", "form reply", "import guess", "sheet export", "sheet import",
    *(f"plan {act}" for act in ["appeal", "appeal-admitted", "appeal-ended", "consider-ceasing", "did", "direct-payments", "excuse-limit", "mediation", "mediation-agreed", "not-oppose", "notify-ceasing", "order", "set-limit", "withdraw"]),
    *(f"plan {act}" for act in ["add", "amend", "reassign", "consult", "consult-reply", "consult-withdraw", "correct", "detain", "end", "hand-over", "import", "monitoring-meeting", "move", "moving-away", "name-for-transfer", "not-amend", "notice", "reassess", "release", "represent", "request-institution", "take-over", "termly-list", "told-of-transfer", "transfer", "transfer-in", "transfer-out", "young-person"]),
    *(f"people {act}" for act in ["add", "change", "do-not-contact", "do-not-share", "end", "erase", "erase-officer", "import"]),
    *(f"review {act}" for act in ["admit-appeal", "agree-time", "answer-invitation", "schedule-all", "appeal", "cancel", "cease", "certify-mediation", "change-decision", "circulate", "conclude", "conduct", "correct", "decide", "determine-appeal", "hold", "import", "issue", "light-route", "not-amend", "notice", "notice-again", "notify", "open", "pause", "postpone", "receive-advice", "record", "reissue", "report", "represent", "request-advice", "resume", "schedule", "serve", "void", "withdraw-notice"]),
    *(f"letter {act}" for act in ("make", "send", "template")), "document fetch", "document keep",
    *(f"amend {act}" for act in ("accept", "final", "from-word", "keep", "link", "mark", "propose", "view")),
    *(f"retention {act}" for act in ("dispose", "hold", "release")),
    "terms add", "terms check", "terms example", "termly-list make", "termly-list read", "termly-list reply",
    *(f"inbox {act}" for act in ("accept", "place", "refuse", "run", "set-aside")),
    *(f"outbox {act}" for act in ("bounced", "cancel", "posted", "preview", "record", "resend", "send")),
}  # fmt: skip


class Office:
    """A folder with a store in which every field that can be filled holds one word."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            "ARFLOW_DOCUMENTS": str(folder / "documents"),
            "ARFLOW_WORKFLOWS": str(folder / "own"),
            "ARFLOW_MAIL_FROM": "send@la.example.org",
        }
        self.url = f"sqlite:///{folder / 'arflow.db'}"
        self.names: dict[str, str] = {}

    def run(self, line: str) -> Result:
        names = {"folder": str(self.folder), **self.names}
        words = [word.format(**names) for word in shlex.split(line)]
        return command_line(self.url)(*words, **self.environment)

    def done(self, line: str) -> str:
        result = self.run(line)
        assert result.exit_code == 0, (line, result.output)
        return result.stdout

    def find(self, name: str, line: str, field: str, **wanted: str) -> None:
        """Remember the id of the one that a list has, for the lines that follow."""
        found = json.loads(self.done(f"{line} --json"))
        rows = found if isinstance(found, list) else next(rows for rows in found.values() if isinstance(rows, list))
        self.names[name] = next(row for row in rows if wanted.items() <= row.items())[field]


def told(folder: Path, template: Path) -> Office:
    shutil.copy(template, folder / "arflow.db")
    (folder / "own" / "letters").mkdir(parents=True)
    (folder / "own" / LOCAL.name).write_text(LOCAL.read_text("utf-8").replace("Annual review in", WORD), "utf-8")
    shutil.copy(
        Path(arflow.__file__).parent / "papers" / "letters" / "templates" / "authority.toml", folder / "own" / "letters"
    )
    (folder / "Zephyr.txt").write_text("Advice.\n")
    (folder / "plan.txt").write_text(PLAN_TEXT)
    (folder / "new.txt").write_text(PLAN_TEXT.replace("trains", "Zephyr buses"))
    shutil.copy(ROOT / "docs" / "examples" / "planning" / "settings.csv", folder)
    shutil.copy(example(), folder / "terms.toml")
    box = make_maildir(folder / "Maildir")
    at = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    for number, (sender, subject) in enumerate(
        {"zephyr@example.org": f"Zephyr {REVIEW}", "who@example.org": "Zephyr"}.items()
    ):
        raw = mail.attached(
            mail.email(f"Zephyr <{sender}>", subject, "Zephyr says.\n"), "Zephyr.txt", content=subject.encode()
        )
        deliver(box, raw.as_bytes(), at, number)
    office = Office(folder)
    office.done("plan add P-2 --first-made 2025-11-01")
    for line in TOLD:
        office.done(line.replace("{log}", shlex.quote(IN_LOG)))
        match line.split()[:2]:
            case ["review", "invite"] if "Hall" in line:
                office.find("message", f"outbox list --review {REVIEW}", "id", role="parent")
                office.find("dispatch", f"outbox list --review {REVIEW}", "dispatch", role="parent")
            case ["people", "add"]:
                office.find("person", "people list P-1", "id")
            case ["document", "keep"]:
                office.find("document", "document list --plan P-1", "digest", kind="advice")
            case ["inbox", "run"]:
                office.find("placed", "inbox list", "id", state="placed")
                office.find("unplaced", "inbox list", "id", state="unplaced")
    return office


def poison(office: Office, hostile: str) -> None:
    """Put the hostile text in the place of the word: in the store, whatever its doors would refuse, and in files."""
    engine = make_engine(office.url)
    tables = sa.MetaData()
    tables.reflect(engine)
    with engine.begin() as connection:
        for one in tables.tables.values():
            for column in one.c:
                if isinstance(column.type, sa.String) and column.name not in ("email_folded",):
                    plain = sa.func.replace(column, WORD, hostile)
                    coded = sa.func.replace(column, WORD, json.dumps(hostile)[1:-1])
                    is_json = sa.or_(column.startswith("["), column.startswith("{"))
                    filled = (
                        sa.update(one)
                        .where(column.contains(WORD))
                        .values({column: sa.case((is_json, coded), else_=plain)})
                    )
                    connection.execute(filled)
    engine.dispose()
    for name in ("plan.txt", "new.txt"):
        file = office.folder / name
        file.write_text(file.read_text().replace(WORD, hostile), "utf-8", newline="")
    local = office.folder / "own" / LOCAL.name
    within_json = json.dumps(hostile, ensure_ascii=False)[1:-1].replace("\x7f", "\\u007f")
    local.write_text(local.read_text("utf-8").replace(WORD, within_json), "utf-8")
    office.run("amend compare {folder}/plan.txt {folder}/new.txt --force --output {folder}/amendments.json")


def steering(printed: str) -> set[str]:
    return STEERS & set(printed)


@pytest.mark.thorough
def test_every_list_and_page_prints_hostile_text_as_it_stands(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "_PLAIN_WIDTH", 4000)
    office = told(tmp_path, sqlite_template)
    hostile = " ".join(HOSTILE).replace("\0", "")  # no door and no PostgreSQL takes one
    poison(office, hostile)

    for line in NAMING + OTHERS:
        result = office.run(line)
        printed = result.stdout + result.stderr
        found = line.startswith("verify")  # it sees that the reasons are not those that were recorded
        assert result.exit_code == found, (line, printed)
        assert not steering(printed), (line, steering(printed))
        if line in NAMING:
            assert all(visible(part) in result.stdout for part in hostile.split("\n")), (
                line,
                printed,
            )


def test_every_command_either_shows_hostile_text_above_or_is_known_to_act() -> None:
    shows = {
        " ".join(words)
        for words in commands()
        if any(f"{line} ".startswith(f"{' '.join(words)} ") for line in NAMING + OTHERS)
    }
    assert not shows & ACTS
    assert {" ".join(words) for words in commands()} == shows | ACTS


@pytest.mark.parametrize("hostile", HOSTILE, ids=ascii)
def test_a_table_prints_its_title_heads_cells_and_what_stands_for_none_as_they_are(
    capsys: pytest.CaptureFixture[str], hostile: str
) -> None:
    from arflow.figures.rendering.cells import Styled

    out = console()
    table(out, (hostile,), [(hostile,), (Styled(hostile, "bold red"),)], empty="", title=hostile)
    table(out, (), [], empty=hostile)
    printed = capsys.readouterr().out

    assert not steering(printed)
    assert all(printed.count(visible(part)) >= 4 for part in hostile.split("\n"))


def test_a_style_stays_on_the_words_that_have_it_where_control_characters_are_shown() -> None:
    from io import StringIO

    from arflow.figures.rendering.cells import Styled
    from arflow.figures.rendering.console import Console

    to = StringIO()
    out = Console(file=to, width=80, colours=True)
    out.print("a\x1b", Styled("b\x9bc", "bold"), "d")
    assert to.getvalue() == "a\\x1b \x1b[1mb\\x9bc\x1b[0m d\n"


@pytest.mark.parametrize("hostile", HOSTILE, ids=ascii)
def test_json_has_no_control_character_and_decodes_to_what_was_kept(hostile: str) -> None:
    document = {hostile: [hostile, {"name": f"x{hostile}"}]}
    written = as_json(document)
    assert not steering(written)
    assert json.loads(written) == document


@pytest.mark.parametrize("hostile", HOSTILE, ids=ascii)
@pytest.mark.parametrize(
    "words",
    ["due --on {}", "{}", "--{}", "plan show {}", "review show {} --json", "due --coordinator {}", "amend read {}"],
)
def test_a_refusal_shows_the_word_that_it_refuses(run: Callable[..., Result], words: str, hostile: str) -> None:
    word = hostile.replace("\0", "")  # no word on a command line holds one
    result = run(*(part.replace("{}", word) for part in words.split()))
    assert not steering(result.stdout + result.stderr)


def test_a_file_name_that_is_no_text_is_shown(run: Callable[..., Result], tmp_path: Path) -> None:
    name = tmp_path / "[x]\x1b\u202e.txt"
    name.write_text(PLAN_TEXT)
    result = run("amend", "read", str(name), "--output", str(tmp_path / "\x1b[2J[b].json"))
    assert (result.exit_code, steering(result.output)) == (0, set())
    assert "\\x1b[2J[b].json" in result.stderr
    assert visible("a\udc9b") == "a\\udc9b"  # a name in another encoding


def test_a_progress_bar_shows_a_file_name_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys
    from io import StringIO

    from arflow.cli.output import progress
    from arflow.lists.follower import Progress

    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(sys, "stderr", to := Terminal())
    with progress("[/x]\x1b\u202e") as report:
        report(Progress(done=1, of=2))
    assert "[/x]\\x1b\\u202e" in to.getvalue()


def test_a_document_for_a_program_is_shown_on_a_terminal_and_handed_over_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import sys
    from io import BytesIO, TextIOWrapper

    for terminal_there, wanted in ((False, b"a\x1b\r\nb"), (True, b"a\\x1b\r\nb")):
        to = TextIOWrapper(kept := BytesIO(), encoding="utf-8", newline="")
        monkeypatch.setattr(to, "isatty", lambda there=terminal_there: there, raising=False)
        monkeypatch.setattr(sys, "stdout", to)
        hand_over(b"a\x1b\r\nb")
        to.flush()
        assert kept.getvalue() == wanted


def test_a_traceback_of_a_bug_steers_no_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(bugs.DEBUG, "1")
    try:
        raise RuntimeError("\x1b[2J")  # noqa: TRY301
    except RuntimeError as error:
        bugs.show(type(error), error, error.__traceback__)
    assert "RuntimeError: \\x1b[2J\n" in capsys.readouterr().err


def test_nothing_in_the_command_line_prints_by_another_way() -> None:
    """One module writes: no other makes a rich console, reads markup, or writes to stdout or stderr itself."""
    other_ways = {"echo", "secho", "echo_via_pager", "prompt", "confirm", "from_markup", "from_ansi", "Console"}
    for file in sorted(Path(terminal.__file__).parent.glob("*.py")):
        if file.name in ("terminal.py", "pager.py"):  # a pager is given the lines of a table
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                given = {word.arg for word in node.keywords}
                assert called not in other_ways, (file.name, node.lineno, called)
                assert not (called == "print" and given & {"markup", "emoji"}), (file.name, node.lineno)
