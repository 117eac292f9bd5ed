"""The metadata of a page: what it declares, and what its meta spans show."""

from dehusk.page import Page
from dehusk.spans import Span
from dehusk.verdict import Metadata


def collect_metadata(page: Page, spans: tuple[Span, ...]) -> Metadata:
    """What is known of the document, with the source of each value."""
    return Metadata(title=page.declared.get("title"), sitename=page.declared.get("sitename"))
