"""A city's roll-out from its data set: what can be chosen, the lot, and whether it was followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import inf
from pathlib import Path

import pandas as pd

from asn_analysis.briefs.inputs import choose_quarter
from asn_analysis.briefs.lot import checked_lot, whole_order
from asn_analysis.followup.planning import answer_spread
from asn_analysis.followup.rollout import Limits, Rollout, best, departures, draw_lot, judged, ways
from asn_analysis.followup.targeting import training_costs
from asn_analysis.impact.promised import draw_future
from asn_analysis.impact.study import city_design
from asn_analysis.measures.context import with_context
from asn_analysis.measures.panel import build_panel, cohorts
from asn_analysis.records.intake import Dataset, read_dataset
from asn_analysis.records.rollout import (
    NAME,
    Drawn,
    RolloutError,
    Wave,
    refuse_second,
    write_rollout,
)
from asn_analysis.rules.rules import load_analysis
from asn_analysis.views.said import Unanswerable
from asn_analysis.views.tables import html_table

UNDRAWN = "proposal"  # the order that power is worked out with before there is a seed


@dataclass(frozen=True, repr=False)
class Proposals:
    """Roll-outs that limits allow, of units in the order of a lot; the best of them first asked for."""

    strata: dict[str, str | None]
    limits: Limits
    effect: float
    rollouts: tuple[Rollout, ...]
    trained: tuple[str, ...]
    never_surveyed: tuple[str, ...]

    @property
    def best(self) -> Rollout:
        return best(self.rollouts)

    def tidy(self) -> pd.DataFrame:
        """A row a roll-out: waves (their sizes), n_waves, n_units, cost, power, wait, proposed."""
        rows = [
            (one.name, len(one.waves), one.n_units, one.cost, one.promised.power, one.promised.wait)
            for one in self.rollouts
        ]
        table = pd.DataFrame(rows, columns=["waves", "n_waves", "n_units", "cost", "power", "wait"])
        return table.assign(proposed=[one is self.best for one in self.rollouts])

    def told(self) -> pd.DataFrame:
        """By quarter (rows) and roll-out (columns): share of drawn cities told a success by then."""
        columns = {one.name: pd.Series(one.promised.told, one.promised.quarters) for one in self.rollouts}
        return pd.DataFrame(columns).rename_axis("quarter")

    def summary(self) -> str:
        """The proposed way in one sentence."""
        chosen = self.best
        return (
            f"Of {len(self.strata)} untrained units, train {chosen.n_units} in waves of {chosen.name}: an "
            f"effect of {self.effect:g} points is then told a success by {self.limits.until} in a share of "
            f"{chosen.promised.power:.2f} of simulated cities, after {chosen.promised.wait:.1f} quarters on "
            "average."
        )

    def __repr__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        return html_table(self.tidy(), self.summary(), self._left_out())

    def table(self) -> str:
        """A line a roll-out, for whoever chooses; the proposed one is marked."""
        head = (
            f"{len(self.strata)} untrained units; an effect of {self.effect:g} points, looked at until "
            f"{self.limits.until}. Power: share of simulated cities told a success by then; wait: quarters "
            "until that."
        )
        rows = self.tidy().assign(proposed=["->" if one is self.best else "" for one in self.rollouts])
        ways = {"cost": "{:,.0f}".format, "power": "{:.2f}".format, "wait": "{:.1f}".format}
        return "\n".join([head, rows.to_string(index=False, formatters=ways), *self._left_out()])

    def _left_out(self) -> list[str]:
        """Units that are not in the lot, and why."""
        lines = []
        if self.trained:
            lines.append(
                f"{len(self.trained)} units trained or planned before are not in the lot. Power is that of "
                "the lot's units alone; briefs count all trained ones."
            )
        if self.never_surveyed:
            lines.append(
                "Not in the lot, since without a survey nobody can tell what training changed there: "
                f"{', '.join(self.never_surveyed)}. Survey them before you draw, or draw without them."
            )
        return lines


def plan_rollout(
    data: Path | str,
    seats: int = 20,
    budget: float | None = None,
    cost: float | None = None,
    effect: float | None = None,
    quarters: int = 8,
    draws: int = 200,
    seed: str = "",
) -> Proposals:
    """What can be chosen for the units that nobody has trained yet, and what each way promises.

    Parameters
    ----------
    data : folder of the data set
    seats : units that can be trained in a quarter
    budget : rupiah over all waves; by default what dataset.yml says, and without it no limit
    cost : rupiah a unit; by default as the trainings held so far
    effect : true effect to plan for, in points; by default twice the SESOI
    quarters : looked at from the first wave on
    draws : cities drawn for each way
    seed : of the lot that orders the units; by default one that is only good for looking

    Raises
    ------
    Unanswerable
        If nobody can be trained, what a training costs is not known, or the surveys can show no effect.

    Examples
    --------
    >>> asn.attempt(asn.plan_rollout, city, seats=4, cost=40e6)
    Nobody can be trained: 7 of 7 untrained units can be paid for, 10 stay to compare with, ...
    """
    data = Path(data)
    if seed:
        refuse_second(data)
    rules, dataset = load_analysis(), read_dataset(data)
    quarter = choose_quarter(dataset)
    panel = with_context(_told(build_panel(dataset, quarter), rules.fewest_respondents), dataset)
    strata = _untrained(dataset, panel)
    limits = Limits(
        _budget(dataset, budget),
        seats,
        rules.fewest_units,
        quarter + 1,
        quarter + quarters,
    )
    order = draw_lot(strata, seed or UNDRAWN)
    costs = _costs(dataset, order, cost)
    true = 2 * rules.sesoi if effect is None else effect
    each = ways(order, costs, limits)
    history, design = panel[panel["unit_id"].isin(order)], city_design(rules)
    future = draw_future(history, design, limits.until, draws, answer_spread(panel))
    standard = {name: getattr(rules, name) for name in ("sesoi", "consecutive_quarters", "least_exposure")}
    found = judged(each, costs, limits, future, design, true, standard)
    return Proposals(strata, limits, true, found, *_outside(dataset, panel))


def _told(panel: pd.DataFrame, fewest: int) -> pd.DataFrame:
    """The cells that a brief may use."""
    told = panel[panel["n_respondents"] >= fewest]
    if told.empty:
        raise Unanswerable(
            f"Every unit has fewer than {fewest} respondents a quarter, of which no brief tells.",
            "Collect more forms in each unit before you plan.",
        )
    if told["ikm"].nunique() < 2:
        raise Unanswerable(
            "All answers are the same, in every unit and in every quarter.",
            "Ask the offices how the forms were filled in before you plan.",
        )
    return told


def _untrained(dataset: Dataset, panel: pd.DataFrame) -> dict[str, str | None]:
    """Surveyed units neither trained nor planned to be, each with its kecamatan."""
    wanted = set(panel["unit_id"]) - set(dataset.trainings["unit_id"])
    rows = dataset.units[dataset.units["unit_id"].isin(wanted)]
    kecamatan = rows["kecamatan"].astype(object).where(rows["kecamatan"].notna(), None)
    return dict(zip(rows["unit_id"], kecamatan, strict=True))


def _outside(dataset: Dataset, panel: pd.DataFrame) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Units trained or planned before, by code; and those never surveyed, by code and name."""
    trained, surveyed = set(dataset.trainings["unit_id"]), set(panel["unit_id"])
    rows = zip(dataset.units["unit_id"], dataset.units["name"], strict=True)
    never = tuple(f"{code} ({name})" for code, name in rows if code not in trained | surveyed)
    return tuple(sorted(trained)), never


