from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.conftest import Client
from tests.web.participant.scene import Scene, make_scene


@pytest.fixture
def scene(session: Session, client: Client) -> Scene:
    return make_scene(session, client)
