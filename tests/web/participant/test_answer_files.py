"""Files that answer the event's own questions: what is taken, and who gets them."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from sqlalchemy import select

from scheduler.domain.enums import AnswerReader, QuestionKind, Role
from scheduler.imports.documents import Document
from scheduler.models import AnswerFile, Participant, ProfileAnswer, ProfileQuestion
from scheduler.services.people.answers import set_file
from tests import factories as make
from tests.web.participant.scene import Scene

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # pages; one database says it

PDF = b"%PDF-1.7\n<script>alert(1)</script>"


def ask(scene: Scene, **about: object) -> ProfileQuestion:
    return make.make_question(scene.session, scene.event, QuestionKind.FILE, **about)  # type: ignore[arg-type]


def send(scene: Scene, question: ProfileQuestion, data: bytes, name: str, status: int = 302) -> str:
    path = f"profile/answers/{question.public_id}"
    return scene.post(path, status, file=(io.BytesIO(data), name))


def stored(scene: Scene) -> AnswerFile:
    scene.session.expire_all()
    return scene.session.scalars(select(AnswerFile)).one()


def picture(kind: str = "PNG", size: tuple[int, int] = (2000, 100)) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, "green").save(target, kind, comment=b"PLANTED")
    return target.getvalue()


def test_a_pdf_is_an_attachment_that_no_browser_runs(scene: Scene) -> None:
    question = ask(scene)
    send(scene, question, PDF, "..\\My <pitch> & more.html")
    file = stored(scene)
    assert "My _pitch_ _ more.pdf" in scene.get("profile")
    answer = scene.client.get(scene.path(f"profile/files/{file.public_id}"))
    assert (answer.data, answer.mimetype) == (PDF, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["Content-Disposition"].rstrip('"').endswith(".pdf")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_a_picture_is_drawn_anew(scene: Scene) -> None:
    send(scene, ask(scene), picture("JPEG"), "me.jpeg")
    file = stored(scene)
    assert (file.media_type, file.name, b"PLANTED" in file.content) == ("image/jpeg", "me.jpg", False)
    assert Image.open(io.BytesIO(file.content)).size == (1400, 70)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"<html><script>", "no PDF, PNG or JPEG"),
        (b"", "no PDF, PNG or JPEG"),
        (b"GIF89a", "no PDF, PNG or JPEG"),
        (b"\xff\xd8\xff broken", "can&#39;t be read as a picture"),
        (b"%PDF-" + b"x" * 5_000_000, "more than 5 MB"),
    ],
)
def test_what_cannot_be_taken_is_said_and_the_file_before_is_kept(
    scene: Scene, data: bytes, sentence: str
) -> None:
    question = ask(scene, label="Your pitch")
    send(scene, question, PDF, "pitch.pdf")
    page = send(scene, question, data, "pitch.pdf", 422)
    assert sentence in page
    assert "Your pitch: " in page
    assert stored(scene).content == PDF


def test_a_file_is_replaced_and_taken_away_unless_it_is_needed(scene: Scene) -> None:
    question = ask(scene)
    send(scene, question, PDF, "first.pdf")
    before = stored(scene).public_id
    send(scene, question, PDF, "second.pdf")
    assert (stored(scene).name, stored(scene).public_id == before) == ("second.pdf", False)
    question.required = True
    path = f"profile/answers/{question.public_id}"
    assert "an answer is needed" in scene.post(path, 422, remove="1")
    question.required = False
    scene.post(path, remove="1")
    assert scene.session.scalars(select(ProfileAnswer.question_id)).all() == []
    assert "choose a file first" in scene.post(path, 422)
    scene.post(path, 422, file=(io.BytesIO(PDF), ""))


def give(scene: Scene, person: Participant, reader: AnswerReader) -> AnswerFile:
    question = ask(scene, reader=reader)
    set_file(scene.session, person, question, Document("x.pdf", "application/pdf", PDF), make.NOW)
    scene.session.commit()
    return scene.session.scalars(select(AnswerFile).where(AnswerFile.question_id == question.id)).one()


def test_others_get_what_is_shown_and_nothing_else(scene: Scene) -> None:
    person, colleague = scene.person(), scene.person("city")
    far = make.make_participant(scene.session, make.make_event(scene.session))
    files = {reader: give(scene, person, reader).public_id for reader in AnswerReader}
    statuses = {
        reader: scene.client.get(scene.path(f"people/{person.public_id}/files/{file}")).status_code
        for reader, file in files.items()
    }
    assert statuses == {
        AnswerReader.PARTICIPANTS: 200,
        AnswerReader.ORGANISERS: 404,
        AnswerReader.ORGANISERS_ONLY: 404,
    }
    shown = files[AnswerReader.PARTICIPANTS]
    for owner in (colleague, far, scene.me):
        path = scene.path(f"people/{owner.public_id}/files/{shown}")
        assert scene.client.get(path).status_code == 404
    assert f"/files/{shown}" in scene.get(f"people/{person.public_id}")
    assert scene.client.get(scene.path(f"profile/files/{shown}")).status_code == 404


def test_ones_own_internal_file_can_be_had_and_the_organisers_cannot(scene: Scene) -> None:
    own, theirs = (
        give(scene, scene.me, AnswerReader.ORGANISERS),
        give(scene, scene.me, AnswerReader.ORGANISERS_ONLY),
    )
    assert scene.client.get(scene.path(f"profile/files/{own.public_id}")).status_code == 200
    assert scene.client.get(scene.path(f"profile/files/{theirs.public_id}")).status_code == 404
    question = scene.session.get_one(ProfileQuestion, theirs.question_id)
    send(scene, question, PDF, "x.pdf", 404)


def test_organisers_get_all_and_co_organisers_what_is_theirs(scene: Scene) -> None:
    person = scene.person()
    files = [give(scene, person, reader).public_id for reader in AnswerReader]
    users = [
        make.make_organiser(scene.session, scene.event, role) for role in (Role.ORGANISER, Role.CO_ORGANISER)
    ]
    scene.session.commit()
    page = f"/e/{scene.event.slug}/organise/people/{person.public_id}"
    statuses = []
    for user in users:
        scene.client.sign_in(user)
        statuses.append([scene.client.get(f"{page}/files/{file}").status_code for file in files])
    assert statuses == [[200, 200, 200], [200, 404, 404]]
    scene.client.sign_in(users[0])
    question = ask(scene, reader=AnswerReader.ORGANISERS_ONLY, label="Contract")
    scene.session.commit()
    assert "Contract" in scene.client.get(f"{page}/answers").text
    path = f"{page}/answers/{question.public_id}"
    assert scene.client.post(path, data={"file": (io.BytesIO(PDF), "c.pdf")}).status_code == 302
    assert scene.client.post(path, data={"file": (io.BytesIO(b"x"), "c.pdf")}).status_code == 422
