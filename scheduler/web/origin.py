"""Forms are taken from the site's own pages only: the token says so, and the browser's word must not deny it.

Flask-WTF compares the Referer, which the page of a sign-in link withholds so that its token stays in nobody's log.
Browsers say where a request comes from in `Sec-Fetch-Site` and `Origin` as well, and neither betrays an address.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, current_app, g, request
from flask_wtf.csrf import CSRFError

_USUAL_PORTS = {"http": 80, "https": 443}


def register(app: Flask) -> None:
    """Registered after the token's check, which leaves `csrf_valid` where a form has to be ours."""

    @app.before_request
    def refuse_foreign_forms() -> None:
        if g.get("csrf_valid", False) and not comes_from_here():
            raise CSRFError(FOREIGN)


FOREIGN = "foreign"
"""The description of the error when the token is right and the browser says that another site sent the form."""


def comes_from_here() -> bool:
    """Whether nothing that the browser says denies that the request comes from this site.

    A browser that says nothing, or hides the origin (`null`), is believed: the token is bound to its session.
    The scheme is left out, because a proxy that ends TLS need not tell; the installation's own address counts
    beside the one that was asked for, because a proxy need not pass the host on either.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin", "null")
    return origin == "null" or is_ours(origin)


def is_vouched() -> bool:
    """Whether the token, or else the browser's own word, says that what was sent was entered on a page of ours.

    Only then may it be shown again: what a stranger's page sent would stand there as if we, or the reader, had
    written it. Where no token was asked for (an address that takes no forms, a body that was too large to look for
    one), the browser's word has to do.
    """
    if g.get("csrf_valid", False):
        return comes_from_here()
    if not current_app.config.get("WTF_CSRF_ENABLED", True):
        return True
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return is_ours(request.headers.get("Origin") or request.referrer or "")


def is_ours(address: str) -> bool:
    """Whether a whole address, as browsers name the page or the site they come from, is on this installation."""
    scheme = address.partition(":")[0]
    here = {_place(f"{scheme}://{request.host}"), _place(str(current_app.config["BASE_URL"]))}
    place = _place(address)
    return place[0] != "" and place in here


def _place(address: str) -> tuple[str, int | None]:
    try:
        parts = urlsplit(address)
        return parts.hostname or "", parts.port or _USUAL_PORTS.get(parts.scheme)
    except ValueError:
        return "", None
