"""What a list says about people beside who they are: none of it ever costs a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from flask_babel import gettext as _

from scheduler.domain.text_key import name_key
from scheduler.errors import Invalid
from scheduler.imports.languages import language_code, language_words
from scheduler.imports.people import ImportedPerson
from scheduler.services.people.profile import (
    TOPIC_LIMIT,
    clean_count,
    clean_languages,
    clean_link,
    clean_links,
)
from scheduler.services.people_import.answers import answer_in
from scheduler.services.people_import.remarks import Remark, column_label, remark
from scheduler.services.people_import.vocabulary import Vocabulary
from scheduler.services.text import clean_line, clean_text

_PERSON_TEXTS = {"offers": ("offers_text", 3000), "seeks": ("seeks_text", 3000), "goals": ("goals", 2000)}
_LIMITS = {"guarantee": "guarantee", "most meetings": "max_meetings", "most a day": "max_meetings_per_day"}
_SURELY = re.compile(r"\s*[;|\n]\s*")
_PERHAPS = re.compile(r"\s*,\s*")


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """Fields of the participant and of the organisation by name, topics by id, and what they belong to."""

    person: Mapping[str, str | int] = field(default_factory=dict)
    home: Mapping[str, str | int] = field(default_factory=dict)
    offers: tuple[int, ...] = ()
    seeks: tuple[int, ...] = ()
    delegation: str = ""
    stand: int | None = None


class DetailsReader:
    """Reads the further columns of rows."""

    def __init__(self, known: Vocabulary) -> None:
        self._known = known

    def read(
        self,
        row: ImportedPerson,
        left_out: list[Remark],
        words: list[tuple[str, str]],
        type_code: str = "",
    ) -> PersonDetails:
        """The details of a row of a type; what can't be read is added to `left_out`, unknown words to `words`."""
        if not row.more:
            return PersonDetails()
        person: dict[str, str | int] = {}
        home: dict[str, str | int] = {}

        def keep(
            into: dict[str, str | int], column: str, name: str, clean: Callable[[str], str | int | None]
        ) -> None:
            text = row.more.get(column, "").strip()
            if not text:
                return
            try:
                value = clean(text)
            except Invalid as error:
                left_out.append(remark(row, column, error.message, text))
                return
            if value not in ("", None):
                into[name] = value

        for column, (name, most) in _PERSON_TEXTS.items():
            keep(person, column, name, partial(_text, column, most))
        keep(person, "links", "links", lambda text: clean_links("\n".join(text.split())))
        keep(person, "languages", "languages", lambda text: self._languages(text, words))
        for column, name in _LIMITS.items():
            keep(person, column, name, partial(_limit, column))
        keep(home, "website", "website", lambda text: clean_link(text, "website"))
        keep(home, "city", "city", lambda text: clean_line(text, 120, "city", column_label("city")))
        keep(home, "about", "description", partial(_text, "about", 3000))
        keep(home, "employees", "employees", lambda text: clean_count(text, "employees"))
        person |= self._answers(row, left_out, words, type_code)
        offers = self._topics(row, "topics", left_out, words)
        seeks = self._topics(row, "topics sought", left_out, words)
        return PersonDetails(
            person, home, offers, seeks, self._delegation(row, left_out), self._stand(row, left_out)
        )

    def _answers(
        self,
        row: ImportedPerson,
        left_out: list[Remark],
        words: list[tuple[str, str]],
        type_code: str,
    ) -> dict[str, str]:
        """What the row answers to the event's own questions, by column."""
        found: dict[str, str] = {}
        for column, question in self._known.questions.items():
            text = row.more.get(column, "").strip()
            if not text:
                continue
            try:
                if question.types and type_code not in question.types:
                    raise Invalid(_("This is not asked of people of that type."), column)
                answer = answer_in(question, text, self._known.said, words)
            except Invalid as error:
                left_out.append(
                    Remark(row.number, error.message, row.cells.get(column, ""), question.label, text[:60])
                )
                continue
            if answer:
                found[column] = answer
        return found

    def _languages(self, text: str, words: list[tuple[str, str]]) -> str:
        codes: list[str] = []
        for word in language_words(text):
            code = self._known.said.get(("language", name_key(word)))
            code = language_code(word) if code is None else code
            if code is None:
                words.append(("language", word))
            elif code:
                codes.append(code)
        return clean_languages(" ".join(dict.fromkeys(codes[:12])))

    def _topics(
        self, row: ImportedPerson, column: str, left_out: list[Remark], words: list[tuple[str, str]]
    ) -> tuple[int, ...]:
        text = row.more.get(column, "")
        found: list[int] = []
        for word in self._topic_words(text):
            number = self._topic(word)
            if number is None:
                words.append(("topic", word))
            elif number:
                found.append(number)
        unique = tuple(dict.fromkeys(found))
        if len(unique) > TOPIC_LIMIT:
            said = _("Only the first %(limit)s topics are kept.", limit=TOPIC_LIMIT)
            left_out.append(remark(row, column, said, text))
        return unique[:TOPIC_LIMIT]

    def _topic_words(self, text: str) -> tuple[str, ...]:
        parts = [part for part in _SURELY.split(text.strip()) if part]
        if len(parts) == 1 and self._topic(parts[0]) is None:
            # A comma may be part of a topic's name; between two topics it is none.
            parts = [part for part in _PERHAPS.split(parts[0]) if part]
        return tuple(dict.fromkeys(part[:160] for part in parts))

    def _topic(self, word: str) -> int | None:
        """A topic's id; 0 for a word that means nothing here, None for one that nobody knows."""
        key = name_key(word)
        if (meant := self._known.said.get(("topic", key))) is not None:
            return int(meant or 0)
        # “Energy > Grids” names the last of its steps.
        return self._known.topics.get(key) or self._known.topics.get(name_key(word.rpartition(">")[2]))

    def _delegation(self, row: ImportedPerson, left_out: list[Remark]) -> str:
        text = row.more.get("delegation", "").strip()
        try:
            return clean_line(text, 160, "delegation", column_label("delegation"))
        except Invalid as error:
            left_out.append(remark(row, "delegation", error.message, text))
            return ""

    def _stand(self, row: ImportedPerson, left_out: list[Remark]) -> int | None:
        text = row.more.get("stand", "").strip()
        if not text:
            return None
        found = self._known.stands.get(name_key(text), ())
        if len(found) == 1:
            return found[0]
        said = (
            _("There is no such stand. Enter it under Venue first.")
            if not found
            else _("Several stands are called so. Write the pavilion before it, as in “Hall 2, B40”.")
        )
        left_out.append(remark(row, "stand", said, text))
        return None


def _text(column: str, most: int, text: str) -> str:
    return clean_text(text, most, column, column_label(column))


def _limit(column: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or int(text) > 100:
        raise Invalid(_("This must be a whole number between 0 and 100."), column)
    return int(text)
