"""Wording: tables of phrases, and where they stand in a text."""

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

WORD = re.compile(r"\w+")
# Scripts that set no spaces between words: Han, kana, Thai, Lao, Khmer, Myanmar.
UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
FOLDS = {"\u2019": "'", "\u2018": "'", "\u00a0": " ", "\u202f": " ", "\u2010": "-", "\u2011": "-"}
MAX_PHRASE_CHARS = 200  # how far before its anchor a phrase may start, and behind it end
GAP = r"[^\n.!?\u3002]{0,40}?"  # what `*` stands for: some words of one sentence
NAME_WORD = r"[^\s.,;:!?|()<>\u201c\u201d\"\u3001\u3002\uff01\uff1f\uff0c\uff1a\u300c\u300d]+"
NAME = rf"({NAME_WORD}(?: {NAME_WORD}){{0,5}}?)"  # what `{{name}}` stands for: one to six words
BREAK = r"(?:[^\S\n]+|[^\S\n]*\n[^\S\n]*)"  # between words: spaces, or the end of a wrapped line
MOST_CHARS = {"*": 40, "{name}": 80, "#": 12, "^": 3, "$": 3}  # that each of these stands for
MOST_SPACE_CHARS = 4  # between two words, the end of a wrapped line with it
GLUED_WORD = re.compile(r"[\[{]")  # of a word: it goes on with a bracket or a name without a space
WORD_BESIDE = re.compile(r"[\w\[\]]")  # of a bracket: it goes on with a word without a space
BLANK = re.escape(" ")
LAST_NAME = NAME.replace("?)", ")")  # at the end of a phrase: as many as there are
END_OF_NAME = r"(?=[\s.,;:!?|()<>\"\u201d]|$)"
FIXED = {"*": GAP, "{name}": NAME, "#": r"\d[\d.,]*", "^": r"^[^\w\n]{0,3}", "$": r"[^\w\n]{0,3}$"}
TOKEN = re.compile(r"\*|\{name\}|\[[^\]]*\]|#|\^|\$|\s+|[^\s*{\[#^$]+")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A line of a wording table; strength 3 is proof, 2 likely, 1 a hint."""

    table: str
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


Key = tuple[str, ...]  # a word, or two that follow one another


@dataclass(frozen=True, slots=True)
class _Entry:
    """A phrase, and how many characters of it may stand before the key that it is looked up by."""

    phrase: Phrase
    before: int


class Places:
    """The words of a folded text, and where each stands."""

    def __init__(self, folded: str) -> None:
        self.folded = folded
        self.tokens = WORD.findall(folded)
        self.starts = [hit.start() for hit in WORD.finditer(folded)]
        self.words = frozenset(self.tokens)
        self.unspaced = bool(UNSPACED.search(folded))

    def of(self, words: Container[str]) -> list[tuple[str, int]]:
        """Each of these words where it stands."""
        return [(word, self.starts[number]) for number, word in enumerate(self.tokens) if word in words]

    def of_pairs(self, pairs: Container[Key]) -> list[tuple[Key, int]]:
        """Each of these pairs of words where it stands."""
        return [(pair, self.starts[number]) for number, pair in enumerate(pairwise(self.tokens)) if pair in pairs]


class Wording:
    """A table of phrases, each looked up by two words that follow one another in it, so that most cost nothing."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self.by_pair: dict[Key, list[_Entry]] = {}
        self.by_word: dict[str, list[_Entry]] = {}
        self.by_piece: dict[str, list[Phrase]] = {}
        for phrase in phrases:
            if UNSPACED.search(phrase.pattern):
                for piece in _pieces(phrase.pattern):
                    self.by_piece.setdefault(piece, []).append(phrase)
                continue
            for key, before in _keys(phrase.pattern).items():
                if len(key) == 2:
                    self.by_pair.setdefault(key, []).append(_Entry(phrase, before))
                else:
                    self.by_word.setdefault(key[0], []).append(_Entry(phrase, before))

    def find(self, places: Places) -> list[Match]:
        """Where the phrases stand in a text, in order."""
        found: set[Match] = set()
        for pair, at in places.of_pairs(self.by_pair):
            found.update(_look(self.by_pair[pair], at, places.folded))
        if words := self.by_word.keys() & places.words:
            for word, at in places.of(words):
                found.update(_look(self.by_word[word], at, places.folded))
        if places.unspaced:
            for piece, phrases in self.by_piece.items():
                if piece in places.folded:
                    found.update(match for phrase in phrases for match in _by_piece(phrase, piece, places.folded))
        return sorted(found, key=lambda match: (match.start, match.end, match.phrase.pattern))


def _look(entries: list[_Entry], at: int, folded: str) -> Iterator[Match]:
    """The phrases among these that stand around `at`."""
    for entry in entries:
        pattern, before = entry.phrase.pattern, entry.before
        if pattern[0] == "^" and at > before and "\n" not in folded[at - before - 1 : at]:
            continue
        last = at + MAX_PHRASE_CHARS
        if pattern[-1] == "$":
            last = _line_end(folded, last)
        if before:
            hit = expression(pattern).search(folded, max(at - before, 0), last)
        else:
            hit = expression(pattern).match(folded, at, last)
        if hit and hit.end() > at:
            yield _match(entry.phrase, hit)


