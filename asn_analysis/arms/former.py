"""Arms that are still two modules of functions over a mapping; goes with the last of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from asn_analysis.arms import arm
from asn_analysis.arms.arm import Arm, Prepared, Told


@dataclass(frozen=True)
class Drawn:
    draw: Callable[..., None]
    sentence: Callable[..., Any]
    table: Callable[..., Any]
    height: float
    needs: tuple[str, ...] = ()


def former(
    name: str,
    title: str,
    tables: Mapping[str, str],
    paragraph: int | None,
    needs: tuple[str, ...] | None = None,
    height: float = 0.0,
    unit: bool = True,
    in_chapter: bool = False,
    complete: bool = False,
) -> Arm:
    def telling() -> Any:
        return import_module(f"asn_analysis.arms.{name}")

    def prepare(*given: Any) -> Prepared:
        found = import_module(f"asn_analysis.arms.{name}_record").prepare(*given)
        asked = found.city.get("flagged_units") if found.city else None
        return Prepared(found.city, found.units, asked)

    def completed(*known: Any) -> dict[str, Any]:
        return import_module(f"asn_analysis.arms.{name}_record").complete(*known)

    def sentences(words: Any, part: Any) -> Any:
        return telling().sentences(words)

    def annex(words: Any, part: Any) -> Any:
        return telling().annex(words)

    figure = needs and arm.Drawn(
        lambda words, part, axes: telling().FIGURE.draw(words, axes),
        lambda words, part: telling().FIGURE.sentence(words),
        lambda words, part: telling().FIGURE.table(words),
        height,
        needs,
    )
    return Arm(
        name,
        title,
        tables,
        prepare,
        Told(dict, sentences, annex, figure or None, paragraph),
        Told(dict, sentences, annex, in_chapter=in_chapter) if unit else None,
        completed if complete else None,
    )
