"""Text spoiled as machines spoil it, and names disguised as spammers disguise them."""

import re
from collections.abc import Sequence
from random import Random

WORD = re.compile(r"[^\W\d_]+")
MIN_SHUFFLED_CHARS = 4  # a shorter word has nothing inside to shuffle
OCR = {
    "m": "rn", "l": "1", "o": "0", "e": "c", "i": "j", "t": "f", "s": "5", "a": "ci", "n": "ri", "d": "cl", "h": "li",
    "u": "ii", "w": "vv", "O": "Q", "B": "8", "S": "$", "I": "|", "г": "r", "и": "п", "л": "n", "о": "0", "е": "c",
    "а": "cl", "н": "11", "т": "m", "的": "白勺", "是": "昰", "日": "曰", "の": "0", "を": "ぞ", "は": "l士",
}  # fmt: skip
OCR_DIRT = ("|", "~", "^", "_", "»", ".;", "¬", "}", "*", "'")
OCR_SHARE = 0.45  # of the letters that have a false twin
HOMOGLYPHS = {
    "a": "а", "c": "с", "e": "е", "i": "і", "j": "ј", "o": "о", "p": "р", "s": "ѕ", "x": "х", "y": "у", "v": "ν",
    "A": "А", "B": "В", "C": "С", "E": "Е", "H": "Н", "K": "К", "M": "М", "O": "Ο", "P": "Р", "T": "Т", "X": "Χ",
    "0": "О", "1": "Ⅰ", "b": "Ь", "d": "ԁ", "g": "ɡ", "h": "һ", "k": "κ", "l": "ӏ", "n": "ո", "r": "г", "t": "τ",
    "u": "υ", "w": "ԝ", "z": "ᴢ",
}  # fmt: skip
ALPHABETS = (0x1D400, 0x1D468, 0x1D5D4, 0x1D63C, 0x1D670)  # bold, bold italic, sans bold, …: capitals, then small
FULL_WIDTH = 0xFEE0  # from a sign to its full-width twin
UNSEEN = "\u200b\u200c\u200d\u2060\ufeff"


def mojibake(text: str, rng: Random) -> str:
    """The text as it looks when its bytes are read in another encoding; the same text where that changes nothing."""
    data = text.encode("utf-8", "replace")
    return rng.choice((_as_western, _as_western, _as_cyrillic))(data)


def _as_western(data: bytes) -> str:
    """Bytes read as Windows-1252, those it does not know as Latin-1."""
    return "".join(_one(byte, "cp1252") for byte in data)


def _as_cyrillic(data: bytes) -> str:
    return "".join(_one(byte, "cp1251") for byte in data)


def _one(byte: int, encoding: str) -> str:
    try:
        return bytes((byte,)).decode(encoding)
    except UnicodeDecodeError:
        return chr(byte)


def letter_swap(text: str, rng: Random) -> str:
    """The text with the letters of most words in a false order."""
    return WORD.sub(lambda found: _shuffled(found[0], rng), text)


def _shuffled(word: str, rng: Random) -> str:
    if len(word) < MIN_SHUFFLED_CHARS or rng.random() < 0.1:
        return word
    letters = list(word)
    rng.shuffle(letters)
    return "".join(letters)


def ocr_dirt(text: str, rng: Random) -> str:
    """The text as a bad scan is read: false twins, lost and added spaces, specks."""
    return "".join(_speck(char, rng) for char in text)


def _speck(char: str, rng: Random) -> str:
    chance = rng.random()
    if char in OCR and chance < OCR_SHARE:
        return OCR[char]
    if char == " ":
        return "" if chance < 0.2 else f" {rng.choice(OCR_DIRT)} " if chance < 0.3 else " "
    return f"{char} " if chance < 0.06 else rng.choice(OCR_DIRT) if chance < 0.1 else char


def spin(text: str, others: Sequence[str], rng: Random) -> str:
    """The text with its longer words replaced by those of other texts, and neighbours exchanged: form without sense."""
    parts = re.split(r"(\W+)", text)
    long = [at for at in range(0, len(parts), 2) if len(parts[at]) > MIN_SHUFFLED_CHARS]
    for at in long:
        if others and rng.random() < 0.6:
            parts[at] = _in_case(rng.choice(others), parts[at])
    for at, after in zip(long[::2], long[1::2], strict=False):
        if rng.random() < 0.6:
            parts[at], parts[after] = parts[after], parts[at]
    return "".join(parts)


def _in_case(word: str, model: str) -> str:
    return word.capitalize() if model[:1].isupper() else word.lower()


def homoglyphs(name: str, rng: Random) -> str:
    """The name in letters that look like its own: of another script, mathematical, or full width."""
    way = rng.choice((_twins, _mathematical, _full_width))
    disguised = way(name, rng)
    return disguised if disguised != name else _full_width(name, rng)


def _twins(name: str, rng: Random) -> str:
    return "".join(HOMOGLYPHS.get(char, char) if rng.random() < 0.7 else char for char in name)


def _mathematical(name: str, rng: Random) -> str:
    first = rng.choice(ALPHABETS)
    return "".join(_letter(char, first) for char in name)


def _letter(char: str, first: int) -> str:
    if not (char.isascii() and char.isalpha()):
        return char
    return chr(first + ord(char) - (ord("a") - 26 if char.islower() else ord("A")))


def _full_width(name: str, rng: Random) -> str:
    return "".join(chr(ord(char) + FULL_WIDTH) if "!" <= char <= "~" else char for char in name)


def zero_width(name: str, rng: Random) -> str:
    """The name with signs of no width between its letters."""
    sign = rng.choice(UNSEEN)
    cuts = [at for at in range(1, len(name)) if rng.random() < 0.6] or [1]
    return "".join(f"{sign if at in cuts else ''}{char}" for at, char in enumerate(name))
