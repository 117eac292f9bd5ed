"""Second and later occurrences of a passage within the page."""

import re
from collections.abc import Iterator

from dehusk.features import Measures
from dehusk.spans import Claim, Evidence, Label

WORD = re.compile(r"\w+")
MIN_WORDS = 4  # LABELS.md: a repeat of fewer words is a repeat only as a heading
MIN_FIRST_CHARS = 6  # of a run's first word: a sample of the runs that depends on the text alone
MIN_RUNS = 3
HEADINGS = ("h1", "h2")  # whose repeats count even if they are short
MIN_NEAR_WORDS = 12  # fewer words share most of their runs by chance
SHINGLE = 3  # words; passages are compared by the runs of this many words that they share
MIN_SHARED = 0.8  # LABELS.md: about 80 % of the words
SAME_SCORE, NEAR_SCORE = 0.75, 0.6
MAX_INDEX = 20_000  # blocks looked at; a page with more is a table or a log


def tag_duplicate(measures: Measures) -> Iterator[Claim]:
    """Claim blocks that say again, word for word or nearly, what an earlier block said."""
    seen: dict[str, int] = {}
    shingles: dict[tuple[str, ...], int] = {}
    for number, text in enumerate(measures.folded_texts[:MAX_INDEX]):
        if text.count(" ") + 1 < MIN_WORDS and measures.blocks[number].tag not in HEADINGS:
            continue
        words = WORD.findall(text)
        if len(words) < MIN_WORDS and not (words and measures.blocks[number].tag in HEADINGS):
            continue
        plain = " ".join(words)
        block = measures.blocks[number]
        if plain in seen:
            facts: dict[str, float | str] = {"words": len(words), "first": measures.blocks[seen[plain]].start}
            yield Claim(block.start, block.end, Label.DUPLICATE, SAME_SCORE, Evidence("duplicate", "same", facts))
            continue
        seen[plain] = number
        yield from _near(measures, number, words, shingles)


def _near(measures: Measures, number: int, words: list[str], shingles: dict[tuple[str, ...], int]) -> Iterator[Claim]:
    """A claim on a longer block most of whose word runs stood in one earlier block."""
    if len(words) < MIN_NEAR_WORDS:
        return
    runs = [
        tuple(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1) if len(words[at]) >= MIN_FIRST_CHARS
    ]
    if len(runs) < MIN_RUNS:
        return
    homes: dict[int, int] = {}
    for run in runs:
        if (home := shingles.setdefault(run, number)) != number:
            homes[home] = homes.get(home, 0) + 1
    if not homes:
        return
    home, shared = max(homes.items(), key=lambda item: item[1])
    if shared >= MIN_SHARED * len(runs):
        block = measures.blocks[number]
        facts: dict[str, float | str] = {"shared": round(shared / len(runs), 2), "first": measures.blocks[home].start}
        yield Claim(block.start, block.end, Label.DUPLICATE, NEAR_SCORE, Evidence("duplicate", "near", facts))
