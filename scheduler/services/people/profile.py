"""What a participant says about themselves and their organisation."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from urllib.parse import urlsplit

from babel import Locale
from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import Direction
from scheduler.domain.sizes import MOST
from scheduler.errors import Invalid
from scheduler.imports.countries import country_code
from scheduler.models import Event, Organisation, Participant, ParticipantTopic, Topic
from scheduler.services.audit import record
from scheduler.services.text import clean_line, clean_name, clean_text

TOPIC_LIMIT = 20
LINK_LIMIT = 8

_LINES = {"name": 200, "job_title": 160}
_TEXTS = {"offers_text": 3000, "seeks_text": 3000, "goals": 2000}
_ORGANISATION_LINES = {"city": 120, "website": 300}
_ORGANISATION_TEXTS = {"description": 3000}
_ORGANISATION_COUNTS = ("employees", "inhabitants")

FIELDS = frozenset({*_LINES, *_TEXTS, "country", "languages", "links", "takes_any"})
ORGANISATION_FIELDS = frozenset(
    {*_ORGANISATION_LINES, *_ORGANISATION_TEXTS, *_ORGANISATION_COUNTS, "country"}
)

_GROUPED = re.compile(r"^\d{1,3}(?:[.,\s'’]\d{3}){1,3}$")
_GROUPS = re.compile(r"[.,\s'’]")


def update_profile(
    session: Session, participant: Participant, values: Mapping[str, str], now: datetime
) -> None:
    """Store some fields of a profile, those of `FIELDS`; others in `values` are a mistake (KeyError).

    Raises Invalid with the field's name; then nothing has changed.
    """
    cleaned: dict[str, object] = {}
    for name, value in values.items():
        if name in _LINES:
            clean = clean_name if name == "name" else clean_line
            cleaned[name] = clean(value, _LINES[name], name, label_of(name))
        elif name in _TEXTS:
            cleaned[name] = clean_text(value, _TEXTS[name], name, label_of(name))
        elif name == "country":
            cleaned[name] = clean_country(value, name)
        elif name == "languages":
            cleaned[name] = clean_languages(value)
        elif name == "links":
            cleaned[name] = clean_links(value)
        elif name == "takes_any":
            cleaned[name] = value not in ("", "0")
        else:
            raise KeyError(name)
    if cleaned.get("name") == "":
        raise Invalid(_("Your name is needed: others have to know whom they meet."), "name")
    for name, cleaned_value in cleaned.items():
        setattr(participant, name, cleaned_value)
    participant.profile_confirmed_at = now
    participant.updated_at = now
    session.flush()


def update_organisation(
    session: Session, participant: Participant, values: Mapping[str, str], now: datetime
) -> None:
    """Store what all representatives of the participant's organisation share: `ORGANISATION_FIELDS`."""
    organisation: Organisation = participant.organisation
    cleaned: dict[str, str | int | None] = {}
    for name, value in values.items():
        if name in _ORGANISATION_LINES:
            cleaned[name] = clean_line(value, _ORGANISATION_LINES[name], name, label_of(name))
        elif name in _ORGANISATION_TEXTS:
            cleaned[name] = clean_text(value, _ORGANISATION_TEXTS[name], name, label_of(name))
        elif name == "country":
            cleaned[name] = clean_country(value, name)
        elif name in _ORGANISATION_COUNTS:
            cleaned[name] = clean_count(value, name)
        else:
            raise KeyError(name)
    if website := cleaned.get("website"):
        cleaned["website"] = clean_link(str(website), "website")
    changed = {name: new for name, new in cleaned.items() if new != getattr(organisation, name)}
    if changed:
        # All its representatives write these words in its name, and everybody reads them.
        event = session.get_one(Event, participant.event_id)
        record(
            session,
            event,
            participant.user,
            "organisation.change",
            organisation.public_id,
            at=now,
            name=organisation.name,
            **{
                name: f"{getattr(organisation, name) or ''} → {new or ''}"[:300]
                for name, new in changed.items()
            },
        )
    for name, cleaned_value in changed.items():
        setattr(organisation, name, cleaned_value)
    participant.updated_at = now
    session.flush()


