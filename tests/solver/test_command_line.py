"""The command line: exit codes, one line of error, files whole or not at all, stopping in time."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from solver.io.files import write_problem
from solver.problem import Meeting, Participant, Pavilion, Place, Problem, Slot, Weights
from tests.solver.strategies import MORNING
from tests.waiting import PATIENCE, PLENTY

ROOT = Path(__file__).parents[2]


def _problem(size: int, slots: int, required: bool = False) -> Problem:
    """Everybody of the first half wants to meet everybody of the second half."""
    people = tuple(Participant(f"p{n}", guarantee=2) for n in range(2 * size))
    meetings = tuple(
        Meeting(f"m{a}-{b}", ((f"p{a}",), (f"p{size + b}",)), value=1 + (a * b) % 7, required=required)
        for a in range(size)
        for b in range(size)
    )
    return Problem(
        "halves",
        "Europe/Madrid",
        tuple(Slot(f"s{n}", MORNING + 30 * n, MORNING + 30 * n + 20) for n in range(slots)),
        (Pavilion("hall"),),
        (),
        (Place("tables", "hall", max(1, size - 2)),),
        people,
        meetings,
        weights=Weights(value=10, breaks=2, guarantee=30),
    )


def _solver(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "solver", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.fixture
def paths(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "problem.json", tmp_path / "schedule.json"


def test_solve_writes_an_optimal_schedule_that_check_finds_clean(paths: tuple[Path, Path]) -> None:
    source, target = paths
    write_problem(source, _problem(3, 3))
    done = _solver("solve", source, "--output", target, "--time-limit", PLENTY, "--workers", 1)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    data = json.loads(target.read_text(encoding="utf-8"))
    assert data["status"] == "optimal"
    assert data["bound"] == data["score"]
    checked = _solver("check", source, target)
    assert checked.returncode == 0
    assert f"score: {data['score']}" in checked.stdout


def test_check_tells_violations_and_exits_with_1(paths: tuple[Path, Path]) -> None:
    source, target = paths
    write_problem(source, _problem(2, 2))
    row = {"id": "m0-0", "slot": "s9", "place": "tables", "attendees": ["p0", "p2"]}
    target.write_text(json.dumps({"status": "feasible", "score": 0, "bound": None, "meetings": [row]}))
    checked = _solver("check", source, target)
    assert checked.returncode == 1
    assert "violation: meeting 'm0-0' names slot 's9'" in checked.stdout


def test_unusable_problem_is_one_line_exit_2_and_no_output(paths: tuple[Path, Path]) -> None:
    source, target = paths
    source.write_text('{"format": "expo-problem", "version": 1, "slots": [{"id": "a"}]}', encoding="utf-8")
    done = _solver("solve", source, "--output", target)
    assert done.returncode == 2
    assert done.stderr == "slot 'a': start is missing\n"
    assert not target.exists()
    assert _solver("check", source, source).returncode == 2


def test_unusable_arguments_are_one_line_and_exit_2(paths: tuple[Path, Path]) -> None:
    source, target = paths
    write_problem(source, _problem(2, 2))
    for arguments in (
        ("solve", source),
        ("solve", source, "--output", target, "--workers", "0"),
        ("solve", source, "--output", target, "--time-limit", "-1"),
        ("solve", source, "--output", target, "--time-limit", "nan"),
        ("solve", source, "--output", target.parent / "missing" / "schedule.json"),
        ("solve", source.parent / "missing.json", "--output", target),
    ):
        done = _solver(*arguments)
        assert done.returncode == 2, arguments
        assert done.stderr.count("\n") == 1, arguments
    assert not target.exists()


def test_impossible_problem_is_infeasible_with_words_and_exit_0(paths: tuple[Path, Path]) -> None:
    source, target = paths
    write_problem(source, _problem(3, 2, required=True))
    done = _solver("solve", source, "--output", target, "--time-limit", PLENTY)
    assert done.returncode == 0
    data = json.loads(target.read_text(encoding="utf-8"))
    assert (data["status"], data["meetings"], data["score"]) == ("infeasible", [], None)
    assert "Participant 'p0' has 3 required meetings, but room for 2: 1 too many." in done.stderr
    assert len(data["unscheduled"]) == 9
    assert _solver("check", source, target).returncode == 0


def test_stop_signal_is_obeyed_and_the_best_schedule_kept(paths: tuple[Path, Path]) -> None:
    source, target = paths
    write_problem(source, _problem(14, 20))
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "solver",
            "solve",
            source,
            "--output",
            target,
            "--time-limit",
            str(PLENTY),
            "--verbose",
        ],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    scores: set[str] = set()
    for line in process.stderr:
        scores.add(line.partition("score ")[2].partition(" ")[0])
        if len(scores - {"None"}) == 2:
            break
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert json.loads(target.read_text(encoding="utf-8"))["meetings"]
    assert _solver("check", source, target).returncode == 0


def test_time_limit_is_kept_and_a_start_is_never_lost(paths: tuple[Path, Path]) -> None:
    source, target = paths
    write_problem(source, _problem(14, 20))
    assert _solver("solve", source, "--output", target, "--time-limit", 3).returncode == 0
    first = json.loads(target.read_text(encoding="utf-8"))["score"]
    done = _solver("solve", source, "--output", target, "--time-limit", 1, "--start", target)
    assert done.returncode == 0
    assert json.loads(target.read_text(encoding="utf-8"))["score"] >= first
