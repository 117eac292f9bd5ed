"""Markdown adds prefixes, bars and escapes, and nothing else."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dehusk.markdown import render_markdown, target_of
from dehusk.page import Block, Page
from dehusk.read.html import read_html
from dehusk.read.text import read_text
from dehusk.spans import Label, Span

LINK = re.compile(r"(!?)\[((?:\\.|[^\]\\])*)\]\([^()\s]*\)")
RULE = re.compile(r"\|(?: --- \|)+")
PREFIX = re.compile(r" *(?:#{1,6} |- |1\. )?")
ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def unmark(markdown):
    """The Markdown without what was added to the text, white space aside.

    Lines set in after a blank line are code, which has no escapes.
    """
    lines, in_code, after_blank = [], False, True
    for line in markdown.split("\n"):
        quoted = line.removeprefix("> ") if line != ">" else ""
        in_code = quoted.startswith("    ") and (in_code or after_blank)
        after_blank = not quoted
        if in_code:
            lines.append(quoted)
        elif not RULE.fullmatch(quoted):
            lines.append(_unmark_line(quoted))
    return "\n".join(lines)


def _unmark_line(line):
    if line.startswith("| ") and line.endswith(" |"):
        line = re.sub(r"(?<!\\)((?:\\\\)*)\|", r"\1", line)
    else:
        line = PREFIX.sub("", line, count=1)
    line = LINK.sub(lambda found: "" if found[1] else found[2], line)
    return ESCAPE.sub(r"\1", line)


def squeeze(text):
    return "".join(text.split())


def whole(page):
    return [Span(0, len(page.text), Label.ARTICLE)] if page.text else []


def mark(html, **wanted):
    page = read_html(html, "p", "https://news.example/a/b.html")
    return render_markdown(page, whole(page), **wanted)


MARKS = r"* _ ` # ~~ === --- + | \ \| [a](b) ![ ] <b> &amp; > 12) 1. C# word a_b é 水 :- ```"
PIECES = st.sampled_from([*MARKS.split(), "# ", "- ", "1. ", "- - -", "| --- |", " ", "    ", "\n", "\u00a0"])
TEXTS = st.lists(PIECES, max_size=12).map("".join)
TAGS = st.sampled_from(
    ["p", "h2", "li", "ul", "ol", "pre", "blockquote", "td", "th", "table", "tr", "div", "code", "a"]
)


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")


MARKUP = st.recursive(
    TEXTS.map(escape),
    lambda inner: st.tuples(TAGS, st.lists(inner, max_size=4)).map(
        lambda drawn: f'<{drawn[0]} href="/x y(z)">{"".join(drawn[1])}</{drawn[0]}>'
    ),
    max_leaves=12,
)


@st.composite
def cut(draw, page):
    """Some stretches of a page, as if the rest were husk."""
    places = sorted(draw(st.lists(st.integers(0, len(page.text)), max_size=8)))
    labels = st.sampled_from([Label.ARTICLE, Label.TITLE])
    return [Span(a, b, draw(labels)) for a, b in zip(places[::2], places[1::2], strict=False) if a < b]


@given(MARKUP, st.data())
@example("<ul><li>a</li></ul><pre>- b\n    1. c\\*</pre>", None)
def test_without_what_it_adds_it_is_the_text(markup, data):
    page = read_html(markup, "p", "http://x.example/")
    spans = data.draw(cut(page)) if data else whole(page)
    kept = "".join(page.text[span.start : span.end] for span in spans)
    assert squeeze(unmark(render_markdown(page, spans))) == squeeze(kept)
    assert squeeze(unmark(render_markdown(page, spans, links=True, images=True))) == squeeze(kept)


@given(TEXTS, st.data())
def test_without_what_it_adds_it_is_the_plain_text(text, data):
    page = read_text(text, "p")
    spans = data.draw(cut(page))
    assert squeeze(unmark(render_markdown(page, spans))) == squeeze("".join(text[s.start : s.end] for s in spans))


def test_text_outside_all_blocks_is_not_lost():
    page = Page("p", "one\ntwo\nthree", (Block(4, 7),))
    assert render_markdown(page, whole(page)) == "one\n\ntwo\n\nthree"


@pytest.mark.parametrize(
    ("markup", "markdown"),
    [
        ("<h1>One</h1><h3>Two #</h3><p>Three", "# One\n\n### Two \\#\n\nThree"),
        ("<ul><li>a<li>b<ul><li>c</ul><li>d</ul><p>e", "- a\n- b\n    - c\n- d\n\ne"),
        ("<ol><li>a<li>b</ol>", "1. a\n1. b"),
        ("<blockquote><p>a<p>b</blockquote><p>c", "> a\n>\n> b\n\nc"),
        ("<p>x<pre>if a:\n    b = *c\n</pre><p>d", "x\n\n    if a:\n        b = *c\n\nd"),
        (
            "<table><tr><th>A<th>B|C<tr><td>1<td>2<tr><td>3<td>4</table>",
            "| A | B\\|C |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |",
        ),
        ("<table><tr><th>A<td>1<tr><th>B<td>2</table>", "|  |  |\n| --- | --- |\n| A | 1 |\n| B | 2 |"),
        ("<table><tr><td>1<td>2<tr><td>3</table>", "1\n\n2\n\n3"),  # no header: no rows can be told
        ("<table><tr><th>A<th>B<tr><td><td>2</table>", "A\n\nB\n\n2"),  # an empty cell: they do not come out even
        (
            "<p>1. a<p>- b<p># c<p>&gt; d<p>2 * 3 = [6] a_b _c_",
            "1\\. a\n\n\\- b\n\n\\# c\n\n\\> d\n\n2 \\* 3 = \\[6\\] a_b \\_c\\_",
        ),
        ("<p>&lt;script>&amp;amp; 1 &lt; 2 & 3", "\\<script>\\&amp; 1 < 2 & 3"),
        ("<p>a <a href='/x?a=1&b=(2)'>b [c]</a> d", "a b \\[c\\] d"),
        ("", ""),
    ],
)
def test_blocks_get_their_marks(markup, markdown):
    assert mark(markup) == markdown


@pytest.mark.parametrize(
    ("markup", "markdown"),
    [
        ("<p>a <a href='/x?a=1&b=(2)'>b [c]</a> d", "a [b \\[c\\]](https://news.example/x?a=1&b=%282%29) d"),
        ("<p>a <a href='javascript:alert(1)'>b</a>", "a b"),
        ("<p>a <a href='data:text/html,x'>b</a>", "a b"),
        ("<p>a <a href='c.html#d e'>b</a>", "a [b](https://news.example/a/c.html#d%20e)"),
        ("<p>a <a href='http://[oops'>b</a>", "a b"),
        (
            "<p>a<img src=i.png alt='An *image*'>b<p>c<img src=j.png>",
            "![An \\*image\\*](https://news.example/a/i.png)\n\n",
        ),
    ],
)
def test_links_and_images_are_written_on_demand(markup, markdown):
    assert mark(markup, links=True, images=True).startswith(markdown)


def test_husk_inside_a_line_leaves_the_line_whole():
    page = read_html("<p>One SPAM two.<ul><li>SPAM item", "p")
    spans = [Span(a, b, Label.ARTICLE) for a, b in [(0, 4), (8, 14), (18, 23)]]
    assert render_markdown(page, spans) == "One two.\n\n- item"


def test_a_list_whose_outer_items_are_husk_is_no_code():
    page = read_html("<ul><li>husk<ul><li>a</ul></ul>", "p")
    assert render_markdown(page, [Span(5, 6, Label.ARTICLE)]) == "- a"


def test_a_title_is_a_heading_whatever_its_element():
    page = read_html("<p>Head\n<p>Body", "p")
    assert render_markdown(page, [Span(0, 5, Label.TITLE), Span(5, 9, Label.ARTICLE)]) == "# Head\n\nBody"


@given(st.text(max_size=20), st.one_of(st.none(), st.text(max_size=20)))
def test_a_target_never_breaks_out_of_its_link(target, url):
    found = target_of(Page("p", "", url=url), target)
    assert found is None or not re.search(r"[\s()<>\\`|](?!&)", found)
