"""The HTML page: all of the text once, nothing of it taken for markup, counts that add up."""

import re
from base64 import b64decode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dehusk.html import TAGS, describe, html_foot, html_head, html_page, shown_as, visible
from dehusk.page import Page
from dehusk.pipeline import purify
from dehusk.spans import Evidence, Label, Span
from dehusk.verdict import Action, Candidate, Kind, Metadata, Owner, Report, Sign, SignName, Verdict

EXAMPLES = sorted((Path(__file__).parent.parent / "examples" / "pages").iterdir())
WHY = {label: (Evidence(label.value, "made_up", {"words": 3}),) for label in Label}
VOID = {"meta", "rect"}
OWN_TAGS = re.compile(
    "html|head|meta|title|style|body|header|h[12]|div|button|span|kbd|nav|main|section|p|a|strong|ul|ol|li|b|i|dl|dt|dd"
    "|small|svg|rect|mark|details|summary|footer|script"
)
# What a page may try: markup, quotes, entities, direction overrides, terminal commands, odd line ends.
HOSTILE = (
    "<script>alert(1)</script>",
    "</div></section></main>",
    "\"' onmouseover='x",
    "&lt;b&gt; &amp;",
    "\u202etxet\u202c",
    "\x1b[31m",
    "\x1c",
    "\u2028",
    "]]>--><!--",
    "\r\n",
    "\n",
    "\r",
    "\n\n",
    " ",
    "\t",
)
texts = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=6), max_size=12).map("".join)


