"""Published meetings, as one who attends them sees them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from scheduler.domain.enums import PlanState
from scheduler.models import Meeting, MeetingAttendance, Participant, Place, Plan


def my_meeting(session: Session, me: Participant, uid: str) -> Meeting | None:
    """The published meeting with this UID that a participant attends, with its people, slot and place."""
    return session.scalar(
        select(Meeting)
        .join(Plan, Plan.id == Meeting.plan_id)
        .join(MeetingAttendance, MeetingAttendance.meeting_id == Meeting.id)
        .where(
            Meeting.uid == uid,
            Plan.state == PlanState.PUBLISHED,
            Plan.event_id == me.event_id,
            MeetingAttendance.participant_id == me.id,
        )
        .options(
            joinedload(Meeting.slot),
            joinedload(Meeting.place).joinedload(Place.pavilion),
            selectinload(Meeting.attendances)
            .joinedload(MeetingAttendance.participant)
            .joinedload(Participant.organisation),
        )
    )
