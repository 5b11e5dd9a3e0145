"""What a page says of its review, in its foot where no review counts it; sheet to sign, and certificate."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from asn_analysis.pages.page import in_other_languages, whole_page
from asn_analysis.words.language import Words, _
from asn_analysis.words.wording import headline

PLACE = "<!--review--><!--/review-->"  # of ``foot.html.j2``
SAID = re.compile(r"<!--review-->.*?<!--/review-->", re.DOTALL)
LANGUAGE = re.compile(r'<html lang="([^"]+)"')
OUTCOMES = {
    "differs": _("differs"),
    "missing": _("not made again"),
    "added": _("was not published"),
}


def unsigned(page: str) -> str:
    """The page as it was before anybody reviewed it."""
    return SAID.sub(PLACE, page, count=1)


def with_reviews(
    page: str, reviews: Sequence[Mapping[str, Any]], certificate: Mapping[str, Any] | None = None
) -> str:
    """The page with a line for each review, and one for the certificate that it was made again.

    Parameters
    ----------
    reviews : each with role, date, what was checked, and how many of how many briefs changed since
    certificate : date, result, counts of files, how many briefs changed since, and where it lies
    """
    language = LANGUAGE.search(page)[1]
    said = [review_line(Words(one, language)) for one in reviews]
    said += [certificate_line(Words(certificate, language))] if certificate else []
    lines = Markup("").join(Markup("<p>{}</p>").format(line) for line in said)
    return SAID.sub(lambda _found: PLACE.replace("--><", f"-->{lines}<"), page, count=1)


def review_line(words: Words) -> Markup:
    """Who reviewed what and when, and whether it still stands."""
    about = {"role": words.record["role"], "date": words.date("date")}
    if not words.record["changed"]:
        checked = ", ".join(words.record["checked"])
        return words.say(_("Reviewed by {role}, {date}. Checked: {checked}."), checked=checked, **about)
    if words.record["briefs"] == 1:
        return words.say(_("Changed since {role} reviewed it on {date}: to be reviewed again."), **about)
    return words.say(
        _("{changed} of {briefs} briefs changed since {role} reviewed them on {date}: to be reviewed again."),
        changed=words.count("changed"),
        briefs=words.count("briefs"),
        **about,
    )


def certificate_line(words: Words) -> Markup:
    """When the quarter was made again and what came of it, with the way to the certificate."""
    date, place = words.date("date"), f"../{words.record['stem']}.{words.language}.html"
    link = Markup('<a href="{}">{}</a>').format(place, words.say(_("Certificate")))
    if words.record["changed"]:
        said = words.say(_("Changed since it was made again from its bundle on {date}."), date=date)
    else:
        said = words.say(result_of(words, "counts"), date=date, **counted(words, "counts"))
    return Markup("{} {}").format(said, link)


def result_of(words: Words, place: str) -> str:
    """The sentence on what came of making it again."""
    counts = words.at(place)
    if counts["identical"] == counts["all"]:
        return _("Made again from its bundle on {date}: all {all} files are the same, byte for byte.")
    return _(
        "Made again from its bundle on {date}: {identical} of {all} files are the same, {differs} differ, "
        "{missing} are missing and {added} are new."
    )


def counted(words: Words, place: str) -> dict[str, Markup]:
    return {name: words.count(f"{place}.{name}") for name in words.at(place)}


def sheet_page(city: Mapping[str, Any], review: Mapping[str, Any], language: str) -> str:
    """A sheet that says what was reviewed, with a place for a signature; nobody signs here."""
    import segno

    words = Words({**city, "review": review}, language)
    title = words.say(
        _("Review of the policy briefs, {quarter}, {city}"),
        quarter=words.quarter("quarter"),
        city=city["city"],
    )
    code = segno.make(f"asn {city['quarter']} sha256:{review['sha256']}", error="m")
    image = Markup(code.svg_data_uri(scale=4, border=2))
    return whole_page(words, "sign_off.html.j2", title, finding=headline(words), review=review, code=image)


def certificate_page(city: Mapping[str, Any], certificate: Mapping[str, Any], language: str) -> str:
    """What was made again, by what, and what came of it; ``city`` is the city's published record."""
    words = Words({**city, "certificate": certificate}, language)
    title = words.say(
        _("Certificate: the policy briefs made again, {quarter}, {city}"),
        quarter=words.quarter("quarter"),
        city=city["city"],
    )
    finding = words.say(
        result_of(words, "certificate.counts"),
        date=words.date("certificate.date"),
        **counted(words, "certificate.counts"),
    )
    address = f"{city['quarter']}.certificate.{{}}.html".format
    links = in_other_languages(language, certificate["languages"], address)
    more = {"finding": finding, "certificate": certificate, "outcomes": OUTCOMES}
    return whole_page(words, "certificate.html.j2", title, links, **more)
