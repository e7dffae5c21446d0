"""Every kind of page, as somebody with the smallest phone, a keyboard or a screen reader meets it.

Whole sentences, names instead of keys, figures that can be read at a glance; one first heading, no scrolling sideways,
nothing that only a mouse reaches.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Site
from tests.e2e.screenshots import pages

INLINE = frozenset({"a", "abbr", "b", "code", "em", "i", "small", "span", "strong", "time", "sup", "sub"})
UNREAD = frozenset({"script", "style", "svg", "textarea", "title", "option", "template"})
KEY = re.compile(r"\b(?=[a-z0-9]*[0-9])(?=[a-z0-9]*[a-z])[a-z0-9]{20}\b")
FAULTS = {
    "two sentences without a blank": re.compile(r"[a-zà-ÿ0-9)”%][.!?][A-ZÀ-Þ“][a-zà-ÿ]|[a-zà-ÿ)”%][.!?]\d"),
    "a key for people to read": KEY,
    "a value of the program": re.compile(
        r"\{'|\bNone\b(?! yet|\.$)|\bTrue\b|\bFalse\b|datetime\.|<\w+ object"
    ),
    "a figure without separators": re.compile(r"(?<![\d,.:/+-])(?!(?:19|20)\d\d\b)\d{4,}(?![\d,.:/-])"),
    "a blank before a full stop or comma": re.compile(r"\w [.,;](?:\s|$)"),
    "one of several": re.compile(
        r"(?<![\d,.])\b1 (?:tables|stands|people|meetings|requests|rooms|minutes|days)\b"
    ),
}
MOST = 120
"""Pages of one reader."""

LOOK = (Path(__file__).parent / "look.js").read_text(encoding="utf-8")


class Reader(HTMLParser):
    """What a reader sees of the main part: a line for each block, and where links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = [""]
        self.links: list[str] = []
        self.skipped = 0
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.links.append(dict(attrs).get("href") or "")
        if tag == "main":
            self.inside = True
        if tag in UNREAD:
            self.skipped += 1
        elif tag not in INLINE:
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self.inside = False
        if tag in UNREAD:
            self.skipped = max(0, self.skipped - 1)
        elif tag not in INLINE:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if self.inside and not self.skipped:
            self.lines[-1] += data


def shape(path: str) -> str:
    """An address without its keys and figures: two of one shape are the same page about other things."""
    return re.sub(r"(?<=/)(?=[^/]*\d)[^/]+", "*", path)


def crawl(site: Site, page: Page, starts: list[str]) -> Iterator[str]:
    """Go to every kind of page that can be reached, one of each; yields their addresses."""
    waiting: list[str] = [site.address(path) for path in starts]
    seen: set[str] = set()
    shapes: set[str] = set()
    while waiting and len(seen) < MOST:
        address = waiting.pop(0).split("#")[0]
        kind = shape(urlsplit(address).path)
        if address in seen or kind in shapes or not address.startswith(site.base):
            continue
        seen.add(address)
        head = page.context.request.get(address)
        if head.status != 200 or not (head.headers.get("content-type") or "").startswith("text/html"):
            continue
        shapes.add(kind)
        page.goto(address)
        yield address
        reader = Reader()
        reader.feed(head.text())
        waiting += [
            urljoin(address, link) for link in reader.links if not link.endswith(("sign-out", "/html"))
        ]


@pytest.mark.parametrize("number", [0, 1])
def test_pages_read_well_and_fit_the_smallest_phone(site: Site, browser: Browser, number: int) -> None:
    email, listed = list(pages(site).items())[number]
    context = browser.new_context(viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True)
    page = context.new_page()
    site.sign_in(page, email)
    found: dict[str, str] = {}
    read = 0
    for address in crawl(site, page, [path for path, _name in listed]):
        read += 1
        for fault in [*page.evaluate(LOOK), *faults_of(page.content())]:
            found.setdefault(fault, address)
    context.close()
    assert read > 20
    assert not found, "\n".join(f"{fault} · {address}" for fault, address in found.items())


def faults_of(page: str) -> Iterator[str]:
    reader = Reader()
    reader.feed(page)
    for line in (" ".join(line.split()) for line in reader.lines):
        if "@" in line or "://" in line:
            continue
        for fault, pattern in FAULTS.items():
            if match := pattern.search(line):
                yield f"{fault}: {line[max(0, match.start() - 40) : match.end() + 40]}"


def test_marking_somebody_keeps_the_focus_and_is_announced(site: Site, desk: Page) -> None:
    _email, leader = list(pages(site))
    site.sign_in(desk, leader)
    site.visit(desk, "/me/people")
    button = desk.get_by_role("button", name="Would like").first
    pressed = button.get_attribute("aria-pressed") == "true"
    button.focus()

    desk.keyboard.press("Enter")

    expect(desk.locator("#said")).to_contain_text(
        "is no longer marked." if pressed else "you would like to meet"
    )
    focused = desk.evaluate(
        "document.activeElement.closest('form') && document.activeElement.textContent.trim()"
    )
    assert focused == "Would like"
