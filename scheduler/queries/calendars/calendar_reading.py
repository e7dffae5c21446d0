"""What reading somebody's own calendar needs to know of them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.models import AgendaEntry, Participant, User


def addresses_of(session: Session, participant: Participant) -> frozenset[str]:
    """The mail addresses by which an invitation in a calendar means this person."""
    account = session.get(User, participant.user_id) if participant.user_id is not None else None
    return frozenset({participant.email} | ({account.email} if account is not None else set()))


def uids_of_other_events(session: Session, participant: Participant) -> frozenset[str]:
    """The UIDs of what the person does at other events of this site; there they are busy."""
    if participant.user_id is None:
        return frozenset()
    return frozenset(
        session.scalars(
            select(AgendaEntry.uid)
            .join(Participant, Participant.id == AgendaEntry.participant_id)
            .where(Participant.user_id == participant.user_id, Participant.event_id != participant.event_id)
        )
    )
