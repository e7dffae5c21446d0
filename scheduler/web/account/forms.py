"""Forms of the account area."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, Form
from wtforms.validators import Email, InputRequired, Length


class SignInForm(FlaskForm):
    email = EmailField(
        _l("Your mail address"),
        validators=[
            InputRequired(_l("Enter the mail address with which you are registered.")),
            Length(max=254, message=_l("A mail address has 254 characters at most.")),
            Email(_l("This is no mail address. It looks like name@example.org.")),
        ],
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )


class SignOutForm(Form):
    everywhere = BooleanField(_l("On all my devices"))
