"""Contacts as a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from scheduler.domain.contacts import Contact
from scheduler.exports.tables import Cell, as_xlsx


def contacts_sheet(contacts: Sequence[Contact], heads: Sequence[str], zone: tzinfo) -> bytes:
    """An .xlsx file with one row per contact.

    `heads` are the sixteen column heads, from the name to what was agreed. Times are the event's.
    """
    return as_xlsx(heads, (_row(contact, zone) for contact in contacts))


def _row(contact: Contact, zone: tzinfo) -> Sequence[Cell]:
    held = "" if contact.held is None else ("x" if contact.held else "-")
    return (
        *(contact.name, contact.job_title, contact.organisation, contact.country, contact.city),
        *(contact.email, contact.website, "\n".join(contact.links), " ".join(contact.languages)),
        *(contact.kind, contact.met_at.astimezone(zone), contact.place, held, contact.rating),
        *(contact.note, contact.follow_up),
    )
