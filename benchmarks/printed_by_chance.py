"""How often a printed index that no convention made fits one by chance.

python benchmarks/printed_by_chance.py

Cells of the example city; figures drawn at random within a point of the cell's exact index, two decimals.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

import asn_analysis as asn
from asn_analysis.measures.published import trace

EXAMPLE = Path(__file__).parents[1] / "data" / "example"
DRAWS = 2000


def main(seed: int = 1) -> None:
    rng = np.random.default_rng(seed)
    panel = asn.build_panel(asn.read_dataset(EXAMPLE))
    quarters = [cells for _, cells in panel.groupby("quarter")]
    units = [panel.iloc[[row]] for row in rng.choice(len(panel), DRAWS)]
    print(f"a unit's figure    {share(units, rng):.1%}")
    print(f"the city's figure  {share([quarters[k] for k in rng.integers(0, len(quarters), 200)], rng):.1%}")


def share(cells: list, rng: np.random.Generator) -> float:
    """Part of random figures to which a convention is named."""
    return float(
        np.mean(
            [trace(one, f"{one['ikm'].mean() + rng.uniform(-1, 1):.2f}").pool is not None for one in cells]
        )
    )


if __name__ == "__main__":
    main()
