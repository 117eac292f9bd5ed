"""The verdict on a page, and what becomes of hidden text."""

from itertools import groupby

import pytest
from conftest import assert_tiles, make_html, make_page
from hypothesis import given
from hypothesis import strategies as st

from dehusk.judge import judge, mark_hidden
from dehusk.page import Declared, Fact, Page
from dehusk.spans import Claim, Evidence, Label, Span, place, tile
from dehusk.verdict import Action, Candidate, Kind, Limits, Metadata, Owner, SignName

SENTENCE = "The river rose in the night and took the wooden bridge with it. "
ARTICLE = SENTENCE * 10
CUE = Evidence("owner", "account", {"name": "Le Monde"})
OWNED = Metadata(owner=Owner("Le Monde", 0.9, (CUE,), (Candidate("Le Monde", 0.7),)))


def verdict(*pieces, metadata=Metadata(), limits=Limits(), page=None):
    """The verdict on spans given as (label, text) or (label, text, tagger, rule, facts)."""
    text, spans = "", []
    for label, piece, *more in pieces:
        evidence = Evidence(*(more or ("tagger", "rule")))
        spans.append(Span(len(text), len(text) + len(piece), Label(label), 0.9, (evidence,)))
        text += piece
    return judge(page or Page("page", text), tuple(spans), metadata, limits)


def signs(found):
    return {sign.sign.value for sign in found.signs}


WALL = (
    "access",
    "\nPlease log in to continue reading.",
    "access",
    "paywall",
    {"wording": "log in to continue reading"},
)


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([("article", ARTICLE)], set()),
        ([("article", ARTICLE), ("chrome", "\nShare"), ("meta", "\n2024")], set()),
        ([("article", ARTICLE), ("promo", "\nBuy it now.")], set()),
        ([("article", ARTICLE), ("spam", "x")], {"spam_injected"}),
        ([("article", ARTICLE), ("foreign", "\nA.", "splice", "beside_notice")], {"spliced"}),
        ([("article", ARTICLE), ("foreign", "\nA teaser.", "chrome", "teaser")], set()),
        ([("article", ARTICLE), WALL], {"truncated"}),
        ([("article", ARTICLE), ("access", "\nWe use cookies.", "access", "consent")], set()),
        ([("article", ARTICLE), ("access", "\nSubscribe.", "access", "paywall", {"place": 1})], set()),
        ([("article", ARTICLE), WALL, ("article", "\n" + ARTICLE)], set()),  # it goes on behind the wall
        ([("article", ARTICLE + "And then …")], {"truncated"}),
        ([("article", ARTICLE + "\nA heading")], set()),
        ([("article", ARTICLE), ("garbled", "\n" + "Ã©Â " * 100)], {"garbled"}),
        ([("article", ARTICLE), ("garbled", "\nÃ©")], set()),
        ([("title", "A bridge"), WALL], {"access_stub"}),
        ([("spam", "casino slots bonus " * 20)], {"doorway"}),
        ([("promo", "Buy our fine bridges now. " * 20)], set()),
        ([("article", ARTICLE), ("spam", "\ncasino", "spam", "hidden_links")], {"spam_injected", "hidden_text"}),
    ],
)
def test_signs(pieces, expected):
    assert signs(verdict(*pieces)) == expected


def test_a_last_line_without_a_stop_is_a_hint_that_it_was_cut():
    cut = verdict(("article", ARTICLE + SENTENCE.rstrip(". ") + " and then the"))
    assert 0 < cut.score(SignName.TRUNCATED) < 0.5
    assert cut.complete is True


@pytest.mark.parametrize(
    ("pieces", "action"),
    [
        ([("article", ARTICLE)], Action.KEEP),
        ([("chrome", "Menu\n"), ("title", "A bridge"), ("meta", "\n2024\n"), ("article", ARTICLE)], Action.KEEP),
        ([("article", ARTICLE), ("spam", "x")], Action.REPAIR),
        ([("article", ARTICLE), WALL], Action.REPAIR),
        ([("article", ARTICLE), ("promo", "\nBuy.")], Action.REPAIR),
        ([("article", SENTENCE)], Action.DROP),
        ([("title", "A bridge"), WALL], Action.DROP),
        ([("spam", "casino slots bonus " * 20)], Action.DROP),
        ([("article", ARTICLE), ("garbled", "Ã©" * 2000)], Action.DROP),
        ([], Action.DROP),
    ],
)
def test_actions(pieces, action):
    assert verdict(*pieces).action == action


@pytest.mark.parametrize(("letters", "action"), [(199, Action.DROP), (200, Action.KEEP)])
def test_two_hundred_kept_characters_are_enough(letters, action):
    found = verdict(("title", "t" * 50), ("article", "\n" + " a" * (letters - 50)))
    assert found.action == action


def test_limits_can_be_set():
    assert verdict(("article", SENTENCE), limits=Limits(min_kept_chars=10)).action == Action.KEEP
    sold = [("spam", "casino slots bonus " * 20)]
    assert verdict(*sold, limits=Limits(min_kept_chars=0)).action == Action.REPAIR


@pytest.mark.parametrize(
    ("pieces", "complete"),
    [
        ([("article", ARTICLE)], True),
        ([("article", ARTICLE), WALL], False),
        ([("chrome", "Menu")], None),
        ([("title", "A bridge"), WALL], False),
        ([], None),
    ],
)
def test_whether_the_article_is_whole(pieces, complete):
    assert verdict(*pieces).complete is complete


