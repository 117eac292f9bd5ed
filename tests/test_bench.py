import gzip
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT))

from bench import measure, spans, speed  # noqa: E402 - the benchmark is no part of the package
from bench.__main__ import main  # noqa: E402
from bench.content import (  # noqa: E402
    PROTOCOLS,
    content_figures,
    count_paragraphs,
    count_segments,
    count_shingles,
    count_words,
    covered,
    oracle_figures,
)
from bench.figures import exact_share, ratio, resampled  # noqa: E402
from bench.folds import Fold, Leak, Written, assign, read_folds  # noqa: E402
from bench.peers import (  # noqa: E402
    HTML_PEERS,
    PARSING,
    TEXT_PEERS,
    Fault,
    Kind,
    Outcome,
    Peer,
    Pin,
    Ran,
    install,
    python_of,
    read_pins,
    run_over,
)
from bench.report import best, figure, render, table  # noqa: E402
from bench.runs import Asked, run_peer  # noqa: E402
from bench.sets import (  # noqa: E402
    Gold,
    Item,
    kept_text,
    read_article_extraction,
    read_data,
    read_fundus,
    read_honest_pages,
    read_multilingual,
    read_wcxb,
)
from bench.speed import scaling, speed_figures, start_up  # noqa: E402
from dehusk.spans import Label, Span  # noqa: E402
from dehusk.train.examples import BadLabels, Labelled, read_labelled  # noqa: E402
from dehusk.train.halves import Half, Split  # noqa: E402
from dehusk.train.plant import Edit, Planted  # noqa: E402
from dehusk.train.planting import Plan, plant_pages  # noqa: E402
from dehusk.train.score import score_page  # noqa: E402

FAKE = Peer("fake", "fake", "dehusk", Kind.TEXT)
DEHUSK = TEXT_PEERS[0]
TEXT = "Mayor resigns\nThe mayor left on Monday, to nobody's surprise, and the council sat on.\nLog in to read on"
PAGE = f"<html lang=en><body><h1>Mayor resigns</h1><p>{TEXT.splitlines()[1]}</p><p>Log in to read on</p></body></html>"
GOLD = Labelled(
    "page", TEXT, (Span(0, 13, Label.TITLE), Span(14, 85, Label.ARTICLE), Span(86, len(TEXT), Label.ACCESS))
)


def write_lines(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def pack(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode()))


# Figures


def test_intervals_hold_the_value_and_one_site_has_none():
    def mean(sums):
        return {"mean": ratio(sums["hits"], sums["pages"])}

    columns = {"hits": [1.0, 0.0, 1.0, 1.0], "pages": [1.0] * 4}
    value, low, high = resampled(columns, ["a", "b", "c", "d"], mean)["mean"]
    assert low <= value == 0.75 <= high
    assert resampled(columns, ["a"] * 4, mean) == {"mean": [0.75]}


@pytest.mark.parametrize(
    ("events", "of", "low", "high"),
    [(0, 600, 0.0, 0.00613), (3, 600, 0.00103, 0.01454), (10, 10, 0.69150, 1.0), (0, 0, 0.0, 1.0)],
)
def test_exact_shares_are_those_of_the_tables(events, of, low, high):
    assert exact_share(events, of)[1:] == [pytest.approx(low, abs=2e-5), pytest.approx(high, abs=2e-5)]


# Peers: what crashes, hangs, fails, chatters or does not load is counted, and the run goes on


def test_a_peer_that_crashes_hangs_or_fails_is_counted_and_goes_on():
    pages = {"one": "a", "dies": "DIE", "two": "b", "hangs": "HANG", "fails": "FAIL", "talks": "CHATTER", "three": "c"}
    ran = run_over(FAKE, pages, page_seconds=2.0)
    assert {key: outcome.text for key, outcome in ran.outcomes.items()} == {
        "one": "A", "dies": None, "two": "B", "hangs": None, "fails": None, "talks": "CHATTER", "three": "C",
    }  # fmt: skip
    assert ran.faults == {"crashed": 1, "failed": 1, "hung": 1}
    assert ran.errors == {"ValueError": 1}
    assert ran.outcomes["dies"].fault is Fault.CRASHED


