"""Reading and writing the two files, and one sentence for every way to get a problem file wrong."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from solver.errors import ProblemError, ScheduleError
from solver.io.files import parse_problem, read_claim, read_problem, write_problem, write_schedule
from solver.problem import Meeting, Problem
from solver.schedule import Assignment, Obstacle, Reason, Schedule, Status, Unscheduled
from tests.solver.strategies import problems
from tests.solver.test_properties import CALM

EXAMPLE: dict[str, Any] = {
    "format": "expo-problem",
    "version": 1,
    "name": "example",
    "timezone": "Europe/Madrid",
    "slots": [
        {"id": "tue-0930", "start": "2023-11-07T09:30+01:00", "end": "2023-11-07T09:50+01:00"},
        {"id": "tue-1000", "start": "2023-11-07T10:00+01:00", "end": "2023-11-07T10:20+01:00"},
    ],
    "pavilions": [{"id": "bavaria", "name": "Bavaria"}, {"id": "nordic", "name": "Nordic"}],
    "walking_minutes": [{"from": "bavaria", "to": "nordic", "minutes": 6}],
    "places": [{"id": "tables", "pavilion": "bavaria", "capacity": 12, "slots": None}],
    "participants": [
        {
            "id": "p1",
            "organisation": "o1",
            "slots": None,
            "max_meetings": None,
            "max_meetings_per_day": None,
            "guarantee": 0,
            "commitments": [
                {
                    "start": "2023-11-07T11:00+01:00",
                    "end": "2023-11-07T12:00+01:00",
                    "pavilion": "nordic",
                }
            ],
        },
        {"id": "p2"},
        {"id": "p3"},
        {"id": "p4"},
    ],
    "meetings": [
        {
            "id": "m1",
            "sides": [["p1"], ["p2", "p3"]],
            "optional": [{"participant": "p4", "value": 2}],
            "value": 10,
            "required": False,
            "slots": None,
            "places": None,
            "after": [],
            "published": None,
            "locked": False,
        },
        {"id": "m2", "sides": [["p1"], ["p2"]]},
    ],
    "rules": {"max_break_spread": None},
    "weights": {"value": 1, "break": 0, "walking": 0, "guarantee": 0, "moved": 0, "dropped": 0},
}


def _changed(change: Callable[[dict[str, Any]], object]) -> str:
    data = copy.deepcopy(EXAMPLE)
    change(data)
    return json.dumps(data)


def _put(*path: str | int, value: object) -> str:
    def change(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        data[path[-1]] = value

    return _changed(change)


def _without(*path: str | int) -> str:
    def change(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        del data[path[-1]]

    return _changed(change)


def test_example_of_the_format_is_read_whole() -> None:
    problem = parse_problem(json.dumps(EXAMPLE))
    assert problem.name == "example"
    assert problem.slot("tue-0930").end - problem.slot("tue-0930").start == 20
    assert problem.walk("nordic", "bavaria") == 6
    assert problem.meeting("m1").optional[0].value == 2
    assert problem.meeting("m2") == Meeting("m2", (("p1",), ("p2",)))


@CALM
@given(problems())
def test_written_problem_reads_as_the_same_problem(problem: Problem) -> None:
    target = Path(__file__).parent / "unused.json"
    text = _text_of(problem, target)
    assert parse_problem(text) == problem


def _text_of(problem: Problem, target: Path) -> str:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / target.name
        write_problem(path, problem)
        return path.read_text(encoding="utf-8")


P, M, S = "participants", "meetings", "slots"

MISUSE = [
    ("not JSON", "{", "the file is not JSON"),
    ("a list", "[]", "the file is not JSON: Expecting an object"),
    ("cut off", json.dumps(EXAMPLE)[:-40], "the file is not JSON"),
    ("more after the end", json.dumps(EXAMPLE) + "x", "the file is not JSON: Extra data"),
    ("no format", _without("format"), "the file: format must be 'expo-problem', not null"),
    ("other version", _put("version", value=2), "the file: version must be 1, not 2"),
    ("version of another type", _put("version", value=True), "the file: version must be 1, not true"),
    ("no slots key", _without(S), "the file: slots is missing"),
    ("no slots", _put(S, value=[]), "the problem has no slots; at least one is needed"),
    ("slots of another type", _put(S, value={}), "the file: slots must be a list, not an object"),
    ("unknown key of the file", _put("slot", value=[]), "the file: 'slot' is not a key of this format"),
    (
        "unknown time zone",
        _put("timezone", value="Mars/Base"),
        "timezone 'Mars/Base' is not a known time zone",
    ),
    ("unknown key", _put(P, 0, "slot", value=[]), "participant 'p1': 'slot' is not a key of this format"),
    ("unknown weight", _put("weights", "breaks", value=1), "weights: 'breaks' is not a key of this format"),
    ("unknown rule", _put("rules", "x", value=1), "rules: 'x' is not a key of this format"),
    ("row of another type", _put(P, 1, value="p2"), "participant number 2: it must be an object, not 'p2'"),
    ("no id", _put(P, 1, value={}), "participant number 2: it has no id"),
    ("empty id", _put(P, 1, "id", value=""), "participant number 2: id must be a non-empty string, not ''"),
    (
        "id of another type",
        _put(P, 1, "id", value=2),
        "participant number 2: id must be a non-empty string, not 2",
    ),
    ("id twice", _put(P, 1, "id", value="p1"), "participant 'p1': the id is used twice"),
    ("meeting twice", _put(M, 1, "id", value="m1"), "meeting 'm1': the id is used twice"),
    (
        "no offset",
        _put(S, 0, "start", value="2023-11-07T09:30"),
        "slot 'tue-0930': start '2023-11-07T09:30' has no UTC offset",
    ),
    ("no time", _put(S, 0, "start", value="soon"), "slot 'tue-0930': start 'soon' is not an ISO 8601 time"),
    ("time of another type", _put(S, 0, "start", value=5), "slot 'tue-0930': start must be a time"),
    (
        "end before start",
        _put(S, 0, "end", value="2023-11-07T09:20+01:00"),
        "slot 'tue-0930': it must end at least a minute after it starts",
    ),
    ("no start", _without(S, 0, "start"), "slot 'tue-0930': start is missing"),
    ("unknown pavilion", _put("places", 0, "pavilion", value="x"), "place 'tables': it names pavilion 'x'"),
    (
        "negative capacity",
        _put("places", 0, "capacity", value=-1),
        "place 'tables': capacity must not be negative",
    ),
    (
        "half a capacity",
        _put("places", 0, "capacity", value=1.5),
        "place 'tables': capacity must be a whole number",
    ),
    (
        "a flag as a number",
        _put("places", 0, "capacity", value=True),
        "capacity must be a whole number, not true",
    ),
    ("unknown slot", _put("places", 0, "slots", value=["x"]), "place 'tables': slots names slot 'x'"),
    (
        "slot twice",
        _put(P, 0, "slots", value=["tue-0930"] * 2),
        "participant 'p1': slots names slot 'tue-0930' twice",
    ),
    (
        "slots as a word",
        _put(P, 0, "slots", value="tue-0930"),
        "participant 'p1': slots must be a list of ids",
    ),
    ("null limit in words", _put(P, 0, "max_meetings", value="none"), "max_meetings must be a whole number"),
    (
        "negative guarantee",
        _put(P, 0, "guarantee", value=-3),
        "participant 'p1': guarantee must not be negative",
    ),
    ("null guarantee", _put(P, 0, "guarantee", value=None), "guarantee must be a whole number, not null"),
    (
        "commitment backwards",
        _put(P, 0, "commitments", 0, "end", value="2023-11-07T10:00+01:00"),
        "participant 'p1': commitment 1 must end at least a minute after it starts",
    ),
    (
        "commitment nowhere",
        _put(P, 0, "commitments", 0, "pavilion", value="x"),
        "participant 'p1': commitment 1 names pavilion 'x'",
    ),
    (
        "walk to nowhere",
        _put("walking_minutes", 0, "to", value="x"),
        "walking_minutes row 1: it names pavilion 'x'",
    ),
    ("negative walk", _put("walking_minutes", 0, "minutes", value=-1), "row 1: minutes must not be negative"),
    ("one side", _put(M, 0, "sides", value=[["p1"]]), "meeting 'm1': it needs two or more sides, but has 1"),
    ("empty side", _put(M, 0, "sides", value=[["p1"], []]), "meeting 'm1': side 2 has no participants"),
    (
        "unknown participant",
        _put(M, 0, "sides", 1, value=["p9"]),
        "meeting 'm1': side 2 names participant 'p9', which is not in the problem",
    ),
    (
        "both sides",
        _put(M, 0, "sides", 1, value=["p1"]),
        "meeting 'm1': participant 'p1' stands on sides 1 and 2",
    ),
    ("side twice", _put(M, 0, "sides", 1, value=["p2", "p2"]), "side 2 names participant 'p2' twice"),
    (
        "flat sides",
        _put(M, 0, "sides", value=["p1", "p2"]),
        "meeting 'm1': sides must be a list of ids, not 'p1'",
    ),
    (
        "optional on a side",
        _put(M, 0, "optional", 0, "participant", value="p1"),
        "meeting 'm1': participant 'p1' is optional and stands on side 1",
    ),
    (
        "unknown optional",
        _put(M, 0, "optional", 0, "participant", value="p9"),
        "optional names participant 'p9'",
    ),
    ("optional without value", _without(M, 0, "optional", 0, "value"), "optional entry 1: value is missing"),
    ("negative value", _put(M, 0, "value", value=-1), "meeting 'm1': value must not be negative, but is -1"),
    ("required in words", _put(M, 0, "required", value="yes"), "required must be true or false, not 'yes'"),
    ("required as a number", _put(M, 0, "required", value=1), "required must be true or false, not 1"),
    ("after unknown", _put(M, 0, "after", value=["m9"]), "meeting 'm1': after names meeting 'm9'"),
    (
        "locked unpublished",
        _put(M, 0, "locked", value=True),
        "meeting 'm1': it is locked, but published does not say",
    ),
    (
        "published nowhere",
        _put(M, 0, "published", value={"slot": "tue-0930", "place": "x"}),
        "meeting 'm1': published names place 'x'",
    ),
    (
        "published for nobody known",
        _put(M, 0, "published", value={"slot": "tue-0930", "place": "tables", "attendees": ["p9"]}),
        "meeting 'm1': published names participant 'p9'",
    ),
    (
        "published without slot",
        _put(M, 0, "published", value={"place": "tables"}),
        "published: slot is missing",
    ),
    ("negative weight", _put("weights", "break", value=-1), "weights: break must not be negative, but is -1"),
    ("null weight", _put("weights", "break", value=None), "weights: break must be a whole number, not null"),
    ("negative spread", _put("rules", "max_break_spread", value=-1), "max_break_spread must not be negative"),
    ("too large", _put(M, 0, "value", value=1 << 60), "weights: the weights and values are so large"),
    ("not a number", _put(M, 0, "value", value=float("nan")), "the file: NaN is not a number of this format"),
    ("a key twice", '{"format": "x", "format": "y"}', "the file: the key 'format' appears twice"),
    ("a row's key twice", '{"slots": [{"id": "a", "id": "b"}]}', "has 'id' twice"),
    ("nested too deeply", '{"slots": [' + "[" * 100_000, "the file is nested too deeply"),
    ("long number", '{"version": ' + "9" * 5000 + "}", "999... has 5000 digits, too many for a number"),
    (
        "long name",
        _put(M, 0, "sides", value=[["x" * 100_000], ["p1"]]),
        "xxx...', which is not in the problem",
    ),
    ("year 1", _put("slots", 0, "start", value="0001-01-01T00:00+14:00"), "slot 'tue-0930': minute"),
]


@pytest.mark.parametrize(
    ("text", "sentence"), [case[1:] for case in MISUSE], ids=[case[0] for case in MISUSE]
)
def test_misuse_is_named_in_one_line(text: str, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "problem.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProblemError) as caught:
        read_problem(path)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_file_that_begins_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "problem.json"
    path.write_bytes(b"\xef\xbb\xbf" + _changed(lambda data: None).encode())
    assert read_problem(path) == parse_problem(_changed(lambda data: None))


def test_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "problem.json"
    path.write_bytes(b"\xff\xfe{}")
    with pytest.raises(ProblemError, match="not UTF-8: byte 1"):
        read_problem(path)
    with pytest.raises(ProblemError, match="can't be read"):
        read_problem(tmp_path)


SCHEDULE = Schedule(
    problem="example",
    status=Status.FEASIBLE,
    score=10,
    bound=12.0,
    seconds=1.5,
    seed=0,
    workers=2,
    meetings=(Assignment("m1", "tue-0930", "tables", ("p1", "p2")),),
    unscheduled=(Unscheduled("m2", Reason.OUTRANKED, Obstacle.IN_ANOTHER_MEETING, (("p1",),)),),
)


def test_written_schedule_reads_as_its_claim(tmp_path: Path) -> None:
    path = tmp_path / "schedule.json"
    write_schedule(path, SCHEDULE)
    claim = read_claim(path)
    assert (claim.status, claim.score, claim.bound) == (Status.FEASIBLE, 10, 12.0)
    assert claim.meetings == SCHEDULE.meetings
    assert claim.unscheduled == ("m2",)
    data = json.loads(path.read_text(encoding="utf-8"))
    assert data["unscheduled"] == [
        {"id": "m2", "reason": "outranked", "detail": "p1 is in another meeting in every slot that is left."}
    ]


def test_writing_leaves_no_second_file_and_replaces_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "schedule.json"
    path.write_text("old", encoding="utf-8")
    write_schedule(path, SCHEDULE)
    assert [entry.name for entry in tmp_path.iterdir()] == ["schedule.json"]
    assert path.stat().st_mode & 0o777 == 0o666 & ~_umask()


def _umask() -> int:
    import os

    mask = os.umask(0)
    os.umask(mask)
    return mask


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[]", "it must be an object"),
        ("{", "not JSON"),
        ('{"status": "great", "meetings": []}', "status must be one of"),
        ('{"status": "feasible"}', "meetings must be a list"),
        ('{"status": "feasible", "meetings": [1]}', "meetings entry 1: it must be an object"),
        ('{"status": "feasible", "meetings": [{"id": "m"}]}', "meetings entry 1: slot must be a string"),
        ('{"status": "feasible", "score": "9", "meetings": []}', "score must be a number or null"),
    ],
)
def test_unusable_schedule_file_is_refused_in_one_line(text: str, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "schedule.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScheduleError, match=sentence):
        read_claim(path)
