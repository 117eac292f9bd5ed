"""Inputs as a user names them: files, folders, globs, standard input; opened, unpacked, told apart."""

import bz2
import glob
import gzip
import io
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from dehusk.errors import MissingExtra, UnreadableInput
from dehusk.page import Origin
from dehusk.read.jsonl import read_jsonl
from dehusk.read.records import MAX_PAGE_BYTES, Record
from dehusk.read.sniff import PEEK_BYTES, Content, Packing, sniff, sniff_packing
from dehusk.verdict import Skipped, SkipReason

ENDINGS = (".gz", ".zst", ".bz2", ".html", ".htm", ".xhtml", ".txt", ".text", ".jsonl", ".ndjson", ".json", ".warc",
           ".wet", ".arc", ".parquet")  # fmt: skip
MAX_PACKINGS = 2  # compressions inside one another; a deeper nest is a bomb


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read: the path to open, or None for standard input, and the id that a page of its own gets."""

    path: Path | None
    id: str

    @property
    def name(self) -> str:
        """How messages call it."""
        return "standard input" if self.path is None else str(self.path)

    def open(self) -> BinaryIO:
        """Its bytes; raises OSError."""
        return sys.stdin.buffer if self.path is None else self.path.open("rb")


def find_sources(inputs: Iterable[str]) -> Iterator[Source]:
    """The files that these inputs name, folders and globs in sorted order."""
    for name in inputs:
        path = Path(name)
        if name == "-":
            yield Source(None, "stdin")
        elif path.is_dir():
            for inner in sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith(".")):
                yield Source(inner, page_id(inner.relative_to(path)))
        elif not path.exists() and glob.has_magic(name):
            for found in sorted(glob.glob(name, recursive=True)):
                yield Source(Path(found), page_id(Path(Path(found).name)))
        else:
            yield Source(path, page_id(Path(path.name)))


def page_id(path: Path) -> str:
    """A path without the endings of compressions and formats."""
    name = path.as_posix()
    while any(name.lower().endswith(ending) and len(Path(name).name) > len(ending) for ending in ENDINGS):
        name = name[: name.rfind(".")]
    return name


def read_records(inputs: Iterable[str], column: str | None = None) -> Iterator[Record | Skipped]:
    """All records that these inputs hold, in order, as a stream; what cannot be read is a `Skipped`."""
    for source in find_sources(inputs):
        yield from read_source(source, column)


def read_source(source: Source, column: str | None = None) -> Iterator[Record | Skipped]:
    """The records of one file, told apart by its content."""
    origin = Origin(source.name if source.path else "-")
    try:
        with closing(unpack(source.open())) as stream:
            yield from _records(stream, source, origin, column)
    except MissingExtra as error:
        yield Skipped(source.id, SkipReason.MISSING_EXTRA, str(error), origin.file)
    except (OSError, EOFError, zlib.error, UnreadableInput) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        yield Skipped(source.id, SkipReason.UNREADABLE, f"{source.name}: {reason}", origin.file)


def _records(
    stream: io.BufferedReader, source: Source, origin: Origin, column: str | None
) -> Iterator[Record | Skipped]:
    content = sniff(stream.peek(PEEK_BYTES)[:PEEK_BYTES])
    if content is Content.JSONL:
        yield from read_jsonl(stream, source.id, origin, column)
    elif content is Content.EMPTY:
        yield Skipped(source.id, SkipReason.EMPTY, "no bytes", origin.file)
    elif content is Content.BINARY:
        yield Skipped(source.id, SkipReason.BINARY, "binary data", origin.file)
    else:
        data = stream.read(MAX_PAGE_BYTES + 1)
        if len(data) > MAX_PAGE_BYTES:
            detail = f"more than {MAX_PAGE_BYTES} bytes in one page"
            yield Skipped(source.id, SkipReason.TOO_LARGE, detail, origin.file)
        else:
            yield Record(source.id, data, origin=origin)


def unpack(stream: BinaryIO) -> io.BufferedReader:
    """The stream with its compressions, at most `MAX_PACKINGS`, taken off."""
    buffered = io.BufferedReader(cast(io.RawIOBase, stream), PEEK_BYTES)
    for _ in range(MAX_PACKINGS):
        packing = sniff_packing(buffered.peek(4)[:4])
        if packing is None:
            return buffered
        buffered = io.BufferedReader(cast(io.RawIOBase, _unpacked(buffered, packing)), PEEK_BYTES)
    if sniff_packing(buffered.peek(4)[:4]):
        raise UnreadableInput(f"compressed more than {MAX_PACKINGS} times over")
    return buffered


def _unpacked(stream: io.BufferedReader, packing: Packing) -> BinaryIO:
    if packing is Packing.GZIP:
        return cast(BinaryIO, gzip.GzipFile(fileobj=stream))
    if packing is Packing.BZIP2:
        return cast(BinaryIO, bz2.BZ2File(stream))
    try:
        import zstandard
    except ImportError:
        raise MissingExtra("Zstandard needs an extra: pip install 'dehusk[zstd]'") from None
    return cast(BinaryIO, zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True))
