"""A province's record from those of its cities: pooled, judged, and who sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from asn_analysis import __version__
from asn_analysis.impact.pooling import FEWEST, LEAST_DF, Pooled, answer, certainty_of, pool, spread_of
from asn_analysis.impact.verdict import Finding, Reason, Standard
from asn_analysis.record.core import part_of
from asn_analysis.record.effect import Allowance
from asn_analysis.record.parts import Dates
from asn_analysis.record.plain import plain_values
from asn_analysis.record.province import (
    Between,
    MeanEffect,
    PooledAllowance,
    PooledCity,
    Province,
    ProvinceData,
    ProvinceVerdict,
    Range,
    Senders,
)
from asn_analysis.record.schema import Rules
from asn_analysis.record.sent import (
    LeftAside,
    Sent,
    SentEffect,
    Terms,
    alike,
    misfits,
    refuse_unusable,
    set_aside,
    shared_terms,
)
from asn_analysis.rules.rules import load_analysis

SCHEMA_VERSION = 1
FEW_CITIES = 5  # under it the spread between cities is hardly known
HEADLINE = ("points", "none")
JUDGED = ("conf_low", "conf_low_robust", "conf_high_robust", "least", "exposure")
Known = SentEffect | Allowance  # an estimate with its error and degrees of freedom


def province_record(
    sent: Sequence[Sent], name: str, expected: Sequence[str] = (), quarter: str = ""
) -> dict[str, Any]:
    """What the records of several cities say together.

    Parameters
    ----------
    name : of the province
    expected : the cities that were to send; nothing is said of absent ones without it
    quarter : which quarter's records to pool; otherwise that of most

    Raises
    ------
    ValueError
        If records cannot be pooled at all (see ``record.sent``), or fewer than three can.
    """
    refuse_unusable(sent)
    terms = shared_terms(sent, quarter)
    kept, aside = set_aside(sorted(sent, key=lambda one: alike(one.record.city)), terms)
    if len(kept) < FEWEST:
        why = "; ".join(f"{one.city}: {', '.join(one.reasons)}" for one in aside) or "no others were given"
        raise ValueError(f"Only {len(kept)} records can be pooled, {FEWEST} are needed. Set aside: {why}.")
    record: dict[str, Any] = plain_values(_record(kept, name, terms, senders(sent, kept, aside, expected)))
    return record


def _record(kept: Sequence[Sent], name: str, terms: Terms, who: Senders) -> Province:
    rules, records = load_analysis(), [one.record for one in kept]
    pooled = _pooled(kept, HEADLINE, rules.confidence)
    allowed = [row for at in _allowances(kept) if (row := _allowance(kept, at, rules.confidence))]
    effect = _mean_effect(kept, pooled, allowed, terms.sesoi)
    weaknesses = _weaknesses(who, effect.n_drift_allowed, rules.complete_share)
    start, certainty = certainty_of(
        [record.verdict.certainty for record in records], list(pooled.weights), weaknesses
    )
    told = answer(
        Finding(terms.quarter, **{name: getattr(effect, name) for name in JUDGED}),
        Standard(terms.sesoi, least_exposure=rules.least_exposure),
        certainty,
    )
    reasons = (Reason("cities", start), *(Reason(code, -1) for code in weaknesses))
    return Province(
        schema_version=SCHEMA_VERSION,
        scope="province",
        quarter=terms.quarter,
        city=name,
        unit=None,
        dates=Dates(min(r.dates.start for r in records), max(r.dates.end for r in records)),
        data=ProvinceData(
            records[0].data.simulated,
            sum(r.effect.n_respondents or 0 for r in records),
            sum(r.effect.n_units or 0 for r in records),
        ),
        rules=Rules(terms.rules),
        package_version=__version__,
        senders=who,
        effect=effect,
        further_city=Range(float(pooled.next_low), float(pooled.next_high)),
        between=_between(kept, pooled, terms.sesoi),
        verdict=ProvinceVerdict(told, certainty, reasons),
        cities=tuple(_city(one, pooled, place) for place, one in enumerate(kept)),
        allowances=tuple(allowed),
    )


def senders(
    sent: Sequence[Sent], kept: Sequence[Sent], aside: Sequence[LeftAside], expected: Sequence[str]
) -> Senders:
    """Who sent and who did not; without a list those that sent are all that is known of."""
    came = {alike(one.record.city): one.record.city for one in sent}
    wanted = {alike(city): city for city in expected} or came
    absent = tuple(city for name, city in sorted(wanted.items()) if name not in came)
    unexpected = tuple(city for name, city in sorted(came.items()) if name not in wanted)
    return Senders(
        listed=bool(expected),
        n_expected=len(wanted),
        n_sent=len(sent),
        n_pooled=len(kept),
        n_misfit=len(misfits(aside)),
        n_absent=len(absent),
        absent=absent,
        unexpected=unexpected,
        aside=tuple(aside),
    )


def _allowances(kept: Sequence[Sent]) -> list[tuple[str, str]]:
    """Every allowance that some city makes, the headline first."""
    found = [(row.scale, row.trend) for one in kept for row in one.record.effect.allowances or ()]
    return list(dict.fromkeys([HEADLINE, *found]))


def _under(kept: Sequence[Sent], at: tuple[str, str]) -> list[Known]:
    """The effect under an allowance of each city that can tell it."""
    return [row for one in kept if (row := _known(one.record.effect, *at))]


def _known(effect: SentEffect, scale: str, trend: str) -> Known | None:
    """A city in which the same people answer as before has no row for the same mix: its points are that."""
    if (scale, trend) == HEADLINE:
        return effect
    rows = {(row.scale, row.trend): row for row in effect.allowances or ()}
    row = rows.get((scale, trend)) or (rows.get(("points", trend)) if scale == "same_mix" else None)
    return row if row and row.estimate is not None and row.std_error else None


def _pooled(kept: Sequence[Sent], at: tuple[str, str], confidence: float) -> Pooled:
    rows = _under(kept, at)
    estimates, errors = [row.estimate for row in rows], [row.std_error for row in rows]
    return pool(estimates, errors, confidence, [row.df if row.df else LEAST_DF for row in rows])


def _allowance(kept: Sequence[Sent], at: tuple[str, str], confidence: float) -> PooledAllowance | None:
    """The mean under one allowance, from the cities that can tell it; None where they are too few."""
    n = len(_under(kept, at))
    if n < FEWEST:
        return None
    found = _pooled(kept, at, confidence)
    return part_of(PooledAllowance, found, scale=at[0], trend=at[1], n_cities=n, tau=float(found.tau))


def _mean_effect(
    kept: Sequence[Sent], pooled: Pooled, allowed: Sequence[PooledAllowance], sesoi: float
) -> MeanEffect:
    """Each allowance is pooled, then the union taken: a drift that cities share is not averaged away."""
    rows = allowed if any(row.trend != HEADLINE[1] for row in allowed) else ()
    exposures = [one.record.effect.exposure or 0.0 for one in kept]
    return part_of(
        MeanEffect,
        pooled,
        conf_low_robust=min((row.conf_low for row in rows), default=None),
        conf_high_robust=max((row.conf_high for row in rows), default=None),
        least=min((row.estimate for row in rows), default=None),
        exposure=float(np.dot(pooled.weights, exposures)),
        sesoi=sesoi,
        n_drift_allowed=sum(map(_drift_allowed, kept)),
    )


def _drift_allowed(one: Sent) -> bool:
    return _known(one.record.effect, "points", "doubled") is not None


def _weaknesses(who: Senders, n_drift_allowed: int, complete_share: float) -> list[str]:
    found = {
        "few_cities": who.n_pooled < FEW_CITIES,
        "many_absent": who.n_pooled < complete_share * (who.n_expected + len(who.unexpected)),
        "drift_unknown": n_drift_allowed < who.n_pooled,
    }
    return [code for code, is_so in found.items() if is_so]


def _between(kept: Sequence[Sent], pooled: Pooled, sesoi: float) -> Between:
    low, high = float(pooled.tau_low), float(pooled.tau_high)
    return part_of(
        Between,
        pooled,
        conf_low=low,
        conf_high=high,
        share=float(pooled.share_between),
        spread=spread_of(low, high, sesoi),
        highest=kept[int(pooled.shrunk.argmax())].record.city,
        lowest=kept[int(pooled.shrunk.argmin())].record.city,
    )


def _city(one: Sent, pooled: Pooled, place: int) -> PooledCity:
    record, of_pool = one.record, ("shrunk", "shrunk_low", "shrunk_high")
    return part_of(
        PooledCity,
        record.effect,
        city=record.city,
        weight=float(pooled.weights[place]),
        **{name: float(getattr(pooled, name)[place]) for name in of_pool},
        label=record.verdict.label,
        certainty=record.verdict.certainty,
        drift_allowed=_drift_allowed(one),
        sha256=one.sha256,
    )
