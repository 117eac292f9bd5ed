"""Injected spam in forms that honest text does not take: glued brands, anchors that stand alone, keyword lines."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import numpy as np

from dehusk.features import Measures
from dehusk.spans import Claim, Evidence, Label
from dehusk.taggers.title import find_headline
from dehusk.words import UNSPACED, WORD, fold

# Letters and digits in one word, as brands of the trade are made; not a count with its unit, an ordinal, a decade.
BRAND = re.compile(
    r"(?<![\w@/.-])(?:[a-z]{3,16}\d{2,4}[a-z]{0,4}|\d{1,4}[a-z]{3,16}\d{0,3}|(?=\w{5})[a-z]{1,8}\d{1,4}[a-z]{2,8})(?!\w)(?![./@-]\w)",
    re.I,
)
NOT_BRAND = re.compile(
    r"(?:covid|mp|h|ps|win|windows|ios|android|web|utf|sha|iso|rtx|gtx|usb|g|m|a|b|f|q|fy|cop|b2|p2|n)-?\d{1,4}[a-z]?$"
    r"|\d+(?:st|nd|rd|th|s|[ap]m|k|m|bn|b|km|kg|mm|cm|mb|gb|tb|hz|ghz|mhz|kwh?|mw|gw|w|v|x|d|p|px|fps|er|ers|ème|eme|ste|ten)$",
    re.I,
)
GLUED = re.compile(r"(?<=[^\W\d_A-Z]{3})[.!?…]+[\"”’»)]?([^\W_][^\n.!?]{1,60})$")
DOMAIN_TAIL = re.compile(r"^[a-z]{2,6}(?:[/\s]|$)", re.I)
HASHTAG = re.compile(r"#\w{2,}")
LAST_WORD = re.compile(r"[a-z0-9]+$")
MIN_ECHO_CHARS = 4  # shorter words end a headline and a text by chance
MIN_HEADLINE_CHARS = 12  # that are left of a headline without the brand
MAX_GLUED_CHARS = 70  # of the end of a paragraph that is looked at for a glued anchor
MIN_CHAIN_TERMS, MIN_CHAIN_SHARE = 3, 0.15  # of a line of queries run together
EDGE_WORDS = 3  # words at an end of a headline that a brand may take
MAX_ANCHOR_CHARS, MAX_ANCHOR_WORDS = 60, 6  # of an anchor that stands alone; longer ones are sentences
MIN_PROSE_BESIDE = 80  # characters of the paragraphs that a lone anchor interrupts
MIN_KEYWORD_WORDS, MIN_REPEATED_SHARE = 5, 0.3  # of a keyword line, whose words repeat as no sentence's do
MIN_HASHTAGS = 3
LINKS_SHARE = 0.6
ECHO_SCORE, BRAND_SCORE, GLUED_SCORE, LONE_SCORE, KEYWORDS_SCORE, HIDDEN_SCORE = 0.96, 0.85, 0.9, 0.85, 0.8, 0.9


def tag_spam(measures: Measures) -> Iterator[Claim]:
    """Claim brands at the ends of headlines and texts, lone anchors, keyword lines and hidden links."""
    if not measures.blocks:
        return
    headline = find_headline(measures)
    title = headline[1] if headline else 0
    yield from _echoes(measures, title)
    yield from _headline(measures, title)
    yield from _glued(measures)
    for number in sorted(_candidates(measures)):
        yield from _line(measures, number, title)


def _candidates(measures: Measures) -> set[int]:
    """The numbers of the blocks that hold a term of the trade or a word with the shape of a brand."""
    mixed = {word for word in measures.words if not word.isalpha() and is_brand(word)}
    branded = {measures.block_at(at) for _, at in measures.places.of(mixed)} if mixed else set()
    return branded | {number for number, terms in enumerate(topic_terms(measures)) if terms}


@dataclass(frozen=True, slots=True)
class Topics:
    """The terms that injected anchors are made of: single words, the first two words of others, and what finds all."""

    words: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    pattern: re.Pattern[str]


@cache
def topics() -> Topics:
    """The terms of `data/spam_topics.txt`, for folded text."""
    lines = files("dehusk").joinpath("data", "spam_topics.txt").read_text("utf-8").splitlines()
    terms = sorted({line for line in lines if line and not line.startswith("#")}, key=lambda term: (-len(term), term))
    spaced = [term for term in terms if not UNSPACED.search(term)]
    unspaced = [term for term in terms if UNSPACED.search(term)]
    parts = [WORD.findall(term) for term in spaced]
    pattern = rf"(?<!\w)(?:{'|'.join(map(re.escape, spaced))})(?!\w)|{'|'.join(map(re.escape, unspaced))}"
    words = frozenset(part[0] for part in parts if len(part) == 1)
    return Topics(words, frozenset((part[0], part[1]) for part in parts if len(part) > 1), re.compile(pattern))


@lru_cache(maxsize=1)
def topic_terms(measures: Measures) -> list[frozenset[str]]:
    """The terms of the trade that each block holds; only blocks that hold a word or pair of one are looked through."""
    known, places = topics(), measures.places
    numbers: set[int] = set()
    if words := known.words & places.words:
        numbers.update(measures.block_at(at) for _, at in places.of(words))
    if pairs := {pair for pair in known.pairs if places.words.issuperset(pair)}:
        numbers.update(measures.block_at(at) for _, at in places.of_pairs(pairs))
    if places.unspaced:
        numbers.update(range(len(measures.blocks)))
    found = [frozenset[str]()] * len(measures.blocks)
    for number in numbers:
        found[number] = frozenset(known.pattern.findall(measures.folded_texts[number]))
    return found


def is_brand(word: str) -> bool:
    """Whether a word has the shape of a brand: letters and digits mixed, and no unit, ordinal or known product line."""
    return bool(BRAND.fullmatch(word)) and not NOT_BRAND.match(word)


def brands_of(text: str) -> set[str]:
    """The words of a text that have the shape of a brand."""
    return {word for word in text.split() if not word.isalpha() and is_brand(word)}


def _echoes(measures: Measures, title: int) -> Iterator[Claim]:
    """The same words at, or glued to, an end of the headline and to the end of the text."""
    headline, tail = measures.blocks[title], measures.blocks[-1]
    if headline is tail or not len(headline):
        return
    ending, own = measures.folded_texts[-1], _short_blocks(measures) | {title, len(measures.blocks) - 1}
    for piece, start in _edges(measures, title):
        fits = len(piece) >= MIN_ECHO_CHARS and ending.endswith(piece) and piece not in measures.declared_names
        if fits and _is_loose(ending, piece) and not _elsewhere(measures, piece, own):
            evidence = Evidence("spam", "echo", {"words": piece[:80], "at": "head and tail"})
            at = headline.start + start
            yield Claim(at, at + len(piece), Label.SPAM, ECHO_SCORE, evidence)
            yield Claim(tail.end - len(piece), tail.end, Label.SPAM, ECHO_SCORE, evidence)
            return


def _edges(measures: Measures, title: int) -> Iterator[tuple[str, int]]:
    """What a brand may be of the headline, the longest first: words at its ends, then what is glued to them."""
    text = measures.folded_texts[title]
    words = [(word.start(), word.end()) for word in re.finditer(r"\S+", text)]
    for count in range(min(EDGE_WORDS, len(words) - 1), 0, -1):
        for start, end in ((words[0][0], words[count - 1][1]), (words[-count][0], words[-1][1])):
            if measures.chars[title] * (1 - (end - start) / len(text)) >= MIN_HEADLINE_CHARS:
                piece = text[start:end].strip(" -–—|:·")
                yield piece, text.find(piece, start)
    if (glued := LAST_WORD.search(measures.folded_texts[-1])) and is_brand(glued[0]):
        if text.startswith(glued[0]):
            yield glued[0], 0
        elif text.endswith(glued[0]):
            yield glued[0], len(text) - len(glued[0])


def _is_loose(ending: str, piece: str) -> bool:
    """Whether the piece is no part of the last sentence: alone on its line, glued to a stop, or after one."""
    before = ending[: len(ending) - len(piece)].rstrip(" #")
    return not before or before[-1] in '.!?…"”»)。！？' or is_brand(piece)


def _elsewhere(measures: Measures, piece: str, but: frozenset[int]) -> int:
    """How many blocks other than these hold the piece."""
    return sum(piece in text for number, text in enumerate(measures.folded_texts) if number not in but)


def _headline(measures: Measures, title: int) -> Iterator[Claim]:
    """Brands at the ends of the headline that the rest of the page does not speak of."""
    block = measures.blocks[title]
    words = list(re.finditer(r"\S+", measures.page.slice(block)))
    if len(words) < 3:
        return
    for word in (words[0], words[-1]):
        brand = word[0].strip("-–—|:·,")
        if is_brand(brand) and not _elsewhere(measures, fold(brand), _short_blocks(measures) | {title}):
            start = block.start + word.start() + word[0].find(brand)
            facts: dict[str, float | str] = {"words": brand, "in_prose": 0}
            yield Claim(start, start + len(brand), Label.SPAM, BRAND_SCORE, Evidence("spam", "headline_brand", facts))


@lru_cache(maxsize=1)
def _short_blocks(measures: Measures) -> frozenset[int]:
    return frozenset(np.flatnonzero(~measures.is_prose).tolist())


def _glued(measures: Measures) -> Iterator[Claim]:
    """Brands and topic words set against the stop of a paragraph's last sentence."""
    for number, block in enumerate(measures.blocks):
        found = GLUED.search(measures.texts[number], max(len(block) - MAX_GLUED_CHARS, 0))
        if not found or DOMAIN_TAIL.match(found[1]):
            continue
        piece = found[1].rstrip()
        brand = next((word for word in piece.split() if is_brand(word)), None)
        topic = piece[0].islower() and any(term in fold(piece) for term in topic_terms(measures)[number])
        if len(piece.split()) <= MAX_ANCHOR_WORDS and (brand or topic):
            start = block.start + found.start(1)
            if not _elsewhere(measures, fold(piece), _short_blocks(measures) | {number}):
                evidence = Evidence("spam", "glued", {"words": piece[:80]})
                yield Claim(start, start + len(piece), Label.SPAM, GLUED_SCORE, evidence)


