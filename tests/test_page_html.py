"""Markup to a page: the text as a reader sees it, and how the markup cut it."""

import time

import pytest
from conftest import make_html
from hypothesis import given
from hypothesis import strategies as st

from dehusk.errors import TooLarge
from dehusk.read import html as reader

LEXBOR_BUG = pytest.mark.xfail(
    reason="lexbor looks for an open p through all open elements: time grows with the square"
)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>a  b\n\t c</p>", "a b c"),
        ("<p> a </p>", "a"),
        ("<p>a<b> b </b> c</p>", "a b c"),
        ("<p>a <b> b</b>c</p>", "a bc"),
        ("<p><b>a</b><i>b</i></p>", "ab"),
        ("<p>a <!-- no --> b</p>", "a b"),
        ("<p>a<span></span> <span></span> b</p>", "a b"),
        ("<p>a&nbsp; &nbsp;b</p>", "a\xa0 \xa0b"),  # a no-break space is not folded
        ("<p>a&#13;&#10;b</p>", "a b"),
        ("<p>a&#13;b</p>", "a b"),
        ("<p>a\fb</p>", "a b"),
        ("<p>a\u3000b\u2003c</p>", "a\u3000b\u2003c"),  # nor are these
        ("<p>a\u2028b\x85c</p>", "a\u2028b\x85c"),
        ("", ""),
        ("   \n ", ""),
        ("<p> &nbsp; </p>", ""),
        ("<p>a</p><p></p><p>b</p>", "a\nb"),
        ("<p>a</p> x <p>b</p>", "a\nx\nb"),
        ("<div>a<div>b</div>c</div>", "a\nb\nc"),
        ("<h1>a</h1><section>b</section><address>c</address>", "a\nb\nc"),
    ],
)
def test_white_space_is_folded_as_a_browser_folds_it(markup, text):
    assert make_html(markup).text == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>a<br>b<br/>c</p>", "a\nb\nc"),
        ("<p>a <br> b</p>", "a\nb"),
        ("<p>a<br><br>b</p>", "a\nb"),
        ("<p>a<hr>b", "a\nb"),
        ("<p>a<wbr>b</p>", "ab"),
        ("<ul><li>a<li>b<ul><li>c</ul></ul>", "a\nb\nc"),
        ("<ol><li>a</li><li><p>b</p></li></ol>", "a\nb"),
        ("<dl><dt>a<dd>b<dd>c</dl>", "a\nb\nc"),
        ("<table><caption>t</caption><tr><th>a<td>b<tr><td colspan=2>c</table>", "t\na\nb\nc"),
        ("<table><thead><tr><td>a</thead><tbody><tr><td>b</tbody></table>", "a\nb"),
        ("<figure><img src=x alt=no><figcaption>a</figcaption></figure>", "a"),
        ("<details><summary>a</summary>b</details>", "a\nb"),
        ("<fieldset><legend>a</legend><label>b</label></fieldset>", "a\nb"),
        ("<form>a<button>b</button></form>", "a\nb"),
        ("<center>a</center><blockquote>b</blockquote>", "a\nb"),
    ],
)
def test_blocks_are_lines(markup, text):
    assert make_html(markup).text == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<pre>a\n  b\n\nc</pre>", "a\n  b\nc"),
        ("<pre>\na  b</pre>", "a  b"),  # the parser drops the first line break
        pytest.param("<pre>a\n    b</pre>", "a\n    b"),
        pytest.param("<pre>    a</pre>", "    a"),
        pytest.param("<pre>a\n    <b>b</b></pre>", "a\n    b"),
        ("<pre>a\tb</pre>", "a\tb"),
        ("<pre>a&#13;b</pre>", "a\nb"),
        ("<pre><code>x  = 1\ny = 2\n</code></pre>", "x  = 1\ny = 2"),
        ("x<pre>a  b</pre>y  z", "x\na  b\ny z"),
    ],
)
def test_white_space_of_pre_is_kept(markup, text):
    assert make_html(markup).text == text


@pytest.mark.parametrize(
    "markup",
    [
        "<script>no</script>",
        "<style>no {}</style>",
        "<template><p>no</p></template>",
        "<!-- no -->",
        "<title>no</title>",
        "<head><title>no</title><meta name=description content=no></head>",
        "<img src=x alt=no title=no>",
        "<input value=no placeholder=no>",
        "<select><option>no</select>",
        "<textarea>no</textarea>",
        "<svg><title>no</title><text>no</text></svg>",
        "<iframe>no</iframe>",
        "<object>no</object>",
        "<video>no</video>",
        "<![CDATA[no]]>",
    ],
)
def test_what_no_reader_sees_is_left_out(markup):
    assert make_html(f"<p>a</p>{markup}<p>b</p>").text == "a\nb"


