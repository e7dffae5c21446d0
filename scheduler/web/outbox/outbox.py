"""The outbox of a demonstration or development installation: every mail on a page, links included."""

from __future__ import annotations

from flask import Response, current_app, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from wtforms import Form

from scheduler.config import keeps_mail, template_folder
from scheduler.domain.text_key import address_key
from scheduler.errors import NotFound
from scheduler.extensions import db
from scheduler.mail.compose import Post, handed_over, invitations_of, texts_of
from scheduler.mail.render import Texts
from scheduler.models import OutboxMessage
from scheduler.web import access
from scheduler.web.form_fields import said, search
from scheduler.web.labels.messages import WORDS
from scheduler.web.outbox.blueprint import blueprint
from scheduler.web.paging import page_number

PAGE = 30


def _only_where_shown() -> None:
    """Where mails are sent the page does not exist: the links in them are their readers' alone."""
    if not keeps_mail(current_app.config):
        raise NotFound(
            _("There is nothing at this address. It may have moved, or the link may be incomplete.")
        )


def _post() -> Post:
    return Post.from_config(current_app.config, str(template_folder()))


def _texts(message: OutboxMessage, post: Post) -> Texts:
    """As the reader gets them: where mails are shown instead of being sent, this page hands them over."""
    return handed_over(db.session, message, post, texts_of(db.session, message, post))


def _message(message_id: str) -> OutboxMessage:
    _only_where_shown()
    found = db.session.scalar(select(OutboxMessage).where(OutboxMessage.public_id == message_id))
    if found is None:
        raise NotFound(_("There is no such message."))
    return found


class AddressFilter(Form):
    to = search(_l("To"), "name@example.org")


@blueprint.get("/outbox/")
@access.public
def show() -> str:
    """The latest messages, or those to one address."""
    _only_where_shown()
    form = AddressFilter(request.args)
    address = said(form, "to").strip()
    page = page_number()
    wanted = select(OutboxMessage)
    if address:
        wanted = wanted.where(OutboxMessage.to_address.contains(address_key(address), autoescape=True))
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = db.session.scalars(
        wanted.order_by(OutboxMessage.created_at.desc(), OutboxMessage.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    post = _post()
    return render_template(
        "outbox/list.html",
        rows=[(row, _texts(row, post)) for row in rows],
        filter=form,
        address=address,
        page=page,
        page_count=max(1, -(-total // PAGE)),
        total=total,
        **WORDS,
    )


@blueprint.get("/outbox/<message_id>")
@access.public
def show_message(message_id: str) -> str:
    """One message as text, with its calendar parts."""
    message = _message(message_id)
    post = _post()
    return render_template(
        "outbox/message.html",
        message=message,
        texts=_texts(message, post),
        **WORDS,
        methods=[part.method.value for part in invitations_of(db.session, message, post)],
    )


@blueprint.get("/outbox/<message_id>/html")
@access.public
def show_html(message_id: str) -> Response:
    """The HTML part, cut off from the site: no scripts, no forms, no other origin."""
    answer = Response(_texts(_message(message_id), _post()).html, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = (
        "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'"
    )
    return answer


@blueprint.get("/outbox/<message_id>/invite.ics")
@blueprint.get("/outbox/<message_id>/<int:part>.ics")
@access.public
def show_invitation(message_id: str, part: int = 1) -> Response:
    """A calendar part as a mail program gets it."""
    invitations = invitations_of(db.session, _message(message_id), _post())
    if not 1 <= part <= len(invitations):
        raise NotFound(_("This message has no such calendar part."))
    invitation = invitations[part - 1]
    return Response(
        invitation.body,
        content_type=f"text/calendar; charset=utf-8; method={invitation.method.value}",
        headers={"Content-Disposition": 'attachment; filename="invite.ics"'},
    )
