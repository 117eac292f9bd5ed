"""S3: listed in order and read, from a server on this machine, sound or not."""

import gzip
import http.client
import sys
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

boto3 = pytest.importorskip("boto3", reason="needs boto3 and moto[server], which the extra dev has")
moto_server = pytest.importorskip("moto.server", reason="needs boto3 and moto[server], which the extra dev has")
pytest.importorskip("pyarrow", reason="needs the extra parquet")

from dehusk.read import stores  # noqa: E402
from dehusk.read.inputs import find_sources, read_records  # noqa: E402
from dehusk.read.records import Record  # noqa: E402
from dehusk.verdict import SkipReason  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")  # of the server's own libraries
HTML = b"<html><body><p>The river rose in the night.</p></body></html>"
KEYS = {
    "d/a/x.html.gz": gzip.compress(HTML),
    "d/a.html": HTML,
    "d/b/y.txt": b"Words.",
    "d/.hidden": b"",
    "e.html": HTML,
}


@pytest.fixture(scope="module")
def server():
    running = moto_server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    client = boto3.client("s3", endpoint_url=f"http://{host}:{port}", region_name="us-east-1", aws_access_key_id="k",
                          aws_secret_access_key="s")  # fmt: skip
    client.create_bucket(Bucket="pages")
    client.create_bucket(Bucket="none")
    for key, data in KEYS.items():
        client.put_object(Bucket="pages", Key=key, Body=data)
    yield f"{host}:{port}", client
    running.stop()


@pytest.fixture(autouse=True)
def settings(monkeypatch, server):
    """The usual variables, which lead to this machine only."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL_S3", "AWS_REGION", "AWS_DEFAULT_REGION", "http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "k")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{server[0]}")
    stores.open_store.cache_clear()
    yield
    stores.open_store.cache_clear()


class Proxy(BaseHTTPRequestHandler):
    """Hands on what it is asked, but fails as often as the server's `failures` say, or cuts what it hands on."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        path = self.path.partition("?")[0]
        self.server.asked[path] += 1
        if self.server.asked[path] <= self.server.failures:
            self.reply(503, {}, b"<Error><Code>SlowDown</Code><Message>busy</Message></Error>")
            return
        upstream = http.client.HTTPConnection(self.server.upstream)
        upstream.request(self.command, self.path, headers=dict(self.headers))
        got = upstream.getresponse()
        data = got.read()
        cut = len(data) // 2 if self.server.cuts and self.command == "GET" else None
        self.reply(got.status, dict(got.getheaders()), data[:cut])
        upstream.close()

    def reply(self, status, fields, data):
        fields = {name.lower(): value for name, value in fields.items()}
        fields |= {"connection": "close", "content-length": fields.get("content-length", str(len(data)))}
        fields.pop("transfer-encoding", None)
        self.send_response_only(status)
        for name, value in fields.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)
        self.close_connection = True

    do_GET = do_HEAD = do_POST = answer  # noqa: N815

    def log_message(self, *_):
        pass


@pytest.fixture
def proxy(server, monkeypatch):
    """A server before the server, counting what it is asked."""
    made = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    made.upstream, made.asked, made.failures, made.cuts = server[0], Counter(), 0, False
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{made.server_address[1]}")
    stores.open_store.cache_clear()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


def read(*names):
    return list(read_records(names))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("s3://pages/d", ["a", "a/x", "b/y"]),  # as the keys are ordered: a dot comes before a slash
        ("s3://pages/d/", ["a", "a/x", "b/y"]),
        ("s3://pages", ["d/a", "d/a/x", "d/b/y", "e"]),
        ("s3://pages/d/a/x.html.gz", ["x"]),
        ("s3://pages/d/*.html", ["a"]),
        ("s3://pages/**.html*", ["a", "x", "e"]),
    ],
)
def test_objects_are_found_in_order_and_read(address, expected):
    results = read(address)
    assert [result.id for result in results] == expected
    assert all(isinstance(result, Record) and result.data in (HTML, b"Words.") for result in results)
    assert all(result.origin.file.startswith("s3://pages/") for result in results)


@pytest.mark.parametrize(
    ("address", "detail"),
    [
        ("s3://pages/nothing", "no object is at or below s3://pages/nothing"),
        ("s3://pages/*.none", "no object is at or below s3://pages/*.none"),
        ("s3://none", "no object is at or below s3://none"),
        ("s3://no-such-bucket/x", "no object is at or below s3://no-such-bucket/x"),
    ],
)
def test_what_is_not_there_is_a_clear_skip_and_the_run_goes_on(address, detail):
    skipped, record = read(address, "s3://pages/e.html")
    assert (skipped.reason, record.id) == (SkipReason.UNREADABLE, "e")
    assert skipped.detail.endswith(detail)


def test_an_object_that_goes_is_a_skip(server):
    server[1].put_object(Bucket="pages", Key="gone/a.html", Body=HTML)
    (source,) = find_sources(["s3://pages/gone"])
    server[1].delete_object(Bucket="pages", Key="gone/a.html")
    (skipped,) = read_records([source.address])
    assert skipped.reason is SkipReason.UNREADABLE


def test_a_server_that_fails_once_is_asked_again(proxy):
    proxy.failures = 1
    assert [result.id for result in read("s3://pages/d")] == ["a", "a/x", "b/y"]
    assert proxy.asked["/pages/d/a.html"] > 1


def test_a_server_that_fails_for_good_is_a_skip(proxy):
    proxy.failures = 10**9
    (skipped,) = read("s3://pages/d")
    assert skipped.reason is SkipReason.UNREADABLE
    assert "s3://pages/d" in skipped.detail
    assert max(proxy.asked.values()) <= stores.MAX_ATTEMPTS + 1


def test_an_answer_that_ends_too_soon_is_no_page(proxy):
    proxy.cuts = True
    (skipped,) = read("s3://pages/e.html")
    assert skipped.reason is SkipReason.UNREADABLE


def test_no_server_at_all_is_a_skip(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    (skipped,) = read("s3://pages/d")
    assert skipped.reason is SkipReason.UNREADABLE


def test_parquet_and_archives_are_read_from_a_store(server, tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"id": ["p"], "text": ["Words."]}), tmp_path / "x.parquet")
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + HTML
    head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <w>\r\nContent-Length: %d\r\n\r\n" % len(block)
    server[1].upload_file(str(tmp_path / "x.parquet"), "pages", "many/x.parquet")
    server[1].put_object(Bucket="pages", Key="many/y.warc.gz", Body=gzip.compress(head + block + b"\r\n\r\n") * 2)
    assert [result.id for result in read("s3://pages/many")] == ["p", "<w>", "<w>"]


def test_ten_thousand_keys_are_listed_in_order(server):
    from moto.core import DEFAULT_ACCOUNT_ID
    from moto.s3.models import s3_backends

    server[1].create_bucket(Bucket="many")
    store = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
    keys = [f"{number % 10}/{number:05}.html" for number in range(10_000)]
    for key in keys:
        store.put_object("many", key, HTML)
    sources = list(find_sources(["s3://many"]))
    assert [source.address for source in sources] == [f"s3://many/{key}" for key in sorted(keys)]


def test_without_its_extra_it_is_a_skip_that_names_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (skipped,) = read("s3://pages/d")
    assert skipped.reason is SkipReason.MISSING_EXTRA
    assert skipped.detail.endswith("S3 needs an extra: pip install 'dehusk[parquet]'")
