import gzip
import json
from collections import Counter
from dataclasses import replace
from html import escape

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dehusk.read.html import read_html
from dehusk.spans import Label, Span
from dehusk.train.brands import Brands, make_name, read_brands
from dehusk.train.chars import CODE_OF, not_space, owners
from dehusk.train.commands import plant as command
from dehusk.train.examples import Labelled, presume, read_folder, read_labelled
from dehusk.train.families import FAMILIES
from dehusk.train.garble import homoglyphs, zero_width
from dehusk.train.halves import Axis, Half, Split, dice, half_of
from dehusk.train.plant import Edit, undo
from dehusk.train.planting import Plan, UnknownFamily, dump_planted, make_ground, plant_pages
from dehusk.train.wording import LANGUAGES, guess_language, words
from dehusk.words import read_phrases

split_words = str.split
WORDS = {
    "en": split_words("the and of harbour council bridge morning which from were people almost quietly river market"),
    "de": split_words("der die und nicht mit Rathaus Brücke über Straße größer gestern wurde für Menschen hätte"),
    "ru": split_words("и в не на что город мост утром реке рынок почти люди совет вчера было"),
    "zh": list("的了是在有和城市桥河水人民早晨市场会议昨天新旧大小"),
}
ENDS = {"zh": "。"}
MARKUP_FAMILIES = {name for name in FAMILIES if name.startswith("hidden_")}


@st.composite
def pages(draw, html=False):
    """A clean page: menu, headline, credit, three to six paragraphs of sentences, a related line."""
    language, rng = draw(st.sampled_from(sorted(WORDS))), dice(draw(st.integers(0, 10**6)))
    joint = "" if language == "zh" else " "

    def sentence():
        return joint.join(rng.choices(WORDS[language], k=rng.randint(14, 22))).capitalize() + ENDS.get(language, ".")

    title = sentence()[:40].strip(" .。")
    body = [joint.join(sentence() for _ in range(rng.randint(2, 3))) for _ in range(rng.randint(3, 5))]
    body[0] += rng.choice((" “A & B” <c>", ""))
    parts = [("chrome", "Home | News"), ("title", title), ("meta", "A. Writer"), *(("article", p) for p in body)]
    parts.append(("chrome", "More: ferry"))
    return labelled(f"page{rng.randint(0, 10**6)}", parts, language, gap=rng.choice(("\n", "\n\n")), html=html)


def labelled(id, parts, language, *, gap="\n", html=False):
    text, spans, markup = "", [], ""
    gap = "\n" if html else gap
    for label, piece in parts:
        text += gap if text else ""
        spans.append(Span(len(text), len(text) + len(piece), Label(label)))
        text += piece
        tag = {"title": "h1", "article": "p"}.get(label, "div")
        inner = escape(piece, quote=False).replace("Brücke", "<b>Br&uuml;cke</b>").replace("“", "&#8220;")
        markup += f"  <{tag} class='x'>{inner}</{tag}>\n"
    head = "<!doctype html><html><head><title>x</title></head><body>\n<!-- a --><script>b<c</script>"
    whole = f"{head}{markup}</body></html>"
    url = f"https://site{len(id) % 3}.org/{id}"
    return Labelled(id, text, tuple(spans), url, whole if html else None, language)


DONORS = [
    labelled(
        f"donor{n}",
        [
            ("title", f"A head {n}"),
            *[
                ("article", f"{w.capitalize()} {n}{k} " + " ".join([w] * 30) + ".")
                for k, w in enumerate(WORDS[name][:6])
            ],
        ],
        name,
    )
    for n, name in enumerate([*sorted(WORDS)] * 2)
]


def versions(page, family, seed=0):
    found = plant_pages(
        [page, *(donor for donor in DONORS if donor.id != page.id)], Plan(seed=seed, families=(family,))
    )
    return next(planted for planted in found if planted.source == page.id)


@pytest.mark.parametrize("html", [False, True], ids=["text", "html"])
@pytest.mark.parametrize("family", FAMILIES)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), seed=st.integers(0, 9))
def test_undoing_the_edits_gives_the_clean_page_back(data, family, html, seed):
    page = data.draw(pages(html=html))
    planted = versions(page, family, seed)
    assert planted.clean == (page.html if html else page.text)
    assert planted.family in (family, "none")
    check_gold(page, planted)


