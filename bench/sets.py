"""The pages that are measured: those of the project, and those of a data folder."""

import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

from dehusk.read.charset import decode
from dehusk.spans import Label
from dehusk.train.examples import BadLabels, Labelled, read_folder, read_honest, read_labelled, with_markup
from dehusk.train.halves import digest
from dehusk.train.plant import Planted
from dehusk.train.planting import Plan, plant_pages

LANGUAGE = re.compile(r"<html[^>]*?\slang\s*=\s*[\"']?([A-Za-z]{2,3})", re.I)
HEAD_CHARS = 4000  # where the language of a page is declared
POLLUTION = frozenset((Label.SPAM, Label.FOREIGN, Label.GARBLED, Label.DUPLICATE))


@dataclass(frozen=True, slots=True)
class Item:
    """A page as a system is given it, and where it comes from."""

    set: str
    id: str
    site: str
    data: str

    @property
    def key(self) -> str:
        """Equal for pages with the same content and site, whatever set they stand in."""
        return f"{self.site} {blake2b(self.data.encode('utf-8', 'replace'), digest_size=12).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Gold:
    """A page of a public set, and what its protocol compares with."""

    item: Item
    group: str  # page type or language
    want: Any
    oracle: str | None = None  # the text that labels of the page keep, where it has labels


@dataclass(frozen=True, slots=True)
class Honest:
    """A page on a topic that spam is about, which has no spam."""

    page: Labelled
    topic: str
    genre: str


@dataclass(frozen=True, slots=True)
class Data:
    """A data folder: what its tables say."""

    folder: Path
    sites: Mapping[tuple[str, str], str]
    labelled: tuple[Labelled, ...]
    oracles: Mapping[str, str] = field(default_factory=dict)  # of ids, and of addresses, of labelled pages

    def site(self, kind: str, id: str) -> str:
        """The site of a page."""
        return self.sites.get((kind, id), f"{kind} {id}")


def read_data(folder: Path, limit: int | None = None) -> Data:
    """The labelled pages and the sites of a folder; raises `BadLabels`."""
    try:
        rows = [line.split("\t") for line in (folder / "sites.tsv").read_text("utf-8").splitlines()]
    except OSError as error:
        raise BadLabels(f"{folder / 'sites.tsv'}: {error.strerror}") from error
    sites = {(kind, id): site for kind, id, site in rows}
    pages = []
    for page in read_labelled(folder / "labelled" / "pages.jsonl.gz"):
        if limit is not None and digest("labelled", page.id) % 1000 >= limit:
            continue
        page = with_markup(page, folder / "labelled" / "html")
        pages.append(replace(page, known_site=sites.get(("labelled", page.id)), language=_language(page.html or "")))
    oracles = {name: kept_text(page) for page in pages for name in (page.id, page.url) if name}
    return Data(folder, sites, tuple(pages), oracles)


def kept_text(page: Labelled) -> str:
    """The article that labels keep, one stretch a line."""
    spans = sorted(page.spans, key=lambda span: span.start)
    return "\n".join(page.text[s.start : s.end] for s in spans if s.label == Label.ARTICLE and not s.hidden)


def _language(markup: str) -> str | None:
    found = LANGUAGE.search(markup, 0, HEAD_CHARS)
    return found[1].lower() if found else None


def _unpack(path: Path) -> str:
    return decode(gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes())[0]


def _chosen(kind: str, id: str, limit: int | None) -> bool:
    """Whether a page is in a sample of so many in a thousand."""
    return limit is None or digest(kind, id) % 1000 < limit


def read_wcxb(data: Data, limit: int | None = None) -> Iterator[Gold]:
    """The pages of the development half of WCXB, grouped by page type."""
    for path in sorted((data.folder / "wcxb-dev" / "ground-truth").glob("*.json")):
        oracle = data.oracles.get(f"wcxb-dev-{path.stem}")
        if oracle is None and not _chosen("wcxb-dev", path.stem, limit):
            continue
        row = json.loads(path.read_text("utf-8"))
        kind = row["_internal"]["page_type"]["primary"]
        markup = _unpack(data.folder / "wcxb-dev" / "html" / f"{path.stem}.html.gz")
        yield Gold(
            Item("wcxb-dev", path.stem, data.site("wcxb-dev", path.stem), markup),
            "collection" if kind == "category" else kind,
            row["ground_truth"].get("main_content") or "",
            oracle,
        )


