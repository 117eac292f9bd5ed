"""Work on many items in processes of our own: results in order, a dead process costs one item."""

import pickle
import select
import struct
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from queue import Queue
from typing import IO, Any, Generic, TypeVar

In = TypeVar("In")
Out = TypeVar("Out")
Setting = TypeVar("Setting")
BATCH_ITEMS = 64
BATCH_BYTES = 2**20  # of the items' data; batches of this size keep the cost of passing them on below a percent
BATCHES_AHEAD = 2  # for each process: one at work, one waiting, so that memory stays bounded
GRACE_SECONDS = 10.0  # beyond its items' own limits before a process is taken for hung
LENGTH = struct.Struct(">Q")


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

    `make` is a function of a module, not of the main script. Only `jobs * BATCHES_AHEAD` batches are held at a time.
    The processes end with this one.
    """
    tasks: Queue[_Batch[In, Out] | None] = Queue()
    threads = [
        threading.Thread(target=_serve, args=(tasks, make, settings, max_seconds), daemon=True) for _ in range(jobs)
    ]
    for thread in threads:
        thread.start()
    waiting: deque[_Batch[In, Out]] = deque()
    try:
        for batch in _batches(items):
            tasks.put(batch)
            waiting.append(batch)
            while len(waiting) >= jobs * BATCHES_AHEAD or (waiting and waiting[0].done.is_set()):
                yield from waiting.popleft().outcome()
        while waiting:
            yield from waiting.popleft().outcome()
    finally:
        for _ in threads:
            tasks.put(None)


class _Batch(Generic[In, Out]):
    """Items on their way through a process."""

    def __init__(self, items: list[In]) -> None:
        self.items = items
        self.results: list[Worked[Out] | Lost] = []
        self.error: BaseException | None = None
        self.done = threading.Event()

    def outcome(self) -> Iterator[tuple[In, Worked[Out] | Lost]]:
        self.done.wait()
        if self.error is not None:
            raise self.error
        return zip(self.items, self.results, strict=True)


def _batches(items: Iterable[In]) -> Iterator[_Batch[In, Out]]:
    held: list[In] = []
    size = 0
    for item in items:
        held.append(item)
        size += len(getattr(item, "data", b""))
        if len(held) >= BATCH_ITEMS or size >= BATCH_BYTES:
            yield _Batch(held)
            held, size = [], 0
    if held:
        yield _Batch(held)


def _serve(tasks: "Queue[_Batch[Any, Any] | None]", make: Callable[..., Any], settings: object, seconds: float) -> None:
    """Feed one process until there is no more; a new one takes the place of one that ends."""
    process = _Process(make, settings)
    while (batch := tasks.get()) is not None:
        try:
            try:
                batch.results = process.work(batch.items, seconds)
            except _Ended:
                process = _Process(make, settings)
                for item in batch.items:
                    try:
                        batch.results += process.work([item], seconds)
                    except _Ended as ended:
                        batch.results.append(ended.why)
                        process = _Process(make, settings)
        except BaseException as error:  # noqa: BLE001 - handed to the thread that reads the results
            batch.error = error
        batch.done.set()
    process.stop()


class _Process:
    """A process that works on lists of items."""

    def __init__(self, make: Callable[..., Any], settings: object) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dehusk.workers"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )
        self.start = pickle.dumps((make, settings))
        self.started = False

    def work(self, items: list[Any], seconds: float) -> list[Any]:
        """The results of these items; raises `_Ended` if the process does not live to give them."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            if not self.started:
                _send(self.process.stdin, self.start)
                self.started = True
            _send(self.process.stdin, pickle.dumps(items, pickle.HIGHEST_PROTOCOL))
            limit = seconds * len(items) + GRACE_SECONDS
            ready, _, _ = select.select([self.process.stdout], [], [], limit)
            if not ready:
                self.stop()
                raise _Ended(Lost.TIME_LIMIT)
            answer = pickle.loads(_receive(self.process.stdout))  # noqa: S301 - from our own process
        except (BrokenPipeError, EOFError):
            self.stop()
            raise _Ended(Lost.CRASHED) from None
        if isinstance(answer, BaseException):
            raise answer
        return [Worked(value) for value in answer]

    def stop(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


def _send(pipe: IO[bytes], data: bytes) -> None:
    view = memoryview(LENGTH.pack(len(data)) + data)
    while view:
        view = view[pipe.write(view) :]


def _receive(pipe: IO[bytes]) -> bytes:
    (length,) = LENGTH.unpack(_exactly(pipe, LENGTH.size))
    return _exactly(pipe, length)


def _exactly(pipe: IO[bytes], count: int) -> bytes:
    pieces = []
    while count:
        piece = pipe.read(min(count, 2**20))
        if not piece:
            raise EOFError
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)


def main() -> None:
    """The life of a process: a function, then lists of items, until the pipe is closed."""
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    try:
        make, settings = pickle.loads(_receive(stdin))  # noqa: S301 - from the process that started this one
        work = make(settings)
        while True:
            items = pickle.loads(_receive(stdin))  # noqa: S301
            try:
                answer: object = [work(item) for item in items]
            except Exception as error:  # noqa: BLE001 - a bug, raised again in the process that started this one
                answer = error
            _send(stdout, pickle.dumps(answer, pickle.HIGHEST_PROTOCOL))
            stdout.flush()
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        return


if __name__ == "__main__":
    main()
