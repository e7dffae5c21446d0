"""Pavilions, tables and stands of a table: the organiser's own, or a fair's list of exhibitors. Pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask_babel import gettext as _

from scheduler.domain.enums import PlaceKind
from scheduler.domain.text_key import name_key
from scheduler.errors import Invalid
from scheduler.imports.countries import country_code
from scheduler.imports.heading_row import heading_words, known_columns
from scheduler.imports.sheets import Sheet, SheetRow

_MEANINGS = heading_words("venue_headings.json")
WORDS = _MEANINGS.keys()
_SAMPLE = 300
_HALL = (
    r"(?:halls?|halle|pavilion|pavillon|pabell[oó]n|padiglione|pavilh[aã]o|pavell[oó]|salle|hal|palau"
    r"|зала|палата|павилион)"
)
_STAND = r"(?:stands?|booths?|stand no\.?|stand nr\.?|booth no\.?|щанд)"
_BOTH = re.compile(
    rf"^\s*({_HALL}\s*[\w.\-]+)\s*[,;/|–—-]?\s+(?:{_STAND}\s*[:#.]?\s*)?(.*\S)\s*$", re.IGNORECASE
)
_NO_STAND = re.compile(
    r"digital|online|virtual|to follow|tba|tbc|tbd|n/?a|none|folgt|por confirmar|-+|–|\?+", re.IGNORECASE
)
_KINDS = {
    PlaceKind.TABLES: ("tables", "table", "tische", "tisch", "mesas", "tavoli", "taules", "маси"),
    PlaceKind.STAND: ("stand", "booth", "stands", "estand", "щанд"),
    PlaceKind.ROOM: ("room", "raum", "salle", "sala", "зала", "meeting room"),
}
TABLES = "Tables"
MOST_TABLES = 1000


@dataclass(frozen=True, slots=True)
class VenueRow:
    """A row: a pavilion, with a place in it unless `kind` is None. `capacity` is meetings at once."""

    number: int
    pavilion: str
    place: str = ""
    kind: PlaceKind | None = None
    capacity: int = 1
    organisation: str = ""
    country: str = ""
    x: float | None = None
    y: float | None = None


@dataclass(frozen=True, slots=True)
class VenueRemark:
    """What can't be used of a row, or is understood in another way than it stands."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class VenueTable:
    """What was found. `homeless` are exhibitors without a stand: digital ones, and those whose stand is to follow."""

    rows: tuple[VenueRow, ...]
    homeless: tuple[VenueRow, ...]
    remarks: tuple[VenueRemark, ...]


def venue_of(sheet: Sheet) -> VenueTable:
    """The pavilions and places of a table. Raises Invalid when its columns say neither pavilion nor stand."""
    of, below = known_columns(sheet, _MEANINGS)
    if "pavilion" not in of and "place" not in of:
        of |= _by_content(below, of)
    if "pavilion" not in of and "place" not in of:
        raise Invalid(
            _(
                "One row must name the columns: the pavilion, and, as you have them, tables, stand, organisation. In a"
                " list of exhibitors one column says the stand, such as “Hall 17, Stand F60”."
            ),
            "file",
        )
    rows: list[VenueRow] = []
    homeless: list[VenueRow] = []
    remarks: list[VenueRemark] = []
    seen: dict[tuple[str, str], int] = {}
    for row in below:
        found = _row(row, of, remarks)
        if found is None:
            continue
        key = (name_key(found.pavilion), name_key(found.place))
        if not found.pavilion:
            homeless.append(found)
        elif found.kind is not None and (before := seen.setdefault(key, found.number)) != found.number:
            remarks.append(
                VenueRemark(
                    found.number,
                    _("%(place)s stands in row %(n)d already.", place=found.place, n=before),
                )
            )
        else:
            rows.append(found)
    if not rows and not homeless:
        raise Invalid(_("There is no row below the headings that says a pavilion or a stand."), "file")
    return VenueTable(tuple(rows), tuple(homeless), tuple(remarks))