def _line(measures: Measures, number: int, title: int) -> Iterator[Claim]:
    """A whole line that is spam by its form."""
    block, text = measures.blocks[number], measures.folded_texts[number]
    terms = topic_terms(measures)[number]
    rule = score = None
    if block.hidden and block.link_share >= LINKS_SHARE and terms:
        rule, score = "hidden_links", HIDDEN_SCORE
    elif len(terms) >= MIN_CHAIN_TERMS and not measures.stopped[number] and not block.link_share and _is_chain(text):
        rule, score = "keyword_chain", KEYWORDS_SCORE
    elif (
        len(block) <= MAX_ANCHOR_CHARS
        and number != title
        and (terms or brands_of(text))
        and _is_lone_anchor(measures, number)
    ):
        rule, score = "lone_anchor", LONE_SCORE
    elif terms and len(HASHTAG.findall(text)) >= MIN_HASHTAGS and _is_off_topic(measures, number):
        rule, score = "hashtags", KEYWORDS_SCORE
    elif terms and ((number <= title and _is_keyword_line(text)) or _is_head_anchor(measures, number)):
        rule, score = "keyword_line", KEYWORDS_SCORE
    if rule and score:
        yield Claim(block.start, block.end, Label.SPAM, score, Evidence("spam", rule, {"terms": len(terms)}))


