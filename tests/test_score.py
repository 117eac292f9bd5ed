import gzip
import json
import random
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from dehusk import dump_report, purify
from dehusk.spans import Label, Span
from dehusk.train.chars import LABELS, NONE, not_space, owners, spans_of
from dehusk.train.commands import score as command
from dehusk.train.examples import BadLabels, Labelled, read_honest, read_labelled, read_sites
from dehusk.train.score import score

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
SCRIPT = SHARED / "tools" / "score_spans.py"
PAGES = SHARED / "data" / "labelled" / "pages.jsonl.gz"
needs_shared = pytest.mark.skipif(not (SCRIPT.is_file() and PAGES.is_file()), reason="no ../shared with labelled pages")

TEXT = "abcwin Mayor resigns\nThe mayor left on Monday, to nobody's surprise.\nLog in to read on"
GOLD = [(0, 6, "spam"), (7, 20, "title"), (21, 68, "article"), (69, len(TEXT), "access")]


def row(spans=GOLD, text=TEXT, id="page", **more):
    return {
        "id": id,
        "text": text,
        "spans": [dict(zip(("start", "end", "label"), s, strict=True)) for s in spans],
        **more,
    }


def write(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def run(tmp_path, gold, predicted, *options):
    files = [str(write(tmp_path / name, *rows)) for name, rows in (("gold.jsonl", gold), ("said.jsonl", predicted))]
    return CliRunner().invoke(command, [*files, *options])


def figures(tmp_path, gold, predicted):
    result = run(tmp_path, gold, predicted, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def perturbed(page, rng):
    """A page's gold with faults: spans lost, relabelled, cut short, half of them over a text of other white space."""
    spans = [(s["start"], s["end"], s["label"]) for s in page["spans"] if rng.random() > 0.15]
    spans = [(a, b, rng.choice(LABELS).value if rng.random() < 0.2 else label) for a, b, label in spans]
    spans = [(a, b - 2 if b - a > 3 and rng.random() < 0.1 else b, label) for a, b, label in spans]
    if rng.random() < 0.5:
        return row(spans, page["text"], page["id"])
    signs = ["\n  " if c == "\n" else c if rng.random() > 0.0005 else f"{c}x" for c in page["text"]]
    place = [0]
    for sign in signs:
        place.append(place[-1] + len(sign))
    return row([(place[a], place[b], label) for a, b, label in spans], "".join(signs), page["id"])


def assert_same(theirs, ours):
    for name, value in theirs.items():
        if isinstance(value, dict):
            assert_same(value, ours[name])
        else:
            assert ours[name] == (pytest.approx(value, abs=1e-12) if isinstance(value, float) else value), name


@needs_shared
@pytest.mark.parametrize("seed", [1, 2])
def test_figures_are_those_of_the_reference_script(tmp_path, seed):
    rng = random.Random(seed)
    with gzip.open(PAGES, "rt", encoding="utf-8") as lines:
        gold = [{k: page[k] for k in ("id", "text", "spans")} for page in map(json.loads, lines)][seed::4]
    said = [perturbed(page, rng) for page in gold if rng.random() > 0.1]
    files = [write(tmp_path / "gold.jsonl", *gold), write(tmp_path / "said.jsonl", *said)]
    theirs = subprocess.run([sys.executable, SCRIPT, *files, "--json"], capture_output=True, check=True)
    ours = asdict(score(*map(read_labelled, files), resamples=0))
    ours["missing"] = list(ours["missing"])
    assert_same(json.loads(theirs.stdout), ours)
    assert ours["realigned"]
    assert ours["missing"]


def test_gold_against_itself_is_perfect(tmp_path):
    found = figures(tmp_path, [row()], [row()])
    assert found["kept"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert found["perfect_pages"] == found["macro_f1"] == found["spam_events"]["strict"] == 1.0
    assert found["intervals"] == {}  # one site


def test_hidden_title_and_article_count_as_not_kept(tmp_path):
    said = row()
    said["spans"][2]["hidden"] = True
    found = figures(tmp_path, [row()], [said])
    assert found["kept"]["recall"] == pytest.approx(12 / (12 + 40))
    assert found["labels"]["article"]["recall"] == 1.0


def test_only_verified_ranges_are_scored(tmp_path):
    found = figures(tmp_path, [row(verified=[[0, 20]]), row(id="none", verified=[])], [row([(0, 20, "title")])])
    assert found["pages"] == 1
    assert found["unverified"] == ["none"]
    assert found["labels"].keys() == {"title", "spam"}
    assert found["spam_events"] == {"count": 1, "strict": 0.0, "removed": 0.0}


def test_missing_pages_count_as_nothing_kept_and_unknown_ones_are_said(tmp_path):
    found = figures(tmp_path, [row(), row(id="lost")], [row(), row(id="stray")])
    assert (found["missing"], found["unknown"]) == (["lost"], ["stray"])
    assert found["kept"]["recall"] == 0.5
    said = run(tmp_path, [row(), row(id="lost")], [row(), row(id="stray")]).stdout
    assert "1 without a prediction, counted as nothing kept: lost" in said
    assert "1 predictions for pages that are not in gold, left out: stray" in said


def test_reports_and_packed_files_are_read(tmp_path):
    report = dump_report(purify(TEXT, id="page"))
    packed = tmp_path / "gold.jsonl.gz"
    packed.write_bytes(gzip.compress((json.dumps(row()) + "\n\n").encode()))
    result = CliRunner().invoke(command, [str(packed), str(write(tmp_path / "said.jsonl", report)), "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["pages"] == 1


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ([row([(0, 6, "spam"), (5, 9, "title")])], "line 1: span 5-9 overlaps 0-6"),
        ([row([(0, 999, "spam")])], "line 1: span 0-999 leaves the text of 86 characters"),
        ([row([(4, 4, "spam")])], "line 1: span 4-4 leaves the text"),
        ([row([(0, 6, "junk")])], "line 1: span 0-6: unknown label 'junk'"),
        ([row([(0, 6, ["x"])])], "line 1: span 0-6: unknown label ['x']"),
        ([row([("0", 6, "spam")])], "line 1: offsets ('0', 6); they must be two whole numbers"),
        ([row([(True, 6, "spam")])], "line 1: offsets (True, 6)"),
        ([row(), row()], "line 2: id 'page' stands twice, first on line 1"),
        ([{"id": "page", "spans": []}], "line 1: 'text' is missing"),
        ([{"id": 7, "text": "", "spans": []}], "line 1: 'id' is 7"),
        ([["page"]], "line 1: not an object"),
        ([row(verified=[[0, 1000]])], "line 1: span 0-1000 leaves the text"),
        ([row(verified=3)], "line 1: 'verified' is 3"),
    ],
)
def test_what_cannot_be_scored_is_refused_with_file_line_and_reason(tmp_path, bad, reason):
    for gold, said in ((bad, [row()]), ([row()], bad)):
        result = run(tmp_path, gold, said)
        assert result.exit_code == 2
        assert reason in result.stderr
        assert "gold.jsonl" in result.stderr or "said.jsonl" in result.stderr


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b'{"id": "x"\n', "line 1: not JSON"), (b"\xff\xfe\n", "not UTF-8"), (b"[" * 100_000, "line 1: not JSON")],
)
def test_broken_files_are_refused(tmp_path, data, reason):
    (tmp_path / "bad.jsonl").write_bytes(data)
    with pytest.raises(BadLabels, match=reason):
        list(read_labelled(tmp_path / "bad.jsonl"))


