"""Injected spam: what takes its forms, and the honest text that must not be accused."""

import pytest
from conftest import HEADLINE, PROSE, make_html, rules, standing, within

from dehusk.spans import Label
from dehusk.taggers.spam import is_brand, tag_spam

GERMAN = (
    "Nach drei Tagen Dauerregen ist die Talsperre oberhalb von Hohenlenne in der Nacht übergelaufen. Rund 900 Menschen"
    " mussten ihre Häuser verlassen, teilte der Landkreis am Montag mit.",
    "Die Feuerwehr fuhr mit Traktoren durch die Straßen, weil die Einsatzwagen im Wasser stehen blieben."
    " In der Turnhalle"
    " standen am Morgen 240 Feldbetten.",
)
DOMAIN_BUG = pytest.mark.xfail(strict=True, reason="a first word of up to six letters is taken for the end of a domain")
BRAND_BUG = pytest.mark.xfail(strict=True, reason="an honest word with digits is taken for a brand")
HONEST_WITH_DIGITS = [
    "H1N1",
    "PM10",
    "GPT4",
    "500g",
    "24x7",
    "e621",
    "300ms",
    "R2D2",
    "C3PO",
    "WD40",
    "Rs500",
]


@pytest.mark.parametrize(
    "word",
    [
        "84zarp",
        "win88bet",
        "bet365x",
        "hawpi99",
        "raja88slot",
        "9goldwin",
        "ViveJeu24",
        "apuesta777",
        "bet4sol",
        "k8vip",
        "xo88vn",
    ],
)
def test_letters_and_digits_in_one_word_make_a_brand(word):
    assert is_brand(word)


@pytest.mark.parametrize(
    "word",
    [
        *[
            "F16",
            "F-16",
            "MP3",
            "MP4",
            "COVID19",
            "COVID-19",
            "G20",
            "G7",
            "4x4",
            "5G",
            "PS5",
            "B2B",
            "B2C",
            "WW2",
            "T20",
            "A380",
            "B737",
            "CO2",
            "H2O",
            "Q3",
            "FY2024",
        ],
        *[
            "10km",
            "3D",
            "2nd",
            "21st",
            "1990s",
            "90s",
            "3pm",
            "100m",
            "5bn",
            "20th",
            "1080p",
            "144Hz",
            "16GB",
            "4K",
            "12V",
            "50W",
            "M25",
            "A1",
            "E10",
            "U21",
            "K2",
            "MI6",
            "C4",
        ],
        *[
            "win",
            "2024",
            "winner",
            "1.5",
            "63",
            "casino",
            "Windows11",
            "iOS17",
            "Android14",
            "UTF8",
            "SHA256",
            "RTX4090",
            "ISO9001",
        ],
        *[
            "3ème",
            "1er",
            "2e",
            "20er",
            "1980er",
            "12th",
            "5kWh",
            "60fps",
            "7nm",
            "U2",
            "3M",
            "7UP",
            "V8",
            "W3C",
            "P2P",
            "Y2K",
        ],
        *["§12a", "10a", "12b", "US$5", "€20m", "£3bn", "v2", "3G"],
        *HONEST_WITH_DIGITS,
        *(pytest.param(word, marks=BRAND_BUG) for word in ("iPhone15", "Blink182", "50mph")),
    ],
)
def test_digits_in_honest_words_make_none(word):
    assert not is_brand(word)


@pytest.mark.parametrize(
    ("before", "after", "tail"),
    [
        ("84zarp ", "", ".84zarp"),
        ("", " hawpi99", ".hawpi99"),
        ("Lucky Harbour ", "", ".Lucky Harbour"),
        ("Lucky Harbour ", "", "\n\nLucky Harbour"),
        ("金鯱娯楽城 ", "", ".金鯱娯楽城"),
        ("", " Mediroyal", ".Mediroyal"),
    ],
)
def test_words_at_the_headline_and_at_the_tail_are_an_echo(before, after, tail):
    text = "\n\n".join([f"{before}{HEADLINE}{after}", *PROSE]).removesuffix(".") + tail
    brand = (before + after).strip()
    assert standing(tag_spam, text, Label.SPAM)[:1] == [brand]
    assert text.endswith(standing(tag_spam, text, Label.SPAM)[-1])
    assert "echo" in rules(tag_spam, text)


