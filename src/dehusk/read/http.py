"""An HTTP response as archives hold it: header and body parted, transfer and content codings undone."""

import io
import re
import zlib
from collections.abc import Callable

from fastwarc.stream_io import BrotliReader, ZstdReader
from fastwarc.warc import HeaderMap

from dehusk.errors import TooLarge, UnreadablePage
from dehusk.read.records import MAX_PAGE_BYTES
from dehusk.read.sniff import is_binary

MAX_HEAD_BYTES = 65536  # of a header; servers send at most some 16 KB
MAX_CODINGS = 3  # one over another; more is an attack
STEP_BYTES = 65536  # decompressed at once: what came before damage is kept
MAX_CHUNKS = 200_000  # of one body; servers send some KB in each
MAX_MEMBERS = 100  # of one gzip body; real ones have one
BLANK = re.compile(rb"\r?\n\r?\n")
LINE_END = re.compile(rb"\r?\n")
CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([\w:.-]{1,40})""", re.I)
CHUNK = re.compile(rb"[ \t\r\n]{0,4}([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,200})?\r?\n")
NEXT_CHUNK = re.compile(rb"\r?\n([0-9a-fA-F]{1,8})[ \t]*\r?\n")


def parse_header(head: bytes) -> HeaderMap:
    """The fields under a first line, whatever its lines end with; raises `UnreadablePage` for one that never ends."""
    header = HeaderMap()
    if head.count(b"\n") != head.count(b"\r\n"):
        head = LINE_END.sub(b"\r\n", head)
    try:
        header.parse(io.BytesIO(head))
    except OSError as error:
        raise UnreadablePage(str(error)) from None
    return header


def part_response(block: bytes) -> tuple[HeaderMap, bytes]:
    """The header and the body, as sent."""
    blank = BLANK.search(block, 0, MAX_HEAD_BYTES)
    end = blank.end() if blank else len(block)
    return parse_header(block[:end]), block[end:]


def media_type(content_type: str | None) -> str:
    """The type alone, in small letters; empty where none is given."""
    return (content_type or "").partition(";")[0].strip().lower()


def charset_of(content_type: str | None) -> str | None:
    """The charset that a Content-Type names."""
    found = CHARSET.search(content_type or "")
    return found[1] if found else None


def undo_codings(header: HeaderMap, body: bytes, *, cut: bool = False) -> bytes:
    """The body as it was before it was coded for sending.

    Archives often store what was undone already beside a header that still names the coding; such bodies are left as
    they are. Of a body that is known to be `cut` as much is given as can be read. Raises `UnreadablePage` for damaged
    data and unknown codings, `TooLarge` past `MAX_PAGE_BYTES`.
    """
    if "chunked" in (header.get("Transfer-Encoding") or "").lower():
        body = join_chunks(body)
    codings = [name.strip().lower() for name in (header.get("Content-Encoding") or "").split(",")]
    if len(codings) > MAX_CODINGS:
        raise UnreadablePage(f"{len(codings)} content codings")
    for coding in reversed(codings):
        if body and coding not in ("", "identity", "none"):
            body = _undo(coding, body, cut)
    return body


def join_chunks(body: bytes) -> bytes:
    """The data of a chunked body; what cannot be chunks is left as it is.

    After a chunk of a wrong size, the next one is where a size stands that holds. Raises `UnreadablePage` past
    `MAX_CHUNKS`.
    """
    pieces: list[bytes] = []
    at = 0
    while found := CHUNK.match(body, at):
        if len(pieces) == MAX_CHUNKS:
            raise UnreadablePage(f"more than {MAX_CHUNKS} chunks")
        size = int(found[1], 16)
        if size == 0:
            return b"".join(pieces)
        at = found.end()
        end = at + size
        if end < len(body) and body[end : end + 1] not in b"\r\n":
            end = _next_chunk(body, at)
        pieces.append(body[at:end])
        at = end
    return b"".join([*pieces, body[at:].removeprefix(b"\r\n") if pieces else body])


def _next_chunk(body: bytes, at: int) -> int:
    """Where the chunk that begins at `at` ends, by the next size that holds; the body's end if there is none."""
    for found in NEXT_CHUNK.finditer(body, at):
        end = found.end() + int(found[1], 16)
        if end == found.end() or (end < len(body) and body[end : end + 1] in b"\r\n"):
            return found.start()
    return len(body)


def _undo(coding: str, body: bytes, cut: bool) -> bytes:
    undo = CODINGS.get(coding)
    plain, whole = undo(body) if undo else (b"", False)
    if whole or (cut and plain):
        return plain
    if is_binary(body):
        raise UnreadablePage(f"the {coding} body is damaged" if undo else f"unknown content coding {coding[:40]}")
    return body


def _gunzip(body: bytes) -> tuple[bytes, bool]:
    pieces: list[bytes] = []
    whole = False
    for _ in range(MAX_MEMBERS):
        if not body.startswith(b"\x1f\x8b"):
            break
        plain, whole, body = _inflate(body, 31)
        pieces.append(plain)
    return _checked(b"".join(pieces)), whole


def _deflate(body: bytes) -> tuple[bytes, bool]:
    """With the zlib header that the standard asks for, or without, as many servers send it."""
    first = _inflate(body, 15)
    plain, whole, _ = first if first[1] else max(first, _inflate(body, -15), key=lambda each: (each[1], len(each[0])))
    return _checked(plain), whole


def _inflate(body: bytes, wbits: int) -> tuple[bytes, bool, bytes]:
    """The plain bytes up to the limit or to damage, whether the end was reached, and what comes after it."""
    coder = zlib.decompressobj(wbits)
    plain = bytearray()
    at = 0
    while at < len(body) and not coder.eof and len(plain) <= MAX_PAGE_BYTES:
        step = body[at : at + STEP_BYTES]
        at += len(step)
        try:
            plain += coder.decompress(step, MAX_PAGE_BYTES + 1 - len(plain))
        except zlib.error:
            break
        at -= len(coder.unconsumed_tail)
    return bytes(plain), coder.eof, coder.unused_data + body[at:]


def _brotli(body: bytes) -> tuple[bytes, bool]:
    return _read_all(lambda: BrotliReader(io.BytesIO(body)).read(MAX_PAGE_BYTES + 1))


def _zstd(body: bytes) -> tuple[bytes, bool]:
    return _read_all(lambda: ZstdReader(io.BytesIO(body)).read(MAX_PAGE_BYTES + 1))


def _read_all(read: Callable[[], bytes]) -> tuple[bytes, bool]:
    try:
        plain = read()
    except OSError:
        return b"", False
    return _checked(plain), True


def _checked(plain: bytes) -> bytes:
    if len(plain) > MAX_PAGE_BYTES:
        raise TooLarge(f"a coded body of more than {MAX_PAGE_BYTES} bytes")
    return plain


CODINGS: dict[str, Callable[[bytes], tuple[bytes, bool]]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
