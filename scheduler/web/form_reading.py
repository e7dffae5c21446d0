"""Reading the forms of a finished page: what each of their fields holds, in values and in words.

A page shows the state of the database. What its forms hold is therefore what holds now, whoever made the form.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

UNSEEN = frozenset({"hidden", "file", "password", "submit", "button", "reset", "image"})
TICKS = frozenset({"checkbox", "radio"})

Attributes = list[tuple[str, str | None]]


@dataclass
class PageField:
    """A field of a form: what it would send when it is left as it is, and what a reader sees there."""

    name: str
    kind: str
    label: str = ""
    values: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    fieldset: int | None = None
    """The number, on the page, of the fieldset that a box or a radio button stands in."""

    def holds(self) -> tuple[str, ...]:
        """Its values in the form in which they are compared, however browsers write them."""
        return normal(self.kind, self.values)


@dataclass
class PageForm:
    """A form of a page, its fields by name; `versioned` when it has a place for a version."""

    action: str
    ident: str = ""
    entries: dict[str, PageField] = field(default_factory=dict)
    hidden: set[tuple[str, str]] = field(default_factory=set)
    versioned: bool = False


def normal(kind: str, values: list[str]) -> tuple[str, ...]:
    """Values as they are compared: no order of boxes, one line break, times without seconds."""
    if kind in TICKS or kind == "select":
        return tuple(sorted(values))
    if kind in ("datetime-local", "time"):
        values = [":".join(value.replace(" ", "T").split(":")[:2]) for value in values]
    # Nothing and a field that is not sent are the same.
    return tuple(text for value in values if (text := value.replace("\r\n", "\n").strip()))


def forms_of(page: str, address: str, version: str) -> list[PageForm]:
    """The forms of a page at `address`, in their order. `version` is the name of the hidden field of a version."""
    reader = _FormReader(address, version)
    reader.feed(page)
    reader.close()
    for entry, ident in reader.named:
        entry.label = entry.label or reader.labels.get(ident, "")
    for entry, ident in reader.ticked:
        entry.words.append(reader.labels.get(ident) or entry.values[-1])
    for entry, number in reader.grouped:
        entry.label = reader.legends.get(number) or entry.label
    return reader.forms


class _FormReader(HTMLParser):
    def __init__(self, address: str, version: str) -> None:
        super().__init__(convert_charrefs=True)
        self.address, self.version = address, version
        self.forms: list[PageForm] = []
        self.labels: dict[str, str] = {}
        self.legends: dict[int, str] = {}
        self.named: list[tuple[PageField, str]] = []
        self.ticked: list[tuple[PageField, str]] = []
        self.grouped: list[tuple[PageField, int]] = []
        self._inside: PageForm | None = None
        self._sets: list[int] = []
        self._set_count = 0
        self._text: list[str] | None = None
        self._label_for = ""
        self._select: PageField | None = None
        self._options: list[tuple[str | None, bool, list[str]]] = []
        self._area: PageField | None = None

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            path = urlsplit(urljoin(self.address, said.get("action", ""))).path
            self._inside = PageForm(path, said.get("id", ""))
            self.forms.append(self._inside)
        elif tag == "fieldset":
            self._sets.append(self._set_count)
            self._set_count += 1
        elif tag in ("label", "legend"):
            self._text, self._label_for = [], said.get("for", "")
        elif tag == "option" and self._select is not None:
            self._options.append((said.get("value"), "selected" in said, []))
        elif tag in ("input", "select", "textarea"):
            self._entry(tag, said)

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        self.handle_starttag(tag, attrs)

    def _entry(self, tag: str, said: dict[str, str]) -> None:
        owner, name = said.get("form"), said.get("name", "")
        form = next((one for one in self.forms if one.ident == owner), None) if owner else self._inside
        if form is None or not name:
            return
        kind = said.get("type", "text").lower() if tag == "input" else tag
        if tag == "input" and kind in UNSEEN:
            form.versioned = form.versioned or (kind == "hidden" and name == self.version)
            if kind == "hidden":
                form.hidden.add((name, said.get("value", "")))
            return
        if "disabled" in said:
            return
        entry = form.entries.setdefault(name, PageField(name, kind, said.get("aria-label", "")))
        ident = said.get("id", "")
        if kind in TICKS:
            self._tick(entry, said, ident)
            return
        self.named.append((entry, ident))
        if tag == "select":
            self._select, self._options = entry, []
        elif tag == "textarea":
            self._area, self._text = entry, []
        else:
            entry.values.append(said.get("value", ""))
            entry.words.append(said.get("value", ""))

    def _tick(self, entry: PageField, said: dict[str, str], ident: str) -> None:
        if self._sets:
            entry.fieldset = self._sets[-1]
            self.grouped.append((entry, self._sets[-1]))
        else:
            self.named.append((entry, ident))
        if "checked" in said:
            entry.values.append(said.get("value", "on"))
            self.ticked.append((entry, ident))

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)
        elif self._select is not None and self._options:
            self._options[-1][2].append(data)

    def handle_endtag(self, tag: str) -> None:
        said = " ".join("".join(self._text or ()).split())
        if tag == "form":
            self._inside = None
        elif tag == "fieldset" and self._sets:
            self._sets.pop()
        elif tag == "label" and self._text is not None:
            self.labels[self._label_for], self._text = said, None
        elif tag == "legend" and self._text is not None:
            self._text = None
            if self._sets:
                self.legends[self._sets[-1]] = said
        elif tag == "textarea" and self._area is not None:
            text = "".join(self._text or ()).removeprefix("\n")
            self._area.values.append(text)
            self._area.words.append(text)
            self._area = self._text = None
        elif tag == "select" and self._select is not None:
            self._choose(self._select)
            self._select = None

    def _choose(self, entry: PageField) -> None:
        chosen = [option for option in self._options if option[1]] or self._options[:1]
        for value, _selected, parts in chosen:
            words = " ".join("".join(parts).split())
            entry.values.append(words if value is None else value)
            entry.words.append(words)
