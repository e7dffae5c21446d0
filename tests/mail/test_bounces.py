"""Reports of undeliverable mail, real ones and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.mail.bounces import Bounce, read_bounces

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
@settings(max_examples=100, deadline=None)
def test_any_bytes_end_in_a_list(data: bytes) -> None:
    assert isinstance(read_bounces(data), list)
    read_bounces(REPORT[:700] + data)
