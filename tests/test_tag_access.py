"""Access notices: by their wording, by their neighbours, by the names of their boxes."""

import pytest
from conftest import HEADLINE, PROSE, make_html, rules, standing, within

from dehusk import purify
from dehusk.taggers.access import tag_access

FIRES = [
    "Already a paid subscriber?",
    "Subscribe to continue reading.",
    "Dieser Artikel ist nur für Abonnenten lesbar.",
    "Cet article est réservé aux abonnés.",
    "Este contenido es exclusivo para suscriptores.",
    "Este conteúdo é exclusivo para assinantes.",
    "Artikel ini hanya untuk pelanggan.",
    "Questo articolo è riservato agli abbonati.",
    "Please log in to continue reading.",
    "Bitte melden Sie sich an, um weiterzulesen.",
    "Connectez-vous pour lire la suite.",
    "Inicia sesión para seguir leyendo.",
    "Faça login para continuar lendo.",
    "Silakan masuk untuk melanjutkan membaca.",
    "You must be logged in to post a comment.",
    "Please enable JavaScript in your browser settings.",
    "Bitte aktivieren Sie JavaScript in Ihrem Browser.",
    "Veuillez activer JavaScript dans votre navigateur.",
    "Activa JavaScript en tu navegador.",
    "Ative o JavaScript no seu navegador.",
    "Silakan aktifkan JavaScript di browser Anda.",
    "请启用JavaScript。",
    "Please verify that you are human.",
    "Checking your browser before accessing the site.",
    "We use cookies to improve your experience.",
    "Wir verwenden Cookies, um unsere Website zu verbessern.",
    "Nous utilisons des cookies pour améliorer votre expérience.",
    "Utilizamos cookies para mejorar su experiencia.",
    "Utilizamos cookies para melhorar a sua experiência.",
    "It looks like you are using an ad blocker.",
    "Are you over 18?",
    "This content is not available in your country.",
    "The page you requested could not be found.",
    "You have sent too many requests.",
]


@pytest.mark.parametrize("notice", FIRES)
def test_a_notice_is_claimed_by_its_wording(notice):
    assert standing(tag_access, within(notice)) == [notice]


@pytest.mark.parametrize(
    "line",
    [
        "“Please enable JavaScript in your browser settings,” the page said to everyone who opened it that morning.",
        "The site greeted readers with „Bitte melden Sie sich an, um weiterzulesen“ for three days.",
        "Le site affichait « Cet article est réservé aux abonnés » même à ceux qui payaient.",
        "On Friday she cancelled the paper that she had subscribed to for forty years.",
        "The committee asked companies how they use cookies and what they store about visitors.",
        "He logged in to the control room at six and found the gate open.",
        "The court found that access had been denied to the journalists.",
        "Only subscribers to the concert series may vote for the programme, the hall said.",
        "JavaScript was written in ten days in 1995, and browsers have run it since.",
        "The robot could not say whether it was human.",
        "Die Gemeinde will das Anmelden im Bürgerbüro vereinfachen.",
        "Los suscriptores del teatro recibieron dos entradas por persona.",
        "",
    ],
)
def test_sentences_about_such_things_are_not_notices(line):
    assert standing(tag_access, within(line)) == []


@pytest.mark.parametrize(
    ("headline", "text"),
    [
        (
            "How to enable JavaScript in your browser",
            "Some pages tell you to enable JavaScript. Open the menu, choose Settings, then Privacy, and look for the"
            " switch named JavaScript near the end of the list. Turn it on and load the page again.",
        ),
        (
            "What cookies are and how to delete them",
            "A cookie is a short text that a site stores in your browser. Sites that say that they use cookies to"
            " improve your experience mostly mean that they count visits. You can delete them at any time.",
        ),
        pytest.param(
            "HTTP status 403 and 404",
            "A server answers 404 when the requested page could not be found, and 403 when the client has no permission"
            " to access it. A client that meets either should not ask again at once.",
            marks=pytest.mark.xfail(strict=True, reason="two phrases in one sentence outweigh what the headline says"),
        ),
        (
            "Why newspapers put up paywalls",
            "Readers who have reached their limit of free articles are asked to pay. In 2011 the paper began to let"
            " everyone read twenty stories a month; two years later it was ten, and in the end it was none.",
        ),
    ],
)
def test_pages_about_such_notices_keep_their_text(headline, text):
    assert standing(tag_access, "\n\n".join([headline, text, *PROSE])) == []


def test_a_long_sentence_that_says_so_is_about_notices():
    sentence = "Please enable JavaScript in your browser settings " + "and do as the manual says in its chapter " * 12
    assert standing(tag_access, within(sentence.strip() + ".")) == []


@pytest.mark.parametrize(
    "notice",
    [
        "Please enable JavaScript in your browser.Already a paid subscriber? Please log in to continue reading.",
        "Veuillez activer JavaScript dans votre navigateur.Cet article est réservé aux abonnés.",
        "Silakan aktifkan JavaScript di browser Anda.Silakan masuk untuk melanjutkan membaca.",
    ],
)
def test_notices_run_together_without_spaces_are_claimed_whole(notice):
    assert "".join(standing(tag_access, within(notice))).replace(" ", "") == notice.replace(" ", "")


def test_a_notice_at_the_end_of_a_paragraph_leaves_the_paragraph():
    text = within(f"{PROSE[3]} Please log in to continue reading.")
    assert standing(tag_access, text) == ["Please log in to continue reading."]


def test_a_short_line_between_two_sure_notices_is_carried():
    lines = [
        "Please log in to continue reading.",
        "It takes a minute.",
        "Please enable JavaScript in your browser settings.",
    ]
    assert standing(tag_access, within(*lines)) == lines
    assert standing(tag_access, within(lines[1])) == []


def test_a_hint_counts_only_beside_a_sure_notice():
    assert standing(tag_access, within("Log in")) == []
    assert standing(tag_access, within("Subscribe to continue reading.", "Log in")) == [
        "Subscribe to continue reading.",
        "Log in",
    ]


@pytest.mark.parametrize(
    ("attributes", "rule"),
    [
        ("class=cookie-banner", "consent"),
        ("id=onetrust-consent-sdk", "consent"),
        ("class='paywall'", "paywall"),
        ("class=login-form", "login"),
        ("class=teaser", None),
        ("class=archive-index", None),
        pytest.param("class=blog-index", None),
        pytest.param("class=design-info", None),
    ],
)
def test_boxes_named_after_notices_are_claimed(attributes, rule):
    prose = "".join(f"<p>{text}</p>" for text in PROSE)
    page = make_html(f"<main><h1>{HEADLINE}</h1>{prose}</main><div {attributes}><p>Choose what you like</p></div>")
    assert rules(tag_access, page) == ({rule} if rule else set())


def test_a_name_over_the_whole_page_says_nothing():
    prose = "".join(f"<p>{text}</p>" for text in PROSE)
    assert rules(tag_access, make_html(f"<div class=cookie-accepted><h1>{HEADLINE}</h1>{prose}</div>")) == set()
    assert rules(tag_access, make_html(f"<body class=paywall><h1>{HEADLINE}</h1>{prose}")) == set()


def test_a_menu_item_is_no_notice():
    prose = "".join(f"<p>{text}</p>" for text in PROSE)
    menu = "<nav class=login-menu><a href=/l>Log in</a> <a href=/s>Subscribe</a></nav>"
    report = purify(f"{menu}<main><h1>{HEADLINE}</h1>{prose}</main>")
    assert [span.label.value for span in report.spans] == ["chrome", "title", "article"]
