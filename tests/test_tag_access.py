"""Access notices: by their wording, by their neighbours, by the names of their boxes."""

import pytest
from conftest import HEADLINE, PROSE, make_html, rules, standing, within

from dehusk.taggers.access import tag_access

FIRES = [
    ("paywall", "Already a paid subscriber?"),
    ("paywall", "Subscribe to continue reading."),
    ("paywall", "Dieser Artikel ist nur für Abonnenten lesbar."),
    ("paywall", "Cet article est réservé aux abonnés."),
    ("paywall", "Este contenido es exclusivo para suscriptores."),
    ("paywall", "Este conteúdo é exclusivo para assinantes."),
    ("paywall", "Artikel ini hanya untuk pelanggan."),
    ("paywall", "Questo articolo è riservato agli abbonati."),
    ("login", "Please log in to continue reading."),
    ("login", "Bitte melden Sie sich an, um weiterzulesen."),
    ("login", "Connectez-vous pour lire la suite."),
    ("login", "Inicia sesión para seguir leyendo."),
    ("login", "Faça login para continuar lendo."),
    ("login", "Silakan masuk untuk melanjutkan membaca."),
    ("login", "You must be logged in to post a comment."),
    ("javascript", "Please enable JavaScript in your browser settings."),
    ("javascript", "Bitte aktivieren Sie JavaScript in Ihrem Browser."),
    ("javascript", "Veuillez activer JavaScript dans votre navigateur."),
    ("javascript", "Activa JavaScript en tu navegador."),
    ("javascript", "Ative o JavaScript no seu navegador."),
    ("javascript", "Silakan aktifkan JavaScript di browser Anda."),
    ("javascript", "請啟用JavaScript。"),
    ("verification", "Please verify that you are human."),
    ("verification", "Checking your browser before accessing the site."),
    ("consent", "We use cookies to improve your experience."),
    ("consent", "Wir verwenden Cookies, um unsere Website zu verbessern."),
    ("consent", "Nous utilisons des cookies pour améliorer votre expérience."),
    ("consent", "Utilizamos cookies para mejorar su experiencia."),
    ("consent", "Utilizamos cookies para melhorar a sua experiência."),
    ("adblock", "It looks like you are using an ad blocker."),
    ("age", "Are you over 18?"),
    ("region", "This content is not available in your country."),
    ("http_error", "The page you requested could not be found."),
    ("rate_limit", "You have sent too many requests."),
]


@pytest.mark.parametrize(("rule", "notice"), FIRES)
def test_a_notice_is_claimed_by_its_wording(rule, notice):
    assert standing(tag_access, within(notice)) == [notice]
    assert rules(tag_access, within(notice)) == {rule}


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
        (
            "HTTP status 403 and 404",
            "A server answers 404 when the requested page could not be found, and 403 when the client has no permission"
            " to access it. A client that meets either should not ask again at once.",
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
        "Please enable JavaScript in your browser settings.Already a paid subscriber? Please log in to continue reading.",
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
    lines = ["Please log in to continue reading.", "It takes a minute.", "Please enable JavaScript in your browser settings."]
    assert standing(tag_access, within(*lines)) == lines
    assert standing(tag_access, within(lines[1])) == []


def test_a_hint_counts_only_beside_a_sure_notice():
    assert standing(tag_access, within("Log in")) == []
    assert standing(tag_access, within("Subscribe to continue reading.", "Log in")) == ["Subscribe to continue reading.", "Log in"]


@pytest.mark.parametrize(
    ("attributes", "rule"),
    [
        ("class=cookie-banner", "consent"),
        ("id=onetrust-consent-sdk", "consent"),
        ("class='paywall'", "paywall"),
        ("class=login-form", "login"),
        ("class=teaser", None),
        ("class=blog-in-brief", None),
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
    assert standing(tag_access, make_html(f"{menu}<main><h1>{HEADLINE}</h1>{prose}</main>")) == []
