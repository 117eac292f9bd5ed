"""Figures from counts, for all pages and for many samples of the sites at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dehusk.train.chars import CODES, IS_KEPT, LABELS, NONE, SHOWN_AS, Ints

Floats = NDArray[np.float64]

BATCH = 50  # samples made at once, so that many sites take bounded memory
DECIMALS = 6  # of an interval; the digits after it are noise
TAIL_PERCENT = 2.5  # left out at either end of a 95 % interval
LOSS_QUANTILE = 0.95


@dataclass(frozen=True, slots=True)
class Tally:
    """What one page adds to the figures; loss and kept F1 are None where nothing is to be kept."""

    confusion: Ints
    events: tuple[int, int, int]
    clean: bool
    flagged: bool
    perfect: bool
    unmatched: int
    loss: float | None
    kept_f1: float | None


# The columns of the table of sums: one a cell of the confusion matrix, then these.
CELLS = CODES * CODES
COLUMNS = ("events", "strict", "removed", "clean", "flagged", "perfect", "unmatched", "pages", "wanted", "loss", "f1")
PLACE = {name: CELLS + number for number, name in enumerate(COLUMNS)}


def _row(tally: Tally) -> Floats:
    rest = (
        *tally.events,
        tally.clean,
        tally.flagged,
        tally.perfect,
        tally.unmatched,
        1,
        tally.loss is not None,
        tally.loss or 0.0,
        tally.kept_f1 or 0.0,
    )
    return np.concatenate((tally.confusion.ravel(), rest)).astype(np.float64)


def rate(tallies: Sequence[Tally]) -> dict[str, float]:
    """The figures of these pages by their names."""
    losses = sorted(t.loss for t in tallies if t.loss is not None)
    scores = [t.kept_f1 for t in tallies if t.kept_f1 is not None]
    sums = np.zeros((1, CELLS + len(COLUMNS)))
    for t in tallies:
        sums[0] += _row(t)
    sums[0, PLACE["loss"]], sums[0, PLACE["f1"]] = sum(losses), sum(scores)
    got = {name: float(value[0]) for name, value in _figures(sums)}
    got["article_loss.p95"] = losses[int(LOSS_QUANTILE * (len(losses) - 1))] if losses else 0.0
    got["per_page_kept_f1.median"] = sorted(scores)[len(scores) // 2] if scores else 0.0
    return got


def _figures(sums: Floats) -> Iterator[tuple[str, Floats]]:
    """Name and value of each figure that is made of sums, for each row of `sums`."""
    table = sums[:, :CELLS].reshape(-1, CODES, CODES)
    column = {name: sums[:, place] for name, place in PLACE.items()}
    kept_gold = table[:, IS_KEPT]
    got, wanted = kept_gold[:, :, IS_KEPT].sum((1, 2)), kept_gold.sum((1, 2))
    kept = table[:, :, IS_KEPT].sum((1, 2))
    yield from _rates("kept", got, kept, wanted)
    yield "article_loss.mean", _ratio(column["loss"], column["wanted"])
    yield "residue_per_1000", 1000 * _ratio(kept - got, kept)
    yield from _label_figures(table)
    yield "spam_events.strict", _ratio(column["strict"], column["events"])
    yield "spam_events.removed", _ratio(column["removed"], column["events"])
    yield "false_spam.share", _ratio(column["flagged"], column["clean"])
    yield "perfect_pages", _ratio(column["perfect"], column["pages"])
    yield "per_page_kept_f1.mean", _ratio(column["f1"], column["wanted"])
    yield "unmatched_per_1000", 1000 * _ratio(column["unmatched"], kept + column["unmatched"])


def _label_figures(table: Floats) -> Iterator[tuple[str, Floats]]:
    folded = np.zeros((len(table), NONE + 1, NONE + 1))
    for gold, said in np.ndindex(CODES, CODES):
        folded[:, SHOWN_AS[gold], SHOWN_AS[said]] += table[:, gold, said]
    total, count = np.zeros(len(table)), np.zeros(len(table))
    for code, label in enumerate(LABELS):
        true = folded[:, code].sum(1)
        named = dict(_rates(f"labels.{label}", folded[:, code, code], folded[:, :, code].sum(1), true))
        yield from named.items()
        total, count = total + named[f"labels.{label}.f1"] * (true > 0), count + (true > 0)
    yield "macro_f1", _ratio(total, count)


def _rates(name: str, hit: Floats, said: Floats, true: Floats) -> Iterator[tuple[str, Floats]]:
    precision, recall = _ratio(hit, said), _ratio(hit, true)
    yield f"{name}.precision", precision
    yield f"{name}.recall", recall
    yield f"{name}.f1", _ratio(2 * precision * recall, precision + recall)


def _ratio(part: Floats, whole: Floats) -> Floats:
    """The shares; 0 of nothing is 0."""
    return np.divide(part, whole, out=np.zeros_like(whole), where=whole != 0)


def intervals(
    tallies: Sequence[Tally], sites: Sequence[str], *, seed: int, resamples: int
) -> Mapping[str, tuple[float, float]]:
    """The 95 % interval of each figure when whole sites are drawn anew; none where there is one site only."""
    names = sorted(set(sites))
    if len(names) < 2 or resamples < 1:
        return {}
    number = {name: at for at, name in enumerate(names)}
    home = np.array([number[site] for site in sites])
    sums = np.zeros((len(names), CELLS + len(COLUMNS)))
    for at, tally in zip(home, tallies, strict=True):
        sums[at] += _row(tally)
    drawn: dict[str, list[Floats]] = {}
    rng = np.random.default_rng(seed)
    for first in range(0, resamples, BATCH):
        picks = rng.integers(0, len(names), (min(BATCH, resamples - first), len(names)))
        weights = np.stack([np.bincount(row, minlength=len(names)) for row in picks]).astype(np.float64)
        for name, values in [*_figures(weights @ sums), *_quantiles(tallies, weights[:, home])]:
            drawn.setdefault(name, []).append(values)
    return {name: _middle(np.concatenate(values)) for name, values in drawn.items()}


def _middle(values: Floats) -> tuple[float, float]:
    low, high = np.percentile(values, (TAIL_PERCENT, 100 - TAIL_PERCENT))
    return round(float(low), DECIMALS), round(float(high), DECIMALS)


def _quantiles(tallies: Sequence[Tally], weights: Floats) -> Iterator[tuple[str, Floats]]:
    """The figures that need the pages in order, each page counted as often as its site was drawn."""
    has = np.array([t.loss is not None for t in tallies], np.bool_)
    if not has.any():
        return
    counts = weights[:, has]
    losses = np.array([t.loss for t in tallies if t.loss is not None])
    scores = np.array([t.kept_f1 for t in tallies if t.kept_f1 is not None])
    pages = counts.sum(1)
    yield "article_loss.p95", _at_rank(losses, counts, np.floor(LOSS_QUANTILE * np.maximum(pages - 1, 0)))
    yield "per_page_kept_f1.median", _at_rank(scores, counts, pages // 2)


def _at_rank(values: Floats, counts: Floats, ranks: Floats) -> Floats:
    """For each row of counts the value at a rank, from 0, of the values each repeated so often."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(counts[:, order], axis=1)
    places = np.minimum((reached <= ranks[:, None]).sum(1), len(values) - 1)
    found: Floats = values[order][places]
    return found
