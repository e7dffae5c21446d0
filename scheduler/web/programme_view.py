"""What is shown of a programme: all of a small one; of a large one a day, or what somebody looks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField
from wtforms.fields import SelectChoice

from scheduler.domain.agenda import local_day
from scheduler.domain.text_key import search_key, search_words
from scheduler.models import Event, ProgrammeSession
from scheduler.web.form_fields import said, search

MANY = 80
"""A page of more sessions than this begins with one day."""
EVERY = "all"

Line = TypeVar("Line")


class ProgrammeFilter(Form):
    q = search(_l("Search"), _l("Title, speaker, place"))
    track = SelectField(_l("Track"), validate_choice=False)


@dataclass(frozen=True, slots=True)
class ProgrammeView(Generic[Line]):
    """The lines that are shown; `day` is theirs, None when they are of all days. `many`: a choice is offered."""

    lines: Sequence[Line]
    days: Sequence[date]
    day: date | None
    form: ProgrammeFilter
    many: bool

    @property
    def key(self) -> str:
        """The day as it stands in an address."""
        return self.day.isoformat() if self.day else EVERY

    @property
    def parameters(self) -> dict[str, str]:
        """What the address of a page that shows the same lines says."""
        words = {"q": said(self.form, "q", 200), "track": said(self.form, "track", 120)}
        return {"day": self.key} | {name: text for name, text in words.items() if text}

    @property
    def searched(self) -> bool:
        """Whether somebody looks for something."""
        return bool(said(self.form, "q") or said(self.form, "track"))


def viewed(
    event: Event,
    lines: Sequence[Line],
    session_of: Callable[[Line], ProgrammeSession],
    *,
    days: Sequence[date] = (),
) -> ProgrammeView[Line]:
    """The lines that the address asks for. `days` are offered beside those on which there are sessions."""
    day_of = {id(line): local_day(session_of(line).starts_at, event.zone) for line in lines}
    every = sorted({*days, *day_of.values()})
    tracks = sorted({session_of(line).track for line in lines} - {""})
    form = ProgrammeFilter(request.values)
    form.track.choices = [SelectChoice("", _("All")), *(SelectChoice(track, track) for track in tracks)]
    words, track = search_words(said(form, "q", 200)), said(form, "track", 120)
    many = len(lines) > MANY
    day = _day(event, every, many=many and not words and not track)
    shown = [
        line
        for line in lines
        if (day is None or day_of[id(line)] == day)
        and (not track or session_of(line).track == track)
        and (not words or _holds(session_of(line), words))
    ]
    return ProgrammeView(shown, every, day, form, many)


def _day(event: Event, days: Sequence[date], *, many: bool) -> date | None:
    """The day in the address; without one all days, of many sessions the first day that is not over."""
    asked = request.values.get("day", "")
    try:
        return date.fromisoformat(asked)
    except ValueError:
        pass
    if asked == EVERY or not many or not days:
        return None
    today = local_day(event.now(), event.zone)
    return next((day for day in days if day >= today), days[0])


def _holds(found: ProgrammeSession, words: Sequence[str]) -> bool:
    place = found.pavilion.name if found.pavilion else ""
    text = search_key(
        " ".join((found.title, found.speakers, found.host, found.track, found.room, place, found.language))
    )
    return all(word in text for word in words)
