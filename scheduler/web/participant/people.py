"""The people one may meet: list, search, profile, interest, request."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from scheduler.domain.enums import Direction, InterestLevel, RequestState
from scheduler.errors import Invalid, NotAllowed, NotFound
from scheduler.extensions import db, limiter
from scheduler.queries.people.choices import choices
from scheduler.queries.people.participation import cap_of, count_sent
from scheduler.queries.people.people_to_meet import Filters, people_by_id, people_to_meet
from scheduler.queries.people.questions import SHOWN, answered
from scheduler.queries.people.relationship import Relationship, colleagues, standing
from scheduler.services.requests import interests as interest_service
from scheduler.services.requests import requests as request_service
from scheduler.web import access
from scheduler.web.acting import also_on_behalf
from scheduler.web.form_fields import blame, said
from scheduler.web.labels.questions import chosen_labels
from scheduler.web.paging import page_number
from scheduler.web.participant.blueprint import blueprint
from scheduler.web.participant.forms import NoteForm, PeopleToMeetFilter, RequestForm
from scheduler.web.participant.limits import by_person
from scheduler.web.participant.round import round_id, round_open, this_round

_FILTERS = tuple(PeopleToMeetFilter()._fields)


@blueprint.get("/people")
@access.participant
def people(event_slug: str) -> str:
    me = access.this_participant()
    offered = choices(db.session, me)
    form = PeopleToMeetFilter(request.args)
    form.offer(offered, rather_not=not access.current.on_behalf)
    found = people_to_meet(db.session, me, round_id(), _filters(form), page_number())
    chosen: dict[str, Any] = {each.name: said(form, each.name) for each in form if said(form, each.name)}

    def address_of(page: int) -> str:
        return url_for("participant.people", event_slug=event_slug, page=page, **chosen)

    return render_template(
        "participant/people.html",
        me=me,
        people=found,
        filter=form,
        chosen=chosen,
        address_of=address_of,
        round=this_round(),
        can_mark=round_open(),
    )


def _filters(form: PeopleToMeetFilter) -> Filters:
    """The filters in the address; what can't be read does not filter."""
    topic = said(form, "topic", 12)
    try:
        day = date.fromisoformat(said(form, "day"))
    except ValueError:
        day = None
    try:
        interest = InterestLevel(said(form, "interest"))
    except ValueError:
        interest = None
    if interest is InterestLevel.RATHER_NOT and access.current.on_behalf:
        interest = None
    return Filters(
        text=said(form, "q", 200).strip(),
        topic=int(topic) if topic.isdecimal() and len(topic) < 12 else None,
        type=said(form, "type", 40),
        country=said(form, "country", 2),
        pavilion=said(form, "pavilion", 20),
        day=day,
        interest=interest,
    )


def _standing(person_id: str) -> Relationship:
    """The person in the address, when one may see them; else as if there were nobody."""
    found = standing(db.session, access.this_participant(), person_id, round_id())
    if found is None:
        raise NotFound(_("There is nobody at this address whom you may meet."))
    return found


@blueprint.get("/people/<person_id>")
@access.participant
def people_show(event_slug: str, person_id: str) -> str:
    return _page(_standing(person_id))


def _page(found: Relationship, form: RequestForm | None = None) -> str:
    me, round_ = access.this_participant(), this_round()
    person = found.person
    mine = {(row.topic_id, row.direction) for row in me.topics}
    topics = {
        direction: [
            (row.topic.label, (row.topic_id, _other(direction)) in mine)
            for row in sorted(person.topics, key=lambda row: row.topic.label)
            if row.direction is direction
        ]
        for direction in Direction
    }
    left = None
    if round_open() and round_ is not None and found.sent is None:
        left = cap_of(db.session, me, round_) - count_sent(db.session, me, round_.id)
    return render_template(
        "participant/person.html",
        me=me,
        found=found,
        person=person,
        offers=topics[Direction.OFFERS],
        seeks=topics[Direction.SEEKS],
        can_mark=round_open() and found.may_ask,
        round=round_,
        left=left,
        representatives=colleagues(db.session, person) if found.may_ask else (),
        form=form or RequestForm(),
        note=NoteForm(data={"note": found.interest.note if found.interest else ""}),
        states=RequestState,
        answers=answered(db.session, person, SHOWN),
        chosen_labels=chosen_labels,
        file_at=lambda file: url_for(
            "participant.people_file",
            event_slug=access.this_event().slug,
            person_id=person.public_id,
            file_id=file,
        ),
    )


