"""The command line: `expo`."""

from __future__ import annotations

import logging
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import IO

import click
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.orm import Session

from scheduler import create_app
from scheduler.config import Mode
from scheduler.domain.enums import Role
from scheduler.errors import SchedulerError
from scheduler.extensions import db
from scheduler.models import Event, MatchmakingRound
from scheduler.planning.refusal import BreaksRules, CannotPlan
from scheduler.schema import upgrade_database


class Commands(click.Group):
    """Says what a service refuses as one line, without a stack trace."""

    def invoke(self, context: click.Context) -> object:
        """Run a command; what can be expected to go wrong ends it with code 1 and a sentence."""
        try:
            return super().invoke(context)
        except CannotPlan as refused:
            from scheduler.web.labels.run_outcomes import outcome_said

            with create_app().app_context():
                raise click.ClickException(outcome_said(refused.outcome)) from None
        except SchedulerError as error:
            raise click.ClickException(error.message) from None
        except ArgumentError as error:
            raise click.ClickException(f"EXPO_DATABASE_URL is no address of a database: {error}.") from None
        except DatabaseError as error:
            raise click.ClickException(
                f"The database can't be used: {error.orig}. If it is there, `expo db upgrade` brings it up to date."
            ) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Expo Scheduler: matchmaking rounds for expos, from interests to agendas."""
    # Whatever a command writes, databases and their copies too, is its owner's alone.
    os.umask(0o077)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), envvar="PORT")
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1, 64), help="Web processes.")
def serve(host: str, port: int, processes: int) -> None:
    """Run the web server and a worker together."""
    from scheduler.jobs.serve import serve as run

    app = create_app()
    upgrade_database(app.config["DATABASE_URL"])
    _say_mail(app)
    click.echo(f"Serving on http://{host}:{port} (Ctrl+C ends)")
    sys.exit(run(host, port, processes, click.echo))


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), envvar="PORT")
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1, 64), help="Web processes.")
def web(host: str, port: int, processes: int) -> None:
    """Run the web server alone; a worker runs elsewhere."""
    from scheduler.jobs.serve import gunicorn_command

    _say_mail(create_app())
    command = gunicorn_command(host, port, processes)
    os.execv(command[0], command)  # noqa: S606


@main.command()
@click.option("--quiet", is_flag=True, help="Say nothing about mail: the server has said it.")
def worker(quiet: bool) -> None:
    """Run a worker alone: runs, mail, reminders."""
    from scheduler.jobs.worker import Worker

    logging.getLogger("huey").setLevel(logging.WARNING)
    app = create_app()
    if not quiet:
        _say_mail(app)
    Worker(app).run()


@main.group()
def database() -> None:
    """The database's shape."""


main.add_command(database, "db")


@database.command()
def upgrade() -> None:
    """Bring the database to the newest shape."""
    upgrade_database(create_app().config["DATABASE_URL"])
    click.echo("The database is up to date.")


@main.command()
@click.option("--participants", default=300, show_default=True, type=click.IntRange(20, 200_000))
@click.option(
    "--seconds", default=25, show_default=True, type=click.IntRange(1, 3600), help="For the solver."
)
def demo(participants: int, seconds: int) -> None:
    """Build Barcelona 2023 with invented people, and print a sign-in link for each role."""
    from scheduler.demo.command import make_demo

    app = create_app()
    upgrade_database(app.config["DATABASE_URL"])
    with app.app_context():
        make_demo(app, participants=participants, seconds=seconds, say=click.echo)


