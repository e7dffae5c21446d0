"""A feed is read as long as who made it may read it, and ended by who made it, its leader, or an organiser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import ParticipantState, Role
from scheduler.models import Delegation, DelegationMember, EventRole, FeedToken, Participant, User
from scheduler.services.calendars.calendar_sync import refresh
from scheduler.services.calendars.feeds import create_feed
from tests.conftest import Client
from tests.factories import make_delegation, make_organiser, make_participant
from tests.services.scenes import Scene, published_scene


@pytest.fixture
def scene(session: Session) -> Scene:
    scene = published_scene(session, "expo")
    refresh(session, scene.event, mails=False)
    session.commit()
    return scene


@pytest.fixture
def delegation(session: Session, scene: Scene) -> Delegation:
    """Ana leads, Ivan travels along."""
    found = make_delegation(session, scene.event, [scene.ana, scene.ivan])
    session.commit()
    return found


def status(client: Client, token: str) -> int:
    return client.get(f"/feeds/{token}.ics").status_code


def test_joint_feed_of_a_removed_member_ends_and_those_of_others_go_on(
    client: Client, session: Session, scene: Scene, delegation: Delegation
) -> None:
    _feed, ivans = create_feed(session, delegation, scene.ivan.user)
    _feed, anas = create_feed(session, delegation, scene.ana.user)
    session.commit()
    assert [status(client, token) for token in (ivans, anas)] == [200, 200]
    session.execute(delete(DelegationMember).where(DelegationMember.participant_id == scene.ivan.id))
    session.commit()
    assert [status(client, token) for token in (ivans, anas)] == [404, 200]


def withdrawn(session: Session, scene: Scene, _user: User) -> None:
    scene.ana.state = ParticipantState.WITHDRAWN


def given_away(session: Session, scene: Scene, _user: User) -> None:
    scene.ana.user_id = None


@pytest.mark.parametrize("change", [withdrawn, given_away])
@pytest.mark.parametrize("joint", [False, True])
def test_feed_of_who_no_longer_takes_part_ends(
    client: Client,
    session: Session,
    scene: Scene,
    delegation: Delegation,
    change: Callable[[Session, Scene, User | None], None],
    joint: bool,
) -> None:
    _feed, token = create_feed(session, delegation if joint else scene.ana, scene.ana.user)
    session.commit()
    assert status(client, token) == 200
    change(session, scene, scene.ana.user)
    session.commit()
    assert status(client, token) == 404


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.CO_ORGANISER])
@pytest.mark.parametrize("subject", ["pavilion", "stand", "session", "delegation"])
def test_feed_that_an_organiser_made_ends_with_the_role(
    client: Client, session: Session, scene: Scene, delegation: Delegation, role: Role, subject: str
) -> None:
    from tests.factories import make_session

    user = make_organiser(session, scene.event, role)
    about = {
        "pavilion": scene.bavaria,
        "stand": scene.tables,
        "session": make_session(session, scene.event),
        "delegation": delegation,
    }[subject]
    _feed, token = create_feed(session, about, user)
    session.commit()
    assert status(client, token) == 200
    session.execute(delete(EventRole).where(EventRole.user_id == user.id))
    session.commit()
    assert status(client, token) == 404


def test_member_sees_and_ends_own_joint_feeds_only(
    client: Client, session: Session, scene: Scene, delegation: Delegation
) -> None:
    leaders, _token = create_feed(session, delegation, scene.ana.user)
    own, _token = create_feed(session, delegation, scene.ivan.user)
    session.commit()
    assert scene.ivan.user is not None
    assert scene.ana.user is not None
    client.sign_in(scene.ivan.user)
    base = f"/e/expo/delegation/{delegation.public_id}/calendar"
    page = client.get(base).text
    assert (own.public_id in page, leaders.public_id in page) == (True, False)
    for act in ("revoke", "replace"):
        assert client.post(f"{base}/{leaders.public_id}/{act}").status_code == 404
    assert client.post(f"{base}/{own.public_id}/revoke").status_code == 303
    own_again, _token = create_feed(session, delegation, scene.ivan.user)
    session.commit()
    client.sign_in(scene.ana.user)
    assert own_again.public_id in client.get(base).text
    assert client.post(f"{base}/{own_again.public_id}/revoke").status_code == 303
    alive = session.scalars(select(FeedToken.public_id).where(FeedToken.revoked_at.is_(None))).all()
    assert alive == [leaders.public_id]
    session.commit()


def test_co_organiser_reads_a_delegation_and_changes_nothing(
    client: Client, session: Session, scene: Scene, delegation: Delegation
) -> None:
    user = make_organiser(session, scene.event, Role.CO_ORGANISER)
    feed, _token = create_feed(session, delegation, scene.ana.user)
    session.commit()
    client.sign_in(user)
    base = f"/e/expo/delegation/{delegation.public_id}"
    page = client.get(f"{base}/calendar")
    assert (page.status_code, "Make an address" in page.text) == (200, False)
    for path in ("calendar", f"calendar/{feed.public_id}/revoke", "visits/new", "visits/x/remove"):
        assert client.post(f"{base}/{path}").status_code == 403
    assert client.get(f"{base}/visits").status_code == 200


def test_many_members_can_each_follow_the_delegation(
    session: Session, scene: Scene, delegation: Delegation
) -> None:
    members: list[Participant] = [make_participant(session, scene.event) for _ in range(15)]
    for member in members:
        create_feed(session, delegation, member.user)
    assert len(session.scalars(select(FeedToken)).all()) == 15
