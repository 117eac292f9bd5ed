"""The kept text of a page as Markdown, with what the markup says of its blocks."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote, urljoin, urlsplit

from dehusk.page import Block, Image, Link, Page
from dehusk.spans import Label, Span

INLINE = re.compile(
    r"[\\`*\[\]]"  # code, emphasis, links
    r"|(?<![^\W_])_|_(?![^\W_])"  # emphasis; between letters it means nothing
    r"|~(?=~)|(?<=~)~"
    r"|<(?=[A-Za-z/!?])"  # markup
    r"|&(?=#?\w{1,32};)"  # a character by its name
)
BLOCK_START = re.compile(r"^([ \t]*)(?=[#>+=-]|[|:][\s|:]*-)|^([ \t]*\d{1,9})(?=[.)])", re.M)
HEADING_END = re.compile(r"#(?=#*\s*$)")
ENTITY = re.compile(r"&(?=#?\w{1,32};)")
LINE_BREAK = re.compile(r"\s*[\r\n]\s*")
TEXT_LINE = re.compile(r"[^\r\n]+")
STEP_TAG = re.compile(r"(?:^|>)([a-z][a-z0-9-]*)")
HEADINGS = {f"h{level}": "#" * level + " " for level in range(1, 7)}
LISTS = {"ul": "- ", "menu": "- ", "dir": "- ", "ol": "1. "}
INDENT = "    "  # of code, and of a list inside another, where it fits below either marker
QUOTE = "> "
CELLS = frozenset(("td", "th"))
SCHEMES = frozenset(("", "http", "https", "mailto"))  # a reader may click on what is shown
URL_SAFE = "!#$%&'*+,/:;=?@[]~"


@dataclass(frozen=True, slots=True)
class _Piece:
    """The chosen text of one block, escaped, and what the markup says of the block."""

    text: str
    tags: tuple[str, ...] = ()  # of the elements it stands in, from the outermost
    tag: str = ""  # of the block
    table: str | None = None  # the path of the table that it is a cell of
    heading: str = ""

    @property
    def is_code(self) -> bool:
        return "pre" in self.tags

    @property
    def is_item(self) -> bool:
        return "li" in self.tags and not self.is_code and not self.heading

    @property
    def is_quoted(self) -> bool:
        return "blockquote" in self.tags


def render_markdown(page: Page, spans: Sequence[Span], *, links: bool = False, images: bool = False) -> str:
    """The text of these spans of a page as CommonMark with tables.

    Only block prefixes, table bars and escapes are added, and on demand links and images; with those removed, the
    non-space characters are those of the spans, in order. Blocks with a title span are headings of the first level.
    Targets are made absolute where the page's address is known; only those of http, https and mailto are written.
    """
    writer = _Writer(page, page.links if links else ())
    return _lay_out(_with_tables(_pieces(writer, spans, page.images if images else ())))


class _Writer:
    """Writes stretches of a page's text with escapes and links."""

    def __init__(self, page: Page, links: Sequence[Link]) -> None:
        self.page = page
        self.links = links
        self.starts = [link.start for link in links]

    def piece(self, block: Block, spans: Sequence[Span]) -> _Piece:
        """What these spans hold of a block."""
        tags = tuple(STEP_TAG.findall(block.path or "")) or (block.tag,)
        table = _table_of(block, tags)
        if "pre" in tags:
            return _Piece(self._join(_runs(self.page, block, spans, is_code=True), is_code=True), tags, block.tag)
        text = self._join(_runs(self.page, block, spans), is_code=False)
        is_title = any(span.label is Label.TITLE for span in spans)
        if is_title or block.tag in HEADINGS or not HEADINGS.keys().isdisjoint(tags):
            level = "h1" if is_title else next(tag for tag in (block.tag, *reversed(tags)) if tag in HEADINGS)
            heading = HEADING_END.sub(r"\\#", LINE_BREAK.sub(" ", text))
            return _Piece(heading, tags, block.tag, heading=HEADINGS[level])
        text = LINE_BREAK.sub(" ", text) if table else text
        return _Piece(BLOCK_START.sub(r"\1\2\\", text), tags, block.tag, table)

    def _join(self, runs: Iterator[tuple[int, int]], *, is_code: bool) -> str:
        """The text of the runs of a block, with what stands for the text left out between them."""
        parts: list[str] = []
        last = 0
        for start, end in runs:
            parts += [_joint(self.page.text[last:start])] if parts else []
            parts.append(self.page.text[start:end] if is_code else self._inline(start, end))
            last = end
        return "".join(parts)

    def _inline(self, start: int, end: int) -> str:
        """`start..end`, escaped, with the links in it."""
        parts: list[str] = []
        for link in self.links[max(bisect_right(self.starts, start) - 1, 0) : bisect_right(self.starts, end)]:
            first, last = max(link.start, start), min(link.end, end)
            target = target_of(self.page, link.target)
            if first < last and target:
                parts += [self._plain(start, first), f"[{self._plain(first, last)}]({target})"]
                start = last
        return "".join([*parts, self._plain(start, end)])

    def _plain(self, start: int, end: int) -> str:
        return INLINE.sub(r"\\\g<0>", self.page.text[start:end])

    def image(self, image: Image) -> Iterator[_Piece]:
        """An image on a line of its own, if its target may be shown."""
        if target := target_of(self.page, image.target):
            alt = INLINE.sub(r"\\\g<0>", " ".join(image.alt.split()))
            yield _Piece(f"![{alt}]({target})")


