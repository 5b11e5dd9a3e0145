"""Where satisfaction stands lower: the index by kecamatan over time, and the units that stand lowest now.

Both rest on the cells that are told of units, and so tell nothing that the units' own briefs do not.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from asn_analysis.measures.ikm import ikm_from_elements
from asn_analysis.measures.panel import noise_of_mean
from asn_analysis.measures.ranking import rank_units
from asn_analysis.measures.survey import means_by
from asn_analysis.record.core import part_of
from asn_analysis.record.inputs import Inputs
from asn_analysis.record.parts import AtPlace, Lowest, Place
from asn_analysis.rules.rules import load_analysis, load_skm

N_LOWEST = 5


def places(inputs: Inputs) -> list[Place]:
    """The index of each kecamatan's units by quarter; offices of the whole city stand last."""
    cells, of = inputs.of_units, {unit["unit_id"]: unit["kecamatan"] for unit in inputs.about["units"]}
    names = sorted({name for name in of.values() if name}) + [None] * (None in of.values())
    if len(names) < 2:
        return []
    kecamatan, found = cells["unit_id"].map(of), []
    for name in names:
        own = cells[kecamatan.isna() if name is None else kecamatan == name]
        n = own.groupby("quarter")["n_respondents"].sum()
        known = {when: _index(means, n[when]) for when, means in means_by(own, "quarter").items()}
        quarters = tuple(AtPlace(str(when), known.get(when)) for when in inputs.surveyed)
        now = own.loc[own["quarter"] == inputs.quarter, "unit_id"].nunique()
        found.append(Place(name, now, quarters))
    return found


def _index(means: Mapping[str, Fraction], n: int) -> float | None:
    if len(means) < len(load_skm().codes) or n < load_analysis().fewest_respondents:
        return None
    return ikm_from_elements(means).unrounded


def lowest_units(inputs: Inputs) -> list[Lowest]:
    """The units that stand lowest this quarter, the lowest first; none has too few respondents for a rank.

    Nobody is called the lowest where most units have none: "lowest, 81" stood beside a city's index of 80.
    """
    cells, skm = inputs.of_units, load_skm()
    now = cells[cells["quarter"] == inputs.quarter].set_index("unit_id")
    means = {unit: found for unit, found in means_by(now, "unit_id").items() if len(found) == len(skm.codes)}
    now = now.loc[list(means)]
    indices = [ikm_from_elements(found).unrounded for found in means.values()]
    errors = skm.scale * noise_of_mean(now) ** 0.5
    fewest = load_analysis().fewest_ranked
    ranked = rank_units(list(means), indices, errors, now["n_respondents"], fewest=fewest)
    known = [unit for unit in ranked if unit.rank is not None]
    of = {unit["unit_id"]: unit for unit in inputs.about["units"]}
    trained = {row["unit_id"] for row in inputs.about["trainings"]}
    return [
        part_of(
            Lowest,
            unit,
            name=of[unit.unit_id]["name"],
            kecamatan=of[unit.unit_id]["kecamatan"],
            trained=unit.unit_id in trained,
        )
        for unit in (known[: -N_LOWEST - 1 : -1] if 2 * len(known) > len(ranked) else ())
    ]
