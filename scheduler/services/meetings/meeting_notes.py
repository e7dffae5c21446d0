"""What a participant keeps of a meeting: held or not, a rating, a note, a follow-up. Nobody else reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.errors import Invalid, NotFound
from scheduler.models import AgendaEntry, Meeting, MeetingAttendance, MeetingMemory, Participant

_NOTE_LIMIT = 4000
_FOLLOW_UP_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Kept:
    """A memory, and the parts that were not taken because something else was said of them later."""

    memory: MeetingMemory
    late: tuple[str, ...] = ()


def keep_memory(
    session: Session,
    participant: Participant,
    uid: str,
    *,
    at: datetime,
    held: bool | None = None,
    rating: int | None = None,
    note: str | None = None,
    follow_up: str | None = None,
) -> Kept:
    """Keep what was said about a meeting at `at`, an instant of the event's clock; what is None stays as it was.

    Each part has its own time: a rating that a phone sends late stands beside a note that was written meanwhile, but
    an older note never takes the place of a newer one. Raises NotFound for a meeting of others, Invalid for a
    rating that is none or a text that is too long.
    """
    if rating is not None and not 1 <= rating <= 5:
        raise Invalid(_("A rating goes from 1 to 5."), field="rating")
    if note is not None and len(note) > _NOTE_LIMIT:
        raise Invalid(_("A note has at most %(count)s letters.", count=_NOTE_LIMIT), field="note")
    if follow_up is not None and len(follow_up) > _FOLLOW_UP_LIMIT:
        raise Invalid(
            _("A follow-up has at most %(count)s letters.", count=_FOLLOW_UP_LIMIT), field="follow_up"
        )
    if participant.user_id is None:
        raise NotFound(_("This meeting is not in your agenda."))
    found = session.get(MeetingMemory, (participant.user_id, uid), with_for_update=True)
    if found is None:
        if not _was_mine(session, participant, uid):
            raise NotFound(_("This meeting is not in your agenda."))
        found = MeetingMemory(
            user_id=participant.user_id,
            participant_id=participant.id,
            uid=uid,
            updated_at=at,
            note="",
            follow_up="",
            said_at={},
        )
        session.add(found)
    parts = {"held": held, "rating": rating, "note": _stored(note), "follow_up": _stored(follow_up)}
    said, late = dict(found.said_at), []
    for name, value in parts.items():
        if value is None or value == getattr(found, name):
            continue
        if name in said and at < datetime.fromisoformat(said[name]):
            late.append(name)
            continue
        setattr(found, name, value)
        said[name] = at.isoformat()
    if said != found.said_at:
        found.said_at = said
        found.updated_at = max(at, found.updated_at)
    session.flush()
    return Kept(found, tuple(late))


def _stored(text: str | None) -> str | None:
    return None if text is None else text.replace("\x00", "")


def _was_mine(session: Session, participant: Participant, uid: str) -> bool:
    """Whether the meeting is or was in the participant's agenda; one that was cancelled keeps its memories."""
    told = select(AgendaEntry.id).where(AgendaEntry.participant_id == participant.id, AgendaEntry.uid == uid)
    attended = (
        select(Meeting.id)
        .join(MeetingAttendance, MeetingAttendance.meeting_id == Meeting.id)
        .where(MeetingAttendance.participant_id == participant.id, Meeting.uid == uid)
    )
    return session.scalar(told.limit(1)) is not None or session.scalar(attended.limit(1)) is not None
