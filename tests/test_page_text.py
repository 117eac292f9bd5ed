"""Plain text to a page, and bytes or strings to text: what is a line, what is joined, what is replaced."""

import pytest
from conftest import make_page, odd_texts
from hypothesis import given

from dehusk.errors import TooLarge, UnreadablePage
from dehusk.read import read_page
from dehusk.read.records import MAX_PAGE_BYTES, Form, Record

WRAPPED = """The wooden bridge over the Lenn was taken away by the flood in May,
and for seven months the children of the upper village walked two
miles to school. On Saturday the last plank was laid by Anselm Prates,
whose grandfather had worked on the first bridge as a boy of twelve.

The work was paid for with raffles, dinners and a gift of the dairy,
which lent its two lorries as well. The new bridge is four feet higher
than the old one and bears the ambulance, the engineers said after the
trial on Friday evening.
"""


def read(data, form=Form.TEXT, **given_too):
    return read_page(Record("page", data, form, **given_too))


def blocks(text):
    page = make_page(text)
    return [page.slice(block) for block in page.blocks]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t\r\n", []),
        ("a", ["a"]),
        ("a\nb", ["a", "b"]),
        ("a\rb", ["a", "b"]),
        ("a\r\nb", ["a", "b"]),
        ("a\n\n\nb\n", ["a", "b"]),
        ("a\n \t\nb", ["a", "b"]),
        ("a\x0bb\x0cc\x85d\u2028e\u2029f\x1cg", ["a\x0bb\x0cc\x85d\u2028e\u2029f\x1cg"]),
        ("  a  \n\tb", ["  a  ", "\tb"]),
        ("a\x00b\nc", ["a\x00b", "c"]),
    ],
)
def test_lines_end_at_line_feed_and_carriage_return_only(text, expected):
    assert blocks(text) == expected


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_hard_wrapped_paragraphs_are_one_block_each(end):
    text = WRAPPED.replace("\n", end)
    first, second = blocks(text)
    assert (first[:10], first[-10:]) == ("The wooden", "of twelve.")
    assert (second[:8], second[-8:]) == ("The work", "evening.")
    assert make_page(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(WRAPPED.splitlines()[:4]),  # four lines are no habit
        "\n".join(["Home", "News", "Sport", "Weather", "Culture", "Letters", "About us", "Contact", "Imprint"]),
        "\n".join(["A line of a poem that is about as long as the next", ""] * 10),  # a blank line stands between
        "\n".join(["A paragraph on one line, far longer than anybody wraps a text at. " * 3] * 10),
        "\n".join(f"{number:2} A row of a table with its figures" for number in range(9)),
    ],
)
def test_other_lines_are_blocks_of_their_own(text):
    assert len(blocks(text)) == sum(bool(line.strip()) for line in text.splitlines())


@given(odd_texts(200))
def test_blocks_hold_all_that_is_not_white_space_and_the_text_is_not_touched(text):
    page = make_page(text)
    assert page.text == text
    at = 0
    for block in page.blocks:
        assert not text[at : block.start].strip()
        assert text[block.start : block.end].strip()
        at = block.end
    assert not text[at:].strip()


@pytest.mark.parametrize(
    ("data", "text", "lossy"),
    [
        ("\ufeffa", "a", False),
        ("a\ufeffb", "a\ufeffb", False),
        (b"\xef\xbb\xbfa", "a", False),
        (b"A longer line of text.\x00 " * 9, "A longer line of text.\x00 " * 9, False),
        ("a\x00b", "a\x00b", False),
        pytest.param("a\ud800b", "a\ufffdb", True),
        pytest.param("a\udcffé", "a\ufffdé", True),
        ("a\ufffdb", "a\ufffdb", False),
        (b"a\r\nb\rc\n", "a\r\nb\rc\n", False),
        ("Stra\u00dfe \u4e00 ".encode() * 100 + b"\xff", "Stra\u00dfe \u4e00 " * 100 + "\ufffd", True),
        ("漢字".encode() * 50 + b"\xe6\xbc", "漢字" * 50 + "\ufffd", True),  # cut inside a character
        (b"", "", False),
    ],
)
def test_the_text_is_the_decoded_input(data, text, lossy):
    page = read(data)
    assert (page.text, page.origin.lossy) == (text, lossy)
    page.text.encode("utf-8")


@pytest.mark.parametrize("form", [Form.TEXT, Form.HTML, Form.AUTO])
@given(odd_texts(100))
def test_text_can_always_be_encoded_again(form, text):
    for data in (text, text.encode("utf-8"), text.encode("utf-16"), text.encode("utf-8")[1:]):
        try:
            read(data, form).text.encode("utf-8")
        except UnreadablePage:  # control characters beyond what texts hold
            assert "\x00" in text or isinstance(data, bytes)


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n" + bytes(range(256)),
        b"\x89PNG\r\n\x1a\n" + bytes(50),
        bytes(range(32)) * 40,
        b"PK\x03\x04" + bytes(9),
    ],
)
def test_binary_data_is_no_page(data):
    with pytest.raises(UnreadablePage, match="binary"):
        read(data, Form.AUTO)


def test_past_the_limit_on_bytes_a_page_is_too_large():
    assert len(read("a" * MAX_PAGE_BYTES).text) == MAX_PAGE_BYTES
    with pytest.raises(TooLarge, match="bytes"):
        read("a" * (MAX_PAGE_BYTES + 1))


@pytest.mark.parametrize(
    ("data", "is_html"),
    [
        ("<!DOCTYPE html><p>a</p>", True),
        ("\ufeff <HTML><body>a", True),
        ("<!-- c --><div>a</div>", True),
        ("<p>a</p><p>b</p><p>c</p>", True),
        ("A text about the tags <p> and </p>, <b> and </b>, and about </div>.", False),
        ("a < b and b > c", False),
        ("Only text.", False),
        ("<3 is a heart", False),
        ("<user@host.example> wrote:", False),
    ],
)
def test_markup_and_text_are_told_apart(data, is_html):
    assert read(data, Form.AUTO).is_html == is_html
    assert read(data.encode("utf-8"), Form.AUTO).is_html == is_html
