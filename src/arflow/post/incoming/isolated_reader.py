"""Reads messages in a process apart: one that takes too long or too much, or brings a library down, costs no other."""

import os
import resource
import signal
import subprocess
import sys
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Self

import msgspec

from arflow.errors import MailboxNotReady, MessageNotReadable
from arflow.post.incoming.message_summary import Understood, understood
from arflow.post.mail.limits import LARGEST

SECONDS = 30.0
GIGABYTES = 2.0
_STARTING = 120
_NO_MEMORY = 3
_MAIN = "import sys; from arflow.post.incoming.isolated_reader import answer; answer(*sys.argv[1:])"
_STOPPED = (-signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP)


class Unread(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A message that was not read, and why: words for an officer, with nothing of the message in them."""

    why: str


class Reader:
    """Reads messages one after the other; each may take `seconds` of the processor's time, and `gigabytes` of memory.

    The process starts with the first message, and again after one that ended it. It can be used in any thread.
    """

    def __init__(self, seconds: float = SECONDS, gigabytes: float = GIGABYTES) -> None:
        self._seconds, self._gigabytes = seconds, gigabytes
        self._child: tuple[subprocess.Popen[bytes], Connection] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, raw: bytes) -> Understood | Unread:
        """What a message says, or why it was not read; MailboxNotReady where no message can be."""
        if len(raw) > LARGEST:
            return Unread(why=f"it has more than {LARGEST // 1_000_000} MB")
        self._child = self._child or self._start()
        process, pipe = self._child
        try:
            pipe.send_bytes(raw)
            return _answered(pipe.recv_bytes())
        except (EOFError, ConnectionError):
            self._child = None
            pipe.close()
            return self._unread(process.wait())
        except BaseException:
            self.close()  # an answer that nobody waited for would be taken for that of the next message
            raise

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
            process = subprocess.Popen(  # noqa: S603  arflow itself, without a shell
                [sys.executable, "-c", _MAIN, *map(str, (theirs.fileno(), self._seconds, self._gigabytes))],
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
        raise MailboxNotReady(f"messages cannot be read: {sys.executable} does not start arflow; install it again")

    @staticmethod
    def _end(process: subprocess.Popen[bytes], pipe: Connection) -> None:
        pipe.close()
        process.kill()
        process.wait()

    def _unread(self, ended: int) -> Unread:
        """What the exit code of the process means for the message that it was reading."""
        if ended in _STOPPED:
            raise MailboxNotReady("the reading of messages was stopped: run it again")
        if ended == -signal.SIGPROF:
            return Unread(why=f"reading it takes more than {self._seconds:g} seconds")
        if ended == _NO_MEMORY:
            return Unread(why=f"reading it takes more than {self._gigabytes:g} GB of memory")
        return Unread(why="it is malformed in a way that stops the reading")


def _answered(told: bytes) -> Understood | Unread:
    return msgspec.msgpack.decode(told, type=Understood | Unread)


def answer(number: str, seconds: str, gigabytes: str) -> None:
    """Read what comes through a pipe, message by message, until it is closed: what the process apart does."""
    _limit_memory(int(float(gigabytes) * 1024**3))
    with Connection(int(number)) as pipe:
        pipe.send_bytes(b"")
        while True:
            try:
                raw = pipe.recv_bytes()
            except EOFError:
                return
            signal.setitimer(signal.ITIMER_PROF, float(seconds))  # when it is over, the system ends this process
            told = _told(raw)
            signal.setitimer(signal.ITIMER_PROF, 0)
            pipe.send_bytes(told)


def _told(raw: bytes) -> bytes:
    """The answer for a message; any other error that a library raises ends the process and is not shown."""
    try:
        return msgspec.msgpack.encode(understood(raw))
    except MessageNotReadable as refusal:
        return msgspec.msgpack.encode(Unread(why=refusal.message))
    except RecursionError:
        return msgspec.msgpack.encode(Unread(why="its headers or parts are nested too deep"))
    except MemoryError:
        sys.exit(_NO_MEMORY)


def _limit_memory(most: int) -> None:
    """Bound what this process may take, and leave no copy of its memory on the disk where it ends."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    if hard == resource.RLIM_INFINITY or hard > most:
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
