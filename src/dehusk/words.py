"""Wording: tables of phrases, and where they stand in a text."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

WORD = re.compile(r"\w+")
# Scripts that set no spaces between words: Han, kana, Thai, Lao, Khmer, Myanmar.
UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
FOLDS = {"\u2019": "'", "\u2018": "'", "\u00a0": " ", "\u202f": " ", "\u2010": "-", "\u2011": "-"}
MAX_PHRASE_CHARS = 160  # how far before its anchor a phrase may start, and behind it end
GAP = r"[^\n.!?\u3002]{0,40}?"  # what `*` stands for: some words of one sentence
NAME_WORD = r"[^\s.,;:!?|()<>\u201c\u201d\"]+"
NAME = rf"({NAME_WORD}(?: {NAME_WORD}){{0,5}}?)"  # what `{{name}}` stands for: one to six words
BREAK = r"(?:[^\S\n]+|[^\S\n]*\n[^\S\n]*)"  # between words: spaces, or the end of a wrapped line
BLANK = re.escape(" ")
LAST_NAME = NAME.replace("?)", ")")  # at the end of a phrase: as many as there are
END_OF_NAME = r"(?=[\s.,;:!?|()<>\"\u201d]|$)"
FIXED = {"*": GAP, "{name}": NAME, "#": r"\d[\d.,]*", "^": r"^\W{0,3}", "$": r"\W{0,3}$"}
TOKEN = re.compile(r"\*|\{name\}|\[[^\]]*\]|#|\^|\$|\s+|[^\s*{\[#^$]+")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A line of a wording table; strength 3 is proof, 2 likely, 1 a hint."""

    language: str
    family: str
    strength: int
    pattern: str


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found at `start..end`; `name` is what its `{name}` caught, from `name_start` on, in folded text."""

    start: int
    end: int
    phrase: Phrase
    name: str | None = None
    name_start: int = -1


def fold(text: str) -> str:
    """The text in lower case with plain apostrophes and spaces, each character at its place."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(low if len(low := c.lower()) == 1 else c for c in text)
    for odd, plain in FOLDS.items():
        lower = lower.replace(odd, plain)
    return lower


@dataclass(frozen=True, slots=True)
class _Entry:
    """A phrase, the word or piece to look for it by, and the words without which it cannot stand."""

    phrase: Phrase
    anchor: str
    needed: frozenset[str]
    leads: bool  # whether the phrase begins with its anchor