@pytest.mark.parametrize(
    ("peer", "reason"),
    [
        (Peer("magic-html", "x", "x", Kind.HTML), "ModuleNotFoundError"),
        (Peer("fake", "x", "x", Kind.HTML, "no-such-environment"), "cannot be started"),
        (Peer("no-such-peer", "x", "x", Kind.HTML), "KeyError"),
    ],
)
def test_a_peer_that_does_not_load_is_said_to(peer, reason, tmp_path):
    assert reason in run_over(peer, {"one": "a"}, home=tmp_path).refusal


def test_texts_of_all_scripts_and_sizes_come_through():
    pages = {"wide": "ß名前🙂\n" * 50_000, "empty": "", "broken": "a\ud800b"}
    got = {key: outcome.text for key, outcome in run_over(FAKE, pages).outcomes.items()}
    assert got == {"wide": pages["wide"].upper(), "empty": "", "broken": "A?B"}


def test_pins_name_every_peer_and_keep_lxml_html_clean_beside_who_needs_it():
    pins = {(pin.environment, pin.package): pin.requirements for pin in read_pins()}
    assert all("==" in wanted for requirements in pins.values() for wanted in requirements)
    needed = {(peer.environment, peer.package) for peer in (*HTML_PEERS, *TEXT_PEERS, PARSING) if peer.environment}
    assert needed <= pins.keys()
    for name in ("trafilatura", "justext"):
        assert any(wanted.startswith("lxml_html_clean==") for wanted in pins["html", name])


def test_what_does_not_install_is_named_once_and_remembered(tmp_path):
    pins = [Pin("html", "no-such-thing", ("no such requirement",))]
    missing = install(pins, tmp_path)
    stamp = tmp_path / "html" / "installed.json"
    before = stamp.stat().st_mtime_ns
    assert missing.keys() == {"no-such-thing"}
    assert install(pins, tmp_path) == missing
    assert stamp.stat().st_mtime_ns == before
    assert python_of("html", tmp_path).is_file()


# No leaks


@dataclass(frozen=True)
class Known:
    arguments: tuple[str, ...]
    sites: frozenset[str]

    def sees(self, site):
        return site in self.sites


def test_each_page_goes_to_a_predictor_that_did_not_see_its_site():
    pages = [Asked("1", "a", ""), Asked("2", "b", ""), Asked("3", "a", ""), Asked("4", "c", "")]
    one, two = Known(("one",), frozenset("a")), Known(("two",), frozenset("bc"))
    assert [(p.arguments, [page.key for page in share]) for p, share in assign([one, two], pages)] == [
        (("one",), ["2", "4"]),
        (("two",), ["1", "3"]),
    ]
    assert assign([Written()], pages) == [(Written(), pages)]


def test_a_page_that_all_predictors_saw_is_refused():
    with pytest.raises(Leak, match="pages of a"):
        run_peer(DEHUSK, [Asked("1", "a", TEXT)], [Known((), frozenset("a"))])
    assert run_peer(FAKE, [Asked("1", "a", "x")], [Known((), frozenset("a"))]).outcomes["1"].text == "X"


def test_folds_know_the_sites_of_the_ids_that_they_saw(tmp_path):
    (tmp_path / "fold-0.npz").write_bytes(b"")
    with pytest.raises(Leak, match=r"no fold-0\.ids"):
        read_folds(tmp_path, {})
    (tmp_path / "fold-0.ids").write_text("p1\nlone\n")
    (fold,) = read_folds(tmp_path, {"p1": "a.example"})
    assert fold == Fold(tmp_path / "fold-0.npz", frozenset(("a.example", "lone")))
    assert fold.sees("a.example")
    assert not fold.sees("b.example")


def test_a_folder_without_weights_is_refused(tmp_path):
    with pytest.raises(Leak, match="no weights"):
        read_folds(tmp_path, {})


# Spans


def outcome_of(page, *found, text=TEXT):
    rows = [[start, end, label, False, [f"{label}.rule"]] for start, end, label in found]
    return Outcome(json.dumps({"text": text, "clean": "", "spans": rows, "signs": {}, "complete": True}))


def test_a_system_that_gives_only_text_keeps_the_lines_that_are_in_it():
    said = spans.as_labelled("page", Outcome("Menu\n\n" + "\n".join(TEXT.split("\n")[:2])), labels=False)
    row = spans.labelled_figures([GOLD], {"page": said}, labels=False)
    assert row["figures"]["kept.f1"] == [1.0]
    assert row["figures"]["unmatched_per_1000"][0] > 0
    assert "labels" not in row


