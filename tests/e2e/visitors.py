"""Forty people at once: each a reader with cookies who fills in the forms of the pages, as a browser does."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

from playwright.sync_api import APIRequestContext, APIResponse, Playwright


@dataclass
class Form:
    """A form of a page: where it goes, what it would send untouched, and its buttons as (name, value)."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.open: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open = Form(values.get("action", ""))
            self.found.append(self.open)
        elif self.open is not None and tag == "button":
            self.open.buttons.append((values.get("name", ""), values.get("value", "")))
        elif self.open is not None and tag in ("input", "textarea", "select") and "name" in values:
            kind = values.get("type", "text")
            if kind not in ("checkbox", "radio") or "checked" in values:
                self.open.fields[values["name"]] = values.get("value", "on" if kind == "checkbox" else "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None


class Visitor:
    """Somebody with a browser of their own. Every answer has to be a page that works."""

    def __init__(self, playwright: Playwright, base: str) -> None:
        self.base = base
        self.requests: APIRequestContext = playwright.request.new_context(ignore_https_errors=True)
        self.address = base
        self.page = ""

    def visit(self, address: str) -> str:
        """Open a page; its text."""
        return self._read(self.requests.get(urljoin(self.base, address)))

    def send(self, action: str, **fields: str | bytes) -> str:
        """Send the form of the present page that goes to an address ending in `action`; the answer's text."""
        forms = [form for form in self.forms() if urljoin(self.address, form.action).endswith(action)]
        assert forms, f"{self.address} has no form to {action}"
        form = forms[0]
        sent = {**form.fields, **fields}
        return self._read(
            self.requests.post(
                urljoin(self.address, form.action), form=sent, headers={"Referer": self.address}
            )
        )

    def forms(self) -> list[Form]:
        """The forms of the present page."""
        reader = _Forms()
        reader.feed(self.page)
        return reader.found

    def _read(self, answer: APIResponse) -> str:
        self.address, self.page = answer.url, answer.text()
        assert answer.status == 200, f"{answer.url}: {answer.status} {self.page[:2000]}"
        return self.page

    def close(self) -> None:
        self.requests.dispose()
