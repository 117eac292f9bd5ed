"""The metadata of a page: what it declares, and what its spans show."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from dehusk.dates import find_dates, normalise
from dehusk.page import Fact, Page
from dehusk.spans import Label, Span
from dehusk.verdict import Metadata
from dehusk.words import WORD, fold

Found = tuple[str, str]  # a value, and where it was read
Readings = Iterable[Found]

MAX_TITLE_CHARS = 300
MIN_TITLE_CHARS = 2
JOINT = re.compile(r"\s+[|\u2013\u2014\u00b7\u2022:»«~-]{1,2}\s+|\s*[|»]\s*")
MAX_SITE_WORDS = 5  # of a piece behind the last joint of a title; a longer one belongs to the headline
TITLE_VOTES = {"text": 1.0, "h1": 0.8, "og": 0.7, "json-ld": 0.6, "meta": 0.2, "microdata": 0.5, "title": 0.4}
WHOLE_VOTE = 0.25  # what an unshortened title keeps of its vote
MAX_AUTHOR_CHARS = 70
MAX_AUTHOR_WORDS = 7
MAX_AUTHORS = 12
BYLINE_WORDS = re.compile(
    r"^(?:(?:written|posted|published|reviewed|story|words)\s+by|by|von|par|por|di|door|av|af|oleh|przez|автор|text|autor"
    r"|autorin|author|auteur|autore|yazar|penulis|tác giả|作者|文|記者|记者|글)\b[\s:：]*",
    re.I,
)
NOT_AUTHOR = re.compile(
    r"https?:|www\.|@|^\W*$|^\d|\b(?:admin|administrator|unknown|anonymous|guest|null|undefined|none|author)\b$", re.I
)
AND = re.compile(r"\s*(?:;|\||,|\s&\s|\s(?:and|und|et|y|e|och|og|en|i|и|та)\s)\s*")
URL_DATE = re.compile(r"/(20[0-3]\d)[/-]([01]?\d)[/-]([0-3]?\d)(?:[/-]|$)|(?<!\d)(20[0-3]\d)-([01]\d)-([0-3]\d)(?!\d)")
MONTH_FIRST = re.compile(r"en(?:[-_](?:us|ph|ca))?$", re.I)
SCRIPTS = (
    ("ja", re.compile("[\u3041-\u30fa]")),
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("th", re.compile("[\u0e01-\u0e3a]")),
    ("hi", re.compile("[\u0904-\u0939]")),
    ("bn", re.compile("[\u0985-\u09b9]")),
    ("el", re.compile("[\u0391-\u03c9]")),
    ("he", re.compile("[\u05d0-\u05ea]")),
    ("fa", re.compile("[\u067e\u0686\u0698\u06af\u06cc]")),
    ("ar", re.compile("[\u0621-\u064a]")),
    ("ru", re.compile("[\u0410-\u044f]")),
)
NOT_LATIN = re.compile("[\u0370-\u1dff\u3041-\ud7a3]")
OTHER_SCRIPTS = frozenset(
    [*(language for language, _ in SCRIPTS), "uk", "bg", "be", "sr", "mk", "kk", "mr", "ne", "ur", "ps"]
)
MIN_SCRIPT_SHARE = 0.2  # of a text's characters, to tell its language by its script
MAX_SAMPLE_CHARS = 2000
MIN_STOP_WORDS = 3
MAX_LINE_CHARS = 160
MAX_NEAR_LINES = 30
ISO_DAY_CHARS = 10  # shorter is a month


def collect_metadata(page: Page, spans: tuple[Span, ...]) -> Metadata:
    """What is known of the document, with the source of each value."""
    language = _first(_languages(page, spans))
    month_first = bool(MONTH_FIRST.match(page.declared.get("language") or (language[0] if language else "")))
    found: dict[str, Found | None] = {
        "title": _title(page, spans),
        "author": _author(page, spans),
        "date": _first(_dates(page, spans, month_first=month_first)),
        "updated": _first(_updates(page, spans, month_first=month_first)),
        "sitename": _first(_values(page, "sitename", "organization", "publisher", fits=_is_name)),
        "hostname": _first(_hostnames(page)),
        "language": language,
        "description": _first(_values(page, "description")),
        "license": _first([*_values(page, "license"), *_shown(spans, "license")]),
        "image": _first(_values(page, "image", fits=_is_address)),
    }
    views = _first(_shown(spans, "views"))
    said = {name: value[0] for name, value in found.items() if value}
    return Metadata(
        title=said.get("title"),
        author=said.get("author"),
        date=said.get("date"),
        updated=said.get("updated"),
        sitename=said.get("sitename"),
        hostname=said.get("hostname"),
        language=said.get("language"),
        description=said.get("description"),
        tags=_tags(page),
        license=said.get("license"),
        image=said.get("image"),
        views=int(float(views[0])) if views else None,
        sources=tuple((name, value[1]) for name, value in [*found.items(), ("views", views)] if value),
    )


def _tags(page: Page) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(str.strip, page.declared.all("tag")))))


def _first(readings: Readings) -> Found | None:
    return next(iter(readings), None)


def _values(page: Page, *names: str, fits: Callable[[str], bool] = bool) -> Iterator[Found]:
    """The declared values of the first of these names that has any."""
    for name in names:
        for fact in page.declared.facts:
            if fact.name == name and fits(fact.value):
                yield fact.value, fact.source


def _shown(spans: Iterable[Span], name: str) -> Iterator[Found]:
    """What the meta spans say under this name."""
    for span in spans:
        if span.label == Label.META:
            for evidence in span.evidence:
                if name in evidence.facts:
                    yield str(evidence.facts[name]), "text"


def _is_address(value: str) -> bool:
    return value.startswith(("http", "/"))


def _is_name(value: str) -> bool:
    return not _is_address(value) and len(value) <= MAX_AUTHOR_CHARS


def _hostnames(page: Page) -> Iterator[Found]:
    """The host of the page's address, or of the one that the page gives for itself."""
    addresses = [(page.url, "url")] if page.url else []
    for address, source in [*addresses, *_values(page, "canonical")]:
        try:
            host = urlsplit(address).hostname
        except ValueError:
            continue
        if host and "." in host:
            yield host.removeprefix("www."), source


