"""rollout.yml: the order of training that a public lot has drawn, locked on the day it was drawn."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import yaml

from asn_analysis.records.folders import put_whole
from asn_analysis.records.privacy import find_in_name
from asn_analysis.rules.yaml_files import YamlError, parsed

NAME, LOCK = "rollout.yml", "rollout.lock"
REMEDY = "Put it back from a copy: a lot is drawn once."


class RolloutError(ValueError):
    """A roll-out that cannot be drawn or read, with what to do."""


@dataclass(frozen=True)
class Wave:
    """Units that begin in a quarter, in the order drawn."""

    start: str
    units: tuple[str, ...]


@dataclass(frozen=True)
class Drawn:
    """The lot as it is kept: the seed, whose lot it was (unit to kecamatan), and who is trained when."""

    seed: str
    drawn: str
    strata: dict[str, str | None]
    waves: tuple[Wave, ...]

    @property
    def order(self) -> tuple[str, ...]:
        return tuple(unit for wave in self.waves for unit in wave.units)


def read_rollout(folder: Path) -> Drawn | None:
    """The roll-out of a data set; None where no lot was drawn.

    Raises
    ------
    RolloutError
        If the file is no roll-out, or is not what was locked.
    """
    path = folder / NAME
    if not path.exists():
        return None
    text = path.read_bytes()
    lock = folder / LOCK
    locked = lock.read_text(encoding="ascii").split()[:1] if lock.exists() else []
    if locked != [hashlib.sha256(text).hexdigest()]:
        raise RolloutError(f"{NAME} is not what was locked when the lot was drawn. {REMEDY}")
    try:
        return msgspec.convert(_texts(parsed(text)), Drawn)
    except (YamlError, msgspec.ValidationError) as error:
        raise RolloutError(f"{NAME} is no roll-out ({error}). {REMEDY}") from None


def _texts(content: Any) -> Any:
    """Days as texts, which YAML reads as days."""
    if not isinstance(content, dict):
        return content
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in content.items()}


def refuse_second(folder: Path) -> None:
    """Raise a RolloutError if a lot was drawn before."""
    if (folder / NAME).exists() or (folder / LOCK).exists():
        raise RolloutError(
            f"{folder} has a lot already, and drawing until the order suits is what its lock prevents. For a "
            f"new lot of the units that are left, keep {NAME} and {LOCK} elsewhere for whoever asks."
        )


def write_rollout(folder: Path, drawn: Drawn) -> str:
    """Keep and lock a lot; its SHA-256.

    Raises
    ------
    RolloutError
        If one was drawn before, or the seed looks like personal data.
    """
    refuse_second(folder)
    if find_in_name(drawn.seed):
        raise RolloutError(
            "The seed holds what looks like personal data. Announce a published figure instead."
        )
    text = yaml.safe_dump(msgspec.to_builtins(drawn), sort_keys=False, allow_unicode=True).encode()
    digest = hashlib.sha256(text).hexdigest()
    put_whole(folder / NAME, text)
    put_whole(folder / LOCK, f"{digest}  {NAME}\n".encode("ascii"))
    return digest
