"""Every instance of a folder from the literature: status, optimum, seconds, beside the published figures.

    python bench/literature.py FOLDER [--workers 2] [--time-limit 60] [--only WORD] [--table TABLE.md]

FOLDER holds problem files and, if known, `optima.csv` with the columns name, optimum_breaks (or UNSAT) and
published_maxsat_seconds. Each instance is solved by the command line in a process of its own, start-up included in the
seconds, and judged by `solver.judge.check`. Exit code 0 when every instance is closed, agrees with its optimum and
is clean.
"""

from __future__ import annotations

import argparse
import csv
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from solver import Status, check_claim, read_claim, read_problem

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Known:
    """What was published on an instance: least breaks (None: no schedule exists), seconds of the best approach."""

    breaks: int | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Row:
    """One instance solved: seconds on the clock, seconds of processor time over all processes."""

    name: str
    status: str
    score: int | None
    clean: bool
    seconds: float
    processor: float
    known: Known | None
    words: str

    @property
    def closed(self) -> bool:
        """Whether the best score, or that there is none, is proven."""
        return self.clean and self.status in (Status.OPTIMAL, Status.INFEASIBLE)

    @property
    def agrees(self) -> bool:
        """Whether a proven result is the published one."""
        if self.known is None or not self.closed:
            return self.clean
        breaks = None if self.score is None else -self.score
        return breaks == self.known.breaks


def main(arguments: Sequence[str] | None = None) -> int:
    """Solve, judge, print a line per instance and the totals."""
    parser = argparse.ArgumentParser(description="Solve every instance of a folder from the literature.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--time-limit", type=float, default=60.0)
    parser.add_argument("--only", default="", help="instances with this in their name")
    parser.add_argument("--table", type=Path, help="write the results as a Markdown table")
    options = parser.parse_args(arguments)
    known = _known(options.folder / "optima.csv")
    rows: list[Row] = []
    for path in sorted(options.folder.glob("*.json")):
        if options.only in path.stem:
            row = _solve(path, options.workers, options.time_limit, known.get(path.stem))
            rows.append(row)
            print(_line(row), flush=True)
    summary = _summary(rows)
    print(summary)
    if options.table:
        options.table.write_text(_table(rows, summary, options.workers, options.time_limit), encoding="utf-8")
    return 0 if rows and all(row.closed and row.agrees for row in rows) else 1


def _known(path: Path) -> dict[str, Known]:
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["name"]: Known(
                None if row["optimum_breaks"] == "UNSAT" else int(row["optimum_breaks"]),
                float(row["published_maxsat_seconds"]),
            )
            for row in csv.DictReader(file)
        }


def _solve(path: Path, workers: int, limit: float, known: Known | None) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "schedule.json"
        command = [sys.executable, "-m", "solver", "solve", str(path.resolve()), "--output", str(output)]
        command += ["--time-limit", str(limit), "--workers", str(workers)]
        spent, began = _children(), time.monotonic()
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        seconds, processor = time.monotonic() - began, _children() - spent
        if not output.exists():
            return Row(path.stem, "failed", None, False, seconds, processor, known, done.stderr.strip())
        claim = read_claim(output)
        clean = check_claim(read_problem(path), claim).clean
    words = " ".join(done.stderr.split()) if claim.status is Status.INFEASIBLE else ""
    score = None if claim.score is None else int(claim.score)
    return Row(path.stem, claim.status, score, clean, seconds, processor, known, words)


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _line(row: Row) -> str:
    score = "-" if row.score is None else str(row.score)
    state = "" if row.closed and row.agrees else "  NOT CLOSED" if not row.closed else "  DISAGREES"
    figures = f"{score:>5} {row.seconds:7.2f} s {row.processor:7.2f} s cpu"
    return f"{row.name:32} {row.status:10} {figures}{state} {row.words}"


def _summary(rows: Sequence[Row]) -> str:
    closed = sum(row.closed and row.agrees for row in rows)
    longest = max((row.seconds for row in rows), default=0.0)
    published = sum(row.known.seconds for row in rows if row.known)
    return (
        f"{closed} of {len(rows)} closed; {sum(row.seconds for row in rows):.0f} s in all "
        f"({sum(row.processor for row in rows):.0f} s of processor time), longest {longest:.1f} s; "
        f"published {published:.0f} s"
    )


def _table(rows: Sequence[Row], summary: str, workers: int, limit: float) -> str:
    lines = [
        f"{summary}.",
        "",
        f"`python bench/literature.py FOLDER --workers {workers} --time-limit {limit:g}`, "
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, Python {platform.python_version()}.",
        "",
        "| instance | optimum (breaks) | ours | status | seconds | published seconds |",
        "| --- | ---: | ---: | --- | ---: | ---: |",
    ]
    for row in rows:
        optimum = "" if row.known is None else "none" if row.known.breaks is None else str(row.known.breaks)
        published = "" if row.known is None else f"{row.known.seconds:g}"
        ours = "" if row.score is None else str(-row.score)
        lines.append(f"| {row.name} | {optimum} | {ours} | {row.status} | {row.seconds:.2f} | {published} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
