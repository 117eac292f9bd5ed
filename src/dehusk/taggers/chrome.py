"""Site furniture: what stands outside the main region, is named so in the markup, or worded so."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from itertools import groupby

import numpy as np

from dehusk.features import Bools, Floats, Measures
from dehusk.page import Block
from dehusk.spans import Claim, Evidence, Label
from dehusk.words import Match

PATH_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
OUTSIDE_SCORE = 0.64
OUTSIDE_PROSE_SCORE = 0.56  # prose apart from the rest is a teaser, a comment or a box more often than article
NAMED_SCORE = 0.66
LINKS_SCORE = 0.62
PROSE_GAIN_CHARS = 500  # a longer block adds no more, so that one long comment does not outweigh an article
LINE_COST_CHARS = 30.0  # what crossing a line without prose costs: about ten of them cut off a lone paragraph
NAMED_COST_CHARS = 120.0  # crossing a line that its place names as furniture
WITHIN_COST, OUTSIDE_COST = 0.2, 1.5  # of a line without prose, in and out of the element that holds most prose
OUTSIDE_GAIN = 0.4  # of prose out of that element
MAX_BARE_LINES = 10  # of a page without prose: so few lines are all that there is, not furniture
MAX_SPARSE_CHARS = 12000.0  # of prose; pages with less may be products, lists and tables, whose text is no prose
MAIN = re.compile(r">main\b|\[role=main\]|#(?:main|content)\b|\[itemprop=(?:articleBody|mainEntity)\]")
MIN_HOME_SHARE = 0.7  # of the page's prose, for an element to be its home
MAX_NAMED_PROSE_SHARE = 0.4  # a name over more of the page's prose than this names a wrapper, not furniture
MIN_LINK_SHARE = 0.66
WORDING_SCORES = {3: 0.9, 2: 0.7, 1: 0.4}
MAX_WORDING_CHARS = {3: 160, 2: 90, 1: 40}


def tag_chrome(measures: Measures) -> Iterator[Claim]:
    """Claim the blocks outside the main region, in named furniture, made of links, or worded as furniture."""
    if not measures.blocks:
        return
    parts = named_parts(measures)
    inside = main_region(measures, parts) | declared_main(measures, parts)
    linked = inside & (measures.link_shares >= MIN_LINK_SHARE)
    for part, first, last in _runs(parts):
        facts: dict[str, float | str] = {"name": part, "part": "comments"} if part == "comments" else {"name": part}
        yield _run(measures, first, last, NAMED_SCORE, Evidence("chrome", "named", facts))
    for rule, score, where in (
        ("outside", OUTSIDE_SCORE, ~inside & ~measures.is_prose),
        ("outside_prose", OUTSIDE_PROSE_SCORE, ~inside & measures.is_prose),
        ("links", LINKS_SCORE, linked),
    ):
        for _, first, last in _runs([rule if found else None for found in where.tolist()]):
            share = round(float(measures.link_shares[first : last + 1].mean()), 2)
            evidence = Evidence("chrome", rule, {"lines": last - first + 1, "link_share": share})
            yield _run(measures, first, last, score, evidence)
    for block, matches in zip(measures.blocks, measures.matches("chrome"), strict=True):
        yield from _wording(block, matches)


def _runs(names: list[str | None]) -> Iterator[tuple[str, int, int]]:
    """Each name with the first and the last of the neighbouring blocks that bear it."""
    for name, group in groupby(range(len(names)), key=lambda number: names[number]):
        numbers = list(group)
        if name is not None:
            yield name, numbers[0], numbers[-1]


def _run(measures: Measures, first: int, last: int, score: float, evidence: Evidence) -> Claim:
    return Claim(measures.blocks[first].start, measures.blocks[last].end, Label.CHROME, score, evidence)


def _wording(block: Block, matches: list[Match]) -> Iterator[Claim]:
    for match in matches:
        strength = match.phrase.strength
        if len(block) <= MAX_WORDING_CHARS[strength]:
            facts = {"wording": match.phrase.pattern[:80], "language": match.phrase.language}
            evidence = Evidence("chrome", match.phrase.family, facts)
            yield Claim(block.start, block.end, Label.CHROME, WORDING_SCORES[strength], evidence)


@lru_cache(maxsize=4096)
def part_of_path(path: str) -> str | None:
    """The kind of furniture that a path names, the innermost name first."""
    return next(filter(None, map(part_of_step, reversed(path.split(">")))), None)


@cache
def part_names() -> dict[str, str]:
    """The kind of furniture that each name in `data/part_names.tsv` gives away.

    The names are what authors of pages call it, as whole words of a path. Where one is said of a wrapper of the whole
    page it says nothing; `named_parts` therefore looks at how much prose stands under it.
    """
    rows = files("dehusk").joinpath("data", "part_names.tsv").read_text("utf-8").splitlines()[1:]
    return {name: part for part, names in (row.split("\t") for row in rows) for name in names.split()}


@lru_cache(maxsize=65536)
def part_of_step(step: str) -> str | None:
    """The kind of furniture that one element names."""
    known = part_names()
    for word in PATH_WORD.findall(CAMEL.sub("-", step).lower().replace("_", "-")):
        if found := next((known[name] for name in (word, *word.split("-")) if name in known), None):
            return found
    return None


def named_parts(measures: Measures) -> list[str | None]:
    """The furniture that each block's path names, unless that name stands over much of the page's prose."""
    paths, numbers = measures.path_numbers
    prose = np.bincount(numbers, np.where(measures.is_prose, measures.chars, 0.0), minlength=len(paths)).tolist()
    by_path = [part_of_path(path) if path else None for path in paths]
    held: dict[str | None, float] = {}
    for part, chars in zip(by_path, prose, strict=True):
        held[part] = held.get(part, 0.0) + chars
    limit = MAX_NAMED_PROSE_SHARE * sum(prose)
    by_path = [None if held[part] > limit else part for part in by_path]
    return [by_path[number] for number in numbers.tolist()]


def main_region(measures: Measures, parts: list[str | None]) -> Bools:
    """Which blocks lie in the stretch with the most prose for the fewest other lines.

    The stretch of greatest sum, prose gaining and other lines costing (Finn et al., Fact or Fiction, 2001); in markup,
    lines inside the element that holds most of the prose cost less, and prose outside it gains less.
    """
    gains = line_gains(measures, parts)
    sums = np.concatenate(([0.0], np.cumsum(gains)))
    lowest = np.minimum.accumulate(sums)
    end = int(np.argmax(sums - lowest))
    if not end and len(gains) <= MAX_BARE_LINES:
        return np.array([part is None for part in parts], dtype=np.bool_) & (measures.link_shares < MIN_LINK_SHARE)
    inside = np.zeros(len(gains), dtype=np.bool_)
    if end:
        inside[int(np.argmin(sums[: end + 1])) : end] = True
    return inside


def line_gains(measures: Measures, parts: list[str | None]) -> Floats:
    """What each block adds to a stretch that takes it in, in characters."""
    named = np.array([part is not None for part in parts], dtype=np.bool_)
    gains = np.where(measures.is_prose, np.minimum(measures.chars, PROSE_GAIN_CHARS), -LINE_COST_CHARS)
    home = main_element(measures, ~named & measures.is_prose)
    if home:
        paths, numbers = measures.path_numbers
        within = np.array([path.startswith(home) for path in paths], dtype=np.bool_)[numbers]
        gains = np.where(
            gains < 0, gains * np.where(within, WITHIN_COST, OUTSIDE_COST), gains * np.where(within, 1, OUTSIDE_GAIN)
        )
        named |= measures.hidden & ~within
    else:
        named |= measures.hidden
    return np.where(named, -NAMED_COST_CHARS, gains)


def declared_main(measures: Measures, parts: list[str | None]) -> Bools:
    """Which blocks of a page with little prose stand in the element that the markup itself calls the main one."""
    if measures.chars[measures.is_prose].sum() > MAX_SPARSE_CHARS:
        return np.zeros(len(measures.blocks), dtype=np.bool_)
    paths, numbers = measures.path_numbers
    main = np.array([bool(MAIN.search(path)) for path in paths], dtype=np.bool_)[numbers]
    return main & np.array([part is None for part in parts], dtype=np.bool_)


def main_element(measures: Measures, prose: Bools) -> str | None:
    """The path of the innermost element that holds most of the prose."""
    paths, numbers = measures.path_numbers
    held = np.bincount(numbers[prose], measures.chars[prose], minlength=len(paths))
    total = held.sum()
    sums: dict[str, float] = {}
    for path, chars in zip(paths, held.tolist(), strict=True):
        at = path.find(">") if chars else -1
        while at >= 0:
            sums[path[:at]] = sums.get(path[:at], 0.0) + chars
            at = path.find(">", at + 1)
    fitting = [path for path, chars in sums.items() if chars >= MIN_HOME_SHARE * total]
    return max(fitting, key=len, default=None)
