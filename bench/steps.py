"""The steps of a benchmark, timed one by one on a database of its own, against a baseline of the same run."""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import Session

from scheduler import create_app
from scheduler.extensions import db
from scheduler.models import Base


class Steps:
    """How long each step took, in seconds by name; printed as it ends."""

    def __init__(self) -> None:
        self._took: dict[str, float] = {}
        self._baseline = 0.0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """A step that counts."""
        began = time.perf_counter()
        yield
        self._took[name] = self._printed(name, began)

    @contextmanager
    def baseline(self, name: str) -> Iterator[None]:
        """What the whole is compared with."""
        began = time.perf_counter()
        yield
        self._baseline = self._printed(f"baseline: {name}", began)

    def print_whole(self) -> None:
        """Print what the steps took until now, as a ratio to the baseline."""
        whole = sum(self._took.values())
        print(f"the whole: {whole:.1f} s, {whole / self._baseline:.1f} of the baseline")

    def _printed(self, name: str, began: float) -> float:
        took = time.perf_counter() - began
        print(f"{name:<40}{took:>8.2f} s")
        return took


def run_apart(doc: str | None, what: str, number: int, run: Callable[[Session, int], None]) -> None:
    """Run a benchmark from the command line on SQLite in a folder of its own: `--<what>` says how many rows."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument(f"--{what}", dest="number", type=int, default=number)
    number = parser.parse_args().number
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.sqlite"
        app = create_app({"INSTANCE": Path(folder), "DATABASE_URL": url, "MODE": "demonstration"})
        Base.metadata.create_all(db.engine(url))
        with app.test_request_context(), db.new_session(url) as session:
            run(session, number)
        db.dispose(url)
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
