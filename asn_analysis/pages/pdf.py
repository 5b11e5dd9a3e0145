"""A page as PDF/UA, by WeasyPrint: an extra, for offices that file paper."""

from __future__ import annotations

import os
from hashlib import sha256
from importlib.util import find_spec

# fontTools stamps the fonts inside a PDF with the time of day unless this says otherwise.
TIMELESS = ("SOURCE_DATE_EPOCH", "0")


def can_make_pdf() -> bool:
    """Whether WeasyPrint is installed."""
    return find_spec("weasyprint") is not None


def pdf_of(page: str) -> bytes:
    """The page on A4 sheets; the same page gives the same bytes, and nothing is fetched for it."""
    os.environ.setdefault(*TIMELESS)
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    # Links lead from page to page of a quarter's folder; on paper they lead nowhere.
    paper = HTML(
        string=page.replace(' href="', ' data-href="'),
        url_fetcher=URLFetcher(allowed_protocols=("data",), fail_on_errors=True),
    )
    try:
        return paper.write_pdf(pdf_identifier=sha256(page.encode()).digest()[:16], pdf_variant="pdf/ua-1")
    except FatalURLFetchingError as error:  # no Exception: it would end the worker
        raise ValueError(
            "The page asks for something from outside; a brief holds all that it shows."
        ) from error
