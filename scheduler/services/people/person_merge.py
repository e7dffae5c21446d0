"""A person who is registered twice becomes one participant: looked at first, then done in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, cast

from flask_babel import gettext as _
from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from scheduler.database.references import count_references, point_to, references_to
from scheduler.domain.enums import ParticipantState
from scheduler.errors import Conflict, Invalid
from scheduler.models import (
    Delegation,
    DelegationMember,
    Event,
    Participant,
    ProgrammeSession,
    SessionAttendance,
    User,
)
from scheduler.queries.people.merge_obstacles import MergeMeetings, merge_meetings
from scheduler.services.audit import record
from scheduler.services.calendars.calendar_sync import lock_agendas
from scheduler.services.calendars.stale_agendas import mark_renamed
from scheduler.services.event.sign_up import fill_free_seats
from scheduler.services.people.person_merge_rows import prepare_rows, tell_other_address, tidy_rows

TABLE = cast(Table, Participant.__table__)
FIELDS = ("name", "job_title", "country", "languages", "offers_text", "seeks_text", "goals", "links")
"""What people say of themselves, as texts."""
KEYS = ("organisation", "type")
"""What they belong to; said by name."""
_EMPTY_TAKES = ("max_meetings", "max_meetings_per_day", "availability_confirmed_at", "profile_confirmed_at")
_EARLIER = ("came_in_at", "shown_at")
LIMITS = ("not_before", "not_after", "lunch_from", "lunch_minutes")
"""The daily limits are one answer: of one of the two."""


@dataclass(frozen=True, slots=True)
class DifferingField:
    """A field of two registrations that both have filled in, and otherwise."""

    field: str
    kept: str
    gone: str


@dataclass(frozen=True, slots=True)
class PersonMerge:
    """What merging does: rows that move, by `table.column`; fields that differ; `obstacles` keep it from being done.

    `leads`: delegations that the two lead, when these are two. `delegation`: the one that is left.
    """

    kept: Participant
    gone: Participant
    moves: dict[str, int]
    differing: tuple[DifferingField, ...]
    meetings: MergeMeetings
    leads: tuple[str, ...]
    delegation: str

    @property
    def refused(self) -> bool:
        return bool(self.meetings.against or self.leads)


def preview_person_merge(session: Session, event: Event, kept: Participant, gone: Participant) -> PersonMerge:
    """Look before two registrations become one. Raises Invalid for a person and themselves, Conflict when the one who
    is to stay has left.
    """
    if kept.id == gone.id:
        raise Invalid(_("Choose two registrations: this is one and the same."))
    if kept.state is ParticipantState.WITHDRAWN and gone.state is not ParticipantState.WITHDRAWN:
        raise Conflict(
            _(
                "%(name)s has left with the registration that is to stay. Let them take part again first, or keep"
                " the other one.",
                name=kept.name,
            )
        )
    leads, left = _delegations(session, kept, gone)
    return PersonMerge(
        kept,
        gone,
        count_references(session.connection(), TABLE, gone.id),
        _differing(kept, gone),
        merge_meetings(session, kept, gone, event.now()),
        leads,
        left,
    )


def merge_people(
    session: Session,
    event: Event,
    kept: Participant,
    gone: Participant,
    from_gone: Collection[str],
    actor: User,
) -> PersonMerge:
    """Let `kept` have all that belongs to `gone`, who is deleted. Of the fields in `from_gone` that one's value stays;
    the mail address is that of `kept`. What was held stays. Private notes stay with the account that wrote them.

    Raises Conflict when something stands against it or somebody was quicker; then nothing is changed.
    """
    lock_agendas(session, event.id)
    _hold(session, kept, gone)
    found = preview_person_merge(session, event, kept, gone)
    if found.refused:
        raise Conflict(_("%(name)s can't be merged yet: look at what stands against it.", name=kept.name))
    values, seats = _values(found, from_gone), _seats_of_both(session, kept, gone)
    before, address, account = gone.name, gone.email, gone.user_id
    prepare_rows(session, found, event.now())
    connection = session.connection()
    for reference in references_to(TABLE):
        point_to(connection, reference, gone.id, kept.id)
    tidy_rows(session, kept)
    session.execute(
        delete(Participant).where(Participant.id == gone.id).execution_options(synchronize_session=False)
    )
    session.expunge(gone)
    for field, value in values.items():
        setattr(kept, field, value)
    kept.updated_at = event.now()
    session.flush()
    mark_renamed(session, event.id, [kept.id])
    for programme_session in seats:
        fill_free_seats(session, programme_session, event.now())
    if account is not None and account != kept.user_id:
        tell_other_address(session, event, kept, address)
    record(
        session,
        event,
        actor,
        "person.merge",
        kept.public_id,
        name=kept.name,
        merged=before,
        before=address,
        after=kept.email,
    )
    session.flush()
    session.expire_all()
    return found


def _hold(session: Session, *people: Participant) -> None:
    keys = sorted(person.id for person in people)
    held = session.scalars(
        select(Participant.id).where(Participant.id.in_(keys)).order_by(Participant.id).with_for_update()
    ).all()
    if list(held) != keys:
        raise Conflict(_("One of the two registrations is gone: somebody else has merged them."))
    session.flush()
    for person in people:
        session.refresh(person)


def _seats_of_both(session: Session, kept: Participant, gone: Participant) -> Sequence[ProgrammeSession]:
    """Sessions with seats that both attend: one of the two becomes free."""
    own = select(SessionAttendance.session_id).where(SessionAttendance.participant_id == kept.id)
    return session.scalars(
        select(ProgrammeSession)
        .join(SessionAttendance, SessionAttendance.session_id == ProgrammeSession.id)
        .where(
            SessionAttendance.participant_id == gone.id,
            ProgrammeSession.id.in_(own),
            ProgrammeSession.capacity.is_not(None),
        )
    ).all()


def _differing(kept: Participant, gone: Participant) -> tuple[DifferingField, ...]:
    texts = [(name, str(getattr(kept, name)), str(getattr(gone, name))) for name in FIELDS]
    texts += [(name, getattr(kept, name).name, getattr(gone, name).name) for name in KEYS]
    return tuple(DifferingField(*each) for each in texts if each[1] and each[2] and each[1] != each[2])


def _values(found: PersonMerge, from_gone: Collection[str]) -> dict[str, Any]:
    """What the one who stays is to say: chosen fields, what only the other had filled in, and the wider of both."""
    kept, gone = found.kept, found.gone
    differing = {one.field for one in found.differing}
    values: dict[str, Any] = {name: getattr(gone, name) for name in differing.intersection(from_gone)}
    values |= {name: getattr(gone, name) for name in FIELDS if not getattr(kept, name)}
    values |= {name: getattr(gone, name) for name in _EMPTY_TAKES if getattr(kept, name) is None}
    for name in _EARLIER:
        said = [moment for moment in (getattr(kept, name), getattr(gone, name)) if moment is not None]
        values[name] = min(said, default=None)
    values["guarantee"] = max(kept.guarantee, gone.guarantee)
    values["wanted_sizes"] = kept.wanted_sizes or gone.wanted_sizes
    if not has_limits(kept) and has_limits(gone):
        values |= {name: getattr(gone, name) for name in LIMITS}
    if gone.state is ParticipantState.ACTIVE and kept.state is ParticipantState.INVITED:
        values["state"] = ParticipantState.ACTIVE
    return values


def has_limits(person: Participant) -> bool:
    return any(getattr(person, name) is not None for name in LIMITS[:3])


def _delegations(session: Session, kept: Participant, gone: Participant) -> tuple[tuple[str, ...], str]:
    """The names of the delegations that the two lead, when these are two; and of the one that is left, when they travel
    with two.
    """
    both = (kept.id, gone.id)
    leads = session.execute(
        select(Delegation.leader_id, Delegation.name)
        .where(Delegation.leader_id.in_(both))
        .order_by(Delegation.name)
    ).all()
    travels = dict(
        session.execute(
            select(DelegationMember.participant_id, Delegation.name)
            .join(Delegation, Delegation.id == DelegationMember.delegation_id)
            .where(DelegationMember.participant_id.in_(both))
        ).all()
    )
    if len(leads) > 1:
        return tuple(name for _leader, name in leads), ""
    if len(set(travels.values())) < 2:
        return (), ""
    leader = leads[0][0] if leads else kept.id
    return (), travels[gone.id if leader == kept.id else kept.id]
