"""One mapping from errors to answers: a page with one clear sentence, or its fragment for htmx."""

from __future__ import annotations

from flask import Flask, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException

from scheduler.errors import SchedulerError

_LONG = 60
_SHOWN = 12_000
_MOST = 12


def answer(message: str, status: int) -> tuple[str, int]:
    """A page that says what happened."""
    if request.headers.get("HX-Request"):
        return render_template("partials/failure.html", message=message, status=status), status
    return render_template("failure.html", message=message, status=status, kept=_entered()), status


def _entered() -> list[tuple[str, bool]]:
    """The texts of a form that failed, so that nobody writes them twice: each, and whether its end is missing."""
    try:
        values = [value for name, value in request.form.items(multi=True) if name != "csrf_token"]
    except HTTPException:
        return []
    # Sentences have blanks; keys, numbers and choices have none.
    texts = [value.strip() for value in values if " " in value.strip() or len(value) > _LONG]
    return [(text[:_SHOWN], len(text) > _SHOWN) for text in texts[:_MOST]]


def register(app: Flask) -> None:
    @app.errorhandler(SchedulerError)
    def scheduler_error(error: SchedulerError) -> tuple[str, int]:
        return answer(error.message, error.status)

    @app.errorhandler(CSRFError)
    def forged(_error: CSRFError) -> tuple[str, int]:
        return answer(_("This form was open for too long. Go back, reload the page and send it again."), 400)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> tuple[str, int]:
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
    def database_busy(error: OperationalError) -> tuple[str, int]:
        app.logger.error("database: %s", error)
        return answer(_("The database is busy. Nothing was changed; try again in a moment."), 503)

    @app.errorhandler(DataError)
    @app.errorhandler(OverflowError)
    def beyond_the_database(error: DataError | OverflowError) -> tuple[str, int]:
        # A zero byte for PostgreSQL, a number of thirty digits for either: no page sends such a thing.
        app.logger.warning("unusable value: %s", str(error).splitlines()[0])
        return answer(_("This holds a character or a number that can't be stored. Nothing was changed."), 400)

    if not app.testing and not app.debug:

        @app.errorhandler(Exception)
        def unforeseen(error: Exception) -> tuple[str, int]:
            app.logger.exception("unforeseen: %s", error)
            return answer(
                _("Something went wrong on our side. It has been noted, and nothing was changed."), 500
            )
