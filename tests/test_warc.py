"""Web archives: what is read of sound, odd and damaged ones."""

import gzip
import io
import os
import tracemalloc
import zlib
from collections import Counter
from pathlib import Path

import brotli
import pytest
import zstandard
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from dehusk.errors import UnreadablePage
from dehusk.read import read_page
from dehusk.read.http import join_chunks
from dehusk.read.inputs import read_records
from dehusk.read.records import MAX_PAGE_BYTES, Form, Record
from dehusk.verdict import Skipped, SkipReason

ARCHIVES = Path(__file__).parents[2] / "shared" / "data" / "archives"
HTML = b"<html><body>" + b"<p>The river rose in the night.</p>" * 20 + b"</body></html>"


def make_record(name, block, type="response", length=None, more=b""):
    head = (
        f"WARC/1.0\r\nWARC-Type: {type}\r\nWARC-Record-ID: <urn:{name}>\r\nWARC-Target-URI: http://a.example/{name}\r\n"
        f"WARC-Date: 2024-05-06T07:08:09Z\r\nContent-Length: {len(block) if length is None else length}\r\n"
    )
    return head.encode() + more + b"\r\n" + block + b"\r\n\r\n"


def make_response(body=HTML, type="text/html; charset=utf-8", status="200 OK", more=""):
    return f"HTTP/1.1 {status}\r\nContent-Type: {type}\r\n{more}\r\n".encode() + body


def make_html(name):
    return HTML.replace(b"river", name.encode())


def read(data, tmp_path, name="x.warc"):
    path = tmp_path / name
    path.write_bytes(data)
    return list(read_records([str(path)]))


def show(results):
    """One word a result: the record's own name, or why it was skipped."""
    return [r.id.strip("<>").removeprefix("urn:") if isinstance(r, Record) else r.reason.value for r in results]


def most_held(work):
    """What it gave, and the most bytes that were held at a time."""
    tracemalloc.start()
    try:
        return work(), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


A, B, C = (make_record(name, make_response(make_html(name))) for name in "ABC")


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress], ids=["plain", "gzip", "zstd"])
def test_a_record_says_where_it_is_from(pack, tmp_path):
    parts = [pack(A), pack(B)]
    first, second = read(b"".join(parts), tmp_path)
    assert (first.id, first.url, first.charset) == ("<urn:A>", "http://a.example/A", "utf-8")
    assert first.columns == {"date": "2024-05-06T07:08:09Z", "file_path": str(tmp_path / "x.warc")}
    assert [(r.origin.record, r.origin.offset) for r in (first, second)] == [(0, 0), (1, len(parts[0]))]
    assert first.data == make_html("A")


def test_offsets_inside_one_member_are_not_given(tmp_path):
    assert [r.origin.offset for r in read(gzip.compress(A + B), tmp_path)] == [0, None]


@pytest.mark.parametrize("type", ["request", "metadata", "warcinfo", "revisit"])
def test_records_that_are_no_pages_are_passed_over(type, tmp_path):
    results = read(make_record("x", b"some: thing", type) + A, tmp_path)
    assert show(results) == ["A"]
    assert results[0].origin.record == 1


def test_an_archive_without_pages_says_so(tmp_path):
    (skipped,) = read(make_record("x", b"GET / HTTP/1.1", "request") * 2, tmp_path)
    assert (skipped.reason, skipped.detail) == (SkipReason.EMPTY, "no page among its records (2 request)")


def test_a_conversion_is_text(tmp_path):
    (record,) = read(
        make_record("x", b"Plain <b>words</b>", "conversion", more=b"Content-Type: text/plain\r\n"), tmp_path
    )
    assert (record.form, read_page(record).text) == (Form.TEXT, "Plain <b>words</b>")


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (make_response(status="404 Not Found"), "x"),
        (make_response(b"Just words.", "text/plain"), "x"),
        (make_response(type=""), "x"),
        (make_response(type="application/octet-stream"), "x"),
        (make_response(b"<!DOCTYPE html><p>x", "application/json"), "x"),  # told by its content
        (make_response(b"words only", "application/octet-stream"), "not_html"),
        (make_response(b"\x89PNG\r\n\x1a\n" + bytes(100), "image/png"), "not_html"),
        (make_response(b"\x89PNG\r\n\x1a\n" + bytes(100)), "not_html"),  # whatever is declared
        (make_response(b'{"a": "</p></p></p>"}', "application/json"), "not_html"),
        (make_response(b"", status="301 Moved"), "empty"),
        (b"no HTTP at all, and no type", "not_html"),
    ],
)
def test_pages_are_told_by_type_and_content(block, expected, tmp_path):
    assert show(read(make_record("x", block), tmp_path)) == [expected]