def _by_content(rows: tuple[SheetRow, ...], of: dict[str, int]) -> dict[str, int]:
    """The column whose cells say hall and stand, whatever its heading: a list may have more fields than headings."""
    width = max((len(row.cells) for row in rows[:_SAMPLE]), default=0)
    for position in range(width):
        texts = [text for row in rows[:_SAMPLE] if (text := row.at(position))]
        if (
            position not in of.values()
            and texts
            and sum(bool(_BOTH.match(text)) for text in texts) > len(texts) / 2
        ):
            return {"place": position}
    return {}


def _row(row: SheetRow, of: dict[str, int], remarks: list[VenueRemark]) -> VenueRow | None:
    def text(kind: str) -> str:
        return row.at(of.get(kind)).strip()

    pavilion, place, organisation = text("pavilion"), text("place"), text("organisation")
    country = country_code(text("country")) or ""
    said = place or pavilion
    if both := _BOTH.match(place if not pavilion else ""):
        pavilion, place = " ".join(both[1].split()), " ".join(both[2].split())
    elif (not pavilion and _NO_STAND.fullmatch(place.strip(" .()"))) or (
        _says_no_stand(place) and not pavilion
    ):
        remarks.append(
            VenueRemark(
                row.number,
                _(
                    "“%(text)s” is no stand: %(name)s gets none.",
                    text=said[:60],
                    name=organisation or _("nobody"),
                ),
            )
        )
        return VenueRow(row.number, "", organisation=organisation, country=country) if organisation else None
    elif not pavilion:
        if not place and not organisation:
            return None
        problem = (
            _("The pavilion is missing. Write it before the stand, as in “Hall 17, Stand F60”.")
            if place
            else _("There is no stand: %(name)s gets none.", name=organisation)
        )
        remarks.append(VenueRemark(row.number, problem))
        return VenueRow(row.number, "", organisation=organisation, country=country) if organisation else None
    for name, most in ((pavilion, 120), (place, 120), (organisation, 200)):
        if len(name) > most:
            remarks.append(
                VenueRemark(
                    row.number,
                    _("“%(name)s…” has more than %(n)d letters. Shorten it.", name=name[:40], n=most),
                )
            )
            return None
    capacity = _capacity(row.number, text("capacity"), remarks)
    kind = _kind(text("kind"), place, organisation, text("capacity"))
    if kind is PlaceKind.TABLES and not place:
        place = TABLES
    if kind is PlaceKind.STAND and not place:
        place = organisation
    return VenueRow(
        row.number,
        pavilion,
        place if kind is not None else "",
        kind,
        capacity,
        organisation,
        country,
        _position(text("x")),
        _position(text("y")),
    )


def _says_no_stand(text: str) -> bool:
    return bool(re.match(r"\s*(digital|online|virtual)\b", text, re.IGNORECASE))


def _kind(said: str, place: str, organisation: str, capacity: str) -> PlaceKind | None:
    for kind, words in _KINDS.items():
        if name_key(said) in words:
            return kind
    if organisation:
        return PlaceKind.STAND
    if place and any(name_key(place).startswith(word) for word in _KINDS[PlaceKind.ROOM]):
        return PlaceKind.ROOM
    return PlaceKind.TABLES if place or capacity not in ("", "0") else None


def _capacity(number: int, text: str, remarks: list[VenueRemark]) -> int:
    if not text or text == "0":
        return 1
    if text.isascii() and text.isdecimal() and 1 <= int(text) <= MOST_TABLES:
        return int(text)
    remarks.append(
        VenueRemark(
            number, _("“%(text)s” is no number of tables between 1 and 1000: 1 is taken.", text=text[:40])
        )
    )
    return 1


def _position(text: str) -> float | None:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if 0 <= value <= 100 else None
