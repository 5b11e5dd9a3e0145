"""What an arm of the policy is: where it comes from, how the city's brief tells it, and how a unit's does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from markupsafe import Markup

from asn_analysis.words.language import NONE, Words
from asn_analysis.words.tables import Table

if TYPE_CHECKING:  # what an arm is made from is imported by what makes it, so that telling stays light
    import pandas as pd
    from matplotlib.axes import Axes

    from asn_analysis.impact.study import Analysis
    from asn_analysis.record.inputs import Inputs
    from asn_analysis.records.intake import Dataset

P = TypeVar("P")
CITY = "city"


@dataclass(frozen=True)
class Prepared:
    """An arm's part of the city's record and of each unit's; ``units`` holds only units that have something.

    ``asked`` are units whose surveys it questions, for the effect is also estimated without them; None if it
    questions no survey.
    """

    city: Any | None
    units: Mapping[str, Any] = field(default_factory=dict)
    asked: Sequence[str] | None = None


def joined(*told: Any) -> Markup:
    """The sentences of a paragraph; what is empty is left out."""
    return Markup(" ").join(one for one in told if one)


@dataclass(frozen=True)
class Figure:
    """A figure of the core or of an arm: who draws it, the sentence that says what it shows, its table.

    ``of`` is the place in the record that it draws, ``height`` in inches.
    """

    of: str
    draw: Callable[[Words, Axes], None]
    sentence: Callable[[Words], Markup]
    table: Callable[[Words], Table]
    height: float | Callable[[Mapping[str, Any]], float]

    def stands_in(self, record: Mapping[str, Any]) -> bool:
        """Whether this record has what it draws."""
        found: Any = record
        for step in self.of.split("."):
            found = found and found.get(step)
        return bool(found)


@dataclass(frozen=True)
class Row:
    """An arm in the table of all: its figure, which way it goes, its target, and the actions about it."""

    figure: Markup
    direction: Markup = NONE
    target: Markup = NONE
    actions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Told(Generic[P]):
    """How an arm's part of a record is told.

    Attributes
    ----------
    part : the type of that part
    sentences, annex : what is said of it (what is empty is left out), and its tables
    row : its row in the table of all arms; None: its first sentence
    """

    part: type[P]
    sentences: Callable[[Words, P], Sequence[Any]]
    annex: Callable[[Words, P], Sequence[Any]] | None = None
    row: Callable[[Words, P], Row] | None = None


@dataclass(frozen=True)
class Arm:
    """An arm of the policy beside training.

    Attributes
    ----------
    name : of its part of the record, and of its folder
    title : above what is told of it
    tables : optional tables that it needs, and how a brief names them where they are missing
    prepare : (dataset, panel, quarter) to its part of the records, as known at the end of the quarter; the
        cells are those that may be told (see ``measures.disclosure.pooled``)
    city, unit : how it is told
    complete : what the city's part holds beside, once the effect is known
    figure : in the annex
    """

    name: str
    title: str
    tables: Mapping[str, str]
    prepare: Callable[[Dataset, pd.DataFrame, pd.Period], Prepared]
    city: Told[Any]
    unit: Told[Any] | None = None
    complete: Callable[[Inputs, Analysis], Any] | None = None
    figure: Figure | None = None

    def told_in(self, record: Mapping[str, Any]) -> Told[Any] | None:
        """How this record tells it; None where it has nothing of it."""
        return self._of(record) if record.get(self.name) else None

    def part(self, words: Words) -> Any:
        """Its part of the record."""
        return words.part(self._of(words.record).part, self.name)

    def sentences(self, words: Words) -> Sequence[Markup]:
        """What this record says of it."""
        return [told for told in self._of(words.record).sentences(words, self.part(words)) if told]

    def row(self, words: Words) -> Row:
        """Its row in the table of all arms."""
        row, part = self._of(words.record).row, self.part(words)
        return row(words, part) if row else Row(self.sentences(words)[0])

    def annex(self, words: Words) -> Sequence[Table]:
        """The tables of it; one without rows is none."""
        annex = self._of(words.record).annex
        found = annex(words, self.part(words)) if annex else ()
        return [table for table in found if table and table.rows]

    def _of(self, record: Mapping[str, Any]) -> Told[Any] | None:
        return self.city if record["scope"] == CITY else self.unit
