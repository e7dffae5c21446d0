"""A refused form is filled with what was entered, and nothing else of the page changes."""

from __future__ import annotations

import pytest

from scheduler.web.form_filling import Refusal, fill

NOTICE = '<p id="why">Why.</p>'


def refused(path: str, values: dict[str, list[str]], field: str = "") -> Refusal:
    return Refusal(path, values, NOTICE, "why", field=field)


def filled(form: str, values: dict[str, list[str]], field: str = "") -> str:
    page = fill(
        f'<main><form method="post" action="/save">{form}</form></main>',
        "/page",
        refused("/save", values, field),
    )
    assert page is not None
    return page.removeprefix(f'<main><form method="post" action="/save">{NOTICE}').removesuffix(
        "</form></main>"
    )


@pytest.mark.parametrize(
    ("form", "values", "expected"),
    [
        ('<input name="a">', {"a": ["x"]}, '<input name="a" value="x">'),
        ('<input name="a" value="old">', {"a": ['"<&']}, '<input name="a" value="&quot;&lt;&amp;">'),
        ('<input name="a" value="old">', {}, '<input name="a" value="old">'),
        (
            '<input type="hidden" name="a" value="old">',
            {"a": ["x"]},
            '<input type="hidden" name="a" value="old">',
        ),
        ('<input type="password" name="a">', {"a": ["x"]}, '<input type="password" name="a">'),
        ('<input type="file" name="a">', {"a": ["x"]}, '<input type="file" name="a">'),
        (
            '<input type="checkbox" name="a" value="1" checked><input type="checkbox" name="a" value="2">',
            {"a": ["2"]},
            '<input type="checkbox" name="a" value="1"><input type="checkbox" name="a" value="2" checked>',
        ),
        ('<input type="checkbox" name="a" checked>', {"b": ["1"]}, '<input type="checkbox" name="a">'),
        (
            "<textarea name=a>old &amp; gone</textarea>",
            {"a": ["</textarea>&"]},
            '<textarea name="a">\n&lt;/textarea&gt;&amp;</textarea>',
        ),
        (
            '<select name="a"><option value="1" selected>One</option><option value="2">Two</option></select>',
            {"a": ["2"]},
            '<select name="a"><option value="1">One</option><option value="2" selected>Two</option></select>',
        ),
        (
            '<input name="a"><input name="a">',
            {"a": ["x", "y"]},
            '<input name="a" value="x"><input name="a" value="y">',
        ),
        (
            '<svg viewBox="0 0 1 1"><path d="M0 0"/></svg> &nbsp;&#8211;<!-- c -->',
            {},
            '<svg viewBox="0 0 1 1"><path d="M0 0"/></svg> &nbsp;&#8211;<!-- c -->',
        ),
    ],
)
def test_fill_puts_back_what_was_entered(form: str, values: dict[str, list[str]], expected: str) -> None:
    assert filled(form, values) == expected


def test_fill_names_the_entry_at_fault() -> None:
    page = filled('<input name="a" aria-describedby="hint">', {"a": ["x"]}, "a")

    assert page == '<input name="a" aria-invalid="true" aria-describedby="hint why" value="x">'


def test_fill_tells_rows_of_a_list_apart_by_their_hidden_fields_and_buttons() -> None:
    row = '<form action="/save"><input type="hidden" name="who" value="{}"><input name="note"></form>'
    page = fill(row.format(1) + row.format(2), "/page", refused("/save", {"who": ["2"], "note": ["x"]}))

    assert page == row.format(1) + (
        f'<form action="/save">{NOTICE}<input type="hidden" name="who" value="2"><input name="note" value="x"></form>'
    )


def test_fill_leaves_other_forms_alone_and_unfolds_the_one_that_was_refused() -> None:
    page = fill(
        '<form action="/other"><input name="a"></form>'
        "<details><summary>More</summary></details>"
        '<details><form><input name="a"></form></details>',
        "/page?day=1",
        refused("/page", {"a": ["x"]}),
    )

    assert page == (
        '<form action="/other"><input name="a"></form>'
        "<details><summary>More</summary></details>"
        f'<details open><form>{NOTICE}<input name="a" value="x"></form></details>'
    )


def test_fill_finds_entries_that_name_their_form() -> None:
    page = fill(
        '<form id="f" action="/save"></form><input name="a" form="f"><input name="a">',
        "/p",
        refused("/save", {"a": ["x"]}),
    )

    assert (
        page
        == f'<form id="f" action="/save">{NOTICE}</form><input name="a" form="f" value="x"><input name="a">'
    )


def test_fill_says_when_the_page_has_no_such_form() -> None:
    assert fill('<form action="/other"></form>', "/page", refused("/save", {})) is None
