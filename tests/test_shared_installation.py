"""Machines that share an installation need the same secret; one that stands alone makes its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler import create_app
from scheduler.errors import SchedulerError

ELSEWHERE = [
    {"DATABASE_URL": "postgresql://expo:x@db.example/expo"},
    {"DATABASE_URL": "postgresql+psycopg://expo:x@10.0.0.5:5432/expo"},
    {"DATABASE_URL": "postgresql://expo@/expo?host=db.example"},
    {"QUEUE_URL": "redis://queue.example/0"},
    {"QUEUE_URL": "rediss://:x@192.168.1.4:6379/0"},
    {"QUEUE_URL": "postgresql://expo:x@[2001:db8::1]/expo"},
]
HERE = [
    {},
    {"DATABASE_URL": "postgresql://expo:x@localhost/expo"},
    {"DATABASE_URL": "postgresql://expo:x@127.0.0.1:5433/expo"},
    {"DATABASE_URL": "postgresql:///expo?host=/var/run/postgresql"},
    {"QUEUE_URL": "redis://[::1]/0"},
]


@pytest.mark.parametrize("settings", ELSEWHERE)
def test_production_with_parts_on_another_machine_wants_a_common_secret(
    tmp_path: Path, settings: dict[str, object]
) -> None:
    folder = {"INSTANCE": tmp_path, "MODE": "production", **settings}
    with pytest.raises(SchedulerError, match="EXPO_SECRET_KEY"):
        create_app(folder)
    assert not (tmp_path / "secret_key").exists()
    assert create_app({**folder, "SECRET_KEY": "the same everywhere"}).config["SECRET_KEY"]


@pytest.mark.parametrize("settings", HERE)
def test_installation_on_one_machine_makes_its_own_secret(
    tmp_path: Path, settings: dict[str, object]
) -> None:
    create_app({"INSTANCE": tmp_path, "MODE": "production", **settings})
    assert (tmp_path / "secret_key").exists()


@pytest.mark.parametrize("value", ["0", "many", "-1", "51"])
def test_number_of_connections_to_the_mail_server_is_checked(tmp_path: Path, value: str) -> None:
    with pytest.raises(SchedulerError, match="EXPO_MAIL_CONNECTIONS"):
        create_app({"INSTANCE": tmp_path, "MODE": "development", "MAIL_CONNECTIONS": value})
