"""What is done on behalf of somebody, kept with the change itself: the entry of the log, and the word to the person.

`transaction` asks for it with every request before it commits, so no view can forget it.
"""

from __future__ import annotations

from typing import Any

from flask import current_app, request
from flask_babel import gettext as _

from scheduler.domain.enums import ParticipantState
from scheduler.errors import Conflict
from scheduler.extensions import db
from scheduler.mail.request_mails import tell_of_acts
from scheduler.models import Participant, User
from scheduler.queries.people.acts import named_by
from scheduler.services.audit import for_whom, has_written, is_recorded, record
from scheduler.web import acting
from scheduler.web.access import current, this_event


def begin(person: Participant, user: User) -> None:
    """Act for somebody from now on. Raises Conflict when they have left."""
    if person.state is ParticipantState.WITHDRAWN:
        raise Conflict(_("%(name)s has left: let them take part again first.", name=person.name))
    event = this_event()
    acting.begin(event, person, user)
    for_whom(db.session, person)
    record(db.session, event, user, "behalf.begin", person.public_id)


def keep() -> None:
    """Log what this request did for somebody, and tell them once an hour. Nothing was done: nothing is kept."""
    if not current.on_behalf or current.user is None or not has_written(db.session):
        return
    event, person = this_event(), current.participant
    deed = acting.deed_of(current_app.view_functions[request.endpoint or ""])
    if person is None or deed is None:
        return
    if not is_recorded(db.session):
        record(db.session, event, current.user, deed.action, person.public_id, **_detail(person, deed))
    if current.acting is not None and not current.acting.told:
        tell_of_acts(db.session, person, current.user)
        acting.note_told()


def _detail(person: Participant, deed: acting.Deed) -> dict[str, Any]:
    """Whom or what it was about, and what was said."""
    named = named_by(db.session, person, request.view_args or {})
    said = {name: request.form.get(name, "")[:200] for name in deed.fields}
    return {"name": named, **said}
