"""Claims in, spans out: the ten labels and how quarrels about them are settled."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from dehusk.page import Block


class Label(StrEnum):
    """What a stretch of a page is; the order is the precedence when two fit equally well (LABELS.md, G5)."""

    GARBLED = "garbled"
    DUPLICATE = "duplicate"
    SPAM = "spam"
    ACCESS = "access"
    PROMO = "promo"
    FOREIGN = "foreign"
    META = "meta"
    CHROME = "chrome"
    TITLE = "title"
    ARTICLE = "article"


KEPT = frozenset({Label.TITLE, Label.ARTICLE})
PRECEDENCE = {label: rank for rank, label in enumerate(Label)}
MAX_FACT_CHARS = 80


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a tagger claims: the rule, and the numbers and short strings that it saw."""

    tagger: str
    rule: str
    facts: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Claim:
    """A tagger's opinion of `start..end`; `score` is the probability that the label is right."""

    start: int
    end: int
    label: Label
    score: float
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Span:
    """A settled stretch of a page. The spans of a page touch and never overlap."""

    start: int
    end: int
    label: Label
    score: float | None = None  # None where nobody claimed
    evidence: tuple[Evidence, ...] = ()
    path: str | None = None
    hidden: bool = False  # hidden text that no visible neighbour vouches for

    def __len__(self) -> int:
        return self.end - self.start

    @property
    def kept(self) -> bool:
        """Whether a reader came for this."""
        return self.label in KEPT and not self.hidden

    @property
    def part(self) -> str | None:
        """What part of its label this is, such as `comments` of chrome."""
        return next((str(e.facts["part"]) for e in self.evidence if "part" in e.facts), None)


# What a claim's score is lowered by before claims are compared. Article first: a claim that would cost a reader text
# must be surer than one that keeps it, and accusing a page of spam must be surest of all.
MARGINS: Mapping[Label, float] = MappingProxyType(
    {
        Label.GARBLED: 0.10,
        Label.DUPLICATE: 0.10,
        Label.SPAM: 0.10,
        Label.ACCESS: 0.05,
        Label.PROMO: 0.10,
        Label.FOREIGN: 0.10,
        Label.META: 0.05,
        Label.CHROME: 0.05,
        Label.TITLE: 0.0,
        Label.ARTICLE: 0.0,
    }
)


MAX_SHOWN = 32  # claims on one stretch, the best first, whose evidence a span shows
UNCLAIMED_SCORE = 0.4  # what silence says for article: a claim that is lowered below it does not stand


def tile(text: str, claims: Iterable[Claim], margins: Mapping[Label, float] = MARGINS) -> tuple[Span, ...]:
    """Settle claims into spans that cover `text` exactly once.

    On each stretch the label with the highest score less its margin wins, precedence breaks ties, and what nobody
    claims well enough (`UNCLAIMED_SCORE`) is article with score None. White space before the first line break between
    two spans belongs to the span before, the rest to the span after; leading white space to the first span. White
    space alone is one chrome span.
    """
    if not text:
        return ()
    if text.isspace():
        return (Span(0, len(text), Label.CHROME, 1.0, (Evidence("tile", "white_space"),)),)
    stretches = [s for s in _stretches(len(text), claims, margins) if not text[s.start : s.end].isspace()]
    return tuple(_merge(_give_white_space(text, stretches)))


Entry = tuple[float, int, int]  # lowered score, best first; precedence; number of the claim


def _stretches(length: int, claims: Iterable[Claim], margins: Mapping[Label, float]) -> Iterator[Span]:
    """The winning label between each two boundaries of claims."""
    stand = [c for c in claims if 0 <= c.start < c.end <= length and c.score - margins[c.label] >= UNCLAIMED_SCORE]
    ordered = _in_order(stand)
    edges: dict[int, list[tuple[bool, Entry]]] = {0: [], length: []}
    for number, claim in enumerate(ordered):
        entry = (margins[claim.label] - claim.score, PRECEDENCE[claim.label], number)
        edges.setdefault(claim.start, []).append((True, entry))
        edges.setdefault(claim.end, []).append((False, entry))
    active: list[Entry] = []
    here = 0
    for edge in sorted(edges):
        if edge > here:
            yield _winner(here, edge, [ordered[number] for _, _, number in active[:MAX_SHOWN]])
            here = edge
        for opens, entry in edges[edge]:
            if opens:
                insort(active, entry)
            else:
                del active[bisect_left(active, entry)]


