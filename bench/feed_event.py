"""The event of the feeds' benchmark: people and meetings in the wanted number, and a second plan that moves some."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from scheduler.domain.enums import FeedKind, ParticipantState, PlaceKind, RoundState
from scheduler.domain.tokens import hash_token
from scheduler.models import (
    Event,
    EventDay,
    FeedToken,
    MatchmakingRound,
    Meeting,
    MeetingAttendance,
    MeetingBlock,
    Organisation,
    Participant,
    ParticipantType,
    Pavilion,
    Place,
    Plan,
    Slot,
    User,
)

NOW = datetime.now(UTC).replace(microsecond=0)
SLOTS = 20
DAYS = 3
TOKENS = 2000


def build(session: Session, participants: int, meetings: int) -> tuple[Event, Plan]:
    """An event with a draft plan in which nobody has two meetings at once."""
    first = (NOW + timedelta(days=1)).replace(hour=8, minute=0, second=0)
    event = Event(slug="bench", name="Bench", timezone="Europe/Madrid", created_at=NOW)
    event.days = [
        EventDay(date=(first + timedelta(days=day)).date(), label=f"Day {day + 1}") for day in range(DAYS)
    ]
    session.add(event)
    session.flush()
    kind = ParticipantType(event_id=event.id, code="any", name="Any")
    pavilions = [Pavilion(event_id=event.id, name=f"Pavilion {number}") for number in range(24)]
    organisations = [
        Organisation(event_id=event.id, name=f"Organisation {number}")
        for number in range(max(2, participants // 3))
    ]
    session.add_all([kind, *pavilions, *organisations])
    session.flush()
    places = [
        Place(
            event_id=event.id, pavilion=pavilion, kind=PlaceKind.TABLES, name=f"table {part} -", capacity=1000
        )
        for pavilion in pavilions
        for part in range(2)
    ]
    session.add_all(places)
    slots: list[Slot] = []
    blocks = []
    for day in range(DAYS):
        start = first + timedelta(days=day)
        block = MeetingBlock(
            event_id=event.id,
            name=f"Day {day + 1}",
            day=start.date(),
            starts_at=start,
            ends_at=start + timedelta(minutes=30 * SLOTS),
            slot_minutes=25,
            pause_minutes=5,
        )
        for number in range(SLOTS):
            begins = start + timedelta(minutes=30 * number)
            block.slots.append(
                Slot(
                    event_id=event.id,
                    day=block.day,
                    starts_at=begins,
                    ends_at=begins + timedelta(minutes=25),
                    first_tick=int(begins.timestamp()) // 300,
                    tick_count=5,
                )
            )
        session.add(block)
        blocks.append(block)
        slots += block.slots
    session.flush()
    round_ = MatchmakingRound(
        event_id=event.id,
        name="Round",
        state=RoundState.CLOSED,
        opens_at=NOW - timedelta(days=9),
        closes_at=NOW - timedelta(days=1),
        created_at=NOW,
        blocks=blocks,
    )
    plan = Plan(event_id=event.id, round=round_, name="Plan", created_at=NOW)
    session.add_all([round_, plan])
    session.flush()
    session.execute(
        insert(Participant),
        [
            {
                "event_id": event.id,
                "organisation_id": organisations[number % len(organisations)].id,
                "type_id": kind.id,
                "name": f"Person {number}",
                "email": f"p{number}@example.org",
                "state": ParticipantState.ACTIVE,
                "came_in_at": NOW,
                "created_at": NOW,
                "updated_at": NOW,
            }
            for number in range(participants)
        ],
    )
    people = list(session.scalars(select(Participant.id).order_by(Participant.id)))
    _meet(session, plan, people, slots, places, meetings)
    return event, plan


def _meet(
    session: Session, plan: Plan, people: list[int], slots: list[Slot], places: list[Place], meetings: int
) -> None:
    chance = random.Random(7)
    rows: list[dict[str, object]] = []
    pairs: list[tuple[int, int]] = []
    each = -(-meetings // len(slots))
    for slot in slots:
        chosen = chance.sample(people, min(2 * min(each, meetings - len(rows)), len(people) // 2 * 2))
        for number in range(len(chosen) // 2):
            pairs.append((chosen[2 * number], chosen[2 * number + 1]))
            rows.append(
                {
                    "plan_id": plan.id,
                    "wish": f"w{len(rows)}",
                    "slot_id": slot.id,
                    "place_id": places[number % len(places)].id,
                    "table_number": number // len(places) + 1,
                    "kind": "B2B",
                    "changed_at": NOW,
                }
            )
    session.execute(insert(Meeting), rows)
    made = {
        row.wish: (row.id, row.slot_id)
        for row in session.execute(select(Meeting.wish, Meeting.id, Meeting.slot_id))
    }
    session.execute(
        insert(MeetingAttendance),
        [
            {
                "meeting_id": made[f"w{number}"][0],
                "participant_id": person,
                "plan_id": plan.id,
                "slot_id": made[f"w{number}"][1],
                "side": side,
            }
            for number, pair in enumerate(pairs)
            for side, person in enumerate(pair)
        ],
    )
    session.flush()


def changed_plan(session: Session, event: Event, plan: Plan) -> Plan:
    """A copy of a plan in which everybody has a meeting at another place, and most others stay where they were."""
    other = Plan(event_id=event.id, round_id=plan.round_id, name="Plan 2", created_at=NOW)
    session.add(other)
    session.flush()
    places = list(session.scalars(select(Place.id).where(Place.event_id == event.id).order_by(Place.id)))
    following = {place: places[(index + 2) % len(places)] for index, place in enumerate(places)}
    columns = (
        Meeting.id,
        Meeting.uid,
        Meeting.wish,
        Meeting.slot_id,
        Meeting.place_id,
        Meeting.table_number,
    )
    old = session.execute(select(*columns).where(Meeting.plan_id == plan.id)).all()
    attended = session.execute(
        select(MeetingAttendance.meeting_id, MeetingAttendance.participant_id, MeetingAttendance.side).where(
            MeetingAttendance.plan_id == plan.id
        )
    ).all()
    moved = _enough_for_everybody(attended)
    session.execute(
        insert(Meeting),
        [
            {
                "uid": row.uid,
                "plan_id": other.id,
                "wish": row.wish,
                "slot_id": row.slot_id,
                "place_id": following[row.place_id] if row.id in moved else row.place_id,
                "table_number": row.table_number + (500 if row.id in moved else 0),
                "kind": "B2B",
                "changed_at": NOW,
            }
            for row in old
        ],
    )
    new = {
        row.wish: row.id
        for row in session.execute(select(Meeting.wish, Meeting.id).where(Meeting.plan_id == other.id))
    }
    wishes = {row.id: (row.wish, row.slot_id) for row in old}
    session.execute(
        insert(MeetingAttendance),
        [
            {
                "meeting_id": new[wishes[row.meeting_id][0]],
                "participant_id": row.participant_id,
                "plan_id": other.id,
                "slot_id": wishes[row.meeting_id][1],
                "side": row.side,
            }
            for row in attended
        ],
    )
    session.flush()
    return other


def _enough_for_everybody(attended: Sequence[Row[int, int, int]]) -> set[int]:
    """Meetings in which everybody who has one has at least one."""
    people: dict[int, list[int]] = defaultdict(list)
    for meeting, person, _side in attended:
        people[meeting].append(person)
    chosen: set[int] = set()
    reached: set[int] = set()
    for most in (2, 1):
        for meeting, present in people.items():
            if sum(person not in reached for person in present) >= most:
                chosen.add(meeting)
                reached.update(present)
    return chosen


def make_tokens(session: Session, event: Event) -> list[str]:
    """The secrets of the feeds of some people, each of whom has an account: a feed is its reader's."""
    people = list(
        session.scalars(
            select(Participant.id).where(Participant.event_id == event.id).order_by(Participant.id)
        )
    )
    chosen = random.Random(3).sample(people, min(TOKENS, len(people)))
    tokens = [f"bench-token-{key}" for key in chosen]
    readers = [User(email=f"p{key}@example.org", created_at=NOW) for key in chosen]
    session.add_all(readers)
    session.flush()
    session.execute(
        update(Participant),
        [{"id": key, "user_id": reader.id} for key, reader in zip(chosen, readers, strict=True)],
    )
    session.execute(
        insert(FeedToken),
        [
            {
                "event_id": event.id,
                "kind": FeedKind.PARTICIPANT,
                "token_hash": hash_token(token),
                "participant_id": key,
                "made_by_id": reader.id,
                "created_at": NOW,
            }
            for token, key, reader in zip(tokens, chosen, readers, strict=True)
        ],
    )
    session.commit()
    return tokens
