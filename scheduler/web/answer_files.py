"""Files as answers: sent with a form of their own, and served so that no browser runs what a stranger wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FileField, Form

from scheduler.domain.enums import QuestionKind
from scheduler.errors import Invalid
from scheduler.imports.documents import MOST_BYTES, Document, read_document
from scheduler.models import AnswerFile, ProfileQuestion
from scheduler.queries.people.questions import AnswerOf, FileOfAnswer
from scheduler.sandbox.run import Busy
from scheduler.services.people.answers import field_of
from scheduler.web.uploads import apart, uploaded


class FileAnswerForm(Form):
    file = FileField(
        _l("PDF, PNG or JPEG, up to 5 MB"), render_kw={"accept": "application/pdf,image/png,image/jpeg"}
    )


def file_questions(
    questions: Sequence[ProfileQuestion], answers: Mapping[int, AnswerOf]
) -> list[tuple[ProfileQuestion, FileOfAnswer | None]]:
    """Those of the questions that are answered by a file, each with the file."""
    return [
        (question, answers[question.id].file if question.id in answers else None)
        for question in questions
        if question.kind is QuestionKind.FILE
    ]


def document_sent(question: ProfileQuestion) -> Document | None:
    """The file of the request, read; None when it is to be taken away. Raises Invalid with the question's field."""
    label, field = question.label, field_of(question)
    if request.form.get("remove"):
        return None
    data = uploaded("file", MOST_BYTES)
    if data is None:
        raise Invalid(_("%(label)s: choose a file first.", label=label), field)
    name = request.files["file"].filename or ""
    try:
        return apart(lambda: read_document(data, name))
    except Busy as error:
        raise Invalid(error.message, field) from None
    except Invalid as error:
        raise Invalid(f"{label}: {error.message}", field) from None


def served(found: AnswerFile) -> Response:
    """A file as an attachment: it never opens as a page of ours."""
    response = Response(found.content, mimetype=found.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=found.name)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
