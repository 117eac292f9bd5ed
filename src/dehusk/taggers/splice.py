"""Text of another document: teasers with body beside the main region, paragraphs spliced in next to a notice."""

import re
from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from dehusk.features import Measures
from dehusk.spans import Claim, Evidence, Label
from dehusk.taggers.access import notice_shares
from dehusk.taggers.chrome import main_region, named_parts
from dehusk.words import UNSPACED

NAME = re.compile(r"(?<![.!?…\"”“»:]\s)(?<!^)(?<=\s)[^\W\d_a-zß-ÿа-я][\w'’.-]*[^\W_]", re.M)
CONTENT_WORD = re.compile(r"\w{5,}")
STEM_CHARS = 6  # words that begin alike count as one: a plain stand-in for stemming in any language
UNSPACED_GRAM = 2  # characters; the unit of scripts without spaces
MIN_PARAGRAPH_CHARS = 120  # shorter ones hold too few words to compare
MIN_MAIN_PARAGRAPHS = 3  # of the document that the paragraph is compared with
MAX_NOTICE_SHARE = 0.5  # of a paragraph that a notice is glued to
MAX_SPLICE_SHARE = 0.8  # of the text before the notice; more than that is the document going on
CAPITAL_NOUN_SHARE = 0.2  # of the words inside sentences; German has about .3, other languages under .15
MIN_NAMES = 2
MAX_NAMES_SHARED = 0.34
MAX_WORDS_SHARED = 0.22  # of its content words; a paragraph of the same article shares about a third or more
BESIDE_SCORE, SHORT_SCORE, SURE_PARAGRAPH_CHARS = 0.8, 0.68, 220  # a short paragraph may be a notice itself


def tag_splice(measures: Measures) -> Iterator[Claim]:
    """Claim paragraphs after an access notice that share next to nothing with the text before it."""
    main = np.flatnonzero(main_region(measures, named_parts(measures)) & measures.is_prose).tolist()
    shares = notice_shares(measures)
    inside = [number for number in shares if main and main[0] < number and not measures.hidden[number]]
    if not inside:
        return
    before = [n for n in main if n < min(inside)]
    after = [n for n in main if n >= min(inside) and shares.get(n, 0.0) < MAX_NOTICE_SHARE]
    chars_before, chars_after = (sum(measures.chars[n] for n in part) for part in (before, after))
    if len(before) < MIN_MAIN_PARAGRAPHS or chars_after > MAX_SPLICE_SHARE * chars_before:
        return
    rest_names = {name for n in before for name in names(measures.texts[n])}
    rest_words = {word for n in before for word in content_words(measures.folded_texts[n])}
    for number in after:
        yield from _compare(measures, int(number), rest_names, rest_words)


def _compare(measures: Measures, number: int, rest_names: set[str], rest_words: set[str]) -> Iterator[Claim]:
    block = measures.blocks[number]
    own_names, own_words = names(measures.texts[number]), content_words(measures.folded_texts[number])
    if measures.chars[number] < MIN_PARAGRAPH_CHARS or not own_words:
        return
    shared_names = len(own_names & rest_names)
    shared_words = len(own_words & rest_words)
    allowed = 0.0 if _has_capital_nouns(measures) else MAX_NAMES_SHARED
    few_names = len(own_names) >= MIN_NAMES and shared_names <= allowed * len(own_names)
    unnamed = len(own_names) < MIN_NAMES
    if shared_words <= MAX_WORDS_SHARED * len(own_words) and (few_names or (unnamed and not shared_names)):
        facts: dict[str, float | str] = {
            "names": len(own_names),
            "shared_names": shared_names,
            "words": len(own_words),
            "shared_words": shared_words,
        }
        score = BESIDE_SCORE if measures.chars[number] >= SURE_PARAGRAPH_CHARS else SHORT_SCORE
        yield Claim(block.start, block.end, Label.FOREIGN, score, Evidence("splice", "beside_notice", facts))


@lru_cache(maxsize=1)
def _has_capital_nouns(measures: Measures) -> bool:
    """Whether the text writes its nouns with capitals, as German does, so that a capital does not make a name."""
    text = " ".join(text for text, prose in zip(measures.texts, measures.is_prose, strict=True) if prose)
    return len(NAME.findall(text)) > CAPITAL_NOUN_SHARE * (text.count(" ") + 1)


def names(text: str) -> set[str]:
    """The words that look like names: capitals inside sentences."""
    return {found[0].rstrip("'’s.") for found in NAME.finditer(text)}


def content_words(folded: str) -> set[str]:
    """The beginnings of a text's longer words; pairs of characters where words are not spaced."""
    if UNSPACED.search(folded):
        plain = "".join(UNSPACED.findall(folded))
        return {plain[at : at + UNSPACED_GRAM] for at in range(len(plain) - 1)}
    return {word[:STEM_CHARS] for word in CONTENT_WORD.findall(folded)}
