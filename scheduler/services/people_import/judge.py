"""Judging a list of people row by row, apart from the database: who can be registered, and what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _

from scheduler.domain.text_key import name_key
from scheduler.errors import Invalid
from scheduler.imports.countries import country_code, like_country
from scheduler.imports.people import ImportedPerson
from scheduler.mail.addresses import clean_address
from scheduler.services.people.people_admin import PersonEntry
from scheduler.services.people_import.details import DetailsReader, PersonDetails
from scheduler.services.people_import.progress import StoringStep, Tell, silent, told
from scheduler.services.people_import.remarks import Remark, column_label, remark
from scheduler.services.people_import.vocabulary import TypeName, Vocabulary
from scheduler.services.text import clean_line, clean_name

_ERRORS = ("#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#NV", "#BEZUG!", "#WERT!")
_NO = frozenset(("no", "nein", "non", "não", "nao", "не", "false", "0", "n", "falsch", "faux", "falso"))
_COMPARED = 200
"""Unknown words that are compared with the known ones: of thousands, each takes its time and helps nobody."""
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class ListOptions:
    """What somebody said of the list as a whole: the type of everybody whose row names none, and whether those whom
    the other system had not validated are taken."""

    type: str = ""
    unvalidated: bool = False


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """A row judged by itself. `words`: those that nobody knows, by kind."""

    row: ImportedPerson
    entry: PersonEntry | None
    problems: Sequence[Remark]
    left_out: Sequence[Remark]
    details: PersonDetails = field(default_factory=PersonDetails)
    words: Sequence[tuple[str, str]] = ()


def judge_people(
    known: Vocabulary,
    rows: Sequence[ImportedPerson],
    options: ListOptions | None = None,
    tell: Tell = silent,
) -> tuple[JudgedRow, ...]:
    """Judge every row by itself. Thousands take seconds, in which the database is not needed."""
    judge = _Judge(known, options or ListOptions())
    return tuple(judge.judged(row) for some in told(rows, StoringStep.CHECK, tell) for row in some)


class _Judge:
    """Judges rows; what it found out about a word it knows for the next row that says the same."""

    def __init__(self, known: Vocabulary, options: ListOptions) -> None:
        self._known = known
        self._options = options
        self._details = DetailsReader(known)
        self._codes = {kind.code for kind in known.types}
        self._types: dict[str, TypeName] = {}
        for kind in known.types:
            self._types |= {name_key(kind.code): kind, name_key(kind.name): kind}
        self._hints: dict[tuple[str, str], str] = {}

    def judged(self, row: ImportedPerson) -> JudgedRow:
        """The person of a row, what is wrong with it, and what is left out of it."""
        problems: list[Remark] = []
        words: list[tuple[str, str]] = []
        left_out = [
            remark(
                row,
                "email",
                _("The mails go to %(address)s; this address is not used.", address=row.email),
                more,
            )
            for more in row.unread
        ]
        if not row.type.strip() and self._options.type:
            row = replace(row, type=self._options.type)
        if (said := row.more.get("validated", "")).casefold() in _NO and not self._options.unvalidated:
            problems.append(
                remark(row, "validated", _("The other system has not validated this registration."), said)
            )

        def checked(into: list[Remark], column: str, value: Callable[[], str]) -> str:
            try:
                return value()
            except Invalid as error:
                into.append(remark(row, column, error.message))
                if column in ("type", "country") and getattr(row, column).strip():
                    words.append((column, getattr(row, column).strip()))
                return ""

        entry = PersonEntry(
            name=checked(problems, "name", lambda: _line(row.name, "name")),
            email=checked(problems, "email", lambda: _address(row)),
            organisation=checked(problems, "organisation", lambda: _line(row.organisation, "organisation")),
            type=checked(problems, "type", lambda: self._type(row.type)),
            job_title=checked(
                left_out, "job_title", lambda: clean_line(row.job_title, 160, "job_title", _("Position"))
            ),
            country=checked(left_out, "country", lambda: self._country(row.country)),
        )
        details = self._details.read(row, left_out, words, entry.type)
        return JudgedRow(row, None if problems else entry, problems, left_out, details, words)

    def _type(self, word: str) -> str:
        if not word.strip():
            raise Invalid(_("The type is missing. It is one of: %(types)s.", types=self._all_types()))
        key = name_key(word)
        kind = self._types.get(key)
        if kind is not None:
            return kind.code
        if (meant := self._known.said.get(("type", key))) in self._codes:
            return str(meant)
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
        if (meant := self._known.said.get(("country", name_key(word)))) is not None:
            return meant
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
