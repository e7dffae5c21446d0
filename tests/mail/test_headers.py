"""Headers as bytes: nothing is lost, nothing encoded that may not be, whatever the name and the address."""

from __future__ import annotations

import base64
import random
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.calendars.lines import one_line
from scheduler.mail.mime import Letter, parcel_of
from scheduler.mail.render import Texts

FROM = "Expo <no-reply@expo.example>"
WORDS = [
    *(
        "Generaldirektorin",
        "Cruz",
        "Direktorin",
        "Infraestructuras",
        "Straße",
        "José",
        "Ada",
        "Lee",
        "van",
        "der",
    ),
    *(
        "Øystein",
        "d'Arc",
        "Łódź",
        "Дмитрий",
        "王小明",
        "(CEO)",
        "Müller-Lüdenscheidt",
        "O'Neil,",
        "Ltd.",
        '"Bob"',
    ),
    *("a@b", "=?utf-8?q?x?=", "🎉", "ñ"),
]


def _head(
    name: str = "Ada", subject: str = "Hello", unsubscribe: str = "", address: str = "a@x.example"
) -> bytes:
    letter = Letter(
        "id1", name, address, Texts(subject, "text\n", ""), datetime(2026, 5, 1, tzinfo=UTC), unsubscribe
    )
    return parcel_of(letter, FROM, "expo.example").content.partition(b"\r\n\r\n")[0]


def _raw(head: bytes, name: str) -> str:
    """A header's text with its folds undone as RFC 5322 says: the line breaks go, the blanks stay."""
    found = re.search(rf"(?mis)^{name}:[ ]?((?:.*?)(?:\r\n[ \t].*?)*)(?=\r\n\S|\Z)", head.decode("ascii"))
    assert found is not None
    return found[1].replace("\r\n", "")


def _shown(raw: str) -> str:
    """What a reader shows (RFC 2047): blanks between encoded words are dropped, the rest stays."""
    raw = re.sub(r"(\?=)\s+(=\?)", r"\1\2", raw)
    return re.sub(r"=\?utf-8\?b\?([^?]*)\?=", lambda found: base64.b64decode(found[1]).decode(), raw)


def _name_in(head: bytes) -> str:
    name, _, _ = _raw(head, "To").strip().rpartition(" <")
    if name.startswith('"'):
        return re.sub(r"\\(.)", r"\1", name[1:-1])
    return _shown(name)


def test_two_thousand_long_names_keep_their_blanks_and_letters() -> None:
    chance = random.Random(9)
    for _ in range(2000):
        name = " ".join(chance.choice(WORDS) for _ in range(chance.randint(2, 10)))
        assert _name_in(_head(name)) == one_line(name, 120)


@settings(max_examples=200)
@given(st.text(min_size=1, max_size=160), st.text(min_size=1, max_size=250))
def test_any_name_and_subject_are_read_as_they_were_written(name: str, subject: str) -> None:
    head = _head(name, subject)
    assert _name_in(head) == one_line(name, 120) or not one_line(name, 120)
    assert _shown(_raw(head, "Subject")) == one_line(subject)
    assert head.isascii()
    assert max(len(line) for line in head.split(b"\r\n")) <= 998
    assert all(line.strip() for line in head.split(b"\r\n"))


@pytest.mark.parametrize("length", [10, 40, 78, 200, 900])
@pytest.mark.parametrize(
    "base", ["https://meet.example.org", "http://127.0.0.1:8000", "https://xn--mller-kva.example"]
)
def test_way_out_is_one_line_without_encoded_words(base: str, length: int) -> None:
    address = f"{base}/{'p' * length}/mails/unsubscribe/{'A1b2C3d4' * 5}_-Z"
    lines = _head(unsubscribe=address).split(b"\r\n")
    assert f"List-Unsubscribe: <{address}>".encode() in lines
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    assert b"From: Expo <no-reply@expo.example>" in lines
    assert b"Message-ID: <id1@expo.example>" in lines


def test_encoded_words_keep_to_their_length() -> None:
    head = _head("Ж" * 110, "Ж" * 200)
    words = re.findall(rb"=\?[^ \r]*\?=", head)
    assert len(words) > 8
    assert max(map(len, words)) <= 75