def test_missing_pages_and_predictions_for_no_page_are_shown(tmp_path):
    rows = [{"id": "page", "text": TEXT, "spans": []}, {"id": "stray", "text": "x", "spans": []}]
    path = write_lines(tmp_path / "mine.jsonl", *rows)
    lost = Labelled("lost", TEXT, GOLD.spans)
    row = spans.given_predictions([GOLD, lost], lambda: read_labelled(path))
    assert (row["missing"], row["unknown"]) == (1, ["stray"])
    shown = "".join(measure_shown({"given mine": {"shown": "mine", **row}}))
    assert "mine: 1 pages without a prediction; 1 for pages that are not in gold: stray." in shown


@pytest.mark.parametrize(
    ("found", "reason"),
    [([(0, 20), (10, 30)], "overlaps"), ([(0, 4000)], "leaves the text"), ([(-1, 5)], "leaves the text")],
)
def test_predictions_that_overlap_or_leave_the_text_are_refused_and_the_run_goes_on(tmp_path, found, reason):
    rows = [{"start": start, "end": end, "label": "spam"} for start, end in found]
    path = write_lines(tmp_path / "mine.jsonl", {"id": "page", "text": TEXT, "spans": rows})
    given = measure.Given(text_peers=(FAKE,), predictions=(path,), jobs=1)
    part = measure.labelled_part(given, measure.Roll({}), [GOLD], Kind.TEXT)
    assert reason in part["systems"]["given mine"]["refused"]
    assert "kept.f1" in part["systems"]["fake"]["figures"]
    assert "mine: refused" in "".join(measure_shown(part["systems"]))


def measure_shown(systems):
    from bench.report import _labelled

    return _labelled("From text", {"pages": 1, "systems": systems})


def test_a_peers_faults_stand_in_the_roll():
    roll = measure.Roll({"gone": "no such version"})
    roll.add(Ran(FAKE, {"a": Outcome(None, fault=Fault.HUNG), "b": Outcome("x")}, "1.0"), 2, "labelled")
    roll.add(Ran(Peer("gone", "gone", "gone", Kind.HTML), refusal="ModuleNotFoundError"), 2, "labelled")
    assert roll.rows["fake"]["parts"]["labelled"]["faults"] == {"hung": 1}
    assert roll.rows["gone"]["does_not_run"] == "no such version"


PLANTED = Planted(
    id="p~0",
    source="p",
    family="brand_tail",
    text="The river rose. zap99win",
    spans=(Span(0, 15, Label.ARTICLE), Span(16, 24, Label.SPAM)),
    edits=(Edit(15, 24, Label.SPAM, "brand_tail", ""),),
)


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ([(0, 15, "article"), (16, 24, "spam")], (True, True, True)),
        ([(0, 13, "article"), (13, 24, "spam")], (True, True, False)),  # takes a piece of the article
        ([(0, 15, "article"), (16, 23, "spam"), (23, 24, "article")], (True, True, False)),  # 7 of 8
        ([(0, 15, "article"), (16, 24, "chrome")], (False, True, False)),
        ([(0, 15, "article"), (16, 20, "spam"), (20, 24, "article")], (False, False, False)),
        ([(0, 24, "article")], (False, False, False)),
    ],
)
def test_a_plant_is_found_by_its_label_and_exact_by_its_ends(found, wanted):
    gold = Labelled(PLANTED.id, PLANTED.text, PLANTED.spans)
    said = spans.as_labelled("p~0", outcome_of("p~0", *found, text=PLANTED.text), labels=True)
    (row,) = spans.event_rows(PLANTED, score_page(gold, said), labels=True)
    assert (row["found"], row["removed"], row["exact"]) == wanted


