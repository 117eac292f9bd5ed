"""Text whose meaning cannot be had by reading: broken encodings, code and template residue, scattered letters."""

import re
from collections.abc import Iterator

from dehusk.features import Measures
from dehusk.page import Block
from dehusk.spans import Claim, Evidence, Label

# UTF-8 read as a single-byte encoding: a lead byte's letter followed by a continuation byte's sign.
MOJIBAKE = re.compile(
    "[ÃÂÐÑØÙ][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]|â€[\u0080-\u00bf\u2122\u0153\u201c-\u201e\u02dc]|ï»¿|\ufffd"
)
TEMPLATE = re.compile(
    r"\{\{[^{}]{1,80}\}\}|\{%[^%]{1,80}%\}|<%[^%]{1,80}%>|\$\{[\w.]{1,60}\}|\[object Object\]|%%\w+%%|\bNaN%?\b(?=$)"
    r"|\[(?:/?vc_|/?et_pb|/?caption|shortcode|Img #)[^\]]{0,200}\]"
)
CODE = re.compile(
    r"\bfunction\s*\w*\s*\([^)]{0,80}\)\s*\{|\b(?:var|let|const)\s+\w+\s*=\s*[\w\[{'\"(]|document\.\w+|window\.\w+\s*[=(.]"
    r"|\}\s*\)\s*;|\{\s*[\w-]{1,40}\s*:[^{};]{1,200};|!important|\"@(?:type|context)\"\s*:|</?(?:div|span|p|a|br|script|style)\b[^>]{0,200}>"
)
LETTERS = re.compile(r"(?:^|(?<=\s))(?:[^\W\d_]\s){6,}")
CODE_PLACES = re.compile(r"\b(?:pre|code|samp|kbd|textarea)\b|highlight|codeblock|syntax|source")
MIN_MOJIBAKE = 2  # LABELS.md: a sentence with two corrupt tokens
MIN_CODE_HITS = 2
MAX_CODE_CHARS_PER_HIT = 160
RULES = {"mojibake": MOJIBAKE, "template": TEMPLATE, "code": CODE, "letters": LETTERS}
# Without one of these a rule cannot apply, so that it costs sound pages nothing.
SIGNS = {
    "mojibake": ("Ã", "Â", "Ð", "Ñ", "Ø", "Ù", "â€", "ï»¿", "\ufffd"),
    "template": ("{{", "{%", "<%", "${", "[object", "%%", "NaN", "[/", "[vc_", "[et_", "[caption", "[short", "[Img"),
    "code": ("(", "{", "document.", "window.", "!important", '"@', "</"),
    "letters": (" ",),
}
SCORES = {"mojibake": 0.85, "template": 0.75, "code": 0.75, "letters": 0.8}


def tag_garbled(measures: Measures) -> Iterator[Claim]:
    """Claim blocks, or the broken tokens of sound ones."""
    text = measures.page.text
    for rule, pattern in RULES.items():
        found = pattern.finditer(text) if any(sign in text for sign in SIGNS[rule]) else ()
        by_block: dict[int, list[tuple[int, int]]] = {}
        for hit in found:
            by_block.setdefault(measures.block_at(hit.start()), []).append(hit.span())
        for number, places in by_block.items():
            yield from _claims(measures.blocks[number], rule, places)


def _claims(block: Block, rule: str, places: list[tuple[int, int]]) -> Iterator[Claim]:
    facts: dict[str, float | str] = {"count": len(places)}
    evidence = Evidence("garbled", rule, facts)
    covered = sum(end - start for start, end in places)
    if rule == "code":
        dense = len(places) >= MIN_CODE_HITS and len(block) <= MAX_CODE_CHARS_PER_HIT * len(places)
        if dense and not CODE_PLACES.search(block.path or ""):
            yield Claim(block.start, block.end, Label.GARBLED, SCORES[rule], evidence)
    elif rule == "mojibake":
        if len(places) >= MIN_MOJIBAKE:
            yield Claim(block.start, block.end, Label.GARBLED, SCORES[rule], evidence)
    elif covered >= len(block) / 2:
        yield Claim(block.start, block.end, Label.GARBLED, SCORES[rule], evidence)
    elif not CODE_PLACES.search(block.path or ""):
        for start, end in places:
            yield Claim(start, end, Label.GARBLED, SCORES[rule], evidence)
