"""One mapping from errors to answers: the form again with one clear sentence, or a page, or a fragment for htmx."""

from __future__ import annotations

from flask import Flask, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from scheduler.errors import OtherPerson, SchedulerError
from scheduler.extensions import db
from scheduler.web import access
from scheduler.web.database_failures import described, sentence_of
from scheduler.web.labels.refusals import refusal_said
from scheduler.web.origin import FOREIGN
from scheduler.web.refusals import came_from, form_again, long_texts


def answer(message: str, status: int, *, field: str = "", again: bool = True) -> ResponseReturnValue:
    """The form again with what happened at its top; a page of its own where there is no form to go back to (or not
    `again`).

    What failed is undone first: a page reads the database, and a transaction that failed reads nothing.
    """
    db.release()
    try:
        return _answer(message, status, field=field, again=again)
    except Exception as error:
        # The page itself needs what failed: one that needs nothing still says what happened.
        current_app.logger.exception("the page of a failure failed: %s", type(error).__name__)
        db.release()
        said = escape(message)
        return (
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{said}</title><main><p>{said}</p></main>',
            status,
        )


def undo() -> None:
    """Undo what the request did, so that its page can be made: even the words are chosen by what the reader is."""
    try:
        db.rollback()
        access.renew()
    except SQLAlchemyError as error:
        current_app.logger.error("after a failure: %s", described(error))
        db.release()


def _answer(message: str, status: int, *, field: str, again: bool) -> ResponseReturnValue:
    if request.headers.get("HX-Request"):
        return render_template("partials/failure.html", message=message, status=status), status
    if again and (form := form_again(message, status, field=field)) is not None:
        return form
    page = render_template(
        "failure.html", message=message, status=status, kept=long_texts(), back=came_from()
    )
    return page, status


def register(app: Flask) -> None:
    @app.errorhandler(SchedulerError)
    def scheduler_error(error: SchedulerError) -> ResponseReturnValue:
        again = not isinstance(error, OtherPerson)
        return answer(refusal_said(error), error.status, field=getattr(error, "field", ""), again=again)

    @app.errorhandler(CSRFError)
    def forged(error: CSRFError) -> ResponseReturnValue:
        if error.description == FOREIGN:
            sentence = _("This form was sent from another site. Open it here and send it again.")
        else:
            sentence = _("This form was open for too long. Look it over and send it once more.")
        return answer(sentence, 400)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> ResponseReturnValue:
        sentences = {
            404: _("There is nothing at this address. It may have moved, or the link may be incomplete."),
            405: _("This address can't be used in this way."),
            413: _("This is too large. The limit is 12 MB."),
            429: _("That was too often in a short time. Wait a minute and try again; nothing is lost."),
        }
        code = error.code or 500
        if code >= 500:
            app.logger.error("%s", error)
            return answer(_("Something went wrong on our side. It has been noted."), code)
        return answer(sentences.get(code, _("This request can't be used.")), code)

    @app.errorhandler(SQLAlchemyError)
    def database(error: SQLAlchemyError) -> ResponseReturnValue:
        app.logger.error("database: %s", described(error))
        undo()
        return answer(*sentence_of(error))

    @app.errorhandler(OverflowError)
    @app.errorhandler(UnicodeEncodeError)
    def beyond_the_database(error: OverflowError | UnicodeEncodeError) -> ResponseReturnValue:
        app.logger.warning("unusable value: %s", type(error).__name__)
        return answer(_("This holds a character or a number that can't be stored. Nothing was changed."), 400)

    @app.errorhandler(RecursionError)
    def too_deep(_error: RecursionError) -> ResponseReturnValue:
        return answer(_("This is nested too deeply to be read. Nothing was changed."), 400)

    if not app.testing and not app.debug:

        @app.errorhandler(Exception)
        def unforeseen(error: Exception) -> ResponseReturnValue:
            app.logger.exception("unforeseen: %s", error)
            undo()
            return answer(
                _("Something went wrong on our side. It has been noted, and nothing was changed."), 500
            )
