"""Names and websites that look like another's."""

from __future__ import annotations

import pytest

from scheduler.domain.likeness import alike, core_name, site_of
from scheduler.domain.text_key import search_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme Solutions, S.L.", "ACME-Solutions SLU"),
        ("Bosch GmbH & Co. KG", "Bosch AG"),
        ("Łódź Data Sp. z o.o.", "Lodz data"),
        ("Балкан АД", "Балкан ЕООД"),
        ("Research and Co", "Research Ltd."),
        ("OpenData S. A.", "Open Data"),
        ("UAB Vilnius Bus", "Vilnius Bus"),
    ],
)
def test_legal_form_and_spelling_make_no_other_organisation(one: str, other: str) -> None:
    assert core_name(search_key(one)) == core_name(search_key(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("Acme North", "Acme South"), ("Ltd", "AG"), ("Research and", "Research"), ("Sud", "Süd Co Nord")],
)
def test_other_names_stay_apart(one: str, other: str) -> None:
    assert core_name(search_key(one)) != core_name(search_key(other))


@pytest.mark.parametrize(
    ("website", "site"),
    [
        ("https://www.acme.es/en?x=1", "acme.es"),
        ("Acme.ES", "acme.es"),
        ("https://linkedin.com/company/acme", ""),
        ("nonsense", ""),
        ("http://[::1", ""),
        ("", ""),
    ],
)
def test_site_is_the_domain(website: str, site: str) -> None:
    assert site_of(website) == site


def test_groups_share_a_key_directly_or_through_others() -> None:
    assert alike({1: ["a"], 2: ["b"], 3: ["a", "b"], 4: ["c"], 5: [""], 6: [""]}) == [(1, 2, 3)]
    assert alike({4: ["c"], 2: ["c"], 1: ["a"]}) == [(4, 2)]
    assert alike({1: ["a"], 2: ["a"], 3: ["a"]}, most=2) == []