@pytest.mark.parametrize(
    "text",
    [
        "\n\n".join(
            [HEADLINE, *PROSE, "The children crossed first, and then the goats of Aldmoor Rebuild the Bridge."]
        ),
        "\n\n".join(
            [f"Anselm Prates: {HEADLINE}", *PROSE, "He did it all with one hammer, said his wife of Anselm Prates."]
        ),
        "\n\n".join([HEADLINE, *PROSE, "The Lenn"]),
        "\n\n".join([HEADLINE, *PROSE]),
        HEADLINE,
        "",
    ],
)
def test_words_that_the_text_speaks_of_are_no_echo(text):
    assert "echo" not in rules(tag_spam, text)


@pytest.mark.parametrize(
    ("headline", "brand"),
    [
        (f"84zarp {HEADLINE}", ["84zarp"]),
        (f"{HEADLINE} win88bet", ["win88bet"]),
        (f"{HEADLINE} | win88bet", ["win88bet"]),
        ("F16 Crashes Near Aldmoor, Pilot Is Safe", []),
        ("Aldmoor Counts 3,000 COVID19 Cases", []),
        ("G20 Leaders Meet in Aldmoor Without a Result", []),
        ("New 5G Mast Divides the Village of Aldmoor", []),
        ("The PS5 Turns Four and Still Sells Well", []),
        ("Sales of B2B Software Fall for a Third Year", []),
        ("4x4 Owners in Aldmoor Face a Higher Tax", []),
        ("100km Race Through the Lenn Valley Is Called Off", []),
        (HEADLINE, []),
    ],
)
def test_brands_at_the_ends_of_the_headline(headline, brand):
    assert standing(tag_spam, "\n\n".join([headline, *PROSE])) == brand


def test_a_brand_that_the_text_speaks_of_is_its_subject():
    text = "\n\n".join(
        ["K2gear Opens a Factory in Aldmoor, Hiring Two Hundred", "The maker K2gear said that it " + PROSE[0], *PROSE]
    )
    assert standing(tag_spam, text) == []


@pytest.mark.parametrize(
    ("end", "glued"),
    [
        ("It fell in the past.84zarp", ["84zarp"]),
        pytest.param("It fell in the past.cheap viagra pills", ["cheap viagra pills"], marks=DOMAIN_BUG),
        pytest.param("It fell in the past.online casino", ["online casino"], marks=DOMAIN_BUG),
        ("It fell in the past.sildenafil online", ["sildenafil online"]),
        ("It fell in the past.12", []),  # the number of a footnote
        ("It fell in the past.3", []),
        ("It fell in the past.[4]", []),
        ("Write to the mayor at example.com", []),
        ("The minutes are on the page www.aldmoor.example.com", []),
        ("It fell in the past.It rose again", []),
        ("It fell in the past.he said later", []),
        ("The file is named bridge.mp3", []),
        ("The code is in main.py", []),
        ("He lives in St.Gallen", []),
        ("It fell in the past. 63 of them", []),
        ("It costs 3.5m", []),
    ],
)
def test_what_is_glued_to_the_last_stop(end, glued):
    text = "\n\n".join([HEADLINE, *PROSE[:3], f"{PROSE[3]} {end}", "The village goes on."])
    assert standing(tag_spam, text) == glued


