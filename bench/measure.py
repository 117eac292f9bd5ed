"""The parts of a run, put together: which pages, which systems, which figures."""

import os
import platform
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from bench import speed
from bench.content import PROTOCOLS, content_figures, content_of, oracle_figures
from bench.folds import Predictor, Written
from bench.peers import HTML_PEERS, PARSING, TEXT_PEERS, Kind, Peer, Ran
from bench.runs import Asked, run_all
from bench.sets import (
    Data,
    Gold,
    Item,
    is_clean,
    plant_clean,
    read_article_extraction,
    read_data,
    read_examples,
    read_fundus,
    read_honest_pages,
    read_multilingual,
    read_wcxb,
)
from bench.spans import (
    as_labelled,
    general_figures,
    given_predictions,
    honest_figures,
    labelled_figures,
    pick_general,
    planted_figures,
)
from dehusk.train.examples import Labelled, read_labelled
from dehusk.train.halves import Axis, Half, Split, digest
from dehusk.train.plant import Planted
from dehusk.train.planting import Plan

ROOT = Path(__file__).parents[1]
HONEST = ROOT / "bench" / "honest"
EXAMPLES = ROOT / "examples"
REVIEWED = ROOT / "bench" / "reviewed.tsv"
PLANTED_HALF = Split(Half.TRAIN, frozenset((Axis.BRANDS, Axis.WORDING)))  # training plants from the other half
PLANTS_OF_TEXT, PLANTS_OF_EXAMPLES = 3, 12  # versions of a page; the examples with markup are few
GENERAL_PAGES = 1000
PLANTED_LABELLED = 200  # clean labelled pages that are planted in
TIMED_PAGES, TIMED_TEXTS = 150, 300  # drawn by hash
TIMED_ROUNDS, SHORT_ROUNDS = 2, 3
SCALED_PAGES = 400
READERS: Mapping[str, Callable[..., Iterator[Gold]]] = {
    "wcxb": read_wcxb,
    "fundus": read_fundus,
    "multilingual": read_multilingual,
}
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Given:
    """What a run is told: the systems, the predictors of dehusk, and how many processes."""

    html_peers: Sequence[Peer] = HTML_PEERS
    text_peers: Sequence[Peer] = TEXT_PEERS
    predictors: Sequence[Predictor] = (Written(),)
    jobs: int = 2
    sample: int | None = None  # of so many in a thousand pages, for a trial
    predictions: tuple[Path, ...] = ()
    article_extraction: Path | None = None
    missing: Mapping[str, str] = field(default_factory=dict)
    say: Say = lambda line: None


class Stopwatch:
    """How long each part of a run took."""

    def __init__(self, say: Say) -> None:
        self.seconds: dict[str, float] = {}
        self._say = say
        self._last = time.monotonic()

    def lap(self, name: str) -> None:
        """The part that ends here."""
        now = time.monotonic()
        self.seconds[name] = round(now - self._last, 1)
        self._last = now
        self._say(f"{name}: {self.seconds[name]:.0f} s")


class Roll:
    """What is known of the systems: versions, faults, and why some do not run."""

    def __init__(self, missing: Mapping[str, str]) -> None:
        self.missing = missing
        self.rows: dict[str, dict[str, Any]] = {}

    def add(self, ran: Ran, pages: int, part: str) -> None:
        """Note one run of a system."""
        row = self.rows.setdefault(ran.peer.name, {"shown": ran.peer.shown, "package": ran.peer.package})
        row["version"] = row.get("version") or ran.version
        if ran.refusal:
            row["does_not_run"] = self.missing.get(ran.peer.package) or ran.refusal
        row.setdefault("parts", {})[part] = {"pages": pages, "faults": ran.faults, "errors": ran.errors}


def page_asked(page: Labelled, kind: Kind) -> Asked:
    """A labelled page as systems are asked about it."""
    return Asked(page.id, page.site, (page.html or "") if kind == Kind.HTML else page.text)


def item_asked(item: Item) -> Asked:
    """A page of a public set as systems are asked about it."""
    return Asked(item.key, item.site, item.data)


def labelled_part(given: Given, roll: Roll, pages: Sequence[Labelled], kind: Kind) -> dict[str, Any]:
    """Every system of a kind on labelled pages."""
    peers = given.html_peers if kind == Kind.HTML else given.text_peers
    systems: dict[str, Any] = {}
    asked = [page_asked(page, kind) for page in pages]
    for ran in run_all(peers, asked, given.predictors, given.jobs):
        roll.add(ran, len(asked), f"labelled {kind}")
        if not ran.refusal:
            systems[ran.peer.name] = labelled_row(pages, ran, {page.id: page.id for page in pages})
    systems |= given_rows(given, pages)
    return {"pages": len(pages), "systems": in_order(systems, peers)}


