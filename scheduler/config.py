"""Configuration: defaults, then `instance/config.py`, then environment variables that begin with EXPO_."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Mapping
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Flask

from scheduler.errors import SchedulerError
from scheduler.mail.addresses import clean_address

PACKAGE = Path(__file__).resolve().parent


class Mode(StrEnum):
    """Only demonstration and development print sign-in links, and show mails on a page while no server sends them."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"
    DEMONSTRATION = "demonstration"

    @property
    def shows_mail(self) -> bool:
        return self is not Mode.PRODUCTION


DEFAULTS: dict[str, object] = {
    "MODE": Mode.PRODUCTION,
    "DATABASE_URL": "",
    "QUEUE_URL": "",
    "MAIL_URL": "",
    "MAIL_FROM": "Expo Scheduler <no-reply@localhost>",
    "BASE_URL": "http://127.0.0.1:8000",
    "UID_HOST": "expo-scheduler.invalid",
    "SIGN_IN_MINUTES": 30,
    "MAX_CONTENT_LENGTH": 12 * 1024 * 1024,
    "MAX_FORM_MEMORY_SIZE": 12 * 1024 * 1024,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "SESSION_COOKIE_NAME": "expo",
    "PERMANENT_SESSION_LIFETIME": 30 * 24 * 3600,
    "WTF_CSRF_TIME_LIMIT": None,
    # It wants a Referer, which the page of a sign-in link does not send; `web/origin.py` asks for more than that.
    "WTF_CSRF_SSL_STRICT": False,
    "RATELIMIT_ENABLED": True,
    "RATELIMIT_STORAGE_URI": "database",
    "BABEL_DEFAULT_LOCALE": "en",
    "SUPPORTED_LOCALES": ["en"],
    "RUN_WORKERS": 2,
    "MAIL_CONNECTIONS": 4,
    "TRUSTED_PROXIES": 0,
    "ANYBODY_CREATES_EVENTS": False,
    "FOUNDERS": "",
}


def keeps_mail(config: Mapping[str, Any]) -> bool:
    """Whether mails are shown on a page instead of being sent: never where a mail server is set."""
    return not config["MAIL_URL"] and Mode(config["MODE"]).shows_mail


def instance_folder() -> Path:
    """Where this installation keeps its data: EXPO_INSTANCE, the checkout's `instance/`, or the environment's var."""
    if chosen := os.environ.get("EXPO_INSTANCE"):
        return Path(chosen).resolve()
    if (PACKAGE.parent / "setup.cfg").is_file():
        return PACKAGE.parent / "instance"
    return Path(sys.prefix) / "var" / "expo-scheduler"


def template_folder() -> Path:
    """In the installed package, `scheduler/templates`; in a checkout, `templates/` beside the package."""
    installed = PACKAGE / "templates"
    return installed if installed.is_dir() else PACKAGE.parent / "templates"


def configure(app: Flask, overrides: dict[str, object] | None = None) -> None:
    """Fill `app.config`. Raises SchedulerError when a value can't be used."""
    app.config.from_mapping(DEFAULTS)
    instance = Path(app.instance_path)
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    app.config.from_pyfile(str(instance / "config.py"), silent=True)
    app.config.from_prefixed_env("EXPO")
    app.config.update(overrides or {})
    try:
        app.config["MODE"] = Mode(app.config["MODE"])
    except ValueError:
        choices = ", ".join(mode.value for mode in Mode)
        raise SchedulerError(f"EXPO_MODE is {app.config['MODE']!r}; it must be one of {choices}.") from None
    if not app.config["DATABASE_URL"]:
        app.config["DATABASE_URL"] = f"sqlite:///{instance / 'expo.sqlite3'}"
    app.config["BASE_URL"] = str(app.config["BASE_URL"]).rstrip("/")
    _check_mail_connections(app.config["MAIL_CONNECTIONS"])
    app.config["FOUNDERS"] = _addresses(app.config["FOUNDERS"])
    anybody = str(app.config["ANYBODY_CREATES_EVENTS"]).lower()
    app.config["ANYBODY_CREATES_EVENTS"] = anybody in {"1", "true", "yes", "on"}
    if not app.config.get("SECRET_KEY"):
        if app.config["MODE"] is Mode.PRODUCTION and (shared := _shared_between_machines(app.config)):
            raise SchedulerError(
                f"{shared} is on another machine, so several may share this installation, and all of them need the"
                " same secret: set EXPO_SECRET_KEY to the same value on each. `python -c 'import secrets;"
                " print(secrets.token_urlsafe(48))'` makes one. An installation that has run already keeps its own in"
                f" {instance / 'secret_key'}."
            )
        app.config["SECRET_KEY"] = stored_secret(instance / "secret_key")
    app.config["SESSION_COOKIE_SECURE"] = app.config["BASE_URL"].startswith("https://")


def _shared_between_machines(config: Mapping[str, Any]) -> str:
    """The setting by which other machines may take part; empty when everything is on this one."""
    for name in ("DATABASE_URL", "QUEUE_URL"):
        parts = urlsplit(str(config[name]))
        if parts.scheme.startswith("sqlite") or not parts.scheme:
            continue
        # PostgreSQL's addresses may name the host, or the folder of a socket, in the query.
        hosts = [host for host in (parts.hostname, *parse_qs(parts.query).get("host", ())) if host]
        if not all(_is_here(host) for host in hosts):
            return f"EXPO_{name}"
    return ""


def _is_here(host: str) -> bool:
    if host.startswith("/") or host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _check_mail_connections(value: object) -> None:
    try:
        count = int(str(value))
    except ValueError:
        count = 0
    if not 1 <= count <= 50:
        raise SchedulerError(f"EXPO_MAIL_CONNECTIONS is {value!r}; it must be a number from 1 to 50.")


def stored_secret(path: Path) -> str:
    """The installation's secret, made at the first start and readable by its owner only."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()


def _addresses(value: object) -> frozenset[str]:
    """Mail addresses separated by commas or blanks, in the form in which they are compared."""
    if isinstance(value, frozenset):
        return value
    found = set()
    for one in str(value).replace(",", " ").split():
        try:
            found.add(clean_address(one))
        except SchedulerError:
            raise SchedulerError(f"EXPO_FOUNDERS: {one!r} is no mail address.") from None
    return frozenset(found)
