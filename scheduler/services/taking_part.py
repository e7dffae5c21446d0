"""Whether an invited participant takes part."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from scheduler.domain.kinds import ParticipantState
from scheduler.errors import Conflict
from scheduler.models import Event, Participant, User
from scheduler.services.audit import record


def take_part(session: Session, event: Event, participant: Participant, actor: User | None) -> None:
    """Say yes to an invitation: from now on others see the participant. Raises Conflict when they left."""
    if participant.state is ParticipantState.WITHDRAWN:
        raise Conflict(_("You have left this event. Ask the organiser to take you back."))
    if participant.state is ParticipantState.INVITED:
        participant.state = ParticipantState.ACTIVE
        participant.updated_at = event.now()
        record(session, event, actor, "person.take-part", participant.public_id, name=participant.name)
        session.flush()
