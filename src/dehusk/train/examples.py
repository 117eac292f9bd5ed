"""Labelled pages, read from files: gold, predictions, honest pages."""

import bz2
import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TextIO, TypeVar, cast
from urllib.parse import urlsplit

import numpy as np

from dehusk.errors import DehuskError, UnreadablePage
from dehusk.page import Page
from dehusk.read import read_page
from dehusk.read.charset import decode
from dehusk.read.inputs import read_records
from dehusk.read.records import Form, Record
from dehusk.spans import Label, Span
from dehusk.train.chars import CODE_OF, NONE, fold, not_space, spans_of
from dehusk.verdict import Skipped

Kind = TypeVar("Kind", str, list[Any])
OPENERS: Mapping[str, Callable[..., TextIO]] = {
    ".gz": cast(Callable[..., TextIO], gzip.open),
    ".bz2": cast(Callable[..., TextIO], bz2.open),
}
MAX_TITLE_CHARS = 160  # a longer first line is a paragraph
MAX_SHOWN_CHARS = 60  # of a value that an error quotes
GOLD_LABELS = frozenset(label.value for label in Label)


class BadLabels(DehuskError):
    """Labelled pages that cannot be used; the message says file, line and reason."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A page and what each stretch of its text is; `html` is its markup, where that is known."""

    id: str
    text: str
    spans: tuple[Span, ...] = ()
    url: str | None = None
    html: str | None = None
    language: str | None = None
    verified: tuple[tuple[int, int], ...] | None = None  # None: all of it
    known_site: str | None = None  # where a table of sites says so

    @property
    def site(self) -> str:
        """The site that a table says, else the host of its address, else its id."""
        return self.known_site or (host_of(self.url) if self.url else None) or self.id


