"""Real pages that are not part of the project: run only where ../shared stands beside the checkout."""

import gzip
import hashlib
import json

import pytest
from conftest import KEPT_NAMES, ROOT, assert_laws, names_by_char

from dehusk import purify
from dehusk.spans import Label
from dehusk.verdict import SignName

SHARED = ROOT.parent / "shared" / "data"
LABELLED = SHARED / "labelled"
SAMPLE = 40  # pages, of different sites as the hash of the site picks them
MIN_KEPT_F1 = 0.85

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the data of ../shared is not beside this checkout")


@pytest.fixture(scope="module")
def prototype():
    gold = json.loads((SHARED / "prototype" / "page.gold.jsonl").read_text("utf-8"))
    return gold, purify((SHARED / "prototype" / "page.txt").read_bytes(), id="page")


def test_the_prototype_page_is_right_to_the_last_character(prototype):
    gold, report = prototype
    assert report.text == gold["text"]
    assert_laws(report)
    for number, wanted in enumerate(gold["spans"]):
        for at in range(wanted["start"], wanted["end"]):
            if not report.text[at].isspace():
                label = next(span.label for span in report.spans if span.start <= at < span.end)
                allowed = {wanted["label"]} | ({Label.SPAM, Label.CHROME} if number == 0 else set())
                assert label in allowed, report.text[at : at + 30]


def test_the_signs_of_the_prototype_page(prototype):
    verdict = prototype[1].verdict
    for sign in (SignName.SPAM_INJECTED, SignName.SPLICED, SignName.TRUNCATED):
        assert verdict.score(sign) >= 0.5
    assert verdict.complete is False
    assert verdict.action == "repair"


def test_the_owner_of_the_prototype_page(prototype):
    owner = prototype[1].metadata.owner
    assert owner.name == "The Times"
    assert "The New York Times" in [candidate.name for candidate in owner.candidates]


def test_the_metadata_of_the_prototype_page(prototype):
    gold, report = prototype
    title = next(gold["text"][s["start"] : s["end"]] for s in gold["spans"] if s["label"] == "title")
    assert (report.title, report.metadata.title) == (title, title)
    assert (report.metadata.updated, report.metadata.views) == ("2025-01-05T03:41", 92)


def sites():
    rows = [line.split("\t") for line in (SHARED / "sites.tsv").read_text("utf-8").splitlines()]
    return {row[1]: row[2] for row in rows if row[0] == "labelled"}


def sample():
    """Labelled pages, one a site, those whose site has the smallest hashes."""
    with gzip.open(LABELLED / "pages.jsonl.gz", "rt", encoding="utf-8") as lines:
        pages = [json.loads(line) for line in lines]
    homes = sites()
    by_site = {homes.get(page["id"], page["id"]): page for page in reversed(pages) if not page.get("skip")}
    ordered = sorted(by_site, key=lambda site: hashlib.sha256(site.encode()).hexdigest())
    return [by_site[site] for site in ordered[:SAMPLE]]


def test_kept_text_of_a_sample_of_labelled_pages():
    right = found = wanted = 0
    for page in sample():
        report = purify(page["text"], id=page["id"], kind="text")
        assert_laws(report)
        gold = [""] * len(page["text"])
        for span in page["spans"]:
            gold[span["start"] : span["end"]] = [span["label"]] * (span["end"] - span["start"])
        spaceless = [name for name, char in zip(gold, page["text"], strict=True) if not char.isspace()]
        for one, other in zip(spaceless, names_by_char(report), strict=True):
            right += one in KEPT_NAMES and other in KEPT_NAMES
            found += other in KEPT_NAMES
            wanted += one in KEPT_NAMES
    precision, recall = right / found, right / wanted
    assert 2 * precision * recall / (precision + recall) >= MIN_KEPT_F1, (precision, recall)
