"""Text whose meaning cannot be had by reading."""

import pytest
from conftest import make_html, rules, standing, within

from dehusk.taggers.garbled import tag_garbled

SPANISH = (
    "Los alfareros de Valdecieza enseñaron el jueves cómo se hacía el vidriado en los hornos antiguos, según el baño."
)


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (SPANISH.encode("utf-8").decode("cp1252"), "mojibake"),
        ("Die Brücke über die Lenne ist für Fußgänger gesperrt.".encode().decode("cp1252"), "mojibake"),
        ("Ночью река вышла из берегов.".encode().decode("latin-1"), "mojibake"),
        ("“It rose” – and it’s rising, he said.".encode().decode("cp1252", "replace"), "mojibake"),
        ("{{ post.title }} {{ post.date }}", "template"),
        ("{% include 'footer.html' %}", "template"),
        ("[object Object]", "template"),
        ("[vc_row][vc_column width='1/2']", "template"),
        ("function show(a) { var b = document.getElementById('x'); }", "code"),
        (".post { color: red; } .post a { margin: 0; padding: 1px; }", "code"),
        ("T h e r i v e r r o s e", "letters"),
    ],
)
def test_broken_text_is_claimed(line, rule):
    assert "".join(standing(tag_garbled, within(line))).strip() == line.strip()
    assert rules(tag_garbled, within(line)) == {rule}


@pytest.mark.parametrize(
    "line",
    [
        "À São Paulo, l’été où Ângela et Ñico se marièrent, il neigea.",
        "SEÑOR PÉREZ, NIÑA Ñ, AÇÃO, CORAÇÃO E PÃO",
        "ĐÂY LÀ MỘT CÂU TIẾNG VIỆT, ÂM NHẠC VÀ THƠ CA",
        "Ålesund, Øresund and Ærø lie far apart.",
        "A single Ã© in a sentence does not take its sense away.",
        "The function f(x) = 2x + 1 grows (as the table shows); it never falls.",
        "Write {name} where the name belongs, and a % sign for percentages.",
        "He spelled it: A N S E L M, and then left.",
        pytest.param(
            "A B C D E F G: the children sang the alphabet from the beginning.",
            marks=pytest.mark.xfail(strict=True, reason="six single letters in an otherwise sound sentence"),
        ),
        "Price: 5 € (20 %) — see § 12, note [3].",
        "The keys are W A S D and the space bar.",
        "",
    ],
)
def test_odd_but_sound_text_is_not(line):
    assert standing(tag_garbled, within(line)) == []


def test_a_broken_token_in_a_sound_sentence_is_claimed_alone():
    assert standing(
        tag_garbled, within("Dear {{ first_name }}, the bridge over the Lenn is open again since Saturday.")
    ) == ["{{ first_name }}"]


@pytest.mark.parametrize(
    "place", ["<pre>{}</pre>", "<pre><code>{}</code></pre>", "<div class=highlight><p>{}</p></div>"]
)
@pytest.mark.parametrize(
    "code", ["function f(a) { var b = document.title; }", "Hello {{ name }}, see {{ page }}, and so on and on"]
)
def test_code_that_is_shown_as_code_is_not(place, code):
    assert standing(tag_garbled, make_html(f"<p>An example:</p>{place.format(code)}<p>It prints the title.</p>")) == []
