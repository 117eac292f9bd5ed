"""Whose text it is, as far as the page shows: cues in its notices and credits, and what the markup declares."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from dehusk.features import Measures
from dehusk.page import Page
from dehusk.spans import Evidence
from dehusk.verdict import Candidate, Owner
from dehusk.words import fold

# How far a cue of each family goes towards naming the owner.
FAMILY_SCORES = {
    "account": 0.75,
    "subscribe": 0.6,
    "paywall": 0.6,
    "login": 0.6,
    "appeared": 0.85,
    "from": 0.75,
    "copyright": 0.65,
    "credit": 0.4,
    "reported": 0.1,
}
DECLARED_SCORES = {"publisher": 0.6, "organization": 0.3, "sitename": 0.3}
HOST_SCORE = 0.4  # the address agrees with the name
MIN_SCORE = 0.5  # below it nobody is named
FIRST_CANDIDATE, NEXT_CANDIDATE = 0.7, 0.8  # the first candidate's score, and what each later one has of the one before
EDGES = " .,:;!?'\"-–—|"  # what is no part of a name at its ends
MAX_CANDIDATES = 8
MAX_NAME_CHARS = 60
MAX_SMALL_WORDS = 2  # in a row inside a name, as in Bank of the West
ARTICLES = re.compile(r"^(?:the|der|die|das|le|la|les|el|los|las|il|lo|o|a|os|as|de|het|l')\s*(?<=[\s'])")
NO_NAMES = frozenset(
    [
        "us",
        "our",
        "your",
        "this",
        "that",
        "it",
        "we",
        "you",
        "me",
        "my",
        "now",
        "more",
        "here",
        "newsletter",
        "newsletters",
        "account",
        "premium",
        "digital",
        "access",
        "today",
        "news",
        "email",
        "all",
        "free",
        "unlimited",
        "new",
        "plus",
        "home",
        "site",
        "website",
        "page",
        "article",
        "articles",
        "content",
        "subscribe",
        "login",
    ]
)


@dataclass(frozen=True, slots=True)
class Publisher:
    """A row of the table of publishers."""

    name: str
    aliases: tuple[str, ...]
    domains: tuple[str, ...]
    language: str
    rank: int


@dataclass(frozen=True, slots=True)
class Cue:
    """A name that something on the page gives as the owner's."""

    name: str
    score: float
    evidence: Evidence


@cache
def publishers() -> tuple[Publisher, ...]:
    """The table of well-known publishers and agencies, the most widely read first."""
    rows = files("dehusk").joinpath("data", "publishers.tsv").read_text("utf-8").splitlines()[1:]
    split = (row.split("\t") for row in rows)
    return tuple(
        Publisher(name, (name, *filter(None, aliases.split("|"))), tuple(domains.split("|")), language, rank)
        for rank, (name, aliases, domains, _kind, _country, language) in enumerate(split)
    )


@cache
def _by_alias() -> dict[str, tuple[Publisher, ...]]:
    index: dict[str, list[Publisher]] = {}
    for publisher in publishers():
        for key in dict.fromkeys(bare(alias) for alias in publisher.aliases):
            index.setdefault(key, []).append(publisher)
    return {key: tuple(held) for key, held in index.items()}


@cache
def _by_domain() -> dict[str, Publisher]:
    index: dict[str, Publisher] = {}
    for publisher in publishers():
        for domain in publisher.domains:
            index.setdefault(domain, publisher)
    return index


def bare(name: str) -> str:
    """A name in lower case without article and punctuation at its ends: what two ways of giving it share."""
    folded = " ".join(fold(name).split()).strip(EDGES)
    return ARTICLES.sub("", folded) or folded


def find_owner(measures: Measures) -> Owner:
    """The owner that the page's cues name, with the publishers that go by that name; `unknown` if none is sure."""
    page = measures.page
    groups: dict[str, list[Cue]] = {}
    for cue in (*_text_cues(measures), *_declared_cues(page)):
        groups.setdefault(bare(cue.name), []).append(cue)
    groups.pop("", None)
    if not groups:
        return Owner()
    scores = {key: _together(cue.score for cue in cues) for key, cues in groups.items()}
    best = max(scores, key=lambda key: (scores[key], -list(groups).index(key)))
    if scores[best] < MIN_SCORE:
        return Owner()
    cues = groups[best]
    name = max((cue.name.strip(EDGES) for cue in cues), key=len)
    evidence = tuple({(cue.evidence.rule, cue.name): cue.evidence for cue in cues}.values())
    return Owner(name, min(scores[best], 0.97), evidence, tuple(_candidates(best, page)))


