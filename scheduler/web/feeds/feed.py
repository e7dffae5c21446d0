"""The feeds: a calendar at a secret address, for programs that ask again and again."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flask import Response, current_app, request
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError, ProgrammingError
from werkzeug.http import http_date

from scheduler.calendars.options import DEFAULT, FeedOptions
from scheduler.calendars.writer import etag
from scheduler.domain.enums import FeedKind
from scheduler.domain.tokens import hash_token
from scheduler.extensions import db, limiter
from scheduler.queries.calendars.feeds import OpenFeed, feed_agenda, open_feed, own_agenda
from scheduler.rate_limits import network
from scheduler.web import access
from scheduler.web.database_failures import described
from scheduler.web.feeds.answers import body, calendar
from scheduler.web.feeds.blueprint import blueprint
from scheduler.web.feeds.body_cache import bodies

GUESSES = "600 per minute; 6000 per hour"
"""How many wrong addresses one network may try. A hall has many calendars whose feed was revoked, and an address can't
be guessed anyway. Only guesses count and only guesses are stopped.
"""


_DAY = 86_400


@blueprint.get("/feeds/<token>.ics")
@access.by_secret
def feed(token: str) -> Response:
    """The calendar behind a secret address. The same answer for every address that is not (or no longer) one."""
    try:
        found = open_feed(_engine(), token)
        if found is None:
            bodies().forget(hash_token(token))
            return _not_found()
        return _answer(found, token)
    except (OperationalError, ProgrammingError) as error:
        # Programs keep what they have and ask again; a page would tell them nothing.
        current_app.logger.error("feed: %s", described(error))
        answer = _plain(
            "The database is busy or not set up yet. The calendar is not lost; ask again later.\n", 503
        )
        answer.headers["Retry-After"] = "300"
        return answer


def _answer(found: OpenFeed, token: str) -> Response:
    options = FeedOptions.from_query(request.args) if request.query_string else DEFAULT
    if found.kind is FeedKind.SESSION:
        options = replace(options, sessions=True)
    tag = etag(found.version, options, found.locale)
    dated = _date_of(found, tag)
    answer = Response(status=304) if _is_known(tag, dated) else calendar(_body(found, options, token, tag))
    answer.headers["ETag"] = f'"{tag}"'
    if dated is not None:
        answer.headers["Last-Modified"] = http_date(dated)
    return answer


def _body(found: OpenFeed, options: FeedOptions, token: str, tag: str) -> bytes:
    feed = hash_token(token)
    known = bodies().get(feed, found.version, tag)
    if known is not None:
        return known
    own = found.kind is FeedKind.PARTICIPANT
    agenda = own_agenda(_engine(), found) if own else feed_agenda(db.session, found)
    made = body(agenda, options, found.locale)
    # What was read meanwhile may be newer than the version that was read before.
    again = open_feed(_engine(), token)
    if again is not None and again.version == found.version:
        bodies().put(feed, found.version, tag, made)
    return made


def _engine() -> Engine:
    return db.engine(current_app.config["DATABASE_URL"])


def _date_of(found: OpenFeed, tag: str) -> datetime | None:
    """A date that stands for this version and no other, at most a day before the last change of the agenda.

    A new name of the event or of its people changes the calendar without a date of its own, and two changes may fall
    into one second. So what tells the versions apart tells their dates apart. The event's clock may run ahead of the
    world's; a date in the future would be none (RFC 9110, 8.8.2.1).
    """
    if found.changed_at is None or found.changed_at > datetime.now(UTC):
        return None
    return found.changed_at.replace(microsecond=0) - timedelta(seconds=zlib.crc32(tag.encode()) % _DAY)


def _is_known(tag: str, dated: datetime | None) -> bool:
    """Whether the asker has this version already. Tags win over dates (RFC 9110, 13.1.3).

    A date counts when it is the very one that came with this version, which is what programs send; whether a date of
    somebody's own choice is late enough, no server can tell that dates its versions in whole seconds.
    """
    told = request.headers.get("If-None-Match")
    if told is not None:
        return told == f'"{tag}"' or request.if_none_match.contains_weak(tag)
    since = request.if_modified_since
    return since is not None and since == dated


def _not_found() -> Response:
    if not limiter.within(GUESSES, "feed", network()):
        return _plain("Too many wrong calendar addresses. Try again later.\n", 429)
    return _plain("This calendar address is not valid, or it was revoked.\n", 404)


def _plain(text: str, status: int) -> Response:
    return Response(text, status, content_type="text/plain; charset=utf-8")
