"""What bytes are, told by their content."""

import re
from enum import StrEnum

PEEK_BYTES = 65536
HTML_START = re.compile(
    rb"\A(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|title|meta|div|p|h[1-6]|article|main"
    rb"|section|table|script|style|link|ul|ol|span|a|b|br|center|font|nav|header|frameset)\b",
    re.I | re.S,
)
HTML_TAGS = re.compile(rb"</(?:p|div|a|li|td|span|h[1-6]|script|body|html|head|title)\s*>", re.I)
MIN_HTML_TAGS = 3  # closing tags in the first bytes of something that starts otherwise
MAX_CONTROL_SHARE = 0.05  # of the first bytes; text has hardly any control characters
CONTROLS = bytes(set(range(32)) - {7, 8, 9, 10, 11, 12, 13, 27})
WARC_START = re.compile(rb"\s{0,100}WARC/\d\.\d\s")
WARC_LINE = re.compile(rb"WARC/\d\.\d\r?\n")
ARCHIVE_NAME = re.compile(r"\.(?:warc|wet|wat)\b", re.I)
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
BINARY_MARKS = (b"%PDF-", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"\x7fELF", b"RIFF", b"OggS", b"ID3",
                b"wOFF", b"wOF2")  # fmt: skip


class Content(StrEnum):
    """The formats that are told apart."""

    HTML = "html"
    TEXT = "text"
    JSONL = "jsonl"
    WARC = "warc"
    ARC = "arc"
    PARQUET = "parquet"
    BINARY = "binary"
    EMPTY = "empty"


class Packing(StrEnum):
    """The compressions that are told apart."""

    GZIP = "gzip"
    ZSTD = "zstd"
    BZIP2 = "bzip2"


PACKING_MARKS = {
    Packing.GZIP: re.compile(rb"\x1f\x8b"),
    Packing.ZSTD: re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"),  # a frame, or a skippable one before it
    Packing.BZIP2: re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"),
}
PACKING_MARK_BYTES = 10  # the longest of these


def sniff_packing(head: bytes) -> Packing | None:
    """The compression that these first bytes show."""
    return next((packing for packing, mark in PACKING_MARKS.items() if mark.match(head)), None)


def sniff(head: bytes, name: str = "") -> Content:
    """The format that these first bytes, up to `PEEK_BYTES`, show; `name` tells of an archive that begins damaged."""
    if not head:
        return Content.EMPTY
    if WARC_START.match(head) or (ARCHIVE_NAME.search(name) and WARC_LINE.search(head)):
        return Content.WARC
    if head.startswith(b"filedesc://"):
        return Content.ARC
    if head.startswith(b"PAR1"):
        return Content.PARQUET
    if is_binary(head):
        return Content.BINARY
    if re.match(rb'\A(?:\xef\xbb\xbf)?\s*\{\s*("|\})', head) and b"\n" in head.strip() + b"\n":
        return Content.JSONL
    return Content.HTML if is_html(head) else Content.TEXT


def is_binary(head: bytes) -> bool:
    """Whether these bytes are no text in any encoding."""
    if head.startswith(BINARY_MARKS):
        return True
    if head.startswith(UTF16_MARKS):
        return False
    head = head[:PEEK_BYTES]
    return len(head) - len(head.translate(None, CONTROLS)) > MAX_CONTROL_SHARE * len(head)


def is_html(head: bytes | str) -> bool:
    """Whether this is markup."""
    data = head[:PEEK_BYTES].encode("utf-8", "replace") if isinstance(head, str) else head[:PEEK_BYTES]
    if data.startswith(UTF16_MARKS):
        data = data.replace(b"\0", b"")
    return bool(HTML_START.match(data)) or (len(HTML_TAGS.findall(data)) >= MIN_HTML_TAGS and b"<" in data[:200])
