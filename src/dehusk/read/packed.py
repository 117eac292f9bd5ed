"""Compressed bytes to plain ones, piece by piece: many members, nests, damage and bombs."""

import bz2
import io
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from dehusk.errors import MissingExtra, UnreadableInput
from dehusk.read.sniff import Packing, sniff_packing

PIECE_BYTES = 65536  # read at once from plain files
MAX_PACKINGS = 2  # compressions inside one another; a deeper nest is a bomb
FREE_BYTES = 256 * 2**20  # what any file may expand to
MAX_RATIO = 250  # plain to compressed beyond that; text has 3 to 30, runs of one byte 1,000 and more
BACK_BYTES = 2**20  # kept of a member: where it breaks, the next may have begun before that is seen
# Fed at once, so that one step gives at most some 32 MB: deflate expands 1,032 times, a Zstandard block 32,768 times.
STEP_BYTES = {Packing.GZIP: 16384, Packing.ZSTD: 1024, Packing.BZIP2: 4096}
BZIP2_STEP_BYTES = 2**20  # given at once; bzip2 has no limit of its own
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


Pieces = Iterator[Piece | Break]


class _Coder(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


class Unpacked:
    """The plain bytes of a stream: as pieces, or to be read as a file that ends at its first break."""

    def __init__(self, stream: BinaryIO) -> None:
        self.is_plain = True
        self._source = _Counted(stream)
        self._pieces = _plain(self._source.read)
        for _ in range(MAX_PACKINGS + 1):
            head = self.peek(4)
            packing = sniff_packing(head)
            if packing is None:
                return
            self._nest(packing)
        raise UnreadableInput(f"compressed more than {MAX_PACKINGS} times over")

    def _nest(self, packing: Packing) -> None:
        inner = _reader(self._pieces)
        self._pieces = self._guarded(_members(inner, packing))
        self.is_plain = False

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
        """All of it as a file; reading raises UnreadableInput at a break."""
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

    def readinto(self, target: "io.WriteableBuffer") -> int:  # type: ignore[name-defined]
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
                raise UnreadableInput(f"{piece.detail} (byte {piece.offset})")
            rest = memoryview(piece.data)
        data, rest = bytes(rest[:size]), rest[size:]
        return data

    return read


def _members(read: Callable[[int], bytes], packing: Packing) -> Pieces:
    """The plain bytes of every member; a damaged one gives a `Break`, and the next that can be found follows."""
    feed = _Feed(read, STEP_BYTES[packing])
    make = _maker(packing, feed)
    while feed.fill():
        start = feed.at
        if not MEMBERS[packing].match(feed.ahead(9)):
            if feed.skip_zeros():
                continue
            yield Break(f"bytes that are no {packing} member", start)
            feed.seek(MEMBERS[packing], start)
            continue
        fault = yield from _member(make(), feed, start)
        if fault:
            yield Break(f"{packing} data: {fault}", start)
            feed.seek(MEMBERS[packing], start + 1)
        feed.forget()


def _member(coder: _Coder, feed: "_Feed", start: int) -> "Iterator[Piece | Break]":  # type: ignore[misc]
    """The plain bytes of one member; returns what is wrong with it, or nothing."""
    offset: int | None = start
    while not coder.eof:
        data = feed.take()
        if not data:
            return "the end is missing"
        try:
            plain = coder.decompress(data)
        except FAULTS as error:
            return str(error) or type(error).__name__
        if plain:
            yield Piece(plain, offset)
            offset = None
    feed.give_back(len(coder.unused_data))
    return ""
