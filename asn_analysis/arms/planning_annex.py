# ruff: noqa: E501 - sentences are easier to read unbroken
"""The annex's tables on the next survey, the next training, and what a point has cost."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from asn_analysis.words.language import Words, _
from asn_analysis.words.tables import NONE, Table, chosen, headers, listed, named, shown

CHOICES = {
    "fair": _("by gain, with a share for each kecamatan"),
    "freely": _("by gain alone"),
    "lowest_first": _("lowest index first"),
}
CUTS = {
    "whole": _("all that are needed"),
    "equal": _("every unit cut alike"),
    "best": _("by users and spread of answers"),
}
CASES = {
    "cautious": _("per point in a unit, cautious range of the effect"),
    "plain": _("per point in a unit, plain range of the effect"),
    "cheaper": _("the same, costs {change} lower"),
    "dearer": _("the same, costs {change} higher"),
    "varying": _("per point in a unit, if costs vary between units as so far"),
    "per_user": _("per point and yearly user of a trained unit"),
}


def annex(words: Words) -> Sequence[Table]:
    """Whom to train, ways to choose, ways to cut, units that lack most forms, cost of a point."""
    tables = [_targets(words), _choices(words)] if words.at("planning.next.refusal") is None else []
    tables += [_cuts(words)] if words.at("planning.budget") else []
    tables += [_short(words)] if words.at("planning.short") else []
    return [*tables, _cases(words)] if words.at("planning.cost_cases") else tables


def _targets(words: Words) -> Table:
    return listed(
        words,
        "planning.next.units",
        _("Units to train next, most gain for the money first, with the points to expect in the unit"),
        (_("unit"), named()),
        (_("kecamatan"), _area),
        (_("also by lowest index"), _also),
        (_("users a year"), shown("count", "users")),
        (_("cost"), shown("rupiah", "cost")),
        (_("points"), shown("number", "points", sign=True)),
        (_("low"), shown("number", "points_low", sign=True)),
        (_("high"), shown("number", "points_high", sign=True)),
        n_text=3,
    )


def _area(words: Words, at: str) -> Markup:
    kecamatan = words.at(f"{at}.kecamatan")
    return Markup.escape(kecamatan) if kecamatan else words.say(_("whole city"))


def _also(words: Words, at: str) -> Markup:
    return words.say(_("yes")) if words.at(f"{at}.by_plain_rule") else words.say(_("no"))


def _choices(words: Words) -> Table:
    return listed(
        words,
        "planning.next.choices",
        _("Ways to choose whom to train next, and the gain to expect in points of the index of all users"),
        (_("way"), chosen(CHOICES)),
        (_("units"), shown("count", "n_units")),
        (_("users a year"), shown("count", "users")),
        (_("cost"), shown("rupiah", "cost")),
        (_("points"), shown("number", "gain", 2, sign=True)),
        (_("low"), shown("number", "gain_low", 2, sign=True)),
        (_("high"), shown("number", "gain_high", 2, sign=True)),
    )


def _cuts(words: Words) -> Table:
    rows = []
    for index, row in enumerate(words.at("planning.budget")):
        place = f"planning.budget.{index}"
        widths = [
            words.number(f"{place}.city", 2),
            *[words.number(f"{place}.{name}") for name in ("typical", "widest")],
        ]
        power = NONE if row["power"] is None else words.probability(f"{place}.power")
        numbers = [words.count(f"{place}.total"), words.rupiah(f"{place}.cost"), *widths, power]
        rows.append([words.say(CUTS[row["name"]]), *numbers])
    return Table(
        words.say(
            _(
                "Forms a quarter and what they can tell: ± points, and the chance of showing an effect of {sesoi} points in the units to be trained next"
            ),
            sesoi=words.number("effect.sesoi"),
        ),
        headers(
            words,
            _("forms for"),
            _("forms"),
            _("cost"),
            _("all users"),
            _("typical unit"),
            _("least exact unit"),
            _("probability"),
        ),
        rows,
    )


def _short(words: Words) -> Table:
    return listed(
        words,
        "planning.short",
        _("Units that lack most forms"),
        (_("unit"), named()),
        (_("this quarter"), shown("count", "made")),
        (_("needed a quarter"), shown("count", "needed")),
        (_("Krejcie and Morgan, a year"), shown("count", "krejcie_morgan")),
    )


def _cases(words: Words) -> Table:
    rows = []
    for index, row in enumerate(words.at("planning.cost_cases")):
        place = f"planning.cost_cases.{index}"
        name = words.say(CASES[row["name"]], change=words.percent("planning.cost_change"))
        refused = [words.say(_("cannot be given")), NONE, NONE]
        told = (
            refused
            if row["refused"]
            else [words.rupiah(f"{place}.{part}") for part in ("value", "low", "high")]
        )
        rows.append([name, *told])
    return Table(
        words.say(
            _("What a point has cost; where the effect may be nothing, no cost per point can be given")
        ),
        headers(words, _("assumption"), _("cost"), _("low"), _("high")),
        rows,
    )
