"""Secrets that open something: what is stored of them."""

from __future__ import annotations

import hashlib


def hash_token(token: str) -> str:
    """What is stored of a secret: it has 256 random bits, so a plain hash can't be turned around."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
