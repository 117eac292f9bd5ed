"""The verdict on a page, from its spans."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from dehusk.owner import is_own
from dehusk.page import Page
from dehusk.spans import Label, Span
from dehusk.verdict import Action, Kind, Limits, Metadata, Sign, SignName, Verdict

# Families of notices that stand in for text, not beside it.
WALLS = frozenset(["paywall", "soft_404", "verification", "javascript", "login"])
ABOUT_READING = re.compile(r"read|view|continue|article|story|lesen|lire|leer|ler\b|baca|legg|lezen|czyt|oku|чита")
NEAR_CHARS = 400  # non-space characters between the end of the article and a wall that cut it
MAX_REST_SHARE = 0.2  # of the kept text after a wall that cut it
SENTENCE_ENDS = tuple(".!?…。！？।؟:\"”»'’)]")
CUT_ENDS = ("...", "…", "[…]", "[...]", "…]")
MIN_CUT_LINE_CHARS = 80  # a last line this long without a stop was cut
WALL_SCORE, ELLIPSIS_SCORE, NO_STOP_SCORE = 0.85, 0.6, 0.45
STUB_ACCESS_SHARE = 0.25  # of the page; with so much notice and so little text the page is a stub
DOORWAY_SHARE = 0.5  # of the page that is spam and promo where next to nothing else is
# Cues that a reader of somebody else's site would not meet; a name that is no known publisher's, or stands in a
# copyright line alone, may well be the site's own.
TELLING_CUES = frozenset(["account", "subscribe", "paywall", "login", "appeared", "from"])
COPIED_FACTOR = 0.85  # of the owner's score, where the site says that it is somebody else
VOUCHING_STEPS = 3  # levels up the tree within which a visible neighbour vouches for hidden text
TYPE_KINDS = {
    Kind.PRODUCT: "product offer individualproduct productgroup",
    Kind.FORUM: "discussionforumposting qapage socialmediaposting question",
    Kind.ARTICLE: "article newsarticle reportagenewsarticle analysisnewsarticle opinionnewsarticle blogposting report"
    " liveblogposting scholarlyarticle review recipe backgroundnewsarticle reviewnewsarticle medicalwebpage",
    Kind.DOCUMENTATION: "techarticle howto apireference faqpage softwaresourcecode",
    Kind.LISTING: "collectionpage searchresultspage itemlist productcollection",
    Kind.SERVICE: "service localbusiness professionalservice",
}
KIND_OF_TYPE = {name: kind for kind, names in TYPE_KINDS.items() for name in names.split()}
FORUM_PATH = re.compile(r"thread|forum|topic|message-?body|postbody|post-?content-?\d|showthread|viewtopic", re.I)
DOCS_PATH = re.compile(r"\bdocs?\b|documentation|sphinx|mkdocs|devsite|api-?reference|manual", re.I)
MIN_FORUM_NAMES = 3  # elements named after threads and posts
HOME_PATHS = ("", "/", "/index.html", "/index.php", "/home")
MIN_LISTING_LINES = 12  # lines made of links, for a page without much text to be a list of them
MIN_ARTICLE_CHARS = 200


def judge(page: Page, spans: tuple[Span, ...], metadata: Metadata, limits: Limits = Limits()) -> Verdict:
    """What the spans say of the page as a whole; `limits` say when it is dropped."""
    counts = dict.fromkeys(Label, 0)
    kept = 0
    for span in spans:
        size = _size(page, span)
        counts[span.label] += size
        kept += size * span.kept
    total = sum(counts.values())
    signs = tuple(_signs(page, spans, metadata, counts | {"kept": kept, "total": total}, limits))
    found = {sign.sign: sign.score for sign in signs}
    kind = Kind.DOORWAY if found.get(SignName.DOORWAY, 0) >= limits.drop_score else find_kind(page, kept)
    cut = found.get(SignName.TRUNCATED, 0) >= 0.5 or SignName.ACCESS_STUB in found
    complete = None if kept < limits.min_kept_chars and not cut else not cut
    return Verdict(kind, _action(spans, kept, found, limits), complete, kept / total if total else 0.0, signs)


def _size(page: Page, span: Span) -> int:
    """The non-space characters of a span."""
    return len("".join(page.text[span.start : span.end].split()))


def _action(spans: tuple[Span, ...], kept: int, found: dict[SignName, float], limits: Limits) -> Action:
    fatal = (SignName.DOORWAY, SignName.ACCESS_STUB, SignName.GARBLED)
    if kept < limits.min_kept_chars or any(found.get(sign, 0) >= limits.drop_score for sign in fatal):
        return Action.DROP
    harmless = {Label.CHROME, Label.META, Label.TITLE, Label.ARTICLE}
    return Action.KEEP if all(span.label in harmless and not span.hidden for span in spans) else Action.REPAIR


def _signs(
    page: Page, spans: tuple[Span, ...], metadata: Metadata, counts: dict[str, int], limits: Limits
) -> Iterator[Sign]:
    kept, total = counts["kept"], max(counts["total"], 1)
    sold = counts[Label.SPAM] + counts[Label.PROMO]
    if counts[Label.SPAM] and sold >= DOORWAY_SHARE * total and kept < limits.min_kept_chars:
        yield Sign(SignName.DOORWAY, round(min(0.97, 0.5 + sold / total / 2), 3), _numbers(spans, Label.SPAM))
    elif counts[Label.SPAM]:
        yield _sign(SignName.SPAM_INJECTED, spans, _numbers(spans, Label.SPAM))
    spliced = tuple(n for n, span in enumerate(spans) if span.label == Label.FOREIGN and _has_rule(span, "splice"))
    if spliced:
        yield _sign(SignName.SPLICED, spans, spliced)
    yield from _access_signs(page, spans, counts, limits)
    share = counts[Label.GARBLED] / max(kept + counts[Label.GARBLED], 1)
    if share > limits.max_garbled_share:
        yield Sign(SignName.GARBLED, min(0.97, 0.5 + share / 2), _numbers(spans, Label.GARBLED))
    owner = metadata.owner
    named = any(evidence.rule in TELLING_CUES for evidence in owner.evidence) and bool(owner.candidates)
    if named and is_own(owner, page) is False:
        yield Sign(SignName.COPIED, owner.score * COPIED_FACTOR)
    hidden = tuple(n for n, span in enumerate(spans) if span.hidden or _has_rule(span, "spam", "hidden_links"))
    if hidden:
        yield Sign(SignName.HIDDEN_TEXT, 1.0, hidden)


def _numbers(spans: tuple[Span, ...], label: Label) -> tuple[int, ...]:
    return tuple(number for number, span in enumerate(spans) if span.label == label)


def _sign(sign: SignName, spans: tuple[Span, ...], numbers: tuple[int, ...]) -> Sign:
    """The sign that these spans show, as sure as the surest of them."""
    return Sign(sign, max(spans[number].score or 0.0 for number in numbers), numbers)


def _has_rule(span: Span, tagger: str, rule: str | None = None) -> bool:
    return any(e.tagger == tagger and rule in (None, e.rule) for e in span.evidence)


def is_wall(span: Span) -> bool:
    """Whether a span is a notice that stands in for text; a prompt to log in only if it speaks of reading."""
    for evidence in span.evidence:
        worded = evidence.tagger == "access" and evidence.rule in WALLS and "place" not in evidence.facts
        if worded and (evidence.rule != "login" or ABOUT_READING.search(str(evidence.facts.get("wording", "")))):
            return span.label == Label.ACCESS
    return False


def _access_signs(page: Page, spans: tuple[Span, ...], counts: dict[str, int], limits: Limits) -> Iterator[Sign]:
    walls = tuple(number for number, span in enumerate(spans) if is_wall(span))
    kept, total = counts["kept"], max(counts["total"], 1)
    if walls and kept < limits.max_stub_chars and counts[Label.ACCESS] >= STUB_ACCESS_SHARE * total:
        score = 0.95 if kept < limits.min_kept_chars else 0.6
        yield Sign(SignName.ACCESS_STUB, score, walls)
    articles = [number for number, span in enumerate(spans) if span.kept and span.label == Label.ARTICLE]
    if not articles or kept < limits.min_kept_chars:
        return
    cutting = tuple(number for number in walls if _cuts(page, spans, articles, number, kept))
    text = page.slice(spans[articles[-1]]).rstrip()
    wrong = (1 - WALL_SCORE) if cutting else 1.0
    if text.endswith(CUT_ENDS):
        wrong *= 1 - ELLIPSIS_SCORE
    elif not text.endswith(SENTENCE_ENDS) and len(text.splitlines()[-1]) >= MIN_CUT_LINE_CHARS:
        wrong *= 1 - NO_STOP_SCORE
    if wrong < 1:
        yield Sign(SignName.TRUNCATED, 1 - wrong, cutting or (articles[-1],))


def _cuts(page: Page, spans: tuple[Span, ...], articles: list[int], wall: int, kept: int) -> bool:
    """Whether the wall stands close behind article text, with little of it left after."""
    before = [number for number in articles if number < wall]
    if not before:
        return False
    rest = sum(_size(page, spans[number]) for number in articles if number > wall)
    gap = sum(_size(page, span) for span in spans[before[-1] + 1 : wall])
    return rest <= MAX_REST_SHARE * kept and gap <= NEAR_CHARS


def find_kind(page: Page, kept: int) -> Kind:
    """The kind of a page: declared by its markup, else by what it is made of."""
    if not page.text.strip():
        return Kind.NONE
    types = [KIND_OF_TYPE[name] for value in page.declared.all("type") if (name := value.lower()) in KIND_OF_TYPE]
    if types:
        return types[0]
    steps = {step for path in {block.path or "" for block in page.blocks} for step in path.split(">")}
    address = re.sub(r"^https?://[^/]*", "", page.url or page.declared.get("canonical") or "-").split("?")[0]
    linked = sum(block.link_share > 0.5 for block in page.blocks)
    if address in HOME_PATHS:
        return Kind.HOME
    if sum(map(bool, map(FORUM_PATH.search, steps))) >= MIN_FORUM_NAMES:
        return Kind.FORUM
    if any(map(DOCS_PATH.search, steps)) or DOCS_PATH.search(page.url or ""):
        return Kind.DOCUMENTATION
    if kept < MIN_ARTICLE_CHARS:
        return Kind.LISTING if linked >= MIN_LISTING_LINES else Kind.NONE
    return Kind.ARTICLE


def mark_hidden(page: Page, spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """The spans, with hidden article that no visible neighbour vouches for marked as hidden.

    A neighbour is the next visible block on either side; it vouches if it is kept and stands at most
    `VOUCHING_STEPS` levels away in the tree: collapsed sections of an article are then kept.
    """
    if not any(block.hidden for block in page.blocks):
        return spans
    cuts = list(_unvouched(page, spans))
    return tuple(piece for span in spans for piece in _split(span, cuts)) if cuts else spans


def _unvouched(page: Page, spans: tuple[Span, ...]) -> Iterator[tuple[int, int]]:
    """The stretches of hidden text that nothing visible vouches for."""
    kept = [(span.start, span.end) for span in spans if span.kept]
    blocks = page.blocks
    for hidden, run in groupby(range(len(blocks)), key=lambda number: blocks[number].hidden):
        numbers = list(run)
        first, last = numbers[0], numbers[-1]
        sides = [number for number in (first - 1, last + 1) if 0 <= number < len(blocks)]
        if hidden and not any(_vouches(page, number, numbers[0], kept) for number in sides):
            yield (blocks[first - 1].end if first else 0), blocks[last].end


def _vouches(page: Page, visible: int, hidden: int, kept: list[tuple[int, int]]) -> bool:
    one, other = page.blocks[visible], page.blocks[hidden]
    steps, own = (one.path or "").split(">"), (other.path or "").split(">")
    shared = next((n for n, (a, b) in enumerate(zip(steps, own, strict=False)) if a != b), min(len(steps), len(own)))
    return len(own) - shared <= VOUCHING_STEPS and any(start <= one.start and one.end <= end for start, end in kept)


def _split(span: Span, cuts: list[tuple[int, int]]) -> Iterator[Span]:
    """The pieces of a kept span at these stretches; other spans whole."""
    if not span.kept:
        yield span
        return
    at = span.start
    for start, end in cuts:
        start, end = max(start, at), min(end, span.end)
        if start < end:
            if start > at:
                yield replace(span, start=at, end=start)
            yield replace(span, start=start, end=end, hidden=True)
            at = end
    if at < span.end:
        yield replace(span, start=at)
