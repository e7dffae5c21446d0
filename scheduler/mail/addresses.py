"""Mail addresses in the one form in which they are stored, compared and written to."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _

from scheduler.domain.text_key import address_key
from scheduler.errors import Invalid


def clean_address(email: str) -> str:
    """The address in the one form in which it is stored, looked for and written to (see `address_key`).

    Raises Invalid when it can't be one.
    """
    text = address_key(email)
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise Invalid(_("“%(text)s” is no mail address.", text=text[:80]), field="email") from None
    return address_key(found.normalized)


def same_address(address: str) -> str:
    """As `clean_address`, for an address that others wrote; one that can't be one is only put in lower case."""
    try:
        return clean_address(address)
    except Invalid:
        return address_key(address)
