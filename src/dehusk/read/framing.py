"""Where the records of an archive begin and end, and what of it is damaged."""

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dehusk.read.packed import Break, Pieces

MAX_HEAD_BYTES = 65536  # of a record's own header
MAX_LENGTH_DIGITS = 15
MAX_TAIL_BYTES = 16 * 2**20  # kept of what belongs to no record, to mend the record before
BLANK = b"\r\n \t"


@dataclass(frozen=True, slots=True)
class Format:
    """How the records of a container begin: a whole header, the first bytes of one, and the length it gives."""

    head: re.Pattern[bytes]
    start: re.Pattern[bytes]
    start_bytes: int  # that may have to be seen to know a start
    length: Callable[[re.Match[bytes]], bytes]


@dataclass(frozen=True, slots=True)
class Frame:
    """A record as it stands in the archive; `block` is None for one longer than was asked for.

    `rest` counts the bytes between its end and the next record that belong to neither; `tail` holds them if they are
    few.
    """

    head: bytes
    length: int
    block: bytes | None
    offset: int | None
    rest: int = 0
    tail: bytes = b""


@dataclass(frozen=True, slots=True)
class Broken:
    """A stretch that holds no whole record: the header it began with, if any, what is wrong, and the bytes if few."""

    head: bytes
    detail: str
    offset: int | None
    block: bytes = b""


class Tape:
    """Bytes passing by. Reading stops at a wall, which is a break or the end."""

    def __init__(self, pieces: Pieces, depth: int, size: int | None = None) -> None:
        self.ahead = bytearray()
        self.size = size  # of all bytes, where it is known
        self.wall: Break | None = None
        self.at_wall = False
        self.position = 0
        self._pieces = pieces
        self._depth = depth
        self._starts: deque[tuple[int, int]] = deque()

    def fill(self) -> bool:
        """Have more bytes ahead; false at a wall."""
        if self.at_wall:
            return False
        piece = next(self._pieces, None)
        if piece is None or isinstance(piece, Break):
            self.wall, self.at_wall = piece, True
            return False
        if piece.offset is not None and self._depth == 1:
            self._starts.append((self.position + len(self.ahead), piece.offset))
        self.ahead += piece.data
        return True

    def need(self, count: int) -> bool:
        """Have so many bytes ahead; false if a wall comes before."""
        while len(self.ahead) < count:
            if not self.fill():
                return False
        return True

    def drop(self, count: int) -> None:
        """Pass over so many of the bytes ahead."""
        del self.ahead[:count]
        self.position += count

    def pass_wall(self) -> bool:
        """Go on after a wall; false at the end."""
        self.drop(len(self.ahead))
        self.at_wall = self.wall is None
        return not self.at_wall

    @property
    def offset(self) -> int | None:
        """Where the next byte is in the file; None inside a compressed member."""
        if self._depth == 0:
            return self.position
        while self._starts and self._starts[0][0] < self.position:
            self._starts.popleft()
        return self._starts[0][1] if self._starts and self._starts[0][0] == self.position else None

    def begins_member(self, position: int) -> bool:
        """Whether a compressed member begins with the byte at this position, the last that did."""
        return bool(self._starts) and self._starts[-1][0] == position


def read_frames(tape: Tape, form: Format, max_bytes: int) -> Iterator[Frame | Broken]:
    """The records in order; each stretch that holds none is one `Broken`, and the next header is gone on from."""
    while True:
        _skip_blank(tape)
        if not tape.ahead:
            if tape.wall is not None:
                yield Broken(b"", tape.wall.detail, tape.wall.offset)
            if not tape.pass_wall():
                return
            continue
        yield _frame(tape, form, max_bytes)


def _skip_blank(tape: Tape) -> None:
    while tape.need(1):
        count = len(tape.ahead) - len(tape.ahead.lstrip(BLANK))
        if not count:
            return
        tape.drop(count)


