"""A page in, a report out: the laws over drawn pages, and what does not matter."""

import pytest
from conftest import assert_laws, odd_texts
from hypothesis import given, settings
from hypothesis import strategies as st

from dehusk import UnreadablePage, dump_report, purify, purify_many
from dehusk.spans import Label
from dehusk.taggers import TAGGERS
from dehusk.verdict import Action, Report, Skipped, SkipReason

LINES = [
    "The river rose in the night and took the wooden bridge with it, the mayor of Aldmoor said on Friday.",
    "84zarp Flood Takes Bridge in Aldmoor",
    "Views:57 Updated:2025-01-07 04:12",
    "royal slots casino",
    "Please enable JavaScript in your browser settings.Already a subscriber? Log in.",
    "Want all of The Post? Subscribe.84zarp",
    "Déjà abonné ? Connectez-vous à votre compte Figaro.",
    "Wir verwenden Cookies, um Ihnen das beste Erlebnis zu bieten.",
    "© 2024 Gazette. All rights reserved.",
    "Home > News > Local",
    "Ã©tait Ã la maison, â€œquoiâ€",
    "{{ title }} function () { return 1 };",
    "ブラウザの設定でJavaScriptを有効にしてください。",
    "h e l l o w o r l d",
    "#slot #casino #bonus",
    "By Ann Other | 4 min read",
]
TAGS = ["p", "div", "h1", "a", "li", "td", "pre", "nav", "footer", "article", "noscript", "br"]
STARTS = [*(f"<{tag}>" for tag in TAGS), *(f"</{tag}>" for tag in TAGS)]
ODD_TAGS = [
    "<div class=comments>",
    "<p hidden>",
    "<div id=paywall>",
    "<title>",
    "<script>",
    "<a href=x>",
    "<!--",
    "<",
    "\x00",
]
TEXTS = st.lists(
    st.one_of(st.sampled_from(LINES), odd_texts(30), st.sampled_from(["\n", "\n\n", "\r\n", " "])), max_size=14
).map("".join)
MARKUP = st.lists(
    st.one_of(st.sampled_from([*STARTS, *ODD_TAGS]), st.sampled_from(LINES), odd_texts(10)), max_size=25
).map("".join)


@given(TEXTS)
def test_laws_hold_for_any_text(text):
    assert_laws(purify(text, kind="text"))


@given(MARKUP)
def test_laws_hold_for_any_markup(markup):
    assert_laws(purify(markup, kind="html"))


@given(st.binary(max_size=120))
def test_any_bytes_give_a_report_or_say_that_they_are_no_text(data):
    try:
        report = purify(data)
    except UnreadablePage:
        return
    assert_laws(report)


@settings(max_examples=15)
@given(st.one_of(TEXTS, MARKUP))
def test_the_same_page_gives_the_same_report(page):
    first = dump_report(purify(page))
    purify("Another page. " * 20)
    assert dump_report(purify(page)) == first


@settings(max_examples=10)
@given(st.lists(TEXTS, min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_what_is_beside_a_page_in_a_batch_does_not_matter(pages, random):
    def dumped(order):
        results = purify_many([pages[number] for number in order])
        return {number: (r.text, r.spans, r.verdict, r.metadata) for number, r in zip(order, results, strict=True)}

    order = list(range(len(pages)))
    assert dumped(random.sample(order, len(order))) == dumped(order)


def test_the_order_of_taggers_does_not_matter():
    text = "\n\n".join(LINES)
    assert purify(text, taggers=tuple(TAGGERS.values())[::-1]).spans == purify(text).spans


@pytest.mark.parametrize("kind", ["auto", "html", "text"])
@pytest.mark.parametrize("page", ["", " \n ", "a", "<p>", "\x00", "\ufeff"])
def test_pages_with_next_to_nothing(page, kind):
    report = purify(page, kind=kind)
    assert_laws(report)
    assert report.verdict.action == Action.DROP


def test_the_kind_can_be_given():
    assert purify("<p>a</p>", kind="text").text == "<p>a</p>"
    assert purify("a &amp; b", kind="html").text == "a & b"
    with pytest.raises(ValueError, match="nosuch"):
        purify("a", kind="nosuch")


def test_without_taggers_all_is_article():
    assert {span.label for span in purify("\n".join(LINES), taggers=()).spans} == {Label.ARTICLE}


def test_many_pages_give_reports_and_skips_in_order():
    results = list(purify_many(["A line.", b"%PDF-1.7 \x00\x01", "<p>B.</p>"]))
    assert [type(result) for result in results] == [Report, Skipped, Report]
    assert [result.id for result in results] == ["page-0", "page-1", "page-2"]
    assert results[1].reason == SkipReason.BINARY


@pytest.mark.parametrize(
    "line",
    [
        "a" * 300_000,
        "a " * 150_000,
        "Already a subscriber? Log in." * 5_000,
        "casino " * 30_000,
        "{{" * 50_000,
        "[" * 50_000,
        "(" * 50_000 + '"' * 50_000,
        "1.2." * 40_000,
        "漢" * 100_000,
        "#a" * 50_000,
        "\n" * 200_000,
        "“" * 50_000,
        "a b c d e f " * 10_000,
        "Ã" * 50_000,
        "www." * 30_000,
        "<p" * 30_000,
        "2024-01-01 " * 10_000,
        "by A B " * 15_000,
    ],
    ids=lambda line: line[:6].encode("unicode_escape").decode(),
)
def test_a_long_line_costs_bounded_time(line):
    results = list(purify_many([line], max_seconds=10))
    assert [type(result) for result in results] == [Report]
