"""What a drawing held that is not shown, in words."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import gettext as _


def left_out_said(kinds: Collection[str]) -> str:
    """One sentence for the kinds of things that `imports.plans` leaves out of a drawing."""
    words = {
        "scripts": _("scripts"),
        "pictures": _("embedded pictures"),
        "addresses": _("links to other files"),
        "other": _("parts that are no shapes or texts"),
    }
    return _(
        "Left out of the drawing: %(what)s. Everything else is as it was.",
        what=", ".join(words[kind] for kind in words if kind in kinds),
    )
