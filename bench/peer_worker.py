"""One system in a process of its own: pages in on standard input, its text of each and the CPU it took out.

Runs by the Python of the system's environment, so it imports nothing of the benchmark. A request is a line of JSON with
`bytes`, then so many bytes of UTF-8; so is an answer, with `ok`, `cpu`, `memory` and, where it failed, `error`.
"""

import json
import os
import re
import resource
import socket
import sys
import time
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any, BinaryIO

Work = Callable[[str], Any]
Show = Callable[[Any], str]
PLACE = "https://page.example/"  # an address, for peers that want one
LANGUAGE = re.compile(r"<html[^>]*?\slang\s*=\s*[\"']?([A-Za-z]{2,3})", re.I)
PEAK = "/proc/self/status"
HEAD_CHARS = 4000  # where the language of a page is declared
BLOCKS = frozenset((
    "p", "div", "section", "article", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl", "dt", "dd", "table",
    "tr", "td", "th", "pre", "blockquote", "br", "hr", "figcaption",
))  # fmt: skip
STOP_LISTS = {
    "ar": "Arabic", "cs": "Czech", "da": "Danish", "de": "German", "es": "Spanish", "fi": "Finnish", "fr": "French",
    "hu": "Hungarian", "id": "Indonesian", "is": "Icelandic", "it": "Italian", "lt": "Lithuanian", "nl": "Dutch",
    "nb": "Norwegian_Bokmal", "no": "Norwegian_Bokmal", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian",
    "ru": "Russian", "sv": "Swedish", "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese",
}  # fmt: skip
SPAM_WORDS = re.compile(
    r"\b(?:casinos?|gambling|bett?ing|bets?|bookmakers?|slots?|poker|jackpot|togel|judi|gacor|"
    r"viagra|cialis|levitra|tramadol|xanax|payday loans?|essay writing service|escorts?|porn)\b",
    re.I,
)


def _text(value: object) -> str:
    return str(value or "")


def _shape(markup: str) -> str:
    """Markup as text, one block a line."""
    from lxml import html

    if not markup or not markup.strip():
        return ""
    parts: list[str] = []
    _walk(html.fromstring(f"<div>{markup}</div>"), parts)
    return "\n".join(filter(None, (" ".join(line.split()) for line in "".join(parts).split("\n"))))


def _walk(root: object, parts: list[str]) -> None:
    from lxml import etree

    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in ("start", "end") and node.tag in BLOCKS:
            parts.append("\n")
        parts.append((node.text if event == "start" else node.tail) or "")


def load_trafilatura(**options: bool) -> tuple[Work, Show]:
    """trafilatura, readers' comments left out."""
    extract = import_module("trafilatura").extract
    return lambda page: extract(page, include_comments=False, **options), _text


def load_resiliparse() -> tuple[Work, Show]:
    """resiliparse, the main content."""
    extract = import_module("resiliparse.extract.html2text").extract_plain_text
    return lambda page: extract(page, main_content=True, alt_texts=False, list_bullets=False), _text


def load_readability() -> tuple[Work, Show]:
    """readability-lxml; its markup is made into text, one block a line, off the clock."""
    document = import_module("readability").Document
    return lambda page: document(page).summary(html_partial=True), _shape


def load_justext() -> tuple[Work, Show]:
    """jusText with the stop words of the language that the page declares, else the English ones."""
    justext = import_module("justext")
    lists = {name: justext.get_stoplist(name) for name in {*STOP_LISTS.values(), "English"}}

    def work(page: str) -> str:
        found = LANGUAGE.search(page, 0, HEAD_CHARS)
        words = lists[STOP_LISTS.get(found[1].lower()[:2] if found else "", "English")]
        return "\n".join(part.text for part in justext.justext(page, words) if not part.is_boilerplate)

    return work, _text


def load_boilerpy3() -> tuple[Work, Show]:
    """boilerpy3's extractor of articles."""
    extractor = import_module("boilerpy3.extractors").ArticleExtractor()
    return extractor.get_content, _text


def load_magic_html() -> tuple[Work, Show]:
    """magic-html; its markup is made into text, one block a line, off the clock."""
    extractor = import_module("magic_html").GeneralExtractor()
    return lambda page: extractor.extract(page, base_url=PLACE)["html"], _shape


def load_turbohtml() -> tuple[Work, Show]:
    """turbohtml's main text."""
    parse = import_module("turbohtml").parse
    return lambda page: parse(page).main_text(), _text


def load_newspaper() -> tuple[Work, Show]:
    """newspaper4k, with the markup handed over."""
    article_of = import_module("newspaper").Article

    def work(page: str) -> str:
        article = article_of(PLACE, fetch_images=False)
        article.download(input_html=page)
        article.parse()
        return str(article.text)

    return work, _text


def _pass_filter(judge: Callable[[Any], Any]) -> Work:
    document = import_module("datatrove.data").Document

    def work(page: str) -> str:
        held = document(text=page, id="page")
        verdict = judge(held)
        return held.text if (verdict[0] if isinstance(verdict, tuple) else verdict) else ""

    return work


def load_c4() -> tuple[Work, Show]:
    """The line rules of C4 as datatrove has them; its rules for whole pages are off."""
    filters = import_module("datatrove.pipeline.filters")
    block = filters.C4QualityFilter(
        min_num_sentences=-1, filter_lorem_ipsum=False, filter_curly_bracket=False, remove_citations=False
    )
    return _pass_filter(block.filter), _text


