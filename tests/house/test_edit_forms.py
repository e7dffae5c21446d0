"""Every form in which an organiser changes what is there says what it showed, so that nobody overwrites unseen."""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "organiser"

FORM = re.compile(r'<form method="post"(?P<head>[^>]*(?:}}[^>]*)*)>(?P<body>.*?)</form>', re.DOTALL)
ENTRY = re.compile(r"\b(field|choices|cell|box|radio|chips|checks)\(|option\(\)")
ENDPOINT = re.compile(r"url_for\(\s*['\"]organiser\.(\w+)")

ACTS = {
    ("_inquiry_answer.html", "plans_carry_out"): "refused when the plan is no longer as the answer shows it",
    ("blocks.html", "programme_blocks_add"): "adds",
    ("delegation.html", "delegations_join"): "adds",
    ("event_look.html", "event_look_logo"): "a picture, seen beside the form",
    ("event_end.html", "event_end_delete"): "asks for the event's name, after a page that says what goes",
    ("event_team.html", ""): "adds",
    ("invite.html", "people_invite_post"): "writes mails",
    ("pavilion.html", "venue_place_new"): "adds",
    ("people_approve.html", ""): "approves or refuses many, after a page that says how many",
    ("people_change.html", ""): "changes many, after a page that says how many",
    ("people_write.html", ""): "writes mails, after a page that says how many",
    ("people_import_list.html", ""): "one's own draft of an import",
    ("plan_away.html", ""): "asks a question",
    ("plan_tables_lost.html", ""): "asks a question",
    ("plan_meeting.html", "plans_meeting_move"): "what speaks against the move is judged again as it is made",
    ("programme_import.html", ""): "adds",
    ("programme_import_look.html", ""): "one's own draft of an import",
    ("question_form.html", ""): "one form for what is new and what is there; a version where it is there",
    ("round_open.html", "rounds_open_post"): "writes mails",
    ("run_form.html", ""): "adds",
    ("session.html", "programme_attend"): "adds",
    ("session.html", "programme_attend_type"): "adds",
    ("topics.html", ""): "adds",
    ("topics.html", "rounds_topics_import"): "adds",
    ("topics_remove.html", "rounds_topics_remove_many"): "removes, after a page that says what",
    ("types.html", ""): "adds",
}
"""Forms that show nothing which somebody else may have changed, and why: template, and where the form goes."""


def test_every_edit_form_carries_a_version() -> None:
    lacking = []
    for path in sorted(FOLDER.glob("*.html")):
        for form in FORM.finditer(path.read_text(encoding="utf-8")):
            if not ENTRY.search(form["body"]) or "version()" in form["body"]:
                continue
            address = ENDPOINT.search(form["head"])
            where = (path.name, address[1] if address else "")
            if where not in ACTS:
                lacking.append(where)
    assert lacking == [], (
        "put {{ version() }} beside {{ csrf() }}, or say in ACTS why nothing can be overwritten"
    )


def test_no_exception_outlives_its_form() -> None:
    assert [name for name, _address in ACTS if not (FOLDER / name).exists()] == []
