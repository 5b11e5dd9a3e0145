"""One arm's fault is its own: the arm is left out and named; the other arms and the core stand.

Every piece of an arm's work, whether preparing, completing or telling, goes through one `Attempt`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ParamSpec, TypeVar

from asn_analysis.records.privacy import last_words

P = ParamSpec("P")
T = TypeVar("T")


class Attempt:
    """Does work of arms, and keeps which arms were left out because theirs raised.

    ``left_out`` holds an entry an arm, in JSON's types: arm, error (its class), and message (its last
    line, redacted), which is for whoever runs the batch and stands in no brief.
    """

    def __init__(self, left_out: Iterable[Mapping[str, str]] = ()) -> None:
        self.left_out = [dict(entry) for entry in left_out]

    @property
    def arms(self) -> list[str]:
        return [entry["arm"] for entry in self.left_out]

    def __call__(self, arm: str, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T | None:
        """What the work gives; None where it raises, or where the arm was left out before."""
        if arm in self.arms:
            return None
        try:
            return work(*arguments, **named)
        except Exception as error:  # whatever a method may raise on data that nobody foresaw
            self.left_out.append({"arm": arm, "error": type(error).__name__, "message": last_words(error)})
            return None


def named_alone(left_out: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The entries as a published record may hold them: a message may quote the data."""
    return [{name: entry[name] for name in ("arm", "error")} for entry in left_out]
