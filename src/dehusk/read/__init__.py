"""Bytes in, pages out."""

from dataclasses import replace

from dehusk.errors import TooLarge, UnreadablePage
from dehusk.page import Page
from dehusk.read.charset import decode
from dehusk.read.html import read_html
from dehusk.read.records import MAX_PAGE_BYTES, Form, Record
from dehusk.read.sniff import is_binary, is_html
from dehusk.read.text import read_text


def read_page(record: Record) -> Page:
    """The page of a record.

    Raises `TooLarge` past `MAX_PAGE_BYTES` (16 MiB) or the limit on nodes, and `UnreadablePage` for bytes that are
    no text.
    """
    if len(record.data) > MAX_PAGE_BYTES:
        raise TooLarge(f"{len(record.data)} bytes; at most {MAX_PAGE_BYTES} are read")
    text, lossy = _text(record)
    if record.form is Form.HTML or (record.form is Form.AUTO and is_html(text)):
        page = read_html(text, record.id, record.url)
    else:
        page = read_text(text, record.id, record.url)
    return replace(page, origin=replace(record.origin, lossy=lossy), columns=record.columns)


def _text(record: Record) -> tuple[str, bool]:
    """The decoded text, fit to be encoded again, and whether something was replaced by U+FFFD."""
    if isinstance(record.data, bytes):
        if is_binary(record.data):
            raise UnreadablePage("binary data")
        return decode(record.data, record.charset)
    text = record.data.removeprefix("\ufeff")
    if text.isascii():
        return text, False
    sound = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if _has_surrogates(text) else text
    return sound, sound is not text


def _has_surrogates(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False