def labelled_row(pages: Sequence[Labelled], ran: Ran, keys: Mapping[str, str]) -> dict[str, Any]:
    """The figures of one system; `keys` has under what key each id was asked."""
    said = {id: page for id, key in keys.items() if (page := said_of(ran, key, id))}
    row = labelled_figures(pages, said, labels=ran.peer.labels, by_language=ran.peer.labels)
    return {"shown": ran.peer.shown, **row}


def given_rows(given: Given, pages: Sequence[Labelled]) -> dict[str, Any]:
    """The figures of the predictions that were given as files."""
    return {
        f"given {path.stem}": {"shown": path.stem, **given_predictions(pages, partial(read_labelled, path))}
        for path in given.predictions
    }


def said_of(ran: Ran, key: str, id: str) -> Labelled | None:
    """What a system said of a page."""
    return as_labelled(id, ran.outcomes[key], labels=ran.peer.labels)


def in_order(systems: Mapping[str, Any], peers: Iterable[Peer]) -> dict[str, Any]:
    """The rows in the order of the systems, whichever was done first."""
    names = [peer.name for peer in peers if peer.name in systems]
    return {name: systems[name] for name in [*names, *(name for name in systems if name not in names)]}


def planted_part(given: Given, roll: Roll, pages: Sequence[Planted]) -> dict[str, Any]:
    """Planted pages: dehusk on markup and text, the systems for text on those that are text."""
    kinds = {
        Kind.HTML: [page for page in pages if page.html is not None],
        Kind.TEXT: [page for page in pages if page.html is None],
    }
    found = {}
    for kind, part in kinds.items():
        peers = given.html_peers if kind == Kind.HTML else given.text_peers
        asked = [Asked(page.id, page.source, page.html or page.text) for page in part]
        systems = {}
        for ran in run_all(peers, asked, given.predictors, given.jobs) if asked else ():
            roll.add(ran, len(asked), f"planted {kind}")
            if not ran.refusal:
                systems[ran.peer.name] = {"shown": ran.peer.shown, **planted_figures(part, ran)}
        found[kind.value] = {"pages": len(part), "systems": in_order(systems, peers)}
    return found


def honest_part(given: Given, roll: Roll) -> dict[str, Any]:
    """The honest pages for scoring."""
    pages = list(read_honest_pages(HONEST / "score"))
    asked = [page_asked(honest.page, Kind.TEXT) for honest in pages]
    systems = {}
    for ran in run_all(given.text_peers, asked, given.predictors, given.jobs):
        roll.add(ran, len(asked), "honest")
        if not ran.refusal:
            systems[ran.peer.name] = {"shown": ran.peer.shown, **honest_figures(pages, ran)}
    return {"pages": len(pages), "systems": in_order(systems, given.text_peers)}


