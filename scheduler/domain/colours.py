"""Colours as style sheets write them, and whether white and they can be read on each other."""

from __future__ import annotations

import colorsys
import re

READABLE = 4.5
"""The least contrast of text and its ground (WCAG 2.2, 1.4.3)."""

_FORM = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})")


def colour_of(text: str) -> str:
    """A colour in one form, `#0a5a6a`. Raises ValueError for what is none."""
    found = _FORM.fullmatch(text.strip().lower())
    if found is None:
        raise ValueError(text)
    digits = found[1]
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def contrast_on_white(colour: str) -> float:
    """From 1 (white) to 21 (black)."""
    red, green, blue = (_linear(part) for part in _parts(colour))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def darkened(colour: str) -> str:
    """The lightest colour of the same hue that can be read on white."""
    hue, light, saturation = colorsys.rgb_to_hls(*_parts(colour))
    for step in range(100):
        parts = colorsys.hls_to_rgb(hue, light * (1 - step / 100), saturation)
        tried = "#" + "".join(f"{round(part * 255):02x}" for part in parts)
        if contrast_on_white(tried) >= READABLE:
            return tried
    return "#000000"


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
