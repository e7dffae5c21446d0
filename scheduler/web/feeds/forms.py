"""What a reader chooses about a feed."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice

from scheduler.calendars.options import FeedOptions


class FeedForm(FlaskForm):
    """The choices that stand in a feed's address."""

    sessions = BooleanField(_l("Sessions and visits too, not only meetings"), default=True)
    walking = BooleanField(_l("The walk to the next place as an entry of its own"))
    hide_cancelled = BooleanField(_l("Leave cancelled meetings out"))
    busy_only = BooleanField(_l("Only show that I am busy, no names and places"))
    reminder = SelectField(
        _l("Remind me before each meeting"),
        coerce=int,
        choices=[
            SelectChoice(0, _l("Not at all")),
            SelectChoice(5, _l("5 minutes before")),
            SelectChoice(10, _l("10 minutes before")),
            SelectChoice(15, _l("15 minutes before")),
            SelectChoice(30, _l("30 minutes before")),
        ],
    )

    def options(self) -> FeedOptions:
        return FeedOptions(
            sessions=bool(self.sessions.data),
            walking=bool(self.walking.data),
            hide_cancelled=bool(self.hide_cancelled.data),
            busy_only=bool(self.busy_only.data),
            reminder=int(self.reminder.data or 0),
        )
