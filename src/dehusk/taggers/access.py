"""Access notices: sentences that speak to this visitor about getting, or not getting, this content."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

import numpy as np

from dehusk.features import Measures, weighted_chars
from dehusk.page import Block
from dehusk.spans import Claim, Evidence, Label
from dehusk.words import Match, sentences

STRENGTH_SCORES = {3: 0.9, 2: 0.68, 1: 0.3}
MAX_CHARS = {3: 400, 2: 220, 1: 80}  # a longer sentence that says so is about such notices
MAX_BLOCK_CHARS = {3: 1500, 2: 400, 1: 160}  # likewise a longer block
SECOND_BONUS = 0.2  # for each further phrase of its own in the sentence
NEIGHBOUR_BONUS = 0.3  # beside a sentence that is sure: notices come in groups
REACH = 3  # sentences and blocks within which notices enclose what stands between them
ENCLOSED_SCORE = 0.76  # of a short sentence between notices on a page that has a sure wall
CARRIED_SCORE = 0.65  # of a short sentence without known wording between two that are sure
MAX_CARRIED_CHARS = 120
SURE_SCORE = 0.8
LEADING_SCORE = 0.68  # of a sentence that takes the rest of its short block along: "Want more? Subscribe."
WHOLE_SCORE, MAX_WHOLE_CHARS = 0.82, 160  # of a block whose sentences all have the wording of notices
WALL_SCORE, MAX_WALL_LINK_SHARE = 0.72, 0.5  # of a sentence with weak wording on a page that has a sure wall
WALLS = frozenset(["paywall", "login", "javascript", "verification", "soft_404"])  # families that stand in for text
ABOUT_PENALTY = 0.35  # on pages whose headline names the subject: they report on such walls, or explain them
ABOUT_WORDS = re.compile(
    r"javascript|cookie|captcha|paywall|\b40[34]\b|\berrors?\b|log-?in|pass(?:word|wort)|ad-?block|fehler|erreur|erro\b|gdpr|dsgvo"
)
# Names that authors of pages give to the boxes of such notices.
PLACES = {
    "consent": re.compile(
        r"cookie|consent|gdpr|dsgvo|onetrust|\bcmp\b|didomi|usercentrics|privacy-?(?:popup|banner|center|modal)"
    ),
    "paywall": re.compile(
        r"paywall|subscri(?:be|ption)-?(?:wall|required|prompt)|premium-?(?:box|wall|overlay)|piano|suscri[pb]"
    ),
    "login": re.compile(
        r"(?<![a-z])(?:log-?in|sign-?in)(?![a-z])|registration|password|account-?(?:form|lookup)|auth(?:entication)?-?(?:form|modal)"
    ),
}
MENUS = ("nav", "header")
PLACE_SCORE = 0.7
MAX_PLACE_PROSE_SHARE = 0.3  # a name over more of the page's prose than this names the page
QUOTES = re.compile(
    r"[\"\u201c\u201e\u00ab\u2018\u300c][^\"\u201c\u201d\u00bb\n]{3,200}[\"\u201d\u201c\u00bb\u2019\u300d]"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, the block it stands in, and what speaks for its being a notice."""

    start: int
    end: int
    block: int
    score: float = 0.0
    match: Match | None = None


def notice_shares(measures: Measures) -> dict[int, float]:
    """For each block with a sure notice about getting this content, the share of it that is the notice."""
    shares: dict[int, float] = {}
    for claim in tag_access(measures):
        if claim.score >= SURE_SCORE and claim.evidence.rule in WALLS:
            number = measures.block_at(claim.start)
            length = (claim.end - claim.start) / max(len(measures.blocks[number]), 1)
            shares[number] = shares.get(number, 0.0) + length
    return shares


@lru_cache(maxsize=1)
def tag_access(measures: Measures) -> tuple[Claim, ...]:
    """Claim sentences with the wording of access notices, those between them, and boxes named after them."""
    return (*_places(measures), *_worded(measures))


def _worded(measures: Measures) -> Iterator[Claim]:
    """Claims on sentences with the wording of notices, and on short ones between them."""
    found = measures.matches("access")
    worded = {number for number, matches in enumerate(found) if matches}
    near = sorted({at for number in worded for at in range(number - REACH, number + REACH + 1) if 0 <= at < len(found)})
    rows = [row for number in near for row in _read_block(measures, number, found[number])]
    about = ABOUT_PENALTY if ABOUT_WORDS.search(measures.headline) else 0.0
    walled = any(row.score >= SURE_SCORE and row.match and row.match.phrase.family in WALLS for row in rows)
    if walled:
        rows = [_beside_wall(row, measures.blocks[row.block]) for row in rows]
    rows = _with_neighbours(_with_neighbours(list(_by_block(rows))))
    for row in _enclosed(measures.page.text, rows) if walled else rows:
        if row.score > 0:
            facts: dict[str, float | str] = {}
            if row.match:
                facts = {"wording": row.match.phrase.pattern[:80], "language": row.match.phrase.language}
            rule = row.match.phrase.family if row.match else "between"
            yield Claim(row.start, row.end, Label.ACCESS, max(row.score - about, 0.0), Evidence("access", rule, facts))


