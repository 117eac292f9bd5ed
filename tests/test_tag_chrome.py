"""Site furniture: by place, by the names of elements, by links and by wording."""

import pytest
from conftest import HEADLINE, PROSE, make_html, rules, standing, within

from dehusk.features import Measures
from dehusk.spans import Label
from dehusk.taggers.chrome import part_of_path, tag_chrome

MAIN = f"<main><h1>{HEADLINE}</h1>" + "".join(f"<p>{text}</p>" for text in PROSE) + "</main>"


@pytest.mark.parametrize(
    "line",
    [
        "Share this article",
        "Related articles",
        "Leave a comment",
        "All rights reserved",
        "Back to top",
        "Continue reading",
        "Advertisement",
        "Artikel teilen",
        "Kommentare",
        "Das könnte Sie auch interessieren",
        "Alle Rechte vorbehalten",
        "Articles similaires",
        "Laisser un commentaire",
        "Tous droits réservés",
        "Artículos relacionados",
        "Deja un comentario",
        "Todos los derechos reservados",
        "Artigos relacionados",
        "Deixe um comentário",
        "Artikel terkait",
        "Tinggalkan komentar",
        "関連記事",
        "相关阅读",
    ],
)
def test_furniture_is_claimed_by_its_wording(line):
    assert line in standing(tag_chrome, within(line))


@pytest.mark.parametrize(
    "line",
    [
        "The brothers share this flat with their mother, who is deaf, and with two dogs that are not.",
        "He asked the reporters to leave a comment out of the record, which most of them did.",
        pytest.param(
            "The right of way, all rights reserved to the county, runs along the river bank to the weir.",
            marks=pytest.mark.xfail(strict=True, reason="a sure phrase takes the whole sentence it stands in along"),
        ),
        "Die Brüder teilen den Artikel im Gesetz in zwei Sätze, von denen der zweite alles wieder aufhebt.",
        "Los artículos relacionados con el agua se aprobaron por unanimidad en la sesión del martes pasado.",
        PROSE[3],
    ],
)
def test_sentences_with_the_same_words_are_not(line):
    assert line not in standing(tag_chrome, within(line))


@pytest.mark.parametrize(
    ("markup", "rule"),
    [
        ("<nav><ul><li><a href=/a>News</a><li><a href=/b>Sport</a></ul></nav>", "named"),
        ("<div class=sidebar><p>About the village</p></div>", "named"),
        ("<div class=share-buttons><span>Send</span></div>", "named"),
        ("<div class=commentlist><p>Well said, I was there and it was just so.</p></div>", "named"),
        pytest.param("<div id=comments><p>Well said, I was there.</p></div>", "named"),
        ("<div class=related-posts><p>A dog found its way home</p></div>", "named"),
        ("<footer><p>Calder Gazette, Mill Street</p></footer>", "named"),
        ("<div class=siteFooter><p>Calder Gazette, Mill Street</p></div>", "named"),
        ("<div><a href=/a>News</a> <a href=/b>Sport</a></div>", "outside"),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_furniture_beside_the_article_is_claimed_by_its_place(markup, rule, first):
    page = make_html(markup + MAIN if first else MAIN + markup)
    assert rule in rules(tag_chrome, page)
    claimed = standing(tag_chrome, page)
    assert not set(claimed) & {HEADLINE, *PROSE}


def test_a_line_of_links_inside_the_article():
    link = "<p><a href=/x>A dog found its way home</a></p>"
    page = make_html(MAIN.replace("</p><p>", f"</p>{link}<p>", 1))
    assert standing(tag_chrome, page) == ["A dog found its way home"]


@pytest.mark.parametrize(
    "wrapper",
    [
        "<div class=sidebar>",
        "<div class='widget-area related'>",
        "<div id=footer>",
        "<div class=comments>",
        "<section class=ad>",
    ],
)
def test_a_name_over_the_article_names_a_wrapper(wrapper):
    claimed = standing(tag_chrome, make_html(wrapper + MAIN.replace("main", "div")))
    assert not set(claimed) & set(PROSE)


def test_comments_are_chrome_that_can_be_asked_for():
    page = make_html(f"{MAIN}<div class=commentlist><p>Well said, I was there and it was just so.</p></div>")
    (facts,) = [c.evidence.facts for c in tag_chrome(Measures(page)) if c.evidence.rule == "named"]
    assert facts["part"] == "comments"


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("body>nav.main", "menu"),
        ("body>div#main>div.commentList>p", "comments"),
        pytest.param("body>div#comments>p", "comments"),
        pytest.param("body>div.comment>p", "comments"),
        ("body>div.SiteFooter", "footer"),
        ("body>div.share_buttons", "share"),
        ("body>aside>ul>li", "aside"),
        ("body>div.article-body>p", None),
        ("body>div.navy-blue>p", None),  # a word, not its beginning
        ("body>div.padding>p", None),
        ("body>div.shadow>p", None),
        ("body>p", None),
        ("body", None),
    ],
)
def test_the_part_that_a_path_names(path, part):
    assert part_of_path(path) == part


@pytest.mark.parametrize("text", ["", " ", "a", "Menu\nShare", HEADLINE])
def test_a_text_of_next_to_nothing_does_not_break_it(text):
    standing(tag_chrome, text)


def test_bare_text_keeps_its_paragraphs():
    text = "\n".join(["Home", "News", "Sport", HEADLINE, *PROSE, "Share", "Imprint"])
    assert not set(standing(tag_chrome, text, Label.CHROME)) & set(PROSE)
