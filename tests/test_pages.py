"""Whole pages: the examples and the variants of the prototype page, against their gold and against what was seen last.

`tests/pages/scores.tsv` has the agreement of each page with its gold; `tests/pages/NAME/spans.tsv` the spans of some.
Both are rewritten by `python tests/test_pages.py --write`: what changed is then read in the diff.
"""

import sys

import pytest
from conftest import ROOT, TESTS, agreement, assert_laws, differences, names_by_char, read_gold, squeeze

from dehusk import purify

VARIANTS = TESTS / "variants"
SCORES = TESTS / "pages" / "scores.tsv"
SHOWN = ("acude-ofertas", "feuerwehr-gehackt", "greenhouse-forum", "phare-kerouzel", "saltmere-gate")
HEAD = "page\tkept\tlabels\n"
SLACK = 0.0005  # scores are written with 3 decimals


def pages():
    """The files of all pages that have a gold, by name."""
    examples = {path.stem: path for path in sorted((ROOT / "examples" / "pages").iterdir())}
    return examples | {path.stem: path for path in sorted(VARIANTS.glob("*.txt"))}


PAGES = pages()


def gold_of(path):
    folder = path.parent.parent / "gold" if path.parent.name == "pages" else path.parent
    return folder / f"{path.stem}.tsv"


def report_of(path):
    return purify(path.read_bytes(), id=path.stem, kind=path.suffix[1:].replace("txt", "text"))


def score(path):
    """The report of a page, its agreement with the gold on kept and on labels, and where they differ."""
    report, (text, gold) = report_of(path), read_gold(gold_of(path))
    found = names_by_char(report)
    assert squeeze(report.text) == text, "the gold's pieces are not the page's text"
    return report, agreement(gold, found), differences(text, gold, found)


def show(report):
    """A line a span: label, rules, the beginning of its text."""
    rows = []
    for span in report.spans:
        rules = ",".join(f"{evidence.tagger}.{evidence.rule}" for evidence in span.evidence)
        label = f"{span.label.value}{' (hidden)' * span.hidden}"
        rows.append(f"{label}\t{rules}\t{' '.join(report.page.slice(span).split())[:60]}\n")
    return "".join(rows)


def read_scores():
    rows = [line.split("\t") for line in SCORES.read_text("utf-8").splitlines()[1:]]
    return {name: (float(kept), float(labels)) for name, kept, labels in rows}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_agrees_with_its_gold_as_well_as_it_did(name):
    report, (kept, labels), differing = score(PAGES[name])
    assert_laws(report)
    floor = read_scores()[name]
    assert kept >= floor[0] - SLACK, differing
    assert labels >= floor[1] - SLACK, differing


@pytest.mark.parametrize("name", SHOWN)
def test_the_spans_of_a_page(name):
    assert show(report_of(PAGES[name])) == (TESTS / "pages" / name / "spans.tsv").read_text("utf-8")


def test_every_page_has_its_score_and_its_gold():
    assert list(read_scores()) == list(PAGES)
    assert all(gold_of(path).is_file() for path in PAGES.values())
    assert len(list(VARIANTS.glob("*.tsv"))) == len(list(VARIANTS.glob("*.txt")))


def write():
    """Write what the pages give now as what is expected."""
    rows = []
    for name, path in PAGES.items():
        report, (kept, labels), differing = score(path)
        rows.append(f"{name}\t{kept:.3f}\t{labels:.3f}\n")
        sys.stderr.write(f"{rows[-1].strip()}\n" + "".join(f"    {row}\n" for row in differing))
        if name in SHOWN:
            folder = TESTS / "pages" / name
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "spans.tsv").write_text(show(report), "utf-8")
    SCORES.parent.mkdir(exist_ok=True)
    SCORES.write_text(HEAD + "".join(rows), "utf-8")


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("usage: python tests/test_pages.py --write")
    write()