class Wording:
    """A table of phrases that finds those of a text by their longest words first, so that most cost nothing."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self.by_word: dict[str, list[_Entry]] = {}
        self.by_piece: list[_Entry] = []
        for phrase in phrases:
            unspaced = bool(UNSPACED.search(phrase.pattern))
            for entry in _entries(phrase, unspaced=unspaced):
                if unspaced:
                    self.by_piece.append(entry)
                else:
                    self.by_word.setdefault(entry.anchor, []).append(entry)

    def find(self, folded: str, words: frozenset[str]) -> list[Match]:
        """Where the phrases stand in a folded text that is made of these words, in order."""
        hits = [entry for word in self.by_word.keys() & words for entry in self.by_word[word] if entry.needed <= words]
        if UNSPACED.search(folded):
            hits += [entry for entry in self.by_piece if entry.anchor in folded]
        found = {match for entry in hits for match in _matches(entry, folded)}
        return sorted(found, key=lambda match: (match.start, match.end, match.phrase.pattern))


def _matches(entry: _Entry, folded: str) -> Iterator[Match]:
    """The places of a phrase, looked for around its anchor only."""
    phrase, anchor = entry.phrase, entry.anchor
    pattern = expression(phrase.pattern)
    at = folded.find(anchor)
    while at >= 0:
        end = at + len(anchor)
        if not entry.needed or not (folded[at - 1 : at].isalnum() or folded[end : end + 1].isalnum()):
            last = min(_end_of_next_line(folded, at), end + MAX_PHRASE_CHARS)
            if entry.leads:
                hit = pattern.match(folded, at, last)
            else:
                hit = pattern.search(folded, max(folded.rfind("\n", 0, at) + 1, at - MAX_PHRASE_CHARS), last)
            if hit and hit.end() > at:
                end = hit.end()
                named = (hit[1].strip(), hit.start(1)) if pattern.groups else (None, -1)
                yield Match(hit.start(), end, phrase, *named)
        at = folded.find(anchor, end)


def _end_of_next_line(text: str, at: int) -> int:
    for _ in range(2):
        at = text.find("\n", at) + 1
        if not at:
            return len(text)
    return at - 1


def _entries(phrase: Phrase, *, unspaced: bool) -> Iterator[_Entry]:
    """The ways to look a phrase up: by its longest literal word, or by each choice of its first bracket without one."""
    outside = re.sub(r"\[[^\]]*\]|\{name\}|[*#^$]", " ", phrase.pattern)
    literal = outside.split() if unspaced else WORD.findall(outside)
    if literal:
        anchor = max(literal, key=len)
        needed = frozenset() if unspaced else frozenset(literal)
        yield _Entry(phrase, anchor, needed, phrase.pattern.startswith(anchor) and not unspaced)
        return
    choices = [group[1:-1].split("|") for group in re.findall(r"\[[^\]]*\]", phrase.pattern)]
    for option in next((options for options in choices if all(options)), []):
        inner = [option] if unspaced else WORD.findall(option)
        yield _Entry(phrase, max(inner, key=len), frozenset() if unspaced else frozenset(inner), leads=False)


@cache
def expression(pattern: str) -> re.Pattern[str]:
    """The regular expression of a pattern, for folded text; without nested repeats, so linear in practice."""
    unspaced = bool(UNSPACED.search(pattern))
    body = "".join(_parts(TOKEN.findall(pattern)))
    if pattern.endswith("{name}"):
        body = body.removesuffix(NAME) + LAST_NAME
    if unspaced:
        return re.compile(body.replace(BREAK, r"\s*"), re.M)
    left = "" if pattern.startswith(("^", "#")) else r"(?<!\w)"
    right = END_OF_NAME if pattern.endswith("}") else "" if pattern.endswith(("$", "#")) else r"(?!\w)"
    return re.compile(left + body + right, re.M)


def _parts(tokens: list[str]) -> Iterator[str]:
    """The expression of each token; one that may be missing takes one of the spaces beside it along."""
    held, queue = "", list(reversed(tokens))  # held: white space not yet written
    while queue:
        token = queue.pop()
        if token.isspace():
            held = BREAK
            continue
        part = FIXED.get(token) or (_choice(token) if token.startswith("[") else re.escape(token))
        if token != "*" and not (token.startswith("[") and "" in token[1:-1].split("|")):
            yield held + part
        elif queue and queue[-1].isspace():
            queue.pop()
            yield f"{held}(?:{part}{BREAK})?"
        else:
            yield f"(?:{held}{part})?"
        held = ""


def _choice(token: str) -> str:
    options = [option.strip() for option in token[1:-1].split("|") if option.strip()]
    ordered = sorted(options, key=len, reverse=True)
    return f"(?:{'|'.join(re.escape(option).replace(BLANK, BREAK) for option in ordered)})"


# The end of a sentence: a stop, closing quotes with it, then white space, or a capital set against it without a space
# after a word of at least three small letters (so not in abbreviations and addresses).
SENTENCE_END = re.compile(
    r"""[.!?\u2026\u0964\u061f]+["'\u201d\u2019\u00bb)\]]*(?=\s)"""
    r"""|(?<=[^\W\d_A-Z]{3})[.!?\u2026]+["'\u201d\u2019\u00bb)\]]*(?=[^\W\d_a-z\u00df-\u00ff\u0430-\u044f]|[\u201c\u00bf\u00a1])"""
    r"""|[\u3002\uff01\uff1f]+[\u201d\u300d\uff09]*"""
)


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence of `start..end`, white space left out, also of sentences set without spaces."""
    at = start
    for found in SENTENCE_END.finditer(text, start, end):
        if found.end() - at > 1:
            yield _stripped(text, at, found.end())
            at = found.end()
    if text[at:end].strip():
        yield _stripped(text, at, end)


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return end - len(piece.lstrip()), start + len(piece.rstrip())


@cache
def wording(name: str) -> Wording:
    """The table `data/wording/NAME.tsv`, read once."""
    return Wording(read_phrases(name))


def read_phrases(name: str) -> list[Phrase]:
    """The phrases of a table, in the order of the file."""
    rows = files("dehusk").joinpath("data", "wording", f"{name}.tsv").read_text("utf-8").splitlines()[1:]
    return [Phrase(language, family, int(strength), pattern) for language, family, strength, pattern in map(_row, rows)]


def _row(line: str) -> list[str]:
    return line.split("\t")
