"""Work in other processes: the results do not depend on them, and they never outlive what they are for."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from itertools import count, islice
from pathlib import Path

import pytest

from dehusk import workers
from dehusk.page import Origin
from dehusk.pipeline import Settings, finish_record, run_records
from dehusk.read.records import Record
from dehusk.verdict import Skipped, SkipReason
from dehusk.workers import Lost, Worked, run_many

SRC = Path(workers.__file__).parents[1]
TESTS = Path(__file__).parent
ENV = {**os.environ, "PYTHONPATH": os.pathsep.join((str(SRC), str(TESTS)))}


class Bug(Exception):
    pass


class Stubborn(Exception):
    """Pickles, but does not come back."""

    def __init__(self, one, two):
        super().__init__(one)


def make_double(settings):
    return lambda item: (item * 2, settings)


def make_obedient(settings):
    """Work that does what the item says."""
    return lambda item: ORDERS[item.split(":")[0]](item)


def die_once(item):
    """The end of the process, the first time."""
    mark = Path(item.split(":", 1)[1])
    if not mark.exists():
        mark.write_text("")
        os.kill(os.getpid(), signal.SIGKILL)
    return "lived"


def spin(item):
    while True:
        pass


def raise_bug(item):
    raise Bug("the value 7")


def raise_end_of_file(item):
    raise EOFError("a bug, not the end of a pipe")


def print_much(item):
    os.write(1, b"noise" * 1000)
    sys.stdout.write("noise")
    return "said"


ORDERS = {
    "say": lambda item: item,
    "die": lambda item: os._exit(9),
    "die_once": die_once,
    "spin": spin,
    "bug": raise_bug,
    "eof": raise_end_of_file,
    "stubborn": lambda item: (_ for _ in ()).throw(Stubborn(1, 2)),
    "unpicklable": lambda item: lambda: None,
    "pid": lambda item: os.getpid(),
    "noise": print_much,
    "exit": lambda item: sys.exit(3),
    "memory": lambda item: (_ for _ in ()).throw(MemoryError),
    "read": lambda item: sys.stdin.read(),
}


def make_nothing(settings):
    raise Bug("no work today")


def run(items, make=make_obedient, *, jobs=2, max_seconds=30.0):
    return [result for _, result in run_many(items, make, None, jobs=jobs, max_seconds=max_seconds)]


def is_gone(pid):
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("jobs", [1, 2, 3])
@pytest.mark.parametrize("number", [0, 1, 5, 700])
def test_results_come_in_order_whatever_the_number_of_processes(jobs, number):
    results = run_many(range(number), make_double, "s", jobs=jobs, max_seconds=9)
    assert list(results) == [(item, Worked((item * 2, "s"))) for item in range(number)]


def test_an_item_that_ends_its_process_is_lost_and_no_other():
    items = [f"say:{n}" for n in range(40)]
    items[7] = items[8] = items[39] = "die"
    results = run(items)
    assert [n for n, result in enumerate(results) if result is Lost.CRASHED] == [7, 8, 39]
    assert [result.value for result in results if isinstance(result, Worked)] == [i for i in items if i != "die"]


def test_an_item_out_of_memory_is_lost():
    assert run(["say", "memory", "say"]) == [Worked("say"), Lost.CRASHED, Worked("say")]


def test_a_process_killed_from_outside_costs_nothing(tmp_path):
    items = ["say:1", f"die_once:{tmp_path / 'a'}", "say:2", f"die_once:{tmp_path / 'b'}"]
    assert [result.value for result in run(items, jobs=1)] == ["say:1", "lived", "say:2", "lived"]


def test_an_idle_process_that_is_killed_is_replaced():
    results = run_many((f"pid:{n}" for n in count()), make_obedient, None, jobs=1, max_seconds=9)
    first = next(results)[1].value
    os.kill(first, signal.SIGKILL)
    others = {result.value for _, result in islice(results, 300)}
    assert others - {first}
    results.close()


def test_an_item_that_hangs_is_lost_after_its_time(monkeypatch):
    monkeypatch.setattr(workers, "GRACE_SECONDS", 0.5)
    begin = time.monotonic()
    assert run(["say", "spin", "say"], max_seconds=0.5) == [Worked("say"), Lost.TIME_LIMIT, Worked("say")]
    assert time.monotonic() - begin < 30


@pytest.mark.parametrize(
    ("order", "error", "words"),
    [
        ("bug", Bug, "the value 7"),
        ("eof", EOFError, "a bug, not the end"),
        ("stubborn", RuntimeError, "Stubborn"),
        ("unpicklable", Exception, "pickle"),
        ("exit", SystemExit, "3"),
    ],
)
def test_what_is_raised_is_raised_here_after_the_results_before_it(order, error, words):
    results = run_many(["say:1", "say:2", order, "say:3"], make_obedient, None, jobs=2, max_seconds=9)
    assert [next(results)[1].value, next(results)[1].value] == ["say:1", "say:2"]
    with pytest.raises(error, match=words) as caught:
        next(results)
    assert "worker process" in "".join(getattr(caught.value, "__notes__", [str(caught.value)]))


def test_what_making_the_work_raises_is_raised_here():
    with pytest.raises(Bug, match="no work today"):
        run(["say"], make_nothing)


def test_what_is_printed_does_not_come_between_the_results(capfd):
    assert run(["noise", "say"]) == [Worked("said"), Worked("say")]
    assert "noise" in capfd.readouterr().err


def test_work_cannot_read_what_the_processes_tell_each_other():
    assert run(["read", "say"]) == [Worked(""), Worked("say")]


def test_items_are_read_as_they_are_needed():
    taken = []
    items = (taken.append(n) or f"say:{n}" for n in count())
    results = run_many(items, make_obedient, None, jobs=2, max_seconds=9)
    assert [result.value for _, result in islice(results, 100)] == [f"say:{n}" for n in range(100)]
    results.close()
    assert len(taken) < 1500


def test_the_processes_end_when_nobody_wants_the_rest():
    results = run_many(["pid", "pid", *["spin"] * 9], make_obedient, None, jobs=2, max_seconds=99)
    pids = {next(results)[1].value, next(results)[1].value}
    begin = time.monotonic()
    results.close()
    assert time.monotonic() - begin < 10
    assert all(map(is_gone, pids))


def test_an_error_of_the_reader_ends_the_processes():
    def items():
        yield from ["pid", "pid"]
        raise Bug("reader")

    with pytest.raises(Bug, match="reader"):
        run(items())


PARENT = """
    import sys, test_workers
    from dehusk.workers import run_many
    try:
        orders = ["pid", "pid", "spin", "spin"]
        for _, result in run_many(orders, test_workers.make_obedient, None, jobs=2, max_seconds=99):
            print(result.value, flush=True)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_processes_end_with_the_one_that_started_them(number):
    command = [sys.executable, "-c", textwrap.dedent(PARENT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENV) as parent:
        pids = [int(parent.stdout.readline()), int(parent.stdout.readline())]
        time.sleep(0.3)
        parent.send_signal(number)
        assert parent.wait(20) == (0 if number == signal.SIGINT else -number)
        assert parent.stdout.read() == ("interrupted\n" if number == signal.SIGINT else "")
    assert all(map(is_gone, pids))


def test_no_module_of_the_current_folder_is_run(tmp_path):
    for name in ("json", "pickle", "struct", "numpy", "html", "dehusk"):
        (tmp_path / f"{name}.py").write_text("open('seen', 'w')\nraise SystemExit('hostile')\n")
    for name in ("a.txt", "b.txt"):
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / name).write_text("The river rose four metres in the night.\n")
    command = [sys.executable, "-P", "-m", "dehusk.cli", "clean", "in", "--jobs", "2"]
    done = subprocess.run(command, cwd=tmp_path, env=ENV, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert not (tmp_path / "seen").exists()


def make_skipping(settings):
    return lambda record: Skipped(record.id, SkipReason.EMPTY) if not record.data else record.data * 2


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_was_skipped_in_reading_keeps_its_place(jobs):
    skipped = Skipped("s", SkipReason.BINARY)
    records = [Record("a", "x"), skipped, Record("b", ""), Record("c", "y")]
    results = list(run_records(records, make_skipping, Settings(), jobs=jobs))
    assert results == ["xx", skipped, Skipped("b", SkipReason.EMPTY), "yy"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_columns_nested_beyond_measure_are_a_skip(jobs):
    deep = []
    for _ in range(5000):
        deep = [deep]
    records = [Record("a", "x", columns={"deep": deep}), Record("b", "y", columns={"fine": [[{"n": [1]}]]})]
    skipped, result = run_records(records, make_skipping, Settings(), jobs=jobs)
    assert (skipped.reason, result) == (SkipReason.BROKEN_RECORD, "yy")


def make_dying(settings):
    return lambda record: os._exit(1) if record.data == "die" else record.data


def test_a_record_that_kills_its_process_is_skipped_with_its_origin():
    records = [Record("a", "x"), Record("b", "die", origin=Origin("f", 3))]
    detail = "the process that worked on it ended"
    results = list(run_records(records, make_dying, Settings(), jobs=2))
    assert results == ["x", Skipped("b", SkipReason.CRASHED, detail, "f", 3)]


def test_the_time_limit_holds_for_what_is_made_of_the_report():
    before = signal.getsignal(signal.SIGALRM)
    outcome = finish_record(Record("a", "A line."), Settings(max_seconds=1), spin)
    assert outcome == Skipped("a", SkipReason.TIME_LIMIT, "more than 1 s")
    assert signal.getsignal(signal.SIGALRM) == before
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
