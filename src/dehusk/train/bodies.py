"""Families that stand in the body of the article: anchors, sentences, access notices."""

from collections.abc import Callable

from dehusk.spans import Label
from dehusk.train.pieces import BETWEEN_LETTERS, GAP_BEFORE_WORD, Pieces, inside, spam
from dehusk.train.plant import Form, Piece
from dehusk.train.scene import Scene
from dehusk.train.wording import words
from dehusk.words import sentences

REPEATED_SHARE = 0.3  # of the notices set as lines: one line stands twice
# Languages that anchors are in on pages written in another: what is sold abroad, and where.
ANCHOR_LANGUAGES = ("id", "en", "vi", "tr", "zh", "ru", "pt", "es", "pl", "de")


def anchor_line(scene: Scene) -> Pieces:
    """`royal reels casino`, alone between two paragraphs."""
    place = scene.paragraph(0.2, 0.9)
    language = scene.rng.choice((scene.language, scene.language, "en", "id"))
    line = scene.text("anchor", language=language) if scene.rng.random() < 0.8 else scene.brand.name
    return (spam(place[1], line, form=Form.AFTER, link=scene.brand.domain),) if place and line else ()


def anchor_inline(scene: Scene) -> Pieces:
    """`themed around card betting casinos have grown`: an anchor in a sentence, in the page's language."""
    return _anchored(scene, scene.language)


def anchor_inline_other(scene: Scene) -> Pieces:
    """`themed around judi kartu casinos have grown`: an anchor in a sentence, in another language."""
    others = [name for name in ANCHOR_LANGUAGES if name != scene.language and name in scene.kit.languages()]
    return _anchored(scene, scene.rng.choice(others)) if others else ()


def _anchored(scene: Scene, language: str) -> Pieces:
    topics = scene.kit.topics(language)
    topic = scene.topic if scene.topic in topics else scene.rng.choice(topics) if topics else ""
    line = scene.text("anchor", language=language, topic=topic)
    if not line:
        return ()
    if place := inside(scene, GAP_BEFORE_WORD):
        return (spam(place, f"{line} ", link=scene.brand.domain),)
    place = inside(scene, BETWEEN_LETTERS)
    gap = "" if not words(language).spaced else scene.rng.choice(("", " "))
    return (spam(place, f"{gap}{line}{gap}", link=scene.brand.domain),) if place else ()


def pivot(scene: Scene) -> Pieces:
    """`Read more at Slot Online!`, between two sentences of a story that goes on."""
    line = scene.text("pivot", topic="")
    return _between_sentences(scene, line, Label.SPAM) if line else ()


def promo_sentence(scene: Scene) -> Pieces:
    """`Try your luck at the sites rated on SpinRange.`, between two sentences."""
    line = scene.text("promo")
    return _between_sentences(scene, line, Label.PROMO) if line else ()


def _between_sentences(scene: Scene, line: str, label: Label) -> Pieces:
    place = scene.paragraph()
    ends = [end for _, end in sentences(scene.page.text, *place)] if place else []
    if len(ends) < 2:
        return ()
    end = scene.rng.choice(ends[:-1])
    link = scene.brand.domain if label == Label.SPAM else None
    return (Piece(start=end, end=end, lines=(scene.gap + line,), label=label, link=link),)


# What speaks to the visitor.


def access_spaced(scene: Scene) -> Pieces:
    """Sentences of an access notice on one line."""
    return _notice(scene, lambda sentences: (scene.gap.join(sentences),))


def access_glued(scene: Scene) -> Pieces:
    """Sentences of an access notice run together, some of them twice."""
    return _notice(scene, lambda sentences: ("".join([*sentences, *sentences[: scene.rng.randint(0, 2)]]),))


def access_lines(scene: Scene) -> Pieces:
    """Sentences of an access notice, a line each, sometimes one of them again."""
    again = scene.rng.random() < REPEATED_SHARE
    return _notice(scene, lambda sentences: (*sentences, *sentences[: int(again)]))


def _notice(scene: Scene, shape: Callable[[list[str]], tuple[str, ...]]) -> Pieces:
    place = scene.paragraph(0.4, 1.0)
    found = list(scene.kit.texts(scene.language, "notice"))
    if not place or len(found) < 2:
        return ()
    picked = scene.rng.sample(found, min(len(found), scene.rng.randint(2, 6)))
    lines = shape([scene.filled(text) for text in picked])
    return (Piece(start=place[1], end=place[1], lines=lines, label=Label.ACCESS, form=Form.AFTER),)
