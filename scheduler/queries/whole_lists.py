"""Lists in full, for spreadsheets: each in a fixed number of queries, however long it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from scheduler.domain.enums import MeetingState, ParticipantState, PlaceKind, RequestState
from scheduler.models import (
    AuditEntry,
    Delegation,
    DelegationMember,
    Meeting,
    MeetingAttendance,
    Organisation,
    Participant,
    ParticipantTopic,
    ParticipantType,
    Pavilion,
    Place,
    Plan,
    Request,
    Slot,
    Topic,
    User,
)
from scheduler.queries.people.people_admin import PeopleFilter, people_conditions
from scheduler.queries.people.questions import AnswerOf, answers_of_all


@dataclass(frozen=True, slots=True)
class WholePerson:
    """A participant with what an import list says of them; topics by label."""

    name: str
    email: str
    organisation: str
    type: str
    job_title: str
    country: str
    languages: str
    state: ParticipantState
    delegation: str
    offers: str
    seeks: str
    offers_topics: tuple[str, ...]
    seeks_topics: tuple[str, ...]
    guarantee: int
    max_meetings: int | None
    max_meetings_per_day: int | None
    website: str
    city: str
    invited_at: datetime | None
    came_in_at: datetime | None
    confirmed_at: datetime | None
    answers: Mapping[int, AnswerOf]
    """To the event's own questions, by the question's id."""


def all_people(session: Session, event_id: int, wanted: PeopleFilter) -> list[WholePerson]:
    """Everybody whom a filter finds, by name."""
    conditions = people_conditions(event_id, wanted)
    ids = select(Participant.id).where(*conditions)
    answers = answers_of_all(session, ids)
    topics: dict[tuple[int, str], list[str]] = {}
    for person, direction, label in session.execute(
        select(ParticipantTopic.participant_id, ParticipantTopic.direction, Topic.label)
        .join(Topic, Topic.id == ParticipantTopic.topic_id)
        .where(ParticipantTopic.participant_id.in_(ids))
        .order_by(Topic.position, Topic.id)
    ):
        topics.setdefault((person, direction.value), []).append(label)
    delegations = dict(
        session.execute(
            select(DelegationMember.participant_id, Delegation.name)
            .join(Delegation, Delegation.id == DelegationMember.delegation_id)
            .where(Delegation.event_id == event_id)
        ).all()
    )
    rows = session.execute(
        select(
            Participant.id,
            Participant.name,
            Participant.email,
            Organisation.name.label("organisation"),
            ParticipantType.name.label("type"),
            Participant.job_title,
            Participant.country,
            Participant.languages,
            Participant.state,
            Participant.offers_text,
            Participant.seeks_text,
            Participant.guarantee,
            Participant.max_meetings,
            Participant.max_meetings_per_day,
            Organisation.website,
            Organisation.city,
            Participant.invited_at,
            Participant.came_in_at,
            Participant.availability_confirmed_at,
        )
        .join(Organisation, Organisation.id == Participant.organisation_id)
        .join(ParticipantType, ParticipantType.id == Participant.type_id)
        .where(*conditions)
        .order_by(Participant.name_key, Participant.id)
    )
    return [
        WholePerson(
            row.name,
            row.email,
            row.organisation,
            row.type,
            row.job_title,
            row.country,
            row.languages,
            row.state,
            delegations.get(row.id, ""),
            row.offers_text,
            row.seeks_text,
            tuple(topics.get((row.id, "offers"), ())),
            tuple(topics.get((row.id, "seeks"), ())),
            row.guarantee,
            row.max_meetings,
            row.max_meetings_per_day,
            row.website,
            row.city,
            row.invited_at,
            row.came_in_at,
            row.availability_confirmed_at,
            answers.get(row.id, {}),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class WholeRequest:
    """A request with its two people and their organisations."""

    sender: str
    sender_home: str
    receiver: str
    receiver_home: str
    state: RequestState
    sent_at: datetime
    answered_at: datetime | None
    message: str
    answer: str


def all_requests(session: Session, round_id: int) -> list[WholeRequest]:
    """The requests of a round in the order in which they were sent, in one query."""
    sender, receiver = aliased(Participant), aliased(Participant)
    home, other = aliased(Organisation), aliased(Organisation)
    rows = session.execute(
        select(
            sender.name,
            home.name,
            receiver.name,
            other.name,
            Request.state,
            Request.sent_at,
            Request.answered_at,
            Request.message,
            Request.answer,
        )
        .join(sender, sender.id == Request.from_id)
        .join(home, home.id == sender.organisation_id)
        .join(receiver, receiver.id == Request.to_id)
        .join(other, other.id == receiver.organisation_id)
        .where(Request.round_id == round_id)
        .order_by(Request.sent_at, Request.id)
    )
    return [WholeRequest(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class WholeMeeting:
    """A meeting of a plan with all who attend, each with their organisation."""

    starts_at: datetime
    ends_at: datetime
    pavilion: str
    place: str
    place_kind: PlaceKind
    table: int
    kind: str
    state: MeetingState
    locked: bool
    people: tuple[tuple[str, str], ...]


def all_meetings(session: Session, plan: Plan) -> list[WholeMeeting]:
    """The meetings of a plan by time and place, in two queries."""
    attending: dict[int, list[tuple[str, str]]] = {}
    for meeting, name, home in session.execute(
        select(MeetingAttendance.meeting_id, Participant.name, Organisation.name)
        .join(Meeting, Meeting.id == MeetingAttendance.meeting_id)
        .join(Participant, Participant.id == MeetingAttendance.participant_id)
        .join(Organisation, Organisation.id == Participant.organisation_id)
        .where(Meeting.plan_id == plan.id)
        .order_by(MeetingAttendance.side, Participant.name_key)
    ):
        attending.setdefault(meeting, []).append((name, home))
    rows = session.execute(
        select(
            Meeting.id,
            Slot.starts_at,
            Slot.ends_at,
            Pavilion.name.label("pavilion"),
            Place.name.label("place"),
            Place.kind.label("place_kind"),
            Meeting.table_number,
            Meeting.kind,
            Meeting.state,
            Meeting.locked,
        )
        .join(Slot, Slot.id == Meeting.slot_id)
        .join(Place, Place.id == Meeting.place_id)
        .join(Pavilion, Pavilion.id == Place.pavilion_id)
        .where(Meeting.plan_id == plan.id)
        .order_by(Slot.starts_at, Pavilion.name_key, Place.name_key, Meeting.table_number)
    )
    return [
        WholeMeeting(
            row.starts_at,
            row.ends_at,
            row.pavilion,
            row.place,
            row.place_kind,
            row.table_number,
            row.kind,
            row.state,
            row.locked,
            tuple(attending.get(row.id, ())),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class WholePlace:
    """A place with its pavilion and, of a stand, whose it is."""

    pavilion: str
    place: str
    kind: PlaceKind
    capacity: int
    organisation: str
    x: float | None
    y: float | None


def all_places(session: Session, event_id: int) -> list[WholePlace]:
    """The places that are in use, by pavilion, in one query."""
    rows = session.execute(
        select(
            Pavilion.name,
            Place.name,
            Place.kind,
            Place.capacity,
            Organisation.name,
            Pavilion.placed,
            Pavilion.x,
            Pavilion.y,
        )
        .join(Pavilion, Pavilion.id == Place.pavilion_id)
        .outerjoin(Organisation, Organisation.id == Place.organisation_id)
        .where(Place.event_id == event_id, Place.retired_at.is_(None), Pavilion.retired_at.is_(None))
        .order_by(Pavilion.name_key, Place.name_key)
    )
    return [
        WholePlace(pavilion, place, kind, capacity, home or "", x if placed else None, y if placed else None)
        for pavilion, place, kind, capacity, home, placed, x, y in rows
    ]


@dataclass(frozen=True, slots=True)
class WholeAct:
    """One act of the log."""

    at: datetime
    who: str
    on_behalf_of: str
    """For which participant; empty for what somebody did as themselves."""
    action: str
    detail: str


def whole_log(session: Session, event_id: int, noun: str = "") -> Iterator[WholeAct]:
    """The log, the newest act first, in one query; `noun` is the first part of the actions wanted."""
    conditions = [AuditEntry.event_id == event_id]
    if noun:
        conditions.append(AuditEntry.action.startswith(f"{noun}.", autoescape=True))
    rows = session.execute(
        select(AuditEntry.at, User.name, User.email, Participant.name, AuditEntry.action, AuditEntry.detail)
        .outerjoin(User, User.id == AuditEntry.user_id)
        .outerjoin(Participant, Participant.id == AuditEntry.on_behalf_of_id)
        .where(*conditions)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    )
    for at, name, email, on_behalf_of, action, detail in rows:
        yield WholeAct(at, name or email or "", on_behalf_of or "", action, _facts(detail))


def _facts(detail: dict[str, object]) -> str:
    parts: Sequence[str] = [
        f"{name}: {value}" for name, value in detail.items() if value not in ("", None, [])
    ]
    return "; ".join(parts)