def html_part(given: Given, roll: Roll, data: Data) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Labelled pages from HTML, the public sets, and general pages; a page of several sets is asked once."""
    golds = {name: list(read(data, given.sample)) for name, read in READERS.items()}
    if given.article_extraction:
        golds["article-extraction"] = list(read_article_extraction(given.article_extraction))
    public = {gold.item.key: gold.item for part in golds.values() for gold in part}
    own = {page.id: Item("labelled", page.id, page.site, page.html or "") for page in data.labelled}
    keys = {id: item.key for id, item in own.items()}
    items = {**{item.key: item for item in own.values()}, **public}
    labelled = given_rows(given, data.labelled)
    content: dict[str, Any] = {
        name: {"pages": len(part), "oracle": oracle_figures(PROTOCOLS[name], part), "systems": {}}
        for name, part in golds.items()
    }
    general: dict[str, Any] = {}
    for ran in run_all(given.html_peers, [item_asked(i) for i in items.values()], given.predictors, given.jobs):
        roll.add(ran, len(items), "html")
        if ran.refusal:
            continue
        labelled[ran.peer.name] = labelled_row(data.labelled, ran, keys)
        for name, part in golds.items():
            content[name]["systems"][ran.peer.name] = content_row(name, part, ran)
        if ran.peer.labels:
            sites = frozenset(page.site for page in data.labelled)
            general = general_figures(
                pick_general(public.values(), sites, GENERAL_PAGES), ran.outcomes, read_reviewed()
            )
    for row in content.values():
        row["systems"] = in_order(row["systems"], given.html_peers)
    return {"pages": len(data.labelled), "systems": in_order(labelled, given.html_peers)}, content, general


def content_row(name: str, golds: Sequence[Gold], ran: Ran) -> dict[str, Any]:
    """The figures of one system by the protocol of this name."""
    texts = {
        gold.item.key: content_of(ran.outcomes[gold.item.key], labels=ran.peer.labels)
        for gold in golds
        if gold.item.key in ran.outcomes
    }
    return {"shown": ran.peer.shown, **content_figures(PROTOCOLS[name], golds, texts)}


def read_reviewed(path: Path = REVIEWED) -> dict[tuple[str, str], str]:
    """What was found on pages that someone looked at: of a set and an id, `injected` or `honest`."""
    if not path.is_file():
        return {}
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return {(kind, id): finding for kind, id, finding in rows}


def speed_part(given: Given, html: Sequence[Asked], text: Sequence[Asked], rounds: int) -> dict[str, Any]:
    """What pages and texts cost, start-up, and many jobs."""
    load = os.getloadavg()[0]
    to_peers = {"to_trafilatura": "trafilatura", "to_parsing": "parsing"}
    to_filters = {"to_gopher": "gopher", "to_c4": "c4-lines"}
    copies = -(-SCALED_PAGES // max(1, len(html)))
    return {
        "load": round(load, 1),
        "html": speed.speed_figures([*given.html_peers, PARSING], html, to_peers, rounds=rounds),
        "text": speed.speed_figures(given.text_peers, text, to_filters, rounds=rounds),
        "start": speed.start_up(),
        "scaling": speed.scaling((list(html) * copies)[:SCALED_PAGES], "html"),
    }


def quick(given: Given) -> dict[str, Any]:
    """All that can be measured on the pages of the project."""
    watch, roll = Stopwatch(given.say), Roll(given.missing)
    examples = read_examples(EXAMPLES)
    html = [page for page in examples if page.html is not None]
    honest = [honest.page for honest in read_honest_pages(HONEST / "score")]
    text = [*(page for page in examples if page.html is None), *honest]
    labelled = {Kind.HTML: html, Kind.TEXT: text}
    spans = {kind.value: labelled_part(given, roll, pages, kind) for kind, pages in labelled.items()}
    watch.lap("labelled pages")
    plants = planted_pages(examples, PLANTS_OF_EXAMPLES)
    planted = planted_part(given, roll, plants)
    watch.lap("planted pages")
    found = {
        "labelled": spans,
        "languages_of": Kind.TEXT.value,
        "planted": planted,
        "honest": honest_part(given, roll),
    }
    watch.lap("honest pages")
    timed = [page_asked(page, Kind.HTML) for page in html]
    timed += [Asked(page.id, page.source, page.html) for page in plants if page.html is not None]
    texts = [page_asked(page, Kind.TEXT) for page in text]
    fast = speed_part(given, timed, texts, SHORT_ROUNDS)
    watch.lap("speed")
    return {"made": made(given, roll, watch, "quick"), "spans": found, "content": {}, "speed": fast}


def full(given: Given, folder: Path) -> dict[str, Any]:
    """All that can be measured with a data folder. Raises `BadLabels` and `Leak`."""
    watch, roll = Stopwatch(given.say), Roll(given.missing)
    data = read_data(folder, given.sample)
    html, content, general = html_part(given, roll, data)
    watch.lap("labelled pages and main content")
    text = labelled_part(given, roll, data.labelled, Kind.TEXT)
    watch.lap("labelled texts")
    clean = sorted(filter(is_clean, data.labelled), key=lambda page: digest("planted", page.id))[:PLANTED_LABELLED]
    plants = planted_pages([*read_examples(EXAMPLES), *clean], PLANTS_OF_TEXT)
    planted = planted_part(given, roll, plants)
    watch.lap("planted pages")
    honest = honest_part(given, roll)
    watch.lap("honest pages")
    drawn = sorted(data.labelled, key=lambda page: digest("timed", page.id))
    timed = [page_asked(page, Kind.HTML) for page in drawn if page.html][:TIMED_PAGES]
    fast = speed_part(given, timed, [page_asked(page, Kind.TEXT) for page in drawn][:TIMED_TEXTS], TIMED_ROUNDS)
    watch.lap("speed")
    found = {
        "labelled": {"html": html, "text": text},
        "languages_of": Kind.HTML.value,
        "planted": planted,
        "honest": honest,
        "general": general,
    }
    return {"made": made(given, roll, watch, "full DATA"), "spans": found, "content": content, "speed": fast}


def planted_pages(pages: Iterable[Labelled], of_markup: int) -> list[Planted]:
    """Plants in the honest pages for training and in the clean ones of these; the pages for scoring stay as they are.

    Of a page with markup there are so many versions, of a text `PLANTS_OF_TEXT`.
    """
    honest = (replace(honest.page, known_site=honest.page.id) for honest in read_honest_pages(HONEST / "train"))
    plan = Plan(seed=1, per_page=max(of_markup, PLANTS_OF_TEXT), split=PLANTED_HALF)
    versions: Counter[str] = Counter()
    found = []
    for planted in plant_clean([*honest, *pages], plan):
        versions[planted.source] += 1
        if versions[planted.source] <= (PLANTS_OF_TEXT if planted.html is None else of_markup):
            found.append(planted)
    return found


def made(given: Given, roll: Roll, watch: Stopwatch, command: str) -> dict[str, Any]:
    """How the figures came about."""
    return {
        "command": f"python -m bench {command}",
        "python": platform.python_version(),
        "machine": {"processor": _processor(), "cores": os.cpu_count(), "system": platform.system()},
        "sample_per_1000": given.sample,
        "seconds": watch.seconds,
        "systems": dict(sorted(roll.rows.items())),
        "not_installed": dict(sorted(given.missing.items())),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
