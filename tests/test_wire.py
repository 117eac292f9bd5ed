"""Reports as JSON: valid for any report, and the same when read back."""

import json
import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dehusk.errors import BadWire
from dehusk.page import Origin, Page
from dehusk.spans import Claim, Evidence, Label, Span
from dehusk.verdict import (
    Action,
    Candidate,
    Kind,
    Metadata,
    Owner,
    Report,
    Sign,
    SignName,
    Skipped,
    SkipReason,
    Verdict,
)
from dehusk.wire import NAMES, dump_report, dump_skipped, dumps_report, free_names, load_report

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=30)  # lone surrogates too
SOUND_TEXT = st.text(max_size=30)
SCORES = st.integers(0, 1000).map(lambda number: number / 1000)
FACTS = st.dictionaries(SOUND_TEXT, st.one_of(SOUND_TEXT, st.integers(-(10**6), 10**6), SCORES), max_size=3)
EVIDENCE = st.builds(Evidence, SOUND_TEXT, SOUND_TEXT, FACTS)
MAYBE = st.one_of(st.none(), SOUND_TEXT)
OWNERS = st.builds(
    Owner,
    SOUND_TEXT,
    SCORES,
    st.lists(EVIDENCE, max_size=2).map(tuple),
    st.lists(st.builds(Candidate, SOUND_TEXT, SCORES), max_size=2).map(tuple),
)
METADATA = st.builds(
    Metadata,
    **dict.fromkeys(("title", "author", "date", "updated", "sitename", "hostname", "language", "license"), MAYBE),
    tags=st.lists(SOUND_TEXT, max_size=3).map(tuple),
    views=st.one_of(st.none(), st.integers(0, 10**9)),
    owner=OWNERS,
    sources=st.dictionaries(SOUND_TEXT, SOUND_TEXT, max_size=3).map(lambda found: tuple(found.items())),
)
VERDICTS = st.builds(
    Verdict,
    st.sampled_from(Kind),
    st.sampled_from(Action),
    st.sampled_from((None, True, False)),
    SCORES,
    st.lists(
        st.builds(Sign, st.sampled_from(SignName), SCORES, st.lists(st.integers(0, 9)).map(tuple)), max_size=3
    ).map(tuple),
)
ORIGINS = st.builds(Origin, MAYBE, st.integers(0, 99), st.one_of(st.none(), st.integers(0, 10**12)), st.booleans())
JSON_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), SOUND_TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(SOUND_TEXT, inner, max_size=3)),
    max_leaves=5,
)


@st.composite
def reports(draw, texts=SOUND_TEXT, names=SOUND_TEXT, values=JSON_VALUES):
    text = draw(texts)
    cuts = sorted({0, len(text), *draw(st.lists(st.integers(0, len(text)), max_size=5))})
    spans = tuple(
        Span(
            start,
            end,
            draw(st.sampled_from(Label)),
            draw(st.one_of(st.none(), SCORES)),
            tuple(draw(st.lists(EVIDENCE, max_size=2))),
            draw(MAYBE),
            draw(st.booleans()),
        )
        for start, end in pairwise(cuts)
    )
    claims = tuple(Claim(s.start, s.end, s.label, 0.5, Evidence("a", "b")) for s in spans[:2])
    columns = draw(st.dictionaries(names, values, max_size=3))
    page = Page(draw(names), text, url=draw(MAYBE), origin=draw(ORIGINS), columns=columns)
    return Report(page, spans, draw(VERDICTS), draw(METADATA), claims)


@given(reports())
def test_spans_verdict_and_metadata_come_back(report):
    loaded = load_report(json.loads(dumps_report(report, claims=True)))
    assert loaded.spans == report.spans
    assert loaded.claims == report.claims
    assert loaded.verdict == report.verdict
    assert loaded.metadata == report.metadata
    assert (loaded.id, loaded.text, loaded.clean) == (report.id, report.text, report.clean)
    assert (loaded.page.url, loaded.page.origin) == (report.page.url, report.page.origin)
    assert dumps_report(loaded, claims=True) == dumps_report(report, claims=True)


@given(
    reports(ANY_TEXT, ANY_TEXT, st.one_of(ANY_TEXT, st.floats(), st.binary(max_size=9), st.datetimes(), st.decimals()))
)
@settings(max_examples=200)
def test_any_report_is_one_line_of_valid_json_in_utf_8(report):
    line = dumps_report(report, claims=True, bytes=True).encode()
    assert b"\n" not in line
    read = json.loads(line, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert len(read["text"]) == len(report.text)
    assert [(row["start"], row["end"]) for row in read["spans"]] == [(span.start, span.end) for span in report.spans]


@given(reports())
def test_byte_offsets_cut_the_same_text(report):
    dumped = dump_report(report, claims=True, bytes=True)
    data = report.text.encode()
    for row in (*dumped["spans"], *dumped["claims"]):
        assert data[row["start_byte"] : row["end_byte"]].decode() == report.text[row["start"] : row["end"]]


@given(st.dictionaries(st.sampled_from(["text", "text_", "text__", "id", "a", "a_"]), st.integers()))
def test_no_column_is_lost_to_a_name_that_is_taken(columns):
    free = free_names(columns, NAMES)
    assert list(free.values()) == list(columns.values())
    assert not free.keys() & NAMES
    assert {name: free[name] for name in columns.keys() - NAMES} == {n: columns[n] for n in columns.keys() - NAMES}


PLAIN = Report(Page("a", "Text."), (Span(0, 5, Label.ARTICLE),), Verdict(Kind.NONE, Action.KEEP, None, 1.0), Metadata())


def test_scores_have_three_decimals():
    report = replace(PLAIN, spans=(Span(0, 5, Label.CHROME, 0.123456),))
    assert dump_report(report)["spans"][0]["score"] == 0.123


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (math.nan, None),
        ([1.5, -math.inf], [1.5, None]),
        (b"\xff\x00", "/wA="),
        ({"deep": {"n": math.inf}}, {"deep": {"n": None}}),
    ],
)
def test_odd_values_of_columns_are_written_as_json_has_them(value, written):
    report = replace(PLAIN, page=replace(PLAIN.page, columns={"odd": value}))
    assert json.loads(dumps_report(report))["odd"] == written


@pytest.mark.parametrize(
    "change",
    [
        {"wire": 2},
        {"wire": None},
        {"spans": None},
        {"spans": [{}]},
        {"spans": [{"start": 0, "end": 1, "label": "junk", "score": 1, "path": None, "evidence": []}]},
        {"verdict": {"kind": "novel"}},
        {"origin": {"shelf": 1}},
        {"metadata": []},
    ],
)
def test_what_is_no_report_is_refused(change):
    with pytest.raises(BadWire):
        load_report(dump_report(PLAIN) | change)


@pytest.mark.parametrize("value", [[], "text", None, 7])
def test_what_is_no_object_is_refused(value):
    with pytest.raises(BadWire):
        load_report(value)


def test_a_skip_says_what_is_known():
    skipped = Skipped("a", SkipReason.BINARY, "", "f.html", 3)
    assert dump_skipped(skipped) == {"id": "a", "reason": "binary", "file": "f.html", "record": 3}
