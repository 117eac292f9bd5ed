"""The systems that are compared: installed in environments of their own, run in processes of their own."""

import hashlib
import json
import re
import selectors
import subprocess
import sys
import time
import venv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
WORKER = HERE / "peer_worker.py"
PINS = HERE / "peers.txt"
HOME = HERE / ".venv"  # git leaves it out
STAMP = "installed.json"
START_SECONDS = 120.0  # for a system to load, on a busy machine
PAGE_SECONDS = 20.0  # of wall clock on one page; the slowest honest one takes a few
INSTALL_SECONDS = 900
READ_BYTES = 2**16
NO_URLS = re.compile(r"\S*://\S*")


class Kind(StrEnum):
    """What a system reads."""

    HTML = "html"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Peer:
    """A system: how the worker knows it, the environment it lives in (None: that of dehusk), and what it reads."""

    name: str
    shown: str
    package: str
    kind: Kind
    environment: str | None = None
    arguments: tuple[str, ...] = ()
    labels: bool = False  # whether it says what each stretch is


def _dehusk(kind: Kind) -> Peer:
    return Peer("dehusk", "dehusk", "dehusk", kind, arguments=(kind,), labels=True)


def _plain(kind: Kind) -> tuple[Peer, ...]:
    return (
        Peer("everything", "keep everything", "dehusk", kind, arguments=(kind,)),
        Peer("spam-words", "drop lines with a spam word", "dehusk", kind, arguments=(kind,)),
    )


HTML_PEERS = (
    _dehusk(Kind.HTML),
    Peer("trafilatura", "trafilatura", "trafilatura", Kind.HTML, "html"),
    Peer("trafilatura-fast", "trafilatura, fast", "trafilatura", Kind.HTML, "html"),
    Peer("trafilatura-precision", "trafilatura, precision", "trafilatura", Kind.HTML, "html"),
    Peer("resiliparse", "resiliparse", "resiliparse", Kind.HTML, "html"),
    Peer("readability-lxml", "readability-lxml", "readability-lxml", Kind.HTML, "html"),
    Peer("justext", "jusText", "justext", Kind.HTML, "html"),
    Peer("boilerpy3", "boilerpy3", "boilerpy3", Kind.HTML, "html"),
    Peer("magic-html", "magic-html", "magic-html", Kind.HTML, "html"),
    Peer("turbohtml", "turbohtml", "turbohtml", Kind.HTML, "html"),
    Peer("newspaper4k", "newspaper4k", "newspaper4k", Kind.HTML, "html"),
    *_plain(Kind.HTML),
)
TEXT_PEERS = (
    _dehusk(Kind.TEXT),
    Peer("c4-lines", "C4 line rules (datatrove)", "datatrove", Kind.TEXT, "text"),
    Peer("gopher", "Gopher quality (datatrove)", "datatrove", Kind.TEXT, "text"),
    *_plain(Kind.TEXT),
)
PARSING = Peer("parsing", "bare parsing (selectolax)", "selectolax", Kind.HTML)


@dataclass(frozen=True, slots=True)
class Pin:
    """A package of an environment, and what pip is asked for."""

    environment: str
    package: str
    requirements: tuple[str, ...]


def read_pins(path: Path = PINS) -> list[Pin]:
    """The pins of a file of lines `environment TAB package TAB requirements`."""
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return [Pin(environment, package, tuple(wanted.split())) for environment, package, wanted in rows]


def python_of(environment: str | None, home: Path = HOME) -> Path:
    """The Python of an environment."""
    return home / environment / "bin" / "python" if environment else Path(sys.executable)


def install(pins: Iterable[Pin], home: Path = HOME) -> dict[str, str]:
    """Install each environment that is not there as pinned; the packages that do not install, with the reason."""
    by_environment: dict[str, list[Pin]] = {}
    for pin in pins:
        by_environment.setdefault(pin.environment, []).append(pin)
    missing: dict[str, str] = {}
    for name, wanted in by_environment.items():
        missing |= _install(home / name, wanted)
    return missing


def _install(place: Path, pins: list[Pin]) -> dict[str, str]:
    """Install one environment; a stamp with the pins is written last, so that a broken-off run is done anew."""
    key = hashlib.sha256(repr(pins).encode()).hexdigest()
    stamp = place / STAMP
    if stamp.is_file() and (known := json.loads(stamp.read_text("utf-8")))["key"] == key:
        found: dict[str, str] = known["missing"]
        return found
    venv.create(place, with_pip=True, clear=True)
    missing = {pin.package: reason for pin in pins if (reason := _pip(place, pin.requirements))}
    stamp.write_text(json.dumps({"key": key, "missing": missing}), "utf-8")
    return missing