def _budget(dataset: Dataset, asked: float | None) -> float:
    """What was asked for, else what the city has decided; without either, money is no limit."""
    decided = dataset.manifest.decided.training_budget
    return next((float(one) for one in (asked, decided) if one is not None), inf)


def _costs(dataset: Dataset, order: Sequence[str], cost: float | None) -> dict[str, float]:
    held = dataset.trainings.to_dict("records")
    if cost is None and not held:
        raise Unanswerable("No training was held yet.", "Say what one costs a unit, with --cost.")
    known = training_costs(dataset.units, held) if cost is None else pd.Series(cost, index=list(order))
    return {unit: float(known[unit]) for unit in order}


def draw_rollout(
    data: Path, found: Proposals, seed: str, waves: int | None, today: date
) -> tuple[Rollout, str]:
    """Lock one of the proposals, the best unless a number of waves is asked for; with its SHA-256."""
    asked = [one for one in found.rollouts if waves in (None, len(one.waves))]
    if not asked:
        known = ", ".join(str(len(one.waves)) for one in found.rollouts)
        raise ValueError(f"There is no roll-out in {waves} waves; there are those in {known}.")
    chosen = best(asked)
    kept = tuple(Wave(str(found.limits.first + n), wave) for n, wave in enumerate(chosen.waves))
    return chosen, write_rollout(data, Drawn(seed, today.isoformat(), found.strata, kept))


@dataclass(frozen=True)
class Followed:
    """A lot held against its seed and the trainings so far."""

    drawn: Drawn
    n_trained: int
    departures: tuple[str, ...]

    def lines(self) -> list[str]:
        waves = [f"{wave.start}: {', '.join(wave.units)}" for wave in self.drawn.waves]
        ahead = ", ".join(self.departures)
        return [
            f'Drawn on {self.drawn.drawn} with the seed "{self.drawn.seed}", which gives this order again:',
            *waves,
            f"{self.n_trained} of {len(self.drawn.order)} units are trained, "
            + (f"out of turn: {ahead}." if ahead else "all of them in their turn."),
        ]


def checked_rollout(data: Path) -> Followed:
    """The locked lot, drawn again and held against the trainings.

    Raises
    ------
    RolloutError
        If there is none, or the seed gives another order.
    """
    kept = checked_lot(data)
    if kept is None:
        raise RolloutError(f"There is no {NAME} in {data}. Draw one with `asn plan draw`.")
    start = cohorts(read_dataset(data).trainings).to_dict()
    trained = [unit for unit in kept.order if unit in start]
    return Followed(kept, len(trained), departures(whole_order(kept), start))
