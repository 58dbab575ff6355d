"""A storm on one store: officers, sheets, mail, disposals, reports and an embedding service at once, each killed again and again.

Every piece of work runs in a child of its own. What a child was told is done it writes down, as an officer would, in a file
of its own; when the storm is over, the store must hold each of those things once.
"""

import json
import os
import pkgutil
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import sqlalchemy as sa
from click.testing import CliRunner

import arflow
from arflow.cli import cli
from arflow.store import make_engine
from tests.support.killing import files_amiss
from tests.support.postgres import Cluster
from tests.support.smtp_server import mail_server
from tests.support.storm_work import WEIGHTS, Claim, Work

_SECONDS = 120  # longer, and a piece of work hangs
_AT_ONCE = 4
# Refusals that are right: one archive is written at a time, a server that was killed is not there for a moment, and a
# service is told where a case moved under it.
_RIGHT = (
    "another `arflow archive` is writing",
    "closed the connection",
    "cannot be reached",
    "starting up",
    "somebody else has just moved",
)
# Events that a case has once; invitations by email are recorded as they leave, in several parts where a run is killed.
_ONCE = ", ".join(
    f"'arflow:{name}'"
    for name in (
        "PlanAdded",
        "ReviewOpened",
        "InvitationsSent",
        "AdviceCirculated",
        "MeetingHeld",
        "ReportSent",
        "DecisionMade",
    )
)


@dataclass
class Running:
    """A child at work, and when it is killed, if it lives so long."""

    process: int
    work: str
    number: int
    since: float
    kill_after: float


@dataclass
class Weather:
    """What the storm has done so far."""

    ended: Counter[str] = field(default_factory=Counter)
    killed: Counter[str] = field(default_factory=Counter)
    checks: int = 0
    restarts: int = 0
    refused: list[str] = field(default_factory=list)
    amiss: list[str] = field(default_factory=list)

    @property
    def kills(self) -> int:
        return sum(self.killed.values())

    @property
    def commands(self) -> int:
        return self.kills + sum(self.ended.values())


class Storm:
    """A store in a folder, and all who work on it."""

    def __init__(self, folder: Path, url: str, smtp: str, seed: int) -> None:
        self.work, self.random = Work(folder, url, smtp, seed), random.Random(seed)
        self.weather = Weather()
        self._numbers = count(1)
        self._usual: dict[str, float] = {}

    # --- the children ---------------------------------------------------------------------------------------------

    def start(self) -> Running:
        """Send somebody to work: on what, and how long they live, is drawn. A kind of work is first done once in peace."""
        work = self.random.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        number = next(self._numbers)
        if work == "inbox":
            self.work.deliver(number)
        kill_after = self.random.uniform(0, 1.3) * self._usual[work] if work in self._usual else float(_SECONDS)
        return Running(self._forked(work, number), work, number, time.monotonic(), kill_after)

    def _forked(self, work: str, number: int) -> int:
        child = os.fork()
        if child:
            return child
        try:
            signal.alarm(_SECONDS)
            getattr(self.work, work)(number)
            os._exit(0)
        except Exception as error:  # noqa: BLE001  (whatever it was, the storm tells of it)
            self._error(number).write_text(f"{work}: {error!r}")
        finally:
            os._exit(98)

    def _error(self, number: int) -> Path:
        return self.work.folder / "claims" / f"{number}.error"

    def ended(self, one: Running, status: int) -> None:
        """Write down how a child ended; whoever was not killed must have succeeded."""
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            self.weather.killed[one.work] += 1
            return
        code = os.waitstatus_to_exitcode(status)
        self.weather.ended[one.work] += 1
        usual = self._usual.get(one.work)
        took = time.monotonic() - one.since
        self._usual[one.work] = took if usual is None else 0.8 * usual + 0.2 * took
        if code:
            error = self._error(one.number)
            why = error.read_text() if error.exists() else f"{one.work} said nothing"
            if not any(words in why for words in _RIGHT):
                (self.weather.amiss if one.work == "check" else self.weather.refused).append(f"exit {code}: {why}")

    # --- what must hold ---------------------------------------------------------------------------------------------

    def check(self) -> Running:
        """After a kill: the file is sound, and so is the chain of the log."""
        self.weather.checks += 1
        number = next(self._numbers)
        return Running(self._forked("check", number), "check", number, time.monotonic(), float(_SECONDS))

    def finish(self, post: Path) -> list[str]:
        """Do in peace what is left to do; then all that is lost, doubled, or otherwise not as it should be."""
        archive = str(self.work.folder / "archive")
        left = ("inbox run", "outbox send", f"archive {archive}", "verify --duties", f"archive {archive} --verify")
        for words in left:
            self.work.run(0, *words.split())
        claims = [Claim(*json.loads(line)) for line in self._claims()]
        found = self._found(post)
        amiss = [f"lost: {one.kind} {one.mark}" for one in claims if not self._holds(one, found)]
        amiss += [
            f"doubled: {kind} {mark}" for kind, marks in found.items() for mark, times in marks.items() if times > 1
        ]
        amiss += [f"half: {ref} is there and its child is not" for ref in _halves(found)]
        return amiss + files_amiss(self.work.url, self.work.folder)

    def _claims(self) -> Iterator[str]:
        for path in sorted((self.work.folder / "claims").glob("*.jsonl")):
            yield from path.read_text().splitlines()

    def claimed(self) -> int:
        """How many things somebody was told are done."""
        return sum(1 for _ in self._claims())

    def _holds(self, claim: Claim, found: dict[str, Counter[str]]) -> bool:
        match claim.kind:
            case "pack":
                return self._accepts("evidence", "verify", claim.mark)
            case "checkpoint":
                return self._accepts("verify", "--checkpoint", claim.mark)
            case "erased":
                return found["child"][claim.mark] == 0
            case kind:
                return found[kind][claim.mark] > 0

    def _accepts(self, *words: str) -> bool:
        asked = [*words, "--public-key", f"{self.work.key}.pub"]
        return CliRunner().invoke(cli, asked, env=self.work.settings).exit_code == 0

    def _found(self, post: Path) -> dict[str, Counter[str]]:
        """How often the store, and those who were written to, have each thing."""
        engine = make_engine(self.work.url)
        asked = {
            "event": f"""select stream || ' ' || substr(topic, 8) from events
                where topic in ({_ONCE}) and substr(plan, 1, 2) in ('A-', 'E-', 'I-')""",
            "child": "select plan from people where role = 'child' and plan is not null",
            "document": "select digest from documents where kind = 'advice'",
            "disposed": "select digest from documents where disposed_at is not null",
            "arrived": "select message_id from arrivals",
            "queued": "select review from dispatches where kind = 'invitation'",
        }
        with engine.connect() as connection:
            found = {kind: Counter(connection.execute(sa.text(query)).scalars()) for kind, query in asked.items()}
        engine.dispose()
        found["letter"] = Counter(
            f"{box.name} {_message_id(one)}" for box in post.iterdir() for one in box.glob("new/*")
        )
        return found


