"""Reports in Parquet: the JSON report in columns, whatever the records carry along."""

import datetime
import json

import pyarrow.parquet as pq
import pytest

from dehusk import parquet
from dehusk.clean import Wanted, clean
from dehusk.formats import Format, View
from dehusk.page import Page
from dehusk.parquet import make_row, tell_types
from dehusk.pipeline import Settings, purify_page

ARTICLE = "The river rose four metres in the night, officials said on Monday, and the bridge was closed at six. " * 3


def run(source, out, jobs=1, **view):
    return clean(Wanted(inputs=(str(source),), out=out, jobs=jobs), View(format=Format.PARQUET, **view), Settings())


def write_rows(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_a_row_says_what_the_json_report_says(tmp_path):
    rows = [
        {
            "id": "a",
            "url": "https://x.example/1",
            "html": f"<h1>A flood in town</h1><p>{ARTICLE}<nav><a href=/>Home</a></nav>",
        }
    ]
    source = write_rows(tmp_path / "in.jsonl", rows)
    run(source, tmp_path / "o.parquet", claims=True, bytes=True)
    view = View(format=Format.JSONL, claims=True, bytes=True)
    clean(Wanted(inputs=(str(source),), out=tmp_path / "o.jsonl"), view, Settings())
    said = json.loads((tmp_path / "o.jsonl").read_text())
    (row,) = pq.read_table(tmp_path / "o.parquet").to_pylist()
    for name in ("id", "url", "text", "clean", "wire", "verdict"):
        assert row[name] == said[name]
    assert [(s["start"], s["end"], s["start_byte"], s["label"], s["score"], s["path"]) for s in row["spans"]] == [
        (s["start"], s["end"], s["start_byte"], s["label"], s["score"], s["path"]) for s in said["spans"]
    ]
    facts = [
        {f["name"]: f["text"] if f["number"] is None else f["number"] for f in e["facts"]}
        for s in row["spans"]
        for e in s["evidence"]
    ]
    assert facts == [e["facts"] for s in said["spans"] for e in s["evidence"]]
    assert len(row["claims"]) == len(said["claims"])
    assert dict(row["metadata"].pop("sources")) == said["metadata"].pop("sources")
    assert row["metadata"]["title"] == said["metadata"]["title"]
    assert row["file_path"] == str(source)


def test_other_columns_are_carried_with_their_types(tmp_path):
    rows = [
        {"text": ARTICLE, "n": 1, "x": 0.5, "ok": True, "s": "\ud800a", "mixed": 1, "nested": {"a": [1]}, "dump": "CC"},
        {"text": ARTICLE, "n": 2**70, "mixed": "b", "date": "2020-01-01", "extra": 5, "id": "i", "clean": "taken"},
    ]
    run(write_rows(tmp_path / "in.jsonl", rows), tmp_path / "o.parquet")
    table = pq.read_table(tmp_path / "o.parquet")
    one, two = table.to_pylist()
    assert [str(table.schema.field(name).type) for name in ("x", "ok", "s", "dump")] == [
        "double",
        "bool",
        "string",
        "string",
    ]
    assert (one["x"], one["ok"], one["s"], one["dump"]) == (0.5, True, "\ufffda", "CC")
    assert json.loads(one["extra"]) == {"n": 1, "mixed": 1, "nested": {"a": [1]}}
    assert json.loads(two["extra"]) == {"n": 2**70, "mixed": "b"}
    assert (two["date"], two["extra_"], two["clean_"]) == ("2020-01-01", 5, "taken")


def test_columns_that_change_after_the_first_group_are_not_lost(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "GROUP_ROWS", 2)
    rows = [{"id": str(n), "text": ARTICLE, "n": n} for n in range(5)]
    rows[3] |= {"n": "three", "late": 1}
    run(write_rows(tmp_path / "in.jsonl", rows), tmp_path / "o.parquet")
    file = pq.ParquetFile(tmp_path / "o.parquet")
    assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == [2, 2, 1]
    found = file.read().to_pylist()
    assert [row["n"] for row in found] == [0, 1, 2, None, 4]
    assert json.loads(found[3]["extra"]) == {"n": "three", "late": 1}
    assert [row["id"] for row in found] == [str(n) for n in range(5)]


def test_a_run_without_reports_gives_a_file_without_rows(tmp_path):
    assert run(write_rows(tmp_path / "in.jsonl", [{"id": "a"}]), tmp_path / "o.parquet").status == 1
    table = pq.read_table(tmp_path / "o.parquet")
    assert table.num_rows == 0
    assert "spans" in table.schema.names


def test_the_bytes_do_not_depend_on_jobs(tmp_path):
    rows = [{"id": str(n), "text": ARTICLE * (1 + n % 5), "n": n} for n in range(200)]
    source = write_rows(tmp_path / "in.jsonl", rows)
    for jobs in (1, 2):
        run(source, tmp_path / f"{jobs}.parquet", jobs)
    assert (tmp_path / "1.parquet").read_bytes() == (tmp_path / "2.parquet").read_bytes()


@pytest.mark.parametrize("views", [10**30, -(10**30)])
def test_numbers_that_no_column_holds_are_left_to_json(views):
    report = purify_page(Page("\ud800", "A line."))
    object.__setattr__(report.metadata, "views", views)
    assert make_row(report, clean="").packed


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, None], "int64"),
        ([True, False], "bool"),
        ([True, 1], None),
        ([1, 0.5], None),
        ([b"x"], "binary"),
        ([None], None),
        ([datetime.date(2020, 1, 1)], None),
        ([2**63], None),
    ],
)
def test_the_type_of_a_column_is_told_by_all_its_values(values, kind):
    assert tell_types([{"c": value} for value in values]) == ({"c": kind} if kind else {})
