"""Reports as one HTML page to look at: nothing is loaded from elsewhere, and nothing of a page is taken for markup."""

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files

from dehusk.page import Page
from dehusk.spans import KEPT, Evidence, Span
from dehusk.verdict import Metadata, Owner, Report, Sign, Verdict

# Controls, direction marks, line separators, tag characters and surrogates: what changes a display without being seen.
# Joiners, soft hyphens and zero-width spaces stay, since honest Persian, Khmer and emoji need them.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
BARE_WORD = re.compile(r"[\w.%+-]+")
HIDDEN = "hidden"
# How a span is shown, in the order of the legend, with the two letters that tell without colour.
TAGS = {
    "title": "Ti",
    "article": "Ar",
    "meta": "Me",
    "chrome": "Ch",
    "access": "Ac",
    "promo": "Pr",
    "spam": "Sp",
    "foreign": "Fo",
    "duplicate": "Du",
    "garbled": "Ga",
    HIDDEN: "Hi",
}
UNCLAIMED = "no tagger claimed it, and what nobody claims is article"
COMPLETE = {True: "complete", False: "not complete", None: "no article"}
FIELDS = ("title", "author", "date", "updated", "sitename", "hostname", "language", "description", "license", "image")
MAX_NOTE_EVIDENCE = 5  # more would not fit beside the text; the list below it has all
STRIP_UNITS = 1000  # the width of the strip that shows where on the page each label stands
MIN_STRIP_UNITS = 3.0  # about two pixels, so that one glued word can be seen


