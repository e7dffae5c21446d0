"""The areas of the site, each a blueprint. An area that is added here is served."""

from __future__ import annotations

from flask import Flask

from scheduler.web.account.routes import blueprint as account


def register(app: Flask) -> None:
    for blueprint in (account,):
        app.register_blueprint(blueprint)
