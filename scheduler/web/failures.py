"""One mapping from errors to answers: the form again with one clear sentence, or a page, or a fragment for htmx."""

from __future__ import annotations

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException

from scheduler.errors import SchedulerError
from scheduler.web.origin import FOREIGN
from scheduler.web.refusals import came_from, form_again, long_texts


def answer(message: str, status: int, *, field: str = "", forged: bool = False) -> ResponseReturnValue:
    """The form again with what happened at its top; a page of its own where there is no form to go back to."""
    if request.headers.get("HX-Request"):
        return render_template("partials/failure.html", message=message, status=status), status
    if (again := form_again(message, status, field=field, forged=forged)) is not None:
        return again
    page = render_template(
        "failure.html", message=message, status=status, kept=long_texts(), back=came_from()
    )
    return page, status


def register(app: Flask) -> None:
    @app.errorhandler(SchedulerError)
    def scheduler_error(error: SchedulerError) -> ResponseReturnValue:
        return answer(error.message, error.status, field=getattr(error, "field", ""))

    @app.errorhandler(CSRFError)
    def forged(error: CSRFError) -> ResponseReturnValue:
        if error.description == FOREIGN:
            sentence = _("This form was sent from another site. Open it here and send it again.")
        else:
            sentence = _("This form was open for too long. Look it over and send it once more.")
        return answer(sentence, 400, forged=True)

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

    @app.errorhandler(OperationalError)
    def database_busy(error: OperationalError) -> ResponseReturnValue:
        app.logger.error("database: %s", error)
        return answer(_("The database is busy. Nothing was changed; try again in a moment."), 503)

    @app.errorhandler(DataError)
    @app.errorhandler(OverflowError)
    def beyond_the_database(error: DataError | OverflowError) -> ResponseReturnValue:
        # A zero byte for PostgreSQL, a number of thirty digits for either: no page sends such a thing.
        app.logger.warning("unusable value: %s", str(error).splitlines()[0])
        return answer(_("This holds a character or a number that can't be stored. Nothing was changed."), 400)

    if not app.testing and not app.debug:

        @app.errorhandler(Exception)
        def unforeseen(error: Exception) -> ResponseReturnValue:
            app.logger.exception("unforeseen: %s", error)
            return answer(
                _("Something went wrong on our side. It has been noted, and nothing was changed."), 500
            )
