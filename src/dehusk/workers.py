"""Work on many items in processes of our own: results in order, and a process that dies costs one item at most."""

import os
import pickle
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

from dehusk import worker
from dehusk.worker import GRACE_SECONDS, receive, send

In = TypeVar("In")
Out = TypeVar("Out")
Setting = TypeVar("Setting")
BATCH_ITEMS = 64
BATCH_BYTES = 2**19  # of the items' data; batches of this size keep the cost of passing them on below a percent
BATCHES_AHEAD = 4  # for each process: a slow item holds up the results after it, not the work on them
MAX_TRIES = 2  # an item whose process ends is tried once more: the process may have been killed from outside
MAX_STARTS = 3  # of a process that ends before it is ready
START_SECONDS = 60.0  # for a process to be ready, on a busy machine
TICK_SECONDS = 0.25


class Lost(StrEnum):
    """Why an item has no result."""

    CRASHED = "crashed"
    TIME_LIMIT = "time_limit"


@dataclass(frozen=True, slots=True)
class Worked(Generic[Out]):
    """The result of an item."""

    value: Out


class _Ended(Exception):
    """The process is gone, or was made to go."""

    def __init__(self, why: Lost) -> None:
        super().__init__(why.value)
        self.why = why


def run_many(
    items: Iterable[In],
    make: Callable[[Setting], Callable[[In], Out]],
    settings: Setting,
    *,
    jobs: int,
    max_seconds: float,
) -> Iterator[tuple[In, Worked[Out] | Lost]]:
    """Each item with what `make(settings)(item)` gave in another process, in order.

    `make` is a function of a module, not of the main script. What it or its work raises is raised here, after the
    results before it. At most `jobs * BATCHES_AHEAD` batches are held. The processes end with this generator, and
    with this process however it ends.
    """
    crew: _Crew[In, Out] = _Crew(pickle.dumps((make, settings)), jobs, max_seconds)
    waiting: deque[_Batch[In, Out]] = deque()
    try:
        for batch in _batches(items, jobs):
            crew.tasks.put(batch)
            waiting.append(batch)
            while len(waiting) >= jobs * BATCHES_AHEAD or (waiting and waiting[0].done.is_set()):
                yield from waiting.popleft().outcome()
        while waiting:
            yield from waiting.popleft().outcome()
    finally:
        crew.close()


class _Batch(Generic[In, Out]):
    """Items on their way through a process."""

    def __init__(self, items: list[In]) -> None:
        self.items = items
        self.results: list[Worked[Out] | Lost] = []
        self.error: BaseException | None = None
        self.done = threading.Event()

    def outcome(self) -> Iterator[tuple[In, Worked[Out] | Lost]]:
        """The items worked on, with their results; raises what stopped the work on the rest."""
        self.done.wait()
        yield from zip(self.items, self.results, strict=False)
        if self.error is not None:
            raise self.error


