"""The readable facts of the demonstration (`scheduler/data/barcelona/*.toml`) as values."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, time
from importlib import resources
from typing import Any, TypeVar

from scheduler.domain.enums import RequestMode, SessionKind

T = TypeVar("T")


@dataclass(frozen=True)
class Block:
    """A meeting block in local time; `slot` and `pause` in minutes."""

    name: str
    date: date
    start: time
    end: time
    slot: int
    pause: int
    round: str


@dataclass(frozen=True)
class RoundFacts:
    code: str
    name: str
    opens: datetime
    closes: datetime
    mode: RequestMode
    cap: int
    guarantee: int
    published: datetime | None = None


@dataclass(frozen=True)
class PavilionFacts:
    code: str
    name: str
    x: float
    y: float
    tables: int
    off_site: bool = False
    address: str = ""
    note: str = ""
    rooms: int = 0


@dataclass(frozen=True)
class HallFacts:
    """The hall whose plan lies beside the other files; `metres` is how wide its drawing is."""

    name: str
    metres: float


@dataclass(frozen=True)
class SessionFacts:
    """`who` names delegations or "partners"; `share` and `types` say how many others come."""

    title: str
    kind: SessionKind
    start: datetime
    end: datetime
    pavilion: str
    room: str = ""
    host: str = ""
    description: str = ""
    who: tuple[str, ...] = ()
    share: float = 0.0
    types: dict[str, float] = field(default_factory=dict)
    speakers: tuple[str, ...] = ()
    delegation: str = ""


@dataclass(frozen=True)
class OrganisationFacts:
    name: str
    kind: str
    country: str
    city: str = ""
    people: int = 2
    pull: float = 1.0
    stand: str = ""
    delegation: str = ""
    brought_by: str = ""
    partner: bool = False
    offers: tuple[str, ...] = ()
    seeks: tuple[str, ...] = ()
    field: str = ""
    """The branch of the taxonomy that an invented organisation works in."""
    invented: bool = False
    inhabitants: int | None = None
    """Of a city or region, rounded."""


@dataclass(frozen=True)
class CallFacts:
    """An open call: who posts it (`organisation`, or anybody of `kind` near the topic), and who answers what."""

    title: str
    kind: str
    topic: str
    seats: int
    text: str
    by: tuple[str, ...]
    answers: tuple[str, ...]
    organisation: str = ""


@dataclass(frozen=True)
class DelegationFacts:
    code: str
    name: str
    country: str
    note: str
    leader: str


@dataclass(frozen=True)
class Names:
    first: tuple[str, ...]
    last: tuple[str, ...]


@dataclass(frozen=True)
class Roles:
    """Whose sign-in links are printed, by organisation."""

    participant: str
    leader: str
    co_organiser: str
    organiser_name: str
    organiser_email: str


@dataclass(frozen=True)
class DemoPhrases:
    offers: tuple[str, ...]
    seeks: tuple[str, ...]
    goals: tuple[str, ...]
    messages: tuple[str, ...]
    declines: tuple[str, ...]
    late: str


@dataclass(frozen=True)
class Walking:
    minutes_per_hundred: float
    least: int
    off_site: int


@dataclass(frozen=True)
class DemoSource:
    """Everything that is written down about the demonstration."""

    slug: str
    name: str
    timezone: str
    city: str
    venue: str
    description: str
    clock: datetime
    days: tuple[tuple[date, str], ...]
    types: dict[str, str]
    matrix: dict[str, dict[str, str]]
    blocks: tuple[Block, ...]
    rounds: tuple[RoundFacts, ...]
    walking: Walking
    hall: HallFacts
    pavilions: tuple[PavilionFacts, ...]
    sessions: tuple[SessionFacts, ...]
    organisations: tuple[OrganisationFacts, ...]
    delegations: tuple[DelegationFacts, ...]
    roles: Roles
    names: dict[str, Names]
    like: dict[str, str]
    speaks: dict[str, str]
    titles: dict[str, tuple[str, ...]]
    phrases: DemoPhrases
    calls: tuple[CallFacts, ...]

    def names_of(self, country: str) -> Names:
        """The lists of names that a country's people are drawn from."""
        return self.names.get(self.like.get(country, country), self.names["ANY"])


def read_source() -> DemoSource:
    """Read the six files, parts of the program: a missing or unknown key raises TypeError or KeyError."""
    event = _file("event")
    venue = _file("venue")
    people = _file("people")
    return DemoSource(
        slug=event["slug"],
        name=event["name"],
        timezone=event["timezone"],
        city=event["city"],
        venue=event["venue"],
        description=event["description"].strip(),
        clock=event["clock"],
        days=tuple((day["date"], day["label"]) for day in event["days"]),
        types=event["types"],
        matrix=event["matrix"],
        blocks=tuple(
            _make(Block, block | {"start": block["from"], "end": block["to"]}, drop=("from", "to"))
            for block in event["blocks"]
        ),
        rounds=tuple(_make(RoundFacts, row | {"mode": RequestMode(row["mode"])}) for row in event["rounds"]),
        walking=Walking(**venue["walking"]),
        hall=HallFacts(**venue["hall"]),
        pavilions=tuple(_make(PavilionFacts, row) for row in venue["pavilions"]),
        sessions=tuple(
            _make(SessionFacts, row | {"kind": SessionKind(row["kind"])})
            for row in _file("programme")["sessions"]
        ),
        organisations=_organisations(_file("organisations")),
        delegations=tuple(_make(DelegationFacts, row) for row in people["delegations"]),
        roles=Roles(**people["roles"]),
        names={country: _make(Names, lists) for country, lists in people["names"].items()},
        like=people["like"],
        speaks=people["speaks"],
        titles={kind: tuple(titles) for kind, titles in people["titles"].items()},
        phrases=_make(DemoPhrases, people["phrases"]),
        calls=tuple(_make(CallFacts, row) for row in _file("calls")["calls"]),
    )


def _file(name: str) -> dict[str, Any]:
    path = resources.files("scheduler.data").joinpath("barcelona", f"{name}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _make(kind: type[T], row: dict[str, Any], drop: tuple[str, ...] = ()) -> T:
    return kind(
        **{
            key: tuple(value) if isinstance(value, list) else value
            for key, value in row.items()
            if key not in drop
        }
    )


def _organisations(data: dict[str, Any]) -> tuple[OrganisationFacts, ...]:
    real = [_make(OrganisationFacts, row) for row in data["organisations"]]
    joined = data["joined"]
    invented = [
        OrganisationFacts(
            name=name,
            kind=kind,
            country=country,
            people=2,
            stand=joined["stand"].get(name, ""),
            delegation=joined["delegation"].get(name, ""),
            brought_by=joined["brought_by"].get(name, ""),
            field=branch,
            invented=True,
        )
        for kind, rows in data["invented"].items()
        for name, country, branch in rows
    ]
    return (*real, *invented)
