"""What a header stands for; and of several columns that could be the same, the one that is read."""

from __future__ import annotations

from collections.abc import Mapping

from asn_analysis.offices.dates import is_date
from asn_analysis.offices.layout import Layout
from asn_analysis.offices.map import NO_COLUMN, Map
from asn_analysis.offices.periods import span_in
from asn_analysis.offices.profile import elements_in, matches, number_of, plain, vocabulary
from asn_analysis.offices.units import unit_of
from asn_analysis.rules.rules import load_skm

MOST = 0.8  # of the distinct texts of a column, to say what it holds
RANKED = ("date", "unit_id", "answer")  # by the place of their patterns, the first is read


def targets(layout: Layout, own: Map) -> dict[int, str]:
    """By place: our column, 'item' for a question, 'ignored', or '' where nobody knows."""
    told = zip(layout.labels, layout.names, strict=True)
    by_words = [_target(label, name, layout, own) for label, name in told]
    return {place: _by_cells(target, place, layout, own) for place, target in enumerate(by_words)}


def _by_cells(target: str, place: int, layout: Layout, own: Map) -> str:
    """ "Completion time" and "Waktu penyelesaian" are an element of the survey or the clock of its form."""
    is_element = layout.profile.shape == "wide" and bool(elements_in(layout.names[place]))
    told = bool(layout.profile.date) or plain(layout.labels[place]) in own.columns
    if not is_element or target not in ("date", "item") or told:
        return target
    return "date" if holds_days(layout, place) else "item"


def _target(label: str, name: str, layout: Layout, own: Map) -> str:
    profile, words = layout.profile, vocabulary()
    if (ours := own.columns.get(plain(label))) is not None:
        elements = set(load_skm().names.values())
        return "ignored" if ours == NO_COLUMN or ours in elements else ours
    for ours in ("packed", "question", "answer", "date"):
        if matches(getattr(profile, ours), name):
            return ours
    for ours, patterns in words["columns"].items():
        if matches(patterns, name):
            return "ignored" if ours == "date" and profile.date else ours  # another clock of the application
    if profile.shape == "wide" and (number_of(name) is not None or elements_in(name)):
        return "item"
    return "ignored" if matches(words["ignored"], name) else ""


def target_places(layout: Layout, own: Map, units: Mapping[str, str]) -> dict[str, int]:
    """Where each of our columns stands, elements apart."""
    places: dict[str, list[int]] = {}
    for place, target in targets(layout, own).items():
        if target not in ("", "item", "ignored"):
            places.setdefault(target, []).append(place)
    return {target: _the_one(target, found, layout, units) for target, found in places.items()}


def _the_one(target: str, places: list[int], layout: Layout, units: Mapping[str, str]) -> int:
    """Of several columns the one that holds what it says, and of those the one that is named first."""
    holds = {
        "date": lambda place: holds_days(layout, place),
        "unit_id": lambda place: holds_units(layout, place, units),
    }
    fitting = (
        [place for place in places if holds[target](place)] if target in holds and places[1:] else places
    )
    fitting = fitting or places
    ranks = [_rank(target, place, layout) for place in fitting]
    best = [place for place, rank in zip(fitting, ranks, strict=True) if rank == min(ranks)]
    if len(best) > 1:
        two = " and ".join(f'"{layout.labels[place]}"' for place in best[:2])
        remedy = f'Say which with --map FILE, columns: {{"{layout.labels[best[1]]}": "-"}} leaves one out.'
        raise layout.refused(f"two columns could be {target}: {two}", remedy)
    return best[0]


def _rank(target: str, place: int, layout: Layout) -> int:
    own = getattr(layout.profile, target, ()) if target in ("answer", "date") else ()
    patterns = own or vocabulary()["columns"].get(target, ())
    if target not in RANKED:
        return 0
    found = (n for n, pattern in enumerate(patterns) if matches([pattern], layout.names[place]))
    return next(found, -1)  # mapped by hand


def holds_days(layout: Layout, place: int) -> bool:
    """Whether most of a column's texts are days or periods."""
    return _mostly(layout, place, lambda text: is_date(text) or _is_period(text))


def _is_period(text: str) -> bool:
    span = span_in(text)
    return span is not None and len(span.quarters) < 4


def holds_units(layout: Layout, place: int, units: Mapping[str, str]) -> bool:
    """Whether most of a column's texts are names or codes of units, or nearly."""
    return _mostly(layout, place, lambda text: unit_of(text, units)[0] is not None)


def _mostly(layout: Layout, place: int, is_one) -> bool:
    texts = layout.texts(place)
    return bool(texts) and sum(map(is_one, texts)) >= MOST * len(texts)
