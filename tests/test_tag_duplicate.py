"""Second and later occurrences of a passage."""

import pytest
from conftest import HEADLINE, PROSE, make_html, make_page, standing, within

from dehusk.features import Measures
from dehusk.taggers.duplicate import tag_duplicate


def starts(text, page=None):
    """Where the claims start."""
    return [claim.start for claim in tag_duplicate(Measures(page or make_page(text)))]


@pytest.mark.parametrize(
    "again",
    [
        PROSE[0],
        PROSE[0].upper(),
        PROSE[0].replace("’", "'").replace(",", ""),
        PROSE[0].replace(" ", "  "),
        PROSE[2].replace("Mr. Prates", "Mr. Otis"),  # nearly the same
        PROSE[0].removesuffix("On Saturday the last plank was laid by Anselm Prates."),
    ],
)
def test_a_passage_said_again_is_claimed(again):
    text = within(again)
    assert starts(text) == [text.rindex(again.strip())]


@pytest.mark.parametrize(
    "line",
    [
        "On Saturday the last plank was laid, and the county paid for the paint that nobody had thought of.",
        "The flood in May",  # fewer words than count
        "said Mr. Prates",
        "The wooden bridge over the Lenn was taken by fire in June, and for seven weeks the goats of the lower village"
        " swam. On Monday the first stone was laid by Luana Otis.",
        "",
    ],
)
def test_new_words_are_not(line):
    assert standing(tag_duplicate, within(line)) == []


def test_the_first_occurrence_keeps_its_label():
    text = "\n\n".join([HEADLINE, *PROSE, *PROSE])
    assert starts(text) == [text.rindex(paragraph) for paragraph in PROSE]


@pytest.mark.parametrize(
    ("markup", "count"),
    [
        ("<h1>The Bridge</h1><p>x</p><h1>The Bridge</h1>", 1),  # a short repeat counts as a heading only
        ("<p>The Bridge</p><p>x</p><p>The Bridge</p>", 0),
        ("<p>one two three four</p><p>one two three four</p>", 1),
        ("<p>one two three</p><p>one two three</p>", 0),
        ("<h1>*</h1><h1>*</h1>", 0),
    ],
)
def test_short_repeats(markup, count):
    assert len(starts("", make_html(markup))) == count


@pytest.mark.xfail(strict=True, reason="words are counted by the spaces between them")
def test_a_refrain_repeated_in_scripts_without_spaces():
    line = "廃校になった小学校の体育館が木工所に生まれ変わり、若者十人が杉の椅子を作っている。"
    assert len(starts("\n".join([line, "別の話である。" * 4, line]))) == 1