def set_topics(
    session: Session,
    participant: Participant,
    direction: Direction,
    topic_ids: Collection[int],
    now: datetime,
) -> None:
    """Replace the topics that a participant offers or seeks. Topics of another event raise Invalid."""
    wanted = set(topic_ids)
    if len(wanted) > TOPIC_LIMIT:
        raise Invalid(
            _(
                "Choose %(limit)s topics at most: whoever offers everything is found by nobody.",
                limit=TOPIC_LIMIT,
            ),
            direction.value,
        )
    known = set(
        session.scalars(select(Topic.id).where(Topic.event_id == participant.event_id, Topic.id.in_(wanted)))
    )
    if known != wanted:
        raise Invalid(_("One of these topics does not exist any more. Reload the page."), direction.value)
    present = set(
        session.scalars(
            select(ParticipantTopic.topic_id).where(
                ParticipantTopic.participant_id == participant.id, ParticipantTopic.direction == direction
            )
        )
    )
    gone = present - wanted
    if gone:
        session.execute(
            delete(ParticipantTopic).where(
                ParticipantTopic.participant_id == participant.id,
                ParticipantTopic.direction == direction,
                ParticipantTopic.topic_id.in_(gone),
            )
        )
    session.add_all(
        ParticipantTopic(participant_id=participant.id, topic_id=topic_id, direction=direction)
        for topic_id in sorted(wanted - present)
    )
    participant.profile_confirmed_at = now
    participant.updated_at = now
    session.flush()
    session.expire(participant, ["topics"])


def label_of(field: str) -> str:
    """What a field is called on the page."""
    labels = {
        "name": _("Name"),
        "job_title": _("Your role"),
        "offers_text": _("What you offer"),
        "seeks_text": _("What you seek"),
        "goals": _("Goals"),
        "country": _("Country"),
        "languages": _("Languages"),
        "links": _("Links"),
        "city": _("City"),
        "website": _("Website"),
        "description": _("About the organisation"),
        "employees": _("People employed"),
        "inhabitants": _("Inhabitants"),
    }
    return str(labels[field])


def clean_count(value: str, field: str) -> int | None:
    """A whole number as people write it: `1 600 000`, `1.600.000`, `1,600,000`; None when empty."""
    text = value.strip()
    if not text:
        return None
    plain = _GROUPS.sub("", text) if _GROUPED.match(text) else text
    if not (plain.isascii() and plain.isdecimal()) or len(plain) > 10 or not 1 <= int(plain) <= MOST:
        raise Invalid(_("%(label)s: enter a whole number, such as 1200.", label=label_of(field)), field)
    return int(plain)


def clean_country(value: str, field: str) -> str:
    """An ISO 3166 code of two letters, or nothing; a country's name becomes its code."""
    if not value.strip():
        return ""
    code = country_code(value)
    if code is None:
        raise Invalid(_("Choose a country from the list."), field)
    return code


def clean_languages(value: str) -> str:
    """ISO 639-1 codes separated by blanks, each once."""
    codes = list(dict.fromkeys(value.lower().replace(",", " ").split()))
    known = Locale("en").languages
    for code in codes:
        if len(code) != 2 or code not in known:
            raise Invalid(_("“%(code)s” is no language that we know.", code=code[:20]), "languages")
    if len(codes) > 12:
        raise Invalid(_("Choose twelve languages at most."), "languages")
    return " ".join(codes)


def clean_links(value: str) -> str:
    """Web addresses, one a line."""
    text = clean_text(value, 2400, "links", label_of("links"))
    links = [clean_link(line, "links") for line in text.split("\n") if line.strip()]
    if len(links) > LINK_LIMIT:
        raise Invalid(_("Give %(limit)s links at most.", limit=LINK_LIMIT), "links")
    return "\n".join(links)


def clean_link(value: str, field: str) -> str:
    """A web address; `https://` is added when it is missing. Other schemes could run code: refused."""
    link = value.strip()
    if "://" not in link and not link.lower().startswith(("javascript:", "data:", "mailto:")):
        link = "https://" + link
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError:
        host, parts = "", urlsplit("")
    blank = any(letter.isspace() or ord(letter) < 32 for letter in link)
    if parts.scheme not in ("http", "https") or "." not in host or blank or len(link) > 300:
        raise Invalid(
            _("“%(link)s” is no web address. It looks like https://example.org.", link=link[:80]), field
        )
    return link
