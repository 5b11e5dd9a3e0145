"""The list of arms as a test wants it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from asn_analysis.arms import ARMS, preparing
from asn_analysis.arms.arm import Arm
from asn_analysis.briefs import brief


def change_arm(patch: pytest.MonkeyPatch, name: str, **changes: Any) -> None:
    """Put another value in an arm's place."""
    put_arms(patch, tuple(replace(arm, **changes) if arm.name == name else arm for arm in ARMS))


def put_arms(patch: pytest.MonkeyPatch, arms: tuple[Arm, ...]) -> None:
    """Prepare and tell these arms."""
    for module in (brief, preparing):
        patch.setattr(module, "ARMS", arms)
    patch.setattr(brief, "ARMS_BY_NAME", {arm.name: arm for arm in arms})
