"""Reasons for a suggestion, in words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import format_decimal
from flask_babel import gettext as _

from scheduler.domain.sizes import Size, bounds
from scheduler.matching.reasons import Reason, ReasonKind
from scheduler.web.country_names import language

SYMBOLS = {
    ReasonKind.INTERESTED: "bell",
    ReasonKind.SEEK_OFFER: "search",
    ReasonKind.SEEK_NEAR: "search",
    ReasonKind.OFFER_SEEK: "check",
    ReasonKind.OFFER_NEAR: "check",
    ReasonKind.LANGUAGE: "info",
}


def symbol(reason: Reason) -> str:
    """The icon beside a reason."""
    return SYMBOLS.get(reason.kind, "people")


def words(reason: Reason, labels: Mapping[str, str], types: Mapping[str, str]) -> str:
    """One reason as a sentence to the reader. `labels` are of topics by id, `types` of participant types by code."""
    what, other = labels.get(reason.what, reason.what), labels.get(reason.other, reason.other)
    dimension, _colon, code = reason.what.partition(":")
    if dimension == "size" and reason.kind in (ReasonKind.WANTED, ReasonKind.WANT):
        return _of_size(reason.kind, Size(code))
    mark = types.get(code, code)
    sentences = {
        ReasonKind.INTERESTED: lambda: _("They ask to meet you."),
        ReasonKind.SEEK_OFFER: lambda: _("You seek “%(what)s”, they offer it.", what=what),
        ReasonKind.OFFER_SEEK: lambda: _("They seek “%(what)s”, you offer it.", what=what),
        ReasonKind.SEEK_NEAR: lambda: _(
            "They offer “%(what)s”, which is near to “%(other)s” that you seek.", what=what, other=other
        ),
        ReasonKind.OFFER_NEAR: lambda: _(
            "You offer “%(what)s”, which is near to “%(other)s” that they seek.", what=what, other=other
        ),
        ReasonKind.WANTED: lambda: _("They look for partners of your kind: %(kind)s.", kind=mark),
        ReasonKind.WANT: lambda: _("You look for partners of their kind: %(kind)s.", kind=mark),
        ReasonKind.BOTH_SEEK: lambda: _("You both seek “%(what)s”.", what=what),
        ReasonKind.BOTH_OFFER: lambda: _("You both offer “%(what)s”.", what=what),
        ReasonKind.LANGUAGE: lambda: _("You both speak %(language)s.", language=language(reason.what)),
        ReasonKind.LITTLE_KNOWN: lambda: _(
            "One of you two has said little so far: a look at the profile may tell."
        ),
    }
    return sentences[reason.kind]()


def size_words(size: Size) -> str:
    """A step of size in words: `50 to 249 people`, `from 1,500,000 inhabitants`."""
    low, high = bounds(size)
    if high is None:
        text = _("from %(low)s inhabitants") if size.of_city else _("from %(low)s people")
    elif low == 1:
        text = _("up to %(high)s inhabitants") if size.of_city else _("up to %(high)s people")
    else:
        text = _("%(low)s to %(high)s inhabitants") if size.of_city else _("%(low)s to %(high)s people")
    return text % {"low": format_decimal(low), "high": format_decimal(high or 0)}


def _of_size(kind: ReasonKind, size: Size) -> str:
    words = size_words(size)
    if kind is ReasonKind.WANTED:
        return (
            _("They asked for cities of your size: %(size)s.", size=words)
            if size.of_city
            else _("They asked for organisations of your size: %(size)s.", size=words)
        )
    return (
        _("You asked for cities of their size: %(size)s.", size=words)
        if size.of_city
        else _("You asked for organisations of their size: %(size)s.", size=words)
    )
