"""The keys by which meetings are recognised from plan to plan."""

from __future__ import annotations

CALL_KEY = "call-"
"""Before the public id of an open call: the wish of its group."""


def wish_key(one: str, other: str) -> str:
    """The key of the wish of two participants, by their public ids: the same in either order."""
    return "+".join(sorted((one, other)))


def people_of(wish: str) -> tuple[str, ...]:
    """The public ids of the two participants whose wish it is."""
    return tuple(wish.split("+"))


def call_key(call_id: str) -> str:
    """The key of the wish of a group, by the public id of its open call."""
    return f"{CALL_KEY}{call_id}"