def _title(page: Page, spans: tuple[Span, ...]) -> Found | None:
    """The headline that most readings agree on, site names left out."""
    sites = _site_names(page)
    votes: dict[str, float] = {}
    readings: dict[str, Found] = {}
    for text, source in _titles(page, spans):
        short = _without_site(text, sites)
        for value, share in ((short, 1.0), (text, WHOLE_VOTE)):
            key = _key(value)
            if key and len(value) <= MAX_TITLE_CHARS:
                votes[key] = votes.get(key, 0.0) + TITLE_VOTES[source] * (share if short != text else 1.0)
                readings.setdefault(key, (value, source))
            if short == text:
                break
    return readings[max(votes, key=lambda key: votes[key])] if votes else None


def _titles(page: Page, spans: tuple[Span, ...]) -> Iterator[Found]:
    """The titles on the page and in its markup; one a source."""
    if shown := [page.text[s.start : s.end].strip() for s in spans if s.label == Label.TITLE and not s.hidden]:
        yield " ".join(shown), "text"
    headings = [b for b in page.blocks if not b.hidden and (b.tag == "h1" or (b.path and ">h1" in b.path))]
    if len(headings) == 1:
        yield page.slice(headings[0]), "h1"
    seen: set[str] = set()
    for fact in page.declared.facts:
        if fact.name == "title" and fact.source not in seen and len(fact.value) >= MIN_TITLE_CHARS:
            seen.add(fact.source)
            yield fact.value, fact.source


def _key(title: str) -> str:
    return " ".join(WORD.findall(fold(title)))


def _site_names(page: Page) -> frozenset[str]:
    """Keys of the names that the site goes by, its host with and without ending among them."""
    declared = page.declared
    names = {_key(n) for n in (*declared.all("sitename"), *declared.all("organization"), *declared.all("publisher"))}
    for host, _ in _hostnames(page):
        names |= {_key(host), _key(host.rsplit(".", 1)[0])}
    return frozenset(names - {""})


def _without_site(title: str, sites: frozenset[str]) -> str:
    """The title without the site's name before or behind it."""
    joints = list(JOINT.finditer(title))
    if not joints:
        return title
    head, tail = title[: joints[0].start()], title[joints[-1].end() :]
    if _names_site(head, sites) and title[joints[0].end() :].strip():
        return _without_site(title[joints[0].end() :], sites)
    rest = title[: joints[-1].start()]
    if _names_site(tail, sites) or ("|" in joints[-1][0] and len(tail.split()) <= MAX_SITE_WORDS):
        return _without_site(rest, sites) if rest.strip() else title
    if len(tail.split()) <= MAX_SITE_WORDS and len(rest) > len(tail) and joints[-1][0].strip() != ":":
        return rest
    return title


def _names_site(piece: str, sites: frozenset[str]) -> bool:
    key = _key(piece)
    return key in sites or (len(key) > 3 and key.replace(" ", "") in {site.replace(" ", "") for site in sites})


def _author(page: Page, spans: tuple[Span, ...]) -> Found | None:
    """The people who wrote the text, joined with `; `: from the surest source that names any."""
    for source, names in _authors(page, spans):
        people = list(dict.fromkeys(name for value in names for name in _people(value)))[:MAX_AUTHORS]
        if people:
            return "; ".join(people), source
    return None


def _authors(page: Page, spans: tuple[Span, ...]) -> Iterator[tuple[str, list[str]]]:
    """The names that each source gives, the surest first."""
    for name, source in (("author", "json-ld"), ("author", "meta"), ("creator", "json-ld")):
        yield source, [fact.value for fact in page.declared.facts if (fact.name, fact.source) == (name, source)]
    shown = [value for value, _ in _shown(spans, "author")]
    yield "text", shown[:1]
    for source in ("link", "og", "microdata"):
        yield source, [f.value for f in page.declared.facts if f.name == "author" and f.source == source][:1]


