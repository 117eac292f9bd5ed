"""What a report gives back of a page: title, clean text, chosen labels."""

import pytest
from conftest import joined, odd_texts
from hypothesis import given
from hypothesis import strategies as st

from dehusk.page import Page
from dehusk.spans import Claim, Evidence, Label, Span, tile
from dehusk.verdict import Action, Kind, Metadata, Report, Sign, SignName, Verdict, join_kept

VERDICT = Verdict(Kind.ARTICLE, Action.KEEP, True, 1.0, (Sign(SignName.COPIED, 0.7),))


def report(*pieces):
    """A report of spans given as (label, text), with `hidden` or a part as a third word."""
    text, spans = "", []
    for label, piece, *more in pieces:
        evidence = (Evidence("tagger", "rule", {"part": more[0]} if more and more[0] != "hidden" else {}),)
        spans.append(Span(len(text), len(text) + len(piece), Label(label), 0.9, evidence, None, "hidden" in more))
        text += piece
    return Report(Page("page", text), tuple(spans), VERDICT, Metadata())


@pytest.mark.parametrize(
    ("pieces", "clean"),
    [
        ([], ""),
        ([("article", " a \n")], "a"),
        ([("spam", "x")], ""),
        ([("title", "t"), ("article", "\n\na")], "a"),
        ([("article", "a "), ("spam", "x "), ("article", "b")], "a b"),
        ([("article", "a"), ("spam", "x"), ("article", "b")], "ab"),
        ([("article", "a"), ("spam", "\nx"), ("article", "b")], "a\n\nb"),
        ([("article", "a"), ("spam", "x\ny"), ("article", "b")], "a\n\nb"),
        ([("article", "a"), ("spam", "x\ry"), ("article", "b")], "a\n\nb"),
        ([("article", "a"), ("spam", "\u3000x"), ("article", "b")], "a b"),
        ([("article", "a"), ("spam", "x"), ("meta", "\n2024"), ("article", "\n\n\nb")], "a\n\nb"),
        ([("article", "a\nb"), ("article", "\nc", "hidden"), ("article", "\nd")], "a\nb\n\nd"),
        ([("article", "a"), ("title", " t"), ("article", " b")], "a b"),
        ([("article", "a "), ("spam", "x"), ("article", " "), ("spam", "y"), ("article", "b")], "a b"),
    ],
)
def test_the_clean_text_is_the_article_as_it_stood(pieces, clean):
    assert report(*pieces).clean == clean


@pytest.mark.parametrize(
    ("pieces", "title"),
    [
        ([("article", "a")], ""),
        ([("title", " The river\n")], "The river"),
        ([("title", "The "), ("spam", "x"), ("title", "river")], "The river"),
        ([("title", "The river", "hidden")], ""),
    ],
)
def test_the_title_is_what_stands_on_the_page(pieces, title):
    assert report(*pieces).title == title


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], ""),
        (["article"], "a\n\nb"),
        (["title", "article"], "t\na\n\nb"),
        (["comments"], "well said"),
        (["chrome"], "menu\n\nwell said"),
        (["article", "comments"], "a\n\nb\nwell said"),
        (["spam"], "x"),
        (["nosuch"], ""),
    ],
)
def test_keep_gives_the_labels_and_parts_asked_for(names, text):
    pieces = [("chrome", "menu"), ("title", "\nt"), ("article", "\na"), ("article", "\nh", "hidden"), ("spam", "\nx")]
    shown = report(*pieces, ("article", "\nb"), ("chrome", "\nwell said", "comments"))
    assert shown.keep(names) == text


@st.composite
def tiled(draw):
    text = draw(odd_texts())
    places = st.integers(0, len(text))
    claims = st.builds(Claim, places, places, st.sampled_from(Label), st.just(0.9), st.just(Evidence("t", "r")))
    return text, tile(text, draw(st.lists(claims, max_size=8)))


@given(tiled())
def test_kept_runs_are_joined_as_they_were_set_apart(drawn):
    text, spans = drawn
    kept = [span for span in spans if span.kept]
    assert join_kept(text, kept) == joined(text, kept)


@given(tiled(), st.sets(st.sampled_from([label.value for label in Label])))
def test_keep_loses_and_adds_no_character(drawn, names):
    text, spans = drawn
    shown = Report(Page("page", text), spans, VERDICT, Metadata())
    wanted = "".join(text[span.start : span.end] for span in spans if span.label in names)
    assert "".join(shown.keep(names).split()) == "".join(wanted.split())


def test_the_score_of_a_sign():
    assert VERDICT.score(SignName.COPIED) == 0.7
    assert VERDICT.score(SignName.SPLICED) == 0
