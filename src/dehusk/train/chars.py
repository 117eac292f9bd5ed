"""Labels by the character: spans to arrays of codes and back."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from dehusk.spans import KEPT, Label, Span

Codes = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]

# The order in which tables show the labels: what is kept first.
LABELS = tuple(
    map(Label, ("title", "article", "meta", "chrome", "access", "promo", "spam", "foreign", "duplicate", "garbled"))
)
CODE_OF = {label: code for code, label in enumerate(LABELS)}
NONE = len(LABELS)  # no span covers the character
HIDDEN = {Label.TITLE: NONE + 1, Label.ARTICLE: NONE + 2}  # hidden text, which is left out of what is kept
CODES = NONE + 1 + len(HIDDEN)
IS_KEPT = np.array([code < NONE and LABELS[code] in KEPT for code in range(CODES)])
SHOWN_AS = np.array([*range(NONE + 1), *map(CODE_OF.__getitem__, HIDDEN)], np.uint8)  # hidden or not, one label
MAX_SPACE = 0x3000  # no higher character is white space
SPACES = "".join(c for c in map(chr, range(MAX_SPACE + 1)) if c.isspace())
IS_SPACE = np.zeros(MAX_SPACE + 2, np.bool_)  # the last entry stands for all characters above
IS_SPACE[[ord(c) for c in SPACES]] = True


def not_space(text: str) -> Mask:
    """Which characters of the text are no white space."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    found: Mask = ~IS_SPACE[np.minimum(points, len(IS_SPACE) - 1)]
    return found


def owners(length: int, spans: Iterable[Span]) -> Codes:
    """The code of the label of each character of a text of this length."""
    codes = np.full(length, NONE, np.uint8)
    for span in spans:
        code = CODE_OF[span.label]
        codes[span.start : span.end] = HIDDEN.get(span.label, code) if span.hidden else code
    return codes


def spans_of(text: str, codes: Codes) -> tuple[Span, ...]:
    """The spans of these codes, each from non-space to non-space character, neighbours of one label joined."""
    places = np.flatnonzero(not_space(text))
    if not len(places):
        return ()
    flat = codes[places]
    edges = np.flatnonzero(np.diff(flat)) + 1
    starts, ends = places[[0, *edges]], places[[*(edges - 1), -1]] + 1
    return tuple(
        Span(int(start), int(end), LABELS[SHOWN_AS[code]], hidden=bool(code > NONE))
        for start, end, code in zip(starts, ends, flat[[0, *edges]], strict=True)
        if code != NONE
    )


def fold(text: str) -> str:
    """The text without white space."""
    return "".join(text.split())