@main.command("create-event")
@click.argument("slug")
@click.argument("name")
@click.option("--timezone", required=True, help="Such as Europe/Madrid.")
@click.option("--first-day", required=True, type=click.DateTime(["%Y-%m-%d"]))
@click.option("--last-day", required=True, type=click.DateTime(["%Y-%m-%d"]))
@click.option("--city", default="")
@click.option("--venue", default="")
@click.option("--organiser", required=True, help="The mail address of who organises it.")
@click.option(
    "--topics",
    type=click.Choice(["none", "smart-city"]),
    default="none",
    show_default=True,
    help="What participants choose their offers and wishes from; the organiser adds others.",
)
def create_event(
    slug: str,
    name: str,
    timezone: str,
    first_day: datetime,
    last_day: datetime,
    city: str,
    venue: str,
    organiser: str,
    topics: str,
) -> None:
    """Make an event: SLUG is its short name in addresses, NAME what people read."""
    from scheduler.services.event import events

    app = create_app()
    upgrade_database(app.config["DATABASE_URL"])
    with app.app_context(), db.new_session(app.config["DATABASE_URL"]) as session:
        days = events.days_from(first_day.date(), last_day.date())
        details = events.EventDetails(slug, name, timezone, days, city, venue, topics=topics == "smart-city")
        event = events.create_event(session, details)
        events.add_organiser(session, event, organiser, "", Role.ORGANISER)
        session.commit()
        click.echo(f"“{event.name}” is made: {app.config['BASE_URL']}/e/{event.slug}/")
        click.echo(f"{organiser} organises it and signs in with this address.")


@main.command("add-organiser")
@click.argument("event")
@click.argument("email")
@click.option("--name", default="")
@click.option("--co-organiser", is_flag=True, help="May read everything, and change own participants only.")
def add_organiser(event: str, email: str, name: str, co_organiser: bool) -> None:
    """Let EMAIL organise EVENT (its short name in addresses)."""
    from scheduler.services.event import events

    app = create_app()
    with app.app_context(), db.new_session(app.config["DATABASE_URL"]) as session:
        row = _event(session, event)
        role = Role.CO_ORGANISER if co_organiser else Role.ORGANISER
        user = events.add_organiser(session, row, email, name, role)
        session.commit()
        click.echo(f"{user.email} organises “{row.name}”.")


@main.command("export-problem")
@click.argument("event")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--round", "round_name", default="", help="The round's name; by default the latest.")
def export_problem(event: str, file: Path, round_name: str) -> None:
    """Write the problem of EVENT's round to FILE, for `python -m solver solve`.

    EVENT is its short name in addresses.
    """
    from scheduler.planning.exchange import write_round

    with db.new_session(create_app().config["DATABASE_URL"], read_only=True) as session:
        row = _round(session, event, round_name)
        size = write_round(session, row.id, file)
        click.echo(
            f"“{row.name}”: {size.participants} participants, {size.meetings} meetings wanted. Wrote {file}."
        )


@main.command("import-schedule")
@click.argument("event")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--round", "round_name", default="", help="The round's name; by default the latest.")
def import_schedule(event: str, file: Path, round_name: str) -> None:
    """Make a draft plan of EVENT's round from a schedule FILE that was solved elsewhere."""
    from scheduler.planning.exchange import read_schedule, store_claim

    claim = read_schedule(file)
    app = create_app()
    with app.app_context(), db.new_session(app.config["DATABASE_URL"]) as session:
        row = _round(session, event, round_name)
        try:
            plan = store_claim(session, row.id, claim)
        except BreaksRules as refused:
            raise click.ClickException(_refused(session, row, file, refused)) from None
        held = plan.measures["held"]
        session.commit()
        click.echo(f"“{plan.name}” of “{row.name}” holds {held} meetings. It is a draft.")


@main.command("export-archive")
@click.argument("event")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_archive(event: str, file: Path) -> None:
    """Write all of EVENT (its short name in addresses) to FILE, for `expo import-archive` elsewhere.

    What is in it and what stays behind: docs/archive.md.
    """
    from scheduler.services.archive.contents import TAKEN_OUT
    from scheduler.services.archive.files import write_archive
    from scheduler.services.audit import record

    app = create_app()
    with app.app_context():
        with db.new_session(app.config["DATABASE_URL"], read_only=True) as session:
            key = _event(session, event).id
            session.rollback()
            size = write_archive(session, key, file)
        with db.new_session(app.config["DATABASE_URL"]) as session:
            row = _event(session, event)
            record(session, row, None, TAKEN_OUT, row.public_id)
            session.commit()
            click.echo(
                f"“{row.name}”: wrote {file} ({size / 1e6:.1f} MB). It holds everybody's data: keep it safe."
            )


