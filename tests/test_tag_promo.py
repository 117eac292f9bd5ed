"""Readable advertising addressed to people."""

import pytest
from conftest import PROSE, standing, within

from dehusk.spans import Label
from dehusk.taggers.promo import tag_promo


@pytest.mark.parametrize(
    "line",
    [
        "Start your free trial today.",
        "Please consider donating to our newsroom.",
        "Use promo code ALDMOOR at the till.",
        "Subscribe now and save half.",
        "Claim your exclusive bonus.",
        "Werden Sie jetzt Mitglied.",
        "Nur für kurze Zeit zum halben Preis.",
        "Jetzt Bonus sichern.",
        "Profitez vite de cette offre.",
        "Faites un don.",
        "Aprovecha esta oferta.",
        "Apoya nuestro periodismo.",
    ],
)
def test_offers_and_appeals_are_claimed(line):
    assert standing(tag_promo, within(line), Label.PROMO) == [line]


@pytest.mark.parametrize(
    "line",
    [
        "The shop sold its bread at half price when the lights went out, and nobody asked for more.",
        "She started a trial of the new pump in March and it ran for nine weeks.",
        "The donation of the dairy paid for the planks, the nails and the paint.",
        "Der Rabatt auf die Grundsteuer endet im Juli, teilte die Stadt mit.",
        "Les dons des habitants ont couvert la moitié des travaux de la tour.",
        "La oferta de la empresa fue rechazada por el consejo el martes.",
        "The regulator fined the casino for a bonus that nobody could ever claim.",
        "",
    ],
)
def test_reports_of_such_things_are_not(line):
    assert standing(tag_promo, within(line)) == []


def test_only_the_sentence_that_sells_is_claimed():
    assert standing(tag_promo, within(f"{PROSE[3]} Start your free trial today. It rained again.")) == [
        "Start your free trial today."
    ]


def test_a_long_sentence_reports():
    line = "The paper told its readers to start your free trial today " + "and then told them so again " * 12
    assert standing(tag_promo, within(line.strip() + ".")) == []


@pytest.mark.parametrize(
    "line",
    [
        "We may earn a small commission on what you buy.",
        "Wir erhalten dafür eine kleine Provision.",
        "Nous pouvons percevoir une commission.",
        "Podemos recibir una pequeña comisión.",
    ],
)
def test_the_disclosure_of_paid_links_is_no_advertisement(line):
    assert standing(tag_promo, within(line), Label.META) == [line]
    assert standing(tag_promo, within(line), Label.PROMO) == []
