"""A thousand requests in a minute."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler import create_app
from scheduler.models import Request
from tests.conftest import Client
from tests.web.participant.scene import make_scene

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),  # the limit knows no database
    pytest.mark.usefixtures("still_clock"),
]


@pytest.mark.parametrize("count", [25, pytest.param(1000, marks=pytest.mark.slow)])
def test_thousand_requests_in_a_minute_are_stopped_and_others_are_not(
    session: Session, database_url: str, tmp_path: object, count: int
) -> None:
    app = create_app(
        {
            "INSTANCE": tmp_path,
            "DATABASE_URL": database_url,
            "MODE": "demonstration",
            "SECRET_KEY": "a secret of the tests",
            "TESTING": True,
            "WTF_CSRF_ENABLED": False,
        }
    )
    app.test_client_class = Client
    client = app.test_client()
    assert isinstance(client, Client)
    scene = make_scene(session, client)
    people = [scene.person() for _ in range(60)]
    other = scene.person()
    session.commit()
    paths = [scene.path(f"people/{person.public_id}/request") for person in people]
    second = app.test_client()
    assert isinstance(second, Client)
    assert other.user is not None
    second.sign_in(other.user)
    session.rollback()

    answers = [client.post(paths[number % 60], data={"message": "Buy now"}) for number in range(count)]

    codes = [answer.status_code for answer in answers]
    assert codes == [302] * 20 + [429] * (count - 20)
    assert all("too often in a short time" in answer.text for answer in answers if answer.status_code == 429)
    assert session.scalar(select(func.count()).select_from(Request)) == codes.count(302)
    session.rollback()
    assert second.post(paths[0], data={"message": "Hello"}).status_code == 302
