"""Inputs as a user names them: files, folders, globs, stores, standard input; opened, unpacked, told apart."""

import glob
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from dehusk.errors import MissingExtra, UnreadableInput
from dehusk.page import Origin
from dehusk.read.framing import Tape
from dehusk.read.jsonl import read_jsonl
from dehusk.read.packed import BrokenInput, Unpacked
from dehusk.read.parquet import read_parquet
from dehusk.read.records import MAX_PAGE_BYTES, Record
from dehusk.read.sniff import PEEK_BYTES, Content, sniff
from dehusk.read.stores import SCHEME, find_keys, open_key
from dehusk.verdict import Skipped, SkipReason

ENDINGS = (".gz", ".zst", ".bz2", ".html", ".htm", ".xhtml", ".txt", ".text", ".jsonl", ".ndjson", ".json", ".warc",
           ".wet", ".arc", ".parquet")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read: its path, or None for standard input, and the id that a page of its own gets.

    `address` is set for an object in a store; `fault` says why there is nothing to open.
    """

    path: Path | None
    id: str
    address: str = ""
    fault: str = ""

    @property
    def name(self) -> str:
        """How messages call it."""
        return self.address or ("standard input" if self.path is None else str(self.path))

    @property
    def origin(self) -> Origin:
        """Where its first record is from."""
        return Origin(self.address or ("-" if self.path is None else str(self.path)))

    def open(self) -> BinaryIO:
        """Its bytes; raises OSError, and `UnreadableInput` for one with a fault."""
        if self.fault:
            raise UnreadableInput(self.fault)
        if self.address:
            return open_key(self.address)
        return sys.stdin.buffer if self.path is None else self.path.open("rb")


def find_sources(inputs: Iterable[str]) -> Iterator[Source]:
    """The files that these inputs name, one by one, folders and globs in sorted order.

    In folders, files and folders whose names begin with a dot are left out. What cannot be looked into is a source
    with a fault.
    """
    for name in inputs:
        path = Path(name)
        if name == "-":
            yield Source(None, "stdin")
        elif name.startswith(SCHEME):
            yield from _find_objects(name)
        elif path.is_dir():
            yield from _find_below(path)
        elif not os.path.lexists(path) and glob.has_magic(name):
            yield from _find_matches(name)
        else:
            yield Source(path, page_id(Path(path.name)))


def _find_objects(address: str) -> Iterator[Source]:
    try:
        for each, key in find_keys(address):
            yield Source(None, page_id(Path(key)), address=each)
    except MissingExtra:
        yield Source(None, page_id(Path(Path(address).name)), address)  # says so when it is opened
    except (OSError, UnreadableInput) as error:
        yield Source(None, page_id(Path(Path(address).name)), address, str(error))


def _find_matches(pattern: str) -> Iterator[Source]:
    found = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - a pattern may be absolute
    if not found:
        yield Source(Path(pattern), pattern, fault="no file matches")
    for name in found:
        if not Path(name).is_dir():
            yield Source(Path(name), page_id(Path(Path(name).name)))


def _find_below(folder: Path) -> Iterator[Source]:
    empty = True
    for source in _walk(folder, folder, ()):
        empty = False
        yield source
    if empty:
        yield Source(folder, folder.name, fault="a folder without files")


def _walk(folder: Path, top: Path, above: tuple[tuple[int, int], ...]) -> Iterator[Source]:
    """The files below a folder, a folder listed at a time; `above` are the folders gone through, to end loops."""
    try:
        about = folder.stat()
        names = sorted(name for name in os.listdir(folder) if not name.startswith("."))  # noqa: PTH208 - names alone
    except OSError as error:
        yield Source(folder, str(folder.relative_to(top)), fault=error.strerror or str(error))
        return
    here = (about.st_dev, about.st_ino)
    if here in above:
        yield Source(folder, str(folder.relative_to(top)), fault="a link to a folder it is in")
        return
    for name in names:
        path = folder / name
        if path.is_dir():
            yield from _walk(path, top, (*above, here))
        else:
            yield Source(path, page_id(path.relative_to(top)), fault=_fault(path))


def _fault(path: Path) -> str:
    """Why a file of a folder is not to be opened; empty for one that is."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return "a link that leads nowhere" if path.is_symlink() else "gone"
    except OSError as error:
        return error.strerror or str(error)
    return "" if stat.S_ISREG(mode) else "no regular file"  # opening a pipe would wait for ever


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
    file = source.origin.file
    try:
        stream = source.open()
        with nullcontext() if stream is sys.stdin.buffer else closing(stream):
            yield from _records(_Opened(stream, source, column))
    except MissingExtra as error:
        yield Skipped(source.id, SkipReason.MISSING_EXTRA, str(error), file)
    except BrokenInput as error:
        yield Skipped(source.id, SkipReason.BROKEN_RECORD, f"{source.name}: {error}", file)
    except (OSError, UnreadableInput) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else " ".join(str(error).split())
        yield Skipped(source.id, SkipReason.UNREADABLE, f"{source.name}: {reason[:300]}", file)


