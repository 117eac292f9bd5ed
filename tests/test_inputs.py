"""Inputs: files, folders, globs and standard input, packed in every way, sound or not."""

import bz2
import gzip
import io
import json
import os
import sys
import tracemalloc
import zlib
from types import SimpleNamespace

import pytest
import zstandard

from dehusk.read import inputs, jsonl, packed
from dehusk.read.inputs import find_sources, page_id, read_records
from dehusk.read.records import MAX_PAGE_BYTES, Record
from dehusk.verdict import SkipReason

HTML = b"<!DOCTYPE html><html><body><p>The river rose in the night.</p></body></html>"
PACKS = {"gz": gzip.compress, "zst": zstandard.compress, "bz2": bz2.compress, "plain": bytes}
ROWS = [
    {"id": str(number), "text": f"Text {number}.", "url": "http://a.example/", "score": number} for number in range(3)
]
LINES = b"".join(json.dumps(row).encode() + b"\n" for row in ROWS)


def read(*names):
    return list(read_records([str(name) for name in names]))


def show(results):
    return [result.id if isinstance(result, Record) else result.reason.value for result in results]


def write(tmp_path, name, data):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("x.html", "x"),
        ("a/x.html.gz", "a/x"),
        ("x.warc.wet.gz", "x"),
        ("x.y.txt", "x.y"),
        (".html", ".html"),
        ("x", "x"),
        ("a.html/x", "a.html/x"),
    ],
)
def test_page_id(path, expected):
    assert page_id(inputs.Path(path)) == expected


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS.keys())
def test_packed_pages_are_read_whatever_they_are_called(pack, tmp_path):
    (record,) = read(write(tmp_path, "x.dat", pack(HTML)))
    assert record.data == HTML


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS.keys())
def test_lines_of_many_members_are_read(pack, tmp_path):
    parts = [LINES[at : at + 7] for at in range(0, len(LINES), 7)]  # lines go over the members' ends
    records = read(write(tmp_path, "x.jsonl", b"".join(map(pack, parts))))
    assert [(r.id, r.data, r.url, r.columns, r.origin.record) for r in records] == [
        (row["id"], row["text"], row["url"], {"score": number}, number) for number, row in enumerate(ROWS)
    ]


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS.keys())
def test_standard_input_is_told_apart(pack, monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(pack(LINES))))
    assert show(read("-")) == ["0", "1", "2"]
    assert not sys.stdin.buffer.closed


def test_two_compressions_are_taken_off_and_no_more(tmp_path):
    twice = gzip.compress(zstandard.compress(HTML))
    assert read(write(tmp_path, "a.gz", twice))[0].data == HTML
    (skipped,) = read(write(tmp_path, "b.gz", bz2.compress(twice)))
    assert (skipped.reason, "more than 2 times" in skipped.detail) == (SkipReason.UNREADABLE, True)


@pytest.mark.parametrize("name", ["gz", "zst", "bz2"])
def test_a_cut_page_is_broken(name, tmp_path):
    packed = PACKS[name](os.urandom(50_000).hex().encode())
    assert show(read(write(tmp_path, f"x.{name}", packed[:-3000]))) == ["broken_record"]


