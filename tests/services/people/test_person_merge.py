"""A person who is registered twice becomes one participant: nothing that belonged to either is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from scheduler.database.references import references_to
from scheduler.domain.enums import (
    AnswerState,
    BusySource,
    Direction,
    InterestLevel,
    MeetingState,
    ParticipantState,
    RequestState,
    SessionRole,
)
from scheduler.domain.messages import MessageKind
from scheduler.domain.wish_keys import wish_key
from scheduler.errors import Conflict, Invalid
from scheduler.mail.outbox import preference_of
from scheduler.models import (
    AgendaEntry,
    AgendaVersion,
    AuditEntry,
    BusyTime,
    CallAnswer,
    DelegationMember,
    FeedToken,
    Interest,
    Meeting,
    MeetingAttendance,
    MeetingMemory,
    OpenCall,
    OutboxMessage,
    Participant,
    ParticipantTopic,
    PartnerWish,
    Recommendation,
    Request,
    SessionAttendance,
    Topic,
    Unscheduled,
)
from scheduler.queries.people.doubles import doubles_page, people_alike
from scheduler.queries.people.merge_obstacles import Obstacle
from scheduler.queries.people.questions import answers_of
from scheduler.services.calendars.stale_agendas import refresh_marked
from scheduler.services.people.answers import set_answer
from scheduler.services.people.person_merge import preview_person_merge
from scheduler.web.labels.references import SAID
from tests.factories import (
    NOW,
    at,
    make_delegation,
    make_event,
    make_organisation,
    make_participant,
    make_plan,
    make_question,
    make_request,
    type_of,
)
from tests.services.people.twice import Twice, everything_of

TABLE = cast(Table, Participant.__table__)


@pytest.fixture
def twice(session: Session) -> Twice:
    return Twice(session)


def pointing_at(session: Session, person_id: int) -> dict[str, int]:
    return {
        one.name: session.scalar(select(func.count()).select_from(one.table).where(one.column == person_id))
        or 0
        for one in references_to(TABLE)
    }


def test_all_that_points_to_the_one_who_goes_points_to_the_one_who_stays(twice: Twice) -> None:
    everything_of(twice)
    session, number, account = twice.session, twice.gone.id, twice.gone.user_id
    before = pointing_at(session, number)
    # A column that will point to participants has to be filled above, and worded for the preview.
    assert {name for name, count in before.items() if not count} == set()
    assert set(before) <= SAID.keys()
    twice.merge()
    after = pointing_at(session, twice.kept.id)
    assert set(pointing_at(session, number).values()) == {0}
    assert {name: after[name] for name in before} == before
    assert session.get(Participant, number) is None
    assert session.scalars(select(AgendaVersion.version)).one() == 8
    assert session.scalars(select(Unscheduled.wish).order_by(Unscheduled.id)).first() == wish_key(
        twice.kept.public_id, twice.cem.public_id
    )
    # What the other account opened and wrote is its own.
    assert session.scalars(select(FeedToken)).one().revoked_at is not None
    assert session.scalars(select(MeetingMemory.user_id)).one() == account
    letters = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    assert [(letter.kind, letter.to_address == twice.kept.email) for letter in letters] == [
        (MessageKind.NEWS, True),
        (MessageKind.NOTE, False),
    ]
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "person.merge")).one()
    assert (entry.user_id, entry.detail["after"]) == (twice.nora.id, twice.kept.email)


def test_answers_move_with_their_choices_and_the_own_ones_stay(twice: Twice) -> None:
    session, event, kept, gone = twice.session, twice.event, twice.kept, twice.gone
    both, one = make_question(session, event), make_question(session, event)
    for person, question, number in ((kept, both, 0), (gone, both, 1), (gone, one, 1)):
        set_answer(session, person, question, str(question.choices[number].id), NOW)
    twice.merge()
    found = answers_of(session, kept.id)
    assert {key: answer.choices for key, answer in found.items()} == {
        both.id: {both.choices[0].id},
        one.id: {one.choices[1].id},
    }


def test_everything_doubled_is_there_once(twice: Twice) -> None:
    """Both have every row, so that each unique key is met."""
    everything_of(twice)
    session, event, kept, bo = twice.session, twice.event, twice.kept, twice.bo
    talk = session.scalars(select(SessionAttendance.session_id)).one()
    topic = session.scalars(select(Topic)).one()
    session.add_all(
        [
            ParticipantTopic(participant_id=kept.id, topic_id=topic.id, direction=Direction.OFFERS),
            PartnerWish(participant_id=kept.id, type_id=type_of(session, event, "city").id),
            AgendaVersion(participant_id=kept.id, version=3, changed_at=NOW),
            Recommendation(round_id=twice.round.id, participant_id=kept.id, ranked=[], made_at=NOW),
            SessionAttendance(session_id=talk, participant_id=kept.id, role=SessionRole.SPEAKER),
            BusyTime(
                participant_id=kept.id, starts_at=at("2023-11-08 10:00"), ends_at=at("2023-11-08 11:00")
            ),
            Interest(
                round_id=twice.round.id,
                from_id=kept.id,
                to_id=bo.id,
                level=InterestLevel.LIKE,
                updated_at=NOW + timedelta(days=1),
            ),
            Interest(
                round_id=twice.round.id,
                from_id=kept.id,
                to_id=twice.gone.id,
                level=InterestLevel.LIKE,
                updated_at=NOW,
            ),
        ]
    )
    make_request(session, twice.round, kept, bo, RequestState.DECLINED)
    make_request(session, twice.round, kept, twice.gone)
    call = session.scalars(select(OpenCall).where(OpenCall.author_id == bo.id)).one()
    session.add(CallAnswer(call=call, participant=kept, sent_at=NOW, state=AnswerState.TAKEN))
    preference_of(session, kept.id)
    session.flush()
    twice.merge()
    levels = session.scalars(select(Interest.level).where(Interest.from_id == kept.id)).all()
    assert levels == [InterestLevel.LIKE]
    states = session.scalars(select(Request.state).where(Request.from_id == kept.id)).all()
    assert states == [RequestState.OPEN]
    assert session.scalars(select(CallAnswer.state)).all() == [AnswerState.TAKEN]
    assert session.scalars(select(SessionAttendance.role)).all() == [SessionRole.SPEAKER]
    assert session.scalars(select(BusyTime.source)).all() == [BusySource.OWN]
    assert session.scalars(select(AgendaVersion.version)).all() == [8]


def test_of_what_differs_the_chosen_stays_and_what_was_empty_is_taken_over(twice: Twice) -> None:
    kept, gone = twice.kept, twice.gone
    kept.job_title, gone.job_title, gone.offers_text, gone.max_meetings = "Head", "Director", "Trams", 5
    gone.organisation.name = "Sofia"
    kept.state, kept.came_in_at = ParticipantState.INVITED, None
    twice.session.flush()
    found = preview_person_merge(twice.session, twice.event, kept, gone)
    assert {one.field for one in found.differing} == {"job_title", "organisation"}
    address = kept.email
    twice.merge("job_title", "organisation", "nonsense")
    assert (kept.job_title, kept.organisation.name, kept.offers_text) == ("Director", "Sofia", "Trams")
    assert (kept.email, kept.max_meetings, kept.state) == (address, 5, ParticipantState.ACTIVE)
    assert kept.came_in_at == NOW


def test_meetings_at_one_time_are_refused_until_one_is_called_off(twice: Twice) -> None:
    twice.meet(0, twice.kept, twice.bo)
    other = twice.meet(0, twice.gone, twice.cem, table=2)
    assert twice.against() == [(Obstacle.SAME_TIME, False)]
    with pytest.raises(Conflict, match="what stands against it"):
        twice.merge()
    other.state = MeetingState.CANCELLED
    twice.session.flush()
    twice.merge()
    attended = twice.session.scalars(
        select(MeetingAttendance.meeting_id).where(MeetingAttendance.participant_id == twice.kept.id)
    )
    assert len(attended.all()) == 2


def test_those_who_met_each_other_are_two_people(twice: Twice) -> None:
    meeting = twice.meet(0, twice.kept, twice.gone)
    assert twice.against() == [(Obstacle.EACH_OTHER, False)]
    meeting.state = MeetingState.CANCELLED
    twice.session.flush()
    twice.merge()
    assert twice.session.scalar(select(func.count(Meeting.id))) == 0


def test_two_meetings_with_one_partner_are_refused_ahead_and_stay_when_held(twice: Twice) -> None:
    pair = twice.meet(0, twice.kept, twice.bo), twice.meet(1, twice.gone, twice.bo)
    for meeting, who in zip(pair, (twice.kept, twice.gone), strict=True):
        meeting.wish = wish_key(who.public_id, twice.bo.public_id)
    twice.session.flush()
    assert twice.against() == [(Obstacle.TWICE, False)]
    twice.event.clock_shift -= 30 * 86400
    twice.session.flush()
    assert twice.against() == []
    twice.merge()
    held = twice.session.scalars(
        select(MeetingAttendance.meeting_id).where(MeetingAttendance.participant_id == twice.kept.id)
    ).all()
    assert sorted(held) == sorted(meeting.id for meeting in pair)


def test_a_draft_leaves_out_what_one_person_cannot_attend_and_a_group_meets_once(twice: Twice) -> None:
    draft = make_plan(twice.session, twice.round)
    mine = twice.meet(0, twice.kept, twice.bo, plan=draft)
    twice.meet(0, twice.gone, twice.cem, plan=draft, table=2)
    group = twice.meet(1, twice.kept, twice.gone, twice.bo)
    found = preview_person_merge(twice.session, twice.event, twice.kept, twice.gone).meetings
    assert (found.against, len(found.dropped), found.shared) == ((), 1, (group.id,))
    twice.merge()
    rows = twice.session.execute(
        select(MeetingAttendance.meeting_id, MeetingAttendance.participant_id).order_by(
            MeetingAttendance.meeting_id, MeetingAttendance.participant_id
        )
    ).all()
    kept, bo = twice.kept.id, twice.bo.id
    assert [tuple(row) for row in rows] == [(mine.id, kept), (mine.id, bo), (group.id, kept), (group.id, bo)]


def test_who_leads_a_delegation_travels_with_it_and_nobody_leads_two(twice: Twice) -> None:
    led = make_delegation(twice.session, twice.event, [twice.gone])
    other = make_delegation(twice.session, twice.event, [twice.bo, twice.kept])
    found = preview_person_merge(twice.session, twice.event, twice.kept, twice.gone)
    assert (found.leads, found.delegation) == ((), other.name)
    twice.merge()
    twice.session.refresh(led)
    assert led.leader_id == twice.kept.id
    member = select(DelegationMember.delegation_id).where(DelegationMember.participant_id == twice.kept.id)
    assert twice.session.scalars(member).all() == [led.id]
    second = make_participant(twice.session, twice.event)
    make_delegation(twice.session, twice.event, [second])
    found = preview_person_merge(twice.session, twice.event, twice.kept, second)
    assert (len(found.leads), found.refused) == (2, True)


def test_agendas_of_partners_show_the_one_who_stays(twice: Twice) -> None:
    twice.meet(0, twice.gone, twice.bo)
    kept = twice.kept.public_id
    twice.merge()
    assert refresh_marked(twice.session) == 1
    entry = twice.session.scalars(select(AgendaEntry).where(AgendaEntry.participant_id == twice.bo.id)).one()
    assert kept in str(entry.partners)


def test_one_cannot_be_merged_with_oneself_nor_into_one_who_has_left(twice: Twice) -> None:
    with pytest.raises(Invalid):
        preview_person_merge(twice.session, twice.event, twice.kept, twice.kept)
    twice.kept.state = ParticipantState.WITHDRAWN
    twice.session.flush()
    with pytest.raises(Conflict, match="has left"):
        twice.merge()


def test_of_two_who_merge_at_once_the_second_is_told(twice: Twice) -> None:
    twice.merge()
    with pytest.raises(Conflict, match="somebody else"):
        twice.merge()


def test_candidates_have_one_name_at_organisations_alike_or_one_account(session: Session) -> None:
    event = make_event(session)
    acme, same = make_organisation(session, event, "Acme"), make_organisation(session, event, "Acme S.L.")
    one = make_participant(session, event, name="José Àlvarez", organisation=acme)
    two = make_participant(session, event, name="Alvarez José", organisation=same)
    make_participant(session, event, name="José Àlvarez")
    left = make_participant(session, event, name="José Àlvarez", organisation=acme)
    left.state = ParticipantState.WITHDRAWN
    three, four = make_participant(session, event, name="Xi"), make_participant(session, event, name="Yu")
    four.user = three.user
    session.flush()
    groups = {frozenset(group) for group in people_alike(session, event.id)}
    assert groups == {frozenset((one.id, two.id)), frozenset((three.id, four.id))}
    assert doubles_page(session, event.id, 9).count == 2
