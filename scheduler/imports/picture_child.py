"""The child process that draws a stranger's picture anew, so that nothing of the file itself is ever served.

It imports nothing of ours; `scheduler.sandbox.run` starts it and says what it may cost.
"""

from __future__ import annotations

import base64
import io
import warnings
from typing import Any

# Named, so that Pillow does not load its readers of fifty other formats.
from PIL import (  # noqa: F401
    GifImagePlugin,
    Image,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_PALETTES = ("1", "P", "PA")


def read(data: bytes, order: dict[str, Any]) -> dict[str, Any]:
    """The picture, its longer edge at most `edge` pixels; or what is wrong with it: `pixels` or `unreadable`."""
    # Pillow refuses twice its limit by the file's header, before anything is decoded, and warns of half of that.
    Image.MAX_IMAGE_PIXELS = order["pixels"] // 2
    warnings.simplefilter("ignore", Image.DecompressionBombWarning)
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as found:
            # What follows refuses by an error, as does a picture that grows while it is decoded.
            return _encoded(_drawn(found, order["edge"]))
    except Image.DecompressionBombError:
        return {"problem": "pixels"}
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        TypeError,
        KeyError,
        IndexError,
        EOFError,
    ):
        return {"problem": "unreadable"}


def _drawn(found: Image.Image, edge: int) -> Image.Image:
    """The first frame, upright and small."""
    found.draft("RGB", (2 * edge, 2 * edge))
    picture: Image.Image = found
    if picture.mode.startswith(("I", "F")):
        picture = _eight_bits(picture)
    see_through = picture.has_transparency_data
    if picture.mode in _PALETTES or see_through:
        # Colours of a palette can't be mixed: first the true ones.
        picture = picture.convert("RGBA" if see_through else "RGB")
    picture.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    upright = ImageOps.exif_transpose(picture)
    return upright.convert("RGBA" if see_through else "RGB")


def _eight_bits(picture: Image.Image) -> Image.Image:
    """A picture of sixteen bits a pixel in eight; Pillow alone would cut off all above 255."""
    return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")


def _encoded(picture: Image.Image) -> dict[str, Any]:
    # A new image has no profile, no comment, no place where the photo was taken.
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    target = io.BytesIO()
    if picture.mode == "RGBA":
        clean.save(target, "PNG", optimize=True)
    else:
        clean.save(target, "JPEG", quality=85, optimize=True)
    return {
        "content": base64.b64encode(target.getvalue()).decode(),
        "media_type": "image/png" if picture.mode == "RGBA" else "image/jpeg",
        "width": clean.width,
        "height": clean.height,
    }