def read_fundus(data: Data, limit: int | None = None) -> Iterator[Gold]:
    """The news pages of fundus, by the language that they declare; wanted is the list of their paragraphs.

    The versions of a publisher's gold and its pages are in the same order.
    """
    for path in sorted((data.folder / "fundus").glob("*/*.json")):
        rows = list(json.loads(path.read_text("utf-8")).values())
        pages = sorted(path.parent.glob(f"{path.stem}_[0-9]*.html.gz"))
        for row, page in zip(rows, pages, strict=True):
            name = page.name.removesuffix(".html.gz")
            id = f"{path.parent.name}/{name}"
            oracle = data.oracles.get(f"fundus-{path.parent.name}-{name}")
            if oracle is None and not _chosen("fundus", id, limit):
                continue
            markup = _unpack(page)
            yield Gold(
                Item("fundus", id, data.site("fundus", id), markup),
                _language(markup) or "not declared",
                _paragraphs(row),
                oracle,
            )


def _paragraphs(row: Mapping[str, Any]) -> dict[str, Any]:
    """The paragraphs that must be kept, and all text that may be."""
    body = row["body"]
    paragraphs = [*body["summary"], *(text for part in body["sections"] for text in part["paragraphs"])]
    heads = [text for part in body["sections"] for text in part["headline"]]
    return {"paragraphs": paragraphs, "allowed": [row.get("title") or "", *heads, *paragraphs]}


def read_multilingual(data: Data, limit: int | None = None) -> Iterator[Gold]:
    """The pages with segments that must and must not be there, by the language that they declare."""
    rows = json.loads((data.folder / "multilingual" / "evaldata.json").read_text("utf-8"))
    for url, row in sorted(rows.items()):
        path = data.folder / "multilingual" / "html" / f"{row['file']}.gz"
        if (url not in data.oracles and not _chosen("multilingual", url, limit)) or not path.is_file():
            continue
        markup = _unpack(path)
        yield Gold(
            Item("multilingual", url, data.site("multilingual", url), markup),
            _language(markup) or "not declared",
            {"with": row["with"], "without": row["without"]},
            data.oracles.get(url),
        )


def read_article_extraction(folder: Path) -> Iterator[Gold]:
    """The pages of the article-extraction benchmark, laid out as there: `ground-truth.json`, `html/ID.html.gz`."""
    rows = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    for id, row in sorted(rows.items()):
        markup = _unpack(folder / "html" / f"{id}.html.gz")
        yield Gold(Item("article-extraction", id, id, markup), "all", row.get("articleBody") or "")


def read_honest_pages(folder: Path) -> Iterator[Honest]:
    """The honest pages of a folder, with their topics and genres."""
    for path in sorted(folder.glob("*.tsv")):
        heads = [line for line in path.read_text("utf-8").splitlines() if line.startswith("# id=")]
        for page, head in zip(read_honest(path), heads, strict=True):
            facts = dict(part.strip().split("=", 1) for part in head.lstrip("# ").split("|"))
            yield Honest(page, facts.get("topic", ""), facts.get("genre", ""))


def read_examples(folder: Path) -> list[Labelled]:
    """The example pages."""
    return list(read_folder(folder))


def is_clean(page: Labelled) -> bool:
    """Whether nothing was planted in a page by others."""
    return not any(span.label in POLLUTION for span in page.spans)


def plant_clean(pages: Iterable[Labelled], plan: Plan) -> list[Planted]:
    """Polluted versions of the clean ones among these pages."""
    return list(plant_pages(filter(is_clean, pages), plan))
