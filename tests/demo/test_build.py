"""The demonstration: built once per database, safe to build again, of any size, the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session, aliased

from scheduler.demo.build import build
from scheduler.demo.command import make_demo
from scheduler.demo.links import make_links
from scheduler.demo.source import read_source
from scheduler.domain.enums import ParticipantState, RequestState, RoundState, SessionRole
from scheduler.errors import Invalid
from scheduler.extensions import db
from scheduler.models import (
    Base,
    BusyTime,
    Delegation,
    Event,
    Interest,
    MatchmakingRound,
    MatrixRule,
    OpenCall,
    Organisation,
    Participant,
    ProgrammeSession,
    Request,
    SessionAttendance,
    SignInLink,
)
from scheduler.queries.requests.recommendations import event_facts
from scheduler.services.requests.ranked_lists import rank_round

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What is built is the same on every database; that it can be inserted is tried on both."""


@pytest.fixture(scope="module")
def built() -> Iterator[Session]:
    """The demonstration at its usual size, to be read only."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        build(session)
        yield session


def count(session: Session, model: type, *conditions: object) -> int:
    return session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0  # type: ignore[arg-type]


def test_build_makes_the_event_and_a_second_time_only_sets_its_clock(session: Session) -> None:
    first = build(session)
    session.commit()
    people, requests = count(session, Participant), count(session, Request)
    first.event.clock_shift = 0
    again = build(session)
    assert first.made
    assert not again.made
    assert again.event.id == first.event.id
    assert again.event.now().astimezone(again.event.zone).isoformat(timespec="minutes") == (
        "2023-11-07T09:50+01:00"
    )
    assert (count(session, Participant), count(session, Request)) == (people, requests)
    assert people == 300


def test_build_looks_like_life(built: Session) -> None:
    session = built
    event = session.scalars(select(Event)).one()
    rounds = list(session.scalars(select(MatchmakingRound).order_by(MatchmakingRound.opens_at)))
    assert [row.state for row in rounds] == [RoundState.CLOSED, RoundState.OPEN]
    assert rounds[1].opens_at < event.now() < rounds[1].closes_at

    past = Request.round_id == rounds[0].id
    assert count(session, Request, past, Request.state == RequestState.OPEN) == 0
    for state in (RequestState.ACCEPTED, RequestState.DECLINED, RequestState.EXPIRED, RequestState.WITHDRAWN):
        assert count(session, Request, past, Request.state == state) > 0
    assert count(session, Request, Request.round_id == rounds[1].id, Request.state == RequestState.OPEN) > 50
    assert count(session, Request, Request.sent_at > event.now()) == 0

    asked = session.scalars(
        select(func.count()).where(past).group_by(Request.to_id).order_by(func.count().desc())
    ).all()
    assert asked[0] > 15
    assert len(asked) < count(session, Participant)

    back = aliased(Interest)
    mutual = session.scalar(
        select(func.count())
        .select_from(Interest)
        .join(back, (back.from_id == Interest.to_id) & (back.to_id == Interest.from_id))
    )
    assert 0 < (mutual or 0) < count(session, Interest)
    assert count(session, BusyTime) > 100
    assert count(session, SessionAttendance, SessionAttendance.role == SessionRole.SPEAKER) > 3
    assert count(session, Participant, Participant.brought_by_id.is_not(None)) > 20
    names = set(session.scalars(select(Delegation.name)))
    assert len(names) == 4
    assert "Cluster Sofia Knowledge City" in names


def test_build_keeps_to_the_matching_matrix_and_away_from_colleagues(built: Session) -> None:
    one, other = aliased(Participant), aliased(Participant)
    pairs = built.execute(
        select(one.organisation_id, other.organisation_id, MatrixRule.id, other.state)
        .select_from(Request)
        .join(one, one.id == Request.from_id)
        .join(other, other.id == Request.to_id)
        .outerjoin(
            MatrixRule,
            (MatrixRule.from_type_id == one.type_id) & (MatrixRule.to_type_id == other.type_id),
        )
    ).all()
    assert len(pairs) > 1000
    assert all(
        mine != theirs and rule is not None and state is not ParticipantState.WITHDRAWN
        for mine, theirs, rule, state in pairs
    )


def test_build_puts_nobody_into_two_sessions_at_once(built: Session) -> None:
    one, other = aliased(ProgrammeSession), aliased(ProgrammeSession)
    mine, yours = aliased(SessionAttendance), aliased(SessionAttendance)
    clashes = built.scalar(
        select(func.count())
        .select_from(mine)
        .join(yours, (yours.participant_id == mine.participant_id) & (yours.session_id > mine.session_id))
        .join(one, one.id == mine.session_id)
        .join(other, other.id == yours.session_id)
        .where(one.starts_at < other.ends_at, other.starts_at < one.ends_at)
    )
    assert clashes == 0


@sqlite_only
def test_build_with_the_same_seed_makes_the_same_people(session: Session) -> None:
    build(session, 60)
    first = list(session.execute(select(Participant.name, Participant.email).order_by(Participant.id)).all())
    session.rollback()
    build(session, 60)
    assert (
        list(session.execute(select(Participant.name, Participant.email).order_by(Participant.id)).all())
        == first
    )


@sqlite_only
def test_build_of_another_size_is_another_event(session: Session) -> None:
    build(session, 40)
    large = build(session, 700)
    assert large.event.slug == "barcelona-2023-700"
    assert count(session, Participant, Participant.event_id == large.event.id) == 700
    assert count(session, Event) == 2
    assert count(session, Delegation, Delegation.event_id == large.event.id) > 4
    assert {link.role for link in make_links(session, large.event)} == {
        "organiser",
        "co-organiser",
        "leader",
        "participant",
    }


def test_sources_name_only_what_exists() -> None:
    source = read_source()
    pavilions = {pavilion.code for pavilion in source.pavilions}
    organisations = {facts.name for facts in source.organisations}
    delegations = {facts.code for facts in source.delegations}
    assert {facts.pavilion for facts in source.sessions} <= pavilions
    assert {facts.stand for facts in source.organisations} - {""} <= pavilions
    assert {facts.delegation for facts in source.organisations} - {""} == delegations
    assert {facts.brought_by for facts in source.organisations} - {""} <= organisations
    assert {who for facts in source.sessions for who in facts.who} - {"partners"} <= delegations
    assert {name for facts in source.sessions for name in facts.speakers} <= organisations
    assert {block.round for block in source.blocks} == {facts.code for facts in source.rounds}


@sqlite_only
def test_command_prints_a_link_for_each_role_that_signs_in(app: Flask) -> None:
    said: list[str] = []
    links = make_demo(app, participants=60, plan=False, say=said.append)
    assert [link.role for link in links] == ["organiser", "co-organiser", "leader", "participant"]
    for link in links:
        client = app.test_client()
        page = client.post(f"/account/sign-in/{link.token}")
        assert page.status_code == 302
        assert client.get(link.path, follow_redirects=True).status_code == 200
        assert any(link.token in line for line in said)


@sqlite_only
def test_command_run_again_replaces_unused_links_and_harms_nothing(app: Flask) -> None:
    make_demo(app, participants=40, plan=False, say=lambda _line: None)
    links = make_demo(app, participants=40, plan=False, say=lambda _line: None)
    with db.new_session(app.config["DATABASE_URL"]) as session:
        assert count(session, SignInLink) == len(links)
        assert count(session, Event) == 1


@sqlite_only
def test_command_refuses_a_size_that_makes_no_sense(app: Flask) -> None:
    with pytest.raises(Invalid, match="between 20 and 200,000"):
        make_demo(app, participants=3, say=lambda _line: None)


def test_open_calls_have_answers_and_obey_the_matrix(built: Session) -> None:
    calls = built.scalars(select(OpenCall)).all()
    answers = [(call.author, answer.participant) for call in calls for answer in call.answers]
    allowed = {(rule.from_type_id, rule.to_type_id) for rule in built.scalars(select(MatrixRule))}
    assert len(calls) == 8
    assert len(answers) >= 14
    assert all((person.type_id, author.type_id) in allowed for author, person in answers)
    assert all(person.organisation_id != author.organisation_id for author, person in answers)
    assert all(answer.sent_at > call.created_at for call in calls for answer in call.answers)


def test_investors_stand_in_some_lists(built: Session) -> None:
    facts = event_facts(built, built.scalars(select(Event.id)).one())
    kinds = {person.id: person.type for person in facts.people}
    shown = [
        kinds[other]
        for person, ranked in rank_round(facts).lists
        for other, _ in ranked[:12]
        if kinds[person] != "investor"
    ]
    assert shown.count("investor") >= 10


def test_sizes_are_said_of_cities_and_of_invented_companies_alone(built: Session) -> None:
    source = read_source()
    invented = {facts.name for facts in source.organisations if facts.invented}
    rows = built.scalars(select(Organisation)).all()
    assert all(row.name in invented for row in rows if row.employees is not None)
    assert sum(row.employees is not None for row in rows) > 40
    assert sum(row.inhabitants is not None for row in rows) >= 20
