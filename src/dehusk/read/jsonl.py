"""JSON lines: a record a line, its page in a column `html` or `text`."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace

from dehusk.errors import UnreadableInput
from dehusk.page import Origin
from dehusk.read.packed import BrokenInput
from dehusk.read.records import MAX_PAGE_BYTES, Form, Record
from dehusk.verdict import Skipped, SkipReason

MAX_LINE_BYTES = 2 * MAX_PAGE_BYTES  # escapes and other columns come on top of the page
MAX_REST_BYTES = 2**30  # read on after that to find the next line
STEP_BYTES = 2**20
MAX_BLANK_LINES = 1_000_000  # in a row; more is an attack on time


def read_jsonl(stream: io.BufferedReader, id: str, origin: Origin, column: str | None) -> Iterator[Record | Skipped]:
    """A record, or a `Skipped`, for each line that is not blank; after a damaged one on to the next."""
    number = blank = 0
    while True:
        try:
            line = stream.readline(MAX_LINE_BYTES + 1)
            blank = blank + 1 if line.isspace() else 0
            if blank > MAX_BLANK_LINES:
                raise UnreadableInput(f"more than {MAX_BLANK_LINES} blank lines; what follows is not read")
            if not line:
                return
            if blank:
                continue
            yield _line(line, id, replace(origin, record=number), column)
            number += 1
            if len(line) > MAX_LINE_BYTES:
                _pass_line(stream)
        except BrokenInput as error:
            yield _skip(id, SkipReason.BROKEN_RECORD, str(error), replace(origin, record=number))
            number += 1


def _line(line: bytes, id: str, origin: Origin, column: str | None) -> Record | Skipped:
    if len(line) > MAX_LINE_BYTES:
        return _skip(id, SkipReason.TOO_LARGE, f"a line of more than {MAX_LINE_BYTES} bytes", origin)
    return _record(line, id, origin, column)


def _pass_line(stream: io.BufferedReader) -> None:
    """Read on to the end of a line; raises UnreadableInput for one without."""
    count = 0
    while (rest := stream.readline(STEP_BYTES)) and not rest.endswith(b"\n"):
        count += len(rest)
        if count > MAX_REST_BYTES:
            raise UnreadableInput(f"a line of more than {MAX_REST_BYTES} bytes; what follows is not read")


def _record(line: bytes, id: str, origin: Origin, column: str | None) -> Record | Skipped:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        return _skip(id, SkipReason.BROKEN_RECORD, f"line {origin.record + 1}: {str(error)[:100]}", origin)
    if not isinstance(row, dict):
        return _skip(id, SkipReason.BROKEN_RECORD, f"line {origin.record + 1}: not an object", origin)
    return pick_column(row, id, origin, column)


def pick_column(row: dict[str, object], id: str, origin: Origin, column: str | None) -> Record | Skipped:
    """The record of a row: the page from `column`, else from `html`, else from `text`; the others carried along."""
    own = row.get("id")
    id = str(own) if isinstance(own, str | int) and str(own) else id
    names = (column,) if column else ("html", "text")
    name = next((name for name in names if isinstance(row.get(name), str | bytes)), None)
    if name is None:
        return _skip(id, SkipReason.NO_TEXT_COLUMN, f"no text in column {' or '.join(names)}", origin)
    url = row.get("url")
    form = {"html": Form.HTML, "text": Form.TEXT}.get(name, Form.AUTO)
    rest = {key: value for key, value in row.items() if key not in (name, "id", "url")}
    data = row[name]
    assert isinstance(data, str | bytes)
    return Record(id, data, form, url if isinstance(url, str) else None, None, origin, rest)


def _skip(id: str, reason: SkipReason, detail: str, origin: Origin) -> Skipped:
    return Skipped(id, reason, detail, origin.file, origin.record)
