"""Messages of the records (faults, descriptions of columns) in the reader's language."""

from __future__ import annotations

import string
from typing import Any

from babel.numbers import format_decimal

from asn_analysis.records.message import Message
from asn_analysis.words.language import translations


class _InLanguage(string.Formatter):
    """Fills messages in; ``{n:,}`` is a count with the language's own thousands mark."""

    def __init__(self, language: str) -> None:
        self.language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == ",":
            return format_decimal(value, format="#,##0", locale=self.language)
        return super().format_field(value, format_spec)


def told(text: str, language: str) -> str:
    """A message of the records (a fault, a column's description) in this language; other texts as given."""
    if not isinstance(text, Message):
        return str(text)
    parts = {
        name: told(part, language) if isinstance(part, str) else part for name, part in text.parts.items()
    }
    template = translations(language).gettext(text.template)
    return _InLanguage(language).format(template, **parts)
