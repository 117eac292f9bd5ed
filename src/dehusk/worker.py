"""The life of a worker process: run as a script by `workers`, so it imports nothing of dehusk until it is told to."""

import faulthandler
import os
import pickle
import struct
import sys
import threading
import traceback
from contextlib import suppress
from queue import SimpleQueue
from typing import IO, NoReturn

GRACE_SECONDS = 10.0  # beyond an item's own limit before its process is taken for hung
LENGTH = struct.Struct(">Q")


def send(pipe: IO[bytes], data: bytes) -> None:
    """Write a frame: its length, then the data."""
    for part in (LENGTH.pack(len(data)), data):
        view = memoryview(part)
        while view:
            view = view[pipe.write(view) :]


def receive(pipe: IO[bytes]) -> bytes:
    """Read a frame; raises `EOFError`."""
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


def main() -> NoReturn:
    """The life of a process: a function, then lists of items, until the pipe is closed."""
    stdin, stdout = os.fdopen(os.dup(0), "rb", 0), os.fdopen(os.dup(1), "wb", 0)
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - a device
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)  # what a library prints must not come between the answers
    inbox: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(stdin, inbox), daemon=True).start()
    try:
        sys.path[:], max_seconds = pickle.loads(inbox.get())
        make, settings = pickle.loads(inbox.get())
        work = make(settings)
        _answer(stdout, None)
        while True:
            for item in pickle.loads(inbox.get()):
                # ends this process even if it hangs in a library and the one that would kill it is gone
                faulthandler.dump_traceback_later(max_seconds + 2 * GRACE_SECONDS, exit=True, file=stdin)
                _answer(stdout, work(item))
            faulthandler.cancel_dump_traceback_later()
    except MemoryError:
        os._exit(1)
    except BaseException as error:  # noqa: BLE001 - a bug, raised again in the process that started this one
        with suppress(BrokenPipeError):
            send(stdout, pickle.dumps((False, _portable(error))))
    os._exit(0)


def _listen(pipe: IO[bytes], inbox: "SimpleQueue[bytes]") -> None:
    """Take in what comes; the end of the pipe ends the process in the midst of its work."""
    try:
        while True:
            inbox.put(receive(pipe))
    except EOFError:
        os._exit(0)


def _answer(pipe: IO[bytes], value: object) -> None:
    data = pickle.dumps((True, value), pickle.HIGHEST_PROTOCOL)
    try:
        send(pipe, data)
    except BrokenPipeError:
        os._exit(1)


def _portable(error: BaseException) -> BaseException:
    """The error with its traceback as a note, as something that can be pickled."""
    told = "".join(traceback.format_exception(error))
    error.add_note(f"in a worker process:\n{told}")
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # noqa: BLE001 - whatever an exception's own pickling raises
        return RuntimeError(f"in a worker process:\n{told}")
    return error


if __name__ == "__main__":
    main()
