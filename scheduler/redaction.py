"""What never stands in a log: mail addresses, keys that open something, values that a database quotes in its errors.

Done where log records are made, so that it holds for every logger and handler, those of libraries too.
"""

from __future__ import annotations

import logging
import re

_RULES = (
    # PostgreSQL quotes the row that it refuses.
    (re.compile(r"(?m)^(DETAIL|CONTEXT):.*$"), r"\1: (left out)"),
    (re.compile(r"(?m)^\[parameters: .*$"), "[parameters left out]"),
    (re.compile(r"(/account/sign-in|/invitation/\w+|/feeds|/mails/unsubscribe)/[^\s\"'<>]+"), r"\1/(key)"),
    (re.compile(r"://[^\s/@]+@"), "://(key)@"),
    # What was looked for or entered: names, addresses in any writing, secrets of calendars.
    (re.compile(r"(/[^\s?\"'<>]*)\?[^\s\"'<>]+"), r"\1?(left out)"),
    (re.compile(r"[^\s<>\"'(),;:=\[\]]+(?:@|%40)[^\s<>\"'(),;:=\[\]]*[^\s<>\"'(),;:=\[\].]"), "(address)"),
    (re.compile(r"(?<![\w-])[\w-]{43}(?![\w-])"), "(key)"),
)


def redacted(text: str) -> str:
    """A text without addresses, keys and quoted values."""
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    return text


class Record(logging.LogRecord):
    """A log record that forgets such things before any handler sees it."""

    def __init__(self, *arguments: object, **more: object) -> None:
        super().__init__(*arguments, **more)  # type: ignore[arg-type]
        if self.exc_info and self.exc_info[0] is not None:
            # Formatters take a text that is there already.
            self.exc_text = redacted(logging.Formatter().formatException(self.exc_info))

    def getMessage(self) -> str:
        return redacted(super().getMessage())


def install() -> None:
    """From now on, every log record of this process is of that kind."""
    logging.setLogRecordFactory(Record)
