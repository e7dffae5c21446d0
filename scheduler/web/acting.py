"""Acting for somebody: an organiser uses the area of a participant as that participant would.

The browser's session says for whom and since when; who may, and which area is meant, `access` asks with each request.
What a view may do then it declares: what changes something and declares nothing is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import TypeVar, cast

from flask import session as cookie

from scheduler.models import Event, Participant, User

View = TypeVar("View", bound=Callable[..., object])

LASTS = timedelta(minutes=60)
FIELD = "acting_for"
"""The hidden field of a form that says for whom its page was made: another tab may act for somebody else by now."""
_KEY = "acting"


@dataclass(frozen=True)
class Deed:
    """What is logged of a write: an act in dotted form, and which fields of the form say more."""

    action: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Acting:
    """For whom the browser acts, and since when."""

    person_id: str
    since: datetime
    told: bool
    """Whether the person was written to since then."""

    @property
    def minutes_left(self) -> int:
        """Whole minutes, the one that has begun among them; 0 when it is over."""
        return max(0, ceil((self.since + LASTS - datetime.now(UTC)) / timedelta(minutes=1)))


def also_on_behalf(action: str, *fields: str) -> Callable[[View], View]:
    """The view changes something also for who acts for the participant; it is logged as `action`."""

    def declare(view: View) -> View:
        view.deed = Deed(action, fields)  # type: ignore[attr-defined]
        return view

    return declare


def private(view: View) -> View:
    """The view shows what is the participant's alone: whoever acts for them doesn't see it."""
    view.private = True  # type: ignore[attr-defined]
    return view


def deed_of(view: Callable[..., object]) -> Deed | None:
    return cast("Deed | None", getattr(view, "deed", None))


def is_private(view: Callable[..., object]) -> bool:
    return bool(getattr(view, "private", False))


def begin(event: Event, person: Participant, user: User) -> None:
    """From now on this browser acts for `person`, and for nobody else."""
    cookie[_KEY] = {
        "event": event.public_id,
        "person": person.public_id,
        "user": user.public_id,
        "since": datetime.now(UTC).isoformat(),
        "told": False,
    }


def end() -> None:
    cookie.pop(_KEY, None)


def note_told() -> None:
    """The person was written to: once is enough for all that is done in this hour."""
    if _KEY in cookie:
        cookie[_KEY] = {**cookie[_KEY], "told": True}


def acting_of(event: Event, user: User) -> Acting | None:
    """For whom this browser acts, or acted until the hour was over, at an event; None for nobody."""
    kept = cookie.get(_KEY)
    if not isinstance(kept, dict) or (kept["event"], kept["user"]) != (event.public_id, user.public_id):
        return None
    return Acting(str(kept["person"]), datetime.fromisoformat(kept["since"]), bool(kept["told"]))
