"""What one keeps of a meeting."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from scheduler.errors import Invalid, NotFound
from scheduler.services.memories import keep_memory
from tests.factories import NOW
from tests.services.scenes import published_scene


def test_later_word_wins_and_silence_changes_nothing(session: Session) -> None:
    scene = published_scene(session)
    uid = scene.meetings[0].uid
    keep_memory(session, scene.ana, uid, at=NOW, held=True, note="Call her in May")
    found = keep_memory(session, scene.ana, uid, at=NOW + timedelta(minutes=5), rating=4)
    assert (found.held, found.rating, found.note) == (True, 4, "Call her in May")
    late = keep_memory(session, scene.ana, uid, at=NOW + timedelta(minutes=1), rating=1, note="old")
    assert (late.rating, late.note) == (4, "Call her in May")


def test_meeting_of_others_and_unusable_values_are_refused(session: Session, app: Flask) -> None:
    scene = published_scene(session)
    uid = scene.meetings[0].uid
    with app.test_request_context(), pytest.raises(NotFound):
        keep_memory(session, scene.ivan, uid, at=NOW, held=True)
    for wrong in ({"rating": 6}, {"rating": 0}, {"note": "x" * 4001}, {"follow_up": "x" * 501}):
        with app.test_request_context(), pytest.raises(Invalid):
            keep_memory(session, scene.ana, uid, at=NOW, **wrong)
