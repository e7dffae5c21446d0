"""Files that people give as answers: a PDF as it is, which nothing here opens, or a picture that is drawn anew."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from scheduler.errors import Invalid
from scheduler.imports.pictures import draw

MOST_BYTES = 5_000_000
EDGE = 1_400
"""The longer edge of a picture, in pixels: a page can still be read."""

_PDF = b"%PDF-"
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_ENDINGS = {"application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg"}


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it is stored; its name ends as its kind does, whatever it was called."""

    name: str
    media_type: str
    content: bytes


def read_document(data: bytes, name: str) -> Document:
    """What a file holds, by its first bytes. Raises Invalid with the reason, and Busy."""
    if len(data) > MOST_BYTES:
        raise Invalid(_("This file has more than 5 MB. Save it smaller and choose it again."), "file")
    if data.startswith(_PDF):
        return Document(_named(name, "application/pdf"), "application/pdf", data)
    if not data.startswith(_PICTURES):
        raise Invalid(
            _("This file is no PDF, PNG or JPEG. Save it as one of them and choose it again."), "file"
        )
    drawn = draw(data, EDGE)
    return Document(_named(name, drawn.media_type), drawn.media_type, drawn.content)


def _named(name: str, media_type: str) -> str:
    """What a browser calls the file: no path, no sign that a header or a shell would read."""
    base = name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or name
    kept = "".join(letter if letter.isalnum() or letter in " -_()." else "_" for letter in base)
    return (" ".join(kept.split()).strip(". ")[:150] or "file") + _ENDINGS[media_type]