def _runs(page: Page, block: Block, spans: Sequence[Span], *, is_code: bool = False) -> Iterator[tuple[int, int]]:
    """The stretches of a block that the spans cover, touching ones as one, without white space around them."""
    runs: list[tuple[int, int]] = []
    for span in spans:
        start, end = max(span.start, block.start), min(span.end, block.end)
        if runs and runs[-1][1] == start:
            start, _ = runs.pop()
        runs.append((start, end))
    for start, end in runs:
        run = page.text[start:end]
        indent = 0 if is_code and start == block.start else len(run) - len(run.lstrip())
        if run.strip():
            yield start + indent, start + len(run.rstrip())


def _joint(gap: str) -> str:
    """What stands for text left out inside a block."""
    return "\n" if "\n" in gap or "\r" in gap else " " if any(map(str.isspace, gap)) else ""


def target_of(page: Page, target: str) -> str | None:
    """The address of a link as it can stand in Markdown; None for one that is not for clicking on."""
    try:
        full = urljoin(page.url or "", target.strip())
        scheme = urlsplit(full).scheme
    except ValueError:
        return None
    if scheme.lower() not in SCHEMES or not full:
        return None
    return ENTITY.sub(r"\\&", quote(full, safe=URL_SAFE, errors="replace"))


def _pieces(writer: _Writer, spans: Sequence[Span], images: Sequence[Image]) -> Iterator[_Piece]:
    """What the spans hold of each block, and the images before it."""
    text = writer.page.text
    shown = [image for image in images if _is_covered(min(image.start, len(text) - 1), spans)]
    at = seen = 0
    for block in _all_blocks(writer.page):
        while seen < len(shown) and shown[seen].start < block.end:
            yield from writer.image(shown[seen])
            seen += 1
        while at < len(spans) and spans[at].end <= block.start:
            at += 1
        here = spans[at : bisect_left(spans, block.end, at, key=lambda span: span.start)]
        if here and (piece := writer.piece(block, here)).text:
            yield piece
    for image in shown[seen:]:
        yield from writer.image(image)


def _all_blocks(page: Page) -> Iterator[Block]:
    """The blocks, and the lines of text that stand in none."""
    at = 0
    for block in (*page.blocks, Block(len(page.text), len(page.text))):
        for line in TEXT_LINE.finditer(page.text, at, max(block.start, at)):
            if not line[0].isspace():
                yield Block(line.start(), line.end())
        yield block
        at = block.end


def _is_covered(offset: int, spans: Sequence[Span]) -> bool:
    at = bisect_right(spans, offset, key=lambda span: span.start) - 1
    return at >= 0 and offset < spans[at].end


def _table_of(block: Block, tags: tuple[str, ...]) -> str | None:
    """The path of the table that a block is a cell of."""
    if block.path is None or block.tag not in CELLS or "table" not in tags:
        return None
    steps = block.path.split(">")
    last = max((n for n, step in enumerate(steps) if STEP_TAG.findall(step) == ["table"]), default=0)
    return ">".join(steps[: last + 1])


def _with_tables(pieces: Iterator[_Piece]) -> Iterator[_Piece]:
    """The pieces, the cells of each table whose rows can be told put together."""
    for table, group in groupby(pieces, key=lambda piece: piece.table):
        cells = list(group)
        rows = _rows(cells) if table else []
        if rows:
            lines = [_row(row) for row in rows]
            lines.insert(1, _row(["---"] * len(rows[0])))
            quoted = ("blockquote",) if cells[0].is_quoted else ()
            yield _Piece("\n".join(lines), quoted)
        else:
            yield from cells


def _rows(cells: list[_Piece]) -> list[list[str]]:
    """The rows of a table, as far as its header cells show them: a first row of them, or one that begins each row.

    The reader notes no rows, and leaves out empty cells; a table whose cells do not come out even has none.
    """
    heads = [n for n, cell in enumerate(cells) if cell.tag == "th"]
    texts = [cell.text.replace("|", "\\|") for cell in cells]
    count = len(heads)
    if count > 1 and heads == list(range(count)) and len(cells) % count == 0:
        return [texts[n : n + count] for n in range(0, len(cells), count)]
    width = len(cells) // max(count, 1)
    if count > 1 and width > 1 and heads == list(range(0, len(cells), width)):
        return [[""] * width, *(texts[n : n + width] for n in heads)]
    return []


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _lay_out(pieces: Iterator[_Piece]) -> str:
    """The pieces with their prefixes, set apart as Markdown wants it."""
    parts: list[str] = []
    before = _Piece("")
    depth = 0  # of the list that the piece before stood in
    for piece in pieces:
        if piece.is_item:
            depth = min(sum(tag in LISTS for tag in piece.tags) or 1, depth + 1)
        elif not piece.is_code:
            depth = 0
        lines = _prefixed(piece, depth)
        if parts:
            parts.append(_between(before, piece))
        parts.append("\n".join(QUOTE + line for line in lines.split("\n")) if piece.is_quoted else lines)
        before = piece
    return "".join(parts)


def _prefixed(piece: _Piece, depth: int) -> str:
    if piece.is_code:
        return INDENT * (depth + 1) + piece.text
    if piece.is_item:
        marker = next((LISTS[tag] for tag in reversed(piece.tags) if tag in LISTS), "- ")
        return INDENT * (depth - 1) + marker + piece.text
    return piece.heading + piece.text


def _between(before: _Piece, piece: _Piece) -> str:
    both_quoted = before.is_quoted and piece.is_quoted
    if before.is_quoted == piece.is_quoted and (
        (before.is_item and piece.is_item) or (before.is_code and piece.is_code)
    ):
        return "\n"
    return "\n>\n" if both_quoted else "\n\n"
