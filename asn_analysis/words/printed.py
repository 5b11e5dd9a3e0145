"""What `asn check` says of an index that an earlier report printed: the convention that made it, or none."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from asn_analysis.words.language import Words, _, plain

WEIGHTS = {"exact": _("weights 1/9"), "0.11": _("weights 0.11"), "0.111": _("weights 0.111")}
POOLS = {"respondents": _("all respondents"), "units": _("mean of the units' indices")}
ROUNDINGS = {
    "once, at the end": _("rounded once, at the end"),
    "element means to 2 decimals": _("element means rounded to 2 decimals"),
    "element means to 3 decimals": _("element means rounded to 3 decimals"),
    "weighted means to 2 decimals": _("weighted means rounded to 2 decimals"),
    "weighted means to 3 decimals": _("weighted means rounded to 3 decimals"),
    "weighted sum to 2 decimals": _("weighted sum rounded to 2 decimals"),
    "unit indices to 2 decimals": _("each unit's index rounded to 2 decimals"),
}
FITS = _("The report of {quarter} printed {printed}; the answers give that with {how}.")
SEVERAL = _("They give it with {others} too, so the figure does not show which was used.")
ALIKE = _("So does this brief; the two can be compared.")
OTHERWISE = _(
    "By this brief's convention they give {own}. Compare with that, for {difference} points of the "
    "printed figure come from the convention and not from the service."
)
UNFIT = _(
    "The report of {quarter} printed {printed}. No known convention gives that from the answers; by this "
    "brief's they give {own}. Ask the office for its element means and number of forms."
)
SPREAD = _(
    "The three weights in use set the same answers up to {spread} points apart. Changing them from one "
    "quarter to the next shows a change that nobody felt."
)
WITHHELD = _(
    "The figure printed for {quarter} is not recomputed here, because that could reveal the answers of "
    "single people."
)
INCOMPLETE = _(
    "The figure printed for {quarter} cannot be recomputed: one of the nine elements has no answer."
)


def lines(words: Words) -> list[str]:
    """What made each figure, as plain lines with their scope, and how much a change of weights would make."""
    names = [words.say(WEIGHTS.get(name, name)) for name in words.at("printed.weights")]
    told = []
    for place in _places(words):
        told.append(f"{words.at(place)['scope']}: {plain(_sentence(words, place))}")
        for pool, values in _pools(words, place):
            own = (f"{plain(value)} with {name}" for name, value in zip(names, values, strict=True))
            told.append(f"  {plain(pool)}: {', '.join(own)}")
    return told if words.at("printed.spread") is None else [*told, plain(_spread(words))]


def _places(words: Words) -> list[str]:
    return [f"printed.rows.{index}" for index in range(len(words.at("printed.rows")))]


def _sentence(words: Words, place: str) -> Markup:
    row, quarter = words.at(place), words.quarter(f"{place}.quarter")
    if row["state"] in ("withheld", "incomplete"):
        return words.say(WITHHELD if row["state"] == "withheld" else INCOMPLETE, quarter=quarter)
    printed, own = _printed(words, place), words.number(f"{place}.pools.0.values.0", 2)
    if row["state"] == "none":
        return words.say(UNFIT, quarter=quarter, printed=printed, own=own)
    told = words.say(FITS, quarter=quarter, printed=printed, how=_how(words, row))
    return Markup("{} {}").format(told, _compared(words, place, own))


def _compared(words: Words, place: str, own: Markup) -> Markup:
    """Whether the figure can stand beside this brief's: not where several conventions could have made it."""
    row = words.at(place)
    if row["others"]:
        others = Markup(", ").join(words.say(WEIGHTS.get(name, name)) for name in row["others"])
        return words.say(SEVERAL, others=others)
    as_here = (row["weights"], row["pool"]) == (words.at("printed.weights.0"), "respondents")
    if as_here and abs(row["difference"]) < 0.005:
        return words.say(ALIKE)
    return words.say(OTHERWISE, own=own, difference=words.number(f"{place}.difference", 2, sign=True))


def _how(words: Words, row: dict) -> Markup:
    parts = (WEIGHTS.get(row["weights"], row["weights"]), POOLS[row["pool"]], ROUNDINGS[row["rounding"]])
    return Markup(", ").join(words.say(part) for part in parts)


def _printed(words: Words, place: str) -> Markup:
    return words.number(f"{place}.printed", words.at(f"{place}.decimals"))


def _spread(words: Words) -> Markup:
    return words.say(SPREAD, spread=words.number("printed.spread", 2))


def _pools(words: Words, place: str) -> Iterator[tuple[Markup, list[Markup]]]:
    """Each pool of a figure with the index under the weights in use."""
    for index, pool in enumerate(words.at(place).get("pools", ())):
        at = f"{place}.pools.{index}.values"
        yield (
            words.say(POOLS[pool["pool"]]),
            [words.number(f"{at}.{n}", 2) for n in range(len(pool["values"]))],
        )
