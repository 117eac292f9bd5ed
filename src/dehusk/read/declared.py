"""What a page's markup declares of it: meta tags, JSON-LD, microdata, links."""

import json
from collections.abc import Iterator, Mapping

from selectolax.lexbor import LexborHTMLParser, LexborNode

from dehusk.page import Declared, Fact

MAX_JSON_CHARS = 1_000_000  # of one JSON-LD script
MAX_VALUE_CHARS = 2000  # of one fact; a longer description is no description
MAX_GRAPH_NODES = 2000
SOURCES = ("json-ld", "og", "meta", "microdata", "link", "html", "title")  # the surest first
DECLARING = (
    "html, title, meta, link[rel], script[type='application/ld+json'], [itemprop], [rel~=license], [rel~=author],"
    " time[datetime]"
)
META_NAMES = {
    "og:title": ("title", "og"),
    "twitter:title": ("title", "meta"),
    "dc.title": ("title", "meta"),
    "citation_title": ("title", "meta"),
    "headline": ("title", "meta"),
    "author": ("author", "meta"),
    "article:author": ("author", "og"),
    "article:author_name": ("author", "og"),
    "og:article:author": ("author", "og"),
    "citation_author": ("author", "meta"),
    "dc.creator": ("author", "meta"),
    "dcterms.creator": ("author", "meta"),
    "parsely-author": ("author", "meta"),
    "sailthru.author": ("author", "meta"),
    "byl": ("author", "meta"),
    "article:published_time": ("date", "og"),
    "og:published_time": ("date", "og"),
    "og:article:published_time": ("date", "og"),
    "citation_publication_date": ("date", "meta"),
    "citation_date": ("date", "meta"),
    "date": ("date", "meta"),
    "pubdate": ("date", "meta"),
    "publishdate": ("date", "meta"),
    "publish-date": ("date", "meta"),
    "publish_date": ("date", "meta"),
    "publication_date": ("date", "meta"),
    "dc.date": ("date", "meta"),
    "dc.date.issued": ("date", "meta"),
    "dc.date.created": ("date", "meta"),
    "dcterms.created": ("date", "meta"),
    "dcterms.date": ("date", "meta"),
    "parsely-pub-date": ("date", "meta"),
    "sailthru.date": ("date", "meta"),
    "cxenseparse:recs:publishtime": ("date", "meta"),
    "article:modified_time": ("updated", "og"),
    "og:updated_time": ("updated", "og"),
    "og:modified_time": ("updated", "og"),
    "last-modified": ("updated", "meta"),
    "lastmod": ("updated", "meta"),
    "dcterms.modified": ("updated", "meta"),
    "og:site_name": ("sitename", "og"),
    "application-name": ("sitename", "meta"),
    "apple-mobile-web-app-title": ("sitename", "meta"),
    "publisher": ("publisher", "meta"),
    "dc.publisher": ("publisher", "meta"),
    "article:publisher": ("publisher", "og"),
    "copyright": ("publisher", "meta"),
    "og:description": ("description", "og"),
    "description": ("description", "meta"),
    "twitter:description": ("description", "meta"),
    "keywords": ("keywords", "meta"),
    "news_keywords": ("keywords", "meta"),
    "article:tag": ("tag", "og"),
    "og:image": ("image", "og"),
    "twitter:image": ("image", "meta"),
    "og:locale": ("language", "og"),
    "content-language": ("language", "meta"),
    "og:type": ("type", "og"),
    "og:url": ("canonical", "og"),
    "generator": ("generator", "meta"),
    "robots": ("robots", "meta"),
    "dc.rights": ("license", "meta"),
    "dcterms.license": ("license", "meta"),
}
JSON_NAMES = {
    "headline": "title",
    "datePublished": "date",
    "dateCreated": "created",
    "dateModified": "updated",
    "description": "description",
    "inLanguage": "language",
    "license": "license",
    "isAccessibleForFree": "free",
    "articleSection": "section",
    "copyrightHolder": "publisher",
    "author": "author",
    "creator": "creator",
    "publisher": "publisher",
    "keywords": "keywords",
    "image": "image",
}
DOCUMENT_TYPES = frozenset(
    [
        "Article",
        "NewsArticle",
        "ReportageNewsArticle",
        "AnalysisNewsArticle",
        "OpinionNewsArticle",
        "BackgroundNewsArticle",
        "Report",
        "BlogPosting",
        "LiveBlogPosting",
        "TechArticle",
        "ScholarlyArticle",
        "SocialMediaPosting",
        "DiscussionForumPosting",
        "QAPage",
        "MedicalWebPage",
        "AdvertiserContentArticle",
        "SatiricalArticle",
        "ReviewNewsArticle",
        "Review",
        "Recipe",
        "Product",
        "Event",
        "JobPosting",
        "Course",
        "HowTo",
        "FAQPage",
        "CreativeWork",
        "VideoObject",
        "Book",
        "Movie",
    ]
)
SITE_TYPES = frozenset(["WebSite", "Organization", "NewsMediaOrganization", "Corporation", "Blog"])
ITEM_NAMES = {
    "headline": "title",
    "author": "author",
    "datePublished": "date",
    "dateModified": "updated",
    "publisher": "publisher",
    "inLanguage": "language",
    "license": "license",
}


