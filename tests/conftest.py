"""Builders that many tests share, and the laws that every report keeps."""

import re
from itertools import groupby, pairwise
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st

from dehusk.features import Measures
from dehusk.page import Page
from dehusk.read.html import read_html
from dehusk.read.text import read_text
from dehusk.spans import KEPT, MARGINS, UNCLAIMED_SCORE, Label

settings.register_profile("dehusk", deadline=None, max_examples=40)
settings.load_profile("dehusk")

TESTS = Path(__file__).parent
ROOT = TESTS.parent
KEPT_NAMES = frozenset(label.value for label in KEPT)
HEADLINE = "Villagers of Aldmoor Rebuild the Bridge That the Flood Took"
PROSE = (
    "The wooden bridge over the Lenn was taken by the flood in May, and for seven months the children of the upper"
    " village walked two miles to school. On Saturday the last plank was laid by Anselm Prates.",
    "The work was paid for with raffles, dinners and a gift of the dairy, which lent its two lorries as well. The new"
    " bridge is four feet higher than the old one and bears the ambulance, the engineers said.",
    "“My grandfather worked on the first bridge and I wanted to work on this one,” said Mr. Prates, who is 58 and led"
    " the volunteers together with his daughter Luana, an engineer in the county town.",
    "The village of Aldmoor has asked the county for a second pump beside the bridge, since the Lenn now rises faster"
    " than it did when the valley above it was still covered with forest.",
)
# Letters, white space that ends lines and white space that does not, a character that is two in lower case,
# marks, scripts without spaces, a character outside the basic plane, NUL and the byte order mark.
ODD = "abZ. \n\r\t\xa0\x0b\x0c\x85\u2028\u3000İßé’“”!?，。漢カ한ا\U0001f600\u0301\u200b\x00\ufeff\ufffd"


def make_page(text: str, url: str | None = None) -> Page:
    """The page of a plain text."""
    return read_text(text, "page", url)


def make_html(markup: str, url: str | None = None) -> Page:
    """The page of some markup."""
    return read_html(markup, "page", url)


def standing(tagger, page: Page | str, label: Label | None = None) -> list[str]:
    """The texts of a tagger's claims that stand by themselves, as this label, each once, in order of place."""
    page = make_page(page) if isinstance(page, str) else page
    found = sorted(tagger(Measures(page)), key=lambda claim: (claim.start, claim.end))
    sure = [c for c in found if c.score - MARGINS[c.label] >= UNCLAIMED_SCORE and label in (None, c.label)]
    return list(dict.fromkeys(page.slice(claim) for claim in sure))


def rules(tagger, page: Page | str) -> set[str]:
    """The rules of a tagger's claims that stand by themselves."""
    page = make_page(page) if isinstance(page, str) else page
    return {c.evidence.rule for c in tagger(Measures(page)) if c.score - MARGINS[c.label] >= UNCLAIMED_SCORE}


def within(*lines: str, before: int = 3, after: int = 1) -> str:
    """The text of an article with these lines in it, headline first."""
    return "\n\n".join([HEADLINE, *PROSE[:before], *lines, *PROSE[before : before + after]])


def squeeze(text: str) -> str:
    """The non-space characters of a text."""
    return "".join(text.split())


def read_gold(path: Path) -> tuple[str, list[str]]:
    """The non-space characters of a table of pieces (label, tab, text), and the label of each."""
    rows = [line.split("\t", 1) for line in path.read_text("utf-8").splitlines()]
    return "".join(squeeze(piece) for _, piece in rows), [name for name, piece in rows for _ in squeeze(piece)]


def names_by_char(report) -> list[str]:
    """The label of each non-space character of a report's text."""
    return [span.label.value for span in report.spans for _ in squeeze(report.page.slice(span))]


def agreement(gold: list[str], found: list[str]) -> tuple[float, float]:
    """The shares of characters that agree on kept against removed, and on the label."""
    pairs = list(zip(gold, found, strict=True))
    kept = sum((one in KEPT_NAMES) == (other in KEPT_NAMES) for one, other in pairs)
    return kept / len(pairs), sum(one == other for one, other in pairs) / len(pairs)


def differences(text: str, gold: list[str], found: list[str]) -> list[str]:
    """The stretches on which two labellings of the non-space characters differ."""
    rows, at = [], 0
    for (one, other), run in groupby(zip(gold, found, strict=True)):
        length = len(list(run))
        if one != other:
            rows.append(f"{one} not {other}: {squeeze(text)[at : at + length][:60]}")
        at += length
    return rows


def assert_tiles(text: str, spans) -> None:
    """Law 1: the spans cover the text once, with each white space where the law puts it."""
    if not text.strip():
        assert [(s.start, s.end, s.label) for s in spans] == [(0, len(text), Label.CHROME)] * bool(text)
        return
    assert [s.start for s in spans] == [0, *(s.end for s in spans[:-1])]
    assert spans[-1].end == len(text)
    assert all(text[s.start : s.end].strip() for s in spans)
    for before, after in pairwise(spans):
        assert (before.label, before.evidence, before.hidden) != (after.label, after.evidence, after.hidden)
        piece, following = text[before.start : before.end], text[after.start : after.end]
        assert not re.search(r"[\r\n]", piece[len(piece.rstrip()) :])
        assert following[:1] in ("\n", "\r") or not following[:1].isspace()


def assert_laws(report) -> None:
    """Laws 1 to 3 on a report."""
    text, spans = report.text, report.spans
    assert_tiles(text, spans)
    assert "".join(report.page.slice(span) for span in spans) == text
    assert squeeze(report.title) == squeeze(
        "".join(report.page.slice(s) for s in spans if s.kept and s.label == Label.TITLE)
    )
    article = [s for s in spans if s.kept and s.label == Label.ARTICLE]
    assert report.clean == joined(text, article)
    assert squeeze(report.clean) == squeeze("".join(report.page.slice(s) for s in article))
    assert all(span.evidence for span in spans if span.label not in KEPT)
    assert 0 <= report.verdict.purity <= 1
    assert all(0 <= n < len(spans) for sign in report.verdict.signs for n in sign.spans)


def joined(text: str, spans) -> str:
    """Law 2's text of some spans, worked out character by character."""
    kept = bytearray(len(text))
    for span in spans:
        kept[span.start : span.end] = b"\x01" * (span.end - span.start)
    out, gap = "", ""
    at = 0
    for is_kept, run in groupby(kept):
        piece = text[at : at + len(list(run))]
        at += len(piece)
        inner = piece.strip()
        if not is_kept or not inner:
            gap += piece
            continue
        gap += piece[: piece.index(inner)]
        if out:
            out += "\n\n" if re.search(r"[\r\n]", gap) else " " if re.search(r"\s", gap) else ""
        out += inner
        gap = piece[piece.index(inner) + len(inner) :]
    return out


def odd_texts(max_size: int = 60):
    """Drawn texts with every sort of white space and odd character."""
    return st.text(st.sampled_from(ODD), max_size=max_size)
