"""The feeds: a calendar at a secret address, for programs that ask again and again."""

from __future__ import annotations

from flask import Response, request

from scheduler.calendars.options import FeedOptions
from scheduler.calendars.writer import etag
from scheduler.extensions import db, limiter
from scheduler.queries.feeds import feed_agenda, open_feed
from scheduler.web import access
from scheduler.web.feeds.answers import calendar
from scheduler.web.feeds.blueprint import blueprint

GUESSES = "30 per minute; 200 per hour"


def _is_guess(response: Response) -> bool:
    return response.status_code == 404


@blueprint.get("/feeds/<token>.ics")
@limiter.limit(GUESSES, deduct_when=_is_guess)
@access.public
def feed(token: str) -> Response:
    """The calendar behind a secret address. The same answer for every address that is not (or no longer)
    one.
    """
    found = open_feed(db.session, token)
    if found is None:
        return Response(
            "This calendar address is not valid, or it was revoked.\n",
            404,
            content_type="text/plain; charset=utf-8",
        )
    options = FeedOptions.from_query(request.args)
    tag = etag(found.version, options, found.locale)
    since = request.if_modified_since
    fresh = request.if_none_match.contains(tag) if request.if_none_match else False
    if not request.if_none_match and since is not None and found.changed_at is not None:
        fresh = found.changed_at.replace(microsecond=0) <= since
    answer = (
        Response(status=304) if fresh else calendar(feed_agenda(db.session, found), options, found.locale)
    )
    answer.set_etag(tag)
    if found.changed_at is not None:
        answer.last_modified = found.changed_at
    return answer
