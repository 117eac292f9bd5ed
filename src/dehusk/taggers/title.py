"""The headline: what the page declares as its title and shows as a heading."""

import re
from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from dehusk.features import Measures
from dehusk.spans import Claim, Evidence, Label
from dehusk.words import fold

MAX_TITLE_CHARS = 300
MIN_TITLE_WORDS = 2.5  # fewer are a name or a label
MIN_LIKENESS = 0.75  # of a heading to a declared title that names the site too
HEADING_STEP = re.compile(r">(h[1-3])\b")
MIN_COMPARED_CHARS = 12  # a shorter line is like too many titles
STARTS_SCORE = 0.95  # a line that the declared title begins with
SITE_JOINT = re.compile(r"\s+[|\u2013\u2014\u00b7:»«-]\s+|\s*[|»]\s*")
HEADINGS = {"h1": 0.25, "h2": 0.1, "h3": 0.05}
MIN_HEADING = 0.2  # only the first level is a headline by itself
BASE_SCORE, LIKENESS_GAIN, HEADING_GAIN, NO_TITLE_LIKENESS = 0.05, 0.55, 1.6, 0.6
LATE_COST, LATE_LINES = 0.1, 3  # for a headline that comes more lines than this after the first prose
MIN_PARAGRAPH_CHARS = 120  # of the first paragraph; notices and counters above the headline are shorter
PLACE_SCORE = 0.7
MAX_LINES_ABOVE = 8  # lines before the first paragraph among which a headline is looked for
ENOUGH_CHARS = 45  # of two lines that are longer, the one nearer the text is the headline
LEADS = frozenset(["byline", "published", "updated", "counter", "credit"])  # wording that no headline begins with
CHARS_PER_WORD = 5.5
MAX_DIGIT_SHARE = 0.2
BULLETS = ("-", "*", "•", "·", "|", ">", "#")


def tag_title(measures: Measures) -> Iterator[Claim]:
    """Claim the one block that is most like a headline: by markup and declared title, else by place and form."""
    if choice := find_headline(measures):
        score, number, rule = choice
        block = measures.blocks[number]
        evidence = Evidence("title", rule, {"tag": block.tag, "line": number})
        yield Claim(block.start, block.end, Label.TITLE, min(score, 0.97), evidence)


@lru_cache(maxsize=1)
def find_headline(measures: Measures) -> tuple[float, int, str] | None:
    """The score of the likeliest headline, the number of its block, and the rule that found it."""
    return _by_markup(measures) or _by_place(measures)


def _by_markup(measures: Measures) -> tuple[float, int, str] | None:
    titles = [fold(title) for title in measures.page.declared.all("title")]
    declared = [(title, _exact(title, measures.declared_names), frozenset(title.split())) for title in titles]
    exact = frozenset().union(*(parts for _, parts, _ in declared))
    longest, shortest = 2 * max(map(len, titles), default=0), min(map(len, titles), default=0) / 2
    first_prose = next((number for number, prose in enumerate(measures.is_prose) if prose), len(measures.blocks))
    found: list[tuple[float, int, str]] = []
    for number, block in enumerate(measures.blocks):
        heading, text = HEADINGS.get(heading_tag(block.path, block.tag), 0.0), measures.folded_texts[number]
        if len(block) > MAX_TITLE_CHARS or block.hidden or not (declared or heading):
            continue
        like = 0.0
        if heading or shortest <= len(text) <= longest or text in exact:
            words = frozenset(text.split())
            like = max((likeness(text, words, *title) for title in declared), default=0.0)
        if like >= MIN_LIKENESS or heading >= MIN_HEADING:
            late = LATE_COST * (number > first_prose + LATE_LINES)
            score = (
                BASE_SCORE + LIKENESS_GAIN * (like if declared else NO_TITLE_LIKENESS) + HEADING_GAIN * heading - late
            )
            found.append((score, -number, "declared" if like >= MIN_LIKENESS else "heading"))
    if not found:
        return None
    score, number, rule = max(found)
    return score, -number, rule


def _exact(title: str, names: frozenset[str]) -> frozenset[str]:
    """What a headline may be of a declared title: all of it, or a part that is neither the site's name nor the last."""
    parts = SITE_JOINT.split(title)
    return frozenset({title, *(parts[:-1] if len(parts) > 1 else parts)} - names)


def _by_place(measures: Measures) -> tuple[float, int, str] | None:
    """In bare text: the longest of the few lines before the first paragraph that may be a headline."""
    if measures.page.is_html:
        return None
    prose = np.flatnonzero(measures.is_prose & (measures.chars >= MIN_PARAGRAPH_CHARS)).tolist()
    if not prose:
        return None
    start = max(prose[0] - MAX_LINES_ABOVE, 0)
    lines = [number for number in range(start, prose[0]) if _may_be_headline(measures, number)]
    if not lines and prose[0] == 0 and len(prose) > 2 and _may_be_headline(measures, 0):
        lines = [0]
    best = max(lines, key=lambda number: (min(float(measures.chars[number]), ENOUGH_CHARS), number), default=None)
    return None if best is None else (PLACE_SCORE, best, "place")


def _may_be_headline(measures: Measures, number: int) -> bool:
    text, start = measures.texts[number], measures.blocks[number].start
    words = measures.chars[number] / CHARS_PER_WORD
    if any(match.phrase.family in LEADS and match.start == start for match in measures.matches("meta")[number]):
        return False
    digits = sum(char.isdigit() for char in text)
    return (
        words > MIN_TITLE_WORDS
        and len(text) <= MAX_TITLE_CHARS // 2
        and digits <= MAX_DIGIT_SHARE * len(text)
        and text[-1] not in ".,;:。；：，"
        and not text.startswith(BULLETS)
    )


@lru_cache(maxsize=4096)
def heading_tag(path: str | None, tag: str) -> str:
    """The tag of the heading that a block is or stands in, else its own."""
    if tag in HEADINGS or not path:
        return tag
    found = HEADING_STEP.findall(path)
    return found[-1] if found else tag


def likeness(text: str, words: frozenset[str], title: str, parts: frozenset[str], title_words: frozenset[str]) -> float:
    """How much of a declared title, site name aside, a line is: 0 to 1."""
    if text in parts:
        return 1.0
    if len(text) < MIN_COMPARED_CHARS or not 0.5 < len(text) / len(title) < 2:
        return 0.0
    if title.startswith(text):
        return STARTS_SCORE
    return 2 * len(words & title_words) / (len(words) + len(title_words))
