"""Rows for tests, with sensible values where a test does not care. Each function flushes what it adds."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import (
    AnswerReader,
    ParticipantState,
    PlaceKind,
    QuestionKind,
    RequestState,
    Role,
    RoundState,
    SessionKind,
)
from scheduler.models import (
    Delegation,
    DelegationMember,
    Event,
    EventDay,
    EventRole,
    Hall,
    MatchmakingRound,
    MatrixRule,
    Meeting,
    MeetingAttendance,
    MeetingBlock,
    Organisation,
    Participant,
    ParticipantType,
    Pavilion,
    Place,
    Plan,
    ProfileQuestion,
    ProgrammeSession,
    QuestionChoice,
    Request,
    SessionAttendance,
    Slot,
    User,
)

numbers = itertools.count(1)
NOW = datetime(2023, 10, 20, 9, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Madrid")


def at(text: str) -> datetime:
    """A UTC instant from the event's local time, `2023-11-07 10:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


def make_event(session: Session, slug: str = "") -> Event:
    """Three days in Barcelona with two participant types that may ask each other; its clock stands at NOW.

    Ways that no test enters take no time: the organiser said so.
    """
    event = Event(
        slug=slug or f"event-{next(numbers)}",
        name="Smart City Expo",
        timezone="Europe/Madrid",
        created_at=NOW,
        clock_shift=int((datetime.now(UTC) - NOW).total_seconds()),
        assumed_walk=0,
    )
    event.days = [
        EventDay(date=datetime(2023, 11, day, tzinfo=UTC).date(), label=f"Day {day - 6}") for day in (7, 8, 9)
    ]
    session.add(event)
    session.flush()
    city = ParticipantType(event_id=event.id, code="city", name="City")
    supplier = ParticipantType(event_id=event.id, code="supplier", name="Supplier")
    session.add_all([city, supplier])
    session.flush()
    for one, other, kind in (
        (city, supplier, "City-supplier"),
        (supplier, city, "City-supplier"),
        (supplier, supplier, "B2B"),
    ):
        session.add(
            MatrixRule(event_id=event.id, from_type_id=one.id, to_type_id=other.id, meeting_kind=kind)
        )
    session.flush()
    return event


def type_of(session: Session, event: Event, code: str) -> ParticipantType:
    return session.scalars(
        select(ParticipantType).where(ParticipantType.event_id == event.id, ParticipantType.code == code)
    ).one()


def make_user(session: Session, email: str = "", name: str = "") -> User:
    number = next(numbers)
    user = User(
        email=email or f"user{number}@example.org",
        name=name or f"User {number}",
        created_at=NOW,
    )
    session.add(user)
    session.flush()
    return user


def make_organiser(session: Session, event: Event, role: Role = Role.ORGANISER) -> User:
    user = make_user(session)
    session.add(EventRole(user_id=user.id, event_id=event.id, role=role))
    session.flush()
    return user


def make_organisation(session: Session, event: Event, name: str = "") -> Organisation:
    organisation = Organisation(event_id=event.id, name=name or f"Organisation {next(numbers)}", country="ES")
    session.add(organisation)
    session.flush()
    return organisation


def make_participant(
    session: Session,
    event: Event,
    *,
    name: str = "",
    type_code: str = "supplier",
    organisation: Organisation | None = None,
    state: ParticipantState = ParticipantState.ACTIVE,
    with_user: bool = True,
) -> Participant:
    """A participant, with a user who can be signed in unless `with_user` is false."""
    number = next(numbers)
    email = f"person{number}@example.org"
    participant = Participant(
        event_id=event.id,
        organisation=organisation or make_organisation(session, event),
        type=type_of(session, event, type_code),
        user=make_user(session, email, name or f"Person {number}") if with_user else None,
        name=name or f"Person {number}",
        email=email,
        state=state,
        came_in_at=NOW if state is ParticipantState.ACTIVE else None,
        created_at=NOW,
        updated_at=NOW,
    )
    session.add(participant)
    session.flush()
    return participant


def make_question(
    session: Session,
    event: Event,
    kind: QuestionKind = QuestionKind.YES_NO,
    reader: AnswerReader = AnswerReader.PARTICIPANTS,
    *,
    label: str = "",
    choices: tuple[str, ...] = (),
    required: bool = False,
) -> ProfileQuestion:
    """A question for everybody, with its choices; yes and no where it is asked for them."""
    labels = ("yes", "no") if kind is QuestionKind.YES_NO else choices
    number = next(numbers)
    question = ProfileQuestion(
        event_id=event.id,
        kind=kind,
        reader=reader,
        label=label or f"Question {number}",
        required=required,
        position=number,
        choices=[QuestionChoice(label=each, position=place) for place, each in enumerate(labels)],
    )
    session.add(question)
    session.flush()
    return question


def make_pavilion(session: Session, event: Event, name: str = "", *, placed: bool = True) -> Pavilion:
    pavilion = Pavilion(event_id=event.id, name=name or f"Pavilion {next(numbers)}", placed=placed)
    session.add(pavilion)
    session.flush()
    return pavilion


