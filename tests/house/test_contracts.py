"""The contracts of `setup.cfg` name every room: one that is added later is held by them too."""

from __future__ import annotations

from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = ConfigParser()
CONTRACTS.read(ROOT / "setup.cfg", encoding="utf-8")


def _named(contract: str, key: str) -> set[str]:
    lines = CONTRACTS[f"importlinter:contract:{contract}"][key].splitlines()
    return {name.strip() for line in lines for name in line.split("|") if name.strip()}


def _rooms(top: str) -> set[str]:
    """The packages right below one of ours."""
    return {f"{top}.{path.parent.name}" for path in (ROOT / top).glob("*/__init__.py")}


def test_every_room_of_the_application_has_its_place_in_the_order() -> None:
    # they hold files and no code that others import
    apart = {"scheduler.data", "scheduler.guide", "scheduler.migrations", "scheduler.static"}
    assert _rooms("scheduler") - apart == _named("layers", "layers") - {"scheduler.cli"}


def test_nothing_of_the_solver_but_its_face_can_be_imported() -> None:
    modules = {
        f"solver.{path.stem}" for path in (ROOT / "solver").glob("*.py") if not path.stem.startswith("__")
    }
    assert _named("solver-face", "forbidden_modules") == _rooms("solver") | modules


def test_every_method_of_the_solver_stands_beside_the_others() -> None:
    layers = CONTRACTS["importlinter:contract:solver-order"]["layers"].splitlines()
    (methods,) = [line for line in layers if "solver.cpsat" in line]
    beside = {name.strip() for name in methods.split("|")}
    common = {
        "solver.instance",
        "solver.io",
        "solver.jit",
        "solver.judge",
        "solver.portfolio",
        "solver.reasons",
        "solver.repair",
    }
    assert beside == _rooms("solver") - common


def test_every_room_below_the_web_knows_no_request() -> None:
    above = {"scheduler.cli", "scheduler.web", "scheduler.demo", "scheduler.jobs"}
    assert _named("no-request", "source_modules") == _named("layers", "layers") - above
