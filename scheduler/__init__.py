"""Expo Scheduler: matchmaking rounds for expos, from interests to agendas."""

from __future__ import annotations

from flask import Flask

__all__ = ["create_app"]


def create_app(overrides: dict[str, object] | None = None) -> Flask:
    """The application, configured from the instance folder and the environment; `overrides` win over both."""
    from scheduler.config import configure, instance_folder, template_folder
    from scheduler.extensions import db
    from scheduler.redaction import install
    from scheduler.web import register_web

    install()
    folder = (overrides or {}).get("INSTANCE") or instance_folder()
    app = Flask(
        __name__,
        instance_path=str(folder),
        instance_relative_config=True,
        template_folder=str(template_folder()),
    )
    configure(app, overrides)
    db.init_app(app)
    register_web(app)
    return app
