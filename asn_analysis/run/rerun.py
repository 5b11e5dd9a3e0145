"""What a rerun of a quarter needs beside the code: its data by hash, and what stood beside it."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from asn_analysis.records import plan, review, rollout
from asn_analysis.records.manifest import NAME, read_manifest
from asn_analysis.records.table import files_of
from asn_analysis.run.hashes import quarters_beside
from asn_analysis.run.run_record import first_run

OF_THE_FOLDER = (NAME, review.NAME, plan.NAME, plan.LOCK, rollout.NAME, rollout.LOCK)


def needs(
    data: Path, seen: Mapping[str, str], out: Path, quarter: str, languages: Sequence[str]
) -> dict[str, Any]:
    """What run.json says of it.

    Parameters
    ----------
    data, seen : the data folder, and hashes of its files from before it was read
    out, quarter : the folder of all quarters, and which is made; the others' records are read too
    languages : in the order asked for, the first one's catalogue being ``index.html``
    """
    day = first_run(out)
    return {
        "languages": list(languages),
        "data": data_files(data, seen),
        "beside": quarters_beside(out / quarter),
        "first_run": day.isoformat() if day else None,
        "python": platform.python_version(),
    }


def data_files(data: Path, seen: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Each file that a run reads of a data folder: its table, if it is of one, and its hash."""
    tables = {
        path.relative_to(data).as_posix(): table
        for table, place in read_manifest(data)[0].tables.items()
        for path in files_of(place)
    }
    return {
        name: {"table": tables.get(name, ""), "sha256": found}
        for name, found in sorted(seen.items())
        if name in tables or name in OF_THE_FOLDER
    }
