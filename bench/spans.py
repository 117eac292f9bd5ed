"""Spans against labelled, planted and honest pages."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.figures import Columns, Figure, Floats, exact_share, ratio, resampled
from bench.peers import Outcome, Ran
from bench.sets import Honest, Item
from dehusk.spans import Evidence, Label, Span
from dehusk.train.chars import CODE_OF, IS_KEPT, Codes, Ints, Mask, not_space
from dehusk.train.examples import BadLabels, Labelled
from dehusk.train.halves import digest
from dehusk.train.plant import Planted
from dehusk.train.plant_html import read_source
from dehusk.train.score import PageScore, Score, by_id, score_page, score_pages, summarise

FOUND_SHARE = 0.8  # of a plant's characters; a bracket left over does not make a find a miss
SPAM = CODE_OF[Label.SPAM]
SPAM_SIGNS = frozenset(("spam_injected", "doorway"))
CONTROL, TRUNCATION = "none", "truncation"

KEPT_FIGURES: Mapping[str, Callable[[Score], float]] = {
    "kept.precision": lambda score: score.kept.precision,
    "kept.recall": lambda score: score.kept.recall,
    "kept.f1": lambda score: score.kept.f1,
    "per_page_kept_f1.mean": lambda score: score.per_page_kept_f1.mean,
    "per_page_kept_f1.median": lambda score: score.per_page_kept_f1.median,
    "article_loss.mean": lambda score: score.article_loss.mean,
    "article_loss.p95": lambda score: score.article_loss.p95,
    "residue_per_1000": lambda score: score.residue_per_1000,
    "unmatched_per_1000": lambda score: score.unmatched_per_1000,
    "perfect_pages": lambda score: score.perfect_pages,
    "spam_events.removed": lambda score: score.spam_events.removed,
}
LABEL_FIGURES: Mapping[str, Callable[[Score], float]] = {
    "macro_f1": lambda score: score.macro_f1,
    "spam_events.strict": lambda score: score.spam_events.strict,
}


def as_labelled(id: str, outcome: Outcome, *, labels: bool) -> Labelled | None:
    """What a system says of a page; None where it says nothing.

    All of the text of a system that gives only text is taken for article, and is brought to the page by `score_page`:
    the lines of the page are looked up in it in order, white space folded, and what is found there was kept.
    """
    if outcome.text is None:
        return None
    if not labels:
        text = outcome.text
        spans = (Span(0, len(text), Label.ARTICLE),) if text.strip() else ()
        return Labelled(id, text, spans)
    report = outcome.report
    return Labelled(id, report["text"], tuple(map(_span, report["spans"])))


def _span(row: Sequence[Any]) -> Span:
    start, end, label, hidden, rules = row
    return Span(start, end, Label(label), None, tuple(Evidence(*rule.split(".", 1)) for rule in rules), None, hidden)


def labelled_figures(
    pages: Sequence[Labelled], said: Mapping[str, Labelled], *, labels: bool, by_language: bool = False
) -> dict[str, Any]:
    """The figures of `dehusk score` with their intervals; ids that are no page's are named, missing ones counted."""
    asked = by_id(pages)
    scored = score_pages(pages, said)
    score = summarise(scored, {}, tuple(id for id in said if id not in asked))
    wanted = {**KEPT_FIGURES, **LABEL_FIGURES} if labels else KEPT_FIGURES
    row: dict[str, Any] = {
        "pages": score.pages,
        "sites": score.sites,
        "missing": len(score.missing),
        "unknown": list(score.unknown),
        "figures": {name: _figure(score, name, get(score)) for name, get in wanted.items()},
    }
    if labels:
        row["labels"] = {
            label.value: {"f1": _figure(score, f"labels.{label}.f1", rates.f1), "chars": rates.chars}
            for label, rates in score.labels.items()
        }
        share = exact_share(score.false_spam.flagged, score.false_spam.clean_pages)
        row["false_spam"] = {
            "pages": score.false_spam.clean_pages,
            "flagged": score.false_spam.flagged,
            "share": share,
        }
    if by_language:
        row["languages"] = language_figures(scored)
    return row


def _figure(score: Score, name: str, value: float) -> Figure:
    return [round(value, 5), *score.intervals.get(name, ())]


def _kept_figures(sums: Columns) -> dict[str, Floats]:
    got, said, wanted = sums["wanted"] - sums["lost"], sums["wanted"] - sums["lost"] + sums["extra"], sums["wanted"]
    return {"kept.f1": ratio(2 * got, said + wanted), "lost": ratio(sums["lost"], wanted)}


