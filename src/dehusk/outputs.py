"""Where reports go: standard output, a file, a folder; a finished name means a finished file."""

import gzip
import json
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol, cast

from dehusk.dolma import FOLDER, attributes_path, skipped_attributes
from dehusk.formats import Format, Rendered, View
from dehusk.names import Names, safe_stem
from dehusk.parquet import ParquetWriter, Row, reports_schema
from dehusk.verdict import Skipped
from dehusk.wire import dump_skipped, dumps, load_report

Add = Callable[[Rendered | Skipped], None]
PART = ".part"  # the ending of a file that is being written
FOLDER_PART = ".dehusk.part"  # the one file in a folder that is being written
MAX_HTML_PAGES = 200  # more, and a browser labours
TITLE = "dehusk"  # of an HTML file of many pages
FORM_FEED_LINE = b"\f\n"
GZIP_LEVEL = 6
STDIN_FILE = "-"  # how the origin of what came through standard input is written


class Sheet(Protocol):
    """Puts pages together in one stream."""

    def add(self, body: bytes) -> None:
        """One page more."""

    def end(self) -> None:
        """No page more."""


class Joined:
    """Pages one after another, with something between them."""

    def __init__(self, stream: IO[bytes], between: bytes) -> None:
        self.stream = stream
        self.between = between
        self.begun = False

    def add(self, body: bytes) -> None:
        """One page more."""
        self.stream.write(self.between + body if self.begun else body)
        self.stream.flush()
        self.begun = True

    def end(self) -> None:
        """Nothing comes after the last page."""


class HtmlSheet:
    """An HTML file of the first `MAX_HTML_PAGES` pages."""

    def __init__(self, stream: IO[bytes], title: str) -> None:
        from dehusk.html import html_head

        self.stream = stream
        self.total = 0
        stream.write(html_head(title).encode("utf-8", "replace"))

    @property
    def shown(self) -> int:
        """The number of pages in the file."""
        return min(self.total, MAX_HTML_PAGES)

    def add(self, body: bytes) -> None:
        """One page more, drawn if there is room."""
        from dehusk.html import html_page

        self.total += 1
        if self.total <= MAX_HTML_PAGES:
            self.stream.write(html_page(load_report(json.loads(body)), self.total).encode())

    def end(self) -> None:
        """The foot, which says how many are not shown; so does standard error."""
        from dehusk.html import html_foot

        self.stream.write(html_foot(self.shown, self.total).encode())
        if self.shown < self.total:
            sys.stderr.write(f"dehusk: the HTML file shows the first {self.shown} of {self.total} pages\n")


@dataclass(frozen=True, slots=True)
class Binding:
    """How the pages of a format are put together, and how a file of them ends."""

    ending: str
    sheet: Callable[[IO[bytes], str], Sheet]


def _joined(between: bytes) -> Callable[[IO[bytes], str], Sheet]:
    return lambda stream, _title: Joined(stream, between)


BINDINGS: Mapping[Format, Binding] = {
    Format.TEXT: Binding(".txt", _joined(FORM_FEED_LINE)),
    Format.MARKDOWN: Binding(".md", _joined(FORM_FEED_LINE)),
    Format.JSONL: Binding(".jsonl", _joined(b"")),
    Format.TERMINAL: Binding(".txt", _joined(b"\n")),
    Format.HTML: Binding(".html", HtmlSheet),
}


def open_output(out: Path | None, view: View) -> AbstractContextManager[Add]:
    """What takes each report: left without an error, all files have their names; left with one, none half written."""
    if out is None:
        return to_stream(sys.stdout.buffer, view.format, TITLE)
    if view.format is Format.PARQUET:
        return to_parquet(out, view)
    if view.format is Format.DOLMA:
        return to_dolma(out)
    return to_file(out, view.format) if is_file(out) else to_folder(out, view.format)


def is_file(out: Path) -> bool:
    """Whether an output is one file: it has an ending, and no folder is there; or it is a device or a pipe."""
    return not out.is_dir() and (bool(out.suffix) or (out.exists() and not out.is_file()))


