"""A score as one HTML file to look at: nothing is loaded from elsewhere, and nothing of a page is taken for markup."""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from importlib.resources import files
from itertools import groupby

import numpy as np

from dehusk.html import LINE, TAGS, is_blank, plain
from dehusk.train.chars import HIDDEN, IS_KEPT, LABELS, NONE, Codes
from dehusk.train.score import PageScore, Score
from dehusk.train.score_text import counts, figures, interval, listed

MAX_PAGES = 12  # shown in full; the table of the worst has more
MAX_ROWS = 80  # lines of one page that are shown
MAX_LINE_CHARS = 600  # of one line
MAX_TABLE_PAGES = 24
CONTEXT_LINES = 1  # that agree, shown around those that do not
NAMES = (*(label.value for label in LABELS), "none")
CLASSES = (*NAMES, *("hidden" for _ in HIDDEN))
ABBREVIATIONS = (*(TAGS[name] for name in NAMES[:NONE]), "–")
HEAT_STEPS = 10
BAR_UNITS = 100


def render_html(score: Score, pages: Iterable[PageScore], title: str) -> str:
    """The whole file."""
    style = files("dehusk.train").joinpath("score.css").read_text("utf-8")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'"
    worst = sorted(pages, key=lambda page: (-page.lost - page.extra, page.page.id))
    worst = [page for page in worst if page.lost + page.extra]
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{plain(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>",
            f"<header><h1>{plain(title)}</h1>{_counts(score)}</header>",
            _figures(score),
            _bars(score),
            _confusion(score),
            _worst(worst),
            *(_page(page, number) for number, page in enumerate(worst[:MAX_PAGES], 1)),
            "</main>\n<footer>dehusk score</footer>\n</body>\n</html>\n",
        ]
    )


def _counts(score: Score) -> str:
    rows = [f"{said}: {listed(ids)}" if ids else said for said, ids in counts(score)]
    return f"<ul>{''.join(f'<li>{plain(row)}</li>' for row in rows)}</ul>"


def _figures(score: Score) -> str:
    cells = "".join(
        f"<div{' class=lead' if name == 'kept.f1' else ''}><dt>{plain(words)}</dt><dd>{value:{form}}"
        f"<small>{interval(score, name, form)}</small></dd></div>"
        for words, name, value, form in figures(score)
    )
    return f'<section aria-label="Figures"><dl class="figures">{cells}</dl></section>'


