"""The command line: problems out, schedules in, and what it says when something is missing."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.cli import main
from scheduler.domain.enums import PlanState, RequestState
from scheduler.models import BusyTime, MeetingBlock, Participant, Plan, Slot
from solver import read_problem, solve, write_schedule
from tests import factories as make

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def expo(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str):
    """Runs a command on the test's database."""
    monkeypatch.setenv("EXPO_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("EXPO_DATABASE_URL", database_url)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments)

    return run


@pytest.fixture
def event(session: Session):
    event = make.make_event(session, "expo")
    row = make.make_round(session, event, blocks=[make.make_block(session, event)])
    make.make_place(session, event)
    one, other = (make.make_participant(session, event, name=name) for name in ("Ana", "Bo"))
    make.make_request(session, row, one, other, RequestState.ACCEPTED)
    session.commit()
    return event


def test_a_problem_goes_out_and_its_schedule_comes_back_as_a_draft(expo, event, session, tmp_path):
    problem, schedule = tmp_path / "problem.json", tmp_path / "schedule.json"
    answer = expo("export-problem", "expo", str(problem))
    assert answer.exit_code == 0
    assert "2 participants, 1 meetings wanted" in answer.output
    write_schedule(schedule, solve(read_problem(problem)))
    answer = expo("import-schedule", "expo", str(schedule))
    assert answer.exit_code == 0
    plan = session.scalars(select(Plan)).one()
    assert (plan.state, plan.measures["held"], plan.score) == (PlanState.DRAFT, 1, 100)


def test_a_schedule_that_breaks_a_rule_is_refused_and_nothing_is_stored(expo, event, session, tmp_path):
    problem, schedule = tmp_path / "problem.json", tmp_path / "schedule.json"
    expo("export-problem", "expo", str(problem))
    write_schedule(schedule, solve(read_problem(problem)))
    claim = json.loads(schedule.read_text())
    claim["meetings"][0]["attendees"] = claim["meetings"][0]["attendees"][:1]
    schedule.write_text(json.dumps(claim))
    answer = expo("import-schedule", "expo", str(schedule))
    assert answer.exit_code == 1
    assert answer.output == (
        "Error: schedule.json breaks 1 rule of the round as it is now: The meeting of Ana and Bo does not have exactly"
        " one person from each side. Nothing was stored.\n"
    )
    assert session.scalars(select(Plan)).all() == []


def test_times_of_a_broken_rule_are_those_of_the_event(expo, event, session, tmp_path):
    problem, schedule = tmp_path / "problem.json", tmp_path / "schedule.json"
    expo("export-problem", "expo", str(problem))
    write_schedule(schedule, solve(read_problem(problem)))
    ana = session.scalars(select(Participant).where(Participant.name == "Ana")).one()
    block = session.scalars(select(MeetingBlock)).one()
    session.add(BusyTime(participant_id=ana.id, starts_at=block.starts_at, ends_at=block.ends_at))
    session.commit()
    answer = expo("import-schedule", "expo", str(schedule))
    assert answer.exit_code == 1
    slot = json.loads(schedule.read_text())["meetings"][0]["slot"]
    (begins,) = session.scalars(select(Slot.starts_at).where(Slot.public_id == slot))
    local = begins.astimezone(event.zone)
    assert (
        f"Ana can't attend the meeting of Ana and Bo then: {local:%a} {local.day} {local:%b}, {local:%H:%M}"
        in (answer.output)
    )


@pytest.mark.parametrize("name", ["\ud800", "\0", "", "a+" * 40])
def test_ids_that_are_none_are_said_to_be_gone(expo, event, session, tmp_path, name):
    path = tmp_path / "schedule.json"
    row = {"id": name, "slot": name, "place": name, "attendees": [name]}
    path.write_text(json.dumps({"status": "feasible", "score": 0, "bound": None, "meetings": [row]}))
    answer = expo("import-schedule", "expo", str(path))
    assert answer.exit_code == 1
    assert "somebody who left" in answer.output or "can't be used" in answer.output
    assert answer.output.count("\n") == 1


def test_a_file_that_is_no_schedule_is_refused_in_one_line(expo, event, tmp_path):
    path = tmp_path / "schedule.json"
    path.write_text("hello")
    answer = expo("import-schedule", "expo", str(path))
    assert answer.exit_code == 1
    assert answer.output.startswith("Error: schedule.json can't be used")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[" * 1_000_000, "nested too deeply"),
        ('{"meetings": ' + "[" * 100_000, "nested too deeply"),
        ('{"score": ' + "9" * 5000 + "}", "5000 digits"),
        ("null", "it must be an object"),
        ("\0", "not JSON"),
    ],
)
def test_hostile_schedules_are_refused_in_one_line(expo, event, tmp_path, text, sentence):
    path = tmp_path / "schedule.json"
    path.write_text(text)
    answer = expo("import-schedule", "expo", str(path))
    assert answer.exit_code == 1
    assert answer.output.startswith("Error: schedule.json can't be used")
    assert sentence in answer.output


