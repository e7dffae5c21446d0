"""Questions of an event's own: what the organiser changes in them, without losing what people answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from scheduler.domain.enums import AnswerReader, QuestionKind
from scheduler.domain.text_key import name_key
from scheduler.errors import Conflict, Invalid, NotFound
from scheduler.imports.headings import column_of
from scheduler.models import (
    AnswerChoice,
    Event,
    ParticipantType,
    ProfileQuestion,
    QuestionChoice,
    User,
    new_public_id,
)
from scheduler.queries.people.questions import WITH_CHOICES, answer_counts, choice_count
from scheduler.services.audit import record
from scheduler.services.text import clean_line, clean_text

MOST_QUESTIONS = 60
MOST_CHOICES = 60
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class QuestionEntry:
    """What an organiser enters about a question. `types` are codes, none for everybody.

    `choices` are labels of new choices; `labels` those of choices that are there, by id.
    """

    label: str
    kind: QuestionKind
    reader: AnswerReader
    help: str = ""
    required: bool = False
    types: Sequence[str] = ()
    choices: Sequence[str] = ()
    labels: Mapping[int, str] | None = None


def question_by_public_id(session: Session, event: Event, public_id: str) -> ProfileQuestion:
    """A question of this event. Raises NotFound."""
    found = session.scalar(
        select(ProfileQuestion).where(
            ProfileQuestion.event_id == event.id, ProfileQuestion.public_id == public_id
        )
    )
    if found is None:
        raise NotFound(_("This question is not, or no longer, part of the event."))
    return found


def add_question(session: Session, event: Event, entry: QuestionEntry, actor: User) -> ProfileQuestion:
    """A new question, after the others. Raises Invalid, naming the field."""
    count, last = session.execute(
        select(func.count(), func.max(ProfileQuestion.position)).where(ProfileQuestion.event_id == event.id)
    ).one()
    if count >= MOST_QUESTIONS:
        raise Invalid(
            _("An event asks %(most)s questions at most. Delete one that matters less.", most=MOST_QUESTIONS)
        )
    question = ProfileQuestion(event_id=event.id, kind=entry.kind, position=(last or 0) + 1)
    _apply(session, event, question, entry)
    session.add(question)
    _give_choices(session, question, entry)
    session.flush()
    record(session, event, actor, "question.add", question.public_id, label=question.label)
    return question


def change_question(
    session: Session, event: Event, question: ProfileQuestion, entry: QuestionEntry, actor: User
) -> None:
    """Change a question. Raises Invalid, naming the field, and Conflict for another kind once it was answered."""
    if entry.kind is not question.kind:
        _refuse_other_kind(session, question)
        question.choices.clear()
        session.flush()
        question.kind = entry.kind
    _apply(session, event, question, entry)
    _give_choices(session, question, entry)
    session.flush()
    record(session, event, actor, "question.change", question.public_id, label=question.label)


def remove_question(session: Session, event: Event, question: ProfileQuestion, actor: User) -> int:
    """Delete a question with its answers; how many these were."""
    count = answer_counts(session, [question.id]).get(question.id, 0)
    record(session, event, actor, "question.remove", question.public_id, label=question.label, answers=count)
    session.execute(delete(ProfileQuestion).where(ProfileQuestion.id == question.id))
    session.expire_all()
    return count


def retire_question(
    session: Session, event: Event, question: ProfileQuestion, actor: User, *, back: bool
) -> None:
    """Ask nobody any more, or (`back`) again; the answers stay."""
    question.retired_at = None if back else event.now()
    act = "question.restore" if back else "question.retire"
    record(session, event, actor, act, question.public_id, label=question.label)
    session.flush()


def move_question(
    session: Session, event: Event, question: ProfileQuestion, actor: User, *, up: bool
) -> None:
    """Let a question change places with the one before it, or after it; at an end nothing changes."""
    rows = list(
        session.scalars(
            select(ProfileQuestion)
            .where(ProfileQuestion.event_id == event.id)
            .order_by(ProfileQuestion.position, ProfileQuestion.id)
        )
    )
    here = rows.index(question)
    there = here + (-1 if up else 1)
    if not 0 <= there < len(rows):
        return
    rows[here], rows[there] = rows[there], rows[here]
    for position, row in enumerate(rows, 1):
        row.position = position
    session.flush()
    record(session, event, actor, "question.move", question.public_id, label=question.label)


def remove_choice(
    session: Session, event: Event, question: ProfileQuestion, choice_id: int, to_id: int | None, actor: User
) -> int:
    """Take a choice away; whoever chose it has chosen `to_id` instead. How many these were.

    Raises Conflict when people chose it and nothing is said instead, or when no two would be left.
    """
    choices = {choice.id: choice for choice in question.choices}
    choice = choices.get(choice_id)
    if choice is None or (to_id is not None and to_id not in choices):
        raise NotFound(_("This choice is not, or no longer, one of the question."))
    if question.kind is QuestionKind.YES_NO or len(choices) <= 2:
        raise Conflict(_("A question needs two choices at least. Rename this one, or retire the question."))
    count = choice_count(session, choice)
    if count and (to_id is None or to_id == choice_id):
        raise Conflict(
            ngettext(
                "One person chose “%(label)s”. Say which choice they get instead; nothing was changed.",
                "%(num)d people chose “%(label)s”. Say which choice they get instead; nothing was changed.",
                count,
                label=choice.label,
            )
        )
    if count and to_id is not None:
        _hand_over(session, choice_id, to_id)
    record(
        session,
        event,
        actor,
        "question.remove-choice",
        question.public_id,
        label=choice.label,
        instead=choices[to_id].label if to_id is not None and count else "",
        people=count,
    )
    session.execute(delete(QuestionChoice).where(QuestionChoice.id == choice_id))
    session.expire_all()
    return count


def _hand_over(session: Session, choice_id: int, to_id: int) -> None:
    chosen = AnswerChoice
    known = select(chosen.participant_id).where(chosen.choice_id == to_id)
    session.execute(
        update(chosen)
        .where(chosen.choice_id == choice_id, chosen.participant_id.not_in(known))
        .values(choice_id=to_id)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        delete(chosen).where(chosen.choice_id == choice_id).execution_options(synchronize_session=False)
    )


def _apply(session: Session, event: Event, question: ProfileQuestion, entry: QuestionEntry) -> None:
    label = clean_line(entry.label, 200, "label", _("Question"))
    if not label:
        raise Invalid(_("Enter the question."), "label")
    same = session.scalar(
        select(ProfileQuestion.label).where(
            ProfileQuestion.event_id == event.id,
            ProfileQuestion.label_key == name_key(label),
            ProfileQuestion.id.is_distinct_from(question.id),
        )
    )
    if same is not None:
        raise Invalid(
            _("There is a question “%(label)s” already: lists would have two such columns.", label=same),
            "label",
        )
    if column_of(label) is not None:
        raise Invalid(
            _("Lists of people have a column “%(label)s” already. Word it as a question.", label=label),
            "label",
        )
    hint = clean_text(entry.help, 500, "help", _("Help"))
    types = list(
        session.scalars(
            select(ParticipantType).where(
                ParticipantType.event_id == event.id, ParticipantType.code.in_(list(entry.types))
            )
        )
    )
    if len(types) != len(set(entry.types)):
        raise Invalid(_("Choose among the event's types of participants."), "types")
    if entry.required and entry.reader is AnswerReader.ORGANISERS_ONLY:
        raise Invalid(_("A question that organisers answer can't be required of participants."), "required")
    question.label, question.help = label, hint
    question.reader, question.required = entry.reader, entry.required
    question.types = types


def _give_choices(session: Session, question: ProfileQuestion, entry: QuestionEntry) -> None:
    """Rename the choices that are there, and add the new ones. Raises Invalid."""
    if question.kind not in WITH_CHOICES:
        return
    names = {choice: choice.label for choice in question.choices}
    if question.kind is QuestionKind.YES_NO:
        fresh = [] if question.choices else [YES, NO]
    else:
        names = {choice: _choice_name(choice, entry) for choice in question.choices}
        fresh = [label for each in entry.choices if (label := clean_line(each, 160, "choices", _("Choice")))]
    keys = [name_key(label) for label in (*names.values(), *fresh)]
    for label in (*names.values(), *fresh):
        if ";" in label:
            raise Invalid(
                _("“%(label)s”: lists put a semicolon between choices; use another sign.", label=label),
                "choices",
            )
        if keys.count(name_key(label)) > 1:
            raise Invalid(_("“%(label)s” stands there twice.", label=label), "choices")
    if not 2 <= len(keys) <= MOST_CHOICES:
        raise Invalid(
            _("A question has 2 to %(most)s choices; write each on a line of its own.", most=MOST_CHOICES),
            "choices",
        )
    _rename(session, names)
    last = max((choice.position for choice in question.choices), default=0)
    question.choices.extend(
        QuestionChoice(label=label, position=last + place) for place, label in enumerate(fresh, 1)
    )


def _choice_name(choice: QuestionChoice, entry: QuestionEntry) -> str:
    label = (entry.labels or {}).get(choice.id, choice.label)
    name = clean_line(label, 160, "choices", _("Choice"))
    if not name:
        raise Invalid(_("A choice needs a name. To take one away, use “Remove” beside it."), "choices")
    return name


def _rename(session: Session, names: Mapping[QuestionChoice, str]) -> None:
    """Names go from choice to choice by way of names that nobody has: no two may be alike at any moment."""
    changed = [choice for choice, name in names.items() if choice.label != name]
    if len(changed) > 1:
        for choice in changed:
            choice.label = new_public_id()
        session.flush()
    for choice in changed:
        choice.label = names[choice]


def _refuse_other_kind(session: Session, question: ProfileQuestion) -> None:
    count = answer_counts(session, [question.id]).get(question.id, 0)
    if count:
        raise Invalid(
            ngettext(
                "One person has answered: the kind can't change. Retire this question and ask a new one.",
                "%(num)d people have answered: the kind can't change. Retire this question and ask a new one.",
                count,
            ),
            "kind",
        )
