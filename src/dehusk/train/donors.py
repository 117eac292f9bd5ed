"""Paragraphs of other pages, for splices: of the same outlet, of a like topic, of another."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from random import Random

from dehusk.words import UNSPACED

MIN_CHARS, MIN_UNSPACED_CHARS = 100, 40  # of a paragraph that is lent; a shorter one may belong anywhere
SAMPLE = 24  # donors compared to find one that is near or far
WORD = re.compile(r"\w{4,}|[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]{2}")


def is_lendable(paragraph: str) -> bool:
    """Whether a paragraph is long enough to be told from its new neighbours."""
    return len(paragraph) >= (MIN_UNSPACED_CHARS if UNSPACED.search(paragraph) else MIN_CHARS)


@dataclass(frozen=True)
class Donor:
    """A page that may lend its paragraphs."""

    id: str
    site: str
    language: str
    paragraphs: tuple[str, ...]

    @cached_property
    def bag(self) -> frozenset[str]:
        """Its longer words."""
        return frozenset(WORD.findall(" ".join(self.paragraphs).lower()))

    def likeness(self, other: "Donor") -> float:
        """Share of the words of the shorter that both have."""
        return len(self.bag & other.bag) / max(1, min(len(self.bag), len(other.bag)))


@dataclass(frozen=True, slots=True)
class Donors:
    """The pages that may lend, by language and by site; the order in which they came does not show."""

    by_id: Mapping[str, Donor] = field(default_factory=dict)
    by_language: Mapping[str, tuple[Donor, ...]] = field(default_factory=dict)
    by_site: Mapping[str, tuple[Donor, ...]] = field(default_factory=dict)

    def near(self, id: str, rng: Random) -> Donor | None:
        """The likest of a sample of pages of other sites in the same language."""
        own, sample = self._sample(id, rng)
        return max(sample, key=lambda donor: (own.likeness(donor), donor.id), default=None) if own else None

    def far(self, id: str, rng: Random) -> Donor | None:
        """The unlikest of a sample of pages of other sites in the same language."""
        own, sample = self._sample(id, rng)
        return min(sample, key=lambda donor: (own.likeness(donor), donor.id), default=None) if own else None

    def outlet(self, id: str, rng: Random) -> Donor | None:
        """Another page of the same site."""
        own = self.by_id.get(id)
        others = [donor for donor in self.by_site.get(own.site, ()) if donor.id != id] if own else []
        others = [donor for donor in others if own and donor.language == own.language and not _same(donor, own)]
        return rng.choice(others) if others else None

    def _sample(self, id: str, rng: Random) -> tuple[Donor | None, list[Donor]]:
        own = self.by_id.get(id)
        others = [d for d in self.by_language.get(own.language, ()) if d.site != own.site] if own else []
        picked = rng.sample(others, min(SAMPLE, len(others)))
        return own, [donor for donor in picked if own and not _same(donor, own)]


def _same(one: Donor, other: Donor) -> bool:
    """Whether two pages print some paragraph alike: then one is no stranger to the other."""
    return bool(set(one.paragraphs) & set(other.paragraphs))


def gather(donors: Iterable[Donor]) -> Donors:
    """The donors that have paragraphs, ordered by id."""
    ordered = sorted((donor for donor in donors if donor.paragraphs), key=lambda donor: donor.id)
    languages: dict[str, list[Donor]] = defaultdict(list)
    sites: dict[str, list[Donor]] = defaultdict(list)
    for donor in ordered:
        languages[donor.language].append(donor)
        sites[donor.site].append(donor)
    return Donors(
        {donor.id: donor for donor in ordered},
        {name: tuple(found) for name, found in languages.items()},
        {name: tuple(found) for name, found in sites.items()},
    )
