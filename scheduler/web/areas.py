"""The areas of the site, each a blueprint. An area that is added here is served."""

from __future__ import annotations

from flask import Blueprint, Flask

from scheduler.web.account.pages import blueprint as account
from scheduler.web.delegation.routes import blueprint as delegation
from scheduler.web.feeds.routes import blueprint as feeds
from scheduler.web.guides import blueprint as guides
from scheduler.web.halls.routes import blueprint as halls
from scheduler.web.helpers.routes import blueprint as helpers
from scheduler.web.machine import blueprint as machine
from scheduler.web.offline.routes import blueprint as pocket
from scheduler.web.organiser.routes import blueprint as organiser
from scheduler.web.outbox.routes import blueprint as outbox
from scheduler.web.participant.routes import blueprint as participant

AREAS: list[Blueprint] = [
    account,
    delegation,
    feeds,
    halls,
    helpers,
    guides,
    machine,
    organiser,
    outbox,
    participant,
    pocket,
]


def register(app: Flask) -> None:
    for blueprint in AREAS:
        app.register_blueprint(blueprint)
