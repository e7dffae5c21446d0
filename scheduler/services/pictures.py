"""Photos and logos: bounded, drawn anew by us, so that nothing of the file itself is ever served."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from scheduler.errors import Invalid
from scheduler.models import Participant, Picture, new_public_id

BYTES_LIMIT = 8_000_000
PIXELS_LIMIT = 50_000_000
EDGE = 512
"""The longer edge of what is stored, in pixels."""

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture that we encoded: PNG when it is see-through (logos), JPEG otherwise."""

    content: bytes
    media_type: str
    width: int
    height: int


def draw(data: bytes) -> Drawn:
    """The picture in a file, made small and without metadata. Raises Invalid with the reason."""
    if len(data) > BYTES_LIMIT:
        raise Invalid(_("This picture has more than 8 MB. Choose a smaller one."), "picture")
    try:
        with warnings.catch_warnings():
            # Pillow only warns of pictures up to twice its own limit; ours is checked below.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_FORMATS) as found:
                if found.width * found.height > PIXELS_LIMIT:
                    raise Invalid(
                        _("This picture has more than 50 million pixels. Choose a smaller one."), "picture"
                    )
                found.draft("RGB", (2 * EDGE, 2 * EDGE))
                upright = ImageOps.exif_transpose(found)
                see_through = upright.has_transparency_data
                picture = upright.convert("RGBA" if see_through else "RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Invalid(
            _("This file can't be read as a picture. JPEG, PNG, WebP and GIF are fine."), "picture"
        ) from error
    picture.thumbnail((EDGE, EDGE), Image.Resampling.LANCZOS)
    # A new image has no profile, no comment, no place where the photo was taken.
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    target = io.BytesIO()
    if see_through:
        clean.save(target, "PNG", optimize=True)
    else:
        clean.save(target, "JPEG", quality=85, optimize=True)
    kind = "image/png" if see_through else "image/jpeg"
    return Drawn(target.getvalue(), kind, clean.width, clean.height)


def set_picture(
    session: Session, participant: Participant, drawn: Drawn | None, now: datetime, *, logo: bool = False
) -> Picture | None:
    """Store a photo of the participant, or the logo of their organisation; None takes it away."""
    owner = (
        Picture.organisation_id == participant.organisation_id
        if logo
        else Picture.participant_id == participant.id
    )
    if drawn is None:
        session.execute(delete(Picture).where(owner))
        return None
    picture = session.scalar(select(Picture).where(owner))
    if picture is None:
        picture = Picture(
            organisation_id=participant.organisation_id if logo else None,
            participant_id=None if logo else participant.id,
        )
        session.add(picture)
    picture.public_id = new_public_id()
    picture.content = drawn.content
    picture.media_type = drawn.media_type
    picture.width = drawn.width
    picture.height = drawn.height
    picture.created_at = now
    session.flush()
    return picture
