"""A page in, a report out; many pages, on many cores."""

import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from itertools import chain
from types import FrameType, MappingProxyType
from typing import TypeVar

from dehusk.errors import TooLarge, UnreadablePage
from dehusk.features import Measures
from dehusk.judge import judge, mark_hidden
from dehusk.metadata import collect_metadata
from dehusk.owner import find_owner
from dehusk.page import Page
from dehusk.read import read_page
from dehusk.read.records import Form, Record
from dehusk.spans import KEPT, MARGINS, Label, place, tile
from dehusk.taggers import TAGGERS
from dehusk.taggers.base import Tagger
from dehusk.verdict import Limits, Report, Skipped, SkipReason
from dehusk.workers import Worked, run_many

Out = TypeVar("Out")
Given = TypeVar("Given")
MAX_SECONDS = 30.0  # of wall clock a page; the last resort, since a page's work is bounded by its size
DEFAULT_TAGGERS: tuple[Tagger, ...] = tuple(TAGGERS.values())
MAX_NESTING = 100  # of the columns a record carries along; what passes values on and writes them recurses
REPEAT_SECONDS = 1.0  # the alarm rings again, in case it rang where Python ignores exceptions


class Favor(StrEnum):
    """What to favour where the margins leave doubt: less husk in the text, or less article lost."""

    PRECISION = "precision"
    RECALL = "recall"


# What is added to the margin of every husk label. Alike for all of them, so that only the quarrels of husk with title
# and article turn out otherwise: what is kept under `precision` is kept by default, and that under `recall`.
SHIFTS: Mapping[Favor | None, float] = MappingProxyType({None: 0.0, Favor.PRECISION: -0.1, Favor.RECALL: 0.15})


