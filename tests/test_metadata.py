import pytest

from dehusk.metadata import collect_metadata, guess_language
from dehusk.read.html import read_html
from dehusk.read.text import read_text
from dehusk.spans import Evidence, Label, Span


def collect(head, body="", url=None, spans=()):
    return collect_metadata(read_html(f"<head>{head}</head><body>{body}", "page", url), tuple(spans))


@pytest.mark.parametrize(
    ("declared", "title"),
    [
        ("Flood in Aldmoor | The Lenn Post", "Flood in Aldmoor"),
        (
            "The Lenn Post: Flood in Aldmoor",
            "The Lenn Post: Flood in Aldmoor",
        ),  # no spaces before: part of the headline
        ("The Lenn Post - Flood in Aldmoor", "Flood in Aldmoor"),
        ("Flood in Aldmoor - Live - The Lenn Post", "Flood in Aldmoor"),
        ("The Lenn Post", "The Lenn Post"),
    ],
)
def test_site_names_are_left_out_of_titles(declared, title):
    assert collect(f"<title>{declared}</title><meta property=og:site_name content='The Lenn Post'>").title == title


def test_the_title_is_the_reading_that_most_sources_agree_on():
    found = collect(
        "<title>Aldmoor flood: live | Post</title><meta property=og:title content='Flood'>", "<h1>Flood</h1>"
    )
    assert (found.title, dict(found.sources)["title"]) == ("Flood", "h1")


@pytest.mark.parametrize(
    ("declared", "author"),
    [
        ("By Ann Example", "Ann Example"),
        ("Ann Example and Bo Muster", "Ann Example; Bo Muster"),
        ("Ann Example, Bo Muster", "Ann Example; Bo Muster"),
        ("https://example.org/ann", None),
        ("admin", None),
        ("262588213843476", None),
    ],
)
def test_authors_are_names_joined_with_semicolons(declared, author):
    assert collect(f"<meta name=author content='{declared}'>").author == author


def test_json_ld_comes_before_meta_and_meta_before_the_address():
    script = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2025-01-05T03:41:00Z"}</script>'
    )
    meta = "<meta name=date content=2025-01-06>"
    url = "https://www.example.org/2025/01/07/flood"
    found = [collect(head, url=url) for head in (script + meta, meta, "")]
    assert [(m.date, dict(m.sources)["date"]) for m in found] == [
        ("2025-01-05T03:41:00Z", "json-ld"),
        ("2025-01-06", "meta"),
        ("2025-01-07", "url"),
    ]
    assert found[0].hostname == "example.org"


def test_what_the_page_shows_fills_what_it_does_not_declare():
    facts = {"updated": "2025-01-07T04:12", "views": 57, "author": "Ann Example"}
    page = read_text("Views: 57 Updated: 2025-01-07 04:12\nThe story.", "page")
    spans = (Span(0, 35, Label.META, 0.9, (Evidence("metadata", "updated", facts),)), Span(35, 46, Label.ARTICLE))
    found = collect_metadata(page, spans)
    assert (found.updated, found.views, found.author, found.date) == ("2025-01-07T04:12", 57, "Ann Example", None)
    assert dict(found.sources)["updated"] == "text"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The river rose in the night and it was not the first time that this has been seen.", "en"),
        ("Der Fluss ist in der Nacht gestiegen, und das war nicht das erste Mal in diesem Jahr.", "de"),
        ("La rivière est montée dans la nuit et ce n'est pas la première fois que les gens le voient.", "fr"),
        ("Sungai itu naik pada malam hari dan ini tidak akan menjadi yang terakhir dengan hujan.", "id"),
        ("Con sông dâng cao trong đêm và đã không phải là lần đầu với những người dân.", "vi"),
        ("Река поднялась ночью, и это не в первый раз, как он сказал, что было бы так же.", "ru"),
        ("Річка піднялася вночі, і це не вперше, як він сказав, що було б також у нас.", "uk"),
        ("川は夜のうちに水位が上がった。", "ja"),
        ("河水在夜里上涨了四米。", "zh"),
        ("강물이 밤새 불어났다.", "ko"),
        ("ارتفع النهر أربعة أمتار ليلا.", "ar"),
        ("नदी रात में चार मीटर बढ़ गई।", "hi"),
        ("12345", None),
    ],
)
def test_languages_are_told_by_script_and_common_words(text, language):
    assert guess_language(text) == language


def test_a_declared_language_stands_unless_the_script_speaks_against_it():
    text = "<p>Река поднялась ночью, и это не в первый раз, как он сказал."
    assert [
        collect_metadata(read_html(f"<html lang={code}>{text}", "p"), ()).language for code in ("en-US", "bg", "ru")
    ] == [
        "ru",
        "bg",
        "ru",
    ]
    assert collect_metadata(read_html("<html lang=de-AT><p>Servus", "p"), ()).language == "de"


def test_an_empty_page_has_no_metadata():
    found = collect_metadata(read_text("", "page"), ())
    assert (found.title, found.author, found.date, found.language, found.sources) == (None, None, None, None, ())
