"""Works on what comes from outside in a process apart: what takes too long or too much, or brings it down, costs no other."""

import atexit
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from threading import Lock
from typing import ClassVar, Literal, Self
from weakref import WeakSet

from arflow.errors import ArflowError

_STARTING = 120
_NO_MEMORY = 3
_MAIN = "import sys; from arflow.apart import answer; answer(*sys.argv[1:])"
_STOPPED = (-signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP)


class NotDone(Exception):
    """A piece of work that ended its process: it took too much time or memory, or broke it."""

    def __init__(self, because: Literal["time", "memory", "broken"]) -> None:
        self.because = because
        super().__init__(because)


class ApartNotReady(ArflowError):
    """The process apart does not start, or somebody stopped it: nothing is known of the work."""

    kind = "not_ready"


class Apart:
    """Does one kind of work, bytes to bytes, piece by piece; each may take `seconds` of the processor, and `gigabytes`.

    `work` names a function as module:name; what it does not catch ends its process. The process starts with the first
    piece, and again after one that ended it. It can be used in any thread. A program that forks has one of its own in each of
    its processes: an answer never goes to another than who asked.
    """

    _made: ClassVar["WeakSet[Apart]"] = WeakSet()

    def __init__(self, work: str, *, seconds: float, gigabytes: float) -> None:
        self._work, self.seconds, self.gigabytes = work, seconds, gigabytes
        self._child: tuple[subprocess.Popen[bytes], Connection] | None = None
        self._lock = Lock()
        self._made.add(self)

    @classmethod
    def lasting(cls, work: str, *, seconds: float, gigabytes: float) -> Self:
        """One that is kept until the program ends."""
        made = cls(work, seconds=seconds, gigabytes=gigabytes)
        atexit.register(made.close)
        return made

    def do(self, given: bytes) -> bytes:
        """The answer to a piece of work; NotDone where it ended the process, ApartNotReady where there is none."""
        with self._lock:
            self._child = self._child or self._start()
            process, pipe = self._child
            try:
                pipe.send_bytes(given)
                return pipe.recv_bytes()
            except (EOFError, ConnectionError):
                self._child = None
                pipe.close()
                raise _why(process.wait()) from None
            except BaseException:
                self.close()  # an answer that nobody waited for would be taken for that of the next piece
                raise

    def _leave_to_parent(self) -> None:
        """In a process that was just forked: the process apart, and whoever waits for it, belong to the one before."""
        self._lock = Lock()
        if self._child:
            process, pipe = self._child
            self._child = None
            pipe.close()
            process.returncode = 0  # it is no child of this process, which has nothing to wait for

    def close(self) -> None:
        """End the process, if there is one."""
        if self._child:
            self._end(*self._child)
            self._child = None

    def _start(self) -> tuple[subprocess.Popen[bytes], Connection]:
        """A process that is ready; it has none of our settings and secrets, and no way to write but the pipe."""
        ours, theirs = Pipe()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ARFLOW_")}
        with theirs:
            given = (theirs.fileno(), self._work, self.seconds, self.gigabytes)
            process = subprocess.Popen(  # noqa: S603  arflow itself, without a shell
                [sys.executable, "-c", _MAIN, *map(str, given)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                start_new_session=True,  # Ctrl-C is for whoever runs arflow to answer
            )
        try:
            if ours.poll(_STARTING) and ours.recv_bytes() == b"":
                return process, ours
        except (EOFError, ConnectionError):
            pass
        self._end(process, ours)
        raise ApartNotReady(f"{sys.executable} does not start arflow: install it again")

    @staticmethod
    def _end(process: subprocess.Popen[bytes], pipe: Connection) -> None:
        pipe.close()
        process.kill()
        process.wait()


def _leave_all_to_parent() -> None:
    for apart in tuple(Apart._made):
        apart._leave_to_parent()


os.register_at_fork(after_in_child=_leave_all_to_parent)


def _why(ended: int) -> Exception:
    """What the exit code of the process means for the work that it was doing."""
    if ended in _STOPPED:
        return ApartNotReady("somebody stopped it: run it again")
    if ended == -signal.SIGPROF:
        return NotDone("time")
    return NotDone("memory" if ended == _NO_MEMORY else "broken")


def answer(number: str, work: str, seconds: str, gigabytes: str) -> None:
    """Do what comes through a pipe, piece by piece, until it is closed: what the process apart does."""
    module, _, name = work.partition(":")
    does: Callable[[bytes], bytes] = getattr(import_module(module), name)
    _limit_memory(int(float(gigabytes) * 1024**3))
    with Connection(int(number)) as pipe:
        pipe.send_bytes(b"")
        while True:
            try:
                given = pipe.recv_bytes()
            except EOFError:
                return
            signal.setitimer(signal.ITIMER_PROF, float(seconds))  # when it is over, the system ends this process
            try:
                told = does(given)
            except MemoryError:
                sys.exit(_NO_MEMORY)
            signal.setitimer(signal.ITIMER_PROF, 0)
            pipe.send_bytes(told)


def _limit_memory(most: int) -> None:
    """Bound what this process may take, and leave no copy of its memory on the disk where it ends."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    if hard == resource.RLIM_INFINITY or hard > most:
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
