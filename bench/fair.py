"""Fairs of several sizes: our schedule and its proven gap beside what others do, on the same problem, in one run.

    python bench/fair.py [--sizes 300 2000 25000 100000] [--seconds 60 120 300 900] [--output docs/fairs]

Writes a table (`.md`), the gap over time (`.json`, `.svg`), and the problems and schedules to `--folder`. Every
schedule is judged by `python -m solver check`; a figure is only printed for one that is clean with a true score.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import baselines
from bench.generator import make_fair
from bench.plot import gap_plot
from solver import check, read_problem

REQUESTS = {300: 1_000, 2_000: 9_000, 25_000: 153_000, 100_000: 600_000}
SECONDS = {300: 60, 2_000: 120, 25_000: 300, 100_000: 900}
MODEL_UP_TO = 20_000
"""Requests up to which the plain model is tried; beyond, building it alone takes longer than all the rest."""

STEP = re.compile(r"^\s*([\d.]+) s  score (\S+)  bound (\S+)")


@dataclass
class Run:
    """One size: what came out, and the course of score and bound."""

    participants: int
    requests: int
    limit: float
    seconds: float = 0.0
    score: int | None = None
    bound: float | None = None
    first: float | None = None
    memory_mb: int = 0
    clean: bool = False
    others: dict[str, int | None] = field(default_factory=dict)
    course: list[tuple[float, int | None, float | None]] = field(default_factory=list)

    @property
    def gap(self) -> float | None:
        """(bound - score) / |bound|, in percent."""
        if self.score is None or self.bound is None:
            return None
        return 100 * (self.bound - self.score) / max(1.0, abs(self.bound))

    def until(self, percent: float) -> float | None:
        """Seconds until the gap was at most so many percent."""
        for at, score, bound in self.course:
            if (
                score is not None
                and bound is not None
                and 100 * (bound - score) <= percent * max(1.0, abs(bound))
            ):
                return at
        return None


def solve(run: Run, problem: Path, schedule: Path, workers: int) -> None:
    """Solve on the command line, with the course read from its standard error."""
    command = [
        sys.executable, "-m", "solver", "solve", str(problem), "--output", str(schedule), "--time-limit",
        str(run.limit), "--workers", str(workers), "--verbose",
    ]  # fmt: skip
    began = time.monotonic()
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if found := STEP.match(line):
                score = None if found[2] == "None" else int(found[2])
                bound = None if found[3] == "None" else float(found[3])
                run.course.append((float(found[1]), score, bound))
                held_something = len({step[1] for step in run.course} - {None}) > 1
                if run.first is None and held_something:
                    run.first = float(found[1])
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
    run.seconds = time.monotonic() - began
    run.memory_mb = usage.ru_maxrss // 1024
    judged = subprocess.run(
        [sys.executable, "-m", "solver", "check", str(problem), str(schedule)],
        check=False,
        capture_output=True,
    )
    run.clean = judged.returncode == 0
    result = json.loads(schedule.read_text(encoding="utf-8"))
    run.score, run.bound = result["score"], result["bound"]


def compare(run: Run, path: Path, workers: int) -> None:
    """Judge the baselines on the same problem; None where one found nothing or is not tried."""
    problem = read_problem(path)
    for name, way in (("first come", baselines.first_come), ("by value", baselines.by_value)):
        verdict = check(problem, way(problem))
        run.others[name] = verdict.score if verdict.clean else None
    run.others["plain model"] = None
    if run.requests <= MODEL_UP_TO:
        rows, _bound = baselines.plain_model(problem, run.limit, workers)
        verdict = check(problem, rows)
        run.others["plain model"] = verdict.score if rows and verdict.clean else None


def table(runs: list[Run]) -> str:
    """The runs as a table in Markdown."""
    lines = [
        "| participants | requests | score | bound | gap | first schedule | 5 % after | 1 % after | time | memory "
        "| first come | by value | plain model |",
        "|" + " --- |" * 13,
    ]
    for run in runs:
        gap = "none" if run.gap is None else f"{run.gap:.2f} %"
        others = [
            "not tried or nothing"
            if value is None
            else f"{value:,} ({100 * value / max(1, run.score or 1):.1f} %)"
            for value in run.others.values()
        ]
        times = [
            "-" if t is None else f"{t:.1f} s" for t in (run.first, run.until(5), run.until(1), run.seconds)
        ]
        score = f"{run.score:,}" if run.clean and run.score is not None else "not clean"
        bound = "none" if run.bound is None else f"{run.bound:,.0f}"
        cells = [
            f"{run.participants:,}",
            f"{run.requests:,}",
            score,
            bound,
            gap,
            *times,
            f"{run.memory_mb} MB",
            *others,
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run the sizes asked for and write table, data and plot."""
    parser = argparse.ArgumentParser(description="Fairs of several sizes beside what others do.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[300, 2_000])
    parser.add_argument("--seconds", type=float, nargs="+", help="time limit for each size")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--features", action="store_true", help="mix in everything that the contract allows")
    parser.add_argument("--output", type=Path, help="where table, data and plot go, without ending")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "fairs")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    runs = []
    for n, size in enumerate(chosen.sizes):
        requests = REQUESTS.get(size, 6 * size)
        limit = chosen.seconds[n] if chosen.seconds else SECONDS.get(size, 120)
        fair = make_fair(size, requests, chosen.seed, chosen.features)
        path = chosen.folder / f"{fair['name']}.json"
        path.write_text(json.dumps(fair), encoding="utf-8")
        run = Run(size, requests, limit)
        solve(run, path, chosen.folder / f"{fair['name']}.schedule.json", chosen.workers)
        compare(run, path, chosen.workers)
        runs.append(run)
        print(table(runs), flush=True)
    if chosen.output:
        chosen.output.with_suffix(".md").write_text(table(runs), encoding="utf-8")
        rows = [asdict(run) for run in runs]
        chosen.output.with_suffix(".json").write_text(json.dumps(rows), encoding="utf-8")
        courses = {f"{run.participants:,} participants": run.course for run in runs}
        chosen.output.with_suffix(".svg").write_text(gap_plot(courses), encoding="utf-8")


if __name__ == "__main__":
    main()
