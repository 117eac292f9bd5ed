"""Pieces that families share, and places inside a paragraph."""

import re
from collections.abc import Callable

from dehusk.spans import Label
from dehusk.train.plant import Form, Piece
from dehusk.train.scene import Scene

Pieces = tuple[Piece, ...]
Family = Callable[[Scene], Pieces]

GAP_BEFORE_WORD = re.compile(r"(?<=[^\W\d_] )(?=[^\W\d_]{4})")
WORD_END = re.compile(r"(?<=[^\W\d_]{3})(?= [^\W\d_])")
BETWEEN_LETTERS = re.compile(r"(?<=[\u3040-\u30ff\u4e00-\u9fff])(?=[\u3040-\u30ff\u4e00-\u9fff])")


def spam(place: int, *lines: str, form: Form = Form.INLINE, link: str | None = None) -> Piece:
    """Spam put in at a place."""
    return Piece(start=place, end=place, lines=lines, label=Label.SPAM, form=form, link=link)


def inside(scene: Scene, where: re.Pattern[str]) -> int | None:
    """A place of this kind inside a paragraph, not near its ends; None where there is none."""
    place = scene.paragraph()
    if place is None:
        return None
    found = [match.start() for match in where.finditer(scene.page.text, place[0], place[1])]
    inner = found[len(found) // 8 : -(len(found) // 8) or None]
    return scene.rng.choice(inner) if inner else None