@pytest.mark.parametrize(
    "markup",
    ["<noscript>Enable JavaScript.</noscript>", "<noscript><div><p>Enable JavaScript.</p></div></noscript>"],
)
def test_the_text_of_noscript_is_read(markup):
    assert make_html(f"<p>a</p>{markup}<p>b</p>").text == "a\nEnable JavaScript.\nb"
    assert make_html(f"<html><head>{markup}</head><body><p>b</p>").text.endswith("b")


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>AT&amp;T &lt;b&gt; &eacute;&#233;&#xe9;</p>", "AT&T <b> ééé"),
        ("<p>AT&ampT &copy2024 &hellip;</p>", "AT&T ©2024 …"),
        ("<p>&nosuch; &; & a</p>", "&nosuch; &; & a"),
        ("<p>&#x1F600;&#128512;</p>", "\U0001f600\U0001f600"),
        ("<p>&#150;&#147;</p>", "–“"),  # numbers of the Windows table, as browsers read them
        ("<p>&amp;amp;</p>", "&amp;"),
        ("<p>a\x00b</p>", "ab"),
        ("<p>&#0;&#xD800;&#x110000;</p>", "\ufffd\ufffd\ufffd"),
        ("<p>a\ufffdb</p>", "a\ufffdb"),
        ("<p>so&shy;ft</p>", "so\xadft"),
    ],
)
def test_entities_and_odd_characters(markup, text):
    assert make_html(markup).text == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("a < b > c", "a < b > c"),
        ("<p>a<b>b<p>c</b>d", "ab\ncd"),
        ("<p>a</b></i></p></p>b", "a\nb"),
        ("<div><p>a</div>b", "a\nb"),
        ("<table>x<tr><td>a</table>", "x\na"),  # text between cells is put before the table
        ("<p>a<table><tr><td>b</table>c", "a\nb\nc"),
        ("<a href=x>a<a href=y>b</a>", "ab"),
        ("<p title='a>b'>c</p>", "c"),
        ("<p class=x class=y>c", "c"),
        ("<nosuch>a</nosuch><p>b", "a\nb"),
        ("<p>a<script>if (a < b) { '</p>' }", "a"),
        ("<p>a<!-- never closed <p>b", "a"),
        ("</p>a", "a"),
        ("<html><body>a<html><body>b", "ab"),
        ("<p>a</p></body></html><p>b</p>", "a\nb"),
        ("<?php echo 1 ?><p>a", "a"),
        ("<frameset><frame src=x></frameset>", ""),
        ("<", "<"),
        ("<p", ""),
    ],
)
def test_broken_markup_is_read_as_a_browser_reads_it(markup, text):
    assert make_html(markup).text == text


@pytest.mark.xfail(strict=True, reason="the markup inside noframes is read as text")
def test_frames_that_no_browser_draws_show_their_text_without_tags():
    markup = "<html><frameset><frame src=x><noframes><body><p>Frames needed.</p></body></noframes></frameset></html>"
    assert "<" not in make_html(markup).text


@pytest.mark.parametrize(
    ("markup", "hidden"),
    [
        ("<p hidden>a</p>", True),
        ("<div hidden><p>a</p></div>", True),
        ("<p style='display:none'>a</p>", True),
        ("<p style='color:red; DISPLAY : None'>a</p>", True),
        ("<p style='display:none!important'>a</p>", True),
        ("<p style='visibility: hidden'>a</p>", True),
        ("<div style='display:none'><span>a</span></div>", True),
        ("<p style='display:block'>a</p>", False),
        ("<p style='x-display:none'>a</p>", False),
        ("<p style='color:red'>a</p>", False),
        ("<p style>a</p>", False),
        ("<p aria-hidden=true>a</p>", False),
        ("<p class=hidden>a</p>", False),
        ("<p>a</p>", False),
    ],
)
def test_hidden_by_attribute_and_by_style(markup, hidden):
    page = make_html(markup)
    assert [(page.slice(block), block.hidden) for block in page.blocks] == [("a", hidden)]


@pytest.mark.parametrize(
    ("markup", "anchors"),
    [
        ("<p>See <a href=/x>the  river</a> now.</p>", [("the river", "/x")]),
        ("<p><a href=x> a </a>b</p>", [("a", "x")]),
        ("<p>a <a href=x>b <i>c</i></a></p>", [("b c", "x")]),
        ("<p><a href=x>a</a> and <a href=y>b</a></p>", [("a", "x"), ("b", "y")]),
        ("<p><a href=x>a</a><a href=y>b</a></p>", [("a", "x"), ("b", "y")]),
        ("<a href=x><h2>a</h2><p>b</p></a>", [("a\nb", "x")]),
        ("<p><a name=x>a</a></p>", [("a", "")]),
        ("<p><a href=x></a>a</p>", []),
        ("<p><a href=x><img src=y></a>a</p>", []),
        ("<p>  <b> <a href=x>a</a></b></p>", [("a", "x")]),
        pytest.param("<pre>a\n    <a href=x>b</a></pre>", [("b", "x")]),
        ("<pre>  <a href=x>b</a> c</pre>", [("b", "x")]),
        ("<p>x&nbsp;<a href=x>&nbsp;a</a></p>", [("a", "x")]),
        ("<p>\u6c34<a href=x>\u706b</a>\u6728</p>", [("\u706b", "x")]),
        ("<p>\U0001f600 <a href=x>a</a></p>", [("a", "x")]),
    ],
)
def test_links_lie_on_their_anchors(markup, anchors):
    page = make_html(markup)
    assert [(page.slice(link), link.target) for link in page.links] == anchors


