"""Which column of a file holds what. Elements go by declaration or by words, never by place alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from asn_analysis.offices.dates import is_date
from asn_analysis.offices.layout import Layout
from asn_analysis.offices.periods import span_in
from asn_analysis.offices.profile import NO_COLUMN, Map, header_name, number_of, vocabulary
from asn_analysis.offices.refusals import refused
from asn_analysis.offices.units import unit_of
from asn_analysis.records.words import elements_in, matches, plain
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
    fitting = places
    if target == "date" and places[1:]:
        fitting = [place for place in places if holds_days(layout, place)] or places
    if target == "unit_id" and places[1:]:
        fitting = [place for place in places if holds_units(layout, place, units)] or places
    ranks = [_rank(target, place, layout) for place in fitting]
    best = [place for place, rank in zip(fitting, ranks, strict=True) if rank == min(ranks)]
    if len(best) > 1:
        one, other = (layout.labels[place] for place in best[:2])
        raise layout.refused("two columns", target=target, one=one, other=other)
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


ORDERS = ("regulation", "questionnaire")


@dataclass(frozen=True)
class Columns:
    """Places of our columns in a file; ``order`` says how the elements were told apart.

    ``items`` maps a code to a place of a row (wide), to a place within the one cell (packed), or to
    the question's text (long).
    """

    places: dict[str, int]
    items: dict[str, int | str]
    order: str
    asked: int  # questions in the file
    unused: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()


class NeedsElements(ValueError):
    """The file could be in either order; ``candidates`` are its questions in their order."""

    def __init__(self, label: str, candidates: list[tuple[int | str, str]]) -> None:
        self.label, self.candidates = label, candidates
        super().__init__(label)


def declared_order(text: str) -> tuple[str, ...]:
    """The element names behind --elements: one of the two usual orders, or the names themselves."""
    names = [*load_skm().names.values()]
    if text == "regulation":
        return tuple(names)
    if text == "questionnaire":
        return (*names[:7], names[8], names[7])
    given = tuple(name.strip() for name in text.split(","))
    unknown = [name for name in given if name not in (*names, NO_COLUMN)]
    twice = [name for name, uses in Counter(given).items() if uses > 1 and name != NO_COLUMN]
    if unknown or twice or set(given) == {NO_COLUMN}:
        raise ValueError(
            f"--elements: {', '.join(unknown or twice) or 'no element'} "
            f"{'stands twice' if twice and not unknown else 'is no element'}. Write {' or '.join(ORDERS)}, "
            f"or the names in the file's order: {','.join(names)}; a - for a question that is none."
        )
    return given


def find_columns(
    layout: Layout,
    own: Map,
    questions: Iterable[str],
    elements: tuple[str, ...] | None,
    units: Mapping[str, str],
) -> Columns:
    """``questions`` are the question texts of a long table; otherwise the header tells."""
    profile, label = layout.profile, layout.grid.place
    names = layout.names
    found = targets(layout, own)
    places = target_places(layout, own, units)
    if profile.shape == "wide":
        _refuse_aggregate(names, label)
        candidates = [(place, text) for place, text in enumerate(layout.labels) if found[place] == "item"]
    elif profile.shape == "long":
        candidates = [(text, text) for text in questions]
    else:
        candidates = [(place, "") for place in range(len(elements or load_skm().codes))]
    mapped = ((own.columns.get(plain(text)), place) for place, text in enumerate(layout.labels))
    named = {name: place for name, place in mapped if name in load_skm().by_name}
    items, order, extra = _assigned(candidates, named, elements, label)
    known = {*places.values(), *(place for place, target in found.items() if target in ("item", "ignored"))}
    unused = tuple(text for place, text in enumerate(layout.labels) if place not in known and text)
    return Columns(places, items, order, len(candidates), unused, extra)


def _refuse_aggregate(names: Iterable[str], label: str) -> None:
    counted = next((name for name in names if matches(vocabulary()["aggregate"], name)), None)
    if counted:
        raise refused(label, "aggregate", column=counted)


def _assigned(
    candidates: list[tuple[int | str, str]],
    named: dict[str, int],
    elements: tuple[str, ...] | None,
    label: str,
) -> tuple[dict[str, int | str], str, tuple[str, ...]]:
    codes = load_skm().by_name
    if elements is not None:
        chosen = _declared(candidates, elements, label)
        return {codes[name]: key for name, key in chosen.items()}, "as declared with --elements", ()
    words = {key: elements_in(header_name(text)) for key, text in candidates}
    numbers = {key: number_of(plain(text)) for key, text in candidates}
    wordless = [key for key, found in words.items() if not found]
    further = [key for key in wordless if (numbers[key] or 0) > len(codes)]
    if len(wordless) > len(further) and len(named) < len(codes):
        raise NeedsElements(label, _in_order(candidates))
    _refuse_double(candidates, words, named, label)
    chosen = {found[0]: key for key, found in words.items() if found} | named
    _refuse_missing(chosen, label)
    extra = tuple(text for key, text in candidates if key not in chosen.values())
    order = "as named with --map" if named else "recognised by the words of its labels"
    return {codes[name]: chosen[name] for name in codes}, order, extra


def _in_order(candidates: list[tuple[int | str, str]]) -> list[tuple[int | str, str]]:
    """By the numbers in the labels if each has its own, otherwise as they stand in the file."""
    numbers = [number_of(plain(text)) for _, text in candidates]
    if None in numbers or len(set(numbers)) < len(numbers):
        return candidates
    return [pair for _, pair in sorted(zip(numbers, candidates, strict=True), key=lambda both: both[0])]


def _declared(
    candidates: list[tuple[int | str, str]], elements: tuple[str, ...], label: str
) -> dict[str, int | str]:
    ordered = _in_order(candidates)
    if len(ordered) != len(elements):
        listed = ", ".join(text or f"place {key + 1}" for key, text in ordered)
        n, n_named = len(ordered), len(elements)
        raise refused(label, "other number of questions", n=n, questions=listed, n_named=n_named)
    for name, (_, text) in zip(elements, ordered, strict=True):
        told = elements_in(header_name(text))
        if told and name not in told:
            raise refused(label, "otherwise declared", text=text, name=name, told=" and ".join(told))
    return {name: key for name, (key, _) in zip(elements, ordered, strict=True) if name != NO_COLUMN}


def _refuse_double(candidates: list, words: Mapping, named: Mapping, label: str) -> None:
    """A question that names two elements, or an element that two questions name."""
    settled = set(named.values())
    for key, text in candidates:
        if len(words[key]) > 1 and key not in settled:
            raise refused(label, "two elements", text=text, elements=" or ".join(words[key]))
    uses = Counter(found[0] for key, found in words.items() if found and key not in settled)
    for name, count in uses.items():
        if count > 1 or (name in named):
            texts = ", ".join(f'"{text}"' for key, text in candidates if words[key][:1] == [name])
            raise refused(label, "two questions", name=name, texts=texts)


def _refuse_missing(chosen: Mapping[str, object], label: str) -> None:
    missing = [name for name in load_skm().by_name if name not in chosen]
    if missing:
        rest = ",".join(name for name in load_skm().by_name if name in chosen)
        raise refused(label, "not asked", missing=", ".join(missing), rest=rest)