def host_of(url: str) -> str | None:
    """The host that an address names, without `www.`; None where it names none."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def read_labelled(path: Path) -> Iterator[Labelled]:
    """The pages of JSON lines with `id`, `text` and `spans`, or of reports; `-.gz` and `.bz2` are unpacked.

    Of each span `start`, `end`, `label` and `hidden` are read. Raises `BadLabels` for a line that is no such page, for
    spans that overlap or leave the text, and for an id that stands twice.
    """
    seen: dict[str, int] = {}
    for number, line in _lines(path):
        try:
            page = labelled(json.loads(line))
            if page.id in seen:
                raise BadLabels(f"id {page.id!r} stands twice, first on line {seen[page.id]}")
        except (ValueError, RecursionError) as error:
            raise BadLabels(f"{path}, line {number}: not JSON: {error}") from error
        except BadLabels as error:
            raise BadLabels(f"{path}, line {number}: {error}") from error
        seen[page.id] = number
        yield page


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, numbered from 1."""
    try:
        with _open(path) as lines:
            for number, line in enumerate(lines, 1):
                if not line.isspace():
                    yield number, line
    except UnicodeDecodeError as error:
        raise BadLabels(f"{path}: not UTF-8: {error.reason} at byte {error.start}") from error
    except (OSError, EOFError, zlib.error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise BadLabels(f"{path}: cannot be read: {reason}") from error


def _open(path: Path) -> TextIO:
    opener = OPENERS.get(path.suffix)
    return opener(path, "rt", encoding="utf-8") if opener else path.open(encoding="utf-8")


def labelled(row: object) -> Labelled:
    """The page of a row of JSON; raises `BadLabels`."""
    if not isinstance(row, dict):
        raise BadLabels("not an object")
    id, text = _of_type(row, "id", str), _of_type(row, "text", str)
    spans = tuple(_span(span, len(text)) for span in _of_type(row, "spans", list))
    _refuse_overlaps(spans)
    return Labelled(
        id,
        text,
        spans,
        _optional(row, "url"),
        _optional(row, "html"),
        _optional(row, "language") or _optional(row.get("metadata"), "language"),
        _verified(row.get("verified"), len(text)),
    )


def _optional(row: object, name: str) -> str | None:
    value = row.get(name) if isinstance(row, dict) else None
    return value if isinstance(value, str) else None


def _of_type(row: dict[str, Any], name: str, kind: type[Kind]) -> Kind:
    value = row.get(name)
    if not isinstance(value, kind):
        found = "is missing" if name not in row else f"is {_shown(value)}"
        raise BadLabels(f"{name!r} {found}; it must be a {'string' if kind is str else 'list'}")
    return value


def _span(row: object, length: int) -> Span:
    if not isinstance(row, dict):
        raise BadLabels(f"a span is {_shown(row)}; it must be an object")
    start, end = _range((row.get("start"), row.get("end")), length)
    label = row.get("label")
    if not isinstance(label, str) or label not in GOLD_LABELS:
        raise BadLabels(f"span {start}-{end}: unknown label {_shown(label)}")
    return Span(start, end, Label(label), hidden=row.get("hidden") is True)


def _range(given: object, length: int) -> tuple[int, int]:
    """A stretch of a text of this length, not empty."""
    pair = tuple(given) if isinstance(given, tuple | list) else ()
    if len(pair) != 2 or not all(type(offset) is int for offset in pair):
        raise BadLabels(f"offsets {_shown(given)}; they must be two whole numbers")
    start, end = pair
    if not 0 <= start < end <= length:
        raise BadLabels(f"span {start}-{end} leaves the text of {length} characters")
    return start, end


def _refuse_overlaps(spans: Iterable[Span]) -> None:
    last: Span | None = None
    for span in sorted(spans, key=lambda span: span.start):
        if last and span.start < last.end:
            raise BadLabels(f"span {span.start}-{span.end} overlaps {last.start}-{last.end}")
        last = span


def _verified(ranges: object, length: int) -> tuple[tuple[int, int], ...] | None:
    if ranges is None:
        return None
    if not isinstance(ranges, list):
        raise BadLabels(f"'verified' is {_shown(ranges)}; it must be a list of [start, end]")
    return tuple(_range(pair, length) for pair in ranges)


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= MAX_SHOWN_CHARS else f"{shown[: MAX_SHOWN_CHARS - 1]}…"


def read_honest(path: Path) -> Iterator[Labelled]:
    """The pages of a file in the form of `bench/honest`: a head `# id=… | language=…`, then lines `label TAB text`.

    The text of a page is its lines, one a line.
    """
    facts: dict[str, str] = {}
    rows: list[tuple[Label, str]] = []
    for number, line in _lines(path):
        line = line.rstrip("\r\n")
        try:
            if line.startswith("# id="):
                if facts:
                    yield join_lines(facts, rows)
                facts, rows = _facts(line), []
            else:
                rows.append(_row(line))
        except BadLabels as error:
            raise BadLabels(f"{path}, line {number}: {error}") from error
    if facts:
        yield join_lines(facts, rows)


def _facts(head: str) -> dict[str, str]:
    parts = [part.strip().partition("=") for part in head.lstrip("# ").split("|")]
    return {name.strip(): value.strip() for name, _, value in parts}


def _row(line: str) -> tuple[Label, str]:
    name, tab, text = line.partition("\t")
    if not tab or name not in GOLD_LABELS:
        raise BadLabels(f"{_shown(line)} is not a label, a tab and text")
    return Label(name), text


def join_lines(facts: dict[str, str], rows: list[tuple[Label, str]]) -> Labelled:
    """The page of these labelled lines, one a line of its text."""
    text = "\n".join(line for _, line in rows)
    spans = lay(text, ((label, len(fold(line))) for label, line in rows))
    return Labelled(facts["id"], text, spans, facts.get("url"), language=facts.get("language"))


def read_gold(path: Path, text: str) -> tuple[Span, ...]:
    """The spans over `text` of a file of lines `label TAB text` that joined are the text, white space left out.

    Raises `BadLabels` where they are not.
    """
    rows = [_row(line.rstrip("\r\n")) for _, line in _lines(path)]
    if "".join(fold(piece) for _, piece in rows) != fold(text):
        raise BadLabels(f"{path}: its pieces are not the text of the page")
    return lay(text, ((label, len(fold(piece))) for label, piece in rows))


def lay(text: str, pieces: Iterable[tuple[Label, int]]) -> tuple[Span, ...]:
    """The spans over `text` of pieces that follow one another, each so many non-space characters long."""
    codes = np.full(len(text), NONE, np.uint8)
    runs = [np.full(count, CODE_OF[label], np.uint8) for label, count in pieces]
    codes[not_space(text)] = np.concatenate(runs) if runs else ()
    return spans_of(text, codes)


def read_folder(folder: Path) -> Iterator[Labelled]:
    """The pages of `folder/pages`, labelled by `folder/gold/NAME.tsv`."""
    for path in sorted((folder / "pages").iterdir()):
        page = _read(path)
        markup = path.read_text("utf-8") if page.is_html else None
        yield Labelled(page.id, page.text, read_gold(folder / "gold" / f"{page.id}.tsv", page.text), html=markup)


def _read(path: Path) -> Page:
    form = Form.HTML if path.suffix in (".html", ".htm") else Form.TEXT
    try:
        return read_page(Record(path.stem, path.read_bytes(), form))
    except UnreadablePage as error:
        raise BadLabels(f"{path}: {error}") from error


def read_sites(path: Path) -> dict[str, str]:
    """The site of each id, from lines `set TAB id TAB site` below a head; raises `BadLabels`."""
    found: dict[str, str] = {}
    for number, line in _lines(path):
        row = line.rstrip("\r\n").split("\t")
        if len(row) != 3:
            raise BadLabels(f"{path}, line {number}: not a set, an id and a site, set apart by tabs")
        kind, id, site = row
        if (kind, id, site) == ("set", "id", "site"):
            continue
        if found.setdefault(id, site) != site:
            raise BadLabels(f"{path}, line {number}: id {id!r} is of {site} here and of {found[id]} above")
    return found


def read_clean(path: Path) -> Iterator[Labelled]:
    """The pages of a file to plant in: labelled JSON lines, honest pages, or pages without labels, held to be clean.

    A page without labels is article from end to end but for its headline. Raises `BadLabels` for what cannot be read.
    """
    if path.suffix == ".tsv":
        yield from read_honest(path)
        return
    for record in read_records([str(path)]):
        if isinstance(record, Skipped):
            raise BadLabels(f"{path}: {record.reason.value}: {record.detail}")
        try:
            page = _given(record) if "spans" in record.columns else presume(read_page(record), record.data)
        except (UnreadablePage, BadLabels) as error:
            raise BadLabels(f"{path}, page {record.id}: {error}") from error
        yield page


def _given(record: Record) -> Labelled:
    """The page of a row with labels; they are of its own `text`, or of what its markup shows."""
    row: dict[str, object] = {**record.columns, "id": record.id, "url": record.url}
    if record.form != Form.HTML:
        return labelled(row | {"text": record.data})
    return labelled({"text": read_page(record).text} | row | {"html": record.data})


def presume(page: Page, data: bytes | str) -> Labelled:
    """A page without labels as a clean one: the first heading, or a short first line, is title, the rest article."""
    heads = [block for block in page.blocks if block.tag == "h1"] if page.is_html else list(page.blocks[:1])
    head = heads[0] if heads and len(heads[0]) <= MAX_TITLE_CHARS and len(page.blocks) > 1 else None
    codes = np.full(len(page.text), CODE_OF[Label.ARTICLE], np.uint8)
    if head:
        codes[head.start : head.end] = CODE_OF[Label.TITLE]
    markup = (decode(data)[0] if isinstance(data, bytes) else data) if page.is_html else None
    return Labelled(page.id, page.text, spans_of(page.text, codes), page.url, markup)


def with_markup(page: Labelled, folder: Path) -> Labelled:
    """The page with the markup `folder/ID.html` or `folder/ID.html.gz`, if there is such a file."""
    for path in (folder / f"{page.id}.html", folder / f"{page.id}.html.gz"):
        if path.is_file():
            data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            return replace(page, html=decode(data)[0])
    return page
