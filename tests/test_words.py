"""Wording tables: folding, patterns, sentences, and each row of each table found in an example of itself."""

import itertools
import re
import unicodedata

import pytest
from conftest import ODD, odd_texts, squeeze
from hypothesis import given
from hypothesis import strategies as st

from dehusk.words import Phrase, Places, Wording, fold, read_phrases, sentences, wording

TABLES = ("access", "chrome", "meta", "owner", "promo")


def find(pattern, text):
    """What the pattern covers of the text, and the name that it catches."""
    found = Wording([Phrase("table", "en", "family", 3, pattern)]).find(Places(fold(text)))
    return [(text[match.start : match.end], match.name) for match in found]


def covered(pattern, text):
    return [piece for piece, _ in find(pattern, text)]


@given(st.one_of(st.text(), odd_texts(), st.text(st.sampled_from("İIıiΣσςẞßŉǰΐﬁ'’\u0307"))))
def test_fold_keeps_each_character_at_its_place(text):
    folded = fold(text)
    assert len(folded) == len(text)
    for plain, char in zip(folded, text, strict=True):
        assert plain in (fold(char), "ς", "σ")


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Die ÄRZTE", "die ärzte"),
        ("It’s ‘so’", "it's 'so'"),
        ("a\xa0b\u202fc", "a b c"),
        ("e\u2011mail", "e-mail"),
        ("İSTANBUL", "istanbul"),
        ("ΟΔΟΣ", "οδος"),
        ("漢字 ABC", "漢字 abc"),
    ],
)
def test_fold(text, folded):
    assert fold(text) in (folded, folded.replace("i", "İ", 1), folded[:-1] + "ς")


@given(st.one_of(st.text(st.sampled_from(ODD + "Mr.US"), max_size=80), st.text(max_size=60)), st.data())
def test_sentences_hold_all_that_is_not_white_space_in_order(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = list(sentences(text, start, end))
    assert "".join(squeeze(text[a:b]) for a, b in found) == squeeze(text[start:end])
    assert all(start <= a < b <= end and text[a:b] == text[a:b].strip() for a, b in found)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(found))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It rose. It fell.", 2),
        ("Already a subscriber? Log in.", 2),
        ("Please enable scripts.Already a reader? Sign on here.Want it all? Subscribe.", 5),
        ("Log in.Want it all?", 1),  # a stop after so short a word may be part of an address
        ("“It rose.” He left.", 2),
        ("Er ging.Sie blieb.", 2),
        ("川が増水した。町は避難した。", 2),
        ("「増水した。」と言った。", 2),
        ("Is it so?! Yes…", 2),
        ("It costs 3.5 million, he said", 1),
        ("See example.com and www.example.org for more", 1),
        ("Version 2.4.1 is out", 1),
        ("the U.S.-led talks", 1),
        ("i.e.so", 1),
        ("", 0),
    ],
)
def test_where_sentences_end(text, count):
    assert len(list(sentences(text, 0, len(text)))) == count


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("log in", "Please LOG IN now.", ["LOG IN"]),
        ("log in", "a catalog in print", []),
        ("log in", "log  in", ["log  in"]),
        ("log in", "log\nin", ["log\nin"]),  # a line wrapped there
        ("log in", "log\n\nin", []),
        ("log in", "log. in", []),
        ("[log|sign] in", "Sign in or log in", ["Sign in", "log in"]),
        ("log in [now|]", "log in now, log in", ["log in now", "log in"]),
        ("[please|] log in", "please log in", ["please log in"]),
        ("read * article", "read this long article", ["read this long article"]),
        ("read * article", "read article", ["read article"]),
        ("read * article", "read this. An article", []),
        ("you have # left", "You have 3 left", ["You have 3 left"]),
        ("you have # left", "you have 1,200 left", ["you have 1,200 left"]),
        ("you have # left", "you have some left", []),
        ("^share$", "Share", ["Share"]),
        ("^share$", "a\n- Share:\nb", ["- Share:"]),
        ("^share$", "Share this", []),
        ("^share", "Share this", ["Share"]),
        ("^share", "To share", []),
        ("don't have an account", "Don’t have an account?", ["Don’t have an account"]),
        ("e-mail", "your e\u2011mail", ["e\u2011mail"]),
        ("登录账户", "请登录账户。", ["登录账户"]),
        ("登录[您的|]账户", "请登录您的账户", ["登录您的账户"]),
    ],
)
def test_patterns(pattern, text, expected):
    assert [piece.strip() for piece in covered(pattern, text)] == expected


@pytest.mark.parametrize(
    ("pattern", "text", "name"),
    [
        ("subscribe to {name}", "Subscribe to The Times.", "the times"),
        ("subscribe to {name}", "Subscribe to Le Monde, please", "le monde"),
        ("subscribe to {name} now", "subscribe to the Daily Planet now", "the daily planet"),
        ("your {name} account", "log into your Post account, or", "post"),
        ("{name} newsletter", "Get the Gazette newsletter", "get the gazette"),
        ("订阅{name}全文", "订阅早报全文", "早报"),
    ],
)
def test_names_in_patterns(pattern, text, name):
    assert name in [found for _, found in find(pattern, text)]


def test_names_of_scripts_without_spaces_end_at_stops():
    text = "この記事は会員限定です。続きを読むには朝日新聞アカウントでログインしてください。"
    assert all("。" not in name for _, name in find("{name}アカウントで[ログイン|サインイン]", text))


@pytest.mark.parametrize("table", TABLES)
def test_tables_are_well_formed(table):
    phrases = read_phrases(table)
    assert len(phrases) > 200
    assert all(len(phrase.language) in (2, 3) and 1 <= phrase.strength <= 3 for phrase in phrases)
    assert all(fold(phrase.pattern) == phrase.pattern == phrase.pattern.strip() for phrase in phrases)
    assert all(phrase.pattern.count("[") == phrase.pattern.count("]") for phrase in phrases)
    assert all(unicodedata.is_normalized("NFC", phrase.pattern) for phrase in phrases)
    rows = [(phrase.language, phrase.family, phrase.pattern) for phrase in phrases]
    assert sorted({row for row in rows if rows.count(row) > 1}) == []


def example(pattern, pick):
    """A text that the pattern is meant for; `pick` chooses among the options of each bracket."""
    text = re.sub(r"\[([^\]]*)\]", lambda found: pick([o for o in found[1].split("|") if o] or [""]), pattern)
    text = text.replace("{name}", "Gazette").replace("#", "7").replace("*", " ").replace("^", "").replace("$", "")
    return " ".join(text.split())


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("number", [0, -1])
def test_each_row_is_found_in_an_example_of_itself(table, number):
    held, missed = wording(), []
    for phrase in read_phrases(table):
        text = fold(example(phrase.pattern, lambda options: options[number]))
        if not any(match.phrase == phrase for match in held.find(Places(text))):
            missed.append((phrase.language, phrase.pattern, text))
    assert missed == []
