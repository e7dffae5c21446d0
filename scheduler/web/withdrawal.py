"""The question from when on somebody does not come, the same for the organiser and for themselves."""

from __future__ import annotations

from datetime import UTC, datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from scheduler.errors import Invalid
from scheduler.models import Event

ALL, NOW, LATER = "all", "now", "later"


class LeavingForm(FlaskForm):
    """`at` is the event's local time, asked only with the last choice."""

    since = RadioField(
        _l("From when on?"),
        choices=[
            SelectChoice(ALL, _l("The whole event, or what is left of it")),
            SelectChoice(NOW, _l("From now on")),
            SelectChoice(LATER, _l("From a time on")),
        ],
        default=ALL,
    )
    at = DateTimeLocalField(_l("Day and time"), [Optional()], format="%Y-%m-%dT%H:%M")

    def offer(self, event: Event) -> LeavingForm:
        """Say the present as the time, in the event's zone."""
        if not self.is_submitted():
            self.at.data = event.now().astimezone(event.zone).replace(second=0, microsecond=0, tzinfo=None)
        return self

    def start(self, event: Event) -> datetime | None:
        """The instant that was chosen; None for at once. Raises Invalid."""
        if self.since.data not in (ALL, NOW, LATER):
            raise Invalid(_("Say from when on."), "since")
        if self.since.data != LATER:
            return None
        if self.at.data is None:
            raise Invalid(_("Enter the day and the time from which on."), "at")
        local: datetime = self.at.data
        return local.replace(tzinfo=event.zone).astimezone(UTC)