@pytest.mark.parametrize(
    ("markup", "share"),
    [
        ("<p>abcd</p>", 0.0),
        ("<p><a href=x>abcd</a></p>", 1.0),
        ("<p>ab <a href=x>cd</a></p>", 0.5),
        ("<p>ab c <a href=x>d e f</a> gh</p>", 3 / 8),
        ("<p><a href=x><b>ab</b>cd</a></p>", 1.0),
        ("<p>ab<a href=x> </a>cd</p>", 0.0),
    ],
)
def test_the_share_of_a_block_inside_links(markup, share):
    assert [block.link_share for block in make_html(markup).blocks] == [pytest.approx(share)]


@pytest.mark.parametrize(
    ("markup", "path"),
    [
        ("<p>a", "body>p"),
        ("<div id=main class='post entry'><p class=lead>a", "body>div#main.post.entry>p.lead"),
        ("<div><p><b>a</b>", "body>div>p"),
        ("<main role=main><p>a", "body>main[role=main]>p"),
        ("<div itemprop=articleBody>a", "body>div[itemprop=articleBody]"),
        ("<table><tr><td>a", "body>table>tbody>tr>td"),
        ("<p id='no > path' class='1 ok'>a", "body>p.ok"),
    ],
)
def test_a_block_knows_where_it_stands(markup, path):
    (block,) = make_html(markup).blocks
    assert block.path.startswith(path.split(">p>", 1)[0])
    assert block.path.removesuffix(">b") == path


def test_images_stand_before_the_text_that_follows_them():
    page = make_html("<p>a</p><img src=1.png alt=one><p>bc <img data-src=2.png> d</p>")
    assert [(image.start, image.target, image.alt) for image in page.images] == [(2, "1.png", "one"), (5, "2.png", "")]


DEEP = 20_000  # elements in one another
MAX_DEEP_SECONDS = 0.6  # of CPU; work that grows with the square takes twice as much and more


@pytest.mark.parametrize(
    "tag", [pytest.param("div", marks=LEXBOR_BUG), pytest.param("ul", marks=LEXBOR_BUG), "b", "a", "table", "font"]
)
def test_deeply_nested_tags_cost_what_others_cost(tag):
    start = time.process_time()
    page = make_html(f"<p>a</p>{f'<{tag}>' * DEEP}b")
    assert page.text.endswith("b")
    assert max(len(block.path) for block in page.blocks) < 10_000
    assert time.process_time() - start < MAX_DEEP_SECONDS


def test_a_hundred_thousand_nested_tags_are_read():
    page = make_html(f"<p>a</p>{'<b>' * 100_000}b")
    assert (page.text.startswith("a"), page.text.endswith("b")) == (True, True)


def test_two_hundred_thousand_blocks_are_read():
    page = make_html("<p>a</p>" * 200_000)
    assert len(page.blocks) == 200_000
    assert page.blocks[-1].end == len(page.text) == 399_999


def test_past_the_limit_on_nodes_a_page_is_too_large(monkeypatch):
    monkeypatch.setattr(reader, "MAX_NODES", 100)
    with pytest.raises(TooLarge, match="100 nodes"):
        make_html("<p>a" * 200)


TAGS = [
    "p",
    "div",
    "b",
    "a",
    "ul",
    "li",
    "br",
    "pre",
    "table",
    "tr",
    "td",
    "h1",
    "span",
    "noscript",
    "script",
    "style",
    "!--",
    "img",
    "hr",
    "textarea",
    "section",
    "button",
]
PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
    st.sampled_from(
        ["<a href=x>", "<p hidden>", "<i style='display:none'>", "&nbsp;", "&#13;", "&lt;", "\x00", "<", "&"]
    ),
    st.text(st.sampled_from("ab é漢\n\r\t\xa0\u2003\x0b"), max_size=5),
)


@given(st.lists(PIECES, max_size=30))
def test_every_block_is_a_line_of_the_text(pieces):
    page = make_html("".join(pieces))
    assert page.text == "\n".join(page.slice(block) for block in page.blocks)
    assert all(page.slice(block).strip() for block in page.blocks)
    assert all("\n" not in page.slice(block) and "\r" not in page.slice(block) for block in page.blocks)
    assert all(0 <= block.link_share <= 1 for block in page.blocks)
    for link in page.links:
        assert page.slice(link) == page.slice(link).strip() != ""
