"""Signing in by a mailed link."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.models import OutboxMessage, Participant, SignInLink, User
from scheduler.services.accounts import sign_in_links
from tests import factories as make
from tests.conftest import Client


def mailed_path(session: Session) -> str:
    """The path of the link in the newest mail."""
    session.expire_all()
    message = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
    assert message is not None
    found = re.search(r"/account/sign-in/\S+", message.text)
    assert found is not None
    return found.group()


def test_a_mailed_link_signs_in_once(session: Session, client: Client) -> None:
    user = make.make_user(session, "ana@example.org", "Ana")
    session.commit()
    client.post("/account/sign-in?next=/account/me", data={"email": "Ana@Example.org"})
    path = mailed_path(session)
    assert "Ana" in client.get(path).text
    assert client.get("/account/me").status_code == 302
    assert client.post(path).headers["Location"] == "/account/me"
    assert client.get("/account/me").status_code == 200
    again = client.post(path)
    assert again.status_code == 403
    assert "used already" in again.text
    session.refresh(user)
    assert user.last_sign_in_at is not None


def test_an_unknown_address_gets_the_same_answer_and_no_mail(session: Session, client: Client) -> None:
    make.make_user(session, "ana@example.org")
    session.commit()
    known = client.post("/account/sign-in", data={"email": "ana@example.org"})
    unknown = client.post("/account/sign-in", data={"email": "bob@example.org"})
    one, other = (re.sub(r'"X-CSRFToken": "[^"]*"', "", page.text) for page in (known, unknown))
    assert one.replace("ana@", "bob@") == other
    assert len(session.scalars(select(OutboxMessage)).all()) == 1


def test_a_participant_without_user_gets_one_by_signing_in(session: Session, client: Client) -> None:
    event = make.make_event(session)
    participant = make.make_participant(session, event, with_user=False)
    session.commit()
    client.post("/account/sign-in", data={"email": participant.email})
    client.post(mailed_path(session))
    session.expire_all()
    assert session.scalars(select(Participant.user_id)).one() is not None


def test_an_old_link_is_refused(session: Session, client: Client) -> None:
    user = make.make_user(session)
    link = sign_in_links.new_link(session, user, "/", datetime.now(UTC) - timedelta(hours=1), 30)
    session.commit()
    assert client.get(f"/account/sign-in/{link.token}").status_code == 403
    assert client.post(f"/account/sign-in/{link.token}").status_code == 403


def test_only_a_hash_of_the_token_is_stored(session: Session) -> None:
    link = sign_in_links.new_link(session, make.make_user(session), "/", datetime.now(UTC), 30)
    stored = session.scalars(select(SignInLink.token_hash)).one()
    assert link.token not in stored
    assert stored == sign_in_links.hash_token(link.token)


@pytest.mark.parametrize(
    "path", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb"]
)
def test_a_destination_outside_of_the_site_becomes_the_start_page(path: str) -> None:
    assert sign_in_links.safe_path(path) == "/"


@pytest.mark.parametrize("email", ["", "x", "a@b@c", "a" * 300 + "@example.org"])
def test_what_is_no_address_is_said_and_kept(client: Client, email: str) -> None:
    page = client.post("/account/sign-in", data={"email": email})
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
    assert f'value="{email}"' in page.text


def test_signing_out_everywhere_ends_other_sessions(app: Flask, session: Session, client: Client) -> None:
    user = make.make_user(session)
    session.commit()
    client.sign_in(user)
    other = app.test_client()
    assert isinstance(other, Client)
    other.sign_in(user)
    assert other.get("/account/me").status_code == 200
    client.post("/account/sign-out", data={"everywhere": "1"})
    assert other.get("/account/me").status_code == 302


def test_a_user_signed_out_everywhere_can_not_be_forged(session: Session, client: Client) -> None:
    user: User = make.make_user(session)
    session.commit()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = f"{user.public_id}.guess"
    assert client.get("/account/me").status_code == 302


def test_signing_out_ends_a_copied_cookie_and_no_other_device(
    app: Flask, session: Session, client: Client
) -> None:
    user = make.make_user(session)
    session.commit()
    client.sign_in(user).get("/account/me")
    other = app.test_client()
    assert isinstance(other, Client)
    other.sign_in(user)
    cookie = client.get_cookie("expo")
    assert cookie is not None
    thief = app.test_client()
    thief.set_cookie("expo", cookie.value)
    assert thief.get("/account/me").status_code == 200
    client.post("/account/sign-out")
    assert thief.get("/account/me").status_code == 302
    assert other.get("/account/me").status_code == 200


def test_signing_in_anew_ends_what_the_browser_had(app: Flask, session: Session, client: Client) -> None:
    user = make.make_user(session)
    link = sign_in_links.new_link(session, user, "/", datetime.now(UTC), 30)
    session.commit()
    client.sign_in(user).get("/account/me")
    cookie = client.get_cookie("expo")
    assert cookie is not None
    client.post(f"/account/sign-in/{link.token}")
    thief = app.test_client()
    thief.set_cookie("expo", cookie.value)
    assert thief.get("/account/me").status_code == 302
    assert client.get("/account/me").status_code == 200


def test_a_new_link_replaces_the_one_before(session: Session, client: Client) -> None:
    make.make_user(session, "ana@example.org")
    session.commit()
    client.post("/account/sign-in", data={"email": "ana@example.org"})
    old = mailed_path(session)
    client.post("/account/sign-in", data={"email": "ana@example.org"})
    new = mailed_path(session)
    assert client.get(old).status_code == 403
    assert client.post(old).status_code == 403
    assert client.post(new).status_code == 302


def test_pages_carry_the_security_headers(client: Client) -> None:
    headers = client.get("/").headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_an_unknown_address_of_the_site_gets_a_page(client: Client) -> None:
    page = client.get("/nowhere")
    assert page.status_code == 404
    assert "There is nothing at this address" in page.text
