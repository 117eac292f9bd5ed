"""The wording of plants: `data/plant/LANGUAGE.txt`, written for dehusk."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from dehusk.errors import DehuskError
from dehusk.words import UNSPACED

LANGUAGES = (
    "en", "de", "fr", "es", "pt", "id", "it", "nl", "pl", "tr", "vi", "ru", "uk", "ar", "hi", "zh", "ja", "ko",
)  # fmt: skip
MAX_SAMPLE_CHARS = 4000  # of a text whose language is guessed
WORD = re.compile(r"\w+")
# The letters that only some languages are written with, tried in this order.
SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("uk", re.compile("[іїєґІЇЄҐ]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
)
MIN_SCRIPT_SHARE = 0.02  # of the characters; less is a name or a quotation


class BadWording(DehuskError):
    """A wording file that is not of its form."""


@dataclass(frozen=True, slots=True)
class Words:
    """The wording of one language: texts by kind and topic."""

    language: str
    texts: Mapping[tuple[str, str], tuple[str, ...]]

    @property
    def topics(self) -> tuple[str, ...]:
        """What anchors there are about."""
        return tuple(topic for kind, topic in self.texts if kind == "anchor")

    def of(self, kind: str, topic: str = "") -> tuple[str, ...]:
        """The texts of a kind; those of a topic, and those for any."""
        return self.texts.get((kind, topic), ()) + (self.texts.get((kind, ""), ()) if topic else ())

    @property
    def spaced(self) -> bool:
        """Whether its words are set apart by spaces."""
        return not any(UNSPACED.search(text) for text in self.texts.get(("word", ""), ()))


@cache
def words(language: str) -> Words:
    """The wording of this language; raises `BadWording`."""
    path = files("dehusk").joinpath("data", "plant", f"{language}.txt")
    return parse(language, path.read_text("utf-8"))


def parse(language: str, written: str) -> Words:
    """Sections `[kind topic]`, then a text a line; blank lines and lines that begin with `#` are no text.

    >>> parse("en", "[anchor loans]\\nquick cash today\\n").of("anchor", "loans")
    ('quick cash today',)
    """
    texts: dict[tuple[str, str], list[str]] = {}
    section: list[str] | None = None
    for line in map(str.strip, written.splitlines()):
        if line.startswith("[") and line.endswith("]"):
            kind, _, topic = line[1:-1].partition(" ")
            section = texts.setdefault((kind, topic), [])
        elif line and not line.startswith("#"):
            if section is None:
                raise BadWording(f"{language}: {line!r} stands above the first section")
            section.append(line)
    return Words(language, {key: tuple(rows) for key, rows in texts.items()})


def guess_language(text: str) -> str:
    """The language of the text among `LANGUAGES`, by its script and its small words; English where none fits."""
    sample = text[:MAX_SAMPLE_CHARS]
    for language, script in SCRIPTS:
        if len(script.findall(sample)) > MIN_SCRIPT_SHARE * len(sample):
            return language
    counts = Counter(WORD.findall(sample.lower()))
    scores = {language: sum(counts[word] for word in _small_words(language)) for language in LANGUAGES}
    return max(LANGUAGES, key=lambda language: (scores[language], language == "en"))


@cache
def _small_words(language: str) -> frozenset[str]:
    return frozenset(word for line in words(language).of("word") for word in line.split())
