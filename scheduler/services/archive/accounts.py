"""The accounts that an archive names: found by address, made where there is none; none that is here is changed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from scheduler.errors import Invalid
from scheduler.mail.addresses import clean_address
from scheduler.models import User, new_public_id
from scheduler.services.archive.contents import ACCOUNT_COLUMNS, ACCOUNTS, file_of
from scheduler.services.archive.entries import Ids, as_ids
from scheduler.services.archive.reading import OpenArchive
from scheduler.services.archive.said import unfit
from scheduler.services.archive.values import Unfit, reader

_AT_ONCE = 500


def accounts_of(session: Session, opened: OpenArchive) -> Ids:
    """The ids of the accounts, in the archive's order. An account opens nothing by itself. Raises Invalid."""
    told = [_account(number, entry) for number, entry in opened.entries(ACCOUNTS)]
    known: dict[str, int] = {}
    addresses = [account["email"] for account in told]
    for start in range(0, len(addresses), _AT_ONCE):
        some = addresses[start : start + _AT_ONCE]
        known |= dict(session.execute(select(User.email, User.id).where(User.email.in_(some))).all())
    now = datetime.now(UTC)
    fresh = {account["email"]: account for account in told if account["email"] not in known}
    if fresh:
        rows = [{**account, "public_id": new_public_id(), "created_at": now} for account in fresh.values()]
        made = session.execute(insert(User).returning(User.email, User.id), rows)
        known |= dict(made.all())
    return as_ids([known[address] for address in addresses])


def _account(number: int, entry: dict[str, object]) -> dict[str, str]:
    name, columns = file_of(ACCOUNTS), cast(Table, User.__table__).c
    values: dict[str, str] = {}
    for column in ACCOUNT_COLUMNS:
        try:
            values[column] = reader(columns[column])(entry.get(column))
        except Unfit as found:
            raise unfit(name, number, column, found) from None
    try:
        values["email"] = clean_address(values["email"])
    except Invalid:
        raise unfit(name, number, "email", Unfit("address")) from None
    return values