def _pip(place: Path, requirements: tuple[str, ...]) -> str:
    """Why pip could not install these; empty if it could."""
    options = ("install", "-q", "--disable-pip-version-check", *requirements)
    try:
        done = subprocess.run(
            [place / "bin" / "python", "-m", "pip", *options],
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"not installed within {INSTALL_SECONDS} s"
    if not done.returncode:
        return ""
    lines = [line.removeprefix("ERROR: ") for line in done.stderr.splitlines() if line.startswith("ERROR: ")]
    return NO_URLS.sub("…", min(lines, key=lambda line: "python version" not in line)) if lines else "pip failed"


class Fault(StrEnum):
    """Why a system has no text for a page."""

    FAILED = "failed"  # it raised an error
    CRASHED = "crashed"  # its process ended
    HUNG = "hung"  # it was ended after `PAGE_SECONDS`


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a system made of a page; `text` is None where there is a fault."""

    text: str | None
    cpu: float = 0.0  # seconds of process time
    fault: Fault | None = None
    detail: str = ""

    @property
    def report(self) -> dict[str, Any]:
        """What a system that labels says."""
        found: dict[str, Any] = json.loads(self.text or "{}")
        return found


class DoesNotRun(Exception):
    """A system does not load, with the reason."""


class _Ended(Exception):
    """The process gave no answer."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(slots=True)
class Running:
    """A system in its process; one that crashes or hangs on a page is started anew."""

    peer: Peer
    page_seconds: float = PAGE_SECONDS
    home: Path = HOME
    version: str | None = None
    load_cpu: float = 0.0
    memory_kb: int = 0  # the most that it held
    faults: Counter[Fault] = field(default_factory=Counter)
    _process: subprocess.Popen[bytes] | None = None
    _held: bytes = b""

    def start(self) -> None:
        """Load the system; raises `DoesNotRun`."""
        peer = self.peer
        command = [python_of(peer.environment, self.home), WORKER, peer.name, peer.package, *peer.arguments]
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
            facts, _ = self._answer(START_SECONDS)
        except OSError as error:
            raise DoesNotRun(f"cannot be started: {error.strerror}") from error
        except _Ended as ended:
            self.stop()
            raise DoesNotRun(f"{ended.fault.value} while loading") from ended
        if not facts["ok"]:
            self.stop()
            raise DoesNotRun(facts["error"])
        self.version, self.load_cpu = facts["version"], facts["cpu"]

    def stop(self) -> None:
        """End the process."""
        if self._process:
            self._process.kill()
            self._process.communicate()
        self._process, self._held = None, b""

    def ask(self, page: str) -> Outcome:
        """What the system makes of a page."""
        if self._process is None:
            self.start()
        data = page.encode("utf-8", "replace")
        try:
            self._send(json.dumps({"bytes": len(data)}).encode() + b"\n" + data)
            facts, text = self._answer(self.page_seconds)
        except _Ended as ended:
            self.stop()
            return self._fault(ended.fault)
        if not facts["ok"]:
            return self._fault(Fault.FAILED, facts["error"])
        return Outcome(text, facts["cpu"])

    def _fault(self, fault: Fault, detail: str = "") -> Outcome:
        self.faults[fault] += 1
        return Outcome(None, fault=fault, detail=detail)

    def _send(self, data: bytes) -> None:
        assert self._process
        assert self._process.stdin
        try:
            self._process.stdin.write(data)
            self._process.stdin.flush()
        except OSError as error:
            raise _Ended(Fault.CRASHED) from error

    def _answer(self, seconds: float) -> tuple[dict[str, Any], str]:
        end = time.monotonic() + seconds
        while b"\n" not in self._held:
            self._held += self._read(end)
        line, _, self._held = self._held.partition(b"\n")
        facts = json.loads(line)
        parts, size = [self._held], len(self._held)
        while size < facts["bytes"]:
            parts.append(self._read(end))
            size += len(parts[-1])
        data = b"".join(parts)
        self._held = data[facts["bytes"] :]
        self.memory_kb = max(self.memory_kb, facts["memory"])
        return facts, data[: facts["bytes"]].decode()

    def _read(self, end: float) -> bytes:
        assert self._process
        assert self._process.stdout
        with selectors.DefaultSelector() as ready:
            ready.register(self._process.stdout, selectors.EVENT_READ)
            if not ready.select(max(0.0, end - time.monotonic())):
                raise _Ended(Fault.HUNG)
        data = self._process.stdout.raw.read(READ_BYTES)  # type: ignore[attr-defined]
        if not data:
            raise _Ended(Fault.CRASHED)
        return data


@contextmanager
def running(peer: Peer, page_seconds: float = PAGE_SECONDS, home: Path = HOME) -> Iterator[Running]:
    """A system for as long as the block runs; raises `DoesNotRun`."""
    found = Running(peer, page_seconds, home)
    found.start()
    try:
        yield found
    finally:
        found.stop()


@dataclass(frozen=True, slots=True)
class Ran:
    """What a system made of many pages, or why it did not run."""

    peer: Peer
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    version: str | None = None
    refusal: str = ""

    @property
    def faults(self) -> dict[str, int]:
        """How many pages it failed on, by the kind of fault."""
        found = Counter(outcome.fault.value for outcome in self.outcomes.values() if outcome.fault)
        return dict(sorted(found.items()))

    @property
    def errors(self) -> dict[str, int]:
        """The errors that it raised, and how often."""
        return dict(sorted(Counter(o.detail for o in self.outcomes.values() if o.detail).items()))


def run_over(peer: Peer, pages: Mapping[str, str], page_seconds: float = PAGE_SECONDS, home: Path = HOME) -> Ran:
    """What a system makes of each page; one that crashes or hangs on a page goes on with the next."""
    outcomes: dict[str, Outcome] = {}
    try:
        with running(peer, page_seconds, home) as system:
            for key, page in pages.items():
                outcomes[key] = system.ask(page)
            return Ran(peer, outcomes, system.version)
    except DoesNotRun as error:
        return Ran(peer, outcomes, refusal=str(error))
