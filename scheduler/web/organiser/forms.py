"""Forms of the organiser's area. They ask for shape; the services judge meaning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    FileField,
    FloatField,
    Form,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from scheduler.domain.enums import Role
from scheduler.domain.session_limits import LETTERS, MOST_SEATS
from scheduler.web.form_fields import SheetArea, line, several


def required(message: str) -> InputRequired:
    return InputRequired(message)


class PersonForm(FlaskForm):
    name = StringField(_l("Name"), [required(_l("Enter a name.")), Length(max=200)])
    email = EmailField(_l("Mail address"), [required(_l("Enter a mail address.")), Length(max=254)])
    organisation = StringField(
        _l("Organisation"),
        [required(_l("Enter the organisation.")), Length(max=200)],
        description=_l("An organisation that is not there yet is made."),
    )
    type = SelectField(_l("Type"))
    job_title = StringField(_l("Position"), [Length(max=160)])
    country = StringField(
        _l("Country"), [Length(max=2)], description=_l("Two letters, such as ES; may stay empty.")
    )
    max_meetings_per_day = IntegerField(
        _l("Most meetings a day"),
        [Optional(), NumberRange(0, 100)],
        description=_l("Empty: no limit."),
    )
    guarantee = IntegerField(
        _l("Guaranteed meetings"),
        [Optional(), NumberRange(0, 100)],
        description=_l(
            "How many meetings you owe this person, beside what the round guarantees to everybody."
        ),
    )
    shown = BooleanField(
        _l("Show to others at once"),
        description=_l("Otherwise others see this person once they have come in."),
    )


class PavilionForm(FlaskForm):
    name = StringField(_l("Name"), [required(_l("Give the pavilion a name.")), Length(max=120)])
    x = FloatField(
        _l("From the left"),
        [Optional(), NumberRange(0, 100)],
        description=_l("0 to 100, on the plan. Empty: not known yet."),
    )
    y = FloatField(
        _l("From the top"),
        [Optional(), NumberRange(0, 100)],
        description=_l("0 to 100, on the plan. Empty: not known yet."),
    )
    off_site = BooleanField(_l("Not in the hall"))
    address = StringField(_l("Address"), [Length(max=200)], description=_l("For places outside of the hall."))
    note = TextAreaField(_l("Note"), [Length(max=1000)])


class PlaceForm(FlaskForm):
    kind = SelectField(_l("Kind"))
    name = StringField(_l("Name"), [required(_l("Give the place a name.")), Length(max=120)])
    capacity = IntegerField(
        _l("Meetings at once"),
        [required(_l("Say how many meetings fit at once.")), NumberRange(1, 1000)],
        default=1,
    )
    organisation = StringField(
        _l("Organisation"),
        [Length(max=200)],
        description=_l("Whose stand it is; empty for tables and rooms."),
    )
    hours = RadioField(
        _l("Open"),
        choices=[
            SelectChoice("always", _l("In every meeting block, also in those added later")),
            SelectChoice("blocks", _l("Only in the blocks chosen here")),
        ],
        default="always",
    )
    blocks = SelectMultipleField(
        _l("Open in these blocks"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )

    def offer(self, blocks: Iterable[tuple[str, str]]) -> None:
        """Fill the choices; `blocks` are public ids and labels."""
        self.blocks.choices = [SelectChoice(value, label) for value, label in blocks]
        self.kind.choices = [
            SelectChoice("tables", str(_l("Tables"))),
            SelectChoice("room", str(_l("Room"))),
            SelectChoice("stand", str(_l("Stand"))),
        ]


class SessionForm(FlaskForm):
    title = StringField(
        _l("Title"), [required(_l("Give the session a title.")), Length(max=LETTERS["title"])]
    )
    kind = SelectField(_l("Kind"))
    day = SelectField(_l("Day"))
    starts = TimeField(_l("From"), [required(_l("Say when it starts, like 10:30."))])
    ends = TimeField(_l("To"), [required(_l("Say when it ends, like 11:00."))])
    pavilion = SelectField(_l("Pavilion"))
    room = StringField(_l("Room"), [Length(max=LETTERS["room"])])
    host = StringField(_l("Host"), [Length(max=LETTERS["host"])])
    description = TextAreaField(_l("Description"), [Length(max=LETTERS["description"])])
    speakers = TextAreaField(
        _l("Speakers"),
        [Length(max=LETTERS["speakers"])],
        description=_l("One name a line. They need not take part in meetings."),
    )
    track = StringField(_l("Track"), [Length(max=LETTERS["track"])])
    language = StringField(_l("Language"), [Length(max=LETTERS["language"])])
    link = StringField(_l("Link"), [Length(max=LETTERS["link"])])
    capacity = IntegerField(
        _l("Seats"),
        [Optional(), NumberRange(1, MOST_SEATS)],
        description=_l("Empty: as many as come. Once all are taken, people can wait for one."),
    )
    audience = SelectMultipleField(
        _l("Who may attend"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    by_invitation = BooleanField(
        _l("By invitation"), description=_l("Only those who are invited see it and may attend.")
    )


class AttendeeForm(FlaskForm):
    who = StringField(_l("Name or mail address"), [required(_l("Say who attends.")), Length(max=254)])
    role = SelectField(_l("As"))
    anyway = BooleanField(_l("At both all the same"))


class AttendingTypeForm(FlaskForm):
    type = SelectField(_l("Everybody of the type"))
    how = SelectField(_l("As"))


class BlockForm(FlaskForm):
    name = StringField(_l("Name"), [required(_l("Give the block a name.")), Length(max=120)])
    day = SelectField(_l("Day"))
    starts = TimeField(_l("From"), [required(_l("Say when the block starts, like 10:00."))])
    ends = TimeField(_l("To"), [required(_l("Say when the block ends, like 12:30."))])
    slot_minutes = IntegerField(
        _l("A meeting lasts"),
        [required(_l("Say how many minutes a meeting lasts.")), NumberRange(5, 1440)],
        default=20,
        description=_l("Minutes, a multiple of five."),
    )
    pause_minutes = IntegerField(
        _l("Pause between meetings"),
        [InputRequired(_l("Say how long the pause is, or 0.")), NumberRange(0, 1440)],
        default=5,
        description=_l("Minutes, a multiple of five: time to walk."),
    )
    rounds = SelectMultipleField(
        _l("Rounds that use it"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    overlap = BooleanField(
        _l("May overlap another block"),
        description=_l("For meetings of two lengths side by side. Nobody is given two meetings at once."),
    )


class PatternForm(BlockForm):
    """A new block, on one day or on several at once, with a break in it or without."""

    day = several(_l("Days"))
    break_starts = TimeField(_l("Break from"), [Optional()])
    break_ends = TimeField(
        _l("Break to"), [Optional()], description=_l("Such as lunch: it makes two blocks. Empty: none.")
    )


class DelegationForm(FlaskForm):
    name = StringField(_l("Name"), [required(_l("Give the delegation a name.")), Length(max=160)])
    country = StringField(_l("Country"), [Length(max=2)], description=_l("Two letters, such as BG."))
    note = TextAreaField(_l("Note"), [Length(max=2000)])
    leader = StringField(
        _l("Leader"),
        [required(_l("Say who leads the delegation.")), Length(max=254)],
        description=_l("Name or mail address of a participant."),
    )


class MemberForm(FlaskForm):
    who = StringField(_l("Name or mail address"), [required(_l("Say who joins.")), Length(max=254)])


class TopicForm(Form):
    label = line(_l("Name"), 160, required=True)
    above = SelectField(_l("Below"), validate_choice=False)

    def offer(self, topics: Iterable[tuple[str, str]]) -> None:
        """Fill the choices with the tree's topics, indented by their depth."""
        top = SelectChoice("", _l("nothing: at the top"))
        self.above.choices = [top, *(SelectChoice(*each) for each in topics)]


