"""The table of publishers and agencies."""

import re
from collections import Counter
from importlib.resources import files

import pytest

from dehusk.owner import bare, known_host, publishers

ROWS = [row.split("\t") for row in files("dehusk").joinpath("data", "publishers.tsv").read_text("utf-8").splitlines()]
HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")


def test_the_table_is_well_formed():
    assert ROWS[0] == ["name", "aliases", "domains", "kind", "country", "language"]
    assert {len(row) for row in ROWS} == {6}
    assert all(cell == cell.strip() for row in ROWS for cell in row)
    assert all(re.fullmatch(r"[A-Z]{2}|INT|EU", country) for _, _, _, _, country, _ in ROWS[1:])
    assert all(re.fullmatch(r"[a-z]{2,3}", language) for *_, language in ROWS[1:])


def test_many_publishers_each_once():
    assert len(publishers()) >= 150
    assert [name for name, count in Counter(p.name for p in publishers()).items() if count > 1] == []


def test_domains_are_hosts_in_small_letters():
    assert [d for p in publishers() for d in p.domains if not HOST.fullmatch(d) or d.startswith("www.")] == []


def test_a_domain_leads_to_a_publisher_that_lists_it():
    assert [domain for p in publishers() for domain in p.domains if domain not in known_host(domain).domains] == []


def test_no_alias_is_empty():
    assert [p.name for p in publishers() for alias in p.aliases if not bare(alias)] == []
    assert [p.name for p in publishers() if "" in p.aliases] == []


@pytest.mark.parametrize(
    ("name", "some"),
    [
        ("The Times", ["The New York Times", "The Times", "The Irish Times", "Los Angeles Times"]),
        ("Guardian", ["The Guardian"]),
        ("SZ", ["Süddeutsche Zeitung"]),
        ("FAZ", ["Frankfurter Allgemeine Zeitung"]),
        ("Le Monde", ["Le Monde"]),
        ("AFP", ["Agence France-Presse"]),
        ("dpa", ["Deutsche Presse-Agentur"]),
        ("AP", ["Associated Press"]),
        ("Folha", ["Folha de S.Paulo"]),
        ("Asahi Shimbun", ["朝日新聞"]),
    ],
)
def test_names_that_publishers_use_for_themselves(name, some):
    known = {publisher.name for publisher in publishers() if bare(name) in map(bare, publisher.aliases)}
    assert {bare(one) for one in some} & {bare(one) for one in known}


def test_several_publishers_may_go_by_one_name():
    assert sum("times" in map(bare, publisher.aliases) for publisher in publishers()) >= 3
