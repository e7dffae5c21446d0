"""The command line: `python -m solver solve` and `python -m solver check`."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from solver.errors import SolverError

USABLE, NOT_CLEAN, UNUSABLE = 0, 1, 2


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        _complain(f"{self.prog}: {message}")
        sys.exit(UNUSABLE)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. The time limit counts from the start of the process."""
    began = time.monotonic() - _age()
    options = _parser().parse_args(arguments)
    try:
        if options.command == "solve":
            # before anything is loaded: who stops a search at once gets what there is, too
            return _solve(options, began, _StopSignal())
        return _check(options)
    except SolverError as error:
        _complain(str(error))
        return UNUSABLE


def _age() -> float:
    """Seconds since this process started, as far as the system tells, held within reason."""
    try:
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        started = int(fields[19]) / os.sysconf("SC_CLK_TCK")
        return min(max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - started), 5.0)
    except (OSError, ValueError, IndexError, AttributeError):
        return 0.0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m solver", description="Schedule the meetings of an expo.")
    commands = parser.add_subparsers(dest="command", required=True)
    solve = commands.add_parser("solve", help="make a schedule for a problem")
    solve.add_argument("problem", metavar="PROBLEM.json")
    solve.add_argument("--output", required=True, metavar="SCHEDULE.json")
    solve.add_argument("--time-limit", type=_seconds, default=60.0, metavar="SECONDS")
    solve.add_argument("--workers", type=_count, default=os.cpu_count() or 1, metavar="N")
    solve.add_argument("--seed", type=_seed, default=0, metavar="N")
    solve.add_argument("--start", metavar="SCHEDULE.json", help="a schedule to begin with")
    solve.add_argument("--verbose", action="store_true", help="show better schedules and bounds as they come")
    check = commands.add_parser("check", help="judge a schedule")
    check.add_argument("problem", metavar="PROBLEM.json")
    check.add_argument("schedule", metavar="SCHEDULE.json")
    return parser


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value < 1e7:
        raise argparse.ArgumentTypeError(f"must be a positive number of seconds, not {text!r}")
    return value


def _count(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 1024:
        raise argparse.ArgumentTypeError(f"must lie between 1 and 1024, not {text!r}")
    return value


def _seed(text: str) -> int:
    value = int(text)
    if not 0 <= value < 1 << 31:
        raise argparse.ArgumentTypeError(f"must lie between 0 and 2147483647, not {text!r}")
    return value


def _solve(options: argparse.Namespace, began: float, stop: _StopSignal) -> int:
    from solver.io.files import read_claim, read_problem, write_schedule
    from solver.portfolio.solve import solve
    from solver.schedule import Progress, Status
    from solver.sentences import sentence
    from solver.settings import Settings

    if not Path(options.output).resolve().parent.is_dir():
        raise SolverError(f"{options.output}: its folder does not exist")
    # nothing that is read becomes garbage, so there is no point in looking for it again and again
    gc.disable()
    problem = read_problem(options.problem)
    gc.freeze()
    gc.enable()
    start = read_claim(options.start).meetings if options.start else None
    spent = time.monotonic() - began
    writing = 1e-5 * len(problem.meetings)
    limit = max(0.05, options.time_limit - spent - writing)
    settings = Settings(time_limit=limit, workers=options.workers, seed=options.seed)

    def show(step: Progress) -> None:
        print(
            f"{spent + step.seconds:8.2f} s  score {step.score}  bound {step.bound}  {step.source}",
            file=sys.stderr,
        )

    schedule = solve(
        problem,
        settings,
        start=start,
        on_progress=show if options.verbose else None,
        should_stop=stop.wanted,
    )
    try:
        write_schedule(options.output, schedule, seconds=time.monotonic() - began)
    except OSError as error:
        raise SolverError(f"{options.output} can't be written: {error.strerror or error}") from error
    for finding in schedule.findings:
        print(sentence(finding), file=sys.stderr)
    return NOT_CLEAN if schedule.status is Status.UNKNOWN else USABLE


def _check(options: argparse.Namespace) -> int:
    from solver.io.files import read_claim, read_problem
    from solver.judge.check import check_claim
    from solver.schedule import Status
    from solver.sentences import violation_sentence

    claim = read_claim(options.schedule)
    verdict = check_claim(read_problem(options.problem), claim)
    for violation in verdict.violations:
        print(f"violation: {violation_sentence(violation)}")
    if verdict.count > len(verdict.violations):
        print(f"violation: and {verdict.count - len(verdict.violations)} more")
    if claim.status in (Status.INFEASIBLE, Status.UNKNOWN):
        print(f"no schedule: {claim.status}")
        return USABLE if verdict.clean else NOT_CLEAN
    print(f"score: {verdict.score}")
    for name in verdict.measures.__slots__:
        print(f"{name.replace('_', ' ')}: {getattr(verdict.measures, name)}")
    return USABLE if verdict.clean else NOT_CLEAN


class _StopSignal:
    """Turns the first interrupt or termination into a wish to stop; a second interrupt ends at once."""

    def __init__(self) -> None:
        self._wanted = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._note)

    def wanted(self) -> bool:
        """Whether somebody wants the search to end."""
        return self._wanted

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self._wanted and number == signal.SIGINT:
            _complain("ended at the second interrupt; nothing was written")
            os._exit(128 + number)
        self._wanted = True


def _complain(message: str) -> None:
    print(" ".join(message.split()), file=sys.stderr)


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # a library's threads may still be at work; nothing of theirs is wanted, and waiting would break the limit
    os._exit(code)
