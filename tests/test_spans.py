"""Claims in, spans out: the laws of tiling, on drawn texts and claims."""

from itertools import combinations

import pytest
from conftest import assert_tiles, odd_texts
from hypothesis import given
from hypothesis import strategies as st

from dehusk.page import Block
from dehusk.spans import MARGINS, PRECEDENCE, UNCLAIMED_SCORE, Claim, Evidence, Label, Span, place, tile

NO_MARGINS = dict.fromkeys(Label, 0.0)
EVIDENCE = st.builds(
    Evidence,
    st.sampled_from(["access", "spam"]),
    st.sampled_from(["one", "other"]),
    st.sampled_from([{}, {"part": "comments"}, {"words": 3}, {"words": "three"}]),
)


@st.composite
def texts_and_claims(draw):
    text = draw(odd_texts())
    places = st.integers(-2, len(text) + 2)
    scores = st.sampled_from([0.0, 0.3, 0.45, 0.5, 0.6, 0.62, 0.7, 0.7, 0.9, 1.0])
    claims = st.builds(Claim, places, places, st.sampled_from(Label), scores, EVIDENCE)
    return text, draw(st.lists(claims, max_size=12))


def claim(start, end, label, score=0.9, rule="rule", **facts):
    return Claim(start, end, label, score, Evidence("tagger", rule, facts))


def shown(text, *claims):
    return [(span.label.value, text[span.start : span.end]) for span in tile(text, claims)]


@given(texts_and_claims())
def test_spans_cover_the_text_exactly_once_and_share_out_white_space(drawn):
    text, claims = drawn
    assert_tiles(text, tile(text, claims))


@given(texts_and_claims(), st.randoms(use_true_random=False))
def test_the_order_of_claims_does_not_matter(drawn, random):
    text, claims = drawn
    shuffled = random.sample(claims, len(claims))
    assert tile(text, shuffled) == tile(text, claims)


@given(texts_and_claims())
def test_each_character_has_the_label_of_the_best_claim_on_it(drawn):
    text, claims = drawn
    spans = tile(text, claims)
    for at, char in enumerate(text):
        if char.isspace():
            continue
        here = [c for c in claims if 0 <= c.start <= at < c.end <= len(text)]
        ranked = [(MARGINS[c.label] - c.score, PRECEDENCE[c.label], c.label) for c in here]
        standing = [row for row in ranked if -row[0] >= UNCLAIMED_SCORE]
        best = min(standing)[2] if standing else Label.ARTICLE
        assert next(span.label for span in spans if span.start <= at < span.end) == best


@given(texts_and_claims())
def test_claims_below_the_unclaimed_score_do_not_stand(drawn):
    text, claims = drawn
    standing = [c for c in claims if c.score - MARGINS[c.label] >= UNCLAIMED_SCORE]
    assert tile(text, standing) == tile(text, claims)


@given(texts_and_claims())
def test_claims_said_twice_change_nothing(drawn):
    text, claims = drawn
    assert tile(text, [*claims, *claims]) == tile(text, claims)


@given(texts_and_claims())
def test_husk_carries_evidence_and_scores_are_those_of_claims(drawn):
    text, claims = drawn
    for span in tile(text, claims):
        if not span.evidence:
            assert (span.label, span.score) == (Label.ARTICLE, None)
        elif span.evidence[0].tagger != "tile":
            scores = [c.score for c in claims if c.label == span.label and c.start < span.end and c.end > span.start]
            assert min(scores) - 1e-9 <= span.score <= max(scores) + 1e-9


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" ", [("chrome", " ")]),
        ("\n\t\u3000", [("chrome", "\n\t\u3000")]),
        ("a", [("article", "a")]),
        (" \n a \n", [("article", " \n a \n")]),
    ],
)
def test_text_that_nobody_claims(text, expected):
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("gap", "before", "after"),
    [
        ("", "", ""),
        (" ", " ", ""),
        (" \t\xa0", " \t\xa0", ""),
        ("\n", "", "\n"),
        ("\r", "", "\r"),
        ("  \n\n  ", "  ", "\n\n  "),
        (" \r\n ", " ", "\r\n "),
        (" \n\r", " ", "\n\r"),
        ("\x0b\u2028", "\x0b\u2028", ""),  # white space, but no end of a line
        ("\x0c\n\x0c", "\x0c", "\n\x0c"),
    ],
)
def test_white_space_before_the_first_line_break_stays_behind(gap, before, after):
    text = f"aa{gap}bb"
    for start, end in ((0, 2), (0, 2 + len(gap)), (0, 2 + len(before))):
        assert shown(text, claim(start, end, Label.SPAM)) == [("spam", f"aa{before}"), ("article", f"{after}bb")]


