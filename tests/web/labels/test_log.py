"""The log says people, times and places, never keys of rows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from scheduler.services.meetings import meetings
from scheduler.web.labels.acts import ACTS
from scheduler.web.labels.log import facts_of
from tests.conftest import Client
from tests.factories import (
    make_block,
    make_event,
    make_meeting,
    make_organiser,
    make_participant,
    make_pavilion,
    make_place,
    make_plan,
    make_round,
)

SOURCE = Path(__file__).parents[3] / "scheduler"
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@SQLITE
@pytest.mark.parametrize(
    ("detail", "expected"),
    [
        ({"name": "Ada", "meetings": 2339}, [("", "Ada"), ("meetings", "2,339")]),
        ({"people": ["Ada", "Bo"], "reason": ""}, [("", "Ada and Bo")]),
        ({"role": "co-organiser", "email": "a@b.example"}, [("as", "co-organiser"), ("", "a@b.example")]),
        ({"before": {"slot": "2s73a4d5e6f7g8h9j2k3", "place": "2s73a4d5e6f7g8h9j2k3"}}, []),
        ({"something_new": "x"}, [("something new", "x")]),
    ],
)
def test_facts_are_worded_and_keys_left_out(
    app: Flask, detail: dict[str, object], expected: list[tuple[str, str]]
) -> None:
    with app.test_request_context():
        assert [(fact.label, fact.text) for fact in facts_of(detail)] == expected


def test_the_log_says_who_was_moved_from_where_to_where(session: Session, client: Client) -> None:
    event = make_event(session)
    user = make_organiser(session, event)
    block = make_block(session, event)
    plan = make_plan(session, make_round(session, event, blocks=[block]))
    pavilion = make_pavilion(session, event, name="Bavaria")
    place = make_place(session, event, pavilion, capacity=2)
    people = [make_participant(session, event, name=name) for name in ("Anna", "Bo")]
    meeting = make_meeting(session, plan, block.slots[0], place, people)
    meetings.move_meeting(session, meeting, block.slots[1], actor=user)
    session.commit()
    client.sign_in(user)

    page = client.get(f"/e/{event.slug}/organise/log/").text

    row = " ".join(re.sub(r"<[^>]+>", "", page[page.index("Meeting moved") :]).split())
    assert "Anna and Bo" in row
    assert f"Tue 7 Nov, 10:25 · Bavaria, {place.name} 1" in row
    assert f"before Tue 7 Nov, 10:00 · Bavaria, {place.name} 1" in row
    assert meeting.public_id not in page


def test_every_act_has_words() -> None:
    nouns = "|".join(sorted({action.split(".")[0] for action in ACTS}))
    pattern = re.compile(rf'"((?:{nouns})\.[a-z]+(?:-[a-z]+)*)"')
    acts = {
        act
        for path in (SOURCE / "services").rglob("*.py")
        for act in pattern.findall(path.read_text(encoding="utf-8"))
    }
    assert len(acts) > 40
    assert sorted(acts - set(ACTS)) == []
