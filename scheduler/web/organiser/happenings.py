"""What has happened, as a form asks it: from when until when, and what is lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from wtforms import DateTimeLocalField, HiddenField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, NumberRange

from scheduler.errors import Invalid
from scheduler.models import Event, Pavilion, Place

LOCAL = "%Y-%m-%dT%H:%M"
Form = TypeVar("Form", bound="StretchForm")


class StretchForm(FlaskForm):
    """A stretch of the event's local time."""

    begins = DateTimeLocalField(_l("From"), [InputRequired(_l("Say from when on."))], format=LOCAL)
    ends = DateTimeLocalField(_l("Until"), [InputRequired(_l("Say until when."))], format=LOCAL)

    def offer(self: Form, event: Event) -> Form:
        """Say the present, or the event's first morning, until that evening."""
        if not self.is_submitted():
            days = sorted(day.date for day in event.days)
            now = event.now().astimezone(event.zone).replace(second=0, microsecond=0, tzinfo=None)
            if days and now.date() < days[0]:
                now = datetime.combine(days[0], datetime.min.time()) + timedelta(hours=9)
            self.begins.data, self.ends.data = now, now.replace(hour=23, minute=55)
        return self

    def time(self, event: Event) -> tuple[datetime, datetime]:
        """The instants. Raises Invalid when it ends before it begins."""
        begins, ends = (
            field.data.replace(tzinfo=event.zone).astimezone(UTC) for field in (self.begins, self.ends)
        )
        if ends <= begins:
            raise Invalid(_("It ends before it begins. Enter a later end."), "ends")
        return begins, ends


class AbsenceForm(StretchForm):
    """Somebody can't come."""


class LostTablesForm(StretchForm):
    """A place has fewer tables."""

    place = SelectField(_l("Where?"))
    tables = IntegerField(
        _l("How many tables are lost?"),
        [
            InputRequired(_l("Enter how many tables are lost.")),
            NumberRange(1, 1000, _l("Enter a number from 1 to 1000.")),
        ],
        default=1,
    )


class TakeForm(FlaskForm):
    """Which wish it is about."""

    wish = HiddenField()


class CarryOutForm(FlaskForm):
    """Which offer is carried out, and what people read about it."""

    offer = IntegerField()
    reason = StringField(
        _l("What should people read about it?"),
        description=_l("Optional. One sentence, in the mail about their changed agenda."),
    )


def places_to_choose(session: Session, event: Event) -> Sequence[Place]:
    """The places of an event that are in use, by pavilion and name."""
    return session.scalars(
        select(Place)
        .join(Pavilion, Pavilion.id == Place.pavilion_id)
        .where(Place.event_id == event.id, Place.retired_at.is_(None))
        .options(joinedload(Place.pavilion))
        .order_by(Pavilion.name, Place.name)
    ).all()
