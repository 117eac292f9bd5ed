"""Parquet: a record a row, its page in a column `html` or `text`, read a few rows at a time."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO

from dehusk.errors import MissingExtra, UnreadableInput
from dehusk.page import Origin
from dehusk.read.jsonl import MAX_LINE_BYTES, pick_column
from dehusk.read.records import Record
from dehusk.verdict import Skipped, SkipReason

MAX_BATCH_ROWS = 256
BATCH_BYTES = 8 * 2**20  # held at a time, where the rows of a group are alike
MAX_BATCH_BYTES = 256 * 2**20  # where all of them repeat the largest value that its dictionary can hold
BUFFER_BYTES = 2**20  # of each column: a row group is never read whole
MAX_DETAIL_CHARS = 200


def read_parquet(stream: BinaryIO, id: str, origin: Origin, column: str | None) -> Iterator[Record | Skipped]:
    """A record, or a `Skipped`, for each row; one `Skipped` for a file without a column of text.

    A row group that cannot be read is one `Skipped`, and the next follows. Raises `UnreadableInput` for a file
    without a sound footer.
    """
    try:
        import pyarrow  # type: ignore[import-untyped]
        from pyarrow.parquet import ParquetFile  # type: ignore[import-untyped]
    except ImportError:
        raise MissingExtra("Parquet needs an extra: pip install 'dehusk[parquet]'") from None
    try:
        file = ParquetFile(stream, pre_buffer=False, buffer_size=BUFFER_BYTES)
        schema = file.schema_arrow
    except (pyarrow.ArrowException, OSError) as error:
        raise UnreadableInput(f"Parquet: {_brief(error)}") from None
    wanted = [column] if column else ["html", "text"]
    if not any(_is_text(schema.field(name).type) for name in wanted if schema.names.count(name) == 1):
        detail = f"no text in column {' or '.join(wanted)}; there are: {', '.join(schema.names)}"
        yield _skip(id, SkipReason.NO_TEXT_COLUMN, detail[:MAX_DETAIL_CHARS], origin)
        return
    first = 0
    for group in range(file.num_row_groups):
        rows = file.metadata.row_group(group).num_rows
        number = first
        try:
            for batch in file.iter_batches(_batch_rows(file.metadata.row_group(group)), row_groups=[group]):
                for row in range(batch.num_rows):
                    yield _record(batch.slice(row, 1), id, replace(origin, record=number), column)
                    number += 1
        except (pyarrow.ArrowException, OSError) as error:
            detail = f"row group {group}, {first + rows - number} of {rows} rows lost: {_brief(error)}"
            yield _skip(id, SkipReason.BROKEN_RECORD, detail, replace(origin, record=number))
        first += rows


def _batch_rows(group: Any) -> int:  # noqa: ANN401 - pyarrow has no types
    """How many rows to hold, so that they stay small even if a dictionary of large values stands behind them."""
    columns = [group.column(number) for number in range(group.num_columns)]
    largest = max((each.total_uncompressed_size for each in columns if each.has_dictionary_page), default=0)
    rows = min(
        MAX_BATCH_ROWS,
        BATCH_BYTES * max(group.num_rows, 1) // max(group.total_byte_size, 1),
        MAX_BATCH_BYTES // max(largest, 1),
    )
    return max(1, int(rows))


def _record(row: Any, id: str, origin: Origin, column: str | None) -> Record | Skipped:  # noqa: ANN401
    if row.nbytes > MAX_LINE_BYTES:
        return _skip(id, SkipReason.TOO_LARGE, f"a row of {row.nbytes} bytes; at most {MAX_LINE_BYTES}", origin)
    try:
        (values,) = row.to_pylist()
    except (ValueError, OverflowError) as error:
        return _skip(id, SkipReason.BROKEN_RECORD, _brief(error), origin)
    return pick_column(values, id, origin, column)


def _is_text(type: Any) -> bool:  # noqa: ANN401
    from pyarrow import types

    if types.is_dictionary(type):
        type = type.value_type
    kinds = (types.is_string, types.is_large_string, types.is_string_view,
             types.is_binary, types.is_large_binary, types.is_binary_view)  # fmt: skip
    return any(is_kind(type) for is_kind in kinds)


def _brief(error: Exception) -> str:
    return " ".join(str(error).split())[:MAX_DETAIL_CHARS]


def _skip(id: str, reason: SkipReason, detail: str, origin: Origin) -> Skipped:
    return Skipped(id, reason, detail, origin.file, origin.record)
