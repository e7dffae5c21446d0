"""The kernels are compiled ahead of the first run, or beside one that does not wait for them."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from numba.core.dispatcher import Dispatcher

import solver
from solver.io.files import write_problem
from solver.jit import cache
from solver.portfolio import precompile
from tests.solver.test_incumbents import PROBLEM


def test_warming_compiles_every_kernel() -> None:
    precompile.precompile()
    assert cache.complete()
    missing = []
    for entry in pkgutil.walk_packages(solver.__path__, "solver."):
        if not entry.name.endswith("__main__"):
            module = importlib.import_module(entry.name)
            own = [(name, value) for name, value in vars(module).items() if isinstance(value, Dispatcher)]
            missing += [name for name, kernel in own if not _kept(name, kernel)]
    assert missing == []


def _kept(name: str, kernel: Dispatcher[Any]) -> bool:
    """Whether a kernel is loaded, or else a file of it is there: what only kernels call is not loaded itself."""
    file = f"{kernel.__module__.rpartition('.')[2]}.{name}-*.nbi"
    return bool(kernel.signatures) or any(cache.folder().rglob(file))


def test_nothing_is_compiled_beside_when_all_is_there() -> None:
    precompile.precompile()
    precompile.begin_compiling()
    assert precompile.wait_for_kernels(lambda: False)
    assert not precompile.wait_for_kernels(lambda: True)


@pytest.mark.slow
def test_a_new_installation_has_a_schedule_before_its_kernels(tmp_path: Path) -> None:
    home = tmp_path / "solver"
    shutil.copytree(Path(solver.__path__[0]), home, ignore=shutil.ignore_patterns("__pycache__"))
    write_problem(tmp_path / "p.json", PROBLEM)
    command = [sys.executable, "-m", "solver", "solve", "p.json", "--output", "s.json", "--time-limit", "20"]
    environment = dict(os.environ, PYTHONPATH=str(tmp_path))
    # with its output kept, the run only counts as over when nobody is left who could write to it
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert run.returncode == 0
    assert not list(home.glob("__pycache__/kernels-*/complete"))
    assert json.loads((tmp_path / "s.json").read_text())["score"] == 5
    warming = [sys.executable, "-c", "from solver.portfolio.precompile import precompile; precompile()"]
    subprocess.run(warming, cwd=tmp_path, env=environment, check=True)
    assert list(home.glob("__pycache__/kernels-*/complete"))