def language_figures(scored: Iterable[PageScore]) -> dict[str, Any]:
    """Kept F1 and the share lost of the pages of each language."""
    groups: dict[str, list[PageScore]] = {}
    for page in scored:
        groups.setdefault(page.page.language or "not declared", []).append(page)
    rows = {}
    for name, pages in sorted(groups.items()):
        columns = {name: [getattr(page, name) for page in pages] for name in ("wanted", "lost", "extra")}
        rows[name] = {"pages": len(pages), "figures": resampled(columns, [p.page.site for p in pages], _kept_figures)}
    return rows


def given_predictions(pages: Sequence[Labelled], read: Callable[[], Iterable[Labelled]]) -> dict[str, Any]:
    """The figures of predictions from a file; where it cannot be used, why."""
    try:
        return labelled_figures(pages, by_id(read()), labels=True)
    except BadLabels as error:
        return {"refused": str(error)}


@dataclass(frozen=True, slots=True)
class Event:
    """A plant on a page: which characters of its text it is."""

    family: str
    label: Label
    places: Ints


def events_of(planted: Planted) -> list[Event]:
    """The plants of a page; those that only take text away are none. Raises `BadLabels` where markup and text part."""
    solid = np.flatnonzero(not_space(planted.text))
    starts = solid
    if planted.html is not None:
        source = read_source(Labelled(planted.id, planted.text, planted.spans, html=planted.html))
        if source is None:
            raise BadLabels(f"{planted.id}: the markup does not show the text")
        starts = source.starts
    found = []
    for edit in planted.edits:
        places = solid[(starts >= edit.start) & (starts < edit.end)]
        if len(places) and edit.family != TRUNCATION:
            found.append(Event(planted.family, edit.label, places))
    return found


def _ends(mask: Mask, place: int) -> tuple[int, int]:
    """The run of true values around a place."""
    off = np.flatnonzero(~mask)
    after = int(np.searchsorted(off, place))
    return (int(off[after - 1]) if after else -1, int(off[after]) if after < len(off) else len(mask))