def test_schedule_without_end_is_refused_before_it_is_read(expo, event, tmp_path):
    huge = tmp_path / "schedule.json"
    with huge.open("wb") as file:
        file.truncate(300_000_000)
    assert "schedule.json is larger than 200 MB" in expo("import-schedule", "expo", str(huge)).output
    assert "zero is no file" in expo("import-schedule", "expo", "/dev/zero").output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["export-problem", "nowhere", "x.json"], "There is no event 'nowhere'."),
        (["export-problem", "expo", "x.json", "--round", "Third"], "expo has no such round; it has “Round"),
    ],
)
def test_unknown_events_and_rounds_are_named(expo, event, arguments, sentence):
    answer = expo(*arguments)
    assert answer.exit_code == 1
    assert sentence in answer.output


def test_a_round_with_nothing_to_plan_says_so(expo, event, session, tmp_path):
    make.make_round(session, event)
    session.commit()
    answer = expo("export-problem", "expo", str(tmp_path / "x.json"))
    assert answer.exit_code == 1
    assert "no meeting times yet" in answer.output


def test_upgrading_the_database_is_safe_to_repeat(expo, tmp_path, monkeypatch, database_url):
    monkeypatch.setenv("EXPO_DATABASE_URL", f"sqlite:///{tmp_path}/new.sqlite3")
    for _ in range(2):
        answer = expo("db", "upgrade")
        assert (answer.exit_code, answer.output) == (0, "The database is up to date.\n")


def test_a_database_without_tables_is_said_in_one_line(expo, tmp_path, monkeypatch):
    monkeypatch.setenv("EXPO_DATABASE_URL", f"sqlite:///{tmp_path}/new.sqlite3")
    answer = expo("export-problem", "expo", str(tmp_path / "x.json"))
    assert answer.exit_code == 1
    assert answer.output.count("\n") == 1
    assert "`expo db upgrade` brings it up to date" in answer.output


def test_what_a_command_writes_only_its_owner_can_read(expo, tmp_path, monkeypatch):
    loose = tmp_path / "loose.sqlite3"
    loose.touch(0o644)
    for path in (tmp_path / "instance" / "fresh.sqlite3", loose):
        monkeypatch.setenv("EXPO_DATABASE_URL", f"sqlite:///{path}")
        path.parent.mkdir(exist_ok=True)
        before = os.umask(0o022)
        try:
            assert expo("db", "upgrade").exit_code == 0
        finally:
            os.umask(before)
        modes = {found.name: found.stat().st_mode & 0o077 for found in path.parent.glob(f"{path.name}*")}
        assert set(modes.values()) == {0}, modes


def test_demonstration_in_production_prints_no_links(expo, monkeypatch, tmp_path):
    monkeypatch.setenv("EXPO_DATABASE_URL", f"sqlite:///{tmp_path}/shown.sqlite3")
    for mode, links in (("production", 0), ("demonstration", 4)):
        monkeypatch.setenv("EXPO_MODE", mode)
        answer = expo("demo", "--participants", "20", "--seconds", "1")
        assert answer.exit_code == 0, answer.output
        assert answer.output.count("/account/sign-in/") == links
