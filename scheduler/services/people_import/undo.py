"""Taking back a list that was stored: as far as nobody has done anything with it since."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import Direction, ImportState
from scheduler.domain.text_key import name_key
from scheduler.errors import Conflict
from scheduler.imports.people import OWN
from scheduler.models import (
    Delegation,
    DelegationMember,
    Event,
    EventRole,
    Interest,
    MeetingAttendance,
    Organisation,
    Participant,
    ParticipantTopic,
    ParticipantType,
    PeopleImport,
    Place,
    ProgrammeSession,
    Request,
    SessionAttendance,
    User,
)
from scheduler.queries.people.questions import questions_of
from scheduler.services.audit import record
from scheduler.services.people_import.answers import answer_texts, set_answer_text
from scheduler.services.people_import.lists import require_idle
from scheduler.services.people_import.packing import unpack_made
from scheduler.services.people_import.store import ListMade, homes_of, set_field, types_of

NAMES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class ListUndoing:
    """What taking a list back does: people that go; people that stay, some by name, since something came of them;
    people whose fields go back, and fields that stay since somebody changed them after the list.
    """

    gone: tuple[int, ...]
    staying: int
    names: tuple[str, ...]
    restored: int
    kept_fields: int


def what_undoing_does(session: Session, found: PeopleImport) -> ListUndoing:
    """Look before a list is taken back. Raises Conflict when it is not stored."""
    return _undoing(session, _made(found))


def undo_list(session: Session, event: Event, found: PeopleImport, actor: User) -> ListUndoing:
    """Take a list back: who came of it goes unless something came of them, and changed fields become what they were."""
    require_idle(found)
    made = _made(found)
    undoing = _undoing(session, made)
    _restore(session, event, made)
    _release(session, made, undoing.gone)
    if undoing.gone:
        session.execute(delete(Participant).where(Participant.id.in_(undoing.gone)))
    _delete_empty_homes(session, made)
    found.counts = {
        **found.counts,
        "gone": len(undoing.gone),
        "restored": undoing.restored,
        "staying": undoing.staying,
    }
    found.state = ImportState.UNDONE
    found.undone_at = event.now()
    found.made = None
    record(
        session,
        event,
        actor,
        "people.import-undone",
        people=len(undoing.gone),
        staying=undoing.staying,
        changed=undoing.restored,
    )
    session.flush()
    session.expire_all()
    return undoing


def _made(found: PeopleImport) -> ListMade:
    if found.state is not ImportState.STORED or found.made is None:
        raise Conflict(_("This list is not stored, or was taken back already."))
    return unpack_made(found.made)


def _undoing(session: Session, made: ListMade) -> ListUndoing:
    staying = _staying(session, made)
    there = set(session.scalars(select(Participant.id).where(Participant.id.in_(made.people))))
    names = session.scalars(
        select(Participant.name)
        .where(Participant.id.in_(staying))
        .order_by(Participant.name_key)
        .limit(NAMES_SHOWN)
    )
    restored, kept = 0, 0
    texts = _texts(session, made.changed)
    for person, fields in made.changed.items():
        back = sum(texts.get(person, {}).get(name) == after for name, (_before, after) in fields.items())
        restored += back > 0
        kept += len(fields) - back
    return ListUndoing(tuple(sorted(there - staying)), len(staying), tuple(names), restored, kept)


def _staying(session: Session, made: ListMade) -> set[int]:
    """Whom the list brought and something came of since."""
    people = Participant.id.in_(made.people)
    joint = select(ProgrammeSession.id).where(ProgrammeSession.delegation_id.in_(made.delegations))
    used = or_(
        Participant.came_in_at.is_not(None),
        Participant.user_id.is_not(None),
        Participant.invited_at.is_not(None),
        exists().where(or_(Interest.from_id == Participant.id, Interest.to_id == Participant.id)),
        exists().where(or_(Request.from_id == Participant.id, Request.to_id == Participant.id)),
        exists().where(MeetingAttendance.participant_id == Participant.id),
        exists().where(
            SessionAttendance.participant_id == Participant.id, SessionAttendance.session_id.not_in(joint)
        ),
    )
    staying = set(session.scalars(select(Participant.id).where(people, used)))
    # Who leads a delegation that stays, stays: it would have no leader.
    for delegation, leader in session.execute(
        select(Delegation.id, Delegation.leader_id).where(Delegation.leader_id.in_(made.people))
    ):
        if not _goes(session, made, delegation, staying):
            staying.add(leader)
    return staying


def _goes(session: Session, made: ListMade, delegation: int, staying: Collection[int]) -> bool:
    """Whether a delegation came with the list, and nobody else and nothing belongs to it."""
    if delegation not in made.delegations:
        return False
    members = set(
        session.scalars(
            select(DelegationMember.participant_id).where(DelegationMember.delegation_id == delegation)
        )
    )
    alone = members <= (set(made.people) - set(staying)) | set(made.joined)
    planned = session.scalar(
        select(ProgrammeSession.id).where(ProgrammeSession.delegation_id == delegation).limit(1)
    )
    return alone and planned is None


def _texts(session: Session, people: Collection[int]) -> dict[int, dict[str, str]]:
    """The fields of people as texts, as lists say them."""
    if not people:
        return {}
    rows = session.execute(
        select(Participant, ParticipantType.code, Organisation.name)
        .join(ParticipantType, ParticipantType.id == Participant.type_id)
        .join(Organisation, Organisation.id == Participant.organisation_id)
        .where(Participant.id.in_(list(people)))
    )
    names = ("name", "job_title", "country", "languages", "offers_text", "seeks_text", "goals", "links")
    limits = ("guarantee", "max_meetings", "max_meetings_per_day")
    answers = answer_texts(session, list(people))
    return {
        person.id: {
            **{name: getattr(person, name) for name in names},
            **{name: "" if getattr(person, name) is None else str(getattr(person, name)) for name in limits},
            "type": code,
            "organisation": organisation,
            **answers.get(person.id, {}),
        }
        for person, code, organisation in rows
    }


def _restore(session: Session, event: Event, made: ListMade) -> None:
    texts = _texts(session, made.changed)
    homes, types = homes_of(session, event), types_of(session, event)
    questions = {question.id: question for question in questions_of(session, event.id, retired=True)}
    for person in session.scalars(select(Participant).where(Participant.id.in_(list(made.changed)))):
        for name, (before, after) in made.changed[person.id].items():
            gone = (name == "organisation" and name_key(before) not in homes) or (
                name == "type" and before not in types
            )
            if texts[person.id].get(name, "") != after or gone:
                continue
            if name.startswith(OWN):
                set_answer_text(session, questions, person.id, name, before, event.now())
            else:
                set_field(person, name, before, homes, types)
            person.updated_at = event.now()
    for home in session.scalars(select(Organisation).where(Organisation.id.in_(list(made.filled)))):
        for name, value in made.filled[home.id].items():
            if str(getattr(home, name)) == value:
                setattr(home, name, None if name == "employees" else "")
    for person_id, topic, direction in made.topics:
        found = session.get(ParticipantTopic, (person_id, topic, Direction(direction)))
        if found is not None:
            session.delete(found)
    session.flush()


def _release(session: Session, made: ListMade, gone: Collection[int]) -> None:
    """Give back stands and delegations that the list took."""
    for place in session.scalars(select(Place).where(Place.id.in_([place for place, _home in made.stands]))):
        if (place.id, place.organisation_id) in made.stands:
            place.organisation_id = None
    staying = set(made.people) - set(gone)
    for number in made.delegations:
        if _goes(session, made, number, staying):
            found = session.get(Delegation, number)
            if found is not None:
                session.delete(found)
    session.flush()


def _delete_empty_homes(session: Session, made: ListMade) -> None:
    """Organisations that came with the list and that nobody represents go."""
    if not made.organisations:
        return
    used = or_(
        exists().where(
            or_(Participant.organisation_id == Organisation.id, Participant.brought_by_id == Organisation.id)
        ),
        exists().where(EventRole.organisation_id == Organisation.id),
        exists().where(Place.organisation_id == Organisation.id),
    )
    session.execute(delete(Organisation).where(Organisation.id.in_(made.organisations), ~used))