def html_head(title: str) -> str:
    """The beginning of the file, up to the first page."""
    style = _data("report.css")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(_data('report.js'))}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{plain(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f'<header class="top"><h1>{plain(title)}</h1>\n<div class="bar" role="toolbar" aria-label="View" hidden>'
        '<button type="button" id="clean" aria-pressed="false" aria-keyshortcuts="c">Clean text only</button>'
        '<button type="button" id="previous" aria-keyshortcuts="p">Previous<span> husk</span> <kbd>p</kbd></button>'
        '<button type="button" id="next" aria-keyshortcuts="n">Next<span> husk</span> <kbd>n</kbd></button>'
        '</div></header>\n<nav id="contents" aria-label="Pages" hidden></nav>\n<main>\n'
    )


def html_page(report: Report, number: int) -> str:
    """One page: verdict, legend, text and evidence; `number` counts the pages of the file from 1."""
    parts = [
        f'<section class="page" id="page-{number}" aria-labelledby="page-{number}-name">',
        _header(report, number),
        _strip(report),
        _legend(report),
        _text(report, number),
        _evidence_list(report.spans, number),
        "</section>",
    ]
    return "\n".join(parts) + "\n"


def html_foot(shown: int, total: int) -> str:
    """The end of the file; says so when only the first of many pages are shown."""
    count = f"{shown} of {total} pages" if shown < total else f"{total} page{'' if total == 1 else 's'}"
    more = f'<p class="more">Only the first {shown} of {total} pages are shown here.</p>' if shown < total else ""
    keys = "<kbd>n</kbd> next husk, <kbd>p</kbd> previous husk, <kbd>c</kbd> clean text only, <kbd>Esc</kbd> close"
    return (
        f'</main>\n<footer>{more}<p class="keys" hidden>{keys}</p><p>dehusk, {count}</p></footer>\n'
        f"<script>{_data('report.js')}</script>\n</body>\n</html>\n"
    )


def shown_as(span: Span) -> str:
    """What a span is coloured and counted as: its label, or `hidden` for text that would be kept if it were seen."""
    return HIDDEN if span.hidden and span.label in KEPT else span.label.value


def visible(text: str) -> str:
    r"""The text with unseen characters written out.

    >>> visible("a\u202eb\x1b[2J")
    'a\\u202eb\\x1b[2J'
    """
    return UNSEEN.sub(_written, text)


def is_blank(text: str) -> bool:
    """Whether nothing of the text can be shown; a control that counts as white space is written out, so it can."""
    return not text.strip() and not UNSEEN.search(text)


def describe(evidence: Evidence) -> str:
    """The evidence as a sentence on one line.

    >>> describe(Evidence("access", "paywall", {"wording": "already a subscriber", "language": "en"}))
    "access: paywall - wording 'already a subscriber', language en"
    """
    facts = ", ".join(f"{_words(name)} {_fact(value)}" for name, value in evidence.facts.items())
    said = f"{_words(evidence.tagger)}: {_words(evidence.rule)}"
    return visible(" ".join(f"{said} - {facts}".split()) if facts else said)


def show_score(score: float | None) -> str:
    """A score with two decimals, `-` for none."""
    return "-" if score is None else f"{score:.2f}"


def plain(text: str) -> str:
    """The text, escaped for elements and quoted attributes, unseen characters written out."""
    return escape(visible(text))


def _marked(text: str) -> str:
    """The text escaped, and its unseen characters written out and marked as such."""
    return UNSEEN.sub(lambda found: f'<i class="unseen">{_written(found)}</i>', escape(text))


def _written(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _fact(value: float | str) -> str:
    if isinstance(value, str):
        return value if BARE_WORD.fullmatch(value) else f"'{value}'"
    return f"{round(value, 3):.10g}"


@cache
def _data(name: str) -> str:
    return files("dehusk").joinpath("data", name).read_text("utf-8")


def _hash(inline: str) -> str:
    return f"sha256-{b64encode(sha256(inline.encode()).digest()).decode()}"


def _header(report: Report, number: int) -> str:
    page, verdict = report.page, report.verdict
    url = f'<p class="url">{plain(page.url)}</p>' if page.url else ""
    said = (verdict.kind.value, COMPLETE[verdict.complete], f"{verdict.purity:.1%} kept")
    return (
        f'<header><p class="turn"><a href="#page-{number}">Page {number}</a>'
        f'<a href="#page-{number + 1}" class="onward">Next page</a></p>'
        f'<h2 id="page-{number}-name">{plain(page.id)}</h2>{url}\n'
        f'<p class="verdict"><strong class="{verdict.action.value}">{verdict.action.value}</strong> '
        f"{' '.join(f'<span>{words}</span>' for words in said)}</p>\n"
        f"{_signs(verdict, number)}{_facts(page, report.metadata)}</header>"
    )


def _signs(verdict: Verdict, number: int) -> str:
    rows = "".join(f"<li>{_sign(sign, number)}</li>" for sign in verdict.signs)
    return f'<ul class="signs" aria-label="Signs">{rows}</ul>\n' if rows else ""


def _sign(sign: Sign, number: int) -> str:
    links = " ".join(f'<a href="#p{number}s{span}">{span}</a>' for span in sign.spans)
    where = f' <span class="where">span {links}</span>' if links else ""
    return f"<b>{_words(sign.sign.value)}</b> {show_score(sign.score)}{where}"


def _facts(page: Page, metadata: Metadata) -> str:
    """Owner and metadata as a list of names and values, with where each value was read."""
    sources = dict(metadata.sources)
    found = {name: value for name in FIELDS if (value := getattr(metadata, name))}
    found |= {"tags": ", ".join(metadata.tags)} if metadata.tags else {}
    found |= {"views": f"{metadata.views}"} if metadata.views is not None else {}
    found |= {"file": page.origin.file} if page.origin.file else {}
    rows = [_row("owner", _owner(metadata.owner), ""), *(_row(n, v, sources.get(n, "")) for n, v in found.items())]
    return f'<dl class="facts">{"".join(rows)}</dl>'


def _row(name: str, value: str, source: str) -> str:
    where = f" <small>{plain(source)}</small>" if source else ""
    return f"<div><dt>{name}</dt><dd>{plain(value)}{where}</dd></div>"


def _owner(owner: Owner) -> str:
    if owner.name == "unknown" and not owner.candidates:
        return owner.name
    others = "; ".join(f"{found.name} {show_score(found.score)}" for found in owner.candidates)
    return f"{owner.name} {show_score(owner.score)}" + (f" (candidates: {others})" if others else "")


def _strip(report: Report) -> str:
    """A bar as long as the page, coloured by label; its look is for eyes only, since the legend says the same."""
    scale = STRIP_UNITS / max(len(report.text), 1)
    rects = "".join(
        f'<rect class="{shown_as(span)}" x="{span.start * scale:.1f}" '
        f'width="{max(len(span) * scale, MIN_STRIP_UNITS):.1f}" height="10"/>'
        for span in sorted(report.spans, key=len, reverse=True)  # so that a short one is not covered
    )
    return (
        f'<svg class="strip" viewBox="0 0 {STRIP_UNITS} 10" preserveAspectRatio="none" aria-hidden="true">{rects}</svg>'
    )


def _legend(report: Report) -> str:
    counts = Counter(map(shown_as, report.spans))
    chars: Counter[str] = Counter()
    for span in report.spans:
        chars[shown_as(span)] += sum(map(len, report.text[span.start : span.end].split()))
    entries = "".join(_entry(name, counts[name], chars[name]) for name in TAGS if name in counts)
    return f'<div class="legend" role="group" aria-label="Labels, spans and non-space characters">{entries}</div>'


def _entry(name: str, spans: int, chars: int) -> str:
    """A button, dead until the script can make it one."""
    counted = f"{spans} span{'' if spans == 1 else 's'}, {chars:,} char{'' if chars == 1 else 's'}"
    return (
        f'<button type="button" class="{name}" data-label="{name}" aria-pressed="true" disabled>'
        f"<b>{TAGS[name]}</b> {name} <small>{counted}</small></button>"
    )


Pieces = list[tuple[int, str]]  # number of the span, and what of it stands on this line


def _lines(report: Report) -> Iterator[tuple[int, Pieces]]:
    """The lines with text on them: how many blank lines stand before each, and its pieces."""
    gap, pieces = 0, Pieces()
    for number, span in enumerate(report.spans):
        for line in LINE.findall(report.text[span.start : span.end]):
            text = line.rstrip("\r\n")
            pieces += [(number, text)] if text else []
            if len(text) < len(line):
                blank = all(is_blank(text) for _, text in pieces)
                if not blank:
                    yield gap, pieces
                gap, pieces = gap + 1 if blank else 0, []
    if not all(is_blank(text) for _, text in pieces):
        yield gap, pieces


def _text(report: Report, number: int) -> str:
    """The text, one element a line; a span is one `mark` or `span` on each line it stands on.

    Where no blank lines set paragraphs apart, each line is taken for one.
    """
    rows: list[str] = []
    begun: set[str] = set()
    lines = list(_lines(report))
    dense = "" if any(gap for gap, _ in lines[1:]) else " dense"
    for gap, pieces in lines:
        husk = not any(report.spans[at].kept for at, text in pieces if not is_blank(text))
        kind = f"line{' gap' if gap else ''}{' off' if husk else ''}"
        marked = "".join(_piece(report.spans[at], text, f"p{number}s{at}", begun) for at, text in pieces)
        rows.append(f'<div class="{kind}" dir="auto">{marked}</div>')
    drawn = "\n".join(rows) if rows else '<p class="none">No text on this page.</p>'
    return f'<div class="text{dense}">{drawn}</div>'


def _piece(span: Span, text: str, name: str, begun: set[str]) -> str:
    """What of a span stands on one line; its first piece carries name and evidence and can be focused."""
    element = "span" if span.kept else "mark"
    if is_blank(text) or name in begun:
        owner = "" if span.kept or is_blank(text) else f' data-of="{name}"'
        return f'<{element} class="{_classes(span)}"{owner}>{_marked(text)}</{element}>'
    begun.add(name)
    why = "" if span.kept and not span.evidence else f' tabindex="0" aria-describedby="{name}e" {_note(span)}'
    return f'<{element} class="{_classes(span)} begin" id="{name}"{why}>{_marked(text)}</{element}>'


def _classes(span: Span) -> str:
    return f"{'kept' if span.kept else 'husk'} {shown_as(span)}"


def _note(span: Span) -> str:
    said = [describe(evidence) for evidence in span.evidence]
    more = len(said) - MAX_NOTE_EVIDENCE
    lines = [_headline(span), *said[:MAX_NOTE_EVIDENCE], *([f"and {more} more below"] if more > 0 else [])]
    return f'data-why="{plain(chr(10).join(lines))}"'


def _headline(span: Span) -> str:
    seen = ", hidden on the page" if span.hidden else ""
    score = "" if span.score is None else f", score {show_score(span.score)}"
    return f"{span.label.value}{score}{seen}"


def _evidence_list(spans: Iterable[Span], number: int) -> str:
    rows = "".join(_evidence_row(span, f"p{number}s{at}", at) for at, span in enumerate(spans))
    return f'<details class="evidence"><summary>Evidence, span by span</summary><ol start="0">{rows}</ol></details>'


def _evidence_row(span: Span, name: str, at: int) -> str:
    said = "; ".join(describe(evidence) for evidence in span.evidence) or (UNCLAIMED if span.score is None else "none")
    where = f"characters {span.start} to {span.end}"
    path = f", in {plain(span.path)}" if span.path else ""
    return (
        f'<li class="{shown_as(span)}" id="{name}e" value="{at}"><a href="#{name}">{_headline(span)}</a> '
        f"{plain(said)} <small>({where}{path})</small></li>"
    )
