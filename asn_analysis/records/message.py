"""Texts for clerks that remember how they were put together, so that they can be said in another language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Header(str):
    """A column by our name, for which a file may have another header."""


class Choices(str):
    """Values of a column by our ``codes``, for which a form may have other words."""

    codes: tuple[str, ...]

    def __new__(cls, codes: tuple[str, ...]) -> Choices:
        told = super().__new__(cls, ", ".join(codes))
        told.codes = codes
        return told


class Message(str):
    """An English text; ``template`` is looked up in a catalogue, ``parts`` fill it in any language.

    Parts are texts, numbers, headers, choices, or messages themselves.
    """

    template: str
    parts: Mapping[str, Any]


def _(template: str, **parts: Any) -> Message:
    """The message, in English; marked for the catalogue by the function's name."""
    message = Message(template.format(**parts))
    message.template, message.parts = template, parts
    return message


def with_headers(text: str, headers: Mapping[str, str]) -> str:
    """The text with each column called as ``headers`` say, from our name to the file's."""
    if not isinstance(text, Message):
        return headers.get(text, text) if isinstance(text, Header) else text
    parts = {
        name: with_headers(part, headers) if isinstance(part, str) else part
        for name, part in text.parts.items()
    }
    return _(text.template, **parts)
