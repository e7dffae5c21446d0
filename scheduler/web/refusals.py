"""A form that was refused is shown again where it was sent from, filled, with the reason at its top.

Errors may come from anywhere: a service, the schema, a limit, a form that was open for too long. The page from which
the form was sent is made anew, by its own view and with the reader's own rights.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, current_app, make_response, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from scheduler.extensions import db
from scheduler.web.form_filling import Refusal, fill
from scheduler.web.origin import is_ours, is_vouched

NOTICE = "refused"


def form_again(message: str, status: int, *, field: str = "") -> Response | None:
    """The page that holds the form, as an answer with `status`; None when it can't be shown.

    A form that may be a stranger's is not shown again (see `is_vouched`).
    """
    if request.method != "POST" or request.headers.get("HX-Request") or request.is_json or not is_vouched():
        return None
    address = _origin()
    if address is None:
        return None
    values = entered()
    notice = render_template("partials/refused.html", message=message, ident=NOTICE)
    refusal = Refusal(request.path, values, notice, NOTICE, field=field)
    db.release()
    shown = page_at(address)
    if shown is None:
        return None
    text, cookies = shown
    page = fill(text, address, refusal)
    if page is None:
        kept = render_template(
            "partials/refused.html", message=message, ident=NOTICE, kept=long_texts(values)
        )
        page = _at_the_top(text, kept)
    answer = make_response(page, status)
    for cookie in cookies:
        answer.headers.add("Set-Cookie", cookie)
    return answer


def came_from() -> str:
    """The page of ours from which the reader came to this one; empty when the browser does not say."""
    page = _referring_page()
    return "" if urlsplit(page).path == request.path else page


def _origin() -> str | None:
    """Where the form stands: the page that the browser names, or the address it was sent to if it can be read."""
    if page := _referring_page():
        return page
    if not request.referrer and _readable(request.path):
        return request.full_path.rstrip("?")
    return None


def page_of_form() -> str | None:
    """The page whose form was sent, read at the address the form goes to where that can be."""
    if _readable(request.path):
        page = _referring_page()
        return page if urlsplit(page).path == request.path else request.full_path.rstrip("?")
    return _referring_page() or None


def _referring_page() -> str:
    """The path and query of the page that the browser names, when it is one of ours; else nothing."""
    try:
        named = urlsplit(request.referrer or "")
    except ValueError:
        return ""
    if not is_ours(request.referrer or "") or not _readable(named.path):
        return ""
    return named.path + (f"?{named.query}" if named.query else "")


def _readable(path: str) -> bool:
    """Whether a page can be asked for at this path."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return False
    try:
        endpoint, _values = adapter.match(path, method="GET")
    except (NotFound, MethodNotAllowed, RequestRedirect):
        return False
    return endpoint != "static"


def page_at(address: str) -> tuple[str, list[str]] | None:
    """The page at an address of ours as the reader sees it, with the cookies it sets; None when it is no page."""
    headers = {
        name: value
        for name in ("Cookie", "Accept-Language", "User-Agent")
        if (value := request.headers.get(name))
    }
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with (
        app.app_context(),
        app.test_request_context(
            address, method="GET", headers=headers, base_url=request.host_url, environ_base=_network()
        ),
    ):
        response = app.full_dispatch_request()
        if response.status_code != 200 or response.mimetype != "text/html" or response.is_streamed:
            return None
        return response.get_data(as_text=True), response.headers.getlist("Set-Cookie")


def _network() -> dict[str, str]:
    return {"REMOTE_ADDR": request.remote_addr or ""}


def entered() -> dict[str, list[str]]:
    """What the request's form holds, by name."""
    try:
        return {name: request.form.getlist(name) for name in request.form}
    except HTTPException:
        # The body was too large to be read: there is nothing to fill in.
        return {}


_LONG = 60
_SHOWN = 12_000
_MOST = 12


def long_texts(values: dict[str, list[str]] | None = None) -> list[tuple[str, bool]]:
    """What was written into a form whose page is gone, to be copied: each text, and whether its end is missing.

    Nothing where it may be a stranger's: it would look like words of ours.
    """
    if not is_vouched():
        return []
    found = values if values is not None else entered()
    texts = [text.strip() for name, sent in found.items() if name != "csrf_token" for text in sent]
    # Sentences have blanks; keys, numbers and choices have none.
    written = [text for text in texts if " " in text or len(text) > _LONG]
    return [(text[:_SHOWN], len(text) > _SHOWN) for text in written[:_MOST]]


def _at_the_top(page: str, notice: str) -> str:
    start = page.find("<main")
    end = page.find(">", start) + 1
    return page[:end] + notice + page[end:] if start >= 0 else notice + page