def _places(measures: Measures) -> Iterator[Claim]:
    """Claims on the blocks of boxes that are named after such notices, menus left out."""
    paths, numbers = measures.path_numbers
    named = [_names(path) for path in paths]
    prose = np.where(measures.is_prose, measures.chars, 0.0)
    for rule in PLACES:
        inside = np.array([rule in names for names in named], dtype=np.bool_)[numbers]
        if inside.any() and prose[inside].sum() <= MAX_PLACE_PROSE_SHARE * prose.sum():
            for number in np.flatnonzero(inside):
                block = measures.blocks[number]
                yield Claim(block.start, block.end, Label.ACCESS, PLACE_SCORE, Evidence("access", rule, {"place": 1}))


def _names(path: str) -> frozenset[str]:
    """The notices that the elements of a path are named after, other than those of the whole page and of menus."""
    steps = path.split(">")[1:]
    named: frozenset[str] = frozenset().union(*map(names_of, steps))
    return frozenset() if named and any(step.startswith(MENUS) for step in steps) else named


@lru_cache(maxsize=65536)
def names_of(step: str) -> frozenset[str]:
    """The notices that one element is named after."""
    low = step.lower()
    return frozenset(rule for rule, name in PLACES.items() if name.search(low))


def _read_block(measures: Measures, number: int, matches: list[Match]) -> list[Sentence]:
    """The sentences of a block, scored by the phrases that stand in them and are not quoted."""
    block, text = measures.blocks[number], measures.page.text
    if not matches:
        return [Sentence(block.start, block.end, number)]
    quoted = [(q.start(), q.end()) for q in QUOTES.finditer(text, block.start, block.end)]
    own = [m for m in matches if not any(start <= m.start and m.end <= end for start, end in quoted)]
    rows = [Sentence(start, end, number) for start, end in sentences(text, block.start, block.end)]
    starts = [match.start for match in own]
    parts = ((row, own[bisect_left(starts, row.start) : bisect_left(starts, row.end)]) for row in rows)
    return [_scored(row, part, len(block)) for row, part in parts]


def _scored(row: Sentence, matches: list[Match], block_chars: int) -> Sentence:
    chars = row.end - row.start
    fitting = [
        m
        for m in matches
        if chars <= MAX_CHARS[m.phrase.strength] and block_chars <= MAX_BLOCK_CHARS[m.phrase.strength]
    ]
    if not fitting:
        return row
    best = max(fitting, key=lambda m: (m.phrase.strength, m.end - m.start, -m.start))
    apart = _apart(fitting)
    score = STRENGTH_SCORES[best.phrase.strength] + SECOND_BONUS * (apart - 1)
    return replace(row, score=min(score, 0.97), match=best)


def _apart(matches: list[Match]) -> int:
    """How many of the matches stand apart from one another."""
    count, reach = 0, -1
    for match in sorted(matches, key=lambda m: (m.end, m.start)):
        if match.start >= reach:
            count, reach = count + 1, match.end
    return count


def _by_block(rows: list[Sentence]) -> Iterator[Sentence]:
    """The sentences, raised in short blocks where every one has known wording: "Already a subscriber? Log in." """
    for _, group in groupby(rows, key=lambda row: row.block):
        held = list(group)
        short = len(held) > 1 and held[-1].end - held[0].start <= MAX_WHOLE_CHARS
        if short and all(row.score for row in held):
            held = [replace(row, score=max(row.score, WHOLE_SCORE)) for row in held]
        elif short and any(row.score >= LEADING_SCORE for row in held):
            held = [row if row.score else replace(row, score=CARRIED_SCORE) for row in held]
        yield from held


def _beside_wall(row: Sentence, block: Block) -> Sentence:
    """The sentence, raised where the page is known to have a wall: short calls that lead nowhere belong to it."""
    if row.score and block.link_share <= MAX_WALL_LINK_SHARE and row.end - row.start <= MAX_CARRIED_CHARS:
        return replace(row, score=max(row.score, WALL_SCORE))
    return row


def _enclosed(text: str, rows: list[Sentence]) -> list[Sentence]:
    """The sentences, short ones without known wording raised where notices stand close before and after them."""
    worded = [row.score >= WALL_SCORE for row in rows]
    return [
        replace(row, score=ENCLOSED_SCORE)
        if not row.score
        and weighted_chars(text[row.start : row.end]) <= MAX_CARRIED_CHARS
        and any(worded[max(at - REACH, 0) : at])
        and any(worded[at + 1 : at + 1 + REACH])
        else row
        for at, row in enumerate(rows)
    ]


def _with_neighbours(rows: list[Sentence]) -> list[Sentence]:
    """The sentences, each with what the ones beside it add."""
    sure = [row.score >= SURE_SCORE for row in rows]
    raised = []
    for at, row in enumerate(rows):
        before, after = at > 0 and sure[at - 1], at + 1 < len(rows) and sure[at + 1]
        if 0 < row.score < SURE_SCORE and (before or after):
            row = replace(row, score=min(row.score + NEIGHBOUR_BONUS * (before + after), 0.9))
        elif not row.score and before and after and row.end - row.start <= MAX_CARRIED_CHARS:
            row = replace(row, score=CARRIED_SCORE)
        raised.append(row)
    return raised
