"""The web: one package per area. Everything that concerns all areas is wired here."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix


def register_web(app: Flask) -> None:
    """Bind extensions, headers, access rules, error pages, filters and routes to the application."""
    from scheduler import phrases
    from scheduler.extensions import babel, csrf, limiter, login
    from scheduler.web import (
        access,
        areas,
        bodies,
        failures,
        filters,
        headers,
        locales,
        navigation,
        origin,
        signed_in,
        transaction,
    )

    if proxies := int(app.config["TRUSTED_PROXIES"]):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    babel.init_app(app, locale_selector=locales.choose)
    phrases.use_in_templates(app)
    csrf.init_app(app)
    origin.register(app)
    limiter.init_app(app)
    login.init_app(app)
    signed_in.register(login)
    access.register(app)
    bodies.register(app)
    transaction.register(app)
    headers.register(app)
    filters.register(app)
    navigation.register(app)
    failures.register(app)
    areas.register(app)
