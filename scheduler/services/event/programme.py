"""What organisers do with the programme: sessions and who attends them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from babel.lists import format_list
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.engagements import Engagement, EngagementKind
from scheduler.domain.enums import SessionKind, SessionRole
from scheduler.domain.session_limits import LETTERS, MOST_SEATS
from scheduler.errors import Conflict, Invalid, NotFound
from scheduler.models import (
    Event,
    Participant,
    ProgrammeSession,
    SessionAttendance,
    User,
)
from scheduler.queries.engagements import at_the_same_time
from scheduler.queries.event.programme import attendance
from scheduler.queries.event.sign_up import seats_of
from scheduler.services.audit import record
from scheduler.services.delegation.members import participant_called
from scheduler.services.event.sign_up import (
    INVITED,
    fill_free_seats,
    invite_to_session,
    set_audience,
    waits_no_more,
)
from scheduler.services.people.profile import clean_link
from scheduler.services.text import clean_line, clean_text
from scheduler.services.venue.venue import chosen_pavilion

TOLD = ("title", "starts_at", "ends_at", "pavilion_id", "room")
"""Fields of which calendars hear."""


class Elsewhere(Conflict):
    """The person is at something else then; the organiser may want both all the same."""


class Full(Conflict):
    """No seat is free; the organiser may want one more all the same."""


@dataclass(frozen=True, slots=True)
class SessionEntry:
    """What an organiser enters about a session; times are UTC instants, `pavilion` a public id or empty."""

    title: str
    kind: SessionKind
    starts_at: datetime
    ends_at: datetime
    pavilion: str = ""
    room: str = ""
    host: str = ""
    description: str = ""
    speakers: str = ""
    track: str = ""
    language: str = ""
    link: str = ""
    capacity: int | None = None
    by_invitation: bool = False
    audience: tuple[str, ...] = ()


def save_session(
    session: Session, event: Event, found: ProgrammeSession | None, entry: SessionEntry, actor: User
) -> ProgrammeSession:
    """Add a session, or change one; calendars hear of a new time, place or title. Raises Invalid."""
    title = clean_line(entry.title, LETTERS["title"], "title", _("Title"))
    if not title:
        raise Invalid(_("Give the session a title."), "title")
    if entry.ends_at <= entry.starts_at:
        raise Invalid(_("The end must be after the start."), "ends")
    known = None if found is None else (found.starts_at, found.ends_at)
    check_ahead(entry.starts_at, entry.ends_at, known, event.now())
    pavilion = chosen_pavilion(session, event.id, entry.pavilion)
    room = clean_line(entry.room, LETTERS["room"], "room", _("Room"))
    is_new = found is None
    if found is None:
        found = ProgrammeSession(event_id=event.id, changed_at=event.now())
        session.add(found)
        before = None
    else:
        before = _told(found)
    found.title = title
    found.kind = entry.kind
    found.starts_at, found.ends_at = entry.starts_at, entry.ends_at
    found.pavilion_id = pavilion.id if pavilion else None
    found.room = room
    found.host = clean_line(entry.host, LETTERS["host"], "host", _("Host"))
    found.description = clean_text(entry.description, LETTERS["description"], "description", _("Description"))
    _say_more(found, entry)
    if before is not None and before != _told(found):
        found.count_change(event.now())
    session.flush()
    set_audience(session, found, entry.audience)
    # Seats may have been added.
    fill_free_seats(session, found, event.now())
    session.expire(found, ["pavilion"])
    record(session, event, actor, "session.add" if is_new else "session.change", found.public_id, title=title)
    return found


def _told(found: ProgrammeSession) -> tuple[object, ...]:
    return tuple(getattr(found, name) for name in TOLD)


def _say_more(found: ProgrammeSession, entry: SessionEntry) -> None:
    if entry.capacity is not None and not 1 <= entry.capacity <= MOST_SEATS:
        raise Invalid(
            _("Seats: between 1 and %(most)d, or empty for as many as come.", most=MOST_SEATS), "capacity"
        )
    names = [clean_line(name, 200, "speakers", _("Speakers")) for name in entry.speakers.splitlines()]
    found.speakers = "\n".join(filter(None, names))
    if len(found.speakers) > LETTERS["speakers"]:
        raise Invalid(_("Speakers: fewer names, please; put the rest into the description."), "speakers")
    found.track = clean_line(entry.track, LETTERS["track"], "track", _("Track"))
    found.language = clean_line(entry.language, LETTERS["language"], "language", _("Language"))
    # What a file brought may be longer than what a form takes; only a new address is checked.
    if entry.link != found.link:
        found.link = clean_link(entry.link, "link") if entry.link.strip() else ""
    found.capacity, found.by_invitation = entry.capacity, entry.by_invitation


def check_ahead(
    starts_at: datetime, ends_at: datetime, before: tuple[datetime, datetime] | None, now: datetime
) -> None:
    """Refuse to put a session into a time that is over, or to move one that is (`before`: when it was)."""
    if before == (starts_at, ends_at):
        return
    if before is not None and before[1] <= now:
        raise Invalid(_("It is over: when it was stays as it is."), "starts")
    if ends_at <= now:
        raise Invalid(_("This time is over. Choose one that is still ahead."), "starts")


def check_not_over(found: ProgrammeSession, now: datetime) -> None:
    """Refuse to change who was at something that is over, or to take it away. Raises Conflict."""
    if found.ends_at <= now:
        raise Conflict(
            _("“%(title)s” is over: it stays in agendas, with those who attended.", title=found.title)
        )


def remove_session(session: Session, event: Event, found: ProgrammeSession, actor: User) -> int:
    """Remove a session from the programme and from all agendas, unless it is over. Returns how many attended."""
    check_not_over(found, event.now())
    count = attendance(session, found)
    record(session, event, actor, "session.remove", found.public_id, title=found.title, attendees=count)
    session.delete(found)
    session.flush()
    return count


def put_in_session(
    session: Session,
    event: Event,
    found: ProgrammeSession,
    who: str,
    role: SessionRole,
    actor: User,
    *,
    anyway: bool = False,
    required: bool = False,
) -> Participant:
    """Let somebody attend, by name or mail address; `required`: they can't leave it out themselves.

    Raises Conflict when it is over, Invalid when `who` is nobody or several people, Elsewhere when they are at
    something else then, Full when no seat is free, unless the organiser wants it `anyway`.
    """
    check_not_over(found, event.now())
    person = participant_called(session, event, who, "who")
    row = session.get(SessionAttendance, (found.id, person.id))
    if row is not None and row.role is role and row.required is required:
        raise Conflict(_("%(name)s attends this session already.", name=person.name))
    if row is None and not anyway and (clashes := at_the_same_time(session, person, found)):
        raise Elsewhere(
            _(
                "%(name)s is at %(what)s then.",
                name=person.name,
                what=format_list([_said(one) for one in clashes], locale=get_locale() or "en"),
            )
        )
    if row is None and not anyway and role is SessionRole.ATTENDEE:
        _check_seats(session, found)
    if row is None:
        session.add(
            SessionAttendance(session_id=found.id, participant_id=person.id, role=role, required=required)
        )
    else:
        row.role, row.required = role, required
    waits_no_more(session, found, [person.id])
    session.flush()
    record(session, event, actor, "session.attend", found.public_id, name=person.name, role=role.value)
    return person


def take_out_of_session(
    session: Session, event: Event, found: ProgrammeSession, person_id: str, actor: User
) -> Participant:
    """Let somebody no longer attend. Raises NotFound when they don't, Conflict when it is over."""
    check_not_over(found, event.now())
    row = session.scalar(
        select(SessionAttendance)
        .join(Participant, Participant.id == SessionAttendance.participant_id)
        .where(SessionAttendance.session_id == found.id, Participant.public_id == person_id)
    )
    if row is None:
        raise NotFound(_("This person does not attend the session."))
    person = row.participant
    session.delete(row)
    session.flush()
    record(session, event, actor, "session.leave", found.public_id, name=person.name)
    fill_free_seats(session, found, event.now())
    return person


def invite_by_name(
    session: Session, event: Event, found: ProgrammeSession, who: str, actor: User
) -> Participant:
    """Invite somebody, by name or mail address: they decide themselves. Raises Conflict and Invalid."""
    check_not_over(found, event.now())
    person = participant_called(session, event, who, "who")
    if not invite_to_session(session, found, [person.id]):
        raise Conflict(_("%(name)s is invited already.", name=person.name))
    record(session, event, actor, "session.attend", found.public_id, name=person.name, role=INVITED)
    return person


def _check_seats(session: Session, found: ProgrammeSession) -> None:
    taken = seats_of(session, found).taken
    if found.capacity is not None and taken >= found.capacity:
        raise Full(
            _("Every seat is taken: %(taken)s of %(n)s.", taken=taken, n=found.capacity),
        )


def _said(one: Engagement) -> str:
    if one.kind is not EngagementKind.MEETING:
        return f"“{one.title}”"
    return str(_("a meeting with %(names)s", names=format_list(one.partners, locale=get_locale() or "en")))
