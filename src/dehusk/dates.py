"""Dates as pages write them, in the usual forms of some thirty languages, and what they are in ISO 8601."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files

from dehusk.words import fold

MAX_CHARS_BEFORE = 40  # how far before a date its weekday or time may start
BUDDHIST_YEARS = 543  # what Thai years are ahead
MIN_BUDDHIST_YEAR = 2400
SHORT_YEARS_SPLIT = 50  # `49` is 2049, `50` is 1950
MAX_EPOCH_DIGITS = 13
ZEROS = "٠۰०০๐０"  # the noughts of the digits that stand for 0 to 9 in other scripts
DIGITS = {ord(zero) + n: str(n) for zero in ZEROS for n in range(10)}

YEAR = r"(?:1[89]\d\d|20\d\d|25[4-7]\d)"
LETTERS = r"(?:[^\W\d_][^\s\d.,;:/()|<>\u2013-]{1,20}|[^\W\d_]\.[^\W\d_])"  # a word, also of scripts with vowel signs
OF = r"(?:de\s+|del\s+|of\s+|d'\s?)?"
NTH = r"(?:st|nd|rd|th|er|re|ste|º|ª|\.º|\.)?"
FORMS = (
    re.compile(rf"(?<![\d/])(?P<y>{YEAR})(?P<s>[-/.])\s?(?P<m>\d\d?)(?P=s)\s?(?P<d>\d\d?)(?!\d)"),
    re.compile(rf"(?<!\d)(?P<y>{YEAR})\s?[年년]\s?(?P<m>\d\d?)\s?[月월](?:\s?(?P<d>\d\d?)\s?[日일])?"),
    re.compile(rf"(?<![\d.,/:])(?P<a>\d\d?)(?P<s>[-/.])\s?(?P<b>\d\d?)(?P=s)\s?(?P<y>{YEAR})(?!\d|[.,/:]\d)"),
    re.compile(rf"(?<!\d)(?P<d>\d\d?){NTH}[\s-]*{OF}(?P<w>{LETTERS})\.?,?[\s-]*{OF}(?P<y>{YEAR})(?!\d)"),
    re.compile(rf"(?<!\d)(?P<d>\d\d?)\s+tháng\s+(?P<m>\d\d?)(?:,|,?\s+năm)?\s+(?P<y>{YEAR})(?!\d)"),
    re.compile(rf"(?<!\d)(?P<d>\d\d?){NTH},?[\s-]\s*(?P<y>{YEAR})(?!\d)"),  # the month stands before
    re.compile(rf"(?<!\d)(?P<y>{YEAR})\.?[\s-]+(?P<w>{LETTERS})\.?[\s-]+(?P<d>\d\d?)(?!\d)"),
    re.compile(rf"(?<![\d.,])(?P<y>{YEAR})(?![\d.,]*\d)"),  # likewise
)
SHORT_FORMS = (
    re.compile(r"(?<![\d.,/:-])(?P<a>\d\d)(?P<s>[-/.])(?P<b>\d\d)(?P=s)(?P<y>\d\d)(?!\d|[.,/:-]\d)"),
    re.compile(rf"(?<!\d)(?P<d>\d\d?){NTH}[\s-]+(?P<w>{LETTERS})[.\s-]*'?(?P<y>\d\d)(?=$|\s*[,|)\n]|\s+\d\d?:)"),
)
WORD_BEFORE = re.compile(rf"({LETTERS})\.?,?[\s-]*{OF}$")
ANY_YEAR = re.compile(rf"(?<!\d){YEAR}(?!\d)")
ANY_DATE = re.compile(  # cheap and loose: what every form above has in it
    r"\d(?:\d\d\d(?!\d)|\d?[-/.] ?\d\d?[-/.] ?\d\d|\d? ?[^\W\d_]{3,}\.? ?'?\d\d(?!\d))"
)
ISO_FORM = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(?:(Z)| ?([+-]\d\d):?(\d\d))?)?")
CLOCK = (
    r"(?P<before>上午|下午|午前|午後|오전|오후)?\s?(?P<h>\d\d?)"
    r"(?:(?:[:.h]|\s?시\s?|\s?[時时点點]\s?|\s?giờ\s?)(?P<mi>[0-5]\d)(?:\s?[分분])?(?:[:.](?P<s>[0-5]\d)(?:[.,]\d{1,9})?)?"
    r"|\s?(?:uhr|h|시|時|时|点)(?!\w)|(?=\s?[ap]\.?\s?m\b))"
    r"(?:\s?(?P<half>[ap])\.?\s?m\b\.?)?(?:\s?(?:uhr|hrs?|hs?|น\.)(?!\w))?"
    r"(?:\s?\(?(?P<zone>z|(?:utc|gmt)?\s?[+-]\d\d?(?::?\d\d)?|[a-z]{2,4})(?![\w:])\)?)?"
)
JOINT = (
    r"(?:\.?\s?(?:\([^\W\d_]\)|pazartesi|salı|çarşamba|perşembe|cuma|cumartesi|pazar)|\.(?=\s))?"
    r"(?:(?:\s|,|\||·|•|@|/|\(|-|\u2013|\u2014)*(?:t|um|at|à|a las|a la|às|as|alle ore|alle|ore|ora|om|klockan|kl\.?"
    r"|klo|godz\.?|o godz\.|g\.|o|в|о|lúc|pukul|jam|saat|από|στις|الساعة|w|ob)?\s?)"
)
TIME_AFTER = re.compile(rf"{JOINT}{CLOCK}")
TIME_BEFORE = re.compile(rf"(?<![\d:.]){CLOCK}(?:\s|,|\||·|-|\u2013|\u2014|on|ngày|del|am|den|le|el)*$")
WEEKDAY_BEFORE = re.compile(rf"(?<![^\W\d_])({LETTERS})(?:\.,|,|\.)?\s+(?:den\s+|the\s+|le\s+|el\s+|dia\s+|d\.\s+)?$")
MINUTES_OF_ZONE = {
    name: sign * (60 * hours)
    for sign, hours, names in (
        (1, 0, "z utc gmt wet"),
        (1, 1, "cet mez wat"),
        (1, 2, "cest mesz eet sast cat"),
        (1, 3, "eest msk eat"),
        (1, 7, "wib ict"),
        (1, 8, "sgt hkt awst wita"),
        (1, 9, "jst kst wit"),
        (1, 10, "aest"),
        (1, 11, "aedt"),
        (1, 12, "nzst"),
        (-1, 4, "edt"),
        (-1, 5, "est cdt"),
        (-1, 6, "mdt"),  # not `cst`, which China uses too
        (-1, 7, "mst pdt"),
        (-1, 8, "pst"),
    )
    for name in names.split()
}
NAMED_ZONES = frozenset([*MINUTES_OF_ZONE, "bst", "ist", "cst", "et", "ct", "pt", "mt", "ast"])
DIGITS_ONLY = re.compile(r"\d{8}|\d{9,13}|\d{14}")


@dataclass(frozen=True, slots=True)
class DateMatch:
    """A date found at `start..end`, with its time if one stands beside it; `iso` is as exact as the text."""

    start: int
    end: int
    iso: str


@dataclass(frozen=True, slots=True)
class _Time:
    """A time of day as ISO, and how far it reaches."""

    start: int
    end: int
    iso: str


def find_dates(text: str, *, month_first: bool = False) -> list[DateMatch]:
    """The dates of a text in order; `month_first` says how `1/2/2025` is meant where both readings are possible.

    >>> find_dates("Updated:2025-01-05 03:41")[0].iso
    '2025-01-05T03:41'
    >>> find_dates("dimanche 5 janvier 2025 à 14h30")[0].iso
    '2025-01-05T14:30'
    """
    if not ANY_DATE.search(text):
        return []
    folded = fold(text) if text.isascii() else fold(text).translate(DIGITS)
    found: list[DateMatch] = []
    for form in (*FORMS, *SHORT_FORMS) if ANY_YEAR.search(folded) else SHORT_FORMS:
        for hit in form.finditer(folded):
            match = _read(hit, text, month_first=month_first)
            if match and not any(match.start < other.end and other.start < match.end for other in found):
                found.append(match)
    return [_with_surroundings(match, folded) for match in sorted(found, key=lambda match: match.start)]


def normalise(value: str, *, month_first: bool = False) -> str | None:
    """The ISO form of a declared date; None if it is none.

    >>> normalise("2025-01-05T03:41:07.123+0100"), normalise("Sun, 05 Jan 2025 03:41:00 GMT"), normalise("soon")
    ('2025-01-05T03:41:07+01:00', '2025-01-05T03:41:00Z', None)
    """
    value = value.strip()
    if DIGITS_ONLY.fullmatch(value):
        return _of_digits(value)
    if iso := ISO_FORM.fullmatch(value):
        return _checked(iso)
    found = find_dates(value, month_first=month_first)
    return found[0].iso if found else None


def _checked(iso: re.Match[str]) -> str | None:
    """What is in ISO form already, its fraction of a second left out; None if there is no such day."""
    day, time, utc, hours, minutes = iso.groups()
    if not _iso(int(day[:4]), int(day[5:7]), int(day[8:])):
        return None
    zone = utc or (f"{hours}:{minutes}" if hours else "")
    return f"{day}T{time}{zone}" if time else day


def _of_digits(value: str) -> str | None:
    """The date that `20250105`, `20250105034100` or seconds or thousandths since 1970 stand for."""
    if len(value) in (8, 14):
        iso = _iso(int(value[:4]), int(value[4:6]), int(value[6:8]))
        return f"{iso}T{value[8:10]}:{value[10:12]}:{value[12:]}" if iso and len(value) == 14 else iso
    seconds = int(value) // 1000 if len(value) > 11 else int(value)
    if len(value) < 9 or seconds >= 1 << 32:
        return None
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read(hit: re.Match[str], text: str, *, month_first: bool) -> DateMatch | None:
    """The date that a form fits, if its numbers and words make one."""
    part = hit.groupdict()
    start, month, day = hit.start(), part.get("m"), part.get("d")
    if part.get("a"):
        day, month = _in_order(part["a"], part["b"], month_first=month_first and part["s"] == "/")
    elif not month:
        word = hit if part.get("w") else WORD_BEFORE.search(hit.string, max(start - MAX_CHARS_BEFORE, 0), start)
        if not word:
            return None
        at, end = word.span("w" if word is hit else 1)
        month, cut = _month(hit.string[at:end], text[at:end])
        start = min(start, at + cut)
    iso = _iso(_year(part["y"]), int(month), int(day) if day else None) if month else None
    return DateMatch(start, hit.end(), iso) if iso else None


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 2:
        return year + (2000 if year < SHORT_YEARS_SPLIT else 1900)
    return year - BUDDHIST_YEARS if year >= MIN_BUDDHIST_YEAR else year


def _in_order(first: str, second: str, *, month_first: bool) -> tuple[str, str]:
    """Day and month of two numbers: the plausible order, else that of the language."""
    if int(second) > 12 or (month_first and int(first) <= 12):
        return second, first
    return first, second


def _month(word: str, written: str) -> tuple[str | None, int]:
    """The month that a word names, and where in the word it starts: a name may be glued to what stands before it."""
    names = month_names()
    number = names.get(word) or names.get(word.removeprefix("ב")) or names.get(word.rstrip("'"))
    if number:
        return str(number), 0
    cut = max((at for at, letter in enumerate(written) if letter.isupper()), default=0)
    number = names.get(word[cut:]) if cut and len(word) - cut >= 3 else None
    return (str(number), cut) if number else (None, 0)


def _iso(year: int, month: int, day: int | None) -> str | None:
    try:
        whole = date(year, month, day or 1).isoformat()
    except ValueError:
        return None
    return whole if day else whole[:7]


def _with_surroundings(match: DateMatch, folded: str) -> DateMatch:
    """The date with the time after or before it, and the weekday before it."""
    if len(match.iso) > 7 and (time := _time(TIME_AFTER.match(folded, match.end))):
        match = replace(match, end=time.end, iso=f"{match.iso}T{time.iso}")
    match = _with_weekday(match, folded)
    if len(match.iso) == 10:
        near = max(match.start - MAX_CHARS_BEFORE, 0)
        if time := _time(TIME_BEFORE.search(folded[near : match.start])):
            match = replace(match, start=near + time.start, iso=f"{match.iso}T{time.iso}")
    return match


def _with_weekday(match: DateMatch, folded: str) -> DateMatch:
    near = max(match.start - MAX_CHARS_BEFORE, 0)
    before = WEEKDAY_BEFORE.search(folded[near : match.start])
    if before and month_names().get(before[1]) == 0 and (len(before[1]) > 2 or before[0][len(before[1])] in ".,"):
        return replace(match, start=near + before.start())
    return match


def _time(hit: re.Match[str] | None) -> _Time | None:
    """The time of day that the clock form fits, with its zone where its distance from UTC is known."""
    if not hit:
        return None
    hour, half, zone = int(hit["h"]), hit["half"], hit["zone"] or ""
    if hit["before"]:
        half = "p" if hit["before"] in ("下午", "午後", "오후") else "a"
    if half and 1 <= hour <= 12:
        hour = hour % 12 + 12 * (half == "p")
    if hour > 23:
        return None
    end = hit.end()
    if zone.isalpha() and zone not in NAMED_ZONES:
        end, zone = hit.start("zone"), ""
        end -= len(hit.string[:end]) - len(hit.string[:end].rstrip(" ("))
    seconds = f":{hit['s']}" if hit["s"] else ""
    return _Time(hit.start(), end, f"{hour:02}:{hit['mi'] or '00'}{seconds}{_zone(zone)}")


def _zone(zone: str) -> str:
    """A zone in ISO: `Z`, or hours and minutes from UTC; nothing for names with several meanings."""
    if zone.isalpha():
        minutes = MINUTES_OF_ZONE.get(zone)
    elif zone:
        sign, digits = (-1 if "-" in zone else 1), "".join(filter(str.isdigit, zone))
        minutes = sign * (int(digits[:2]) * 60 + int(digits[2:] or 0))
    else:
        minutes = None
    if minutes is None:
        return ""
    if not minutes:
        return "Z" if zone[:1].isalpha() else "+00:00"
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


@cache
def month_names() -> Mapping[str, int]:
    """The number of each month by its names and their forms; weekdays have 0."""
    rows = files("dehusk").joinpath("data", "months.tsv").read_text("utf-8").splitlines()[1:]
    names: dict[str, int] = {}
    for number, words in (row.split("\t") for row in rows):
        for word in words.split(" "):
            names.setdefault(word.replace("_", " "), int(number))
    return names
