"""Brand names that nobody has: made of syllables, digits and signs, or drawn from a list."""

import bz2
import gzip
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from dehusk.train.examples import BadLabels
from dehusk.train.halves import Axis, Split

MAX_TRIES = 200  # to find a name of the half that may be used
STARTS = [
    "b", "br", "c", "ch", "d", "f", "fl", "g", "gr", "h", "j", "k", "kl", "l", "m", "n", "p", "pl", "q", "qu",
    "r", "s", "sk", "st", "t", "tr", "v", "w", "x", "z", "zh",
]  # fmt: skip
VOWELS = ["a", "e", "i", "o", "u", "ai", "au", "ee", "ia", "io", "oo", "ua"]
ENDS = ["", "", "", *["k", "l", "m", "n", "ng", "r", "s", "t", "x"]]
TAILS = {
    "gambling": ["win", "bet", "slot", "play", "spin", "club", "vip", "game", "jackpot", "luck", "toto", "casino"],
    "pharma": ["meds", "pharm", "rx", "pills", "care", "afil", "ium", "olol"],
    "loans": ["cash", "kredit", "lend", "credit", "fin", "money", "payday"],
    "crypto": ["coin", "chain", "swap", "x", "fx", "trade", "pro"],
    "essays": ["essay", "papers", "write", "thesis", "tutor"],
    "goods": ["store", "outlet", "shop", "deals", "sale"],
    "dating": ["date", "chat", "love", "cam", "meet"],
    "downloads": ["apk", "mod", "flix", "stream", "dl", "soft"],
    "seo": ["rank", "seo", "links", "traffic", "boost"],
}
ENDINGS = [
    ".com", ".net", ".org", ".vip", ".top", ".club", ".xyz", ".site", ".online", ".live", ".info", ".bet",
    ".cc", ".asia", ".biz", ".shop",
]  # fmt: skip
ADJECTIVES = [
    "Royal", "Golden", "Lucky", "Wild", "Silver", "Grand", "Crystal", "Mega", "Magic", "Prime", "Rapid",
    "Fresh", "Happy", "Velvet", "Bright",
]  # fmt: skip
NOUNS = [
    "Reels", "Falcon", "Harbour", "Tiger", "Crown", "Orchid", "Kingdom", "Star", "River", "Rocket", "Fox",
    "Palace", "Lantern", "Anchor", "Pearl",
]  # fmt: skip
HAN = ("金银天龙凤皇乐新永宝星博大鑫亿万云海华百", ("娱乐", "平台", "电子", "棋牌", "体育", "彩票", "国际", "官网"))
KANA = ("スペラゴルダミナカジワキリトノバ", ("カジノ", "スロット", "ベット"))
HANGUL = ("도바라미노가리세온누피토하", ("카지노", "토토", "슬롯", "벳"))
CYRILLIC = (
    ["ва", "ло", "ри", "зе", "ма", "ку", "бо", "ти", "ско", "гра", "ню", "фа"],
    ("Казино", "Слотс", "Бет", "Плей", "Вин"),
)
THAI = (["มา", "ลี", "โก", "ทอง", "ดา", "รา", "ชัย", "บา"], ("สล็อต", "คาสิโน", "เบท", "888"))
ARABIC = (["را", "ما", "لو", "كي", "دا", "سو", "با", "ني"], ("كازينو", "بت", "سلوت"))


@dataclass(frozen=True, slots=True)
class Brand:
    """A name as it is planted, and the address it leads to."""

    name: str
    domain: str


def _syllable(rng: Random) -> str:
    return rng.choice(STARTS) + rng.choice(VOWELS) + rng.choice(ENDS)


def _stem(rng: Random, *, most: int = 2) -> str:
    return "".join(_syllable(rng) for _ in range(rng.randint(1, most)))


def _digits(rng: Random) -> str:
    return rng.choice(("88", "777", "99", "68", "24", "365", str(rng.randint(2, 99)), str(rng.randint(100, 9999))))


def _tailed(rng: Random, topic: str) -> str:
    return _stem(rng) + rng.choice(TAILS.get(topic, TAILS["gambling"]))


def _glued(rng: Random, topic: str) -> str:
    return rng.choice((_stem(rng, most=1) + _digits(rng), _digits(rng) + rng.choice(TAILS["gambling"])))


