"""A worker that stores a list and is killed after the first rows: run as a process of its own."""

from __future__ import annotations

import os
import signal
import sys

from scheduler import create_app
from scheduler.extensions import db
from scheduler.services.machine.processes import process_name
from scheduler.services.people_import.errands import check_import, run_errand, take
from scheduler.services.people_import.progress import StoringStep


def _die_in_the_middle(step: StoringStep, done: int, _total: int) -> None:
    if step is StoringStep.REGISTER and done:
        os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    instance, database, list_id = sys.argv[1], sys.argv[2], int(sys.argv[3])
    app = create_app(
        {"INSTANCE": instance, "DATABASE_URL": database, "MODE": "production", "SECRET_KEY": "x"}
    )
    with app.app_context():
        with db.new_session(database) as session:
            assert take(session, list_id, process_name())
            session.commit()
        with db.new_session(database) as session:
            checked = check_import(session, list_id, _die_in_the_middle)
            run_errand(session, list_id, process_name(), checked, _die_in_the_middle)
            session.commit()


if __name__ == "__main__":
    main()
