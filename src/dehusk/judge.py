"""The verdict on a page, from its spans."""

from dehusk.page import Page
from dehusk.spans import Span
from dehusk.verdict import Action, Kind, Limits, Metadata, Verdict


def judge(page: Page, spans: tuple[Span, ...], metadata: Metadata, limits: Limits) -> Verdict:
    """What the spans say of the page as a whole."""
    return Verdict(Kind.NONE, Action.KEEP, None, 1.0)


def mark_hidden(page: Page, spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """The spans, hidden article that no visible neighbour vouches for marked as hidden."""
    return spans
