"""The certificate of a quarter that was made again: what, by what, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from asn_analysis.pages.page import frame, without_marks
from asn_analysis.pages.signed import counted, result_of
from asn_analysis.pages.templates import environment
from asn_analysis.words.language import Words, _, language_name

OUTCOMES = {
    "differs": _("differs"),
    "missing": _("not made again"),
    "added": _("was not published"),
}


def certificate_page(city: Mapping[str, Any], certificate: Mapping[str, Any], language: str) -> str:
    """One page; ``city`` is the city's published record."""
    words = Words({**city, "certificate": certificate}, language)
    title = words.say(
        _("Certificate: the policy briefs made again, {quarter}, {city}"),
        quarter=words.quarter("quarter"),
        city=city["city"],
    )
    links = [
        {"href": f"{city['quarter']}.certificate.{other}.html", "text": language_name(other), "lang": other}
        for other in certificate["languages"]
        if other != language
    ]
    finding = words.say(
        result_of(words, "certificate.counts"),
        date=words.date("certificate.date"),
        **counted(words, "certificate.counts"),
    )
    outer = frame(words, title, links)
    body = environment().get_template("certificate.html.j2").render(
        words=words, say=words.say, title=title, finding=finding, certificate=certificate, outcomes=OUTCOMES
    )  # fmt: skip
    return without_marks(outer["head"] + body + outer["foot"])
