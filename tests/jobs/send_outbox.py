"""A worker that does nothing but send: run as a process of its own, so that it can be killed."""

from __future__ import annotations

import sys

from scheduler import create_app
from scheduler.jobs.courier import Courier


def main() -> None:
    instance, database, mail = sys.argv[1:4]
    app = create_app(
        {
            "INSTANCE": instance,
            "DATABASE_URL": database,
            "MAIL_URL": mail,
            "MODE": "production",
            "SECRET_KEY": "x",
        }
    )
    print("ready", flush=True)
    Courier(app).run()


if __name__ == "__main__":
    main()
