"""The round that a participant's pages are about, loaded once per request."""

from __future__ import annotations

from scheduler.domain.enums import RoundState
from scheduler.extensions import db
from scheduler.models import MatchmakingRound, Participant
from scheduler.queries.people.participation import current_round, guarantee_of
from scheduler.queries.requests.counting import UnlessDeclined, unless_declined
from scheduler.web import access
from scheduler.web.access import current


def this_round() -> MatchmakingRound | None:
    """The open round, else the next, else the last; None when the event has none."""
    if "round" not in current.extra:
        current.extra["round"] = current_round(db.session, access.this_event().id)
    found = current.extra["round"]
    return found if isinstance(found, MatchmakingRound) else None


def round_id() -> int | None:
    found = this_round()
    return found.id if found is not None else None


def round_open() -> bool:
    """Whether interests and requests can be given now."""
    found = this_round()
    return found is not None and found.state is RoundState.OPEN


def silence() -> UnlessDeclined | None:
    """Whose requests to the participant count without an answer, while the round is open."""
    found = this_round()
    if found is None or found.state is not RoundState.OPEN:
        return None
    return unless_declined(db.session, access.this_participant(), found)


def owed(me: Participant) -> int:
    """How many meetings the organiser aims at for somebody in the round."""
    found = this_round()
    return guarantee_of(db.session, me, found) if found is not None else 0
