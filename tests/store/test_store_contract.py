"""eventsourcing's own test cases for recorders, run over arflow's store on SQLite and PostgreSQL."""

import threading
from collections.abc import Callable
from multiprocessing import get_context
from typing import Any
from uuid import uuid4

import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.persistence import TrackingRecorder as TrackingRecorderPort
from eventsourcing.tests.persistence import (
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
    TrackingRecorderTestCase,
)

from arflow.store import Recorder, TrackingRecorder, make_engine
from arflow.store.recorder import StreamRecorder

pytestmark = pytest.mark.thorough


class OnEachStore:
    """Runs a unittest case of the library on a new store of each kind."""

    engines: list[Any]
    url: str

    @pytest.fixture(autouse=True)
    def _on_each_store(self, store_url: str) -> Any:
        self.url, self.engines = store_url, []
        yield
        for engine in self.engines:
            engine.dispose()

    def engine(self) -> Any:
        self.engines.append(make_engine(self.url))
        return self.engines[-1]

    def new_originator_id(self) -> str:
        return str(uuid4())


def on_each_store(case: type, recorder: Callable[[Any], Any], leave_out: tuple[str, ...] = ()) -> type:
    """A pytest class with the test methods of a library's case; each store gets every one of them."""

    def of(name: str) -> Callable[[Any], None]:
        def test(self: Any) -> None:
            running = type(case.__name__, (case,), {"create_recorder": lambda _: recorder(self.engine())})(name)
            running.new_originator_id = self.new_originator_id
            before = set(threading.enumerate())
            getattr(running, name)()
            for thread in set(threading.enumerate()) - before:  # the library's cases leave their readers running
                thread.join(timeout=10)

        return test

    names = [name for name in dir(case) if name.startswith(("test_", "optional_test_")) and name not in leave_out]
    methods = {name if name.startswith("test") else f"test_{name}": of(name) for name in names}
    return type(f"Test{case.__name__}", (OnEachStore,), methods)


TestStreams = on_each_store(AggregateRecorderTestCase, StreamRecorder)
TestLog = on_each_store(ApplicationRecorderTestCase, Recorder)
TestOrder = on_each_store(NonInterleavingNotificationIDsBaseCase, Recorder)
TestTracking = on_each_store(TrackingRecorderTestCase, TrackingRecorder)


def test_the_tracking_recorder_is_one_of_the_librarys() -> None:
    assert issubclass(TrackingRecorder, TrackingRecorderPort)


def _append_many(url: str, writer: int, times: int) -> None:
    recorder = Recorder(make_engine(url))
    for n in range(times):
        recorder.insert_events([StoredEvent(f"stream-{writer}", n + 1, "topic", b"{}")])


def test_the_order_has_no_gap_under_four_writing_processes(store_url: str) -> None:
    context = get_context("spawn")
    writers = [context.Process(target=_append_many, args=(store_url, n, 25)) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0

    recorder = Recorder(make_engine(store_url))

    assert [row.position for row in recorder.read_log()] == list(range(1, 101))
    assert list(recorder.verify()) == []
    recorder.engine.dispose()


def test_a_stale_writer_is_told_and_nothing_of_its_batch_is_kept(store_url: str) -> None:
    recorder = Recorder(make_engine(store_url))
    recorder.insert_events([StoredEvent("s", 1, "topic", b"first")])
    with pytest.raises(IntegrityError):
        recorder.insert_events([StoredEvent("t", 1, "topic", b"beside"), StoredEvent("s", 1, "topic", b"second")])
    assert [row.payload for row in recorder.read_log()] == [b"first"]
    assert recorder.head()[0] == 1
    recorder.engine.dispose()
