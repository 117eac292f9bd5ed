"""Families made of running text: paragraphs of others, paragraphs twice, sentences spoiled, ends cut off."""

import re
from collections.abc import Callable

from dehusk.spans import Label
from dehusk.train.donors import Donor
from dehusk.train.garble import letter_swap, mojibake, ocr_dirt, spin
from dehusk.train.pieces import BETWEEN_LETTERS, WORD_END, Pieces
from dehusk.train.plant import Form, Piece
from dehusk.train.scene import Scene

TOKEN = re.compile(r"\S+")
MIN_DUPLICATE_WORDS = 4
EDITED_SHARE = 0.3  # of the copies of a paragraph: one word is lost
MIN_SPUN_TOKENS = 4  # fewer may leave the sense whole


def splice_near(scene: Scene) -> Pieces:
    """One or two paragraphs of a page on something like it."""
    return _splice(scene, scene.kit.donors.near(scene.page.id, scene.rng))


def splice_far(scene: Scene) -> Pieces:
    """One or two paragraphs of a page on something else."""
    return _splice(scene, scene.kit.donors.far(scene.page.id, scene.rng))


def splice_outlet(scene: Scene) -> Pieces:
    """One or two paragraphs of another page of the same site."""
    return _splice(scene, scene.kit.donors.outlet(scene.page.id, scene.rng))


def _splice(scene: Scene, donor: Donor | None) -> Pieces:
    place = scene.paragraph(0.3, 1.0)
    if donor is None or place is None:
        return ()
    count = min(scene.rng.choice((1, 1, 2)), len(donor.paragraphs))
    first = scene.rng.randint(0, len(donor.paragraphs) - count)
    lines = donor.paragraphs[first : first + count]
    return (Piece(start=place[1], end=place[1], lines=lines, label=Label.FOREIGN, form=Form.AFTER),)


def duplicate_block(scene: Scene) -> Pieces:
    """A paragraph or the headline once more, further down."""
    found = scene.layout.paragraphs
    if len(found) < 2:
        return ()
    first = scene.rng.randint(0, len(found) - 1)
    title = scene.layout.title
    source = title if title and scene.rng.random() < 0.3 else found[first]
    after = scene.rng.choice(found[first:] if source == found[first] else found)
    parts = scene.slice(source).split()
    if len(parts) > 3 * MIN_DUPLICATE_WORDS and scene.rng.random() < EDITED_SHARE:
        del parts[scene.rng.randrange(1, len(parts))]
    line = " ".join(parts)
    if (scene.words.spaced and len(line.split()) < MIN_DUPLICATE_WORDS) or after[1] <= source[0]:
        return ()
    return (Piece(start=after[1], end=after[1], lines=(line,), label=Label.DUPLICATE, form=Form.AFTER),)


# Text spoiled.


def mojibake_sentence(scene: Scene) -> Pieces:
    """A sentence read in a wrong encoding; the token alone where only one is spoiled."""
    return _garbled(scene, lambda text: mojibake(text, scene.rng), by_token=True)


def letter_swap_sentence(scene: Scene) -> Pieces:
    """A sentence whose letters stand in a false order."""
    return _garbled(scene, lambda text: letter_swap(text, scene.rng))


def ocr_sentence(scene: Scene) -> Pieces:
    """A sentence as a bad scan is read."""
    return _garbled(scene, lambda text: ocr_dirt(text, scene.rng))


def spun_sentence(scene: Scene) -> Pieces:
    """A sentence that has kept its form and lost its sense."""
    donor = scene.kit.donors.far(scene.page.id, scene.rng)
    others = [word for word in sorted(donor.bag) if not any(map(str.isdigit, word))] if donor else []
    return _garbled(scene, lambda text: spin(text, others, scene.rng), least=MIN_SPUN_TOKENS)


def _garbled(scene: Scene, spoil: Callable[[str], str], *, least: int = 2, by_token: bool = False) -> Pieces:
    place = scene.sentence()
    if place is None:
        return ()
    text = scene.slice(place)
    spoiled = spoil(text)
    old, new = text.split(), spoiled.split()
    changed = sum(a != b for a, b in zip(old, new, strict=False)) + abs(len(old) - len(new))
    if spoiled == text or (changed < least and not by_token):
        return ()
    if by_token and scene.words.spaced and changed < 2:
        token = next(found for found in TOKEN.finditer(text) if spoil(found[0]) != found[0])
        place = (place[0] + token.start(), place[0] + token.end())
        spoiled = spoil(token[0])
    return (Piece(start=place[0], end=place[1], lines=(spoiled,), label=Label.GARBLED),)


def truncation(scene: Scene) -> Pieces:
    """The end of the article cut off, inside a sentence."""
    found = scene.layout.paragraphs
    if len(found) < 3:
        return ()
    back = scene.rng.randint(1, min(3, len(found) - 1))
    start, end = found[-back]
    cuts = [
        match.start()
        for match in (WORD_END if scene.words.spaced else BETWEEN_LETTERS).finditer(scene.page.text, start, end)
    ]
    last = _last_joined(scene, len(found) - back)
    if not cuts:
        return ()
    tail = scene.rng.choice(("", "", "…", "..."))
    return (Piece(start=scene.rng.choice(cuts), end=last, lines=(tail,), label=Label.ARTICLE),)


def _last_joined(scene: Scene, number: int) -> int:
    """Where the paragraphs end that follow this one with nothing but white space between."""
    found = scene.layout.paragraphs
    while number + 1 < len(found) and not scene.slice((found[number][1], found[number + 1][0])).strip():
        number += 1
    return found[number][1]