def favored_margins(favor: Favor | None) -> Mapping[Label, float]:
    """The margins that `tile` goes by under this favour."""
    return {label: margin + SHIFTS[favor] * (label not in KEPT) for label, margin in MARGINS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How pages are purified."""

    limits: Limits = Limits()  # noqa: RUF009 - frozen
    max_seconds: float = MAX_SECONDS
    favor: Favor | None = None


SETTINGS = Settings()


class _TimeUp(BaseException):
    """The wall clock of a page ran out; no `except Exception` on the way may hold it."""


def purify(
    html_or_text: bytes | str,
    *,
    url: str | None = None,
    id: str = "page",
    kind: str = "auto",
    taggers: Sequence[Tagger] = DEFAULT_TAGGERS,
) -> Report:
    """The report of one page: what every character is, the clean text, and a verdict.

    `kind` is `html`, `text` or `auto`, which tells by the content. Offsets in the report count characters of
    `report.text`. Raises `TooLarge` past the reading limits and `UnreadablePage` for bytes that are no text; has no
    time limit (see `purify_many`).

    >>> report = purify("<h1>Flood in Aldmoor</h1><p>The river Lenn rose four metres in the night, officials said.</p>")
    >>> report.title
    'Flood in Aldmoor'
    >>> report.clean
    'The river Lenn rose four metres in the night, officials said.'
    """
    return purify_page(read_page(Record(id, html_or_text, Form(kind), url)), taggers)


def purify_page(
    page: Page,
    taggers: Sequence[Tagger] = DEFAULT_TAGGERS,
    limits: Limits = SETTINGS.limits,
    *,
    favor: Favor | None = None,
) -> Report:
    """The report of a page that has been read."""
    measures = Measures(page)
    claims = tuple(chain.from_iterable(tagger(measures) for tagger in taggers))
    spans = mark_hidden(page, place(tile(page.text, claims, favored_margins(favor)), page.blocks))
    metadata = replace(collect_metadata(page, spans), owner=find_owner(measures))
    return Report(page, spans, judge(page, spans, metadata, limits), metadata, claims)


def purify_record(record: Record, settings: Settings = SETTINGS) -> Report | Skipped:
    """The report of a record, or why there is none; on a main thread the wall clock is watched."""
    return finish_record(record, settings, lambda report: report)


def finish_record(record: Record, settings: Settings, finish: Callable[[Report], Out]) -> Out | Skipped:
    """What `finish` makes of the report of a record, or why there is none; the time limit holds for it too."""
    try:
        with _time_limit(settings.max_seconds):
            return finish(purify_page(read_page(record), limits=settings.limits, favor=settings.favor))
    except TooLarge as error:
        return _skip(record, SkipReason.TOO_LARGE, str(error))
    except UnreadablePage as error:
        return _skip(record, SkipReason.BINARY, str(error))
    except _TimeUp:
        return _skip(record, SkipReason.TIME_LIMIT, f"more than {settings.max_seconds:g} s")


def _skip(record: Record, reason: SkipReason, detail: str) -> Skipped:
    return Skipped(record.id, reason, detail, record.origin.file, record.origin.record)


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise `_TimeUp` inside the block after this long, where signals can be had (main threads of POSIX)."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise _TimeUp

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds, REPEAT_SECONDS)
    try:
        yield
    finally:
        try:
            signal.setitimer(signal.ITIMER_REAL, 0)
        finally:  # even if the time is up right here
            signal.signal(signal.SIGALRM, before)


def purify_many(
    pages: Iterable[bytes | str | Record], *, jobs: int = 1, max_seconds: float = MAX_SECONDS
) -> Iterator[Report | Skipped]:
    """A `Report` or a `Skipped` for each page, in input order, on `jobs` processes.

    The results do not depend on `jobs`. Pages are read as they are needed, so an endless stream will do. A page that
    takes more than `max_seconds` of wall clock, or that kills its process, is a `Skipped`.

    >>> [report.verdict.kind.value for report in purify_many(["", "Just a line."])]
    ['none', 'none']
    """
    records = (
        page if isinstance(page, Record) else Record(f"page-{number}", page) for number, page in enumerate(pages)
    )
    settings = Settings(max_seconds=max_seconds)
    yield from run_records(records, _reporter, settings, jobs=jobs)


def _reporter(settings: Settings) -> Callable[[Record], Report | Skipped]:
    return lambda record: purify_record(record, settings)


def run_records(
    records: Iterable[Record | Skipped],
    make: Callable[[Settings], Callable[[Record], Out | Skipped]],
    settings: Settings,
    *,
    jobs: int,
) -> Iterator[Out | Skipped]:
    """What `make(settings)` gives for each record, in order; a record that ends its process is a `Skipped`.

    What was skipped in reading keeps its place. With one job the work is done in this process, each record as it comes.
    """
    records = map(_shallow, records)
    if jobs <= 1:
        yield from map(_passing_skips(make, settings), records)
        return
    passing = partial(_passing_skips, make)
    for record, worked in run_many(records, passing, settings, jobs=jobs, max_seconds=settings.max_seconds):
        if isinstance(worked, Worked):
            yield worked.value
        elif isinstance(record, Record):
            yield _skip(record, SkipReason(worked.value), "the process that worked on it ended")


def _shallow(item: Record | Skipped) -> Record | Skipped:
    """The record, unless its other columns are nested too deep to be passed on."""
    level: list[object] = [item.columns] if isinstance(item, Record) else []
    for _ in range(MAX_NESTING):
        level = [inner for outer in level for inner in _inside(outer) if isinstance(inner, dict | list)]
        if not level:
            return item
    assert isinstance(item, Record)
    return _skip(item, SkipReason.BROKEN_RECORD, f"columns nested more than {MAX_NESTING} deep")


def _inside(outer: object) -> Iterable[object]:
    return outer.values() if isinstance(outer, Mapping) else outer if isinstance(outer, list) else ()


def _passing_skips(
    make: Callable[[Given], Callable[[Record], Out | Skipped]], settings: Given
) -> Callable[[Record | Skipped], Out | Skipped]:
    work = make(settings)
    return lambda item: item if isinstance(item, Skipped) else work(item)
