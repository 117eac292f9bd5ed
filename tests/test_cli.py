"""The command line as a user meets it."""

import gzip
import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import dehusk

SRC = Path(dehusk.__file__).parents[1]
ENV = {**os.environ, "PYTHONPATH": str(SRC), "PYTHONWARNINGS": "default"}
ENV.pop("NO_COLOR", None)
COMMAND = [sys.executable, "-P", "-m", "dehusk.cli"]
ARTICLE = "The river rose four metres in the night, officials said on Monday, and the bridge was closed at six. " * 3
PAGE = f"<html><body><h1>A flood in Aldmoor</h1><p>{ARTICLE}</p><nav><a href='/'>Home</a></nav></body></html>"


def run(*arguments, cwd=None, stdin=b"", **environment):
    command = [*COMMAND, *map(str, arguments)]
    return subprocess.run(command, input=stdin, cwd=cwd, env=ENV | environment, capture_output=True, check=False)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A folder of three pages, one of them binary, and a file of JSON lines."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "in").mkdir()
    (folder / "in" / "a.html").write_text(PAGE)
    (folder / "in" / "b.html.gz").write_bytes(gzip.compress(PAGE.replace("Aldmoor", "Berrow").encode()))
    (folder / "in" / "c.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    rows = [{"id": f"r{n % 9}", "text": ARTICLE, "n": n} for n in range(10)]
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def test_help_shows_examples_and_statuses():
    shown = run("clean", "--help").stdout.decode()
    assert "dehusk clean page.html" in shown
    assert "Exit status" in shown
    assert run("--version").stdout.decode() == f"dehusk {dehusk.__version__}\n"
    assert "clean" in run("--help").stdout.decode()


def test_a_page_from_standard_input_is_text_on_standard_output():
    done = run("clean", stdin=PAGE.encode())
    assert done.returncode == 0
    assert done.stdout.decode() == f"A flood in Aldmoor\n\n{ARTICLE.strip()}\n"
    assert done.stderr.decode() == "dehusk: 1 record: 1 report, 0 skipped\n"
    assert run("clean", "-", "-q", "--no-title", stdin=PAGE.encode()).stdout.decode() == f"{ARTICLE.strip()}\n"


def test_skips_are_counted_and_told(pages):
    done = run("clean", "in", cwd=pages)
    assert done.returncode == 1
    assert done.stdout.decode().count("\f\n") == 1
    skip, counts = done.stderr.decode().splitlines()
    assert json.loads(skip)["reason"] == "binary"
    assert counts == "dehusk: 3 records: 2 reports, 1 skipped (binary 1)"


@pytest.mark.parametrize(
    "arguments",
    [
        ["clean", "--links", "in"],
        ["clean", "--to", "parquet", "in"],
        ["clean", "--to", "html", "in"],
        ["clean", "--to", "dolma", "in"],
        ["clean", "--to", "xml", "in"],
        ["clean", "--to", "parquet", "-o", "folder", "in"],
        ["clean", "--to", "dolma", "-o", "file.gz", "in"],
        ["clean", "--keep", "novel", "in"],
        ["clean", "--fail-on", "spam=0.5", "in"],
        ["clean", "--fail-on", "doorway=2", "in"],
        ["clean", "--jobs", "0", "in"],
        ["clean", "--limit", "0", "in"],
        ["clean", "--max-seconds", "0", "in"],
        ["clean", "--id", "x", "in"],
        ["clean", "--url", "https://x.example/", "in"],
        ["clean", "in", "-o", "in"],
        ["clean", "rows.jsonl", "--to", "jsonl", "-o", "rows.jsonl"],
        ["clean", "--nonsense"],
        ["nonsense"],
        [],
    ],
)
def test_wrong_use_is_2(pages, arguments):
    before = (pages / "rows.jsonl").read_bytes()
    done = run(*arguments, cwd=pages)
    assert (done.returncode, done.stdout) == (2, b""), done.stderr.decode()
    assert b"Usage" in done.stderr
    assert (pages / "rows.jsonl").read_bytes() == before


def test_no_input_that_can_be_read_is_3(tmp_path, pages):
    (tmp_path / "empty").mkdir()
    for name in ("missing.html", "empty", "*.none"):
        done = run("clean", name, cwd=tmp_path)
        assert done.returncode == 3, name
        assert json.loads(done.stderr.splitlines()[0])["reason"] == "unreadable"
    assert run("clean", "missing.html", pages / "in/a.html", cwd=tmp_path).returncode == 1


def test_an_output_that_cannot_be_written_is_3(tmp_path, pages):
    (tmp_path / "file").write_text("")
    (tmp_path / "o.txt").mkdir()
    (tmp_path / "o.txt" / "a.txt").mkdir()
    for out in ("file/o.txt", "file", "/proc/none/o.txt", "o.txt", "/dev/full"):
        done = run("clean", pages / "in/a.html", "-o", out, cwd=tmp_path)
        assert done.returncode == 3, out
        assert b"cannot be written" in done.stderr
        assert b"Traceback" not in done.stderr
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, "clean", pages / "in/a.html"], stdout=full, stderr=subprocess.PIPE, env=ENV, check=False
        )
    assert done.returncode == 3
    assert b"No space left" in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small file system")
