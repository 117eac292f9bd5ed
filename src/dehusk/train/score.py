"""Predicted spans against labelled pages, by the character."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from dehusk.spans import Label
from dehusk.train.chars import (
    CODE_OF,
    CODES,
    IS_KEPT,
    LABELS,
    NONE,
    SHOWN_AS,
    Codes,
    Ints,
    Mask,
    fold,
    not_space,
    owners,
)
from dehusk.train.examples import BadLabels, Labelled
from dehusk.train.rates import Tally, intervals, rate

SHORT_CHARS = 20  # a shorter line is looked for only near the place reached, since it may stand anywhere
NEAR_CHARS = 2000  # how near
REMOVED_SHARE = 0.8  # of a spam event's characters: a glued bracket does not make a removal a failure
SPAM, PROMO = CODE_OF[Label.SPAM], CODE_OF[Label.PROMO]


@dataclass(frozen=True, slots=True)
class PageScore:
    """How one page was labelled: `gold` and `said` have a code for each character of its text, `scored` which count."""

    page: Labelled
    gold: Codes
    said: Codes
    scored: Mask
    unmatched: int  # characters predicted as kept that no gold line accounts for
    missing: bool = False
    realigned: bool = False  # the predicted text was another one

    @property
    def wanted(self) -> int:
        """Characters that are to be kept."""
        return int(np.count_nonzero(IS_KEPT[self.gold] & self.scored))

    @property
    def lost(self) -> int:
        """Characters that are to be kept and were not."""
        return int(np.count_nonzero(IS_KEPT[self.gold] & ~IS_KEPT[self.said] & self.scored))

    @property
    def extra(self) -> int:
        """Characters that were kept and should not have been."""
        return int(np.count_nonzero(~IS_KEPT[self.gold] & IS_KEPT[self.said] & self.scored))


@dataclass(frozen=True, slots=True)
class Rates:
    """Precision, recall and their harmonic mean."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRates(Rates):
    """The rates of a label, and how many characters of gold have it."""

    chars: int


@dataclass(frozen=True, slots=True)
class Loss:
    """Share of a page's title and article that was not kept."""

    mean: float
    p95: float
    worst: float


@dataclass(frozen=True, slots=True)
class Events:
    """Gold spam spans, the share labelled spam and the share not kept, each by at least 80 % of its characters."""

    count: int
    strict: float
    removed: float


@dataclass(frozen=True, slots=True)
class FalseSpam:
    """Pages without gold spam or promo, and how many of them were said to have spam."""

    clean_pages: int
    flagged: int


@dataclass(frozen=True, slots=True)
class PerPage:
    """A figure of each page, over pages."""

    mean: float
    median: float


@dataclass(frozen=True, slots=True)
class Score:
    """All figures; what each means is in the words of `dehusk score --help`.

    `confusion` has a row for each gold label and a column for each predicted one, the last of each for no label.
    `intervals` has the 95 % interval of the figures named, resampled by site; it is empty where there is one site only.
    """

    pages: int
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    unverified: tuple[str, ...]
    realigned: int
    kept: Rates
    article_loss: Loss
    residue_per_1000: float
    macro_f1: float
    labels: Mapping[Label, LabelRates]
    spam_events: Events
    false_spam: FalseSpam
    perfect_pages: float
    per_page_kept_f1: PerPage
    unmatched_per_1000: float
    confusion: tuple[tuple[int, ...], ...]
    sites: int
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)


def by_id(pages: Iterable[Labelled]) -> dict[str, Labelled]:
    """The pages under their ids; raises `BadLabels` for an id that stands twice."""
    found: dict[str, Labelled] = {}
    for page in pages:
        if page.id in found:
            raise BadLabels(f"id {page.id!r} stands twice")
        found[page.id] = page
    return found


def score_pages(gold: Iterable[Labelled], predicted: Mapping[str, Labelled]) -> list[PageScore]:
    """Each gold page against its prediction; one without a prediction counts as nothing kept."""
    return [score_page(page, predicted.get(page.id)) for page in gold]


def score_page(gold: Labelled, predicted: Labelled | None) -> PageScore:
    """One page; white space is never scored, and of a page with verified ranges only what is in them."""
    codes, solid = owners(len(gold.text), gold.spans), not_space(gold.text)
    scored = solid & _verified(gold)
    if predicted is None:
        return PageScore(gold, codes, np.full_like(codes, NONE), scored, 0, missing=True)
    said = owners(len(predicted.text), predicted.spans)
    if gold.text == predicted.text:
        return PageScore(gold, codes, said, scored, 0)
    flat = said[not_space(predicted.text)]
    placed, unmatched = _realign(gold.text, fold(predicted.text), flat)
    aligned = np.full_like(codes, NONE)
    aligned[solid] = placed
    return PageScore(gold, codes, aligned, scored, 0 if gold.verified is not None else unmatched, realigned=True)


def _verified(page: Labelled) -> Mask:
    if page.verified is None:
        return np.ones(len(page.text), np.bool_)
    mask = np.zeros(len(page.text), np.bool_)
    for start, end in page.verified:
        mask[start:end] = True
    return mask


def _realign(text: str, flat: str, said: Codes) -> tuple[Codes, int]:
    """For the non-space characters of `text` what was said of them in the text `flat`, and the kept rest of that.

    The lines of `text` are looked up in order, white space folded; what is not found was not labelled.
    """
    keys = [fold(line) for line in text.split("\n")]
    placed = np.full(sum(map(len, keys)), NONE, np.uint8)
    met = np.zeros(len(flat), np.bool_)
    reached = here = 0
    for key in filter(None, keys):
        hit = _find(flat, key, reached)
        if hit >= 0:
            placed[here : here + len(key)] = said[hit : hit + len(key)]
            met[hit : hit + len(key)] = True
            reached = hit + len(key) if hit >= reached else reached
        here += len(key)
    return placed, int(np.count_nonzero(IS_KEPT[said] & ~met))