def _frame(tape: Tape, form: Format, max_bytes: int) -> Frame | Broken:
    offset = tape.offset
    head = form.head.match(tape.ahead)
    while not head and len(tape.ahead) < MAX_HEAD_BYTES and tape.fill():
        head = form.head.match(tape.ahead)
    if not head:
        what = "a header without an end" if form.start.match(tape.ahead) else "no record"
        return Broken(b"", f"{what}: {_seek(tape, form, 1)[0]} bytes{_absorb(tape)}", offset)
    found, given = head[0], form.length(head)
    del head  # it holds on to the bytes ahead
    tape.drop(len(found))
    if not given.isdigit() or len(given) > MAX_LENGTH_DIGITS:
        _seek(tape, form, 0)
        shown = given[:20].decode("ascii", "replace")
        return Broken(found, f"no length in the header: {shown!r}{_absorb(tape)}", offset)
    frame = Frame(found, int(given), None, offset)
    if tape.size is not None and tape.position + frame.length > tape.size:
        return _cut(tape, form, frame)
    return _hold(tape, form, frame) if frame.length <= max_bytes else _skip(tape, form, frame)


def _hold(tape: Tape, form: Format, frame: Frame) -> Frame | Broken:
    """The record whose block is ahead, if its length is true."""
    if not tape.need(frame.length):
        return _cut(tape, form, frame)
    is_followed = _is_followed(tape, form, frame.length)
    if not is_followed and (inner := form.start.search(tape.ahead, 0, frame.length)):
        at = inner.start()
        del inner
        block = bytes(tape.ahead[:at])
        tape.drop(at)
        return Broken(frame.head, _long(frame, at), frame.offset, block)
    with memoryview(tape.ahead) as view:
        block = bytes(view[: frame.length])
    tape.drop(frame.length)
    rest, tail = (0, b"") if is_followed else _seek(tape, form, 0)
    return Frame(frame.head, frame.length, block, frame.offset, rest, tail)


def _long(frame: Frame, at: int) -> str:
    return f"{frame.length} bytes long, but the next record begins after {at}"


def _is_followed(tape: Tape, form: Format, at: int) -> bool:
    """Whether a record, or nothing, comes after the bytes up to `at`."""
    while tape.need(at + 1) and tape.ahead[at] in BLANK:
        at += 1
    tape.need(at + form.start_bytes)
    return at >= len(tape.ahead) or bool(form.start.match(tape.ahead, at))


def _skip(tape: Tape, form: Format, frame: Frame) -> Frame | Broken:
    """Pass over a block that is too large to hold; a member that begins with a record shows that it ended before."""
    left = frame.length
    while left:
        if not tape.need(1):
            return _cut(tape, form, frame)
        if left < frame.length and tape.begins_member(tape.position) and form.start.match(tape.ahead):
            return Broken(frame.head, _long(frame, frame.length - left), frame.offset)
        count = min(left, len(tape.ahead))
        tape.drop(count)
        left -= count
    return frame


def _cut(tape: Tape, form: Format, frame: Frame) -> Broken:
    """The record that a wall cuts; what stands before the wall is searched for another."""
    count, block = _seek(tape, form, 0)
    is_cut = tape.at_wall and not tape.ahead
    detail = f"{frame.length} bytes long, but cut{_absorb(tape)}" if is_cut else _long(frame, count)
    return Broken(frame.head, detail, frame.offset, block)


def _absorb(tape: Tape) -> str:
    """What the wall is, if one was come to: told of with the record before it, it is not told of again."""
    if tape.ahead or not tape.at_wall:
        return ""
    detail = tape.wall.detail if tape.wall else "the file ends"
    tape.pass_wall()
    return f" ({detail})"


def _seek(tape: Tape, form: Format, first: int) -> tuple[int, bytes]:
    """Pass over bytes up to the next start, from the `first` byte ahead on, or up to the wall.

    How many they were, and the bytes themselves, or none if they are too many.
    """
    before = tape.position
    passed = bytearray()

    def drop(count: int) -> None:
        if tape.position + count - before <= MAX_TAIL_BYTES:
            passed.extend(tape.ahead[:count])
        tape.drop(count)

    tape.need(first)
    drop(min(first, len(tape.ahead)))
    while True:
        if found := form.start.search(tape.ahead):
            at = found.start()
            del found
            drop(at)
            break
        drop(max(0, len(tape.ahead) - form.start_bytes))
        if not tape.fill():
            drop(len(tape.ahead))
            break
    count = tape.position - before
    return count, bytes(passed) if len(passed) == count else b""
