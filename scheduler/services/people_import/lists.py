"""The lists that organisers bring: opened, corrected step by step, stored, thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, undefer

from scheduler.domain.enums import ImportState, ImportTask
from scheduler.errors import Conflict, NotFound
from scheduler.imports.columns import width_of
from scheduler.imports.people import OWN
from scheduler.imports.sheets import Sheet
from scheduler.models import Event, PeopleImport, User
from scheduler.services.people_import.check import LEAVE, OTHER, SAME, CheckedList
from scheduler.services.people_import.packing import pack_made, pack_sheet, unpack_sheet
from scheduler.services.people_import.progress import Tell, silent
from scheduler.services.people_import.reading import ListChoices, ListReading, choices_of
from scheduler.services.people_import.remarks import column_labels
from scheduler.services.people_import.store import store_people


@dataclass(frozen=True, slots=True)
class StoringOutcome:
    """What storing a list did. `rest` is a list of the rows that were `left` out, to be corrected; rows that repeat
    others are in none."""

    people: int
    organisations: int
    changed: int
    repeats: int
    left: int
    rest: PeopleImport | None


def open_list(
    session: Session, event: Event, sheet: Sheet, name: str, actor: User, choices: ListChoices | None = None
) -> PeopleImport:
    """Keep a list to look at it, for as long as `abandoned_imports` says."""
    found = PeopleImport(
        event_id=event.id,
        user_id=actor.id,
        name=name[:200],
        created_at=event.now(),
        content=pack_sheet(sheet),
        choices=(choices or ListChoices()).as_data(),
    )
    session.add(found)
    session.flush()
    return found


def list_by_public_id(
    session: Session, event: Event, public_id: str, *, of_user: int | None = None, lock: bool = False
) -> PeopleImport:
    """A list of the event, with its contents; with `of_user`, one that this user brought. Raises NotFound."""
    query = (
        select(PeopleImport)
        .where(PeopleImport.event_id == event.id, PeopleImport.public_id == public_id)
        .options(undefer(PeopleImport.content), undefer(PeopleImport.made))
    )
    locked = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(locked if lock else query)
    if found is None or (of_user is not None and found.user_id != of_user):
        raise NotFound(_("There is no such list. Lists that nobody stores are kept for two weeks."))
    if lock:
        # What was known before the lock may have changed while we waited.
        session.expire(found, ["errand"])
    return found


def sheet_of(found: PeopleImport) -> Sheet:
    """The table of a list that is being looked at. Raises Conflict when it was stored meanwhile."""
    if found.state is not ImportState.OPEN or found.content is None:
        raise Conflict(_("This list is stored already. Its people stand under People."))
    return unpack_sheet(found.content)


def require_idle(found: PeopleImport) -> None:
    """Raises Conflict while a worker stores the list or takes it back."""
    if found.task is ImportTask.STORE:
        raise Conflict(_("This list is being stored. Wait until that is done."))
    if found.task is ImportTask.UNDO:
        raise Conflict(_("This list is being taken back. Wait until that is done."))


def choose_columns(
    found: PeopleImport, columns: Mapping[int, str], *, headings: int, type_code: str, unvalidated: bool
) -> None:
    """Say what each column holds. Of another row of headings, nothing is known yet."""
    before = choices_of(found.choices)
    moved = headings != before.headings
    known = column_labels()
    chosen = (
        {}
        if moved
        else {n: column for n, column in columns.items() if column in ("", *known) or column.startswith(OWN)}
    )
    _choose(
        found, replace(before, columns=chosen, headings=headings, type=type_code, unvalidated=unvalidated)
    )


def correct_cells(found: PeopleImport, cells: Mapping[tuple[int, int], str]) -> None:
    """Say what should stand in some cells, by row and position."""
    before = choices_of(found.choices)
    _choose(found, replace(before, cells={**before.cells, **cells}))


def say_who(found: PeopleImport, twins: Mapping[int, str]) -> None:
    """Say of rows whether they are somebody who is registered, somebody else, or to be left out."""
    before = choices_of(found.choices)
    said = {row: who for row, who in twins.items() if who in (SAME, OTHER, LEAVE)}
    _choose(found, replace(before, twins={**before.twins, **said}))


def choose_options(found: PeopleImport, *, update: bool, shown: bool, approved: bool = False) -> None:
    """Say what storing the list is to do."""
    _choose(found, replace(choices_of(found.choices), update=update, shown=shown, approved=approved))


def store_list(
    session: Session,
    event: Event,
    found: PeopleImport,
    reading: ListReading,
    checked: CheckedList,
    actor: User,
    *,
    brought_by_id: int | None = None,
    tell: Tell = silent,
) -> StoringOutcome:
    """Store what is ready. Rows with a problem, and those that may be somebody else, become a list of their own.

    Raises Invalid, and Conflict when somebody registered one of these people meanwhile, or a worker is at it.
    """
    require_idle(found)
    choices = choices_of(found.choices)
    try:
        made = store_people(
            session,
            event,
            checked,
            actor,
            brought_by_id=brought_by_id,
            shown=choices.shown,
            approved=choices.approved,
            update=choices.update,
            tell=tell,
        )
    except IntegrityError:
        raise Conflict(
            _("Somebody registered one of these people at the same moment. Nothing was stored: look again.")
        ) from None
    left = {problem.number for problem in checked.problems} - checked.repeats
    left |= {twin.number for twin in checked.twins}
    rest = _rest(session, event, found, reading, left, choices, actor) if left else None
    found.state = ImportState.STORED
    found.stored_at = event.now()
    found.content = None
    found.choices = ListChoices().as_data()
    found.made = pack_made(made)
    found.counts = {
        "people": len(made.people),
        "organisations": len(made.organisations),
        "changed": len(made.changed),
        "left": len(left),
        "repeats": len(checked.repeats),
        **({"rest": rest.id} if rest is not None else {}),
    }
    session.flush()
    return StoringOutcome(
        len(made.people), len(made.organisations), len(made.changed), len(checked.repeats), len(left), rest
    )


def discard_list(session: Session, found: PeopleImport) -> None:
    """Throw away a list that was not stored. Raises Conflict when it was, or a worker is at it."""
    require_idle(found)
    sheet_of(found)
    session.delete(found)
    session.flush()


def _rest(
    session: Session,
    event: Event,
    found: PeopleImport,
    reading: ListReading,
    left: set[int],
    choices: ListChoices,
    actor: User,
) -> PeopleImport:
    """The rows that were left out below their headings, numbered as in the file and read as they were."""
    columns = reading.columns
    rows = (columns.headings, *(row for row in columns.rows if row.number in left))
    read = {position: column for column, positions in columns.of.items() for position in positions}
    kept = {position: read.get(position, "") for position in range(width_of(columns))}
    rest = replace(
        choices,
        columns=kept,
        headings=columns.headings.number,
        cells={},
        twins={row: who for row, who in choices.twins.items() if row in left},
    )
    return open_list(session, event, replace(reading.sheet, rows=rows), found.name, actor, rest)


def _choose(found: PeopleImport, choices: ListChoices) -> None:
    require_idle(found)
    sheet_of(found)
    found.choices = choices.as_data()
