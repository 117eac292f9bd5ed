"""The run behind `dehusk clean`: inputs in, reports out, everything counted."""

import os
import time
from array import array
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from dehusk.errors import DehuskError
from dehusk.formats import Format, Rendered, View, renderer
from dehusk.outputs import open_output, open_skips, own_files
from dehusk.pipeline import Settings, run_records
from dehusk.read.inputs import Source, find_sources, read_source
from dehusk.read.records import Record
from dehusk.verdict import Skipped, SkipReason

NOT_READ = frozenset((SkipReason.UNREADABLE, SkipReason.MISSING_EXTRA))
REFRESH_SECONDS = 0.2  # between two looks of the progress bar


class WrongUse(DehuskError):
    """What was asked for cannot be meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to clean, and where to put it."""

    inputs: tuple[str, ...]
    out: Path | None = None  # None for standard output
    column: str | None = None
    limit: int | None = None
    id: str | None = None
    url: str | None = None
    jobs: int | None = None  # None for as many as there are processors
    progress: bool = False


@dataclass(slots=True)
class Tally:
    """What became of the records."""

    reports: int = 0
    failed: int = 0  # reports with a sign that was to be failed on
    skips: Counter[SkipReason] = field(default_factory=Counter)
    ids: "array[int]" = field(default_factory=lambda: array("q"))  # their hashes: eight bytes a record

    def count(self, item: Rendered | Skipped) -> None:
        """Take note of what became of a record."""
        self.ids.append(hash(item.id))
        if isinstance(item, Skipped):
            self.skips[item.reason] += 1
        else:
            self.reports += 1
            self.failed += item.failed

    @property
    def duplicates(self) -> int:
        """How many records have an id that was there before."""
        import numpy as np

        return len(self.ids) - len(np.unique(np.frombuffer(self.ids, np.int64))) if self.ids else 0

    @property
    def status(self) -> int:
        """The exit status."""
        if self.skips and not self.reports and self.skips.keys() <= NOT_READ:
            return 3
        return 4 if self.failed else 1 if self.skips else 0

    def __str__(self) -> str:
        skipped = self.skips.total()
        reasons = ", ".join(f"{reason.value} {count}" for reason, count in sorted(self.skips.items()))
        told = f"{_number(self.reports + skipped, 'record')}: {_number(self.reports, 'report')}, {skipped} skipped"
        told += f" ({reasons})" if reasons else ""
        told += f", {_number(self.duplicates, 'duplicate id')}" if self.duplicates else ""
        return told + (f", {self.failed} with a sign to fail on" if self.failed else "")


def _number(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def clean(wanted: Wanted, view: View, settings: Settings) -> Tally:
    """Write a report for each record of the inputs; raises `WrongUse`, `MissingExtra` and OSError for the output."""
    tally = Tally()
    reading = Reading(wanted, view.format)
    with open_output(wanted.out, view) as add, open_skips(wanted.out) as skip, reading.shown() as show:
        records, jobs = _spread(reading.records(), wanted)
        make = partial(renderer, view)
        with closing(_results(run_records(records, make, settings, jobs=jobs))) as results:
            for item in results:
                tally.count(item)
                add(item)
                if isinstance(item, Skipped):
                    skip(item)
                show(tally.reports)
    return tally


def _results(outcomes: Iterator[Rendered | Skipped]) -> Generator[Rendered | Skipped, None, None]:
    """The outcomes; an OSError among them is a bug, and is not to be taken for one of the output."""
    try:
        yield from outcomes
    except OSError as error:
        raise RuntimeError("an error of the system in reading or working on pages") from error


def _spread(records: Iterator[Record | Skipped], wanted: Wanted) -> tuple[Iterable[Record | Skipped], int]:
    """The records, named as asked for, and the number of processes for them; one page needs no other process."""
    jobs = wanted.jobs or processors()
    is_named = wanted.id is not None or wanted.url is not None
    if jobs > 1 or is_named:
        first = list(islice(records, 2))
        if is_named and len(first) > 1:
            raise WrongUse("--id and --url are for one page; the inputs hold more")
        jobs = jobs if len(first) > 1 else 1
        records = chain((_named(item, wanted) for item in first), records)
    return records, jobs


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _named(item: Record | Skipped, wanted: Wanted) -> Record | Skipped:
    item = item if wanted.id is None else replace(item, id=wanted.id)
    return replace(item, url=wanted.url) if wanted.url is not None and isinstance(item, Record) else item


@dataclass(frozen=True, slots=True)
class _Watched(Source):
    """A source that can be asked how far it has been read."""

    opened: list[BinaryIO] = field(default_factory=list)

    def open(self) -> BinaryIO:
        """Its bytes."""
        self.opened.append(Source.open(self))
        return self.opened[-1]

    @property
    def size(self) -> int:
        """Its bytes; 0 for what has no size."""
        try:
            return self.path.stat().st_size if self.path else 0
        except OSError:
            return 0

    @property
    def position(self) -> int:
        """How many of its bytes were read."""
        try:
            return self.opened[-1].tell() if self.opened else 0
        except (OSError, ValueError):
            return 0


class Reading:
    """The records of the inputs, and how far they have been read."""

    def __init__(self, wanted: Wanted, format: Format) -> None:
        self.wanted = wanted
        self.own = own_files(wanted.out, format) if wanted.out else frozenset[Path]()
        if any(Path(name).resolve() in self.own for name in wanted.inputs if name != "-"):
            raise WrongUse(f"{wanted.out} is an input and the output")
        self.source = _Watched(None, "")
        self.done = 0  # bytes of the sources before

    def records(self) -> Iterator[Record | Skipped]:
        """The records, up to the limit."""
        return islice(self._all(), self.wanted.limit)

    def _all(self) -> Iterator[Record | Skipped]:
        for source in self._sources():
            self.source = _Watched(source.path, source.id, source.address, source.fault)
            yield from read_source(self.source, self.wanted.column)
            self.done += self.source.size if self.wanted.progress else 0

    def _sources(self) -> Iterator[Source]:
        """The sources, without what this run writes."""
        for source in find_sources(self.wanted.inputs):
            path = source.path.resolve() if source.path and self.own else None
            if path is None or self.own.isdisjoint((path, *path.parents)):
                yield source

    @contextmanager
    def shown(self) -> Iterator[Callable[[int], None]]:
        """A progress bar on standard error, if one is wanted; called with the number of pages done."""
        if not self.wanted.progress:
            yield lambda pages: None
            return
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        total = sum(_Watched(source.path, source.id).size for source in self._sources()) or None
        columns = (TextColumn("{task.fields[pages]} pages"), BarColumn(), TextColumn("{task.fields[speed]} pages/s"))
        begin = last = time.monotonic()
        with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("", total=total, pages=0, speed="-")

            def show(pages: int) -> None:
                nonlocal last
                now = time.monotonic()
                if now - last >= REFRESH_SECONDS:
                    speed = f"{pages / (now - begin):.1f}"
                    progress.update(task, completed=self.done + self.source.position, pages=pages, speed=speed)
                    last = now

            yield show
