"""The form of an event: the same to make one and to change one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from zoneinfo import available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import BooleanField, DateField, RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from scheduler.models import Event
from scheduler.services.event.templates import TEMPLATES
from scheduler.web.form_fields import line, text

COPY = "like:"
"""Before the short name of an event that a new one is to be like."""
OLD_NAMES = ("Etc/", "GB", "NZ", "US/", "Canada/", "Brazil/", "Chile/", "Mexico/", "SystemV/")


def zones() -> list[str]:
    """Time zones by the names of places; abbreviations and old names are left out."""
    return sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(OLD_NAMES))


class EventForm(FlaskForm):
    name = line(_l("Name"), 200, required=True)
    first_day = DateField(_l("First day"), [InputRequired(_l("Say on which day the event begins."))])
    last_day = DateField(_l("Last day"), [InputRequired(_l("Say on which day the event ends."))])
    timezone = SelectField(
        _l("Time zone"),
        description=_l("All times of the event are times of this place."),
        validate_choice=False,
    )
    city = line(_l("City"), 120)
    venue = line(_l("Venue"), 200)
    description = text(_l("About the event"), 4000)

    def offer(self, chosen: str) -> None:
        """Fill the choices; `chosen` is one of them whatever its name."""
        self.timezone.choices = [SelectChoice(zone) for zone in sorted({*zones(), chosen} - {""})]
        if not self.is_submitted():
            self.timezone.data = chosen

    def show(self, event: Event) -> None:
        """Fill the fields from an event as it is."""
        self.name.data, self.city.data, self.venue.data = event.name, event.city, event.venue
        self.description.data = event.description
        days: list[date] = [day.date for day in event.days]
        self.first_day.data, self.last_day.data = min(days), max(days)


class NewEventForm(EventForm):
    start = RadioField(_l("Start from"), validate_choice=False)
    programme = BooleanField(_l("Copy the programme too, without who attends"))
    people = BooleanField(
        _l("Copy organisations and people too"),
        description=_l(
            "They are invited anew: nobody sees them, and nobody is written to, before you do it."
        ),
    )
    slug = line(
        _l("Short name in addresses"), 60, _l("Small letters, digits and hyphens. Empty: made from the name.")
    )
    topics = BooleanField(
        _l("Start with 112 topics of smart cities"),
        description=_l(
            "Participants choose from them what they offer and seek. You can add and remove topics."
        ),
    )
    name = line(_l("Name"), 200, required=True)

    def offer_starts(self, editions: Iterable[Event]) -> None:
        """Fill the starts: nothing, a template, or one of the events that somebody organises."""
        self.start.choices = [
            SelectChoice("", _l("Nothing: six types of participants who may ask one another, no times yet")),
            *(
                SelectChoice(code, Markup("<strong>{}</strong>: {}").format(one.name, one.sentence))
                for code, one in TEMPLATES.items()
            ),
            *(
                SelectChoice(
                    COPY + event.slug,
                    Markup("<strong>{}</strong>: {}").format(
                        _("Like “%(name)s”", name=event.name),
                        _("venue, types, topics, meeting blocks and rules of its rounds, on the new days"),
                    ),
                )
                for event in editions
            ),
        ]
        if self.start.data is None:
            self.start.data = ""


NewEventForm.name.kwargs["validators"] = [
    InputRequired(_l("Give the event a name.")),
    Length(max=200),
]
EventForm.name.kwargs["validators"] = NewEventForm.name.kwargs["validators"]