def _is_exact(gold: Codes, said: Codes, places: Ints, code: int) -> bool:
    """Whether what was said begins and ends where gold does; places count characters that are not white space."""
    middle = int(places[len(places) // 2])
    return bool(said[middle] == code) and _ends(said == code, middle) == _ends(gold == code, middle)


def event_rows(planted: Planted, page: PageScore, *, labels: bool) -> list[dict[str, Any]]:
    """Of each plant whether it was found under its label, with its exact ends, and whether it was removed."""
    solid = not_space(planted.text)
    rank = np.cumsum(solid) - 1
    gold, said = page.gold[solid], page.said[solid]
    rows = []
    for event in events_of(planted):
        places = rank[event.places]
        code = CODE_OF[event.label]
        found = labels and bool((said[places] == code).mean() >= FOUND_SHARE)
        removed = bool((~IS_KEPT[said[places]]).mean() >= FOUND_SHARE)
        exact = found and _is_exact(gold, said, places, code)
        row = {"family": event.family, "label": event.label.value, "site": planted.source}
        rows.append(row | {"events": 1, "found": found, "removed": removed, "exact": exact})
    return rows


def _event_figures(sums: Columns) -> dict[str, Floats]:
    return {
        "found": ratio(sums["found"], sums["events"]),
        "removed": ratio(sums["removed"], sums["events"]),
        "exact": ratio(sums["exact"], sums["found"]),
    }


def _events(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    columns = {name: [float(row[name]) for row in rows] for name in ("events", "found", "removed", "exact")}
    return {"events": len(rows), "figures": resampled(columns, [row["site"] for row in rows], _event_figures)}


def planted_figures(pages: Sequence[Planted], ran: Ran) -> dict[str, Any]:
    """Of each family how many plants were found; what was said of controls and of truncated pages."""
    rows: list[dict[str, Any]] = []
    scored = []
    for planted in pages:
        outcome = ran.outcomes.get(planted.id, Outcome(None))
        gold = Labelled(planted.id, planted.text, planted.spans, planted.url, known_site=planted.source)
        page = score_page(gold, as_labelled(planted.id, outcome, labels=ran.peer.labels))
        rows += event_rows(planted, page, labels=ran.peer.labels)
        scored.append((planted, outcome, page))
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["family"], []).append(row)
    found: dict[str, Any] = {
        "pages": len(pages),
        "all": _events(rows),
        "families": {name: _events(group) | {"label": _label(group)} for name, group in sorted(groups.items())},
    }
    return found | (_controls(scored) if ran.peer.labels else {})


def _label(rows: Sequence[Mapping[str, Any]]) -> str:
    labels = {row["label"] for row in rows}
    return labels.pop() if len(labels) == 1 else "several"


def _controls(scored: Sequence[tuple[Planted, Outcome, PageScore]]) -> dict[str, Any]:
    controls = [(outcome, page) for planted, outcome, page in scored if planted.family == CONTROL]
    flagged = sum(_has_spam(page) for _, page in controls)
    cut = [outcome for planted, outcome, _ in scored if planted.truncated and outcome.text is not None]
    seen = sum(outcome.report["complete"] is False for outcome in cut)
    wrongly = sum(outcome.text is not None and outcome.report["complete"] is False for outcome, _ in controls)
    return {
        "controls": {"pages": len(controls), "false_spam": exact_share(flagged, len(controls))},
        "truncation": {
            "pages": len(cut),
            "said_cut": exact_share(seen, len(cut)),
            "controls_said_cut": exact_share(wrongly, len(controls)),
        },
    }


def _has_spam(page: PageScore) -> bool:
    return bool((page.said[page.scored] == SPAM).any())


def _honest_figures(sums: Columns) -> dict[str, Floats]:
    return {
        "lost": ratio(sums["lost"], sums["wanted"]),
        "lost.mean": ratio(sums["loss"], sums["pages"]),
    }


def honest_figures(pages: Sequence[Honest], ran: Ran) -> dict[str, Any]:
    """What honest pages on the topics of spam lose, and how many are accused; by language, topic and genre."""
    rows: list[dict[str, Any]] = []
    accused = []
    for honest in pages:
        outcome = ran.outcomes.get(honest.page.id, Outcome(None))
        said = as_labelled(honest.page.id, outcome, labels=ran.peer.labels)
        page = score_page(honest.page, said)
        signs = outcome.report["signs"].keys() if ran.peer.labels and outcome.text else ()
        row = {"language": honest.page.language, "genre": honest.genre, "topic": honest.topic, "site": honest.page.site}
        row |= {"pages": 1, "wanted": page.wanted, "lost": page.lost, "loss": page.lost / max(1, page.wanted)}
        rows.append(row | {"flagged": _has_spam(page), "sign": bool(SPAM_SIGNS & set(signs))})
        if said and ran.peer.labels:
            accused += [{"id": honest.page.id, **place} for place in spam_places(said)]
    found = _honest_group(rows)
    for name in ("language", "genre", "topic"):
        groups: dict[str, list[dict[str, Any]]] = {}
        sizes = Counter(row[name] for row in rows)
        for row in rows:
            groups.setdefault(row[name] if sizes[row[name]] > 1 else "others", []).append(row)
        found[name] = {key: _honest_group(group) for key, group in sorted(groups.items())}
    return found | {"spans": accused} if ran.peer.labels else found


def _honest_group(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    columns = {name: [float(row[name]) for row in rows] for name in ("pages", "wanted", "lost", "loss")}
    return {
        "pages": len(rows),
        "flagged": exact_share(sum(row["flagged"] for row in rows), len(rows)),
        "signs": sum(row["sign"] for row in rows),
        "figures": resampled(columns, [row["site"] for row in rows], _honest_figures),
    }


def spam_places(page: Labelled) -> list[dict[str, Any]]:
    """Where a page was said to have spam and by which rules, to be looked at by hand; not what stands there."""
    return [
        {"start": span.start, "end": span.end, "rules": sorted(f"{e.tagger}.{e.rule}" for e in span.evidence)}
        for span in page.spans
        if span.label == Label.SPAM
    ]


def pick_general(items: Iterable[Item], labelled_sites: frozenset[str], limit: int) -> list[Item]:
    """One page of each site that labelled pages do not come from, at most so many, drawn by the hash of the site."""
    by_site: dict[str, Item] = {}
    for item in sorted(items, key=lambda item: digest("general", item.set, item.id)):
        if item.site not in labelled_sites:
            by_site.setdefault(item.site, item)
    return sorted(by_site.values(), key=lambda item: digest("general", item.site))[:limit]


def general_figures(
    items: Sequence[Item], outcomes: Mapping[str, Outcome], reviewed: Mapping[tuple[str, str], str]
) -> dict[str, Any]:
    """The spam said to be on real pages; until someone has looked, each page counts as honest.

    A page that `reviewed` says to be `injected` is no honest page, and left out of the share.
    """
    listed = []
    pages = flagged = injected = missing = 0
    for item in items:
        outcome = outcomes.get(item.key, Outcome(None))
        said = as_labelled(item.id, outcome, labels=True)
        if said is None:
            missing += 1
            continue
        places = spam_places(said)
        finding = reviewed.get((item.set, item.id), "not looked at")
        listed += [{"set": item.set, "id": item.id, **place, "finding": finding} for place in places]
        injected += bool(places) and finding == "injected"
        pages += 1
        flagged += bool(places)
    return {
        "pages": pages,
        "missing": missing,
        "flagged": flagged,
        "injected": injected,
        "false_spam": exact_share(flagged - injected, pages - injected),
        "spans": listed,
    }
