"""Archives that were changed or made by hand: each is refused in one sentence that names the place; nothing is left."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.errors import Invalid
from scheduler.extensions import db
from scheduler.models import Event, EventLook, User
from scheduler.services.archive.reading import COMMAND, Bounds, open_archive
from scheduler.services.archive.restoring import bring_in
from tests.factories import make_user
from tests.services.archive.installations import files_of, packed, taken_out, zipped
from tests.services.scenes import published_scene

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def files(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Files:
    """An archive of a small published event, file by file."""
    path = tmp_path_factory.mktemp("origin") / "origin.sqlite3"
    shutil.copy(sqlite_template, path)
    url = f"sqlite:///{path}"
    with db.new_session(url) as session:
        event = published_scene(session, "expo").event
        look = {"logo": b"PNG", "logo_id": "abc", "logo_type": "image/png"}
        session.add(EventLook(event_id=event.id, languages=["en"], **look))
        found = files_of(taken_out(session, event))
    db.dispose(url)
    return found


@pytest.fixture
def here(session: Session) -> Iterator[Session]:
    """The installation into which nothing must come."""
    make_user(session, "carrier@example.org")
    session.commit()
    yield session
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Event)) == 0
    assert session.scalar(select(func.count()).select_from(User)) == 1


def refused(session: Session, content: bytes, bounds: Bounds = COMMAND) -> str:
    """The sentence with which an archive is refused."""
    actor = session.scalars(select(User)).one()
    with pytest.raises(Invalid) as error:
        bring_in(session, open_archive(content, bounds), "expo", actor)
    session.rollback()
    return error.value.message


def changed(files: Files, table: str, entry: int, **values: Any) -> bytes:
    """The archive with other values in one entry; a value of ... takes the column away."""
    name = f"tables/{table}.jsonl"
    lines = files[name].splitlines(keepends=True)
    row = json.loads(lines[entry - 1]) | values
    row = {column: value for column, value in row.items() if value is not ...}
    lines[entry - 1] = json.dumps(row).encode() + b"\n"
    return zipped({**files, name: b"".join(lines)})


sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    ("table", "entry", "values", "sentence"),
    [
        ("place", 1, {"capacity": "many"}, "tables/place.jsonl, entry 1: “capacity” must be a whole number"),
        ("place", 1, {"capacity": True}, "“capacity” must be a whole number"),
        ("place", 1, {"capacity": 2**40}, "“capacity” must be a whole number"),
        ("place", 2, {"capacity": 5000}, "tables/place.jsonl, entry 2: the database refuses it"),
        ("place", 1, {"name": "x" * 121}, "“name” has 120 letters at most"),
        ("place", 1, {"name": "a\0b"}, "“name” must be a text that can be stored"),
        ("place", 1, {"name": "\ud800"}, "“name” must be a text that can be stored"),
        ("place", 1, {"name": None}, "“name” must not be empty"),
        ("place", 1, {"name": ...}, "tables/place.jsonl, entry 1 lacks “name”"),
        ("place", 2, {"more": 1}, "tables/place.jsonl, entry 2 has “more”, which does not belong there"),
        ("place", 1, {"kind": "throne"}, "“kind” is none of the words"),
        ("place", 1, {"pavilion_id": 99}, "“pavilion_id” names an entry that is not there"),
        ("place", 1, {"pavilion_id": 0}, "“pavilion_id” names an entry that is not there"),
        ("place", 1, {"pavilion_id": "1"}, "“pavilion_id” names an entry that is not there"),
        ("place", 2, {"id": 1}, "tables/place.jsonl, entry 2: its id must be its number"),
        ("slot", 1, {"starts_at": "2023-11-07T09:00:00"}, "“starts_at” must be an instant"),
        ("slot", 1, {"day": "tomorrow"}, "“day” must be a date"),
        (
            "slot",
            1,
            {"starts_at": "2029-11-07T09:00:00Z", "ends_at": "2029-11-07T09:20:00Z"},
            "outside of the days",
        ),
        ("organisation", 1, {"website": " java\nscript:alert(1)"}, "“website” is no address of the web"),
        (
            "participant",
            1,
            {"links": "https://a.example\nDATA:text/html,x"},
            "“links” is no address of the web",
        ),
        ("event_look", 1, {"logo_type": "text/html"}, "“logo_type” is no kind of file that is shown here"),
        ("event_look", 1, {"colour": "red;}*{"}, "“colour” is no colour"),
        ("event_look", 1, {"logo": "0" * 64}, "tables/event_look.jsonl, entry 1: “logo” names a file"),
        ("event", 1, {"timezone": "Moon/Base"}, "“timezone” is no time zone"),
        ("pavilion", 1, {"x": "left"}, "“x” must be a number"),
        ("pavilion", 2, {"x": 400}, "tables/pavilion.jsonl, entry 2: the database refuses it"),
        (
            "user_account",
            2,
            {"email": "nobody"},
            "tables/user_account.jsonl, entry 2: “email” is no mail address",
        ),
        ("meeting", 2, {"slot_id": 1}, "tables/meeting_attendance.jsonl, entry 3: the database refuses it"),
        ("participant", 2, {"email": "person1@example.org"}, ""),
    ],
)
def test_entry_that_can_not_be_is_named(
    here: Session, files: Files, table: str, entry: int, values: dict[str, Any], sentence: str
) -> None:
    if not sentence:
        first = json.loads(files["tables/participant.jsonl"].splitlines()[0])
        values, sentence = (
            {"email": first["email"]},
            "tables/participant.jsonl, entry 2: the database refuses it",
        )
    assert sentence in refused(here, changed(files, table, entry, **values))


def without(files: Files, name: str) -> Files:
    return {each: data for each, data in files.items() if each != name}


def manifest(files: Files, **values: Any) -> bytes:
    told = json.loads(files["manifest.json"]) | values
    return packed({**files, "manifest.json": json.dumps(told).encode()})


def bomb(files: Files) -> bytes:
    return zipped({**files, "tables/topic.jsonl": b'{"id":1,"label":"' + b" " * 30_000_000 + b'"}\n'})


def encrypted(files: Files) -> bytes:
    content = bytearray(packed(files))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        content[place + offset] |= 1
    return bytes(content)


def twice(files: Files) -> bytes:
    content = io.BytesIO(packed(files))
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(content, "a") as archive:
        archive.writestr("tables/slot.jsonl", b"")
    return content.getvalue()


TOPIC = "tables/topic.jsonl"

CONTAINERS: dict[str, tuple[Callable[[Files], bytes], str]] = {
    "nothing": (lambda files: b"", "This is no archive of an event"),
    "a text": (lambda files: b"PK, or not", "This is no archive of an event"),
    "cut off": (lambda files: packed(files)[:-100], "This is no archive of an event"),
    "another zip": (lambda files: packed({"files/" + "0" * 64: b""}), "it has no manifest.json"),
    "a path": (
        lambda files: packed({**files, "../../etc/passwd": b""}),
        "“../../etc/passwd” does not belong",
    ),
    "an absolute path": (lambda files: packed({**files, "/etc/passwd": b""}), "does not belong"),
    "a file too many": (
        lambda files: packed({**files, "tables/zoo.jsonl": b""}),
        "zoo.jsonl is not in the list",
    ),
    "a file too few": (lambda files: packed(without(files, "tables/slot.jsonl")), "slot.jsonl is missing"),
    "a file twice": (twice, "tables/slot.jsonl is twice"),
    "a changed table": (lambda files: packed({**files, TOPIC: b"{}\n"}), "topic.jsonl was changed"),
    "a list for an entry": (
        lambda files: zipped({**files, TOPIC: b"[1]\n"}),
        "topic.jsonl, entry 1, is no JSON",
    ),
    "no JSON": (lambda files: zipped({**files, TOPIC: b"{\n"}), "topic.jsonl, entry 1, is no JSON"),
    "no number": (
        lambda files: zipped({**files, TOPIC: b'{"id":NaN}\n'}),
        "topic.jsonl, entry 1, is no JSON",
    ),
    "no UTF-8": (
        lambda files: zipped({**files, TOPIC: b'{"id":"\xff"}\n'}),
        "topic.jsonl, entry 1, is no JSON",
    ),
    "deep JSON": (lambda files: zipped({**files, TOPIC: b"[" * 100_000 + b"\n"}), "entry 1, is no JSON"),
    "a long line": (bomb, "topic.jsonl, entry 1, is longer than an entry can be"),
    "encrypted": (encrypted, "is encrypted"),
    "another format": (lambda files: manifest(files, format="zoo"), "speaks of something else"),
    "a newer container": (lambda files: manifest(files, version=2), "made by a newer version"),
    "a newer schema": (lambda files: manifest(files, schema="9999"), "Update this one first"),
    "an unknown schema": (
        lambda files: manifest(files, schema="0001b"),
        "a schema, 0001b, that this version does not",
    ),
    "tables that are no list": (lambda files: manifest(files, tables=[1]), "says of “tables” can't be read"),
    "no event": (lambda files: zipped({**files, "tables/event.jsonl": b""}), "must have one entry"),
    "a date that is none": (lambda files: manifest(files, as_of=5), "says of “as_of” can't be read"),
}


@sqlite_only
@pytest.mark.parametrize("kind", CONTAINERS)
def test_container_that_is_not_as_it_was_made_is_refused(here: Session, files: Files, kind: str) -> None:
    make, sentence = CONTAINERS[kind]
    assert sentence in refused(here, make(files))


@sqlite_only
def test_what_unpacks_to_too_much_is_refused(here: Session, files: Files) -> None:
    many = zipped({**files, TOPIC: b"{}\n" * 200_000})
    small = Bounds(packed=10_000_000, unpacked=300_000, rows=100_000, seconds=20)
    assert "tables/topic.jsonl is larger than it may be" in refused(here, many, small)
    few = Bounds(packed=10_000_000, unpacked=3_000_000, rows=100_000, seconds=20)
    assert "more than 100000 entries" in refused(here, many, few)
    assert "larger than 1 MB" in refused(here, many, Bounds(packed=10, unpacked=10, rows=10, seconds=20))


@sqlite_only
def test_topic_below_itself_is_refused(here: Session, files: Files) -> None:
    rows = [
        {"id": number, "code": str(number), "label": str(number), "parent_id": parent, "position": 0}
        for number, parent in ((1, 2), (2, 1))
    ]
    content = zipped({**files, TOPIC: b"".join(json.dumps(row).encode() + b"\n" for row in rows)})
    assert "topic.jsonl, entry 1: it refers to itself, perhaps through others" in refused(here, content)