def check_gold(page, planted):
    """Each character of the polluted text is either an edit's, with its label, or as it was labelled before."""
    assert [a.end <= b.start for a, b in zip(planted.edits, planted.edits[1:], strict=False)].count(False) == 0
    if planted.html is not None:
        assert read_html(planted.html, "page").text == planted.text
    solid = not_space(planted.text)
    now = owners(len(planted.text), planted.spans)
    assert (now[solid] < len(CODE_OF)).all()
    for span in planted.spans:
        assert planted.text[span.start : span.end] == planted.text[span.start : span.end].strip()
    if planted.html is None:
        before, at, last = owners(len(page.text), page.spans), 0, 0
        for edit in planted.edits:
            assert (now[last : edit.start] == before[at : at + edit.start - last])[solid[last : edit.start]].all()
            assert (now[edit.start : edit.end] == CODE_OF[edit.label])[solid[edit.start : edit.end]].all()
            at, last = at + edit.start - last + len(edit.original), edit.end
    else:
        gone, come = chars(page) - chars(planted), chars(planted) - chars(page)
        assert {label for _, label in gone} <= {"article"}
        assert gone.total() == 0 or any(edit.original for edit in planted.edits)
        assert {label for _, label in come} <= {edit.label for edit in planted.edits}


def chars(page):
    """How often each character stands in the text with each label."""
    return Counter((c, span.label) for span in page.spans for c in page.text[span.start : span.end] if not c.isspace())


@pytest.mark.parametrize("family", sorted(FAMILIES.keys() - {"none", "splice_outlet"}))
def test_each_family_finds_its_place_on_a_page(family):
    parts = [("title", "Council opens the old bridge again"), ("meta", "By A. Writer")]
    parts += [
        ("article", f"On day {n} the council’s people walked slowly over the old bridge at harbour {n}. Nobody there"
                    f" had expected that so many visitors – {n} hundred – would come from the other side of the river.")
        for n in range(5)
    ]  # fmt: skip
    page = labelled("full", parts, "en", html=family in MARKUP_FAMILIES)
    planted = versions(page, family)
    assert planted.family == family
    assert planted.edits
    assert planted.truncated == (family == "truncation")
    labels = {"prototype": None, "counter_line": "meta", "promo_sentence": "promo", "truncation": "article"}
    label = labels.get(
        family, {"access": "access", "splice": "foreign", "duplicate": "duplicate"}.get(family.split("_")[0])
    )
    garbled = ("mojibake", "letter_swap", "ocr_dirt", "spun")
    expected = label or ("garbled" if family in garbled else "spam")
    assert family == "prototype" or {edit.label for edit in planted.edits} == {expected}


def test_splices_of_one_outlet_come_from_its_other_pages():
    pages = [
        labelled(
            f"p{n}",
            [
                ("title", f"Head {n}"),
                *[("article", f"Street {n}{k} has " + "many houses " * 10 + ".") for k in range(4)],
            ],
            "en",
        )
        for n in range(4)
    ]
    for planted in plant_pages(pages, Plan(families=("splice_outlet",))):
        own = next(page for page in pages if page.id == planted.source)
        spliced = [planted.text[s.start : s.end] for s in planted.spans if s.label == "foreign"]
        assert spliced
        assert all(text not in own.text for text in spliced)


def test_hidden_blocks_are_hidden_also_where_lines_are_broken_by_tags():
    body = "<br>".join(
        f"Sentence {n} of a story that goes on, and on, and on, until the ferry leaves the harbour at {n}."
        for n in range(6)
    )
    page = presume(read_html(f"<h1>A head</h1><div>{body}</div>", "x"), f"<h1>A head</h1><div>{body}</div>")
    planted = versions(page, "hidden_not_shown")
    shown = read_html(planted.html, "x")
    assert [b.hidden for b in shown.blocks].count(True) >= 4
    assert planted.clean == page.html


def dumps(found):
    return [json.dumps(dump_planted(planted)) for planted in found]


def test_same_seed_same_bytes_in_whatever_order():
    plan = Plan(per_page=4)
    assert dumps(plant_pages(DONORS, plan)) == dumps(plant_pages(DONORS[::-1], plan))
    assert dumps(plant_pages(DONORS, plan)) != dumps(plant_pages(DONORS, replace(plan, seed=1)))


@pytest.mark.parametrize("axis", [Axis.FAMILIES, Axis.BRANDS, Axis.TOPICS, Axis.LANGUAGES, Axis.SITES])
def test_what_is_held_out_is_in_one_half_only(axis):
    used = []
    for half in Half:
        split = Split(half, frozenset([axis]))
        found = list(plant_pages(DONORS, Plan(per_page=3, split=split)))
        names = {
            Axis.FAMILIES: {planted.family for planted in found if planted.edits},
            Axis.BRANDS: {Brands((), split).draw(dice(n)).name for n in range(50)},
            Axis.TOPICS: {topic for topic in words("en").topics if split.allows(axis, topic)},
            Axis.LANGUAGES: {planted.language for planted in found},
            Axis.SITES: {planted.url.split("/")[2] for planted in found},
        }[axis]
        assert all(half_of(axis, name) != half for name in names)
        used.append(names)
    assert not used[0] & used[1]
    assert used[0] | used[1]


