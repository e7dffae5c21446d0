"""Files that a page gives to whoever asks: made for one person, and kept by no cache on the way."""

from __future__ import annotations

from flask import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(content: bytes | str, content_type: str, name: str) -> Response:
    """A file to keep, under a plain name."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    return Response(content, headers=headers, content_type=content_type)
