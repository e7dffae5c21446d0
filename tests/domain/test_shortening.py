"""Texts cut to a length: between words, and never inside what people see as one character."""

from __future__ import annotations

import pytest

from scheduler.domain.shortening import boundary, shortened

FAMILY = "👨‍👩‍👧"
WALES = "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("Ubiwhere", 8, "Ubiwhere"),
        ("Ubiwhere and others", 12, "Ubiwhere…"),
        ("Ubiwhere and others", 13, "Ubiwhere and…"),
        ("Meeting (with Ana)", 10, "Meeting…"),
        ("Ana, Ivan, Marta", 11, "Ana, Ivan…"),
        ("Donaudampfschifffahrt", 9, "Donaudam…"),
        ("A Donaudampfschifffahrt", 9, "A…"),
        ("巴塞罗那智慧城市博览会", 6, "巴塞罗那智…"),
        ("Besuch 巴塞罗那智慧城市博览会", 10, "Besuch 巴塞…"),
        ("", 5, ""),
    ],
)
def test_text_is_cut_after_its_last_whole_word(text: str, limit: int, expected: str) -> None:
    assert shortened(text, limit) == expected


@pytest.mark.parametrize(
    "one", ["e\u0301", FAMILY, WALES, "🇪🇸", "👍🏽", "क्षि", "\u1112\u1161\u11ab", "❤️", "نِ"]
)
def test_what_people_see_as_one_character_is_never_cut(one: str) -> None:
    text = one * 12
    for limit in range(2, len(text)):
        kept = shortened(text, limit).removesuffix("…")
        assert len(kept) < limit
        assert kept == one * (len(kept) // len(one))
    assert [at for at in range(1, len(text)) if boundary(text, at)] == list(
        range(len(one), len(text), len(one))
    )


@pytest.mark.parametrize("limit", range(1, 30))
def test_result_is_never_longer_than_the_limit(limit: int) -> None:
    assert len(shortened("Señora Åsa Öberg-Þorsteinsdóttir de la Peña", limit)) <= limit
