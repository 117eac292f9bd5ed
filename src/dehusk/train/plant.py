"""Pollution put into clean pages: pieces in, a polluted page and the edits that undo it out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

import numpy as np

from dehusk.spans import Label, Span
from dehusk.train.chars import CODE_OF, Codes, owners, spans_of
from dehusk.train.examples import Labelled


class Form(StrEnum):
    """How a piece stands in the text: inside a line, or as lines of its own before or after a block."""

    BEFORE = "before"
    INLINE = "inline"
    AFTER = "after"


ORDER = {form: rank for rank, form in enumerate((Form.BEFORE, Form.INLINE, Form.AFTER))}


class Shape(StrEnum):
    """How lines of their own are marked up; the last four cannot be seen on the page."""

    PARAGRAPHS = "paragraphs"
    TABLE = "table"
    NOT_SHOWN = "not_shown"
    OFF_SCREEN = "off_screen"
    NO_SIZE = "no_size"
    SAME_COLOUR = "same_colour"


SEEN = frozenset((Shape.PARAGRAPHS, Shape.TABLE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What stands instead of `start..end` of the clean text; offsets are equal where it is only put in.

    An inline piece is one line and carries its own spaces. `link` is the address that it leads to, in markup.
    """

    start: int
    end: int
    lines: tuple[str, ...]
    label: Label
    form: Form = Form.INLINE
    shape: Shape = Shape.PARAGRAPHS
    link: str | None = None
    family: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """A plant: `start..end` of the polluted text, or of the polluted markup, stands where `original` stood."""

    start: int
    end: int
    label: Label
    family: str
    original: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A polluted page; the edits count characters of `html` where there is one, else of `text`. Spans are of `text`."""

    id: str
    source: str  # the id of the clean page
    family: str
    text: str
    spans: tuple[Span, ...]
    edits: tuple[Edit, ...] = ()
    html: str | None = None
    url: str | None = None
    language: str | None = None
    truncated: bool = False

    @property
    def clean(self) -> str:
        """The clean text, or the clean markup."""
        return undo(self.text if self.html is None else self.html, self.edits)


def undo(polluted: str, edits: Sequence[Edit]) -> str:
    """What stood before the edits, which are in order and do not overlap."""
    for edit in reversed(edits):
        polluted = polluted[: edit.start] + edit.original + polluted[edit.end :]
    return polluted


@dataclass(frozen=True, slots=True)
class Change:
    """What replaces `start..end` of a clean text or markup, and for which piece."""

    start: int
    end: int
    written: str
    piece: Piece


def apply(clean: str, changes: Sequence[Change]) -> tuple[str, tuple[Edit, ...]]:
    """The polluted text, and its edits; the changes are in order and do not overlap."""
    parts: list[str] = []
    edits: list[Edit] = []
    at = length = 0
    for change in changes:
        parts += (clean[at : change.start], change.written)
        start = length + change.start - at
        length, at = start + len(change.written), change.end
        original = clean[change.start : change.end]
        edits.append(Edit(start, length, change.piece.label, change.piece.family, original))
    return "".join([*parts, clean[at:]]), tuple(edits)


def in_order(pieces: Iterable[Piece], family: str) -> tuple[Piece, ...] | None:
    """The pieces of a family as they follow one another; None where they overlap."""
    named = (piece if piece.family else replace(piece, family=family) for piece in pieces)
    ordered = tuple(sorted(named, key=lambda piece: (piece.start, piece.end, ORDER[piece.form])))
    return None if any(after.start < before.end for before, after in pairwise(ordered)) else ordered


def plant_text(page: Labelled, pieces: Iterable[Piece], family: str) -> Planted | None:
    """The page with these pieces in its text; None where they overlap, or one needs markup."""
    ordered = in_order(pieces, family)
    if ordered is None or not all(piece.shape in SEEN for piece in ordered):
        return None
    codes = owners(len(page.text), page.spans)
    gap = "\n\n" if "\n\n" in page.text else "\n"
    changes = [_change(piece, gap) for piece in ordered]
    text, edits = apply(page.text, changes)
    spans = spans_of(text, np.concatenate(list(_codes(codes, changes))))
    return finished(page, family, text, spans, edits)


def _change(piece: Piece, gap: str) -> Change:
    before = gap if piece.form == Form.AFTER else ""
    after = gap if piece.form == Form.BEFORE else ""
    return Change(piece.start, piece.end, before + gap.join(piece.lines) + after, piece)


def _codes(codes: Codes, changes: Iterable[Change]) -> Iterator[Codes]:
    """The codes of the polluted text, part by part; white space that is put in has a code too, which nobody sees."""
    at = 0
    for change in changes:
        yield codes[at : change.start]
        yield np.full(len(change.written), CODE_OF[change.piece.label], np.uint8)
        at = change.end
    yield codes[at:]


def finished(page: Labelled, family: str, text: str, spans: tuple[Span, ...], edits: tuple[Edit, ...]) -> Planted:
    """The polluted page of a clean one."""
    return Planted(
        id=page.id,
        source=page.id,
        family=family,
        text=text,
        spans=spans,
        edits=edits,
        url=page.url,
        language=page.language,
        truncated=any(edit.family == "truncation" for edit in edits),
    )
