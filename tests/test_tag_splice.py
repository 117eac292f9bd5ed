"""Paragraphs of another document, spliced in next to an access notice."""

import pytest
from conftest import HEADLINE, PROSE, standing

from dehusk.spans import Label
from dehusk.taggers.splice import content_words, names, tag_splice

NOTICES = ("Please enable JavaScript in your browser settings.", "Please log in to continue reading.")
OTHER = (
    "Shares in Halvorsen Shipping fell nine percent after the company cut its forecast for container traffic between"
    " Rotterdam and Singapore. Chief executive Birgit Halvorsen blamed fuel prices and a strike of crane"
    " drivers at Antwerp."
)
SAME = (
    "The village of Aldmoor will open the bridge over the Lenn with a mass and a supper. Mr. Prates and"
    " his daughter Luana"
    " will cross it first, and the children of the upper village will follow them to the school."
)
GERMAN = (
    "Nach drei Tagen Dauerregen ist die Talsperre oberhalb von Hohenlenne in der Nacht zum Montag"
    " übergelaufen. Rund 900"
    " Menschen mussten ihre Häuser verlassen, teilte der Landkreis mit.",
    "Die Feuerwehr fuhr mit Traktoren durch die Straßen, weil die Einsatzwagen im Wasser stehen blieben."
    " In der Turnhalle"
    " von Ober-Lenne standen am Morgen 240 Feldbetten, auf denen vor allem ältere Leute schliefen.",
    "„Wir haben die Schleuse am Samstag geöffnet, aber es kam mehr nach, als wir ablassen konnten“,"
    " sagte Betriebsleiterin"
    " Martina Kolbe. Die Mauer selbst sei nach Angaben der Prüfer nicht beschädigt.",
    "Der Landrat kündigte an, dass die Schulen im Lennetal bis Mittwoch geschlossen bleiben. Für die"
    " Bauern am Unterlauf,"
    " deren Felder unter Wasser stehen, soll es schnelle Hilfe geben.",
)
GERMAN_SAME = (
    "Am Dienstag soll der Regen nachlassen. Der Deutsche Wetterdienst rechnet damit, dass der Pegel an der Brücke von"
    " Hohenlenne bis zum Abend um einen Meter fällt."
)
GERMAN_OTHER = (
    "Der Stürmer Jonas Pfeil wechselt für zwölf Millionen Euro vom FC Ansbruck zu Real Caldera nach"
    " Spanien. Trainer Ricardo"
    " Mena lobte seine Schnelligkeit, Sportdirektor Ulrich Haas sprach von einem schmerzlichen Verlust."
)


def page(*lines, before=PROSE):
    return "\n\n".join([HEADLINE, *before, *lines])


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        (page(*NOTICES, OTHER), [OTHER]),
        (page(*NOTICES, OTHER, NOTICES[1]), [OTHER]),
        (page(*NOTICES, GERMAN_OTHER, before=GERMAN), [GERMAN_OTHER]),
        (page(*NOTICES, SAME), []),
        (page(*NOTICES), []),
        (page(OTHER), []),  # without a notice it may be a section of its own
        (page(NOTICES[0], *PROSE, before=()), []),  # nothing before to compare with
        (page(*NOTICES, OTHER, before=PROSE[:1]), []),
        (page(*NOTICES, "A short line about Rotterdam."), []),
        (page("We use cookies to improve your experience.", OTHER), []),  # a notice that stands in for nothing
        ("", []),
        (NOTICES[0], []),
    ],
)
def test_a_paragraph_that_shares_nothing_with_the_rest(text, foreign):
    assert standing(tag_splice, text, Label.FOREIGN) == foreign


def test_the_article_that_goes_on_in_german_is_kept():
    assert standing(tag_splice, page(*NOTICES, GERMAN_SAME, before=GERMAN)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The mayor of Aldmoor met Ann Other there.", {"Aldmoor", "Ann", "Other"}),
        ("It rained. The river rose.", set()),
        ("“Yes,” said old Anselm’s wife", {"Anselm"}),
        ("la maire d’Aldmoor", set()),
        ("", set()),
    ],
)
def test_words_that_look_like_names(text, found):
    assert names(text) == found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("the river rose", {"river"}),
        ("reporting reports reporter", {"report"}),
        ("brücken über", {"brücke"}),
        ("廃校の橋", {"廃校", "校の", "の橋"}),
        ("", set()),
    ],
)
def test_content_words(text, words):
    assert content_words(text) == words