def make_hall(session: Session, event: Event, name: str = "", *, metres: float | None = None) -> Hall:
    """A hall with an empty floor, three wide and two deep."""
    hall = Hall(
        event_id=event.id,
        name=name or f"Hall {next(numbers)}",
        width=1200,
        height=800,
        metres=metres,
        aisles=[],
        names=[],
    )
    session.add(hall)
    session.flush()
    return hall


def make_place(
    session: Session,
    event: Event,
    pavilion: Pavilion | None = None,
    *,
    capacity: int = 4,
    kind: PlaceKind = PlaceKind.TABLES,
    organisation: Organisation | None = None,
) -> Place:
    place = Place(
        event_id=event.id,
        pavilion=pavilion or make_pavilion(session, event),
        kind=kind,
        name=f"Tables {next(numbers)}",
        capacity=capacity,
        organisation=organisation,
    )
    session.add(place)
    session.flush()
    return place


def make_block(
    session: Session,
    event: Event,
    start: str = "2023-11-07 10:00",
    *,
    slots: int = 4,
    minutes: int = 20,
    pause: int = 5,
) -> MeetingBlock:
    """A block of `slots` slots of `minutes`, from a local time on."""
    first = at(start)
    block = MeetingBlock(
        event_id=event.id,
        name=f"Block {next(numbers)}",
        day=first.astimezone(ZONE).date(),
        starts_at=first,
        ends_at=first + timedelta(minutes=slots * (minutes + pause)),
        slot_minutes=minutes,
        pause_minutes=pause,
    )
    for index in range(slots):
        begins = first + timedelta(minutes=index * (minutes + pause))
        block.slots.append(
            Slot(
                event_id=event.id,
                day=block.day,
                starts_at=begins,
                ends_at=begins + timedelta(minutes=minutes),
                first_tick=int(begins.timestamp()) // 300,
                tick_count=minutes // 5,
            )
        )
    session.add(block)
    session.flush()
    return block


def make_round(
    session: Session,
    event: Event,
    *,
    blocks: list[MeetingBlock] | None = None,
    state: RoundState = RoundState.OPEN,
) -> MatchmakingRound:
    found = MatchmakingRound(
        event_id=event.id,
        name=f"Round {next(numbers)}",
        state=state,
        opens_at=NOW - timedelta(days=5),
        closes_at=NOW + timedelta(days=10),
        created_at=NOW,
        blocks=blocks or [],
    )
    session.add(found)
    session.flush()
    return found


def make_request(
    session: Session,
    round_: MatchmakingRound,
    sender: Participant,
    receiver: Participant,
    state: RequestState = RequestState.OPEN,
) -> Request:
    request = Request(
        round=round_, sender=sender, receiver=receiver, state=state, message="Shall we meet?", sent_at=NOW
    )
    session.add(request)
    session.flush()
    return request


def make_session(
    session: Session,
    event: Event,
    start: str = "2023-11-07 12:00",
    *,
    minutes: int = 60,
    attendees: list[Participant] | None = None,
    pavilion: Pavilion | None = None,
    kind: SessionKind = SessionKind.SEMINAR,
    delegation: Delegation | None = None,
) -> ProgrammeSession:
    found = ProgrammeSession(
        event_id=event.id,
        title=f"Session {next(numbers)}",
        kind=kind,
        starts_at=at(start),
        ends_at=at(start) + timedelta(minutes=minutes),
        pavilion=pavilion,
        delegation_id=delegation.id if delegation else None,
        changed_at=NOW,
    )
    found.attendances = [SessionAttendance(participant=person) for person in attendees or []]
    for member in delegation.members if delegation else []:
        if member.participant not in (attendees or []):
            found.attendances.append(SessionAttendance(participant=member.participant))
    session.add(found)
    session.flush()
    return found


def make_delegation(session: Session, event: Event, members: list[Participant]) -> Delegation:
    """The first member leads."""
    delegation = Delegation(
        event_id=event.id, name=f"Delegation {next(numbers)}", country="BG", leader=members[0]
    )
    delegation.members = [
        DelegationMember(participant=person, position=index) for index, person in enumerate(members)
    ]
    session.add(delegation)
    session.flush()
    return delegation


def make_plan(session: Session, round_: MatchmakingRound) -> Plan:
    plan = Plan(event_id=round_.event_id, round=round_, name=f"Plan {next(numbers)}", created_at=NOW)
    session.add(plan)
    session.flush()
    return plan


def make_meeting(
    session: Session,
    plan: Plan,
    slot: Slot,
    place: Place,
    participants: list[Participant],
    *,
    table_number: int = 1,
    kind: str = "B2B",
) -> Meeting:
    """A planned meeting. Raises IntegrityError when the schema refuses it."""
    meeting = Meeting(
        plan=plan,
        wish=f"wish-{next(numbers)}",
        slot=slot,
        place=place,
        table_number=table_number,
        kind=kind,
        changed_at=NOW,
    )
    meeting.attendances = [
        MeetingAttendance(participant=person, side=side) for side, person in enumerate(participants)
    ]
    session.add(meeting)
    session.flush()
    return meeting
