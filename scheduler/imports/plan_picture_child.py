"""The child process that draws a stranger's picture or page of a PDF anew, as the plan of a hall.

It imports nothing of ours; `scheduler.sandbox.run` starts it and says what it may cost.
"""

from __future__ import annotations

import base64
import io
import warnings
from typing import Any

# Named, so that Pillow does not load its readers of fifty other formats.
from PIL import Image, ImageOps, JpegImagePlugin, PngImagePlugin, WebPImagePlugin  # noqa: F401

_FORMATS = ("JPEG", "PNG", "WEBP")
_WHITE = (255, 255, 255)
_LOSSLESS_MOST = 600_000
"""Bytes: line drawings stay sharp below it, photographs are made small."""


def read(data: bytes, order: dict[str, Any]) -> dict[str, Any]:
    """The drawing, its longer edge at most `edge` pixels; or what is wrong with it.

    A PDF shows its `page`, from 1. Problems: `pixels`, `unreadable`, `locked`, `page` (with `pages`, how many
    there are).
    """
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return _page(data, int(order["page"]), int(order["edge"]))
    return _picture(data, int(order["pixels"]), int(order["edge"]))


def _picture(data: bytes, pixels: int, edge: int) -> dict[str, Any]:
    # Pillow refuses twice its limit by the file's header, before anything is decoded, and warns of half of that.
    Image.MAX_IMAGE_PIXELS = pixels // 2
    warnings.simplefilter("ignore", Image.DecompressionBombWarning)
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as found:
            found.draft("RGB", (2 * edge, 2 * edge))
            found.load()
            found.thumbnail((edge, edge), Image.Resampling.LANCZOS, reducing_gap=2.0)
            return _encoded(_flat(ImageOps.exif_transpose(found)))
    except Image.DecompressionBombError:
        return {"problem": "pixels"}
    except (OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, EOFError):
        return {"problem": "unreadable"}


def _page(data: bytes, page: int, edge: int) -> dict[str, Any]:
    import pypdfium2  # only for a PDF: a picture is read without it

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        return {"problem": "locked" if "password" in str(error).lower() else "unreadable"}
    if not 1 <= page <= len(document):
        return {"problem": "page", "pages": len(document)}
    try:
        found = document[page - 1]
        width, height = found.get_size()
        if not (width > 0 and height > 0):
            return {"problem": "unreadable"}
        drawn = found.render(scale=edge / max(width, height), may_draw_forms=False)
        return _encoded(_flat(drawn.to_pil()))
    except (pypdfium2.PdfiumError, ValueError):
        return {"problem": "unreadable"}


def _flat(picture: Image.Image) -> Image.Image:
    """The picture on white paper: plans are drawn for it, whatever lies behind them on a page."""
    if picture.mode.startswith(("I", "F")):
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    above = picture.convert("RGBA")
    paper = Image.new("RGB", above.size, _WHITE)
    paper.paste(above, mask=above.getchannel("A"))
    return paper


def _encoded(picture: Image.Image) -> dict[str, Any]:
    # A new image has no profile, no comment, no place where the photo was taken.
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    content = _webp(clean, lossless=True)
    if len(content) > _LOSSLESS_MOST:
        content = _webp(clean, lossless=False)
    return {
        "content": base64.b64encode(content).decode(),
        "media_type": "image/webp",
        "width": clean.width,
        "height": clean.height,
    }


def _webp(picture: Image.Image, *, lossless: bool) -> bytes:
    target = io.BytesIO()
    picture.save(target, "WEBP", lossless=lossless, quality=40 if lossless else 85, method=3)
    return target.getvalue()