def test_a_full_disk_leaves_nothing_half_written(tmp_path, pages):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", disk], capture_output=True, check=False
    ).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        for arguments in (["--to", "jsonl", "-o", "o.jsonl"], ["--to", "parquet", "-o", "o.parquet"], ["-o", "o"]):
            source = tmp_path / "rows.jsonl"
            source.write_text("".join(json.dumps({"text": os.urandom(4000).hex()}) + "\n" for _ in range(9)))
            done = run("clean", source, *arguments, cwd=disk)
            assert done.returncode == 3, arguments
            assert not [
                path for path in disk.rglob("*") if path.is_file() and path.suffix in (".part", ".jsonl", ".parquet")
            ]
            for path in disk.rglob("*.txt"):
                path.unlink()
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_closed_pipe_ends_quietly_with_0(tmp_path, jobs):
    source = tmp_path / "rows.jsonl"
    source.write_text((json.dumps({"text": ARTICLE * 9}) + "\n") * 500)
    command = [*COMMAND, "clean", source, "--to", "jsonl", "--jobs", str(jobs)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENV) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(60) == 0
        assert process.stderr.read() == b""


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupt_is_130_and_leaves_nothing(tmp_path, jobs):
    source = tmp_path / "rows.jsonl"
    source.write_text((json.dumps({"text": ARTICLE * 9}) + "\n") * 5000)
    command = [*COMMAND, "clean", source, "-o", tmp_path / "o.txt", "--jobs", str(jobs)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=ENV) as process:
        for _ in range(300):
            part = tmp_path / "o.txt.part"
            if part.exists() and part.stat().st_size:
                break
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert process.stderr.read() == b"dehusk: interrupted\n"
    assert [path.name for path in tmp_path.iterdir()] == ["rows.jsonl"]


def test_a_killed_run_leaves_no_finished_name_and_the_next_one_goes_on(tmp_path):
    source = tmp_path / "rows.jsonl"
    source.write_text((json.dumps({"text": ARTICLE * 9}) + "\n") * 2000)
    command = [*COMMAND, "clean", source, "-o", tmp_path / "o.txt", "-q"]
    with subprocess.Popen(command, env=ENV) as process:
        part = tmp_path / "o.txt.part"
        while not (part.exists() and part.stat().st_size):
            time.sleep(0.05)
        process.kill()
    assert not (tmp_path / "o.txt").exists()
    assert run("clean", source, "-o", tmp_path / "o.txt", "--limit", 3).returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["o.txt", "rows.jsonl"]


def test_limit_counts_records_and_duplicates_are_counted(pages):
    done = run("clean", "rows.jsonl", "--to", "jsonl", cwd=pages)
    assert [json.loads(line)["n"] for line in done.stdout.splitlines()] == list(range(10))
    assert done.stderr == b"dehusk: 10 records: 10 reports, 0 skipped, 1 duplicate id\n"
    done = run("clean", "rows.jsonl", "--to", "jsonl", "--limit", 4, "-v", cwd=pages)
    assert len(done.stdout.splitlines()) == 4
    assert b"pages/s" in done.stderr


def test_the_output_does_not_depend_on_jobs_or_company(pages):
    one, two = (run("clean", "rows.jsonl", "in", "--to", "jsonl", "--jobs", jobs, cwd=pages) for jobs in (1, 2))
    assert one.stdout == two.stdout
    alone = run("clean", "in/a.html", "--to", "jsonl", cwd=pages).stdout
    assert alone in one.stdout


def test_id_and_url_are_those_of_the_one_page(pages):
    done = run("clean", "in/a.html", "--id", "x", "--url", "https://news.example/a", "--to", "jsonl", cwd=pages)
    report = json.loads(done.stdout)
    assert (report["id"], report["url"]) == ("x", "https://news.example/a")


def test_keep_names_what_is_kept(pages):
    done = run("clean", "in/a.html", "--keep", "chrome", "-q", cwd=pages)
    assert done.stdout == b"Home\n"
    done = run("clean", "in/a.html", "--keep", "title,chrome", "--to", "jsonl", "-q", cwd=pages)
    assert json.loads(done.stdout)["clean"] == "Home"
    done = run("clean", "in/a.html", "--keep", "title,chrome", "--to", "markdown", "--links", "-q", cwd=pages)
    assert done.stdout == b"# A flood in Aldmoor\n\n[Home](/)\n"


