from __future__ import annotations

from collections import Counter

from scheduler.matching.text import bag, numbers, plain, scales, words


def test_words_of_one_stem_are_one_word_in_any_case_and_accent() -> None:
    assert set(words("Mobilité mobilite MOBILITY")) == {"mobili"}


def test_words_of_a_script_without_spaces_become_pairs_of_characters() -> None:
    assert list(words("東京都")) == ["東京", "京都"]


def test_plain_reads_a_bounded_part_of_a_huge_text() -> None:
    assert len(plain("a" * 10_000_000)) == 20_000


def test_numbers_are_found_with_the_label_before_them() -> None:
    assert sorted(numbers("age 27, staff: 1,5 fun=8 attr1_1:20")) == [
        ("age", 27.0),
        ("attr1_1", 20.0),
        ("fun", 8.0),
        ("staff", 1.5),
    ]


def test_near_numbers_share_a_term_and_far_ones_do_not() -> None:
    known = scales([f"age {age}" for age in range(20, 60)])
    young, also_young, old = (set(bag(f"age {age}", known)) for age in (24, 26, 56))
    assert young & also_young
    assert not young & old


def test_a_label_with_few_numbers_stays_a_plain_word() -> None:
    assert bag("age 24", scales(["age 24", "age 25"])) == Counter({"age": 1, "24": 1})
