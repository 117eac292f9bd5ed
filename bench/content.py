"""Main content by the protocols of the public sets."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from bench.figures import Columns, Floats, ratio, resampled
from bench.peers import Outcome
from bench.sets import Gold
from dehusk.train.chars import fold

WORD = re.compile(r"\w+")
SHINGLE = 4  # words
MATCH_CHARS = 12  # non-space characters in a row that two texts share where one has what the other has
KEPT_SHARE = 0.9  # of a paragraph's characters

Numbers = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Protocol:
    """How a set is scored: numbers of one page, and the figures made of their sums; `main` is the one that is ranked.

    `middle` is the number of a page whose median is shown.
    """

    count: Callable[[Any, str], Numbers]
    figures: Callable[[Columns], Mapping[str, Floats]]
    main: str
    middle: str


def harmonic(precision: float, recall: float) -> float:
    """The F1 of two rates."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def count_words(want: str, text: str) -> Numbers:
    """Words in common, as WCXB counts them: lower case, without order, each as often as it stands."""
    wanted, said = WORD.findall(want.lower()), WORD.findall(text.lower())
    both = sum((Counter(wanted) & Counter(said)).values())
    empty = float(not wanted and not said)
    precision, recall = both / len(said) if said else empty, both / len(wanted) if wanted else empty
    f1 = harmonic(precision, recall)
    return {
        "pages": 1, "precision": precision, "recall": recall, "f1": f1,
        "both": both, "wanted": len(wanted), "said": len(said),
    }  # fmt: skip


def _word_figures(sums: Columns) -> dict[str, Floats]:
    means = {name: ratio(sums[name], sums["pages"]) for name in ("f1", "precision", "recall")}
    return means | {"f1.pooled": ratio(2 * sums["both"], sums["wanted"] + sums["said"])}


def _grams(text: str) -> set[str]:
    return {text[at : at + MATCH_CHARS] for at in range(max(1, len(text) - MATCH_CHARS + 1))}


def covered(text: str, other: str, grams: set[str] | None = None) -> int:
    """How many characters of a folded text stand in stretches of `MATCH_CHARS` that the other has too."""
    if text and text in other:
        return len(text)
    grams = _grams(other) if grams is None else grams
    count = reached = 0
    for at in range(len(text) - MATCH_CHARS + 1):
        if text[at : at + MATCH_CHARS] in grams:
            count += at + MATCH_CHARS - max(at, reached)
            reached = at + MATCH_CHARS
    return count


def count_paragraphs(want: Mapping[str, Sequence[str]], text: str) -> Numbers:
    """How many of the paragraphs are kept, and how much of what is kept may be there."""
    said = fold(text)
    grams = _grams(said)
    paragraphs = [folded for folded in map(fold, want["paragraphs"]) if folded]
    kept = sum(covered(part, said, grams) >= KEPT_SHARE * len(part) for part in paragraphs)
    allowed = fold("".join(want["allowed"]))
    right = covered(said, allowed)
    return {
        "pages": 1, "paragraphs": len(paragraphs), "kept": kept, "chars": len(said), "right": right,
        "recall": kept / len(paragraphs) if paragraphs else 0.0, "precision": right / len(said) if said else 0.0,
        "asked": bool(paragraphs), "answered": bool(said),
    }  # fmt: skip


def _paragraph_figures(sums: Columns) -> dict[str, Floats]:
    return {
        "recall": ratio(sums["kept"], sums["paragraphs"]),
        "precision": ratio(sums["right"], sums["chars"]),
        "recall.mean": ratio(sums["recall"], sums["asked"]),
        "precision.mean": ratio(sums["precision"], sums["answered"]),
    }


def count_segments(want: Mapping[str, Sequence[str]], text: str) -> Numbers:
    """Segments that are there and not there, white space made even; one wanted and there is a true positive."""
    said = " ".join(text.split())
    true, false = (sum(" ".join(part.split()) in said for part in want[name]) for name in ("with", "without"))
    missed, rest = len(want["with"]) - true, len(want["without"]) - false
    return {
        "tp": true,
        "fp": false,
        "fn": missed,
        "tn": rest,
        "accuracy": (true + rest) / max(1, true + false + missed + rest),
    }