def _bars(score: Score) -> str:
    """Precision, recall and F1 of each label as bars, with the interval of F1 as a line."""
    rows = "".join(
        f'<tr class="{label}"><th scope="row">{_chip(NAMES.index(label))}</th>'
        + "".join(_bar(value, name) for name, value in (("P", rates.precision), ("R", rates.recall)))
        + _bar(rates.f1, "F1", score.intervals.get(f"labels.{label}.f1"))
        + f'<td class="n">{rates.chars:,}</td></tr>'
        for label, rates in score.labels.items()
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Label", "Precision", "Recall", "F1"))
    return (
        '<section><h2>By label</h2><p class="note">The line on an F1 bar is its 95 % interval, sites drawn anew.</p>'
        f'<table class="bars"><thead><tr>{head}<th scope="col" class="n">Characters</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></section>"
    )


def _bar(value: float, name: str, whisker: tuple[float, float] | None = None) -> str:
    line = ""
    if whisker:
        low, high = (round(edge * BAR_UNITS, 1) for edge in whisker)
        line = f'<rect class="whisker" x="{low}" y="4" width="{max(high - low, 0.8):.1f}" height="2"/>'
    return (
        f'<td data-name="{name}"><svg viewBox="0 0 {BAR_UNITS} 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="track" width="{BAR_UNITS}" height="10"/>'
        f'<rect class="fill" width="{value * BAR_UNITS:.1f}" height="10"/>{line}</svg><span>{value:.3f}</span></td>'
    )


def _chip(code: int) -> str:
    """The name of a label, and the two letters that stand for it where there is no room."""
    return f'<span class="chip {CLASSES[code]}"><abbr>{ABBREVIATIONS[code]}</abbr> <b>{CLASSES[code]}</b></span>'


def _confusion(score: Score) -> str:
    """Rows are gold, columns predictions; a cell says which share of its row it is."""
    rows = [at for at, row in enumerate(score.confusion) if sum(row)]
    columns = [at for at in range(NONE + 1) if any(row[at] for row in score.confusion)]
    head = "".join(f'<th scope="col">{_chip(at)}</th>' for at in columns)
    body = "".join(
        f'<tr><th scope="row">{_chip(at)}</th>'
        + "".join(_cell(score.confusion[at], at, column) for column in columns)
        + f'<td class="n">{sum(score.confusion[at]):,}</td></tr>'
        for at in rows
    )
    return (
        '<section><h2>Confusion of characters</h2><p class="note">A row is what gold says, a column what was '
        "predicted; a cell is its share of the row in per cent. The column of no label is text that no prediction "
        'covers.</p><div class="wide"><table class="confusion"><thead><tr><td></td>'
        f'{head}<th scope="col" class="n">Characters</th></tr></thead><tbody>{body}</tbody></table></div></section>'
    )


def _cell(row: Sequence[int], at: int, column: int) -> str:
    count, share = row[column], row[column] / sum(row)
    if not count:
        return "<td></td>"
    shown = f"{100 * share:.0f}" if share >= 0.005 else "·"
    kind = "right" if at == column else "wrong"
    step = max(1, round(share * HEAT_STEPS))
    said = f"{count:,} characters of {NAMES[at]} as {NAMES[column]}"
    return f'<td class="{kind} h{step}" title="{said}">{shown}</td>'


def _worst(pages: Sequence[PageScore]) -> str:
    """The pages with most characters wrongly left out or kept, as a table that leads to those shown below."""
    if not pages:
        return "<section><h2>Worst pages</h2><p>Every character was rightly kept or left out.</p></section>"
    rows = "".join(_worst_row(page, number) for number, page in enumerate(pages[:MAX_TABLE_PAGES], 1))
    most = pages[:MAX_TABLE_PAGES]
    more = f" The {len(most)} worst of {len(pages)} are listed," if len(most) < len(pages) else " All are listed,"
    return (
        '<section><h2>Worst pages</h2><p class="note">By characters wrongly left out (lost) or wrongly kept (extra).'
        f"{more} {min(MAX_PAGES, len(pages))} shown below.</p>"
        '<table class="worst"><thead><tr><th scope="col">Page</th><th scope="col" class="n">Lost</th>'
        '<th scope="col" class="n">Extra</th><th scope="col" class="n">To keep</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></section>"
    )


def _worst_row(page: PageScore, number: int) -> str:
    name = plain(page.page.id)
    link = f'<a href="#page-{number}">{name}</a>' if number <= MAX_PAGES else name
    mark = " <small>no prediction</small>" if page.missing else ""
    cells = "".join(f'<td class="n">{value:,}</td>' for value in (page.lost, page.extra, page.wanted))
    return f"<tr><td>{link}{mark}</td>{cells}</tr>"


def _page(page: PageScore, number: int) -> str:
    """One page: the lines on which gold and prediction differ in what they keep or say, side by side."""
    lines = list(_lines(page))
    shown = _chosen([wrong for *_, wrong in lines])
    rows: list[str] = []
    last = -1
    for at in shown[:MAX_ROWS]:
        rows += [_gap(at - last - 1)] if at - last > 1 else []
        rows.append(_pair(page, *lines[at]))
        last = at
    left = len(lines) - last - 1
    rows += [_gap(left)] if left and len(shown) <= MAX_ROWS else [_more(len(shown) - MAX_ROWS)] if left else []
    note = "No prediction." if page.missing else "The prediction is over another text." if page.realigned else ""
    url = f'<p class="url">{plain(page.page.url)}</p>' if page.page.url else ""
    return (
        f'<section class="page" id="page-{number}"><h3>{plain(page.page.id)}</h3>{url}'
        f'<p class="note">{page.lost:,} characters lost, {page.extra:,} kept too many, '
        f"of {page.wanted:,} to keep. {note}</p>"
        '<div class="pair head" aria-hidden="true"><div>Gold</div><div>Prediction</div></div>\n'
        + "\n".join(rows)
        + "</section>"
    )


def _lines(page: PageScore) -> Iterator[tuple[int, int, bool, bool]]:
    """Start and end of each line with text, whether it is wrongly kept or left out, and whether its label is wrong."""
    differs = (page.gold != page.said) & page.scored
    crossed = (IS_KEPT[page.gold] != IS_KEPT[page.said]) & page.scored
    for found in LINE.finditer(page.page.text):
        start, end = found.start(), found.start() + len(found[0].rstrip("\r\n"))
        if not is_blank(found[0]):
            yield start, end, bool(crossed[start:end].any()), bool(differs[start:end].any())


def _chosen(wrong: Sequence[bool]) -> list[int]:
    """The numbers of the lines that are shown."""
    near = np.zeros(len(wrong), np.bool_)
    for at in np.flatnonzero(np.array(wrong, np.bool_)):
        near[max(0, at - CONTEXT_LINES) : at + CONTEXT_LINES + 1] = True
    return [int(at) for at in np.flatnonzero(near)]


def _gap(count: int) -> str:
    return f'<p class="gap">{count} line{"" if count == 1 else "s"} alike</p>'


def _more(count: int) -> str:
    return f'<p class="gap">{count} more line{"" if count == 1 else "s"} of this kind not shown</p>'


def _pair(page: PageScore, start: int, end: int, crossed: bool, differs: bool) -> str:
    cut = min(end, start + MAX_LINE_CHARS)
    tail = "…" if cut < end else ""
    sides = "".join(
        f'<div dir="auto">{_pieces(page.page.text, codes, start, cut)}{tail}</div>' for codes in (page.gold, page.said)
    )
    kind = "crossed" if crossed else "differs" if differs else "same"
    return f'<div class="pair {kind}">{sides}</div>'


def _pieces(text: str, codes: Codes, start: int, end: int) -> str:
    """A line cut where its label changes; white space goes with what stands before it."""
    owners: list[int] = []
    for at in range(start, end):
        code = int(codes[at])
        owners.append(owners[-1] if text[at].isspace() and owners else code)
    drawn, at = [], start
    for code, run in groupby(owners):
        length = len(list(run))
        kind = "kept" if IS_KEPT[code] else "husk"
        drawn.append(
            f'<span class="{kind} {CLASSES[code]}"><i>{CLASSES[code]}</i>{plain(text[at : at + length])}</span>'
        )
        at += length
    return "".join(drawn)