def test_a_cut_archive_is_refused(tmp_path):
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(json.dumps(row()).encode())[:-9])
    with pytest.raises(BadLabels, match="cannot be read"):
        list(read_labelled(tmp_path / "cut.jsonl.gz"))


def many():
    gold = [Labelled(f"p{n}", TEXT, tuple(Span(a, b, Label(c)) for a, b, c in GOLD)) for n in range(30)]
    said = [Labelled(p.id, TEXT, p.spans if n % 3 else (Span(0, 40, Label.ARTICLE),)) for n, p in enumerate(gold)]
    return gold, said


def test_intervals_hold_the_figure_and_do_not_depend_on_the_order():
    gold, said = many()
    sites = {page.id: f"site{n % 7}" for n, page in enumerate(gold)}
    one, other = score(gold, said, sites), score(gold[::-1], said, sites)
    assert one.sites == 7
    assert one.intervals == other.intervals
    for name, value in (("kept.f1", one.kept.f1), ("article_loss.mean", one.article_loss.mean)):
        low, high = one.intervals[name]
        assert low <= value <= high
    assert score(gold, said).intervals["kept.f1"][0] < score(gold, said).kept.f1  # each page its own site
    assert score(gold, said, sites, seed=1).intervals != one.intervals


def test_sites_are_read_from_a_table(tmp_path):
    (tmp_path / "sites.tsv").write_text("set\tid\tsite\na\tp1\tone.org\nb\tp1\tone.org\na\tp2\ttwo.org\n")
    assert read_sites(tmp_path / "sites.tsv") == {"p1": "one.org", "p2": "two.org"}
    (tmp_path / "sites.tsv").write_text("a\tp1\tone.org\nb\tp1\ttwo.org\n")
    with pytest.raises(BadLabels, match=r"line 2: id 'p1' is of two.org here"):
        read_sites(tmp_path / "sites.tsv")


def test_the_html_file_is_whole_and_takes_nothing_of_a_page_for_markup(tmp_path):
    text = "<script>alert(1)</script> & \u202eevil\nThe rest of it."
    gold, said = row([(0, len(text), "article")], text, "<b>id</b>"), row([(0, 5, "spam")], text, "<b>id</b>")
    out = tmp_path / "score.html"
    assert run(tmp_path, [gold], [said], "--html", str(out)).exit_code == 0
    drawn = out.read_text("utf-8")
    assert "<script" not in drawn
    assert "<b>id</b>" not in drawn
    assert "\u202e" not in drawn
    assert "&lt;script&gt;" in drawn
    assert drawn.endswith("</html>\n")
    assert run(tmp_path, [gold], [said], "--html", str(tmp_path / "no" / "x.html")).exit_code == 3


@settings(max_examples=60)
@given(st.lists(st.tuples(st.text("ab \n\u3000\x85", min_size=1, max_size=5), st.sampled_from([*LABELS, None]))))
def test_spans_give_the_labels_of_all_that_is_no_white_space(pieces):
    text = "".join(piece for piece, _ in pieces)
    codes = [LABELS.index(label) if label else NONE for piece, label in pieces for _ in piece]
    spans = spans_of(text, owners(0, ()) if not codes else np.array(codes, np.uint8))
    solid = not_space(text)
    assert [int(c) for c in owners(len(text), spans)[solid]] == [c for c, s in zip(codes, solid, strict=True) if s]
    assert all(text[s.start] == text[s.start : s.end].strip()[0] for s in spans)


def test_white_space_is_what_python_says():
    text = "".join(map(chr, (*range(0x3100), 0xD800, 0x1F600)))
    assert not_space(text).tolist() == [not char.isspace() for char in text]


def test_honest_pages_are_read():
    for path in sorted((ROOT / "bench" / "honest").glob("*/*.tsv")):
        for page in read_honest(path):
            assert page.language
            assert page.spans[-1].end == len(page.text.rstrip())
