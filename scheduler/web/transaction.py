"""One transaction per request, committed here and nowhere else.

A request commits when its view returned and the answer is no error; whatever fails leaves nothing behind.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Flask, Response, g, make_response
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from scheduler.extensions import db
from scheduler.web import on_behalf
from scheduler.web.database_failures import described, sentence_of
from scheduler.web.failures import answer, undo

log = logging.getLogger(__name__)

_OF_THE_CONTENT = frozenset(
    {"Location", "Content-Length", "Content-Disposition", "ETag", "Set-Cookie", "Clear-Site-Data"}
)


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
                on_behalf.keep()
                db.commit()
            except SQLAlchemyError as error:
                # A full disk, a database that went away, a race that only the end finds: nothing of it is stored.
                log.error("a change was not stored: %s", described(error))
                g.pop("after_commit", None)
                undo()
                return _instead(response, answer(*sentence_of(error)))
            for action in g.pop("after_commit", []):
                _told(action)
        return response


def _instead(response: Response, refusal: ResponseReturnValue) -> Response:
    """The refusal in the place of an answer that said it was done; what all answers carry, it carries too."""
    found = make_response(refusal)
    for name, value in response.headers:
        if name not in found.headers and name not in _OF_THE_CONTENT:
            found.headers[name] = value
    return found


def _told(action: Callable[[], object]) -> None:
    """The change is stored, so the answer stands: a worker finds what the queue was not told."""
    try:
        action()
    except Exception as error:  # noqa: BLE001 - whatever keeps the queue away, the page must not say otherwise
        log.warning("the queue was not told of a change: %s", type(error).__name__)
