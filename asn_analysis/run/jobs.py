"""One brief: a notebook run by papermill, its pages and record written into the workshop.

A job is plain text, so that it can travel to another process or machine. It publishes nothing: only
the run that holds the quarter puts finished folders in their place.
"""

from __future__ import annotations

import ast
import errno
import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from asn_analysis.arms.preparing import named_alone
from asn_analysis.pages.gate import PersonalData, write_whole
from asn_analysis.records.folders import put_whole
from asn_analysis.records.privacy import last_words
from asn_analysis.run.hashes import file_hashes, package_sha256
from asn_analysis.run.run_record import Outcome

CELL_TIMEOUT = 300  # seconds after which a cell is taken to hang; the slowest of the example takes two
DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
KERNEL = "python3"  # of this environment, whatever kernel a notebook was last saved under
FAILED_NOTEBOOK = "brief.failed.ipynb"


class Stopped(Exception):
    """No further brief can be made, as on a full disk; what stands stays."""


@dataclass(frozen=True)
class Job:
    """One notebook to run.

    Attributes
    ----------
    scope : "city" or a unit's code
    notebook, prepared, staged : paths of the notebook, its document, and the folder to write
    languages : the languages to write
    pdf : whether each page is also written as PDF
    package : hash of the code that must run it
    """

    scope: str
    notebook: str
    prepared: str
    staged: str
    languages: tuple[str, ...]
    package: str
    pdf: bool = False


def make_brief(job: Job) -> Outcome:
    """Run one notebook and write its pages; a failure is told, kept, and spoils nothing else.

    Raises
    ------
    PersonalData, Stopped
        If a page would hold personal data, or no other brief can fare better.
    """
    start = time.monotonic()
    try:
        _refuse_elsewhere(job)
        lacking = _write_pages(job, _execute(job))
        files = file_hashes(Path(job.staged))
        return Outcome(job.scope, time.monotonic() - start, files=files, **lacking)
    except PersonalData as error:
        raise PersonalData(f"{job.scope}: {error}") from None
    except Exception as error:  # whatever a notebook may raise: it belongs to this brief alone
        if isinstance(error, OSError) and error.errno in DISK_FULL:
            raise Stopped(last_words(error)) from None
        return Outcome(job.scope, time.monotonic() - start, last_words(error))


def _refuse_elsewhere(job: Job) -> None:
    if package_sha256() != job.package:
        raise RuntimeError("This worker has another version of asn-analysis; install the same one.")
    if not Path(job.prepared).exists():
        raise RuntimeError(
            "This worker does not see the folder of --out; use storage that all workers share."
        )


def _write_pages(job: Job, notebook: Any) -> dict[str, tuple[str, ...]]:
    """Pages and record into the workshop; returns what they lack: ``left_out`` and ``unshown``."""
    from asn_analysis.pages.own import not_published
    from asn_analysis.pages.page import brief_page, record_in, workbook_name
    from asn_analysis.pages.workbook import brief_workbook

    pages = {f"brief.{name}.html": brief_page(notebook, name, job.languages) for name in job.languages}
    record = record_in(notebook)
    published = {**record, "left_out": named_alone(record["left_out"])}
    numbers = json.dumps(published, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    workbooks = {
        workbook_name(name): brief_workbook(pages[f"brief.{name}.html"], published, name)
        for name in job.languages
    }
    for name, content in {**pages, **workbooks, "record.json": numbers}.items():
        write_whole(Path(job.staged) / name, content)
    if job.pdf:
        from asn_analysis.pages.pdf import pdf_of

        for name, page in pages.items():
            put_whole((Path(job.staged) / name).with_suffix(".pdf"), pdf_of(page))
    arms = tuple(f"{entry['arm']}: {entry['message']}" for entry in record["left_out"])
    return {"left_out": arms, "unshown": not_published(notebook)}


def _execute(job: Job) -> Any:
    papermill = import_papermill()
    from asn_analysis.run.kernels import KernelManager, use_kernels

    use_kernels()
    done = Path(job.prepared).with_suffix(".ipynb")
    try:
        return papermill.execute_notebook(
            _literal(job.notebook),
            _literal(done),
            kernel_name=KERNEL,
            kernel_manager_class=KernelManager,
            parameters={"prepared": job.prepared},
            progress_bar=False,
            request_save_on_cell_execute=False,
            shutdown_kernel="immediate",
            start_timeout=120,
            iopub_timeout=30,
            execution_timeout=CELL_TIMEOUT,
            extra_arguments=["--IPKernelApp.log_level=40"],
        )
    except Exception:
        if done.exists():  # papermill's notebook with the error on top is the evidence
            write_whole(Path(job.staged) / FAILED_NOTEBOOK, done.read_text(encoding="utf-8"))
        raise


def _literal(path: str | Path) -> str:
    """A path as papermill takes it: it reads braces as names of parameters."""
    return str(path).replace("{", "{{").replace("}", "}}")


def import_papermill() -> ModuleType:
    """papermill, at its first use and quiet: an outcome tells what went wrong."""
    import papermill

    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    return papermill


def refuse_parameters(notebook: Path, parameters: Mapping[str, Any]) -> None:
    """Hold what the batch gives a notebook against what the notebook declares and uses.

    Raises
    ------
    ValueError
        If a parameter is unknown to the notebook, has another type than it declares, or is never
        read: papermill itself would run on and ignore it.
    """
    found = import_papermill().inspect_notebook(_literal(notebook))
    declared = {name: about["inferred_type_name"] for name, about in found.items()}
    read = _names_read(notebook)
    for name, value in parameters.items():
        if name not in declared:
            raise ValueError(f'{notebook.name} has no parameter "{name}"; it has: {", ".join(declared)}.')
        if type(value).__name__ != declared[name]:
            raise ValueError(f'{notebook.name}: parameter "{name}" is declared as {declared[name]}.')
    for name in declared:
        if name not in read:
            raise ValueError(f'{notebook.name} declares the parameter "{name}" and never reads it.')


def _names_read(notebook: Path) -> set[str]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = [
        "".join(cell["source"])
        for cell in cells
        if cell["cell_type"] == "code" and "parameters" not in cell["metadata"].get("tags", [])
    ]
    nodes = [node for source in code for node in ast.walk(ast.parse(source))]
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
