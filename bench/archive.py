"""How long an event takes to go out as an archive and to come in elsewhere: `python -m bench.archive`.

The demonstration with `--participants` people, planned and published when `--seconds` gives the solver time, on
SQLite in a folder of its own. Out and in are measured in processes of their own, so that each says what it needed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from scheduler import create_app
from scheduler.demo.command import make_demo
from scheduler.extensions import db
from scheduler.models import Base, Event
from scheduler.services.accounts.sign_in_links import user_of
from scheduler.services.archive.files import read_archive, write_archive
from scheduler.services.archive.restoring import bring_in


def application(folder: Path, name: str) -> Flask:
    """An installation with a database of its own."""
    url = f"sqlite:///{folder / name}.sqlite3"
    return create_app({"INSTANCE": folder / name, "DATABASE_URL": url, "MODE": "demonstration"})


def build(folder: Path, participants: int, seconds: int) -> None:
    """The event that is to travel, and an empty database."""
    for name in ("here", "there"):
        Base.metadata.create_all(db.engine(application(folder, name).config["DATABASE_URL"]))
    make_demo(
        application(folder, "here"),
        participants=participants,
        seconds=seconds,
        plan=seconds > 0,
        say=lambda line: print(f"  {line}"),
    )


def out(folder: Path) -> None:
    """The event as an archive."""
    app = application(folder, "here")
    with app.app_context(), db.new_session(app.config["DATABASE_URL"], read_only=True) as session:
        key = session.scalar(select(func.min(Event.id)))
        session.rollback()
        assert key is not None
        size = write_archive(session, key, folder / "event.zip")
    print(f"an archive of {size / 1e6:.1f} MB")


def look(folder: Path) -> None:
    """The archive looked through, as a page does first."""
    app = application(folder, "there")
    with app.app_context():
        archive = read_archive(folder / "event.zip")
    told = archive.manifest["tables"].values()
    print(f"{sum(table['rows'] for table in told):,} entries in {len(told)} tables")


def bring(folder: Path) -> None:
    """The archive as an event."""
    app = application(folder, "there")
    with app.app_context(), db.new_session(app.config["DATABASE_URL"]) as session:
        archive = read_archive(folder / "event.zip")
        bring_in(session, archive, "again", user_of(session, "ada@invented.example"))
        session.commit()


def measured(work: Callable[..., None], *values: Any) -> None:
    """Run in a process of its own, and say how long that took and how much memory it needed."""

    def run() -> None:
        began, busy = time.perf_counter(), time.process_time()
        work(*values)
        took, busy = time.perf_counter() - began, time.process_time() - busy
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{work.__name__:<8}{took:>8.1f} s, {busy:.1f} s of them on the processor, {most:.0f} MB at most"
        )

    process = multiprocessing.get_context("fork").Process(target=run)
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"{work.__name__} ended with {process.exitcode}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--participants", type=int, default=25_000)
    parser.add_argument("--seconds", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measured(build, folder, options.participants, options.seconds)
        for work in (out, look, bring):
            measured(work, folder)


if __name__ == "__main__":
    main()
