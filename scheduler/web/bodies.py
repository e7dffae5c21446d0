"""Bodies that no page sends: they are refused before a view or its form reads them."""

from __future__ import annotations

from flask import Flask, abort, request

TAKES_JSON = frozenset({"pocket.actions"})
"""Endpoints that read JSON. Forms would read it as well, and fail where it is no object."""


def json_body() -> object:
    """The JSON that was sent; None when it can't be read, however deep it is nested."""
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None


def register(app: Flask) -> None:
    @app.before_request
    def refuse_json() -> None:
        if request.is_json and request.endpoint not in TAKES_JSON:
            abort(415)
