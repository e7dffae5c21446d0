"""What people read on the pages: whole sentences, names instead of keys, figures that can be read at a glance."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Browser

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


def crawl(site: Site, browser: Browser, email: str, starts: list[str]) -> Iterator[tuple[str, Reader]]:
    context = browser.new_context()
    site.sign_in(context.new_page(), email)
    waiting, seen, shapes = [site.address(path) for path in starts], set(), {}
    while waiting and len(seen) < MOST:
        address = waiting.pop(0).split("#")[0]
        path = urlsplit(address).path
        if address in seen or shapes.get(shape(path), 0) >= 3 or not address.startswith(site.base):
            continue
        seen.add(address)
        answer = context.request.get(address)
        if answer.status != 200 or not (answer.headers.get("content-type") or "").startswith("text/html"):
            continue
        shapes[shape(path)] = shapes.get(shape(path), 0) + 1
        reader = Reader()
        reader.feed(answer.text())
        yield address, reader
        waiting += [urljoin(address, link) for link in reader.links if "sign-out" not in link]
    context.close()


@pytest.mark.parametrize("number", [0, 1])
def test_pages_read_well(site: Site, browser: Browser, number: int) -> None:
    email, listed = list(pages(site).items())[number]
    found: dict[str, str] = {}
    read = 0
    for address, reader in crawl(site, browser, email, [path for path, _name in listed]):
        read += 1
        for line in (" ".join(line.split()) for line in reader.lines):
            if "@" in line or "://" in line:
                continue
            for fault, pattern in FAULTS.items():
                if match := pattern.search(line):
                    found.setdefault(
                        f"{fault}: {line[max(0, match.start() - 40) : match.end() + 40]}", address
                    )
    assert read > 20
    assert found == {}
