"""Readable advertising addressed to people, by its wording."""

from collections.abc import Iterator

from dehusk.features import Measures
from dehusk.spans import Claim, Evidence, Label
from dehusk.words import Match, sentences

SCORES = {3: 0.75, 2: 0.45, 1: 0.25}
MORE_BONUS = 0.15  # for each further phrase in the sentence
MAX_CHARS = 300  # of a sentence; a longer one reports
AFFILIATE_SCORE = 0.8  # the disclosure of paid links is meta, not an advertisement


def tag_promo(measures: Measures) -> Iterator[Claim]:
    """Claim sentences that offer, appeal or praise."""
    text = measures.page.text
    for block, matches in zip(measures.blocks, measures.matches("promo"), strict=True):
        if not matches:
            continue
        for start, end in sentences(text, block.start, block.end):
            own = [m for m in matches if start <= m.start < end]
            if own and end - start <= MAX_CHARS:
                yield _claim(start, end, own)


def _claim(start: int, end: int, matches: list[Match]) -> Claim:
    best = max(matches, key=lambda m: (m.phrase.strength, m.end - m.start))
    facts: dict[str, float | str] = {"wording": best.phrase.pattern[:80], "language": best.phrase.language}
    evidence = Evidence("promo", best.phrase.family, facts)
    if best.phrase.family == "affiliate":
        return Claim(start, end, Label.META, AFFILIATE_SCORE, evidence)
    score = SCORES[best.phrase.strength] + MORE_BONUS * (len({m.phrase.pattern for m in matches}) - 1)
    return Claim(start, end, Label.PROMO, min(score, 0.9), evidence)
