"""Inviting people to take part, reminding them of it, and letting others see them before they come in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Row, Select, func, select, update
from sqlalchemy.orm import Session

from scheduler.domain.enums import ParticipantState
from scheduler.domain.messages import MessageKind
from scheduler.errors import Conflict
from scheduler.mail.outbox import preference_of, queue_many, readers
from scheduler.models import DeadAddress, Event, MatchmakingRound, Organisation, Participant, User
from scheduler.queries.people.invitations import outside, rested, takes_mail, wants_mail
from scheduler.queries.people.people_admin import PeopleFilter
from scheduler.services.audit import record


def invite(
    session: Session, event: Event, wanted: PeopleFilter, actor: User, *, reminders: bool = False
) -> int:
    """Write to all whom a filter chooses and who have not come in; returns how many.

    With `reminders` also to those who were written to before, though never within a day. Who wants no mail, or whose
    address takes none, is left out. A fixed number of statements, however many people.
    """
    _one_at_a_time(session, event)
    now = event.now()
    chosen = [*outside(event.id, wanted), wants_mail(), takes_mail(), rested(now)]
    if not reminders:
        chosen.append(Participant.invited_at.is_(None))
    people = session.execute(_guests().where(*chosen)).all()
    if people:
        _write(session, event, people)
        ids = [row.id for row in people]
        for first in range(0, len(ids), 10_000):
            session.execute(
                update(Participant)
                .where(Participant.id.in_(ids[first : first + 10_000]))
                .values(invited_at=now, invitations=Participant.invitations + 1)
                .execution_options(synchronize_session=False)
            )
        session.expire_all()
        record(session, event, actor, "people.invite", "", count=len(people))
    return len(people)


def invite_one(session: Session, event: Event, person: Participant, actor: User) -> None:
    """Write to one person. Raises Conflict, with the reason, when no mail may go to them now."""
    now = event.now()
    if person.state is ParticipantState.WITHDRAWN:
        raise Conflict(_("%(name)s has left. Let them take part again first.", name=person.name))
    if person.came_in_at is not None:
        raise Conflict(_("%(name)s has come in already: there is nothing to invite to.", name=person.name))
    if session.get(DeadAddress, person.email) is not None:
        raise Conflict(
            _(
                "Mail to %(address)s came back. Correct the address first, or write to it again on the page of mails.",
                address=person.email,
            )
        )
    if not preference_of(session, person.id).reminders:
        raise Conflict(_("%(name)s wants no mails from this event. Call them, perhaps.", name=person.name))
    guest = session.execute(_guests().where(Participant.id == person.id)).all()
    # Of two clicks at once, one writes.
    changed = session.execute(
        update(Participant)
        .where(Participant.id == person.id, rested(now))
        .values(invited_at=now, invitations=Participant.invitations + 1)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(
            _("%(name)s was written to less than a day ago. Give them the day to answer.", name=person.name)
        )
    _write(session, event, guest)
    session.refresh(person, ["invited_at", "invitations"])
    record(session, event, actor, "person.invite", person.public_id, name=person.name)


def show(session: Session, event: Event, wanted: PeopleFilter, actor: User) -> int:
    """Let others see all whom a filter chooses before they come in; returns how many were not seen until now."""
    now = event.now()
    ids = select(Participant.id).where(*outside(event.id, wanted))
    changed = session.execute(
        update(Participant)
        .where(Participant.id.in_(ids), Participant.state == ParticipantState.INVITED)
        .values(state=ParticipantState.ACTIVE, shown_at=now, updated_at=now)
        .execution_options(synchronize_session=False)
    )
    count: int = changed.rowcount  # type: ignore[attr-defined]
    session.expire_all()
    if count:
        record(session, event, actor, "people.show", "", count=count)
    return count


def show_one(session: Session, event: Event, person: Participant, actor: User) -> None:
    """Let others see one person before they come in. Raises Conflict when they are seen, or have left."""
    if person.state is not ParticipantState.INVITED:
        raise Conflict(_("%(name)s is seen by others already, or has left.", name=person.name))
    person.state = ParticipantState.ACTIVE
    person.shown_at = person.updated_at = event.now()
    session.flush()
    record(session, event, actor, "person.show", person.public_id, name=person.name)


def tell_of_opening(session: Session, event: Event, found: MatchmakingRound) -> int:
    """Write to all who take part that a round is open; returns how many."""
    people = session.execute(readers().where(*readers_of_opening(event))).all()
    payload = {"round": found.name, "closes": found.closes_at.isoformat()}
    lasts = found.closes_at - event.now()
    queue_many(session, event, MessageKind.ROUND_OPEN, ((row, payload) for row in people), lasts=lasts)
    return len(people)


def readers_of_opening(event: Event) -> list[Any]:
    """Who is told that a round opens: all whom others see, but those who want no reminders."""
    return [
        Participant.event_id == event.id,
        Participant.state == ParticipantState.ACTIVE,
        wants_mail(),
        takes_mail(),
    ]


def count_readers(session: Session, event: Event) -> int:
    return session.scalar(select(func.count(Participant.id)).where(*readers_of_opening(event))) or 0


def _one_at_a_time(session: Session, event: Event) -> None:
    """Of two who invite at once, the second sees whom the first has written to."""
    session.execute(select(Event.id).where(Event.id == event.id).with_for_update())


def _guests() -> Select[*tuple[Any, ...]]:
    return readers(Participant.invitations, Organisation.name.label("organisation")).join(
        Organisation, Organisation.id == Participant.organisation_id
    )


def _write(session: Session, event: Event, people: Sequence[Row[*tuple[Any, ...]]]) -> None:
    """Queue the invitations. What they say of the event is looked up when they leave."""
    queue_many(
        session,
        event,
        MessageKind.INVITATION,
        ((row, {"before": row.invitations, "organisation": row.organisation}) for row in people),
    )
