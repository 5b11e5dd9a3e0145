"""What stands already: records of earlier quarters and of this one, as briefs published them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd

from asn_analysis import __version__
from asn_analysis.measures.disclosure import (
    Release,
    Told,
    changed_by_few,
)
from asn_analysis.record.inputs import Inputs
from asn_analysis.record.sent import Earlier, EarlierCity, EarlierQuarter, read_earlier
from asn_analysis.records.left import Damaged
from asn_analysis.rules.rules import by_rules_of, load_analysis, rules_sha256


def read_published(out: Path, quarter: pd.Period) -> dict[str, dict[str, Any]]:
    """What the city's briefs of earlier quarters in a reports folder said, and what they rested on."""
    paths = sorted(out.glob("*Q?/city/record.json"))
    found = [read_earlier(path, EarlierCity) for path in paths if path.parent.parent.name < str(quarter)]
    return {
        then.quarter: {
            "label": then.verdict.label,
            "estimate": then.effect.estimate,
            "ikm": then.ikm and then.ikm.unrounded,
            "elements": {row.code: row.unrounded for row in then.elements},
            "method": then.method,
            "seen": then.seen,
        }
        for then in found
    }


@by_rules_of(lambda out, quarter: quarter)
def read_releases(out: Path, quarter: pd.Period) -> tuple[Release, ...]:
    """What the standing briefs of other quarters in a reports folder, later ones too, tell of the survey."""
    folders = [path.parent.parent for path in sorted(out.glob("*Q?/city/record.json"))]
    return tuple(_release(folder) for folder in folders if folder.name != str(quarter))


def changed_by_few_answers(city: Inputs, out: Path) -> tuple[str, ...]:
    """Units whose standing brief of this quarter differs from today's data by too few people's answers."""
    folder = out / str(city.quarter)
    if not (folder / "city" / "record.json").exists():
        return ()
    fewest = load_analysis().fewest_respondents
    with suppress(Damaged):  # it will be made again, and nobody can subtract from it
        return changed_by_few(city.of_units, _release(folder), str(city.quarter), fewest)
    return ()


def _release(folder: Path) -> Release:
    city = read_earlier(folder / "city" / "record.json", EarlierCity)
    alike = city.method == [rules_sha256(), __version__]  # another method moves every index

    def of(row: EarlierQuarter) -> Told:
        return Told(row.n, row.unrounded if alike else None)

    units = [read_earlier(path, Earlier) for path in sorted(folder.glob("units/*/record.json"))]
    rows = [((unit.scope, row.quarter), row) for unit in units for row in unit.trend]
    told = {cell: of(row) for cell, row in rows if not row.withheld}
    withheld = frozenset(cell for cell, row in rows if row.withheld)
    return Release(told, withheld, {row.quarter: of(row) for row in city.trend if not row.withheld})
