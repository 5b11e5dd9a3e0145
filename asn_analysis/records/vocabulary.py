"""The words by which free text is judged: what announces a name, what is one, what is an everyday word.

``vocabulary.yml`` holds roots; affixes are taken off here, roughly, after Nazief and Adriani (see Asian,
Williams and Tahaghoghi 2005, *Stemming Indonesian*). Where that takes off too much, a word passes that is
none; common names are looked for first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from itertools import pairwise

from asn_analysis.records.words import shipped

FIRST = ("", "di", "ke", "se", "ku", "memper", "diper", "ter", "ber", "per", "keber", "kese", "seke")
SECOND = ("meng", "meny", "men", "mem", "me", "peng", "peny", "pen", "pem", "pel", "pe", "be", "te") + (
    "nge", "ng", "ny", "n", "m", "ke", "se"
)  # fmt: skip
ENDINGS = ("nya", "kan", "an", "in", "i", "lah", "kah", "pun", "ku", "mu", "pon", "la")
FIRST_LETTERS = (
    {"meny": "s", "peny": "s", "ny": "s", "mem": "p", "pem": "p", "men": "t", "pen": "t"}
    | dict.fromkeys(("meng", "peng", "ng"), "k")
    | {"m": "p", "n": "t"}
)  # what a nasal has swallowed


@dataclass(frozen=True)
class Vocabulary:
    """Words in small letters without accents, by what they are for; see ``vocabulary.yml``."""

    titles: frozenset[str]
    abbreviated: frozenset[str]
    callings: frozenset[str]
    people: frozenset[str]
    kin: frozenset[str]
    bridges: frozenset[str]
    ranks: frozenset[str]
    announcing: frozenset[str]
    places: frozenset[str]
    names: frozenset[str]
    names_too: frozenset[str]
    thanked: frozenset[str]
    serving: frozenset[str]
    roles: frozenset[str]
    words: frozenset[str]

    @cached_property
    def announcers(self) -> frozenset[str]:
        """After these a name may follow."""
        return self.titles | self.abbreviated | self.callings | self.kin | self.announcing

    @cached_property
    def titled(self) -> frozenset[str]:
        """After these a name follows in whatever letters it is written."""
        return self.titles | self.abbreviated | self.announcing

    @cached_property
    def no_names(self) -> frozenset[str]:
        """What may follow a title and is nobody's name: another title, a calling, a place."""
        roles = self.roles | self.announcers | self.people | self.ranks
        return roles | self.places | self.bridges

    def knows(self, word: str) -> bool:
        """Whether a word is an everyday one, in one of its forms, and no name."""
        return word not in self.names and _known(word)


@cache
def vocabulary() -> Vocabulary:
    told = shipped(files(__package__).joinpath("vocabulary.yml"))
    return Vocabulary(**{name: frozenset(words.split()) for name, words in told.items()})


@lru_cache(maxsize=100_000)
def folded(word: str) -> str:
    """The word as it is looked up: small letters, without accents and without digits at its end."""
    plain = unicodedata.normalize("NFKD", word)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[’‘`´]", "'", plain).casefold().rstrip("0123456789²").strip("'")


@cache
def _roots() -> frozenset[str]:
    told = vocabulary()
    announcing = (told.titles, told.abbreviated, told.callings, told.announcing)
    return told.words.union(*announcing, told.people, told.kin, told.bridges, told.places)


@lru_cache(maxsize=100_000)
def _known(word: str) -> bool:
    if "-" in word:  # doubled: orang-orang, marah-marah, bolak-balik
        return all(_known(part) for part in word.split("-") if part)
    tame = re.sub(r"(.)\1{2,}", r"\1", word)  # lamaaaa
    return any(stem in _roots() for form in {word, tame} for stem in _stems(form))


def _stems(word: str) -> Iterator[str]:
    for trunk in _trunks(word):
        yield trunk
        for begin, rest in _without_beginning(trunk):
            yield rest
            if begin in FIRST_LETTERS:
                yield FIRST_LETTERS[begin] + rest


def _trunks(word: str) -> set[str]:
    """The word without up to three endings; a stem has three letters at least."""
    trunks = {word}
    for _ in range(3):
        cut = {trunk[: -len(end)] for trunk in trunks for end in ENDINGS if trunk.endswith(end)}
        trunks |= {trunk for trunk in cut if len(trunk) >= 3}
    return trunks


def _without_beginning(word: str) -> Iterator[tuple[str, str]]:
    for first in FIRST:
        if word.startswith(first):
            rest = word[len(first) :]
            yield first, rest
            for begin in SECOND:
                if rest.startswith(begin) and len(rest) - len(begin) >= 3:
                    yield begin, rest[len(begin) :]


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """Words of names of units and places, which name nobody there, and which two stand side by side.

    A word that is a person's name too is known only beside its neighbour: Banjar Agung.
    """
    names = [[folded(word) for word in WORD.findall(text)] for text in texts]
    pairs = {f"{one} {other}" for words in names for one, other in pairwise(words)}
    return frozenset(pairs | {word for words in names for word in words})


# A word; a title that is written onto the name behind it ends before the name.
WORD = re.compile(
    r"(?:Pak|Bu|Bpk|Bapak|Ibu|Mas|Mbak|Teh|Kang|Dr)(?=[A-Z])"
    r"|[^\W\d_](?:[\w\u0300-\u036f]|['’‘`´\-](?=[^\W_]))*"
)
