"""What a page has said of an act before it was done, in few characters: nobody does another act than they saw."""

from __future__ import annotations

from hashlib import blake2b

from flask import request

NAME = "seen"
"""The hidden field that carries it back."""


def digest_of(*facts: object) -> str:
    """A short hash of what was said. `facts` are plain values, and tuples and dicts of such."""
    return blake2b(repr(facts).encode("utf-8", "surrogatepass"), digest_size=9).hexdigest()


def was_seen(digest: str) -> bool:
    """Whether the sender was shown just this, and wants it."""
    return request.form.get(NAME) == digest