class Reader(HTMLParser):
    """What a browser would see of a file: tags, attributes, the shown text, and the labels of its pieces."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.shown: list[str] = []
        self.depth: int | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)
        if tag == "div" and (dict(attrs).get("class") or "").split()[:1] == ["text"]:
            self.depth = len(self.open)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
        if self.depth is not None and len(self.open) < self.depth:
            self.depth = None

    def handle_data(self, data):
        if self.depth is not None:
            self.shown.append(data)


def make_report(text: str, spans: tuple[Span, ...], **page: str) -> Report:
    verdict = Verdict(Kind.ARTICLE, Action.REPAIR, False, 0.5, (Sign(SignName.SPLICED, 0.912, (0,)),))
    owner = Owner("The Times", 0.9, (), (Candidate("Irish Times", 0.4),))
    return Report(Page(page.pop("id", "p"), text, **page), spans, verdict, Metadata(owner=owner, title="<i>T</i>"))


def cut(text: str, cuts: list[int], labels: list[Label], hidden: bool) -> tuple[Span, ...]:
    edges = sorted({0, len(text), *(at % (len(text) + 1) for at in cuts)})
    rows = zip(edges, edges[1:], labels, strict=False)
    spans = [Span(start, end, label, 0.9, WHY[label], None, hidden) for start, end, label in rows]
    return tuple(spans)


@st.composite
def reports(draw):
    text = draw(texts)
    cuts = draw(st.lists(st.integers(0, 200), max_size=6))
    labels = draw(st.lists(st.sampled_from(Label), min_size=8, max_size=8))
    return make_report(text, cut(text, cuts, labels, draw(st.booleans())), id=draw(texts), url=draw(texts))


def squeeze(text: str) -> str:
    return "".join(text.split())


@given(reports())
def test_all_text_is_shown_once_and_none_of_it_is_markup(report):
    seen = Reader(html_head(report.id) + html_page(report, 1) + html_foot(1, 1))
    expected = squeeze(visible(report.text))
    assert squeeze("".join(seen.shown)) == (expected or squeeze("No text on this page."))
    assert all(OWN_TAGS.fullmatch(tag) for tag in seen.tags)
    assert seen.tags.count("script") == seen.tags.count("style") == 1
    assert not [name for name, _ in seen.attributes if name.startswith("on") or name in ("style", "src")]
    assert all((value or "").startswith("#") for name, value in seen.attributes if name == "href")
    assert seen.open == []


@given(reports())
def test_no_control_or_direction_character_reaches_the_file(report):
    page = html_page(report, 1)
    assert visible(page) == page


@given(reports())
def test_the_legend_counts_each_span_and_each_character_once(report):
    rows = re.findall(r'data-label="(\w+)".*?<small>(\d+) spans?, ([\d,]+) chars?</small>', html_page(report, 1))
    assert {name for name, _, _ in rows} == {shown_as(span) for span in report.spans} <= TAGS.keys()
    assert sum(int(spans) for _, spans, _ in rows) == len(report.spans)
    assert sum(int(chars.replace(",", "")) for _, _, chars in rows) == len(squeeze(report.text))


@given(reports())
def test_names_are_given_once_and_links_inside_the_page_lead_somewhere(report):
    attributes = Reader(html_page(report, 7)).attributes
    names = [value for name, value in attributes if name == "id"]
    assert len(names) == len(set(names))
    assert {value for name, value in attributes if name == "aria-describedby"} <= set(names)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example(path):
    report = purify(path.read_bytes(), id=path.stem)
    shown = "".join(Reader(html_page(report, 1)).shown)
    assert squeeze(shown) == squeeze(visible(report.text))


@pytest.mark.parametrize(
    ("evidence", "sentence"),
    [
        (Evidence("chrome", "links"), "chrome: links"),
        (Evidence("chrome", "site_banner", {"words": 3.0}), "chrome: site banner - words 3"),
        (Evidence("chrome", "links", {"link_share": 0.66666}), "chrome: links - link share 0.667"),
        (
            Evidence("access", "paywall", {"wording": "already a subscriber", "language": "en"}),
            "access: paywall - wording 'already a subscriber', language en",
        ),
        (Evidence("spam", "token", {"token": "a\u202eb\n\x1bc"}), "spam: token - token 'a\\u202eb \\x1bc'"),
    ],
)
def test_evidence_is_a_sentence(evidence, sentence):
    assert describe(evidence) == sentence


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("\x00\x1b\x7f\x9b", "\\x00\\x1b\\x7f\\x9b"),
        ("\u200e\u202e\u2066\u2028\ufeff", "\\u200e\\u202e\\u2066\\u2028\\ufeff"),
        ("\U000e0041\ud800", "\\U000e0041\\ud800"),
        ("می\u200cشود 👩\u200d🚒 Ha\u00adus", "می\u200cشود 👩\u200d🚒 Ha\u00adus"),  # joiners that readers need
    ],
)
def test_unseen_characters_are_written_out(text, shown):
    assert visible(text) == shown


def test_evidence_stands_on_the_text_and_in_the_list():
    text = "brand Storm tonight\nIt rained."
    spans = (
        Span(0, 6, Label.SPAM, 0.97, (Evidence("spam", "brand_token", {"token": 'a "b"'}),)),
        Span(6, 19, Label.TITLE, 0.8, (Evidence("title", "heading"),)),
        Span(19, 30, Label.ARTICLE),
    )
    page = html_page(make_report(text, spans), 2)
    said = "spam: brand token - token &#x27;a &quot;b&quot;&#x27;"
    assert f'tabindex="0" aria-describedby="p2s0e" data-why="spam, score 0.97\n{said}">brand </mark>' in page
    assert page.count(said) == 2
    assert '<span class="kept article begin" id="p2s2">It rained.</span>' in page
    assert "no tagger claimed it" in page


def test_a_span_over_several_lines_carries_its_evidence_once():
    spans = (Span(0, 11, Label.CHROME, 0.9, WHY[Label.CHROME]),)
    page = html_page(make_report("one\n\ntwo\rtre", spans), 1)
    assert page.count("data-why") == 1
    assert page.count('data-of="p1s0"') == 2
    assert page.count('class="line') == 3
    assert page.count('class="line gap') == 1


def test_hidden_article_is_its_own_entry_and_hidden_spam_stays_spam():
    spans = (
        Span(0, 4, Label.ARTICLE, None, (), None, True),
        Span(4, 8, Label.SPAM, 0.9, WHY[Label.SPAM], None, True),
    )
    page = html_page(make_report("aaaabbbb", spans), 1)
    assert re.findall(r'data-label="(\w+)"', page) == ["spam", "hidden"]
    assert "hidden on the page" in page


def test_verdict_and_owner_are_said():
    page = html_page(make_report("a", (Span(0, 1, Label.ARTICLE),)), 1)
    words = ('<strong class="repair">repair</strong>', "not complete", "50.0% kept", "spliced", "0.91", "&lt;i&gt;T")
    assert [word for word in words if word not in page] == []
    assert "The Times 0.90 (candidates: Irish Times 0.40)" in page


def test_only_the_files_own_style_and_script_may_run():
    page = html_head("t") + html_foot(0, 0)
    style, script = (re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)[1] for tag in ("style", "script"))
    allowed = dict(re.findall(r"(style|script)-src 'sha256-([^']+)'", page))
    assert b64decode(allowed["style"]) == sha256(style.encode()).digest()
    assert b64decode(allowed["script"]) == sha256(script.encode()).digest()
    assert "default-src 'none'" in page
    assert not re.search(r"url\(|@import|https?:", page)


@pytest.mark.parametrize(
    ("shown", "total", "said"),
    [
        (200, 512, "Only the first 200 of 512 pages are shown here."),
        (3, 3, "dehusk, 3 pages<"),
        (1, 1, "dehusk, 1 page<"),
    ],
)
def test_the_foot_says_how_many_pages_are_shown(shown, total, said):
    assert said in html_foot(shown, total)
    assert ("Only the first" in html_foot(shown, total)) == (shown < total)


def test_white_space_without_end_costs_no_more_than_its_length():
    text = "a" + "\n \t" * 100_000 + " " * 300_000 + "\n" * 3 + "b"
    assert html_page(make_report(text, (Span(0, len(text), Label.ARTICLE),)), 1).count('class="line') == 2