@pytest.mark.parametrize("name", ["gz", "zst"])
def test_after_a_damaged_member_the_lines_of_the_next_are_read(name, tmp_path):
    first, second, third = (PACKS[name](line) for line in LINES.splitlines(keepends=True))
    path = write(tmp_path, "x.jsonl", first + second[: len(second) // 2] + third)
    assert show(read(path)) == ["0", "broken_record", "2"]


def test_a_file_cut_in_its_first_bytes_is_broken(tmp_path):
    assert show(read(write(tmp_path, "x.gz", gzip.compress(HTML)[:12]))) == ["broken_record"]


def test_zstd_without_its_extra_is_a_skip_that_names_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "zstandard", None)
    path = write(tmp_path, "x.zst", zstandard.compress(HTML))
    (skipped, record) = read(path, write(tmp_path, "y.html", HTML))
    assert (skipped.reason, skipped.detail) == (
        SkipReason.MISSING_EXTRA, "Zstandard needs an extra: pip install 'dehusk[zstd]'")  # fmt: skip
    assert record.id == "y"


def test_a_zstd_dictionary_in_the_first_frame_is_used(tmp_path):
    samples = [f"<html><p>page {n} of the same site, with the same words {n * n}</p>".encode() for n in range(2000)]
    dictionary = zstandard.train_dictionary(4096, samples)
    packed_page = zstandard.ZstdCompressor(dict_data=dictionary).compress(HTML)
    data = dictionary.as_bytes()
    for stored in (data, zstandard.compress(data)):
        path = write(tmp_path, "x.zst", b"\x5d\x2a\x4d\x18" + len(stored).to_bytes(4, "little") + stored + packed_page)
        assert [record.data for record in read(path)] == [HTML]


def bomb(start, size, byte=b"a"):
    """A gzip file of `start` and then `size` times one byte, made from one repeated compressed block."""
    coder = zlib.compressobj(9, wbits=-15)
    once = coder.compress(byte * 2**24) + coder.flush(zlib.Z_FULL_FLUSH)
    head = zlib.compressobj(9, wbits=-15)
    data = head.compress(start) + head.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + data + once * (size // 2**24)


def most_held(work):
    tracemalloc.start()
    try:
        return work(), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("start", "byte", "expected"),
    [
        (b"", b"\0", ["binary"]),
        (b"", b"a", ["too_large"]),
        (b"<html><p>", b"a", ["too_large"]),
        (LINES + b'{"text": "', b"a", ["0", "1", "2", "too_large", "unreadable"]),
        (LINES, b"\n", ["0", "1", "2", "unreadable"]),
        (b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 999999999999\r\n\r\n", b"a", ["unreadable"]),
        (b"WARC/1.0\r\nWARC-Type: response\r\n", b"a", ["unreadable"]),
    ],
)
def test_a_bomb_ends_soon_and_in_little_memory(start, byte, expected, tmp_path):
    path = write(tmp_path, "x.gz", bomb(start, 2**30, byte))
    results, held = most_held(lambda: show(read(path)))
    assert results == expected
    assert held < 150 * 2**20


@pytest.mark.parametrize("name", ["zst", "bz2"])
def test_bombs_of_other_kinds_end_too(name, tmp_path):
    data = LINES + b'{"text": "' + b"a" * 2**24
    path = write(tmp_path, f"x.{name}", PACKS[name](data) + PACKS[name](b"a" * 2**24) * 30)
    results, held = most_held(lambda: show(read(path)))
    assert results == ["0", "1", "2", "too_large", "unreadable"]
    assert held < 200 * 2**20


def test_a_line_too_long_is_passed_over_but_not_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(jsonl, "MAX_LINE_BYTES", 10_000)
    monkeypatch.setattr(jsonl, "STEP_BYTES", 1000)
    long = b'{"text": "' + b"a" * 50_000 + b'"}\n'
    path = write(tmp_path, "x.jsonl", LINES + long + LINES)
    assert show(read(path)) == ["0", "1", "2", "too_large", "0", "1", "2"]
    monkeypatch.setattr(jsonl, "MAX_REST_BYTES", 20_000)
    assert show(read(path)) == ["0", "1", "2", "too_large", "unreadable"]


def test_memory_does_not_grow_with_the_input(tmp_path):
    line = json.dumps({"text": os.urandom(5000).hex()}).encode() + b"\n"
    sizes = []
    for count in (500, 5000):
        path = write(tmp_path, f"{count}.jsonl.gz", gzip.compress(line * count, 1))
        number, held = most_held(lambda path=path: sum(1 for _ in read_records([str(path)])))
        assert number == count
        sizes.append(held)
    assert sizes[1] < sizes[0] + 4 * 2**20  # the input has 45 MB more


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"text": ', "broken_record"),
        (b"[1]", "broken_record"),
        (b'{"title": "x"}', "no_text_column"),
        (b'{"text": 5}', "no_text_column"),
        (b'{"text": "\xff"}', "broken_record"),
        (b'{"a": ' + b"[" * 100_000 + b"}", "broken_record"),
        (b'{"text": "x", "n": ' + b"9" * 10_000 + b"}", "broken_record"),
    ],
)
def test_a_bad_line_is_a_skip(line, reason, tmp_path):
    assert show(read(write(tmp_path, "x.jsonl", LINES + line + b"\n\n" + LINES))) == [*"012", reason, *"012"]