def test_wget_logs_are_no_pages(tmp_path):
    record = make_record("x", b"log", "resource", more=b"Content-Type: text/plain\r\n")
    assert show(read(record.replace(b"http://a.example/x", b"metadata://gnu.org/log"), tmp_path)) == ["not_html"]


def test_brackets_of_old_wget_are_not_part_of_the_address(tmp_path):
    (record,) = read(A.replace(b"http://a.example/A", b"<http://a.example/A>"), tmp_path)
    assert record.url == "http://a.example/A"


def chunked(body, size=100):
    parts = (body[at : at + size] for at in range(0, len(body), size))
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def raw_deflate(body):
    coder = zlib.compressobj(wbits=-15)
    return coder.compress(body) + coder.flush()


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (gzip.compress(HTML), "Content-Encoding: gzip\r\n"),
        (gzip.compress(HTML), "content-encoding: X-GZIP\r\n"),
        (gzip.compress(HTML[:99]) + gzip.compress(HTML[99:]), "Content-Encoding: gzip\r\n"),
        (gzip.compress(gzip.compress(HTML)), "Content-Encoding: gzip, gzip\r\n"),
        (zlib.compress(HTML), "Content-Encoding: deflate\r\n"),
        (raw_deflate(HTML), "Content-Encoding: deflate\r\n"),
        (brotli.compress(HTML), "Content-Encoding: br\r\n"),
        (zstandard.compress(HTML), "Content-Encoding: zstd\r\n"),
        (chunked(HTML), "Transfer-Encoding: chunked\r\n"),
        (chunked(gzip.compress(HTML)), "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n"),
        *((HTML, f"Content-Encoding: {coding}\r\n") for coding in ("gzip", "deflate", "br", "zstd", "utf-8")),
        (HTML, "Transfer-Encoding: chunked\r\n"),  # already undone, as the last five
        (chunked(HTML).replace(b"64\r\n", b"70\r\n", 1), "Transfer-Encoding: chunked\r\n"),  # a wrong size
        (chunked(HTML).replace(b"64\r\n", b"50\r\n", 1), "Transfer-Encoding: chunked\r\n"),
        (chunked(HTML)[:-5], "Transfer-Encoding: chunked\r\n"),  # no last chunk
    ],
)
def test_codings_are_undone(body, fields, tmp_path):
    (record,) = read(make_record("x", make_response(body, more=fields)), tmp_path)
    assert record.data == HTML


@pytest.mark.parametrize(
    ("body", "coding", "reason"),
    [
        (gzip.compress(HTML)[:-20], "gzip", "broken_record"),
        (brotli.compress(os.urandom(999))[:-20], "br", "broken_record"),
        (os.urandom(999), "snappy", "broken_record"),
        (gzip.compress(b"a" * (MAX_PAGE_BYTES + 1)), "gzip", "too_large"),
        (brotli.compress(b"a" * (MAX_PAGE_BYTES + 1)), "br", "too_large"),
        (HTML, "gzip, gzip, gzip, gzip", "broken_record"),
    ],
)
def test_bodies_that_cannot_be_decoded_are_skipped(body, coding, reason, tmp_path):
    record = make_record("x", make_response(body, more=f"Content-Encoding: {coding}\r\n"))
    assert show(read(record + A, tmp_path)) == [reason, "A"]


def test_of_a_body_that_the_crawler_cut_the_start_is_read(tmp_path):
    body = gzip.compress(os.urandom(30000).hex().encode())[:-5000]
    block = make_response(body, "text/plain", more="Content-Encoding: gzip\r\n")
    (record,) = read(make_record("x", block, more=b"WARC-Truncated: length\r\n"), tmp_path)
    assert 10_000 < len(record.data) < 60_000


