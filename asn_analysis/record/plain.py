"""Numbers as a record keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

RECORDED = 6  # decimals of the record: beyond what a brief shows; keeps the last bits of a machine out


def plain_values(value: Any) -> Any:
    """JSON's own types, floats rounded, and None wherever a number cannot be had."""
    if isinstance(value, Mapping):
        return {str(key): plain_values(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain_values(entry) for entry in value]
    if isinstance(value, float | np.floating):
        return round(float(value), RECORDED) if np.isfinite(value) else None
    if isinstance(value, np.integer):
        return int(value)
    return str(value) if isinstance(value, pd.Period) else value