def _by_piece(phrase: Phrase, piece: str, folded: str) -> Iterator[Match]:
    """The places of a phrase in a script without spaces."""
    pattern = expression(phrase.pattern)
    at = folded.find(piece)
    while at >= 0:
        hit = pattern.search(folded, max(at - MAX_PHRASE_CHARS, 0), at + len(piece) + MAX_PHRASE_CHARS)
        if hit and hit.end() > at:
            yield _match(phrase, hit)
        at = folded.find(piece, max(hit.end() if hit else 0, at + 1))


def _match(phrase: Phrase, hit: re.Match[str]) -> Match:
    if hit.re.groups:
        return Match(hit.start(), hit.end(), phrase, hit[1].strip(), hit.start(1))
    return Match(hit.start(), hit.end(), phrase)


def _line_end(text: str, near: int) -> int:
    """The last end of a line at or before `near`, or the end of the text: where `$` may stand."""
    if near >= len(text):
        return len(text)
    return text.rfind("\n", 0, near + 1) if "\n" in text[:near] else near


@dataclass(slots=True)
class _Part:
    """A token of a pattern as words: its choices, what may stand before it, and whether it must stand."""

    choices: list[list[str]]
    reach: int
    firm: bool


def _keys(pattern: str) -> dict[Key, int]:
    """What to look a pattern up by, with the most characters that a fitting text has before it.

    The best place is the two firm tokens in a row that give the rarest pairs, taken to be those of long words; where
    there are none, the firm token with the longest words.
    """
    parts = list(_word_parts(pattern))
    joints = [(one, other) for one, other in pairwise(parts) if one.firm and other.firm]
    pairs = [_pairs(one, other) for one, other in joints]
    inner = [_inner_pairs(part) for part in parts if part.firm]
    fitting = [keys for keys in (*pairs, *inner) if keys]
    if fitting:
        return max(fitting, key=lambda keys: min(sum(map(len, key)) for key in keys) - len(keys) / 4)
    firm = [part for part in parts if part.firm]
    best = max(firm, key=lambda part: min(len(max(choice, key=len)) for choice in part.choices))
    keys: dict[Key, int] = {}
    for choice in best.choices:
        word = max(choice, key=len)
        keys[(word,)] = best.reach + len(" ".join(choice)) if choice[0] != word else best.reach
    return keys


def _pairs(one: _Part, other: _Part) -> dict[Key, int]:
    """The pairs that two neighbouring tokens make: the last word of a choice with the first of the next."""
    keys: dict[Key, int] = {}
    for own in one.choices:
        reach = one.reach + sum(len(word) + MOST_SPACE_CHARS for word in own[:-1])
        for key in ((own[-1], after[0]) for after in other.choices):
            keys[key] = max(keys.get(key, 0), reach)
    return keys


def _inner_pairs(part: _Part) -> dict[Key, int]:
    """The pairs inside a token, if each of its choices has one."""
    if any(len(choice) < 2 for choice in part.choices):
        return {}
    return {(choice[0], choice[1]): part.reach for choice in part.choices}


def _word_parts(pattern: str) -> Iterator[_Part]:
    """The tokens of a pattern that hold words; wildcards between them, and words cut by them, are not firm."""
    tokens = TOKEN.findall(pattern)
    reach = 0
    for number, token in enumerate(tokens):
        beside = "".join(tokens[max(number - 1, 0) : number] + tokens[number + 1 : number + 2])
        choices = token[1:-1].split("|") if token.startswith("[") else [token]
        words = [WORD.findall(choice) for choice in choices]
        if token.startswith("["):
            yield _Part(words, reach, all(words) and not WORD_BESIDE.search(beside))
        elif token in FIXED and token not in "^$":
            yield _Part([[]], reach, firm=False)
        elif token not in FIXED:
            for found in WORD.finditer(token):
                yield _Part([[found[0]]], reach + found.start(), firm=not GLUED_WORD.search(beside))
        most = MOST_SPACE_CHARS if token.isspace() else max(map(len, choices)) + token.count(" ") * MOST_SPACE_CHARS
        reach += MOST_CHARS.get(token, most)


def _pieces(pattern: str) -> list[str]:
    """The pieces of a pattern without spaces, of which one must stand in a text that fits."""
    outside = re.sub(r"\[[^\]]*\]|\{name\}|[*#^$]", " ", pattern).split()
    if outside:
        return [max(outside, key=len)]
    choices = [group[1:-1].split("|") for group in re.findall(r"\[[^\]]*\]", pattern)]
    return next((options for options in choices if all(options)), [])


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


TABLES = ("access", "chrome", "meta", "owner", "promo")


@cache
def wording() -> Wording:
    """The phrases of all tables, read once."""
    return Wording(phrase for table in TABLES for phrase in read_phrases(table))


def read_phrases(table: str) -> list[Phrase]:
    """The phrases of `data/wording/TABLE.tsv`, in the order of the file."""
    rows = files("dehusk").joinpath("data", "wording", f"{table}.tsv").read_text("utf-8").splitlines()[1:]
    split = (row.split("\t") for row in rows)
    return [Phrase(table, language, family, int(strength), pattern) for language, family, strength, pattern in split]
