"""Somebody who is registered twice, with one row in each column that points to participants."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from scheduler.domain.enums import (
    ChangeKind,
    Direction,
    FeedKind,
    InterestLevel,
    PlanState,
    WritingKind,
)
from scheduler.domain.messages import MessageKind
from scheduler.domain.wish_keys import wish_key
from scheduler.mail.outbox import preference_of, queue_for
from scheduler.models import (
    AgendaEntry,
    AgendaVersion,
    Announcement,
    AnnouncementReader,
    AuditEntry,
    BusyTime,
    CallAnswer,
    FeedToken,
    Interest,
    Meeting,
    MeetingChange,
    MeetingMemory,
    OpenCall,
    Participant,
    ParticipantTopic,
    PartnerWish,
    Picture,
    Recommendation,
    SessionInvitation,
    SessionWaiting,
    Topic,
    Unscheduled,
    User,
)
from scheduler.queries.people.merge_obstacles import Obstacle
from scheduler.services.people.answers import set_answer
from scheduler.services.people.person_merge import merge_people, preview_person_merge
from tests.factories import (
    NOW,
    at,
    make_block,
    make_delegation,
    make_event,
    make_meeting,
    make_organiser,
    make_participant,
    make_place,
    make_plan,
    make_question,
    make_request,
    make_round,
    make_session,
    type_of,
)


class Twice:
    """Ana, registered twice, at an event with a published plan and others to meet."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.event = make_event(session)
        self.nora: User = make_organiser(session, self.event)
        self.kept = make_participant(session, self.event, name="Ana Petrova")
        self.gone = make_participant(session, self.event, name="Ana Petrova")
        self.bo, self.cem = (make_participant(session, self.event, name=name) for name in ("Bo", "Cem"))
        self.block = make_block(session, self.event)
        self.round = make_round(session, self.event, blocks=[self.block])
        self.place = make_place(session, self.event)
        self.plan = make_plan(session, self.round)
        self.plan.state = PlanState.PUBLISHED
        session.flush()

    def merge(self, *from_gone: str) -> None:
        merge_people(self.session, self.event, self.kept, self.gone, from_gone, self.nora)

    def meet(self, slot: int, *people: Participant, plan: object = None, table: int = 1) -> Meeting:
        return make_meeting(
            self.session,
            plan or self.plan,  # type: ignore[arg-type]
            self.block.slots[slot],
            self.place,
            list(people),
            table_number=table,
        )

    def against(self) -> list[tuple[Obstacle, bool]]:
        found = preview_person_merge(self.session, self.event, self.kept, self.gone)
        return [(one.kind, one.begun) for one in found.meetings.against]


def everything_of(twice: Twice) -> None:
    """One row in each column that points to participants."""
    session, event, gone, bo, cem = twice.session, twice.event, twice.gone, twice.bo, twice.cem
    meeting = twice.meet(0, gone, bo)
    topic = Topic(event_id=event.id, code="t", label="Trams")
    call, other_call = (
        OpenCall(round_id=twice.round.id, author_id=who.id, title="Who?", created_at=NOW, changed_at=NOW)
        for who in (gone, bo)
    )
    talk, workshop = make_session(session, event, attendees=[gone]), make_session(session, event)
    make_delegation(session, event, [gone])
    make_request(session, twice.round, gone, bo)
    make_request(session, twice.round, bo, gone)
    third = make_request(session, twice.round, bo, cem)
    third.answered_by_id = third.proposed_id = gone.id
    preference_of(session, gone.id)
    question = make_question(session, event)
    set_answer(session, gone, question, str(question.choices[0].id), NOW)
    queue_for(session, gone, MessageKind.NEWS, {})
    announced = Announcement(event_id=event.id, kind=WritingKind.ANNOUNCEMENT, press="p", sent_at=NOW)
    session.add_all([topic, call, other_call, announced])
    session.flush()
    session.add_all(
        [
            AgendaEntry(
                event_id=event.id,
                participant_id=gone.id,
                uid="u",
                kind="meeting",
                status="confirmed",
                starts_at=NOW,
                ends_at=NOW + timedelta(hours=1),
                changed_at=NOW,
            ),
            AgendaVersion(participant_id=gone.id, version=7, changed_at=NOW),
            AuditEntry(event_id=event.id, at=NOW, action="person.change", on_behalf_of_id=gone.id),
            AnnouncementReader(announcement_id=announced.id, participant_id=gone.id),
            CallAnswer(call=other_call, participant=gone, sent_at=NOW),
            FeedToken(
                event_id=event.id,
                kind=FeedKind.PARTICIPANT,
                token_hash="x",
                participant_id=gone.id,
                made_by_id=gone.user_id,
                created_at=NOW,
            ),
            Interest(
                round_id=twice.round.id,
                from_id=gone.id,
                to_id=bo.id,
                level=InterestLevel.MUST,
                updated_at=NOW,
            ),
            Interest(
                round_id=twice.round.id,
                from_id=bo.id,
                to_id=gone.id,
                level=InterestLevel.MUST,
                updated_at=NOW,
            ),
            MeetingChange(
                meeting=meeting, participant=gone, kind=ChangeKind.CANCEL, reason="Late", created_at=NOW
            ),
            MeetingMemory(user_id=gone.user_id, uid=meeting.uid, participant_id=gone.id, updated_at=NOW),
            ParticipantTopic(participant_id=gone.id, topic_id=topic.id, direction=Direction.OFFERS),
            PartnerWish(participant_id=gone.id, type_id=type_of(session, event, "city").id),
            Picture(
                participant_id=gone.id,
                media_type="image/png",
                width=1,
                height=1,
                content=b"x",
                created_at=NOW,
            ),
            Recommendation(round_id=twice.round.id, participant_id=gone.id, ranked=[], made_at=NOW),
            SessionInvitation(session_id=talk.id, participant_id=gone.id),
            SessionWaiting(session_id=workshop.id, participant_id=gone.id, since=NOW),
            BusyTime(
                participant_id=gone.id, starts_at=at("2023-11-08 10:00"), ends_at=at("2023-11-08 11:00")
            ),
            Unscheduled(
                plan_id=twice.plan.id,
                wish=wish_key(gone.public_id, cem.public_id),
                kind="B2B",
                first_id=gone.id,
                second_id=cem.id,
                reason="no-common-slot",
            ),
            Unscheduled(
                plan_id=twice.plan.id, wish="w2", kind="B2B", first_id=cem.id, second_id=gone.id, reason="x"
            ),
        ]
    )
    session.flush()
