"""Photos and logos that people bring: bounded, and drawn anew by a child process."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path

from flask_babel import gettext as _

from scheduler.errors import Invalid
from scheduler.sandbox.run import Broken, Busy, Limits, TooMuch, read_apart

BYTES_LIMIT = 8_000_000
PIXELS_LIMIT = 16_000_000
EDGE = 512
"""The longer edge of what is stored, in pixels."""

_CHILD = Path(__file__).with_name("picture_child.py")
# Sixteen million pixels take 64 MB decoded, twice that while their colours are converted.
_LIMITS = Limits(seconds=10, memory=384 * 1024 * 1024, answer=4 * 1024 * 1024)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture that we encoded: PNG when it is see-through (logos), JPEG otherwise."""

    content: bytes
    media_type: str
    width: int
    height: int


def draw(data: bytes, edge: int = EDGE) -> Drawn:
    """The picture in a file, at most `edge` pixels long and without metadata. Raises Invalid, and Busy."""
    if len(data) > BYTES_LIMIT:
        raise _refused(_("This picture has more than 8 MB. Choose a smaller one."))
    try:
        found = read_apart(_CHILD, data, {"pixels": PIXELS_LIMIT, "edge": edge}, _LIMITS)
    except TooMuch:
        raise _refused(
            _("This picture takes too much time or memory to draw. Save it smaller and try again.")
        ) from None
    except Busy:
        raise Busy("picture") from None
    except Broken:
        found = {"problem": "unreadable"}
    problem = found.get("problem")
    if problem == "pixels":
        raise _refused(_("This picture has more than 16 million pixels. Save it smaller and try again."))
    if problem is not None:
        raise _refused(
            _("This file can't be read as a picture. JPEG, PNG, WebP and GIF are fine; it may be cut off.")
        )
    return Drawn(base64.b64decode(found["content"]), found["media_type"], found["width"], found["height"])


def _refused(sentence: str) -> Invalid:
    return Invalid(sentence, "picture")
