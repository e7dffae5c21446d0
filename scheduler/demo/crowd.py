"""Invented people at the real organisations: who they are, how much they are asked for, how much they ask."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from random import Random

from scheduler.demo.source import DemoSource, OrganisationFacts
from scheduler.domain.enums import ParticipantState

BRANCHES = (
    "mobility",
    "energy",
    "environment",
    "digital",
    "security",
    "governance",
    "planning",
    "people",
    "economy",
)
KINDS = {"company": 72, "research": 9, "city": 7, "agency": 5, "cluster": 4, "investor": 3}
"""Of a hundred organisations in an event that is larger than what is written down."""
WORDS = (
    "Alder",
    "Amber",
    "Aster",
    "Beacon",
    "Birch",
    "Cedar",
    "Cobalt",
    "Coral",
    "Delta",
    "Ember",
    "Fjord",
    "Flint",
)
TRADES = {
    "mobility": "Mobility",
    "energy": "Energy",
    "environment": "Environment",
    "digital": "Data",
    "security": "Security",
    "governance": "Services",
    "planning": "Building",
    "people": "Care",
    "economy": "Works",
}


@dataclass
class InventedPerson:
    """One invented participant, before there are rows. `pull`: how much asked for; `keen`: requests sent."""

    index: int
    name: str
    email: str
    organisation: int
    kind: str
    title: str
    country: str
    languages: str
    offers: tuple[str, ...]
    seeks: tuple[str, ...]
    pull: float
    keen: int
    goal: str
    offers_text: str
    seeks_text: str
    delegation: str = ""
    brought_by: str = ""
    partner: bool = False
    state: ParticipantState = ParticipantState.ACTIVE
    confirmed: bool = True
    id: int = field(default=0, compare=False)

    @property
    def meets(self) -> bool:
        return self.state is not ParticipantState.WITHDRAWN


@dataclass
class Crowd:
    """Organisations by position; people in the order of their ids."""

    organisations: list[OrganisationFacts]
    people: list[InventedPerson]


def gather(source: DemoSource, topics: dict[str, str], count: int, rng: Random) -> Crowd:
    """`count` people; when these are few, some organisations send none. `topics` maps codes to labels."""
    organisations = list(source.organisations)
    staff = [facts.people for facts in organisations]
    while sum(staff) < count and any(facts.invented for facts in organisations) and count <= 400:
        position = rng.choice([i for i, facts in enumerate(organisations) if facts.invented and staff[i] < 4])
        staff[position] += 1
    number = 0
    while sum(staff) < count:
        number += 1
        organisations.append(_one_more(source, number, rng))
        staff.append(rng.choices((1, 2, 3, 4, 6), (30, 34, 20, 11, 5))[0])
    seats = _seats(source, organisations, staff, count)
    writer = _CrowdWriter(source, topics, rng)
    people: list[InventedPerson] = []
    for position, facts in enumerate(organisations):
        for _place in range(seats[position]):
            people.append(writer.person(len(people), position, facts))
    return Crowd(organisations, people)


def _seats(
    source: DemoSource, organisations: list[OrganisationFacts], staff: list[int], count: int
) -> list[int]:
    """How many people each organisation sends: the first of each before the second, the shown roles first."""
    shown = vars(source.roles).values()
    order = sorted(range(len(staff)), key=lambda i: (organisations[i].name not in shown, i))
    seats = [0] * len(staff)
    left = count
    while left:
        for position in order:
            if left and seats[position] < staff[position]:
                seats[position] += 1
                left -= 1
    return seats


def _one_more(source: DemoSource, number: int, rng: Random) -> OrganisationFacts:
    kind = rng.choices(list(KINDS), list(KINDS.values()))[0]
    country = rng.choice(list(source.speaks))
    branch = "finance" if kind == "investor" else rng.choice(BRANCHES)
    word = WORDS[number % len(WORDS)]
    name = {
        "company": f"{word} {TRADES.get(branch, 'Works')} {number}",
        "research": f"{word} Institute {number}",
        "city": f"Municipality of {word} {number}",
        "agency": f"{word} Agency {number}",
        "cluster": f"{word} Cluster {number}",
        "investor": f"{word} Capital {number}",
    }[kind]
    pavilions = [pavilion.code for pavilion in source.pavilions if not pavilion.off_site]
    stand = rng.choice(pavilions) if kind != "investor" and rng.random() < 0.11 else ""
    return OrganisationFacts(
        name=name,
        kind=kind,
        country=country,
        pull=round(rng.paretovariate(1.6), 2),
        stand=stand,
        field=branch,
        invented=True,
    )


class _CrowdWriter:
    def __init__(self, source: DemoSource, topics: dict[str, str], rng: Random) -> None:
        self.source = source
        self.topics = topics
        self.rng = rng
        self.addresses: set[str] = set()
        self.names: set[str] = set()
        self.below: dict[str, list[str]] = {}
        for code in topics:
            if "." in code:
                self.below.setdefault(code.split(".")[0], []).append(code)
        self.leaves = [code for codes in self.below.values() for code in codes]

    def person(self, index: int, position: int, facts: OrganisationFacts) -> InventedPerson:
        rng, phrases = self.rng, self.source.phrases
        name = self._name(facts.country)
        offers, seeks = self._topics(facts)
        first = self.source.speaks.get(facts.country, "")
        other = rng.choice(("", "", "", "fr", "es", "de"))
        languages = " ".join(dict.fromkeys(f"{first} en {other}".split()))
        state = ParticipantState.ACTIVE
        if not facts.delegation and facts.name not in vars(self.source.roles).values():
            state = rng.choices(
                (ParticipantState.ACTIVE, ParticipantState.INVITED, ParticipantState.WITHDRAWN),
                (95, 3.5, 1.5),
            )[0]
        shy = rng.random()
        keen = rng.randint(0, 1) if shy < 0.22 else rng.randint(2, 6) if shy < 0.8 else rng.randint(7, 14)
        return InventedPerson(
            index=index,
            name=name,
            email=self._address(name, facts.name),
            organisation=position,
            kind=facts.kind,
            title=rng.choice(self.source.titles[facts.kind]),
            country=facts.country,
            languages=languages,
            offers=offers,
            seeks=seeks,
            pull=facts.pull * rng.lognormvariate(0, 0.7),
            keen=keen,
            goal=rng.choice(phrases.goals),
            offers_text=self._text(phrases.offers, offers),
            seeks_text=self._text(phrases.seeks, seeks),
            delegation=facts.delegation,
            brought_by=facts.brought_by,
            partner=facts.partner,
            state=state,
            confirmed=state is ParticipantState.ACTIVE and rng.random() < 0.87,
        )

    def _name(self, country: str) -> str:
        names = self.source.names_of(country)
        for _try in range(20):
            first, last = self.rng.choice(names.first), self.rng.choice(names.last)
            name = f"{first} {last}a" if country == "BG" and first.endswith("a") else f"{first} {last}"
            if name not in self.names:
                break
        self.names.add(name)
        return name

    def _address(self, name: str, organisation: str) -> str:
        local, domain = plain(name, "."), plain(organisation, "-")[:40].strip("-")
        address, number = f"{local}@{domain}.example", 1
        while address in self.addresses:
            number += 1
            address = f"{local}{number}@{domain}.example"
        self.addresses.add(address)
        return address

    def _topics(self, facts: OrganisationFacts) -> tuple[tuple[str, ...], tuple[str, ...]]:
        rng = self.rng
        own = self.below.get(facts.field, self.leaves)
        offers = list(facts.offers) or rng.sample(own, min(len(own), rng.randint(1, 3)))
        seeks = list(facts.seeks) or [rng.choice(own)]
        if facts.offers and len(offers) > 1 and rng.random() < 0.5:
            offers.remove(rng.choice(offers))
        if not facts.offers and facts.kind in ("company", "research"):
            seeks += rng.sample(self.below["finance"] + self.below["economy"], rng.randint(0, 2))
        seeks += rng.sample(self.leaves, rng.choice((0, 0, 1, 2)))
        return tuple(dict.fromkeys(offers)), tuple(dict.fromkeys(seeks))

    def _text(self, phrases: tuple[str, ...], codes: tuple[str, ...]) -> str:
        if not codes or self.rng.random() < 0.15:
            return ""
        return self.rng.choice(phrases).format(topic=lower_first(self.topics[self.rng.choice(codes)]))


def plain(text: str, joint: str) -> str:
    """ASCII letters and digits in lower case, other runs replaced by `joint`."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", joint, folded).strip(joint)


def lower_first(label: str) -> str:
    """A topic's label inside a sentence; abbreviations such as 5G stay as they are."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
