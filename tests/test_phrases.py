"""Figures in sentences, from Python and from templates, are written as the reader's language writes them."""

from __future__ import annotations

import pytest
from flask import Flask, render_template_string
from flask_babel import force_locale, gettext, lazy_gettext, ngettext

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    ("locale", "expected"), [("en", "2,339 minutes"), ("de", "2.339 minutes"), ("fr", "2\u202f339 minutes")]
)
def test_figures_have_the_separators_of_the_language(app: Flask, locale: str, expected: str) -> None:
    with app.test_request_context(), force_locale(locale):
        assert ngettext("%(num)d minute", "%(num)d minutes", 2339) == expected
        assert gettext("%(n)d minutes", n=2339) == expected
        assert str(lazy_gettext("%(n)d minutes", n=2339)) == expected
        assert render_template_string("{{ ngettext('%(num)d minute', '%(num)d minutes', 2339) }}") == expected
        assert render_template_string("{{ _('%(n)d minutes', n=2339) }}") == expected


def test_a_sentence_in_a_template_escapes_what_it_is_given(app: Flask) -> None:
    with app.test_request_context():
        assert render_template_string("{{ _('By %(name)s', name='<b>') }}") == "By &lt;b&gt;"


def test_a_year_stays_a_year(app: Flask) -> None:
    with app.test_request_context():
        assert gettext("In %(year)s", year=2023) == "In 2023"


def test_a_sentence_without_figures_keeps_its_signs(app: Flask) -> None:
    with app.test_request_context():
        assert gettext("100 % of it") == "100 % of it"
        assert render_template_string("{{ _('100 %% of it') }}") == "100 % of it"