class TopicsRemovalForm(Form):
    topic = several(_l("Topics"))
    below = BooleanField()


class TableForm(Form):
    """A table as a file, or as text. The page that shows a text area must begin it with a line break, for browsers
    leave the first one out; `SheetArea` does."""

    file = FileField(_l("File"), render_kw={"accept": ".csv,.txt,.tsv,.xlsx,.xls,.ods"})
    text = TextAreaField(
        _l("Or paste it"), widget=SheetArea(), render_kw={"rows": 8, "spellcheck": "false", "class": "sheet"}
    )


class ProgrammeFileForm(Form):
    file = FileField(_l("File"), render_kw={"accept": ".xml,.json,.ics,.csv,.xlsx,.ods,.xls,.txt"})


class TakeOverForm(Form):
    move = HiddenField()
    places = SelectField(_l("Places that are no pavilions yet"), choices=[], validate_choice=False)
    remove = SelectMultipleField(
        _l("In the file no more: take out"),
        choices=[],
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    throw = HiddenField()


class InvitationForm(Form):
    whom = RadioField(validate_choice=False)

    def offer(self, first: str, again: str, none_first: bool) -> None:
        """Fill the choices with sentences; `again` may be empty."""
        self.whom.choices = [SelectChoice("first", first, {"disabled": True} if none_first else {})]
        if again:
            self.whom.choices.append(SelectChoice("all", again))


class OpeningForm(Form):
    write = RadioField(validate_choice=False)

    def offer(self, everybody: str) -> None:
        """Fill the choices; `everybody` says to whom a mail goes."""
        self.write.choices = [
            SelectChoice("yes", everybody),
            SelectChoice("no", _l("Open without a mail")),
        ]


class FiguresForm(Form):
    """What stands below the table of walks: how large the plan is, and what an unknown walk counts."""

    hall_width = line(
        _l("The plan measures across, in metres"),
        7,
        _l("Empty: walks are not computed."),
        inputmode="numeric",
        **{"class": "tiny"},
    )
    hall_depth = line(
        _l("The plan measures down, in metres"),
        7,
        _l("Empty: walks are not computed."),
        inputmode="numeric",
        **{"class": "tiny"},
    )
    assumed_walk = line(
        _l("Minutes that runs count for a walk still unknown"),
        7,
        _l("Empty: a run asks first. Agendas never show this figure."),
        inputmode="numeric",
        **{"class": "tiny"},
    )


PEOPLE = "people"
"""The scope of a co-organiser who brings the people of an organisation."""


class TeamForm(FlaskForm):
    email = EmailField(_l("Mail address"), [required(_l("Enter a mail address.")), Length(max=254)])
    name = line(_l("Name"), 200)
    role = RadioField(
        _l("As"),
        choices=[
            SelectChoice(Role.ORGANISER.value, _l("Organiser: may do everything")),
            SelectChoice(
                Role.CO_ORGANISER.value,
                _l("Co-organiser: sees everything, and changes what they are responsible for"),
            ),
            SelectChoice(
                Role.DESK.value, _l("Desk staff: finds people and reads their agendas, changes nothing")
            ),
            SelectChoice(Role.SPONSOR.value, _l("Sponsor: reads figures without names, changes nothing")),
        ],
        default=Role.ORGANISER.value,
    )
    scope = SelectField(
        _l("Responsible for"),
        validate_choice=False,
        description=_l("For co-organisers. Add somebody again to make them responsible for more."),
    )
    organisation = line(
        _l("Organisation"), 200, _l("For co-organisers who bring people: the organisation's name.")
    )

    def offer(self, groups: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        """Fill the choices with what somebody may be responsible for, in groups of key and name."""
        people = [SelectChoice(PEOPLE, _l("The people that they bring for an organisation"))]
        named = {label: [SelectChoice(*each) for each in rows] for label, rows in groups.items() if rows}
        self.scope.choices = {str(_l("People")): people, **named}
