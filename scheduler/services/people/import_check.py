"""Judging a table of people row by row: who is ready, what is wrong, what is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.text_key import name_key
from scheduler.errors import Invalid
from scheduler.imports.countries import country_code, like_country
from scheduler.imports.people import ImportedPerson
from scheduler.mail.addresses import clean_address
from scheduler.models import Event, Participant, ParticipantType
from scheduler.services.people.people_admin import PersonEntry
from scheduler.services.text import clean_line, clean_name

_ERRORS = ("#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#NV", "#BEZUG!", "#WERT!")
_COMPARED = 200
"""Unknown words that are compared with the known ones: of thousands, each takes its time and helps nobody."""
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a cell: its row in the file, its name (D5), the column's, what it says, and the way out."""

    number: int
    text: str
    cell: str = ""
    column: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a table would do: people to register; why rows can't be used (perhaps several of one row); what would be
    left out of people who are ready; how many are registered already.
    """

    ready: tuple[PersonEntry, ...]
    problems: tuple[Remark, ...]
    known: int
    remarks: tuple[Remark, ...] = ()

    @property
    def faulty(self) -> int:
        """How many rows can't be used."""
        return len({problem.number for problem in self.problems})


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of participants, apart from the database."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A row judged by itself."""

    row: ImportedPerson
    entry: PersonEntry | None
    problems: Sequence[Remark]
    left_out: Sequence[Remark]


def kinds_of(session: Session, event: Event) -> tuple[Kind, ...]:
    """The types that the rows of a table may name."""
    rows = session.execute(
        select(ParticipantType.code, ParticipantType.name)
        .where(ParticipantType.event_id == event.id)
        .order_by(ParticipantType.id)
    )
    return tuple(Kind(code, name) for code, name in rows)


def judge_people(kinds: Sequence[Kind], rows: Sequence[ImportedPerson]) -> tuple[Judged, ...]:
    """Judge every row by itself. Thousands take seconds, in which the database is not needed."""
    judge = _Judge({name_key(word): kind for kind in kinds for word in (kind.code, kind.name)})
    return tuple(Judged(row, *judge.entry(row)) for row in rows)


def check_people(session: Session, event: Event, judged: Sequence[Judged]) -> Checked:
    """What the rows would do, in one query whatever their number."""
    registered = set(session.scalars(select(Participant.email).where(Participant.event_id == event.id)))
    ready: list[PersonEntry] = []
    problems: list[Remark] = []
    remarks: list[Remark] = []
    seen: dict[str, int] = {}
    known = 0
    for one in judged:
        row, entry, left_out = one.row, one.entry, one.left_out
        problems += one.problems
        if entry is None:
            continue
        if entry.email in seen:
            twice = _(
                "This address stands in row %(n)d already. One of the two rows is enough.",
                n=seen[entry.email],
            )
            problems.append(_remark(row, "email", twice))
        elif entry.email in registered:
            known += 1
        else:
            ready.append(entry)
            remarks += left_out
        seen.setdefault(entry.email, row.number)
    return Checked(tuple(ready), tuple(problems), known, tuple(remarks))