def _people(value: str) -> Iterator[str]:
    """The names in an author field that can be names."""
    for piece in AND.split(value):
        name = BYLINE_WORDS.sub("", " ".join(piece.split())).strip(" .,:-\u2013|")
        if len(name) <= MAX_AUTHOR_CHARS and len(name.split()) <= MAX_AUTHOR_WORDS and not NOT_AUTHOR.search(name):
            yield name


def _dates(page: Page, spans: tuple[Span, ...], *, month_first: bool) -> Iterator[Found]:
    """When the text was published, the surest source first."""
    declared = list(_normal(page, "date", month_first=month_first))
    yield from (found for found in declared if found[1] != "microdata")
    yield from sorted(found for found in declared if found[1] == "microdata")  # answers and comments carry later ones
    yield from _shown(spans, "published")
    yield from _normal(page, "created", month_first=month_first)
    yield from _url_date(page)
    shown = list(_shown(spans, "date"))
    yield from (found for found in shown if len(found[0]) >= ISO_DAY_CHARS)
    yield from _normal(page, "time", month_first=month_first)
    yield from shown
    yield from _near_dates(page, spans, month_first=month_first)


def _near_dates(page: Page, spans: tuple[Span, ...], *, month_first: bool) -> Iterator[Found]:
    """The dates in short lines soon after the headline, whatever these are labelled, but for those of updates."""
    updates = {value for value, _ in _shown(spans, "updated")}
    start = next((span.start for span in spans if span.label == Label.TITLE), 0)
    near = [block for block in page.blocks if block.start >= start and len(block) <= MAX_LINE_CHARS]
    for block in near[:MAX_NEAR_LINES]:
        for found in find_dates(page.slice(block), month_first=month_first):
            if len(found.iso) >= ISO_DAY_CHARS and found.iso not in updates:
                yield found.iso, "text"


def _updates(page: Page, spans: tuple[Span, ...], *, month_first: bool) -> Iterator[Found]:
    yield from _normal(page, "updated", month_first=month_first)
    yield from _shown(spans, "updated")


def _normal(page: Page, name: str, *, month_first: bool) -> Iterator[Found]:
    for value, source in _values(page, name):
        if iso := normalise(value, month_first=month_first):
            yield iso, source


def _url_date(page: Page) -> Iterator[Found]:
    for address in (page.url, page.declared.get("canonical")):
        hit = URL_DATE.search(address or "")
        iso = normalise("-".join(part for part in hit.groups() if part)) if hit else None
        if iso:
            yield iso, "url"


def _languages(page: Page, spans: tuple[Span, ...]) -> Iterator[Found]:
    """The declared language, unless the script of the text speaks against it, else a guess from the text."""
    text = _sample(page, spans)
    by_script = language_of_script(text)
    for value, source in _declared_languages(page.declared.facts):
        if by_script is None or value in OTHER_SCRIPTS:
            yield value, source
    if guess := guess_language(text):
        yield guess, "text"


def _sample(page: Page, spans: tuple[Span, ...]) -> str:
    """Enough of the article to tell its language."""
    pieces: list[str] = []
    for span in spans:
        if span.label == Label.ARTICLE and sum(map(len, pieces)) < MAX_SAMPLE_CHARS:
            pieces.append(page.text[span.start : span.end][:MAX_SAMPLE_CHARS])
    return " ".join(pieces) or page.text[:MAX_SAMPLE_CHARS]


def _declared_languages(facts: Iterable[Fact]) -> Iterator[Found]:
    order = {"html": 0, "json-ld": 1, "meta": 2}
    named = [fact for fact in facts if fact.name == "language"]
    for fact in sorted(named, key=lambda fact: order.get(fact.source, 3)):
        code = re.split(r"[-_,;\s]", fact.value.lower())[0]
        if len(code) in (2, 3) and code.isascii() and code.isalpha():
            yield code, fact.source


def language_of_script(text: str) -> str | None:
    """The language that the script of a text stands for; None for Latin."""
    sample = "".join(NOT_LATIN.findall(text[:MAX_SAMPLE_CHARS]))
    if len(sample) < MIN_SCRIPT_SHARE * min(len(text), MAX_SAMPLE_CHARS):
        return None
    for language, letters in SCRIPTS:
        few = 0.02 if language in ("ja", "fa") else 0.5  # kana and Persian letters stand among more common ones
        if len(letters.findall(sample)) > few * len(sample):
            return language
    return None


def guess_language(text: str) -> str | None:
    """The language of a text by its script, and by the most common words where several share one."""
    script = language_of_script(text)
    if script not in (None, "ru"):
        return script
    words = Counter(WORD.findall(fold(text[:MAX_SAMPLE_CHARS])))
    counts = {language: sum(words[word] for word in words.keys() & stops) for language, stops in stop_words().items()}
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] >= MIN_STOP_WORDS else script


@cache
def stop_words() -> dict[str, frozenset[str]]:
    """The most common words of each language that shares its script with others."""
    rows = files("dehusk").joinpath("data", "stop_words.tsv").read_text("utf-8").splitlines()[1:]
    return {language: frozenset(words.split(" ")) for language, words in (row.split("\t") for row in rows)}