def _find(flat: str, key: str, reached: int) -> int:
    """Where the line stands: at or after the place reached, else anywhere if it is long; -1 if nowhere."""
    if len(key) < SHORT_CHARS:
        return flat.find(key, reached, reached + NEAR_CHARS + len(key))
    hit = flat.find(key, reached)
    return hit if hit >= 0 else flat.find(key)


def tally(page: PageScore) -> Tally:
    """The counts of one page that all figures are made of."""
    gold, said = page.gold[page.scored], page.said[page.scored]
    confusion = np.bincount(gold.astype(np.int64) * CODES + said, minlength=CODES * CODES).reshape(CODES, CODES)
    wanted, lost, extra = page.wanted, page.lost, page.extra
    commercial = bool(np.isin(gold, (SPAM, PROMO)).any())
    return Tally(
        confusion,
        events=_events(page),
        clean=not commercial,
        flagged=not commercial and bool((said == SPAM).any()),
        perfect=not lost and not extra,
        unmatched=page.unmatched,
        loss=1 - (wanted - lost) / wanted if wanted else None,
        kept_f1=2 * (wanted - lost) / (2 * wanted - lost + extra) if wanted else None,
    )


def _events(page: PageScore) -> tuple[int, int, int]:
    """Runs of gold spam; how many of them were labelled spam, and how many not kept. White space ends no run."""
    solid = not_space(page.page.text)
    counted = page.scored[solid]
    said = page.said[solid]
    starts, ends = _runs((page.gold[solid] == SPAM) & counted)
    if not len(starts):
        return 0, 0, 0
    lengths = ends - starts
    strict = _sums(said == SPAM, starts, ends) >= REMOVED_SHARE * lengths
    removed = _sums(~IS_KEPT[said], starts, ends) >= REMOVED_SHARE * lengths
    return len(starts), int(strict.sum()), int(removed.sum())


def _runs(mask: Mask) -> tuple[Ints, Ints]:
    """Start and end of each run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return edges[::2], edges[1::2]


def _sums(mask: Mask, starts: Ints, ends: Ints) -> Ints:
    """How many values are true between each start and end."""
    total = np.concatenate(([0], np.cumsum(mask)))
    sums: Ints = total[ends] - total[starts]
    return sums


def score(
    gold: Iterable[Labelled],
    predicted: Iterable[Labelled],
    sites: Mapping[str, str] | None = None,
    *,
    seed: int = 0,
    resamples: int = 1000,
) -> Score:
    """The figures of these predictions; `sites` gives the site of an id, else it is the host of the page's address."""
    said = by_id(predicted)
    asked = by_id(gold)
    unknown = tuple(id for id in said if id not in asked)
    return summarise(score_pages(asked.values(), said), sites or {}, unknown, seed=seed, resamples=resamples)


def summarise(
    pages: Iterable[PageScore],
    sites: Mapping[str, str],
    unknown: tuple[str, ...] = (),
    *,
    seed: int = 0,
    resamples: int = 1000,
) -> Score:
    """The figures of scored pages; those of which nothing is verified are only listed."""
    pages = list(pages)
    counted = [page for page in pages if page.page.verified is None or page.scored.any()]
    tallies = [tally(page) for page in counted]
    homes = [sites.get(page.page.id, page.page.site) for page in counted]
    total = sum((t.confusion for t in tallies), np.zeros((CODES, CODES), np.int64))
    got = rate(tallies)
    return Score(
        pages=len(counted),
        missing=tuple(page.page.id for page in counted if page.missing),
        unknown=unknown,
        unverified=tuple(page.page.id for page in pages if page.page.verified is not None and not page.scored.any()),
        realigned=sum(page.realigned for page in counted),
        kept=Rates(*(got[f"kept.{name}"] for name in ("precision", "recall", "f1"))),
        article_loss=Loss(got["article_loss.mean"], got["article_loss.p95"], _worst(tallies)),
        residue_per_1000=got["residue_per_1000"],
        macro_f1=got["macro_f1"],
        labels=_labels(got, total),
        spam_events=Events(sum(t.events[0] for t in tallies), got["spam_events.strict"], got["spam_events.removed"]),
        false_spam=FalseSpam(sum(t.clean for t in tallies), sum(t.flagged for t in tallies)),
        perfect_pages=got["perfect_pages"],
        per_page_kept_f1=PerPage(got["per_page_kept_f1.mean"], got["per_page_kept_f1.median"]),
        unmatched_per_1000=got["unmatched_per_1000"],
        confusion=_shown(total),
        sites=len(set(homes)),
        intervals=intervals(tallies, homes, seed=seed, resamples=resamples),
    )


def _worst(tallies: Iterable[Tally]) -> float:
    return max((t.loss for t in tallies if t.loss is not None), default=0.0)


def _labels(got: Mapping[str, float], total: Ints) -> dict[Label, LabelRates]:
    """The rates of the labels that occur in gold."""
    chars = {label: int(total[CODE_OF[label] == SHOWN_AS].sum()) for label in LABELS}
    names = ("precision", "recall", "f1")
    return {
        label: LabelRates(*(got[f"labels.{label}.{name}"] for name in names), chars=chars[label])
        for label in LABELS
        if chars[label]
    }


def _shown(total: Ints) -> tuple[tuple[int, ...], ...]:
    """The confusion matrix, hidden text counted with the label that it has."""
    folded = np.zeros((NONE + 1, NONE + 1), np.int64)
    np.add.at(folded, (SHOWN_AS[:, None], SHOWN_AS[None, :]), total)
    return tuple(tuple(map(int, row)) for row in folded)
