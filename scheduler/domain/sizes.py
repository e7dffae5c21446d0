"""How large an organisation is, in four steps: by inhabitants for a city or region, else by people employed."""

from __future__ import annotations

from enum import StrEnum


class Size(StrEnum):
    """A step of size. `c` counts inhabitants, `p` people employed."""

    CITY_SMALL = "c1"
    CITY_MEDIUM = "c2"
    CITY_LARGE = "c3"
    CITY_METROPOLIS = "c4"
    PEOPLE_SMALL = "p1"
    PEOPLE_MEDIUM = "p2"
    PEOPLE_LARGE = "p3"
    PEOPLE_GIANT = "p4"

    @property
    def of_city(self) -> bool:
        return self.value.startswith("c")


MOST = 2_000_000_000
"""More than any city, and what the database can hold."""

# Cities by the classes of the OECD's functional urban areas; employers by the European Union's definition
# of small and medium enterprises, with one more step where hierarchies grow long.
_CITIES = (
    (200_000, Size.CITY_SMALL),
    (500_000, Size.CITY_MEDIUM),
    (1_500_000, Size.CITY_LARGE),
    (MOST + 1, Size.CITY_METROPOLIS),
)
_EMPLOYERS = (
    (50, Size.PEOPLE_SMALL),
    (250, Size.PEOPLE_MEDIUM),
    (5_000, Size.PEOPLE_LARGE),
    (MOST + 1, Size.PEOPLE_GIANT),
)


def size_of(employees: int | None, inhabitants: int | None) -> Size | None:
    """The step of an organisation; None when neither figure is said."""
    if inhabitants is not None:
        return next(size for limit, size in _CITIES if inhabitants < limit)
    if employees is not None:
        return next(size for limit, size in _EMPLOYERS if employees < limit)
    return None


def bounds(size: Size) -> tuple[int, int | None]:
    """The smallest and the largest figure of a step; None where it has no upper end."""
    steps = _CITIES if size.of_city else _EMPLOYERS
    low = 1
    for limit, step in steps:
        if step is size:
            return low, None if limit > MOST else limit - 1
        low = limit
    raise AssertionError(size)


def sizes_in(text: str) -> tuple[Size, ...]:
    """The steps whose codes stand in a text, in order; what is no code is passed over."""
    words = set(text.split())
    return tuple(size for size in Size if size.value in words)
