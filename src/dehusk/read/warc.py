"""Web archives: WARC, WET and ARC records to records of pages."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from dehusk.errors import TooLarge, UnreadablePage
from dehusk.page import Origin
from dehusk.read.framing import MAX_LENGTH_DIGITS, Broken, Format, Frame, Tape, read_frames
from dehusk.read.http import MAX_HEAD_BYTES, charset_of, media_type, parse_header, part_response, undo_codings
from dehusk.read.records import MAX_PAGE_BYTES, Form, Record
from dehusk.read.sniff import HTML_START, is_binary, is_html
from dehusk.verdict import Skipped, SkipReason

MAX_BLOCK_BYTES = MAX_PAGE_BYTES + MAX_HEAD_BYTES
MAX_EXCESS_BYTES = 64  # of blank lines or remains after a body; more, and the server's length is of something else
PAGE_TYPES = frozenset(["response", "resource", "conversion"])
PAGE_SCHEMES = frozenset(["", "http", "https", "ftp", "file"])
FORMS = {"text/html": Form.HTML, "application/xhtml+xml": Form.HTML, "text/plain": Form.AUTO}
# What servers say of a file they know nothing of; its content decides.
UNSURE_TYPES = frozenset(["", "*/*", "no-type", "unk", "unknown", "unknown/unknown", "text", "html", "text/*",
                          "application/octet-stream", "application/unknown", "application/x-unknown-content-type",
                          "text/xml", "application/xml", "application/vnd.wap.xhtml+xml"])  # fmt: skip
LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*([^\r\n]*)", re.I | re.M)
# Records that are no pages, and so no loss; the first of an ARC file tells of the file.
PASSED = re.compile(
    rb"WARC/[^\n]*\n(?:[^\n]*\n)*?warc-type[ \t]*:[ \t]*(warcinfo|request|metadata|revisit)[ \t]*\r?\n|(filedesc):",
    re.I,
)
WARC_START = re.compile(rb"WARC/\d\.\d{1,2}[ \t]*\r?\n[\w-]{1,64}[ \t]*:")
WARC_HEAD = re.compile(rb"WARC/\d\.\d{1,2}[ \t]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n")
ARC_HEAD = re.compile(
    rb"^(?P<url>[a-z][a-z0-9+.-]{1,20}:[^\s][^\r\n]{0,8000})"
    rb" (?P<ip>\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}:[0-9a-f:]{1,35}) (?P<date>\d{8,18})"
    rb" (?P<type>[^\r\n ]{0,200})(?: [^\r\n]{1,2000})? (?P<length>-?\w{1,20})\r?\n",
    re.I | re.M,
)


def _warc_length(head: re.Match[bytes]) -> bytes:
    found = LENGTH.search(head[0])
    return found[1].strip() if found else b""


WARC = Format(WARC_HEAD, WARC_START, 96, _warc_length)
ARC = Format(ARC_HEAD, ARC_HEAD, 8192, lambda head: head["length"])


@dataclass(frozen=True, slots=True)
class _Head:
    """What a record's own header says."""

    id: str
    type: str
    url: str
    date: str
    content_type: str | None
    is_cut: bool = False  # the crawler stored the first part only, and says so
    is_segment: bool = False


def read_warc(tape: Tape, id: str, origin: Origin) -> Iterator[Record | Skipped]:
    """The pages of a WARC or WET file; records that are no pages are passed over."""
    return _read(tape, WARC, id, origin)


def read_arc(tape: Tape, id: str, origin: Origin) -> Iterator[Record | Skipped]:
    """The pages of an ARC file."""
    return _read(tape, ARC, id, origin)


def _read(tape: Tape, form: Format, id: str, origin: Origin) -> Iterator[Record | Skipped]:
    passed: Counter[str] = Counter()
    number = given = 0
    for frame in map(_mend, read_frames(tape, form, MAX_BLOCK_BYTES)):
        here = replace(origin, record=number, offset=frame.offset)
        number += 1
        if isinstance(frame, Frame) and (found := PASSED.match(frame.head)):
            passed[(found[1] or found[2]).decode().lower()] += 1
        else:
            given += 1
            head = _warc_head(frame.head, id) if form is WARC else _arc_head(frame.head, id)
            yield _page(frame, head, here)
        if isinstance(frame, Frame) and frame.rest:
            given += 1
            detail = f"no record: {frame.rest} bytes after record {number - 1}"
            yield _skip(id, SkipReason.BROKEN_RECORD, detail, replace(origin, record=number))
            number += 1
    if not given:
        counts = ", ".join(f"{count} {type}" for type, count in sorted(passed.items()))
        yield _skip(id, SkipReason.EMPTY, f"no page among its records ({counts})", replace(origin, record=number))


