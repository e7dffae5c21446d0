"""Contacts of a participant: partners of their published meetings."""

from __future__ import annotations

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from scheduler.domain.contacts import Contact
from scheduler.domain.enums import MeetingState, PlanState
from scheduler.models import (
    Meeting,
    MeetingAttendance,
    MeetingMemory,
    Organisation,
    Participant,
    Pavilion,
    Place,
    Plan,
    Slot,
)


def contacts_of(session: Session, me: Participant) -> tuple[Contact, ...]:
    """Everybody whom a participant has a published meeting with that was not cancelled, once each, by name.

    Of several meetings with one person the last counts. One query.
    """
    mine, theirs = aliased(MeetingAttendance), aliased(MeetingAttendance)
    rows = session.execute(
        select(
            Participant.public_id,
            Participant.name,
            Participant.job_title,
            Organisation.name,
            func.coalesce(func.nullif(Participant.country, ""), Organisation.country),
            Organisation.city,
            Participant.email,
            Organisation.website,
            Participant.links,
            Participant.languages,
            Meeting.kind,
            Slot.starts_at,
            Place.name,
            Pavilion.name,
            MeetingMemory.held,
            MeetingMemory.rating,
            MeetingMemory.note,
            MeetingMemory.follow_up,
        )
        .select_from(mine)
        .join(Meeting, Meeting.id == mine.meeting_id)
        .join(Plan, Plan.id == Meeting.plan_id)
        .join(Slot, Slot.id == Meeting.slot_id)
        .join(Place, Place.id == Meeting.place_id)
        .join(Pavilion, Pavilion.id == Place.pavilion_id)
        .join(theirs, and_(theirs.meeting_id == Meeting.id, theirs.participant_id != mine.participant_id))
        .join(Participant, Participant.id == theirs.participant_id)
        .join(Organisation, Organisation.id == Participant.organisation_id)
        .outerjoin(MeetingMemory, and_(MeetingMemory.uid == Meeting.uid, MeetingMemory.user_id == me.user_id))
        .where(
            mine.participant_id == me.id,
            Plan.event_id == me.event_id,
            Plan.state == PlanState.PUBLISHED,
            Meeting.state != MeetingState.CANCELLED,
            Participant.organisation_id != me.organisation_id,
        )
        .order_by(Slot.starts_at)
    )
    found: dict[str, Contact] = {}
    for row in rows:
        found[row[0]] = Contact(
            public_id=row[0],
            name=row[1],
            job_title=row[2],
            organisation=row[3],
            country=row[4] or "",
            city=row[5],
            email=row[6],
            website=row[7],
            links=tuple(link for link in row[8].split("\n") if link),
            languages=tuple(row[9].split()),
            kind=row[10],
            met_at=row[11],
            place=", ".join(dict.fromkeys((row[13], row[12]))),
            held=row[14],
            rating=row[15],
            note=row[16] or "",
            follow_up=row[17] or "",
        )
    return tuple(sorted(found.values(), key=lambda contact: (contact.name.casefold(), contact.public_id)))
