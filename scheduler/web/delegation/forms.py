"""Forms of the delegation area."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length

from scheduler.domain.enums import SessionKind
from scheduler.domain.session_limits import LETTERS
from scheduler.models import Event, ProgrammeSession
from scheduler.services.delegation.joint_programme import VisitDetails
from scheduler.services.event.clock_times import span_of

KINDS = {
    SessionKind.VISIT: _l("Visit to a pavilion or stand"),
    SessionKind.NETWORKING: _l("Networking"),
    SessionKind.SEMINAR: _l("Seminar"),
    SessionKind.PARTNER_MEETING: _l("Meeting of the group"),
}


class VisitForm(FlaskForm):
    title = StringField(
        _l("What"),
        validators=[
            InputRequired(_l("Give the visit a title.")),
            Length(max=LETTERS["title"], message=_l("A title has %(max)d characters at most.")),
        ],
    )
    kind = SelectField(_l("Kind"))
    day = SelectField(_l("Day"))
    starts = TimeField(_l("From"), validators=[InputRequired(_l("Say when it starts, like 10:30."))])
    ends = TimeField(_l("To"), validators=[InputRequired(_l("Say when it ends, like 11:00."))])
    pavilion = SelectField(_l("Pavilion"))
    room = StringField(
        _l("Where exactly"),
        validators=[Length(max=LETTERS["room"])],
        description=_l("Stand, room or meeting point."),
    )
    host = StringField(_l("Host"), validators=[Length(max=LETTERS["host"])])
    description = TextAreaField(_l("Note for the members"), validators=[Length(max=LETTERS["description"])])

    def offer(self, days: list[tuple[str, str]], pavilions: list[tuple[str, str]]) -> None:
        """Fill the choices; a session's kind outside of the usual ones stays possible."""
        self.kind.choices = [(kind.value, str(label)) for kind, label in KINDS.items()]
        self.day.choices = days
        self.pavilion.choices = [("", str(_l("Somewhere else"))), *pavilions]

    def show(self, visit: ProgrammeSession, zone: ZoneInfo) -> None:
        """Fill the fields from an item as it is."""
        start, end = visit.starts_at.astimezone(zone), visit.ends_at.astimezone(zone)
        self.title.data = visit.title
        self.kind.data = visit.kind.value
        self.day.data = start.date().isoformat()
        self.starts.data, self.ends.data = start.time(), end.time()
        self.pavilion.data = visit.pavilion.public_id if visit.pavilion else ""
        self.room.data, self.host.data, self.description.data = visit.room, visit.host, visit.description

    def details(self, event: Event) -> VisitDetails:
        """The entered values; an end before the start is on the next day. Raises Invalid."""
        starts_at, ends_at = span_of(
            event, date.fromisoformat(self.day.data), self.starts.data, self.ends.data
        )
        return VisitDetails(
            title=self.title.data or "",
            kind=SessionKind(self.kind.data),
            starts_at=starts_at,
            ends_at=ends_at,
            pavilion=self.pavilion.data or "",
            room=self.room.data or "",
            host=self.host.data or "",
            description=self.description.data or "",
        )
