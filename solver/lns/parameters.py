"""Every number that steers ruin and recreate, in one record."""

from __future__ import annotations

from typing import NamedTuple

OPERATORS = ("strings", "stretch", "walk")
"""The ruin operators in the order of their numbers."""


class Parameters(NamedTuple):
    """How a step of ruin and recreate draws. Found by runs on fairs of 300 to 25,000 participants (bench/fair.py).

    A range `a_least`, `a_range` means a whole number from `a_least` to before `a_least + a_range`, each as likely.
    """

    share_strings: float = 0.45
    """How often strings are removed around one minute in the agendas of a meeting's people."""
    share_stretch: float = 0.35
    """How often a stretch of one agenda is; what is left is the walk's share."""

    string_least: int = 1
    string_range: int = 4
    string_trials: int = 4
    """Meetings not held that are tried for everybody whose string is removed."""

    stretch_least: int = 3
    stretch_range: int = 6
    stretch_before: int = 200
    """Minutes before the seed's at which the stretch begins to look for its first meeting."""
    stretch_trials: int = 6
    stretch_partners: float = 0.5
    """How often somebody met in the stretch has a string removed at the same minute."""
    partner_least: int = 1
    partner_range: int = 2

    walk_least: int = 2
    walk_range: int = 8
    walk_trials: int = 2

    order_random: float = 0.4
    """How often the candidates are tried in random order; otherwise the dearest first, with noise."""
    order_scale: int = 1000
    order_noise: int = 300
    """The noise of that order, in parts of `order_scale` of a meeting's value."""

    blink: float = 0.02
    """How often a place is passed over, so that the best does not always win."""
    insertion_noise: float = 2.0
    """How many temperatures a meeting may lose and still be held, at most."""


DEFAULT = Parameters()