def test_claims_and_bytes_are_added_on_demand(pages):
    plain, full = (
        json.loads(run("clean", "in/a.html", "--to", "jsonl", *more, cwd=pages).stdout)
        for more in ([], ["--claims", "--bytes"])
    )
    assert full.keys() - plain.keys() == {"claims"}
    assert full["spans"][0].keys() - plain["spans"][0].keys() == {"start_byte", "end_byte"}


def test_explain_shows_the_evidence(pages):
    shown = run("clean", "in/a.html", "--explain", cwd=pages).stdout.decode()
    assert "chrome" in shown
    assert "\x1b" not in shown
    assert "A flood in" in run("clean", "in/a.html", "--to", "terminal", cwd=pages).stdout.decode()


def test_fail_on_is_4_with_the_output_written(tmp_path):
    wall = "Subscribe to continue reading this article. Already a subscriber? Log in"
    (tmp_path / "a.html").write_text(f"<h1>A flood in Aldmoor</h1><p>The river rose four metres.</p><p>{wall}</p>")
    signs = json.loads(run("clean", "a.html", "--to", "jsonl", cwd=tmp_path).stdout)["verdict"]["signs"]
    if not signs:
        pytest.skip("the judge gives no sign for a teaser yet")
    done = run("clean", "a.html", "--fail-on", f"{signs[0]['sign']}={signs[0]['score'] - 0.001:.3f}", cwd=tmp_path)
    assert done.returncode == 4
    assert done.stdout
    assert run("clean", "a.html", "--fail-on", "garbled=1", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("arguments", [["-o", "out"], ["-o", "all.jsonl", "--to", "jsonl"]])
def test_outputs_among_the_inputs_are_not_read_again(tmp_path, arguments):
    (tmp_path / "a.html").write_text(PAGE)
    (tmp_path / "b.bin").write_bytes(bytes(range(256)))
    for _ in range(2):
        done = run("clean", ".", *arguments, cwd=tmp_path)
        assert done.stderr == b"dehusk: 2 records: 1 report, 1 skipped (binary 1)\n"


def test_a_column_can_be_named(tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps({"body": PAGE, "text": "other"}) + "\n")
    done = run("clean", "a.jsonl", "--column", "body", "-q", cwd=tmp_path)
    assert done.stdout.startswith(b"A flood in Aldmoor\n\nThe river")
    assert run("clean", "a.jsonl", "--column", "nothing", cwd=tmp_path).returncode == 1


def test_a_bug_is_shown_whole_with_a_status_of_its_own():
    code = "import dehusk.clean, sys; dehusk.clean.clean = lambda *_: {}[7]; import dehusk.cli as c; c.main()"
    done = subprocess.run([sys.executable, "-c", code, "clean", "x"], env=ENV, capture_output=True, check=False)
    assert done.returncode == 70
    assert b"KeyError: 7" in done.stderr


def on_terminal(command, env, cwd):
    """What a command writes when standard error is a terminal."""
    leader, follower = pty.openpty()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=follower, env=env, cwd=cwd) as process:
        os.close(follower)
        seen = b""
        while True:
            try:
                piece = os.read(leader, 65536)
            except OSError:
                break
            if not piece:
                break
            seen += piece
        process.stdout.read()
        process.wait()
    os.close(leader)
    return seen


def test_progress_is_shown_on_a_terminal_only(pages):
    command = [*COMMAND, "clean", "rows.jsonl", "--jobs", "1", "-o", os.devnull]
    env = ENV | {"TERM": "xterm", "COLUMNS": "100"}
    assert b"pages/s" in on_terminal(command, env, pages)
    assert b"pages/s" not in on_terminal([*command, "-q"], env, pages)
    assert b"\x1b[3" not in on_terminal(command, env | {"NO_COLOR": "1"}, pages)
    assert (
        run(*command[len(COMMAND) :], cwd=pages).stderr
        == b"dehusk: 10 records: 10 reports, 0 skipped, 1 duplicate id\n"
    )


@pytest.mark.parametrize("module", ["dehusk", "dehusk.cli"])
def test_nothing_heavy_is_imported_before_it_is_used(module):
    code = f"import sys, {module}; print(*sorted(name for name in sys.modules if '.' not in name))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], env=ENV, capture_output=True, check=True, text=True
    ).stdout.split()
    assert not {"numpy", "rich", "pyarrow", "selectolax", "fastwarc", "charset_normalizer", "zstandard"} & set(loaded)


def test_importing_costs_little():
    code = "import time; t = time.process_time(); import dehusk; print(time.process_time() - t)"
    costs = [
        float(subprocess.run([sys.executable, "-c", code], env=ENV, capture_output=True, check=True).stdout)
        for _ in range(3)
    ]
    assert min(costs) < 0.15
