"""Families that stand at the edges: brands on headlines and words, lines above and below the article."""

import re
from collections.abc import Iterator
from dataclasses import replace

from dehusk.spans import Label
from dehusk.train.bodies import anchor_line
from dehusk.train.garble import homoglyphs, zero_width
from dehusk.train.pieces import WORD_END, Pieces, inside, spam
from dehusk.train.plant import Form, Piece, Shape
from dehusk.train.scene import Scene


def brand_headline(scene: Scene) -> Pieces:
    """`84zarp Mayor resigns`, or `Mayor resigns 84zarp`."""
    if scene.layout.title is None:
        return ()
    start, end = scene.layout.title
    gap = scene.rng.choice((" ", " ", " - ", "", ": "))
    if scene.rng.random() < 0.65:
        return (spam(start, f"{scene.brand.name}{gap if gap.strip() == '' else ' '}"),)
    return (spam(end, f"{' ' if gap == ': ' else gap}{scene.brand.name}"),)


def brand_tail(scene: Scene) -> Pieces:
    """`... in the past.84zarp`, on the last paragraph."""
    if len(scene.layout.paragraphs) < 2:
        return ()
    glued = scene.rng.choice((scene.brand.name, scene.text("anchor") or scene.brand.name))
    return (spam(scene.layout.paragraphs[-1][1], glued, link=scene.rng.choice((None, scene.brand.domain))),)


def brand_word(scene: Scene) -> Pieces:
    """`the river84zarp rose`: a brand that touches a word of the article."""
    place = inside(scene, WORD_END)
    return (spam(place, scene.brand.name),) if place else ()


def brand_sandwich(scene: Scene) -> Pieces:
    """`LUCK电子 National team names new coach 胜利平台`."""
    if scene.layout.title is None:
        return ()
    start, end = scene.layout.title
    language = scene.rng.choice((scene.language, "zh", "zh", "ko"))
    other = scene.kit.brands.draw(scene.rng, language, scene.topic).name
    last = scene.brand.name if scene.rng.random() < 0.4 else other
    return spam(start, f"{scene.brand.name} "), spam(end, f" {last}")


def homoglyph(scene: Scene) -> Pieces:
    """A brand in letters that only look like its own."""
    return _disguised(scene, homoglyphs(scene.brand.name, scene.rng))


def zero_width_brand(scene: Scene) -> Pieces:
    """A brand with signs of no width in it."""
    return _disguised(scene, zero_width(scene.brand.name, scene.rng))


def _disguised(scene: Scene, name: str) -> Pieces:
    """The name in the headline, alone, glued to the end, or in a sentence."""
    way = scene.rng.choice((brand_headline, brand_tail, brand_word, anchor_line))
    if name == scene.brand.name:
        return ()
    pieces = way(replace(scene, brand=replace(scene.brand, name=name)))
    if any(name in line for piece in pieces for line in piece.lines):
        return pieces
    return tuple(replace(piece, lines=(name,)) for piece in pieces)


# Lines above and below the article.


def keyword_head(scene: Scene) -> Pieces:
    """`Buy Sleepwell Online Cheap Sleepwell No Rx Overnight`, above an intact article."""
    line = scene.text("head")
    place = _top(scene)
    return (spam(place, line, form=Form.BEFORE),) if line and place is not None else ()


def offer_table(scene: Scene) -> Pieces:
    """`Top 1 / 100% up to €300 / Play now`, above an article on something else."""
    place = _top(scene)
    rows = [scene.text("offer") for _ in range(scene.rng.randint(1, 4))]
    if place is None or None in rows:
        return ()
    lines = [part for row in _numbered(scene, [row for row in rows if row]) for part in row.split(" / ")]
    piece = spam(place, *lines, form=Form.BEFORE, link=scene.rng.choice((None, scene.brand.domain)))
    return (replace(piece, shape=scene.rng.choice((Shape.TABLE, Shape.PARAGRAPHS))),)


def _numbered(scene: Scene, rows: list[str]) -> Iterator[str]:
    """The rows of a table: the first as it is, the others of other brands."""
    for number, row in enumerate(rows, 1):
        other = scene.kit.brands.draw(scene.rng, scene.language, scene.topic).name if number > 1 else scene.brand.name
        yield row.replace(scene.brand.name, other).replace("1 /", f"{number} /", 1)


def tail_line(scene: Scene) -> Pieces:
    """`online casino, 84zarp slots, casino bonus`, below the article."""
    line = scene.text("tail") or scene.text("anchor")
    place = _bottom(scene)
    return (spam(place, line, form=Form.AFTER),) if line and place is not None else ()


def hashtags(scene: Scene) -> Pieces:
    """`#slot#casino#winbet`, below the article."""
    line, place = scene.text("tag"), _bottom(scene)
    if not line or place is None:
        return ()
    tags = line.split()
    scene.rng.shuffle(tags)
    tags = [*tags[: scene.rng.randint(2, 5)], re.sub(r"\W", "", scene.brand.name)]
    scene.rng.shuffle(tags)
    return (spam(place, scene.rng.choice((" ", "")).join(f"#{tag}" for tag in tags), form=Form.AFTER),)


def counter_line(scene: Scene) -> Pieces:
    """`Views:57 Updated:2025-01-07 04:12`, below the headline."""
    line = scene.text("counter", topic="")
    if not line or scene.layout.title is None:
        return ()
    end = scene.layout.title[1]
    return (Piece(start=end, end=end, lines=(line,), label=Label.META, form=Form.AFTER),)


def _top(scene: Scene) -> int | None:
    """Where the article begins: at its headline, else at its first paragraph."""
    if scene.layout.title:
        return scene.layout.title[0]
    return scene.layout.paragraphs[0][0] if scene.layout.paragraphs else None


def _bottom(scene: Scene) -> int | None:
    return scene.layout.paragraphs[-1][1] if scene.layout.paragraphs else None
