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
    if origin == "null":
        return True
    scheme = origin.partition(":")[0]
    here = {_place(f"{scheme}://{request.host}"), _place(str(current_app.config["BASE_URL"]))}
    place = _place(origin)
    return place[0] != "" and place in here


def _place(address: str) -> tuple[str, int | None]:
    try:
        parts = urlsplit(address)
        return parts.hostname or "", parts.port or _USUAL_PORTS.get(parts.scheme)
    except ValueError:
        return "", None
