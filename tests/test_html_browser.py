"""The HTML page in a browser: no errors, filters and keys that work, and all to be seen without script too."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dehusk.html import html_foot, html_head, html_page
from dehusk.page import Page
from dehusk.spans import Evidence, Label, Span
from dehusk.verdict import Action, Kind, Metadata, Report, Verdict

CHROMIUM = shutil.which("chromium")
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-pipe",
)
FAULTS = {"Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"}
TEXT = "brand99 Sturm über Aldmoor\nEs regnete die ganze Nacht.\nLesen Sie auch: Flut\nMelden Sie sich an.\n"
PHONE_WIDTH = 375

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium on PATH")


class Browser:
    """A tab of a headless chromium, spoken to over the two pipes of its debugging protocol."""

    def __init__(self, write: int, read: int) -> None:
        self.write, self.read = write, os.fdopen(read, "rb")
        self.number, self.session, self.held = 0, {}, b""
        self.events: list[dict] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = {"sessionId": self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]}
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def next_message(self) -> dict:
        while b"\0" not in self.held:
            got = os.read(self.read.fileno(), 65536)
            assert got, "the browser went away"
            self.held += got
        message, self.held = self.held.split(b"\0", 1)
        return json.loads(message)

    def call(self, method: str, **params: object) -> dict:
        self.number += 1
        message = {"id": self.number, "method": method, "params": params} | self.session
        os.write(self.write, json.dumps(message).encode() + b"\0")
        while (got := self.next_message()).get("id") != self.number:
            self.events.append(got)
        assert "error" not in got, got
        return got["result"]

    def open(self, url: str) -> None:
        self.events.clear()
        self.call("Page.navigate", url=url)
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self.next_message())

    def value(self, expression: str) -> object:
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def press(self, key: str) -> None:
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, text=key if len(key) == 1 else "")
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def faults(self) -> list[dict]:
        return [event for event in self.events if event.get("method") in FAULTS]


@contextmanager
def started(folder: str) -> Iterator[Browser]:
    """A browser of its own, ended at the end; it reads commands from its descriptor 3 and answers on 4."""
    (commands, write), (read, answers) = os.pipe(), os.pipe()
    script = f'exec "$@" 3<&{commands} 4>&{answers}'
    arguments = ["bash", "-c", script, "bash", CHROMIUM, *ARGUMENTS, f"--user-data-dir={folder}"]
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(arguments, pass_fds=(commands, answers), **silent)
    os.close(commands)
    os.close(answers)
    try:
        browser = Browser(write, read)
        yield browser
        browser.read.close()
    finally:
        os.close(write)
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with started(str(tmp_path_factory.mktemp("browser"))) as tab:
        yield tab


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    labels = (Label.SPAM, Label.TITLE, Label.ARTICLE, Label.CHROME, Label.ACCESS)
    edges = (0, 8, 26, 54, 75, len(TEXT))
    evidence = (Evidence("made", "up", {"wording": "a <b> c"}),)
    rows = zip(edges, edges[1:], labels, strict=False)
    spans = tuple(Span(start, end, label, 0.9, evidence) for start, end, label in rows)
    report = Report(Page("page", TEXT), spans, Verdict(Kind.ARTICLE, Action.REPAIR, True, 0.5), Metadata())
    path = tmp_path_factory.mktemp("html") / "report.html"
    path.write_text(html_head("two") + html_page(report, 1) + html_page(report, 2) + html_foot(2, 2), "utf-8")
    return path.as_uri()


def shown(browser: Browser) -> str:
    return " ".join(str(browser.value("document.querySelector('.text').innerText")).split())


def test_filters_keys_and_contents_work(browser, url):
    browser.open(url)
    everything = " ".join(TEXT.split())
    assert shown(browser) == everything
    assert browser.value("document.querySelectorAll('#contents a').length") == 2
    assert browser.value("document.querySelectorAll('.legend button:enabled').length") == 10

    browser.value("document.querySelector('[data-label=chrome]').click()")
    assert shown(browser) == everything.replace("Lesen Sie auch: Flut ", "")
    assert browser.value("document.querySelectorAll('[data-label=chrome][aria-pressed=false]').length") == 2
    browser.value("document.querySelector('[data-label=chrome]').click()")

    browser.press("c")
    assert shown(browser) == "Sturm über Aldmoor Es regnete die ganze Nacht."
    browser.press("c")

    browser.press("n")
    browser.press("n")
    assert browser.value("document.activeElement.id") == "p1s3"
    assert "made: up - wording 'a <b> c'" in str(
        browser.value("getComputedStyle(document.activeElement, '::after').content")
    )
    browser.press("p")
    assert browser.value("document.activeElement.id") == "p1s0"
    assert browser.faults() == []


def test_nothing_is_wider_than_a_phone(browser, url):
    browser.call("Emulation.setDeviceMetricsOverride", width=PHONE_WIDTH, height=700, deviceScaleFactor=1, mobile=True)
    browser.open(url)
    assert browser.value("document.documentElement.scrollWidth") == PHONE_WIDTH
    browser.call("Emulation.clearDeviceMetricsOverride")


def test_without_script_text_evidence_and_colours_are_there(browser, url):
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(url)
    assert shown(browser) == " ".join(TEXT.split())
    assert browser.value("document.querySelectorAll('.legend button:disabled').length") == 10
    assert browser.value("document.querySelector('.bar').hidden") is True
    assert browser.value("document.querySelectorAll('mark[data-why][tabindex]').length") == 6
    assert browser.value("getComputedStyle(document.querySelector('.spam')).textDecorationStyle") == "wavy"
    browser.call("Emulation.setScriptExecutionDisabled", value=False)
