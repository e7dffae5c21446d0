"""The forms of a page and what a browser sends when they are sent untouched."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

Attributes = list[tuple[str, str | None]]


@dataclass
class Field:
    """A control with what it would send; `sent` is False for an unmarked box, or one that is switched off."""

    name: str
    value: str
    kind: str
    sent: bool = True


@dataclass
class Form:
    action: str
    method: str
    multipart: bool
    ident: str = ""
    fields: list[Field] = field(default_factory=list)
    buttons: list[Field] = field(default_factory=list)

    def pairs(self) -> list[tuple[str, str]]:
        """What its first button sends."""
        chosen = [one for one in self.fields if one.sent and one.kind != "file"] + self.buttons[:1]
        return [(one.name, one.value) for one in chosen if one.name]

    def files(self) -> list[str]:
        return [one.name for one in self.fields if one.kind == "file"]

    def names(self) -> frozenset[str]:
        return frozenset(one.name for one in (*self.fields, *self.buttons[:1]))


def forms_of(page: str, address: str) -> list[Form]:
    """All forms of a page at `address`, with whole addresses."""
    reader = _Reader(address)
    reader.feed(page)
    reader.close()
    for owner, control in reader.apart:
        for form in reader.forms:
            if form.ident == owner:
                (form.buttons if control.kind == "submit" else form.fields).append(control)
    return reader.forms


def links_of(page: str, address: str) -> list[str]:
    """Where a page's links lead."""
    reader = _Reader(address)
    reader.feed(page)
    return reader.links


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.apart: list[tuple[str, Field]] = []
        self.inside: Form | None = None
        self.select: tuple[Field, str] | None = None
        self.text: Field | None = None

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in said:
            self.links.append(urljoin(self.address, said["href"]))
        elif tag == "form":
            self.inside = Form(
                urljoin(self.address, said.get("action", "")),
                said.get("method", "get").lower(),
                said.get("enctype") == "multipart/form-data",
                said.get("id", ""),
            )
            self.forms.append(self.inside)
        elif tag in ("input", "button", "select", "textarea"):
            self._control(tag, said)
        elif tag == "option" and self.select is not None:
            self._option(said)

    def _control(self, tag: str, said: dict[str, str]) -> None:
        kind = said.get("type", "submit" if tag == "button" else "text").lower()
        if kind in ("button", "reset") or (tag != "button" and not said.get("name")):
            return
        control = Field(
            said.get("name", ""), said.get("value", ""), tag if tag in ("select", "textarea") else kind
        )
        if kind in ("checkbox", "radio"):
            control.value, control.sent = said.get("value", "on"), "checked" in said
        control.sent = control.sent and "disabled" not in said
        if "form" in said:
            self.apart.append((said["form"], control))
        elif self.inside is not None:
            (self.inside.buttons if kind in ("submit", "image") else self.inside.fields).append(control)
        if tag == "select":
            control.sent = False
            self.select = control, ""
        elif tag == "textarea":
            self.text = control

    def _option(self, said: dict[str, str]) -> None:
        assert self.select is not None
        control = self.select[0]
        if not control.sent or "selected" in said:
            control.value, control.sent = said.get("value", ""), True

    def handle_data(self, data: str) -> None:
        if self.text is not None:
            self.text.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea":
            self.text = None