def read_declared(tree: LexborHTMLParser) -> Declared:
    """All that the markup declares, the surest source of each name first."""
    found = [fact for node in tree.css(DECLARING) for fact in _facts(node)]
    found.sort(key=lambda fact: SOURCES.index(fact.source))
    return Declared(tuple(found))


def _facts(node: LexborNode) -> Iterator[Fact]:
    tag, given = node.tag, node.attributes
    if tag == "meta":
        yield from _meta(given)
    elif tag == "script":
        yield from _json_ld(node.text(deep=True))
    elif tag == "html":
        yield from _fact("language", given.get("lang") or given.get("xml:lang"), "html")
    elif tag == "title":
        yield from _title(node)
    elif "rel" in given:
        yield from _link(node, given)
    elif tag == "time":
        yield from _fact("time", given.get("datetime"), "html")
    if name := ITEM_NAMES.get(given.get("itemprop") or ""):
        yield from _fact(name, _item_value(node, given), "microdata")


def _title(node: LexborNode) -> Iterator[Fact]:
    """The title of the page, not one of a drawing in it."""
    if node.parent is not None and node.parent.tag == "head":
        yield from _fact("title", node.text(deep=True), "title")


def _item_value(node: LexborNode, given: Mapping[str, str | None]) -> str:
    """What an element with `itemprop` says: its attribute, the name inside it, or its text."""
    if value := given.get("content") or given.get("datetime"):
        return value
    inner = node.css_first("[itemprop=name]") or node
    return inner.attributes.get("content") or inner.text(deep=True, separator=" ")


def _meta(given: Mapping[str, str | None]) -> Iterator[Fact]:
    name = given.get("property") or given.get("name") or given.get("http-equiv") or ""
    if known := META_NAMES.get(name.strip().lower()):
        yield from _fact(known[0], given.get("content"), known[1])


def _link(node: LexborNode, given: Mapping[str, str | None]) -> Iterator[Fact]:
    relation = (given.get("rel") or "").lower().split()
    for name in ("canonical", "license", "amphtml"):
        if name in relation:
            yield from _fact(name, given.get("href"), "link")
    if "author" in relation and node.tag == "a":
        yield from _fact("author", node.text(deep=True, separator=" "), "link")


def _fact(name: str, value: object, source: str) -> Iterator[Fact]:
    """The fact, unless its value is nothing; `keywords` become one `tag` each."""
    if isinstance(value, bool):
        value = str(value).lower()
    if not isinstance(value, str | int | float):
        return
    text = " ".join(str(value).split())[:MAX_VALUE_CHARS]
    if text and name == "keywords":
        for tag in text.split(","):
            yield from _fact("tag", tag, source)
    elif text:
        yield Fact(name, text, source)


def _json_ld(script: str) -> Iterator[Fact]:
    """The facts of a JSON-LD script; a broken one has none."""
    if len(script) > MAX_JSON_CHARS:
        return
    try:
        data = json.loads(script.strip().removesuffix(";"), strict=False)
    except (ValueError, RecursionError):
        return
    things = list(_things(data))
    by_id = {str(thing["@id"]): thing for thing in things if isinstance(thing.get("@id"), str) and len(thing) > 1}
    for thing in things:
        types = {kind for kind in _list(thing.get("@type")) if isinstance(kind, str)}
        if types & DOCUMENT_TYPES:
            yield from _document(thing, types, by_id)
        elif types & SITE_TYPES:
            yield from _fact("sitename" if "WebSite" in types else "organization", thing.get("name"), "json-ld")
        elif types:
            yield from _fact("page_type", min(types), "json-ld")


def _things(data: object) -> Iterator[Mapping[str, object]]:
    """The top objects of a document: its lists and graphs opened."""
    queue, count = [data], 0
    while queue and count < MAX_GRAPH_NODES:
        count += 1
        item = queue.pop(0)
        if isinstance(item, list):
            queue[:0] = item[:MAX_GRAPH_NODES]
        elif isinstance(item, dict):
            yield item
            queue[:0] = [item[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in item]


def _document(
    thing: Mapping[str, object], types: set[str], by_id: Mapping[str, Mapping[str, object]]
) -> Iterator[Fact]:
    yield from _fact("type", min(types & DOCUMENT_TYPES), "json-ld")
    if not types & {"Article", "NewsArticle"} and "headline" not in thing:
        yield from _fact("title", thing.get("name"), "json-ld")
    for key, name in JSON_NAMES.items():
        for value in _list(thing.get(key)):
            yield from _fact(name, _named(value, by_id), "json-ld")


def _named(value: object, by_id: Mapping[str, Mapping[str, object]]) -> object:
    """A value, or the name or address of the thing it is."""
    if not isinstance(value, dict):
        return value
    thing = value if "name" in value or "url" in value else by_id.get(str(value.get("@id")), value)
    return next((thing[key] for key in ("name", "url") if isinstance(thing.get(key), str)), None)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]
