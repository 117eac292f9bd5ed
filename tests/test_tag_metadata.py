import pytest

from dehusk.features import Measures
from dehusk.read.html import read_html
from dehusk.read.text import read_text
from dehusk.spans import Label
from dehusk.taggers.metadata import places_of, tag_metadata

PROSE = (
    "The river Lenn rose four metres in the night, officials of the town said on Monday, and it is still rising. " * 3
)
LIKELY = 0.5


def claims_of(lines):
    page = read_text("\n".join(["Flood in Aldmoor drives hundreds from their homes", *lines, PROSE, PROSE]), "page")
    return [(page.slice(c), c.evidence) for c in tag_metadata(Measures(page)) if c.score >= LIKELY]


@pytest.mark.parametrize(
    ("line", "facts"),
    [
        ("Views: 57 Updated: 2025-01-07 04:12", {"views": 57, "updated": "2025-01-07T04:12"}),
        ("Views:57 Updated:2025-01-07 04:12", {"views": 57, "updated": "2025-01-07T04:12"}),
        ("Published on 5 January 2025", {"published": "2025-01-05"}),
        ("5. Januar 2025", {"date": "2025-01-05"}),
        ("Written by Ann Example", {"author": "Ann Example"}),
    ],
)
def test_lines_about_the_document_are_claimed_with_what_they_say(line, facts):
    [(text, evidence)] = claims_of([line])
    assert text == line
    assert facts.items() <= dict(evidence.facts).items()


@pytest.mark.parametrize(
    "line",
    [
        "The treaty was signed on 5 January 2025 by both of the governments, after years of talks in the capital.",
        "A photo of the bridge went round the world.",
        "Flood waters",
    ],
)
def test_dates_and_names_inside_the_story_are_not_claimed(line):
    assert claims_of([PROSE, line]) == []


def test_of_a_caption_with_a_credit_only_the_credit_is_claimed():
    page = read_html(
        "<body><h1>Flood in Aldmoor drives hundreds out</h1><figure><figcaption>The bridge over the Lenn this morning."
        f" Photo: Ann Example/Agency</figcaption></figure><p>{PROSE}</p><p>{PROSE}</p>",
        "page",
    )
    assert [page.slice(c) for c in tag_metadata(Measures(page)) if c.score >= LIKELY] == ["Photo: Ann Example/Agency"]


def test_the_declared_author_alone_on_a_line_is_a_byline():
    page = read_html(
        "<head><meta name=author content='ann example'></head><body><h1>Flood in Aldmoor drives hundreds out</h1>"
        f"<p class=byline>Ann Example</p><p>{PROSE}</p>",
        "page",
    )
    [claim] = [c for c in tag_metadata(Measures(page)) if c.score >= LIKELY]
    assert (page.slice(claim), claim.label, claim.evidence.facts["author"]) == (
        "Ann Example",
        Label.META,
        "Ann Example",
    )


@pytest.mark.parametrize(
    ("path", "signs"),
    [
        ("body>div.postMeta>span.entry-date", {"at_details", "at_date"}),
        ("body>div.author-box>p", {"at_author", "at_bio"}),
        ("body>div.updates>p", set()),
        ("body>p", set()),
    ],
)
def test_places_are_named_by_whole_words_of_a_path(path, signs):
    assert places_of(path) == signs


def test_a_page_without_blocks_has_no_claims():
    assert list(tag_metadata(Measures(read_text("", "page")))) == []


def test_scores_are_probabilities_and_facts_are_short():
    page = read_text(
        "\n".join(["Flood", "By " + "Ann " * 30, "Tags: " + "flood, " * 20, "Views: " + "9" * 50, PROSE]), "page"
    )
    for claim in tag_metadata(Measures(page)):
        assert 0 <= claim.score <= 1
        assert all(len(str(value)) <= 80 for value in claim.evidence.facts.values())