def test_many_chunks_are_an_attack():
    assert join_chunks(b"7\r\nab\r\n" * 1000).startswith(b"ab")
    with pytest.raises(UnreadablePage, match="chunks"):
        join_chunks(b"1\r\na\r\n" * 300_000)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (A + B + C, ["A", "B", "C"]),
        (b"\r\n\n" + A + b"\r\n\r\n\r\n" + B, ["A", "B"]),
        (A.removesuffix(b"\r\n\r\n") + B.removesuffix(b"\r\n\r\n") + C, ["A", "B", "C"]),  # no blank lines between
        (make_record("x", make_response(), length=9_999) + B + C, ["broken_record", "B", "C"]),
        (make_record("x", make_response(), length=900) + B + C, ["broken_record", "B", "C"]),
        (make_record("x", make_response(), length=10**12) + B + C, ["broken_record", "B", "C"]),
        (make_record("x", make_response(), length=300) + B + C, ["x", "broken_record", "B", "C"]),
        (A.replace(b"Content-Length: ", b"Content-Length: x") + B, ["broken_record", "B"]),
        (A + b"\0" * 5000 + b"\n" + B, ["A", "broken_record", "B"]),
        (b"WARC/1.0\r\nWARC-Type: response\r\n" + b"x" * 100_000 + B, ["broken_record", "B"]),
        (A + B[:200], ["A", "broken_record"]),
        (A + B[:60], ["A", "broken_record"]),
        (A + B[:400], ["A", "broken_record"]),
        (A + make_record("x", make_response(), "continuation") + B, ["A", "not_html", "B"]),
    ],
)
def test_after_damage_on_to_the_next_header(data, expected, tmp_path):
    assert show(read(data, tmp_path)) == expected


@pytest.mark.parametrize("length", [200, 300, 9_999])
def test_a_wrong_length_is_mended_by_that_of_the_server(length, tmp_path):
    block = make_response(more=f"Content-Length: {len(HTML)}\r\n")
    results = read(make_record("x", block, length=length) + B, tmp_path)
    assert show(results) == ["x", "B"]
    assert results[0].data == HTML


def spoiled(member):
    """Damaged in its middle."""
    middle = len(member) // 2
    return member[:middle] + b"\xff" * 8 + member[middle + 8 :]


