"""Whose text it is, as far as the page shows."""

import pytest
from conftest import HEADLINE, PROSE, make_html, make_page

from dehusk.features import Measures
from dehusk.owner import bare, find_owner, host_of, is_name, is_own, known_host, proper
from dehusk.page import Declared, Fact, Page
from dehusk.verdict import Candidate, Owner

GERMAN_GAP = pytest.mark.xfail(
    strict=True, reason="the wording has the verb in one piece only: mit ihrem {name}-konto anmelden"
)


def owner_of(*lines):
    return find_owner(Measures(make_page("\n\n".join([HEADLINE, *PROSE, *lines]))))


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (
            [
                "Log into your Times account. Subscribe to The Times.",
                "Want all of The Times? Subscribe.",
            ],
            "The Times",
        ),
        (["Log into your Post account, or subscribe for all of The Post."], "The Post"),
        (["Bitte melden Sie sich mit Ihrem SZ-Konto an.", "Jetzt SZ abonnieren und alle Artikel lesen."], "SZ"),
        pytest.param(["Bitte melden Sie sich mit Ihrem SZ-Konto an, um weiterzulesen."], "SZ", marks=GERMAN_GAP),
        (["Connectez-vous à votre compte Figaro pour lire la suite."], "Figaro"),
        (["Inicia sesión en tu cuenta de El País para seguir leyendo."], "El País"),
        (["Faça login em sua conta Folha para continuar.", "© 2024 Folha. Todos os direitos reservados."], "Folha"),
        (["Masuk ke akun Kompas Anda untuk melanjutkan membaca."], "Kompas"),
        (["This article originally appeared in The Calder Gazette."], "The Calder Gazette"),
        (["This article first appeared on Fennmark Weekly."], "Fennmark Weekly"),
        (["Dieser Artikel erschien zuerst in Der Brelower Anzeiger."], "Der Brelower Anzeiger"),
        (["© 2024 Calder Gazette. All rights reserved."], "Calder Gazette"),
    ],
)
def test_cues_in_the_text_name_the_owner(lines, name):
    found = owner_of(*lines)
    assert found.name == name
    assert found.evidence
    assert 0.5 <= found.score <= 0.97


@pytest.mark.parametrize(
    "line",
    [
        "The mayor told The Times that he was glad.",
        "Subscribe to our newsletter.",
        "Log into your account to continue reading.",
        "Subscribe now for more news.",
        "Already a subscriber? Log in.",
        "As the Gazette reported, the bridge had stood since 1911.",
        "",
    ],
)
def test_without_a_sure_cue_the_owner_is_unknown(line):
    assert owner_of(line) == Owner()


@pytest.mark.parametrize(
    ("line", "candidates"),
    [
        ("Log into your Times account. Subscribe to The Times.", ["The New York Times", "The Times"]),
        ("Log into your Post account, or subscribe for all of The Post.", ["The Washington Post", "New York Post"]),
        ("Melden Sie sich mit Ihrem SZ-Konto an. Jetzt SZ abonnieren.", ["Süddeutsche Zeitung"]),
        ("Connectez-vous à votre compte Figaro. Abonnez-vous au Figaro.", ["Le Figaro"]),
        ("This article originally appeared in The Calder Gazette.", []),
    ],
)
def test_publishers_that_go_by_the_name_are_candidates(line, candidates):
    found = owner_of(line)
    names = [candidate.name for candidate in found.candidates]
    assert names[:1] == candidates[:1]
    assert set(candidates) <= set(names)
    scores = [candidate.score for candidate in found.candidates]
    assert scores == sorted(scores, reverse=True)


def test_no_name_runs_over_a_stop_where_words_are_not_spaced():
    found = owner_of("この記事は会員限定です。続きを読むには朝日新聞アカウントでログインしてください。")
    assert "。" not in found.name


def test_a_declared_publisher_and_the_address_count():
    markup = (
        "<head><meta property=og:site_name content='Le Monde'><link rel=canonical href=https://www.lemonde.fr/a></head>"
    )
    found = find_owner(Measures(make_html(f"{markup}<p>{PROSE[0]}</p>")))
    assert (found.name, [c.name for c in found.candidates][:1]) == ("Le Monde", ["Le Monde"])


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("The Times", "The Times"),
        ("Süddeutsche Zeitung now and read", "Süddeutsche Zeitung"),
        ("Bank of the West", "Bank of the West"),
        ("our newsletter", ""),
        ("朝日新聞", "朝日新聞"),
        ("", ""),
    ],
)
def test_the_name_that_some_words_begin_with(words, name):
    assert proper(words) == name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("The Times", True),
        ("Le Monde", True),
        ("20 Minutes", True),
        ("读卖新闻", True),
        ("", False),
        ("account", False),
        ("1234", False),
        ("X" * 61, False),
        ("the river", False),
    ],
)
def test_what_can_be_a_name(name, expected):
    assert is_name(name) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Times", "times"),
        ("Le Monde", "monde"),
        ("DER SPIEGEL", "spiegel"),
        ("L’Équipe", "équipe"),
        ("L'Express", "express"),
        ("  El  País. ", "país"),
        ("The", "the"),
        ("Die Zeit", "Zeit"),
        ("Theatre Week", "theatre week"),
    ],
)
def test_two_ways_of_giving_a_name(one, other):
    assert bare(one) == bare(other)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.Example.com/a?b", "example.com"),
        ("http://news.example.co.uk:8080/", "news.example.co.uk"),
        ("//example.com/a", "example.com"),
        ("example.com/a", None),
        ("http://[broken", None),
        ("", None),
        (None, None),
    ],
)
def test_the_host_of_an_address(url, host):
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("nytimes.com", "The New York Times"),
        ("cooking.nytimes.com", "The New York Times"),
        ("notnytimes.com", None),
        ("com", None),
        ("", None),
        (None, None),
    ],
)
def test_the_publisher_of_a_host(host, name):
    assert getattr(known_host(host), "name", None) == name


@pytest.mark.parametrize(
    ("facts", "url", "own"),
    [
        ({}, None, None),
        ({"sitename": "The Times"}, None, True),
        ({"sitename": "The New York Times"}, None, True),
        ({"sitename": "Brel77"}, None, False),
        ({}, "https://www.nytimes.com/a", True),
        ({}, "https://brel77.example/a", False),
        ({"sitename": "Brel77"}, "https://www.thetimes.co.uk/a", True),
    ],
)
def test_whether_the_site_is_the_owners(facts, url, own):
    owner = Owner("The Times", 0.9, (), (Candidate("The New York Times", 0.7), Candidate("The Times", 0.5)))
    page = Page("page", "", url=url, declared=Declared(tuple(Fact(name, value, "og") for name, value in facts.items())))
    assert is_own(owner, page) is own
