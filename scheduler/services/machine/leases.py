"""What one process alone may do for a while. The instants are those of the machines' clocks.

A lease keeps two from doing the same work at once; it never alone keeps something from being done twice. Clocks
differ and processes are paused, so whoever works under a lease guards each step by the row that the step is about.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scheduler.models import WorkLease
from scheduler.services.machine.processes import lives, process_name


class Lease(Enum):
    """NONE: another one has it. NEW: it was free, or its holder is gone. KEPT: it was ours already."""

    NONE = "none"
    NEW = "new"
    KEPT = "kept"


def holder_name() -> str:
    """This process, so that another can tell whether it still lives; a new name at each call."""
    return f"{process_name()}|{secrets.token_hex(4)}"


def take_lease(session: Session, name: str, holder: str, lasts: timedelta, now: datetime) -> Lease:
    """Become the holder, or stay it. Commits."""
    lease = session.get(WorkLease, name, with_for_update=True, populate_existing=True)
    if lease is None:
        session.add(WorkLease(name=name, holder=holder, expires_at=now + lasts))
        try:
            session.commit()
        except IntegrityError:
            session.rollback()
            return Lease.NONE
        return Lease.NEW
    if lease.holder != holder and lease.expires_at > now and lives(lease.holder.partition("|")[0]):
        session.rollback()
        return Lease.NONE
    found = Lease.KEPT if lease.holder == holder else Lease.NEW
    lease.holder, lease.expires_at = holder, now + lasts
    session.commit()
    return found


def give_lease_back(session: Session, name: str, holder: str) -> None:
    """End being the holder. Commits."""
    lease = session.get(WorkLease, name, with_for_update=True, populate_existing=True)
    if lease is not None and lease.holder == holder:
        session.delete(lease)
    session.commit()
