"""Compressed bytes to plain ones, piece by piece: many members, nests, damage and bombs."""

import bz2
import io
import re
import zlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from dehusk.errors import MissingExtra, UnreadableInput
from dehusk.read.sniff import PACKING_MARK_BYTES, Packing, sniff_packing

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PIECE_BYTES = 65536  # read at once from plain files
MAX_PACKINGS = 2  # compressions inside one another; a deeper nest is a bomb
FREE_BYTES = 256 * 2**20  # what any file may expand to
MAX_RATIO = 250  # plain to compressed beyond that; text has 3 to 30, runs of one byte 1,000 and more
BACK_BYTES = 2**20  # kept of a member: where it breaks, the next may have begun before that is seen
# Fed at once, so that one step gives at most some 32 MB: deflate expands 1,032 times, a Zstandard block 32,768 times.
STEP_BYTES = {Packing.GZIP: 16384, Packing.ZSTD: 1024, Packing.BZIP2: 4096}
BZIP2_STEP_BYTES = 2**20  # given at once; bzip2 has no limit of its own
MARK_BYTES = 10  # the longest of these
MEMBERS = {
    Packing.GZIP: re.compile(rb"\x1f\x8b\x08[\x00-\x1f]"),
    Packing.ZSTD: re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"),
    Packing.BZIP2: re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"),
}
ZSTD_DICTIONARY = b"\x5d\x2a\x4d\x18"  # how a .warc.zst with a dictionary begins
MAX_DICTIONARY_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Piece:
    """Plain bytes; `offset` is that of the member they begin, None for more of the same member."""

    data: bytes
    offset: int | None


@dataclass(frozen=True, slots=True)
class Break:
    """A place where bytes are missing or damaged, and the offset of the member it is in."""

    detail: str
    offset: int


class BrokenInput(UnreadableInput):
    """Bytes are missing or damaged here; reading on gives what comes after."""


Pieces = Iterator[Piece | Break]
Coder = tuple[Callable[[], Any], tuple[type[Exception], ...]]  # makes what takes one member, and how that fails


class Unpacked:
    """The plain bytes of a stream: as pieces, or as a file."""

    def __init__(self, stream: BinaryIO) -> None:
        self.depth = 0  # compressions taken off
        self._source = _Counted(stream)
        self._pieces = _plain(self._source.read)
        for _ in range(MAX_PACKINGS + 1):
            head = self.peek(PACKING_MARK_BYTES)
            packing = sniff_packing(head)
            if packing is None:
                return
            self._nest(packing)
        raise UnreadableInput(f"compressed more than {MAX_PACKINGS} times over")

    def _nest(self, packing: Packing) -> None:
        inner = _reader(self._pieces)
        self._pieces = self._guarded(_members(inner, packing))
        self.depth += 1

    def _guarded(self, pieces: Pieces) -> Pieces:
        """The same pieces; raises UnreadableInput where they are far more than was read for them."""
        given = 0
        for piece in pieces:
            if isinstance(piece, Piece):
                given += len(piece.data)
                if given > FREE_BYTES and given > MAX_RATIO * self._source.count:
                    raise UnreadableInput(f"expands more than {MAX_RATIO} times: a decompression bomb")
            yield piece

    def peek(self, count: int) -> bytes:
        """The first bytes, which stay to be read; fewer at the end or at a break after the first of them."""
        held: list[Piece | Break] = []
        head = b""
        for piece in self._pieces:
            held.append(piece)
            if isinstance(piece, Piece):
                head += piece.data
            if len(head) >= count or (head and isinstance(piece, Break)):
                break
        self._pieces = _chain(held, self._pieces)
        return head[:count]

    def pieces(self) -> Pieces:
        """All of it."""
        return self._pieces

    def file(self) -> io.BufferedReader:
        """All of it as a file; reading raises `BrokenInput` once at each break."""
        return io.BufferedReader(_File(self._pieces), PIECE_BYTES)


class _Counted:
    """A stream that knows how many bytes were read from it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.count = 0

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self.count += len(data)
        return data


class _File(io.RawIOBase):
    """Pieces as a raw stream."""

    def __init__(self, pieces: Pieces) -> None:
        self._read = _reader(pieces)

    def readable(self) -> bool:
        return True

    def readinto(self, target: "WriteableBuffer") -> int:
        view = memoryview(target)
        data = self._read(len(view))
        view[: len(data)] = data
        return len(data)


def _chain(held: list[Piece | Break], rest: Pieces) -> Pieces:
    yield from held
    held.clear()
    yield from rest


def _plain(read: Callable[[int], bytes]) -> Pieces:
    at = 0
    while data := read(PIECE_BYTES):
        yield Piece(data, at)
        at += len(data)


def _reader(pieces: Pieces) -> Callable[[int], bytes]:
    """A function that gives at most so many of the pieces' bytes, none at the end; raises at a break."""
    rest = memoryview(b"")

    def read(size: int) -> bytes:
        nonlocal rest
        while not rest:
            piece = next(pieces, None)
            if piece is None:
                return b""
            if isinstance(piece, Break):
                raise BrokenInput(f"{piece.detail} (byte {piece.offset})")
            rest = memoryview(piece.data)
        data, rest = bytes(rest[:size]), rest[size:]
        return data

    return read


