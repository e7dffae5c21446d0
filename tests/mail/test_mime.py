"""Mails as bytes: what the email package reads in them is what it would have written itself."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from itertools import product
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.calendars.invitation import Invitation, Method
from scheduler.mail.mime import Letter, parcel_of
from scheduler.mail.render import Texts
from tests.mail.library_mime import compose

FROM = "Expo <no-reply@expo.example>"
WRITTEN = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)
REQUEST = Invitation(Method.REQUEST, "BEGIN:VCALENDAR\r\nSUMMARY:Grüße\r\nEND:VCALENDAR\r\n".encode())
CANCEL = Invitation(Method.CANCEL, b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
AGENDA = Invitation(Method.PUBLISH, b"BEGIN:VCALENDAR\r\n" + b"X-LINE:long\r\n" * 900 + b"END:VCALENDAR\r\n")
TEXTS = {
    "plain": ".a dot\nFrom here on\n\nlast line\n",
    "german": "Grüße aus Köln\n" * 3,
    "greek": "Καλημέρα σε όλους\n" * 40,
    "long lines": "a word and another " * 90 + "\n",
    "blanks at the ends": "one \ntwo\t\n three\n",
    "equals": "a=b, a=3D, --=_id1_a\n.\n..\n",
    "no end": "nothing",
    "empty": "\n",
}
FILES: dict[str, tuple[Invitation, ...]] = {
    "no file": (),
    "request": (REQUEST,),
    "agenda": (AGENDA,),
    "two": (REQUEST, CANCEL),
}


def _letter(text: str, html: str = "", files: tuple[Invitation, ...] = ()) -> Letter:
    texts = Texts("Your agenda", text, html)
    return Letter("id1", "Ada Lee", "ada@x.example", texts, WRITTEN, "https://expo.example/out/key", files)


def _read(data: bytes) -> EmailMessage:
    return cast(EmailMessage, email.message_from_bytes(data, policy=default))


def _heads(message: EmailMessage) -> dict[str, str]:
    # The boundary is ours, and another at each writing of the package.
    return {name: re.sub(r'boundary="[^"]*"', "boundary", str(value)) for name, value in message.items()}


def _parts(message: EmailMessage) -> Iterator[tuple[object, ...]]:
    for part in message.walk():
        kind = (part.get_content_type(), part.get_param("method"), part.get_param("name"))
        content = None if part.is_multipart() else part.get_content()
        if isinstance(content, str):
            content = content.replace("\r\n", "\n")
        yield (
            *kind,
            part.get_content_charset(),
            part.get_content_disposition(),
            part.get_filename(),
            content,
        )


@pytest.mark.parametrize(("text", "html", "files"), list(product(TEXTS, ["", *TEXTS], FILES)))
def test_mail_reads_like_the_one_of_the_email_package(text: str, html: str, files: str) -> None:
    letter = _letter(TEXTS[text], TEXTS[html] if html else "", FILES[files])
    ours = _read(parcel_of(letter, FROM, "expo.example").content)
    theirs = _read(compose(letter, FROM, "expo.example").as_bytes())
    assert ours.defects == []
    assert list(_parts(ours)) == list(_parts(theirs))
    heads, expected = _heads(ours), _heads(theirs)
    for name in ("Content-Type", "Content-Transfer-Encoding"):
        heads.pop(name, None), expected.pop(name, None)
    assert heads == expected


@given(st.text(), st.text(min_size=1))
def test_any_text_arrives_as_it_was_written(text: str, html: str) -> None:
    message = _read(parcel_of(_letter(text, html), FROM, "expo.example").content)
    assert message.defects == []
    for kind, written in (("plain", text), ("html", html)):
        part = message.get_body((kind,))
        assert part is not None
        # Only line breaks are ours: lone ones of old systems become those of mail, and the last line has one.
        lines = written.encode("utf-8", "replace").splitlines()
        assert part.get_content().encode().splitlines() == (lines or [b""])[: len(lines)]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_bytes_need_nothing_of_a_mail_server_but_seven_bits(text: str) -> None:
    content = parcel_of(_letter(text, f"<p>{text}</p>", (AGENDA,)), FROM, "expo.example").content
    assert content.isascii()
    assert b"\0" not in content
    assert content.replace(b"\r\n", b"").count(b"\n") == content.replace(b"\r\n", b"").count(b"\r") == 0
    assert max(map(len, content.split(b"\r\n"))) <= 76
    assert content.endswith(b"\r\n")


def test_second_attempt_sends_the_same_bytes() -> None:
    letter = _letter("text", "<p>text</p>", (REQUEST, CANCEL))
    assert parcel_of(letter, FROM, "expo.example") == parcel_of(letter, FROM, "expo.example")


def test_reader_beyond_ascii_needs_an_international_server() -> None:
    letter = Letter("id1", "Ada", "жук@почта.example", Texts("Hello", "text\n", ""), WRITTEN)
    parcel = parcel_of(letter, FROM, "expo.example")
    assert parcel.international
    assert parcel.reader == "жук@xn--80a1acny.example"
    assert "To: Ada <жук@xn--80a1acny.example>\r\n".encode() in parcel.content