def test_wording_held_out_is_never_planted():
    own = set(words("en").of("pivot"))
    halves = [{text for text in own if Split(half).allows(Axis.WORDING, text)} for half in Half]
    assert halves[0] | halves[1] == own
    assert all(halves)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_wording_of_its_own(language):
    main = language in ("en", "de", "fr", "es", "pt", "id")
    count = Counter()
    for (kind, _), texts in words(language).texts.items():
        count[kind] += len(texts)
    for kind, least in (("anchor", 30 if main else 10), ("promo", 20 if main else 6), ("notice", 15 if main else 6)):
        assert count[kind] >= least, kind
    patterns = {phrase.pattern for phrase in read_phrases("access")}
    notices = {text.lower().strip(".?!") for text in words(language).of("notice")}
    assert not notices & patterns
    assert guess_language(" ".join(text for texts in words(language).texts.values() for text in texts)) == language


def test_brands_are_made_in_many_shapes_and_drawn_from_lists(tmp_path):
    names = [make_name(dice(n), language) for n in range(300) for language in ("en", "zh", "ru")]
    assert len(set(names)) > 600
    assert any("." in name for name in names)
    assert any(" " in name for name in names)
    assert any("\u4e00" <= name[0] <= "\u9fff" for name in names)
    listed = tmp_path / "brands.txt.gz"
    listed.write_bytes(gzip.compress(b"# head\n252 betty\n94 77win\nfunny club\nk\n"))
    assert read_brands(listed) == ("77win", "betty", "funny club")
    assert {Brands(read_brands(listed)).draw(dice(n)).name for n in range(40)} == {"77win", "betty", "funny club"}


@given(st.text("abcXYZ019", min_size=2), st.integers())
def test_disguises_differ_from_the_name(name, seed):
    assert homoglyphs(name, dice(seed)) != name
    hidden = zero_width(name, dice(seed))
    assert hidden != name
    assert "".join(c for c in hidden if c.isascii()) == name


def test_undo_takes_edits_back_from_the_end():
    edits = (Edit(0, 3, Label.SPAM, "a", ""), Edit(4, 5, Label.GARBLED, "b", "clean"))
    assert undo("63 a?b", edits) == "acleanb"


def test_markup_that_does_not_show_the_labelled_text_is_left_aside():
    page = replace(DONORS[0], html="<p>Something else</p>")
    assert make_ground(page, Split()).source is None
    assert next(iter(plant_pages([page]))).html is None


def test_shipped_examples_can_be_planted_in(request):
    folder = request.config.rootpath / "examples"
    pages = list(read_folder(folder))
    clean = {page.id: page for page in pages}
    for planted in plant_pages(pages, Plan(per_page=3)):
        page = clean[planted.source]
        assert planted.clean == (page.text if planted.html is None else page.html)
        check_gold(page, planted)


def test_an_unknown_family_is_named():
    with pytest.raises(UnknownFamily, match="no family named nosuch"):
        list(plant_pages(DONORS, Plan(families=("nosuch",))))


def test_the_command_reads_text_html_and_labelled_lines_and_is_scored(tmp_path):
    story = "A headline of the town\n\n" + "\n\n".join(
        f"Sentence {n} is here, long enough for a paragraph of a story on ferries and bridges. It ends."
        for n in range(5)
    )
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(story)
    (tmp_path / "in" / "b.html").write_text(
        labelled("b", [("title", "Head"), *[("article", p) for p in story.split("\n\n")[1:]]], "en", html=True).html
    )
    row = dump_planted(versions(DONORS[0], "none")) | {"id": "c"}
    (tmp_path / "in" / "c.jsonl").write_text(json.dumps(row) + "\n")
    out = tmp_path / "out.jsonl.gz"
    args = [str(tmp_path / "in"), "-o", str(out), "--per-page", "3"]
    first = CliRunner().invoke(command, args)
    assert first.exit_code == 0, first.output
    assert "3 pages read, 0 held out, 9 written" in first.stderr
    assert [page.id for page in read_labelled(out)] == [f"{id}~{n}" for id in "abc" for n in range(3)]
    data = out.read_bytes()
    assert CliRunner().invoke(command, args).exit_code == 0
    assert out.read_bytes() == data
    (tmp_path / "sites.tsv").write_text("".join(f"x\t{id}\tone.org\n" for id in "abc"))
    for half in Half:
        found = CliRunner().invoke(command, [*args, "--sites", str(tmp_path / "sites.tsv"), "--hold-out", half.value])
        gone = half_of(Axis.SITES, "one.org") == half
        assert f"{3 * gone} held out" in found.stderr  # all of one site, in or out together


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--families", "nosuch"], "no family named nosuch"),
        (["--axes", "moons"], "moons"),
        (["--hold-out", "half"], "half"),
    ],
)
def test_wrong_options_end_with_status_two(tmp_path, options, reason):
    (tmp_path / "a.txt").write_text("A line\n\nAnother line of text.")
    result = CliRunner().invoke(command, [str(tmp_path / "a.txt"), "-o", str(tmp_path / "o.jsonl"), *options])
    assert result.exit_code == 2
    assert reason in result.stderr
