"""A score as a table for the terminal, and as JSON."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from dehusk.html import visible
from dehusk.train.score import Score

MAX_LISTED = 10  # ids named in a table; the JSON has them all
NO_INTERVALS = "no intervals: these need pages of at least two sites"


def dumps_score(score: Score) -> str:
    """All figures as JSON."""
    return json.dumps(asdict(score), indent=1, ensure_ascii=False)


def render_table(score: Score) -> str:
    """The figures as lines, each with its 95 % interval where it has one."""
    head = ("", "value", "95 % by site" if score.intervals else "")
    rows = [head, *(_row(score, *figure) for figure in figures(score))]
    labels = [("label", "P", "R", "F1", "95 % by site", "characters"), *_labels(score)]
    return "\n".join([*_counts(score), "", *_columns(rows), "", *_columns(labels)])


def figures(score: Score) -> Iterator[tuple[str, str, float, str]]:
    """Words, name, value and form of each figure that is not of one label."""
    yield "kept precision", "kept.precision", score.kept.precision, ".4f"
    yield "kept recall", "kept.recall", score.kept.recall, ".4f"
    yield "kept F1", "kept.f1", score.kept.f1, ".4f"
    yield "kept F1 per page, mean", "per_page_kept_f1.mean", score.per_page_kept_f1.mean, ".4f"
    yield "kept F1 per page, median", "per_page_kept_f1.median", score.per_page_kept_f1.median, ".4f"
    yield "article loss, mean", "article_loss.mean", score.article_loss.mean, ".4f"
    yield "article loss, 95th percentile", "article_loss.p95", score.article_loss.p95, ".4f"
    yield "article loss, worst page", "", score.article_loss.worst, ".4f"
    yield "residue per 1,000 kept", "residue_per_1000", score.residue_per_1000, ".1f"
    yield "unmatched per 1,000 kept", "unmatched_per_1000", score.unmatched_per_1000, ".1f"
    yield "macro F1 over labels", "macro_f1", score.macro_f1, ".4f"
    yield "perfect pages", "perfect_pages", score.perfect_pages, ".4f"
    events, false = score.spam_events, score.false_spam
    yield f"spam labelled, of {events.count} events", "spam_events.strict", events.strict, ".3f"
    yield f"spam removed, of {events.count} events", "spam_events.removed", events.removed, ".3f"
    share = false.flagged / false.clean_pages if false.clean_pages else 0.0
    yield f"false spam, {false.flagged} of {false.clean_pages} clean pages", "false_spam.share", share, ".4f"


def counts(score: Score) -> Iterator[tuple[str, Sequence[str]]]:
    """What is to be said of the pages before any figure, each with the ids it is said of."""
    yield f"{score.pages} pages of {score.sites} sites", ()
    if score.missing:
        yield f"{len(score.missing)} without a prediction, counted as nothing kept", score.missing
    if score.unknown:
        yield f"{len(score.unknown)} predictions for pages that are not in gold, left out", score.unknown
    if score.unverified:
        yield f"{len(score.unverified)} pages without a verified range, left out", score.unverified
    if score.realigned:
        yield f"{score.realigned} predictions over another text, matched line by line", ()
    if not score.intervals:
        yield NO_INTERVALS, ()


def listed(ids: Sequence[str]) -> str:
    """The first of these ids, and how many more there are."""
    more = f" and {len(ids) - MAX_LISTED} more" if len(ids) > MAX_LISTED else ""
    return visible(", ".join(ids[:MAX_LISTED])).replace("\n", "\\n") + more


def interval(score: Score, name: str, form: str) -> str:
    """The interval of a figure, empty where it has none."""
    found = score.intervals.get(name)
    return f"{found[0]:{form}} to {found[1]:{form}}" if found else ""


def _counts(score: Score) -> list[str]:
    return [f"{said}: {listed(ids)}" if ids else said for said, ids in counts(score)]


def _row(score: Score, words: str, name: str, value: float, form: str) -> tuple[str, str, str]:
    return words, f"{value:{form}}", interval(score, name, form)


def _labels(score: Score) -> Iterator[tuple[str, ...]]:
    for label, rates in score.labels.items():
        shown = (f"{value:.3f}" for value in (rates.precision, rates.recall, rates.f1))
        yield label.value, *shown, interval(score, f"labels.{label}.f1", ".3f"), f"{rates.chars:,}"


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """The rows as lines, the first column set to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in rows]
