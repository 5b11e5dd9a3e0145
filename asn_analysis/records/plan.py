"""analysis_plan.yml: what was to be estimated, written down and locked before the results were seen.

The lock keeps the hash of every version that was ever locked, so that a plan that was changed and
locked again still shows it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from asn_analysis.records.folders import put_whole
from asn_analysis.records.privacy import find_in_name
from asn_analysis.rules.kinds import AnalysisRules
from asn_analysis.rules.rules import load_skm
from asn_analysis.rules.yaml_files import YamlError, parsed, read_yaml

NAME = "analysis_plan.yml"
LOCK = "analysis_plan.lock"
KEYS = ("outcome", "estimator", "comparison", "sesoi", "confidence", "elements_of_interest", "date", "author")
TEXTS = ("outcome", "author")
ALLOWED = {  # what the analysis could do; another of these than it does is told as a deviation
    "estimator": ("imputation", "callaway_cross_sections", "callaway_units"),
    "comparison": ("not_yet_treated", "never_treated"),
}
OPTIONAL = ("weights",)  # a plan may say by what units count
WEIGHTS = "respondents_before_training"  # what the analysis uses: fixed before anybody was trained
STATES = ("absent", "unlocked", "locked", "late", "changed", "relocked")


class PlanError(ValueError):
    """A plan that cannot be locked or read, with what to do."""


@dataclass(frozen=True)
class Plan:
    """A plan and its state.

    Attributes
    ----------
    state : "absent", "unlocked", "locked", "late" (locked after the data, see ``judging``), "changed"
        (since it was locked), or "relocked" (changed and locked again)
    content : the declared choices, by name
    sha256 : of the file as it stands
    locks : dates of all locks, oldest first
    seen_from : of a late plan, the day from which data or results could be seen
    """

    state: str
    content: Mapping[str, Any] = field(default_factory=dict)
    sha256: str | None = None
    locks: tuple[str, ...] = ()
    seen_from: str | None = None

    def judging(self, *seen: date) -> Plan:
        """The plan as it counts for data or results that could be seen then; locked later, it is late."""
        first = min(seen).isoformat()
        if self.state != "locked" or self.locks[0] <= first:
            return self
        return replace(self, state="late", seen_from=first)

    def holds(self, rules: AnalysisRules) -> bool:
        """Whether it was locked before the data, and is followed."""
        return self.state == "locked" and not self.deviations(rules)

    def deviations(self, rules: AnalysisRules) -> tuple[dict[str, Any], ...]:
        """Where the analysis departs from the plan: name, what was planned, what was used."""
        used = {
            "outcome": "ikm",
            "estimator": "imputation",
            "comparison": rules.comparison,
            "sesoi": rules.sesoi,
            "confidence": rules.confidence,
            "weights": WEIGHTS,
        }
        return tuple(
            {"name": name, "planned": self.content[name], "used": value}
            for name, value in used.items()
            if name in self.content and self.content[name] != value
        )


def read_plan(folder: Path) -> Plan:
    """The plan of a data set, and whether it is still what was locked.

    Parameters
    ----------
    folder : of the data set

    Raises
    ------
    PlanError
        If the file is no plan: not YAML, a key missing or unknown, a value of the wrong kind.

    Examples
    --------
    >>> plan = asn.read_plan(city)
    >>> plan.state, plan.content["sesoi"]
    ('locked', 2.0)
    """
    path = folder / NAME
    if not path.exists():
        return Plan("absent")
    if not path.is_file():
        raise PlanError(f"{NAME} is no file.")
    text = path.read_bytes()
    content, sha256, locks = _parsed(text), hashlib.sha256(text).hexdigest(), _locks(folder)
    locked_on = tuple(lock["date"] for lock in locks)
    if not locks:
        return Plan("unlocked", content, sha256)
    if locks[-1]["sha256"] != sha256:
        return Plan("changed", content, sha256, locked_on)
    return Plan("locked" if len(locks) == 1 else "relocked", content, sha256, locked_on)


def lock_plan(folder: Path, today: date) -> Plan:
    """Lock the plan as it stands; locking the same plan again changes nothing."""
    plan = read_plan(folder)
    if plan.state == "absent":
        raise PlanError(f"There is no {NAME} in {folder}. Write one with the keys {', '.join(KEYS)}.")
    if plan.state in ("unlocked", "changed"):
        locks = [*_locks(folder), {"date": today.isoformat(), "sha256": plan.sha256}]
        put_whole(folder / LOCK, yaml.safe_dump(locks, sort_keys=True).encode())
    return read_plan(folder)


def _parsed(text: bytes) -> dict[str, Any]:
    try:
        content = parsed(text)
    except YamlError as error:
        raise PlanError(f"{NAME} is not valid YAML: {error}.") from None
    if not isinstance(content, dict) or set(content) - set(OPTIONAL) != set(KEYS):
        found = set(content) if isinstance(content, dict) else set()
        missing, unknown = sorted(set(KEYS) - found), sorted(map(str, found - {*KEYS, *OPTIONAL}))
        raise PlanError(
            f"{NAME} must hold exactly {', '.join(KEYS)}; missing: {missing}, unknown: {unknown}."
        )
    _refuse_wrong_values(content)
    return {**content, "date": str(content["date"])}


def _refuse_wrong_values(content: Mapping[str, Any]) -> None:
    elements = content["elements_of_interest"]
    wrong = {
        **{name: not isinstance(content.get(name, ""), str) for name in (*TEXTS, *OPTIONAL)},
        **{name: content[name] not in allowed for name, allowed in ALLOWED.items()},
        "sesoi": not _is_number(content["sesoi"]) or not 0 < content["sesoi"] < 100,
        "confidence": not _is_number(content["confidence"]) or not 0 < content["confidence"] < 1,
        "elements_of_interest": not isinstance(elements, list)
        or not {str(element) for element in elements} <= set(load_skm().codes),
        "date": type(content["date"]) is not date,
    }
    personal = [found.kind for text in map(str, content.values()) for found in find_in_name(text)]
    if personal:
        raise PlanError(f"{NAME} holds what looks like personal data ({personal[0]}). Name the office alone.")
    named = [f"{name} ({content[name]!r:.40})" for name, is_wrong in wrong.items() if is_wrong]
    if named:
        one_of = "; ".join(f"{name} is {' or '.join(allowed)}" for name, allowed in ALLOWED.items())
        raise PlanError(
            f"{NAME}: {', '.join(named)}. {one_of}; "
            "sesoi is points between 0 and 100, confidence between 0 and 1, "
            "elements_of_interest are codes u1 to u9, date is a day such as 2026-01-31."
        )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _locks(folder: Path) -> list[dict[str, str]]:
    path = folder / LOCK
    if not path.exists():
        return []
    try:
        locks = read_yaml(path)
        found = [{"date": str(lock["date"]), "sha256": str(lock["sha256"])} for lock in locks]
        if not found:
            raise YamlError("it holds no lock")
        return found
    except (YamlError, OSError, TypeError, KeyError) as error:
        why = error if isinstance(error, YamlError | OSError) else "not what `asn plan lock` writes"
        raise PlanError(
            f"{LOCK} is damaged ({why}); restore it from a copy, or delete it and lock the plan anew."
        ) from None
