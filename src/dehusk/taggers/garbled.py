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
# For each rule: what must stand in the text for a pattern to be tried, and the pattern, which begins with it.
TEMPLATE = {
    "{{": r"\{\{[^{}]{1,80}\}\}",
    "{%": r"\{%[^%]{1,80}%\}",
    "<%": r"<%[^%]{1,80}%>",
    "${": r"\$\{[\w.]{1,60}\}",
    "[object": r"\[object Object\]",
    "%%": r"%%\w+%%",
    "[vc_": r"\[vc_[^\]]{0,200}\]",
    "[/": r"\[/(?:vc_|et_pb|caption)[^\]]{0,200}\]",
    "[et_pb": r"\[et_pb[^\]]{0,200}\]",
    "[Img #": r"\[Img #[^\]]{0,20}\]",
}
CODE = {
    "function": r"function\s*\w{0,40}\s*\([^)]{0,80}\)\s*\{",
    "var ": r"var \w{1,40}\s*=\s*[\w\[{'\"(]",
    "let ": r"let \w{1,40}\s*=\s*[\[{'\"(]",
    "const ": r"const \w{1,40}\s*=\s*[\w\[{'\"(]",
    "document.": r"document\.\w+",
    "window.": r"window\.\w+\s*[=(.]",
    "});": r"\}\);",
    "{": r"\{\s*[\w-]{1,40}\s*:[^{};]{1,200};",
    "!important": r"!important",
    '"@': r"\"@(?:type|context)\"\s*:",
    "<": r"</?(?:div|span|p|a|br|script|style|img|table|td|tr|li|ul)\b[^>]{0,200}>",
}
LETTERS = {" ": r"(?:(?<=\s)|^)(?:[^\W\d_]\s){6,}"}
SCATTERED = re.compile(r"\s\w\s\w\s\w\s\w\s")  # a quick look for single letters in a row
CODE_PLACES = re.compile(r"\b(?:pre|code|samp|kbd|textarea)\b|highlight|codeblock|syntax|source")
MIN_MOJIBAKE = 2  # LABELS.md: a sentence with two corrupt tokens
MIN_CODE_HITS = 2
MAX_CODE_CHARS_PER_HIT = 160
RULES = {
    rule: tuple((sign, re.compile(pattern, re.M)) for sign, pattern in patterns.items())
    for rule, patterns in (("template", TEMPLATE), ("code", CODE), ("letters", LETTERS))
}
MOJIBAKE_SIGNS = ("Ã", "Â", "Ð", "Ñ", "Ø", "Ù", "â€", "ï»¿", "\ufffd")
SCORES = {"mojibake": 0.85, "template": 0.75, "code": 0.75, "letters": 0.8}


def tag_garbled(measures: Measures) -> Iterator[Claim]:
    """Claim blocks, or the broken tokens of sound ones."""
    found: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for rule, start, end in _hits(measures.page.text):
        found.setdefault((rule, measures.block_at(start)), []).append((start, end))
    for (rule, number), places in found.items():
        yield from _claims(measures.blocks[number], rule, places)


def _hits(text: str) -> Iterator[tuple[str, int, int]]:
    """The broken places of a text, by rule."""
    if any(sign in text for sign in MOJIBAKE_SIGNS):
        yield from (("mojibake", *hit.span()) for hit in MOJIBAKE.finditer(text))
    for rule, patterns in RULES.items():
        if rule == "letters" and not SCATTERED.search(text):
            continue
        for sign, pattern in patterns:
            if sign in text:
                yield from ((rule, *hit.span()) for hit in pattern.finditer(text))


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
