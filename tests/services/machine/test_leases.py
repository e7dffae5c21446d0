"""Who alone does something: the living keep it, the dead lose it at once, the silent after a while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from scheduler.services.machine.leases import Lease, give_lease_back, holder_name, take_lease

NOW = datetime(2026, 5, 1, tzinfo=UTC)
LASTS = timedelta(seconds=20)


def _take(session: Session, holder: str, seconds: float = 0.0) -> Lease:
    return take_lease(session, "mail", holder, LASTS, NOW + timedelta(seconds=seconds))


def test_living_holder_keeps_the_lease(session: Session) -> None:
    mine = holder_name()
    assert [_take(session, mine), _take(session, mine, 15)] == [Lease.NEW, Lease.KEPT]
    assert _take(session, holder_name(), 30) is Lease.NONE
    give_lease_back(session, "mail", mine)
    assert _take(session, holder_name(), 31) is Lease.NEW


def test_dead_process_of_this_machine_loses_the_lease_at_once(session: Session) -> None:
    process, tail = holder_name().split("|")
    host, pid, _began = process.rsplit(":", 2)
    assert _take(session, f"{host}|{pid}|0.00|{tail}") is Lease.NEW
    assert _take(session, holder_name(), 1) is Lease.NEW


def test_silent_machine_loses_the_lease_after_seconds(session: Session) -> None:
    assert _take(session, "elsewhere|1|1.00|x") is Lease.NEW
    assert _take(session, holder_name(), 19) is Lease.NONE
    assert _take(session, holder_name(), 21) is Lease.NEW


def test_other_work_has_a_lease_of_its_own(session: Session) -> None:
    assert _take(session, "elsewhere|1|1.00|x") is Lease.NEW
    assert take_lease(session, "lists", holder_name(), LASTS, NOW) is Lease.NEW
