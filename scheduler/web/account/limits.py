"""How often sign-in links may be asked for: by whom the mails reach, by the device, and loosely by the network."""

from __future__ import annotations

import hashlib

from flask import request
from flask import session as cookie
from flask_babel import gettext as _

from scheduler.errors import Invalid
from scheduler.mail.addresses import clean_address

TO_ADDRESS = "5 per 15 minutes; 15 per day"
"""Mails to one address: nobody's mailbox is filled. The newest link stays valid when more are refused."""
FROM_DEVICE = "60 per hour"
"""Links asked for in one browser. A registration desk asks for many people's."""
FROM_NETWORK = "6000 per minute; 60000 per hour"
"""A hall of 5,000 people behind one address signs in at the same time, some of them three times."""

_KNOWN = "known"
_MOST = 5


def by_target() -> str:
    """The address that the mail goes to. A browser that has signed in with it counts for itself.

    So a stranger who asks for links in somebody's name does not keep that person out of their own phone.
    """
    entered = request.form.get("email", "")
    try:
        address = clean_address(entered)
    except Invalid:
        # No mail goes there.
        return ""
    mark = _mark(address)
    return f"{mark} {by_device()}" if mark in cookie.get(_KNOWN, ()) else mark


def by_device() -> str:
    """The browser, by a number in its cookie; without one a form is not taken anyway."""
    return str(cookie.get("device", ""))


def remember_address(address: str) -> None:
    """Note in the browser's cookie that it has signed in with this address."""
    mark = _mark(address)
    cookie[_KNOWN] = [mark, *(other for other in cookie.get(_KNOWN, ()) if other != mark)][:_MOST]


def too_many_links() -> str:
    """What is said when an address has been sent enough links; the same whether it is known or not."""
    return _(
        "A link was asked for many times for this address. The newest one in the mailbox still works;"
        " a new one can be asked for in a quarter of an hour."
    )


def _mark(address: str) -> str:
    return hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()[:20]