class _Judge:
    """Judges rows; what it found out about a word it knows for the next row that says the same."""

    def __init__(self, types: Mapping[str, Kind]) -> None:
        self._types = types
        self._hints: dict[tuple[str, str], str] = {}

    def entry(self, row: ImportedPerson) -> tuple[PersonEntry | None, list[Remark], list[Remark]]:
        """The person of a row, what is wrong with it, and what is left out of it."""
        problems: list[Remark] = []
        left_out = [
            _remark(
                row,
                "email",
                _("The mails go to %(address)s; this address is not used.", address=row.email),
                more,
            )
            for more in row.unread
        ]

        def needed(column: str, value: Callable[[], str]) -> str:
            try:
                return value()
            except Invalid as error:
                problems.append(_remark(row, column, error.message))
                return ""

        def optional(column: str, value: Callable[[], str]) -> str:
            try:
                return value()
            except Invalid as error:
                left_out.append(_remark(row, column, error.message))
                return ""

        entry = PersonEntry(
            name=needed("name", lambda: _line(row.name, "name")),
            email=needed("email", lambda: _address(row)),
            organisation=needed("organisation", lambda: _line(row.organisation, "organisation")),
            type=needed("type", lambda: self._type(row.type)),
            job_title=optional(
                "job_title", lambda: clean_line(row.job_title, 160, "job_title", _("Position"))
            ),
            country=optional("country", lambda: self._country(row.country)),
        )
        return (None if problems else entry), problems, left_out

    def _type(self, word: str) -> str:
        if not word.strip():
            raise Invalid(_("The type is missing. It is one of: %(types)s.", types=self._all_types()))
        kind = self._types.get(name_key(word))
        if kind is not None:
            return kind.code
        raise Invalid(self._hint("type", word, self._like_type))

    def _like_type(self, word: str) -> str:
        near = get_close_matches(name_key(word[:_SHOWN]), self._types, n=1, cutoff=0.6)
        said = _("“%(type)s” is no type of this event.", type=word[:_SHOWN])
        if near:
            said += " " + _("Did you mean %(type)s?", type=self._types[near[0]].name)
        return str(said + " " + _("It has: %(types)s.", types=self._all_types()))

    def _all_types(self) -> str:
        return ", ".join(dict.fromkeys(kind.name for kind in self._types.values()))

    def _country(self, word: str) -> str:
        if not word.strip():
            return ""
        code = country_code(word)
        if code is None:
            raise Invalid(self._hint("country", word, _like_country))
        return code

    def _hint(self, column: str, word: str, near: Callable[[str], str]) -> str:
        """What is said of an unknown word. Comparing takes time: thousands of words get a short answer each."""
        key = (column, name_key(word[:_SHOWN]))
        if key not in self._hints:
            if len(self._hints) >= _COMPARED:
                return str(_("“%(word)s” is not known here.", word=word[:_SHOWN]))
            self._hints[key] = near(word)
        return self._hints[key]


def _line(text: str, column: str) -> str:
    missing = {
        "name": _("The name is missing. If this row is a sum or a heading, leave it as it is."),
        "organisation": _(
            "The organisation is missing. Who stands for nobody but themselves writes their own name."
        ),
    }
    _refuse_error(text)
    line = clean_name(text, 200, column, column_label(column))
    if not line:
        raise Invalid(missing[column])
    return line


def _address(row: ImportedPerson) -> str:
    if not row.email.strip():
        raise Invalid(_("The mail address is missing: without it nobody can sign in."))
    _refuse_error(row.email)
    try:
        return clean_address(row.email)
    except Invalid as error:
        raise Invalid(error.message + " " + _("It looks like name@example.org.")) from None


def _refuse_error(text: str) -> None:
    if text.strip().upper() in _ERRORS:
        raise Invalid(_("“%(word)s” is an error of the spreadsheet. Mend its formula.", word=text.strip()))


def _like_country(word: str) -> str:
    said = _("“%(word)s” is no country that is known here.", word=word[:_SHOWN])
    near = like_country(word)
    if near is not None:
        locale = get_locale() or Locale("en")
        said += " " + _("Did you mean %(country)s?", country=locale.territories.get(near, near))
    return str(said + " " + _("Write its name, or its two letters such as ES."))


def column_label(column: str) -> str:
    """What is read from a column of the table; parts of a name make the name."""
    labels = {
        "email": _("Mail"),
        "organisation": _("Organisation"),
        "type": _("Type"),
        "job_title": _("Position"),
        "title": _("Position"),
        "country": _("Country"),
    }
    return str(labels.get(column, _("Name")))


def _remark(row: ImportedPerson, column: str, text: str, word: str | None = None) -> Remark:
    said = getattr(row, column) if word is None else word
    return Remark(row.number, text, row.cells.get(column, ""), column_label(column), said[:_SHOWN])