def test_a_claim_on_white_space_alone_does_not_show():
    assert shown("aa  bb", claim(2, 4, Label.SPAM)) == [("article", "aa  bb")]


@pytest.mark.parametrize(("first", "second"), list(combinations(Label, 2)))
def test_precedence_breaks_ties(first, second):
    claims = [claim(0, 1, first, 0.8), claim(0, 1, second, 0.8)]
    for given_claims in (claims, claims[::-1]):
        assert [s.label for s in tile("a", given_claims, NO_MARGINS)] == [first]


def test_margins_favour_what_a_reader_came_for():
    assert all(MARGINS[label] > 0 for label in Label if label not in (Label.TITLE, Label.ARTICLE))
    assert MARGINS[Label.SPAM] == max(MARGINS.values())
    both = [claim(0, 2, Label.TITLE, 0.7), claim(0, 2, Label.CHROME, 0.74)]
    assert [s.label for s in tile("aa", both)] == [Label.TITLE]


def test_the_inner_claim_wins_only_where_it_is_better():
    text = "aabbaa"
    wide, narrow = claim(0, 6, Label.CHROME, 0.7), claim(2, 4, Label.SPAM, 0.9)
    assert shown(text, wide, narrow) == [("chrome", "aa"), ("spam", "bb"), ("chrome", "aa")]
    weak = claim(2, 4, Label.SPAM, 0.7)
    assert shown(text, wide, weak) == [("chrome", "aabbaa")]


def test_neighbours_of_one_label_are_one_span_with_the_evidence_of_both():
    claims = [claim(0, 2, Label.ACCESS, 0.8, "login"), claim(3, 5, Label.ACCESS, 0.6, "paywall")]
    (span,) = tile("aa bb", claims)
    assert [e.rule for e in span.evidence] == ["login", "paywall"]
    assert span.score == pytest.approx((3 * 0.8 + 2 * 0.6) / 5)


def test_a_part_of_a_label_stays_apart():
    claims = [claim(0, 2, Label.CHROME), claim(3, 5, Label.CHROME, part="comments")]
    assert [span.part for span in tile("aa\nbb", claims)] == [None, "comments"]


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (0, 9), (2, 2), (3, 1)])
def test_a_claim_that_leaves_the_text_does_not_stand(start, end):
    assert shown("aaa", claim(start, end, Label.SPAM)) == [("article", "aaa")]


def test_many_nested_claims_settle_in_time():
    size = 1_000
    claims = [claim(at, 2 * size - at, Label.CHROME, 0.6 + (at % 7) / 100) for at in range(size)]
    assert [s.label for s in tile("a" * 2 * size, claims)] == [Label.CHROME]


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["body>div>p", "body>div>p"], "body>div>p"),
        (["body>div>p", "body>div>ul>li"], "body>div"),
        (["body>div>p", "body>nav"], "body"),
        (["body>p", "html"], None),
        (["body>p", None], None),
    ],
)
def test_a_span_has_the_path_that_its_blocks_share(paths, expected):
    blocks = [Block(3 * number, 3 * number + 2, path) for number, path in enumerate(paths)]
    assert [span.path for span in place([Span(0, 5, Label.ARTICLE)], blocks)] == [expected]


def test_a_span_has_the_path_of_the_block_that_it_lies_in():
    blocks = [Block(0, 9, "body>p"), Block(10, 19, "body>h2")]
    spans = [Span(0, 4, Label.SPAM), Span(4, 9, Label.ARTICLE), Span(9, 19, Label.CHROME)]
    assert [span.path for span in place(spans, blocks)] == ["body>p", "body>p", "body>h2"]
