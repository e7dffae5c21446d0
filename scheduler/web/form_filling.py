"""Filling a form of a finished page with what somebody has entered, and saying at its top why it was refused.

A page that is made again shows the state of the database. What was typed into the form that was refused is put back
here, so that no view has to remember how each of its forms is shown again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

NOT_FILLED = frozenset({"hidden", "file", "password", "submit", "button", "reset", "image"})
VOID = "csrf_token"
VERSION = "version"
"""The hidden field that says what was shown: it stays with what was typed."""

Attributes = list[tuple[str, str | None]]
Values = Mapping[str, Sequence[str]]


@dataclass
class _Form:
    """A form of the page: where it goes, and what its hidden fields and buttons say."""

    action: str
    ident: str
    said: set[tuple[str, str]] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    folds: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Refusal:
    """A form that was sent to `path` and refused. `field` names the entry at fault, if one."""

    path: str
    values: Values
    notice: str
    """Safe HTML of the sentence, put at the top of the form."""
    notice_id: str
    kept: frozenset[str] = frozenset()
    """Names of fields that stay as the page has them."""
    beside: Mapping[str, str] = field(default_factory=dict)
    """Safe HTML by the name of the field after which it stands; its id is `beside_id` of that name."""
    at_groups: Mapping[int, str] = field(default_factory=dict)
    """Safe HTML by the number, on the page, of the fieldset after whose legend it stands."""
    # The last: above it, the name is that of the function of dataclasses.
    field: str = ""


def fill(page: str, address: str, refusal: Refusal) -> str | None:
    """The page with the refused form filled in and the sentence at its top.

    `address` is the page's own, from which its forms' relative addresses count. None when no form of the page goes
    where the refused one went.
    """
    survey = _Survey(address)
    survey.feed(page)
    survey.close()
    chosen = _choose(survey.forms, refusal)
    if chosen is None:
        return None
    writer = _FormWriter(refusal, chosen, survey.forms[chosen])
    writer.feed(page)
    writer.close()
    return "".join(writer.parts)


def beside_id(name: str) -> str:
    """The id of what stands beside a field."""
    return f"beside-{name}"


def _choose(forms: list[_Form], refusal: Refusal) -> int | None:
    sent = {
        (name, value)
        for name, values in refusal.values.items()
        for value in values
        if name not in (VOID, VERSION)
    }
    names = {name for name, _value in sent}
    best: tuple[int, int, int] | None = None
    for number, form in enumerate(forms):
        if form.action != refusal.path:
            continue
        # Rows of a list share an address: what tells them apart are hidden fields and the button pressed.
        rank = (
            len(form.said & sent) - len({name for name, _v in form.said - sent} & names),
            len(form.names & names),
        )
        if best is None or rank > best[:2]:
            best = (*rank, number)
    return None if best is None else best[2]


class _Survey(HTMLParser):
    """Finds the forms of a page."""

    def __init__(self, address: str) -> None:
        super().__init__(convert_charrefs=True)
        self.address = address
        self.forms: list[_Form] = []
        self.open: _Form | None = None
        self.folds: list[int] = []
        self.fold_count = 0

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        values = dict(attrs)
        if tag == "details":
            self.folds.append(self.fold_count)
            self.fold_count += 1
        elif tag == "form":
            target = values.get("action") or ""
            path = urlsplit(urljoin(self.address, target)).path
            self.open = _Form(path, values.get("id") or "", folds=list(self.folds))
            self.forms.append(self.open)
        elif tag in ("input", "button", "select", "textarea"):
            self._entry(tag, values)

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        self.handle_starttag(tag, attrs)

    def _entry(self, tag: str, values: dict[str, str | None]) -> None:
        form = self._form_of(values)
        name = values.get("name")
        if form is None or not name or name in (VOID, VERSION):
            return
        form.names.add(name)
        if tag == "button" or values.get("type") in ("hidden", "submit"):
            form.said.add((name, values.get("value") or ""))

    def _form_of(self, values: dict[str, str | None]) -> _Form | None:
        named = values.get("form")
        if named:
            return next((form for form in self.forms if form.ident == named), None)
        return self.open

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "details" and self.folds:
            self.folds.pop()


class _FormWriter(HTMLParser):
    """Writes a page as it is, but for one form."""

    def __init__(self, refusal: Refusal, number: int, form: _Form) -> None:
        super().__init__(convert_charrefs=False)
        self.refusal = refusal
        self.number = number
        self.form = form
        self.parts: list[str] = []
        self.seen = -1
        self.fold = -1
        self.inside = False
        self.choices: Sequence[str] | None = None
        self.text_field = False
        self.used: dict[str, int] = {}
        self.after: dict[str, str] = {}
        self.set_count = -1

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        self.parts.append(self._start(tag, attrs, self.get_starttag_text() or ""))

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        self.handle_starttag(tag, attrs)

    def _start(self, tag: str, attrs: Attributes, raw: str) -> str:
        if tag == "form":
            self.seen += 1
            self.inside = self.seen == self.number
            return raw + self.refusal.notice if self.inside else raw
        if tag == "fieldset":
            self.set_count += 1
            self.after["legend"] = self.refusal.at_groups.get(self.set_count, "")
            return raw
        if tag == "details":
            self.fold += 1
            if self.fold in self.form.folds and "open" not in dict(attrs):
                return _tag(tag, [*attrs, ("open", None)])
            return raw
        if tag == "option" and self.choices is not None:
            return self._option(attrs)
        named = dict(attrs).get("form")
        belongs = named == self.form.ident if named and self.form.ident else self.inside and not named
        if belongs and tag in ("input", "select", "textarea"):
            return self._entry(tag, attrs, raw)
        return raw

    def _entry(self, tag: str, attrs: Attributes, raw: str) -> str:
        values = dict(attrs)
        name, kind = values.get("name") or "", (values.get("type") or "text").lower()
        sent = self.refusal.values.get(name)
        if name == VERSION and kind == "hidden" and sent:
            return _tag(tag, [*(pair for pair in attrs if pair[0] != "value"), ("value", sent[0])])
        if not name or (tag == "input" and kind in NOT_FILLED):
            return raw
        if said := self.refusal.beside.get(name, ""):
            attrs = _described(attrs, beside_id(name))
            if tag == "input" and kind not in ("checkbox", "radio"):
                return self._filled(tag, attrs, sent, name) + said
            self.after["label" if tag == "input" else tag] = said
        return self._filled(tag, attrs, sent, name)

    def _filled(self, tag: str, attrs: Attributes, sent: Sequence[str] | None, name: str) -> str:
        values = dict(attrs)
        kind = (values.get("type") or "text").lower()
        if name == self.refusal.field:
            attrs = _blamed(attrs, self.refusal.notice_id)
        if name in self.refusal.kept:
            return _tag(tag, attrs)
        if tag == "input" and kind in ("checkbox", "radio"):
            attrs = [pair for pair in attrs if pair[0] != "checked"]
            if sent is not None and (values.get("value") or "on") in sent:
                attrs.append(("checked", None))
            return _tag(tag, attrs)
        if sent is None:
            return _tag(tag, attrs)
        if tag == "select":
            self.choices = sent
            return _tag(tag, attrs)
        number = self.used.get(name, 0)
        self.used[name] = number + 1
        text = sent[min(number, len(sent) - 1)] if sent else ""
        if tag == "textarea":
            self.text_field = True
            # A line break directly after the tag is not part of the text.
            return _tag(tag, attrs) + "\n" + escape(text, quote=False)
        return _tag(tag, [*(pair for pair in attrs if pair[0] != "value"), ("value", text)])

    def _option(self, attrs: Attributes) -> str:
        values = dict(attrs)
        if "value" not in values:
            return self.get_starttag_text() or ""
        kept: Attributes = [pair for pair in attrs if pair[0] != "selected"]
        if (values["value"] or "") in (self.choices or ()):
            kept.append(("selected", None))
        return _tag("option", kept)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self.choices = None
        elif tag == "textarea":
            self.text_field = False
        self.parts.append(f"</{tag}>" + self.after.pop(tag, ""))

    def handle_data(self, data: str) -> None:
        if not self.text_field:
            self.parts.append(data)

    def handle_entityref(self, name: str) -> None:
        if not self.text_field:
            self.parts.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        if not self.text_field:
            self.parts.append(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self.parts.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.parts.append(f"<!{decl}>")


def _blamed(attrs: Attributes, notice: str) -> Attributes:
    kept: Attributes = [pair for pair in attrs if pair[0] != "aria-invalid"]
    return _described([*kept, ("aria-invalid", "true")], notice)


def _described(attrs: Attributes, ident: str) -> Attributes:
    told = " ".join(value for name, value in attrs if name == "aria-describedby" and value)
    kept: Attributes = [pair for pair in attrs if pair[0] != "aria-describedby"]
    return [*kept, ("aria-describedby", f"{told} {ident}".strip())]


def _tag(name: str, attrs: Attributes) -> str:
    written = "".join(f" {key}" if value is None else f' {key}="{escape(value)}"' for key, value in attrs)
    return f"<{name}{written}>"