def _message_id(path: Path) -> str:
    lines = path.read_text(errors="replace").splitlines()
    return next(line for line in lines if line.lower().startswith("message-id:"))


def _halves(found: dict[str, Counter[str]]) -> list[str]:
    imported = {mark.split()[0].removeprefix("plan/") for mark in found["event"] if mark.startswith("plan/I-")}
    return sorted(imported ^ {ref for ref in found["child"] if ref.startswith("I-")})


def load_everything() -> None:
    """Load every module, so that no child spends its life on it."""
    for module in pkgutil.walk_packages(arflow.__path__, "arflow."):
        if ".migrations" not in module.name and not module.name.endswith("__main__"):
            import_module(module.name)


def _serve(folder: Path, gate: Connection) -> None:
    with mail_server(folder) as server:
        gate.send(server.url())
        gate.recv()


@contextmanager
def post_office(folder: Path) -> Iterator[str]:
    """A mail server in a process of its own: a child that is forked has none of its threads."""
    folder.mkdir(parents=True, exist_ok=True)
    context = get_context("spawn")
    near, far = context.Pipe()
    process = context.Process(target=_serve, args=(folder, far))
    process.start()
    try:
        yield near.recv()
    finally:
        near.send("over")
        process.join()


def rage(
    storm: Storm, *, kills: int, cluster: Cluster | None = None, restarts: int = 0, tell: Callable[[Weather], None]
) -> None:
    """Keep everybody at work until so many have been killed; kill the server, too, at even intervals."""
    running: list[Running] = []
    weather, due = storm.weather, [kills * (turn + 1) // (restarts + 1) for turn in range(restarts)]
    while weather.kills < kills or running:
        while weather.kills < kills and sum(one.work != "check" for one in running) < _AT_ONCE:
            running.append(storm.start())
        for one in list(running):
            ended, status = os.waitpid(one.process, os.WNOHANG)
            if ended:
                running.remove(one)
                storm.ended(one, status)
                if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
                    running.append(storm.check())
                    tell(weather)
            elif time.monotonic() - one.since > one.kill_after:
                os.kill(one.process, signal.SIGKILL)
        if cluster and due and weather.kills >= due[0]:
            due.pop(0)
            weather.restarts += 1
            cluster.stop()
            cluster.start()
        time.sleep(0.002)
