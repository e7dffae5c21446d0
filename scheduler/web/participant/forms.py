"""Forms of the participant's area: what they ask for. The services judge it."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FileField, Form, RadioField, SelectField
from wtforms.fields import SelectChoice

from scheduler.domain.enums import InterestLevel
from scheduler.models import Topic
from scheduler.queries.people.choices import Choices
from scheduler.web.country_names import country
from scheduler.web.filters import day as day_name
from scheduler.web.form_fields import clock, line, number, search, several, text


class PeopleToMeetFilter(Form):
    q = search(_l("Search"), _l("Name, organisation, words"))
    topic = SelectField(_l("Topic"), validate_choice=False)
    type = SelectField(_l("Type"), validate_choice=False)
    country = SelectField(_l("Country"), validate_choice=False)
    pavilion = SelectField(_l("Stand in pavilion"), validate_choice=False)
    day = SelectField(_l("Present on"), validate_choice=False)
    interest = SelectField(_l("Marked as"), validate_choice=False)

    def offer(self, found: Choices, *, rather_not: bool = True) -> None:
        """Fill the choices; `rather_not` is no choice for who acts for somebody."""
        whatever = SelectChoice("", _l("Any"))
        topics = [
            SelectChoice(str(each.id), each.label if each.parent_id is None else f"– {each.label}")
            for each in found.topics
        ]
        self.topic.choices = [whatever, *topics]
        self.type.choices = [whatever, *(SelectChoice(*each) for each in found.types)]
        self.country.choices = [whatever, *(SelectChoice(code, country(code)) for code in found.countries)]
        self.pavilion.choices = [whatever, *(SelectChoice(*each) for each in found.pavilions)]
        days = [SelectChoice(each.isoformat(), day_name(each)) for each in found.days]
        self.day.choices = [SelectChoice("", _l("Any day")), *days]
        self.interest.choices = [
            SelectChoice("", _l("Anything")),
            SelectChoice(InterestLevel.MUST.value, _l("Must")),
            SelectChoice(InterestLevel.LIKE.value, _l("Would like")),
        ]
        if rather_not:
            self.interest.choices.append(SelectChoice(InterestLevel.RATHER_NOT.value, _l("Rather not")))


class RequestForm(Form):
    message = text(_l("Message (optional)"), 1000, _l("One or two sentences: why you two, and why now."))
    any_representative = BooleanField()


class NoteForm(Form):
    note = text(_l("Only you can read this"), 500)


class AnswerForm(Form):
    reason = line(_l("Reason or remark"), 500)


class ProposalForm(Form):
    colleague = SelectField(_l("Colleague"), validate_choice=False)
    reason = line(_l("Why"), 500)

    def offer(self, people: Iterable[tuple[str, str]]) -> None:
        """Fill the choices with public ids and names."""
        self.colleague.choices = [SelectChoice(*each) for each in people]


class DeclineRestForm(Form):
    reason = line(_l("A word to them"), 500, default=_l("Thank you for asking. My days are full already."))


class CallForm(Form):
    title = line(
        _l("What you look for"),
        120,
        _l("For example: cities with the same pilot, to buy together."),
        required=True,
    )
    text = text(_l("More about it (optional)"), 2000)
    topic = SelectField(_l("Topic"), validate_choice=False)
    seats = number(_l("How many others at most"), 1)

    def offer(self, topics: Iterable[Topic], most: int) -> None:
        """Fill the choices; a call has `most` seats at most."""
        named = [SelectChoice(str(each.id), each.label) for each in topics]
        self.topic.choices = [SelectChoice("", _l("None of these")), *named]
        self.seats.render_kw = {**self.seats.render_kw, "max": most}


class CallAnswerForm(Form):
    message = text(_l("Message (optional)"), 500)


class WantedForm(Form):
    wanted = several(_l("Kinds of partners"))
    size = several(_l("Sizes of partners"))


class MemoryForm(Form):
    held = RadioField(
        _l("Did you meet?"),
        choices=[SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("No"))],
        validate_choice=False,
    )
    rating = RadioField(
        _l("Was it worth your time?"),
        choices=[
            SelectChoice("1", _l("not at all")),
            SelectChoice("2", _l("little")),
            SelectChoice("3", _l("fair")),
            SelectChoice("4", _l("good")),
            SelectChoice("5", _l("very good")),
        ],
        validate_choice=False,
    )
    follow_up = line(_l("What you agreed"), 500, placeholder=_l("For example: a call in December"))
    note = text(_l("Note"), 4000)


class MoveForm(Form):
    slot = RadioField(_l("Times that suit everybody"), validate_choice=False)
    reason = line(_l("Reason, which the others will read"), 500, required=True)

    def offer(self, slots: Iterable[tuple[str, str]]) -> None:
        """Fill the choices with public ids and times."""
        self.slot.choices = [SelectChoice(*each, {"required": True}) for each in slots]


class CancelForm(Form):
    reason = line(_l("Reason, which the others will read"), 500, required=True)


class CalendarForm(Form):
    file = FileField(_l("A calendar file (.ics)"), render_kw={"accept": ".ics,text/calendar"})
    address = line(
        _l("The address of a calendar"),
        2000,
        _l(
            "It begins with https:// or webcal:// and often ends with .ics. In Google Calendar: Settings, your"
            " calendar, “Secret address in iCal format”. We read it once and do not keep it."
        ),
        inputmode="url",
    )


class AwayForm(Form):
    day = several(_l("Are you away then?"))


class LimitsForm(Form):
    not_before = clock(_l("Not before"))
    not_after = clock(_l("Not after"))
    lunch_from = clock(_l("Lunch from"))
    lunch_minutes = number(_l("Lunch, minutes"), 15, 240)
    max_meetings_per_day = number(_l("Meetings a day, at most"), 1, 50)


class PictureForm(Form):
    picture = FileField(render_kw={"accept": "image/jpeg,image/png,image/webp,image/gif"})


class ProfileForm(Form):
    """The profile, field by field. `seeks`, `offers` and `languages` are lists of boxes on the page."""

    seeks_text = text(
        _l("What you seek, in your words"),
        3000,
        _l("For example: a city that has run a pilot with on-demand buses."),
    )
    offers_text = text(_l("What you offer, in your words"), 3000)
    goals = text(_l("Your goals for this event"), 2000)
    name = line(_l("Name"), 200)
    job_title = line(_l("Your role"), 160)
    country = SelectField(_l("Country"), validate_choice=False)
    links = text(_l("Links"), 2400, _l("One web address a line, eight at most."))
    takes_any = BooleanField(
        _l("I take meetings that were asked of any of us"), render_kw={"data-flag": True}
    )
    org_description = text(_l("About the organisation"), 3000)
    org_city = line(_l("City"), 120)
    org_country = SelectField(_l("Country"), validate_choice=False)
    org_employees = line(
        _l("People employed"),
        13,
        _l("About how many. Partners may look for organisations of your size."),
        inputmode="numeric",
    )
    org_inhabitants = line(_l("Inhabitants"), 13, _l("For cities and regions only."), inputmode="numeric")
    org_website = line(_l("Website"), 300)

    def offer(self, countries: Iterable[tuple[str, str]]) -> None:
        """Fill the choices with codes and names."""
        choices = [SelectChoice("", _l("Not said")), *(SelectChoice(*each) for each in countries)]
        self.country.choices = self.org_country.choices = choices
