"""Security headers of every answer."""

from __future__ import annotations

from flask import Flask, Response, request

from scheduler.web.access import current, is_by_secret

CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        # Only attributes: bars and timelines carry their figures as lengths.
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


def register(app: Flask) -> None:
    @app.after_request
    def protect(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("X-Content-Type-Options", "nosniff")
        if is_by_secret(request.endpoint):
            # A calendar for programs: it has no page's rights to limit, and is asked for day and night.
            headers.setdefault("Cache-Control", "private, no-cache")
            return response
        headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if app.config["SESSION_COOKIE_SECURE"]:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if request.endpoint != "static" and "Cache-Control" not in headers:
            # Somebody else's pages don't stay in the browser of who acts for them.
            headers["Cache-Control"] = "no-store" if current.on_behalf else "private, no-cache"
        return response
