"""What a page costs: processor time in turns with the peers, memory, start-up, and many jobs."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any

from bench.figures import Columns, Floats, ratio, resampled
from bench.peers import DoesNotRun, Peer, Running, running
from bench.runs import Asked

WARM_UP_PAGES = 2  # asked before the clock counts: tables are read when they are first needed
PEAK = re.compile(rb"VmHWM:\s*(\d+)")
STARTS = 7  # of a process, of which the median counts
SCALING_ROUNDS = 2  # of which the faster counts
MS = 1000.0
WATCH = """
import atexit, sys
def tell():
    with open("/proc/self/status") as lines:
        sys.stderr.write(next((line for line in lines if line.startswith("VmHWM")), ""))
if sys.platform == "linux":
    atexit.register(tell)
"""  # memory as the process itself sees it: what its parent sees includes the parent
RUN = "from dehusk.cli import main; main()"
STARTED = {
    "python": ("pass",),
    "import dehusk": ("import dehusk",),
    "dehusk.purify": ("import dehusk; dehusk.purify",),
    "dehusk --version": (RUN, "--version"),
    "dehusk clean, one line": (RUN, "clean", "-q"),
}


@dataclass(slots=True)
class Clocked:
    """A system and the least CPU that each page took it."""

    system: Running
    seconds: dict[str, float] = field(default_factory=dict)
    first: float = 0.0  # loading and the first page

    def ask(self, page: Asked) -> None:
        """Ask once more, and remember the least."""
        outcome = self.system.ask(page.data)
        if outcome.fault is None:
            self.seconds[page.key] = min(outcome.cpu, self.seconds.get(page.key, outcome.cpu))


def clock(peers: Iterable[Peer], pages: Sequence[Asked], rounds: int) -> tuple[list[Clocked], dict[str, str]]:
    """All systems on each page in turn, in an order that moves on by one from page to page; and who does not run."""
    refused: dict[str, str] = {}
    with ExitStack() as stack:
        clocked = []
        for peer in peers:
            try:
                clocked.append(Clocked(stack.enter_context(running(peer))))
            except DoesNotRun as error:
                refused[peer.name] = str(error)
        for one in clocked:
            one.first = one.system.load_cpu + sum(one.system.ask(page.data).cpu for page in pages[:1])
            for page in pages[1:WARM_UP_PAGES]:
                one.system.ask(page.data)
        for turn in range(rounds * len(pages)):
            first = turn % max(1, len(clocked))
            for one in clocked[first:] + clocked[:first]:
                one.ask(pages[turn % len(pages)])
        return clocked, refused


def speed_figures(
    peers: Sequence[Peer], pages: Sequence[Asked], bases: Mapping[str, str], *, rounds: int
) -> dict[str, Any]:
    """Milliseconds a page, the ratio to each base (name of the figure: name of the system), and memory."""
    clocked, refused = clock(peers, pages, rounds)
    by_name = {one.system.peer.name: one.seconds for one in clocked}
    sites = {page.key: page.site for page in pages}
    rows = {}
    for one in clocked:
        own = one.seconds
        figures = {
            name: found
            for name, base in bases.items()
            if base in by_name and (found := _ratio(own, by_name[base], sites)) is not None
        }
        rows[one.system.peer.name] = {
            "shown": one.system.peer.shown,
            "pages": len(own),
            "faults": {fault.value: count for fault, count in one.system.faults.items()},
            "ms": resampled({"s": list(own.values()), "n": [1] * len(own)}, [sites[k] for k in own], _mean)["ms"]
            if own
            else None,
            "ms.median": round(MS * median(own.values()), 3) if own else None,
            "pages_per_second": round(len(own) / sum(own.values()), 1) if own else None,
            "first_page_ms": round(MS * one.first, 1),
            "peak_memory_mb": round(one.system.memory_kb / 1024, 1),
            **figures,
        }
    size = sum(len(page.data.encode("utf-8", "replace")) for page in pages) / max(1, len(pages))
    return {
        "pages": len(pages),
        "mean_kb": round(size / 1000, 1),
        "rounds": rounds,
        "systems": rows,
        "refused": refused,
    }


def _mean(sums: Columns) -> dict[str, Floats]:
    return {"ms": MS * ratio(sums["s"], sums["n"])}


def _ratio(own: Mapping[str, float], base: Mapping[str, float], sites: Mapping[str, str]) -> list[float] | None:
    """How many times the base's CPU, over the pages that both have done."""
    keys = [key for key in own if key in base]
    if not keys:
        return None
    columns = {"own": [own[key] for key in keys], "base": [base[key] for key in keys]}
    return resampled(columns, [sites[key] for key in keys], lambda sums: {"x": ratio(sums["own"], sums["base"])})["x"]


def start_up() -> dict[str, Any]:
    """Milliseconds of CPU to start, less those of Python itself, and the memory that it takes, where that is known."""
    rows = {name: [_start(arguments) for _ in range(STARTS)] for name, arguments in STARTED.items()}
    bare = median(cpu for cpu, _ in rows["python"])
    return {
        name: {
            "ms": round(MS * (median(cpu for cpu, _ in starts) - bare * (name != "python")), 1),
            "peak_memory_mb": round(max(memory for _, memory in starts) / 1024, 1) or None,
        }
        for name, starts in rows.items()
    }


def _start(arguments: Sequence[str]) -> tuple[float, int]:
    """CPU seconds and peak memory in KB (0 if not known) of a process that gets one line on standard input."""
    code, *rest = arguments
    with TemporaryFile() as line, TemporaryFile() as told:
        line.write(b"The river rose in the night.\n")
        line.seek(0)
        command = [sys.executable, "-c", WATCH + code, *rest]
        process = subprocess.Popen(command, stdin=line, stdout=subprocess.DEVNULL, stderr=told)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        told.seek(0)
        peak = PEAK.search(told.read())
    return usage.ru_utime + usage.ru_stime, int(peak[1]) if peak else 0


def scaling(pages: Sequence[Asked], ending: str, jobs: Sequence[int] = (1, 2)) -> dict[str, Any]:
    """Seconds of wall clock that `dehusk clean` takes for a folder of these pages on so many processes."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pages").mkdir()
        for number, page in enumerate(pages):
            (folder / "pages" / f"{number:05}.{ending}").write_text(page.data, "utf-8", "replace")
        seconds = {count: min(_clean(folder, count) for _ in range(SCALING_ROUNDS)) for count in jobs}
    return {
        "pages": len(pages),
        "jobs": {
            str(count): {"seconds": round(took, 2), "pages_per_second": round(len(pages) / took, 1),
                         "speed_up": round(seconds[jobs[0]] / took, 2)}
            for count, took in seconds.items()
        },
    }  # fmt: skip


def _clean(folder: Path, jobs: int) -> float:
    start = time.monotonic()
    command = ["clean", "pages", "--to", "jsonl", "-o", f"out-{jobs}.jsonl", "--jobs", str(jobs), "-q"]
    subprocess.run([sys.executable, "-c", RUN, *command], cwd=folder, check=True, stderr=subprocess.DEVNULL)
    return time.monotonic() - start
