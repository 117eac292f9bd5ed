"""What is to be said of a page as a whole, and the report that says it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from dehusk.page import Page
from dehusk.spans import KEPT, Claim, Evidence, Label, Span


class SignName(StrEnum):
    """Something to say of the whole page."""

    SPAM_INJECTED = "spam_injected"
    SPLICED = "spliced"
    ACCESS_STUB = "access_stub"
    TRUNCATED = "truncated"
    DOORWAY = "doorway"
    GARBLED = "garbled"
    COPIED = "copied"
    HIDDEN_TEXT = "hidden_text"


class Kind(StrEnum):
    """What sort of page it is."""

    ARTICLE = "article"
    LISTING = "listing"
    FORUM = "forum"
    PRODUCT = "product"
    DOCUMENTATION = "documentation"
    SERVICE = "service"
    HOME = "home"
    DOORWAY = "doorway"
    NONE = "none"


class Action(StrEnum):
    """What to do with a page."""

    KEEP = "keep"
    REPAIR = "repair"
    DROP = "drop"


class SkipReason(StrEnum):
    """Why a record gave no report."""

    EMPTY = "empty"
    BINARY = "binary"
    NOT_HTML = "not_html"
    TOO_LARGE = "too_large"
    BROKEN_RECORD = "broken_record"
    NO_TEXT_COLUMN = "no_text_column"
    UNREADABLE = "unreadable"
    TIME_LIMIT = "time_limit"
    CRASHED = "crashed"
    MISSING_EXTRA = "missing_extra"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that gave no report, and why."""

    id: str
    reason: SkipReason
    detail: str = ""
    file: str | None = None
    record: int = 0


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign, the probability that it is right, and the numbers of the spans that show it."""

    sign: SignName
    score: float
    spans: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A publisher that the cues fit, with the probability that it is the one."""

    name: str
    score: float


@dataclass(frozen=True, slots=True)
class Owner:
    """Who the text belongs to, as far as the page shows; `name` as the page gives it, or `unknown`."""

    name: str = "unknown"
    score: float = 0.0
    evidence: tuple[Evidence, ...] = ()
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of the document; dates are ISO 8601 as shown, with a zone only if one is given."""

    title: str | None = None
    author: str | None = None
    date: str | None = None
    updated: str | None = None
    sitename: str | None = None
    hostname: str | None = None
    language: str | None = None
    description: str | None = None
    tags: tuple[str, ...] = ()
    license: str | None = None
    image: str | None = None
    views: int | None = None
    owner: Owner = Owner()
    sources: tuple[tuple[str, str], ...] = ()  # (field, where its value was read)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Where a page stops being worth keeping, and where a sign is worth acting on."""

    min_kept_chars: int = 200  # non-space characters; shorter and there is nothing to learn from
    drop_score: float = 0.9  # a doorway, access_stub or garbled sign this sure drops the page
    max_garbled_share: float = 0.2  # above this the rest is rarely sound either
    max_stub_chars: int = 600  # a kept text longer than this is not just the teaser before a wall


@dataclass(frozen=True, slots=True)
class Verdict:
    """The signs of a page, its kind, what to do with it, whether its article is whole, and the share to keep."""

    kind: Kind
    action: Action
    complete: bool | None  # None where there is no article
    purity: float  # kept share of the non-space characters
    signs: tuple[Sign, ...] = ()

    def score(self, sign: SignName) -> float:
        """The score of a sign; 0 if it was not given."""
        return next((found.score for found in self.signs if found.sign == sign), 0.0)


@dataclass(frozen=True, slots=True)
class Report:
    """A page, its spans, and what they say of it."""

    page: Page
    spans: tuple[Span, ...]
    verdict: Verdict
    metadata: Metadata
    claims: tuple[Claim, ...] = ()

    @property
    def id(self) -> str:
        """The page's id."""
        return self.page.id

    @property
    def text(self) -> str:
        """The page's text, husk and all."""
        return self.page.text

    @property
    def title(self) -> str:
        """The headline on the page; empty if there is none."""
        return " ".join(part.strip() for part in _parts(self, Label.TITLE))

    @property
    def clean(self) -> str:
        """The kept text without the title."""
        return join_kept(self.page.text, (s for s in self.spans if s.kept and s.label != Label.TITLE))

    def keep(self, names: Iterable[str]) -> str:
        """The text of the spans with one of these labels or parts, such as `article` and `comments`."""
        wanted = set(names)
        chosen = (s for s in self.spans if {s.label.value, s.part} & wanted and (s.kept or s.label not in KEPT))
        return join_kept(self.page.text, chosen)


def _parts(report: Report, label: Label) -> Iterable[str]:
    return (report.page.slice(span) for span in report.spans if span.label == label and not span.hidden)


def join_kept(text: str, spans: Iterable[Span]) -> str:
    """The text of these spans: touching ones as they stand, the runs joined as they were set apart.

    Each run is stripped. Runs are joined by a blank line if a line break stood anywhere between them, else by one
    space if white space did, else by nothing.
    """
    runs: list[tuple[int, int]] = []
    for span in spans:
        if runs and runs[-1][1] == span.start:
            runs[-1] = (runs[-1][0], span.end)
        else:
            runs.append((span.start, span.end))
    pieces: list[str] = []
    last = 0
    for start, end in runs:
        run = text[start:end]
        if not run.strip():
            continue
        first = end - len(run.lstrip())
        if pieces:
            pieces.append(_joint(text[last:first]))
        pieces.append(run.strip())
        last = start + len(run.rstrip())
    return "".join(pieces)


def _joint(gap: str) -> str:
    if "\n" in gap or "\r" in gap:
        return "\n\n"
    return " " if any(map(str.isspace, gap)) else ""
