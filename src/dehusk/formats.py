"""The forms that a report can be asked for in: made where the page is worked on, so that only bytes are passed on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from dehusk.dolma import render_attributes
from dehusk.markdown import render_markdown
from dehusk.parquet import Row, make_row
from dehusk.pipeline import Settings, finish_record
from dehusk.read.records import Record
from dehusk.spans import KEPT, Label, Span
from dehusk.verdict import Report, SignName, Skipped
from dehusk.wire import dump_report, dumps, sound

PARTS = ("comments",)  # parts of labels that can be asked for
BOM = "\ufeff"  # at the start of a record's text it is not part of the page's


class Format(StrEnum):
    """What `--to` names."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSONL = "jsonl"
    PARQUET = "parquet"
    DOLMA = "dolma"
    HTML = "html"
    TERMINAL = "terminal"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What of a report is wanted."""

    format: Format = Format.TEXT
    keep: tuple[str, ...] = ()  # labels and parts; empty for title and article
    title: bool = True
    links: bool = False
    images: bool = False
    claims: bool = False
    bytes: bool = False
    explain: bool = False
    width: int = 100  # of a terminal
    color: bool = False
    fail_on: tuple[tuple[SignName, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Rendered:
    """A report in the form asked for."""

    id: str
    file: str | None
    body: bytes | Row
    failed: bool = False  # it has a sign that was to be failed on


def renderer(view: View, settings: Settings) -> Callable[[Record], Rendered | Skipped]:
    """The work on one record."""
    return lambda record: finish_record(record, settings, lambda report: render(report, view, record))


def render(report: Report, view: View, record: Record) -> Rendered:
    """The report of a record in the form asked for."""
    shift = int(isinstance(record.data, str) and record.data.startswith(BOM))
    body = RENDERERS[view.format](report, view, shift)
    failed = any(report.verdict.score(sign) >= score for sign, score in view.fail_on)
    return Rendered(report.id, report.page.origin.file, body, failed)


def _text(report: Report, view: View, _shift: int) -> bytes:
    """Title, blank line and clean text; what is kept by name instead, as it stands on the page."""
    if view.explain:
        return _terminal(report, view, 0)
    if view.keep:
        return _whole_line(report.keep(_wanted(view)))
    return _whole_line("\n\n".join(part for part in (report.title if view.title else "", report.clean) if part))


def _markdown(report: Report, view: View, _shift: int) -> bytes:
    if view.keep:
        wanted = _wanted(view)
        groups = [[s for s in report.spans if {s.label.value, s.part} & wanted and (s.kept or s.label not in KEPT)]]
    else:
        titles = [span for span in report.spans if span.kept and span.label is Label.TITLE]
        rest = [span for span in report.spans if span.kept and span.label is not Label.TITLE]
        groups = [titles, rest] if view.title else [rest]
    parts = [_marked(report, spans, view) for spans in groups]
    return _whole_line("\n\n".join(part for part in parts if part))


def _marked(report: Report, spans: list[Span], view: View) -> str:
    return render_markdown(report.page, spans, links=view.links, images=view.images)


def _wanted(view: View) -> set[str]:
    return {name for name in view.keep if view.title or name != Label.TITLE.value}


def _whole_line(text: str) -> bytes:
    return sound(f"{text}\n" if text else "").encode()


def _jsonl(report: Report, view: View, _shift: int) -> bytes:
    dumped = dump_report(report, claims=view.claims, bytes=view.bytes) | {"clean": _clean(report, view)}
    return f"{dumps(dumped)}\n".encode()


def _clean(report: Report, view: View) -> str:
    """The clean text, of what is kept by name if names are given."""
    return report.keep(set(view.keep) - {Label.TITLE.value}) if view.keep else report.clean


def _parquet(report: Report, view: View, _shift: int) -> Row:
    return make_row(report, clean=_clean(report, view), claims=view.claims, bytes=view.bytes)


def _dolma(report: Report, _view: View, shift: int) -> bytes:
    return render_attributes(report, shift=shift).encode()


def _html(report: Report, _view: View, _shift: int) -> bytes:
    """The report on the wire: how it is drawn depends on its place in the file."""
    return dumps(dump_report(report)).encode()


def _terminal(report: Report, view: View, _shift: int) -> bytes:
    from dehusk.terminal import render_explain, render_terminal

    draw = render_explain if view.explain else render_terminal
    return sound(draw(report, width=view.width, color=view.color)).encode()


RENDERERS: Mapping[Format, Callable[[Report, View, int], bytes | Row]] = {
    Format.TEXT: _text,
    Format.MARKDOWN: _markdown,
    Format.JSONL: _jsonl,
    Format.PARQUET: _parquet,
    Format.DOLMA: _dolma,
    Format.HTML: _html,
    Format.TERMINAL: _terminal,
}
