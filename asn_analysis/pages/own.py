"""A part of a page that a researcher writes: text, tables and figures of their own, by language."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Any

import pandas as pd
from markupsafe import Markup

from asn_analysis.pages.parts import PART, RECORD, Part
from asn_analysis.views.tables import html_table
from asn_analysis.words.language import LANGUAGES


def part(**shown: Any) -> Part:
    """Something of your own on the page, where its cell stands, in one language or in each.

    Parameters
    ----------
    shown : by language (``id``, ``en``) a text, or a list of texts, tables and figures
        A text right before a table (DataFrame) or a figure (matplotlib's axes or figure) is its title, which
        each of them needs. A page in a language that is not given shows nothing here.

    Examples
    --------
    >>> asn.part(en=["Units by type", dataset.units.groupby("unit_type").size().reset_index(name="units")])
    Part(...)
    """
    unknown = sorted(set(shown) - set(LANGUAGES))
    if unknown:
        raise ValueError(f"A brief has no language {', '.join(unknown)}; it has {', '.join(LANGUAGES)}.")
    given = {name: value if isinstance(value, (list, tuple)) else [value] for name, value in shown.items()}
    return Part({name: str(Markup().join(_pieces(given.get(name, ())))) for name in LANGUAGES})


def _pieces(values: Sequence[Any]) -> Iterator[Markup]:
    title = None
    for value in values:
        if isinstance(value, str):
            if title is not None:
                yield _paragraph(title)
            title = value
            continue
        if title is None:
            raise ValueError("A table or figure needs a title: a text right before it, as in [title, table].")
        yield _table(title, value) if isinstance(value, pd.DataFrame) else _figure(title, value)
        title = None
    if title is not None:
        yield _paragraph(title)


def _paragraph(text: str) -> Markup:
    return Markup("<p>{}</p>").format(text)


def _table(title: str, table: pd.DataFrame) -> Markup:
    return Markup('<div class="own">{}</div>').format(Markup(html_table(table, title)))


def _figure(title: str, drawn: Any) -> Markup:
    from matplotlib import pyplot as plt
    from matplotlib import rc_context

    figure = getattr(drawn, "figure", None)
    if figure is None:
        raise ValueError(f"A brief shows texts, tables and figures, and no {type(drawn).__name__}.")
    out = StringIO()
    with rc_context({"svg.hashsalt": "asn"}):
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)  # or the notebook shows it a second time, where no page can take it up
    source = b64encode(out.getvalue().encode()).decode()
    image = Markup('<img src="data:image/svg+xml;base64,{}" alt="{}">').format(source, title)
    return Markup("<figure>{}<figcaption>{}</figcaption></figure>").format(image, title)


def not_published(notebook: Any) -> tuple[str, ...]:
    """A line for each cell that shows what no page can take up, numbered as before the run."""
    told = []
    written = [cell for cell in notebook.cells if "injected-parameters" not in cell.metadata.get("tags", [])]
    for number, cell in enumerate(written, start=1):
        kinds = [set(output.get("data", {})) for output in cell.get("outputs", [])]
        if any(kind and not kind & {PART, RECORD} for kind in kinds):
            first = cell.source.strip().splitlines()[-1]
            told.append(
                f"cell {number} ({first}): shown here alone; asn.part(id=…, en=…) puts it on the page"
            )
    return tuple(told)
