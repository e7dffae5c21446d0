"""One transaction per request, committed here and nowhere else.

A request commits when its view returned and the answer is no error; whatever fails leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response, g

from scheduler.extensions import db


def after_commit(action: Callable[[], object]) -> None:
    """Do something once the request's transaction is committed, such as telling the queue."""
    g.setdefault("after_commit", []).append(action)


def register(app: Flask) -> None:
    # Registered before every other after_request function: Flask calls them last to first, so this one is last
    # and sees the final status.
    @app.after_request
    def commit(response: Response) -> Response:
        if response.status_code < 400:
            db.commit()
            for action in g.pop("after_commit", []):
                action()
        return response
