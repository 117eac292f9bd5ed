"""Attributes of Dolma: one line a document, in order, whatever became of it."""

import gzip
import json

import pytest

from dehusk.clean import Wanted, clean
from dehusk.dolma import attributes_path
from dehusk.formats import Format, View
from dehusk.pipeline import Settings

ARTICLE = "The river rose four metres in the night, officials said on Monday, and the bridge was closed at six. " * 3


def run(*inputs, out, jobs=1, **wanted):
    return clean(
        Wanted(inputs=tuple(map(str, inputs)), out=out, jobs=jobs, **wanted), View(format=Format.DOLMA), Settings()
    )


def write_documents(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))


def read_attributes(path):
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def test_there_is_a_line_for_each_document_in_order(tmp_path):
    texts = [ARTICLE, "\ufeffWith a mark. " + ARTICLE, None, "", "é水\U0001f600 " + ARTICLE]
    rows = [{"id": f"d{n}", "text": text, "source": "s"} for n, text in enumerate(texts)]
    write_documents(tmp_path / "corpus/documents/en/0.json.gz", rows)
    write_documents(tmp_path / "corpus/documents/en/1.json.gz", rows[:1])
    tally = run(tmp_path / "corpus/documents", out=tmp_path / "corpus")
    assert (tally.reports, tally.status) == (5, 1)
    first = read_attributes(tmp_path / "corpus/attributes/dehusk/en/0.json.gz")
    assert [line["id"] for line in first] == [row["id"] for row in rows]
    assert first[2]["attributes"] == {}
    assert len(read_attributes(tmp_path / "corpus/attributes/dehusk/en/1.json.gz")) == 1
    assert (tmp_path / "corpus.skipped.jsonl").exists()
    for row, line in zip(rows, first, strict=True):
        text = row["text"] or ""
        found = sorted(span for spans in line["attributes"].values() for span in spans)
        assert all(name.startswith("dehusk__") for name in line["attributes"])
        assert all(isinstance(score, float) for *_, score in found)
        if found:  # the spans cover the document's text, a byte order mark aside
            assert [start for start, *_ in found] == [int(text[0] == "\ufeff"), *(end for _, end, _ in found[:-1])]
            assert found[-1][1] == len(text)


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_bytes_do_not_depend_on_jobs_or_the_hour(tmp_path, jobs):
    write_documents(tmp_path / "documents/a.jsonl.gz", [{"id": str(n), "text": ARTICLE * (n % 7)} for n in range(30)])
    run(tmp_path / "documents", out=tmp_path / "one", jobs=1)
    run(tmp_path / "documents", out=tmp_path / "two", jobs=jobs)
    name = "attributes/dehusk/a.jsonl.gz"
    assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_files_of_one_name_do_not_overwrite_each_other(tmp_path):
    for folder in "ab":
        write_documents(tmp_path / folder / "x.json.gz", [{"id": folder, "text": ARTICLE}])
    run(tmp_path / "a", tmp_path / "b", out=tmp_path / "out")
    found = {path.name: read_attributes(path)[0]["id"] for path in (tmp_path / "out/attributes/dehusk").iterdir()}
    assert found == {"x.json.gz": "a", "x-2.json.gz": "b"}


def test_a_file_that_cannot_be_opened_gets_no_attributes(tmp_path):
    tally = run(tmp_path / "missing.json.gz", out=tmp_path / "out")
    assert tally.status == 3
    assert not list((tmp_path / "out").rglob("*.gz"))


@pytest.mark.parametrize(
    ("file", "path"),
    [
        ("c/documents/x.json.gz", "x.json.gz"),
        ("c/documents/a/documents/x.jsonl.zst", "x.jsonl.gz"),
        ("c/documents/en/../../../x.jsonl", "en/x.jsonl.gz"),
        ("/x/page.html", "page.html.jsonl.gz"),
        ("s3://bucket/documents/en/0.json.gz", "en/0.json.gz"),
        ("documents", "documents.jsonl.gz"),
    ],
)
def test_attributes_stand_where_their_documents_do(file, path):
    assert attributes_path(file).as_posix() == f"attributes/dehusk/{path}"
