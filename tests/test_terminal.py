"""The terminal renderings: all of the text once, nothing a terminal would obey, columns that line up."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from dehusk.html import visible
from dehusk.page import Page
from dehusk.pipeline import purify
from dehusk.spans import Evidence, Label, Span
from dehusk.terminal import HUSK_BAR, KEPT_BAR, MARGIN_CELLS, render_explain, render_terminal
from dehusk.verdict import Action, Kind, Metadata, Owner, Report, Sign, SignName, Verdict

EXAMPLES = sorted((Path(__file__).parent.parent / "examples" / "pages").iterdir())
STYLE_CODE = re.compile(r"\x1b\[[\d;]*m")
BARS = {KEPT_BAR, HUSK_BAR}
PIECES = (
    "\x1b[2J",
    "\x1b]8;;http://x\x07",
    "\u202e",
    "[red]x[/red]",
    ":smile:",
    "\r\n",
    "\n",
    "\n\n",
    "本屋バス、",
    "word ",
)
texts = st.lists(st.sampled_from(PIECES) | st.text("ab é\t\r\n\x9b\u2028語", max_size=8), max_size=15).map("".join)


def make_report(text: str, spans: tuple[Span, ...]) -> Report:
    verdict = Verdict(Kind.ARTICLE, Action.REPAIR, True, 0.673, (Sign(SignName.SPAM_INJECTED, 0.99, (1, 5)),))
    return Report(
        Page("p\x1b", text, url="https://a.example/"), spans, verdict, Metadata(owner=Owner("The Times", 0.9))
    )


@st.composite
def reports(draw):
    text = draw(texts)
    cuts = draw(st.lists(st.integers(0, 80), max_size=5))
    edges = sorted({0, len(text), *(at % (len(text) + 1) for at in cuts)})
    labels = draw(st.lists(st.sampled_from(Label), min_size=8, max_size=8))
    rows = zip(edges, edges[1:], labels, strict=False)
    evidence = (Evidence("made", "up", {"wording": draw(texts)}),)
    return make_report(text, tuple(Span(start, end, label, 0.5, evidence) for start, end, label in rows))


def body(drawn: str) -> list[tuple[str, str, str]]:
    """Margin, bar and text of each line below the verdict."""
    lines = drawn.split("\n\n", 1)[1].split("\n")
    bar_end = MARGIN_CELLS + len(KEPT_BAR)
    return [(line[:MARGIN_CELLS], line[MARGIN_CELLS:bar_end], line[bar_end:]) for line in lines if line]


def squeeze(text: str) -> str:
    return "".join(text.split())


@given(reports(), st.integers(40, 120))
def test_all_text_stands_once_behind_its_bar(report, width):
    rows = body(render_terminal(report, width=width, color=False))
    assert {bar for _, bar, _ in rows} <= BARS
    assert squeeze("".join(text for _, _, text in rows)) == squeeze(visible(report.text))
    assert max((cell_len(text) for _, _, text in rows), default=0) <= width - MARGIN_CELLS - len(KEPT_BAR)


@given(reports(), st.sampled_from([render_terminal, render_explain]), st.booleans())
def test_no_character_that_a_terminal_obeys_is_written(report, render, color):
    drawn = STYLE_CODE.sub("", render(report, width=80, color=color))
    assert visible(drawn) == drawn
    assert "\r" not in drawn
    assert "\t" not in drawn


@given(reports())
def test_color_adds_nothing_but_color(report):
    for render in (render_terminal, render_explain):
        plain, colored = (render(report, width=70, color=color) for color in (False, True))
        assert [line.rstrip() for line in STYLE_CODE.sub("", colored).split("\n")] == plain.split("\n")
        assert "\x1b" not in plain


@given(reports())
def test_the_margin_names_every_span_with_text(report):
    rows = body(render_terminal(report, width=80, color=False))
    named = [margin.strip().removeprefix("+") for margin, _, _ in rows if margin.strip()]
    texts = [visible(report.text[span.start : span.end].replace("\n", " ").replace("\r", " ")) for span in report.spans]
    assert named == [span.label.value for span, text in zip(report.spans, texts, strict=True) if text.strip()]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example(path):
    report = purify(path.read_bytes(), id=path.stem)
    rows = body(render_terminal(report, width=80, color=False))
    assert squeeze("".join(text for _, _, text in rows)) == squeeze(visible(report.text))
    assert max(cell_len("".join(row)) for row in rows) <= 80


def test_page():
    text = "brand99Sturm über 水代町\n\nEs regnete.\n本屋\n"
    spans = (
        Span(0, 7, Label.SPAM, 0.97, (Evidence("spam", "brand_token", {"token": "brand99"}),)),
        Span(7, 21, Label.TITLE, 0.8, (Evidence("title", "heading"),)),
        Span(21, 34, Label.ARTICLE),
        Span(34, 38, Label.ARTICLE, None, (), None, True),
    )
    assert render_terminal(make_report(text, spans), width=60, color=False) == (
        "p\\x1b  https://a.example/\n"
        "repair  article  complete  67.3% kept\n"
        "spam injected 0.99  spans 1 5\n"
        "owner The Times 0.90\n"
        "\n"
        "      spam ┊ brand99\n"
        "    +title │ Sturm über 水代町\n"
        "\n"
        "   article │ Es regnete.\n"
        "    hidden ┊ 本屋\n"
    )


def test_explain_shows_number_place_label_score_and_evidence():
    spans = (
        Span(0, 5, Label.SPAM, 0.973, (Evidence("spam", "brand_token", {"token": "a b"}), Evidence("x", "y"))),
        Span(5, 9, Label.ARTICLE),
    )
    drawn = render_explain(make_report("a[b]c 水代町", spans), width=120, color=False)
    rows = [line.split("  ") for line in drawn.split("\n")]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    assert ["0", "0-5", "spam", "0.97", "spam: brand token - token 'a b'", "a[b]c"] in cells
    assert ["x: y"] in cells
    assert ["1", "5-9", "article", "-", "-", "水代町"] in cells


@pytest.mark.parametrize("width", [1, 20, 30])
def test_a_narrow_terminal_still_shows_all(width):
    report = make_report("Ein langes Wort: Donaudampfschiff", (Span(0, 33, Label.ARTICLE),))
    rows = body(render_terminal(report, width=width, color=False))
    assert squeeze("".join(text for _, _, text in rows)) == squeeze(report.text)
    assert render_explain(report, width=width, color=False)