class _Opened:
    """An open source, its compressions taken off."""

    def __init__(self, stream: BinaryIO, source: Source, column: str | None) -> None:
        self.stream = stream
        self.source = source
        self.column = column
        self.unpacked = Unpacked(stream)

    def tape(self) -> Tape:
        """For archives, with the size of a plain file."""
        size = None
        if self.unpacked.depth == 0 and self.source.path is not None and not self.source.address:
            about = os.fstat(self.stream.fileno())
            size = about.st_size if stat.S_ISREG(about.st_mode) else None
        return Tape(self.unpacked.pieces(), self.unpacked.depth, size)


def _records(opened: _Opened) -> Iterator[Record | Skipped]:
    content = sniff(opened.unpacked.peek(PEEK_BYTES), opened.source.name)
    return READERS[content](opened)


def _read_jsonl(opened: _Opened) -> Iterator[Record | Skipped]:
    return read_jsonl(opened.unpacked.file(), opened.source.id, opened.source.origin, opened.column)


def _read_warc(opened: _Opened) -> Iterator[Record | Skipped]:
    from dehusk.read.warc import read_warc

    return read_warc(opened.tape(), opened.source.id, opened.source.origin)


def _read_arc(opened: _Opened) -> Iterator[Record | Skipped]:
    from dehusk.read.warc import read_arc

    return read_arc(opened.tape(), opened.source.id, opened.source.origin)


def _read_parquet(opened: _Opened) -> Iterator[Record | Skipped]:
    """From the file itself, or, where one cannot go back in it, from a copy on the disk."""
    source = opened.source
    if opened.unpacked.depth == 0 and opened.stream.seekable():
        opened.stream.seek(0)
        yield from read_parquet(opened.stream, source.id, source.origin, opened.column)
        return
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(opened.unpacked.file(), copy)
        copy.seek(0)
        yield from read_parquet(copy, source.id, source.origin, opened.column)


def _read_page(opened: _Opened) -> Iterator[Record | Skipped]:
    source = opened.source
    data = opened.unpacked.file().read(MAX_PAGE_BYTES + 1)
    if len(data) > MAX_PAGE_BYTES:
        yield Skipped(source.id, SkipReason.TOO_LARGE, f"more than {MAX_PAGE_BYTES} bytes", source.origin.file)
    else:
        yield Record(source.id, data, origin=source.origin)


def _skip_empty(opened: _Opened) -> Iterator[Record | Skipped]:
    opened.unpacked.file().read(1)  # raises where there is nothing because of damage
    yield Skipped(opened.source.id, SkipReason.EMPTY, "no bytes", opened.source.origin.file)


def _skip_binary(opened: _Opened) -> Iterator[Record | Skipped]:
    yield Skipped(opened.source.id, SkipReason.BINARY, "binary data", opened.source.origin.file)


READERS: dict[Content, Callable[[_Opened], Iterator[Record | Skipped]]] = {
    Content.HTML: _read_page,
    Content.TEXT: _read_page,
    Content.JSONL: _read_jsonl,
    Content.WARC: _read_warc,
    Content.ARC: _read_arc,
    Content.PARQUET: _read_parquet,
    Content.BINARY: _skip_binary,
    Content.EMPTY: _skip_empty,
}
