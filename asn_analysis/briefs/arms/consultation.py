# ruff: noqa: E501 - sentences are easier to read unbroken
"""What a brief says about public consultation."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from asn_analysis.briefs.language import N_, Words, _
from asn_analysis.briefs.tables import Table, headers
from asn_analysis.briefs.wording import element_name

PLACE = "consultation"
NONE = Markup("–")
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
        "Reached least for the users of its local offices, who stand for its population, was {name}: {present} of those present, {people} of the users."
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
            "Women were missing: they made up {women} of those present, but {respondents} of those who answer the survey, a gap of {gap} percentage points ({low} to {high})."
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
    rows = []
    for index, row in enumerate(words.at(f"{PLACE}.by_kind")):
        place = f"{PLACE}.by_kind.{index}"
        whole = [words.count(f"{place}.{name}") for name in ("n_forums", "invited", "present")]
        women, adopted = (_shares(words, f"{place}.{name}") for name in ("women", "adopted"))
        rows.append([words.say(FORUMS[row["kind"]]), *whole, *women, *adopted])
    bounds = (_("low"), _("high"))
    return Table(
        words.say(_("Forums by kind, last four quarters")),
        headers(
            words, _("kind"), _("forums"), _("invited"), _("present"),
            _("women"), *bounds, _("aspirations adopted"), *bounds,
        ),
        rows,
    )  # fmt: skip


def _places(words: Words) -> Table:
    rows = []
    for index, row in enumerate(words.at(f"{PLACE}.kecamatan")):
        place = f"{PLACE}.kecamatan.{index}"
        people = NONE if row["share_people"] is None else words.percent(f"{place}.share_people")
        whole = [words.count(f"{place}.{name}") for name in ("n_forums", "present")]
        rows.append(
            [Markup.escape(row["kecamatan"]), *whole, words.percent(f"{place}.share_present"), people]
        )
    people = words.at(f"{PLACE}.people")
    return Table(
        words.say(CAPTIONS[people]),
        headers(
            words, _("kecamatan"), _("forums"), _("present"), _("share of those present"),
            PEOPLE[people],
        ),
        rows,
    )  # fmt: skip


def _elements(words: Words) -> Table:
    rows = []
    for index, row in enumerate(words.at(f"{PLACE}.asked.rows")):
        place = f"{PLACE}.asked.rows.{index}"
        counted = [words.count(f"{place}.{name}") for name in ("complaints", "comments")]
        name = Markup.escape(element_name(words, row["element"]))
        rows.append([name, *counted, words.number(f"{place}.index", 2)])
    return Table(
        words.say(_("What citizens write about, last four quarters, and the survey of this quarter")),
        headers(words, _("element"), _("complaints"), _("survey comments"), _("index")),
        rows,
    )


def _shares(words: Words, place: str) -> list[Markup]:
    names = [f"{place}.{name}" for name in ("share", "conf_low", "conf_high")]
    return [NONE if words.at(name) is None else words.percent(name) for name in names]