@pytest.mark.parametrize(
    ("line", "fires"),
    [
        ("royal slots casino", True),
        ("royal reels casino bonus", True),
        ("cheap viagra no prescription", True),
        ("payday loans online", True),
        ("online casino ohne einzahlung", True),
        ("casino en ligne bonus sans dépôt", True),
        ("mejores tragamonedas online", True),
        ("cassino online grátis", True),
        ("judi bola terpercaya", True),
        ("オンラインカジノ 無料ボーナス", True),
        ("在线老虎机游戏", True),
        ("win88bet", True),
        ("The Casino Question", False),  # a heading
        ("A loan from the dairy:", False),
        ("Who pays for the casino?", False),
        ("The casino burned down.", False),
        ("the river at night", False),  # nothing that is sold
        ("* * *", False),
        ("Advertisement", False),
        ("16:45", False),
        ("2nd half", False),
        ("Group G20", False),
    ],
)
def test_an_anchor_that_stands_alone_between_paragraphs(line, fires):
    assert standing(tag_spam, within(line)) == [line] * fires


@pytest.mark.parametrize(
    "text",
    [
        "\n\n".join(
            [
                "Aldmoor Votes on a Casino",
                "The casino would be built beside the bridge. " + PROSE[0],
                PROSE[1],
                "the casino bonus",
                *PROSE[2:],
            ]
        ),
        "\n\n".join(
            ["Slots and poker: how the law changed", *(p.replace("bridge", "casino with slots") for p in PROSE)]
        ),
        "\n\n".join(
            [
                "Sperrliste: diese Seiten sind illegal",
                *GERMAN,
                "Gesperrt wurden win88bet.example, 84zarp.example und slotxo.example, teilte die Behörde mit.",
                *GERMAN,
            ]
        ),
        "\n\n".join(
            [
                "Blocked sites",
                *PROSE,
                "The regulator named www.84zarp.example and https://win88bet.example/slots as illegal.",
            ]
        ),
        "\n\n".join(["Doctors Warn of Fake Viagra and Cialis", *(p.replace("bridge", "viagra trade") for p in PROSE)]),
        "\n\n".join([HEADLINE, *PROSE, "#Aldmoor #bridge #flood"]),
        "\n\n".join([HEADLINE, *PROSE, "Tags: loan, crypto, bonus"]),
    ],
)
def test_articles_about_such_topics_are_not_accused(text):
    assert standing(tag_spam, text) == []


@pytest.mark.parametrize(
    ("line", "fires"),
    [
        ("#slot #casino #winbet #maxwin", True),
        ("#slot#casino#winbet", True),
        ("#bridge #flood #Aldmoor #Lenn", False),
        ("#casino", False),
    ],
)
def test_hashtags_of_sales_words(line, fires):
    assert bool(standing(tag_spam, "\n\n".join([HEADLINE, *PROSE, line]))) == fires


@pytest.mark.parametrize(
    ("line", "fires"),
    [
        ("Buy Viagra Online Cheap Viagra No Prescription Viagra Overnight", True),
        ("casino online casino bonus free casino slots casino", True),
        ("Why the village bought the bridge and who paid for the bridge", False),
        ("Loan after loan: how the village paid", False),
    ],
)
def test_keyword_lines_above_the_text(line, fires):
    assert bool(standing(tag_spam, "\n\n".join([line, HEADLINE, *PROSE]))) == fires


@pytest.mark.parametrize(
    ("markup", "fires"),
    [
        ("<div style='display:none'><a href=http://x.example>online casino</a> <a href=y>slots bonus</a></div>", True),
        ("<div style='display:none'><a href=/about>About the village</a> <a href=/b>Contact</a></div>", False),
        ("<div style='display:none'>The county wants no casino here, it said.</div>", False),
        ("<div><a href=/a>About the village</a></div>", False),
    ],
)
def test_hidden_links(markup, fires):
    prose = "".join(f"<p>{text}</p>" for text in PROSE)
    page = make_html(f"<h1>{HEADLINE}</h1>{prose}{markup}")
    assert ("hidden_links" in rules(tag_spam, page)) == fires


@pytest.mark.parametrize("text", ["", " \n", "84zarp", "casino", "a\nb\nc", "84zarp casino\n\nslots 84zarp"])
def test_a_text_of_next_to_nothing_does_not_break_it(text):
    standing(tag_spam, text)
