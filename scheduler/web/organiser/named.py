"""What an address of the organiser names, or the sentence that there is none."""

from __future__ import annotations

from flask_babel import gettext as _

from scheduler.errors import NotFound
from scheduler.extensions import db
from scheduler.models import MatchmakingRound
from scheduler.queries.rounds.rounds import round_by_public_id
from scheduler.web.access import this_event


def round_named(public_id: str) -> MatchmakingRound:
    """A round of the event. Raises NotFound."""
    found = round_by_public_id(db.session, this_event().id, public_id)
    if found is None:
        raise NotFound(_("There is no such round at this event."))
    return found
