"""The headline: what the page declares as its title and shows as a heading."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from dehusk.features import Measures
from dehusk.spans import Claim, Evidence, Label
from dehusk.words import fold

MAX_TITLE_CHARS = 300
MIN_TITLE_WORDS = 2
MIN_LIKENESS = 0.75  # of a heading to a declared title that names the site too
SITE_JOINT = re.compile(r"\s+[|\u2013\u2014\u00b7:»«-]\s+|\s*[|»]\s*")
HEADINGS = {"h1": 0.25, "h2": 0.1, "h3": 0.05}
SCORE_BASE = 0.55


def tag_title(measures: Measures) -> Iterator[Claim]:
    """Claim the one block that is most like a headline."""
    declared = [fold(title) for title in measures.page.declared.all("title")]
    best: tuple[float, int, str] | None = None
    first_prose = next((n for n, prose in enumerate(measures.is_prose) if prose), len(measures.blocks))
    for number, block in enumerate(measures.blocks):
        if len(block) > MAX_TITLE_CHARS or block.hidden:
            continue
        text = measures.folded_texts[number]
        like = max((likeness(text, title) for title in declared), default=0.0)
        heading = HEADINGS.get(heading_tag(block.path, block.tag), 0.0)
        if like < MIN_LIKENESS and heading < 0.2:
            continue
        score = SCORE_BASE * (like if declared else 0.6) + heading * 1.6 - 0.1 * (number > first_prose + 3)
        if best is None or score > best[0] + 1e-9:
            best = (score, number, "declared" if like >= MIN_LIKENESS else "heading")
    if best:
        score, number, rule = best
        block = measures.blocks[number]
        yield Claim(block.start, block.end, Label.TITLE, min(0.97, max(score, 0.0) + 0.05), Evidence("title", rule, {"tag": block.tag}))


def heading_tag(path: str | None, tag: str) -> str:
    if tag in HEADINGS:
        return tag
    found = re.findall(r">(h[1-3])\b", path or "")
    return found[-1] if found else tag


def likeness(text: str, title: str) -> float:
    """How much of a declared title, site name aside, a line is: 0 to 1."""
    if not text or not title:
        return 0.0
    if text == title or text in SITE_JOINT.split(title):
        return 1.0
    if len(text) >= 12 and title.startswith(text) :
        return 0.95
    if not (0.5 < len(text) / len(title) < 2) or len(text) < 12:
        return 0.0
    matcher = SequenceMatcher(None, text, title, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= MIN_LIKENESS else 0.0
