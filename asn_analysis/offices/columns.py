"""Which column of a file holds what. Elements go by declaration or by words, never by place alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from asn_analysis.offices.layout import Layout
from asn_analysis.offices.map import NO_COLUMN, Map
from asn_analysis.offices.profile import elements_in, header_name, matches, number_of, plain, vocabulary
from asn_analysis.offices.targets import target_places, targets
from asn_analysis.records.source import unreadable
from asn_analysis.rules.rules import load_skm

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
    named = {name: place for name, place in mapped if name in _codes()}
    items, order, extra = _assigned(candidates, named, elements, label)
    known = {*places.values(), *(place for place, target in found.items() if target in ("item", "ignored"))}
    unused = tuple(text for place, text in enumerate(layout.labels) if place not in known and text)
    return Columns(places, items, order, len(candidates), unused, extra)


def _refuse_aggregate(names: Iterable[str], label: str) -> None:
    counted = next((name for name in names if matches(vocabulary()["aggregate"], name)), None)
    if counted:
        problem = f'has a row a unit, not a row a respondent: it counts them in a column "{counted}"'
        raise unreadable(label, problem, "Ask the office for the answers of each respondent.")


def _codes() -> dict[str, str]:
    return load_skm().by_name


def _assigned(
    candidates: list[tuple[int | str, str]],
    named: dict[str, int],
    elements: tuple[str, ...] | None,
    label: str,
) -> tuple[dict[str, int | str], str, tuple[str, ...]]:
    codes = _codes()
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
        problem = f"has {len(ordered)} questions ({listed}), and --elements names {len(elements)}"
        raise unreadable(
            label, problem, "Name one a question, in this order, a - for a question that is no element."
        )
    for name, (_, text) in zip(elements, ordered, strict=True):
        told = elements_in(header_name(text))
        if told and name not in told:
            problem = f'--elements calls the column "{text}" {name}, but its label says {" and ".join(told)}'
            raise unreadable(label, problem, "Correct --elements, or name this column with --map FILE.")
    return {name: key for name, (key, _) in zip(elements, ordered, strict=True) if name != NO_COLUMN}


def _refuse_double(candidates: list, words: Mapping, named: Mapping, label: str) -> None:
    """A question that names two elements, or an element that two questions name."""
    remedy = "Say which column is which element with --map FILE or --elements."
    settled = set(named.values())
    for key, text in candidates:
        if len(words[key]) > 1 and key not in settled:
            raise unreadable(label, f'the question "{text}" could be {" or ".join(words[key])}', remedy)
    uses = Counter(found[0] for key, found in words.items() if found and key not in settled)
    for name, count in uses.items():
        if count > 1 or (name in named):
            texts = ", ".join(f'"{text}"' for key, text in candidates if words[key][:1] == [name])
            raise unreadable(label, f"more than one question is about {name}: {texts}", remedy)


def _refuse_missing(chosen: Mapping[str, object], label: str) -> None:
    missing = [name for name in _codes() if name not in chosen]
    if missing:
        rest = ",".join(name for name in _codes() if name in chosen)
        problem = f"no question is about {', '.join(missing)}"
        remedy = f"If the form did not ask it, declare what it asked, in the file's order: --elements {rest}."
        raise unreadable(label, problem, remedy)