@pytest.mark.parametrize(
    "pack", [gzip.compress, zstandard.ZstdCompressor(write_checksum=True).compress], ids=["gzip", "zstd"]
)
@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda a, b, c: a + b + c, ["A", "B", "C"]),
        (lambda a, b, c: a + spoiled(b) + c, ["A", "broken_record", "C"]),
        (lambda a, b, c: a + b[: len(b) // 2] + c, ["A", "broken_record", "C"]),  # bytes are missing
        (lambda a, b, c: a + bytes(5000) + b + c, ["A", "B", "C"]),  # padding of zeros
        (lambda a, b, c: a + b"junk" * 50_000 + b + c, ["A", "broken_record", "B", "C"]),
        (lambda a, b, c: a + b + c[: len(c) // 2], ["A", "B", "broken_record"]),
        (lambda a, b, c: a[:40] + b + c, ["broken_record", "B", "C"]),
    ],
)
def test_after_a_damaged_member_on_to_the_next(pack, spoil, expected, tmp_path):
    assert show(read(spoil(*map(pack, (A, B, C))), tmp_path, "x.warc.gz")) == expected


def test_a_wrong_length_does_not_swallow_the_next_members(tmp_path):
    huge = make_record("x", make_response(), length=MAX_PAGE_BYTES * 100)
    assert show(read(gzip.compress(huge) + gzip.compress(B) + gzip.compress(C), tmp_path)) == [
        "broken_record",
        "B",
        "C",
    ]


def test_large_records_are_passed_over_without_being_held(tmp_path):
    path = tmp_path / "x.warc.gz"
    noise = os.urandom(MAX_PAGE_BYTES)
    block = make_response(type="video/mp4")
    with path.open("wb") as raw:
        with gzip.open(raw, "wb", 0) as file:
            file.write(make_record("x", block, length=len(block) + 6 * len(noise)).removesuffix(b"\r\n\r\n"))
            for _ in range(6):
                file.write(noise)
            file.write(b"\r\n\r\n")
        raw.write(gzip.compress(B))
    del noise
    results, held = most_held(lambda: show(read_records([str(path)])))
    assert results == ["too_large", "B"]
    assert held < 3 * MAX_PAGE_BYTES


ARC_TEXT = b"1 0 Test\nURL IP-address Archive-date Content-type Archive-length\n"
ARC_HEAD = b"filedesc://x.arc 127.0.0.1 20140216050221 text/plain %d\n%s\n" % (len(ARC_TEXT), ARC_TEXT)


def make_arc(url, block, length=None):
    return f"{url} 93.184.216.119 20140216050221 text/html {length or len(block)}\n".encode() + block + b"\n"


def test_arc_is_read_with_spaces_in_addresses_and_damage(tmp_path):
    data = ARC_HEAD + make_arc("http://a.example/b c", make_response()) + make_arc("http://d.example/", b"gone", 10**6)
    data += make_arc("http://e.example/", make_response(make_html("E")).replace(b"\r\n", b"\n"))
    first, broken, last = read(data, tmp_path, "x.arc")
    assert (first.url, first.columns["date"], first.data) == ("http://a.example/b c", "2014-02-16T05:02:21Z", HTML)
    assert (broken.reason, last.url, last.data) == (SkipReason.BROKEN_RECORD, "http://e.example/", make_html("E"))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # its writer leaves files open
def test_what_warcio_writes_is_read(tmp_path):
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    for number in range(5):
        fields = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=latin-1")], protocol="HTTP/1.0")
        payload = io.BytesIO(f"<p>Stra\xdfe {number}</p>".encode("latin-1"))
        writer.write_record(
            writer.create_warc_record(f"http://a.example/{number}", "response", payload, http_headers=fields)
        )
    pages = [read_page(record) for record in read(out.getvalue(), tmp_path)]
    assert [page.text.strip() for page in pages] == [f"Stra\xdfe {number}" for number in range(5)]


@pytest.mark.skipif(not ARCHIVES.is_dir(), reason="needs ../shared/data/archives")
@pytest.mark.parametrize(
    ("name", "pages", "skipped"),
    [
        ("crawl-sample-0000.warc.gz", 22, {"not_html": 2}),
        ("crawl-sample-0001.warc.gz", 15, {"not_html": 2}),
        ("odd-bad.arc", 0, {"broken_record": 3, "empty": 1}),
        ("odd-example-bad-non-chunked.warc.gz", 1, {}),
        ("odd-example-bad.warc.gz.bad", 2, {}),
        ("odd-example-digest.warc", 0, {"empty": 1}),
        ("odd-example-iana.org-chunked.warc", 1, {}),
        ("odd-example-resource.warc.gz", 1, {}),
        ("odd-example-space-in-target-uri.warc.gz", 0, {"not_html": 1}),
        ("odd-example-space-in-url.arc", 1, {}),
        ("odd-example-trunc.warc", 1, {}),
        ("odd-example-wget-bad-target-uri.warc.gz", 1, {"not_html": 2}),
        ("odd-example-wrong-chunks.warc.gz", 1, {}),
        ("odd-example.arc", 1, {}),
        ("odd-example.arc.gz", 1, {}),
        ("odd-example.warc", 1, {}),
        ("odd-example.warc.gz", 1, {}),
        ("odd-post-test.warc.gz", 0, {"not_html": 3}),
        ("whirlwind.warc", 1, {}),
        ("whirlwind.warc.gz", 1, {}),
        ("whirlwind.warc.wat", 0, {"empty": 1}),
        ("whirlwind.warc.wat.gz", 0, {"empty": 1}),
        ("whirlwind.warc.wet", 1, {}),
        ("whirlwind.warc.wet.gz", 1, {}),
    ],
)
def test_real_archives_are_read(name, pages, skipped):
    results = list(read_records([str(ARCHIVES / name)]))
    assert sum(isinstance(r, Record) for r in results) == pages
    assert Counter(r.reason.value for r in results if isinstance(r, Skipped)) == skipped
    assert all(read_page(r).text.strip() for r in results if isinstance(r, Record))
