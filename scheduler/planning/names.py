"""The ids in the solver's sentences, said as names."""

from __future__ import annotations

import re
from collections.abc import Mapping

_QUOTED = re.compile(r"'([^'\s]{1,90})'|\b([a-z2-9]{20})\b")
_KINDS = re.compile(r"\b(?:participant|meeting|slot|place|pavilion) (?=\x00)")


def say_names(sentence: str, names: Mapping[str, str]) -> str:
    """The sentence with every known id replaced by its name; unknown words stay as they are.

    A noun before an id (`participant 'x'`) is dropped: the name says it.
    """

    def name(match: re.Match[str]) -> str:
        key = match.group(1) or match.group(2)
        found = _name(key, names)
        return match.group(0) if found is None else f"\x00{found}"

    named = _KINDS.sub("", _QUOTED.sub(name, sentence)).replace("\x00", "")
    return named[:1].upper() + named[1:]


def _name(key: str, names: Mapping[str, str]) -> str | None:
    if key in names:
        return names[key]
    place, _, table = key.rpartition(":")
    if place in names:
        return f"{names[place]} {table}"
    pair = key.split("+")
    if len(pair) == 2 and pair[0] in names and pair[1] in names:
        return f"{names[pair[0]]} and {names[pair[1]]}"
    return None
