"""Which encoding bytes are in: byte order mark, then UTF-8 if it fits, then declaration, then detection."""

import codecs
import re

from charset_normalizer import from_bytes

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
HEAD_BYTES = 4096  # browsers look for a declaration in the first 1,024; real pages are later
SAMPLE_BYTES = 65536  # enough for detection, and bounded
MAX_BAD_SHARE = 0.002  # of a UTF-8 text's characters: a few cut sequences do not make it another encoding
DECLARED = re.compile(rb"""charset\s*=\s*["']?\s*([\w:.-]+)|<\?xml[^>]{0,200}encoding\s*=\s*["']([\w:.-]+)""", re.I)
# What browsers read these labels as (WHATWG Encoding Standard, section 4.2).
WHATWG = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "big5": "big5hkscs",
    "x-euc-jp": "euc_jp",
    "utf8": "utf-8",
    "unicode": "utf-8",
    "utf-16": "utf-8",  # a page whose declaration could be read as ASCII is not in UTF-16
    "utf-16le": "utf-8",
    "utf-16be": "utf-8",
}


def decode(data: bytes, charset: str | None = None) -> tuple[str, bool]:
    """The text of `data`, and whether bytes were lost (replaced by U+FFFD).

    `charset` is what a transport header declared. A byte order mark decides and is not part of the text. Bytes that
    are valid UTF-8 are read so whatever is declared, since wrong declarations are common and chance fits are not.
    """
    for mark, name in BOMS:
        if data.startswith(mark):
            return _decode(data[len(mark) :], name)
    try:
        return data.decode("utf-8"), False
    except UnicodeDecodeError:
        pass
    named = [charset or "", *_declared(data)]
    if any(codec_of(name) == "utf-8" for name in named) and _is_nearly_utf8(data):
        return data.decode("utf-8", "replace"), True
    for name in filter(None, map(codec_of, named)):
        text, lossy = _decode(data, name)
        if not lossy and name != "utf-8" and not _has_controls(text):
            return text, False
    return _detect(data)


def _decode(data: bytes, name: str) -> tuple[str, bool]:
    try:
        return data.decode(name), False
    except UnicodeDecodeError:
        return data.decode(name, "replace"), True


# Python's names of the encodings that browsers know (WHATWG Encoding Standard); others are no declaration at all.
KNOWN = frozenset(codecs.lookup(name).name for name in [
    "utf-8", "ibm866", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "gbk", "gb18030", "big5", "big5hkscs", "euc_jp",
    "shift_jis", "cp932", "euc_kr", "cp949", "cp874", "iso2022_jp", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254",
    "cp1255", "cp1256", "cp1257", "cp1258", "iso8859-2", "iso8859-3", "iso8859-4", "iso8859-5", "iso8859-6",
    "iso8859-7", "iso8859-8", "iso8859-10", "iso8859-13", "iso8859-14", "iso8859-15", "iso8859-16",
])  # fmt: skip


def codec_of(label: str) -> str | None:
    """Python's name of the encoding that browsers use for this label; None for one that is not known."""
    label = label.strip().lower()
    try:
        info = codecs.lookup(WHATWG.get(label, label))
    except (LookupError, ValueError):
        return None
    return info.name if info.name in KNOWN else None


def _declared(data: bytes) -> list[str]:
    return [(found[1] or found[2]).decode("ascii", "replace") for found in DECLARED.finditer(data, 0, HEAD_BYTES)]


def _is_nearly_utf8(data: bytes) -> bool:
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    return bad <= MAX_BAD_SHARE * len(text) or bad < sum(c > "\x7f" for c in text) / 2


def _has_controls(text: str) -> bool:
    """Whether control characters of the C1 range stand in it: the wrong single-byte table was taken."""
    return any("\x80" <= c <= "\x9f" for c in text[:SAMPLE_BYTES])


def _detect(data: bytes) -> tuple[str, bool]:
    if _is_nearly_utf8(data[:SAMPLE_BYTES]):
        return data.decode("utf-8", "replace"), True
    best = from_bytes(data[:SAMPLE_BYTES]).best()
    name = best.encoding if best else "cp1252"
    return _decode(data, name)