def _batches(items: Iterable[In], jobs: int) -> Iterator["_Batch[In, Any]"]:
    """The items in batches, small ones first so that every process soon has work."""
    held: list[In] = []
    size = number = 0
    for item in items:
        held.append(item)
        size += len(getattr(item, "data", b""))
        if len(held) >= min(BATCH_ITEMS, 2 ** min(number // jobs, 16)) or size >= BATCH_BYTES:
            yield _Batch(held)
            held, size, number = [], 0, number + 1
    if held:
        yield _Batch(held)


class _Crew(Generic[In, Out]):
    """The processes, each with a thread that feeds it, and one thread that watches for hung ones."""

    def __init__(self, start: bytes, jobs: int, max_seconds: float) -> None:
        self.start = start
        self.max_seconds = max_seconds
        self.tasks: SimpleQueue[_Batch[In, Out] | None] = SimpleQueue()
        self.closing = threading.Event()
        self.processes: dict[int, _Process] = {}  # by the number of their thread
        self.threads = [threading.Thread(target=self._serve, args=(number,), daemon=True) for number in range(jobs)]
        self.threads.append(threading.Thread(target=self._watch, daemon=True))
        for thread in self.threads:
            thread.start()

    def close(self) -> None:
        """End the processes, whatever they are at."""
        self.closing.set()
        for process in list(self.processes.values()):
            process.kill()
        for _ in self.threads:
            self.tasks.put(None)
        for thread in self.threads:
            thread.join()

    def _serve(self, number: int) -> None:
        """Feed one process until there is no more; a new one takes the place of one that ends."""
        try:
            while (batch := self.tasks.get()) is not None and not self.closing.is_set():
                try:
                    self._work_off(batch, number)
                except BaseException as error:  # noqa: BLE001 - handed to the thread that reads the results
                    batch.error = error
                batch.done.set()
        finally:
            if process := self.processes.get(number):
                process.stop()

    def _work_off(self, batch: _Batch[In, Out], number: int) -> None:
        tries = 0
        while len(batch.results) < len(batch.items) and not self.closing.is_set():
            try:
                process = self.processes.get(number) or self._new_process(number)
                for value in process.work(batch.items[len(batch.results) :]):
                    batch.results.append(Worked(value))
                    tries = 0
            except _Ended as ended:
                self.processes.pop(number).stop()
                tries += 1
                if ended.why is Lost.TIME_LIMIT or tries >= MAX_TRIES:
                    batch.results.append(ended.why)
                    tries = 0

    def _new_process(self, number: int) -> "_Process":
        """A process that is ready to work; raises what made it fail."""
        for _ in range(MAX_STARTS):
            process = self.processes[number] = _Process(self.start, self.max_seconds)
            if self.closing.is_set():
                break
            try:
                process.get_ready()
            except _Ended:
                process.stop()
            else:
                return process
        raise RuntimeError("a worker process ended before it was ready")

    def _watch(self) -> None:
        while not self.closing.wait(TICK_SECONDS):
            for process in list(self.processes.values()):
                process.tick()


class _Process:
    """A process that works on lists of items."""

    def __init__(self, start: bytes, max_seconds: float) -> None:
        # -P: neither this folder nor the current one may stand in for a module; in a group of its own: an interrupt
        # at the keyboard is this process's to handle, and the end of its pipe tells the other
        command = [sys.executable, "-P", worker.__file__]
        self.popen = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, process_group=0
        )
        self.start = start
        self.max_seconds = max_seconds
        self.limit = START_SECONDS
        self.item = 0  # counts what is waited for
        self.is_busy = False
        self.ticks = self.seen = 0
        self.hung = -1  # the item that took too long

    def get_ready(self) -> None:
        """Wait until it is; raises what made it fail, and `_Ended`."""
        places = [place or os.getcwd() for place in sys.path]  # noqa: PTH109 - as the import system has it
        for _ in self._exchange([pickle.dumps((places, self.max_seconds)), self.start], 1):
            self.limit = self.max_seconds + GRACE_SECONDS

    def work(self, items: list[Any]) -> Iterator[Any]:
        """The results of these items, one by one; raises `_Ended` if the process does not live to give them."""
        return self._exchange([pickle.dumps(items, pickle.HIGHEST_PROTOCOL)], len(items))

    def _exchange(self, frames: list[bytes], answers: int) -> Iterator[Any]:
        self.item += 1
        self.is_busy = True
        try:
            self._tell(frames)
            for _ in range(answers):
                worked, value = pickle.loads(self._hear())
                self.item += 1
                if not worked:
                    raise value
                yield value
        finally:
            self.is_busy = False

    def _tell(self, frames: list[bytes]) -> None:
        assert self.popen.stdin is not None
        try:
            for frame in frames:
                send(self.popen.stdin, frame)
        except BrokenPipeError:
            raise self._ended() from None

    def _hear(self) -> bytes:
        assert self.popen.stdout is not None
        try:
            return receive(self.popen.stdout)
        except EOFError:
            raise self._ended() from None

    def _ended(self) -> _Ended:
        return _Ended(Lost.TIME_LIMIT if self.hung == self.item else Lost.CRASHED)

    def tick(self) -> None:
        """Called each `TICK_SECONDS`: end the process if it has been at one item for too long.

        Ticks are counted, not the clock read, so that time in which this process was stopped is not held against it.
        """
        item = self.item
        self.ticks = self.ticks + 1 if self.is_busy and self.seen == item else 0
        self.seen = item
        if self.ticks * TICK_SECONDS > self.limit:
            self.hung = item
            self.kill()

    def kill(self) -> None:
        """Make the process go."""
        self.popen.kill()

    def stop(self) -> None:
        """Make the process go, and leave nothing of it."""
        self.kill()
        self.popen.wait()
        for pipe in (self.popen.stdin, self.popen.stdout):
            if pipe is not None:
                pipe.close()
