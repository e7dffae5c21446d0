"""Figures in sentences: `%(count)d` is written as the reader's language writes numbers, 2,339 and not 2339.

Flask-Babel formats a figure as Python does. Both ways to a sentence, from Python and from a template, come here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from babel.numbers import format_decimal
from flask import Flask
from flask_babel import Babel, Domain, get_locale, get_translations
from flask_babel.speaklater import LazyString
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

_FIGURE = re.compile(r"%\((\w+)\)d")


def written(sentence: str, variables: Mapping[str, Any]) -> str:
    """The sentence with its placeholders filled; a markup sentence escapes what it is given."""
    figures = set(_FIGURE.findall(sentence))
    filled = {
        name: format_decimal(value, locale=get_locale() or "en") if name in figures else value
        for name, value in variables.items()
    }
    changed = type(sentence)(_FIGURE.sub(r"%(\1)s", sentence)) if figures else sentence
    return changed % filled


class Phrases(Domain):
    """The sentences of the application."""

    def gettext(self, string: str, **variables: Any) -> str:
        found: str = self.get_translations().ugettext(string)
        return written(found, variables) if variables else found

    def ngettext(self, singular: str, plural: str, num: int, **variables: Any) -> str:
        found: str = self.get_translations().ungettext(singular, plural, num)
        return written(found, {"num": num, **variables})


class PhrasesBabel(Babel):
    """Flask-Babel with our sentences in the place of its own."""

    @cached_property
    def domain_instance(self) -> Phrases:
        return Phrases(domain=self.domain)


def use_in_templates(app: Flask) -> None:
    """To be called once Flask-Babel is bound to the application."""

    def marked(context: EvalContext, sentence: str, variables: Mapping[str, Any]) -> str:
        return written(Markup(sentence) if context.autoescape else sentence, variables)  # noqa: S704

    @pass_eval_context
    def gettext(context: EvalContext, string: str | LazyString, **variables: Any) -> str:
        return marked(context, get_translations().ugettext(str(string)), variables)

    @pass_eval_context
    def ngettext(context: EvalContext, singular: str, plural: str, num: int, **variables: Any) -> str:
        found = get_translations().ungettext(singular, plural, num)
        return marked(context, found, {"num": num, **variables})

    app.jinja_env.globals.update(_=gettext, gettext=gettext, ngettext=ngettext)