def _together(scores: Iterable[float]) -> float:
    """The probability that one of several independent cues is right."""
    wrong = 1.0
    for score in scores:
        wrong *= 1 - score
    return 1 - wrong


def _text_cues(measures: Measures) -> Iterator[Cue]:
    """Names in the wording of notices and credits, each phrase once, as the text gives them."""
    seen = set()
    for table in ("owner", "access"):
        for match in (match for matches in measures.matches(table) for match in matches):
            if not match.name or match.phrase.family not in FAMILY_SCORES:
                continue
            name = proper(measures.page.text[match.name_start : match.name_start + len(match.name)])
            key = (bare(name), match.phrase.family)
            if is_name(name) and key not in seen:
                seen.add(key)
                facts: dict[str, float | str] = {"name": name[:80], "wording": match.phrase.pattern[:80]}
                strength = FAMILY_SCORES[match.phrase.family] * (1.0 if match.phrase.strength == 3 else 0.7)
                yield Cue(name, strength, Evidence("owner", match.phrase.family, facts))


def proper(words: str) -> str:
    """The name that these words begin with: up to the last capital, or figure, before two small words in a row."""
    held: list[str] = []
    for number, word in enumerate(words.split()):
        if word[:1] == word[:1].upper():
            held = words.split()[: number + 1]
        elif number - len(held) >= MAX_SMALL_WORDS:
            break
    return " ".join(held)


def is_name(name: str) -> bool:
    """Whether these words can be a publisher's name: capitals or a script without them, no mere function word."""
    words = name.split()
    if not words or len(name) > MAX_NAME_CHARS or all(fold(word).strip("'’.,") in NO_NAMES for word in words):
        return False
    return words[-1][:1].upper() == words[-1][:1] and any(char.isalpha() for char in name)


def _declared_cues(page: Page) -> Iterator[Cue]:
    for field, score in DECLARED_SCORES.items():
        for name in page.declared.all(field):
            if len(name) <= MAX_NAME_CHARS and not name.startswith("http"):
                yield Cue(name, score, Evidence("owner", field, {"name": name[:80]}))
                break
    host = host_of(page.declared.get("canonical")) or host_of(page.url)
    if (known := known_host(host)) is not None:
        yield Cue(known.name, HOST_SCORE, Evidence("owner", "host", {"host": str(host)[:80]}))


def host_of(url: str | None) -> str | None:
    """The host of an address in lower case, without `www.`; None where there is none."""
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def known_host(host: str | None) -> Publisher | None:
    """The publisher whose domain a host is, or lies below."""
    parts, known = (host or "").split("."), _by_domain()
    return next((known[name] for at in range(len(parts)) if (name := ".".join(parts[at:])) in known), None)


def _candidates(key: str, page: Page) -> Iterator[Candidate]:
    """The publishers that go by this name: those of the page's own address first, then by how widely they are read."""
    here = {host_of(page.url), host_of(page.declared.get("canonical"))} - {None}
    found = sorted(_by_alias().get(key, ()), key=lambda p: (not any(known_host(host) == p for host in here), p.rank))
    score = FIRST_CANDIDATE
    for publisher in found[:MAX_CANDIDATES]:
        yield Candidate(publisher.name, round(score, 3))
        score *= NEXT_CANDIDATE


def is_own(owner: Owner, page: Page) -> bool | None:
    """Whether the page's own site goes by the owner's name; None where the page does not say who it is."""
    names = (*page.declared.all("sitename"), *page.declared.all("publisher"), *page.declared.all("organization"))
    hosts = {host_of(page.url), host_of(page.declared.get("canonical"))} - {None}
    if not names and not hosts:
        return None
    keys = {bare(owner.name), *(bare(candidate.name) for candidate in owner.candidates)}
    if any(bare(name) in keys for name in names):
        return True
    if any((known := known_host(host)) and bare(known.name) in keys for host in hosts):
        return True
    squeezed = {re.sub(r"\W", "", key) for key in keys}
    return any(key and key in re.sub(r"\W", "", str(host)) for key in squeezed for host in hosts)
