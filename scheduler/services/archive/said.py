"""What is wrong with an archive, as sentences that name the file and the entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from scheduler.errors import Invalid
from scheduler.services.archive.values import Unfit


def refused(fact: Mapping[str, Any]) -> Invalid:
    """The refusal of a fact of `archive_child.py`."""
    name, entry, value = fact["file"], fact["entry"], fact["value"]
    where = place(name, entry) if entry else name
    sentences = {
        "no zip": _("This is no archive of an event: it is no zip, or its end is missing. Export it again."),
        "no manifest": _("This zip is no archive of an event: it has no manifest.json."),
        "many files": _("This archive has more files than an event's archive can have."),
        "name": _("“%(file)s” does not belong into an archive of an event.", file=name),
        "twice": _("%(file)s is twice in this archive.", file=name),
        "encrypted": _("%(file)s is encrypted. Bring the archive as it was exported.", file=name),
        "packed": _(
            "%(file)s is packed in a way that is not read. Bring the archive as it was exported.", file=name
        ),
        "format": _("This zip is no archive of an event: its manifest.json speaks of something else."),
        "newer": _("This archive was made by a newer version of the software. Update this one first."),
        "schema": _(
            "This archive has a schema, %(schema)s, that this version does not know.", schema=value or "?"
        ),
        "manifest": _("What manifest.json says of “%(part)s” can't be read.", part=value or "JSON"),
        "missing": _("%(file)s is missing. Bring the archive as it was exported.", file=name),
        "extra": _("%(file)s is not in the list of manifest.json.", file=name),
        "line": _("%(where)s, is no JSON object on a line of its own.", where=where),
        "long line": _("%(where)s, is longer than an entry can be.", where=where),
        "large": _("%(file)s is larger than it may be when it is unpacked.", file=name),
        "many rows": _(
            "This archive has more than %(rows)s entries. The command line takes more than this page.",
            rows=value,
        ),
        "hash": _(
            "%(file)s was changed: it is not what manifest.json says. Export the archive again.", file=name
        ),
        "count": _("%(file)s has not as many entries as manifest.json says.", file=name),
        "broken": _("%(file)s is broken. Export or download the archive again.", file=name),
    }
    return Invalid(str(sentences[fact["problem"]]), "file")


def place(name: str, entry: int) -> str:
    """Where in an archive: `tables/slot.jsonl, entry 5`."""
    return str(_("%(file)s, entry %(entry)s", file=name, entry=entry))


def unfit(name: str, entry: int, column: str, found: Unfit) -> Invalid:
    """The refusal of a value."""
    needs = {
        "something": _("must not be empty"),
        "truth": _("must be true or false"),
        "whole": _("must be a whole number that fits"),
        "number": _("must be a number"),
        "instant": _("must be an instant like 2026-11-30T09:00:00Z"),
        "date": _("must be a date like 2026-11-30"),
        "word": _("is none of the words that may stand there"),
        "text": _("must be a text that can be stored"),
        "length": ngettext("has one letter at most", "has %(num)d letters at most", found.most),
        "entry": _("names an entry that is not there"),
        "file": _("names a file that is not there"),
        "type": _("is no kind of file that is shown here"),
        "link": _("is no address of the web"),
        "colour": _("is no colour like #0b5c6b"),
        "address": _("is no mail address"),
        "zone": _("is no time zone"),
        "days": _("lies outside of the days of the event"),
    }
    return Invalid(
        _(
            "%(where)s: “%(column)s” %(needs)s.",
            where=place(name, entry),
            column=column,
            needs=str(needs[found.word]),
        ),
        "file",
    )
