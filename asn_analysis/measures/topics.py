"""What a text is about: a keyword list that anybody can read, for the nine elements of the survey.

No model and no network: the same text gives the same topic in every quarter and on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import pandas as pd

from asn_analysis.rules.rules import load_topics

UNKNOWN = "unknown"


def topics(texts: pd.Series) -> pd.Series:
    """The name of each text's topic; "unknown" without a keyword, None without a text.

    Parameters
    ----------
    texts : Indonesian, in any case; looked through for the keywords of ``rules/topics.yml``

    Examples
    --------
    >>> asn.topics(pd.Series(["Antrian lama sekali", "petugas ramah", None, "xyz"])).tolist()
    ['time', 'conduct', None, 'unknown']
    """
    distinct = {text: topic_of(text) for text in texts.dropna().unique()}
    return pd.Series([distinct.get(text) for text in texts], index=texts.index, dtype=object)


def topic_of(text: str) -> str | None:
    """The topic of which most different keywords occur; of equals, the one listed first."""
    plain = " ".join(re.findall(r"[\w-]+", text.lower()))
    if not plain:
        return None
    counts = {name: len(set(pattern.findall(plain))) for name, pattern in _patterns().items()}
    best = max(counts, key=counts.__getitem__)
    return best if counts[best] else UNKNOWN


def elements_of(names: Iterable[str]) -> pd.Series:
    """Topic names to the survey's element, missing for unknown topics and for those outside the nine.

    Examples
    --------
    >>> asn.elements_of(["time", "conduct", "unknown"]).tolist()
    ['u3', 'u7', None]
    """
    element = {topic.name: topic.element for topic in load_topics()}
    return pd.Series([element.get(name) for name in names], dtype=object)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Each topic's keywords, the longest first, so that "kursi roda" is one and not two; * is any ending."""
    found = {}
    for topic in load_topics():
        longest = sorted(topic.keywords, key=len, reverse=True)
        words = "|".join(re.escape(keyword).replace(r"\*", r"[\w-]*") for keyword in longest)
        found[topic.name] = re.compile(rf"(?<![\w-])(?:{words})(?![\w-])")
    return found