def _other(direction: Direction) -> Direction:
    return Direction.SEEKS if direction is Direction.OFFERS else Direction.OFFERS


@blueprint.post("/people/<person_id>/interest")
@access.participant
@also_on_behalf("interest.mark", "level")
@limiter.limit("120 per minute", key_func=by_person)
def people_interest(event_slug: str, person_id: str) -> str | Response:
    """Mark somebody; an empty `level` takes the mark back."""
    me = access.this_participant()
    found = _standing(person_id)
    person = found.person
    wanted = request.form.get("level", "")
    try:
        level = InterestLevel(wanted) if wanted else None
    except ValueError:
        raise Invalid(_("Choose one of must, would like, rather not.")) from None
    note = NoteForm(request.form).note.data
    if access.current.on_behalf:
        _check_open_to_others(level, note)
    # Who acts for somebody sees no `rather-not`, and so takes none back.
    hidden = found.interest is not None and found.interest.level is InterestLevel.RATHER_NOT
    if level is not None or not (hidden and access.current.on_behalf):
        interest_service.set_interest(
            db.session, me, person, this_round(), level, access.this_event().now(), note
        )
    if request.headers.get("HX-Request"):
        row = people_by_id(db.session, me, round_id(), [person.id]).get(person.id)
        return render_template("participant/_interest.html", row=row, can_mark=True)
    if note is not None:
        flash(_("Saved."), "good")
    return redirect(_back(event_slug, person_id))


def _check_open_to_others(level: InterestLevel | None, note: str | None) -> None:
    """Raise NotAllowed for what only the participant says: a `rather-not`, and notes for themselves."""
    if level is InterestLevel.RATHER_NOT or note is not None:
        raise NotAllowed(
            _(
                "“Rather not” and notes stay with %(name)s: mark a must or a like.",
                name=access.this_participant().name,
            )
        )


def _back(event_slug: str, person_id: str) -> str:
    """The list that the form stood in, as its own hidden field says, else the person's page."""
    if request.form.get("from") == "list":
        query: dict[str, Any] = {
            name: value for name in (*_FILTERS, "page") if (value := request.form.get(f"list_{name}", ""))
        }
        return url_for("participant.people", event_slug=event_slug, _anchor=f"p-{person_id}", **query)
    return url_for("participant.people_show", event_slug=event_slug, person_id=person_id)


@blueprint.post("/people/<person_id>/request")
@access.participant
@also_on_behalf("request.send")
@limiter.limit("20 per minute; 300 per day", key_func=by_person)
def people_request(event_slug: str, person_id: str) -> str | tuple[str, int] | Response:
    me = access.this_participant()
    found = _standing(person_id)
    form = RequestForm(request.form)
    try:
        sent = request_service.send(
            db.session,
            me,
            found.person,
            this_round(),
            said(form, "message"),
            access.this_event().now(),
            any_representative=bool(form.any_representative.data),
        )
    except Invalid as error:
        db.session.rollback()
        blame(form, error, 4000, field="message")
        return _page(_standing(person_id), form), error.status
    if sent.state is RequestState.ACCEPTED:
        flash(_("%(name)s had asked you too: you both want to meet.", name=found.person.name), "good")
    else:
        flash(_("Your request is on its way to %(name)s.", name=found.person.name), "good")
    return redirect(url_for("participant.people_show", event_slug=event_slug, person_id=person_id))
