"""Pieces put into markup, as a hacked or scraped page has them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape, unescape
from itertools import pairwise

import numpy as np

from dehusk.errors import UnreadablePage
from dehusk.page import Page
from dehusk.read.html import UNSEEN_TAGS, read_html
from dehusk.train.chars import CODE_OF, Codes, Ints, fold, not_space, owners, spans_of
from dehusk.train.examples import Labelled
from dehusk.train.plant import Change, Form, Piece, Planted, Shape, apply, finished, in_order

_UNSEEN = "|".join(sorted(UNSEEN_TAGS - {"meta", "link", "base", "embed", "frame"}))
TOKEN = re.compile(
    rf"(?P<unseen><!--.*?(?:-->|$)|<({_UNSEEN})(?=[\s/>]).*?(?:</\2\s*>|$))"
    r"""|(?P<tag><[!/?a-zA-Z](?:[^<>"']|"[^"]*"|'[^']*')*>|<[!/?a-zA-Z][^>]*>)|(?P<text>[^<]+|<)""",
    re.S | re.I,
)
UNIT = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);?|[^\s]", re.S)
TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]*)[^<>]*?(/?)>")
VOID = frozenset([
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
])  # fmt: skip
SMALL = "a|abbr|b|big|cite|code|em|font|i|mark|q|s|small|span|strong|sub|sup|time|u"
CLOSERS = re.compile(rf"(?:\s*</(?:{SMALL})\s*>)*(?:\s*</(?:p|h[1-6]|blockquote)\s*>)?", re.I)
OPENERS = re.compile(rf"(?:<(?:p|h[1-6]|blockquote)(?:\s[^<>]*)?>\s*)?(?:<(?:{SMALL})(?:\s[^<>]*)?>\s*)*$", re.I)
BREAK = re.compile(r"\s*<br\b", re.I)
MAX_OPENERS_CHARS = 2000  # how far before a block its own tags may begin
STYLES = {
    Shape.NOT_SHOWN: "display:none",
    Shape.OFF_SCREEN: "position:absolute;left:-9999px;top:-9999px",
    Shape.NO_SIZE: "font-size:0;line-height:0;height:0;overflow:hidden",
    Shape.SAME_COLOUR: "color:#ffffff;background-color:#ffffff",
}


@dataclass(frozen=True, slots=True)
class Source:
    """Markup whose text is known: where in the markup each non-space character of the text stands."""

    page: Labelled
    markup: str
    rendered: Page
    codes: Codes  # of the non-space characters
    starts: Ints
    ends: Ints


def read_source(page: Labelled) -> Source | None:
    """The markup of a page mapped to its labelled text; None where the two cannot be brought together."""
    if page.html is None:
        return None
    rendered = read_html(page.html, page.id, page.url)
    flat = fold(rendered.text)
    units = list(_units(page.html))
    if flat != fold(page.text) or flat != "".join(unit for unit, _, _ in units):
        return None
    codes = owners(len(page.text), page.spans)[not_space(page.text)]
    spread = np.array([(start, end) for unit, start, end in units for _ in unit], np.int64).reshape(-1, 2)
    spans = spans_of(rendered.text, _spread(rendered.text, codes))
    known = replace(page, text=rendered.text, spans=spans)
    return Source(known, page.html, rendered, codes, spread[:, 0], spread[:, 1])


def _units(markup: str) -> Iterable[tuple[str, int, int]]:
    """The non-space text of each sign of the markup's text, and where the sign stands."""
    body = re.search(r"<body[\s>]", markup, re.I)
    for found in TOKEN.finditer(markup, body.start() if body else 0):
        if found["text"]:
            for unit in UNIT.finditer(markup, found.start(), found.end()):
                shown = fold(unescape(unit[0])) if unit[0][0] == "&" else unit[0]
                if unit[0][0] == "&" and shown == unit[0]:
                    yield from ((char, unit.start() + at, unit.start() + at + 1) for at, char in enumerate(shown))
                elif shown:
                    yield shown, unit.start(), unit.end()


def _spread(text: str, flat: Codes) -> Codes:
    """Codes of the non-space characters set at their places in the text."""
    codes = np.zeros(len(text), np.uint8)
    codes[not_space(text)] = flat
    return codes


def plant_html(source: Source, pieces: Iterable[Piece], family: str) -> Planted | None:
    """The page with these pieces in its markup; None where the markup has no room for them.

    What the polluted markup shows is read back, and must be the clean text with the pieces in it, character by
    character, lines of their own on lines of their own.
    """
    ordered = in_order(pieces, family)
    if ordered is None:
        return None
    ranks = np.concatenate(([0], np.cumsum(not_space(source.page.text))))
    changes = [_change(source, piece, int(ranks[piece.start]), int(ranks[piece.end])) for piece in ordered]
    placed = [change for change in changes if change is not None]
    if len(placed) < len(changes) or any(b.start < a.end for a, b in pairwise(placed)):
        return None
    markup, edits = apply(source.markup, placed)
    try:
        text = read_html(markup, source.page.id).text
    except UnreadablePage:
        return None
    codes, alone = _expected(source, ordered, ranks)
    wanted = _expected_text(source, ordered, ranks)
    if fold(text) != wanted or not _stand_alone(text, alone):
        return None
    spans = spans_of(text, _spread(text, codes))
    return replace(finished(source.page, family, text, spans, edits), html=markup)


