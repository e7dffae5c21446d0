"""What people are at besides a session, in words for whoever has just changed it."""

from __future__ import annotations

from collections.abc import Sequence

from babel.lists import format_list
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from scheduler.domain.engagements import Engagement, EngagementKind
from scheduler.web.filters import span

SHOWN = 5


def clashes_said(clashes: Sequence[tuple[str, Engagement]]) -> str:
    """`2 things lie at the same time and were not changed: Ana meets Bo (10:00–10:20); ...`"""
    shown = "; ".join(_said(name, one) for name, one in clashes[:SHOWN])
    return str(
        ngettext(
            "One thing lies at the same time and was not changed: %(shown)s.",
            "%(num)d things lie at the same time and were not changed, such as: %(shown)s.",
            len(clashes),
            shown=shown,
        )
    )


def _said(name: str, one: Engagement) -> str:
    time = span(one.time.start, one.time.end)
    if one.kind is EngagementKind.MEETING:
        others = format_list(one.partners, locale=get_locale() or "en")
        return str(_("%(name)s meets %(others)s (%(time)s)", name=name, others=others, time=time))
    return str(_("%(name)s is at “%(title)s” (%(time)s)", name=name, title=one.title, time=time))
