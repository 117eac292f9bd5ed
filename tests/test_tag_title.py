"""The headline: by markup and declared title, else by place and form."""

import pytest
from conftest import HEADLINE, PROSE, make_html, standing
from hypothesis import given
from hypothesis import strategies as st

from dehusk.features import Measures
from dehusk.taggers.title import heading_tag, tag_title

BODY = "".join(f"<p>{text}</p>" for text in PROSE)


def titles(page):
    return standing(tag_title, page)


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        (HEADLINE, f"<h1>{HEADLINE}</h1>{BODY}", [HEADLINE]),
        (f"{HEADLINE} | Calder Gazette", f"<h1>{HEADLINE}</h1>{BODY}", [HEADLINE]),
        (f"Calder Gazette: {HEADLINE}", f"<h1>{HEADLINE}</h1>{BODY}", [HEADLINE]),
        pytest.param(
            f"{HEADLINE} - Calder Gazette",
            f"<h1>Calder Gazette</h1><h2>{HEADLINE}</h2>{BODY}",
            [HEADLINE],
        ),
        (f"{HEADLINE} - Calder Gazette", f"<p>{HEADLINE}</p>{BODY}", [HEADLINE]),
        ("Calder Gazette", f"<h1>{HEADLINE}</h1>{BODY}", [HEADLINE]),
        (None, f"<h1>{HEADLINE}</h1>{BODY}", [HEADLINE]),
        (None, f"<h1><a href=/>{HEADLINE}</a></h1>{BODY}", [HEADLINE]),
        (
            "Brücke über die Lenne steht wieder – Brelower Anzeiger",
            f"<h1>Brücke über die Lenne steht wieder</h1>{BODY}",
            ["Brücke über die Lenne steht wieder"],
        ),
        (
            "村の橋が七か月ぶりに再建 - 山間新聞",
            f"<h1>村の橋が七か月ぶりに再建</h1>{BODY}",
            ["村の橋が七か月ぶりに再建"],
        ),
        (HEADLINE, f"<h1 hidden>{HEADLINE}</h1>{BODY}", []),
        (None, BODY, []),
        (None, f"<h3>See also</h3>{BODY}", []),
    ],
)
def test_the_headline_of_markup(head, body, title):
    declared = f"<title>{head}</title>" if head else ""
    assert titles(make_html(f"<html><head>{declared}</head><body>{body}")) == title


def test_the_first_of_two_equal_headings_is_the_title():
    page = make_html(f"<title>{HEADLINE}</title><h1>{HEADLINE}</h1>{BODY}<h1>{HEADLINE}</h1>")
    (claim,) = tag_title(Measures(page))
    assert claim.start == 0


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        ([HEADLINE], [HEADLINE]),
        (["Brel77 Official Website", HEADLINE, "Views:57 Updated:2025-01-07 04:12"], [HEADLINE]),
        (["Views:57 Updated:2025-01-07 04:12", HEADLINE], [HEADLINE]),
        (["Home > News > Aldmoor", HEADLINE, "By Ann Other"], [HEADLINE]),
        (
            ["Talsperre läuft über: Drei Dörfer im Lennetal werden geräumt"],
            ["Talsperre läuft über: Drei Dörfer im Lennetal werden geräumt"],
        ),
        (
            ["廃校の体育館が木工所に 山間の町で若者十人が家具づくり"],
            ["廃校の体育館が木工所に 山間の町で若者十人が家具づくり"],
        ),
        (["海边小镇用旧渔网织出一座桥"], ["海边小镇用旧渔网织出一座桥"]),
        ([], []),
        (["12.05.2024 10:33"], []),
        (["- a point of a list that is long enough"], []),
        (["A line that ends with a stop is a sentence."], []),
        (["News"], []),
    ],
)
def test_the_headline_of_bare_text(lines, title):
    assert titles("\n\n".join([*lines, *PROSE])) == title


@pytest.mark.parametrize("text", ["", " ", HEADLINE, "a\nb\nc", "Menu\n\nShare"])
def test_a_text_without_paragraphs_has_no_headline(text):
    assert titles(text) == []


@pytest.mark.parametrize(
    ("path", "tag", "expected"),
    [
        ("body>h1>a", "a", "h1"),
        ("body>h1>div>h3>b", "b", "h3"),
        ("body>p", "p", "p"),
        (None, "", ""),
        ("body>h1", "h1", "h1"),
    ],
)
def test_the_heading_that_a_block_stands_in(path, tag, expected):
    assert heading_tag(path, tag) == expected


@given(st.lists(st.sampled_from([HEADLINE, *PROSE, "Menu", "Share", "2024", ""]), max_size=9))
def test_a_page_has_at_most_one_headline(lines):
    assert len(titles("\n".join(lines))) <= 1
