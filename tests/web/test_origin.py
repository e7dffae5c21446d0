"""Forms of the site pass behind every proxy; those of other sites do not."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from scheduler import create_app
from scheduler.schema import upgrade_database

BASE = "https://expo.example"
REFUSED = ("This form was open for too long", "sent from another site")
FROM_HERE = [
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    {"Sec-Fetch-Site": "same-origin", "Origin": BASE},
    {"Origin": BASE},
    {"Origin": "null"},
    {},
]
FROM_ELSEWHERE = [
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "same-site", "Origin": "https://other.expo.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "https://expo.example.evil.example"},
    {"Origin": "https://expo.example:8443"},
    {"Origin": "https://["},
]


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("production")
    url = f"sqlite:///{folder / 'expo.sqlite3'}"
    upgrade_database(url)
    return create_app(
        {
            "INSTANCE": folder,
            "DATABASE_URL": url,
            "BASE_URL": BASE,
            "SECRET_KEY": "a secret of the tests, long enough for production",
            "MAIL_URL": "smtp://127.0.0.1:9",
            "RATELIMIT_ENABLED": False,
        }
    )


def writes(app: Flask) -> Iterator[Rule]:
    """Every address of the site that changes something, but the one click that mail programs make."""
    for rule in app.url_map.iter_rules():
        changes = (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}
        if changes and rule.endpoint != "outbox.way_out_now":
            yield rule


def address_of(rule: Rule) -> str:
    return re.sub(r"<(int:)?[^>]+>", "7", rule.rule)


def send(client: FlaskClient, path: str, token: str, headers: dict[str, str], inner: str) -> TestResponse:
    return client.post(path, data={"csrf_token": token}, headers=headers, base_url=inner)


def client_and_token(app: Flask) -> tuple[FlaskClient, str]:
    """A browser with an open form: the cookie is set over TLS."""
    client = app.test_client()
    page = client.get("/account/sign-in", base_url=BASE).text
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return client, found[1]


@pytest.mark.parametrize("headers", FROM_HERE, ids=str)
def test_every_form_passes_behind_tls_whatever_the_browser_tells(
    production: Flask, headers: dict[str, str]
) -> None:
    client, token = client_and_token(production)
    refused = {
        rule.endpoint
        for rule in writes(production)
        if any(word in send(client, address_of(rule), token, headers, BASE).text for word in REFUSED)
    }
    assert refused == set()


@pytest.mark.parametrize("headers", FROM_ELSEWHERE, ids=str)
def test_every_form_of_another_site_is_refused_even_with_a_token(
    production: Flask, headers: dict[str, str]
) -> None:
    client, token = client_and_token(production)
    passed = {
        rule.endpoint
        for rule in writes(production)
        if REFUSED[1] not in send(client, address_of(rule), token, headers, BASE).text
    }
    assert passed == set()


def test_every_form_without_its_token_is_refused(production: Flask) -> None:
    client, _token = client_and_token(production)
    passed = {
        rule.endpoint
        for rule in writes(production)
        if REFUSED[0] not in send(client, address_of(rule), "", {"Origin": BASE}, BASE).text
    }
    assert passed == set()


def test_proxy_that_hides_the_host_takes_nothing_away(production: Flask) -> None:
    client, token = client_and_token(production)
    cookie = client.get_cookie("expo", domain="expo.example")
    assert cookie is not None
    answer = production.test_client(use_cookies=False).post(
        "/account/sign-in",
        data={"csrf_token": token, "email": "nobody@example.org"},
        headers={"Origin": BASE, "Cookie": f"expo={cookie.value}"},
        base_url="http://127.0.0.1:8000",
    )
    assert answer.status_code == 200