def _segment_figures(sums: Columns) -> dict[str, Floats]:
    true, false, missed, rest = (sums[name] for name in ("tp", "fp", "fn", "tn"))
    return {
        "f1": ratio(2 * true, 2 * true + false + missed),
        "precision": ratio(true, true + false),
        "recall": ratio(true, true + missed),
        "accuracy": ratio(true + rest, true + false + missed + rest),
    }


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = WORD.findall(text)
    parts = (tuple(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1)))
    return Counter(part for part in parts if part)


def count_shingles(want: str, text: str) -> Numbers:
    """Runs of four words in common, as the article-extraction benchmark counts them."""
    wanted, said = _shingles(want), _shingles(text)
    true = sum((wanted & said).values())
    all_wanted, all_said = sum(wanted.values()), sum(said.values())
    same = wanted == said
    precision = 1.0 if same else true / all_said if all_said else 0.0
    recall = 1.0 if same else true / all_wanted if all_wanted else 0.0
    return {
        "precision": precision * bool(all_said), "recall": recall * bool(all_wanted),
        "answered": bool(all_said), "asked": bool(all_wanted), "f1": harmonic(precision, recall),
    }  # fmt: skip


def _shingle_figures(sums: Columns) -> dict[str, Floats]:
    precision, recall = ratio(sums["precision"], sums["answered"]), ratio(sums["recall"], sums["asked"])
    return {"f1": ratio(2 * precision * recall, precision + recall), "precision": precision, "recall": recall}


PROTOCOLS: Mapping[str, Protocol] = {
    "wcxb": Protocol(count_words, _word_figures, "f1", "f1"),
    "fundus": Protocol(count_paragraphs, _paragraph_figures, "recall", "recall"),
    "multilingual": Protocol(count_segments, _segment_figures, "f1", "accuracy"),
    "article-extraction": Protocol(count_shingles, _shingle_figures, "f1", "f1"),
}


def content_of(outcome: Outcome, *, labels: bool) -> str:
    """The main text that a system gave, without the title where it tells them apart; empty where it failed."""
    if outcome.text is None:
        return ""
    return str(outcome.report["clean"]) if labels else outcome.text


def content_figures(protocol: Protocol, golds: Iterable[Gold], texts: Mapping[str, str]) -> dict[str, Any]:
    """The figures of these texts, by the keys of the items: all pages, each group, and the pages that have labels."""
    counted = [(gold, protocol.count(gold.want, texts.get(gold.item.key, ""))) for gold in golds]
    found = _summary(protocol, counted)
    groups: dict[str, list[tuple[Gold, Numbers]]] = {}
    for gold, numbers in counted:
        groups.setdefault(gold.group, []).append((gold, numbers))
    found["groups"] = {name: _summary(protocol, group) for name, group in sorted(groups.items())}
    found["with_labels"] = _summary(protocol, [(gold, numbers) for gold, numbers in counted if gold.oracle is not None])
    return found


def oracle_figures(protocol: Protocol, golds: Iterable[Gold]) -> dict[str, Any]:
    """What the labels of the pages that have some would be given: the ceiling of whoever goes by those labels."""
    held = [gold for gold in golds if gold.oracle is not None]
    return content_figures(protocol, held, {gold.item.key: gold.oracle or "" for gold in held})


def _summary(protocol: Protocol, counted: Sequence[tuple[Gold, Numbers]]) -> dict[str, Any]:
    if not counted:
        return {"pages": 0, "figures": {}}
    columns = {name: [numbers[name] for _, numbers in counted] for name in counted[0][1]}
    figures = resampled(columns, [gold.item.site for gold, _ in counted], protocol.figures)
    middle = round(median(columns[protocol.middle]), 5)
    return {"pages": len(counted), "figures": figures, f"{protocol.middle}.median": middle}