def test_plants_in_markup_are_found_in_its_text():
    article = " ".join(
        f"The river Lenn rose by {n} metres in the night, and the lower town was cut off." for n in range(9)
    )
    markup = f"<html><body><h1>Flood in Aldmoor</h1><p>{article}</p><p>{article[:300]}</p></body></html>"
    text = f"Flood in Aldmoor\n{article}\n{article[:300]}"
    gold = (Span(0, 16, Label.TITLE), Span(17, len(text), Label.ARTICLE))
    plan = Plan(
        seed=3, families=("brand_tail", "anchor_line", "tail_line"), per_page=3, split=Split(Half.TRAIN, frozenset())
    )
    pages = list(plant_pages([Labelled("p", text, gold, html=markup, language="en")], plan))
    events = [(page, event) for page in pages for event in spans.events_of(page)]
    assert any(page.html for page, _ in events)
    for page, event in events:
        codes = np.zeros(len(page.text), bool)
        for span in page.spans:
            codes[span.start : span.end] |= span.label == event.label
        assert codes[event.places].all()


def test_controls_and_truncated_pages_are_counted_apart():
    cut = Planted(
        id="c~0", source="c", family="truncation", text="The river", spans=(Span(0, 9, Label.ARTICLE),), truncated=True
    )
    control = Planted(id="n~0", source="n", family="none", text="The river", spans=(Span(0, 9, Label.ARTICLE),))
    said = {
        "c~0": Outcome(json.dumps({"text": "The river", "spans": [], "signs": {}, "complete": False})),
        "n~0": outcome_of("n~0", (0, 9, "spam"), text="The river"),
    }
    row = spans.planted_figures([cut, control], Ran(DEHUSK, said))
    assert row["truncation"]["said_cut"][0] == 1.0
    assert row["controls"]["false_spam"][0] == 1.0
    assert row["all"]["events"] == 0


def test_honest_pages_that_lose_or_are_accused_are_counted(tmp_path):
    (tmp_path / "en.tsv").write_text(
        "# id=en-1 | language=en | topic=casinos | genre=news\ntitle\tHarbour casino\narticle\tThe council met.\n\n"
        "# id=en-2 | language=en | topic=loans | genre=news\narticle\tThe bank lends.\n"
    )
    pages = list(read_honest_pages(tmp_path))
    said = {
        "en-1": outcome_of("en-1", (0, 14, "title"), (15, 31, "spam"), text=pages[0].page.text),
        "en-2": outcome_of("en-2", (0, 15, "article"), text=pages[1].page.text),
    }
    row = spans.honest_figures(pages, Ran(DEHUSK, said))
    assert row["flagged"][0] == 0.5
    assert row["spans"] == [{"id": "en-1", "start": 15, "end": 31, "rules": ["spam.rule"]}]
    assert row["language"]["en"]["pages"] == 2
    assert row["genre"].keys() == {"news"}
    assert row["topic"].keys() == {"others"}
    assert row["figures"]["lost"][0] == pytest.approx(14 / 40)


def test_general_pages_list_places_not_texts_and_leave_out_what_is_injected():
    items = [Item("wcxb-dev", id, f"{id}.example", TEXT + id) for id in ("1", "2", "3")]
    spam = outcome_of("x", (0, 13, "spam"))
    outcomes = {items[0].key: spam, items[1].key: spam, items[2].key: outcome_of("x", (0, 13, "title"))}
    row = spans.general_figures(items, outcomes, {("wcxb-dev", "1"): "injected"})
    assert (row["pages"], row["flagged"], row["injected"]) == (3, 2, 1)
    assert row["false_spam"][0] == 0.5
    assert row["spans"][1] == {
        "set": "wcxb-dev", "id": "2", "start": 0, "end": 13, "rules": ["spam.rule"], "finding": "not looked at",
    }  # fmt: skip
    assert "Mayor" not in json.dumps(row)


def test_general_pages_are_one_a_site_and_of_no_labelled_site():
    items = [Item("s", str(n), f"{n % 3}.example", str(n)) for n in range(9)]
    picked = spans.pick_general(items, frozenset(("0.example",)), 10)
    assert sorted(item.site for item in picked) == ["1.example", "2.example"]
    assert picked == spans.pick_general(reversed(items), frozenset(("0.example",)), 10)


# Main content


@pytest.mark.parametrize(
    ("want", "text", "f1"),
    [("a b c d", "A b, c x", 0.75), ("a a", "a", 2 / 3), ("", "", 1.0), ("a", "", 0.0), ("", "a", 0.0)],
)
def test_words_are_counted_as_wcxb_does(want, text, f1):
    assert count_words(want, text)["f1"] == pytest.approx(f1)


