"""Reports of undeliverable mail, real ones and what only looks like one."""

from __future__ import annotations

import base64
import quopri
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.mail import bounce_child
from scheduler.mail.bounces import Bounce, read_bounces
from scheduler.sandbox.run import TooMuch

REPORT = b"""From: MAILER-DAEMON@mail.example.org
To: no-reply@expo.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="xx"

--xx
Content-Type: text/plain

I'm sorry.

--xx
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org

Final-Recipient: rfc822; Gone@example.org
Action: %(action)s
Status: %(status)s
Diagnostic-Code: smtp; 550 5.1.1 no such
 mailbox here

--xx
Content-Type: message/rfc822

Message-ID: <abc@expo.example>

x
--xx--
"""


def _report(action: bytes, status: bytes) -> bytes:
    return REPORT % {b"action": action, b"status": status}


def test_failed_delivery_is_final() -> None:
    assert read_bounces(_report(b"failed", b"5.1.1")) == [
        Bounce("gone@example.org", "smtp; 550 5.1.1 no such mailbox here", True)
    ]


def test_delayed_delivery_and_a_full_mailbox_are_not_final() -> None:
    assert [bounce.final for bounce in read_bounces(_report(b"delayed", b"4.4.1"))] == [False]
    assert [bounce.final for bounce in read_bounces(_report(b"failed", b"4.2.2"))] == [False]


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", b"Subject: Re: your agenda\n\nThanks!", REPORT[:300], _report(b"delivered", b"2.0.0")],
)
def test_anything_else_is_no_bounce(data: bytes) -> None:
    assert read_bounces(data) == []


@given(st.binary(max_size=400))
@settings(max_examples=100)
def test_any_bytes_end_in_a_list(data: bytes) -> None:
    assert isinstance(bounce_child.read(data, {})["found"], list)
    bounce_child.read(REPORT[:700] + data, {})


def _parts(depth: int) -> bytes:
    parts = [b"Content-Type: multipart/report; boundary=b0\r\n\r\n"]
    for n in range(depth):
        parts.append(b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (n, n + 1))
    return b"".join(parts)


@pytest.mark.parametrize(
    "data",
    [
        _parts(10_000),
        b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n"
        + b"Content-Type: message/rfc822\r\n\r\n" * 5000,
        b"Content-Type: multipart/report; " + b"a=b; " * 190_000 + b"boundary=b\r\n\r\n",
        REPORT.replace(b"Final-Recipient: rfc822; ", b"Final-Recipient: rfc822; " + b"a" * 900_000),
    ],
    ids=["deep", "mail in mail", "parameters", "long address"],
)
def test_report_that_would_take_minutes_costs_a_sentence(data: bytes) -> None:
    with suppress(TooMuch):
        assert [bounce for bounce in read_bounces(data) if len(bounce.address) > 700] == []


@pytest.mark.parametrize(
    "status", ["5.2.2", "5.7.1", "5.7.26", "5.3.4", "5.0.0", "5.1.7", "5.1.8", "5.4.4", "5.10.1", ""]
)
def test_only_an_unknown_address_is_final(status: str) -> None:
    (bounce,) = read_bounces(_report(b"failed", status.encode()))
    assert not bounce.final


@pytest.mark.parametrize("status", ["5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"])
def test_refusal_of_the_address_is_final(status: str) -> None:
    (bounce,) = read_bounces(_report(b"failed", status.encode()))
    assert bounce.final


GLOBAL_BLOCKS = """Reporting-MTA: dns; mx.invented.example

Final-Recipient: rfc822; ada@invented.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 no

Original-Recipient: utf-8; zo\\x{EB}@invented.example
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 full, Grüße

Final-Recipient: utf-8; åsa@müller.example
Action: delayed
Status: 4.4.1
"""


def _global_report(blocks: bytes, coding: str) -> bytes:
    head = REPORT.partition(b"--xx\n")[0].replace(b"=delivery-status", b"=global-delivery-status")
    part = f"--xx\nContent-Type: message/global-delivery-status\nContent-Transfer-Encoding: {coding}\n\n"
    return head + part.encode() + blocks + b"\n--xx--\n"


@pytest.mark.parametrize("coding", ["8bit", "base64", "quoted-printable"])
@pytest.mark.parametrize("breaks", ["\n", "\r\n"])
def test_international_report_is_read_with_all_its_addresses(coding: str, breaks: str) -> None:
    blocks = GLOBAL_BLOCKS.replace("\n", breaks).encode()
    if coding == "base64":
        blocks = base64.encodebytes(blocks)
    elif coding == "quoted-printable":
        blocks = quopri.encodestring(blocks)
    assert read_bounces(_global_report(blocks, coding)) == [
        Bounce("ada@invented.example", "smtp; 550 no", True),
        Bounce("zoë@invented.example", "smtp; 552 full, Grüße", False),
        Bounce("åsa@müller.example", "4.4.1", False),
    ]