def _is_lone_anchor(measures: Measures, number: int) -> bool:
    """Whether a short line without the look of a heading interrupts the prose, in words that it uses nowhere."""
    block, text = measures.blocks[number], measures.texts[number]
    if len(block) > MAX_ANCHOR_CHARS or len(text.split()) > MAX_ANCHOR_WORDS or block.tag[:1] == "h":
        return False
    if not 0 < number < len(measures.blocks) - 1 or text[-1:] in ".!?:;":
        return False
    beside = max(measures.chars[number - 1], measures.chars[number + 1])
    stopped = bool(measures.stopped[number - 1] and measures.stopped[number + 1])
    return (
        beside >= MIN_PROSE_BESIDE
        and stopped
        and not text.istitle() * text[:1].isupper()
        and _is_off_topic(measures, number)
    )


def _is_chain(text: str) -> bool:
    """Whether a line is terms of the trade for a good part, and no sentence ends in it."""
    words = text.split()
    found = sum(len(term.split()) for term in topics().pattern.findall(text))
    return found >= MIN_CHAIN_SHARE * len(words) and not re.search(r"[.!?;:] ", text)


def _is_head_anchor(measures: Measures, number: int) -> bool:
    """Whether a short line above the first paragraph begins in small letters and has nothing to do with the prose."""
    block, text = measures.blocks[number], measures.texts[number]
    first = next((n for n, prose in enumerate(measures.is_prose) if prose), 0)
    short = len(block) <= MAX_ANCHOR_CHARS and 1 < len(text.split()) <= MAX_ANCHOR_WORDS
    return number < first and short and text[0].islower() and not block.link_share and _is_off_topic(measures, number)


def _is_off_topic(measures: Measures, number: int) -> bool:
    """Whether the page's prose has none of the line's topic words and brands."""
    text = measures.folded_texts[number]
    words = topic_terms(measures)[number] | brands_of(text)
    return not any(_elsewhere(measures, word, _short_blocks(measures) | {number}) for word in words)


def _is_keyword_line(text: str) -> bool:
    """Whether the words of a line repeat as those of no sentence do, and no stop ends it."""
    words = Counter(re.findall(r"\w{3,}", text))
    total = words.total()
    repeated = total - len(words)
    return total >= MIN_KEYWORD_WORDS and repeated >= MIN_REPEATED_SHARE * total and text[-1:] not in ".!?"