@pytest.mark.parametrize(
    ("want", "text", "precision", "recall"),
    [
        ("a b c d e", "a b c d e", 1.0, 1.0),
        ("a b c d e", "a b c d", 1.0, 0.5),
        ("a b c d", "x a b c d y", 1 / 3, 1.0),
        ("a b", "a b", 1.0, 1.0),  # shorter than a run
        ("a b", "", 0.0, 0.0),
    ],
)
def test_shingles_are_runs_of_four_words(want, text, precision, recall):
    numbers = count_shingles(want, text)
    assert (numbers["precision"], numbers["recall"]) == (pytest.approx(precision), pytest.approx(recall))


def test_segments_are_looked_for_with_even_white_space():
    numbers = count_segments({"with": ["the river  rose", "gone"], "without": ["Imprint", "river"]}, "the river\nrose")
    assert [numbers[name] for name in ("tp", "fp", "fn", "tn")] == [1, 1, 1, 1]


def test_a_paragraph_counts_if_nine_tenths_of_it_are_kept():
    paragraph = "The river rose in the night and the lower town was cut off from the road to the north."
    want = {"paragraphs": [paragraph], "allowed": [paragraph]}
    assert count_paragraphs(want, paragraph.replace(" ", "\n"))["kept"] == 1
    assert count_paragraphs(want, paragraph[:-6])["kept"] == 1
    assert count_paragraphs(want, paragraph[: len(paragraph) // 2])["kept"] == 0
    assert count_paragraphs(want, f"{paragraph} Subscribe to our morning letter today.")["precision"] < 0.75
    assert covered("abc", "xxabcxx") == 3
    assert covered("abc", "ab") == 0


def data_folder(path):
    """A made-up data folder with one page in every set, all on one site but the last."""
    write_lines(path / "sites.tsv")
    rows = [("labelled", "wcxb-dev-0001", "a.example"), ("wcxb-dev", "0001", "a.example")]
    rows += [("fundus", "de/Paper_2024_01_01", "b.example"), ("multilingual", "https://c.example/x", "c.example")]
    (path / "sites.tsv").write_text("set\tid\tsite\n" + "".join("\t".join(row) + "\n" for row in rows))
    spans_of = [{"start": s.start, "end": s.end, "label": s.label} for s in GOLD.spans]
    line = {"id": "wcxb-dev-0001", "url": "https://a.example/1", "text": TEXT, "spans": spans_of}
    pack(path / "labelled" / "pages.jsonl.gz", json.dumps(line) + "\n")
    pack(path / "labelled" / "html" / "wcxb-dev-0001.html.gz", PAGE)
    pack(path / "wcxb-dev" / "html" / "0001.html.gz", PAGE)
    (path / "wcxb-dev" / "ground-truth").mkdir()
    truth = {"_internal": {"page_type": {"primary": "category"}}, "ground_truth": {"main_content": TEXT.split("\n")[1]}}
    (path / "wcxb-dev" / "ground-truth" / "0001.json").write_text(json.dumps(truth))
    body = {"summary": [], "sections": [{"headline": [], "paragraphs": [TEXT.split("\n")[1]]}]}
    (path / "fundus" / "de").mkdir(parents=True)
    (path / "fundus" / "de" / "Paper.json").write_text(json.dumps({"V1": {"title": "Mayor resigns", "body": body}}))
    pack(path / "fundus" / "de" / "Paper_2024_01_01.html.gz", PAGE.replace("resigns", "steps down"))
    pack(path / "multilingual" / "html" / "x.html.gz", PAGE.replace("resigns", "is out"))
    segments = {"https://c.example/x": {"file": "x.html", "with": ["on Monday"], "without": ["Log in"]}}
    (path / "multilingual" / "evaldata.json").write_text(json.dumps(segments))
    return path


def test_the_sets_of_a_data_folder_are_read(tmp_path):
    data = read_data(data_folder(tmp_path))
    (wcxb,), (fundus,), (segments,) = list(read_wcxb(data)), list(read_fundus(data)), list(read_multilingual(data))
    assert (wcxb.group, wcxb.item.site, wcxb.oracle) == ("collection", "a.example", TEXT.split("\n")[1])
    assert (fundus.group, fundus.item.id, fundus.oracle) == ("en", "de/Paper_2024_01_01", None)
    assert segments.want == {"with": ["on Monday"], "without": ["Log in"]}
    assert data.labelled[0].html == PAGE
    assert kept_text(data.labelled[0]) == TEXT.split("\n")[1]
    row = oracle_figures(PROTOCOLS["wcxb"], [wcxb])
    assert row["figures"]["f1"] == [1.0]
    assert row["groups"].keys() == {"collection"}


def test_a_folder_without_tables_is_refused(tmp_path):
    with pytest.raises(BadLabels, match=r"sites\.tsv"):
        read_data(tmp_path)


def test_a_folder_in_the_layout_of_article_extraction_is_scored(tmp_path):
    bodies = {"a": "The river rose in the night.", "b": "The mayor left on Monday at last."}
    (tmp_path / "ground-truth.json").write_text(json.dumps({id: {"articleBody": text} for id, text in bodies.items()}))
    for id, text in bodies.items():
        pack(tmp_path / "html" / f"{id}.html.gz", f"<p>{text}</p>")
    golds = list(read_article_extraction(tmp_path))
    perfect = {gold.item.key: gold.want for gold in golds}
    row = content_figures(PROTOCOLS["article-extraction"], golds, perfect)
    assert row["figures"]["f1"] == [1.0, 1.0, 1.0]
    half = content_figures(PROTOCOLS["article-extraction"], golds, {golds[0].item.key: golds[0].want})
    assert half["figures"]["recall"][0] == 0.5
    assert half["figures"]["precision"][0] == 1.0  # of the pages that it answered, as there


# Speed


def test_speed_is_a_ratio_over_the_pages_that_both_did():
    pages = [Asked(str(n), f"{n}.example", f"page {n}{' FAIL' * (n == 1)}") for n in range(3)]
    found = speed_figures([FAKE, Peer("gone", "gone", "gone", Kind.TEXT)], pages, {"to_itself": "fake"}, rounds=2)
    row = found["systems"]["fake"]
    assert row["pages"] == 2
    assert row["faults"]["failed"] == 3
    assert row["to_itself"] == [1.0, 1.0, 1.0]
    assert row["peak_memory_mb"] > 1
    assert found["refused"].keys() == {"gone"}


def test_start_up_and_many_jobs_are_measured(monkeypatch):
    monkeypatch.setattr(speed, "STARTS", 1)
    monkeypatch.setattr(speed, "SCALING_ROUNDS", 1)
    rows = start_up()
    assert rows["dehusk --version"]["ms"] > 0
    assert rows["import dehusk"]["ms"] < rows["dehusk clean, one line"]["ms"]
    found = scaling([Asked("1", "a", PAGE)] * 2, "html", jobs=(1,))
    assert found["jobs"]["1"]["speed_up"] == 1.0


# The document


def test_only_an_interval_that_lies_clear_is_set_in_bold():
    rows = [{"f1": [0.9, 0.88, 0.92]}, {"f1": [0.8, 0.78, 0.82]}, None]
    assert best(rows, "f1") == 0
    assert best(rows, "f1", high=False) == 1
    assert best([*rows, {"f1": [0.87, 0.85, 0.89]}], "f1") is None


def test_tables_escape_bars_and_show_what_is_not_there():
    assert table(["a", "b"], [["x|y", None]]) == "| a | b |\n| --- | ---: |\n| x\\|y | – |\n\n"
    assert figure(None) == "–"


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """The results of both commands on made-up data, with dehusk and the plain systems."""
    folder = tmp_path_factory.mktemp("bench")
    plain = [peer for peer in (*HTML_PEERS, *TEXT_PEERS) if peer.package == "dehusk"]
    given = measure.Given(
        html_peers=[peer for peer in plain if peer.kind == Kind.HTML],
        text_peers=[peer for peer in plain if peer.kind == Kind.TEXT],
        jobs=1,
        missing={"magic-html": "needs another Python"},
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measure, "HONEST", small_honest(folder / "honest"))
        patch.setattr(measure, "EXAMPLES", small_examples(folder / "examples"))
        patch.setattr(measure, "SCALED_PAGES", 2)
        patch.setattr(speed, "STARTS", 1)
        patch.setattr(speed, "SCALING_ROUNDS", 1)
        part = measure.full(given, data_folder(folder))
        patch.setattr(measure, "speed_part", lambda *_: part["speed"])  # once is enough
        short = measure.quick(given)
    return {"quick": short, "full": part}


def small_honest(folder):
    for name in ("score", "train"):
        (folder / name).mkdir(parents=True)
        head = f"# id=en-{name} | language=en | topic=casinos | genre=news\n"
        (folder / name / "en.tsv").write_text(
            f"{head}title\tHarbour casino plan\narticle\t{TEXT.splitlines()[1] * 5}\n"
        )
    return folder


def small_examples(folder):
    for name in ("pages", "gold"):
        (folder / name).mkdir(parents=True)
    (folder / "pages" / "mayor.html").write_text(PAGE)
    (folder / "pages" / "note.txt").write_text(TEXT)
    rows = zip(("title", "article", "access"), TEXT.split("\n"), strict=True)
    gold = "".join(f"{label}\t{line}\n" for label, line in rows)
    for name in ("mayor", "note"):
        (folder / "gold" / f"{name}.tsv").write_text(gold)
    return folder


def test_a_whole_run_fills_every_part(results):
    part = results["full"]
    assert part["content"].keys() == {"wcxb", "fundus", "multilingual"}
    assert part["spans"]["labelled"]["html"]["systems"]["dehusk"]["pages"] == 1
    assert part["spans"]["general"]["pages"] == 2
    assert part["made"]["systems"]["dehusk"]["parts"].keys() >= {"html", "labelled text", "honest"}
    assert results["quick"]["content"] == {}


def test_the_document_shows_both_parts_and_no_path(results):
    document = render(results, ["bench-quick-loss.svg"])
    for words in ("## Quick", "## Full", "label oracle", "Clopper-Pearson", "![Share of the article lost", "--jobs 2"):
        assert words in document
    assert str(ROOT) not in document + json.dumps(results)
    assert "nan" not in re.findall(r"\w+", document)


def test_plots_are_svg_with_text_in_house_colours_for_light_and_dark(results, tmp_path):
    python = python_of("plots")
    if not python.is_file():
        pytest.skip("the environment for plots is not installed")
    path = tmp_path / "results.json"
    path.write_text(json.dumps(results))
    command = [python, ROOT / "bench" / "plots.py", path, tmp_path / "images"]
    subprocess.run(command, check=True, capture_output=True)
    drawn = {image.name: image.read_text("utf-8") for image in sorted((tmp_path / "images").iterdir())}
    assert {"bench-quick-loss.svg", "bench-full-accuracy.svg", "bench-full-labels.svg"} <= drawn.keys()
    subprocess.run(command, check=True, capture_output=True)
    for name, svg in drawn.items():
        assert svg == (tmp_path / "images" / name).read_text("utf-8")
        assert "<text" in svg
        assert "prefers-color-scheme: dark" in svg
        bare = re.sub(r"<style.*?</style>|var\(--[a-z]+, #[0-9a-f]{6}\)", "", svg, flags=re.S)
        assert not re.search(r"#[0-9a-f]{6}\b", bare)


def test_rendering_without_results_is_refused(tmp_path):
    result = CliRunner().invoke(main, ["render", "-o", str(tmp_path)])
    assert result.exit_code == 2
    assert "python -m bench quick" in result.output


def test_weights_without_a_list_of_ids_are_refused_before_anything_runs(tmp_path):
    (tmp_path / "data").mkdir()
    folder = data_folder(tmp_path / "data")
    weights = tmp_path / "weights"
    weights.mkdir()
    (weights / "fold.npz").write_bytes(b"")
    result = CliRunner().invoke(main, ["full", str(folder), "--weights", str(weights)])
    assert result.exit_code == 2
    assert "no fold.ids beside it" in result.output


def test_learned_weights_in_the_package_are_not_scored_on_pages_that_they_may_have_seen(tmp_path, monkeypatch):
    (tmp_path / "weights.npz").write_bytes(b"")
    monkeypatch.setattr("bench.__main__.SHIPPED", tmp_path)
    result = CliRunner().invoke(main, ["full", str(tmp_path)])
    assert result.exit_code == 2
    assert "--weights" in result.output


def test_pages_that_two_sets_share_are_asked_once():
    one = Gold(Item("wcxb-dev", "1", "a.example", PAGE), "article", "")
    other = Gold(Item("multilingual", "2", "a.example", PAGE), "de", "")
    assert one.item.key == other.item.key
