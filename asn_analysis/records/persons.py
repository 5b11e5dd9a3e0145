"""Names of people in free text: guessed by what stands before a word, the word, and how it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from asn_analysis.records.vocabulary import WORD, folded, vocabulary

MOST_WORDS = 5  # of one name
DEGREE = re.compile(
    r",?\s*\b(?:S\.?\s?(?:Sos|Pd|E|H|T|Kom|Kep|K\.?M|Ked|I\.?P|STP|Ag|Si|A\.?P|Psi|Gz)|M\.?\s?(?:Si|M|Pd|Kes|H|T|A\.?P|Kom)"
    r"|A\.?\s?Md(?:\.?\s?(?:Keb|Kep|Kes))?|SST|SKM|SKep|Sp\.?\s?[A-Z]{1,3}|Ns|Apt)\b(?:\.|(?=\s*(?:,|;|$|\n)))"
)
# Between a word that announces a name and the name: no end of a sentence, but of an abbreviation.
JOINT = re.compile(r"[ \t\u00a0.:/(\"'“”&,-]{0,4}")
ENDS = re.compile(r"[.,!?;\n]")
VERB = re.compile(r"(?:me[mnrl]\w*|me(?:ng|ny)\w*|di|ber|ter|ng|ny|ke|pe)\w{3,}(?:nya|kan|an|in|i)|\w+nya")
SHORT = re.compile(r"[^\W\d_](?=[.\s]|$)")


@dataclass(frozen=True)
class _Word:
    text: str
    start: int
    end: int
    plain: str
    ordinary: bool  # an everyday word, or part of a name of a unit or a place

    @property
    def names_nobody(self) -> bool:
        """Whether no word before it makes it a name."""
        return self.ordinary and len(self.plain) > 1 and self.plain not in vocabulary().names_too

    @property
    def capital(self) -> bool:
        return self.text[0].isupper() and not (self.text.isupper() and len(self.text) > 3)


@lru_cache(maxsize=20_000)
def _words(text: str, known: frozenset[str]) -> tuple[_Word, ...]:
    found = list(WORD.finditer(text))
    plain = [folded(word[0]) for word in found]
    pairs = [f"{one} {other}" in known for one, other in pairwise(plain)]
    whole = [any(sides) for sides in zip([False, *pairs], [*pairs, False], strict=True)]
    wild = vocabulary()

    def ordinary(bare: str) -> bool:
        return wild.knows(bare) or (bare in known and bare not in wild.names)

    return tuple(
        _Word(word[0], *word.span(), bare, of_place or ordinary(bare))
        for word, bare, of_place in zip(found, plain, whole, strict=False)  # no words have one
    )


def find_names(text: str, known: frozenset[str] = frozenset()) -> Iterator[tuple[int, int]]:
    """Where names of people stand, as far as it can be guessed; ``known`` is of ``words_of``."""
    words = _words(text, known)
    if all(word.names_nobody for word in words):
        return
    mixed = not text.isupper() and not text.istitle()
    place = 0
    while place < len(words):
        if _begins_name(text, words, place, mixed):
            last = _last_of_name(text, words, place, mixed)
            yield words[place].start, words[last].end
            place = last
        place += 1


def all_known(text: str, known: frozenset[str] = frozenset()) -> bool:
    """Whether every word of a text is an everyday one, so that nobody can be named by it.

    A word that names some people too does not count as one where a name would stand.
    """
    words, mixed = _words(text, known), not text.isupper() and not text.istitle()
    if not all(word.ordinary for word in words) or re.search(r"\d{4}|[\[@_]", text):
        return False
    return not any(_stands_as_name(text, words, place, mixed) for place in range(len(words)))


def _stands_as_name(text: str, words: Sequence[_Word], place: int, mixed: bool) -> bool:
    """Whether an everyday word stands where a name would: Pak Jujur, terima kasih Melati, Indah melayani.

    Behind a title that can be any word with a capital; elsewhere it is one that names some people too.
    """
    word, wild, before = words[place], vocabulary(), _beside(text, words, place)
    capital = word.capital and mixed
    if word.plain not in wild.names_too:
        return capital and before in wild.titled and word.plain not in wild.no_names
    if not before:
        return place + 1 < len(words) and words[place + 1].plain in wild.serving
    if before in wild.announcers or before in wild.thanked:
        return True
    return capital and before != "terima" and not _of_place(text, words, place)


def _beside(text: str, words: Sequence[_Word], place: int) -> str:
    """The word before this one in its sentence; "" where it begins one."""
    gap = text[words[place - 1].end : words[place].start] if place else "."
    ends = ENDS.search(gap) and not (place and _abbreviated(words[place - 1], gap))
    return "" if ends else words[place - 1].plain


def is_common_name(text: str) -> bool:
    """Whether a short text begins or ends with a name that many people bear."""
    words = [folded(word) for word in WORD.findall(text)]
    return 1 <= len(words) <= MOST_WORDS and not vocabulary().names.isdisjoint(words)


def without_unknown(text: str, mark: str, known: frozenset[str] = frozenset()) -> str:
    """The text with a mark in the place of every word that is not an everyday one."""
    blots = [found.span() for found in re.finditer(r"\[[^\]]*\]", text)]  # what was blotted already stays
    parts, end = [], 0
    for word in _words(text, known):
        if word.ordinary or any(start < word.start < stop for start, stop in blots):
            continue
        parts += [text[end : word.start], mark]
        end = word.end
    return "".join((*parts, text[end:]))


def _begins_name(text: str, words: Sequence[_Word], place: int, mixed: bool) -> bool:
    word, wild = words[place], vocabulary()
    before = _announcer(text, words, place)
    if before not in wild.titles and _of_place(text, words, place):
        return False
    if word.plain in wild.names and not word.ordinary:
        return True
    if before is None:
        return _with_degree(text, words, place)
    return _is_announced(text, word, before, word.capital and mixed)


def _is_announced(text: str, word: _Word, before: str, capital: bool) -> bool:
    """Whether a word behind one that announces a name is the name."""
    wild = vocabulary()
    if len(word.plain) == 1:
        return before in wild.titled and word.text.isupper() and bool(SHORT.match(text, word.start))
    if word.plain in wild.names_too and before not in wild.kin:
        return capital
    if not word.plain or word.ordinary:
        return False
    if before in wild.people:
        return capital
    return capital or before in wild.titled or not VERB.fullmatch(word.plain)


def _announcer(text: str, words: Sequence[_Word], place: int) -> str | None:
    """The word that announces a name at this place: before it, perhaps with words between them."""
    wild = vocabulary()
    for back in range(place - 1, max(-1, place - 5), -1):
        word, following = words[back], words[back + 1]
        gap = text[word.end : following.start]
        if not JOINT.fullmatch(gap) or (ENDS.search(gap) and not _abbreviated(word, gap)):
            return None
        if word.plain in wild.announcers or word.plain in wild.people:
            bridged = back + 1 < place  # "anak saya", "petugas bernama", but not "Bapak dan Ibu yang"
            bridging = any(word.plain in some for some in (wild.kin, wild.announcing, wild.people))
            bridging |= following.plain in wild.places and word.plain in wild.callings
            return word.plain if bridging or not bridged else None
        if word.plain == "n" and back and words[back - 1].plain == "a":
            return "nama"  # a.n.
        bridge = word.plain in wild.bridges or word.plain in wild.places  # Kepala Puskesmas Ani
        if not bridge or (back + 1 == place and word.plain in ("dan", "atau", "dari")):
            return None
    return None


def _abbreviated(word: _Word, gap: str) -> bool:
    wild = vocabulary()
    short = word.plain in wild.abbreviated or len(word.plain) == 1
    return (
        "," not in gap
        and "\n" not in gap
        and (short or (gap == "." and word.plain in wild.titles | wild.callings))
    )


def _of_place(text: str, words: Sequence[_Word], place: int) -> bool:
    """Whether the word names a street, a village or a house: Jalan Ahmad Yani."""
    wild = vocabulary()
    for back in range(place - 1, max(-1, place - 4), -1):
        gap = text[words[back].end : words[back + 1].start]
        if not JOINT.fullmatch(gap) or ENDS.search(gap.replace(".", "")):
            return False
        if words[back].plain in wild.places:
            return not (back and words[back - 1].plain in wild.callings)
        honoured = any(words[back].plain in some for some in (wild.names, wild.names_too, wild.ranks))
        if not (honoured and words[back].text[0].isupper()):
            return False
    return False


def _with_degree(text: str, words: Sequence[_Word], place: int) -> bool:
    """Whether academic degrees end the words that begin here: Budi Santoso, S.Sos."""
    if not words[place].text[0].isupper() or words[place].ordinary:
        return False
    return bool(DEGREE.match(text, words[_last_of_name(text, words, place, True)].end))


def _last_of_name(text: str, words: Sequence[_Word], place: int, mixed: bool) -> int:
    wild, last = vocabulary(), place
    for following in range(place + 1, min(len(words), place + MOST_WORDS)):
        word, gap = words[following], text[words[last].end : words[following].start]
        short = len(words[last].plain) == 1
        if not re.fullmatch(r"[ \t\u00a0'’-]{0,2}|\.[ \t]?" if short else r"[ \t\u00a0'’-]{1,2}", gap):
            break
        part = (
            len(word.plain) == 1 and word.text.isupper() or word.plain in ("bin", "binti", "van", "al", "el")
        )
        named = word.plain in wild.names or (word.plain in wild.names_too and word.capital and mixed)
        strange = not word.ordinary and not VERB.fullmatch(word.plain)
        if not (part or named or strange):
            break
        last = following
    return last