def test_purity_is_the_kept_share_of_the_non_space_characters():
    assert verdict(("article", "aaa   "), ("spam", " x")).purity == 0.75
    assert verdict().purity == 0


@pytest.mark.parametrize(
    ("facts", "copied"),
    [
        ({"sitename": "Brel77"}, True),
        ({"sitename": "Le Monde"}, False),
        ({"canonical": "https://www.lemonde.fr/a"}, False),
        ({"canonical": "https://brel77.example/a"}, True),
        ({}, False),  # the page does not say who it is
    ],
)
def test_a_copy_is_known_by_a_site_that_says_it_is_somebody_else(facts, copied):
    declared = Declared(tuple(Fact(name, value, "og") for name, value in facts.items()))
    page = Page("page", ARTICLE, declared=declared)
    assert ("copied" in signs(verdict(("article", ARTICLE), metadata=OWNED, page=page))) == copied


def test_a_name_that_is_no_publishers_makes_no_copy():
    owned = Metadata(owner=Owner("Ana Brandt", 0.9, (Evidence("owner", "copyright", {"name": "Ana Brandt"}),)))
    page = Page("page", ARTICLE, url="https://anabr.example/a")
    assert "copied" not in signs(verdict(("article", ARTICLE), metadata=owned, page=page))


@pytest.mark.parametrize(
    ("declared", "kind"),
    [
        ("NewsArticle", Kind.ARTICLE),
        ("Product", Kind.PRODUCT),
        ("DiscussionForumPosting", Kind.FORUM),
        ("CollectionPage", Kind.LISTING),
        ("TechArticle", Kind.DOCUMENTATION),
        ("LocalBusiness", Kind.SERVICE),
        ("Nosuch", Kind.ARTICLE),
    ],
)
def test_the_kind_that_the_markup_declares(declared, kind):
    page = Page("page", ARTICLE, declared=Declared((Fact("type", declared, "json-ld"),)))
    assert verdict(("article", ARTICLE), page=page).kind == kind


def test_the_kind_of_a_page_that_declares_none():
    assert verdict(page=make_page(" \n")).kind == Kind.NONE
    assert verdict(("article", ARTICLE)).kind == Kind.ARTICLE
    assert verdict(("spam", "casino slots bonus " * 20)).kind == Kind.DOORWAY
    home = Page("page", ARTICLE, url="https://paper.example/")
    assert verdict(("article", ARTICLE), page=home).kind == Kind.HOME


def marked(markup, *claims):
    page = make_html(markup)
    found = [
        Claim(page.text.index(t), page.text.index(t) + len(t), label, 0.9, Evidence("t", "r")) for t, label in claims
    ]
    spans = mark_hidden(page, place(tile(page.text, found), page.blocks))
    assert_tiles(page.text, spans)
    return [(page.slice(span).strip(), span.hidden) for span in spans]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>a<p>b", [("a\nb", False)]),
        ("<p>a<p hidden>b<p>c", [("a\nb\nc", False)]),  # a neighbour of the same parent vouches for it
        ("<p>a<div><div><div><div><div hidden>b</div></div></div></div></div>", [("a", False), ("b", True)]),
        ("<div hidden>b</div>", [("b", True)]),
        ("<main><p>a</main><div><div><div><p hidden>b", [("a", False), ("b", True)]),
        ("<div><div><div><p hidden>b</div></div></div><main><p>a", [("b", True), ("a", False)]),
        (
            "<p>a<div><div><div><div hidden>b</div></div></div></div><p>c<p>d",
            [("a", False), ("b", True), ("c\nd", False)],
        ),
    ],
)
def test_hidden_article_is_kept_where_a_visible_neighbour_vouches_for_it(markup, expected):
    assert marked(markup) == expected


def test_a_neighbour_that_is_husk_vouches_for_nothing():
    assert marked("<p>x<p hidden>b<p>y", ("x", Label.CHROME), ("y", Label.CHROME))[1] == ("b", True)


def test_hidden_husk_is_husk_and_no_more():
    assert marked("<main><p>a</main><div><div><div><p hidden>x", ("x", Label.SPAM)) == [("a", False), ("x", False)]


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.integers(0, 5)), max_size=8),
    st.lists(st.tuples(st.integers(0, 16), st.integers(0, 16), st.sampled_from(Label)), max_size=4),
)
def test_marking_hidden_text_splits_spans_and_changes_nothing_else(drawn, drawn_claims):
    page = make_html("".join(f"{'<div>' * deep}<p{' hidden' * hid}>{t}</p>{'</div>' * deep}" for t, hid, deep in drawn))
    claims = [Claim(start, end, label, 0.9, Evidence("t", "r")) for start, end, label in drawn_claims]
    spans = place(tile(page.text, claims), page.blocks)
    marked_spans = mark_hidden(page, spans)
    assert_tiles(page.text, marked_spans)
    assert [label for label, _ in groupby(s.label for s in marked_spans)] == [
        label for label, _ in groupby(s.label for s in spans)
    ]
    hidden = {at for s in marked_spans if s.hidden for at in range(s.start, s.end) if not page.text[at].isspace()}
    assert hidden <= {at for block in page.blocks if block.hidden for at in range(block.start, block.end)}
    assert all(span.label in (Label.TITLE, Label.ARTICLE) for span in marked_spans if span.hidden)
