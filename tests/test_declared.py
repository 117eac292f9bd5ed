import pytest

from dehusk.read.html import read_html


def declared(head, body=""):
    return read_html(f"<head>{head}</head><body>{body}", "page").declared


@pytest.mark.parametrize(
    ("head", "name", "value", "source"),
    [
        ("<title>A</title>", "title", "A", "title"),
        ("<meta property=og:title content='A  b'>", "title", "A b", "og"),
        ("<meta name=AUTHOR content=Ann>", "author", "Ann", "meta"),
        ("<link rel=canonical href=/a>", "canonical", "/a", "link"),
        ("<meta property=article:published_time content=2025-01-05>", "date", "2025-01-05", "og"),
        ("<meta name=keywords content='a, b'>", "tag", "a", "meta"),
    ],
)
def test_what_the_head_declares_becomes_facts(head, name, value, source):
    [fact, *_] = [fact for fact in declared(head).facts if fact.name == name]
    assert (fact.value, fact.source) == (value, source)


@pytest.mark.parametrize(
    ("body", "name", "value"),
    [
        ("<time datetime=2025-01-05>yesterday</time>", "time", "2025-01-05"),
        ("<a rel=author href=/ann>Ann Example</a>", "author", "Ann Example"),
        ("<p itemprop=author>By <b itemprop=name>Ann Example</b>, reporter", "author", "Ann Example"),
        ("<time itemprop=datePublished datetime=2025-01-05>5 Jan</time>", "date", "2025-01-05"),
        ("<a rel=license href=/cc>terms</a>", "license", "/cc"),
    ],
)
def test_what_the_body_declares_becomes_facts(body, name, value):
    assert declared("", body).get(name) == value


def test_json_ld_names_are_followed_through_lists_graphs_and_ids():
    graph = (
        '{"@graph": [{"@type": "NewsArticle", "headline": "A", "author": [{"@id": "#ann"}, {"name": "Bo"}]},'
        ' {"@id": "#ann", "@type": "Person", "name": "Ann"}, {"@type": "WebSite", "name": "Post"}]}'
    )
    found = declared(f"<script type=application/ld+json>{graph}</script><title>A - Post</title>")
    assert (found.all("author"), found.get("title"), found.get("sitename")) == (("Ann", "Bo"), "A", "Post")


@pytest.mark.parametrize("script", ["", "{", "[" * 100_000, '{"@type": 3, "author": {"name": {}}}', "null"])
def test_broken_json_ld_declares_nothing(script):
    assert declared(f"<script type=application/ld+json>{script}</script>").facts == ()


def test_a_title_in_a_drawing_is_not_that_of_the_page():
    assert declared("", "<svg><title>Logo</title></svg>").get("title") is None
