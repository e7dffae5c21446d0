"""Every form of the site is taken behind a proxy that ends TLS and hides everything it can, whoever sends it.

Production mode, the token's check on; each form is sent as its page has it, by browsers that say more or less about
where they come from.
"""

from __future__ import annotations

import re
import ssl
import urllib.error
import urllib.request
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from scheduler.domain.enums import ParticipantState, Role
from scheduler.extensions import db
from scheduler.mail.secrets import invitation_key
from scheduler.models import EventRole, User
from scheduler.services.accounts import sign_in_links
from tests import factories as make
from tests.e2e.production import Production
from tests.forms import Form, forms_of, links_of
from tests.web.rights_world import make_cluster

pytestmark = pytest.mark.xdist_group("browser")

REFUSED = ("This form was open for too long", "This form was sent from another site")
HIDDEN = re.compile(r'<meta name="referrer" content="no-referrer">')
MOST = 150
"""Pages of one reader."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: object) -> None:
        return None


@dataclass
class Reader:
    """A browser of somebody, without a picture: cookies, pages, forms."""

    base: str
    cookies: dict[str, str] = field(default_factory=dict)
    sent: int = 0

    def ask(
        self, address: str, data: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, str, str, str]:
        """Status, kind of content, where it leads, text."""
        request = urllib.request.Request(address, data, headers or {})
        if self.cookies:
            request.add_header("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        opener = urllib.request.build_opener(_NoRedirect, urllib.request.HTTPSHandler(context=_TRUSTING))
        try:
            answer = opener.open(request)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            for cookie in answer.headers.get_all("Set-Cookie", []):
                name, _, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
            found = answer.headers.get_content_type(), answer.headers.get("Location", "")
            return answer.status, *found, answer.read().decode("utf-8", "replace")

    def send(self, form: Form, page: str, hides: bool) -> tuple[int, str]:
        """Send a form as it stands on its page; each time as another kind of browser does."""
        self.sent += 1
        origin, headers = self.base, {}
        if hides:
            origin = "null"
        elif self.sent % 3:
            headers["Referer"] = page
        if self.sent % 3 != 1:
            headers["Sec-Fetch-Site"] = "same-origin"
        headers["Origin"] = "null" if self.sent % 3 == 0 else origin
        data, headers["Content-Type"] = _body(form)
        status, _kind, _goal, text = self.ask(form.action, data, headers)
        return status, text

    def pages(self, starts: list[str]) -> Iterator[tuple[str, str]]:
        """One page of each kind that can be reached."""
        waiting, read = list(starts), 0
        shapes: set[str] = set()
        seen: set[str] = set()
        while waiting and read < MOST:
            address = waiting.pop(0).split("#")[0]
            parts = urlsplit(address)
            shape = re.sub(r"(?<=/)(?=[^/]*\d)[^/]+", "*", parts.path)
            if not address.startswith(f"{self.base}/") or shape in shapes or address in seen:
                continue
            seen.add(address)
            status, kind, goal, text = self.ask(address)
            if goal:
                waiting.append(goal if "://" in goal else self.base + goal)
            assert status < 500, address
            if status != 200 or kind != "text/html":
                continue
            shapes.add(shape)
            read += 1
            yield address, text
            waiting += links_of(text, address)


_TRUSTING = ssl.create_default_context()
_TRUSTING.check_hostname = False
_TRUSTING.verify_mode = ssl.CERT_NONE


def _body(form: Form) -> tuple[bytes, str]:
    if not form.multipart:
        return urlencode(form.pairs()).encode(), "application/x-www-form-urlencoded"
    mark = uuid.uuid4().hex
    parts = [(f'name="{name}"', value) for name, value in form.pairs()]
    # A file that nobody chose.
    parts += [
        (f'name="{name}"; filename=""\r\nContent-Type: application/octet-stream', "") for name in form.files()
    ]
    text = "".join(
        f"--{mark}\r\nContent-Disposition: form-data; {head}\r\n\r\n{value}\r\n" for head, value in parts
    )
    return f"{text}--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


def _world(site: Production) -> dict[str, list[str]]:
    """An event with something of everything; of each role, where its reader begins."""
    now = datetime.now(UTC)
    with db.new_session(site.database_url) as session:
        event = make.make_event(session, "here")
        leader, member = (make.make_participant(session, event) for _number in range(2))
        own = make.make_organisation(session, event, "Of the co-organiser")
        member.brought_by_id = own.id
        cluster = make_cluster(session, event, leader, member)
        co_organiser = make.make_user(session)
        session.add(
            EventRole(
                user_id=co_organiser.id, event_id=event.id, role=Role.CO_ORGANISER, organisation_id=own.id
            )
        )
        invited = make.make_participant(session, event, state=ParticipantState.INVITED, with_user=False)
        # Those who change the most come last.
        users: dict[str, User] = {
            "participant": make.make_participant(session, event).user,
            "member": member.user,
            "leader": leader.user,
            "co-organiser": co_organiser,
            "organiser": make.make_organiser(session, event),
        }
        starts = {"anonymous": [""]}
        starts |= {
            role: [f"/account/sign-in/{sign_in_links.new_link(session, user, '/', now, 30).token}"]
            for role, user in users.items()
        }
        secret = site.environment["EXPO_SECRET_KEY"]
        key = invitation_key(secret, invited.public_id, invited.email)
        way_out = f"/mails/unsubscribe/{cluster.values['key']}"
        starts["anonymous"] = ["/", f"/invitation/{invited.public_id}/{key}", way_out]
        session.commit()
    return starts


def _sign_in(reader: Reader, link: str) -> None:
    page = reader.base + link
    text = reader.ask(page)[3]
    form = next(one for one in forms_of(text, page) if one.action == page)
    status, answer = reader.send(form, page, bool(HIDDEN.search(text)))
    assert status == 302, answer


def test_every_form_of_every_role_is_taken(tmp_path: Path) -> None:
    with Production.running(tmp_path, trusted_proxies=0, passes_host=False) as site:
        faults: list[str] = []
        taken: dict[str, Counter[bool]] = {}
        for role, starts in _world(site).items():
            reader = Reader(site.base)
            if role != "anonymous":
                _sign_in(reader, starts[0])
                starts = ["/"]
            taken[role] = Counter()
            for what, status, text in _answers(reader, [site.base + start for start in starts]):
                taken[role][status < 400] += 1
                if status >= 500 or any(sentence in text for sentence in REFUSED):
                    faults.append(f"{role}: {what}: {status}")
        assert not faults, "\n".join(faults)
        # The crawl has seen the site, and most of what it sent was done.
        for role, least in (
            ("organiser", 40),
            ("co-organiser", 8),
            ("leader", 15),
            ("member", 15),
            ("anonymous", 3),
        ):
            assert sum(taken[role].values()) >= least, taken
        assert taken["organiser"][True] > 15, taken


def _answers(reader: Reader, starts: list[str]) -> Iterator[tuple[str, int, str]]:
    """Each kind of form of a reader's pages, sent; those that end the session or the seat at last."""
    found: dict[tuple[str, frozenset[str]], tuple[Form, str, bool]] = {}
    for address, text in reader.pages(starts):
        for form in forms_of(text, address):
            shape = re.sub(r"(?<=/)(?=[^/]*\d)[^/]+", "*", urlsplit(form.action).path)
            found.setdefault((shape, form.names()), (form, address, bool(HIDDEN.search(text))))
    last = ("/withdraw", "/leave", "/sign-out")
    for form, address, hides in sorted(
        found.values(),
        key=lambda one: last.index(end) if (end := "/" + one[0].action.rpartition("/")[2]) in last else -1,
    ):
        if form.method == "get":
            status, _kind, _goal, text = reader.ask(f"{form.action.split('?')[0]}?{urlencode(form.pairs())}")
        else:
            status, text = reader.send(form, address, hides)
        yield f"{form.action} on {address}", status, text
