"""Reasons for a suggestion, in words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from scheduler.matching.reasons import Reason, ReasonKind
from scheduler.web.names import language

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
    mark = types.get(reason.what.partition(":")[2], reason.what.partition(":")[2])
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
