"""What the compiler cannot check of kernels that see arrays through bare pointers."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.generator import make_fair
from solver.incumbents import Board
from solver.instance.arrays import arrays_of
from solver.instance.solution import State
from solver.io.files import parse_problem
from solver.jit.views import addresses
from solver.lagrangian.run import Subgradient
from solver.lagrangian.subproblems import make_agents
from solver.lns.annealing import Annealing
from solver.lns.scratch import Scratch
from solver.settings import Settings
from tests.waiting import PLENTY

ROOT = Path(__file__).resolve().parents[3]
GUARD = 64
SETTINGS = Settings(time_limit=PLENTY, workers=1, seed=5)


def test_no_kernel_points_into_an_array_that_it_made_itself() -> None:
    """Numba frees such an array after its last mention by name, and the kernel writes into what is no longer its
    own."""
    freed = []
    for path in (*ROOT.glob("solver/**/*.py"), *ROOT.glob("bench/*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef) or not any(
                isinstance(by, ast.Name) and by.id == "kernel" for by in function.decorator_list
            ):
                continue
            given = {argument.arg for argument in function.args.args}
            freed += [
                f"{path.name}: {function.name}: {ast.unparse(node)}"
                for node in ast.walk(function)
                if isinstance(node, ast.Attribute)
                and node.attr == "ctypes"
                and not (isinstance(node.value, ast.Name) and node.value.id in given)
            ]
    assert freed == []


def test_no_kernel_writes_past_its_arrays() -> None:
    problem = parse_problem(json.dumps(make_fair(120, 500, 3, True)))
    agents = make_agents(arrays_of(problem))
    assert agents is not None
    prices = Subgradient(agents)
    spaces = [_guarded(part) for part in prices._space]
    prices._space = (spaces[0][0], spaces[1][0])
    prices.advance(0, steps=50)
    search = Annealing(problem, SETTINGS, Board(problem, SETTINGS))
    states = [_guarded(part) for part in search.state]
    search.state = State(*(inner for inner, _whole in states))
    search._state = addresses(search.state)
    scratch = search._scratches[0]
    scratches = [_guarded(part) for part in scratch if isinstance(part, np.ndarray)]
    search._scratches[0] = Scratch(*(inner for inner, _whole in scratches), *scratch[len(scratches) :])
    search.begin()
    for temperature in (50.0, 5.0, 0.5):
        search.chunk(temperature, steps=2_000)
    for inner, whole in spaces + states + scratches:
        beyond = np.concatenate([whole[:GUARD], whole[GUARD + inner.size :]])
        assert set(beyond.tolist()) == {77}


def _guarded(part: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """A copy of an array inside a wider one full of 77, and the wider one."""
    whole = np.full(part.size + 2 * GUARD, 77, dtype=part.dtype)
    inner = whole[GUARD : GUARD + part.size].reshape(part.shape)
    inner[...] = part
    return inner, whole
