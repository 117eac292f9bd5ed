"""Plain text to a page: its lines as blocks, hard-wrapped lines joined to paragraphs."""

import re
from collections.abc import Iterator

from dehusk.page import Block, Page

LINE = re.compile(r"[^\r\n]+")
MIN_WRAP, MAX_WRAP = 50, 100  # columns that text is wrapped at by programs and typists
MIN_WRAPPED_LINES = 8  # fewer lines do not show a habit
MIN_WRAPPED_SHARE = 0.5  # of the lines that end close below the longest: the habit
RAGGED = 14  # columns; a word that did not fit leaves a line this much shorter, seldom more


def read_text(text: str, id: str, url: str | None = None) -> Page:
    """The page of this text; the text itself is not touched."""
    return Page(id, text, tuple(_blocks(text)), url)


def _blocks(text: str) -> Iterator[Block]:
    lines = [(found.start(), found.end()) for found in LINE.finditer(text)]
    lines = [(start, end) for start, end in lines if not text[start:end].isspace()]
    wrap = _wrap(text, lines)
    start: int | None = None
    for number, (first, end) in enumerate(lines):
        start = first if start is None else start
        if not (wrap and number + 1 < len(lines) and _goes_on(text, (first, end), lines[number + 1], wrap)):
            yield Block(start, end)
            start = None


def _wrap(text: str, lines: list[tuple[int, int]]) -> int:
    """The column that the text is wrapped at; 0 where it is not."""
    lengths = [end - start for start, end in lines]
    longest = max(lengths, default=0)
    full = sum(longest - RAGGED <= length for length in lengths)
    if MIN_WRAP <= longest <= MAX_WRAP and len(lines) >= MIN_WRAPPED_LINES and full >= MIN_WRAPPED_SHARE * len(lines):
        return longest
    return 0


def _goes_on(text: str, line: tuple[int, int], after: tuple[int, int], wrap: int) -> bool:
    """Whether the next line goes on with this one: no blank line between, and its first word had no room here."""
    gap = text[line[1] : after[0]]
    if gap not in ("\n", "\r\n", "\r"):
        return False
    word = text[after[0] : after[1]].split(maxsplit=1)[0]
    return line[1] - line[0] + 1 + len(word) > wrap - RAGGED // 2
