"""Addresses of calendars: whatever is written comes out as one that a request can carry, or as a named problem."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scheduler.calendars.problems import CalendarProblem, UnusableCalendar
from scheduler.calendars.web_address import web_address


@pytest.mark.parametrize(
    ("written", "whole"),
    [
        ("https://example.org", "https://example.org/"),
        ("HTTPS://Example.ORG/A.ics", "https://example.org/A.ics"),
        ("webcal://example.org/x", "https://example.org/x"),
        ("WebCals://example.org/x", "https://example.org/x"),
        ("  <https://example.org/x.ics> ", "https://example.org/x.ics"),
        ("“https://example.org/x.ics”", "https://example.org/x.ics"),
        ("\ufeffhttps://exa\u00admple.org/\u200bx.ics\u200b", "https://example.org/x.ics"),
        ("https://müller.example/x", "https://xn--mller-kva.example/x"),
        ("https://MÜLLER.example/x", "https://xn--mller-kva.example/x"),
        ("https://xn--mller-kva.example/x", "https://xn--mller-kva.example/x"),
        ("https://例え。テスト/x", "https://xn--r8jz45g.xn--zckzah/x"),
        ("https://my_host.example.org:443/x", "https://my_host.example.org/x"),
        ("https://example.org:/x", "https://example.org/x"),
        ("http://example.org:443/x", "http://example.org:443/x"),
        ("https://[2001:DB8::1]/x", "https://[2001:db8::1]/x"),
        ("https://example.org?x=ä ".strip(), "https://example.org/?x=%C3%A4"),
        ("https://example.org/a%2fb%zz", "https://example.org/a%2fb%25zz"),
    ],
)
def test_address_is_written_as_a_request_carries_it(written: str, whole: str) -> None:
    assert web_address(written).whole == whole


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("", CalendarProblem.SCHEME),
        ("example.org/x.ics", CalendarProblem.SCHEME),
        ("webcal:example.org", CalendarProblem.SCHEME),
        ("https:example.org", CalendarProblem.SCHEME),
        ("https:///x.ics", CalendarProblem.SCHEME),
        ("https://:443/x", CalendarProblem.SCHEME),
        ("https://@example.org/", CalendarProblem.PASSWORD),
        ("https://a:b@example.org/", CalendarProblem.PASSWORD),
        ("https://example.org:0/", CalendarProblem.PORT),
        ("https://example.org:8080/", CalendarProblem.PORT),
        ("https://example.org:x/", CalendarProblem.NO_ADDRESS),
        ("https://example.org:-1/", CalendarProblem.NO_ADDRESS),
        ("https://example.org:99999999999999999999/", CalendarProblem.NO_ADDRESS),
        ("https://[::1/", CalendarProblem.NO_ADDRESS),
        ("https://[not an address]/", CalendarProblem.BLANKS),
        ("https://[fe80::1%25eth0]/", CalendarProblem.NO_ADDRESS),
        ("https://a..b/", CalendarProblem.UNKNOWN_HOST),
        ("https://" + "a" * 64 + ".org/", CalendarProblem.UNKNOWN_HOST),
        ("https://" + "ä" * 63 + ".org/", CalendarProblem.UNKNOWN_HOST),
        ("https://" + "a." * 200 + "org/", CalendarProblem.UNKNOWN_HOST),
        ("https://exa%6dple.org/", CalendarProblem.UNKNOWN_HOST),
        ("https://☃\u0338.example/", CalendarProblem.UNKNOWN_HOST),
        ("https://example.org/\u2028x", CalendarProblem.BLANKS),
        ("https://example.org/\x00", CalendarProblem.BLANKS),
        ("https://example.org/" + "x" * 2000, CalendarProblem.TOO_LONG),
        ("https://example.org/" + "日" * 1500, CalendarProblem.TOO_LONG),
    ],
)
def test_what_is_no_address_is_named(written: str, problem: CalendarProblem) -> None:
    with pytest.raises(UnusableCalendar) as refusal:
        web_address(written)
    assert refusal.value.problem is problem


PIECES = st.sampled_from(
    ["http", "https", "webcal", "://", "//", ":", "/", "@", "[", "]", "?", "#", "%", "%41", "..", ".", "example.org",
     "127.0.0.1", "::1", ":443", ":0", "ü", "\u200b", "\u202e", "。", "\\", " ", "\t", "\ud800", "℀", "xn--", "xn--a"]
)  # fmt: skip


@settings(max_examples=600)
@given(st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=12).map("".join))
@example("https://\ud800/")
def test_any_text_is_an_address_in_ascii_or_a_named_problem(text: str) -> None:
    for written in (text, f"https://{text}", f"https://example.org/{text}"):
        try:
            found = web_address(written)
        except UnusableCalendar:
            continue
        assert found.whole.isascii()
        assert not any(letter.isspace() or not letter.isprintable() for letter in found.whole)
        assert web_address(found.whole) == found or found.shown != found.host
        try:
            found.follow(text)
        except UnusableCalendar:
            continue
