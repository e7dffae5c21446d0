"""The solver's public face: importing it loads no library that takes long, and nobody goes past it."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILDS_ON_ITS_INSIDE = {"bench/baselines.py", "bench/maxsat.py"}
"""A baseline that is made of the search's own kernels."""


def test_importing_the_solver_loads_no_library() -> None:
    code = (
        "import sys, solver; sys.exit(any(m in sys.modules for m in ('numpy', 'numba', 'ortools', 'pysat')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT).returncode == 0


def test_tests_and_benchmarks_import_only_the_public_face() -> None:
    past = {
        str(path.relative_to(ROOT))
        for top in ("bench", "tests")
        for path in (ROOT / top).rglob("*.py")
        if ROOT / "tests" / "solver" not in path.parents
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("solver.")
    }
    assert past == BUILDS_ON_ITS_INSIDE
