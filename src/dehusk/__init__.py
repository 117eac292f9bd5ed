"""dehusk reads web pages and says for every character what it is."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dehusk.errors import DehuskError, TooLarge, UnreadablePage
    from dehusk.page import Page
    from dehusk.pipeline import purify, purify_many
    from dehusk.spans import Claim, Evidence, Label, Span
    from dehusk.verdict import Report, Skipped, Verdict
    from dehusk.wire import dump_report, load_report

__version__ = "0.1.0.dev0"
HOMES = {
    "DehuskError": "errors",
    "TooLarge": "errors",
    "UnreadablePage": "errors",
    "Page": "page",
    "purify": "pipeline",
    "purify_many": "pipeline",
    "Claim": "spans",
    "Evidence": "spans",
    "Label": "spans",
    "Span": "spans",
    "Report": "verdict",
    "Skipped": "verdict",
    "Verdict": "verdict",
    "dump_report": "wire",
    "load_report": "wire",
}
__all__ = [
    "Claim",
    "DehuskError",
    "Evidence",
    "Label",
    "Page",
    "Report",
    "Skipped",
    "Span",
    "TooLarge",
    "UnreadablePage",
    "Verdict",
    "dump_report",
    "load_report",
    "purify",
    "purify_many",
]


def __getattr__(name: str) -> object:
    """A public name, its module imported when it is first asked for."""
    if name not in HOMES:
        raise AttributeError(f"module 'dehusk' has no attribute {name!r}")
    found = getattr(import_module(f"dehusk.{HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
