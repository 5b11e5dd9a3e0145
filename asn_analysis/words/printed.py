"""What `asn check` says of an index that an earlier report printed: the convention that made it, or none.

In English alone, as all that commands say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

WEIGHTS = {"exact": "weights 1/9", "0.11": "weights 0.11", "0.111": "weights 0.111"}
POOLS = {"respondents": "all respondents", "units": "mean of the units' indices"}
ROUNDINGS = {
    "once, at the end": "rounded once, at the end",
    "element means to 2 decimals": "element means rounded to 2 decimals",
    "element means to 3 decimals": "element means rounded to 3 decimals",
    "weighted means to 2 decimals": "weighted means rounded to 2 decimals",
    "weighted means to 3 decimals": "weighted means rounded to 3 decimals",
    "weighted sum to 2 decimals": "weighted sum rounded to 2 decimals",
    "unit indices to 2 decimals": "each unit's index rounded to 2 decimals",
}
WITHHELD = (
    "The figure printed for {quarter} is not recomputed here, because that could reveal the answers of "
    "single people."
)
INCOMPLETE = "The figure printed for {quarter} cannot be recomputed: one of the nine elements has no answer."


def lines(printed: Mapping[str, Any]) -> Iterator[str]:
    """What made each figure, with its scope, and how much a change of weights would make."""
    names = [_weights(name) for name in printed["weights"]]
    for row in printed["rows"]:
        year, quarter = row["quarter"].split("Q")
        yield f"{row['scope']}: {_sentence(row, f'Q{quarter} {year}', printed['weights'][0])}"
        for pool in row.get("pools", ()):
            own = (f"{value:.2f} with {name}" for value, name in zip(pool["values"], names, strict=True))
            yield f"  {POOLS[pool['pool']]}: {', '.join(own)}"
    if printed["spread"] is not None:
        yield (
            f"The three weights in use set the same answers up to {printed['spread']:.2f} points apart. "
            "Changing them from one quarter to the next shows a change that nobody felt."
        )


def _weights(name: str) -> str:
    return WEIGHTS.get(name, name)


def _sentence(row: Mapping[str, Any], quarter: str, ours: str) -> str:
    if row["state"] in ("withheld", "incomplete"):
        return (WITHHELD if row["state"] == "withheld" else INCOMPLETE).format(quarter=quarter)
    told = f"The report of {quarter} printed {row['printed']:.{row['decimals']}f}"
    own = f"{row['pools'][0]['values'][0]:.2f}"
    if row["state"] == "none":
        return (
            f"{told}. No known convention gives that from the answers; by this brief's they give {own}. "
            "Ask the office for its element means and number of forms."
        )
    how = f"{_weights(row['weights'])}, {POOLS[row['pool']]}, {ROUNDINGS[row['rounding']]}"
    return f"{told}; the answers give that with {how}. {_compared(row, own, ours)}"


def _compared(row: Mapping[str, Any], own: str, ours: str) -> str:
    """Whether the figure can stand beside this brief's: not where several conventions could have made it."""
    if row["others"]:
        others = ", ".join(map(_weights, row["others"]))
        return f"They give it with {others} too, so the figure does not show which was used."
    if (row["weights"], row["pool"]) == (ours, "respondents") and abs(row["difference"]) < 0.005:
        return "So does this brief; the two can be compared."
    return (
        f"By this brief's convention they give {own}. Compare with that, for {row['difference']:+.2f} points "
        "of the printed figure come from the convention and not from the service."
    )