def _mend(frame: Frame | Broken) -> Frame | Broken:
    """The whole record, where its length is wrong but the server's own Content-Length says that all is there."""
    data = frame.block or b""
    if isinstance(frame, Frame):
        if not frame.tail:
            return frame
        data += frame.tail
    if not data.startswith(b"HTTP/"):
        return frame
    try:
        header, body = part_response(data)
    except UnreadablePage:
        return frame
    length = header.get("Content-Length") or ""
    if not (
        length.isdecimal() and len(length) < MAX_LENGTH_DIGITS and 0 <= len(body) - int(length) <= MAX_EXCESS_BYTES
    ):
        return frame
    end = len(data) - len(body) + int(length)
    return Frame(frame.head, end, data[:end], frame.offset)


def _warc_head(data: bytes, id: str) -> _Head:
    if not data:
        return _Head(id, "", "", "", None)
    try:
        header = parse_header(data)
    except UnreadablePage:
        return _Head(id, "", "", "", None)
    return _Head(
        header.get("WARC-Record-ID") or id,
        (header.get("WARC-Type") or "").strip().lower(),
        (header.get("WARC-Target-URI") or "").strip().removeprefix("<").removesuffix(">"),  # as old wget wrote it
        header.get("WARC-Date") or "",
        header.get("Content-Type"),
        header.get("WARC-Truncated") is not None,
        header.get("WARC-Segment-Number") is not None,
    )


def _arc_head(data: bytes, id: str) -> _Head:
    found = ARC_HEAD.match(data)
    if not found:
        return _Head(id, "", "", "", None)
    url, date, type = (found[name].decode("utf-8", "replace") for name in ("url", "date", "type"))
    return _Head(id, "response", url, _iso(date), type)


def _iso(date: str) -> str:
    """An ARC date, YYYYMMDDhhmmss, as WARC writes it; any other as it is."""
    try:
        return datetime.strptime(date[:14], "%Y%m%d%H%M%S").strftime("%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return date


def _page(frame: Frame | Broken, head: _Head, origin: Origin) -> Record | Skipped:
    if isinstance(frame, Broken):
        return _skip(head.id, SkipReason.BROKEN_RECORD, frame.detail, origin)
    if head.type not in PAGE_TYPES:
        return _skip(head.id, SkipReason.NOT_HTML, f"a record of type {head.type[:40]!r}", origin)
    if head.is_segment:
        return _skip(head.id, SkipReason.BROKEN_RECORD, "one segment of a page; segments are not joined", origin)
    if frame.block is None:
        return _skip(head.id, SkipReason.TOO_LARGE, f"{frame.length} bytes", origin)
    if ":" in head.url and head.url.partition(":")[0].lower() not in PAGE_SCHEMES:
        return _skip(head.id, SkipReason.NOT_HTML, f"no web address: {head.url[:80]}", origin)
    try:
        return _read_block(frame.block, head, origin)
    except TooLarge as error:
        return _skip(head.id, SkipReason.TOO_LARGE, str(error), origin)
    except UnreadablePage as error:
        return _skip(head.id, SkipReason.BROKEN_RECORD, str(error), origin)


def _read_block(block: bytes, head: _Head, origin: Origin) -> Record | Skipped:
    content_type, body, header = head.content_type, block, None
    if block.startswith(b"HTTP/") and head.type != "conversion":
        header, body = part_response(block)
        content_type = header.get("Content-Type")
    media = media_type(content_type)
    if media not in FORMS and media not in UNSURE_TYPES and not HTML_START.match(body):
        return _skip(head.id, SkipReason.NOT_HTML, media[:80], origin)
    if header is not None:
        body = undo_codings(header, body, cut=head.is_cut)
    if not body.strip():
        return _skip(head.id, SkipReason.EMPTY, "no body", origin)
    if len(body) > MAX_PAGE_BYTES:
        return _skip(head.id, SkipReason.TOO_LARGE, f"{len(body)} bytes", origin)
    if (not HTML_START.match(body) and is_binary(body)) or (media in UNSURE_TYPES and not is_html(body)):
        return _skip(head.id, SkipReason.NOT_HTML, f"no text, declared as {media[:80] or 'nothing'}", origin)
    form = Form.TEXT if head.type == "conversion" else FORMS.get(media, Form.AUTO)
    columns = {"date": head.date, "file_path": origin.file}
    return Record(head.id, body, form, head.url or None, charset_of(content_type), origin, columns)


def _skip(id: str, reason: SkipReason, detail: str, origin: Origin) -> Skipped:
    return Skipped(id, reason, detail, origin.file, origin.record)
