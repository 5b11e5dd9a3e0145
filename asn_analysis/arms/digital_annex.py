"""The annex's tables on digital services: use, effects of going live, the shift of channels."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from asn_analysis.words.language import Words, _
from asn_analysis.words.tables import (
    NONE,
    Table,
    chosen,
    headers,
    interval_cells,
    listed,
    shown,
)
from asn_analysis.words.texts import LABELS
from asn_analysis.words.wording import is_city

PLACE = "digital"
EFFECTS = {
    "effect": _("application for citizens, index"),
    "waktu": _("application for citizens, completion time"),
    "effect_of_staff_systems": _("system for staff, index"),
    "waktu_of_staff_systems": _("system for staff, completion time"),
}
SHIFT = {
    "total": _("whole effect on the index"),
    "within": _("other ratings through the same channels"),
    "mix": _("people moved to other channels"),
}
CHANNELS = {"counter": _("at the counter"), "online": _("online"), "outreach": _("outreach")}
AUDIENCES = {"citizens": _("for citizens"), "staff": _("for staff")}
USED = (
    (_("finished online"), shown("percent", "take_up")),
    (_("finished of those begun"), shown("percent", "completion")),
    (_("cost of each"), shown("rupiah", "cost_per_service")),
)
ESTIMATE = (
    (_("estimate"), shown("number", "estimate", 2, sign=True)),
    (_("low"), shown("number", "conf_low", 2, sign=True)),
    (_("high"), shown("number", "conf_high", 2, sign=True)),
)


def annex(words: Words) -> Sequence[Table]:
    """Use, effects, channels; for a unit its last four quarters."""
    if not is_city(words):
        return [_trend(words)] if words.at(f"{PLACE}.trend") else []
    told = [_usage(words), _trend(words), _effects(words)]
    if words.at(f"{PLACE}.channel_shift"):
        told.append(_shift(words))
    return [*told, _channels(words)] if words.at(f"{PLACE}.channels") else told


def _usage(words: Words) -> Table:
    columns = (
        (_("units"), shown("count", "n_units")),
        *USED,
        (_("cost of each since going live"), shown("rupiah", "cost_since_live")),
    )
    return Table(
        words.say(_("Use of applications in the last four quarters")),
        headers(words, _("application"), *(header for header, _show in columns)),
        [
            [words.say(name), *(show(words, f"{PLACE}.{audience}") for _header, show in columns)]
            for audience, name in AUDIENCES.items()
            if words.at(f"{PLACE}.{audience}")
        ],
    )


def _trend(words: Words) -> Table:
    return listed(
        words,
        f"{PLACE}.trend",
        _("Use of applications for citizens by quarter"),
        (_("quarter"), shown("quarter", "quarter")),
        (_("units"), shown("count", "n_units")),
        (_("services given"), shown("count", "transactions")),
        *USED,
    )


def _effects(words: Words) -> Table:
    return Table(
        words.say(
            _(
                "Effect of going live among units not yet trained, in points (25-100); "
                "the ranges of the last three hold together"
            )
        ),
        headers(words, _("what"), _("estimate"), _("low"), _("high"), _("units"), _("judged")),
        [_effect(words, f"{PLACE}.{name}", title) for name, title in EFFECTS.items()],
    )


def _effect(words: Words, place: str, title: str) -> list[Markup]:
    if words.at(f"{place}.refusal"):
        return [words.say(title), *[NONE] * 4, words.say(_("cannot be estimated"))]
    label = (
        _("too few units") if words.at(f"{place}.few_units") else LABELS[words.at(f"{place}.verdict.label")]
    )
    return [
        words.say(title),
        words.number(f"{place}.estimate", 2, sign=True),
        *interval_cells(words, place, 2, sign=True),
        words.count(f"{place}.n_treated_units"),
        words.say(label),
    ]


def _shift(words: Words) -> Table:
    return Table(
        words.say(_("Effect of going live in two parts that add up, in points")),
        headers(words, _("part"), *(header for header, _show in ESTIMATE)),
        [
            [words.say(title), *(show(words, f"{PLACE}.channel_shift.{part}") for _header, show in ESTIMATE)]
            for part, title in SHIFT.items()
        ],
    )


def _channels(words: Words) -> Table:
    return listed(
        words,
        f"{PLACE}.channels",
        _("Mean rating by channel in the last four quarters (25-100)"),
        (_("channel"), chosen(CHANNELS, "channel")),
        (_("index"), shown("number", "index")),
        (_("respondents"), shown("count", "n")),
    )
