"""The addresses under which calendar programs take a subscription, one click each."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from flask import current_app, url_for

from scheduler.calendars.options import FeedOptions


@dataclass(frozen=True, slots=True)
class Subscription:
    """One feed's secret address in every form that a program wants it in."""

    https: str
    webcal: str
    google: str
    outlook: str
    office: str


def subscription(token: str, options: FeedOptions, name: str) -> Subscription:
    """The forms of a feed's address. `name` is how the calendar will be called."""
    path = url_for("feeds.feed", token=token)
    chosen = urlencode(options.query())
    address = f"{current_app.config['BASE_URL']}{path}" + (f"?{chosen}" if chosen else "")
    webcal = "webcal://" + address.split("://", 1)[1]
    added = f"url={quote(address, safe='')}&name={quote(name, safe='')}"
    return Subscription(
        https=address,
        webcal=webcal,
        # Google reads `cid` only with webcal in front; with https it looks for one of its own calendars.
        google=f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}",
        outlook=f"https://outlook.live.com/calendar/0/addfromweb?{added}",
        office=f"https://outlook.office.com/calendar/0/addfromweb?{added}",
    )