def own_files(out: Path, format: Format) -> frozenset[Path]:
    """The files and the folder that an output is written to; not to be taken for inputs.

    Attributes of Dolma may stand in the folder of their documents.
    """
    out = out.resolve()
    skips = f"{out.name}.skipped.jsonl"
    beside = frozenset(out.with_name(name) for name in (out.name + PART, skips, skips + PART))
    return beside | {out / FOLDER if format is Format.DOLMA else out}


@contextmanager
def to_stream(stream: IO[bytes], format: Format, title: str) -> Iterator[Add]:
    """All pages into a stream."""
    sheet = BINDINGS[format].sheet(stream, title)
    yield lambda item: sheet.add(_bytes(item)) if isinstance(item, Rendered) else None
    sheet.end()
    stream.flush()


@contextmanager
def to_file(path: Path, format: Format) -> Iterator[Add]:
    """All pages into one file."""
    with beside(path) as stream, to_stream(stream, format, TITLE) as add:
        yield add


@contextmanager
def to_folder(folder: Path, format: Format) -> Iterator[Add]:
    """Each page into a file named by its id."""
    folder.mkdir(parents=True, exist_ok=True)
    binding, names, part = BINDINGS[format], Names(), folder / FOLDER_PART

    def add(item: Rendered | Skipped) -> None:
        if isinstance(item, Rendered):
            with part.open("wb") as stream, to_stream(stream, format, item.id) as write:
                write(item)
            part.replace(folder / f"{names.give(safe_stem(item.id))}{binding.ending}")

    try:
        yield add
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def to_parquet(path: Path, view: View) -> Iterator[Add]:
    """All reports into a Parquet file."""
    schema = reports_schema(claims=view.claims, bytes=view.bytes)
    with beside(path) as stream:
        writer = ParquetWriter(stream, schema)

        def add(item: Rendered | Skipped) -> None:
            if isinstance(item, Rendered):
                assert isinstance(item.body, Row)
                writer.add(item.body)

        yield add
        writer.finish()


@contextmanager
def to_dolma(folder: Path) -> Iterator[Add]:
    """A file of attributes for each file of documents: one line a record, in order, a skipped record's empty."""
    folder.mkdir(parents=True, exist_ok=True)
    names = Names()
    with ExitStack() as last:
        files: dict[str | None, IO[bytes]] = {}  # the one that is being written

        def add(item: Rendered | Skipped) -> None:
            line = _bytes(item) if isinstance(item, Rendered) else skipped_attributes(item).encode()
            if not line:
                return
            if item.file not in files:
                files.clear()
                last.close()
                path = attributes_path("stdin" if item.file in (None, STDIN_FILE) else str(item.file))
                files[item.file] = last.enter_context(_packed(folder / names.give_path(path)))
            files[item.file].write(line)

        yield add


@contextmanager
def _packed(path: Path) -> Iterator[IO[bytes]]:
    """A file in gzip, with nothing in it of when and where it was written."""
    with beside(path) as stream, gzip.GzipFile("", "wb", GZIP_LEVEL, stream, mtime=0) as packed:
        yield cast(IO[bytes], packed)


@contextmanager
def beside(path: Path) -> Iterator[IO[bytes]]:
    """A stream into a file that gets its name when it is whole; what is no plain file is written as it stands."""
    if path.exists() and not stat.S_ISREG(path.stat().st_mode):
        with path.open("wb") as stream:
            yield stream
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + PART)
    try:
        with part.open("wb") as stream:
            yield stream
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    part.replace(path)


@contextmanager
def open_skips(out: Path | None) -> Iterator[Callable[[Skipped], None]]:
    """What takes each skip: `OUT.skipped.jsonl`, or standard error; no file where nothing was skipped."""
    if out is None or (out.exists() and not out.is_dir() and not out.is_file()):
        yield lambda skipped: _write_error(json.dumps(dump_skipped(skipped)))
        return
    path = out.with_name(f"{out.name}.skipped.jsonl")
    with ExitStack() as opened:
        streams: list[IO[bytes]] = []

        def add(skipped: Skipped) -> None:
            if not streams:
                streams.append(opened.enter_context(beside(path)))
            streams[0].write(f"{dumps(dump_skipped(skipped))}\n".encode())

        yield add
        if not streams:
            path.unlink(missing_ok=True)


def _write_error(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _bytes(rendered: Rendered) -> bytes:
    assert isinstance(rendered.body, bytes)
    return rendered.body
