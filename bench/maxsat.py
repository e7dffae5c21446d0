"""Our core-guided search beside PySAT's RC2 on the same clauses, with the same limit.

    python bench/maxsat.py FOLDER [--time-limit 20] [--every 3] [--only WORD]

FOLDER holds problem files. For each one that the clauses suit, three searches run one after the other, each in a
process of its own: ours, and RC2 (stratified, with exhaustion, minimisation and at-most-one detection, as its
authors entered it in the MaxSAT Evaluation 2018) on Glucose 3 and on the CaDiCaL that ours uses. Printed are the
seconds to the proof, and the sums, in which a search without proof counts as the limit.
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from pysat.examples.rc2 import RC2Stratified
from pysat.formula import WCNF

from solver import read_problem
from solver.maxsat.cnf import Formula
from solver.maxsat.core_guided import CoreGuided
from solver.maxsat.scope import suits
from solver.maxsat.soft_clauses import Objective

SEARCHES = ("ours", "RC2 g3", "RC2 cd195")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the three searches on each instance; print a line for each and the sums with their ratios."""
    parser = argparse.ArgumentParser(description="Our core-guided search beside RC2.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--time-limit", type=float, default=20.0)
    parser.add_argument("--every", type=int, default=1, help="only each so manieth instance")
    parser.add_argument("--only", default="", help="instances with this in their name")
    options = parser.parse_args(arguments)
    paths = [path for path in sorted(options.folder.glob("*.json")) if options.only in path.stem]
    totals, proofs = dict.fromkeys(SEARCHES, 0.0), dict.fromkeys(SEARCHES, 0)
    print("instance", *SEARCHES, sep=" | ")
    for path in paths[:: options.every]:
        if not suits(read_problem(path)):
            continue
        answers, cells = set(), []
        for name in SEARCHES:
            answer, seconds = _timed(name, path, options.time_limit)
            totals[name] += seconds
            if answer is not None:
                proofs[name] += 1
                answers.add(answer)
            cells.append(f"{seconds:.2f}" if answer is not None else "-")
        print(path.stem, *cells, sep=" | ", flush=True)
        if len(answers) > 1:
            print(f"{path.stem}: the searches disagree: {sorted(answers)}")
            return 1
    for name in SEARCHES:
        ratio = totals[name] / max(1e-9, totals["ours"])
        print(f"{name}: {proofs[name]} proofs, {totals[name]:.1f} s, {ratio:.2f} of ours")
    return 0


def _timed(name: str, path: Path, limit: float) -> tuple[int | None, float]:
    """The least loss (-1: no schedule), or None when the limit came first, and the seconds of the search alone."""
    here, there = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.Process(target=_search, args=(name, path, there))
    child.start()
    there.close()
    here.recv()
    began = time.monotonic()
    answer: int | None = here.recv() if here.poll(limit) else None
    seconds = min(limit, time.monotonic() - began)
    child.kill()
    child.join()
    return answer, seconds


def _search(name: str, path: Path, answer: Connection) -> None:
    formula = Formula(read_problem(path))
    objective = Objective(formula)
    answer.send("ready")
    if formula.contradiction:
        answer.send(-1)
        return
    if name == "ours":
        search = CoreGuided(formula.variables, formula.clauses, objective.losses)
        answer.send(search.best if search.solve() else -1)
        return
    clauses = WCNF()
    clauses.extend(formula.clauses)
    for literal, weight in objective.losses.items():
        clauses.append([-literal], weight=weight)
    with RC2Stratified(clauses, solver=name.split()[1], adapt=True, exhaust=True, minz=True) as rc2:
        answer.send(-1 if rc2.compute() is None else rc2.cost)


if __name__ == "__main__":
    raise SystemExit(main())