@main.command("check-archive")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_archive(file: Path) -> None:
    """Look through the archive FILE: whether it is whole and undamaged, and what it holds. Nothing is stored."""
    from scheduler.services.archive.files import read_archive
    from scheduler.services.archive.reading import preview_of

    app = create_app()
    with app.app_context():
        archive = read_archive(file)
        preview = preview_of(archive)
    click.echo(
        f"“{preview.name}”, {preview.first_day} to {preview.last_day}, as of {preview.as_of:%Y-%m-%d %H:%M} UTC."
    )
    click.echo(
        f"Made by version {preview.software}, schema {archive.schema}. Every file is what its hash says."
    )
    for name, count in preview.counts.items():
        if count:
            click.echo(f"{count:>9,}  {name}")
    click.echo(f"{preview.files:>9,}  files")


@main.command("import-archive")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organiser", required=True, help="The mail address of who organises it here.")
@click.option("--slug", default="", help="Its short name in addresses; by default the one that it had.")
@click.option(
    "--archived", is_flag=True, help="Close it at once: nothing in it changes, nobody is written to."
)
def import_archive(file: Path, organiser: str, slug: str, archived: bool) -> None:
    """Make an event of the archive FILE. Nobody but the organiser gets a role in it."""
    from scheduler.services.accounts.sign_in_links import user_of
    from scheduler.services.archive.files import read_archive
    from scheduler.services.archive.restoring import bring_in

    app = create_app()
    upgrade_database(app.config["DATABASE_URL"])
    with app.app_context(), db.new_session(app.config["DATABASE_URL"]) as session:
        archive = read_archive(file)
        actor = user_of(session, organiser)
        event = bring_in(session, archive, slug or archive.slug, actor, archived=archived)
        session.commit()
        click.echo(f"“{event.name}” is here: {app.config['BASE_URL']}/e/{event.slug}/")
        click.echo(f"{actor.email} organises it and signs in with this address.")


def _event(session: Session, slug: str) -> Event:
    event = session.scalar(select(Event).where(Event.slug == slug))
    if event is None:
        raise click.ClickException(f"There is no event {slug!r}.")
    return event


def _refused(session: Session, row: MatchmakingRound, file: Path, refused: BreaksRules) -> str:
    from scheduler.queries.rounds.run_outcome import names_of_outcome
    from scheduler.web.access import current
    from scheduler.web.labels.broken_rules import file_refused_said

    current.event = session.get_one(Event, row.event_id)  # times are said in its zone
    return file_refused_said(
        file.name, refused.outcome, names_of_outcome(session, row.event_id, refused.outcome)
    )


def _round(session: Session, slug: str, name: str) -> MatchmakingRound:
    event = _event(session, slug)
    rows = session.scalars(
        select(MatchmakingRound).where(MatchmakingRound.event_id == event.id).order_by(MatchmakingRound.id)
    ).all()
    chosen = [row for row in rows if row.name == name] if name else rows[-1:]
    if not chosen:
        known = ", ".join(f"“{row.name}”" for row in rows) or "none"
        raise click.ClickException(f"{slug} has no such round; it has {known}.")
    return chosen[0]


@main.command()
@click.argument("file", type=click.File("rb"), default="-")
def bounces(file: IO[bytes]) -> None:
    """Read a report of undeliverable mail (from FILE or standard input) and remember dead addresses.

    Let the mailbox of MAIL_FROM pipe what it receives here.
    """
    from scheduler.mail.bounces import MOST_BYTES
    from scheduler.mail.send import record_bounces
    from scheduler.sandbox.run import Busy

    app = create_app()
    data = file.read(MOST_BYTES)
    # A mail server that pipes what is larger waits until all of it is taken.
    while file.read(MOST_BYTES):
        pass
    try:
        with app.app_context(), db.new_session(str(app.config["DATABASE_URL"])) as session:
            found = record_bounces(session, data)
            session.commit()
    except Busy as error:
        click.echo(error.message, err=True)
        sys.exit(os.EX_TEMPFAIL)
    # Mail servers keep what a pipe says in their logs: no addresses.
    dead = sum(bounce.final for bounce in found)
    click.echo(f"{len(found)} reports about mails of ours; {dead} of the addresses are dead.")


def _say_mail(app: Flask) -> None:
    if not app.config["MAIL_URL"] and not Mode(app.config["MODE"]).shows_mail:
        click.echo(
            "No mail server is configured: nobody can sign in until EXPO_MAIL_URL names one"
            " (for example smtp+starttls://user:password@mail.example.org:587).",
            err=True,
        )


if __name__ == "__main__":
    main()
