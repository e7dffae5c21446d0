"""What one keeps of a meeting."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from scheduler.errors import Invalid, NotFound
from scheduler.services.meetings.meeting_notes import keep_memory
from tests.factories import NOW
from tests.services.scenes import published_scene


def test_later_word_wins_and_silence_changes_nothing(session: Session) -> None:
    scene = published_scene(session)
    uid = scene.meetings[0].uid
    keep_memory(session, scene.ana, uid, at=NOW, held=True, note="Call her in May")
    found = keep_memory(session, scene.ana, uid, at=NOW + timedelta(minutes=5), rating=4).memory
    assert (found.held, found.rating, found.note) == (True, 4, "Call her in May")
    late = keep_memory(session, scene.ana, uid, at=NOW + timedelta(minutes=1), rating=1, held=False)
    assert (late.memory.rating, late.memory.held, late.late) == (4, False, ("rating",))


def test_each_part_has_its_own_time_and_the_same_said_again_does_not_count(session: Session) -> None:
    scene = published_scene(session)
    uid = scene.meetings[0].uid
    keep_memory(session, scene.ana, uid, at=NOW, note="first")
    keep_memory(session, scene.ana, uid, at=NOW + timedelta(minutes=9), note="first", rating=2)
    kept = keep_memory(session, scene.ana, uid, at=NOW + timedelta(minutes=5), note="from the phone")
    assert (kept.memory.note, kept.memory.rating, kept.late) == ("from the phone", 2, ())
    older = keep_memory(session, scene.ana, uid, at=NOW + timedelta(minutes=3), note="older")
    assert (older.memory.note, older.late) == ("from the phone", ("note",))


def test_meeting_of_others_and_unusable_values_are_refused(session: Session, app: Flask) -> None:
    scene = published_scene(session)
    uid = scene.meetings[0].uid
    with app.test_request_context(), pytest.raises(NotFound):
        keep_memory(session, scene.ivan, uid, at=NOW, held=True)
    for wrong in ({"rating": 6}, {"rating": 0}, {"note": "x" * 4001}, {"follow_up": "x" * 501}):
        with app.test_request_context(), pytest.raises(Invalid):
            keep_memory(session, scene.ana, uid, at=NOW, **wrong)
