"""One transaction per request, committed here and nowhere else.

A request commits when its view returned and the answer is no error; whatever fails leaves nothing behind.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Flask, Response, g, make_response
from flask_babel import gettext as _
from sqlalchemy.exc import InterfaceError, OperationalError

from scheduler.extensions import db
from scheduler.web.failures import answer

log = logging.getLogger(__name__)


def after_commit(action: Callable[[], object]) -> None:
    """Do something once the request's transaction is committed, such as telling the queue."""
    g.setdefault("after_commit", []).append(action)


def register(app: Flask) -> None:
    # Registered before every other after_request function: Flask calls them last to first, so this one is last
    # and sees the final status.
    @app.after_request
    def commit(response: Response) -> Response:
        if response.status_code < 400:
            try:
                db.commit()
            except (OperationalError, InterfaceError) as error:
                # A full disk, a database that went away: nothing of it is stored, and the page says so.
                log.error("a change was not stored: %s", type(error.orig or error).__name__)
                db.rollback()
                g.pop("after_commit", None)
                said = _(
                    "The database does not take changes now. Nothing was changed; try again in a moment."
                )
                return make_response(answer(said, 503))
            for action in g.pop("after_commit", []):
                _told(action)
        return response


def _told(action: Callable[[], object]) -> None:
    """The change is stored, so the answer stands: a worker finds what the queue was not told."""
    try:
        action()
    except Exception as error:  # noqa: BLE001 - whatever keeps the queue away, the page must not say otherwise
        log.warning("the queue was not told of a change: %s", type(error).__name__)
