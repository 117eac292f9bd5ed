"""Data about the document: dates, bylines, counters, credits, tags, rights, the author's own lines."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files

from dehusk.dates import ANY_DATE, DateMatch, find_dates
from dehusk.features import Measures
from dehusk.spans import Claim, Evidence, Label
from dehusk.words import WORD, Match, fold, sentences

MAX_LINE_CHARS = 240  # of a line that is all about the document; of a longer one only a sentence is
MAX_DATED_CHARS = 160
MAX_LEFT_WORDS = 3  # beside the dates and the known wording of a line that is a date and little else
MAX_NAME_CHARS = 60
MAX_NAME_WORDS = 6
MAX_KIND_CHARS = 24  # before a date, for the word that says whose date it is
MAX_BIO_CHARS = 900
MAX_HEAD_BLOCKS = 12  # how far below the headline the article may start
BLOCKS_ABOVE_HEAD = 4
NEAR_PROSE = 3  # blocks
NEAR_END = 8  # blocks after prose
MIN_LINK_SHARE = 0.6
MANY_REPEATS = 6  # lines at one place in the markup
LONG_CHARS, VERY_LONG_CHARS, SHORT_CHARS = 100, 300, 20
STEPS_LOOKED_AT = 4  # of the end of a path
BIO_WORDS = frozenset(["box", "about", "info", "desc", "description", "card"])  # beside a name of authors
STEP_WORD = re.compile(r"[A-Za-z][a-z]+")
NAME_FORM = re.compile(r"[A-Z\u00c0-\u00de\u0410-\u042f][\w'.-]+(?: [A-Z\u00c0-\u00de\u0410-\u042f][\w'.-]*){1,3}")
LICENCE = re.compile(r"CC[ -](?:BY(?:-(?:NC|ND|SA)){0,2}|0)(?:[ -]\d\.\d)?|Creative Commons[^.,;|\n]{0,40}", re.I)
SURE_STRENGTH = 3
MAX_BULLET_CHARS = 3  # before the first word of a line
SEPARATORS = re.compile(r"\s*[|•·/\n]\s*|\s[\u2013\u2014-]\s|,\s")
POINTS_PER_LOGIT = 10
GROUPS = {
    "author": "byline at_author declared_author at_bio author_bio name_line",
    "date": "published updated date_alone date_line date_within at_date",
    "tags": "tags at_tags declared_tag",
    "credit": "credit credit_form at_credit agency rights disclosure edition hint",
    "details": "counter views at_details at_member",
}
GROUP_OF = {sign: group for group, signs in GROUPS.items() for sign in signs.split()}
TAG_SIGNS = frozenset(["tags", "at_tags", "declared_tag"])
STRONG_SIGNS = frozenset(
    ["byline", "published", "updated", "counter", "author_bio", "date_alone", "date_line", "declared_author", "views"]
)
MAX_COUNT_DIGITS = 12
AUTHOR_SIGNS = frozenset(["at_author", "declared_author"])
NOWHERE: frozenset[str] = frozenset()
OWN_PLACES = frozenset(sign for sign in GROUP_OF if sign.startswith("at_"))
MIN_NAME_CHARS = 3
MIN_POINTS = -15  # below it a claim would say nothing


@dataclass(slots=True)
class Reading:
    """What one block shows: signs for and against its being about the document, and what they read."""

    number: int
    start: int
    end: int
    signs: set[str]
    facts: dict[str, float | str] = field(default_factory=dict)


def tag_metadata(measures: Measures) -> Iterator[Claim]:
    """Claim the lines about the document by their wording, their form, their place in the markup and on the page."""
    readings, known = read_blocks(measures), sign_points()
    for reading in readings:
        points = known["bias"] + sum(known.get(sign, 0) for sign in reading.signs)
        if points >= MIN_POINTS:
            score = round(1 / (1 + math.exp(-points / POINTS_PER_LOGIT)), 2)
            evidence = Evidence("metadata", _rule(reading, known), reading.facts | {"points": points})
            yield Claim(reading.start, reading.end, Label.META, score, evidence)


def _rule(reading: Reading, known: Mapping[str, int]) -> str:
    """What the line says: what was read from it, else what its strongest sign stands for.

    Spans keep the facts of each rule once, so lines that say different things go by different rules.
    """
    for fact in ("updated", "published", "date", "views", "author"):
        if fact in reading.facts:
            return fact
    return GROUP_OF[max(sorted(reading.signs & GROUP_OF.keys()), key=lambda sign: known.get(sign, 0))]


def read_blocks(measures: Measures) -> list[Reading]:
    """The blocks that show any sign of their own, with all their signs."""
    if not measures.blocks:
        return []
    found, dated, said = measures.matches("meta"), _dated_blocks(measures), _said_alone(measures)
    formed, zones = _formed_blocks(measures), block_zones(measures)
    named = [places_of(path) if (path := block.path) else NOWHERE for block in measures.blocks]
    readings: list[Reading] = []
    for number, text in enumerate(measures.folded_texts):
        alone = zones[number] == "head" or text in said or text.partition(" ")[2] in said
        if not (alone or found[number] or named[number] & OWN_PLACES or number in dated or number in formed):
            continue
        block = measures.blocks[number]
        reading = Reading(number, block.start, block.end, set(named[number]) if len(block) <= MAX_BIO_CHARS else set())
        _read_wording(measures, found[number], reading)
        if number in dated:
            _read_dates(measures, found[number], reading)
        _read_line(measures, said, reading, in_head=zones[number] == "head")
        if number in formed:
            _read_form(measures.texts[number], reading)
        if own := reading.signs & GROUP_OF.keys():
            reading.signs |= _circumstances(measures, number) | {f"{GROUP_OF[sign]}_{zones[number]}" for sign in own}
            readings.append(reading)
    _compare(measures, readings)
    return readings


def _formed_blocks(measures: Measures) -> set[int]:
    """The short blocks that hold a word of credits or counters."""
    words = [word for word in (*name_table()["credit"], *name_table()["views"]) if word in measures.words]
    folded, found = measures.folded, set[int]()
    for word in ["©", *words]:
        at = folded.find(word)
        while at >= 0:
            found.add(measures.block_at(at))
            at = folded.find(word, at + 1)
    return {n for n in found if len(measures.blocks[n]) <= MAX_LINE_CHARS}


def _dated_blocks(measures: Measures) -> frozenset[int]:
    """The blocks that are short enough and may hold a date."""
    numbers = {measures.block_at(hit.start()) for hit in ANY_DATE.finditer(measures.page.text)}
    return frozenset(n for n in numbers if len(measures.blocks[n]) <= MAX_DATED_CHARS)


def _month_first(measures: Measures) -> bool:
    """Whether `1/2/2025` most likely means the second of January here."""
    declared = (measures.page.declared.get("language") or "").lower()
    if declared and declared != "en":
        return declared.replace("_", "-") in ("en-us", "en-ca", "en-ph")
    return bool(declared) or "the" in measures.words


def _said_alone(measures: Measures) -> Mapping[str, str]:
    """The signs of what the markup declares and a line may show alone: folded names of authors, and tags."""
    declared = measures.page.declared
    tags = {fold(tag).strip(): "declared_tag" for tag in declared.all("tag")}
    names = (*declared.all("author"), *declared.all("creator"))
    return tags | {fold(name).strip(): "declared_author" for name in names if len(name) > MIN_NAME_CHARS}


@lru_cache(maxsize=4096)
def places_of(path: str) -> frozenset[str]:
    """What the end of a path names: `at_author`, `at_date`, `at_tags` …"""
    return frozenset[str]().union(*map(_places_of_step, path.rsplit(">", STEPS_LOOKED_AT)[-STEPS_LOOKED_AT:]))


@lru_cache(maxsize=8192)
def _places_of_step(step: str) -> frozenset[str]:
    known, words = places(), STEP_WORD.findall(step)
    if known.keys().isdisjoint(words):
        return NOWHERE
    found = {known[word] for word in words if word in known}
    if "at_author" in found and not BIO_WORDS.isdisjoint(map(str.lower, words)):
        found.add("at_bio")
    return frozenset(found)


def block_zones(measures: Measures) -> list[str]:
    """Where each block stands: about the headline, within the prose, just after it, or elsewhere."""
    prose = [n for n, is_prose in enumerate((measures.is_prose & ~measures.hidden).tolist()) if is_prose]
    top = _top(measures)
    below = [n for n in prose if n > top]
    second = below[1] if len(below) > 1 else top + MAX_HEAD_BLOCKS  # the first may be a standfirst
    zones = ["far"] * len(measures.blocks)
    for before, after in zip(prose, [*prose, len(zones)][1:], strict=True):
        near = after - before <= 2 * NEAR_PROSE and after < len(zones)
        for n in range(before, min(after, before + NEAR_END)):
            zones[n] = "body" if near else "foot"
    for n in range(max(top - BLOCKS_ABOVE_HEAD, 0), min(second, top + MAX_HEAD_BLOCKS, len(zones))):
        zones[n] = "head"
    return zones


def _top(measures: Measures) -> int:
    """The block that shows the headline, as far as can be told cheaply."""
    headline = measures.headline
    for n, text in enumerate(measures.folded_texts):
        if len(text) > 11 and (text == headline or headline.startswith(text)) and not measures.blocks[n].hidden:
            return n
    return next((n for n, block in enumerate(measures.blocks) if block.tag == "h1"), 0)


def _read_wording(measures: Measures, matches: list[Match], reading: Reading) -> None:
    """Note the families of the phrases found; of a long block only the sentence that holds the surest."""
    ranked = sorted(matches, key=lambda match: (-match.phrase.strength, match.start - match.end, match.start))
    if not ranked or not _narrow(measures, best := ranked[0], reading):
        return
    inside = [match.phrase for match in matches if reading.start <= match.start < reading.end]
    reading.signs |= {phrase.family if phrase.strength > 1 else "hint" for phrase in inside}
    if any(phrase.strength == SURE_STRENGTH for phrase in inside):
        reading.signs.add("sure")
    if best.start - reading.start > MAX_BULLET_CHARS:
        reading.signs.add("inside")
    if best.phrase.family == "byline" and best.name:
        at = measures.folded.find(best.name, best.start)
        _note_author(measures.page.text[at : at + len(best.name)], reading)
    if best.phrase.family == "rights" and (licence := LICENCE.search(measures.page.text, reading.start, reading.end)):
        reading.facts["license"] = licence[0]


def _narrow(measures: Measures, best: Match, reading: Reading) -> bool:
    """Keep to the sentence that holds the phrase, in a block too long to be about the document as a whole."""
    chars = reading.end - reading.start
    if chars <= MAX_LINE_CHARS or (best.phrase.family == "author_bio" and chars <= MAX_BIO_CHARS):
        return True
    parts = sentences(measures.page.text, reading.start, reading.end)
    own = next(((start, end) for start, end in parts if start <= best.start < end), None)
    if not own or own[1] - own[0] > MAX_LINE_CHARS:
        return False
    reading.start, reading.end = own
    reading.signs.add("sentence")
    return True


def _read_dates(measures: Measures, matches: list[Match], reading: Reading) -> None:
    """The dates of a line, and whether there is little else in it."""
    text = measures.texts[reading.number]
    dates = find_dates(text, month_first=_month_first(measures))
    if not dates:
        return
    base = reading.start
    taken = [(d.start, d.end) for d in dates] + [(max(m.start - base, 0), m.end - base) for m in matches]
    for start, end in taken:
        text = text[:start] + " " * (end - start) + text[end:]
    words, folded = WORD.findall(text), measures.folded_texts[reading.number]
    reading.signs.add("date_alone" if not words else "date_line" if len(words) <= MAX_LEFT_WORDS else "date_within")
    for date in dates:
        reading.facts.setdefault(_kind_of_date(date, folded), date.iso)


def _kind_of_date(date: DateMatch, folded: str) -> str:
    """Whether a date is that of publication or of an update, by the words just before it."""
    before = folded[max(date.start - MAX_KIND_CHARS, 0) : date.start]
    kinds = {kind: max(map(before.rfind, name_table()[kind])) for kind in ("updated", "published")}
    nearest = max(kinds, key=lambda kind: kinds[kind])
    return nearest if kinds[nearest] >= 0 else "date"


def _read_line(measures: Measures, said: Mapping[str, str], reading: Reading, *, in_head: bool) -> None:
    """Names of people and tags that stand alone on a line, and what its form shows."""
    text, folded = measures.texts[reading.number], measures.folded_texts[reading.number]
    if len(text) > MAX_LINE_CHARS:
        return
    if sign := said.get(folded) or said.get(folded.partition(" ")[2]):
        reading.signs.add(sign)
    elif in_head and len(text) <= MAX_NAME_CHARS and NAME_FORM.fullmatch(text):
        reading.signs.add("name_line")
    if reading.signs & AUTHOR_SIGNS:
        _note_author(text, reading)


def _read_form(text: str, reading: Reading) -> None:
    """Counters and credits that a line shows by its form."""
    if views := views_form().search(text):
        digits = re.sub(r"\D", "", views[1] or views[2])
        reading.facts["views"] = int(digits[:MAX_COUNT_DIGITS])
        reading.signs.add("views")
    if piece := credit_form().search(text):
        reading.signs.add("credit_form")
        if len(text[: piece.start()].strip()) > SHORT_CHARS and not reading.signs & {"date_line", "date_alone"}:
            reading.start += piece.start()
            reading.signs.add("piece")


def _note_author(text: str, reading: Reading) -> None:
    """Keep as author the piece of a line that may be a name, unless one was found."""
    if "author" in reading.facts:
        return
    for date in reversed(find_dates(text)):
        text = f"{text[: date.start]}|{text[date.end :]}"
    for piece in SEPARATORS.split(text):
        words = piece.split()
        if 0 < len(words) <= MAX_NAME_WORDS and len(piece) <= MAX_NAME_CHARS and not re.search(r"\d|https?:", piece):
            reading.facts.setdefault("author", piece.strip())
            return


def _circumstances(measures: Measures, number: int) -> set[str]:
    """What speaks for or against a block whatever it says."""
    block, chars = measures.blocks[number], len(measures.blocks[number])
    seen = (
        ("linked", block.link_share > MIN_LINK_SHARE),
        ("long", LONG_CHARS < chars <= VERY_LONG_CHARS),
        ("very_long", chars > VERY_LONG_CHARS),
        ("short", chars < SHORT_CHARS),
        ("prose", measures.is_prose[number]),
        ("heading", block.tag[:1] == "h" and block.tag[1:].isdigit()),
        ("hidden", block.hidden),
        ("markup", block.path is not None),
    )
    return {sign for sign, holds in seen if holds}


@cache
def name_table() -> Mapping[str, tuple[str, ...]]:
    """The words of each sign: names of places in the markup, and words of credits and counters."""
    return {sign: tuple(w.replace("_", " ") for w in words.split(" ")) for sign, words in _rows("meta_names")}


@cache
def places() -> Mapping[str, str]:
    """The sign of each name of a place in the markup, in small letters and with a capital, as in `postMeta`."""
    named = [(sign, word) for sign, words in name_table().items() if sign.startswith("at_") for word in words]
    return {written: sign for sign, word in named for written in (word, word.capitalize())}


@cache
def credit_form() -> re.Pattern[str]:
    """A credit that ends a line: what the picture is, or ©, and who made it."""
    kinds = "|".join(name_table()["credit"])
    by = r"\.?(?:\s+(?:credit|by|of|via|von|par|source)s?)?\s?[:/©]"
    return re.compile(rf"(?:[(\[]\s*)?(?:©|(?<!\w)(?:{kinds}){by})[^\n]{{2,80}}$", re.I)


@cache
def views_form() -> re.Pattern[str]:
    """A number of views, before or after its word."""
    kinds = "|".join([*name_table()["views"], "lượt xem", "阅读量", "浏览次数", "閲覧数"])
    return re.compile(rf"(?:{kinds})\s?[:：]?\s?(\d[\d.,]*)|(\d[\d.,]*)\s(?:{kinds})", re.I)


def _rows(table: str) -> list[list[str]]:
    text = files("dehusk").joinpath("data", f"{table}.tsv").read_text("utf-8")
    return [row.split("\t") for row in text.splitlines()[1:]]


@cache
def sign_points() -> Mapping[str, int]:
    """What each sign adds to the logit of a claim, in tenths."""
    return {sign: int(points) for sign, points in _rows("meta_signs")}


def _compare(measures: Measures, readings: list[Reading]) -> None:
    """Add what the readings say of one another: how many stand at one place, and what stands beside."""
    steps = {r.number: (measures.blocks[r.number].path or "").rsplit(">", 1)[-1] for r in readings}
    count = Counter(steps[r.number] for r in readings if not r.signs & TAG_SIGNS)
    strong = {r.number for r in readings if r.signs & STRONG_SIGNS}
    for reading in readings:
        if steps[reading.number] and count[steps[reading.number]] >= MANY_REPEATS:
            reading.signs.add("repeated")
        if {reading.number - 1, reading.number + 1} & strong:
            reading.signs.add("beside")
            if "name_line" in reading.signs:
                reading.signs.add("name_beside")
                _note_author(measures.texts[reading.number], reading)
