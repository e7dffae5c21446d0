"""The taxonomy: what participants choose their offers and wishes from."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from scheduler.errors import Conflict, Invalid
from scheduler.extensions import db
from scheduler.imports.headings import TOPIC_HEADINGS
from scheduler.imports.sheets import MOST_BYTES, read_sheet, read_text
from scheduler.queries.event.topics import TopicLine, topic_tree
from scheduler.sandbox.run import Busy
from scheduler.services.event import topics
from scheduler.services.event.topics_import import import_topics
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.form_fields import said
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.forms import TableForm, TopicForm, TopicsRemovalForm
from scheduler.web.organiser.permissions import is_full, require_full
from scheduler.web.organiser.replies import organise
from scheduler.web.uploads import apart, uploaded


def _page(error: str = "", form: TopicForm | None = None, table: TableForm | None = None) -> str:
    lines, form = topic_tree(db.session, this_event().id), form or TopicForm()
    form.offer((str(each.topic.id), "– " * each.depth + each.topic.label) for each in lines)
    return render_template(
        "organiser/topics.html",
        lines=lines,
        may_change=is_full(),
        error=error,
        form=form,
        table=table or TableForm(),
    )


@blueprint.get("/rounds/topics")
@access.organiser
def rounds_topics(event_slug: str) -> str:
    return _page()


@blueprint.post("/rounds/topics")
@access.organiser
def rounds_topics_add(event_slug: str) -> Response | tuple[str, int]:
    user = require_full()
    form = TopicForm(request.form)
    above = said(form, "above")
    try:
        parent = int(above) if above.isdecimal() and len(above) < 12 else None
        topic = topics.add_topic(db.session, this_event(), said(form, "label"), parent, user)
    except (Invalid, Conflict) as error:
        form.label.data = said(form, "label", 400)
        return _page(error.message, form=form), error.status
    flash(_("“%(label)s” is a topic now.", label=topic.label), "good")
    return redirect(organise("rounds_topics"))


@blueprint.post("/rounds/topics/<int(max=2147483647):topic_id>")
@access.organiser
def rounds_topics_rename(event_slug: str, topic_id: int) -> Response | tuple[str, int]:
    user = require_full()
    try:
        topic = topics.rename_topic(
            db.session, this_event(), topic_id, said(TopicForm(request.form), "label"), user
        )
    except (Invalid, Conflict) as error:
        return _page(error.message), error.status
    flash(_("The topic is called “%(label)s”.", label=topic.label), "good")
    return redirect(organise("rounds_topics"))


@blueprint.post("/rounds/topics/<int(max=2147483647):topic_id>/remove")
@access.organiser
def rounds_topics_remove(event_slug: str, topic_id: int) -> Response:
    label = topics.remove_topic(db.session, this_event(), topic_id, require_full())
    flash(_("“%(label)s” is removed. Who had chosen it has the topic above it now.", label=label), "good")
    return redirect(organise("rounds_topics"))


@blueprint.post("/rounds/topics/remove")
@access.organiser
def rounds_topics_remove_many(event_slug: str) -> str | Response | tuple[str, int]:
    """Remove marked topics, or all: first the page that says what it touches, then the act."""
    user, event = require_full(), this_event()
    lines, form = topic_tree(db.session, event.id), TopicsRemovalForm(request.form)
    marked = {int(text) for text in form.topic.data or [] if text.isdecimal() and len(text) < 12}
    if request.form.get("all") == "1":
        marked = {line.topic.id for line in lines}
    if form.below.data:
        marked |= _below(lines, marked)
    chosen = [line for line in lines if line.topic.id in marked]
    if not chosen:
        return _page(_("Mark the topics first.")), 422
    if request.form.get("sure") != "1":
        more = len(_below(lines, marked) - marked)
        return render_template("organiser/topics_remove.html", chosen=chosen, more=more, form=form)
    count = topics.remove_topics(db.session, event, [line.topic.id for line in chosen], user)
    flash(ngettext("One topic is removed.", "%(num)d topics are removed.", count), "good")
    return redirect(organise("rounds_topics"))


def _below(lines: Sequence[TopicLine], marked: Collection[int]) -> set[int]:
    """All topics below marked ones. The lines are in the order of the tree."""
    found: set[int] = set()
    for line in lines:
        if line.topic.parent_id in marked or line.topic.parent_id in found:
            found.add(line.topic.id)
    return found


@blueprint.post("/rounds/topics/default")
@access.organiser
def rounds_topics_default(event_slug: str) -> Response:
    """Start with the topics of smart cities, where there is none."""
    require_full()
    count = topics.add_default_topics(db.session, this_event())
    flash(ngettext("One topic is new.", "%(num)d topics are new.", count), "good")
    return redirect(organise("rounds_topics"))


@blueprint.post("/rounds/topics/import")
@access.organiser
def rounds_topics_import(event_slug: str) -> Response | tuple[str, int]:
    require_full()
    data, form = uploaded("file", MOST_BYTES), TableForm(request.form)
    text = said(form, "text")
    try:
        sheet = apart(
            lambda: read_text(text, TOPIC_HEADINGS) if data is None else read_sheet(data, TOPIC_HEADINGS)
        )
        found = import_topics(db.session, this_event(), sheet.rows, require_full())
    except (Invalid, Busy) as error:
        form.text.data = text[:200_000]
        return _page(error.message, table=form), error.status
    sentence = ngettext("One topic is new.", "%(num)d topics are new.", found.added)
    if found.known:
        sentence += " " + ngettext(
            "One stands there already and stays as it is.",
            "%(num)d stand there already and stay as they are.",
            found.known,
        )
    flash(sentence, "good" if found.added else "")
    return redirect(organise("rounds_topics"))