def _change(source: Source, piece: Piece, first: int, last: int) -> Change | None:
    """Where in the markup a piece goes, which stands before, or instead of, these non-space characters."""
    if piece.form == Form.INLINE and last > first:
        start, end = int(source.starts[first]), int(source.ends[last - 1])
        cut = source.markup[start:end]
        if "<" in cut and (any(piece.lines[0].split()) or not _is_balanced(cut)):
            return None
        return Change(start, end, _inline(piece), piece)
    if piece.form == Form.INLINE:
        if piece.link and any(link.start < piece.start < link.end for link in source.rendered.links):
            return None
        touches = first and not source.page.text[piece.start - 1].isspace()
        at = int(source.ends[first - 1] if touches or first == len(source.starts) else source.starts[first])
        return Change(at, at, _inline(piece), piece)
    return _lines(source, piece, first)


def _lines(source: Source, piece: Piece, first: int) -> Change:
    """A piece of lines of its own, beside the element that its neighbour stands in."""
    if piece.form == Form.AFTER:
        text_end = int(source.ends[first - 1])
        if piece.shape == Shape.PARAGRAPHS and BREAK.match(source.markup, text_end):
            return Change(text_end, text_end, "<br>\n" + _broken(piece), piece)
        found = CLOSERS.match(source.markup, text_end)
        at = found.end() if found else text_end
        return Change(at, at, "\n" + _blocks(piece), piece)
    text_start = int(source.starts[first])
    found = OPENERS.search(source.markup, max(0, text_start - MAX_OPENERS_CHARS), text_start)
    at = found.start() if found else text_start
    return Change(at, at, _blocks(piece) + "\n", piece)


def _linked(piece: Piece, text: str) -> str:
    shown = escape(text, quote=False)
    return f'<a href="https://{escape(piece.link)}/">{shown}</a>' if piece.link else shown


def _inline(piece: Piece) -> str:
    """The piece as markup, its outer spaces outside of its link."""
    text = piece.lines[0]
    inner = text.strip()
    if not inner:
        return text
    start = text.index(inner)
    return text[:start] + _linked(piece, inner) + text[start + len(inner) :]


def _broken(piece: Piece) -> str:
    return "<br>\n".join(_linked(piece, line) for line in piece.lines)


def _blocks(piece: Piece) -> str:
    if piece.shape == Shape.TABLE:
        rows = "".join(f"<tr><td>{_linked(piece, line)}</td></tr>" for line in piece.lines)
        return f"<table>{rows}</table>"
    if piece.shape in STYLES:
        links = " ".join(f"<li>{_linked(piece, line)}</li>" for line in piece.lines)
        return f'<div style="{STYLES[piece.shape]}"><ul>{links}</ul></div>'
    return "\n".join(f"<p>{_linked(piece, line)}</p>" for line in piece.lines)


def _is_balanced(cut: str) -> bool:
    """Whether what is left closes what it opens when this stretch of markup is taken out."""
    closed: list[str] = []
    opened: list[str] = []
    for slash, name, own in TAG.findall(cut):
        name = name.lower()
        if own or name in VOID:
            continue
        if not slash:
            opened.append(name)
        elif opened:
            if opened.pop() != name:
                return False
        else:
            closed.append(name)
    return closed == opened[::-1]


def _expected_text(source: Source, pieces: Sequence[Piece], ranks: Ints) -> str:
    """The non-space characters that the polluted page must show."""
    flat, at = fold(source.page.text), 0
    parts: list[str] = []
    for piece in pieces:
        parts += (flat[at : ranks[piece.start]], fold("".join(piece.lines)))
        at = int(ranks[piece.end])
    return "".join([*parts, flat[at:]])


def _expected(source: Source, pieces: Sequence[Piece], ranks: Ints) -> tuple[Codes, list[int]]:
    """The codes of those characters, and at which of them a line must begin."""
    parts: list[Codes] = []
    alone: list[int] = []
    at = length = 0
    for piece in pieces:
        before = source.codes[at : ranks[piece.start]]
        length += len(before)
        for line in map(fold, piece.lines):
            alone += [length] if piece.form != Form.INLINE else []
            length += len(line)
            parts += (before, np.full(len(line), CODE_OF[piece.label], np.uint8))
            before = before[:0]
        alone += [length] if piece.form != Form.INLINE else []
        at = int(ranks[piece.end])
    return np.concatenate([*parts, source.codes[at:]]), alone


def _stand_alone(text: str, alone: Iterable[int]) -> bool:
    """Whether a line begins at each of these non-space characters, or the text is over."""
    places = np.flatnonzero(not_space(text))
    return all(at >= len(places) or at == 0 or "\n" in text[places[at - 1] : places[at]] for at in alone)
