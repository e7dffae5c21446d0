"""Rate limits: by the person and the mailbox before the network, one count for all processes, never an error."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from limits import parse
from limits.strategies import SlidingWindowCounterRateLimiter
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from scheduler import create_app
from scheduler.errors import SchedulerError
from scheduler.models import OutboxMessage, RateCount
from scheduler.rate_store import DatabaseStorage
from tests import factories as make
from tests.outages import redis_server

pytestmark = pytest.mark.usefixtures("still_clock")


def limited(app: Flask, **settings: Any) -> Flask:
    """The same application with limits, as another process has it."""
    return create_app(
        {
            **app.config,
            "INSTANCE": app.instance_path,
            "RATELIMIT_ENABLED": True,
            "SESSION_COOKIE_SECURE": False,
        }
        | settings
    )


def ask(app: Flask, email: str, network: str = "192.0.2.7") -> int:
    """Ask for a link from a browser that was never here; the answer's status."""
    client = app.test_client()
    answer = client.post("/account/sign-in", data={"email": email}, environ_base={"REMOTE_ADDR": network})
    return answer.status_code


def mails(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(OutboxMessage)) or 0


def test_mailbox_gets_five_links_whoever_asks_from_wherever(app: Flask, session: Session) -> None:
    make.make_user(session, "ana@example.org")
    session.commit()
    site = limited(app)
    codes = [ask(site, spelling, f"198.51.100.{n}") for n, spelling in enumerate(["ana@example.org"] * 20)]
    codes += [ask(site, " Ana@EXAMPLE.org", f"203.0.113.{n}") for n in range(20)]
    assert (codes.count(200), mails(session)) == (5, 5)
    assert set(codes) == {200, 429}


def test_refusal_is_the_same_for_an_address_that_nobody_has(app: Flask, session: Session) -> None:
    site = limited(app)
    assert [ask(site, "nobody@example.org") for _ in range(6)] == [200] * 5 + [429]


def test_hall_behind_one_address_signs_in(app: Flask, session: Session) -> None:
    site = limited(app)
    codes = {ask(site, f"guest{number}@example.org") for number in range(300)}
    assert codes == {200}


def test_person_whose_address_a_stranger_wore_out_still_gets_a_link_on_their_own_device(
    app: Flask, session: Session
) -> None:
    make.make_user(session, "ana@example.org")
    session.commit()
    site = limited(app)
    phone = site.test_client()
    phone.get("/account/sign-in")
    phone.post("/account/sign-in", data={"email": "ana@example.org"})
    session.rollback()
    letter = session.scalars(select(OutboxMessage)).one()
    path = letter.text.split("/account/sign-in/")[1].split()[0]
    session.rollback()
    assert phone.post(f"/account/sign-in/{path}").status_code == 302
    assert phone.post("/account/sign-out").status_code == 302
    while ask(site, "ana@example.org") == 200:
        pass
    assert phone.post("/account/sign-in", data={"email": "ana@example.org"}).status_code == 200


def test_two_processes_count_together(app: Flask, session: Session) -> None:
    one, other = limited(app), limited(app)
    codes = [ask(site, "ana@example.org") for site in (one, other) * 4]
    assert codes == [200] * 5 + [429] * 3


def test_counts_are_exact_when_many_ask_at_once(database_url: str, session: Session) -> None:
    stores = [SlidingWindowCounterRateLimiter(DatabaseStorage(database_url, 30)) for _ in range(4)]
    limit = parse("10 per day")
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda number: stores[number % 4].hit(limit, "ana"), range(40)))
    # At midnight the window changes; what came before it still counts.
    assert taken.count(True) == 10


def test_counts_hold_no_address_and_go_when_they_are_past(app: Flask, session: Session) -> None:
    site = limited(app)
    ask(site, "ana@example.org", "192.0.2.99")
    rows = session.scalars(select(RateCount)).all()
    assert rows
    assert not any("ana" in row.key or "192.0.2" in row.key for row in rows)
    session.execute(text("UPDATE rate_count SET ends_at = 5"))
    session.commit()
    DatabaseStorage(str(site.config["DATABASE_URL"]), 30).acquire_sliding_window_entry("x", 5, 60)
    session.rollback()
    assert min(session.scalars(select(RateCount.ends_at))) > 5


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("store", ["redis://127.0.0.1:1", "database"])
def test_store_that_does_not_answer_turns_nobody_away(
    app: Flask, session: Session, store: str, caplog: pytest.LogCaptureFixture
) -> None:
    session.execute(text("DROP TABLE rate_count"))
    session.commit()
    site = limited(app, RATELIMIT_STORAGE_URI=store)
    # Meanwhile the process counts for itself.
    assert [ask(site, "ana@example.org") for _ in range(6)] == [200] * 5 + [429]
    assert "the store of rate limits does not answer" in caplog.text
    assert "ana@example.org" not in caplog.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("store", ["nonsense", "mysql://x"])
def test_store_that_can_not_be_is_said_at_the_start(app: Flask, store: str) -> None:
    with pytest.raises(SchedulerError, match="EXPO_RATELIMIT_STORAGE_URI can't be used"):
        limited(app, RATELIMIT_STORAGE_URI=store)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_redis_counts_for_all_processes_and_may_go_away(app: Flask, session: Session, tmp_path: Path) -> None:
    with redis_server(tmp_path) as port:
        sites = [limited(app, RATELIMIT_STORAGE_URI=f"redis://127.0.0.1:{port}/3") for _ in range(2)]
        assert [ask(site, "ana@example.org") for site in sites * 3] == [200] * 5 + [429]
    assert ask(sites[0], "bob@example.org") == 200