def load_gopher() -> tuple[Work, Show]:
    """datatrove's Gopher quality filter, which keeps or drops a page."""
    return _pass_filter(import_module("datatrove.pipeline.filters").GopherQualityFilter().filter), _text


def load_dehusk(kind: str, weights: str = "") -> tuple[Work, Show]:
    """dehusk; what is shown is JSON with text, clean text, spans and signs."""
    if weights:
        raise ValueError("this dehusk reads no weights")
    purify = import_module("dehusk").purify

    def work(page: str) -> tuple[Any, str]:
        report = purify(page, kind=kind)
        return report, report.clean

    return work, _show_report


def _show_report(made: tuple[Any, str]) -> str:
    report, clean = made
    spans = [
        [s.start, s.end, s.label.value, s.hidden, sorted({f"{e.tagger}.{e.rule}" for e in s.evidence})]
        for s in report.spans
    ]
    signs = {sign.sign.value: sign.score for sign in report.verdict.signs}
    shown = {"text": report.text, "clean": clean, "spans": spans, "signs": signs, "complete": report.verdict.complete}
    return json.dumps(shown | {"language": report.metadata.language})


def load_everything(kind: str) -> tuple[Work, Show]:
    """The whole text of the page."""
    read_html = import_module("dehusk.read.html").read_html
    return (lambda page: read_html(page, "page").text) if kind == "html" else str, _text


def load_spam_words(kind: str) -> tuple[Work, Show]:
    """The text of the page without the lines that hold a word about gambling, pills, loans and the like."""
    read, _ = load_everything(kind)
    return lambda page: "\n".join(line for line in read(page).split("\n") if not SPAM_WORDS.search(line)), _text


def load_parsing() -> tuple[Work, Show]:
    """Parsing and a look at every text node: the floor under anything that reads HTML in Python."""
    parser = import_module("selectolax.lexbor").LexborHTMLParser

    def work(page: str) -> int:
        root = parser(page).root
        return sum(len(node.text_content or "") for node in root.traverse(include_text=True)) if root else 0

    return work, str


def load_fake(*faults: str) -> tuple[Work, Show]:
    """A peer for tests: it fails, dies, hangs or chatters on pages that say so."""

    def work(page: str) -> str:
        if "FAIL" in page:
            raise ValueError("told to")
        if "DIE" in page:
            os._exit(3)
        if "HANG" in page:
            time.sleep(600)
        if "CHATTER" in page:
            print("chatter")  # noqa: T201 - what a stranger may do
        return page.upper()

    return work, _text


LOADERS: dict[str, Callable[..., tuple[Work, Show]]] = {
    "dehusk": load_dehusk,
    "trafilatura": load_trafilatura,
    "trafilatura-fast": lambda: load_trafilatura(fast=True),
    "trafilatura-precision": lambda: load_trafilatura(favor_precision=True),
    "resiliparse": load_resiliparse,
    "readability-lxml": load_readability,
    "justext": load_justext,
    "boilerpy3": load_boilerpy3,
    "magic-html": load_magic_html,
    "turbohtml": load_turbohtml,
    "newspaper4k": load_newspaper,
    "c4-lines": load_c4,
    "gopher": load_gopher,
    "everything": load_everything,
    "spam-words": load_spam_words,
    "parsing": load_parsing,
    "fake": load_fake,
}


def _package_version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _memory_kb() -> int:
    """The most that this process held. `getrusage` would count what its parent held when it was forked."""
    try:
        with open(PEAK) as lines:  # noqa: PTH123 - read for each page
            return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _answer(out: BinaryIO, text: str, **facts: object) -> None:
    data = text.encode("utf-8", "replace")
    out.write(json.dumps({**facts, "bytes": len(data), "memory": _memory_kb()}).encode() + b"\n" + data)
    out.flush()


def serve(work: Work, show: Show, given: BinaryIO, out: BinaryIO) -> None:
    """Answer requests until there are no more."""
    while line := given.readline():
        page = given.read(json.loads(line)["bytes"]).decode()
        start = time.process_time()
        try:
            made = work(page)
            cpu = time.process_time() - start
            _answer(out, show(made), ok=True, cpu=cpu)
        except Exception as error:  # noqa: BLE001 - whatever a stranger's code raises is counted, and the run goes on
            _answer(out, "", ok=False, cpu=time.process_time() - start, error=type(error).__name__)


def _offline(*_given: object) -> None:
    raise OSError("a benchmark is no reason to ask the network")


def main(name: str, package: str, *arguments: str) -> None:
    """Load the system, say so, and serve; nothing that it prints gets among the answers, and it has no network."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    for call in ("connect", "connect_ex", "sendto"):
        setattr(socket.socket, call, _offline)
    start = time.process_time()
    try:
        work, show = LOADERS[name](*arguments)
    except Exception as error:  # noqa: BLE001 - as above
        _answer(out, "", ok=False, error=f"{type(error).__name__}: {error}")
        return
    _answer(out, "", ok=True, cpu=time.process_time() - start, version=_package_version(package))
    serve(work, show, sys.stdin.buffer, out)


if __name__ == "__main__":
    main(*sys.argv[1:])
