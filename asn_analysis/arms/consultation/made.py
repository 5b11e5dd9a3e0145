"""Public consultation: its part of the city's record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from asn_analysis.arms.arm import Prepared
from asn_analysis.measures.consultation import (
    Gap,
    Reach,
    asked_for,
    by_kecamatan,
    comments_by_element,
    forums_of_year,
    reach,
    women_gap,
)
from asn_analysis.measures.disclosure import withheld_groups
from asn_analysis.measures.panel import QUARTER, YEAR
from asn_analysis.measures.survey import alone_first, element_indices, lowest_element
from asn_analysis.measures.topics import elements_of, topics
from asn_analysis.records.intake import Dataset
from asn_analysis.rules.rules import load_analysis


@dataclass(frozen=True)
class WomenGap(Gap):
    """``fewer``: surely fewer of those present than of those who answer the survey."""

    fewer: bool


@dataclass(frozen=True)
class Place:
    """A kecamatan; what nobody counted or knows is missing."""

    kecamatan: str
    n_forums: int
    present: int | None
    share_present: float | None
    share_people: float | None


@dataclass(frozen=True)
class Element:
    """How often citizens wrote about an element in a year, where they are enough, and its index."""

    element: str
    complaints: int | None
    comments: int | None
    index: float


@dataclass(frozen=True)
class Asked:
    """What citizens write about; ``agree`` if the survey is lowest on what they write about most.

    ``most`` and ``weakest`` are missing where no element stands alone there.
    """

    rows: tuple[Element, ...]
    most: str | None
    weakest: str | None
    agree: bool | None


@dataclass(frozen=True)
class Consultation(Reach):
    """Reach of the year that ends with the quarter; ``behind`` is a place among ``kecamatan``.

    ``n_placed`` of those present came to forums of a kecamatan; shares of kecamatan are shares of these.
    """

    by_kind: tuple[Reach, ...]
    women_gap: WomenGap | None
    kecamatan: tuple[Place, ...]
    n_placed: int
    people: Literal["population", "users"]
    behind: int | None
    without_forum: tuple[str, ...]
    asked: Asked | None


def prepare(dataset: Dataset, panel: pd.DataFrame, quarter: pd.Period) -> Prepared:
    """The city's part alone: reach of the year that ends with the quarter; none without a forum."""
    forums = forums_of_year(dataset.consultations, quarter)
    if forums.empty:
        return Prepared(None)
    gap = women_gap(forums, panel[panel["quarter"] > quarter - YEAR])
    population = dataset.manifest.population
    kecamatan = by_kecamatan(forums, dataset.units, population)
    known = kecamatan.astype(object).where(kecamatan.notna(), None)
    city = Consultation(
        **vars(reach(forums)),
        by_kind=tuple(reach(held, kind) for kind, held in forums.groupby("kind")),
        women_gap=gap and WomenGap(**vars(gap), fewer=gap.conf_high < 0),
        kecamatan=tuple(Place(**row) for row in known.to_dict("records")),
        n_placed=int(kecamatan["present"].sum()),
        people="population" if population else "users",
        behind=_behind(kecamatan),
        without_forum=tuple(kecamatan.loc[kecamatan["n_forums"] == 0, "kecamatan"]),
        asked=_asked(dataset, panel, quarter),
    )
    return Prepared(city)


def _behind(kecamatan: pd.DataFrame) -> int | None:
    """Place of the kecamatan whose share of those present stays furthest below its share of people."""
    gap = (kecamatan["share_present"] - kecamatan["share_people"]).astype(float)
    return int(gap.idxmin()) if gap.notna().any() and gap.min() < 0 else None


def _asked(dataset: Dataset, panel: pd.DataFrame, quarter: pd.Period) -> Asked | None:
    """Elements by how often citizens wrote about them, beside the survey's index."""
    comments = comments_by_element(dataset, quarter)
    found = element_indices(panel[panel["quarter"] == quarter])
    indices = {code: index.value for code, index in found.items()}
    table = asked_for(indices, _complaints(dataset, quarter), comments, tuple(found))
    fewest = load_analysis().fewest_respondents
    if not table["both"].max() >= fewest:
        return None
    most, weakest = alone_first(table.set_index("element")["both"]), lowest_element(found)
    table = table.sort_values(["both", "element"], ascending=[False, True]).drop(columns="both")
    for name in ("complaints", "comments"):  # what too few people wrote of is not told
        small = withheld_groups(dict(zip(table["element"], table[name], strict=True)), fewest)
        table[name] = table[name].astype(object).where(~table["element"].isin(small), None)
    rows = tuple(Element(**row) for row in table.to_dict("records"))
    return Asked(rows, most, weakest, most == weakest if most and weakest else None)


def _complaints(dataset: Dataset, quarter: pd.Period) -> pd.Series:
    if dataset.complaints is None or "text" not in dataset.complaints:
        return pd.Series(dtype=int)
    received = pd.PeriodIndex(dataset.complaints["received"], freq=QUARTER)
    texts = dataset.complaints.loc[(received <= quarter) & (received > quarter - YEAR), "text"]
    return elements_of(topics(texts)).value_counts()
