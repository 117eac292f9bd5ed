"""Parquet in: rows to records, and what is no page."""

import datetime
import gzip
import io
import sys
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dehusk.read.inputs import read_records
from dehusk.read.records import MAX_PAGE_BYTES, Form, Record
from dehusk.verdict import SkipReason

ROWS = [
    {"id": f"p{n}", "text": f"Text {n}.", "url": "http://a.example/", "score": n / 2, "tags": ["a", "b"]}
    for n in range(1000)
]


def read(path, column=None):
    return list(read_records([str(path)], column))


def show(results):
    return [r.id if isinstance(r, Record) else r.reason.value for r in results]


def write(path, rows, **options):
    pq.write_table(rows if isinstance(rows, pa.Table) else pa.Table.from_pylist(rows), path, **options)
    return path


def test_rows_are_read_over_row_groups_with_their_columns(tmp_path):
    records = read(write(tmp_path / "x.parquet", ROWS, row_group_size=77))
    assert [(r.id, r.data, r.url, r.form, r.origin.record) for r in records] == [
        (row["id"], row["text"], row["url"], Form.TEXT, n) for n, row in enumerate(ROWS)
    ]
    assert records[5].columns == {"score": 2.5, "tags": ["a", "b"]}


@pytest.mark.parametrize(
    "type", [pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.dictionary(pa.int32(), pa.string())]
)
def test_text_of_every_type_is_read(type, tmp_path):
    table = pa.table({"html": pa.array(["<p>a", None, "<p>b"]).cast(type)})
    first, skipped, last = read(write(tmp_path / "x", table))
    assert [bytes(r.data) if isinstance(r.data, bytes) else r.data.encode() for r in (first, last)] == [
        b"<p>a",
        b"<p>b",
    ]
    assert (first.form, skipped.reason) == (Form.HTML, SkipReason.NO_TEXT_COLUMN)


def test_the_column_of_the_user_is_taken(tmp_path):
    path = write(tmp_path / "x.parquet", [{"content": "Words.", "text": "other"}])
    assert [r.data for r in read(path, "content")] == ["Words."]


@pytest.mark.parametrize(("rows", "column"), [([{"a": 1, "text": 5}], None), ([{"text": "x"}], "content")])
def test_a_file_without_text_is_one_skip(rows, column, tmp_path):
    (skipped,) = read(write(tmp_path / "x.parquet", rows * 9), column)
    assert skipped.reason is SkipReason.NO_TEXT_COLUMN
    assert "there are: " in skipped.detail


@pytest.mark.parametrize(
    "spoil",
    [lambda d: d[:-100], lambda d: d[:-4] + b"xxxx", lambda d: d[:60], lambda d: d[:-8] + b"\xff" * 4 + b"PAR1"],
)
def test_a_bad_footer_is_one_clear_skip(spoil, tmp_path):
    path = write(tmp_path / "x.parquet", ROWS)
    path.write_bytes(spoil(path.read_bytes()))
    (skipped,) = read(path)
    assert skipped.reason is SkipReason.UNREADABLE
    assert f"{path}: Parquet: " in skipped.detail


def test_a_damaged_row_group_is_one_skip_and_the_next_is_read(tmp_path):
    path = write(tmp_path / "x.parquet", ROWS, row_group_size=250, compression="zstd")
    column = pq.ParquetFile(path).metadata.row_group(1).column(1)
    data = bytearray(path.read_bytes())
    start = column.dictionary_page_offset or column.data_page_offset
    data[start : start + column.total_compressed_size] = b"\xff" * column.total_compressed_size
    path.write_bytes(data)
    results = read(path)
    assert show(results) == [row["id"] for row in ROWS[:250]] + ["broken_record"] + [row["id"] for row in ROWS[500:]]
    assert "row group 1, 250 of 250 rows lost" in results[250].detail
    assert results[251].origin.record == 500


def test_a_large_cell_is_a_skip(tmp_path):
    rows = [{"id": "a", "text": "a"}, {"id": "b", "text": "b" * 100_000_000}, {"id": "c", "text": "c"}]
    assert show(read(write(tmp_path / "x.parquet", rows))) == ["a", "too_large", "c"]


def test_many_rows_of_one_large_dictionary_value_are_not_held_together(tmp_path):
    cell = pa.DictionaryArray.from_arrays(pa.array([0] * 2000, pa.int32()), pa.array(["x" * MAX_PAGE_BYTES]))
    path = write(tmp_path / "x.parquet", pa.table({"text": cell}))  # 32 GB from 40 KB
    del cell
    pool = pa.default_memory_pool()
    before = pool.bytes_allocated()
    most = 0
    for number, record in enumerate(read_records([str(path)])):
        most = max(most, pool.bytes_allocated() - before)
        assert len(record.data) == MAX_PAGE_BYTES
        if number == 40:
            break
    assert most < 700 * 2**20


def test_values_that_python_cannot_hold_are_skips(tmp_path):
    bad = pa.StringArray.from_buffers(2, pa.array([0, 2, 3], pa.int32()).buffers()[1], pa.py_buffer(b"\xff\xfeb"))
    stamps = pa.array([datetime.datetime(2024, 1, 2), None]).cast(pa.timestamp("us"))
    first, second = read(write(tmp_path / "x.parquet", pa.table({"text": bad, "date": stamps})))
    assert (first.reason, second.data) == (SkipReason.BROKEN_RECORD, "b")


def test_packed_and_piped_files_are_read_from_a_copy(tmp_path, monkeypatch):
    data = write(tmp_path / "x.parquet", ROWS[:3]).read_bytes()
    (tmp_path / "x.parquet.gz").write_bytes(gzip.compress(data))
    assert show(read(tmp_path / "x.parquet.gz")) == ["p0", "p1", "p2"]
    pipe = io.BytesIO(data)
    pipe.seekable = lambda: False
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=pipe))
    assert show(read("-")) == ["p0", "p1", "p2"]


def test_without_its_extra_it_is_a_skip_that_names_it(tmp_path, monkeypatch):
    path = write(tmp_path / "x.parquet", ROWS)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (skipped,) = read(path)
    assert (skipped.reason, skipped.detail) == (
        SkipReason.MISSING_EXTRA, "Parquet needs an extra: pip install 'dehusk[parquet]'")  # fmt: skip
