"""The forms that pollution takes, each a function from a scene to pieces; LABELS.md, section 3, tells what was seen."""

from dataclasses import replace

from dehusk.train.bodies import (
    access_glued,
    access_lines,
    access_spaced,
    anchor_inline,
    anchor_inline_other,
    anchor_line,
    pivot,
    promo_sentence,
)
from dehusk.train.edges import (
    brand_headline,
    brand_sandwich,
    brand_tail,
    brand_word,
    counter_line,
    hashtags,
    homoglyph,
    keyword_head,
    offer_table,
    tail_line,
    zero_width_brand,
)
from dehusk.train.pieces import Family, Pieces, spam
from dehusk.train.plant import Form, Shape
from dehusk.train.scene import Scene
from dehusk.train.texts import (
    duplicate_block,
    letter_swap_sentence,
    mojibake_sentence,
    ocr_sentence,
    splice_far,
    splice_near,
    splice_outlet,
    spun_sentence,
    truncation,
)

HIDDEN_LINKS = (4, 9)  # of a hidden block
MIN_PARTS = 3  # of a page with several plants; fewer are no such page


def hidden(shape: Shape) -> Family:
    """Links that a reader does not see, hidden in this way; in markup only."""

    def family(scene: Scene) -> Pieces:
        place = scene.paragraph()
        pool = [
            text
            for topic in scene.kit.topics(scene.language)
            for text in scene.kit.texts(scene.language, "anchor", topic)
        ]
        if place is None or scene.page.html is None or not pool:
            return ()
        lines = [
            scene.filled(text) for text in scene.rng.sample(pool, min(len(pool), scene.rng.randint(*HIDDEN_LINKS)))
        ]
        return (replace(spam(place[1], *lines, form=Form.AFTER, link=scene.brand.domain), shape=shape),)

    return family


def none(scene: Scene) -> Pieces:
    """Nothing at all: a control."""
    return ()


def prototype(scene: Scene) -> Pieces:
    """Several at once, as on the prototype page: brands, counter, anchor, notice, splice."""
    notice = scene.rng.choice((access_lines, access_glued, access_spaced))(scene)
    splice = scene.rng.choice((splice_far, splice_near, splice_outlet))(scene)
    if notice and splice:
        splice = tuple(replace(piece, start=notice[0].end, end=notice[0].end) for piece in splice)
    parts = {
        "brand_headline": brand_headline(scene),
        "counter_line": counter_line(scene),
        "anchor_line": anchor_line(scene),
        "access": notice,
        "splice": splice,
        "brand_tail": brand_tail(scene),
    }
    if sum(map(bool, parts.values())) < MIN_PARTS:
        return ()
    return tuple(replace(piece, family=name) for name, pieces in parts.items() for piece in pieces)


FAMILIES: dict[str, Family] = {
    "brand_headline": brand_headline,
    "brand_tail": brand_tail,
    "brand_word": brand_word,
    "brand_sandwich": brand_sandwich,
    "homoglyph": homoglyph,
    "zero_width": zero_width_brand,
    "keyword_head": keyword_head,
    "offer_table": offer_table,
    "tail_line": tail_line,
    "hashtags": hashtags,
    "counter_line": counter_line,
    "anchor_line": anchor_line,
    "anchor_inline": anchor_inline,
    "anchor_inline_other": anchor_inline_other,
    "pivot": pivot,
    "promo_sentence": promo_sentence,
    "access_spaced": access_spaced,
    "access_glued": access_glued,
    "access_lines": access_lines,
    "splice_near": splice_near,
    "splice_far": splice_far,
    "splice_outlet": splice_outlet,
    "duplicate_block": duplicate_block,
    "mojibake": mojibake_sentence,
    "letter_swap": letter_swap_sentence,
    "ocr_dirt": ocr_sentence,
    "spun": spun_sentence,
    "hidden_not_shown": hidden(Shape.NOT_SHOWN),
    "hidden_off_screen": hidden(Shape.OFF_SCREEN),
    "hidden_no_size": hidden(Shape.NO_SIZE),
    "hidden_same_colour": hidden(Shape.SAME_COLOUR),
    "truncation": truncation,
    "prototype": prototype,
    "none": none,
}
