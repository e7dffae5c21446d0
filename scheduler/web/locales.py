"""Which language a page is in: the user's choice, else the browser's best match."""

from __future__ import annotations

from flask import current_app, has_request_context, request

from scheduler.web.access import current


def choose() -> str:
    supported: list[str] = current_app.config["SUPPORTED_LOCALES"]
    if not has_request_context():
        return str(current_app.config["BABEL_DEFAULT_LOCALE"])
    if current.user is not None and current.user.locale in supported:
        return current.user.locale
    return request.accept_languages.best_match(supported) or supported[0]