def _letters(rng: Random, topic: str) -> str:
    first = "".join(rng.choice("abcdefghjkmnpqrtuvwxyz") for _ in range(rng.randint(1, 3)))
    return first + rng.choice((_digits(rng), rng.choice(TAILS.get(topic, TAILS["gambling"])) + _digits(rng)))


def _two_words(rng: Random, topic: str) -> str:
    return f"{rng.choice(ADJECTIVES)} {rng.choice((rng.choice(NOUNS), _stem(rng).capitalize()))}"


def _capital(rng: Random, topic: str) -> str:
    return rng.choice((str.upper, str.capitalize, str.title))(_tailed(rng, topic) + rng.choice(("", _digits(rng))))


def _domain(rng: Random, topic: str) -> str:
    return rng.choice((_tailed, _glued, _letters))(rng, topic) + rng.choice(ENDINGS)


def _script(pieces: str | list[str], tails: tuple[str, ...], latin: str = "") -> Callable[[Random, str], str]:
    """A maker of names in this script: two or three pieces, a word for what is sold, sometimes letters before it."""

    def make(rng: Random, topic: str) -> str:
        name = "".join(rng.choice(pieces) for _ in range(rng.randint(2, 3)))
        front = _letters(rng, topic) if latin and rng.random() < 0.2 else ""
        return front + name.capitalize() + latin + rng.choice(tails)

    return make


LATIN = (_tailed, _glued, _letters, _two_words, _capital, _domain)
# Names in the writing of the page's language; others get them now and then, as real pages do.
SCRIPTS: dict[str, Callable[[Random, str], str]] = {
    "zh": _script(*HAN),
    "ja": _script(*KANA),
    "ko": _script(*HANGUL),
    "ru": _script(*CYRILLIC, latin=" "),
    "uk": _script(*CYRILLIC, latin=" "),
    "th": _script(*THAI),
    "ar": _script(*ARABIC, latin=" "),
}
OWN_SCRIPT_SHARE = 0.4
ODD_SCRIPT_SHARE = 0.08


@dataclass(frozen=True, slots=True)
class Brands:
    """Where brands come from: a list, or chance."""

    listed: tuple[str, ...] = ()
    split: Split = field(default_factory=Split)

    def draw(self, rng: Random, language: str = "en", topic: str = "gambling") -> Brand:
        """A brand that may be used here."""
        for _ in range(MAX_TRIES):
            name = rng.choice(self.listed) if self.listed else make_name(rng, language, topic)
            if self.split.allows(Axis.BRANDS, name):
                return Brand(name, _address(rng, name))
        raise BadLabels(f"none of {MAX_TRIES} brands drawn may be used: the list holds too few of this half")


def make_name(rng: Random, language: str = "en", topic: str = "gambling") -> str:
    """A brand name that is made up."""
    if language in SCRIPTS and rng.random() < OWN_SCRIPT_SHARE:
        return SCRIPTS[language](rng, topic)
    if rng.random() < ODD_SCRIPT_SHARE:
        return SCRIPTS[rng.choice(sorted(SCRIPTS))](rng, topic)
    return rng.choice(LATIN)(rng, topic)


def _address(rng: Random, name: str) -> str:
    """The address of a brand: its letters, or others where it has none that a domain can have."""
    if re.fullmatch(r"[a-z0-9]+\.[a-z]+", name):
        return name
    stem = re.sub(r"[^a-z0-9]+", "", name.lower())
    return (stem if len(stem) > 2 else _stem(rng) + _digits(rng)) + rng.choice(ENDINGS)


def read_brands(path: Path) -> tuple[str, ...]:
    """The brands of a list, one a line, with or without a count before it; raises `BadLabels`."""
    unpack = {".gz": gzip.decompress, ".bz2": bz2.decompress}.get(path.suffix, bytes)
    try:
        lines = unpack(path.read_bytes()).decode("utf-8").splitlines()
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise BadLabels(f"{path}: cannot be read: {error}") from error
    names = {re.sub(r"^\s*\d+\s+(?=\S)", "", line).strip() for line in lines if not line.startswith("#")}
    if not (found := tuple(sorted(name for name in names if len(name) > 2))):
        raise BadLabels(f"{path}: no brand of three characters or more in it")
    return found
