"""How an event looks, and who answers for it: logo, colour, imprint, contact, languages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from scheduler.domain.colours import READABLE, colour_of, contrast_on_white, darkened
from scheduler.errors import Invalid
from scheduler.imports.pictures import Drawn
from scheduler.mail.addresses import clean_address
from scheduler.models import Event, EventLook, User, new_public_id
from scheduler.services.audit import record
from scheduler.services.people.profile import clean_link

MOST_IMPRINT = 2000
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True)
class LookChange:
    """What the look shall be, except for the logo. Everything may be empty."""

    colour: str = ""
    imprint: str = ""
    contact: str = ""
    website: str = ""
    languages: Sequence[str] = ()


def change_look(session: Session, event: Event, change: LookChange, actor: User) -> list[str]:
    """Change how an event looks; returns the names of what changed. Raises Invalid, naming the field."""
    wanted = {
        "colour": _clean_colour(change.colour),
        "imprint": _clean_imprint(change.imprint),
        "contact": _clean_contact(change.contact),
        "website": clean_link(change.website, "website") if change.website.strip() else "",
        "languages": sorted({code for code in change.languages if _LANGUAGE.fullmatch(code)}),
    }
    look = _look(session, event)
    changed = [name for name, value in wanted.items() if getattr(look, name) != value]
    for name in changed:
        setattr(look, name, wanted[name])
    if changed:
        record(session, event, actor, "event.look", event.public_id, name=event.name, changed=changed)
    session.flush()
    return changed


def set_logo(session: Session, event: Event, drawn: Drawn | None, actor: User) -> None:
    """Store the event's logo; None takes it away."""
    look = _look(session, event)
    look.logo = drawn.content if drawn is not None else None
    look.logo_id = new_public_id() if drawn is not None else None
    if drawn is not None:
        look.logo_type, look.logo_width, look.logo_height = drawn.media_type, drawn.width, drawn.height
    said = "taken away" if drawn is None else "new"
    record(session, event, actor, "event.look", event.public_id, name=event.name, logo=said)
    session.flush()


def _look(session: Session, event: Event) -> EventLook:
    if event.look is None:
        event.look = EventLook(colour="", imprint="", contact="", website="", languages=[])
        session.flush()
    return event.look


def _clean_colour(text: str) -> str:
    if not text.strip():
        return ""
    try:
        colour = colour_of(text)
    except ValueError:
        raise Invalid(
            _("“%(text)s” is no colour. Write six digits like #0a5a6a.", text=text.strip()[:20]), "colour"
        ) from None
    found = contrast_on_white(colour)
    if found < READABLE:
        raise Invalid(
            _(
                "%(colour)s is too light: white letters on it have a contrast of %(found)s to 1, and need 4.5."
                " %(darker)s is the nearest colour that can be read.",
                colour=colour,
                # Down, so that what is refused never reads as what would do.
                found=f"{int(found * 10) / 10}",
                darker=darkened(colour),
            ),
            "colour",
        )
    return colour


def _clean_imprint(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if len(text) > MOST_IMPRINT:
        raise Invalid(
            _("The imprint has %(count)s characters; %(most)s fit.", count=len(text), most=MOST_IMPRINT),
            "imprint",
        )
    return text


def _clean_contact(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return clean_address(text)
    except Invalid as error:
        raise Invalid(error.message, "contact") from None
