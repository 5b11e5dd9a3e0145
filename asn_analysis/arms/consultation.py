# ruff: noqa: E501 - sentences are easier to read unbroken
"""What a brief says about public consultation."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from asn_analysis.words.language import N_, Words, _
from asn_analysis.words.tables import Cell, Table, chosen, listed, named, of_element, shown
from asn_analysis.words.wording import element_name

PLACE = "consultation"
FIGURE = None
HELD = N_(
    "In the last four quarters {count} forum was held: {present} of {invited} invited people came.",
    "In the last four quarters {count} forums were held: {present} of {invited} invited people came.",
)
BEHIND = {
    "population": _(
        "Reached least for its population was {name}: {present} of those present, {people} of the people of the city."
    ),
    "users": _(
        "Reached least was {name}: {present} of those present, but {people} of the users of local offices, who stand for its people here."
    ),
}
CAPTIONS = {
    "population": _("Forums by kecamatan, and where the people of the city live"),
    "users": _(
        "Forums by kecamatan; users of its local offices stand for its population, which is not in the data"
    ),
}
PEOPLE = {
    "population": _("share of the population"),
    "users": _("share of users of kelurahan and kecamatan offices"),
}
FORUMS = {
    "musrenbang": _("development planning forum (musrenbang)"),
    "forum_konsultasi_publik": _("public consultation forum"),
    "survei": _("survey"),
    "lainnya": _("other"),
}


def sentences(words: Words) -> list[Markup]:
    """How many forums, who came and who was missing, what was adopted and what citizens ask for."""
    held = words.say_n(
        *HELD,
        f"{PLACE}.n_forums",
        present=words.count(f"{PLACE}.present"),
        invited=words.count(f"{PLACE}.invited"),
    )
    first = [held, *_adopted(words)]
    missing = [*_women(words), *_kecamatan(words)]
    return [Markup(" ").join(part) for part in (first, missing, _asked(words)) if part]


def _adopted(words: Words) -> list[Markup]:
    if words.at(f"{PLACE}.adopted.conf_low") is None:
        return []
    return [
        words.say(
            _("Adopted were {adopted} of the aspirations (number: {n}; range {low} to {high})."),
            n=words.count(f"{PLACE}.adopted.whole"),
            adopted=words.percent(f"{PLACE}.adopted.share"),
            low=words.percent(f"{PLACE}.adopted.conf_low"),
            high=words.percent(f"{PLACE}.adopted.conf_high"),
        )
    ]


def _women(words: Words) -> list[Markup]:
    if words.at(f"{PLACE}.women_gap") is None:
        return []
    message = _("Women made up {women} of those present and {respondents} of those who answer the survey.")
    if words.at(f"{PLACE}.women_gap.fewer"):
        message = _(
            "Women were under-represented: they made up {women} of those present, but {respondents} of those who answer the survey, a gap of {gap} percentage points ({low} to {high})."
        )
    gap = {
        name: words.percent_points(f"{PLACE}.women_gap.{at}")
        for name, at in (("gap", "gap"), ("low", "conf_low"), ("high", "conf_high"))
    }
    women = words.percent(f"{PLACE}.women.share")
    return [
        words.say(message, women=women, respondents=words.percent(f"{PLACE}.women_gap.respondents"), **gap)
    ]


def _kecamatan(words: Words) -> list[Markup]:
    if not words.at(f"{PLACE}.kecamatan"):
        return []
    without = words.at(f"{PLACE}.without_forum")
    if without:
        return [words.say(_("No forum was held in these kecamatan: {names}."), names=", ".join(without))]
    return [words.say(_("Every kecamatan had a forum.")), *_behind(words)]


def _behind(words: Words) -> list[Markup]:
    if words.at(f"{PLACE}.behind") is None:
        return []
    place = f"{PLACE}.kecamatan.{words.at(f'{PLACE}.behind')}"
    return [
        words.say(
            BEHIND[words.at(f"{PLACE}.people")],
            name=words.at(f"{place}.kecamatan"),
            present=words.percent(f"{place}.share_present"),
            people=words.percent(f"{place}.share_people"),
        )
    ]


def _asked(words: Words) -> list[Markup]:
    if words.at(f"{PLACE}.asked") is None:
        return []
    message = _(
        "In complaints and survey comments citizens write most often about {most}, while the survey is lowest on {weakest}."
    )
    if words.at(f"{PLACE}.asked.agree"):
        message = _(
            "In complaints and survey comments citizens write most often about {most}, on which the survey is lowest too."
        )
    most, weakest = (
        element_name(words, words.at(f"{PLACE}.asked.{name}")).lower() for name in ("most", "weakest")
    )
    return [words.say(message, most=most, weakest=weakest)]


def annex(words: Words) -> Sequence[Table]:
    """Forums by kind, kecamatan, and what citizens write about beside the survey."""
    tables = [_kinds(words)]
    tables += [_places(words)] if words.at(f"{PLACE}.kecamatan") else []
    return [*tables, _elements(words)] if words.at(f"{PLACE}.asked") else tables


def _kinds(words: Words) -> Table:
    return listed(
        words,
        f"{PLACE}.by_kind",
        _("Forums by kind, last four quarters"),
        (_("kind"), chosen(FORUMS, "kind")),
        (_("forums"), shown("count", "n_forums")),
        (_("invited"), shown("count", "invited")),
        (_("present"), shown("count", "present")),
        (_("women"), shown("percent", "women.share")),
        (_("low"), shown("percent", "women.conf_low")),
        (_("high"), shown("percent", "women.conf_high")),
        (_("aspirations adopted"), shown("percent", "adopted.share")),
        (_("low"), shown("percent", "adopted.conf_low")),
        (_("high"), shown("percent", "adopted.conf_high")),
    )


def _places(words: Words) -> Table:
    people = words.at(f"{PLACE}.people")
    return listed(
        words,
        f"{PLACE}.kecamatan",
        CAPTIONS[people],
        (_("kecamatan"), named("kecamatan")),
        (_("forums"), shown("count", "n_forums")),
        (_("present"), shown("count", "present")),
        (_("share of those present"), shown("percent", "share_present")),
        (PEOPLE[people], shown("percent", "share_people")),
    )


def _elements(words: Words) -> Table:
    return listed(
        words,
        f"{PLACE}.asked.rows",
        _("What citizens write about, last four quarters, and the survey of this quarter"),
        (_("element"), of_element()),
        (_("complaints"), _counted("complaints")),
        (_("survey comments"), _counted("comments")),
        (_("index"), shown("number", "index", 2)),
    )


def _counted(name: str) -> Cell:
    return lambda words, at: (
        words.say(_("withheld")) if words.at(f"{at}.{name}") is None else words.count(f"{at}.{name}")
    )
