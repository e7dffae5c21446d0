"""What is kept of the texts that people enter."""

from __future__ import annotations

import sys

import pytest

from scheduler.errors import Invalid
from scheduler.services.text import clean_line, clean_text

FLAG = "\U0001f3f4" + "".join(map(chr, (0xE0067, 0xE0062, 0xE0073, 0xE0063, 0xE0074, 0xE007F)))


@pytest.mark.parametrize(
    "text",
    [
        "علی\u200cرضا احمدی",
        "ශ්\u200dරී ලංකා",
        FLAG,
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "❤\ufe0f",
        "Zoe\u0308",
        "\u0600\u0661",
        "نَصّ",
        "𠮷野家",
        # Younger than this Python knows, as the next emoji will be.
        "\U0001fae9\U0001fadc" if sys.version_info < (3, 14) else "\U0001faea",
    ],
    ids=[
        "Persian",
        "Sinhala",
        "flag",
        "family",
        "heart",
        "two marks",
        "Arabic number",
        "vowels",
        "rare",
        "new emoji",
    ],
)
def test_letters_and_what_joins_them_stay(text: str) -> None:
    assert clean_line(text, 200, "name", "Name") == text
    assert clean_text(text, 200, "name", "Name") == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Ada\u00a0Lee", "Ada Lee"),
        ("10\u202f000\u3000€", "10 000 €"),
        ("a\u2028b", "a\nb"),
        ("a\x0bb\x85c", "a\nb\nc"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\ufeffAda\u200b", "Ada"),
        ("A\xadda", "Ada"),
        ("abc\u202egpj.exe", "abcgpj.exe"),
        ("a\x00b\x1bc", "abc"),
        ("\u200d\u200cAda\u200d", "Ada"),
        ("\ufffe\ufdd0x", "x"),
        ("\u200d \u200c\u200d", ""),
        ("\u3164\u2800", ""),
        ("\u0301", ""),
        ("   \t\n", ""),
    ],
)
def test_what_nobody_sees_goes_and_blanks_stay_blanks(text: str, kept: str) -> None:
    assert clean_text(text, 200, "notes", "Notes") == kept


def test_lines_are_one_line() -> None:
    assert clean_line(" Ada\n\u2028Lee\u00a0 ", 200, "name", "Name") == "Ada Lee"


def test_nothing_is_cut_in_silence() -> None:
    with pytest.raises(Invalid, match="Name: this has 201 characters, and 200 are allowed"):
        clean_line("x" * 201, 200, "name", "Name")