class _Feed:
    """Compressed bytes on their way into a coder; some that went before are kept, to be gone back to."""

    def __init__(self, read: Callable[[int], bytes], step: int) -> None:
        self._read = read
        self._step = step
        self._held = bytearray()
        self._start = 0  # offset of the first byte held
        self.at = 0  # offset of the next byte to be given

    def ahead(self, count: int) -> bytes:
        """The next bytes, which stay; fewer at the end."""
        while self._start + len(self._held) < self.at + count:
            data = self._read(PIECE_BYTES)
            if not data:
                break
            self._held += data
        first = self.at - self._start
        return bytes(self._held[first : first + count])

    def take(self) -> bytes:
        """The next step; empty at the end."""
        data = self.ahead(self._step)
        self.at += len(data)
        if self.at - self._start > 2 * BACK_BYTES:
            self.forget(BACK_BYTES)
        return data

    def forget(self, kept: int = 0) -> None:
        """Keep no more than so many bytes of those that went before."""
        gone = self.at - kept - self._start
        if gone > 0:
            del self._held[:gone]
            self._start += gone

    def skip_zeros(self) -> bool:
        """Pass over padding; false where there is none."""
        before = self.at
        while (data := self.ahead(self._step)) and not data.strip(b"\0"):
            self.at += len(data)
            self.forget()
        self.at += len(data) - len(data.lstrip(b"\0"))
        return self.at > before

    def seek(self, mark: re.Pattern[bytes], offset: int) -> None:
        """Go to the first such mark at or after this offset, or to the end."""
        self.at = max(offset, self._start)
        while not (found := mark.search(self._held, self.at - self._start)):
            self.at = max(self.at, self._start + len(self._held) - MARK_BYTES)
            self.forget()
            if len(self.ahead(PIECE_BYTES)) <= MARK_BYTES:
                self.at = self._start + len(self._held)
                return
        self.at = self._start + found.start()


def _members(read: Callable[[int], bytes], packing: Packing) -> Pieces:
    """The plain bytes of every member; a damaged one gives a `Break`, and the next that can be found follows."""
    feed = _Feed(read, STEP_BYTES[packing])
    make, faults = CODERS[packing](feed)
    mark = MEMBERS[packing]
    while feed.ahead(1):
        start = feed.at
        if mark.match(feed.ahead(MARK_BYTES)):
            fault = yield from _member(make(), feed, faults)
            if fault:
                yield Break(f"{packing} data: {fault}", start)
                feed.seek(mark, start + 1)
            feed.forget()
        elif not feed.skip_zeros():
            yield Break(f"bytes that are no {packing} member", start)
            feed.seek(mark, start + 1)


def _member(coder: Any, feed: _Feed, faults: tuple[type[Exception], ...]) -> Generator[Piece, None, str]:  # noqa: ANN401
    """The plain bytes of one member; returns what is wrong with it, or nothing."""
    offset: int | None = feed.at
    while not coder.eof:
        data = feed.take()
        if not data:
            return "the end is missing"
        try:
            for plain in _decompressed(coder, data):
                yield Piece(plain, offset)
                offset = None
        except faults as error:
            return str(error) or type(error).__name__
    feed.at -= len(coder.unused_data)
    return ""


def _decompressed(coder: Any, data: bytes) -> Iterator[bytes]:  # noqa: ANN401 - three libraries, one shape
    if not isinstance(coder, bz2.BZ2Decompressor):
        if plain := coder.decompress(data):
            yield plain
        return
    while True:
        if plain := coder.decompress(data, BZIP2_STEP_BYTES):
            yield plain
        if coder.eof or coder.needs_input:
            return
        data = b""


def _gzip_coder(feed: _Feed) -> Coder:
    return lambda: zlib.decompressobj(wbits=31), (zlib.error,)


def _bzip2_coder(feed: _Feed) -> Coder:
    return bz2.BZ2Decompressor, (OSError, EOFError)


def _zstd_coder(feed: _Feed) -> Coder:
    """Frames, with the dictionary that a first, skippable frame of a WARC may hold."""
    try:
        import zstandard
    except ImportError:
        raise MissingExtra("Zstandard needs an extra: pip install 'dehusk[zstd]'") from None
    dictionary = None
    if feed.ahead(4) == ZSTD_DICTIONARY:
        length = int.from_bytes(feed.ahead(8)[4:], "little")
        data = feed.ahead(8 + min(length, MAX_DICTIONARY_BYTES))[8:]
        if MEMBERS[Packing.ZSTD].match(data):
            data = zstandard.ZstdDecompressor().decompress(data, MAX_DICTIONARY_BYTES)
        dictionary = zstandard.ZstdCompressionDict(data)
    decompressor = zstandard.ZstdDecompressor(dict_data=dictionary)
    return decompressor.decompressobj, (zstandard.ZstdError,)


CODERS: dict[Packing, Callable[[_Feed], Coder]] = {
    Packing.GZIP: _gzip_coder,
    Packing.ZSTD: _zstd_coder,
    Packing.BZIP2: _bzip2_coder,
}