def test_a_page_too_large_is_a_skip(tmp_path):
    assert show(read(write(tmp_path, "x.txt", b"a " * (MAX_PAGE_BYTES // 2)))) == ["x"]
    assert show(read(write(tmp_path, "x.txt", b"a " * MAX_PAGE_BYTES))) == ["too_large"]


def test_folders_are_read_in_order_without_what_is_hidden(tmp_path):
    for name in ("b.html", "a/z.html.gz", "a/.hidden/x.html", ".x.html", "a.txt"):
        write(tmp_path, name, HTML)
    write(tmp_path, "empty.txt", b"")
    assert show(read(tmp_path)) == ["a/z", "a", "b", "empty"]


def test_what_cannot_be_opened_is_a_skip_and_the_run_goes_on(tmp_path):
    good = write(tmp_path, "z.html", HTML)
    (tmp_path / "empty").mkdir()
    (tmp_path / "link.html").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    results = read(
        tmp_path / "gone.html", tmp_path / "*.none", tmp_path / "empty", tmp_path / "link.html", tmp_path, good
    )
    told = [(r.id, r.detail.rpartition(": ")[2]) if r.__class__ is not Record else r.id for r in results]
    assert told == [
        ("gone", "No such file or directory"),
        (str(tmp_path / "*.none"), "no file matches"),
        ("empty", "a folder without files"),
        ("link", "No such file or directory"),
        ("link", "a link that leads nowhere"),
        ("loop", "a link to a folder it is in"),
        ("pipe", "no regular file"),
        "z",
        "z",
    ]


def test_a_file_that_goes_while_the_others_are_read_is_a_skip(tmp_path):
    write(tmp_path, "a.html", HTML)
    gone = write(tmp_path, "b.html", HTML)
    results = read_records([str(tmp_path)])
    assert next(results).id == "a"
    gone.unlink()
    assert [r.reason for r in results] == [SkipReason.UNREADABLE]


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="needs users")
def test_no_permission_is_a_skip(tmp_path):
    path = write(tmp_path, "a/x.html", HTML)
    path.chmod(0)
    inner = tmp_path / "a" / "closed"
    inner.mkdir(0)
    is_root = os.geteuid() == 0
    for folder in (tmp_path, *list(tmp_path.parents)[:2]):
        folder.chmod(folder.stat().st_mode | 0o055)
    if is_root:
        os.seteuid(65534)
    try:
        results = read(path, path.parent)
    finally:
        if is_root:
            os.seteuid(0)
        inner.chmod(0o700)
    assert [(r.id, r.detail.rpartition(": ")[2]) for r in results] == [
        (name, "Permission denied") for name in ("x", "closed", "x")
    ]


def test_globs_and_files_keep_the_order_they_are_given_in(tmp_path):
    for name in ("b.html", "a.html", "c.txt"):
        write(tmp_path, name, HTML)
    assert show(read(tmp_path / "c.txt", tmp_path / "*.html")) == ["c", "a", "b"]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path):
    path = write(tmp_path, "a[1].html", HTML)
    assert [source.path for source in find_sources([str(path)])] == [path]


def test_offsets_of_members_survive_every_step(tmp_path):
    parts = [gzip.compress(bytes([65 + n]) * 100_000) for n in range(3)]
    stream = packed.Unpacked(io.BytesIO(b"".join(parts)))
    stream.peek(150_000)
    starts = [piece.offset for piece in stream.pieces() if piece.offset is not None]
    assert starts == [0, len(parts[0]), len(parts[0]) * 2]
