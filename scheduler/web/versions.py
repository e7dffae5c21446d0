"""What a form has shown, in few characters: by it two people who edit one thing at once are told apart.

A version names each field of a form by a short hash, and what it held by another. So it says not only that something
has changed, but which field; and it says nothing about what stood there.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from scheduler.web.form_reading import PageField, PageForm, normal

NAME = "version"
"""The hidden field; `version()` of `_macros.html` makes its place, and `concurrent_edits` fills it."""
HASH = 8
"""Characters of a hash: 48 bits."""


@dataclass(frozen=True)
class Version:
    """What was shown: hashes of values by hashes of names. `entry`: the newest entry of the log at that time."""

    entry: int
    shown: dict[str, str]

    def was(self, name: str, values: Sequence[str], kind: str) -> bool:
        """Whether a field showed these values. One that was not shown at all is taken to have done so."""
        held = _held(normal(kind, list(values)))
        return self.shown.get(_hash(name), held) == held


def written(form: PageForm, entry: int) -> str:
    """The version of a form as it goes into its hidden field."""
    parts = [_hash(one.name) + _held(one.holds()) for one in form.entries.values()]
    return f"{entry}.{''.join(parts)}"


def read(text: str) -> Version | None:
    """A version that a form sent back; None for what is none."""
    number, dot, rest = text.partition(".")
    if not dot or not (number.isascii() and number.isdigit() and len(number) < 19) or len(rest) % (2 * HASH):
        return None
    pairs = (rest[start : start + 2 * HASH] for start in range(0, len(rest), 2 * HASH))
    return Version(int(number), {pair[:HASH]: pair[HASH:] for pair in pairs})


@dataclass(frozen=True)
class Difference:
    """A field that another has changed to something else than what was typed."""

    now: PageField
    touched: bool
    """Whether its reader has changed it as well."""


def differences(version: Version, form: PageForm, sent: dict[str, list[str]]) -> list[Difference]:
    """The fields that no longer hold what was shown, nor what was typed."""
    found = []
    for now in form.entries.values():
        typed = sent.get(now.name, [])
        if version.was(now.name, now.values, now.kind) or normal(now.kind, typed) == now.holds():
            continue
        found.append(Difference(now, touched=not version.was(now.name, typed, now.kind)))
    return found


def _held(values: Sequence[str]) -> str:
    return _hash("\0".join(values))


def _hash(text: str) -> str:
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=HASH * 3 // 4).digest()
    return urlsafe_b64encode(digest).decode("ascii")
