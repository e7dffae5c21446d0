"""Archives of earlier revisions of the schema come in for ever; those of an unknown one are refused elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.migrations import revisions
from scheduler.models import (
    Meeting,
    MeetingAttendance,
    Participant,
    ParticipantType,
    Pavilion,
    ProgrammeSession,
    RoundTypeRule,
)
from scheduler.queries.calendars.agenda import agenda_of
from scheduler.services.archive.reading import COMMAND, open_archive, preview_of
from scheduler.services.archive.upgrades import Entry, Step, former_name, steps_since, upgraded
from tests.services.archive.installations import brought_in, files_of, zipped

KEPT = sorted(Path(__file__).parent.glob("event-*.zip"))
"""Archives as former versions wrote them: a small published event with a row in what an event can have."""


@pytest.mark.parametrize("path", KEPT, ids=[path.stem for path in KEPT])
def test_archive_of_an_earlier_revision_comes_in(session: Session, path: Path) -> None:
    event = brought_in(session, path.read_bytes())
    people = session.scalars(select(Participant).order_by(Participant.id)).all()
    assert [person.name for person in people] == ["Ana", "Ivan", "Marta", "Jordi"]
    assert (
        len(session.scalars(select(Meeting)).all()),
        len(session.scalars(select(ProgrammeSession)).all()),
    ) == (4, 2)
    assert len(session.scalars(select(MeetingAttendance.meeting_id)).all()) == 8
    assert len(agenda_of(session, people[0], event).entries) == 4


@pytest.mark.parametrize("path", KEPT, ids=[path.stem for path in KEPT])
def test_archive_of_an_earlier_revision_says_its_own(path: Path) -> None:
    archive = open_archive(path.read_bytes(), COMMAND)
    assert archive.schema == path.stem.removeprefix("event-")
    assert preview_of(archive).counts["participant"] == 4


def test_what_an_earlier_revision_did_not_have_is_empty_or_as_if_new(session: Session) -> None:
    files = files_of(KEPT[0].read_bytes())
    name = "tables/pavilion.jsonl"
    rows = [json.loads(line) for line in files[name].splitlines()]
    files[name] = b"".join(
        json.dumps({key: value for key, value in row.items() if key != "note"}).encode() + b"\n"
        for row in rows
    )
    told = json.loads(files["manifest.json"])
    del told["tables"]["tables/session_waiting.jsonl"], files["tables/session_waiting.jsonl"]
    files["manifest.json"] = json.dumps({**told, "schema": "0017"}).encode()
    brought_in(session, zipped(files))
    assert session.scalars(select(Pavilion.note)).all() == ["", ""]


def test_steps_are_taken_in_turn_from_the_archives_revision_on() -> None:
    def noted(table: str, entry: Entry) -> Entry:
        return {**entry, "seen": [*entry.get("seen", []), table]}

    def dropped(_table: str, _entry: Entry) -> None:
        return None

    first, second = Step({"old": "newer"}, noted), Step({"newer": "newest"}, noted)
    known = {"0019": Step(change=dropped), "0021": second, "0020": first}
    assert steps_since("0019", known) == [first, second]
    assert former_name("newest", [first, second]) == "old"
    assert former_name("newest", [second]) == "newer"
    assert upgraded("old", {}, [first, second]) == {"seen": ["old", "newer"]}
    assert upgraded("old", {}, steps_since("0018", known)) is None
    assert steps_since(revisions()[-1], known) == []


def test_cap_of_a_type_becomes_one_of_its_rules(session: Session) -> None:
    files = files_of(KEPT[0].read_bytes())
    files["tables/type_cap.jsonl"] = b'{"round_id":1,"type_id":2,"cap":2000}\n'
    brought_in(session, zipped(files))
    assert session.scalars(select(RoundTypeRule.request_cap)).all() == [1000]
    positions = session.scalars(select(ParticipantType.position).order_by(ParticipantType.id)).all()
    assert list(positions) == list(range(len(positions)))
