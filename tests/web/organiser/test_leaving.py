"""The organiser withdraws somebody: from when on is asked, and the answer says what was done."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from scheduler.domain.enums import MeetingState, ParticipantState
from scheduler.services.calendars.calendar_sync import refresh
from tests.conftest import Client
from tests.factories import at, make_organiser
from tests.services.scenes import Scene, published_scene, set_clock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def scene(session: Session, client: Client) -> Scene:
    """It is 10:22: Ana's meeting of 10:00 is over, that of 10:25 is ahead."""
    scene = published_scene(session)
    set_clock(scene.event, "2023-11-07 10:22")
    refresh(session, scene.event, mails=False)
    user = make_organiser(session, scene.event)
    session.commit()
    client.sign_in(user)
    return scene


def _page(scene: Scene) -> str:
    return f"/e/{scene.event.slug}/organise/people/{scene.ana.public_id}/"


def test_page_asks_from_when_and_says_what_is_ahead_and_what_stays(client: Client, scene: Scene) -> None:
    text = client.get(_page(scene)).text
    assert "From when on?" in text
    assert "1 published meeting is ahead" in text
    assert "1 meeting has begun or is over: it stays." in text
    assert 'value="2023-11-07T10:22"' in text


@pytest.mark.parametrize("since", ["all", "now"])
def test_at_once(session: Session, client: Client, scene: Scene, since: str) -> None:
    page = _page(scene)
    answer = client.post(f"{page}withdraw", data={"since": since}, follow_redirects=True)
    assert "Ana has left. 1 meeting ahead is cancelled. 1 that has begun stays." in answer.text
    session.expire_all()
    assert scene.ana.state is ParticipantState.WITHDRAWN
    assert [meeting.state for meeting in scene.meetings] == [MeetingState.PLANNED, MeetingState.CANCELLED]


def test_from_a_time_on(session: Session, client: Client, scene: Scene) -> None:
    page = _page(scene)
    fields = {"since": "later", "at": "2023-11-07T11:00"}
    answer = client.post(f"{page}withdraw", data=fields, follow_redirects=True)
    assert "Ana leaves on Tue 7 Nov, 11:00. 0 meetings ahead are cancelled." in answer.text
    assert "Leaves on Tue 7 Nov, 11:00" in answer.text
    session.expire_all()
    assert scene.ana.leaves_at == at("2023-11-07 11:00")
    assert "takes part again" in client.post(f"{page}take-back", follow_redirects=True).text
    session.expire_all()
    assert scene.ana.leaves_at is None


@pytest.mark.parametrize(
    ("entered", "sentence"),
    [
        ({"since": "later", "at": ""}, "Enter the day and the time"),
        ({"since": "later", "at": "soon"}, "Enter the day and the time"),
        ({"since": "later", "at": "2023-12-24T10:00"}, "The event is over by then"),
        ({"since": "perhaps"}, "Say from when on."),
    ],
)
def test_time_that_can_not_be_used_is_refused_and_changes_nothing(
    session: Session, client: Client, scene: Scene, entered: dict[str, str], sentence: str
) -> None:
    answer = client.post(f"{_page(scene)}withdraw", data=entered)
    assert answer.status_code == 422
    assert sentence in answer.text
    session.expire_all()
    assert scene.ana.state is ParticipantState.ACTIVE
    assert scene.meetings[1].state is MeetingState.PLANNED