def _in_order(claims: list[Claim]) -> list[Claim]:
    """The claims in a total order, so that the order in which they came never shows."""
    keys = [(c.start, c.end, c.label, c.score, c.evidence.tagger, c.evidence.rule) for c in claims]
    if len(set(keys)) == len(keys):
        return [claim for _, claim in sorted(zip(keys, claims, strict=True), key=lambda pair: pair[0])]
    facts = [str(sorted(claim.evidence.facts.items())) for claim in claims]
    return [claim for *_, claim in sorted(zip(keys, facts, claims, strict=True), key=lambda row: row[:2])]


def _winner(start: int, end: int, active: list[Claim]) -> Span:
    """The span of a stretch on which these claims stand, the best first."""
    if not active:
        return Span(start, end, Label.ARTICLE)
    best = active[0]
    return Span(start, end, best.label, best.score, tuple(c.evidence for c in active if c.label == best.label))


def _give_white_space(text: str, stretches: list[Span]) -> Iterator[Span]:
    """The stretches, moved so that each white space belongs where the law says."""
    start = 0
    for here, after in zip(stretches, [*stretches[1:], None], strict=True):
        end = len(text) if after is None else _seam(text, here, after)
        yield Span(start, end, here.label, here.score, here.evidence)
        start = end


def _seam(text: str, here: Span, after: Span) -> int:
    """Where the white space between two stretches is cut: before its first line break, else at its end."""
    first = here.start + len(text[here.start : here.end].rstrip())
    last = after.end - len(text[after.start : after.end].lstrip())
    gap = text[first:last]
    breaks = [at for at in (gap.find("\n"), gap.find("\r")) if at >= 0]
    return first + (min(breaks) if breaks else len(gap))


def _merge(spans: Iterable[Span]) -> Iterator[Span]:
    """Neighbours of one label and one part become one span with the evidence of both, each rule once."""
    held: list[Span] = []
    for span in spans:
        if held and (held[0].label, held[0].part) != (span.label, span.part):
            yield _join(held)
            held = []
        held.append(span)
    if held:
        yield _join(held)


def _join(spans: list[Span]) -> Span:
    """One span for neighbours that belong together; its score is their mean, weighted by length."""
    evidence: dict[tuple[str, str], Evidence] = {}
    for found in (e for span in spans for e in span.evidence):
        evidence.setdefault((found.tagger, found.rule), found)
    scored = [(span.score, len(span)) for span in spans if span.score is not None]
    score = sum(s * n for s, n in scored) / sum(n for _, n in scored) if scored else None
    return Span(spans[0].start, spans[-1].end, spans[0].label, score, tuple(evidence.values()))


def place(spans: Iterable[Span], blocks: Sequence[Block]) -> tuple[Span, ...]:
    """The spans with the path of the blocks that each covers, as far as these agree."""
    starts = [block.start for block in blocks]
    return tuple(replace(span, path=_common_path(span, blocks, starts)) for span in spans)


def _common_path(span: Span, blocks: Sequence[Block], starts: list[int]) -> str | None:
    first, last = max(bisect_right(starts, span.start) - 1, 0), bisect_left(starts, span.end)
    steps: list[str] | None = None
    for path in {block.path for block in blocks[first:last] if block.end > span.start}:
        if path is None:
            return None
        own = path.split(">")
        steps = own if steps is None else _agreed(steps, own)
    return ">".join(steps) if steps else None


def _agreed(one: list[str], other: list[str]) -> list[str]:
    """The steps that two paths begin with alike."""
    count = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[:count]
