"""Ids of the solver's problem as people read them: who meets, when, where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from babel.lists import format_list
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from scheduler.domain.wish_keys import CALL_KEY
from scheduler.queries.rounds.run_outcome import RunNames
from scheduler.web.filters import when

NAMED = 6
"""Names that a sentence lists before it only counts the rest."""


def meeting_said(key: str, names: RunNames) -> str:
    """Those who meet, or the title of a group."""
    if key.startswith(CALL_KEY):
        title = names.groups.get(key.removeprefix(CALL_KEY), _("a group"))
        return str(_("“%(title)s”", title=title))
    # The ids in a key are random: their order says nothing.
    return all_said(sorted(person_said(part, names) for part in key.split("+")))


def person_said(key: str, names: RunNames) -> str:
    """A name."""
    return names.people.get(key) or str(_("somebody who left"))


def slot_said(key: str, names: RunNames) -> str:
    """The day and the times of a slot."""
    found = names.slots.get(key)
    return when(found.start, found.end) if found else str(_("a time that is gone"))


def place_said(key: str, names: RunNames) -> str:
    """A place, with the number of a table that stands alone."""
    public_id, _colon, table = key.partition(":")
    found = names.places.get(public_id, str(_("a place that is gone")))
    return f"{found} {table}" if table else found


def some_said(said: Sequence[str], count: int = 0) -> str:
    """The first of some things and how many more there are; `count` of them in all when the list is a part.

    Semicolons between: a meeting is two names, a place a pavilion and what stands in it.
    """
    shown = list(said[:NAMED])
    more = max(len(said), count) - len(shown)
    if more > 0:
        shown.append(str(ngettext("%(num)d more", "%(num)d more", more)))
    return "; ".join(shown)


def all_said(said: Iterable[str]) -> str:
    """A list as people write it."""
    return format_list(list(said), locale=get_locale() or "en")
