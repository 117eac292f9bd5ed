"""Figures with their intervals: means over pages resampled by site, and shares of few events."""

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Columns = Mapping[str, Floats]
Figure = list[float]  # value, low and high end of its 95 % interval; the value alone where there is one site
RESAMPLES = 1000
TAIL = 0.025  # left out at either end
DECIMALS = 5
STEPS = 60  # of a bisection; past these a share does not change


def ratio(part: Floats, whole: Floats) -> Floats:
    """The shares; 0 of nothing is 0."""
    return np.divide(part, whole, out=np.zeros_like(part, dtype=np.float64), where=whole != 0)


def resampled(
    columns: Mapping[str, Sequence[float]],
    sites: Sequence[str],
    figures: Callable[[Columns], Mapping[str, Floats]],
    *,
    seed: int = 0,
) -> dict[str, Figure]:
    """Each figure with its interval when whole sites are drawn anew.

    `columns` has a number for each page; `figures` makes figures from their sums, for many samples at once.
    """
    names = sorted(set(sites))
    number = {name: at for at, name in enumerate(names)}
    home = np.array([number[site] for site in sites], np.int64)
    table = np.zeros((len(names), len(columns)))
    np.add.at(table, home, np.array(list(columns.values()), np.float64).T.reshape(len(sites), len(columns)))
    whole = figures(dict(zip(columns, table.sum(0, keepdims=True).T, strict=True)))
    rows = {name: [round(float(value[0]), DECIMALS)] for name, value in whole.items()}
    if len(names) < 2:
        return rows
    sums = draw(len(names), seed) @ table
    drawn = figures(dict(zip(columns, sums.T, strict=True)))
    for name, values in drawn.items():
        rows[name] += [round(float(end), DECIMALS) for end in np.quantile(values, (TAIL, 1 - TAIL))]
    return rows


def draw(count: int, seed: int) -> Floats:
    """How often each of so many sites is drawn, a row a sample."""
    picks = np.random.default_rng(seed).integers(0, count, (RESAMPLES, count))
    return np.stack([np.bincount(row, minlength=count) for row in picks]).astype(np.float64)


def exact_share(events: int, of: int) -> Figure:
    """A share with its exact (Clopper-Pearson) 95 % interval.

    >>> exact_share(0, 600)
    [0.0, 0.0, 0.00613]
    """
    if not of:
        return [0.0, 0.0, 1.0]
    low = _solve(lambda share: 1 - _at_most(events - 1, of, share), TAIL) if events else 0.0
    high = _solve(lambda share: -_at_most(events, of, share), -TAIL) if events < of else 1.0
    return [round(number, DECIMALS) for number in (events / of, low, high)]


def _solve(rising: Callable[[float], float], wanted: float) -> float:
    """The share at which a rising function has this value."""
    low, high = 0.0, 1.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < wanted else (low, middle)
    return high


def _at_most(events: int, of: int, share: float) -> float:
    """The chance of no more events than these."""
    if not 0 < share < 1:
        return 1.0 if events >= of or share == 0 else 0.0
    ways = (math.lgamma(of + 1) - math.lgamma(k + 1) - math.lgamma(of - k + 1) for k in range(events + 1))
    return sum(math.exp(w + k * math.log(share) + (of - k) * math.log1p(-share)) for k, w in enumerate(ways))
