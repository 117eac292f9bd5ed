"""What a plant needs to know of a page: where its headline and paragraphs are, its language, and what may be used."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from random import Random

import numpy as np

from dehusk.read.text import read_text
from dehusk.spans import Label, Span
from dehusk.train.brands import Brand, Brands
from dehusk.train.chars import CODE_OF, not_space, owners
from dehusk.train.donors import Donors
from dehusk.train.examples import Labelled
from dehusk.train.halves import Axis, Split
from dehusk.train.wording import LANGUAGES, Words, guess_language, words
from dehusk.words import UNSPACED, sentences

Range = tuple[int, int]

MIN_PARAGRAPH_CHARS = 80  # of languages with spaces; a shorter line is a heading or an item
MIN_UNSPACED_CHARS = 30
DRUG_STARTS = [
    "vel", "lor", "ami", "pro", "zel", "tri", "car", "oxi", "flu", "ner", "dal", "qui", "bro", "sor", "ken",
    "xan",
]  # fmt: skip
DRUG_MIDDLES = ["a", "o", "i", "ane", "ora", "ipi", "ume", "ela", "exi", "avo"]
DRUG_ENDS = ["fil", "lin", "zol", "pam", "pril", "statin", "mab", "dex", "nium", "trex", "cor", "val", "gra"]
MONEY = ("€{n}", "${n}", "£{n}", "{n} €", "{n} USD", "{n} EUR")
OFFICES = ["Daily Courier", "Evening Herald", "Morning Ledger", "Weekly Observer", "City Gazette", "National Record"]
FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Kit:
    """What plants are made from, for all pages."""

    brands: Brands = field(default_factory=Brands)
    donors: Donors = field(default_factory=Donors)
    split: Split = field(default_factory=Split)

    def texts(self, language: str, kind: str, topic: str = "") -> tuple[str, ...]:
        """The texts of a kind that may be used."""
        return tuple(self.split.pick(Axis.WORDING, words(language).of(kind, topic)))

    def topics(self, language: str) -> tuple[str, ...]:
        """The topics that may be used."""
        return tuple(self.split.pick(Axis.TOPICS, words(language).topics))

    def languages(self) -> tuple[str, ...]:
        """The languages that may be used."""
        return tuple(self.split.pick(Axis.LANGUAGES, LANGUAGES))


@dataclass(frozen=True, slots=True)
class Layout:
    """Where on a page is what: the headline, and the paragraphs of the article."""

    text: str
    title: Range | None
    paragraphs: tuple[Range, ...]
    language: str


def read_layout(page: Labelled) -> Layout:
    """The layout of a labelled page; paragraphs are the blocks that are article from end to end."""
    codes = owners(len(page.text), page.spans)
    other = np.concatenate(([0], np.cumsum((codes != CODE_OF[Label.ARTICLE]) & not_space(page.text))))
    lines = read_text(page.text, page.id).blocks if page.html is None else _lines(page.text)
    inside = [(block.start, block.end) for block in lines if other[block.end] == other[block.start]]
    paragraphs = tuple((start, end) for start, end in inside if _is_paragraph(page.text[start:end]))
    title = next(((span.start, span.end) for span in page.spans if span.label == Label.TITLE), None)
    return Layout(page.text, title, paragraphs, page_language(page))


def page_language(page: Labelled) -> str:
    """The language said of the page, else the one that its article looks like."""
    said = (page.language or "").lower()[:2]
    if said in LANGUAGES:
        return said
    kept = " ".join(page.text[span.start : span.end] for span in page.spans if span.label == Label.ARTICLE)
    return guess_language(kept or page.text)


def _lines(text: str) -> list[Span]:
    return [Span(found.start(), found.end(), Label.ARTICLE) for found in re.finditer(r"[^\n]+", text)]


def _is_paragraph(text: str) -> bool:
    least = MIN_UNSPACED_CHARS if UNSPACED.search(text) else MIN_PARAGRAPH_CHARS
    return len(text) >= least


@dataclass(frozen=True, slots=True)
class Scene:
    """One page about to be polluted, and the chance that decides how."""

    page: Labelled
    layout: Layout
    kit: Kit
    rng: Random
    topic: str
    brand: Brand
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def language(self) -> str:
        """The language of the page."""
        return self.layout.language

    @property
    def words(self) -> Words:
        """The wording of the page's language."""
        return words(self.language)

    @property
    def gap(self) -> str:
        """What stands between two words, or two sentences, of the page's language."""
        return " " if self.words.spaced else ""

    def slice(self, place: Range) -> str:
        """The text of a stretch of the page."""
        return self.page.text[place[0] : place[1]]

    def text(self, kind: str, *, language: str | None = None, topic: str | None = None) -> str | None:
        """A text of this kind, its fields filled; None where there is none that may be used."""
        own = language or self.language
        found = self.kit.texts(own, kind, self.topic if topic is None else topic)
        if not found and topic is None:
            found = self.any_topic(kind, own)
        return self.filled(self.rng.choice(found)) if found else None

    def any_topic(self, kind: str, language: str) -> tuple[str, ...]:
        """The texts of a kind, whatever their topic."""
        return tuple(text for topic in self.kit.topics(language) for text in self.kit.texts(language, kind, topic))

    def filled(self, text: str) -> str:
        """The text with its fields filled: the same brand all over the page."""
        return FIELD.sub(lambda found: self._field(found[1]), text)

    def _field(self, name: str) -> str:
        if name in ("brand", "domain", "drug", "name"):
            return self.facts[name]
        rng = self.rng
        values = {
            "n": str(rng.choice((rng.randint(10, 99), rng.randint(100, 9999)))),
            "spins": str(rng.choice((20, 30, 50, 77, 88, 100, 150, 200, 300))),
            "percent": f"{rng.choice((10, 15, 20, 25, 30, 50, 75, 100, 150, 200))}%",
            "year": str(rng.randint(2019, 2026)),
            "time": f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}",
        }
        if name == "money":
            return rng.choice(MONEY).format(n=rng.choice((50, 100, 200, 500, 1000, 1500, 3000)))
        year, month, day = rng.randint(2019, 2026), rng.randint(1, 12), rng.randint(1, 28)
        return values.get(name) or rng.choice((f"{year}-{month:02}-{day:02}", f"{day:02}.{month:02}.{year}"))

    def paragraph(self, first: float = 0.0, last: float = 1.0) -> Range | None:
        """A paragraph from this share of the article to that; None where the article has fewer than two."""
        found = self.layout.paragraphs
        if len(found) < 2:
            return None
        low = min(int(first * len(found)), len(found) - 1)
        return self.rng.choice(found[low : max(low + 1, int(last * len(found)))])

    def sentence(self) -> Range | None:
        """A sentence inside the article of some length; None where there is none."""
        place = self.paragraph()
        if place is None:
            return None
        least = 20 if UNSPACED.search(self.slice(place)) else 50
        found = [(a, b) for a, b in sentences(self.page.text, *place) if b - a >= least]
        return self.rng.choice(found) if found else None


def make_scene(page: Labelled, layout: Layout, kit: Kit, rng: Random) -> Scene | None:
    """The scene of a page; None where its language has no topic that may be used."""
    topics = kit.topics(layout.language)
    if not topics:
        return None
    topic = rng.choice((*topics, *(topic for topic in topics if topic == "gambling")))
    brand = kit.brands.draw(rng, layout.language, topic)
    drug = "".join(map(rng.choice, (DRUG_STARTS, DRUG_MIDDLES, DRUG_ENDS))).capitalize()
    facts = {"brand": brand.name, "domain": brand.domain, "drug": drug, "name": _outlet(layout.language, rng)}
    return Scene(page, layout, kit, rng, topic, brand, facts)


def _outlet(language: str, rng: Random) -> str:
    """The name of a newspaper, real ones of the page's language first."""
    return rng.choice(publishers(language) or OFFICES)


@cache
def publishers(language: str) -> Sequence[str]:
    """The newspapers of this language that dehusk knows."""
    rows = files("dehusk").joinpath("data", "publishers.tsv").read_text("utf-8").splitlines()[1:]
    split = [row.split("\t") for row in rows if row]
    return tuple(row[0] for row in split if language in row[1:])
